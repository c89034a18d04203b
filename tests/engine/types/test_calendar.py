"""DateOnly and TimeOnly."""

from __future__ import annotations

from typing import Any

import pytest

DAY = "$d = [DateOnly]::new(2024, 1, 31);"
TIME = "$t = [TimeOnly]'3:04:05.1234567 PM';"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (DAY + '"$d"; $d.ToString(); $d.ToString("yyyy"); $d.ToString("o"); $d.ToLongDateString()',
         ["01/31/2024", "1/31/2024", "2024", "2024-01-31", "Wednesday, January 31, 2024"]),
        (DAY + "$d.Year; $d.Month; $d.Day; $d.DayOfWeek; $d.DayOfYear; $d.DayNumber",
         ["2024", "1", "31", "Wednesday", "31", "738915"]),
        (DAY + '"$($d.AddDays(1)) $($d.AddMonths(1)) $($d.AddYears(-1))"', ["02/01/2024 02/29/2024 01/31/2023"]),
        (DAY + "$d -eq '2024-01-31'; $d -lt [DateOnly]'2024-02-01'; $d.CompareTo([DateOnly]::MinValue); "
         "$d.Equals([DateOnly]::FromDayNumber(738915))", ["True", "True", "1", "True"]),
        (DAY + "$d.ToDateTime([TimeOnly]::new(15, 4)).ToString('s'); $d.ToDateTime('1:00', 'Utc').Kind",
         ["2024-01-31T15:04:00", "Utc"]),
        (('"$([DateOnly]::FromDateTime([datetime]"2024-05-06 10:00"))";'
         '"$([DateOnly]::ParseExact("07.05.2024", "dd.MM.yyyy"))"'),
         ["05/06/2024", "05/07/2024"]),
        ("$o = $null; [DateOnly]::TryParse('x', [ref]$o); [DateOnly]::TryParse('2024-01-02', [ref]$o); $o.Day",
         ["False", "True", "2"]),
        ("([DateOnly]'2024-03-01', [DateOnly]'2024-01-01' | Sort-Object)[0].Month", ["1"]),
        (TIME + '"$t"; $t.ToString(); $t.ToLongTimeString(); $t.ToString("o")',
         ["15:04", "3:04 PM", "3:04:05 PM", "15:04:05.1234567"]),
        (TIME + "$t.Hour; $t.Minute; $t.Second; $t.Millisecond; $t.Microsecond; $t.Nanosecond; $t.Ticks",
         ["15", "4", "5", "123", "456", "700", "542451234567"]),
        (TIME + '"$($t.AddHours(10)) $($t.AddMinutes(-5)) $($t.Add([timespan]::FromHours(1)))"', ["01:04 14:59 16:04"]),
        (TIME + "$t.IsBetween('14:00', '16:00'); $t.IsBetween('22:00', '2:00');"
         " ([TimeOnly]'1:00').IsBetween('22:00', '2:00')",
         ["True", "False", "True"]),
        (TIME + "$t -gt [TimeOnly]::MinValue; $t -eq $t.Add(0); $t.CompareTo([TimeOnly]::MaxValue)",
         ["True", "True", "-1"]),
        ('"$([TimeOnly]::FromDateTime([datetime]"2024-05-06 10:20")) $([TimeOnly]::FromTimeSpan("1:30"))"',
         ["10:20 01:30"]),
        ("[TimeOnly]::new(1, 2, 3).ToTimeSpan().ToString(); [TimeOnly]::new(0).Ticks", ["01:02:03", "0"]),
    ],
)  # fmt: skip
def test_members(run: Any, script: str, expected: list[str]) -> None:
    assert run(script).texts == expected


@pytest.mark.parametrize(
    ("script", "id", "reason"),
    [
        ("[DateOnly]::new(2024, 13, 1)", "ArgumentOutOfRangeException", "un-representable"),
        ("[TimeOnly]::new(24, 0)", "ArgumentOutOfRangeException", "un-representable"),
        ("[DateOnly]::MaxValue.AddDays(1)", "ArgumentOutOfRangeException", "out of range"),
        ("[DateOnly]::Parse('x')", "FormatException", "not recognized as a valid DateOnly"),
        ("[DateOnly]'x'", "InvalidCastParseTargetInvocationWithFormatProvider", "not recognized as a valid DateOnly"),
        ("[TimeOnly]::Parse('x')", "FormatException", "not recognized as a valid TimeOnly"),
        ("[TimeOnly]::FromTimeSpan('1.0:0')", "ArgumentOutOfRangeException", "Ticks must be between"),
    ],
)
def test_failures(run: Any, script: str, id: str, reason: str) -> None:
    caught = run(f"try {{ {script} }} catch {{ $_.FullyQualifiedErrorId; $_.Exception.Message -match '{reason}' }}")
    assert caught.texts == [id, "True"]
