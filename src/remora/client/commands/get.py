"""Get-PSSession."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from remora.client.commands.common import each
from remora.client.config_store import ClientConfig
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.fleet import SessionList
from remora.client.host import ClientHost
from remora.client.options import PSSessionOption, SessionFilterState, configuration_uri
from remora.client.pssession import PSSession
from remora.client.query import query_sessions
from remora.client.repository import PSSessionRepository, as_list, as_uuid, current_repository, matches
from remora.client.throttle import Outcome
from remora.errors import PSSessionError
from remora.values import PSCredential, SecureString


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
) -> SessionList:
    """Return the sessions of this process, or, with a computer name or URI, those a server has, whoever opened them.

    name: wildcards, any case. A server that cannot be asked is in the result's ``failures``, and so is a selector that
    matches none of the sessions found (PSSessionNameMatchFail, PSSessionIdMatchFail); when there is nothing but
    failures, the first is raised. Where no sessions are found, selectors are no failures.
    """
    chosen = repository if repository is not None else current_repository()
    if computer_name is None and connection_uri is None:
        if state is not None:
            raise PSSessionError(
                "a state filter needs a computer name or URI",
                error_id="AmbiguousParameterSet",
                category="InvalidArgument",
            )
        return SessionList(chosen.select(name=name, id=id, instance_id=instance_id))
    infos = connection_infos(
        computer_name=computer_name, connection_uri=connection_uri, port=port, use_ssl=use_ssl,
        allow_redirection=allow_redirection, on_redirect=on_redirect,
        application_name=application_name, username=username, password=password, credential=credential,
        authentication=authentication, certificate_thumbprint=certificate_thumbprint,
            configuration_name=configuration_name, session_option=session_option,
        config=config,
    )  # fmt: skip
    configuration = configuration_uri(configuration_name) if configuration_name is not None else None

    found = await find_sessions(
        infos, name=name, instance_id=instance_id, state=SessionFilterState.parse(state), configuration=configuration,
        throttle_limit=throttle_limit, repository=chosen, host=host,
    )  # fmt: skip
    if found.failures and not found and len(found.failures) >= len(infos) and found.failures[0].error is not None:
        raise found.failures[0].error
    return found


async def find_sessions(
    infos: Sequence[ConnectionInfo],
    *,
    name: str | Sequence[str] | None = None,
    instance_id: UUID | str | Sequence[UUID | str] | None = None,
    state: SessionFilterState = SessionFilterState.ALL,
    configuration: str | None = None,
    throttle_limit: int | None = None,
    repository: PSSessionRepository,
    host: ClientHost | None = None,
) -> SessionList:
    """Ask servers for their sessions; whatever fails is in ``failures``: servers first, then selectors.

    configuration: full URI, keeps only sessions of it.
    """

    async def ask(info: ConnectionInfo) -> list[PSSession]:
        return await query_sessions(info, repository, configuration=configuration, state=state, host=host)

    outcomes = await each(infos, ask, throttle_limit)
    failures = [outcome for outcome in outcomes if outcome.error is not None]
    there = [session for outcome in outcomes for session in outcome.value or ()]
    found, unmatched = _filtered(there, name, instance_id)
    return SessionList(found, [*failures, *(Outcome(target=target, error=error) for target, error in unmatched)])


def _filtered(
    sessions: list[PSSession],
    name: str | Sequence[str] | None,
    instance_id: UUID | str | Sequence[UUID | str] | None,
) -> tuple[list[PSSession], list[tuple[Any, PSSessionError]]]:
    """Apply the InstanceId or Name filter of a query; what matches nothing is an error beside what was found."""
    if not sessions or (instance_id is None and name is None):
        return sessions, []
    chosen: list[PSSession] = []
    errors: list[tuple[Any, PSSessionError]] = []
    if instance_id is not None:
        for wanted in map(as_uuid, as_list(instance_id)):
            matching = [session for session in sessions if session.instance_id == wanted]
            chosen += [session for session in matching if session not in chosen]
            if not matching:
                message = f"no session has the instance id {wanted}"
                errors.append((wanted, PSSessionError(message, error_id="PSSessionIdMatchFail")))
        return chosen, errors
    for pattern in as_list(name):
        matching = [session for session in sessions if matches(pattern, session.server_name)]
        chosen += [session for session in matching if session not in chosen]
        if not matching:
            errors.append(
                (pattern, PSSessionError(f"no session is called {pattern!r}", error_id="PSSessionNameMatchFail"))
            )
    return chosen, errors
