"""The history cmdlets."""

from __future__ import annotations

import pytest

from tests.support.cases import cases

_SETUP = """
function Entry($line) { [pscustomobject] @{ CommandLine = $line; ExecutionStatus = 'Completed'
    StartExecutionTime = [datetime] '2001-02-03 04:05:06'; EndExecutionTime = [datetime] '2001-02-03 04:05:08' } }
Entry "'one'" | Add-History; Entry "'two'" | Add-History; Entry "'three'" | Add-History
"""

_SCRIPTS = r"""
(Get-History).CommandLine; (Get-History 2).Id
=> 'one' | 'two' | 'three' | 2

(Get-History -Count 2).CommandLine; (Get-History -Id 3 -Count 2).CommandLine; (1, 3 | Get-History).CommandLine
=> 'two' | 'three' | 'two' | 'three' | 'one' | 'three'

(Get-History 1).Duration.TotalSeconds; (Get-History 1).ExecutionStatus; (Entry x | Add-History -Passthru).Id
=> 2.0 | Completed | 4

Invoke-History; Invoke-History 1; Invoke-History "'tw"; r 2
=> three | one | two | two

Invoke-History 1 -WhatIf
=>

Clear-History -Id 2; (Get-History).Id
=> 1 | 3

Clear-History -CommandLine "*e'"; (Get-History).Id
=> 2

Clear-History -Count 1; (Get-History).Id
=> 2 | 3

Clear-History -Count 1 -Newest; (Get-History).Id
=> 1 | 2

Clear-History; @(Get-History).Count
=> 0
"""


@pytest.mark.parametrize(("script", "texts"), cases(_SCRIPTS))
def test_scripts(ps, script, texts):
    assert [str(item) for item in ps(_SETUP + script).output] == texts


_ERRORS = r"""
Get-History 9
=> GetHistoryNoHistoryForId,GetHistoryCommand

Get-History 0
=> ParameterArgumentValidationError,GetHistoryCommand

Get-History 1, 2 -Count 2
=> GetHistoryNoCountWithMultipleIds,GetHistoryCommand

Clear-History 9
=> GetHistoryNoHistoryForId,ClearHistoryCommand

Clear-History 1, 2 -Count 2
=> GetHistoryNoCountWithMultipleIds,ClearHistoryCommand

1 | Add-History
=> AddHistoryInvalidInput,AddHistoryCommand

Invoke-History 9
=> InvokeHistoryNoHistoryForId,InvokeHistoryCommand

Invoke-History -- -1
=> InvokeHistoryInvalidIdGetHistory,InvokeHistoryCommand

Invoke-History none
=> InvokeHistoryNoHistoryForCommandline,InvokeHistoryCommand

[pscustomobject] @{ Id = 1 }, [pscustomobject] @{ Id = 2 } | Invoke-History
=> InvokeHistoryMultipleCommandsError,InvokeHistoryCommand

Clear-History; Invoke-History
=> InvokeHistoryNoLastHistoryEntryFound,InvokeHistoryCommand

Clear-History; Entry 'Invoke-History' | Add-History; Invoke-History
=> InvokeHistoryLoopDetected,InvokeHistoryCommand
"""


@pytest.mark.parametrize(("script", "ids"), cases(_ERRORS))
def test_errors(ps, script, ids):
    assert [id.replace("Microsoft.PowerShell.Commands.", "") for id in ps(_SETUP + script).ids] == ids


def test_a_hosted_pipeline_is_remembered_when_its_settings_say_so(ps):
    ran = ps("""$s = [System.Management.Automation.PSInvocationSettings]::new(); $s.AddToHistory = $true
    $p = [powershell]::Create(); $null = $p.AddScript('1+1').Invoke($null, $s); $p.Commands.Clear()
    $null = $p.AddScript('2+2').Invoke(); $p.Commands.Clear()
    $p.AddCommand('Get-History').Invoke().CommandLine; $p.Dispose()""")
    assert ran.output == ["1+1"]
