"""The pipe between a job's starter and its process: length-prefixed CLIXML frames, one kind a byte."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, Any, Final

from remora.engine.wire import from_wire, to_wire
from remora.errors import LimitExceeded, RemoteProtocolError
from remora.psrp import clixml

HEADER: Final = struct.Struct(">cI")
MAX_FRAME: Final = 256 * 1024 * 1024
START: Final = b"S"
STOP: Final = b"X"
FINISHED: Final = b"F"
STREAMS: Final = {
    b"o": "output",
    b"e": "error",
    b"w": "warning",
    b"v": "verbose",
    b"d": "debug",
    b"i": "information",
    b"p": "progress",
}
KINDS: Final = {name: kind for kind, name in STREAMS.items()}
DEPTH: Final = 1


class PipeCipher:
    """SecureStrings on a pipe that only the two ends can read: encoded, not encrypted."""

    def encrypt(self, text: str) -> bytes:
        return text.encode("utf-16-le", "surrogatepass")

    def decrypt(self, data: bytes) -> str:
        return data.decode("utf-16-le", "surrogatepass")


_CIPHER: Final = PipeCipher()


def pack(value: Any, depth: int = DEPTH) -> bytes:
    """An engine value as the body of a frame."""
    return clixml.dumps(to_wire(value, depth), cipher=_CIPHER)


def unpack(body: bytes) -> Any:
    """The engine value of a frame's body. Raises RemoteProtocolError."""
    return from_wire(clixml.loads(body, max_size=MAX_FRAME, cipher=_CIPHER))


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """Header and body. Raises LimitExceeded for a body that is too large."""
    if len(body) > MAX_FRAME:
        raise LimitExceeded(f"a job's value takes {len(body)} bytes, more than {MAX_FRAME}")
    return HEADER.pack(kind, len(body)) + body


def read_frames(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of each frame until the end of the stream. Raises RemoteProtocolError for a broken one."""
    while True:
        head = stream.read(HEADER.size)
        if not head:
            return
        if len(head) < HEADER.size:
            raise RemoteProtocolError("a job's frame ends in its header")
        kind, size = HEADER.unpack(head)
        if size > MAX_FRAME:
            raise LimitExceeded(f"a job's frame of {size} bytes is more than {MAX_FRAME}")
        body = stream.read(size)
        if len(body) < size:
            raise RemoteProtocolError("a job's frame ends in its body")
        yield kind, body
