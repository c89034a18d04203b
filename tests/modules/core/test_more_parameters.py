"""Parameters of the cmdlets of modules, help, jobs and processes that no other test gives: what each one changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from remora.engine.convert import to_text
from remora.engine.streams import SilentHost
from tests.modules.conftest import Session
from tests.support.cases import cases

P = "Microsoft.PowerShell.Commands."

_OUTPUT = """
New-Item m.psm1 -Value 'function f { 1 }; function g { 2 }' | Out-Null
(Import-Module ./m.psm1 -Cmdlet zz -PassThru).ExportedCommands.Count; @(Get-Command f, g -ErrorAction Ignore).Count
=> 2 | 0

$null = New-Module -Name dyn { function f { 1 }; Export-ModuleMember -Cmdlet Get-Item }
@(Get-Command f -ErrorAction Ignore).Count
=> 0

Get-Help Get-Item -Path / | % Name
=> Get-Item

Get-PSSubsystem | % { "$($_.Kind) $($_.IsRegistered)" }
=> CommandPredictor False | CrossPlatformDsc False | FeedbackProvider False

Get-PSSubsystem -Kind CrossPlatformDsc | % Kind; 'FeedbackProvider' | Get-PSSubsystem | % Kind
=> CrossPlatformDsc | FeedbackProvider

New-PSRoleCapabilityFile r.psrc -VisibleCmdlets Get-Date; (Import-PowerShellDataFile r.psrc).VisibleCmdlets
=> Get-Date

(Get-Command Get-Item, ls -CommandType Cmdlet -ErrorAction Ignore).CommandType; (gcm ls -Type 1).CommandType
=> Cmdlet | Alias

$env:P_ONE = 1; Clear-Item Env:P_ONE -Filter x -ErrorAction SilentlyContinue; $env:P_ONE
$Error[0].CategoryInfo.Category
=> 1 | NotImplemented

$env:P_ONE = 1; Set-Item Env:P_ONE 2 -Filter x -ErrorAction SilentlyContinue; $env:P_ONE
$Error[0].CategoryInfo.Category
=> 1 | NotImplemented

(mkdir d1 -ItemType File).GetType().Name; (mkdir d2 -Value text).GetType().Name
=> DirectoryInfo | DirectoryInfo

New-Item f.txt -Value 1 | Out-Null; 'x' > .hidden; (Convert-Path f* -Force | Split-Path -Leaf)
@(Convert-Path * -Force).Count
@(Convert-Path *).Count
=> f.txt | 2 | 1

'x' > .hidden; @(Resolve-Path * -Force).Count; @(Resolve-Path *).Count
=> 1 | 0

New-Item f.txt | Out-Null; Set-ItemProperty f.txt IsReadOnly $true
Set-ItemProperty f.txt LastWriteTime 2001-02-03 -Force
(Get-Item f.txt).LastWriteTime.Year
=> 2001
"""


@pytest.mark.parametrize(("script", "texts"), cases(_OUTPUT))
def test_what_parameters_change(ps: Session, script: str, texts: list[str]) -> None:
    ran = ps(script)
    assert [to_text(value) for value in ran.output] == texts


@pytest.mark.parametrize(
    ("script", "error_id", "cmdlet"),
    [
        ("Get-Help Get-Item -Path nosuch:/", "DriveNotFound", "GetHelp"),
        ("Get-Module -PSSession x", "NotSupported", "GetModule"),
        ("Get-Module -CimSession x -CimResourceUri http://x -CimNamespace n", "NotSupported", "GetModule"),
        ("Get-Module -PSSession x -CimSession y", "AmbiguousParameterSet", "GetModule"),
        ("Get-Module -PSSession x -CimNamespace n", "AmbiguousParameterSet", "GetModule"),
        ("Get-Module -CimResourceUri http://x", "MissingMandatoryParameter", "GetModule"),
        ("Import-Module x -PSSession y", "NotSupported", "ImportModule"),
        ("Import-Module x -CimSession y -CimResourceUri http://x -CimNamespace n", "NotSupported", "ImportModule"),
        ("Import-Module x -UseWindowsPowerShell", "NotSupported", "ImportModule"),
        ("Import-Module x -PSSession y -UseWindowsPowerShell", "AmbiguousParameterSet", "ImportModule"),
        ("Import-Module x -Function $null", "ParameterArgumentValidationError", "ImportModule"),
        ("New-Module { } -Cmdlet $null", "ParameterArgumentValidationError", "NewModule"),
        ("Export-ModuleMember -Variable $null", "ParameterArgumentValidationError", "ExportModuleMember"),
        ("Get-PSHostProcessInfo", "NotSupported", "GetPSHostProcessInfo"),
        ("Get-PSHostProcessInfo -Name ''", "ParameterArgumentValidationError", "GetPSHostProcessInfo"),
        ("Get-PSHostProcessInfo -Id 1 -Name x", "AmbiguousParameterSet", "GetPSHostProcessInfo"),
        ("Get-PSHostProcessInfo -Process (gps -Id $PID) -Id 1", "AmbiguousParameterSet", "GetPSHostProcessInfo"),
        ("Enter-PSHostProcess -Id -1", "ParameterArgumentValidationError", "EnterPSHostProcess"),
        ("Enter-PSHostProcess -Name x -AppDomainName ''", "ParameterArgumentValidationError", "EnterPSHostProcess"),
        ("Enter-PSHostProcess -Name x -Id 1", "AmbiguousParameterSet", "EnterPSHostProcess"),
        ("Enter-PSHostProcess -CustomPipeName x -AppDomainName y", "AmbiguousParameterSet", "EnterPSHostProcess"),
        ("Enter-PSHostProcess -Process (gps -Id $PID) -Id 1", "AmbiguousParameterSet", "EnterPSHostProcess"),
        ("Enter-PSHostProcess -HostProcessInfo x -Id 1", "AmbiguousParameterSet", "EnterPSHostProcess"),
        ("Get-PSSubsystem -SubsystemType ([int])", "System.ArgumentException", "GetPSSubsystem"),
        ("Get-PSSubsystem -Kind Nothing", "CannotConvertArgumentNoMessage", "GetPSSubsystem"),
        ("Save-Help -DestinationPath . -LiteralPath .", "AmbiguousParameterSet", "SaveHelp"),
        ("Save-Help . -Module $null", "ParameterArgumentValidationError", "SaveHelp"),
        ("Save-Help . -FullyQualifiedModule x -UICulture nosuchculture", "CannotConvertArgumentNoMessage", "SaveHelp"),
        ("Save-Help . -Scope Somewhere", "CannotConvertArgumentNoMessage", "SaveHelp"),
        ("Save-Help . -Force -UseDefaultCredentials", "NotSupported", "SaveHelp"),
        ("Update-Help -SourcePath . -LiteralPath .", "AmbiguousParameterSet", "UpdateHelp"),
        ("Update-Help -Module $null", "ParameterArgumentValidationError", "UpdateHelp"),
        ("Update-Help -UICulture $null", "ParameterArgumentValidationError", "UpdateHelp"),
        ("Update-Help -FullyQualifiedModule $null", "ParameterArgumentValidationError", "UpdateHelp"),
        ("Update-Help -Scope AllUsers -Recurse -Force", "NotSupported", "UpdateHelp"),
        ("Update-Help -Credential x", "ParameterArgumentTransformationError", "UpdateHelp"),
        ("Enable-ExperimentalFeature x -Scope Here", "CannotConvertArgumentNoMessage", "EnableExperimentalFeature"),
        ("Get-ExperimentalFeature ''", "ParameterArgumentValidationError", "GetExperimentalFeature"),
        ("Get-Command -CommandType Nothing", "CannotConvertArgumentNoMessage", "GetCommand"),
        ("Get-Command -ParameterName ''", "ParameterArgumentValidationError", "GetCommand"),
        ("Clear-History -CommandLine ''", "ParameterArgumentValidationError", "ClearHistory"),
        ("Get-Job -Command ''", "ParameterArgumentValidationError", "GetJob"),
        ("Start-ThreadJob { } | Receive-Job -Session x", "CannotConvertArgumentNoMessage", "ReceiveJob"),
        ("New-ModuleManifest m.psd1 -Tags ''", "ParameterArgumentValidationError", "NewModuleManifest"),
        ("Start-Transcript ''", "ParameterArgumentValidationError", "StartTranscript"),
        ("Set-ExecutionPolicy Nothing", "CannotConvertArgumentNoMessage", "SetExecutionPolicy"),
        ("'Bypass' | Set-ExecutionPolicy", "System.PlatformNotSupportedException", "SetExecutionPolicy"),
        ("Start-Job { } -PSVersion 7.0", "ParameterBindingFailed", "StartJob"),
        ("Rename-ItemProperty a, b -Name p -NewName q", "CannotConvertArgumentNoMessage", "RenameItemProperty"),
        ("New-ItemProperty . p -PassThru", "NamedParameterNotFound", "NewItemProperty"),
        ("Remove-ItemProperty . p -PassThru", "NamedParameterNotFound", "RemoveItemProperty"),
        ("Start-Process true -WindowStyle Wide", "CannotConvertArgumentNoMessage", "StartProcess"),
        ("Start-Process true -WorkingDirectory ''", "ParameterArgumentValidationError", "StartProcess"),
        ("Get-PSDrive ''", "ParameterArgumentValidationError", "GetPSDrive"),
    ],
)  # fmt: skip
def test_what_is_refused(ps: Session, script: str, error_id: str, cmdlet: str) -> None:
    assert ps(script).ids == [f"{error_id},{P}{cmdlet}Command"]


def test_there_are_no_workflow_jobs(ps: Session) -> None:
    assert ps("Suspend-Job 1; Resume-Job 1").ids == ["CommandNotFoundException"] * 2


@pytest.mark.parametrize("words", ["-Include *.log", "-Exclude *.txt", "-Filter *.log"])
def test_which_items_are_opened(ps: Session, tmp_path: Path, words: str) -> None:
    for name in ("a.txt", "b.log"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} > {tmp_path}/pipe\n")
        (tmp_path / name).chmod(0o755)
    os.mkfifo(tmp_path / "pipe")
    assert ps(f"Invoke-Item *.* {words}").ids == []
    with open(tmp_path / "pipe") as pipe:
        assert pipe.read() == "b.log\n"


class _Screen(SilentHost):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def write_line(self, text: str = "", foreground: int | None = None, background: int | None = None) -> None:
        self.lines.append(text)

    write = write_line


def test_a_thread_job_writes_to_the_host_it_was_given(ps: Session) -> None:
    screen = ps.runspace.context.host = _Screen()
    ran = ps("Start-ThreadJob { $Host.UI.WriteLine('here') } -StreamingHost $Host | Receive-Job -Wait")
    assert (ran.ids, screen.lines) == ([], ["here"])
