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
        ("switch (1) { 1 { 'a' } }; $null -eq $switch", "a True"),
    ],
)
def test_loops(run: Any, script: str, expected: str) -> None:
    outcome = run(script)
    assert outcome.ids == []
    assert " ".join(outcome.texts) == expected
