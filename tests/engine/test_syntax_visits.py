"""Visits of trees by classes of scripts, and what #requires lines ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

NAMES = "using namespace System.Management.Automation.Language\n"
TREE = "[scriptblock]::Create('gci | sort; function f { date }; class A { [void] M() { now } }').Ast"
COMMANDS = "[AstVisitAction] VisitCommand([CommandAst]$c) { $this.n += $c.GetCommandName(); return 0 }"


@pytest.mark.parametrize(
    ("base", "methods", "expected"),
    [
        ("AstVisitor", COMMANDS, "gci sort date now"),
        (
            "AstVisitor",
            "[AstVisitAction] VisitCommand([CommandAst]$c) { $this.n += $c.GetCommandName(); return 2 }",
            "gci",
        ),
        (
            "AstVisitor2",
            COMMANDS + " [AstVisitAction] VisitTypeDefinition([TypeDefinitionAst]$t) { return 'SkipChildren' }",
            "gci sort date",
        ),
        (
            "AstVisitor, IAstPostVisitHandler",
            "[void] PostVisit([Ast]$a) { if ($a -is [CommandAst]) { $this.n += '<' + $a.CommandElements[0] } }",
            "<gci <sort <date <now",
        ),
    ],
)
def test_visitors_decide_where_the_visit_goes(run: Callable[..., Any], base: str, methods: str, expected: str) -> None:
    script = f'{NAMES}class V : {base} {{ $n = @(); {methods} }}\n$v = [V]::new(); {TREE}.Visit($v); "$($v.n)"'
    assert run(script).texts == [expected]


def test_custom_visitors_give_values(run: Callable[..., Any]) -> None:
    script = (
        NAMES + "class Sum : ICustomAstVisitor { [object] VisitScriptBlock([ScriptBlockAst]$s) { return "
        "$s.EndBlock.Accept($this) } [object] VisitNamedBlock([NamedBlockAst]$b) { return $b.Statements.Count } }\n"
        "{ 1; 2; 3 }.Ast.Accept([Sum]::new())\n"
        "class None : DefaultCustomAstVisitor { }\n$null -eq { 1 }.Ast.Accept([None]::new())"
    )
    assert run(script).texts == ["3", "True"]


def test_requirements_of_a_script(run: Callable[..., Any]) -> None:
    script = (
        "$s = [scriptblock]::Create(\"#requires -Version 5.1 -Modules A, @{ModuleName='B';ModuleVersion='1.2'}`n"
        '#requires -RunAsAdministrator`n#requires -PSEdition Core"); $r = $s.Ast.ScriptRequirements; '
        '"$($r.RequiredPSVersion) $($r.RequiredModules.Name) $($r.RequiredModules[1].Version) '
        '$($r.IsElevationRequired) $($r.RequiredPSEditions)"; $null -eq { 1 }.Ast.ScriptRequirements'
    )
    assert run(script).texts == ["5.1 A B 1.2 True Core", "True"]
