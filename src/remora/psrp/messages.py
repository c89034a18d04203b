"""Messages: a 40-byte little-endian header and a CLIXML body (MS-PSRP 2.2.1)."""

from __future__ import annotations

from struct import Struct
from typing import Any, Final
from uuid import UUID

from remora.errors import RemoteProtocolError
from remora.psrp import bodies, clixml
from remora.psrp.crypto import KeyRing, SessionKey
from remora.psrp.message_types import (
    ApplicationPrivateData,
    CloseSession,
    ConnectRunspacePool,
    CreatePipeline,
    DebugRecordMessage,
    Destination,
    EncryptedSessionKey,
    EndOfPipelineInput,
    Envelope,
    ErrorRecordMessage,
    GetAvailableRunspaces,
    GetCommandMetadata,
    InformationRecordMessage,
    InitRunspacePool,
    Message,
    MessageType,
    PipelineBytes,
    PipelineHostCall,
    PipelineHostResponse,
    PipelineInput,
    PipelineOutput,
    PipelineStateInfo,
    ProgressRecordMessage,
    PublicKey,
    PublicKeyRequest,
    RecordMessage,
    ResetRunspaceState,
    RunspaceAvailability,
    RunspacePoolHostCall,
    RunspacePoolHostResponse,
    RunspacePoolInitData,
    RunspacePoolStateInfo,
    SessionCapability,
    SetMaxRunspaces,
    SetMinRunspaces,
    StopPowerShell,
    UserEvent,
    VerboseRecordMessage,
    WarningRecordMessage,
)

__all__ = [
    "HEADER",
    "HEADER_SIZE",
    "NO_ID",
    "ApplicationPrivateData",
    "CloseSession",
    "ConnectRunspacePool",
    "CreatePipeline",
    "DebugRecordMessage",
    "Destination",
    "EncryptedSessionKey",
    "EndOfPipelineInput",
    "Envelope",
    "ErrorRecordMessage",
    "GetAvailableRunspaces",
    "GetCommandMetadata",
    "InformationRecordMessage",
    "InitRunspacePool",
    "Message",
    "MessageType",
    "PipelineBytes",
    "PipelineHostCall",
    "PipelineHostResponse",
    "PipelineInput",
    "PipelineOutput",
    "PipelineStateInfo",
    "ProgressRecordMessage",
    "PublicKey",
    "PublicKeyRequest",
    "RecordMessage",
    "ResetRunspaceState",
    "RunspaceAvailability",
    "RunspacePoolHostCall",
    "RunspacePoolHostResponse",
    "RunspacePoolInitData",
    "RunspacePoolStateInfo",
    "SessionCapability",
    "SetMaxRunspaces",
    "SetMinRunspaces",
    "StopPowerShell",
    "UserEvent",
    "VerboseRecordMessage",
    "WarningRecordMessage",
    "decode",
    "decode_body",
    "encode",
    "encode_body",
    "parse_header",
]

HEADER: Final = Struct("<II16s16s")
HEADER_SIZE: Final = HEADER.size
NO_ID: Final = bytes(16)
BOM: Final = b"\xef\xbb\xbf"
CURRENT: Final = (2, 3)
"""The newest protocol version this code writes."""
_TYPES: Final = {int(kind): kind for kind in MessageType}


def encode(
    message: Message,
    destination: Destination,
    pool_id: UUID | None,
    pipeline_id: UUID | None = None,
    cipher: SessionKey | KeyRing | None = None,
    *,
    version: tuple[int, int] = CURRENT,
) -> bytes:
    """Return the bytes of one message; a None id is written as zeros.

    cipher: for the secure strings in it. version: the negotiated protocol version, which decides the form of some
    bodies. Raises KeyMissing when a secure string is in it and the key ring is empty, LocalProtocolError for what
    cannot be written.
    """
    rpid = NO_ID if pool_id is None else pool_id.bytes_le
    pid = NO_ID if pipeline_id is None else pipeline_id.bytes_le
    return HEADER.pack(destination, message.type, rpid, pid) + encode_body(message, cipher, version)


def encode_body(
    message: Message, cipher: SessionKey | KeyRing | None = None, version: tuple[int, int] = CURRENT
) -> bytes:
    """Return the body alone, without a byte order mark; empty for END_OF_PIPELINE_INPUT."""
    if type(message) is EndOfPipelineInput:
        return b""
    if type(message) is PipelineBytes:
        return message.value
    return clixml.dumps(bodies.to_value(message, version), cipher=cipher)


def parse_header(blob: bytes) -> tuple[int, MessageType, bytes, bytes]:
    """Return destination, type and the raw RPID and PID. Raises RemoteProtocolError for an impossible header."""
    if len(blob) < HEADER_SIZE:
        raise RemoteProtocolError(f"message of {len(blob)} bytes has no header")
    destination, number, rpid, pid = HEADER.unpack_from(blob)
    kind = _TYPES.get(number)
    if kind is None or not 1 <= destination <= 2:
        raise RemoteProtocolError(f"message of type {number:#x} for destination {destination} is unknown")
    return destination, kind, rpid, pid


def decode_body(kind: MessageType, body: bytes, cipher: SessionKey | KeyRing | None = None) -> Message:
    """Return the message of this type; a byte order mark before the body is skipped.

    Without a cipher secure strings stay sealed. Raises RemoteProtocolError where the body is malformed.
    """
    if kind is MessageType.PIPELINE_BYTES:
        return PipelineBytes(body)
    if body.startswith(BOM):
        body = body[3:]
    if kind is MessageType.END_OF_PIPELINE_INPUT:
        return EndOfPipelineInput()
    return bodies.from_value(kind, load_body(body, cipher))


def load_body(body: bytes, cipher: SessionKey | KeyRing | None) -> Any:
    """Return the value in a body; an empty body is null."""
    return clixml.loads(body, cipher=cipher) if body else None


def decode(blob: bytes, cipher: SessionKey | None = None) -> Envelope:
    """Return one message with its header. Raises RemoteProtocolError where it is malformed."""
    destination, kind, rpid, pid = parse_header(blob)
    return Envelope(
        destination=Destination(destination),
        message=decode_body(kind, blob[HEADER_SIZE:], cipher),
        pool_id=UUID(bytes_le=rpid),
        pipeline_id=None if pid == NO_ID else UUID(bytes_le=pid),
    )
