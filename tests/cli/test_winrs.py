"""``remora winrs`` through the real command line, against a host that runs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from remora.cli import winrs
from remora.cli.winrs_arguments import read_winrs
from remora.errors import ConfigError
from tests.support.host import PASSWORD, PROGRAM, USER, HostProcess, remora, running_host
from tests.support.terminal import Terminal


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("winrs") / "state") as running:
        yield running


@pytest.fixture
def way(host: HostProcess, tmp_path: Path) -> tuple[str, ...]:
    (tmp_path / "password").write_text(PASSWORD + "\n")
    return (f"-r:{host.url}", f"-u:{USER}", f"-password-file:{tmp_path / 'password'}")


def test_output_errors_and_the_exit_code_come_back(way: tuple[str, ...]) -> None:
    done = remora("winrs", *way, "echo out& echo err 1>&2& exit 7", check=False)
    assert done.stdout.split() == ["out"]
    assert done.stderr.split() == ["err"]
    assert done.returncode == 7


def test_directory_environment_and_words_with_blanks(way: tuple[str, ...]) -> None:
    where = ("/d:/usr", "/env:ONE=1", "-environment:TWO=2=2", "-nop", "-comp")
    done = remora("winrs", *way, *where, "echo", "%ONE% %TWO%")
    assert done.stdout.strip() == '"1 2=2"'
    assert remora("winrs", *way, *where, "cd").stdout.strip() == "/usr"


def test_standard_input_is_forwarded_to_its_end(way: tuple[str, ...]) -> None:
    assert remora("winrs", *way, "sort", input_text="b\na\n").stdout.split() == ["a", "b"]


def test_output_comes_while_the_command_runs_and_control_c_goes_to_it(way: tuple[str, ...]) -> None:
    command = [*PROGRAM, "winrs", *way, "echo begun& sleep 60"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().split() == [b"begun"]
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=40)
    assert b"Traceback" not in err
    assert process.returncode not in (0, -signal.SIGINT)  # the interrupted command's own code


def test_an_interactive_command_at_a_terminal(way: tuple[str, ...], tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, arguments=("winrs", *way, "cat"))
    try:
        terminal.type(b"hello\n")
        terminal.expect(b"hello")  # the terminal's echo
        terminal.expect(b"hello")  # the answer
        terminal.type(b"\x04")
        assert terminal.code() == 0
    finally:
        terminal.end()


def test_time_runs_out(way: tuple[str, ...]) -> None:
    done = remora("winrs", *way, "-t:1", "sleep 60", check=False)
    assert done.returncode == 124
    assert "Winrs error" in done.stderr


def test_a_refused_logon_and_an_unreachable_machine(way: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong\n")
    done = remora("winrs", way[0], way[1], f"-password-file:{tmp_path / 'wrong'}", "ver", check=False)
    assert (done.returncode, "refused the logon" in done.stderr) == (255, True)
    assert f"  -> check the password of {USER}" in done.stderr
    done = remora("winrs", "-r:http://127.0.0.1:1", *way[1:], "ver", check=False)
    assert (done.returncode, "nothing listens there" in done.stderr) == (255, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("-r:h -q ver", "-q is no switch"),
        ("-r:h -r:i ver", "given twice"),
        ("-r ver", "needs a value"),
        ("-un:yes ver", "takes no value"),
        ("-env:X ver", "NAME=VALUE"),
        ("-p:x ver", "without -username"),
        ("-r:h", "no command"),
    ],
)
def test_wrong_words(words: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_winrs(words.split())


def test_what_comes_after_the_command_belongs_to_it() -> None:
    read = read_winrs(["-r:h", "/U:me", "-p:", "cmd", "/c", "dir", "C:\\Program Files", "-r:x", "--help"])
    assert read.command == 'cmd /c dir "C:\\Program Files" -r:x --help'
    assert read.switches == {"remote": "h", "username": "me", "password": ""}
    assert read_winrs(['dir "a b"']).command == 'dir "a b"'
    assert read_winrs([]).command == read_winrs(["/?"]).command == ""


def test_delegation_is_asked_for_where_it_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("p\n")
    (tmp_path / "client.toml").write_text("")
    words = (
        "-r:h",
        "-u:u@EXAMPLE.ORG",
        f"-password-file:{tmp_path / 'pw'}",
        f"-client-config:{tmp_path / 'client.toml'}",
    )
    assert winrs._info(read_winrs([*words, "-ad", "ver"])).option.delegate_credential
    assert not winrs._info(read_winrs([*words, "ver"])).option.delegate_credential


def test_help_and_usage() -> None:
    assert "-environment, -env:VALUE" in remora("winrs", "-?").stdout
    done = subprocess.run(
        [sys.executable, "-m", "remora", "winrs", "-t:x", "ver"], capture_output=True, text=True, env={**os.environ}
    )
    assert (done.returncode, "a number of seconds" in done.stderr) == (2, True)


class Stubborn:
    """A command that Ctrl-C does not end."""

    def __init__(self) -> None:
        self.runs, self.interrupted = asyncio.Event(), asyncio.Event()
        self.ended = False

    async def receive(self) -> Any:
        self.runs.set()
        await asyncio.Event().wait()

    async def send(self, data: bytes, *, end: bool = False) -> None:
        """It reads nothing."""

    async def interrupt(self) -> None:
        self.interrupted.set()

    async def end(self) -> None:
        self.ended = True


def test_the_second_control_c_ends_winrs_in_order() -> None:
    async def pressed_twice(command: Stubborn) -> int:
        async def press() -> None:
            await command.runs.wait()
            os.kill(os.getpid(), signal.SIGINT)
            await command.interrupted.wait()
            os.kill(os.getpid(), signal.SIGINT)

        pressing = asyncio.create_task(press())
        try:
            return await winrs._converse(cast(Any, command), terminal=False)
        finally:
            pressing.cancel()

    before, command = signal.getsignal(signal.SIGINT), Stubborn()
    try:
        with pytest.raises(SystemExit) as done:
            asyncio.run(pressed_twice(command))
    finally:
        signal.signal(signal.SIGINT, before)
    assert (done.value.code, command.ended) == (130, True)
