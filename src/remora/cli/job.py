"""``remora job``: commands that were left running in sessions, found again from any process on any machine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import click

from remora.cli.completion import complete_target
from remora.cli.inventory_options import inventory_options, machines
from remora.cli.job_receive import receive_jobs
from remora.cli.options import ConnectionOptions, connection_options
from remora.cli.output import dump_json, format_option, write_clixml
from remora.cli.running import run_async
from remora.cli.session_receive import leave_session
from remora.cli.verbs import EXIT_DEADLINE, exit_code
from remora.client.commands import get_pssession
from remora.client.deadline import deadline
from remora.client.pssession import PSSession
from remora.client.query import enumerate_commands
from remora.client.repository import PSSessionRepository
from remora.client.results import StreamItem
from remora.client.session_errors import error_id_of
from remora.client.throttle import throttled
from remora.client.wsman_session import WSManSession
from remora.errors import DeadlineExceeded
from remora.values import PSObject
from remora.wsman.replies import CommandInfo
from remora.wsman.states import CommandState

POLL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundJob:
    """A command in a session of one machine. The job has the session's name."""

    machine: str
    session: PSSession
    command: CommandInfo

    @property
    def running(self) -> bool:
        return self.command.state is not CommandState.DONE

    def data(self) -> dict[str, Any]:
        """Return what is shown of it."""
        return {
            "name": self.session.name,
            "computer": self.machine,
            "state": "Running" if self.running else "Completed",
            "session_state": self.session.state.value,
            "availability": self.session.availability.value,
            "instance_id": str(self.session.instance_id),
            "command": self.command.command_line,
        }


@click.group()
def job() -> None:
    """List, receive, wait for and stop commands that were left running.

    A job is a command in a session that nobody holds: remora run --detach starts one, Invoke-Command
    -InDisconnectedSession another. It has the name of its session and lives on its host.

    \b
    Examples:
      remora run web1 web2 --detach --session-name Patch -f Patch.ps1
      remora job ls web1 web2
      remora job wait web1 web2 --name Patch --timeout 3600
      remora job receive web1 web2 --name Patch --remove
    """


def job_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add what all verbs take: machines, selectors, the way to them."""
    function = connection_options(function)
    function = click.option("--throttle-limit", type=click.IntRange(1), help="Machines at a time (32).")(function)
    function = click.option("--instance-id", multiple=True, help="Instance id of the job's session.")(function)
    function = click.option("--name", multiple=True, help="Name of the job; wildcards * and ?.")(function)
    function = inventory_options(function)
    return click.argument("targets", nargs=-1, metavar="TARGET...", shell_complete=complete_target)(function)


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which jobs are meant, and how to reach their machines."""

    targets: tuple[str, ...]
    inventory: str | None
    limit: str | None
    name: tuple[str, ...]
    instance_id: tuple[str, ...]
    throttle_limit: int | None
    connection: ConnectionOptions

    def ways(self) -> list[tuple[str, dict[str, Any]]]:
        """Return each machine with its keywords. Raises ConfigError and UsageError before anything is sent."""
        chosen = machines(self.targets, self.inventory, self.limit)
        return [(machine.name, self.connection.keywords(machine.name, machine.way)) for machine in chosen]

    async def each(self, action: Callable[[FoundJob], Awaitable[None]]) -> tuple[list[FoundJob], int]:
        """Do something with every job; what fails is printed with its id, the worst exit code is returned."""
        found: list[FoundJob] = []
        code = 0

        async def one(way: tuple[str, dict[str, Any]]) -> None:
            for item in await self._on(*way):
                found.append(item)
                await action(item)

        async for outcome in throttled(self.ways(), one, self.throttle_limit):
            if (error := outcome.error) is not None:
                click.echo(
                    f"{outcome.target[0]}: {error} [{error_id_of(error, 'RemotePSSessionQueryFailed')}]", err=True
                )
                code = max(code, exit_code(error))
        if (self.name or self.instance_id) and not found and not code:
            click.echo(f"remora: no job {', '.join((*self.name, *self.instance_id))}", err=True)
            code = 1
        return found, code

    async def _on(self, machine: str, keywords: dict[str, Any]) -> list[FoundJob]:
        sessions = await get_pssession(
            name=self.name or None, instance_id=self.instance_id or None, repository=PSSessionRepository(), **keywords
        )
        if not sessions:
            return []
        async with WSManSession(sessions[0].connection_info) as wsman:
            return [
                FoundJob(machine=machine, session=session, command=command)
                for session in sessions
                for command in await enumerate_commands(wsman, str(session.instance_id).upper())
            ]


async def _nothing(_found: FoundJob) -> None:
    return


async def _ended(found: FoundJob) -> None:
    """Wait until the host says that the command is over; its output stays where it is."""
    shell_id = str(found.session.instance_id).upper()
    async with WSManSession(found.session.connection_info) as wsman:
        while any(  # noqa: ASYNC110  (the protocol has no word for the end but the question)
            command.command_id == found.command.command_id and command.state is not CommandState.DONE
            for command in await enumerate_commands(wsman, shell_id)
        ):
            await asyncio.sleep(POLL_SECONDS)


async def _stopped(found: FoundJob) -> None:
    """Take the session over, ask its command to stop, leave it, and wait for the end."""
    if not found.running:
        return
    await found.session.connect()
    try:
        for pipeline in found.session.running:
            await pipeline.request_stop()
    finally:
        await leave_session(found.session)
    await _ended(found)


@job.command("ls")
@job_options
@format_option
def list_(output_format: str, **given: Any) -> int:
    """List the jobs of each TARGET, whoever started them."""
    found, code = run_async(Search(**given).each(_nothing))
    rows = [item.data() for item in found]
    if output_format == "json":
        click.echo(dump_json(rows))
    elif output_format == "jsonl":
        for row in rows:
            click.echo(dump_json(row, indent=None))
    elif output_format == "clixml":
        write_clixml(StreamItem("output", PSObject.custom(row)) for row in rows)
    elif rows:
        click.echo(_table(rows))
    return code


def _table(rows: list[dict[str, Any]]) -> str:
    heads = {"Name": "name", "ComputerName": "computer", "State": "state", "Availability": "availability"}
    lines = [[*heads, "Command"], [*("-" * len(head) for head in heads), "-------"]]
    lines += [[*(row[key] for key in heads.values()), " ".join(row["command"].split())[:60]] for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[-1]]).rstrip()
        for line in lines
    )


@job.command()
@job_options
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds; then exit code 124.")
def wait(timeout: float | None, **given: Any) -> int:
    """Wait until the jobs are over; their output stays in their sessions.

    A job whose output nobody reads may be waiting itself, when the buffers of its session are full.
    """

    async def until_done() -> int:
        async with deadline(timeout, "waiting for the jobs"):
            return (await Search(**given).each(_ended))[1]

    try:
        return run_async(until_done())
    except DeadlineExceeded as error:
        click.echo(f"remora: {error}", err=True)
        return EXIT_DEADLINE


@job.command()
@job_options
def stop(**given: Any) -> int:
    """Stop the jobs; what they have written stays in their sessions."""
    search = Search(**given)
    if not (search.name or search.instance_id):
        raise click.UsageError("which job? Give --name or --instance-id")
    return run_async(search.each(_stopped))[1]


@job.command()
@job_options
@click.option("--remove", is_flag=True, help="End the session of each job that is over.")
@format_option
def receive(output_format: str, remove: bool, **given: Any) -> int:
    """Print what jobs have written and still write until they end, and leave their sessions.

    Several jobs: each line begins with [machine]. Exit codes are those of remora run.
    """
    search = Search(**given)
    found: list[FoundJob] = []

    async def take(item: FoundJob) -> None:
        if all(other.session is not item.session for other in found):
            found.append(item)

    async def all_of_them() -> int:
        _jobs, code = await search.each(take)
        sessions = [(item.machine, item.session) for item in found]
        return max(code, await receive_jobs(sessions, output_format, search.throttle_limit, remove=remove))

    return run_async(all_of_them())
