"""Get-TraceSource, Set-TraceSource, Trace-Command: what is told, to whom, and what stops it."""

from __future__ import annotations

import os
import re

import pytest

from remora.engine.convert import to_text
from tests.modules.conftest import Session
from tests.support.cases import cases

_TRACE = ",Microsoft.PowerShell.Commands.TraceCommandCommand"
_CASES = """
Get-TraceSource | % Name; (Get-TraceSource *Binding).Name; (Get-TraceSource -Name parameterbinding).Options
=> CommandDiscovery | ParameterBinding | ParameterBinding | None

Trace-Command -Name ParameterBinding -Expression { Get-Alias gc | % Definition } -FilePath t
(gc t)[0, 1]; (gc t) -match 'POSITIONAL|to param(eter)? \\[Name\\]|CALLING'
=> Get-Content
 | ParameterBinding Information: 0 : BIND NAMED cmd line args [Get-Alias]
 | ParameterBinding Information: 0 : BIND POSITIONAL cmd line args [Get-Alias]
 | ParameterBinding Information: 0 : BIND POSITIONAL cmd line args [Get-Alias]
 | ParameterBinding Information: 0 :     BIND arg [gc] to parameter [Name]
 | ParameterBinding Information: 0 :         BIND arg [gc] to param [Name] SUCCESSFUL
 | ParameterBinding Information: 0 : BIND POSITIONAL cmd line args [ForEach-Object]
 | ParameterBinding Information: 0 : CALLING BeginProcessing
 | ParameterBinding Information: 0 : CALLING BeginProcessing
 | ParameterBinding Information: 0 : CALLING ProcessRecord
 | ParameterBinding Information: 0 :     CALLING ProcessRecord
 | ParameterBinding Information: 0 : CALLING EndProcessing
 | ParameterBinding Information: 0 : CALLING EndProcessing

Trace-Command ParameterBinding { [pscustomobject]@{ Name = 'gc' } | Get-Alias | Out-Null } -FilePath t
(gc t) -match 'PIPELINE' -replace '.*: 0 : *'
=> BIND PIPELINE object to parameters: [Get-Alias]
 | PIPELINE object TYPE = [System.Management.Automation.PSCustomObject]
 | RESTORING pipeline parameter's original values
 | Parameter [Name] PIPELINE INPUT ValueFromPipeline NO COERCION
 | Parameter [Name] PIPELINE INPUT ValueFromPipelineByPropertyName NO COERCION
 | BIND PIPELINE object to parameters: [Out-Null]
 | PIPELINE object TYPE = [System.Management.Automation.AliasInfo]
 | RESTORING pipeline parameter's original values
 | Parameter [InputObject] PIPELINE INPUT ValueFromPipeline NO COERCION

Trace-Command ParameterBinding { Get-Date -Year x -ErrorAction Ignore; Get-Random -Count 0 } -FilePath t 2>$null
(gc t) -match 'ERROR' -replace '.*(ERROR: \\w+ FAILED).*', '$1'
=> ERROR: COERCE FAILED | ERROR: VALIDATION FAILED

Trace-Command CommandDiscovery { function f { }; f; gci none -ErrorAction Ignore } -FilePath t; gc t
=> CommandDiscovery Information: 0 : Looking up command: f | CommandDiscovery Information: 0 : Function found: f
 | CommandDiscovery Information: 0 : Looking up command: gci
 | CommandDiscovery Information: 0 : Cmdlet found: Get-ChildItem  Microsoft.PowerShell.Commands.GetChildItemCommand

function f { [CmdletBinding()] param([Parameter(ValueFromPipeline)] $x) process { } }
Trace-Command ParameterBinding { 1 | f; /bin/echo a 'b c' } -FilePath t
(gc t) -match 'PIPELINE INPUT|to position|native'
=> a b c | ParameterBinding Information: 0 :     Parameter [x] PIPELINE INPUT ValueFromPipeline NO COERCION
 | ParameterBinding Information: 0 : BIND NAMED native application line args [/bin/echo]
 | ParameterBinding Information: 0 :     BIND cmd line arg [a] to position [0]
 | ParameterBinding Information: 0 :     BIND cmd line arg [b c] to position [1]

3, 4 | Trace-Command ParameterBinding { "$_ $input" }; Trace-Command ParameterBinding { "<$_>" } -InputObject 5
=> 3 3 | 4 4 | <5>

'b', 'a' | Trace-Command ParameterBinding -Command Sort-Object -ArgumentList '-Descending' -FilePath t
@(gc t).Count -gt 9
Trace-Command Param* -Command Get-Alias -Args gc | % Name; Trace-Command Param* -Command Get-Alias '-Name:gci' | % Name
=> b | a | True | gc | gci

Trace-Command ParameterBinding { Get-Date >$null } -Option Scope -Path t; ((gc t) -match ': 0 :').Count; @(gc t).Count
Trace-Command ParameterBinding { Get-Date >$null } -Option None -FilePath u; Test-Path u; @(gc u).Count
=> 3 | 3 | True | 0

Set-Content t old; Trace-Command CommandDiscovery { Get-Date >$null } -FilePath t; @(gc t).Count; (gc t)[0]
=> 3 | old

Set-Content t x; (gi t).IsReadOnly = $true; Trace-Command ParameterBinding { } -FilePath t -Force; (gi t).IsReadOnly
=> False

Set-TraceSource CommandDiscovery -Option WriteLine -FilePath t -PassThru | % { "$($_.Options) $($_.Listeners.Name)" }
Get-Date >$null; Set-TraceSource CommandDiscovery -RemoveFileListener *; Get-Date >$null
((gc t) -match 'Get-Date').Count
(Get-TraceSource CommandDiscovery).Listeners.Count
=> WriteLine t | 2 | 0

Set-TraceSource ParameterBinding -Debugger -PSHost -Option None -ListenerOption ThreadId
(Get-TraceSource p*).Listeners | % { "$($_.Name) $($_.TraceOutputOptions)" }
Set-TraceSource ParameterBinding -RemoveFileListener *; (Get-TraceSource p*).Listeners.Count
Set-TraceSource ParameterBinding -RemoveListener D*; (Get-TraceSource p*).Listeners.Name
=> Debug ThreadId | Host ThreadId | 2 | Host

Trace-Command ParameterBinding { (Get-TraceSource p*).Listeners.Name } -Debugger; (Get-TraceSource p*).Listeners.Count
=> Debug | 0

Set-Content t ''; (gi t).IsReadOnly = $true; Set-TraceSource CommandDiscovery -FilePath t -Force; (gi t).IsReadOnly
Set-TraceSource CommandDiscovery -RemoveListener *
=> False

'CommandDiscovery' | Get-TraceSource | Set-TraceSource -Option Errors -PassThru | % Options
=> Errors

Trace-Command NoSuchThing { 1 }; Trace-Command None* { 2 }
=> 1 | 2

(Get-TraceSource ParameterBinding | Out-String -Stream)[1] -match '^Options +Name +Listeners +Description'
=> True
"""


@pytest.mark.parametrize(("script", "texts"), cases(_CASES))
def test_what_is_told(ps: Session, script: str, texts: list[str]) -> None:
    ran = ps(script.replace("\\\\", "\\"))
    assert ran.failure is None
    assert [to_text(value) for value in ran.output] == texts


@pytest.mark.parametrize(
    ("option", "pattern"),
    [
        ("ProcessId", r"    ProcessId=PID"),
        ("ThreadId", r"    ThreadId=1"),
        ("DateTime", r"    DateTime=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}.*"),
        ("Timestamp", r"    Timestamp=\d+"),
    ],
)
def test_what_a_listener_adds_to_each_line(ps: Session, option: str, pattern: str) -> None:
    ran = ps(f"Trace-Command CommandDiscovery {{ Get-Date >$null }} -ListenerOption {option} -FilePath t; gc t")
    pattern = pattern.replace("PID", str(os.getpid()))
    assert [bool(re.fullmatch(pattern, to_text(line))) for line in ran.output] == [False, True, False, True]


def test_the_host_shows_lines_with_the_time(ps: Session) -> None:
    shown: list[str] = []
    ps.runspace.context.host.write_debug_line = shown.append  # type: ignore[method-assign]
    ps("Trace-Command CommandDiscovery { Get-Date } -PSHost")
    start = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{4} CommandDiscovery Information: 0 : "
    assert [bool(re.match(start, line)) for line in shown] == [True, True]


def test_an_error_of_the_command_is_that_of_trace_command(ps: Session) -> None:
    ran = ps("Trace-Command ParameterBinding -Command Get-Alias -ArgumentList nosuch; 1")
    assert (ran.ids, ran.output) == (["ItemNotFoundException" + _TRACE], [1])
    stopped = ps("Trace-Command ParameterBinding -Command Get-Alias -ArgumentList nosuch -ErrorAction Stop; 1")
    assert (stopped.ids[-1:], stopped.output) == (["ItemNotFoundException" + _TRACE], [])


def test_tracing_ends_with_a_block_that_fails(ps: Session) -> None:
    ran = ps("try { Trace-Command CommandDiscovery { 1; throw 'x' } -FilePath t } catch { 'caught' }; Get-Date >$null")
    assert ran.output == [1, "caught"]
    assert ps("@(gc t) -match 'Get-Date'").output == []
    assert ps.runspace.context.tracer is None


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("Get-TraceSource nope", "TraceSourceNotFound,Microsoft.PowerShell.Commands.GetTraceSourceCommand"),
        ("Set-TraceSource nope -RemoveListener *",
         "TraceSourceNotFound,Microsoft.PowerShell.Commands.SetTraceSourceCommand"),
        ("Trace-Command ParameterBinding { } -FilePath env:x", "FileListenerPathResolutionFailed" + _TRACE),
        ("Trace-Command ParameterBinding { } -FilePath none/x", "FileListenerPathResolutionFailed" + _TRACE),
        ("1 > a1; 1 > a2; Trace-Command ParameterBinding { } -Path a*", "FileListenerPathResolutionFailed" + _TRACE),
        ("Trace-Command TypeConversion { }", "NotSupported" + _TRACE),
        ("Trace-Command ParameterBinding { } -Option Nope", "CannotConvertArgumentNoMessage" + _TRACE),
    ],
)  # fmt: skip
def test_refused(ps: Session, script: str, id: str) -> None:
    assert ps(script).ids == [id]
