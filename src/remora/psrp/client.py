"""The client's runspace pool: calls in, bytes out; bytes in, events out (MS-PSRP 3.1). No socket, clock or task."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from remora.errors import InvalidState, LocalProtocolError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.client_inbox import ClientInbox
from remora.psrp.events import Event
from remora.psrp.hostcalls import HostResponse
from remora.psrp.pipeline import ClientPipeline
from remora.psrp.pool import PRIORITY, STDIN
from remora.psrp.spec import (
    CommandMetadataSpec,
    CommandSpec,
    Merges,
    PipelineResultType,
    PipelineSpec,
    RemoteStreamOptions,
)
from remora.psrp.states import PipelineTrigger, PSInvocationState, RunspacePoolState
from remora.values import ErrorRecord

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


class ClientPool(ClientInbox):
    """One runspace pool as its client sees it.

    Bytes for the server wait in streams: ``take(pipeline_id or None, limit, "stdin" or "pr")``. Bytes from the server
    go to ``receive``. application_arguments: what the server shows as $PSSenderInfo.ApplicationArguments, primitive
    values only.
    max_object_size, max_data_per_command: bytes accepted; None: unlimited. A method called in a wrong state raises
    InvalidState and changes nothing.
    """

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

    # --- pipelines ---

    def create_pipeline(self, spec: PipelineSpec, pipeline_id: UUID) -> ClientPipeline:
        """Queue CREATE_PIPELINE on the new pipeline's stream.

        When it holds a secure string and no key was exchanged, PUBLIC_KEY is queued on the pool's stream, and the
        pipeline's stream stays empty until KeyExchanged.
        """
        pipeline = self._new_pipeline(spec, pipeline_id)
        if any(command.parameters for statement in spec.statements for command in statement):
            self._post(m.CreatePipeline(spec), pipeline_id)  # may have to wait for the session key
        else:
            body = self._bodies.encode(spec, self.version, self._keys)
            self._post_body(m.MessageType.CREATE_PIPELINE, body, pipeline_id, STDIN)
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
        return ClientPipeline(pipeline_id, spec, self._post, takes_bytes=self.takes_bytes)

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

    # --- host calls ---

    def respond(self, call: ev.HostCallReceived, value: Any = None, *, error: ErrorRecord | None = None) -> None:
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
