"""Session states: which scope code of a module runs in, whoever calls it."""

from __future__ import annotations

import pytest

from tests.support.cases import cases

_SETUP = """
$m = New-Module -Name Box {
    $script:n = 1
    function Get-N { $n }
    function Set-N($v) { $script:n = $v }
    function Call($b) { $where = 'module'; & $b }
    function Dot($b) { . $b }
    function Each($b) { 1..2 | ForEach-Object $b }
    function Keep($b) { 1..4 | Where-Object $b }
    function Hidden { 'hidden' }
    function Text { & ([scriptblock]::Create('$n')) }
    function Advanced { [CmdletBinding()] param() $PSCmdlet.SessionState.PSVariable.GetValue('where') }
    Export-ModuleMember Get-N, Set-N, Call, Dot, Each, Keep, Text, Advanced
}
"""

_STATES = r"""
Get-N; Set-N 5; Get-N
=> 1 | 5

$n = 'outside'; Get-N
=> 1

$where = 'caller'; Call { $where }
=> caller

Call { "[$n]" }
=> []

function F { $where = 'inF'; Call { $where } } ; $where = 'top'; F
=> inF

function F { Dot { $made = 3 }; $made } F; "[$made]"
=> 3 | []

function F { Call { $made = 3 }; "[$made]" } F
=> []

function F { $k = 10; Each { $k + $_ } } F
=> 11 | 12

function F { $sum = 0; Each { $sum += $_ }; $sum } F
=> 3

function F { $k = 3; Keep { $_ -ge $k } } F
=> 3 | 4

$where = 'caller'; function F { $where = 'mine'; Each { Call { $where } } } F
=> mine | mine

& $m { $n }
=> 1

& $m { $n = 8 }; Get-N
=> 1

. $m { $n = 8 }; Get-N
=> 8

& $m Hidden
=> hidden

. $m Set-Variable n 9; Get-N
=> 9

& $m { param($a, $b) "$n $a $b" } x -b y
=> 1 x y

& $m Get-Variable n -ValueOnly
=> 1

Text
=> 1

$where = 'w'; Advanced
=> w

$m.Invoke({ $n })
=> 1

$m.Invoke({ param($a) $n + $a }, 4)
=> 5

& $m.NewBoundScriptBlock({ $n })
=> 1

$m.SessionState.PSVariable.GetValue('n')
=> 1

$m.SessionState.PSVariable.Set('n', 6); Get-N
=> 6

$m.SessionState.InvokeCommand.InvokeScript('$n')
=> 1

& $m { $ExecutionContext.SessionState.Module.Name }; "[$($ExecutionContext.SessionState.Module)]"
=> Box | []

& $m { function script:Late { 'late' } }; & $m Late
=> late

$script:n = 'g'; & $m { $global:n + $script:n }
=> g1

(& $m { { } }).Module.Name
=> Box
"""


@pytest.mark.parametrize(("script", "texts"), cases(_STATES))
def test_code_runs_in_its_own_session_state(run, script, texts):
    assert run(_SETUP + script).texts == texts


def test_what_is_not_exported_is_not_found(run):
    assert run(_SETUP + "Hidden").ids == ["CommandNotFoundException"]


def test_preferences_of_the_caller_do_not_reach_a_module(run):
    outcome = run("$null = New-Module { function Fail { Write-Error 'x'; 'went on' } }; "
                  "function F { $ErrorActionPreference = 'Stop'; Fail } F")  # fmt: skip
    assert outcome.texts == ["went on"]


_CLOSURES = r"""
function F { $a = 1; { $a }.GetNewClosure() } $a = 2; & (F)
=> 1

function F { $a = 1; { $script:a += 1; $a }.GetNewClosure() } $c = F; & $c; & $c
=> 2 | 3

$o = 'global'; function F { $a = 1; { $o }.GetNewClosure() } & (F)
=> global

function Outer { $x = 'outer'; Inner } function Inner { { "[$x]" }.GetNewClosure() } & (Outer)
=> []

$c = { }.GetNewClosure(); $c.Module.Name -like '__DynamicModule_*'
=> True
"""


@pytest.mark.parametrize(("script", "texts"), cases(_CLOSURES))
def test_closures_have_a_module_of_their_own(run, script, texts):
    assert run(script).texts == texts


def test_a_callback_may_call_the_module_again(run):
    script = """
    $m = New-Module {
        $script:depth = 0
        function Enter($block) { $level = ++$script:depth; & $block; "left $level" }
        function Level { $level }
    }
    $here = 'outer'
    function F { $here = 'f'; Enter { $here; Enter { $here; Level } } }
    F
    """
    assert run(script).texts == ["f", "f", "2", "left 2", "left 1"]


def test_default_parameter_values_belong_to_a_session_state(run):
    script = """
    $null = New-Module {
        function InModule { Get-Sample }
        function Get-Sample { [CmdletBinding()] param($v = 'none') $v }
    }
    $PSDefaultParameterValues['Get-Sample:v'] = 'default'
    InModule; Get-Sample
    """
    assert run(script).texts == ["none", "default"]
