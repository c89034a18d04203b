"""The blocking API: the same names and signatures as the async one, each a single call through the portal."""

from __future__ import annotations

import atexit
import functools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar, cast
from uuid import UUID
from weakref import WeakSet

from remora.client import commands, doctor, files, invoke
from remora.client.fleet import Fleet as AsyncFleet
from remora.client.fleet import SessionList
from remora.client.fleet_items import FleetItem
from remora.client.jobs import Job as AsyncJob
from remora.client.jobs import JobState
from remora.client.options import OutputBufferingMode
from remora.client.parting import part_from
from remora.client.pipeline import RemotePipeline
from remora.client.portal import Portal
from remora.client.pssession import PSSession as AsyncSession
from remora.client.results import InvokeResult, StreamItem
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.wsman.replies import ShellInfo

P = ParamSpec("P")
T = TypeVar("T")

PORTAL = Portal()
"""The loop behind this module; it starts with the first call and ends with the process."""

_seen: WeakSet[AsyncSession] = WeakSet()
"""Sessions that live in the portal's loop."""


@atexit.register
def part() -> None:
    """The process ends: the open sessions of this module with a running command are left, the others end."""
    if any(session.state is RunspaceState.OPENED for session in list(_seen)):
        PORTAL.run(part_from(list(_seen)))


def _wrapped(value: Any) -> Any:
    """Return the blocking counterpart of what the async API returned."""
    match value:
        case AsyncSession():
            _seen.add(value)
            return PSSession(value)
        case SessionList():
            sessions = SessionList((), value.failures)
            sessions.extend(cast(Any, _wrapped(session)) for session in value)
            return sessions
        case AsyncJob():
            return Job(value)
        case RemotePipeline():
            return Pipeline(value)
    return value


def _function(function: Callable[P, Coroutine[Any, Any, Any]]) -> Callable[P, Any]:
    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Any:
        return _wrapped(PORTAL.run(function(*args, **kwargs)))

    return call


def _iterator(function: Callable[P, AsyncIterator[T]]) -> Callable[P, Iterator[T]]:
    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return PORTAL.iterate(function(*args, **kwargs))

    return call


def _method(method: Callable[Concatenate[Any, P], Coroutine[Any, Any, Any]]) -> Callable[Concatenate[Any, P], Any]:
    @functools.wraps(method)
    def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        return _wrapped(PORTAL.run(method(self.inner, *args, **kwargs)))

    return call


def _iteration(method: Callable[Concatenate[Any, P], AsyncIterator[T]]) -> Callable[Concatenate[Any, P], Iterator[T]]:
    @functools.wraps(method)
    def call(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return PORTAL.iterate(method(self.inner, *args, **kwargs))

    return call


class _Facade:
    """Two facades of one object are equal."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @property
    def inner(self) -> Any:
        """The async object."""
        return self._inner

    def __eq__(self, other: object) -> bool:
        return self._inner is other._inner if isinstance(other, _Facade) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._inner)

    def __repr__(self) -> str:
        return repr(self._inner)

    def __str__(self) -> str:
        return str(self._inner)


class PSSession(_Facade):
    """``remora.PSSession`` for threads: every member as there, methods block. ``inner`` is the async session."""

    computer_type = AsyncSession.computer_type
    transport = AsyncSession.transport

    id = property(lambda self: cast(int, self.inner.id))
    instance_id = property(lambda self: cast(UUID, self.inner.instance_id))
    computer_name = property(lambda self: cast(str, self.inner.computer_name))
    configuration_name = property(lambda self: cast(str, self.inner.configuration_name))
    connection_info = property(lambda self: self.inner.connection_info)
    state = property(lambda self: cast(RunspaceState, self.inner.state))
    availability = property(lambda self: cast(RunspaceAvailability, self.inner.availability))
    idle_timeout = property(lambda self: cast(int, self.inner.idle_timeout))
    max_idle_timeout = property(lambda self: cast(int, self.inner.max_idle_timeout))
    output_buffering_mode = property(lambda self: cast(OutputBufferingMode, self.inner.output_buffering_mode))
    disconnected_on = property(lambda self: cast("datetime | None", self.inner.disconnected_on))
    expires_on = property(lambda self: cast("datetime | None", self.inner.expires_on))
    warnings = property(lambda self: self.inner.warnings)
    server_name = property(lambda self: cast(str, self.inner.server_name))
    can_disconnect = property(lambda self: cast(bool, self.inner.can_disconnect))
    uses_network_token = property(lambda self: cast(bool, self.inner.uses_network_token))
    exchanges = property(lambda self: cast(int, self.inner.exchanges))
    bytes_room = property(lambda self: cast("int | None", self.inner.bytes_room))
    running = property(lambda self: tuple(Pipeline(pipeline) for pipeline in self.inner.running))

    @property
    def name(self) -> str:
        return cast(str, self.inner.name)

    @name.setter
    def name(self, value: str) -> None:
        self.inner.name = value

    @property
    def application_private_data(self) -> Mapping[str, Any] | None:
        return cast("Mapping[str, Any] | None", self.inner.application_private_data)

    open = _method(AsyncSession.open)
    connect = _method(AsyncSession.connect)
    look_again = _method(AsyncSession.look_again)
    disconnect = _method(AsyncSession.disconnect)
    close = _method(AsyncSession.close)
    start = _method(AsyncSession.start)
    invoke = _method(AsyncSession.invoke)
    invoke_into = _method(AsyncSession.invoke_into)
    stream = _iteration(AsyncSession.stream)
    receive = _iteration(AsyncSession.receive)

    def refresh(self, shell: ShellInfo) -> None:
        self.inner.refresh(shell)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Pipeline(_Facade):
    """A running pipeline for threads."""

    pipeline_id = property(lambda self: cast(UUID, self.inner.pipeline_id))
    state = property(lambda self: self.inner.state)
    finished = property(lambda self: cast(bool, self.inner.finished))

    stop = _method(RemotePipeline.stop)
    collect = _method(RemotePipeline.collect)
    items = _iteration(RemotePipeline.items)


class Fleet(_Facade):
    """``remora.Fleet`` for threads: ``invoke`` yields each machine's result, ``stream`` what all write, as it comes."""

    def __init__(self, targets: Sequence[str], *, throttle_limit: int | None = None, **keywords: Any) -> None:
        super().__init__(AsyncFleet(targets, throttle_limit=throttle_limit, **keywords))

    def __len__(self) -> int:
        return len(self.inner)

    @functools.wraps(AsyncFleet.invoke)
    def invoke(self, script: str, argument_list: Sequence[Any] = (), **keywords: Any) -> Iterator[InvokeResult]:
        return PORTAL.iterate(self.inner.invoke(script, argument_list, **keywords))

    @functools.wraps(AsyncFleet.stream)
    def stream(self, script: str, argument_list: Sequence[Any] = (), **keywords: Any) -> Iterator[FleetItem]:
        return PORTAL.iterate(self.inner.stream(script, argument_list, **keywords))


class Job(_Facade):
    """A job for threads."""

    id = property(lambda self: cast(int, self.inner.id))
    name = property(lambda self: cast(str, self.inner.name))
    state = property(lambda self: cast(JobState, self.inner.state))
    results = property(lambda self: cast("list[InvokeResult]", self.inner.results))
    errors = property(lambda self: self.inner.errors)

    wait = _method(AsyncJob.wait)
    stop = _method(AsyncJob.stop)

    def receive(self, *, keep: bool = False) -> list[object]:
        return cast("list[object]", self.inner.receive(keep=keep))


new_pssession = _function(commands.new_pssession)
get_pssession = _function(commands.get_pssession)
connect_pssession = _function(commands.connect_pssession)
disconnect_pssession = _function(commands.disconnect_pssession)
receive_pssession = _iterator(commands.receive_pssession)
remove_pssession = _function(commands.remove_pssession)
invoke_command = _function(invoke.invoke_command)
copy_from = _function(files.copy_from)
copy_to = _function(files.copy_to)
diagnose = _function(doctor.diagnose)

__all__ = [
    "PORTAL",
    "InvokeResult",
    "Job",
    "PSSession",
    "Pipeline",
    "StreamItem",
    "connect_pssession",
    "disconnect_pssession",
    "get_pssession",
    "invoke_command",
    "new_pssession",
    "receive_pssession",
    "remove_pssession",
]
