"""The server's runspace pool: bytes in, events out; calls in, bytes out (MS-PSRP 3.2). No socket, clock or thread."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from remora.errors import InvalidState, LocalProtocolError, PSRPError, RemoteProtocolError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.crypto import KEY_SIZE, SessionKey
from remora.psrp.events import Record, ServerEvent
from remora.psrp.fragments import SERVER_FRAGMENT_SIZE, Fragmenter
from remora.psrp.hostcalls import VOID_CALL, HostCall, HostMethod
from remora.psrp.negotiation import ConnectData, negotiate, read_connect
from remora.psrp.pipeline import ServerPipeline
from remora.psrp.pool import STDIN, PoolCore, is_pipeline_level
from remora.psrp.states import (
    OUTCOME,
    SERVER_POOL,
    PipelineTrigger,
    PoolTrigger,
    PSInvocationState,
    RunspacePoolState,
)
from remora.states import Machine
from remora.values import (
    DebugRecord,
    ErrorCategory,
    ErrorRecord,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    Version,
    WarningRecord,
)

MAX_OBJECT_SIZE: Final = 10 * 1024 * 1024
"""PSMaximumReceivedObjectSizeMB of a session configuration."""
MAX_DATA_PER_COMMAND: Final = 50 * 1024 * 1024
"""PSMaximumReceivedDataSizePerCommandMB of a session configuration."""
STDOUT: Final = "stdout"
_K = m.MessageType
_RECORD_MESSAGES: Final[dict[type, Callable[[Any], m.Message]]] = {
    ErrorRecord: m.ErrorRecordMessage,
    WarningRecord: m.WarningRecordMessage,
    VerboseRecord: m.VerboseRecordMessage,
    DebugRecord: m.DebugRecordMessage,
    InformationRecord: m.InformationRecordMessage,
    ProgressRecord: m.ProgressRecordMessage,
}


def new_session_key() -> SessionKey:
    """Return a random session key."""
    return SessionKey(secrets.token_bytes(KEY_SIZE))


class ServerPool(PoolCore):
    """One runspace pool as its server sees it.

    Output is encoded when it is given and waits, in bytes that ``queued`` counts, until ``take`` cuts it into fragments.
    pool_id None: taken from the client's first message. A method called in a wrong state raises InvalidState.
    """

    _peer: ClassVar[m.Destination] = m.Destination.CLIENT
    _body_prefix: ClassVar[bytes] = m.BOM
    _default_stream: ClassVar[str] = STDOUT

    def __init__(
        self,
        pool_id: UUID | None = None,
        *,
        max_object_size: int = MAX_OBJECT_SIZE,
        max_data_per_command: int | None = MAX_DATA_PER_COMMAND,
        new_key: Callable[[], SessionKey] = new_session_key,
    ) -> None:
        super().__init__(
            fragment_size=SERVER_FRAGMENT_SIZE,
            max_object_size=max_object_size,
            max_data_per_command=max_data_per_command,
        )
        self.pool_id = pool_id
        self.pipelines: dict[UUID, ServerPipeline] = {}
        self.min_runspaces = 1
        self.max_runspaces = 1
        self.application_private_data: Mapping[str, Any] | None = None
        self._machine: Machine[RunspacePoolState, PoolTrigger] = Machine(RunspacePoolState.BEFORE_OPEN, SERVER_POOL)
        self._new_key = new_key
        self._key_asked = False
        self._capability: m.SessionCapability | None = None
        self._connecting: ConnectData | None = None
        self._calls: dict[tuple[UUID | None, int], HostCall] = {}
        self._call_objects: dict[tuple[UUID | None, int], int | None] = {}
        self._last_call = 0

    @property
    def state(self) -> RunspacePoolState:
        return self._machine.state

    @property
    def available(self) -> int:
        """Runspaces that no pipeline occupies."""
        busy = sum(pipeline.uses_runspace for pipeline in self.pipelines.values())
        return max(0, self.max_runspaces - busy)

    # --- the life of the pool ---

    def accept_open(self, private_data: Mapping[str, Any] | None) -> None:
        """Queue APPLICATION_PRIVATE_DATA and the state Opened."""
        self._machine.fire(PoolTrigger.OPENED)
        self.application_private_data = private_data
        self._post(m.ApplicationPrivateData(private_data))
        self._post(m.RunspacePoolStateInfo(state=RunspacePoolState.OPENED))

    def refuse_open(self, error: ErrorRecord) -> None:
        """Queue the state Broken with the reason."""
        self.send_pool_state(RunspacePoolState.BROKEN, error)

    def send_pool_state(self, state: RunspacePoolState, error: ErrorRecord | None = None) -> None:
        """Move to CLOSING, CLOSED or BROKEN and queue it."""
        triggers = {
            RunspacePoolState.CLOSING: PoolTrigger.CLOSE,
            RunspacePoolState.CLOSED: PoolTrigger.CLOSED,
            RunspacePoolState.BROKEN: PoolTrigger.BREAK,
        }
        if state not in triggers:
            raise LocalProtocolError(f"a server does not announce {state.name} this way")
        self._machine.fire(triggers[state])
        self._post(m.RunspacePoolStateInfo(state=state, error=error))

    def receive_connect(self, data: bytes) -> ev.ConnectRequested:
        """Check the connectXml of another client. Raises PSRPError with the reason; nothing has changed then."""
        ids = (self._raw_pool_id,) if self.pool_id is None else (self._raw_pool_id, self.pool_id.bytes_le)
        found = read_connect(
            data,
            established=self._machine.can(PoolTrigger.CONNECT),
            pool_ids=ids,
            counts=(self.min_runspaces, self.max_runspaces),
        )
        self._connecting = found
        request = found.request
        return ev.ConnectRequested(
            capability=found.capability, min_runspaces=request.min_runspaces, max_runspaces=request.max_runspaces
        )

    def accept_connect(self) -> tuple[bytes, list[ServerEvent]]:
        """Take the client of the last ``receive_connect``; return the connectResponseXml and what it means for pipelines.

        Every running pipeline's input ends. APPLICATION_PRIVATE_DATA is queued again; unfinished input is forgotten, and
        the new client has to ask for the session key anew.
        """
        if self._connecting is None:
            raise InvalidState("accept_connect without receive_connect")
        self._machine.fire(PoolTrigger.CONNECT)
        found, self._connecting = self._connecting, None
        self.version = found.version
        self._raw_pool_id = found.raw_pool_id
        self._incoming.clear()
        self._keys.shared = False
        self._key_asked = False
        response = Fragmenter(self._ids, SERVER_FRAGMENT_SIZE)
        for message in (
            m.SessionCapability(protocol_version=Version(*self.version)),
            m.RunspacePoolInitData(min_runspaces=self.min_runspaces, max_runspaces=self.max_runspaces),
        ):
            header = m.HEADER.pack(self._peer, message.type, self._raw_pool_id, m.NO_ID)
            response.add(header + self._body_prefix + m.encode_body(message))
        data = response.take(2 * SERVER_FRAGMENT_SIZE)
        self._post(m.ApplicationPrivateData(self.application_private_data))
        if self._deferred:
            self._ask_for_key()
        return data, self._end_inputs()

    def _end_inputs(self) -> list[ServerEvent]:
        events: list[ServerEvent] = []
        for pipeline in self.pipelines.values():
            if pipeline.spec is not None and not pipeline.input_ended and not pipeline.state.terminal:
                pipeline.input_ended = True
                events.append(ev.InputEnded(pipeline.pipeline_id))
        return events

    def repeat_host_calls(self) -> int:
        """Queue again every call that was taken and never answered, for a client that took over; return how many."""
        repeated = 0
        for key, call in self._calls.items():
            queue = self._outgoing.get((key[0], STDOUT))
            sent = self._call_objects.get(key)
            if sent is not None and not (queue and queue.holds(sent)):
                self._call_objects[key] = self._post_call(key[0], call)
                repeated += 1
        return repeated

    # --- output ---

    def send_output(self, pipeline_id: UUID, value: Any) -> None:
        """Queue an output object. Raises LocalProtocolError for what CLIXML cannot hold."""
        self._live(pipeline_id)
        self._post(m.PipelineOutput(value), pipeline_id, droppable=True)

    def send_record(self, pipeline_id: UUID, record: Record) -> None:
        """Queue a record of any stream but output. INFORMATION_RECORD is left out below protocol 2.3."""
        self._live(pipeline_id)
        if isinstance(record, InformationRecord) and self.version < (2, 3):
            return
        self._post(_RECORD_MESSAGES[type(record)](record), pipeline_id, droppable=True)

    def send_state(self, pipeline_id: UUID, state: PSInvocationState, error: ErrorRecord | None = None) -> None:
        """Move a pipeline and queue the new state; after a terminal one it takes no output any more."""
        pipeline = self._pipeline(pipeline_id)
        trigger = OUTCOME.get(state)
        if trigger is None:
            raise LocalProtocolError(f"pipeline state {state.name} does not travel")
        pipeline.fire(trigger)
        self._post(m.PipelineStateInfo(state=state, error=error), pipeline_id)
        if state.terminal:
            for key in [key for key in self._calls if key[0] == pipeline_id]:
                del self._calls[key]
                self._call_objects.pop(key, None)

    def send_user_event(self, event: m.UserEvent) -> None:
        """Queue a forwarded event on the pool's stream."""
        self._need_open()
        self._post(event)

    def send_availability(self, call_id: int, response: bool | int) -> None:
        """Answer SetMin, SetMax, Reset (bool) or GetAvailable (count)."""
        self._need_open()
        self._post(m.RunspaceAvailability(response=response, call_id=call_id))

    def try_set_runspaces(self, *, minimum: int | None = None, maximum: int | None = None) -> bool:
        """Change the counts if 1 <= min <= max stays true; tell whether it did."""
        low = self.min_runspaces if minimum is None else minimum
        high = self.max_runspaces if maximum is None else maximum
        if not 1 <= low <= high:
            return False
        self.min_runspaces, self.max_runspaces = low, high
        return True

    def host_call(self, pipeline_id: UUID | None, method: HostMethod, args: tuple[Any, ...] = ()) -> int:
        """Queue a host call; return the id its HostResponseReceived will carry, or VOID_CALL for a void method."""
        self._need_open()
        if pipeline_id is not None:
            self._live(pipeline_id)
        call_id = VOID_CALL
        if not method.is_void:
            self._last_call += 1
            call_id = self._last_call
        call = HostCall(call_id=call_id, method=method, args=args)
        sent = self._post_call(pipeline_id, call)
        if call.needs_response:
            self._calls[pipeline_id, call_id] = call
            self._call_objects[pipeline_id, call_id] = sent
        return call_id

    def _post_call(self, pipeline_id: UUID | None, call: HostCall) -> int | None:
        message = m.RunspacePoolHostCall(call) if pipeline_id is None else m.PipelineHostCall(call)
        return self._post(message, pipeline_id)

    def queued(self, pipeline_id: UUID | None = None) -> int:
        """Return how many bytes of output wait, fragment headers counted once per message."""
        return self.pending(pipeline_id)

    def drop_oldest(self, pipeline_id: UUID, size: int) -> int:
        """Give up the oldest outputs and records until ``size`` bytes are free; return the bytes freed.

        Whole messages only, never one of which a part was taken, and never states or host calls.
        """
        queue = self._outgoing.get((pipeline_id, STDOUT))
        return queue.drop_oldest(size) if queue else 0

    def is_done(self, pipeline_id: UUID) -> bool:
        """Tell whether the pipeline is over and all of its output was taken."""
        pipeline = self.pipelines.get(pipeline_id)
        if pipeline is None:
            return True
        return pipeline.state.terminal and not self.pending(pipeline_id) and pipeline_id not in self._deferred

    def _need_open(self) -> None:
        if self.state is not RunspacePoolState.OPENED:
            raise InvalidState(f"the pool is {self.state.name}, not OPENED")

    def _pipeline(self, pipeline_id: UUID) -> ServerPipeline:
        pipeline = self.pipelines.get(pipeline_id)
        if pipeline is None:
            raise LocalProtocolError(f"pipeline {pipeline_id} is not one of this pool")
        return pipeline

    def _live(self, pipeline_id: UUID) -> ServerPipeline:
        pipeline = self._pipeline(pipeline_id)
        if pipeline.state.terminal:
            raise InvalidState(f"pipeline {pipeline_id} is {pipeline.state.name}")
        return pipeline

    # --- pipelines ---

    def add_pipeline(self, pipeline_id: UUID) -> ServerPipeline:
        """Make room for a pipeline whose messages come next (Command). Raises LocalProtocolError when it exists."""
        self._need_open()
        if pipeline_id in self.pipelines:
            raise LocalProtocolError(f"pipeline {pipeline_id} exists")
        self._raw_ids[pipeline_id] = pipeline_id.bytes_le
        pipeline = self.pipelines[pipeline_id] = ServerPipeline(pipeline_id)
        return pipeline

    def stop_pipeline(self, pipeline_id: UUID) -> list[ServerEvent]:
        """The client said stop (Signal). Nothing for a pipeline that is over or stops already."""
        pipeline = self.pipelines.get(pipeline_id)
        stoppable = pipeline is not None and pipeline.can(PipelineTrigger.STOP)
        if pipeline is None or not stoppable or pipeline.state is PSInvocationState.STOPPING:
            return []
        pipeline.fire(PipelineTrigger.STOP)
        return [ev.StopRequested(pipeline_id)]

    def remove_pipeline(self, pipeline_id: UUID) -> None:
        """Forget a pipeline, its output and its open host calls; its id may be used again."""
        self.pipelines.pop(pipeline_id, None)
        self._forget_pipeline(pipeline_id)
        for key in [key for key in self._calls if key[0] == pipeline_id]:
            del self._calls[key]
            self._call_objects.pop(key, None)

    # --- receiving ---

    def receive(self, data: bytes, pipeline_id: UUID | None = None, stream: str = STDIN) -> list[ServerEvent]:
        """Take bytes of one input stream (``stdin`` or ``pr``); return what they mean.

        Raises RemoteProtocolError for what the protocol forbids, LocalProtocolError for a pipeline that was never added.
        """
        if pipeline_id is not None:
            self._pipeline(pipeline_id)
        events: list[ServerEvent] = []
        for kind, rpid, pid, body in self._messages(data, pipeline_id, stream):
            message = m.decode_body(kind, body, self._keys.key)
            if kind is _K.CREATE_PIPELINE or kind is _K.GET_COMMAND_METADATA or is_pipeline_level(kind):
                self._pipeline_message(message, self._owner(pipeline_id, pid), pid, events)
            else:
                self._pool_message(message, rpid, events)
        return events

    def _owner(self, pipeline_id: UUID | None, raw_pid: bytes) -> UUID:
        if pipeline_id is not None:
            return pipeline_id
        for known, raw in self._raw_ids.items():
            if raw == raw_pid:
                return known
        return UUID(bytes_le=raw_pid)

    def _pipeline_message(self, message: m.Message, pipeline_id: UUID, raw_pid: bytes, events: list[ServerEvent]) -> None:
        pipeline = self.pipelines.get(pipeline_id)
        if pipeline is None:
            if isinstance(message, m.PipelineHostResponse):
                return  # the pipeline ended while its answer was on the way
            raise RemoteProtocolError(f"{message.type.name} for pipeline {pipeline_id}, which is not one of this pool")
        match message:
            case m.CreatePipeline(spec):
                self._start(pipeline, spec, raw_pid)
                events.append(ev.PipelineCreateRequested(pipeline_id=pipeline_id, spec=spec))
            case m.GetCommandMetadata(spec):
                self._start(pipeline, spec, raw_pid)
                events.append(ev.CommandMetadataRequested(pipeline_id=pipeline_id, spec=spec))
            case m.PipelineHostResponse(response):
                self._answered(pipeline_id, response, events)
            case m.StopPowerShell():
                events += self.stop_pipeline(pipeline_id)
            case m.PipelineInput() | m.EndOfPipelineInput():
                self._input(pipeline, message, events)
            case _:
                raise RemoteProtocolError(f"{message.type.name} is not for a server")

    def _start(self, pipeline: ServerPipeline, spec: Any, raw_pid: bytes) -> None:
        if pipeline.spec is not None or not pipeline.can(PipelineTrigger.RUN):
            raise RemoteProtocolError(f"pipeline {pipeline.pipeline_id} was created before")
        pipeline.start(spec)
        self._raw_ids[pipeline.pipeline_id] = raw_pid

    def _input(
        self, pipeline: ServerPipeline, message: m.PipelineInput | m.EndOfPipelineInput, events: list[ServerEvent]
    ) -> None:
        if pipeline.spec is None:
            raise RemoteProtocolError(f"input came before pipeline {pipeline.pipeline_id} was created")
        if pipeline.input_ended or pipeline.state.terminal:
            return
        if isinstance(message, m.PipelineInput):
            events.append(ev.InputReceived(pipeline_id=pipeline.pipeline_id, value=message.value))
        else:
            pipeline.input_ended = True
            events.append(ev.InputEnded(pipeline.pipeline_id))

    def _answered(self, pipeline_id: UUID | None, response: Any, events: list[ServerEvent]) -> None:
        call = self._calls.pop((pipeline_id, response.call_id), None)
        self._call_objects.pop((pipeline_id, response.call_id), None)
        if call is None:
            return  # answered before, or by the client that was here before
        if call.method is not response.method:
            raise RemoteProtocolError(f"call {response.call_id} is {call.method.name}, answered as {response.method.name}")
        events.append(ev.HostResponseReceived(pipeline_id=pipeline_id, call=call, response=response))

    def _pool_message(self, message: m.Message, rpid: bytes, events: list[ServerEvent]) -> None:
        match message:
            case m.SessionCapability():
                self._on_capability(message)
            case m.InitRunspacePool():
                events += self._on_init(message, rpid)
            case m.PublicKey(key):
                self._on_public_key(key, events)
            case m.SetMinRunspaces(count=count, call_id=call_id):
                events.append(ev.SetMinRunspacesRequested(count=count, call_id=call_id))
            case m.SetMaxRunspaces(count=count, call_id=call_id):
                events.append(ev.SetMaxRunspacesRequested(count=count, call_id=call_id))
            case m.GetAvailableRunspaces(call_id):
                events.append(ev.AvailableRunspacesRequested(call_id))
            case m.ResetRunspaceState(call_id):
                events.append(ev.ResetRunspaceStateRequested(call_id))
            case m.RunspacePoolHostResponse(response):
                self._answered(None, response, events)
            case m.CloseSession():
                events.append(ev.PoolCloseRequested())
            case _:
                raise RemoteProtocolError(f"{message.type.name} is not for a server's stream")

    def _on_capability(self, message: m.SessionCapability) -> None:
        if self._capability is not None:
            raise RemoteProtocolError("SESSION_CAPABILITY came twice")
        self._capability = message
        try:
            self.version = negotiate(message)
        except PSRPError as error:
            record = ErrorRecord.of(str(error), "PSRemotingProtocolVersion", ErrorCategory.PROTOCOL_ERROR)
            self.send_pool_state(RunspacePoolState.BROKEN, record)
            raise
        self._post(m.SessionCapability(protocol_version=Version(*self.version)))  # its RPID is zero: none is known yet

    def _on_init(self, message: m.InitRunspacePool, rpid: bytes) -> list[ServerEvent]:
        if self._capability is None:
            raise RemoteProtocolError("INIT_RUNSPACEPOOL came before SESSION_CAPABILITY")
        if not self._machine.can(PoolTrigger.OPEN):
            raise RemoteProtocolError("INIT_RUNSPACEPOOL came twice")
        if not 1 <= message.min_runspaces <= message.max_runspaces:
            raise RemoteProtocolError(f"{message.min_runspaces} to {message.max_runspaces} runspaces make no pool")
        self._machine.fire(PoolTrigger.OPEN)
        self._raw_pool_id = rpid
        if self.pool_id is None:
            self.pool_id = UUID(bytes_le=rpid)
        self.min_runspaces, self.max_runspaces = message.min_runspaces, message.max_runspaces
        return [ev.PoolOpenRequested(capability=self._capability, init=message)]

    def _on_public_key(self, public_key: str, events: list[ServerEvent]) -> None:
        key = self._keys.key or self._new_key()
        sealed = m.EncryptedSessionKey(key.seal(public_key))
        header_id, self._raw_pool_id = self._raw_pool_id, m.NO_ID  # this message travels with a zero RPID
        try:
            self._post_body(_K.ENCRYPTED_SESSION_KEY, m.encode_body(sealed), None, STDOUT)
        finally:
            self._raw_pool_id = header_id
        self._keys.key = key
        self._keys.shared = True
        self._key_asked = False
        self._flush_deferred()
        events.append(ev.KeyExchanged())

    def _ask_for_key(self) -> None:
        if not self._key_asked:
            self._key_asked = True
            self._post_body(_K.PUBLIC_KEY_REQUEST, m.encode_body(m.PublicKeyRequest()), None, STDOUT)
