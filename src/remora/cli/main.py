"""Where ``remora`` begins. The console is started often, by people and by programs: it loads no other verb, and not the
library that reads the command lines of the others.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence


def program() -> None:
    """The process: run its command line and be gone.

    After a console nothing is left that would have to be ended in order, and taking the interpreter apart would take a
    fifth of a short run.
    """
    try:
        main()
    except SystemExit as done:
        if sys.argv[1:2] != ["console"]:
            raise
        code = done.code
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            code = code or 1
    os._exit(code if isinstance(code, int) else 0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a script may write what the terminal's encoding has no sign for
            stream.reconfigure(errors="replace")
    try:
        code = _console(given[1:]) if given[:1] == ["console"] else None
        if code is None:
            from remora.cli.verbs import run

            code = run(["console", "--help"] if given[:1] == ["console"] else given)
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    sys.exit(code)


def _console(arguments: Sequence[str]) -> int | None:
    """The console's exit code; None when its help is wanted."""
    from remora.cli.console_arguments import UsageError, read_arguments

    try:
        given = read_arguments(arguments)
    except UsageError as problem:
        sys.stderr.write(f"Usage: remora console [OPTIONS] [FILE] [ARGUMENTS]...\n\nError: {problem}\n")
        return problem.exit_code
    if given.help:
        return None
    if given.version:
        from remora.engine.initial import PS_VERSION

        sys.stdout.write(f"PowerShell {PS_VERSION}\n")
        return 0
    from remora.cli.console_run import run_console

    return run_console(given)
