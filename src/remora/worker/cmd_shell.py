"""The inside of a WinRS cmd shell: command lines in the cmd language (or for /bin/sh), bytes both ways."""

from __future__ import annotations

import os
import threading
from typing import Final, Protocol
from uuid import uuid4

from remora._log import bound
from remora.engine.cmd.environment import CmdEnvironment, codec_of
from remora.engine.cmd.interpreter import Interpreter
from remora.engine.cmd.paths import to_local
from remora.engine.cmd.powershell import PowerShellLauncher, is_powershell
from remora.engine.cmd.programs import find_program, split_arguments
from remora.errors import WSManFault
from remora.worker.buffers import Item
from remora.worker.outlet import Outlet
from remora.worker.program_runner import ProgramRunner
from remora.worker.protocol import Chunk, Open, Option, RunCommand
from remora.wsman import faults, uris

_DEFAULT_CODE_PAGE: Final = 437
_SIGNALS: Final = frozenset(uri.lower() for uri in (uris.SIGNAL_TERMINATE, uris.SIGNAL_CTRL_C, uris.SIGNAL_CTRL_BREAK))
_FAILED_TO_START: Final = 1
_log = bound(__name__)


class Runner(Protocol):
    """One running command line."""

    def run(self, line: str, arguments: tuple[str, ...], *, skip_shell: bool) -> int: ...
    def send_stdin(self, data: bytes, *, end: bool = False) -> None: ...
    def stop(self) -> None: ...


def option(options: tuple[Option, ...], name: str) -> str | None:
    """Return the value of an option, None when it was not given."""
    return next((item.value.strip() for item in options if item.name.lower() == name.lower()), None)


def is_true(value: str | None) -> bool:
    """Read a boolean option: TRUE, True and 1 are true."""
    return value is not None and value.lower() in ("true", "1")


class CmdShell:
    """Backend of a command shell. launcher: runs ``powershell`` command lines."""

    disconnectable = False
    keeps_done = True

    def __init__(self, request: Open, launcher: PowerShellLauncher | None) -> None:
        text = option(request.options, uris.OPTION_CODEPAGE)
        code_page = int(text) if text is not None and text.isascii() and text.isdigit() else _DEFAULT_CODE_PAGE
        if codec_of(code_page) is None or (text is not None and not text.isdigit()):
            raise faults.make_fault(0x80338140)
        shell = request.shell
        here = os.getcwd()
        directory = to_local(shell.working_directory, here) if shell.working_directory else here
        self._environment = CmdEnvironment(directory=directory, code_page=code_page)
        for variable in shell.environment:
            self._environment.set(variable.name, variable.value)
        self._program = request.configuration.command_shell
        self._launcher = launcher
        self._runners: dict[str, Runner] = {}

    def open(self, outlet: Outlet) -> None:
        """A command shell says nothing by itself."""

    def command(self, command_id: str | None, request: RunCommand, outlet: Outlet) -> str:
        name = command_id or str(uuid4()).upper()
        skip_shell = is_true(option(request.options, uris.OPTION_SKIP_CMD_SHELL))
        if not os.path.isdir(self._environment.directory):
            raise _refusal(0x80070002, "The working directory of the shell does not exist. ")
        if skip_shell:
            skip_shell = self._needs_no_shell(" ".join((request.command_line, *request.arguments)))
        output = _Output(outlet)
        runner: Runner
        if self._program and not skip_shell:
            runner = ProgramRunner(self._program, self._environment, stdout=output.stdout, stderr=output.stderr)
        else:
            runner = Interpreter(self._environment, stdout=output.stdout, stderr=output.stderr, launcher=self._launcher)
        self._runners[name] = runner
        work = threading.Thread(
            target=_run, args=(runner, request, output, skip_shell), name=f"command-{name}", daemon=True
        )
        work.start()
        return name

    def _needs_no_shell(self, line: str) -> bool:
        """Check that the program exists; cmd.exe is one whose language we speak ourselves."""
        words = split_arguments(line)
        name = words[0] if words else ""
        if name.lower() in ("cmd", "cmd.exe"):
            return False
        if not (is_powershell(name) and self._launcher) and find_program(name, self._environment) is None:
            raise _refusal(0x80070002)
        return True

    def send(self, chunk: Chunk) -> None:
        if chunk.command_id is None or chunk.name != "stdin":
            raise _refusal(0x57)
        runner = self._runners.get(chunk.command_id)
        if runner is not None:
            runner.send_stdin(chunk.data, end=chunk.end)

    def check_receive(self, command_id: str | None, streams: tuple[str, ...]) -> None:
        if command_id is None or any(name not in ("stdout", "stderr") for name in streams):
            raise _refusal(0x57)

    def signal(self, command_id: str | None, code: str) -> bool:
        if code.lower() not in _SIGNALS:
            raise _refusal(0x57)
        runner = self._runners.get(command_id) if command_id is not None else None
        if runner is not None:
            runner.stop()
        return True

    def forget(self, command_id: str) -> None:
        runner = self._runners.pop(command_id, None)
        if runner is not None:
            runner.stop()

    def connect(self, connect_xml: bytes | None, options: tuple[Option, ...]) -> bytes:
        raise faults.DisconnectNotSupported()

    def connected(self) -> None:
        """Never called: this kind of shell is not taken over."""

    def close(self) -> None:
        for runner in self._runners.values():
            runner.stop()


def _refusal(number: int, message: str = "") -> WSManFault:
    """Return a fault in the name of the command shell's plug-in."""
    name, path = faults.CMD_PROVIDER
    return faults.make_fault(number, message, provider=name, provider_path=path)


class _Output:
    """The two output streams of one command on their way to its outlet."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet

    def stdout(self, data: bytes) -> None:
        self._put("stdout", data)

    def stderr(self, data: bytes) -> None:
        self._put("stderr", data)

    def _put(self, stream: str, data: bytes) -> None:
        self._outlet.wait_room()
        self._outlet.put(Item(body=data, stream=stream))

    def finish(self, exit_code: int) -> None:
        self._outlet.put(Item(body=b"", stream="stdout", end=True), Item(body=b"", stream="stderr", end=True))
        self._outlet.finish(exit_code)


def _run(runner: Runner, request: RunCommand, output: _Output, skip_shell: bool) -> None:
    code = _FAILED_TO_START
    try:
        code = runner.run(request.command_line, request.arguments, skip_shell=skip_shell)
    except Exception as error:
        _log.error("command_failed", exc_info=True)
        output.stderr(f"{type(error).__name__}: {error}\r\n".encode("ascii", "replace"))
    finally:
        output.finish(code)
