from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from remora.cli.console_host import ConsoleHost
from remora.cli.console_session import ConsoleSession
from remora.engine.cmd.script_arguments import file_parameters


def run(*arguments: str, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from remora.cli.main import main; main()", "console", *arguments],
        input=stdin, capture_output=True, text=True, timeout=60, cwd=cwd,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("exit 7", 7),
        ("1", 0),
        ("throw 'x'", 1),
        ("if (", 1),
        ("nosuchcommand", 1),
        ("Write-Error x", 1),
        ("nosuchcommand; 1", 0),
        ("sh -c 'exit 3'", 1),
        ("sh -c 'exit 3'; exit $LASTEXITCODE", 3),
        ("try { throw 'x' } catch { 1 }", 0),
    ],
)
def test_exit_codes_of_a_text(text: str, code: int) -> None:
    assert run("-c", text).returncode == code


def test_output_and_errors_go_to_their_streams() -> None:
    done = run("-c", "Write-Host host; 'out'; [pscustomobject]@{a=1}; Write-Warning w; Write-Error e")
    assert done.stdout == "host\nout\n\na\n-\n1\nWARNING: w\n\n"
    assert done.stderr == "Write-Error: e\n"


def test_a_transcript_ends_with_the_session(tmp_path: Path) -> None:
    run("-c", f"Start-Transcript {tmp_path}/t.txt; Write-Host told")
    assert "told\n**********************\nPowerShell transcript end" in (tmp_path / "t.txt").read_text()


def test_script_files_get_arguments_and_give_their_code(tmp_path: Path) -> None:
    script = tmp_path / "s.ps1"
    script.write_text('param([int]$Count, [switch]$Loud, $Rest)\n"$Count $Loud $Rest $PSScriptRoot"\nexit 3\n')
    done = run(str(script), "-Count", "5", "-Loud", "-Rest:x")
    assert (done.stdout, done.returncode) == (f"5 True x {tmp_path}\n", 3)
    script.write_text("throw 'bad'")
    assert run(str(script)).returncode == 1
    script.write_text("sh -c 'exit 9'; 'end'")
    assert run(str(script)).returncode == 0
    assert run(str(tmp_path / "nosuch.ps1")).returncode == 64


def test_standard_input_is_a_script() -> None:
    done = run(stdin='$x = 2\nif ($x) {\n  "x is $x"\n}\nexit 4\n')
    assert (done.stdout, done.returncode) == ("x is 2\n", 4)
    assert run("-c", "-", stdin="'dash'").stdout == "dash\n"


def test_strict_mode_option() -> None:
    assert run("--strict", "-c", "$nosuchvariable").returncode == 1
    assert run("-c", "$nosuchvariable").returncode == 0


def test_file_parameters() -> None:
    assert file_parameters(["-Name", "v", "-On:$true", "-5", "x", "-"]) == (
        ("Name", None), (None, "v"), ("On", True), (None, "-5"), (None, "x"), (None, "-"),
    )  # fmt: skip


def test_ctrl_c_stops_the_pipeline() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "from remora.cli.main import main; main()", "console", "-c",
         "try { 'begun'; Start-Sleep 60 } finally { 'finally' }"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    child.send_signal(signal.SIGINT)
    rest = child.stdout.read()
    assert child.wait(20) == 130
    assert rest == "finally\n"
    child.stdout.close()


def test_the_script_ends_when_nobody_reads_its_output() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "from remora.cli.main import main; main()", "console", "-c",
         "1; $null = Read-Host; 2; 3; [Console]::Error.WriteLine('too far')"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "1\n"
    child.stdout.close()
    _, problems = child.communicate("go\n", timeout=20)
    assert (problems, child.returncode) == ("", 0)


def test_a_fresh_session_makes_each_of_the_usual_collections() -> None:
    names = ("ArrayList", "Queue", "Stack", "Hashtable", "SortedList", "Generic.List[int]", "Generic.Stack[int]")
    for name in names:  # a process each: what a type needs must not depend on what was loaded before it
        assert run("-c", f"[Collections.{name}]::new().Count").stdout == "0\n", name


def test_lines_of_standard_input() -> None:
    script = (
        "[Console]::In.ReadLine(); [Console]::ReadLine(); ([Console]::In.ReadToEnd() -split '\\n').Count; "
        "$null -eq [Console]::In.ReadLine(); $null -eq [Console]::ReadLine()"
    )
    assert run("-c", script, stdin="a\nb\nc\nd\n").stdout.split() == ["a", "b", "3", "True", "True"]


def test_the_server_ends_with_its_input() -> None:
    done = run("-s", stdin="")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_console_asks_for_parameters_by_their_names() -> None:
    out, err = io.StringIO(), io.StringIO()
    host = ConsoleHost(out, err, io.StringIO("ann\n"), interactive=True)
    text = "function greet { param([Parameter(Mandatory)] [string] $Name) 'hello ' + $Name }; greet"
    assert ConsoleSession(host).run_text(text) == 0
    assert err.getvalue() == ""
    assert "Name: " in out.getvalue()
    assert out.getvalue().endswith("hello ann\n")


def test_a_program_gets_the_terminal_unless_its_output_is_taken() -> None:
    script = (
        "sh -c 'test -t 0 && test -t 1 && echo on a terminal'; $x = sh -c 'test -t 1 || echo taken'; $x; "
        "sh -c 'exit 3'; $LASTEXITCODE"
    )
    master, slave = pty.openpty()
    command = [sys.executable, "-c", "from remora.cli.main import main; main()", "console", "-c", script]
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True) as child:
        os.close(slave)
        seen = b""
        while True:
            try:
                data = os.read(master, 4096)
            except OSError:
                break
            if not data:
                break
            seen += data
        child.wait(30)
    os.close(master)
    assert seen.decode().split() == ["on", "a", "terminal", "taken", "3"]


def test_the_end_of_a_session_is_an_event() -> None:
    done = run(
        "-c", "$null = Register-EngineEvent PowerShell.Exiting -Action { [Console]::Out.WriteLine('bye') }; 'last'"
    )
    assert done.stdout.split() == ["last", "bye"]


def test_console_writes_objects_and_formats() -> None:
    script = (
        "[Console]::WriteLine(1.1 * 3); [Console]::WriteLine('{0:N1}|{1}', 2, $true); [Console]::Write([char[]]'ab')"
    )
    done = run("-c", script)
    assert done.stdout == "3.3000000000000003\n2.0|True\nab"


def test_host_writes_the_texts_of_the_objects() -> None:
    assert run("-c", "Write-Host (0.1 + 0.2); 0.1 + 0.2").stdout == "0.30000000000000004\n0.3\n"


def test_the_host_and_the_profile_are_those_of_a_console(tmp_path: Path) -> None:
    script = tmp_path / "a.ps1"
    script.write_text(
        "$Host.Version.ToString(); $PROFILE; $PROFILE.CurrentUserAllHosts; Split-Path -Leaf $PROFILE.AllUsersAllHosts"
    )
    version, profile, every, shared = run(str(script)).stdout.split()
    assert version == "7.4.6"
    assert profile.endswith("/powershell/Microsoft.PowerShell_profile.ps1")
    assert every == os.path.join(os.path.dirname(profile), "profile.ps1")
    assert shared == "profile.ps1"


@pytest.mark.parametrize("script", ["1..20000", "Get-Help Get-Item", "[pscustomobject]@{ A = 1 }"])
def test_a_reader_that_leaves_early_ends_the_console_quietly(script: str) -> None:
    command = [sys.executable, "-m", "remora", "console", "-c", script]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
