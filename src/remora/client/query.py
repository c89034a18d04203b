"""Asks a server which sessions it has: Get-PSSession with a computer name."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from remora.client.connection_info import ConnectionInfo
from remora.client.host import ClientHost
from remora.client.options import CONFIGURATION_PREFIX, SessionFilterState
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.client.wsman_session import WSManSession
from remora.wsman import faults, uris
from remora.wsman.replies import CommandInfo, Enumerated, ShellInfo
from remora.wsman.requests import Enumerate, Pull
from remora.wsman.states import CommandState


async def query_sessions(
    info: ConnectionInfo,
    repository: PSSessionRepository,
    *,
    configuration: str | None = None,
    state: SessionFilterState = SessionFilterState.ALL,
    host: ClientHost | None = None,
) -> list[PSSession]:
    """Return the sessions of one server: those this client has already as they are, the others as new objects.

    configuration: full URI, keeps only sessions of it. state: keeps only those that stand so to this client.
    Shells of other kinds, and pools with two or more commands, are left out.
    """
    found: list[PSSession] = []
    async with WSManSession(info) as wsman:
        for shell in await enumerate_shells(wsman):
            uri = shell.resource_uri or ""
            if not uri.lower().startswith(CONFIGURATION_PREFIX.lower()):
                continue
            if configuration is not None and uri.lower() != configuration.lower():
                continue
            instance_id = _uuid(shell.shell_id)
            if instance_id is None:
                continue
            known = repository.get(instance_id)
            if known is not None and _still_good(known, shell):
                if state is SessionFilterState.ALL or state.value == known.state.value:
                    found.append(known)
                continue
            if state not in (SessionFilterState.ALL, SessionFilterState.DISCONNECTED):
                continue
            try:
                commands = await enumerate_commands(wsman, shell.shell_id)
            except (faults.InvalidSelectors, faults.OperationAborted):
                continue  # it ended since it was listed
            if sum(command.state is not CommandState.DONE for command in commands) < 2:
                found.append(_session(info, repository, instance_id, shell, host))
    return found


async def enumerate_shells(wsman: WSManSession) -> list[ShellInfo]:
    """Return every shell the server shows us, of any kind and owner."""
    items = await _all(wsman, Enumerate(resource_uri=uris.RESOURCE_SHELL))
    return [item for item in items if isinstance(item, ShellInfo)]


async def enumerate_commands(wsman: WSManSession, shell_id: str) -> list[CommandInfo]:
    """Return the commands of one shell."""
    items = await _all(wsman, Enumerate.commands(shell_id))
    return [item for item in items if isinstance(item, CommandInfo)]


async def _all(wsman: WSManSession, request: Enumerate) -> list[object]:
    reply = await wsman.request(request)
    items: list[object] = []
    while True:
        assert isinstance(reply, Enumerated)
        items.extend(reply.items)
        if reply.end or not reply.context:
            return items
        reply = await wsman.request(Pull(resource_uri=request.resource_uri, context=reply.context))


def _still_good(session: PSSession, shell: ShellInfo) -> bool:
    """Tell whether the local object still speaks for the shell; a disconnected one learns the server's times."""
    if session.state in (RunspaceState.BROKEN, RunspaceState.CLOSED):
        return False
    if session.state is RunspaceState.DISCONNECTED:
        if shell.state != "Disconnected" or session.availability is RunspaceAvailability.BUSY:
            return False
        session.refresh(shell)
    return True


def _session(
    info: ConnectionInfo,
    repository: PSSessionRepository,
    instance_id: UUID,
    shell: ShellInfo,
    host: ClientHost | None,
) -> PSSession:
    return PSSession(
        replace(info, configuration=shell.resource_uri or info.configuration, enable_network_access=True),
        instance_id=instance_id,
        repository=repository,
        name=shell.name,
        host=host,
        shell=shell,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
