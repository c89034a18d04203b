"""``remora enter``: a prompt in a session on another machine, which may be left there and found again."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any
from uuid import uuid4

import click

from remora.cli.console_host import standard_host
from remora.cli.console_remote import Detached, RemotePrompt
from remora.cli.entered import EnteredSession
from remora.cli.options import ConnectionOptions, connection_options
from remora.cli.output import TextPrinter
from remora.cli.verbs import exit_code
from remora.client.commands import get_pssession
from remora.client.connection_info import connection_infos
from remora.client.interactive import InteractiveSession
from remora.client.portal import Portal
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.session_state import RunspaceState
from remora.errors import PSSessionError, RemoraError
from remora.modules.remoting.local_host import LocalHost


@click.command()
@click.argument("target", required=False)
@click.option("--computer-name", help="The same as TARGET.")
@click.option("--name", help="Enter the disconnected session of this name; wildcards * and ?.")
@click.option(
    "--id", "number", type=click.IntRange(1), help="Enter the one that `remora session ls TARGET` numbers so."
)
@click.option("--instance-id", help="Enter the disconnected session with this instance id.")
@click.option("--session-name", metavar="NAME", help="Name of the new session.")
@connection_options
def enter(
    target: str | None,
    computer_name: str | None,
    name: str | None,
    number: int | None,
    instance_id: str | None,
    session_name: str | None,
    connection: ConnectionOptions,
) -> int:
    """Move the prompt into a session on TARGET: a new one, or one that was left there.

    Lines run there with this terminal as their host: questions, credentials and progress come here, Ctrl-C stops the
    remote command, Tab asks the remote side. A new session ends with `exit`, Exit-PSSession or Ctrl-D; one that was
    there before is left as it was found. Standard input that is no terminal gives the lines to run.

    \b
    At the beginning of a line:
      ~.   leave the session, with what is in it, disconnected on its host
      ~?   show this
    While a command runs, Ctrl-\\ leaves the session with the command running.

    A connection that fails is tried again for some minutes, with warnings; then the session is left, and how to come
    back is said.

    The exit code is that of `exit N`; of lines from standard input, 1 when the last one failed. 255: no connection or
    logon, 130: interrupted, 2: wrong usage.

    \b
    Examples:
      remora enter server01
      remora enter alice@10.0.0.5:5985 --configuration-name ITTasks --session-name Night
      remora enter server01 --name Night
      remora enter server01 < steps.ps1
    """
    machine = target or computer_name
    if machine is None or (target is not None and computer_name is not None):
        raise click.UsageError("which machine? Give one TARGET")
    there = [given for given in (name, number, instance_id) if given is not None]
    if len(there) > 1 or (there and session_name is not None):
        raise click.UsageError("give one of --name, --id, --instance-id and --session-name")
    visit = Visit(machine, connection)
    if there:
        visit.find(name, number, instance_id)
    else:
        visit.make(session_name)
    return visit.run()


class Visit:
    """One call of the verb. portal: the loop its session lives in."""

    def __init__(self, machine: str, connection: ConnectionOptions) -> None:
        self._machine = machine
        self._keywords = connection.keywords(machine)
        self._configuration = connection.configuration_name
        self._portal = Portal("remora-enter")
        self._terminal = sys.stdin.isatty()
        self._host = standard_host(interactive=self._terminal)
        self._answers = LocalHost(self._host)
        self._session: PSSession
        self._own = True

    def make(self, name: str | None) -> None:
        """Choose a new session."""
        (info,) = connection_infos(**self._keywords)
        repository = PSSessionRepository()
        self._session = PSSession(info, instance_id=uuid4(), repository=repository, name=name, host=self._answers)

    def find(self, name: str | None, number: int | None, instance_id: str | None) -> None:
        """Choose a session that was left. Raises PSSessionError unless it is there, and the only one."""
        query = get_pssession(name=name, instance_id=instance_id, repository=PSSessionRepository(), **self._keywords)
        found = [item for item in self._portal.run(query) if number is None or item.id == number]
        if len(found) != 1:
            wanted = name or instance_id or f"with the id {number}"
            told = f"{self._machine} has {f'{len(found)} sessions' if found else 'no session'} {wanted}"
            choice = "; ".join(f"--instance-id {item.instance_id} ({item.name})" for item in found)
            raise PSSessionError(told + (f": {choice}" if choice else ""), error_id="PSSessionNameMatchFail")
        (self._session,) = found
        self._session.host = self._answers
        self._own = False

    def run(self) -> int:
        """Open or connect, run what is typed, and leave; the exit code."""
        session = self._session
        entered = InteractiveSession(session, self._answers, own=self._own)
        self._portal.run(session.open() if self._own else session.connect())
        prompt = RemotePrompt(entered, self._host, self._portal, leaves=self._terminal)
        try:
            with _hang_ups():
                code = self._lines(entered, prompt)
        except Detached as detached:
            self._leave()
            self._say_how_to_return()
            return detached.code
        except BaseException:
            self._end(prompt)
            raise
        if prompt.failure is not None:
            if session.state is RunspaceState.DISCONNECTED:
                self._say_how_to_return()
                click.echo("The host may need a minute to notice that nobody is connected to it.", err=True)
            return exit_code(prompt.failure)
        self._end(prompt)
        return code

    def _lines(self, entered: InteractiveSession, prompt: RemotePrompt) -> int:
        if not self._own and entered.session.running:
            click.echo("A command was left here; Ctrl-C stops it.", err=True)
            printer = TextPrinter()
            prompt.catch_up(printer.item)
            printer.finish()
        self._portal.run(entered.check())
        lines = EnteredSession(prompt, self._host, escapes=self._terminal)
        if self._terminal:
            click.echo(f"Session {entered.session.name} on {entered.session.computer_name}; ~? for help.", err=True)
            return lines.loop()
        return lines.run_lines()

    def _end(self, prompt: RemotePrompt) -> None:
        if self._own:
            prompt.end()
        else:
            self._leave()

    def _leave(self) -> None:
        try:
            self._portal.run(self._session.disconnect())
        except RemoraError as failure:
            click.echo(f"remora: {failure}", err=True)

    def _say_how_to_return(self) -> None:
        words = ["remora", "enter", self._machine, "--instance-id", str(self._session.instance_id)]
        if self._configuration is not None:
            words += ["--configuration-name", self._configuration]
        click.echo(
            f"Session {self._session.name} is left disconnected on {self._session.computer_name}. Come back with:\n"
            f"  {shlex.join(words)}",
            err=True,
        )


@contextmanager
def _hang_ups() -> Iterator[None]:
    """A terminal that is closed, or SIGTERM, leaves the session where it is."""
    numbers = (signal.SIGHUP, signal.SIGTERM)
    before: list[Any] = [signal.getsignal(number) for number in numbers]

    def leave(number: int, frame: FrameType | None) -> None:
        raise Detached(128 + number)

    for number in numbers:
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
