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


LARGE = "$n = [bigint]::Pow(10, 30000) - 7; "
CASES += [
    (f'{LARGE}"$n".Length; "$n".Substring(29997); $n.ToString("D") -eq "$n"; -$n -lt 0', "30000 993 True True"),
    (f'{LARGE}[bigint]::Parse("$n") -eq $n; [bigint]"-$n" -eq -$n; ($n | ConvertTo-Json) -eq "$n"', "True True True"),
    ("[bigint]1 -shl 40; [bigint]1099511627776 -shr 38; [bigint]-8 -shr 1", "1099511627776 4 -4"),
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


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("'{0:C}|{1:C0}|{2:N}|{2:F}|{3:P}' -f 12.5, -3, 1234.5, 0.256", "$12.50|-$3|1,234.500|1234.500|25.600%"),
        ("'{0:N0}|{0:F1}|{1:P0}|{1:C3}' -f 1234.5, 0.256", "1,234|1234.5|26%|$0.256"),
        ("$i = [cultureinfo]::InvariantCulture; (-12.5).ToString('C', $i); (1.5).ToString('N', $i)", "(¤12.50) 1.50"),
        ("(0.5).ToString('P', [Globalization.NumberFormatInfo]::InvariantInfo)", "50.00 %"),
        ("(1.5).ToString([cultureinfo] 'en-US'); (1.5).ToString([cultureinfo]::InvariantCulture)", "1.5 1.5"),
        ("(12.5).ToString('C', [cultureinfo] 'en-US')", "$12.50"),
        ("[cultureinfo]::InvariantCulture.NumberFormat | % { $_.CurrencySymbol; $_.NumberDecimalDigits }", "¤ 2"),
        (
            "(Get-Culture).NumberFormat | % { $_.CurrencySymbol; $_.PercentDecimalDigits; $_.CurrencyDecimalDigits }",
            "$ 3 2",
        ),
    ],
)
def test_number_formats(run: Any, script: str, expected: str) -> None:
    assert " ".join(run(script).texts) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("[long] 7 % 2; ([long] 7 % 2).GetType().Name; [long] -7 % 2; [long] 7 % -2", "1 Int64 -1 1"),
        ("[long]::MaxValue + 1; ([long] 1 + 1).GetType().Name", "9.22337203685478E+18 Int64"),
        ("[long] 5 -gt 4; [long] 5 -eq 5; [byte] 5 -lt [uint64] 6; 1.5 -ge [long] 2; [double]::NaN -le 1",
         "True True True False False"),
    ],
)  # fmt: skip
def test_sized_numbers(run: Any, script: str, expected: str) -> None:
    assert " ".join(run(script).texts) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("'{0:N2} {1:F2} {2:F1} {3:N0} {4:F0}' -f 1.005, 2.675, 0.25, 2.5, 0.5", "1.00 2.67 0.2 2 0"),
        ("'{0:F2} {1:F0} {2:N1}' -f 0.375, 3.5, -0.01", "0.38 4 -0.0"),
        ("'{0:F2} {1:N0}' -f 0.125d, 2.5d", "0.13 3"),
        ("(1.005).ToString('0.00')", "1.01"),
        ("[math]::Round(2.5); [math]::Round(3.5); [math]::Round(2.675, 2); [math]::Round(1.005, 2)", "2 4 2.68 1"),
        (
            "[math]::Round(2.5, 'AwayFromZero'); [math]::Round(-2.5, 'AwayFromZero'); [math]::Round(1e17, 2)",
            "3 -3 1E+17",
        ),
    ],
)
def test_doubles_are_rounded_from_their_exact_value(run: Any, script: str, expected: str) -> None:
    assert " ".join(run(script).texts) == expected
