"""Invoke-Command as a function: a script in an open session, on one machine, or on many."""
# ruff: noqa: ASYNC109  (how long the caller waits is part of the interface)

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from remora.client.commands import each, gather
from remora.client.config_store import ClientConfig
from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.fleet import SessionList
from remora.client.host import ClientHost
from remora.client.jobs import Child, Job
from remora.client.options import PSSessionOption
from remora.client.pipeline import Input
from remora.client.pssession import PSSession, SessionRef
from remora.client.repository import PSSessionRepository, as_list, current_repository
from remora.client.results import InvokeResult
from remora.errors import ConfigError, PSSessionError
from remora.values import PSCredential, SecureString


async def invoke_command(
    script: str | None = None,
    *,
    session: SessionRef | Sequence[SessionRef] | None = None,
    computer_name: str | Sequence[str] | None = None,
    connection_uri: str | Sequence[str] | None = None,
    file_path: str | Path | None = None,
    argument_list: Sequence[Any] = (),
    parameters: Mapping[str, Any] | None = None,
    input: Input | None = None,  # the public name
    in_disconnected_session: bool = False,
    session_name: str | Sequence[str] | None = None,
    as_job: bool = False,
    job_name: str | None = None,
    timeout: float | None = None,
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
    enable_network_access: bool = False,
    session_option: PSSessionOption | Mapping[str, Any] | None = None,
    throttle_limit: int | None = None,
    host: ClientHost | None = None,
    repository: PSSessionRepository | None = None,
    config: ClientConfig | None = None,
) -> InvokeResult | list[InvokeResult] | PSSession | SessionList | Job:
    """Run a script, or the script in a file, and return what it wrote.

    In a session, or on a computer in a session of its own that ends with the script. One target: an InvokeResult, and
    what goes wrong is raised (PipelineFailed, DeadlineExceeded ...). A list of targets: InvokeResults in their order,
    with errors in ``failure``. in_disconnected_session: start it in a new session, leave, and return the session for
    ``receive_pssession``. as_job (or job_name): return a Job. timeout: seconds for all. Rest: see ``new_pssession``.
    """
    chosen = repository if repository is not None else current_repository()
    as_job = as_job or bool(job_name)
    _check(session, computer_name, connection_uri, in_disconnected_session, session_name, as_job)
    call = _Call(text := _script(script, file_path, config), tuple(argument_list), parameters, input, host, timeout)
    if session is not None:
        children: list[tuple[str, Child]] = [(s.computer_name, call.in_session(s)) for s in _different(session)]
        many = isinstance(session, list | tuple)
        return await _run(children, many, as_job, job_name, text, chosen, throttle_limit)
    many = any(isinstance(given, list | tuple) for given in (computer_name, connection_uri))
    infos = connection_infos(
        computer_name=computer_name, connection_uri=connection_uri, port=port, use_ssl=use_ssl,
        allow_redirection=allow_redirection, on_redirect=on_redirect, application_name=application_name, config=config,
        username=username, password=password, credential=credential, authentication=authentication,
        certificate_thumbprint=certificate_thumbprint, enable_network_access=enable_network_access,
        configuration_name=configuration_name, session_option=session_option,
    )  # fmt: skip
    if in_disconnected_session:
        left = _named_sessions(infos, as_list(session_name), chosen, host)
        return gather(await each(left, call.leave_in, throttle_limit), many)
    children = [(info.computer_name, call.on_computer(info, host)) for info in infos]
    return await _run(children, many, as_job, job_name, text, chosen, throttle_limit)


def _named_sessions(
    infos: Sequence[ConnectionInfo], names: Sequence[str], repository: PSSessionRepository, host: ClientHost | None
) -> list[PSSession]:
    padded = [*names, *[None] * len(infos)]
    return [
        PSSession(info, instance_id=uuid4(), repository=repository, name=name, host=host)
        for info, name in zip(infos, padded, strict=False)
    ]


def _different(session: SessionRef | Sequence[SessionRef]) -> list[PSSession]:
    sessions: list[PSSession] = [item.inner for item in as_list(session)]
    if len({item.instance_id for item in sessions}) != len(sessions):
        raise PSSessionError("a session is given twice", error_id="RemoteRunspaceInfoHasDuplicates")
    return sessions


class _Call:
    """One script with everything that goes with it, ready to be run anywhere."""

    def __init__(
        self,
        text: str,
        arguments: tuple[Any, ...],
        parameters: Mapping[str, Any] | None,
        source: Input | None,
        host: ClientHost | None,
        timeout: float | None,
    ) -> None:
        self._text = text
        self._arguments = arguments
        self._parameters = parameters
        self._input = source
        self._host = host
        self._timeout = timeout

    def in_session(self, session: PSSession) -> Child:
        async def child(result: InvokeResult) -> None:
            await session.invoke_into(
                result, self._text, self._arguments, parameters=self._parameters, input=self._input, host=self._host,
                timeout=self._timeout,
            )  # fmt: skip

        return child

    def on_computer(self, info: ConnectionInfo, host: ClientHost | None) -> Child:
        async def child(result: InvokeResult) -> None:
            temporary = PSSession(info, instance_id=uuid4(), repository=PSSessionRepository(), host=host)
            await temporary.open()
            async with temporary:
                await self.in_session(temporary)(result)

        return child

    async def leave_in(self, session: PSSession) -> None:
        """Open the session, start the script, and leave both."""
        await session.open()
        await session.start(self._text, self._arguments, parameters=self._parameters, input=self._input)
        await session.disconnect()


async def _run(
    children: list[tuple[str, Child]],
    many: bool,
    as_job: bool,
    job_name: str | None,
    text: str,
    repository: PSSessionRepository,
    throttle_limit: int | None,
) -> InvokeResult | list[InvokeResult] | Job:
    if as_job:
        return Job(job_name, text, children, repository)
    results = [InvokeResult(computer_name) for computer_name, _child in children]
    if not many:
        await children[0][1](results[0])
        return results[0]
    work = [(child, result) for (_name, child), result in zip(children, results, strict=True)]
    for outcome in await each(work, lambda item: item[0](item[1]), throttle_limit):
        outcome.target[1].failure = outcome.error
    return results


def _check(
    session: object,
    computer_name: object,
    connection_uri: object,
    in_disconnected_session: bool,
    session_name: object,
    as_job: bool,
) -> None:
    """Refuse combinations that belong to no parameter set."""
    places = [place for place in (session, computer_name, connection_uri) if place is not None]
    if len(places) > 1 or (session is not None and in_disconnected_session):
        raise PSSessionError(
            "give one of session, computer_name and connection_uri; in_disconnected_session goes with the last two",
            error_id="AmbiguousParameterSet",
        )
    if not places:
        raise PSSessionError(
            "where? Give a session, a computer name or a connection URI", error_id="AmbiguousParameterSet"
        )
    if in_disconnected_session and as_job:
        raise PSSessionError(
            "as_job and in_disconnected_session exclude each other", error_id="System.InvalidOperationException"
        )
    if session_name is not None and not in_disconnected_session:
        raise PSSessionError(
            "session_name goes with in_disconnected_session", error_id="System.InvalidOperationException"
        )


def _script(script: str | None, file_path: str | Path | None, config: ClientConfig | None) -> str:
    if (script is None) == (file_path is None):
        raise PSSessionError("give either a script or a file path", error_id="AmbiguousParameterSet")
    return script if script is not None else read_script(str(file_path), config)


def read_script(path: str, config: ClientConfig | None = None) -> str:
    """Return the text of a script file (UTF-8, or UTF-16 with a byte order mark). Raises ConfigError."""
    unc = path.startswith(("\\\\", "//"))
    where = (config or ClientConfig.load()).local_path(path) if unc else Path(path).expanduser()
    try:
        data = where.read_bytes()
        utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        return data.decode("utf-16" if utf16 else "utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"the script {where} cannot be read: {error}") from error
