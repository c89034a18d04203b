from __future__ import annotations

import pytest

from remora.engine.types.seeded import SeededSequence


def test_the_sequence_of_a_seed() -> None:
    source = SeededSequence(42)
    assert [source.sample() for _ in range(3)] == [1434747710, 302596119, 269548474]
    assert SeededSequence(0).sample() == 1559595546
    assert SeededSequence(-42).sample() == 1434747710
    assert all(-(2**31) <= SeededSequence(seed).randrange(-(2**31), 2**31 - 1) < 2**31 - 1 for seed in range(20))
    assert len(SeededSequence(1).randbytes(5)) == 5


@pytest.mark.parametrize("name", ["Get-Random", "Get-SecureRandom"])
@pytest.mark.parametrize(
    ("arguments", "test"),
    [
        ("", "$r -is [int] -and $r -ge 0"),
        ("10", "$r -ge 0 -and $r -lt 10"),
        ("-Minimum 5 -Maximum 6", "$r -eq 5"),
        ("-Minimum -2147483648 -Maximum 2147483647", "$r -is [int]"),
        ("-Minimum 5000000000 -Maximum 5000000001", "$r -is [long] -and $r -eq 5000000000"),
        ("-Maximum 9000000000000000000", "$r -is [long] -and $r -ge 0"),
        ("-Minimum 0.5 -Maximum 0.6", "$r -is [double] -and $r -ge 0.5 -and $r -lt 0.6"),
        ("'10'", "$r -is [int]"),
        ("-Minimum 1 -Maximum 2 -Count 3", "$r.Count -eq 3"),
        ("-InputObject 1,2,3 -Count 2", "$r.Count -eq 2 -and $r[0] -ne $r[1]"),
        ("-InputObject 1,2,3 -Count 9", "$r.Count -eq 3"),
        ("-InputObject 1,2,3 -Shuffle", "-join ($r | Sort-Object) -eq '123'"),
        ("-InputObject $null", "$null -eq $r"),
        ("@(4,4)", "$r -eq 4"),
    ],
)
def test_numbers_and_items(ps, name: str, arguments: str, test: str) -> None:
    ran = ps(f"$r = {name} {arguments}; {test}")
    assert ran.ids == []
    assert ran.output == [True]


def test_items_of_the_pipeline(ps) -> None:
    assert ps("7,7 | Get-Random").output == [7]
    assert ps("Get-Random -InputObject '', ''").output == [""]
    assert sorted(ps("1..5 | Get-Random -Shuffle").output) == [1, 2, 3, 4, 5]
    assert len(ps("1..50 | Get-Random -Count 3").output) == 3


def test_a_seed_repeats_the_session(ps) -> None:
    first = ps("Get-Random -SetSeed 7; Get-Random; 1..9 | Get-Random -Shuffle").output
    assert ps("Get-Random -SetSeed 7; Get-Random; 1..9 | Get-Random -Shuffle").output == first


@pytest.mark.parametrize("name", ["Get-Random", "Get-SecureRandom"])
def test_bounds_in_the_wrong_order(ps, name: str) -> None:
    suffix = f",Microsoft.PowerShell.Commands.{name.replace('-', '')}Command"
    assert ps(f"{name} -Minimum 5 -Maximum 5").ids == ["MinGreaterThanOrEqualMax" + suffix]
    assert ps(f"{name} 1 -Count 0").ids == ["ParameterArgumentValidationError" + suffix]
