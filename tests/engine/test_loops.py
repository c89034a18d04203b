"""The enumerator that a loop's body may step through."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("foreach ($x in 1..4) { $null = $foreach.MoveNext(); $x; $foreach.Current }", "1 2 3 4"),
        ("foreach ($x in 1, 2, 3, 4) { if ($x -eq 2) { [void] ${foreach}.MoveNext() }; $x }", "1 2 4"),
        ("foreach ($x in 1, 2) { foreach ($y in 5, 6) { $foreach.Current }; $foreach.Current }", "5 6 1 5 6 2"),
        ("foreach ($x in 1, 2) { $foreach.Current; break }; $null -eq $foreach", "1 True"),
        ("$n = 0; foreach ($x in 1, 2) { if ($n++ -lt 1) { $foreach.Reset() }; $x }", "1 1 2"),
        ('switch (1, 2, 3) { 1 { $null = $switch.MoveNext(); "one$($switch.Current)" } default { $_ } }', "one2 3"),
        ("foreach ($x in 1..2147483647) { $x; if ($x -eq 3) { break } }", "1 2 3"),
        (
            "foreach ($x in 1..-1) { $x }; foreach ($x in 'a'..'c') { $x }; foreach ($x in '1'..2.6) { $x }",
            "1 0 -1 a b c 1 2 3",
        ),
        ("foreach ($x in 1..2147483647) { $null = $foreach.MoveNext(); $foreach.Current; break }", "2"),
        ("switch (1) { 1 { 'a' } }; $null -eq $switch", "a True"),
    ],
)
def test_loops(run: Any, script: str, expected: str) -> None:
    outcome = run(script)
    assert outcome.ids == []
    assert " ".join(outcome.texts) == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$t = @{a = 1; b = 2}; foreach ($e in $t.GetEnumerator()) { $t.Remove($e.Key) }", "InvalidOperationException"),
        ("$t = @{a = 1}; foreach ($key in $t.Keys) { $t.Remove($key) }", "InvalidOperationException"),
        ("$t = @{a = 1}; foreach ($value in $t.Values) { $t.b = 1 }", "InvalidOperationException"),
        ("$l = [Collections.Generic.List[int]](, 1); foreach ($i in $l) { $l.Add(1) }", "BadEnumeration"),
        ("$d = [Collections.Generic.Dictionary[string, int]]::new(); $d.a = 1; foreach ($key in $d.Keys) { $d.b = 1 }",
         "InvalidOperationException"),
        (("$d = [Collections.Generic.Dictionary[string, int]]::new(); $d.a = 1; $d.b = 2;"
         " foreach ($key in $d.Keys) { [void]$d.Remove($key) }"), ""),
    ],
)  # fmt: skip
def test_a_collection_may_not_change_under_a_loop(run: Any, script: str, expected: str) -> None:
    assert " ".join(run(script).ids) == expected
