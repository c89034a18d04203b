"""Connect-PSSession."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from remora.client.commands.common import gather, in_order, inner, selected
from remora.client.commands.get import get_pssession
from remora.client.config_store import ClientConfig
from remora.client.fleet import SessionList
from remora.client.host import ClientHost
from remora.client.options import PSSessionOption
from remora.client.pssession import PSSession, SessionRef
from remora.client.repository import PSSessionRepository, current_repository
from remora.client.session_errors import SessionInUse, not_connectable
from remora.client.session_state import RunspaceState
from remora.client.throttle import Outcome, throttled
from remora.values import PSCredential, SecureString

Connected: TypeAlias = Outcome[PSSession, None]


async def connect_pssession(
    session: SessionRef | Sequence[SessionRef] | None = None,
    *,
    computer_name: str | Sequence[str] | None = None,
    connection_uri: str | Sequence[str] | None = None,
    name: str | Sequence[str] | None = None,
    id: int | Sequence[int] | None = None,  # the cmdlet's parameter
    instance_id: UUID | str | Sequence[UUID | str] | None = None,
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
    throttle_limit: int | None = None,
    host: ClientHost | None = None,
    repository: PSSessionRepository | None = None,
    config: ClientConfig | None = None,
) -> PSSession | SessionList:
    """Connect to sessions that were left: one given or selected session gives a PSSession, else a SessionList.

    With a computer name or URI, the disconnected sessions found there are connected: all, or those that name or
    instance_id choose. An open session is returned as it is. Of session_option only the buffering mode matters to the
    session: its idle timeout was settled before. Raises PSSessionError (PSSessionConnectFailed) when the
    only one cannot be connected.
    """
    chosen = repository if repository is not None else current_repository()
    failures: list[Outcome[Any, Any]] = []
    if session is not None:
        sessions, many = inner(session), isinstance(session, list | tuple)
    elif computer_name is None and connection_uri is None:
        sessions, many = selected(None, name, id, instance_id, chosen)
    else:
        found = await get_pssession(
            computer_name, connection_uri=connection_uri, name=name, instance_id=instance_id, state="Disconnected",
            port=port, use_ssl=use_ssl, allow_redirection=allow_redirection, on_redirect=on_redirect,
            application_name=application_name, username=username, password=password,
            credential=credential, authentication=authentication, certificate_thumbprint=certificate_thumbprint,
            configuration_name=configuration_name,
            session_option=session_option, throttle_limit=throttle_limit, host=host, repository=chosen, config=config,
        )  # fmt: skip
        sessions, failures, many = list(found), found.failures, len(found) != 1 or bool(found.failures)
    result = gather(await in_order(sessions, connecting(sessions, throttle_limit)), many)
    if isinstance(result, SessionList):
        result.failures += failures
    return result


async def connecting(sessions: Sequence[PSSession], throttle_limit: int | None = None) -> AsyncIterator[Connected]:
    """Connect to the sessions, so many at a time, and yield each as it is connected or has failed.

    Open ones come first. One that another client has taken since it was found is looked up again, once, at the end.
    """
    for session in sessions:
        if session.state is RunspaceState.OPENED:
            yield Outcome(target=session)
    left = [session for session in sessions if session.state is not RunspaceState.OPENED]
    stale: list[PSSession] = []
    async for outcome in throttled(left, lambda item: item.connect(), throttle_limit):
        if isinstance(outcome.error, SessionInUse):
            stale.append(outcome.target)
        else:
            yield outcome
    async for outcome in throttled(stale, _once_more, throttle_limit):
        yield outcome


async def _once_more(session: PSSession) -> None:
    if not await session.look_again():
        raise not_connectable(session.name, session.computer_name, "it is not there any more")
    await session.connect()
