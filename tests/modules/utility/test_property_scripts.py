"""Scripts that give values of properties: what becomes of an error that ends a statement in them."""

from __future__ import annotations

import pytest

FAILING = "$o = [pscustomobject]@{} | Add-Member ScriptProperty p { 1/0 } -PassThru;"
CALLING = "$o = [pscustomobject]@{} | Add-Member ScriptMethod m { %s } -PassThru;"


@pytest.mark.parametrize(
    ("script", "expected", "ids"),
    [
        ("1 | select @{n='x';e={1/0}}, @{n='y';e={$_.Nope()}} | % { $null -eq $_.x; $null -eq $_.y }",
         [True, True], []),
        ("(3,1 | sort { $_.Nope() }) -join ','", ["3,1"], ["ExpressionEvaluation,{0}SortObjectCommand"] * 2),
        ("(1,2 | group { 1/0 }).Count", [2], ["ExpressionEvaluation,{0}GroupObjectCommand"] * 2),
        ("(1..3 | measure -Property { 1/0 } -Sum).Sum", [0], []),
        ("1 | ft @{n='x';e={1/0}} | Out-String | % { 'shown' }", ["shown"], []),
        ("@(1 | where { 1/0 }).Count", [0], ["RuntimeException"]),
        (FAILING + "$null -eq $o.p; $null -eq $o.psobject.Properties['p'].Value; ($o | select p).p", [True, True, None],
         []),
        (FAILING + "@($o | select -ExpandProperty p).Count", [0], []),
        (FAILING + "try { $o.p } catch { 'caught' }; 'on'", [None, "on"], []),
    ],
)  # fmt: skip
def test_errors(ps, script: str, expected: list[object], ids: list[str]) -> None:
    ran = ps(script)
    assert (ran.output, ran.ids) == (expected, [one.format("Microsoft.PowerShell.Commands.") for one in ids])


@pytest.mark.parametrize(
    ("body", "inner"),
    [("throw 'x'", "x"), ("$null.Nope(); 5", "You cannot call a method on a null-valued expression.")],
)
def test_a_script_method_that_fails_ends_the_statement(ps, body: str, inner: str) -> None:
    ran = ps(CALLING % body + "$o.m(); try { $o.m() } catch { $_.Exception.GetType().Name; $_.Exception.Message }")
    assert ran.ids == ["ScriptMethodRuntimeException"]
    assert ran.output == ["MethodInvocationException", f'Exception calling "m" with "0" argument(s): "{inner}"']
