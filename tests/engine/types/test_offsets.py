"""DateTimeOffset, exact reading of dates and time spans, what dates are made of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_D = "$d = [DateTimeOffset]::Parse('2024-03-05T10:00:00+02:00')"
CASES = [
    (f'{_D}; "$d"; $d.ToString(); $d.Offset; $d.GetType().FullName; $d.DateTime; $d.UtcDateTime.ToString(\'o\')',
     ["String:03/05/2024 10:00:00 +02:00", "String:3/5/2024 10:00:00 AM +02:00", "TimeSpan:02:00:00",
      "String:System.DateTimeOffset", "DateTime:03/05/2024 10:00:00", "String:2024-03-05T08:00:00.0000000Z"]),
    ((f"{_D}; $d.Year; $d.Month; $d.Day; $d.Hour; $d.Minute; $d.Second; $d.Millisecond; $d.DayOfWeek; $d.DayOfYear; "
     "$d.Date; $d.TimeOfDay"),
     ["Int32:2024", "Int32:3", "Int32:5", "Int32:10", "Int32:0", "Int32:0", "Int32:0", "DayOfWeek:Tuesday", "Int32:65",
      "DateTime:03/05/2024 00:00:00", "TimeSpan:10:00:00"]),
    ((f"{_D}; $d.ToUnixTimeSeconds(); $d.ToUnixTimeMilliseconds(); $d.AddDays(1).Day; $d.AddMonths(-1).Month; "
     "$d.AddHours(0.5).Minute; $d.ToOffset('00:00').Hour; $d.ToUniversalTime().ToString('o'); $d.ToString('u')"),
     ["Int64:1709625600", "Int64:1709625600000", "Int32:6", "Int32:2", "Int32:30", "Int32:8",
      "String:2024-03-05T08:00:00.0000000+00:00", "String:2024-03-05 08:00:00Z"]),
    ((f"{_D}; $d -eq [DateTimeOffset]'2024-03-05T08:00:00Z'; $d.EqualsExact([DateTimeOffset]'2024-03-05T08:00:00Z'); "
     "$d -gt [DateTimeOffset]'2024-03-05T07:00:00Z'; ($d - [DateTimeOffset]'2024-03-05T07:59:59Z').TotalSeconds; "
     "($d + [timespan]'1:00').Hour; $d.CompareTo([DateTimeOffset]::MaxValue)"),
     ["Boolean:True", "Boolean:False", "Boolean:True", "Double:1", "Int32:11", "Int32:-1"]),
    (("[DateTimeOffset]::FromUnixTimeSeconds(1709632800).ToString('o'); "
     "[DateTimeOffset]::FromUnixTimeMilliseconds(1).Millisecond; [DateTimeOffset]::UnixEpoch.Ticks; "
     "[DateTimeOffset]::UtcNow.Offset; [DateTimeOffset]::Now.ToUnixTimeSeconds() -gt 1700000000"),
     ["String:2024-03-05T10:00:00.0000000+00:00", "Int32:1", "Int64:621355968000000000", "TimeSpan:00:00:00",
      "Boolean:True"]),
    ("[DateTimeOffset]::FromUnixTimeSeconds(999999999999)", ["!ArgumentOutOfRangeException"]),
    ("[DateTimeOffset]::Parse('nope')", ["!FormatException"]),
    (("[DateTimeOffset]::new(2024, 1, 2, 3, 4, 5, [timespan]'1:00').ToString('o'); [DateTimeOffset]::new([datetime]"
     "'2024-01-01', '05:00').UtcDateTime; ([DateTimeOffset][datetime]'2024-01-01').Year; "
     "[DateTimeOffset]::new(0, '0')"),
     ["String:2024-01-02T03:04:05.0000000+01:00", "DateTime:12/31/2023 19:00:00", "Int32:2024",
      "DateTimeOffset:01/01/0001 00:00:00 +00:00"]),
    ("[DateTimeOffset]::new(2022, 11, 2, 12, 1, 44, 580, 138, '4:00').AddTicks(8).ToString('o')",
     ["String:2022-11-02T12:01:44.5801388+04:00"]),
    (("ConvertTo-Json ([DateTimeOffset]'2024-01-31T03:04:05+00:00'); "
      "'{0:HH zzz}' -f [DateTimeOffset]'2024-01-31T03:04+02:00'"),
     ['String:"2024-01-31T03:04:05+00:00"', "String:03 +02:00"]),
    ("[DateTimeOffset]::new([datetime]'2024-01-01', '15:00')", ["!ArgumentOutOfRangeException"]),
    (("$o = $null; [DateTimeOffset]::TryParse('x', [ref]$o); [DateTimeOffset]::TryParse('2024-01-01T00:00Z', [ref]$o); "
     "$o.Year; [DateTimeOffset]::ParseExact('2024-03-05 +02:00', 'yyyy-MM-dd zzz', $null).Offset"),
     ["Boolean:False", "Boolean:True", "Int32:2024", "TimeSpan:02:00:00"]),
    (("[datetime]::ParseExact('2024-03-05T01:02:03.1234567Z', 'o', $null, 'RoundtripKind').Kind; "
     "[datetime]::ParseExact('20240305', [string[]]('yyyy', 'yyyyMMdd'), $null).Day; "
     "[datetime]::ParseExact('2024-03-05 +02:00', 'yyyy-MM-dd zzz', $null, 'AdjustToUniversal').Hour"),
     ["DateTimeKind:Utc", "Int32:5", "Int32:22"]),
    ("[datetime]::ParseExact('x', 'yyyy', $null)", ["!FormatException"]),
    ("[datetime]::ParseExact('2024-13-01', 'yyyy-MM-dd', $null)", ["!FormatException"]),
    (("$o = $null; [datetime]::TryParseExact('2024', 'yyyy', $null, 'None', [ref]$o); $o; "
     "[datetime]::TryParseExact('x', 'yyyy', $null, 'None', [ref]$o); $o"),
     ["Boolean:True", "DateTime:01/01/2024 00:00:00", "Boolean:False", "DateTime:01/01/0001 00:00:00"]),
    ("[datetime]::new(2024, 13, 1)", ["!ArgumentOutOfRangeException"]),
    ("[datetime]::new(2024, 1, 1, 25, 0, 0)", ["!ArgumentOutOfRangeException"]),
    ("[datetime]::DaysInMonth(2024, 13)", ["!ArgumentOutOfRangeException"]),
    (("[datetime]::FromBinary(([datetime]'2024-03-05').ToBinary()); [datetime]::FromOADate(45356.5); "
     "([datetime]'2024-03-05').ToOADate(); ([datetime]'2024-03-05').GetDateTimeFormats('d')"),
     ["DateTime:03/05/2024 00:00:00", "DateTime:03/05/2024 12:00:00", "Double:45356", "String:3/5/2024"]),
    ("[datetime]::Parse('2024-03-05', $null, 'AssumeUniversal, AdjustToUniversal').Kind", ["DateTimeKind:Utc"]),
    (("[timespan]::ParseExact('01:02', 'hh\\:mm', $null); [timespan]::TicksPerSecond; "
     "[timespan]::FromHours(1).Multiply(2); [timespan]::FromHours(3) / [timespan]::FromHours(2); "
     "[timespan]::FromHours(3).Divide(2); [timespan]::Compare('1:00', '2:00'); [timespan]::new(1, 2, 3, 4, 5)"),
     ["TimeSpan:01:02:00", "Int64:10000000", "TimeSpan:02:00:00", "Double:1.5", "TimeSpan:01:30:00", "Int32:-1",
      "TimeSpan:1.02:03:04.0050000"]),
    ("[timespan]::Parse('x')", ["!FormatException"]),
    ("[timespan]::ParseExact('99:00', 'hh\\:mm', $null)", ["!OverflowException"]),
    ("$t = $null; [timespan]::TryParse('1:2', [ref]$t); $t; [timespan]::TryParseExact('x', 'c', $null, [ref]$t); $t",
     ["Boolean:True", "TimeSpan:01:02:00", "Boolean:False", "TimeSpan:00:00:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_moments(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected
