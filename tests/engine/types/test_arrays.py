"""Static methods of Array, and results of methods and casts beside them."""

from __future__ import annotations

from typing import Any

import pytest

IS = "[Predicate[int]] { $args[0] -gt 1 }"
CASES = [
    ("[array]::BinarySearch((1, 3, 5), 3); [array]::BinarySearch((1, 3, 5), 4)", "1 -3"),
    (f"[array]::Find([int[]] (1, 2, 3), {IS}); [array]::FindLast([int[]] (1, 2, 3), {IS})", "2 3"),
    (f"$f = [array]::FindAll([int[]] (1, 2, 3), {IS}); $f; $f.GetType().Name", "2 3 Int32[]"),
    (f"[array]::FindIndex([int[]] (1, 2, 3), {IS}); [array]::FindLastIndex([int[]] (1, 2, 3), {IS})", "1 2"),
    (f"[array]::FindIndex([int[]] (1, 1), {IS}); [array]::Exists([int[]] (1, 2), {IS})", "-1 True"),
    (f"[array]::TrueForAll([int[]] (1, 2), {IS}); [array]::TrueForAll([int[]] (2, 3), {IS})", "False True"),
    ("$c = [array]::ConvertAll([int[]] (1, 2), [Converter[int, string]] { \"n$($args[0])\" }); $c; $c.GetType().Name",
     "n1 n2 String[]"),
    ("$global:sum = 0; [array]::ForEach([int[]] (1, 2), [Action[int]] { $global:sum += $args[0] }); $sum", "3"),
    ("[int[]] $a = 1, 2; [array]::Resize([ref] $a, 4); $a; $a.GetType().Name", "1 2 0 0 Int32[]"),
    ("[byte[]] $a = 1, 2, 3; [array]::Resize([ref] $a, 2); $a; $a.GetType().Name", "1 2 Byte[]"),
    ("$d = [Collections.Generic.Dictionary[int, string]]::new(); $d[1] = 'a'; $d.Count; $d.Values; $null -eq $d.no",
     "1 a True"),
    ("$m = [IO.MemoryStream]::new(); $m.SetLength(3); $m.Length; $m.Position; $m.SetLength(1); $m.Length", "3 0 1"),
    ("$a = [int[]] (1, 2); [array]::Fill($a, '7'); $a; [array]::Clear($a); $a", "7 7 0 0"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_results(run: Any, script: str, expected: str) -> None:
    assert " ".join(run(script).texts) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$x = [xml] '<a b=\"1\"/>'; @(& { $x.DocumentElement.SetAttribute('k', 'v') }).Count", "0"),
        ("$x = [xml] '<a b=\"1\"/>'; $x.DocumentElement.SetAttribute('k', 'urn:z', 'v')", "v"),
        ("$t = [int[]]::new(2); ([Collections.Generic.List[int]] (1, 2)).CopyTo($t); $t", "1 2"),
    ],
)
def test_what_methods_give(run: Any, script: str, expected: str) -> None:
    assert " ".join(run(script).texts) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no date", "valid DateTime. There is an unknown word starting at index '0'."),
        ("2024-13-45", "String '2024-13-45' was not recognized as a valid DateTime."),
    ],
)  # fmt: skip
def test_texts_that_are_no_dates(run: Any, text: str, reason: str) -> None:
    assert reason in run(f"try {{ [datetime] '{text}' }} catch {{ $_.Exception.Message }}").texts[0]


def test_the_name_of_the_user(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USER", raising=False)
    monkeypatch.delenv("LOGNAME", raising=False)
    assert run("[Environment]::UserName -eq (id -un)").texts == ["True"]
