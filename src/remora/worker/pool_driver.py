"""Where a runspace pool meets what runs its pipelines: ServerPool behind a lock, many threads in front of it.

The session (the embedded engine) calls from its threads, the transport (worker channel or stdio) from its own. Output
is encoded under the lock and handed to the transport in order; waiting for room happens outside of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Final, Protocol
from uuid import UUID

from remora._log import bound
from remora.psrp import events as ev
from remora.psrp.events import Record, ServerEvent
from remora.psrp.hostcalls import HostMethod, HostResponse
from remora.psrp.message_types import InitRunspacePool, MessageType
from remora.psrp.messages import HEADER as MESSAGE_HEADER
from remora.psrp.server import ServerPool
from remora.psrp.spec import CommandMetadataSpec, PipelineSpec
from remora.psrp.states import PSInvocationState
from remora.values import ErrorRecord

_DROPPABLE: Final = frozenset(
    {
        MessageType.PIPELINE_OUTPUT,
        MessageType.PIPELINE_BYTES,
        MessageType.ERROR_RECORD,
        MessageType.WARNING_RECORD,
        MessageType.VERBOSE_RECORD,
        MessageType.DEBUG_RECORD,
        MessageType.PROGRESS_RECORD,
        MessageType.INFORMATION_RECORD,
    }
)
_HOST_CALLS: Final = frozenset({MessageType.PIPELINE_HOST_CALL, MessageType.RUNSPACEPOOL_HOST_CALL})
_log = bound(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutMessage:
    """One encoded message on its way to the client."""

    object_id: int
    blob: bytes
    kind: int

    @property
    def droppable(self) -> bool:
        """Output and records may be given up in buffer mode Drop; states and host calls never."""
        return self.kind in _DROPPABLE

    @property
    def is_host_call(self) -> bool:
        return self.kind in _HOST_CALLS


def out_message(object_id: int, blob: bytes) -> OutMessage:
    """Return the message with the type its header names."""
    return OutMessage(object_id=object_id, blob=blob, kind=MESSAGE_HEADER.unpack_from(blob)[1])


class Transport(Protocol):
    """How output reaches the client. All but wait_room are called under the driver's lock and do not block."""

    def wait_room(self, pipeline_id: UUID) -> None:
        """Return when the pipeline may produce more (back-pressure)."""

    def deliver(self, pipeline_id: UUID | None, messages: list[OutMessage]) -> None:
        """Queue messages of the pool or of one pipeline."""

    def host_called(self, pipeline_id: UUID | None, call_id: int, message: OutMessage) -> None:
        """A call that wants an answer was queued."""

    def host_answered(self, pipeline_id: UUID | None, call_id: int) -> None:
        """It was answered, or its pipeline is over."""

    def finished(self, pipeline_id: UUID) -> None:
        """The terminal state of the pipeline was the last of its messages."""

    def closed(self) -> None:
        """The client closed the pool (transports that know no Delete)."""


class Session(Protocol):
    """What runs the pipelines of one pool. Methods are called on the transport's thread and return soon."""

    def open(self, init: InitRunspacePool) -> None: ...
    def start(self, pipeline_id: UUID, spec: PipelineSpec | CommandMetadataSpec) -> None: ...
    def input(self, pipeline_id: UUID, value: Any) -> None: ...
    def end_input(self, pipeline_id: UUID) -> None: ...
    def stop(self, pipeline_id: UUID) -> None: ...
    def resize(self, minimum: int, maximum: int) -> None: ...
    def reset(self, done: Callable[[bool], None]) -> None: ...
    def close(self) -> None: ...


class HostCallBroken(Exception):
    """The answer of a host call will never come: the pipeline is being stopped or the pool closed."""


Inbox = SimpleQueue["Callable[[], None] | None"]
"""Work for a thread while it waits for an answer (nested pipelines); None only wakes it."""


@dataclass(slots=True)
class _Question:
    inbox: Inbox
    answered: bool = False
    response: HostResponse | None = None

    def settle(self, response: HostResponse | None) -> None:
        self.response = response
        self.answered = True
        self.inbox.put(None)


class PoolDriver:
    """One pool. ``session`` is set once, before the first byte is received."""

    session: Session

    def __init__(self, pool: ServerPool, transport: Transport) -> None:
        self.pool = pool
        self.lock = threading.RLock()
        self._transport = transport
        self._questions: dict[tuple[UUID | None, int], _Question] = {}
        self._hold = True  # nothing of the pool is delivered until it is open: one answer tells all of it
        self._leaving: set[UUID] = set()

    # --- the transport's side ---------------------------------------------------------------------------------

    def receive(self, data: bytes, pipeline_id: UUID | None = None, stream: str = "stdin") -> None:
        """Take bytes of an input stream. Raises what ServerPool raises for what the protocol forbids."""
        with self.lock:
            try:
                events = self.pool.receive(data, pipeline_id, stream)
            finally:
                self._flush()
        self.dispatch(events)

    def add_pipeline(self, pipeline_id: UUID) -> None:
        """Expect the messages of a new pipeline. Raises LocalProtocolError when it exists or the pool is not open."""
        with self.lock:
            self.pool.add_pipeline(pipeline_id)

    def stop(self, pipeline_id: UUID) -> None:
        """The client wants the pipeline stopped; a pipeline without specification just ends."""
        with self.lock:
            events = self.pool.stop_pipeline(pipeline_id)
            pipeline = self.pool.pipelines.get(pipeline_id)
            unborn = pipeline is not None and pipeline.spec is None
        if unborn and events:
            self.state(pipeline_id, PSInvocationState.STOPPED)
            return
        self.dispatch(events)

    def forget(self, pipeline_id: UUID) -> None:
        """The client has no more interest in the pipeline: remove it now or when it has ended."""
        with self.lock:
            pipeline = self.pool.pipelines.get(pipeline_id)
            if pipeline is None:
                return
            if pipeline.state.terminal:
                self.pool.remove_pipeline(pipeline_id)
            else:
                self._leaving.add(pipeline_id)

    def close(self) -> None:
        """End everything."""
        self.session.close()
        self.break_calls(lambda _: True)

    def dispatch(self, events: list[ServerEvent]) -> None:
        """Carry out what the client wants."""
        for event in events:
            self._dispatch(event)

    def _dispatch(self, event: ServerEvent) -> None:
        match event:
            case ev.PoolOpenRequested(init=init):
                self.session.open(init)
            case ev.PipelineCreateRequested(pipeline_id=pid, spec=spec):
                self.session.start(pid, spec)
            case ev.CommandMetadataRequested(pipeline_id=pid, spec=metadata):
                self.session.start(pid, metadata)
            case ev.InputReceived(pipeline_id=pid, value=value):
                self.session.input(pid, value)
            case ev.InputEnded(pid):
                self.session.end_input(pid)
            case ev.StopRequested(pid):
                self.break_calls(lambda asked: asked == pid)
                self.session.stop(pid)
            case ev.HostResponseReceived():
                self._answer(event)
            case ev.SetMinRunspacesRequested(count=count, call_id=call_id):
                self._set_runspaces(call_id, minimum=count)
            case ev.SetMaxRunspacesRequested(count=count, call_id=call_id):
                self._set_runspaces(call_id, maximum=count)
            case ev.AvailableRunspacesRequested(call_id):
                self._send_availability(call_id, self.pool.available)
            case ev.ResetRunspaceStateRequested(call_id):
                self.session.reset(lambda done: self._send_availability(call_id, done))
            case ev.PoolCloseRequested():
                self._transport.closed()
            case _:
                self.flush()

    def _set_runspaces(self, call_id: int, *, minimum: int | None = None, maximum: int | None = None) -> None:
        done = self.pool.try_set_runspaces(minimum=minimum, maximum=maximum)
        self._send_availability(call_id, done)
        if done:
            self.session.resize(self.pool.min_runspaces, self.pool.max_runspaces)

    def _send_availability(self, call_id: int, response: bool | int) -> None:
        with self.lock:
            self.pool.send_availability(call_id, response)
            self._flush()

    def _answer(self, event: ev.HostResponseReceived) -> None:
        key = (event.pipeline_id, event.call.call_id)
        with self.lock:
            self._transport.host_answered(*key)
            question = self._questions.pop(key, None)
        if question is not None:
            question.settle(event.response)

    # --- the session's side -----------------------------------------------------------------------------------

    def opened(self, private_data: Mapping[str, Any]) -> None:
        """The pool can run pipelines."""
        with self.lock:
            self.pool.accept_open(private_data)
            self._hold = False
            self._flush()

    def refused(self, error: ErrorRecord) -> None:
        """The pool cannot be made: it is Broken."""
        with self.lock:
            self.pool.refuse_open(error)
            self._hold = False
            self._flush()

    def output(self, pipeline_id: UUID, value: Any) -> None:
        """Send one object, already of the closed set that CLIXML holds; waits while the client's buffer is full."""
        self._transport.wait_room(pipeline_id)
        with self.lock:
            if self._takes_output(pipeline_id):
                self.pool.send_output(pipeline_id, value)
                self._flush_pipeline(pipeline_id)

    def record(self, pipeline_id: UUID, record: Record) -> None:
        """Send one record of another stream; waits as ``output`` does."""
        self._transport.wait_room(pipeline_id)
        with self.lock:
            if self._takes_output(pipeline_id):
                self.pool.send_record(pipeline_id, record)
                self._flush_pipeline(pipeline_id)

    def _takes_output(self, pipeline_id: UUID) -> bool:
        pipeline = self.pool.pipelines.get(pipeline_id)
        return pipeline is not None and not pipeline.state.terminal

    def _takes_questions(self, pipeline_id: UUID) -> bool:
        """Whether the client would still answer: not while it waits for the end of a pipeline it stopped."""
        pipeline = self.pool.pipelines.get(pipeline_id)
        return pipeline is not None and pipeline.state is not PSInvocationState.STOPPING

    def state(self, pipeline_id: UUID, state: PSInvocationState, error: ErrorRecord | None = None) -> None:
        """Tell a pipeline's state; after a terminal one it is over."""
        with self.lock:
            if not self._takes_output(pipeline_id):
                return
            self.pool.send_state(pipeline_id, state, error)
            self._flush_pipeline(pipeline_id)
            if state.terminal:
                for asked, call_id in [key for key in self._questions if key[0] == pipeline_id]:
                    self._transport.host_answered(asked, call_id)
                if self.pool.is_done(pipeline_id):
                    self._end(pipeline_id)

    def _end(self, pipeline_id: UUID) -> None:
        self._transport.finished(pipeline_id)
        if pipeline_id in self._leaving:
            self._leaving.discard(pipeline_id)
            self.pool.remove_pipeline(pipeline_id)

    def host_call(
        self,
        pipeline_id: UUID | None,
        method: HostMethod,
        args: tuple[Any, ...] = (),
        inbox: Inbox | None = None,
    ) -> HostResponse | None:
        """Call the client's host and wait for its answer (None for a void method). Raises HostCallBroken.

        inbox: what comes there is run on this thread while it waits.
        """
        with self.lock:
            if pipeline_id is not None and not (method.is_void or self._takes_questions(pipeline_id)):
                raise HostCallBroken(method.wire_name)
            if pipeline_id is not None and not self._takes_output(pipeline_id):
                raise HostCallBroken(method.wire_name)
            call_id = self.pool.host_call(pipeline_id, method, args)
            question = _Question(SimpleQueue() if inbox is None else inbox)
            if not method.is_void:
                self._questions[pipeline_id, call_id] = question
            messages = self._take(pipeline_id)
            for message in messages:
                if message.is_host_call and not method.is_void:
                    self._transport.host_called(pipeline_id, call_id, message)
            if messages:
                self._transport.deliver(pipeline_id, messages)
            self._flush_pool()
        if method.is_void:
            return None
        while not question.answered:
            work = question.inbox.get()
            if work is not None:
                work()
        if question.response is None:
            raise HostCallBroken(method.wire_name)
        return question.response

    def break_calls(self, matches: Callable[[UUID | None], bool]) -> None:
        """Let whoever waits for an answer of these pipelines go without one."""
        with self.lock:
            broken = [key for key in self._questions if matches(key[0])]
            questions = [self._questions.pop(key) for key in broken]
            for key in broken:
                self._transport.host_answered(*key)
        for question in questions:
            question.settle(None)

    # --- output -----------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Deliver whatever the pool has queued (a session key may have freed it)."""
        with self.lock:
            self._flush()

    def _flush(self) -> None:
        self._flush_pool()
        for pipeline_id in {key[0] for key in self.pool.pending_streams() if key[0] is not None}:
            self._flush_pipeline(pipeline_id)
            pipeline = self.pool.pipelines.get(pipeline_id)
            if pipeline is not None and pipeline.state.terminal and self.pool.is_done(pipeline_id):
                self._end(pipeline_id)

    def _flush_pool(self) -> None:
        if not self._hold:
            self._flush_pipeline(None)

    def _flush_pipeline(self, pipeline_id: UUID | None) -> None:
        messages = self._take(pipeline_id)
        if messages:
            self._transport.deliver(pipeline_id, messages)
        if pipeline_id is not None and self.pool.waiting_for_key:
            self._flush_pool()

    def _take(self, pipeline_id: UUID | None) -> list[OutMessage]:
        messages = []
        while (message := self.pool.take_message(pipeline_id)) is not None:
            messages.append(out_message(message.object_id, message.blob))
        return messages
