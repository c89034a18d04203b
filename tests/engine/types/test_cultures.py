"""Numbers and dates as cultures write and read them: providers, the session's culture, formats that scripts change."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_MOMENT = "([datetime]'2024-03-05 14:05:06')"
_NARROW, _HARD, _MINUS = "\u202f", "\xa0", "\u2212"
_AT = ("14:05", "14:05:06")
# the culture, then what a number is as N2, C and P1 and without a format, and a moment as d, D, t and T
COMMON = [
    ("de-DE", "-1.234,50", "-1.234,50 €", "-12,5 %", "-0,5", "05.03.2024", "Dienstag, 5. März 2024", *_AT),
    ("fr-FR", f"-1{_NARROW}234,50", f"-1{_NARROW}234,50 €", "-12,5 %", "-0,5", "05/03/2024", "mardi 5 mars 2024", *_AT),
    ("en-US", "-1,234.50", "-$1,234.50", "-12.5%", "-0.5", "3/5/2024", "Tuesday, March 5, 2024", "2:05 PM",
     "2:05:06 PM"),
    ("en-GB", "-1,234.50", "-£1,234.50", "-12.5%", "-0.5", "05/03/2024", "Tuesday, 5 March 2024", *_AT),
    ("es-ES", "-1.234,50", "-1.234,50 €", "-12,5 %", "-0,5", "5/3/2024", "martes, 5 de marzo de 2024", *_AT),
    ("it-IT", "-1.234,50", "-1.234,50 €", "-12,5%", "-0,5", "05/03/2024", "martedì 5 marzo 2024", *_AT),
    ("ja-JP", "-1,234.50", "-￥1,234", "-12.5%", "-0.5", "2024/03/05", "2024年3月5日火曜日", *_AT),
    ("sv-SE", f"{_MINUS}1{_HARD}234,50", f"{_MINUS}1{_HARD}234,50 kr", f"{_MINUS}12,5 %", f"{_MINUS}0,5", "2024-03-05",
     "tisdag 5 mars 2024", *_AT),
    ("tr-TR", "-1.234,50", "-₺1.234,50", "-%12,5", "-0,5", "5.03.2024", "5 Mart 2024 Salı", *_AT),
    ("da-DK", "-1.234,50", "-1.234,50 kr.", "-12,5 %", "-0,5", "05.03.2024", "tirsdag den 5. marts 2024", "14.05",
     "14.05.06"),
    ("", "-1,234.50", "(¤1,234.50)", "-12.5 %", "-0.5", "03/05/2024", "Tuesday, 05 March 2024", *_AT),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), [(row[0], row[1:]) for row in COMMON], ids=[row[0] for row in COMMON])
def test_a_provider_decides_how_numbers_and_dates_are_written(run: Any, name: str, expected: tuple[str, ...]) -> None:
    outcome = run(
        f"$c = [cultureinfo]'{name}'; (-1234.5).ToString('N2', $c); (-1234.5).ToString('C', $c)\n"
        f"(-0.125).ToString('P1', $c); (-0.5).ToString($c)\n"
        f"'d', 'D', 't', 'T' | ForEach-Object {{ {_MOMENT}.ToString($_, $c) }}"
    )
    assert outcome.texts == list(expected)
    assert outcome.ids == []


@pytest.mark.parametrize(("name", "expected"), [(row[0], row[1:]) for row in COMMON], ids=[row[0] for row in COMMON])
def test_the_culture_of_the_session_decides_without_a_provider(run: Any, name: str, expected: tuple[str, ...]) -> None:
    outcome = run(
        f"[Threading.Thread]::CurrentThread.CurrentCulture = '{name}'; '{{0:N2}}' -f -1234.5; '{{0:C}}' -f -1234.5\n"
        f"[string]::Format('{{0:P1}}', -0.125); (-0.5).ToString(); {_MOMENT}.ToShortDateString()\n"
        f"{_MOMENT}.ToLongDateString(); {_MOMENT}.ToShortTimeString(); Get-Date {_MOMENT} -Format T"
    )
    assert outcome.texts == list(expected)
    assert outcome.ids == []


CASES = [
    # casts and expandable strings are of the invariant culture whatever the session's is
    (("[cultureinfo]::CurrentCulture = 'de-DE'; \"$(1.5)\"; [string]1.5; [double]'1.5'; 1.5 -join ''; "
     f'"$({_MOMENT})"'), ["String:1.5", "String:1.5", "Double:1.5", "String:1.5", "String:03/05/2024 14:05:06"]),
    (("[cultureinfo]::CurrentCulture = 'de-DE'; (1.5 | Out-String).Trim(); ([pscustomobject]@{a = 1.5} | Format-List |"
     " Out-String).Trim()"), ["String:1,5", "String:a : 1,5"]),
    (f"[cultureinfo]::CurrentCulture = 'de-DE'; ({_MOMENT} | Out-String).Trim()",
     ["String:Dienstag, 5. März 2024 14:05:06"]),
    (("[cultureinfo]::CurrentCulture = 'fr-FR'; (Get-Culture).Name; [cultureinfo]::CurrentCulture.Name; "
     "[cultureinfo]::CurrentUICulture.Name"), ["String:fr-FR", "String:fr-FR", "String:en-US"]),
    (("[cultureinfo]::CurrentCulture = 'de-DE'; [double]::Parse('1.234,5'); [convert]::ToDouble('1,5'); "
     "[decimal]::Parse('1,50'); [datetime]::Parse('5.3.2024')"),
     ["Double:1234.5", "Double:1.5", "Decimal:1.50", "DateTime:03/05/2024 00:00:00"]),
    ("[string]::Format([cultureinfo]'de-DE', '{0:N1}|{1:d}|{2,6}', 1234.5, [datetime]'2024-03-05', 0.5)",
     ["String:1.234,5|05.03.2024|   0,5"]),
    (("[double]::Parse('1,5', [cultureinfo]'de-DE'); [double]::Parse('1,5'); $d = 0.0; "
     "[double]::TryParse('2,5', 'Float', [cultureinfo]'sv-SE', [ref]$d); $d"),
     ["Double:1.5", "Double:15", "Boolean:True", "Double:2.5"]),
    ("[decimal]::Parse('1.234,50 €', 'Currency', [cultureinfo]'de-DE'); [decimal]::Parse('(5)', 'Currency')",
     ["Decimal:1234.50", "Decimal:-5"]),
    ("[int]::Parse('ff', 'HexNumber'); [int]::Parse('FFFFFFFF', 'HexNumber'); [int]::Parse('1,234', 'AllowThousands')",
     ["Int32:255", "Int32:-1", "Int32:1234"]),
    ("[int]::Parse('1,234')", ["!FormatException"]),
    ("[datetime]::Parse('05/03/2024', [cultureinfo]'en-GB').Month; [datetime]::Parse('05/03/2024').Month",
     ["Int32:3", "Int32:5"]),
    (("[datetime]::Parse('5 mars 2024', [cultureinfo]'fr-FR'); [datetime]::Parse('Dienstag, 5. März 2024 14:05', "
     "[cultureinfo]'de-DE'); [datetime]::Parse('5 de marzo de 2024', [cultureinfo]'es-ES')"),
     ["DateTime:03/05/2024 00:00:00", "DateTime:03/05/2024 14:05:00", "DateTime:03/05/2024 00:00:00"]),
    ("[datetime]::ParseExact('5 mars 2024', 'd MMMM yyyy', [cultureinfo]'fr-FR').Month", ["Int32:3"]),
    (("$n = [cultureinfo]::InvariantCulture.NumberFormat.Clone(); $n.NumberDecimalSeparator = '_'; "
     "$n.NumberGroupSizes = [int[]](3, 2); (1234567.5).ToString('N1', $n); (1.5).ToString($n); (1.5).ToString()"),
     ["String:12,34,567_5", "String:1_5", "String:1.5"]),
    (("$c = [cultureinfo]::new('en-US'); $c.NumberFormat.CurrencySymbol = 'X'; (1).ToString('C', $c); "
     "$c.DateTimeFormat.ShortDatePattern = 'yyyy~MM'; ([datetime]'2024-03-05').ToString('d', $c)"),
     ["String:X1.00", "String:2024~03"]),
    ("$c = [cultureinfo]'en-US'; $c.NumberFormat.NumberDecimalSeparator = ''", ["!ExceptionWhenSetting"]),
    (("$f = ([cultureinfo]'de-DE').DateTimeFormat; $f.DayNames[0]; $f.GetMonthName(3); "
     "$f.GetAbbreviatedDayName('Monday'); $f.FirstDayOfWeek; $f.CalendarWeekRule; $f.MonthNames.Count"),
     ["String:Sonntag", "String:März", "String:Mo", "DayOfWeek:Monday",
      "Globalization.CalendarWeekRule:FirstFourDayWeek", "Int32:13"]),
    (("$n = ([cultureinfo]'de-DE').NumberFormat; $n.NumberGroupSeparator; $n.CurrencyNegativePattern; "
     "$n.NumberGroupSizes; [Globalization.NumberFormatInfo]::InvariantInfo.CurrencySymbol"),
     ["String:.", "Int32:8", "Int32:3", "String:¤"]),
    ("[double]::PositiveInfinity.ToString([cultureinfo]::InvariantCulture); [double]::NegativeInfinity.ToString()",
     ["String:Infinity", "String:-∞"]),
    ("(1234567.5).ToString('N', [cultureinfo]'en-IN')", ["String:12,34,567.500"]),
    (("[dateonly]::FromDateTime([datetime]'2024-03-05').ToString('D', [cultureinfo]'de-DE'); "
     "[timeonly]::new(14, 5).ToString([cultureinfo]'da-DK')"), ["String:Dienstag, 5. März 2024", "String:14.05"]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_cultures(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected


def test_one_session_does_not_change_the_culture_of_another(run: Any) -> None:
    outcome = run("[cultureinfo]::CurrentCulture = 'de-DE'; $p = [powershell]::Create(); "
                  "$p.AddScript('(1.5).ToString()').Invoke(); (1.5).ToString()")  # fmt: skip
    assert outcome.texts == ["1.5", "1,5"]
