"""``powershell`` and ``pwsh`` command lines with the embedded engine: what to run, where output goes, the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from remora.engine.cmd.environment import codec_of
from remora.engine.cmd.paths import to_local
from remora.engine.cmd.powershell_args import (
    PowerShellArguments,
    PowerShellUsageError,
    parse_powershell_arguments,
)
from remora.engine.cmd.script_arguments import file_parameters, wants_input
from remora.engine.initial import PS_VERSION
from remora.engine.runspace import PipelineResult
from remora.worker.engine_session import EngineSession
from remora.worker.stdio_server import serve
from remora.worker.text_console import TextConsole, TextHost, on_engine_thread, open_text

_BAD_FILE: Final = 64  # what pwsh gives for a -File that does not exist
_NAMES_WINDOWS: Final = ("powershell", "powershell.exe")


def run_powershell(argv: Sequence[str], code_page: int) -> int:
    """Run one command line on this process's standard streams; return the exit code."""
    encoding = codec_of(code_page) or "utf-8"
    out, error = open_text(1, encoding), open_text(2, encoding)
    program = argv[0].replace("\\", "/").rpartition("/")[2].lower()
    host = TextHost(out, error, new_line="\r\n")  # the reader is a WinRS client
    try:
        found = parse_powershell_arguments(argv[1:], windows_powershell=program in _NAMES_WINDOWS)
    except PowerShellUsageError as problem:
        host.write_error_line(str(problem))
        return problem.exit_code
    if found.server_mode:
        return serve(make_session=EngineSession.for_stdio)
    if found.version:
        host.write_line(f"PowerShell {PS_VERSION}")
        return 0
    if found.help:
        host.write_line(
            "Usage: pwsh [-Command TEXT | -EncodedCommand BASE64 | -File PATH [ARGUMENTS] | -] [-NoProfile]"
        )
        return 0
    host.interactive = not found.non_interactive and not found.from_stdin
    if found.working_directory:
        os.chdir(to_local(found.working_directory, os.getcwd()))
    code: int = on_engine_thread(lambda: _run(found, host, encoding))
    return code


def _run(found: PowerShellArguments, host: TextHost, encoding: str) -> int:
    console = TextConsole(host)
    if found.file is not None:
        return _run_file(console, found, encoding)
    if found.command is not None:
        result = console.run(
            found.command, [(None, value) for value in found.arguments], input=_input(found.command, encoding)
        )
        return exit_code(console, result, command=True)
    text = _read_all(encoding)
    return exit_code(console, console.run(text, [(None, value) for value in found.arguments]), command=True)


def _run_file(console: TextConsole, found: PowerShellArguments, encoding: str) -> int:
    assert found.file is not None
    path = to_local(found.file, os.getcwd())
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as problem:
        console.host.write_error_line(
            f"The argument '{found.file}' is not recognized as the name of a script file. {problem}"
        )
        return _BAD_FILE
    result = console.run(text, file_parameters(found.arguments), input=_input(text, encoding), file=path)
    return exit_code(console, result, command=False)


def exit_code(console: TextConsole, result: PipelineResult, *, command: bool) -> int:
    """Return the process's exit code: of ``exit`` or ``$Host.SetShouldExit``, the later one; else 1 after a terminating
    error or (-Command) a failed command.
    """
    if console.host.exit_code is not None:
        return console.host.exit_code
    if result.state == "Stopped":
        return 130
    if result.state == "Failed" or (command and not console.succeeded):
        return 1
    return 0


def _input(text: str, encoding: str) -> Iterator[str] | None:
    """Lines of standard input, for a script that asks for pipeline input and only then: reading waits for its end."""
    if not wants_input(text) or sys.stdin is None or os.isatty(0):
        return None
    return _lines(encoding)


def _lines(encoding: str) -> Iterator[str]:
    with os.fdopen(os.dup(0), encoding=encoding, errors="replace", newline=None) as stream:
        for line in stream:
            yield line.rstrip("\n")


def _read_all(encoding: str) -> str:
    return "\n".join(_lines(encoding))
