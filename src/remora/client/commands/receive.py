"""Receive-PSSession."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any
from uuid import UUID

from remora.client.commands.common import selected
from remora.client.commands.get import get_pssession
from remora.client.config_store import ClientConfig
from remora.client.host import ClientHost
from remora.client.options import PSSessionOption
from remora.client.pssession import PSSession, SessionRef
from remora.client.repository import PSSessionRepository, as_uuid, current_repository
from remora.client.results import StreamItem
from remora.client.session_state import RunspaceState
from remora.errors import PSSessionError, TransportError
from remora.values import PSCredential, SecureString


async def receive_pssession(
    session: SessionRef | None = None,
    *,
    computer_name: str | None = None,
    connection_uri: str | None = None,
    name: str | None = None,
    id: int | None = None,  # the cmdlet's parameter
    instance_id: UUID | str | None = None,
    all_streams: bool = False,
    port: int | None = None,
    use_ssl: bool = False,
    allow_redirection: bool = False,
    on_redirect: Callable[[str], None] | None = None,
    application_name: str | None = None,
    username: str | None = None,
    password: str | SecureString | None = None,
    credential: PSCredential | None = None,
    authentication: str | None = None,
    certificate_thumbprint: str | None = None,
    configuration_name: str | None = None,
    session_option: PSSessionOption | Mapping[str, Any] | None = None,
    host: ClientHost | None = None,
    repository: PSSessionRepository | None = None,
    config: ClientConfig | None = None,
) -> AsyncGenerator[Any, None]:
    """Connect to a session if need be and yield the output of the command left in it, until that command ends.

    all_streams: yield StreamItems of every stream instead of the output's values. A computer without such a session
    yields nothing. Raises PipelineFailed when the command ended with a terminating error, PSSessionError when the
    session cannot be connected.
    """
    chosen = repository if repository is not None else current_repository()
    found: list[PSSession]
    if session is not None:
        found = [session.inner]
    elif computer_name is None and connection_uri is None:
        found, _many = selected(None, name, id, instance_id, chosen)
    elif name is None and instance_id is None:
        raise PSSessionError("which session? Give a name or an instance id too", error_id="AmbiguousParameterSet")
    else:
        all_there = await get_pssession(
            computer_name, connection_uri=connection_uri, port=port, use_ssl=use_ssl,
            allow_redirection=allow_redirection, on_redirect=on_redirect,
            application_name=application_name, username=username, password=password, credential=credential,
            authentication=authentication, certificate_thumbprint=certificate_thumbprint,
            configuration_name=configuration_name, session_option=session_option,
            host=host, repository=chosen, config=config,
        )  # fmt: skip
        found = [item for item in all_there if _is_exactly(item, name, instance_id)]
    if not found:
        return
    taken = found[0]
    if host is not None:
        taken.host = host
    async with aclosing(receive_session(taken)) as items:
        async for item in items:
            if all_streams:
                yield item
            elif item.stream == "output":
                yield item.value


async def receive_session(session: PSSession) -> AsyncGenerator[StreamItem, None]:
    """Connect to the session if need be and yield what comes of the command left in it, of every stream.

    Raises PipelineFailed when the command ended with a terminating error, PSSessionError
    (ReceivePSSessionCannotConnectSession) when the session cannot be had.
    """
    await _take(session)
    async with aclosing(session.receive()) as items:
        async for item in items:
            yield item


async def _take(session: PSSession) -> None:
    """Connect to the session; one that cannot be had is looked up again once."""
    if session.state is RunspaceState.OPENED:
        return
    try:
        await session.connect()
        return
    except PSSessionError as refused:
        failure = refused
    try:
        again = session.state is RunspaceState.DISCONNECTED and await session.look_again()
        if again:
            await session.connect()
            return
    except (PSSessionError, TransportError) as refused:
        failure = PSSessionError(str(refused), error_id="")
    raise PSSessionError(str(failure), error_id="ReceivePSSessionCannotConnectSession") from failure


def _is_exactly(session: PSSession, name: str | None, instance_id: UUID | str | None) -> bool:
    """The computer sets of Receive-PSSession compare names whole, in any case."""
    named = name is None or session.server_name.casefold() == name.casefold()
    return named and (instance_id is None or session.instance_id == as_uuid(instance_id))
