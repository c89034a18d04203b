"""`remora console`: the embedded PowerShell for a script, a text, standard input, a prompt, or PSRP on pipes."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click


@click.command(
    "console",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    short_help="Run PowerShell with the embedded engine.",
)
@click.option("-c", "--command", "text", metavar="TEXT", help="Run TEXT (``-`` reads it from standard input).")
@click.option(
    "-s", "-sshs", "server", is_flag=True, help="Serve the PowerShell Remoting Protocol on standard input and output."
)
@click.option("--strict", is_flag=True, help="Begin with Set-StrictMode -Version Latest.")
@click.argument("file", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def console(text: str | None, *, server: bool, strict: bool, file: str | None, arguments: tuple[str, ...]) -> None:
    """Run FILE with ARGUMENTS, a TEXT, standard input, or a prompt on a terminal.

    Exit codes are those of ``pwsh -File`` and ``pwsh -Command``: what ``exit`` says, 1 after a failure, else 0.
    """
    if server:
        session = import_module("remora.worker.engine_session").EngineSession.for_stdio
        sys.exit(import_module("remora.worker.stdio_server").serve(make_session=session))
    if text is not None and file is not None:
        text = " ".join([text, file, *arguments])
        file = None
    try:
        code = _run(text, file, arguments, strict=strict)
    finally:
        if (remoting := sys.modules.get("remora.modules.remoting.common")) is not None:
            remoting.leave_open_sessions()
    sys.exit(code)


def _run(text: str | None, file: str | None, arguments: tuple[str, ...], *, strict: bool) -> int:
    from remora.cli.console_host import standard_host
    from remora.cli.console_session import ConsoleSession

    terminal = text is None and file is None and sys.stdin.isatty()
    session = ConsoleSession(standard_host(interactive=sys.stdin.isatty()), strict=strict)
    if terminal:
        from remora.cli.console_prompt import loop

        return loop(session)
    if file is not None and file != "-":
        path = os.path.abspath(file)
        if not os.path.isfile(path):
            message = f"The argument '{file}' is not recognized as the name of a script file."
            session.host.write_error_line(
                f"{message} Check the spelling of the name, or if a path was included, verify it."
            )
            return 64
        return session.run_file(path, arguments)
    if text is None or text == "-":
        text = sys.stdin.read()
    return session.run_text(text)
