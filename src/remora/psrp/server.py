"""The server's runspace pool: bytes in, events out; calls in, bytes out (MS-PSRP 3.2). No socket, clock or thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from remora.errors import LocalProtocolError
from remora.psrp import messages as m
from remora.psrp.events import Record
from remora.psrp.hostcalls import VOID_CALL, HostCall, HostMethod
from remora.psrp.server_inbox import ServerInbox
from remora.psrp.server_life import STDOUT
from remora.psrp.spec import PipelineSpec, RemoteStreamOptions
from remora.psrp.states import OUTCOME, PSInvocationState
from remora.values import (
    DebugRecord,
    ErrorRecord,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)

_RECORD_MESSAGES: Final[dict[type, Callable[[Any], m.Message]]] = {
    ErrorRecord: m.ErrorRecordMessage,
    WarningRecord: m.WarningRecordMessage,
    VerboseRecord: m.VerboseRecordMessage,
    DebugRecord: m.DebugRecordMessage,
    InformationRecord: m.InformationRecordMessage,
    ProgressRecord: m.ProgressRecordMessage,
}
_INVOCATION_OPTIONS: Final[dict[type, RemoteStreamOptions]] = {
    ErrorRecord: RemoteStreamOptions.ERROR,
    WarningRecord: RemoteStreamOptions.WARNING,
    VerboseRecord: RemoteStreamOptions.VERBOSE,
    DebugRecord: RemoteStreamOptions.DEBUG,
}


class ServerPool(ServerInbox):
    """One runspace pool as its server sees it.

    Output is encoded when it is given and waits, in bytes that ``queued`` counts, until ``take`` cuts it into fragments
    (or ``take_message`` hands it over whole). pool_id None: taken from the client's first message. A method called in a
    wrong state raises InvalidState. Nothing here locks: one thread at a time.
    """

    def send_output(self, pipeline_id: UUID, value: Any) -> None:
        """Queue an output object. Raises LocalProtocolError for what CLIXML cannot hold."""
        spec = self._live(pipeline_id).spec
        plain = type(value) is bytes and isinstance(spec, PipelineSpec) and spec.takes_bytes
        self._post(m.PipelineBytes(value) if plain else m.PipelineOutput(value), pipeline_id, droppable=True)

    def send_record(self, pipeline_id: UUID, record: Record) -> None:
        """Queue a record of any stream but output.

        Invocation information goes along where the pipeline's RemoteStreamOptions ask for it. INFORMATION_RECORD is
        left out below protocol 2.3.
        """
        pipeline = self._live(pipeline_id)
        if isinstance(record, InformationRecord) and self.version < (2, 3):
            return
        if isinstance(record, (ErrorRecord, WarningRecord, VerboseRecord, DebugRecord)):
            spec = pipeline.spec
            asked = spec.stream_options if isinstance(spec, PipelineSpec) else RemoteStreamOptions.NONE
            if record.invocation is not None and not asked & _INVOCATION_OPTIONS[type(record)]:
                record = replace(record, invocation=None)
        self._post(_RECORD_MESSAGES[type(record)](record), pipeline_id, droppable=True)

    def send_state(self, pipeline_id: UUID, state: PSInvocationState, error: ErrorRecord | None = None) -> None:
        """Move a pipeline and queue the new state; after a terminal one it takes no output any more."""
        pipeline = self._pipeline(pipeline_id)
        trigger = OUTCOME.get(state)
        if trigger is None:
            raise LocalProtocolError(f"pipeline state {state.name} does not travel")
        if pipeline.can(trigger):
            self._post(m.PipelineStateInfo(state=state, error=error), pipeline_id)
        pipeline.fire(trigger)
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
