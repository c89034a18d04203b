"""What a client makes of the messages of a server (MS-PSRP 3.1.5.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from remora.errors import LocalProtocolError, RemoteProtocolError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.client_life import ClientLife
from remora.psrp.crypto import KeyMissing
from remora.psrp.events import Event
from remora.psrp.fragments import Defragmenter
from remora.psrp.hostcalls import HostCall
from remora.psrp.pipeline import ClientPipeline
from remora.psrp.pool import is_pipeline_level
from remora.psrp.states import OUTCOME, PoolTrigger, PSInvocationState, RunspacePoolState
from remora.values import ErrorCategory, ErrorRecord

_STATE_BODIES: Final = {m.encode_body(m.PipelineStateInfo(state=state)): state for state in PSInvocationState}
_K = m.MessageType


class ClientInbox(ClientLife):
    """The receiving half of a client's pool; ClientPool is what callers use."""

    def receive(self, data: bytes, pipeline_id: UUID | None = None) -> list[Event]:
        """Take bytes of one stdout stream; return what they mean. Raises RemoteProtocolError; the pool is then broken.

        A secret asks for the session key; what a pipeline sends from there on is told when the key is there.

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
        unread = self._unread.get(pipeline_id)
        if unread is not None:
            unread.append((kind, body))
            return
        try:
            self._read(kind, body, pipeline, events)
        except KeyMissing:
            self._unread[pipeline_id] = [(kind, body)]
            self._ask_for_key()

    def _read(self, kind: m.MessageType, body: bytes, pipeline: ClientPipeline, events: list[Event]) -> None:
        """Tell what a pipeline's message means. Raises KeyMissing when a secret is in it that cannot be opened yet."""
        pipeline_id = pipeline.pipeline_id
        if kind is _K.PIPELINE_BYTES:
            events.append(ev.PipelineOutput(pipeline_id=pipeline_id, value=body))
            return
        if body.startswith(m.BOM):
            body = body[3:]
        if kind is _K.PIPELINE_OUTPUT:
            value = m.load_body(body, self._keys)
            events.append(ev.PipelineOutput(pipeline_id=pipeline_id, value=value))
        elif kind is _K.PIPELINE_STATE:
            known = _STATE_BODIES.get(body)
            if known is not None:
                events += self._finish(pipeline, known, None)
            else:
                info = m.decode_body(kind, body, self._keys)
                assert isinstance(info, m.PipelineStateInfo)
                events += self._finish(pipeline, info.state, info.error)
        else:
            self._rare_message(m.decode_body(kind, body, self._keys), pipeline_id, events)

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

    def _finish(self, pipeline: ClientPipeline, state: PSInvocationState, error: ErrorRecord | None) -> list[Event]:
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
        unread, self._unread = self._unread, {}
        for pipeline_id, messages in unread.items():
            for kind, body in messages:
                self._pipeline_message(kind, body, pipeline_id, events)


_POOL_HANDLERS: Final[dict[m.MessageType, Callable[[ClientInbox, Any, list[Event]], None]]] = {
    _K.SESSION_CAPABILITY: ClientInbox._on_capability,
    _K.APPLICATION_PRIVATE_DATA: ClientInbox._on_private_data,
    _K.RUNSPACEPOOL_INIT_DATA: ClientInbox._on_init_data,
    _K.RUNSPACEPOOL_STATE: ClientInbox._on_state,
    _K.RUNSPACE_AVAILABILITY: ClientInbox._on_availability,
    _K.RUNSPACEPOOL_HOST_CALL: ClientInbox._on_host_call,
    _K.USER_EVENT: ClientInbox._on_user_event,
    _K.PUBLIC_KEY_REQUEST: ClientInbox._on_key_request,
    _K.ENCRYPTED_SESSION_KEY: ClientInbox._on_session_key,
}
