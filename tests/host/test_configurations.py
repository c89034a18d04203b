"""Session configurations of a running host: registered while it runs, and what their users can and cannot do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

import remora.sync as remote
from remora.client.results import PipelineEnded
from remora.errors import RemoraError
from tests.support.host import remora
from tests.support.session_lab import Lab, session_lab

ROLE = r"""@{
VisibleCmdlets = 'Write-Output', @{ Name = 'Get-Date'; Parameters = @{ Name = 'Format'; ValidateSet = 'yyyy', 'MM' } }
VisibleFunctions = 'Reset-Desk', 'Get-Secret'
VisibleExternalCommands = '/bin/echo'
FunctionDefinitions = @{ Name = 'Reset-Desk'; ScriptBlock = {
        param([ValidatePattern('^[a-z]+$')][string]$Name) Hidden $Name } },
    @{ Name = 'Hidden'; ScriptBlock = { param($Name) "reset $Name by $($PSSenderInfo.ConnectedUser.Split('\')[1])" } },
    @{ Name = 'Get-Secret'; ScriptBlock = { [IO.File]::ReadAllText('/etc/hostname').Length -gt 0 } }
}
"""
DESK = """@{
SchemaVersion = '2.0.0.0'
SessionType = 'RestrictedRemoteServer'
RoleDefinitions = @{ 'alice' = @{ RoleCapabilityFiles = 'ROLE' } }
}
"""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with TemporaryDirectory(prefix="remora-", dir="/tmp") as directory, session_lab(Path(directory)) as made:
        (made.directory / "desk.psrc").write_text(ROLE)
        (made.directory / "desk.pssc").write_text(DESK.replace("ROLE", str(made.directory / "desk.psrc")))
        for name in ("desk.psrc", "desk.pssc"):
            (made.directory / name).chmod(0o644)
        yield made


def manage(lab: Lab, *words: str, check: bool = True) -> str:
    """Run `remora host configuration`; what it printed, errors included."""
    where = ("--state-dir", str(lab.host.state_dir), "--config", str(lab.directory / "host.toml"))
    done = remora("host", "configuration", *words, *where, check=check)
    return done.stdout + done.stderr


def session(lab: Lab, name: str, computer: str = "Server01") -> Any:
    return remote.new_pssession(**lab.way(computer), configuration_name=name)


def fault(lab: Lab, name: str, computer: str = "Server01") -> str:
    """The error of a session that cannot be opened."""
    with pytest.raises(RemoraError) as caught:
        remote.remove_pssession(session(lab, name, computer))
    return str(caught.value)


def test_the_life_of_a_configuration(lab: Lab) -> None:
    assert "'Fresh'" in fault(lab, "Fresh")
    assert manage(lab, "register", "Fresh", "--option", "MaxSessions=1", "--option", "IdleTimeoutSec=600") == (
        "Fresh registered\n"
    )
    opened = session(lab, "Fresh")
    assert remote.invoke_command("1 + 1", session=opened) == [2]
    assert "shells" in fault(lab, "Fresh").lower()
    manage(lab, "disable", "Fresh")
    assert remote.invoke_command("2 + 2", session=opened) == [4]
    remote.remove_pssession(opened)
    fault(lab, "Fresh")
    manage(lab, "enable", "Fresh")
    remote.remove_pssession(session(lab, "Fresh"))
    shown = json.loads(manage(lab, "ls", "Fresh", "-o", "json"))
    assert [(one["Name"], one["MaxShells"], one["IdleTimeoutms"]) for one in shown] == [("Fresh", "1", "600000")]
    assert "Fresh deleted" in manage(lab, "unregister", "Fresh")
    fault(lab, "Fresh")
    assert "CustomShellNotFound" in manage(lab, "unregister", "Fresh", check=False)


def test_descriptors_decide_who_comes_in(lab: Lab) -> None:
    manage(lab, "register", "Admins", "--security-descriptor", "D:P(A;;GA;;;BA)")
    remote.remove_pssession(session(lab, "Admins"))
    assert "denied" in fault(lab, "Admins", "Bobs").lower()
    manage(lab, "register", "Near", "--access-mode", "local")
    remote.remove_pssession(session(lab, "Near"))
    if lab.far_address is not None:
        assert "denied" in fault(lab, "Near", "Far").lower()


def test_an_error_of_the_start_up_script_refuses_the_session(lab: Lab) -> None:
    for number, text in enumerate(("Write-Error no", "throw 'no'", "Get-Item /nowhere/at/all")):
        script = lab.directory / f"start{number}.ps1"
        script.write_text(text)
        script.chmod(0o644)
        manage(lab, "register", f"Start{number}", "--startup-script", str(script))
        assert "start-up failed" in fault(lab, f"Start{number}")
    script.write_text("function Get-Task { 'nightly' }")
    opened = session(lab, "Start2")
    assert remote.invoke_command("Get-Task", session=opened) == ["nightly"]
    remote.remove_pssession(opened)


def test_programs_at_once_are_limited(lab: Lab) -> None:
    for limit, expected in ((2, "ProcessQuotaExceeded"), (3, "one")):
        manage(lab, "register", f"Few{limit}", "--option", f"MaxProcessesPerSession={limit}")
        opened = session(lab, f"Few{limit}")
        script = "try { /bin/echo one } catch { $_.FullyQualifiedErrorId }"
        assert remote.invoke_command(script, session=opened) == [expected]
        starting = "try { $null = [Diagnostics.Process]::Start('/bin/true'); 'one' } catch { \"$_\" }"
        said = remote.invoke_command(starting, session=opened)
        assert ("processes at once" in said[0]) is (expected != "one")
        remote.remove_pssession(opened)


def test_a_restricted_endpoint(lab: Lab) -> None:
    manage(lab, "register", "Desk", "--path", str(lab.directory / "desk.pssc"))
    assert "denied" in fault(lab, "Desk", "Bobs").lower()
    said = lab.cli("console", "-c", CALLS).stdout.splitlines()
    assert said[:4] == ["reset abc by alice", "reset def by alice", "reset ghi by alice", "True"]
    assert said[5:] == ["5", "['Get-MyDate', 'Get-MySecret', 'Reset-MyDesk', 'Write-MyOutput']".replace("'", "")[1:-1]]
    opened = session(lab, "Desk")
    for text in ATTACKS:
        with pytest.raises((PipelineEnded, RemoraError)):
            remote.invoke_command(text, session=opened)
    remote.remove_pssession(opened)


CALLS = """
$s = New-PSSession Server01 -ConfigurationName Desk
Invoke-Command $s { Reset-Desk -Name abc }
Invoke-Command $s { param($who) Reset-Desk $who } -ArgumentList def
$null = Import-PSSession $s -Prefix My -AllowClobber 2>&1
Reset-MyDesk -Name ghi; Get-MySecret; Get-MyDate -Format yyyy
Invoke-Command $s { Write-Output 5 }
(Get-Command *-My* | Where-Object Name -ne Clear-MyHost | ForEach-Object Name) -join ', '
Remove-PSSession $s
"""
ATTACKS = (
    "1",
    "$ExecutionContext.SessionState.LanguageMode = 'FullLanguage'",
    "Hidden x",
    "Get-ChildItem /",
    "Microsoft.PowerShell.Management\\Get-Content /etc/hostname",
    "Invoke-Expression 1",
    "& { Hidden x }",
    "Get-Date -Format dd",
    "Get-Date -Year 2020",
    "Reset-Desk -Name 'a; Hidden'",
    "/bin/cat /etc/hostname",
    "Set-Alias x Hidden",
    "Import-Module ./own.psm1",
    "Write-Output (Hidden x)",
    "Write-Output $PSVersionTable",
    "function Get-Date { 1 }",
    "${function:Hidden}",
    "Get-Help | Hidden",
    "Start-Job { Hidden x }",
    "Enter-PSSession localhost",
)
