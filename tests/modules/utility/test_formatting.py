"""Format-Table, -List, -Wide and -Custom: every parameter once."""

from __future__ import annotations

import pytest

ONE = "$o = [pscustomobject]@{aa=1;bb='two three four';cc=$null};"
BAD = "$o = [pscustomobject]@{a=1}; $bad = @{n='bad';e={ $_.Nope() }};"
SHOWN = "| Out-String -Width 40 -Stream | ? { $_.Trim() } | % { $_.TrimEnd() }"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (ONE + f"$o | ft aa,bb {SHOWN}", ["aa bb", "-- --", " 1 two three four"]),
        (ONE + f"$o | ft aa,bb -HideTableHeaders {SHOWN}", [" 1 two three four"]),
        (ONE + f"$o | ft @{{e='aa';w=3}},@{{e='bb';w=6}} -Wrap {SHOWN}",
         [" aa bb", " -- --", "  1 two", "    three", "    four"]),
        (ONE + f"$o | ft -ExcludeProperty b*,cc {SHOWN}", ["aa", "--", " 1"]),
        (ONE + f"$o | fl -ExcludeProperty b* {SHOWN}", ["aa : 1", "cc :"]),
        (ONE + f"$o | fl aa -GroupBy bb {SHOWN}", ["   bb: two three four", "aa : 1"]),
        (ONE + f"$o | ft aa -GroupBy @{{n='Kind';e={{'k'}}}} {SHOWN}", ["   Kind: k", "aa", "--", " 1"]),
        (f"1..4 | % {{ [pscustomobject]@{{n=\"x$_\"}} }} | fw n -Column 2 {SHOWN}",
         ["x1                   x2", "x3                   x4"]),
        (f"1..3 | % {{ [pscustomobject]@{{n=\"x$_\"}} }} | fw n -AutoSize {SHOWN} | % {{ -split $_ }}",
         ["x1", "x2", "x3"]),
        (f"'x' | fl -Force {SHOWN}", ["Length : 1"]),
        (f",(1,2) | fl Count -Expand CoreOnly {SHOWN}", ["Count : 2"]),
        (f",(1,2) | fl Count -Expand EnumOnly {SHOWN} | Out-Null; 'on'", ["on"]),
        (BAD + f"$o | ft a, $bad -DisplayError {SHOWN}", ["a bad", "- ---", "1 #ERR"]),
        (BAD + f"$o | ft a, $bad {SHOWN}", ["a bad", "- ---", "1"]),
        (ONE + f"$o | fc aa -Depth 1 {SHOWN}", ["class PSCustomObject", "{", "  aa = 1", "}"]),
        (f"'x' | ft -RepeatHeader {SHOWN}", ["x"]),
        (ONE + f"$o | ft aa, bb -AutoSize {SHOWN}", ["aa bb", "-- --", " 1 two three four"]),
    ],
)  # fmt: skip
def test_lines(ps, script: str, expected: list[object]) -> None:
    ran = ps(script)
    assert (ran.output, ran.ids) == (expected, [])


def test_errors_of_properties_are_shown_when_asked_for(ps) -> None:
    ran = ps(
        BAD + "($o | ft a, $bad -ShowError | Out-String), ($o | ft a, $bad | Out-String) | % { $_ -match 'Failed to' }"
    )
    assert ran.output == [True, False]


def test_unknown_views_are_refused(ps) -> None:
    ran = ps("[pscustomobject]@{a=1} | ft -View nope")
    assert [id.partition(",")[2] for id in ran.ids] == ["Microsoft.PowerShell.Commands.FormatTableCommand"]
