from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from remora.worker import protocol as p
from remora.worker.cmd_shell import CmdShell
from remora.wsman import uris
from tests.support.cmd_client import TERMINATE, Cmd
from tests.support.worker_place import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path, lambda request, gate, reactor: CmdShell(request, None))
    yield place
    place.close()


def cmd(place: Place, **fields: Any) -> Cmd:
    return Cmd(place.front(), place.name, **fields)


def test_output_both_streams_and_exit_code(place: Place) -> None:
    shell = cmd(place)
    assert shell.run("echo", "hi", "there") == (b"hi there\r\n", b"", 0)
    out, err, code = shell.run("echo grüße& echo bad 1>&2& exit 3")
    assert (out.rstrip(), err.rstrip(), code) == ("grüße".encode(), b"bad", 3)


def test_one_receive_for_a_short_command(place: Place) -> None:
    shell = cmd(place)
    command = shell.start("echo x")
    time.sleep(0.2)
    answer = shell.front.ask(p.Receive(command_id=command, streams=("stdout", "stderr"), budget=9000, timeout=5.0))
    assert isinstance(answer, p.Output)
    assert answer.state == "Done"


def test_code_page_environment_and_directory(place: Place, tmp_path: Path) -> None:
    spec = {"working_directory": str(tmp_path), "environment": (p.Variable(name="X1", value="a b&c"),)}
    shell = cmd(place, options={"WINRS_CODEPAGE": "437"}, spec=spec)
    assert shell.run("echo é")[0] == b"\x82\r\n"
    assert shell.run("set X1")[0] == b"X1=a b&c\r\n"
    (tmp_path / "found.txt").write_text("content\n")
    assert shell.run("type found.txt")[0].startswith(b"content")


def test_stdin_that_comes_before_the_reader(place: Place) -> None:
    shell = cmd(place)
    command = shell.start("sort", WINRS_CONSOLEMODE_STDIN="FALSE")
    big = b"".join(b"%06d\n" % number for number in range(40_000, 0, -1))
    for start in range(0, len(big), 100_000):
        shell.send(command, big[start : start + 100_000])
    shell.send(command, b"", end=True)
    out, _, code = shell.finish(command)
    lines = out.split()
    assert code == 0
    assert (len(lines), lines[0], lines[-1]) == (40_000, b"000001", b"040000")


@pytest.mark.parametrize("signal", [uris.SIGNAL_CTRL_C, uris.SIGNAL_CTRL_BREAK, TERMINATE])
def test_signals_end_and_free_the_command(place: Place, signal: str) -> None:
    shell = cmd(place)
    command = shell.start("sleep 60")
    waiting = shell.front.post(p.Receive(command_id=command, streams=("stdout", "stderr"), budget=9000, timeout=30.0))
    time.sleep(0.1)
    begun = time.monotonic()
    assert shell.front.ask(p.Signal(command_id=command, code=signal)) == p.Ok()
    answer = shell.front.wait(waiting)
    assert isinstance(answer, p.Output)
    assert (answer.state, answer.exit_code) == ("Done", -1073741510)
    assert time.monotonic() - begun < 2
    assert shell.fault(p.Receive(command_id=command, budget=9000, timeout=1.0)).number == 0x8033805B
    assert shell.run("echo still") == (b"still\r\n", b"", 0)


def test_skip_cmd_shell(place: Place) -> None:
    shell = cmd(place)
    assert shell.run("/bin/echo", "a", "b", WINRS_SKIP_CMD_SHELL="TRUE")[0] == b"a b\n"
    fault = shell.fault(
        p.RunCommand(command_line="no-such-program", options=(p.Option(name="WINRS_SKIP_CMD_SHELL", value="True"),))
    )
    assert (fault.number, fault.provider) == (0x80070002, "Shell cmd plugin")
    assert fault.path is not None
    assert fault.path.endswith("winrscmd.dll")


def test_receive_without_command(place: Place) -> None:
    shell = cmd(place)
    fault = shell.fault(p.Receive(streams=("stdout",), budget=9000, timeout=1.0))
    assert (fault.number, fault.provider) == (87, "Shell cmd plugin")
    assert fault.detail == uris.FAULT_DETAIL_PREFIX + "InvalidValue"


def test_what_a_command_shell_cannot(place: Place) -> None:
    shell = cmd(place)
    for request in (p.Disconnect(), p.Reconnect(), p.Connect()):
        assert shell.fault(request).number == 0x803381C5
    command = shell.start("echo x")
    assert shell.fault(p.Signal(command_id=command, code="unknown")).number == 87
    assert shell.fault(p.Send(chunks=(p.Chunk(name="stdin"),))).number == 87


@pytest.mark.parametrize("page", ["932", "x"])
def test_unknown_code_pages(place: Place, page: str) -> None:
    with pytest.raises(AssertionError, match=str(0x80338140)):
        cmd(place, options={"WINRS_CODEPAGE": page})


def test_several_commands_at_once_and_a_reader_that_is_slow(place: Place) -> None:
    shell = cmd(place, limits=p.Limits(buffer_bytes=20_000))
    slow = shell.start("seq 1 50000")
    others = [shell.start(f"echo {number}") for number in range(5)]
    for number, command in enumerate(others):
        assert shell.finish(command)[0] == f"{number}\r\n".encode()
    out, _, code = shell.finish(slow, budget=30_000)
    assert code == 0
    assert out.split()[-1] == b"50000"


def test_another_program_as_command_shell(place: Place, tmp_path: Path) -> None:
    shell = cmd(
        place, configuration=p.Configuration(command_shell=("/bin/sh", "-c")), spec={"working_directory": str(tmp_path)}
    )
    assert shell.run("for i in 1 2; do echo $i; done; echo e >&2; exit 4") == (b"1\n2\n", b"e\n", 4)
    command = shell.start("cat; sleep 60")
    shell.send(command, b"in", end=True)
    time.sleep(0.2)
    assert shell.front.ask(p.Signal(command_id=command, code=TERMINATE)) == p.Ok()


def test_the_shell_keeps_its_environment_apart_from_its_commands(place: Place) -> None:
    shell = cmd(place)
    shell.run("set NEW=1& cd /")
    assert shell.run("echo [%NEW%]")[0] == b"[%NEW%]\r\n"
    assert shell.description.state == "Connected"
