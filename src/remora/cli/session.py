"""``remora session``: sessions that outlive the process that opened them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import click

from remora.cli.options import (
    ConnectionOptions,
    buffering,
    buffering_option,
    connection_options,
    idle_timeout_option,
)
from remora.cli.output import (
    format_option,
    print_sessions,
)
from remora.cli.running import run_async
from remora.cli.session_receive import leave_session, receive_session
from remora.cli.verbs import exit_code
from remora.client.commands import connect_pssession, get_pssession, new_pssession
from remora.client.fleet import SessionList
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.session_errors import error_id_of
from remora.client.session_state import RunspaceAvailability
from remora.client.throttle import throttled
from remora.errors import PSSessionError

Keywords = dict[str, Any]
_ASKING = "RemotePSSessionQueryFailed"


@click.group()
def session() -> None:
    """Open, list, connect, leave, receive and remove sessions.

    A session lives on its host, not in this process: new opens one and leaves it there, any later command finds it.

    \b
    Examples:
      remora session new server01 --name Backup --idle-timeout-sec 60*60*15
      remora run server01 --session Backup -c '$x = 42'
      remora session ls server01
      remora session receive server01 --name Backup
      remora session rm server01 --name Backup
    """


def _targets(function: Callable[..., Any]) -> Callable[..., Any]:
    function = click.option("--computer-name", "computer_names", multiple=True, help="The same as TARGET.")(function)
    return click.argument("targets", nargs=-1, metavar="TARGET...")(function)


def _selectors(function: Callable[..., Any]) -> Callable[..., Any]:
    function = click.option("--instance-id", multiple=True, help="Instance id of the session.")(function)
    return click.option("--name", multiple=True, help="Name of the session; wildcards * and ?.")(function)


def _machines(targets: tuple[str, ...], computer_names: tuple[str, ...]) -> list[str]:
    machines = [*targets, *computer_names]
    if not machines:
        raise click.UsageError("which machine? Give a TARGET")
    return machines


def _for_each(
    machines: list[str],
    connection: ConnectionOptions,
    action: Callable[[str, Keywords], Awaitable[list[PSSession]]],
    doing: str,
    throttle_limit: int | None = None,
    **changes: Any,
) -> tuple[list[PSSession], int]:
    """Run the action for each machine; errors are printed with their ids, the worst exit code is returned.

    doing: the id of what failed when a machine cannot be reached.
    """
    repository = PSSessionRepository()  # one for all, so that ids are unique in what is printed
    calls = [(machine, connection.keywords(machine, **changes) | {"repository": repository}) for machine in machines]

    async def every() -> tuple[list[PSSession], int]:
        found: dict[int, list[PSSession]] = {}
        code = 0
        async for outcome in throttled(range(len(calls)), lambda position: action(*calls[position]), throttle_limit):
            failures = [outcome.error] if outcome.error is not None else []
            value = outcome.value or []
            if isinstance(value, SessionList):
                failures += [failure.error for failure in value.failures if failure.error is not None]
            for error in failures:
                click.echo(f"{machines[outcome.target]}: {error} [{error_id_of(error, doing)}]", err=True)
                code = max(code, exit_code(error))
            found[outcome.target] = value
        return [item for position in range(len(calls)) for item in found.get(position, [])], code

    return run_async(every())


@session.command()
@_targets
@click.option("--name", help="Name of the session.")
@click.option(
    "--enable-network-access", is_flag=True, help="Of a session on this machine: a token that reaches others."
)
@idle_timeout_option
@buffering_option
@click.option("--throttle-limit", type=click.IntRange(1), help="Machines at a time (32).")
@format_option
@connection_options
def new(
    targets: tuple[str, ...],
    computer_names: tuple[str, ...],
    name: str | None,
    enable_network_access: bool,
    idle_timeout_sec: int | None,
    output_buffering_mode: str | None,
    throttle_limit: int | None,
    output_format: str,
    connection: ConnectionOptions,
) -> int:
    """Open a session on each TARGET, print it, and leave it there disconnected.

    \b
    Examples:
      remora session new server01 --name Backup
      remora session new server01 --configuration-name ITTasks --name ITTask --idle-timeout-sec 60*60*15
    """
    changes: Keywords = {"output_buffering_mode": buffering(output_buffering_mode)}
    if idle_timeout_sec is not None:
        changes["idle_timeout"] = idle_timeout_sec * 1000

    async def open_and_leave(machine: str, keywords: Keywords) -> list[PSSession]:
        opened = await new_pssession(name=name, enable_network_access=enable_network_access, **keywords)
        assert isinstance(opened, PSSession)
        await opened.disconnect()
        return [opened]

    machines = _machines(targets, computer_names)
    opened, code = _for_each(machines, connection, open_and_leave, "PSSessionOpenFailed", throttle_limit, **changes)
    print_sessions(opened, output_format)
    return code


@session.command("ls")
@_targets
@_selectors
@click.option(
    "--state",
    type=click.Choice(["All", "Opened", "Disconnected", "Closed", "Broken"], case_sensitive=False),
    default="All",
)
@click.option("--throttle-limit", type=click.IntRange(1), help="Machines at a time (32).")
@format_option
@connection_options
def list_(
    targets: tuple[str, ...],
    computer_names: tuple[str, ...],
    name: tuple[str, ...],
    instance_id: tuple[str, ...],
    state: str,
    throttle_limit: int | None,
    output_format: str,
    connection: ConnectionOptions,
) -> int:
    """List the sessions of each TARGET, whoever opened them.

    Availability None: free to be connected; Busy: connected to another client.

    \b
    Examples:
      remora session ls server01 server02
      remora session ls server01 --name 'Back*' --state Disconnected -o json
    """

    async def query(machine: str, keywords: Keywords) -> list[PSSession]:
        return await get_pssession(name=name or None, instance_id=instance_id or None, state=state, **keywords)

    found, code = _for_each(
        _machines(targets, computer_names), connection, query, "RemotePSSessionQueryFailed", throttle_limit
    )
    print_sessions(found, output_format)
    return code


@session.command()
@_targets
@_selectors
@buffering_option
@click.option("--throttle-limit", type=click.IntRange(1), help="Machines at a time (32).")
@format_option
@connection_options
def connect(
    targets: tuple[str, ...],
    computer_names: tuple[str, ...],
    name: tuple[str, ...],
    instance_id: tuple[str, ...],
    output_buffering_mode: str | None,
    throttle_limit: int | None,
    output_format: str,
    connection: ConnectionOptions,
) -> int:
    """Take sessions over, show them connected, and leave them again.

    Without --name or --instance-id, all disconnected sessions of the TARGET. What an earlier client received is not
    shown again; what waits in the session keeps waiting.

    \b
    Examples:
      remora session connect server01 --name Backup
    """

    async def take(machine: str, keywords: Keywords) -> list[PSSession]:
        taken = await _connected(name, instance_id, keywords)
        try:
            print_sessions(taken, output_format)
        finally:
            for item in taken:
                await leave_session(item)
        return taken

    mode = buffering(output_buffering_mode)
    _found, code = _for_each(
        _machines(targets, computer_names), connection, take, _ASKING, throttle_limit, output_buffering_mode=mode
    )
    return code


@session.command()
@_targets
@_selectors
@idle_timeout_option
@buffering_option
@click.option("--throttle-limit", type=click.IntRange(1), help="Machines at a time (32).")
@format_option
@connection_options
def disconnect(
    targets: tuple[str, ...],
    computer_names: tuple[str, ...],
    name: tuple[str, ...],
    instance_id: tuple[str, ...],
    idle_timeout_sec: int | None,
    output_buffering_mode: str | None,
    throttle_limit: int | None,
    output_format: str,
    connection: ConnectionOptions,
) -> int:
    """Leave sessions with another idle timeout or buffering mode.

    This process holds no sessions, so each one is taken over and left again with the new settings.

    \b
    Examples:
      remora session disconnect server01 --name Backup --idle-timeout-sec 60*60*15 --output-buffering-mode Drop
    """

    async def leave(machine: str, keywords: Keywords) -> list[PSSession]:
        taken = await _connected(name, instance_id, keywords)
        try:
            for item in taken:
                await item.disconnect(
                    idle_timeout_sec=idle_timeout_sec, output_buffering_mode=buffering(output_buffering_mode)
                )
        finally:
            for item in taken:  # one that refused the new settings is left with its own
                await leave_session(item)
        return taken

    left, code = _for_each(_machines(targets, computer_names), connection, leave, _ASKING, throttle_limit)
    print_sessions(left, output_format)
    return code


@session.command("rm")
@_targets
@_selectors
@click.option("--all", "everything", is_flag=True, help="All disconnected sessions of the TARGET.")
@connection_options
def remove(
    targets: tuple[str, ...],
    computer_names: tuple[str, ...],
    name: tuple[str, ...],
    instance_id: tuple[str, ...],
    everything: bool,
    connection: ConnectionOptions,
) -> int:
    """End sessions, with whatever runs in them.

    \b
    Examples:
      remora session rm server01 --name Backup
      remora session rm server01 --all
    """
    if not (name or instance_id or everything):
        raise click.UsageError("which session? Give --name, --instance-id or --all")

    async def end(machine: str, keywords: Keywords) -> list[PSSession]:
        taken = await _connected(name, instance_id, keywords)
        for item in list(taken):
            await item.close()
        taken.clear()
        return taken

    _gone, code = _for_each(_machines(targets, computer_names), connection, end, _ASKING)
    return code


@session.command()
@click.argument("target", required=False)
@click.option("--computer-name", help="The same as TARGET.")
@click.option("--name", help="Name of the session, in any case.")
@click.option("--instance-id", help="Instance id of the session.")
@format_option
@connection_options
def receive(
    target: str | None,
    computer_name: str | None,
    name: str | None,
    instance_id: str | None,
    output_format: str,
    connection: ConnectionOptions,
) -> int:
    """Take a session over, print what its command has written and still writes until it ends, and leave the session.

    Output that an earlier client has received is not repeated. Interrupted with Ctrl-C, the command is stopped.

    \b
    Examples:
      remora session receive server01 --name Long
      remora session receive server01 --name Long -o jsonl
    """
    machine = target or computer_name
    if machine is None or (name is None and instance_id is None):
        raise click.UsageError("give a TARGET, and --name or --instance-id")
    return run_async(receive_session(machine, name, instance_id, output_format, connection.keywords(machine)))


async def _connected(name: tuple[str, ...], instance_id: tuple[str, ...], keywords: Keywords) -> SessionList:
    """Take over the sessions that are named, or all that are free; those that refuse are in ``failures``.

    Raises PSSessionError when a session is named that is not there or cannot be had.
    """
    found = await get_pssession(name=name or None, instance_id=instance_id or None, state="Disconnected", **keywords)
    if name or instance_id:
        if not found:
            wanted = ", ".join((*name, *instance_id))
            raise PSSessionError(f"no disconnected session {wanted}", error_id="PSSessionNameMatchFail")
        chosen = list(found)
    else:
        chosen = [item for item in found if item.availability is RunspaceAvailability.NONE]
    taken = await connect_pssession(chosen, repository=keywords["repository"]) if chosen else SessionList()
    assert isinstance(taken, SessionList)
    return taken
