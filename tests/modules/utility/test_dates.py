from __future__ import annotations

import pytest

DATE = "Get-Date '2024-03-04 05:06:07'"


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (f"{DATE} -Format yyyyMMdd", "20240304"),
        (f"{DATE} -Format FileDate", "20240304"),
        (f"{DATE} -Format FileDateTime", "20240304T0506070000"),
        ("Get-Date '2024-03-04T05:06:07Z' -AsUTC -Format FileDateTimeUniversal", "20240304T0506070000Z"),
        (f"{DATE} -Year 2023 -Month 2 -Day 28 -Hour 1 -Minute 2 -Second 3 -Millisecond 4 -Format o",
         "2023-02-28T01:02:03.0040000"),
        ("Get-Date '2024-01-31' -Month 2 -Format d", "2/29/2024"),
        ("Get-Date '2023-02-01' -Day 30 -Format d", "3/2/2023"),
        ("Get-Date -UnixTimeSeconds 0 -AsUTC -Format s", "1970-01-01T00:00:00"),
        ("Get-Date -UnixTime 0 -AsUTC -UFormat %Y", "1970"),
        (f"{DATE} -UFormat '+%A %a %B %b %C %d %e|%F|%H %h %I %j %k %l %M %m %p %S %u %w %y %Y%n%t%q'",
         "Monday Mon March Mar 20 04  4|2024-03-04|05 Mar 05 064  5  5 06 03 AM 07 1 1 24 2024\n\tq"),
        (f"{DATE} -UFormat '%c|%D|%R|%r|%T|%X|%x|%V|%G|%g|%U|%W'",
         "Mon 04 Mar 2024 05:06:07|03/04/24|05:06|05:06:07 AM|05:06:07|05:06:07|03/04/24|10|2024|24|9|9"),
        ("Get-Date '2000-01-01T00:00:00Z' -UFormat %s", "946684800"),
        ("[pscustomobject]@{LastWriteTime=[datetime]'2024-03-04'} | Get-Date -Format d", "3/4/2024"),
        ("'2024-03-04' | Get-Date -Format d", "3/4/2024"),
    ],
)  # fmt: skip
def test_dates_as_text(ps, script: str, text: str) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == [text]


def test_a_hint_decides_what_is_shown(ps) -> None:
    assert ps(f"{DATE} -DisplayHint Date").text.strip() == "Monday, March 4, 2024"
    assert ps(f"{DATE} -DisplayHint Time").text.strip() == "5:06:07 AM"
    assert ps(f"({DATE} -DisplayHint Time).DisplayHint.ToString()").output == ["Time"]
    assert ps(f"{DATE} -DisplayHint Odd").ids[0].startswith("CannotConvertArgumentNoMessage,")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("0030-01-02", "0030-01-02T00:00:00"),
        ("1/2/30", "1930-01-02T00:00:00"),
        ("2030-4-5 1:2:3.09", "2030-04-05T01:02:03"),
        ("Jan 1, 2020Z", "2020-01-01T00:00:00"),
    ],
)
def test_texts_read_as_dates(ps, text: str, shown: str) -> None:
    there = ".ToUniversalTime()" if "Z" in text else ""
    assert ps(f"([datetime]'{text}'){there}.ToString('s')").output == [shown]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Start-Sleep -Seconds -1", "ParameterArgumentValidationError"),
        ("Start-Sleep -Milliseconds -1", "ParameterArgumentValidationError"),
        ("Start-Sleep -Duration '-00:00:01'", "ParameterArgumentValidationError"),
        ("Start-Sleep -Duration '99.00:00:00'", "MaximumDurationExceeded"),
    ],
)
def test_sleeps_refused(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [f"{error_id},Microsoft.PowerShell.Commands.StartSleepCommand"]


def test_sleeps(ps) -> None:
    sleeps = "Start-Sleep ([timespan]'00:00:00.02'); Start-Sleep -ms 20; Start-Sleep 0.02"
    assert 60 <= ps(f"(Measure-Command {{ {sleeps} }}).TotalMilliseconds").output[0] < 5000
    span = "New-TimeSpan -Days 1 -Hours 2 -Minutes 3 -Seconds 4 -Milliseconds 5"
    assert ps(f"({span}).ToString()").output == ["1.02:03:04.0050000"]
    assert ps("(New-TimeSpan '2024-01-01' -End '2024-01-03').Days").output == [2]
    assert ps("(New-TimeSpan).Ticks").output == [0]


def test_the_clock_is_the_administrators(ps) -> None:
    ran = ps("Set-Date '2024-01-01' -WhatIf; Set-Date -Adjust '01:00' -WhatIf -DisplayHint Date")
    assert (ran.ids, ran.output) == ([], [])


def test_uptime(ps) -> None:
    assert ps("(Get-Uptime) -is [timespan]; (Get-Uptime -Since) -is [datetime]").output == [True, True]
