"""StaticParameterBinder.BindCommand: names, positions, switches, what nothing takes; commands that are not known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_BIND = "$r = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand("
_AST = ".Ast.EndBlock.Statements[0].PipelineElements[0]"
CASES = [
    ("{Get-ChildItem /tmp -Recurse *.x}", "", "$r.BoundParameters.Keys; $r.BoundParameters['Path'].ConstantValue",
     ["String:Recurse", "String:Path", "String:Filter", "String:/tmp"]),
    ("{Get-ChildItem -Recurse:$false -Pa /a}", "",
     '$b = $r.BoundParameters; $b.Recurse.ConstantValue; $b.Path.Parameter.Name; "$($b.Path.Value)"',
     ["Boolean:False", "String:Path", "String:/a"]),
    ("{Get-Date $x}", "", "$d = $r.BoundParameters.Date; $null -eq $d.ConstantValue; $d.Value.GetType().Name",
     ["Boolean:True", "String:VariableExpressionAst"]),
    ("{Get-Date -Nope 1 a b}", "", ("$e = $r.BindingExceptions; $e.Keys; $e['-Nope'].BindingException.Message; "
     "$e['a'].CommandElement.Extent.Text"),
     ["String:-Nope", "String:a", "String:b", "String:A parameter cannot be found that matches parameter name 'Nope'.",
      "String:a"]),
    ("{Get-ChildItem -Fil x}", "", "$r.BindingExceptions.Keys", ["String:-Fil"]),
    ("{nope -A 1 x -B}", ", $false", ("$r.BoundParameters.Keys; $r.BoundParameters['0'].ConstantValue; "
     "$r.BoundParameters['B'].ConstantValue"), ["String:A", "String:B", "String:0", "String:x", "Boolean:True"]),
    ("{Get-Date -Year 2024 -Month 3}", ", $true, 'Month'", "$r.BoundParameters.Keys", ["String:Month"]),
]  # fmt: skip


@pytest.mark.parametrize(("block", "more", "ask", "expected"), CASES)
def test_static_binding(run: Any, block: str, more: str, ask: str, expected: list[str]) -> None:
    assert shapes(run(f"{_BIND}{block}{_AST}{more}); {ask}")) == expected
