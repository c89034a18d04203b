"""Items 46, 103 and 104, and what else Enter-PSSession promises: by the prompt on a terminal and by typed lines."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import MakeTerminal
from tests.support.console_client import ConsoleClient
from tests.support.host import PROGRAM
from tests.support.session_lab import Lab
from tests.support.terminal import Terminal

THERE = b"[Server01]: PS "
HOME = b"> "


@pytest.fixture
def entered(terminal: MakeTerminal) -> Terminal:
    """A console whose prompt is in a session on Server01."""
    console = terminal()
    console.expect(b"PS ")
    console.type(b"$here = 41; Enter-PSSession Server01\r")
    console.expect(THERE)
    console.expect(HOME)
    return console


def typed(lab: Lab, lines: str) -> subprocess.CompletedProcess[str]:
    """What a console makes of lines that no terminal gives."""
    return subprocess.run(
        [*PROGRAM, "console"],
        input=lines,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, **lab.environment},
    )


def test_item_103_the_prompt_moves_and_exit_brings_it_back(entered: Terminal, lab: Lab) -> None:
    (shell,) = lab.shells()
    entered.type(b"\"at $PID\" + '!'; $here = 'there'\r")
    entered.expect(b"at %d!" % shell["pid"])
    entered.expect(THERE)
    entered.type(b"exit 9\r")
    entered.expect(b"\nPS ")
    assert lab.shells() == []
    entered.type(b"'still ' + ($here + 1); Get-PSSession | Measure-Object | % { 'sessions: ' + $_.Count }; exit 3\r")
    entered.expect(b"still 42")
    entered.expect(b"sessions: 0")
    assert entered.code() == 3


def test_item_104_leaving_no_session_does_nothing(a: ConsoleClient) -> None:
    said = a("Exit-PSSession; exsn; 'here'")
    assert (said.values, said.ids) == (["here"], [])


def test_item_046_the_session_of_a_prompt_cannot_be_connected(entered: Terminal, b: ConsoleClient, lab: Lab) -> None:
    (shell,) = lab.shells()
    assert b('Get-PSSession -ComputerName Server01 | % { "$($_.State) $($_.Availability)" }').values == [
        "Disconnected Busy"
    ]
    said = b("Get-PSSession -ComputerName Server01 | Connect-PSSession")
    assert said.ids == ["PSSessionConnectFailed"]
    failed = lab.cli("session", "connect", "Server01", "--instance-id", shell["shell_id"], check=False)
    assert failed.returncode == 1
    assert "PSSessionConnectFailed" in failed.stderr
    entered.type(b"'al'+'ive'; exit\r")
    entered.expect(b"alive")
    entered.expect(b"\nPS ")
    assert b("Get-PSSession -ComputerName Server01").values == []


def test_ctrl_c_stops_the_remote_command_and_the_session_goes_on(entered: Terminal) -> None:
    entered.type(b"$n = 1; 'beg'+'un'; Start-Sleep 600; 'nev'+'er'\r")
    entered.expect(b"begun")
    entered.type(b"\x03")
    assert b"never" not in entered.expect(THERE)
    entered.type(b"'n is ' + ($n + 1)\r")
    entered.expect(b"n is 2")


def test_what_a_remote_script_asks_is_answered_here(entered: Terminal) -> None:
    entered.type(b"$name = Read-Host 'Your name'; \"Hello $name!\"\r")
    entered.expect(b"Your name: ")
    entered.type(b"Bob\r")
    entered.expect(b"Hello Bob!")
    entered.expect(THERE)
    entered.type(b"(Get-Credential carol).GetNetworkCredential() | % { $_.UserName + '/' + $_.Password.Length }\r")
    entered.expect(b"Password for user carol: ")
    entered.expect_no_echo()
    entered.type(b"sesame\r")
    assert b"sesame" not in entered.expect(b"carol/6")
    entered.expect(THERE)
    entered.type(b"$Host.UI.PromptForChoice('Sure?', 'Say it', ('&Yes', '&No'), 1) + 10\r")
    entered.expect(b'[N] No  [?] Help (default is "N"): ')
    entered.type(b"y\r")
    entered.expect(b"10")
    entered.expect(THERE)
    entered.type(b"Read-Host 'Not answered'\r")
    entered.expect(b"Not answered: ")
    entered.type(b"\x03")
    entered.expect(THERE)


def test_every_stream_is_seen_once(entered: Terminal) -> None:
    entered.type(b"$WarningPreference = 'Continue'; 'o'+'ut'; Write-Host ('ho'+'st'); Write-Warning ('wa'+'rn')\r")
    entered.expect(b"\nout\r\n")
    assert entered.expect(THERE) == b"host\r\nWARNING: warn\r\n"
    entered.expect(HOME)
    entered.type(b"Write-Error ('oo'+'ps'); Get-Item ('/no'+'where'); throw ('th'+'rown')\r")
    entered.expect(b"\nWrite-Error: oops\r\n")
    assert b"Get-Item: Cannot find path '/nowhere'" in entered.expect(b"thrown\r\n")
    entered.expect(THERE)
    entered.type(b"1 +* 2\r")
    entered.expect(b"You must provide a value expression")


def test_a_command_may_have_several_lines_and_stands_in_the_history(entered: Terminal) -> None:
    entered.type(b"foreach ($i in 1..2) {\r")
    entered.type(b'"line$i" }\r')
    entered.expect(b"line1")
    entered.expect(b"line2")
    entered.expect(THERE)
    entered.type(b"(Get-History)[0].CommandLine.Length\r")
    entered.expect(b"\n%d\r\n" % len('foreach ($i in 1..2) {\n"line$i" }'))


def test_tab_is_answered_by_the_session(terminal: MakeTerminal) -> None:
    console = terminal(kind="xterm")
    console.expect(b"PS ")
    console.type(b"Enter-PSSession Server01\r")
    console.expect(THERE)
    console.type(b"Set-Item ('function:Get-Dist'+'an'+'ce') { 'far ' + 'away' }\r")
    console.expect(THERE)
    console.type(b"Get-Dist\t")
    console.expect(b"ance")
    console.type(b"\r")
    console.expect(b"far away")


def test_end_of_input_leaves_the_session_first(terminal: MakeTerminal, lab: Lab) -> None:
    console = terminal(kind="xterm")
    console.expect(b"PS ")
    console.type(b"Enter-PSSession Server01\r")
    console.expect(THERE)
    console.type(b"\x04")
    console.expect(b"\nPS ")
    assert lab.shells() == []
    console.type(b"\x04")
    assert console.code() == 0


def test_a_session_that_was_there_stays_and_two_consoles_have_one_each(terminal: MakeTerminal, lab: Lab) -> None:
    first, second = terminal(), terminal()
    for console, name in ((first, b"One"), (second, b"Two")):
        console.expect(b"PS ")
        console.type(b"$s = New-PSSession Server01 -Name %s; Enter-PSSession $s\r" % name)
        console.expect(THERE)
        console.type(b"$who = '%s'\r" % name)
        console.expect(THERE)
    for console, name in ((first, b"One"), (second, b"Two")):
        console.type(b"'I am ' + $who; Exit-PSSession\r")
        console.expect(b"I am " + name)
        console.expect(b"\nPS ")
        console.type(b'"$($s.State) $($s.Availability) " + (Invoke-Command $s { $who })\r')
        console.expect(b"Opened Available " + name)
    assert len(lab.shells()) == 2


def test_a_session_that_dies_sends_the_prompt_home(entered: Terminal, lab: Lab) -> None:
    for shell in lab.shells():
        os.kill(shell["pid"], signal.SIGKILL)
    entered.type(b"1\r")
    entered.expect(b"Server01: ")
    entered.expect(b"\nPS ")
    entered.type(b"exit 4\r")
    assert entered.code() == 4


def test_lines_that_no_terminal_gives_go_to_the_session(lab: Lab) -> None:
    done = typed(
        lab,
        "$x = 'here'\nEnter-PSSession Server01\n$x = 'there'\nif ($true) {\n  \"$x in the block\"\n}\n\n"
        "Get-Item /nowhere\nexit 7\n$x\n$x.Length\n",
    )
    assert done.stdout.splitlines() == ["there in the block", "here", "4"]
    assert "Get-Item: Cannot find path '/nowhere'" in done.stderr
    assert done.returncode == 0
    assert lab.shells() == []


def test_the_end_of_the_lines_ends_the_session(lab: Lab) -> None:
    assert typed(lab, "Enter-PSSession Server01\n'last'\n").stdout == "last\n"
    assert lab.shells() == []


def test_a_nested_prompt_enters_nothing(lab: Lab) -> None:
    done = typed(
        lab,
        "$Host.EnterNestedPrompt()\n"
        "try { Enter-PSSession Server01 } catch { $_.FullyQualifiedErrorId; $_.CategoryInfo.Category }\nexit\n",
    )
    assert "HostInNestedPrompt,Microsoft.PowerShell.Commands.EnterPSSessionCommand\nInvalidOperation\n" in done.stdout


def test_from_within_a_session_none_can_be_entered(lab: Lab) -> None:
    done = typed(
        lab, "Enter-PSSession Server01\nEnter-PSSession Server02\n$Error[0].FullyQualifiedErrorId\n$Host.Name\n"
    )
    expected = "RemoteHostDoesNotSupportPushRunspace,Microsoft.PowerShell.Commands.EnterPSSessionCommand"
    assert done.stdout.splitlines() == [expected, "ServerRemoteHost"]


def test_a_disconnected_session_is_connected_first(a: ConsoleClient) -> None:
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s")
    said = a('Enter-PSSession $s; "$($Host.IsRunspacePushed)"; Exit-PSSession; "$($s.State) $($Host.IsRunspacePushed)"')
    assert (said.values, said.ids) == (["True", "Opened False"], [])


def test_one_that_another_client_has_is_not_entered(a: ConsoleClient, b: ConsoleClient) -> None:
    a("$s = New-PSSession Server01 -Name One")
    said = b("$t = Get-PSSession -ComputerName Server01; Enter-PSSession $t")
    assert said.ids == ["EnterPSSessionCannotConnectDisconnectedSession"]
    assert (said.errors[0].category, said.errors[0].target_text) == ("InvalidOperation", "[PSSession]One")


def test_one_that_is_gone_cannot_be_connected(a: ConsoleClient, b: ConsoleClient) -> None:
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s")
    b("Connect-PSSession -ComputerName Server01 -Name One | Remove-PSSession")
    said = a("Enter-PSSession $s")
    assert (said.ids, said.errors[0].category) == (["EnterPSSessionConnectSessionFailed"], "InvalidOperation")


def test_a_broken_one_is_not_entered_and_advice_is_given(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One")
    for shell in lab.shells():
        os.kill(shell["pid"], signal.SIGKILL)
    a("Invoke-Command $s { 1 }")
    said = a("Enter-PSSession $s; Enter-PSSession -Id $s.Id; $s.InstanceId")
    assert said.ids == ["PushedRunspaceMustBeOpen"] * 2
    assert f"Get-PSSession -ComputerName Server01 -InstanceId {said.values[0]}" in said.errors[0].message
    assert "Get-PSSession" not in said.errors[1].message
    assert said.errors[0].category == "InvalidArgument"


def test_one_in_which_a_left_command_runs_is_left_again(a: ConsoleClient) -> None:
    a("$s = Invoke-Command Server01 -InDisconnectedSession { while ($true) { Start-Sleep -Milliseconds 50 } }")
    said = a('Enter-PSSession $s; "$($s.State)"')
    assert (said.ids, said.values) == (["EnterPSSessionConnectSessionNotAvailable"], ["Disconnected"])


def test_one_in_which_a_command_runs_is_waited_for(a: ConsoleClient, flag: Path) -> None:
    a(
        f"$s = New-PSSession Server01; $null = Invoke-Command $s -AsJob {{ while (-not (Test-Path {flag})) "
        "{ Start-Sleep -Milliseconds 20 } }"
    )
    said = a("Enter-PSSession $s -WarningAction Stop")
    assert said.failure is not None
    assert "A command runs in the session" in said.failure.message
    a.send("Enter-PSSession $s; $Host.IsRunspacePushed; Exit-PSSession")
    flag.touch()
    assert a.result().value is True


def test_a_configuration_without_the_commands_of_a_prompt_is_refused(a: ConsoleClient, lab: Lab) -> None:
    said = a("Enter-PSSession Server01 -ConfigurationName Promptless")
    assert said.ids == ["InvalidOperation"]
    assert said.failure is not None
    assert "Promptless" in said.failure.message
    assert lab.shells() == []


def test_a_configuration_without_a_language_takes_commands(lab: Lab) -> None:
    done = typed(
        lab,
        "Enter-PSSession Server01 -ConfigurationName Helpdesk\n"
        "Write-Output a, 'b c' -NoEnumerate:$false | Select-Object -Last 1\n"
        "Get-Item /nowhere\n$x = 1\nGet-Location\nexit\n'home'\n",
    )
    assert done.stdout.splitlines() == ["b c", "home"]
    assert "Cannot find path '/nowhere'" in done.stderr
    assert done.stderr.count("no-language mode") == 1
    assert "'Get-Location' is not recognized" in done.stderr
    assert lab.shells() == []


def test_which_session_is_meant(a: ConsoleClient) -> None:
    a("$s = New-PSSession Server01, Server01 -Name Same, Other; ($s | Where-Object Name -EQ Other).Name = 'same'")
    for call, expected in (
        ("-Name SAME", "RemoteRunspaceHasMultipleMatchesForSpecifiedName"),
        ("-Name 'S*'", "RemoteRunspaceNotAvailableForSpecifiedName"),
        ("-Name ''", "RemoteRunspaceNotAvailableForSpecifiedName"),
        ("-Id 987654", "RemoteRunspaceNotAvailableForSpecifiedSessionId"),
        (f"-InstanceId {'1' * 8}-1111-1111-1111-{'1' * 12}", "RemoteRunspaceNotAvailableForSpecifiedRunspaceId"),
    ):
        said = a(f"Enter-PSSession {call}")
        assert said.ids == [expected], call
        assert said.errors[0].category == "InvalidArgument"
    for call in ("-Id $s[0].Id", "-InstanceId $s[0].InstanceId", "$s[0]", "-Session $s[0]"):
        assert a(f"Enter-PSSession {call}; $Host.IsRunspacePushed; Exit-PSSession").value is True


def test_a_computer_that_does_not_answer(a: ConsoleClient) -> None:
    said = a("$PSSessionOption = New-PSSessionOption -MaxConnectionRetryCount 0; Enter-PSSession Nowhere; 'on'")
    assert (said.ids, said.values) == (["CreateRemoteRunspaceFailed"], ["on"])
    assert (said.errors[0].category, said.errors[0].target_text) == ("InvalidArgument", "Nowhere")
    assert a("Enter-PSSession 'no such/name'").ids == ["PSSessionInvalidComputerName"]


def test_a_temporary_session_takes_the_way_it_is_given(a: ConsoleClient, lab: Lab) -> None:
    credential = "[pscredential]::new('bob', (ConvertTo-SecureString wrong -AsPlainText -Force))"
    assert a(f"Enter-PSSession Server01 ({credential}) -Authentication Basic").ids == ["CreateRemoteRunspaceFailed"]
    assert a(f"Enter-PSSession -ConnectionUri {lab.url} -ConfigurationName ITTasks").ids == [
        "CreateRemoteRunspaceFailed"
    ]
    assert a("'Server01' | Enter-PSSession -ConfigurationName ITTasks; $Host.IsRunspacePushed").value is True
    assert [row["configuration_name"] for row in lab.cli_json("session", "ls", "Server01")] == ["ITTasks"]
    assert a("Exit-PSSession; $Host.IsRunspacePushed").value is False
    assert lab.shells() == []
