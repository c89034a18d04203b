"""What the pools tell their callers: frozen values, one class per thing that can happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from remora.psrp.hostcalls import HostCall, HostResponse
from remora.psrp.message_types import InitRunspacePool, SessionCapability, UserEvent
from remora.psrp.spec import CommandMetadataSpec, PipelineSpec
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import (
    DebugRecord,
    ErrorRecord,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    WarningRecord,
)

Record: TypeAlias = ErrorRecord | WarningRecord | VerboseRecord | DebugRecord | InformationRecord | ProgressRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolStateChanged:
    """The pool is in a new state; error: why it broke or closed."""

    state: RunspacePoolState
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True)
class ApplicationPrivateDataReceived:
    """What the server tells about itself."""

    data: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineOutput:
    pipeline_id: UUID
    value: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRecord:
    """A record of the error, warning, verbose, debug, information or progress stream."""

    pipeline_id: UUID
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStateChanged:
    """error: the terminating error of FAILED, PipelineStoppedException of STOPPED."""

    pipeline_id: UUID
    state: PSInvocationState
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCallReceived:
    """pipeline_id None: a call of the pool itself. To be answered when call.needs_response."""

    pipeline_id: UUID | None
    call: HostCall


@dataclass(frozen=True, slots=True, kw_only=True)
class RunspaceAvailability:
    """Answer to set_min, set_max and reset (bool) or get_available (count)."""

    call_id: int
    response: bool | int


@dataclass(frozen=True, slots=True)
class KeyExchanged:
    """The session key is there; what waited for it is queued now."""


@dataclass(frozen=True, slots=True)
class UserEventReceived:
    """An event the remote runspace forwarded."""

    event: UserEvent


Event: TypeAlias = (
    PoolStateChanged
    | ApplicationPrivateDataReceived
    | PipelineOutput
    | PipelineRecord
    | PipelineStateChanged
    | HostCallReceived
    | RunspaceAvailability
    | KeyExchanged
    | UserEventReceived
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOpenRequested:
    """A client opens the pool: accept_open or refuse_open answers."""

    capability: SessionCapability
    init: InitRunspacePool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectRequested:
    """Another client takes the pool over: accept_connect answers. The counts are None when it asked for none."""

    capability: SessionCapability
    min_runspaces: int | None
    max_runspaces: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineCreateRequested:
    pipeline_id: UUID
    spec: PipelineSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandMetadataRequested:
    """Answered as a pipeline: outputs, then a terminal state."""

    pipeline_id: UUID
    spec: CommandMetadataSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class InputReceived:
    pipeline_id: UUID
    value: Any


@dataclass(frozen=True, slots=True)
class InputEnded:
    pipeline_id: UUID


@dataclass(frozen=True, slots=True)
class StopRequested:
    pipeline_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class HostResponseReceived:
    """The answer to a host call of this server; call is the one it answers."""

    pipeline_id: UUID | None
    call: HostCall
    response: HostResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMinRunspacesRequested:
    """Answered by send_availability."""

    count: int
    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMaxRunspacesRequested:
    """Answered by send_availability."""

    count: int
    call_id: int


@dataclass(frozen=True, slots=True)
class AvailableRunspacesRequested:
    """Answered by send_availability."""

    call_id: int


@dataclass(frozen=True, slots=True)
class ResetRunspaceStateRequested:
    """Answered by send_availability with a bool."""

    call_id: int


@dataclass(frozen=True, slots=True)
class PoolCloseRequested:
    """The client is done with the pool (out-of-process transport)."""


ServerEvent: TypeAlias = (
    PoolOpenRequested
    | ConnectRequested
    | PipelineCreateRequested
    | CommandMetadataRequested
    | InputReceived
    | InputEnded
    | StopRequested
    | HostResponseReceived
    | SetMinRunspacesRequested
    | SetMaxRunspacesRequested
    | AvailableRunspacesRequested
    | ResetRunspaceStateRequested
    | KeyExchanged
    | PoolCloseRequested
)
