"""``powershell`` on the line of a command shell, run by the embedded engine in a forked child."""

from __future__ import annotations

import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from remora.worker import protocol as p
from remora.wsman import uris
from tests.support.cmd_client import Cmd
from tests.support.workers import Front

ROOT = Path(__file__).parents[2]


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Path]:
    """The socket of a worker process that serves one command shell."""
    path = tmp_path / "w"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.lone_worker", path], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield path
        process.terminate()


@pytest.fixture
def shell(worker: Path) -> Iterator[Cmd]:
    with Front(worker) as front:
        yield Cmd(front, "00000000-0000-0000-0000-000000000001")
        front.ask(p.Delete())


def encoded(script: str) -> str:
    return b64encode(script.encode("utf-16-le")).decode()


def test_text_encoded_and_abbreviated(shell: Cmd) -> None:
    assert shell.run("powershell -Command 1+1") == (b"2\r\n", b"", 0)
    assert shell.run("PowerShell.exe", "-NoP", "-NonI", "-Ex", "Bypass", "-e", encoded("'grüße'; 6*7")) == (
        "grüße\r\n42\r\n".encode(),
        b"",
        0,
    )


def test_exit_codes(shell: Cmd) -> None:
    assert shell.run("powershell -c exit 7")[2] == 7
    out, err, code = shell.run("powershell", "-EncodedCommand", encoded("'x'; throw 'broken'"))
    assert (out, code) == (b"x\r\n", 1)
    assert b"broken" in err
    assert shell.run("powershell -c Write-Error bad")[2] == 1
    assert shell.run("powershell -c $true")[2] == 0
    assert shell.run("powershell -NoSuchSwitch")[2] == 64


def test_the_other_streams_are_text(shell: Cmd) -> None:
    out, err, _ = shell.run("powershell", "-e", encoded("Write-Warning w; Write-Host h; Write-Error e; Write-Output o"))
    assert out == b"WARNING: w\r\nh\r\no\r\n"
    assert b"e" in err


def test_objects_are_formatted(shell: Cmd) -> None:
    out = shell.run("powershell", "-e", encoded("[pscustomobject]@{ Name = 'n'; Value = 1 }"))[0].decode()
    assert [line.split() for line in out.splitlines() if line.strip()] == [
        ["Name", "Value"],
        ["----", "-----"],
        ["n", "1"],
    ]


def test_a_script_from_standard_input(shell: Cmd) -> None:
    command = shell.start("powershell -NoProfile -")
    shell.send(command, b"$a = 5\n$a + ")
    shell.send(command, b"1\n", end=True)
    assert shell.finish(command) == (b"6\r\n", b"", 0)


def test_lines_of_standard_input_as_pipeline_input(shell: Cmd) -> None:
    command = shell.start("powershell", "-e", encoded('$input | ForEach-Object { "<$_>" }'))
    shell.send(command, b"a\nb\n", end=True)
    assert shell.finish(command)[0] == b"<a>\r\n<b>\r\n"


def test_a_file_with_arguments(shell: Cmd, tmp_path: Path) -> None:
    script = tmp_path / "a script.ps1"
    script.write_text('param($x, $y) "$x and $y"; exit 5')
    assert shell.run(f'powershell -File "{script}" one "two three"') == (b"one and two three\r\n", b"", 5)
    assert shell.run(f'powershell -File "{script}" -y 2 -x:1') == (b"1 and 2\r\n", b"", 5)
    assert shell.run("powershell -File no-such-file.ps1")[2] == 64


def test_environment_and_directory_are_those_of_the_command(shell: Cmd, tmp_path: Path) -> None:
    line = f'set MARK=here& cd /d "{tmp_path}"& powershell -c "$env:MARK; (Get-Location).Path"'
    assert shell.run(line)[0].decode().split() == ["here", str(tmp_path)]


def test_pipes_and_conditions_around_it(shell: Cmd) -> None:
    assert shell.run("powershell -c exit 1 || echo failed")[0] == b"failed\r\n"
    assert shell.run("echo piped| powershell -c \"$input | ForEach-Object { $_.Trim() + '!' }\"")[0] == b"piped!\r\n"


@pytest.mark.parametrize("script", ["Start-Sleep 60", "while ($true) { }"])
def test_it_can_be_stopped(shell: Cmd, script: str) -> None:
    command = shell.start("powershell", "-e", encoded(script))
    time.sleep(0.4)
    begun = time.monotonic()
    waiting = shell.front.post(p.Receive(command_id=command, streams=("stdout", "stderr"), budget=9000, timeout=30.0))
    assert shell.front.ask(p.Signal(command_id=command, code=uris.SIGNAL_TERMINATE)) == p.Ok()
    answer = shell.front.wait(waiting)
    assert isinstance(answer, p.Output)
    assert answer.state == "Done"
    assert time.monotonic() - begun < 3


def test_a_crash_of_the_child_is_an_exit_code(shell: Cmd) -> None:
    _, _, code = shell.run("powershell", "-e", encoded("'before'; Stop-Process -Id $PID -Force; Start-Sleep 5"))
    assert code not in (0, None)
    assert shell.run("echo alive")[0] == b"alive\r\n"


def test_it_starts_quickly(shell: Cmd) -> None:
    shell.run("powershell -c 1")
    begun = time.monotonic()
    for _ in range(5):
        shell.run("powershell -c 1")
    assert time.monotonic() - begun < 2.5
