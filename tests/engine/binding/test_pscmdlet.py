"""$PSCmdlet, script blocks as objects, steppable pipelines, $ExecutionContext.InvokeCommand."""

from __future__ import annotations

from typing import Any

import pytest

RECORD = (
    "[System.Management.Automation.ErrorRecord]::new([ArgumentException]::new('m'), 'MyId', 'InvalidArgument', 't')"
)

CASES: list[tuple[str, list[str]]] = [
    (
        (
            f"function f {{ [CmdletBinding()] param() $PSCmdlet.ThrowTerminatingError({RECORD}); 'not here' }}"
            "; try { f } catch { $_.FullyQualifiedErrorId; $_.Exception.GetType().Name }"
        ),
        ["MyId,f", "ArgumentException"],
    ),
    (
        (
            "function f { [CmdletBinding()] param() $PSCmdlet.WriteObject(@(1, 2), $true);"
            " $PSCmdlet.WriteObject(@(3, 4))"
            " }; @(f).Count"
        ),
        ["3"],
    ),
    (
        (
            "function f { [CmdletBinding()] param() $x = 1; g }; function g { [CmdletBinding()] param()"
            " $PSCmdlet.GetVariableValue('x'); $PSCmdlet.GetVariableValue('nope', 'd') }; f"
        ),
        ["1", "d"],
    ),
    ("function f { [CmdletBinding(SupportsPaging)] param() $PSCmdlet.PagingParameters.First }; f -First 3", ["3"]),
    (
        "function f { [CmdletBinding(SupportsShouldProcess)] param() $PSCmdlet.ShouldProcess('t', 'a') }; f; f -WhatIf",
        ["True", "False"],
    ),
    (
        (
            "function f { [CmdletBinding(SupportsShouldProcess)] param() if"
            " ($PSCmdlet.ShouldProcess('d', 'w', 'c')) { 'y' } };"
            " $WhatIfPreference = $true; f; $WhatIfPreference = $false; f"
        ),
        ["y"],
    ),
    (
        (
            "function f { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param()"
            " $PSCmdlet.ShouldProcess('t') };"
            " f -Confirm:$false"
        ),
        ["True"],
    ),
    ("function f { [CmdletBinding()] param() $PSCmdlet.GetUnresolvedProviderPathFromPSPath('/a/../b') }; f", ["/b"]),
    # script blocks
    ("{ param($a) $a; $args.Count }.Invoke(1, 2, 3)", ["1", "2"]),
    ("{ 1 }.InvokeReturnAsIs() + 1", ["2"]),
    ('{ foo 3 }.InvokeWithContext(@{ foo = { "foo $args" } }, $null)', ["foo 3"]),
    ("$x = 9; { $x }.InvokeWithContext($null, (Get-Variable x))", ["9"]),
    ("{ [CmdletBinding()] param() }.Attributes[0].GetType().Name", ["CmdletBindingAttribute"]),
    ("{ Get-Date -Year 2020 }.GetPowerShell().Invoke().Year", ["2020"]),
    ("try { { throw 'x' }.Invoke() } catch { $_.FullyQualifiedErrorId }", ["RuntimeException"]),
    # steppable pipelines
    (
        (
            "$s = { ForEach-Object { $_ * 2 } }.GetSteppablePipeline(); $s.Begin($true); $s.Process(4);"
            " $s.Process(5); $s.End()"
        ),
        ["8", "10"],
    ),
    (
        (
            "function p { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$InputObject,"
            " [int]$First) begin { $s = {"
            " Select-Object @PSBoundParameters }.GetSteppablePipeline($MyInvocation.CommandOrigin);"
            " $s.Begin($PSCmdlet) }"
            " process { $s.Process($_) } end { $s.End() } }; 1..9 | p -First 2"
        ),
        ["1", "2"],
    ),
    # $ExecutionContext
    ('$ExecutionContext.InvokeCommand.InvokeScript($false, { "$args $(@($input).Count)" }, @(1, 2), @(9))', ["9 2"]),
    ("$ExecutionContext.InvokeCommand.InvokeScript('$args[0] + 1', 4)", ["5"]),
    ("$ExecutionContext.InvokeCommand.ExpandString('a$(1 + 1)')", ["a2"]),
    ("$ExecutionContext.InvokeCommand.NewScriptBlock('7').Invoke()", ["7"]),
    ("$ExecutionContext.InvokeCommand.GetCommand('Get-Item', 'Cmdlet').Name", ["Get-Item"]),
    ("$null -eq $ExecutionContext.InvokeCommand.GetCommand('Get-Item', 'Function')", ["True"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_members(run: Any, script: str, expected: list[str]) -> None:
    outcome = run(script)
    assert outcome.ids == []
    assert outcome.texts == expected


def test_a_caller_goes_on_after_a_terminating_error(run: Any) -> None:
    outcome = run(
        f"$ErrorActionPreference = 'SilentlyContinue'; function f {{ [CmdletBinding()] param()"
        f" $PSCmdlet.ThrowTerminatingError({RECORD}); 'not here' }}; f; 'next'"
    )
    assert outcome.texts == ["next"]


def test_a_steppable_pipeline_wants_a_pipeline(run: Any) -> None:
    assert run("{ 1; 2 }.GetSteppablePipeline()").ids == ["RuntimeException"]


def test_an_error_stops_the_steps(run: Any) -> None:
    outcome = run("$s = { ForEach-Object { throw 'x' } }.GetSteppablePipeline(); $s.Begin($true); $s.Process(1)")
    assert outcome.ids == ["x"]
