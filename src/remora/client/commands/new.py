"""New-PSSession."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias
from uuid import uuid4

from remora.client.commands.common import gather, in_order, inner
from remora.client.config_store import ClientConfig
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.fleet import SessionList
from remora.client.host import ClientHost
from remora.client.options import PSSessionOption
from remora.client.pssession import PSSession, SessionRef
from remora.client.repository import PSSessionRepository, as_list, current_repository
from remora.client.throttle import Outcome, throttled
from remora.errors import PSSessionError
from remora.values import PSCredential, SecureString

Opened: TypeAlias = Outcome[PSSession, None]


async def new_pssession(
    computer_name: str | Sequence[str] | None = None,
    *,
    connection_uri: str | Sequence[str] | None = None,
    session: SessionRef | Sequence[SessionRef] | None = None,
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
    name: str | Sequence[str] | None = None,
    session_option: PSSessionOption | Mapping[str, Any] | None = None,
    throttle_limit: int | None = None,
    enable_network_access: bool = False,
    host: ClientHost | None = None,
    repository: PSSessionRepository | None = None,
    config: ClientConfig | None = None,
) -> PSSession | SessionList:
    """Open a session on one machine (default: this one), or on several at once.

    One target gives a PSSession, or raises what went wrong. A list gives a SessionList in the order of the targets:
    those that failed are in its ``failures``; only when all failed is the first error raised. session: open another one
    like it. name: of the first, or one for each. enable_network_access: ask for a token that reaches further than this
    machine, where the session is a loopback. host: answers what remote scripts ask.
    """
    chosen = repository if repository is not None else current_repository()
    if session is not None:
        models, many = inner(session), isinstance(session, list | tuple)
        sessions = like_sessions(
            models, name, enable_network_access=enable_network_access, repository=chosen, host=host
        )
    else:
        many = isinstance(computer_name, list | tuple) or isinstance(connection_uri, list | tuple)
        infos = connection_infos(
            computer_name=computer_name, connection_uri=connection_uri, port=port, use_ssl=use_ssl,
            allow_redirection=allow_redirection, on_redirect=on_redirect,
            application_name=application_name, username=username, password=password, credential=credential,
            authentication=authentication, certificate_thumbprint=certificate_thumbprint,
            configuration_name=configuration_name, session_option=session_option,
            enable_network_access=enable_network_access, config=config,
        )  # fmt: skip
        sessions = new_sessions(infos, name, repository=chosen, host=host)
    return gather(await in_order(sessions, opening(sessions, throttle_limit)), many)


def new_sessions(
    infos: Sequence[ConnectionInfo],
    name: str | Sequence[str] | None = None,
    *,
    repository: PSSessionRepository,
    host: ClientHost | None = None,
) -> list[PSSession]:
    """Return unopened sessions, one for each endpoint; those beyond the names given name themselves.

    Each takes its Id now, whatever becomes of it. Raises PSSessionError (Argument) for a bad idle timeout.
    """
    for info in infos:
        info.option.check_idle_timeout()
    names = [*as_list(name), *[None] * len(infos)]
    return [
        PSSession(info, instance_id=uuid4(), repository=repository, name=own, host=host)
        for info, own in zip(infos, names, strict=False)
    ]


def like_sessions(
    models: Sequence[PSSession],
    name: str | Sequence[str] | None = None,
    *,
    enable_network_access: bool = False,
    repository: PSSessionRepository,
    host: ClientHost | None = None,
) -> list[PSSession]:
    """Return unopened sessions with the connections of others. Raises PSSessionError when one is named twice."""
    if len({model.instance_id for model in models}) != len(models):
        raise PSSessionError(
            "a session is given twice", error_id="RemoteRunspaceInfoHasDuplicates", category="InvalidArgument"
        )
    infos = [
        replace(model.connection_info, enable_network_access=True) if enable_network_access else model.connection_info
        for model in models
    ]
    return new_sessions(infos, name, repository=repository, host=host)


async def opening(sessions: Sequence[PSSession], throttle_limit: int | None = None) -> AsyncIterator[Opened]:
    """Open the sessions, so many at a time, and yield each as it is open or has failed."""
    async for outcome in throttled(sessions, lambda item: item.open(), throttle_limit):
        yield outcome
