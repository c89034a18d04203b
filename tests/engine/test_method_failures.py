"""What methods and setters raise for arguments that they cannot use: the exceptions of .NET."""

from __future__ import annotations

from typing import Any

import pytest

NULL = "ArgumentNullException"
RANGE = "ArgumentOutOfRangeException"

CASES = [
    ("[array]::Sort($null)", NULL, "Value cannot be null."),
    ("[Text.Encoding]::ASCII.GetString($null)", NULL, "Value cannot be null."),
    ("[convert]::ToBase64String($null)", NULL, "Value cannot be null."),
    ("(1,2).CopyTo($null, 0)", NULL, "Value cannot be null."),
    ("[powershell]::Create().EndInvoke($null)", NULL, "Value cannot be null."),
    ("[powershell]::Create().EndInvoke(5)", "ArgumentException", "Asynchronous results of another call were given."),
    ("[timespan]::FromDays(1e300)", "OverflowException", "TimeSpan overflowed because the duration is too long."),
    ("[timespan]::FromHours([double]::NaN)", "ArgumentException",
     "TimeSpan does not accept floating point Not-a-Number values."),
    ("[timespan]::MinValue.Negate()", "OverflowException", "TimeSpan overflowed because the duration is too long."),
    ("([datetime]0).AddDays([double]::NaN)", RANGE, "Value to add was out of range. (Parameter 'value')"),
    ("([datetime]0).AddDays(1e300)", RANGE, "Value to add was out of range. (Parameter 'value')"),
    ("[math]::Round(1.5, 16)", RANGE, "Rounding digits must be between 0 and 15, inclusive. (Parameter 'digits')"),
    ("[math]::Round(1.5d, 29)", RANGE,
     "Decimal can only round to between 0 and 28 digits of precision. (Parameter 'decimals')"),
    ("[enum]::ToObject([dayofweek], 'x')", "ArgumentException",
     ("The value passed in must be an enum base or an underlying type for an enum, such as an Int32. "
     "(Parameter 'value')")),
]  # fmt: skip


@pytest.mark.parametrize(("script", "name", "text"), CASES)
def test_methods(run: Any, script: str, name: str, text: str) -> None:
    outcome = run(f"try {{ {script} }} catch {{ $_.Exception.InnerException.GetType().Name; "
                  "$_.Exception.InnerException.Message; $_.FullyQualifiedErrorId }")  # fmt: skip
    assert outcome.texts == [name, text, name]


def test_arithmetic_of_spans(run: Any) -> None:
    outcome = run("try { [timespan]::MaxValue + [timespan]1 } catch { $_.Exception.GetType().Name }; [timespan]5 * 2")
    assert outcome.texts == ["OverflowException", "00:00:00.0000010"]


def test_setters(run: Any) -> None:
    outcome = run("$stream = [IO.MemoryStream]::new(); try { $stream.Position = -1 } catch { $_.Exception.Message }")
    assert outcome.texts == [
        "Exception setting \"Position\": \"Non-negative number required. (Parameter 'value')\""
    ]  # fmt: skip
