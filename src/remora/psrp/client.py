"""The client's runspace pool: calls in, bytes out; bytes in, events out (MS-PSRP 3.1). No socket, clock or task."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from remora.errors import InvalidState, LocalProtocolError, RemoteProtocolError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.crypto import ExchangeKey
from remora.psrp.events import Event
from remora.psrp.fragments import DEFAULT_MAX_OBJECT_SIZE, Defragmenter
from remora.psrp.hostcalls import HostCall, HostResponse
from remora.psrp.pipeline import ClientPipeline
from remora.psrp.pool import PRIORITY, STDIN, PoolCore, is_pipeline_level
from remora.psrp.skeleton import PipelineBodies
from remora.psrp.spec import (
    ApartmentState,
    CommandMetadataSpec,
    CommandSpec,
    Merges,
    PipelineResultType,
    PipelineSpec,
    PSThreadOptions,
    RemoteStreamOptions,
)
from remora.psrp.states import (
    CLIENT_POOL,
    OUTCOME,
    PipelineTrigger,
    PoolTrigger,
    PSInvocationState,
    RunspacePoolState,
)
from remora.states import Machine
from remora.values import ErrorCategory, ErrorRecord, HostInfo, Version

__all__ = [
    "ClientPipeline",
    "ClientPool",
    "CommandMetadataSpec",
    "CommandSpec",
    "Event",
    "Merges",
    "PipelineResultType",
    "PipelineSpec",
    "RemoteStreamOptions",
]

_STATE_BODIES: Final = {m.encode_body(m.PipelineStateInfo(state=state)): state for state in PSInvocationState}
_MAX_FINISHED: Final = 256
_K = m.MessageType


class ClientPool(PoolCore):
    """One runspace pool as its client sees it.

    Bytes for the server wait in streams: ``take(pipeline_id or None, limit, "stdin" or "pr")``. Bytes from the server go to
    ``receive``. application_arguments: what the server shows as $PSSenderInfo.ApplicationArguments, primitive values only.
    max_object_size, max_data_per_command: bytes accepted; None: unlimited. A method called in a wrong state raises
    InvalidState and changes nothing.
    """

    _peer: ClassVar[m.Destination] = m.Destination.SERVER

    def __init__(
        self,
        pool_id: UUID,
        *,
        host_info: HostInfo | None = None,
        application_arguments: Mapping[str, Any] | None = None,
        min_runspaces: int = 1,
        max_runspaces: int = 1,
        protocol_version: str = "2.3",
        thread_options: PSThreadOptions = PSThreadOptions.DEFAULT,
        apartment_state: ApartmentState = ApartmentState.UNKNOWN,
        max_object_size: int = DEFAULT_MAX_OBJECT_SIZE,
        max_data_per_command: int | None = None,
        new_exchange_key: Callable[[], ExchangeKey] = ExchangeKey,
    ) -> None:
        super().__init__(fragment_size=None, max_object_size=max_object_size, max_data_per_command=max_data_per_command)
        if not 1 <= min_runspaces <= max_runspaces:
            raise LocalProtocolError(f"{min_runspaces} to {max_runspaces} runspaces make no pool")
        self.pool_id = pool_id
        self.host_info = host_info or HostInfo()
        self.application_arguments = application_arguments
        self.application_private_data: Mapping[str, Any] | None = None
        self.min_runspaces = min_runspaces
        self.max_runspaces = max_runspaces
        self.pipelines: dict[UUID, ClientPipeline] = {}
        self.version = _parse_version(protocol_version)
        self._raw_pool_id = pool_id.bytes_le
        self._thread_options = thread_options
        self._apartment_state = apartment_state
        self._machine: Machine[RunspacePoolState, PoolTrigger] = Machine(RunspacePoolState.BEFORE_OPEN, CLIENT_POOL)
        self._bodies = PipelineBodies()
        self._new_exchange_key = new_exchange_key
        self._exchange: ExchangeKey | None = None
        self._connected_late = False
        self._call_id = 0
        self._counts: dict[int, tuple[str, int]] = {}
        self._open_calls: set[tuple[UUID | None, int]] = set()
        self._finished: OrderedDict[UUID, None] = OrderedDict()

    # --- the life of the pool ---

    @property
    def state(self) -> RunspacePoolState:
        return self._machine.state

    def open(self) -> None:
        """Queue SESSION_CAPABILITY and INIT_RUNSPACEPOOL on the pool's stream."""
        self._machine.fire(PoolTrigger.OPEN)
        self._post(self._capability())
        self._post(
            m.InitRunspacePool(
                min_runspaces=self.min_runspaces,
                max_runspaces=self.max_runspaces,
                thread_options=self._thread_options,
                apartment_state=self._apartment_state,
                host_info=self.host_info,
                application_arguments=self.application_arguments,
            )
        )

    def connect(self) -> None:
        """Queue SESSION_CAPABILITY and CONNECT_RUNSPACEPOOL, to take over a pool that another client left."""
        self._machine.fire(PoolTrigger.CONNECT)
        self._connected_late = True
        self._keys.key = None
        self._exchange = None
        for defragmenter in self._incoming.values():
            defragmenter.forget()
        self._outgoing.pop((None, STDIN), None)
        self._post(self._capability())
        self._post(m.ConnectRunspacePool())

    def _capability(self) -> m.SessionCapability:
        return m.SessionCapability(protocol_version=Version(*self.version))

    def disconnect(self) -> list[Event]:
        """Mark that Disconnect is under way."""
        return self._moved(PoolTrigger.DISCONNECT)

    def disconnected(self) -> list[Event]:
        """Mark that the server let go: after Disconnect, or found out later. Pipelines become DISCONNECTED."""
        events = self._moved(PoolTrigger.DISCONNECTED)
        return events + self._move_pipelines(PipelineTrigger.DISCONNECT)

    def reconnect(self) -> list[Event]:
        """Mark that Reconnect is under way; blocks delivered twice will be recognised from now on."""
        events = self._moved(PoolTrigger.RECONNECT)
        self._connected_late = True
        for defragmenter in self._incoming.values():
            defragmenter.remove_duplicates = True
        return events

    def reconnected(self) -> list[Event]:
        """Mark that the server took us back. Pipelines run again; each needs its own Reconnect on the wire."""
        events = self._moved(PoolTrigger.OPENED)
        return events + self._move_pipelines(PipelineTrigger.RECONNECT)

    def refused(self) -> list[Event]:
        """Mark that Disconnect (still OPENED then), Connect or Reconnect (DISCONNECTED then) was refused."""
        leaving = self.state is RunspacePoolState.DISCONNECTING
        return self._moved(PoolTrigger.OPENED if leaving else PoolTrigger.DISCONNECTED)

    def close(self) -> list[Event]:
        """Mark that the pool is being deleted."""
        return self._moved(PoolTrigger.CLOSE)

    def closed(self) -> list[Event]:
        """Mark that the pool is gone; pipelines end as STOPPED."""
        return self._end(PoolTrigger.CLOSED, None)

    def broken(self, error: ErrorRecord | None = None) -> list[Event]:
        """Mark that the conversation cannot go on; pipelines end as FAILED with the same error."""
        return self._end(PoolTrigger.BREAK, error)

    def _moved(self, trigger: PoolTrigger, error: ErrorRecord | None = None) -> list[Event]:
        before = self.state
        after = self._machine.fire(trigger)
        return [] if after is before else [ev.PoolStateChanged(state=after, error=error)]

    def _end(self, trigger: PoolTrigger, error: ErrorRecord | None) -> list[Event]:
        if not self._machine.can(trigger):
            return []
        events = self._moved(trigger, error)
        ending = PipelineTrigger.STOPPED if trigger is PoolTrigger.CLOSED else PipelineTrigger.FAIL
        events += self._move_pipelines(ending, error)
        for pipeline_id in list(self.pipelines):
            self.remove_pipeline(pipeline_id)
        return events

    def _move_pipelines(self, trigger: PipelineTrigger, error: ErrorRecord | None = None) -> list[Event]:
        moving = [pipeline for pipeline in self.pipelines.values() if pipeline.can(trigger)]
        return [
            ev.PipelineStateChanged(pipeline_id=pipeline.pipeline_id, state=pipeline.fire(trigger), error=error)
            for pipeline in moving
        ]

    # --- requests ---

    def set_min_runspaces(self, count: int) -> int:
        """Queue the request and return its call id; RunspaceAvailability answers with a bool."""
        call_id = self._next_call()
        self._counts[call_id] = ("min_runspaces", count)
        self._post(m.SetMinRunspaces(count=count, call_id=call_id))
        return call_id

    def set_max_runspaces(self, count: int) -> int:
        """Queue the request and return its call id; RunspaceAvailability answers with a bool."""
        call_id = self._next_call()
        self._counts[call_id] = ("max_runspaces", count)
        self._post(m.SetMaxRunspaces(count=count, call_id=call_id))
        return call_id

    def get_available_runspaces(self) -> int:
        """Queue the request and return its call id; RunspaceAvailability answers with a count."""
        call_id = self._next_call()
        self._post(m.GetAvailableRunspaces(call_id))
        return call_id

    def reset_runspace_state(self) -> int:
        """Queue the request and return its call id. Raises LocalProtocolError below protocol 2.3."""
        if self.version < (2, 3):
            raise LocalProtocolError("RESET_RUNSPACE_STATE needs protocol 2.3")
        call_id = self._next_call()
        self._post(m.ResetRunspaceState(call_id))
        return call_id

    def _next_call(self) -> int:
        self._need_open()
        self._call_id += 1
        return self._call_id

    def _need_open(self) -> None:
        if self.state is not RunspacePoolState.OPENED:
            raise InvalidState(f"the pool is {self.state.name}, not OPENED")

    def request_key(self) -> None:
        """Queue PUBLIC_KEY unless a key is there or on its way; KeyExchanged tells when it is done."""
        self._need_open()
        if self._keys.key is None:
            self._ask_for_key()

    def _ask_for_key(self) -> None:
        if self._exchange is None:
            self._exchange = self._new_exchange_key()
            key = m.PublicKey(self._exchange.public_key)
            self._post_body(_K.PUBLIC_KEY, m.encode_body(key), None, STDIN)

    # --- pipelines ---

    def create_pipeline(self, spec: PipelineSpec, pipeline_id: UUID) -> ClientPipeline:
        """Queue CREATE_PIPELINE on the new pipeline's stream.

        When it holds a secure string and no key was exchanged, PUBLIC_KEY is queued on the pool's stream and the pipeline's
        stream stays empty until KeyExchanged.
        """
        pipeline = self._new_pipeline(spec, pipeline_id)
        waits = any(value is not None for group in spec.statements for c in group for _, value in c.parameters)
        if waits:
            self._post(m.CreatePipeline(spec), pipeline_id)
        else:
            body = self._bodies.encode(spec, self.version, self._keys)
            self._post_body(_K.CREATE_PIPELINE, body, pipeline_id, STDIN)
        return self._admit(pipeline)

    def get_command_metadata(self, spec: CommandMetadataSpec, pipeline_id: UUID) -> ClientPipeline:
        """Queue GET_COMMAND_METADATA; the answer comes as outputs and a state of this pipeline."""
        pipeline = self._new_pipeline(spec, pipeline_id)
        self._post(m.GetCommandMetadata(spec), pipeline_id)
        return self._admit(pipeline)

    def attach_pipeline(self, pipeline_id: UUID) -> ClientPipeline:
        """Take over a pipeline that another client started; its input has ended. Its stream may begin anywhere."""
        self._need_live()
        known = self.pipelines.get(pipeline_id)
        if known is not None:
            return known
        self._raw_ids[pipeline_id] = pipeline_id.bytes_le
        pipeline = ClientPipeline(pipeline_id, None, self._post)
        pipeline.fire(PipelineTrigger.ATTACH)
        self._finished.pop(pipeline_id, None)
        self.pipelines[pipeline_id] = pipeline
        return pipeline

    def _need_live(self) -> None:
        if self.state not in (RunspacePoolState.OPENED, RunspacePoolState.CONNECTING):
            raise InvalidState(f"the pool is {self.state.name}, not OPENED")

    def _new_pipeline(self, spec: PipelineSpec | CommandMetadataSpec, pipeline_id: UUID) -> ClientPipeline:
        self._need_open()
        if pipeline_id in self.pipelines:
            raise LocalProtocolError(f"pipeline {pipeline_id} exists")
        self._raw_ids[pipeline_id] = pipeline_id.bytes_le
        return ClientPipeline(pipeline_id, spec, self._post)

    def _admit(self, pipeline: ClientPipeline) -> ClientPipeline:
        pipeline.fire(PipelineTrigger.INVOKE)
        self._finished.pop(pipeline.pipeline_id, None)
        self.pipelines[pipeline.pipeline_id] = pipeline
        return pipeline

    def stop_pipeline(self, pipeline_id: UUID) -> list[Event]:
        """Mark that the pipeline was told to stop (Signal, STOP packet); nothing for one that is over."""
        pipeline = self.pipelines.get(pipeline_id)
        if pipeline is None or not pipeline.can(PipelineTrigger.STOP) or pipeline.state is PSInvocationState.STOPPING:
            return []
        return [ev.PipelineStateChanged(pipeline_id=pipeline_id, state=pipeline.fire(PipelineTrigger.STOP))]

    def end_pipeline(self, pipeline_id: UUID, error: ErrorRecord | None = None) -> list[Event]:
        """Mark that the command is gone without a terminal state: FAILED with an error, STOPPED without."""
        pipeline = self.pipelines.get(pipeline_id)
        if pipeline is None:
            return []
        state = PSInvocationState.STOPPED if error is None else PSInvocationState.FAILED
        return self._finish(pipeline, state, error)

    def remove_pipeline(self, pipeline_id: UUID) -> None:
        """Forget a pipeline and what waits for it; late output of it is ignored. Done by itself at a terminal state."""
        self.pipelines.pop(pipeline_id, None)
        self._forget_pipeline(pipeline_id)
        self._open_calls = {call for call in self._open_calls if call[0] != pipeline_id} if self._open_calls else set()
        self._finished[pipeline_id] = None
        if len(self._finished) > _MAX_FINISHED:
            self._finished.popitem(last=False)

    # --- host calls ---

    def respond(
        self, call: ev.HostCallReceived, value: Any = None, *, error: ErrorRecord | None = None
    ) -> None:
        """Queue the answer to a host call on the priority stream; nothing when its pipeline is over.

        Raises LocalProtocolError for a void call, a second answer, or a value that does not fit the method.
        """
        if not call.call.needs_response:
            raise LocalProtocolError(f"{call.call.method.wire_name} is void and must not be answered")
        pipeline_id = call.pipeline_id
        if pipeline_id is not None and pipeline_id not in self.pipelines:
            return
        key = (pipeline_id, call.call.call_id)
        if key not in self._open_calls:
            raise LocalProtocolError(f"host call {call.call.call_id} is not open")
        response = HostResponse(call_id=call.call.call_id, method=call.call.method, value=value, error=error)
        if pipeline_id is None:
            self._post(m.RunspacePoolHostResponse(response), None, PRIORITY)
        else:
            self._post(m.PipelineHostResponse(response), pipeline_id, PRIORITY)
        self._open_calls.discard(key)

    # --- receiving ---

    def receive(self, data: bytes, pipeline_id: UUID | None = None) -> list[Event]:
        """Take bytes of one stdout stream; return what they mean. Raises RemoteProtocolError; the pool is then broken.

        Data of a pipeline that is over is ignored. Raises LocalProtocolError for a pipeline that never was.
        """
        if pipeline_id is not None and pipeline_id not in self.pipelines:
            if pipeline_id in self._finished:
                return []
            raise LocalProtocolError(f"pipeline {pipeline_id} is not one of this pool")
        events: list[Event] = []
        for kind, _, raw_pid, body in self._messages(data, pipeline_id, self._default_stream):
            if is_pipeline_level(kind):
                self._pipeline_message(kind, body, self._owner(pipeline_id, raw_pid), events)
            else:
                handler = _POOL_HANDLERS.get(kind)
                if handler is None:
                    raise RemoteProtocolError(f"{kind.name} is not for a client")
                handler(self, m.decode_body(kind, body, self._keys.key), events)
        return events

    def _new_defragmenter(self, pipeline_id: UUID | None) -> Defragmenter:
        attached = pipeline_id is not None and self.pipelines[pipeline_id].spec is None
        late = self._connected_late
        lenient = late and (attached or pipeline_id is None)
        limit = None if pipeline_id is None else self._max_data
        return Defragmenter(self._max_object_size, max_total=limit, lenient=lenient, remove_duplicates=late)

    def _owner(self, pipeline_id: UUID | None, raw_pid: bytes) -> UUID:
        if pipeline_id is not None:
            return pipeline_id
        return UUID(bytes_le=raw_pid)

    def _pipeline_message(self, kind: m.MessageType, body: bytes, pipeline_id: UUID, events: list[Event]) -> None:
        pipeline = self.pipelines.get(pipeline_id)
        if pipeline is None:
            if pipeline_id not in self._finished:
                raise RemoteProtocolError(f"{kind.name} for pipeline {pipeline_id}, which is not one of this pool")
            return
        if body.startswith(m.BOM):
            body = body[3:]
        if kind is _K.PIPELINE_OUTPUT:
            value = m.load_body(body, self._keys.key)
            events.append(ev.PipelineOutput(pipeline_id=pipeline_id, value=value))
        elif kind is _K.PIPELINE_STATE:
            known = _STATE_BODIES.get(body)
            if known is not None:
                events += self._finish(pipeline, known, None)
            else:
                info = m.decode_body(kind, body, self._keys.key)
                assert isinstance(info, m.PipelineStateInfo)
                events += self._finish(pipeline, info.state, info.error)
        else:
            self._rare_message(m.decode_body(kind, body, self._keys.key), pipeline_id, events)

    def _rare_message(self, message: m.Message, pipeline_id: UUID, events: list[Event]) -> None:
        match message:
            case m.PipelineHostCall(call):
                events.append(self._called(pipeline_id, call))
            case (
                m.ErrorRecordMessage()
                | m.DebugRecordMessage()
                | m.VerboseRecordMessage()
                | m.WarningRecordMessage()
                | m.ProgressRecordMessage()
                | m.InformationRecordMessage()
            ):
                events.append(ev.PipelineRecord(pipeline_id=pipeline_id, record=message.record))
            case _:
                raise RemoteProtocolError(f"{message.type.name} is not for a client")

    def _finish(
        self, pipeline: ClientPipeline, state: PSInvocationState, error: ErrorRecord | None
    ) -> list[Event]:
        trigger = OUTCOME.get(state)
        if trigger is None or not pipeline.can(trigger):
            raise RemoteProtocolError(f"pipeline state {state.name} came while {pipeline.state.name}")
        before = pipeline.state
        after = pipeline.fire(trigger)
        if after.terminal:
            self.remove_pipeline(pipeline.pipeline_id)
        elif after is before:
            return []
        return [ev.PipelineStateChanged(pipeline_id=pipeline.pipeline_id, state=after, error=error)]

    def _called(self, pipeline_id: UUID | None, call: HostCall) -> Event:
        if call.needs_response:
            self._open_calls.add((pipeline_id, call.call_id))
        return ev.HostCallReceived(pipeline_id=pipeline_id, call=call)

    def _on_capability(self, message: m.SessionCapability, events: list[Event]) -> None:
        theirs = message.protocol_version
        if theirs.major != 2 or theirs.minor < 0:
            text = f"the server speaks protocol {theirs}, we speak 2.0 to 2.3"
            events += self.broken(ErrorRecord.of(text, "PSRemotingProtocolVersion", ErrorCategory.PROTOCOL_ERROR))
            return
        self.version = min(self.version, (theirs.major, theirs.minor))

    def _on_private_data(self, message: m.ApplicationPrivateData, events: list[Event]) -> None:
        self.application_private_data = message.data
        events.append(ev.ApplicationPrivateDataReceived(message.data))
        if self.state is RunspacePoolState.CONNECTING:  # no state message is guaranteed after Connect
            events += self._moved(PoolTrigger.OPENED)

    def _on_init_data(self, message: m.RunspacePoolInitData, events: list[Event]) -> None:
        self.min_runspaces, self.max_runspaces = message.min_runspaces, message.max_runspaces

    def _on_state(self, message: m.RunspacePoolStateInfo, events: list[Event]) -> None:
        match message.state:
            case RunspacePoolState.OPENED if self._machine.can(PoolTrigger.OPENED):
                if self.state is not RunspacePoolState.DISCONNECTING:
                    events += self._moved(PoolTrigger.OPENED)
            case RunspacePoolState.BROKEN:
                events += self.broken(message.error)
            case RunspacePoolState.CLOSING if self._machine.can(PoolTrigger.CLOSE):
                events += self._moved(PoolTrigger.CLOSE, message.error)
            case RunspacePoolState.CLOSED:
                events += self._end(PoolTrigger.CLOSED, message.error)
            case RunspacePoolState.OPENED | RunspacePoolState.CLOSING | RunspacePoolState.OPENING:
                pass  # late news of a pool that is further already
            case _:
                raise RemoteProtocolError(f"runspace pool state {message.state.name} does not travel")

    def _on_availability(self, message: m.RunspaceAvailability, events: list[Event]) -> None:
        asked = self._counts.pop(message.call_id, None)
        if asked is not None and message.response is True:
            setattr(self, asked[0], asked[1])
        events.append(ev.RunspaceAvailability(call_id=message.call_id, response=message.response))

    def _on_host_call(self, message: m.RunspacePoolHostCall, events: list[Event]) -> None:
        events.append(self._called(None, message.call))

    def _on_user_event(self, message: m.UserEvent, events: list[Event]) -> None:
        events.append(ev.UserEventReceived(message))

    def _on_key_request(self, message: m.PublicKeyRequest, events: list[Event]) -> None:
        self._ask_for_key()

    def _on_session_key(self, message: m.EncryptedSessionKey, events: list[Event]) -> None:
        if self._exchange is None:
            raise RemoteProtocolError("a session key came that nobody asked for")
        self._keys.key = self._exchange.unseal(message.key)
        self._exchange = None
        self._flush_deferred()
        events.append(ev.KeyExchanged())


_POOL_HANDLERS: Final[dict[m.MessageType, Callable[[ClientPool, Any, list[Event]], None]]] = {
    _K.SESSION_CAPABILITY: ClientPool._on_capability,
    _K.APPLICATION_PRIVATE_DATA: ClientPool._on_private_data,
    _K.RUNSPACEPOOL_INIT_DATA: ClientPool._on_init_data,
    _K.RUNSPACEPOOL_STATE: ClientPool._on_state,
    _K.RUNSPACE_AVAILABILITY: ClientPool._on_availability,
    _K.RUNSPACEPOOL_HOST_CALL: ClientPool._on_host_call,
    _K.USER_EVENT: ClientPool._on_user_event,
    _K.PUBLIC_KEY_REQUEST: ClientPool._on_key_request,
    _K.ENCRYPTED_SESSION_KEY: ClientPool._on_session_key,
}


def _parse_version(text: str) -> tuple[int, int]:
    known = {"2.0": (2, 0), "2.1": (2, 1), "2.2": (2, 2), "2.3": (2, 3)}
    if text not in known:
        raise LocalProtocolError(f"protocol version {text} is not one of {', '.join(known)}")
    return known[text]
