"""The client's half of HTTP/1.1: one answer from any cut of its bytes (RFC 9112). No socket, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from remora.errors import LimitExceeded, RemoteProtocolError

MAX_HEAD: Final = 256 * 1024
MAX_HEADERS: Final = 200
MAX_INTERIM: Final = 16

_STATUS: Final = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: [^\r\n\0]*)?\Z")
_HEADER: Final = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*?)[ \t]*\Z")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n\0]*)?\Z")


@dataclass(frozen=True, slots=True)
class HttpReply:
    """A complete answer. headers: as received, names in the server's letter case."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    body: bytes = field(repr=False)

    def all(self, name: str) -> list[str]:
        """Return every value of a header, in order."""
        wanted = name.lower().encode("ascii")
        return [value.decode("latin-1") for key, value in self.headers if key.lower() == wanted]

    def header(self, name: str, default: str = "") -> str:
        """Return the first value of a header."""
        values = self.all(name)
        return values[0] if values else default

    @property
    def content_type(self) -> str:
        return self.header("Content-Type")


class ReplyReader:
    """Reads one answer. max_body: bytes. keep_alive: whether the connection may carry another exchange after it.

    tunnel: the request is a CONNECT; nothing follows the head of a success but the tunnel's bytes.

    Raises RemoteProtocolError for what is not HTTP/1.x and LimitExceeded for what is too large.
    """

    __slots__ = (
        "_body",
        "_buffer",
        "_chunked",
        "_head",
        "_interim",
        "_length",
        "_max_body",
        "_size",
        "_tunnel",
        "keep_alive",
    )

    def __init__(self, max_body: int, *, tunnel: bool = False) -> None:
        self.keep_alive = False
        self._tunnel = tunnel
        self._max_body = max_body
        self._buffer = b""
        self._head: tuple[int, tuple[tuple[bytes, bytes], ...]] | None = None
        self._length: int | None = None
        self._chunked = False
        self._body: list[bytes] = []
        self._size = 0
        self._interim = 0

    def feed(self, data: bytes) -> HttpReply | None:
        """Take the next bytes; return the answer when it is complete. Bytes after it forbid another exchange."""
        self._buffer = self._buffer + data if self._buffer else data
        while self._head is None:
            if not self._read_head():
                return None
        if self._chunked:
            return self._read_chunks()
        self._add(self._buffer)
        self._buffer = b""
        if self._length is None or self._size < self._length:
            return None
        self.keep_alive = self.keep_alive and self._size == self._length
        return self._reply(self._length)

    def end(self) -> HttpReply | None:
        """Take the end of the stream: the end of a body without a length, else None, the answer is cut off."""
        if self._head is None or self._chunked or self._length is not None:
            return None
        self.keep_alive = False
        return self._reply(self._size)

    def _reply(self, length: int) -> HttpReply:
        assert self._head is not None
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        return HttpReply(self._head[0], self._head[1], body if len(body) == length else body[:length])

    def _add(self, data: bytes) -> None:
        if data:
            self._size += len(data)
            if self._size > self._max_body:
                raise LimitExceeded(f"answer of more than {self._max_body} bytes")
            self._body.append(data)

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise LimitExceeded(f"answer with a head of more than {MAX_HEAD} bytes")
            if not b"HTTP/1."[: len(self._buffer)] == self._buffer[:7]:
                raise RemoteProtocolError("what answers does not speak HTTP/1.1")
            return False
        if end > MAX_HEAD:
            raise LimitExceeded(f"answer with a head of more than {MAX_HEAD} bytes")
        lines = self._buffer[:end].split(b"\r\n")
        self._buffer = self._buffer[end + 4 :]
        status = _STATUS.match(lines[0])
        if status is None:
            raise RemoteProtocolError("what answers does not speak HTTP/1.1")
        if len(lines) > MAX_HEADERS:
            raise LimitExceeded(f"answer with more than {MAX_HEADERS} headers")
        code = int(status[2])
        if code < 200:
            self._interim += 1
            if self._interim > MAX_INTERIM or code == 101:
                raise RemoteProtocolError(f"unexpected HTTP status {code}")
            return True
        headers: list[tuple[bytes, bytes]] = []
        for line in lines[1:]:
            match = _HEADER.match(line)
            if match is None:
                raise RemoteProtocolError("malformed HTTP header in the answer")
            headers.append((match[1], match[2]))
        self._head = (code, tuple(headers))
        self._frame(code, status[1] == b"1", headers)
        return True

    def _frame(self, code: int, modern: bool, headers: list[tuple[bytes, bytes]]) -> None:
        """Find out how long the body is and whether the connection goes on."""
        lengths: set[bytes] = set()
        connection: list[bytes] = []
        for name, value in headers:
            lowered = name.lower()
            if lowered == b"content-length":
                lengths.update(part.strip() for part in value.split(b","))
            elif lowered == b"connection":
                connection += [part.strip().lower() for part in value.split(b",")]
            elif lowered == b"transfer-encoding":
                if value.strip().lower() != b"chunked" or self._chunked:
                    raise RemoteProtocolError("transfer encoding of the answer is not chunked")
                self._chunked = True
        self.keep_alive = b"close" not in connection if modern else b"keep-alive" in connection
        if code in (204, 304) or (self._tunnel and code // 100 == 2):
            self._length, self._chunked = 0, False
        elif lengths and not self._chunked:
            length = lengths.pop()
            if lengths or not length.isdigit() or len(length) > 18:
                raise RemoteProtocolError("malformed Content-Length in the answer")
            self._length = int(length)
            if self._length > self._max_body:
                raise LimitExceeded(f"answer of {self._length} bytes, {self._max_body} allowed")

    def _read_chunks(self) -> HttpReply | None:
        while True:
            end = self._buffer.find(b"\r\n")
            if end < 0:
                if len(self._buffer) > MAX_HEAD:
                    raise RemoteProtocolError("malformed chunk in the answer")
                return None
            match = _CHUNK.match(self._buffer[:end])
            if match is None:
                raise RemoteProtocolError("malformed chunk in the answer")
            size = int(match[1], 16)
            if self._size + size > self._max_body:
                raise LimitExceeded(f"answer of more than {self._max_body} bytes")
            if size == 0:
                return self._read_trailer(end)
            after = end + 2 + size
            if len(self._buffer) < after + 2:
                return None
            if self._buffer[after : after + 2] != b"\r\n":
                raise RemoteProtocolError("malformed chunk in the answer")
            self._add(self._buffer[end + 2 : after])
            self._buffer = self._buffer[after + 2 :]

    def _read_trailer(self, start: int) -> HttpReply | None:
        """After the last chunk: an empty line, or trailer fields and an empty line, which nobody needs."""
        if self._buffer[start : start + 4] == b"\r\n\r\n":
            rest = self._buffer[start + 4 :]
        else:
            end = self._buffer.find(b"\r\n\r\n", start)
            if end < 0:
                if len(self._buffer) - start > MAX_HEAD:
                    raise LimitExceeded(f"answer with a trailer of more than {MAX_HEAD} bytes")
                return None
            rest = self._buffer[end + 4 :]
        self.keep_alive = self.keep_alive and not rest
        return self._reply(self._size)
