"""The verbs of ``remora``, each loaded when it is called."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from remora import __version__
from remora.errors import AuthError, ConfigError, DeadlineExceeded, PSSessionError, RemoraError, TransportError

EXIT_USAGE: Final = 2
EXIT_DEADLINE: Final = 124
EXIT_INTERRUPTED: Final = 130
EXIT_TRANSPORT: Final = 255

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "run": ("remora.cli.run:run", "Run a script on one or many machines."),
    "job": ("remora.cli.job:job", "List, receive, wait for and stop commands that were left running."),
    "session": ("remora.cli.session:session", "Open, list, connect, leave, receive and remove sessions."),
    "cp": ("remora.cli.cp:cp", "Copy files to and from other machines."),
    "enter": ("remora.cli.enter:enter", "A prompt in a session on another machine."),
    "console": ("remora.cli.console:console", "The embedded PowerShell: a script, a text, or a prompt."),
    "host": ("remora.cli.host:host", "Serve sessions on this machine: run, status, stop, users, groups."),
    "winrm": ("remora.cli.winrm:winrm", "Manage WinRM here and elsewhere with the words of the winrm tool."),
    "winrs": ("remora.cli.winrs:winrs", "Run a command on another machine with the words of the winrs tool."),
    "doctor": ("remora.cli.doctor:doctor", "Say why a machine cannot be reached, and what mends it."),
    "completion": ("remora.cli.completion:completion", "Print what completes command lines in bash, zsh or fish."),
    "demo": ("remora.cli.demo:demo", "Leave a session, kill the host, come back: the main job, end to end."),
}
"""Name -> (module:object, what it does). The text is here so that help imports no verb."""


class LazyGroup(click.Group):
    """A group whose verbs are imported when they are called; those this installation lacks are not shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, (target, _help) in COMMANDS.items() if _exists(target)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None or not _exists(entry[0]):
            return None
        module, _colon, name = entry[0].partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _exists(target: str) -> bool:
    return importlib.util.find_spec(target.partition(":")[0]) is not None


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="remora")
@click.option("-v", "--verbose", count=True, help="Log events to standard error; twice for details.")
def cli(verbose: int) -> None:
    """PowerShell remoting (WinRM) for people and scripts.

    \b
    Examples:
      remora run server01 -c 'Get-Process | Select-Object -First 3'
      remora session new server01 --name Backup
      remora session ls server01
      remora host run --listen http://127.0.0.1:5985
    """
    if verbose:
        level = logging.INFO if verbose == 1 else logging.DEBUG
        logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def exit_code(error: BaseException) -> int:
    """Return the exit code that tells what kind of failure an error is."""
    match error:
        case DeadlineExceeded():
            return EXIT_DEADLINE
        case TransportError() | AuthError():
            return EXIT_TRANSPORT
        case KeyboardInterrupt():
            return EXIT_INTERRUPTED
        case ConfigError():
            return EXIT_USAGE
        case _:
            return 1


def run(arguments: Sequence[str]) -> int:
    """Run a command line; its exit code."""
    try:
        code: Any = cli.main(args=list(arguments), prog_name="remora", standalone_mode=False)
    except click.exceptions.Exit as done:
        code = done.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        code = EXIT_INTERRUPTED
    except RemoraError as error:
        shown = f"{error} [{error.error_id}]" if isinstance(error, PSSessionError) else str(error)
        click.echo(f"remora: {shown}", err=True)
        if error.hint is not None and isinstance(error, (AuthError, TransportError)):
            click.echo(f"  -> {error.hint}", err=True)
        code = exit_code(error)
    return code if isinstance(code, int) else 0
