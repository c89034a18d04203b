"""Members of BigInteger, Double and Convert."""

from __future__ import annotations

from typing import Any

import pytest

CASES = [
    ("[bigint]::GreatestCommonDivisor(12, 18); [bigint]::ModPow(3, 4, 5); [bigint]::ModPow(-3, 3, 5)", "6 1 -2"),
    (
        "$r = 0; [bigint]::DivRem(-7, 2, [ref] $r); $r; [bigint]::Remainder(7, -2); [bigint]::Divide(7, -2)",
        "-3 -1 1 -3",
    ),
    ("[bigint]::Add(1, 2); [bigint]::Subtract(1, 2); [bigint]::Multiply(3, 2); [bigint]::Negate(5)", "3 -1 6 -5"),
    ("[bigint]::Abs(-4); [bigint]::Max(1, 2); [bigint]::Min(1, 2); [bigint]::Compare(1, 2)", "4 2 1 -1"),
    (
        "[bigint]::Pow(2, 70); [bigint]::Log10(1000); [bigint]::Log(8, 2); [bigint]::Log(1)",
        "1180591620717411303424 3 3 0",
    ),
    ("[bigint]::Zero; [bigint]::One; [bigint]::MinusOne; ([bigint] -3).Sign", "0 1 -1 -1"),
    ("$b = [bigint] 8; $b.IsPowerOfTwo; $b.IsEven; $b.IsOne; $b.IsZero", "True True False False"),
    ("([bigint] 256).ToByteArray(); ([bigint] 255).ToByteArray(); ([bigint] -1).ToByteArray()", "0 1 255 0 255"),
    (
        "[double]::IsFinite(1); [double]::IsPositiveInfinity(1 / 0.0); [double]::IsNegativeInfinity(1)",
        "True True False",
    ),
    ("'(ab)'.Trim('()'); 'xyab'.TrimStart('yx'); 'a-b'.Split('-b').Count", "ab ab 2"),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_results(run: Any, script: str, expected: str) -> None:
    assert " ".join(run(script).texts) == expected


@pytest.mark.parametrize(
    ("script", "id", "message"),
    [
        ("[Convert]::ToInt32('zz', 16)", "FormatException", "Could not find any recognizable digits."),
        (
            "[Convert]::ToInt32('12z', 16)",
            "FormatException",
            "Additional non-parsable characters are at the end of the string.",
        ),
        ("[bigint]::Divide(1, 0)", "DivideByZeroException", "Attempted to divide by zero."),
    ],
)
def test_failures(run: Any, script: str, id: str, message: str) -> None:
    outcome = run(f"try {{ {script} }} catch {{ $_.FullyQualifiedErrorId; $_.Exception.InnerException.Message }}")
    assert outcome.texts == [id, message]
