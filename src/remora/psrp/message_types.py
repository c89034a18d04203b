"""One frozen value for each PSRP message (MS-PSRP 2.2.2); names are the specification's."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, ClassVar, TypeAlias
from uuid import UUID

from remora.psrp.hostcalls import HostCall, HostResponse
from remora.psrp.spec import ApartmentState, CommandMetadataSpec, PipelineSpec, PSThreadOptions
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import (
    DebugRecord,
    ErrorRecord,
    HostInfo,
    InformationRecord,
    ProgressRecord,
    VerboseRecord,
    Version,
    WarningRecord,
)


class Destination(IntEnum):
    """Who a message is for."""

    CLIENT = 1
    SERVER = 2


class MessageType(IntEnum):
    """The type word of the message header."""

    SESSION_CAPABILITY = 0x00010002
    CLOSE_SESSION = 0x00010003
    INIT_RUNSPACEPOOL = 0x00010004
    PUBLIC_KEY = 0x00010005
    ENCRYPTED_SESSION_KEY = 0x00010006
    PUBLIC_KEY_REQUEST = 0x00010007
    CONNECT_RUNSPACEPOOL = 0x00010008
    SET_MAX_RUNSPACES = 0x00021002
    SET_MIN_RUNSPACES = 0x00021003
    RUNSPACE_AVAILABILITY = 0x00021004
    RUNSPACEPOOL_STATE = 0x00021005
    CREATE_PIPELINE = 0x00021006
    GET_AVAILABLE_RUNSPACES = 0x00021007
    USER_EVENT = 0x00021008
    APPLICATION_PRIVATE_DATA = 0x00021009
    GET_COMMAND_METADATA = 0x0002100A
    RUNSPACEPOOL_INIT_DATA = 0x0002100B
    RESET_RUNSPACE_STATE = 0x0002100C
    RUNSPACEPOOL_HOST_CALL = 0x00021100
    RUNSPACEPOOL_HOST_RESPONSE = 0x00021101
    PIPELINE_INPUT = 0x00041002
    END_OF_PIPELINE_INPUT = 0x00041003
    PIPELINE_OUTPUT = 0x00041004
    ERROR_RECORD = 0x00041005
    PIPELINE_STATE = 0x00041006
    DEBUG_RECORD = 0x00041007
    VERBOSE_RECORD = 0x00041008
    WARNING_RECORD = 0x00041009
    PROGRESS_RECORD = 0x00041010
    INFORMATION_RECORD = 0x00041011
    STOP_POWERSHELL = 0x00041012
    PIPELINE_HOST_CALL = 0x00041100
    PIPELINE_HOST_RESPONSE = 0x00041101
    PIPELINE_BYTES = 0x000410FE
    """Between two remoras that agreed on it: a byte[] as it is, in place of the CLIXML of input or output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCapability:
    """Versions one side speaks. time_zone: the client's, a serialised .NET object, opaque."""

    type: ClassVar[MessageType] = MessageType.SESSION_CAPABILITY
    protocol_version: Version
    ps_version: Version = field(default_factory=lambda: Version(2, 0))
    serialization_version: Version = field(default_factory=lambda: Version(1, 1, 0, 1))
    time_zone: bytes | None = None


@dataclass(frozen=True, slots=True)
class CloseSession:
    """Defined, never sent over WS-Management."""

    type: ClassVar[MessageType] = MessageType.CLOSE_SESSION


@dataclass(frozen=True, slots=True, kw_only=True)
class InitRunspacePool:
    """What the client wants the new pool to be."""

    type: ClassVar[MessageType] = MessageType.INIT_RUNSPACEPOOL
    min_runspaces: int
    max_runspaces: int
    thread_options: PSThreadOptions = PSThreadOptions.DEFAULT
    apartment_state: ApartmentState = ApartmentState.UNKNOWN
    host_info: HostInfo
    application_arguments: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The client's RSA key, base64 of a PUBLICKEYBLOB."""

    type: ClassVar[MessageType] = MessageType.PUBLIC_KEY
    key: str


@dataclass(frozen=True, slots=True)
class EncryptedSessionKey:
    """The session key for the client's RSA key, base64 of a SIMPLEBLOB."""

    type: ClassVar[MessageType] = MessageType.ENCRYPTED_SESSION_KEY
    key: str


@dataclass(frozen=True, slots=True)
class PublicKeyRequest:
    """The server has a secure string to send and no key."""

    type: ClassVar[MessageType] = MessageType.PUBLIC_KEY_REQUEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectRunspacePool:
    """Another client takes the pool over; the counts are only checked, None leaves them."""

    type: ClassVar[MessageType] = MessageType.CONNECT_RUNSPACEPOOL
    min_runspaces: int | None = None
    max_runspaces: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunspacePoolInitData:
    """Answer to ConnectRunspacePool."""

    type: ClassVar[MessageType] = MessageType.RUNSPACEPOOL_INIT_DATA
    min_runspaces: int
    max_runspaces: int


@dataclass(frozen=True, slots=True)
class ResetRunspaceState:
    """Clear the variables of the runspace (2.3)."""

    type: ClassVar[MessageType] = MessageType.RESET_RUNSPACE_STATE
    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMaxRunspaces:
    type: ClassVar[MessageType] = MessageType.SET_MAX_RUNSPACES
    count: int
    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMinRunspaces:
    type: ClassVar[MessageType] = MessageType.SET_MIN_RUNSPACES
    count: int
    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunspaceAvailability:
    """Answer to SetMin, SetMax and Reset (bool) and to GetAvailableRunspaces (count)."""

    type: ClassVar[MessageType] = MessageType.RUNSPACE_AVAILABILITY
    response: bool | int
    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunspacePoolStateInfo:
    """RUNSPACEPOOL_STATE."""

    type: ClassVar[MessageType] = MessageType.RUNSPACEPOOL_STATE
    state: RunspacePoolState
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True)
class CreatePipeline:
    type: ClassVar[MessageType] = MessageType.CREATE_PIPELINE
    spec: PipelineSpec


@dataclass(frozen=True, slots=True)
class GetAvailableRunspaces:
    type: ClassVar[MessageType] = MessageType.GET_AVAILABLE_RUNSPACES
    call_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UserEvent:
    """An event of the remote runspace that was forwarded (Register-EngineEvent -Forward)."""

    type: ClassVar[MessageType] = MessageType.USER_EVENT
    event_identifier: int
    source_identifier: str
    time_generated: datetime.datetime
    sender: Any = None
    source_args: tuple[Any, ...] = ()
    message_data: Any = None
    computer_name: str | None = None
    runspace_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ApplicationPrivateData:
    """What the server tells about itself; PSVersionTable among it."""

    type: ClassVar[MessageType] = MessageType.APPLICATION_PRIVATE_DATA
    data: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class GetCommandMetadata:
    type: ClassVar[MessageType] = MessageType.GET_COMMAND_METADATA
    spec: CommandMetadataSpec


@dataclass(frozen=True, slots=True)
class RunspacePoolHostCall:
    type: ClassVar[MessageType] = MessageType.RUNSPACEPOOL_HOST_CALL
    call: HostCall


@dataclass(frozen=True, slots=True)
class RunspacePoolHostResponse:
    type: ClassVar[MessageType] = MessageType.RUNSPACEPOOL_HOST_RESPONSE
    response: HostResponse


@dataclass(frozen=True, slots=True)
class PipelineInput:
    type: ClassVar[MessageType] = MessageType.PIPELINE_INPUT
    value: Any


@dataclass(frozen=True, slots=True)
class EndOfPipelineInput:
    type: ClassVar[MessageType] = MessageType.END_OF_PIPELINE_INPUT


@dataclass(frozen=True, slots=True)
class PipelineOutput:
    type: ClassVar[MessageType] = MessageType.PIPELINE_OUTPUT
    value: Any


@dataclass(frozen=True, slots=True)
class PipelineBytes:
    """An object that is a byte[], to the server as input, to the client as output. The body is the bytes."""

    type: ClassVar[MessageType] = MessageType.PIPELINE_BYTES
    value: bytes


@dataclass(frozen=True, slots=True)
class ErrorRecordMessage:
    type: ClassVar[MessageType] = MessageType.ERROR_RECORD
    record: ErrorRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStateInfo:
    """PIPELINE_STATE."""

    type: ClassVar[MessageType] = MessageType.PIPELINE_STATE
    state: PSInvocationState
    error: ErrorRecord | None = None


@dataclass(frozen=True, slots=True)
class DebugRecordMessage:
    type: ClassVar[MessageType] = MessageType.DEBUG_RECORD
    record: DebugRecord


@dataclass(frozen=True, slots=True)
class VerboseRecordMessage:
    type: ClassVar[MessageType] = MessageType.VERBOSE_RECORD
    record: VerboseRecord


@dataclass(frozen=True, slots=True)
class WarningRecordMessage:
    type: ClassVar[MessageType] = MessageType.WARNING_RECORD
    record: WarningRecord


@dataclass(frozen=True, slots=True)
class ProgressRecordMessage:
    type: ClassVar[MessageType] = MessageType.PROGRESS_RECORD
    record: ProgressRecord


@dataclass(frozen=True, slots=True)
class InformationRecordMessage:
    type: ClassVar[MessageType] = MessageType.INFORMATION_RECORD
    record: InformationRecord


@dataclass(frozen=True, slots=True)
class StopPowerShell:
    """Stop the pipeline; over WS-Management a Signal says it instead."""

    type: ClassVar[MessageType] = MessageType.STOP_POWERSHELL


@dataclass(frozen=True, slots=True)
class PipelineHostCall:
    type: ClassVar[MessageType] = MessageType.PIPELINE_HOST_CALL
    call: HostCall


@dataclass(frozen=True, slots=True)
class PipelineHostResponse:
    type: ClassVar[MessageType] = MessageType.PIPELINE_HOST_RESPONSE
    response: HostResponse


RecordMessage: TypeAlias = (
    ErrorRecordMessage
    | DebugRecordMessage
    | VerboseRecordMessage
    | WarningRecordMessage
    | ProgressRecordMessage
    | InformationRecordMessage
)
Message: TypeAlias = (
    SessionCapability
    | CloseSession
    | InitRunspacePool
    | PublicKey
    | EncryptedSessionKey
    | PublicKeyRequest
    | ConnectRunspacePool
    | RunspacePoolInitData
    | ResetRunspaceState
    | SetMaxRunspaces
    | SetMinRunspaces
    | RunspaceAvailability
    | RunspacePoolStateInfo
    | CreatePipeline
    | GetAvailableRunspaces
    | UserEvent
    | ApplicationPrivateData
    | GetCommandMetadata
    | RunspacePoolHostCall
    | RunspacePoolHostResponse
    | PipelineInput
    | EndOfPipelineInput
    | PipelineOutput
    | PipelineBytes
    | RecordMessage
    | PipelineStateInfo
    | StopPowerShell
    | PipelineHostCall
    | PipelineHostResponse
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message with its header. pipeline_id None: pool level (a zero PID)."""

    destination: Destination
    message: Message
    pool_id: UUID
    pipeline_id: UUID | None = None
