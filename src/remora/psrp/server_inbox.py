"""What a server makes of the messages of a client (MS-PSRP 3.2.5.4)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from remora.errors import PSRPError, RemoteProtocolError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.events import ServerEvent
from remora.psrp.negotiation import negotiate
from remora.psrp.pipeline import ServerPipeline
from remora.psrp.pool import STDIN, is_pipeline_level
from remora.psrp.server_life import STDOUT, ServerLife
from remora.psrp.states import PipelineTrigger, PoolTrigger, RunspacePoolState
from remora.values import ErrorCategory, ErrorRecord, Version

_K = m.MessageType


class ServerInbox(ServerLife):
    """The receiving half of a server's pool; ServerPool is what callers use."""

    def receive(self, data: bytes, pipeline_id: UUID | None = None, stream: str = STDIN) -> list[ServerEvent]:
        """Take bytes of one input stream (``stdin`` or ``pr``); return what they mean.

        Raises RemoteProtocolError for what the protocol forbids, PSRPError when versions do not fit (the pool is BROKEN
        then), LocalProtocolError for a pipeline that was never added.
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

    def _pipeline_message(
        self, message: m.Message, pipeline_id: UUID, raw_pid: bytes, events: list[ServerEvent]
    ) -> None:
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
            case m.PipelineInput() | m.PipelineBytes() | m.EndOfPipelineInput():
                self._input(pipeline, message, events)
            case _:
                raise RemoteProtocolError(f"{message.type.name} is not for a server")

    def _start(self, pipeline: ServerPipeline, spec: Any, raw_pid: bytes) -> None:
        if pipeline.spec is not None or not pipeline.can(PipelineTrigger.RUN):
            raise RemoteProtocolError(f"pipeline {pipeline.pipeline_id} was created before")
        pipeline.start(spec)
        self._raw_ids[pipeline.pipeline_id] = raw_pid

    def _input(
        self,
        pipeline: ServerPipeline,
        message: m.PipelineInput | m.PipelineBytes | m.EndOfPipelineInput,
        events: list[ServerEvent],
    ) -> None:
        if pipeline.spec is None:
            raise RemoteProtocolError(f"input came before pipeline {pipeline.pipeline_id} was created")
        if pipeline.input_ended or pipeline.state.terminal:
            return
        if isinstance(message, (m.PipelineInput, m.PipelineBytes)):
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
            raise RemoteProtocolError(
                f"call {response.call_id} is {call.method.name}, answered as {response.method.name}"
            )
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
            self._agree(negotiate(message))
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
        self._key_asked = False
        self._flush_deferred()
        events.append(ev.KeyExchanged())
