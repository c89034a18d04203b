"""One call of ``remora console``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

from remora import __version__
from remora.cli.console_arguments import ConsoleArguments
from remora.cli.console_host import standard_host
from remora.cli.console_lines import run_lines
from remora.cli.console_profile import run_profiles
from remora.cli.console_session import ConsoleSession
from remora.engine.cmd.script_arguments import file_parameters, wants_input
from remora.engine.errors import ExitSignal
from remora.engine.initial import PS_VERSION
from remora.errors import EngineError
from remora.modules.remoting.configurations_store import provide
from remora.modules.wsman.machine_store import provide as provide_machine

_BAD_COMMAND_LINE: Final = 64


def run_console(given: ConsoleArguments) -> int:
    """Run what the command line asks for; the exit code of ``pwsh -File``, ``pwsh -Command`` or ``pwsh -s``."""
    if given.login is not None:
        _become_login_shell(given.login)
    if given.working_directory is not None:
        try:
            os.chdir(os.path.expanduser(given.working_directory.replace("\\", "/")))
        except OSError as problem:
            sys.stderr.write(f"remora: {given.working_directory}: {problem.strerror}\n")
            return 1
    provide(lambda: import_module("remora.host.configurations").HostConfigurations())
    provide_machine(lambda: import_module("remora.host.local_config").local_management())
    if given.server:
        engine_session = import_module("remora.worker.engine_session").EngineSession.for_stdio
        code = import_module("remora.worker.stdio_server").serve(make_session=engine_session)
        return code if isinstance(code, int) else 0
    try:
        return _run(given)
    except ExitSignal as ended:  # what was left to be shown found nobody who reads
        return ended.code
    finally:
        if (remoting := sys.modules.get("remora.modules.remoting.common")) is not None:
            remoting.leave_open_sessions()


def _become_login_shell(words: Sequence[str]) -> NoReturn:
    """Start this program again from a login shell, which reads /etc/profile and ~/.profile before."""
    again = [sys.executable, "-m", "remora", "console", *words]
    os.execv("/bin/sh", ["-sh", "-l", "-c", 'exec "$0" "$@"', *again])  # noqa: S606 - a shell is what is wanted


def _run(given: ConsoleArguments) -> int:
    terminal = sys.stdin is not None and sys.stdin.isatty()
    interactive = terminal if given.interactive is None else given.interactive
    session = ConsoleSession(
        standard_host(interactive=interactive, silent=given.interactive is False), strict=given.strict
    )
    nothing = given.text is None and given.file is None
    if given.logo and (given.prompts if not terminal else nothing):
        session.host.write_line(f"PowerShell {PS_VERSION} (remora {__version__})")
    if given.profiles:
        run_profiles(session, tell=terminal and nothing)
    if session.host.exit_code is not None:
        return session.host.exit_code
    try:
        code = 0 if nothing and terminal else _run_once(session, given)
        if terminal and (nothing or given.stay) and session.host.exit_code is None:
            from remora.cli.console_prompt import loop

            return loop(session)
        return code
    finally:
        session.end()


def _run_once(session: ConsoleSession, given: ConsoleArguments) -> int:
    if given.output_xml:
        from remora.cli.console_xml import XmlSink

        session.xml_sink = XmlSink(sys.stdout, sys.stderr)
    if given.file is not None and given.file != "-":
        path = os.path.abspath(given.file if os.path.exists(given.file) else given.file.replace("\\", "/"))
        try:
            with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
                script = file.read()
        except OSError:
            message = f"The argument '{given.file}' is not recognized as the name of a script file."
            session.host.write_error_line(
                f"{message} Check the spelling of the name, or if a path was included, verify that the path is correct "
                "and try again."
            )
            return _BAD_COMMAND_LINE
        return session.run_file(path, script, given.arguments, input=_input(given, script))
    text = given.text
    if text is None or text == "-":
        return run_lines(session, prompts=given.prompts)
    try:
        parameters = _parameters(given)
    except EngineError as problem:
        session.host.write_error_line(str(problem))
        return _BAD_COMMAND_LINE
    return session.run_text(text, parameters=parameters, input=_input(given, text))


def _parameters(given: ConsoleArguments) -> tuple[tuple[str | None, Any], ...]:
    """Arguments of -CommandWithArgs or -EncodedArguments. Raises PowerShellUsageError."""
    if given.encoded_arguments is None:
        return file_parameters(given.arguments)
    from remora.cli.console_xml import encoded_arguments

    return encoded_arguments(given.encoded_arguments)


def _input(given: ConsoleArguments, script: str) -> Iterator[Any] | None:
    """Objects or lines of standard input, for a script that asks for them."""
    if not wants_input(script) or sys.stdin is None or sys.stdin.isatty():
        return None
    if given.input_xml:
        from remora.cli.console_xml import xml_input

        return xml_input()
    return (line.rstrip("\r\n") for line in sys.stdin)
