"""Get-, Enable- and Disable-RunspaceDebug, Debug-Runspace, Wait-Debugger."""

from __future__ import annotations

import pytest

from tests.modules.conftest import Shell

DEBUG = ",Microsoft.PowerShell.Commands.DebugRunspaceCommand"
OPEN = "$r = [runspacefactory]::CreateRunspace(); $r.Open(); $n = $r.Name = 'Mine' + $r.Id; "


@pytest.mark.parametrize(
    "named",
    ['"$n*"', "-RunspaceName $n", "-Runspace $r", "-RunspaceId $r.Id", "-RunspaceInstanceId $r.InstanceId"],
)
def test_what_is_noted_of_a_runspace(ps: Shell, named: str) -> None:
    ran = ps(
        f"{OPEN}Enable-RunspaceDebug {named}; $d = Get-RunspaceDebug {named}; $d.Enabled; $d.BreakAll; "
        f"$d.RunspaceName -eq $n; $d.RunspaceId -eq $r.Id; Disable-RunspaceDebug {named}; "
        f"(Get-RunspaceDebug {named}).Enabled; $d.GetType().FullName; $r.Dispose()"
    )
    kind = "Microsoft.PowerShell.Commands.PSRunspaceDebug"
    assert (ran.output, ran.ids) == ([True, False, True, True, False, kind], [])


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Debug-Runspace none", "DebugRunspaceNoRunspaceFound" + DEBUG),
        ("Debug-Runspace -Id 999999", "DebugRunspaceNoRunspaceFound" + DEBUG),
        ("Debug-Runspace -Name *", "DebugRunspaceTooManyRunspaceFound" + DEBUG),
        ("Debug-Runspace -Id $Host.Runspace.Id", "DebugRunspaceCannotDebugHostRunspace" + DEBUG),
        ("Debug-Runspace -InstanceId $Host.Runspace.InstanceId", "DebugRunspaceCannotDebugHostRunspace" + DEBUG),
        ("Debug-Runspace -Runspace $r -BreakAll", "NotSupported" + DEBUG),
        ("$r.Close(); Debug-Runspace -Runspace $r", "InvalidOperation" + DEBUG),
        ("$r.Close(); Enable-RunspaceDebug -Runspace $r",
         "SetRunspaceDebugOptionCommandInvalidRunspaceState,Microsoft.PowerShell.Commands.EnableRunspaceDebugCommand"),
        ("Enable-RunspaceDebug -BreakAll", "NotSupported,Microsoft.PowerShell.Commands.EnableRunspaceDebugCommand"),
        ("Get-RunspaceDebug -ProcessName x -AppDomainName y",
         "NotSupported,Microsoft.PowerShell.Commands.GetRunspaceDebugCommand"),
    ],
)  # fmt: skip
def test_errors(ps: Shell, script: str, error_id: str) -> None:
    assert ps(f"{OPEN}{script}").ids == [error_id]


def test_what_debugging_is_refused(ps: Shell) -> None:
    assert ps(f"{OPEN}Debug-Runspace $r").messages == ["Debug-Runspace is not supported by this engine."]
    assert ps(f"{OPEN}Debug-Runspace $r -BreakAll").messages == [
        "Debug-Runspace -BreakAll is not supported by this engine."
    ]


def test_only_asking(ps: Shell) -> None:
    assert ps(f"{OPEN}Debug-Runspace -Runspace $r -WhatIf").ids == []


def test_without_a_debugger_nobody_waits(ps: Shell) -> None:
    ran = ps("Wait-Debugger; $Host.Runspace.Debugger.InBreakpoint; 'on'")
    assert (ran.output, ran.ids) == ([False, "on"], [])
