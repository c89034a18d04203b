"""The PSSession cmdlets as functions: New, Get, Connect, Disconnect, Receive and Remove-PSSession.

Keywords are the cmdlets' parameters in snake case. Those about the way to a machine are the same everywhere: port,
use_ssl, application_name, username and password or credential, authentication, configuration_name, session_option.
repository: whose sessions these are, by default the context's (``use_repository``), else
``remora.client.repository.DEFAULT``. config: the client configuration, by default the user's file.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any
from uuid import UUID, uuid4

from remora.client.config_store import ClientConfig
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.fleet import Outcome, SessionList, throttled
from remora.client.host import ClientHost
from remora.client.options import OutputBufferingMode, PSSessionOption, SessionFilterState, configuration_uri
from remora.client.pssession import PSSession, SessionRef
from remora.client.query import query_sessions
from remora.client.repository import PSSessionRepository, as_list, as_uuid, current_repository, is_pattern, matches
from remora.client.results import StreamItem
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.errors import PSSessionError, RemoraError
from remora.values import PSCredential, SecureString


async def new_pssession(
    computer_name: str | Sequence[str] | None = None,
    *,
    connection_uri: str | Sequence[str] | None = None,
    session: SessionRef | None = None,
    port: int | None = None,
    use_ssl: bool = False,
    application_name: str | None = None,
    username: str | None = None,
    password: str | SecureString | None = None,
    credential: PSCredential | None = None,
    authentication: str | None = None,
    configuration_name: str | None = None,
    name: str | Sequence[str] | None = None,
    session_option: PSSessionOption | Mapping[str, Any] | None = None,
    throttle_limit: int | None = None,
    host: ClientHost | None = None,
    repository: PSSessionRepository | None = None,
    config: ClientConfig | None = None,
) -> PSSession | SessionList:
    """Open a session on one machine (default: this one), or on several at once.

    One target gives a PSSession, or raises what went wrong. A list gives a SessionList in the order of the targets:
    those that failed are in its ``failures``; only when all failed is the first error raised. session: open another one
    like it. name: of the first, or one for each. host: answers what remote scripts ask.
    """
    chosen = repository if repository is not None else current_repository()
    if session is not None:
        infos, many = [session.inner.connection_info], False
    else:
        many = isinstance(computer_name, list | tuple) or isinstance(connection_uri, list | tuple)
        infos = connection_infos(
            computer_name=computer_name, connection_uri=connection_uri, port=port, use_ssl=use_ssl,
            application_name=application_name, username=username, password=password, credential=credential,
            authentication=authentication, configuration_name=configuration_name, session_option=session_option,
            config=config,
        )  # fmt: skip
    names = as_list(name)
    sessions = [
        PSSession(
            info, instance_id=uuid4(), repository=chosen, name=names[index] if index < len(names) else None, host=host
        )
        for index, info in enumerate(infos)
    ]
    outcomes = await each(sessions, lambda item: item.open(), throttle_limit)
    return gather(outcomes, many)


async def get_pssession(
    computer_name: str | Sequence[str] | None = None,
    *,
    connection_uri: str | Sequence[str] | None = None,
    name: str | Sequence[str] | None = None,
    id: int | Sequence[int] | None = None,  # the cmdlet's parameter
    instance_id: UUID | str | Sequence[UUID | str] | None = None,
    state: str | SessionFilterState | None = None,
    port: int | None = None,
    use_ssl: bool = False,
    application_name: str | None = None,
    username: str | None = None,
    password: str | SecureString | None = None,
    credential: PSCredential | None = None,
    authentication: str | None = None,
    configuration_name: str | None = None,
    session_option: PSSessionOption | Mapping[str, Any] | None = None,
    throttle_limit: int | None = None,
    host: ClientHost | None = None,
    repository: PSSessionRepository | None = None,
    config: ClientConfig | None = None,
) -> SessionList:
    """Return the sessions of this process, or, with a computer name or URI, those a server has, whoever opened them.

    name: wildcards, any case. A server that cannot be asked is in the result's ``failures``; when none can be, the
    first error is raised. Raises PSSessionError for a selector that matches nothing (PSSessionNameMatchFail,
    PSSessionIdMatchFail ...).
    """
    chosen = repository if repository is not None else current_repository()
    if computer_name is None and connection_uri is None:
        if state is not None:
            raise PSSessionError("a state filter needs a computer name or URI", error_id="AmbiguousParameterSet")
        return SessionList(chosen.select(name=name, id=id, instance_id=instance_id))
    infos = connection_infos(
        computer_name=computer_name, connection_uri=connection_uri, port=port, use_ssl=use_ssl,
        application_name=application_name, username=username, password=password, credential=credential,
        authentication=authentication, configuration_name=configuration_name, session_option=session_option,
        config=config,
    )  # fmt: skip
    configuration = configuration_uri(configuration_name) if configuration_name is not None else None

    async def ask(info: ConnectionInfo) -> list[PSSession]:
        return await query_sessions(info, chosen, configuration=configuration, host=host)

    outcomes = await each(infos, ask, throttle_limit)
    failures = [outcome for outcome in outcomes if outcome.error is not None]
    if failures and len(failures) == len(outcomes) and failures[0].error is not None:
        raise failures[0].error
    found = [session for outcome in outcomes for session in outcome.value or ()]
    return SessionList(_filtered(found, name, instance_id, SessionFilterState.parse(state)), failures)


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
    application_name: str | None = None,
    username: str | None = None,
    password: str | SecureString | None = None,
    credential: PSCredential | None = None,
    authentication: str | None = None,
    configuration_name: str | None = None,
    session_option: PSSessionOption | Mapping[str, Any] | None = None,
    throttle_limit: int | None = None,
    host: ClientHost | None = None,
    repository: PSSessionRepository | None = None,
    config: ClientConfig | None = None,
) -> PSSession | SessionList:
    """Connect to sessions that were left: one given or selected session gives a PSSession, else a SessionList.

    With a computer name or URI, the disconnected sessions found there are connected: all, or those that name or
    instance_id choose. An open session is returned as it is. Raises PSSessionError (PSSessionConnectFailed) when the
    only one cannot be connected.
    """
    chosen = repository if repository is not None else current_repository()
    if session is not None:
        sessions, many = _inner(session), isinstance(session, list | tuple)
    elif computer_name is None and connection_uri is None:
        if name is None and id is None and instance_id is None:
            raise PSSessionError(
                "which session? Give a session, a name, an id or a computer", error_id="AmbiguousParameterSet"
            )
        sessions = chosen.select(name=name, id=id, instance_id=instance_id)
        many = len(sessions) != 1
    else:
        sessions = await get_pssession(
            computer_name, connection_uri=connection_uri, name=name, instance_id=instance_id, state="Disconnected",
            port=port, use_ssl=use_ssl, application_name=application_name, username=username, password=password,
            credential=credential, authentication=authentication, configuration_name=configuration_name,
            session_option=session_option, throttle_limit=throttle_limit, host=host, repository=chosen, config=config,
        )  # fmt: skip
        many = len(sessions) != 1
    outcomes = await each(sessions, lambda item: item.connect(), throttle_limit)
    return gather(outcomes, many)


async def disconnect_pssession(
    session: SessionRef | Sequence[SessionRef] | None = None,
    *,
    name: str | Sequence[str] | None = None,
    id: int | Sequence[int] | None = None,  # the cmdlet's parameter
    instance_id: UUID | str | Sequence[UUID | str] | None = None,
    idle_timeout_sec: int | None = None,
    output_buffering_mode: OutputBufferingMode | str | int | None = None,
    throttle_limit: int | None = None,
    repository: PSSessionRepository | None = None,
) -> PSSession | SessionList:
    """Leave sessions; what runs in them goes on. One session gives a PSSession, several a SessionList.

    idle_timeout_sec: how long the server keeps it from now on, at least 60. output_buffering_mode: Block or Drop.
    Raises PSSessionError, such as CannotDisconnectSessionWithInvalidIdleTimeout.
    """
    sessions, many = _selected(session, name, id, instance_id, repository)
    outcomes = await each(
        sessions,
        lambda item: item.disconnect(idle_timeout_sec=idle_timeout_sec, output_buffering_mode=output_buffering_mode),
        throttle_limit,
    )
    return gather(outcomes, many)


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
    application_name: str | None = None,
    username: str | None = None,
    password: str | SecureString | None = None,
    credential: PSCredential | None = None,
    authentication: str | None = None,
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
        found, _many = _selected(None, name, id, instance_id, chosen)
    elif name is None and instance_id is None:
        raise PSSessionError("which session? Give a name or an instance id too", error_id="AmbiguousParameterSet")
    else:
        all_there = await get_pssession(
            computer_name, connection_uri=connection_uri, port=port, use_ssl=use_ssl,
            application_name=application_name, username=username, password=password, credential=credential,
            authentication=authentication, configuration_name=configuration_name, session_option=session_option,
            host=host, repository=chosen, config=config,
        )  # fmt: skip
        found = [item for item in all_there if _is_exactly(item, name, instance_id)]
    if not found:
        return
    taken = found[0]
    if host is not None:
        taken.host = host
    if taken.state is RunspaceState.DISCONNECTED and taken.availability is RunspaceAvailability.BUSY:
        raise PSSessionError(
            f"session {taken.name} is connected to another client", error_id="ReceivePSSessionCannotConnectSession"
        )
    async with aclosing(taken.receive()) as items:
        async for item in items:
            if all_streams:
                yield item
            elif item.stream == "output":
                yield item.value


async def remove_pssession(
    session: SessionRef | Sequence[SessionRef] | None = None,
    *,
    name: str | Sequence[str] | None = None,
    id: int | Sequence[int] | None = None,  # the cmdlet's parameter
    instance_id: UUID | str | Sequence[UUID | str] | None = None,
    throttle_limit: int | None = None,
    repository: PSSessionRepository | None = None,
) -> None:
    """End sessions on their servers and forget them. Raises the first error, after all were tried."""
    sessions, _many = _selected(session, name, id, instance_id, repository)
    for outcome in await each(sessions, lambda item: item.close(), throttle_limit):
        if outcome.error is not None:
            raise outcome.error


def _selected(
    session: SessionRef | Sequence[SessionRef] | None,
    name: str | Sequence[str] | None,
    number: int | Sequence[int] | None,
    instance_id: UUID | str | Sequence[UUID | str] | None,
    repository: PSSessionRepository | None,
) -> tuple[list[PSSession], bool]:
    """Return the sessions a local selector names, and whether the caller spoke of several."""
    if session is not None:
        return _inner(session), isinstance(session, list | tuple)
    if name is None and number is None and instance_id is None:
        raise PSSessionError("which session? Give a session, a name or an id", error_id="AmbiguousParameterSet")
    chosen = repository if repository is not None else current_repository()
    found = chosen.select(name=name, id=number, instance_id=instance_id)
    return found, len(found) != 1


def _is_exactly(session: PSSession, name: str | None, instance_id: UUID | str | None) -> bool:
    """The computer sets of Receive-PSSession compare names whole, in any case."""
    named = name is None or session.name.casefold() == name.casefold()
    return named and (instance_id is None or session.instance_id == as_uuid(instance_id))


def _inner(session: SessionRef | Sequence[SessionRef] | None) -> list[PSSession]:
    return [item.inner for item in as_list(session)]


async def each(
    targets: Sequence[Any], action: Callable[[Any], Awaitable[Any]], throttle_limit: int | None
) -> list[Outcome[Any, Any]]:
    """Run the action for all targets; the outcomes come back in the order of the targets."""
    order = {id(target): position for position, target in enumerate(targets)}
    outcomes = [outcome async for outcome in throttled(targets, action, throttle_limit)]
    return sorted(outcomes, key=lambda outcome: order[id(outcome.target)])


def gather(outcomes: Sequence[Outcome[PSSession, Any]], many: bool) -> PSSession | SessionList:
    """One target: itself or its error. Several: a SessionList, or the first error when none succeeded."""
    failures = [outcome for outcome in outcomes if outcome.error is not None]
    if failures and (not many or len(failures) == len(outcomes)):
        error: RemoraError | None = failures[0].error
        assert error is not None
        raise error
    sessions = [outcome.target for outcome in outcomes if outcome.ok]
    return SessionList(sessions, failures) if many else sessions[0]


def _filtered(
    sessions: list[PSSession],
    name: str | Sequence[str] | None,
    instance_id: UUID | str | Sequence[UUID | str] | None,
    state: SessionFilterState,
) -> list[PSSession]:
    """Apply the State, InstanceId and Name filters of a remote query, in the cmdlet's order."""
    if state is not SessionFilterState.ALL:
        sessions = [session for session in sessions if session.state.value == state.value]
    if not sessions:
        return []
    if instance_id is not None:
        wanted = {as_uuid(item) for item in as_list(instance_id)}
        found = [session for session in sessions if session.instance_id in wanted]
        if missing := wanted - {session.instance_id for session in found}:
            raise PSSessionError(f"no session has the instance id {missing.pop()}", error_id="PSSessionIdMatchFail")
        return found
    if name is None:
        return sessions
    chosen: list[PSSession] = []
    for pattern in as_list(name):
        matching = [session for session in sessions if matches(pattern, session.name)]
        if not matching and not is_pattern(pattern):
            raise PSSessionError(f"no session is called {pattern!r}", error_id="PSSessionNameMatchFail")
        chosen += [session for session in matching if session not in chosen]
    return chosen


__all__ = [
    "StreamItem",
    "connect_pssession",
    "disconnect_pssession",
    "get_pssession",
    "new_pssession",
    "receive_pssession",
    "remove_pssession",
]
