"""`remora enter`: the prompt in a session without a PowerShell of one's own around it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import remora.sync
from tests.acceptance.conftest import MakeTerminal
from tests.support.host import PROGRAM
from tests.support.relay import Relay
from tests.support.session_lab import Lab
from tests.support.terminal import Terminal

THERE = b"[Server01]: PS "


def lines(lab: Lab, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `remora enter` makes of lines that no terminal gives."""
    return subprocess.run(
        [*PROGRAM, "enter", *arguments],
        input=text,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        env={**os.environ, **lab.environment},
    )


@pytest.fixture
def relay(lab: Lab, tmp_path: Path) -> Iterator[Relay]:
    """A line to the host that can be interrupted, and a client file beside it that leads over it."""
    made = Relay(lab.host.port)
    text = lab.client_file.read_text("utf-8").replace(f":{lab.host.port}/", f":{made.port}/")
    settings = text.replace("[client]\n", "[client]\nmax_retry_time = 4000\n")
    (tmp_path / "relayed.toml").write_text(settings, "utf-8")
    yield made
    made.close()


@pytest.fixture
def entered(terminal: MakeTerminal) -> Terminal:
    """A prompt in a new session called Visit."""
    made = terminal("enter", "Server01", "--session-name", "Visit")
    made.expect(b"Session Visit on Server01; ~? for help.")
    made.expect(THERE)
    made.expect(b"> ")
    return made


def test_a_new_session_ends_with_exit_whose_code_is_ours(entered: Terminal, lab: Lab) -> None:
    entered.type(b"'on ' + (Get-Host).Name\r")
    entered.expect(b"on ServerRemoteHost")
    entered.expect(THERE)
    entered.type(b"exit 7\r")
    assert entered.code() == 7
    assert lab.shells() == []


def test_tilde_dot_leaves_the_session_and_says_how_to_come_back(
    entered: Terminal, terminal: MakeTerminal, lab: Lab
) -> None:
    entered.type(b"$kept = 41\r")
    entered.expect(THERE)
    entered.expect(b"> ")
    entered.type(b"~?")
    entered.expect(b"leave the session, with what is in it")
    entered.expect(THERE)
    entered.expect(b"> ")
    entered.type(b"~.")
    entered.expect(b"Session Visit is left disconnected on Server01. Come back with:\r\n  ")
    told = entered.expect(b"\r\n").decode().split()
    assert entered.code() == 0
    assert told[:3] == ["remora", "enter", "Server01"]
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["name"], row["state"], row["availability"]) == ("Visit", "Disconnected", "None")
    back = terminal(*told[1:])
    back.expect(THERE)
    back.type(b"'kept ' + ($kept + 1)\r")
    back.expect(b"kept 42")
    back.expect(THERE)
    back.type(b"exit\r")
    assert back.code() == 0
    (row,) = lab.cli_json("session", "connect", "Server01", "--name", "Visit")
    assert row["name"] == "Visit"
    named = lines(lab, "$kept\n", "Server01", "--name", "vis*")
    assert (named.stdout, named.returncode) == ("41\n", 0)
    assert lines(lab, "$kept\n", "Server01", "--id", str(row["id"])).stdout == "41\n"


def test_a_running_command_is_left_running_and_received_or_met_again(
    entered: Terminal, terminal: MakeTerminal, lab: Lab
) -> None:
    entered.type(b"'beg'+'un'; while (-not $stop) { Start-Sleep -Milliseconds 20; 'tick' }\r")
    entered.expect(b"begun")
    entered.expect(b"tick")
    entered.type(b"\x1c")
    entered.expect(b"Come back with:")
    assert entered.code() == 0
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["state"], row["availability"]) == ("Disconnected", "None")
    back = terminal("enter", "Server01", "--name", "Visit")
    back.expect(b"A command was left here; Ctrl-C stops it.")
    back.expect(b"tick")
    back.type(b"\x03")
    back.expect(THERE)
    back.type(b"'still ' + 'here'\r")
    back.expect(b"still here")


def test_ctrl_c_and_questions(entered: Terminal) -> None:
    entered.type(b"'beg'+'un'; Start-Sleep 600\r")
    entered.expect(b"begun")
    entered.type(b"\x03")
    entered.expect(THERE)
    entered.expect(b"> ")
    entered.type(b"$s = Read-Host 'Secret' -AsSecureString; 'length ' + $s.Length\r")
    entered.expect(b"Secret: ")
    entered.expect_no_echo()
    entered.type(b"sesame\r")
    assert b"sesame" not in entered.expect(b"length 6")


def test_a_terminal_that_hangs_up_leaves_the_session(entered: Terminal, lab: Lab) -> None:
    os.kill(entered.pid, signal.SIGHUP)
    assert entered.code() == 128 + signal.SIGHUP
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["state"], row["availability"]) == ("Disconnected", "None")


def test_a_session_that_dies_ends_the_visit(entered: Terminal, lab: Lab) -> None:
    for shell in lab.shells():
        os.kill(shell["pid"], signal.SIGKILL)
    entered.type(b"1\r")
    entered.expect(b"Server01: ")
    assert entered.code() != 0


def test_a_connection_that_fails_is_tried_again_then_the_session_is_left(
    terminal: MakeTerminal, relay: Relay, tmp_path: Path, lab: Lab
) -> None:
    far = terminal("enter", "Server01", "--client-config", str(tmp_path / "relayed.toml"))
    far.expect(THERE)
    far.expect(b"> ")
    far.type(b"$n = 0; while ($true) { Start-Sleep -Milliseconds 100; 'tick ' + ++$n }\r")
    far.expect(b"tick 2\r\n")
    relay.unplug()
    far.expect(b"WARNING: The connection to Server01 was lost.")
    relay.plug()
    far.expect(b"WARNING: The connection to Server01 is restored.")
    seen = far.expect(b"tick 40\r\n")
    assert re.findall(rb"tick (\d+)", seen)[-3:] == [b"37", b"38", b"39"]
    relay.unplug()
    far.expect(b"could not be restored")
    far.expect(b"Come back with:\r\n  remora enter Server01 --instance-id ")
    assert far.code() == 255
    assert len(lab.shells()) == 1


def test_lines_of_a_file(lab: Lab) -> None:
    done = lines(lab, "$x = 20\nif ($x) {\n  $x * 2\n}\n\n~.\n'a' -join 'b'\nthrow 'thrown'\n", "Server01")
    assert done.stdout.splitlines() == ["40", "a"]
    assert re.search("'?~\\.'? is not recognized|~\\.", done.stderr)
    assert "thrown" in done.stderr
    assert done.returncode == 1
    assert lines(lab, "exit 9\n'never'\n", "Server01").returncode == 9
    assert lines(lab, "'x'\n", "Server01").stdout == "x\n"
    assert lab.shells() == []


def test_who_cannot_be_entered(lab: Lab) -> None:
    assert lines(lab, "", "Nowhere").returncode == 255
    missing = lines(lab, "", "Server01", "--name", "none")
    assert (missing.returncode, "PSSessionNameMatchFail" in missing.stderr) == (1, True)
    with remora.sync.new_pssession(name="Mine", **lab.way()):
        taken = lines(lab, "", "Server01", "--name", "Mine")
    assert (taken.returncode, "PSSessionConnectFailed" in taken.stderr) == (1, True)
    narrow = lines(lab, "", "Server01", "--configuration-name", "Promptless")
    assert (narrow.returncode, "InvalidOperation" in narrow.stderr) == (1, True)
    assert lab.shells() == []
    for wrong in ((), ("Server01", "--name", "a", "--id", "1"), ("Server01", "--computer-name", "Server02")):
        assert lines(lab, "", *wrong).returncode == 2


SCRIPT = "function Add($a, $b) {\n    $sum = $a + $b\n    $sum\n}\n'before'\nAdd 1 2\n'after'\n"


@pytest.fixture
def script(lab: Lab) -> Iterator[str]:
    """The path of a script on the host, which the session's user can read."""
    path = Path(tempfile.mkdtemp(prefix="remora-")) / "a.ps1"
    path.write_text(SCRIPT)
    path.parent.chmod(0o755)
    yield str(path)
    shutil.rmtree(path.parent)


def test_a_breakpoint_in_the_session_stops_there(lab: Lab, script: str) -> None:
    text = f"""function prompt {{ 'P' + '>' * ($NestedPromptLevel + 1) }}
$null = Set-PSBreakpoint -Script {script} -Line 2
{script}
"sum of $a and $b, $($PSDebugContext.Breakpoints.Line)"
v
$sum
exit
'home'
"""
    done = lines(lab, text, "Server01")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if line.strip("+ ~")] == [
        "before",
        "Entering debug mode. Use h or ? for help.",
        f"Hit Line breakpoint on '{script}:2'",
        f"At {script}:2 char:5",
        "+     $sum = $a + $b",
        "[DBG]: P>>sum of 1 and 2, 2",
        f"[DBG]: P>>At {script}:3 char:5",
        "+     $sum",
        "[DBG]: P>>3",
        "[DBG]: P>>3",
        "after",
        "home",
    ]


def test_quitting_the_debugger_ends_the_command_alone(lab: Lab, script: str) -> None:
    done = lines(lab, f"$null = Set-PSBreakpoint -Script {script} -Line 3\n{script}\nq\n'on'\n", "Server01")
    assert "after" not in done.stdout
    assert done.stdout.endswith("on\n")


def test_a_nested_prompt_in_the_session(lab: Lab) -> None:
    text = "& { $q = 7; $Host.EnterNestedPrompt(); \"left $q\" }\n$q; $q = 8\n$Host.ExitNestedPrompt()\n'end'\nexit 3\n"
    done = lines(lab, f"function prompt {{ 'P' + '>' * ($NestedPromptLevel + 1) }}\n{text}", "Server01")
    assert (done.returncode, done.stdout) == (3, "P>>7\nP>>left 8\nend\n")


def test_a_nested_prompt_at_a_terminal(entered: Terminal) -> None:
    entered.type(b"function prompt { 'P' + '>' * ($NestedPromptLevel + 1) }; $Host.EnterNestedPrompt()\r")
    entered.expect(b"P>>")
    entered.type(b"'in ' + 'side'\r")
    entered.expect(b"in side")
    entered.expect(b"P>>")
    entered.type(b"while (1) { 'going'; Start-Sleep 1 }\r")
    entered.expect(b"\ngoing")
    entered.type(b"\x03")
    entered.expect(b"P>")
    entered.type(b"'out ' + 'side'\r")
    entered.expect(b"out side")


def test_no_prompt_where_nobody_answers_or_not_every_command_is_shown(lab: Lab, script: str) -> None:
    text = f"$null = Set-PSBreakpoint -Script {script} -Line 2; {script}; "
    text += "try { $Host.EnterNestedPrompt() } catch { 'none' }"
    with remora.sync.new_pssession("Server01", config=lab.config) as session:
        ran = session.invoke(text)
        assert (list(ran), ran.failure) == (["before", 3, "after", "none"], None)
    done = lines(lab, "Get-Item /\n$Host.EnterNestedPrompt()\n", "Server01", "--configuration-name", "Helpdesk")
    assert ">>" not in done.stdout
