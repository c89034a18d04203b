"""The server's rules: which versions it takes, and whether a Connect is in order (wire-protocol 5.5, 6.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

from remora.errors import LimitExceeded, PSRPError, RemoteProtocolError
from remora.psrp import messages as m
from remora.psrp.fragments import HEADER, HEADER_SIZE
from remora.values import Version

T = TypeVar("T")

SERVER_VERSION: Final = (2, 3)
PS_VERSION: Final = Version(2, 0)
SERIALIZATION_VERSION: Final = Version(1, 1, 0, 1)
_CONNECT_SINCE: Final = (2, 2)


def negotiate(theirs: m.SessionCapability) -> tuple[int, int]:
    """Return the protocol version both sides use from now on: the client's, or ours when the client's is newer.

    Raises PSRPError when they have nothing in common.
    """
    version = theirs.protocol_version
    if version.major != SERVER_VERSION[0] or version.minor < 0:
        raise PSRPError(
            f"The remote client speaks PowerShell remoting protocol {version}; this server speaks 2.0 to 2.3."
        )
    for name, asked, ours in (
        ("PowerShell", theirs.ps_version, PS_VERSION),
        ("serialization", theirs.serialization_version, SERIALIZATION_VERSION),
    ):
        if asked.major != ours.major or asked.minor < ours.minor:
            raise PSRPError(f"The remote client asks for {name} version {asked}; this server has {ours}.")
    return min(SERVER_VERSION, (version.major, version.minor))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectData:
    """What a connectXml holds. raw_pool_id: RPID as it was written."""

    capability: m.SessionCapability
    request: m.ConnectRunspacePool
    version: tuple[int, int]
    raw_pool_id: bytes


def read_connect(
    data: bytes, *, established: bool, pool_ids: tuple[bytes, ...], counts: tuple[int, int]
) -> ConnectData:
    """Check a connectXml in the order Windows does.

    established: whether the pool is open. pool_ids: RPIDs that mean this pool. counts: its (min, max) runspaces.
    Raises PSRPError with the text of the first check that fails.
    """
    if len(data) < HEADER_SIZE:
        raise PSRPError("The connect data is shorter than one fragment header.")
    first, end = _whole_fragment(data, 0, "first")
    if not established:
        raise PSRPError("The session is not in a state that allows another client to connect.")
    capability, raw_pool_id = _message(first, m.SessionCapability, "SESSION_CAPABILITY")
    second, after = _whole_fragment(data, end, "second")
    if after != len(data):
        raise PSRPError("The connect data holds more than its two messages.")
    request, second_pool_id = _message(second, m.ConnectRunspacePool, "CONNECT_RUNSPACEPOOL")
    version = negotiate(capability)
    if version < _CONNECT_SINCE:
        raise PSRPError("Connecting to a session of another client needs protocol 2.2.")
    low, high = request.min_runspaces, request.max_runspaces
    if low is not None and high is not None and low > high:
        raise PSRPError(f"The minimum of {low} runspaces is above the maximum of {high}.")
    if raw_pool_id not in pool_ids or second_pool_id not in pool_ids:
        raise PSRPError("The connect data names another runspace pool.")
    if low is not None and high is not None and (low, high) != counts:
        raise PSRPError(f"The pool has {counts[0]} to {counts[1]} runspaces, not {low} to {high}.")
    return ConnectData(capability=capability, request=request, version=version, raw_pool_id=raw_pool_id)


def _whole_fragment(data: bytes, start: int, which: str) -> tuple[bytes, int]:
    if len(data) - start < HEADER_SIZE:
        raise PSRPError(f"The connect data ends before its {which} message.")
    _, _, flags, length = HEADER.unpack_from(data, start)
    end = start + HEADER_SIZE + length
    if end > len(data):
        raise PSRPError(f"The {which} fragment of the connect data is cut off.")
    if flags & 3 != 3:
        raise PSRPError(f"The {which} message of the connect data is not whole in one fragment.")
    return data[start + HEADER_SIZE : end], end


def _message(blob: bytes, kind: type[T], name: str) -> tuple[T, bytes]:
    try:
        destination, found, raw_pool_id, _ = m.parse_header(blob)
        message = m.decode_body(found, blob[m.HEADER_SIZE :]) if destination == m.Destination.SERVER else None
    except LimitExceeded:
        raise
    except RemoteProtocolError as error:
        raise PSRPError(f"The connect data is malformed: {error}") from error
    if not isinstance(message, kind):
        raise PSRPError(f"The connect data has {found.name} where {name} was due.")
    return message, raw_pool_id
