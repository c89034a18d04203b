"""What the front end and the spawner say to each other over their socket pair (frames of MessagePack, typed)."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from remora.worker.frames import FrameDecoder

ShellIdName = Annotated[str, Meta(pattern="^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$", max_length=36)]
"""A canonical GUID: 36 characters, upper case, nothing else; only such a thing becomes a file name."""
Word = Annotated[str, Meta(max_length=1024)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]


class ResourceLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Hard limits of one worker and of each of its children; 0 leaves a limit as it is. memory: bytes of data."""

    memory: Count = 0
    open_files: Count = 0
    core_size: Count = 0


class Spawn(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Start the worker of a shell for an account of the store."""

    id: Count
    shell_id: ShellIdName
    account: Word
    limits: ResourceLimits = ResourceLimits()


class Discard(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Remove the socket of a shell whose worker is gone; refused while somebody listens on it."""

    id: Count
    shell_id: ShellIdName


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """First message of the spawner: everything is preloaded."""

    pid: Count


class Spawned(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The worker listens on its socket, as this uid."""

    id: Count
    pid: Count
    uid: Count


class Discarded(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    id: Count


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The request was not carried out. denied: because of who should run as whom, not because of a failure."""

    id: Count
    reason: Word
    denied: bool = False


class Exited(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A worker of this spawner ended. status: exit code, or minus the signal that killed it."""

    shell_id: ShellIdName
    pid: Count
    status: Annotated[int, Meta(ge=-64, le=255)]


ToSpawner = Spawn | Discard
FromSpawner = Ready | Spawned | Discarded | Refused | Exited

_to_spawner: Final[msgspec.msgpack.Decoder[ToSpawner]] = msgspec.msgpack.Decoder(ToSpawner)
_from_spawner: Final[msgspec.msgpack.Decoder[FromSpawner]] = msgspec.msgpack.Decoder(FromSpawner)


def spawner_decoder() -> FrameDecoder[ToSpawner]:
    """Decoder of the spawner's end."""
    return FrameDecoder(_to_spawner)


def front_end_decoder() -> FrameDecoder[FromSpawner]:
    """Decoder of the front end's end."""
    return FrameDecoder(_from_spawner)
