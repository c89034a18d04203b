"""One accepted TCP connection: aiohttp's protocol with our clocks and limits, and the state it carries."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar, cast

from aiohttp import web

from remora._log import bound

S = TypeVar("S")
_log = bound(__name__)
_READ_SIZE: Final = 256 * 1024  # the most a read from the socket brings
SERVER_NAME: Final = "remora"
_numbers: Final = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """Seconds, bytes and counts a peer is allowed.

    header_seconds: from the first byte of a request's head (or the opening of the connection) to its last.
    body_seconds: for one body. idle_seconds: between requests. header_bytes: one head; Kerberos tokens may take 64 KiB.
    """

    header_seconds: float = 30.0
    body_seconds: float = 120.0
    idle_seconds: float = 900.0
    header_bytes: int = 128 * 1024
    connections: int = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The listener a connection came in by. prefix: the path that it serves."""

    secure: bool
    channel_binding: bytes | None
    prefix: str = "wsman"


class ServerConnection(Generic[S]):
    """One TCP connection. state: belongs to the handler and goes with the connection. gone: set when it is lost."""

    __slots__ = ("_transport", "address", "channel_binding", "gone", "number", "port", "prefix", "secure", "state")

    def __init__(self, transport: asyncio.Transport, origin: Origin, state: S) -> None:
        peer = transport.get_extra_info("peername") or ("", 0)
        address = str(peer[0])
        self._transport = transport
        self.number = next(_numbers)
        self.address = address.removeprefix("::ffff:") if "." in address else address
        self.port = int(peer[1])
        self.secure = origin.secure
        self.channel_binding = origin.channel_binding
        self.prefix = origin.prefix
        self.state = state
        self.gone = asyncio.Event()

    @property
    def peer_certificate(self) -> bytes | None:
        """The client's certificate as DER, when TLS asked for one and got it."""
        tls = self._transport.get_extra_info("ssl_object")
        der: bytes | None = None if tls is None else tls.getpeercert(binary_form=True)
        return der

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()


class ServerProtocol(web.RequestHandler, Generic[S]):
    """aiohttp's connection with a limit on the head's size and time, and refusals without a body."""

    connection: ServerConnection[S]

    def __init__(
        self,
        manager: web.Server,
        loop: asyncio.AbstractEventLoop,
        *,
        origin: Origin,
        limits: HttpLimits,
        new_state: Callable[[], S],
        opened: Callable[[ServerProtocol[S]], bool],
        lost: Callable[[ServerProtocol[S]], None],
    ) -> None:
        super().__init__(
            manager,
            loop=loop,
            keepalive_timeout=limits.idle_seconds,
            access_log=cast(Any, None),
            max_line_size=8190,
            max_field_size=limits.header_bytes,
            max_headers=100,
            lingering_time=1.0,
            auto_decompress=False,
            read_bufsize=_READ_SIZE,
        )
        self._origin = origin
        self._limits = limits
        self._new_state = new_state
        self._opened = opened
        self._lost = lost
        self._refused = False
        self._head_timer: asyncio.TimerHandle | None = None
        self._head_size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        real = cast(asyncio.Transport, transport)
        self.connection = ServerConnection(real, self._origin, self._new_state())
        if not self._opened(self):
            self._refused = True
            _log.warning("connection_refused", peer=self.connection.address, reason="too many connections")
            real.write(_bare(503, "Service Unavailable"))
            real.close()
            return
        super().connection_made(transport)
        self._start_head_timer()

    def connection_lost(self, exc: BaseException | None) -> None:
        self.connection.gone.set()
        self._stop_head_timer()
        if not self._refused:
            super().connection_lost(exc)
            self._lost(self)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        idle, before = self._is_waiting(), self._request_count
        super().data_received(data)
        if self._request_count != before:
            self._stop_head_timer()
            self._head_size = 0
            return
        if not idle:
            return
        self._head_size += len(data)
        if self._head_size > self._limits.header_bytes:
            self._refuse_head(431, "Request Header Fields Too Large")
        elif self._head_timer is None:
            self._start_head_timer()

    def close_if_idle(self) -> None:
        """Close now when no request is being read or answered; else the present answer closes."""
        if self._is_waiting():
            self.force_close()

    def handle_error(
        self, request: Any, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer malformed HTTP, and a handler's failure, with a bare status; details go to the log only."""
        if status >= 500 and exc is not None:
            _log.error("request_failed", exc_info=True, peer=self.connection.address, error=type(exc).__name__)
        else:
            _log.warning("request_malformed", peer=self.connection.address, status=status, error=type(exc).__name__)
        response = web.Response(status=status, headers={"Server": SERVER_NAME})
        response.force_close()
        return response

    def _is_waiting(self) -> bool:
        waiter = self._waiter
        return waiter is not None and not waiter.done()

    def _start_head_timer(self) -> None:
        self._head_timer = self._loop.call_later(self._limits.header_seconds, self._head_late)

    def _stop_head_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_late(self) -> None:
        self._head_timer = None
        if self._is_waiting():
            self._refuse_head(408, "Request Timeout")

    def _refuse_head(self, status: int, reason: str) -> None:
        _log.warning("request_refused", peer=self.connection.address, status=status)
        self._stop_head_timer()
        if self.transport is not None:
            self.transport.write(_bare(status, reason))
        self.force_close()


def _bare(status: int, reason: str) -> bytes:
    return f"HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode("ascii")
