"""Measure-Object: sums, extremes, texts and what is missing."""

from __future__ import annotations

import pytest

KIND = "Microsoft.PowerShell.Commands."


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("(1..4 | measure -AllStats).psobject.Properties.Value", [4, 2.5, 10.0, 4.0, 1.0, 1.2909944487358056, None]),
        ("(1..4 | measure -Average).psobject.Properties.Value", [4, 2.5, None, None, None, None, None]),
        ("(1 | measure -StandardDeviation).StandardDeviation", [0.0]),
        ("(0.1,0.2,0.3 | measure -Sum).Sum", [0.6000000000000001]),
        ("'10','9' | measure -Maximum -Minimum | % { $_.Maximum; $_.Minimum; $_.GetType().Name }",
         [10.0, 9.0, "GenericMeasureInfo"]),
        ("'b','a' | measure -Maximum -Minimum | % { $_.Maximum; $_.Minimum; $_.GetType().Name }",
         ["b", "a", "GenericObjectMeasureInfo"]),
        ("1,'a' | measure -Maximum | % Maximum", ["a"]),
        ("([datetime]'2020-01-01',[datetime]'2021-01-01' | measure -Maximum).Maximum.Year", [2021]),
        ("\"a b`nc`n\" | measure -Line -Word -Character | % { $_.Lines; $_.Words; $_.Characters }", [2, 3, 6]),
        ("\"a b`nc`n\" | measure -Character -IgnoreWhiteSpace | % Characters", [3]),
        ("$null -eq ('a' | measure -Line).Words", [True]),
        ("[pscustomobject]@{a=1;ab=2},[pscustomobject]@{a=3} | measure a* -Sum | % { \"$($_.Property) $($_.Sum)\" }",
         ["a 4", "ab 2"]),
        ("(1..3 | measure { $_ * 2 } -Sum).Sum", [12.0]),
        ("([pscustomobject]@{a=$null},[pscustomobject]@{a=4} | measure a -Average).Average", [2.0]),
        ("@(1 | measure nope).Count; (1,$null,2 | measure).Count", [0, 2]),
        ("@([pscustomobject]@{a=1} | measure a, A -Sum).Sum", [1.0]),
    ],
)  # fmt: skip
def test_values(ps, script: str, expected: list[object]) -> None:
    ran = ps(script)
    assert (ran.output, ran.ids) == (expected, [])


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Set-StrictMode -Version 2; 1 | measure nope", "GenericMeasurePropertyNotFound"),
        ("Set-StrictMode -Version 2; 1 | measure nope -Line", "TextMeasurePropertyNotFound"),
        ("'a' | measure -Sum", "NonNumericInputObject"),
        ("1 | measure -Sum -Line", "AmbiguousParameterSet"),
        ("1 | measure -Property @()", "ParameterArgumentValidationError"),
    ],
)
def test_errors(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [f"{error_id},{KIND}MeasureObjectCommand"]


def test_sum_is_empty_once_something_was_no_number(ps) -> None:
    assert ps("(1,'a' | measure -Sum -ErrorAction SilentlyContinue).Sum").output == [None]
