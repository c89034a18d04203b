"""Functions called in the short way do what the long way does: each case runs both ways."""

from __future__ import annotations

from typing import Any

import pytest

from remora.engine.code import ScriptCode

CALLS = [
    ("function f($a, $b) { \"$a|$b|$args\" }", "f 1; f 1 2; f 1 2 3 4; f -b 1 2; f -a 1 -b 2 3; f -B:5; f"),
    ("function f([int] $x = 3, [string] $s) { \"$x|$s\"; $x = '12'; $x + 1 }", "f; f 5 q; f '7'; f -s 1.0; f 1 $null"),
    ("function f([int] $x) { $x = 'z' }", "f 1; 'after'"),
    ("function f([int] $x) { 'ran' }", "f abc; 'after'; f @(1, 2)"),
    ("function f($a, $b = $a + 1) { $PSBoundParameters.Count; $PSBoundParameters['a']; $b }", "f 1; f 1 9; f"),
    ("function f { $args.Count; \"$args\" }", "f; f 1 2; f -x 3; f @(1, 2); $v = 1, 2; f @v"),
    ("function f($a) { $script:n = $a; return 7; 8 }", "$r = f 4; $r; $n"),
    ("function f($a) { if ($a -gt 0) { $a; f ($a - 1) } }", "(f 5) -join ','"),
    ("function f { f }", "try { f } catch { $_.FullyQualifiedErrorId }"),
    ("function f($x) { throw \"no $x\" }", "try { f 1 } catch { \"$_\" }; $?"),
    ("function f($x) { $x = 2; g }; function g { $x }", "$x = 1; f 5; $x"),
    ("function f($x) { Write-Error bad }", "f 1; $?"),
    ("function f($x) { $MyInvocation.MyCommand.Name; $MyInvocation.BoundParameters.Count }", "f 1"),
    ("function f { @($input).Count }", "f; 1, 2 | f"),
    ("function f($x) { $y = 1; break }", "foreach ($i in 1, 2) { $i; f 1 }; 'end'"),
    ("function f { param($a, [switch] $s) \"$a $s\" }", "f 1; f 1 -s; f -s 2"),
    ("function f($_x, ${a b}) { ${a b} }", "f 1 2; f -'a b' 3"),
    ("function f($o) { $o.Count }", "f @{ a = 1 }; f (1, 2, 3); f ([object[]]@(1))"),
    ("function f([object] $o, [hashtable] $h) { $h.Count }", "f 1 @{ a = 1 }; f 1 ([ordered]@{ a = 1 })"),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "calls"), CALLS, ids=[calls for _, calls in CALLS])
def test_both_ways_give_the_same(run: Any, monkeypatch: pytest.MonkeyPatch, definition: str, calls: str) -> None:
    quick = run(f"{definition}; {calls} # quick")
    monkeypatch.setattr(ScriptCode, "plan", None)
    long = run(f"{definition}; {calls} # long")
    assert quick.texts == long.texts
    assert quick.ids == long.ids
    assert [record.message for record in quick.sink.errors] == [record.message for record in long.sink.errors]


def test_the_short_way_is_taken(runspace: Any) -> None:
    block = runspace.context.make_block("function f($a, [int] $b) { $a }")
    body = block.code.node.end.statements[0].script
    assert ScriptCode(body).plan is not None
    advanced = runspace.context.make_block("function f { [CmdletBinding()] param($a) $a }")
    assert ScriptCode(advanced.code.node.end.statements[0].script).plan is None
