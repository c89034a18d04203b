"""One call of ``remora console``."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from remora.cli.console_arguments import ConsoleArguments
from remora.cli.console_host import standard_host
from remora.cli.console_session import ConsoleSession

_NO_SCRIPT = 64


def run_console(given: ConsoleArguments) -> int:
    """Run what the command line asks for; the exit code of ``pwsh -File``, ``pwsh -Command`` or ``pwsh -s``."""
    if given.working_directory is not None:
        try:
            os.chdir(os.path.expanduser(given.working_directory.replace("\\", "/")))
        except OSError as problem:
            sys.stderr.write(f"remora: {given.working_directory}: {problem.strerror}\n")
            return 1
    if given.server:
        engine_session = import_module("remora.worker.engine_session").EngineSession.for_stdio
        code = import_module("remora.worker.stdio_server").serve(make_session=engine_session)
        return code if isinstance(code, int) else 0
    try:
        return _run(given)
    finally:
        if (remoting := sys.modules.get("remora.modules.remoting.common")) is not None:
            remoting.leave_open_sessions()


def _run(given: ConsoleArguments) -> int:
    terminal = sys.stdin.isatty()
    interactive = terminal if given.interactive is None else given.interactive
    session = ConsoleSession(standard_host(interactive=interactive), strict=given.strict)
    nothing = given.text is None and given.file is None
    try:
        code = 0 if nothing and terminal else _run_once(session, given)
        if terminal and (nothing or given.stay) and session.host.exit_code is None:
            from remora.cli.console_prompt import loop

            return loop(session)
        return code
    finally:
        session.end()


def _run_once(session: ConsoleSession, given: ConsoleArguments) -> int:
    if given.file is not None and given.file != "-":
        path = os.path.abspath(given.file)
        if not os.path.isfile(path):
            message = f"The argument '{given.file}' is not recognized as the name of a script file."
            session.host.write_error_line(
                f"{message} Check the spelling of the name, or if a path was included, verify it."
            )
            return _NO_SCRIPT
        return session.run_file(path, given.arguments)
    text = given.text
    if text is None or text == "-":
        text = sys.stdin.read()
    return session.run_text(text)
