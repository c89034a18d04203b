from __future__ import annotations

import pytest

_C = ",Microsoft.PowerShell.Commands."


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("Set-Variable a 1; $a", [1]),
        ("Set-Variable a,b 2; $a + $b", [4]),
        ("1,2 | Set-Variable a; $a -join '+'", ["1+2"]),
        ("Set-Variable a1 0; Set-Variable a2 0; Set-Variable a* 5 -Exclude a2; \"$a1$a2\"", ["50"]),
        ("Set-Variable x1,x2 7 -Exclude x2; Get-Variable x2 -ea Ignore; $x1", [7]),
        ("Set-Variable y1,y2 7 -Include y1; Get-Variable y2 -ea Ignore; $y1", [7]),
        ("(Set-Variable a 1 -PassThru -Description d -Option ReadOnly).Options.ToString()", ["ReadOnly"]),
        ("(Set-Variable p 1 -Scope private -Option ReadOnly -PassThru).Options.ToString()", ["ReadOnly, Private"]),
        ("sv r 1 -Option ReadOnly; sv r 2 -Force; $r; (Get-Variable r).Options.ToString()", [2, "ReadOnly"]),
        ("Set-Variable v 1 -Visibility Private; (Get-Variable v).Visibility.ToString()", ["Private"]),
        ("Set-Variable l 1 -Append; Set-Variable l 2 -Append; $l -join '+'", ["1+2"]),
        ("1,2 | Set-Variable l -Append; $l.Count", [2]),
        ("function f { Set-Variable g 3 -Scope Global }; f; $g", [3]),
        ("$q = 1; function f { Set-Variable q 2; $q }; f; $q", [2, 1]),
        ("$s = 1; function f { Set-Variable s 2 -Scope 1 }; f; $s", [2]),
        ("(New-Variable n 4 -PassThru -Description d -Visibility Public).Description; $n", ["d", 4]),
        ("New-Variable n 1; New-Variable n 2 -Force; $n", [2]),
        ("(New-Variable k 1 -Option Constant,AllScope -PassThru).Options.ToString()", ["Constant, AllScope"]),
        ("(New-Variable k 1 -Scope private -PassThru).Options.ToString()", ["Private"]),
        ("$c = 5; Clear-Variable c; $null -eq $c", [True]),
        ("$c = 5; (Clear-Variable c -PassThru).Name", ["c"]),
        ("$c1 = $c2 = 5; Clear-Variable c* -Exclude c2 -Include c?; \"$c1|$c2\"", ["|5"]),
        ("$d = 5; Remove-Variable d; Test-Path variable:d", [False]),
        ("New-Variable d 5 -Option ReadOnly; Remove-Variable d -Force; Test-Path variable:d", [False]),
        ("'d1','d2' | % { Set-Variable $_ 1 }; 'd1','d2' | gv | Remove-Variable; Test-Path variable:d1", [False]),
        ("$e = 6; Get-Variable e -ValueOnly", [6]),
        ("$ea1 = $ea2 = 1; (Get-Variable ea? -Exclude ea2 -Include e*).Name", ["ea1"]),
        ("$h = 1; function f { Get-Variable h -Scope Local -ea Ignore; (Get-Variable h -Scope Global).Value }; f", [1]),
        ("[pscustomobject]@{Name='w';Value=8} | Set-Variable; $w.Value", [8]),
    ],
)  # fmt: skip
def test_variables(ps, script: str, output: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == output


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-Variable nope", "VariableNotFound,Microsoft.PowerShell.Commands.GetVariableCommand"),
        ("Clear-Variable nope", "VariableNotFound,Microsoft.PowerShell.Commands.ClearVariableCommand"),
        ("Remove-Variable nope", "VariableNotFound,Microsoft.PowerShell.Commands.RemoveVariableCommand"),
        ("New-Variable a 1; New-Variable a 2",
         "VariableAlreadyExists,Microsoft.PowerShell.Commands.NewVariableCommand"),
        ("New-Variable k 1 -Option Constant; New-Variable k 2 -Force",
         "VariableNotWritable,Microsoft.PowerShell.Commands.NewVariableCommand"),
        ("New-Variable r 1 -Option ReadOnly; Set-Variable r 2",
         "VariableNotWritable,Microsoft.PowerShell.Commands.SetVariableCommand"),
        ("New-Variable r 1 -Option ReadOnly; Set-Variable r -Option None",
         "VariableNotWritable,Microsoft.PowerShell.Commands.SetVariableCommand"),
        ("$a = 1; Set-Variable a -Option Constant",
         "VariableCannotBeMadeConstant,Microsoft.PowerShell.Commands.SetVariableCommand"),
        ("New-Variable s 1 -Option AllScope; Set-Variable s -Option None",
         "VariableAllScopeOptionCannotBeRemoved,Microsoft.PowerShell.Commands.SetVariableCommand"),
        ("New-Variable r 1 -Option ReadOnly; Clear-Variable r",
         "VariableNotWritable,Microsoft.PowerShell.Commands.ClearVariableCommand"),
        ("New-Variable r 1 -Option ReadOnly; Remove-Variable r",
         "VariableNotRemovable,Microsoft.PowerShell.Commands.RemoveVariableCommand"),
        ("New-Variable k 1 -Option Constant; Remove-Variable k -Force",
         "VariableNotRemovable,Microsoft.PowerShell.Commands.RemoveVariableCommand"),
        ("Get-Variable a -Scope 99", "ArgumentOutOfRange,Microsoft.PowerShell.Commands.GetVariableCommand"),
    ],
)  # fmt: skip
def test_refused(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [error_id]


def test_clearing_leaves_the_variable_of_an_outer_scope(ps) -> None:
    ran = ps('& { $a = 3; & { Clear-Variable a; "[$a]" }; $a; & { Clear-Variable a -Scope 1 }; $null -eq $a }')
    assert (ran.output, ran.ids) == (["[]", 3, True], [])
