"""The client's byte stream: one TCP or TLS connection that writes a request and reads its answer."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from remora.net.dial import dial
from remora.net.http_reply import HttpReply, ReplyReader

_READ_SIZE: Final = 128 * 1024


class _Scratch(threading.local):
    """Where bytes arrive before they are looked at: one for all connections of a thread, hence of an event loop.

    The loop fills it and hands it over in one go, so nothing stays in it; a buffer for each of a thousand idle
    connections, or a fresh one for each read, would be most of what they cost.
    """

    def __init__(self) -> None:
        self.view = memoryview(bytearray(_READ_SIZE))


_scratch: Final = _Scratch()


class Wire(asyncio.BufferedProtocol):
    """Carries one exchange at a time; the answer is read as its bytes come, without a task of its own.

    sent: bytes of the present request were handed to the kernel's side. ended: the peer has closed its side, the
    connection broke, or it sent what nobody asked for.
    """

    def __init__(self) -> None:
        self.sent = False
        self.ended = False
        self._transport: asyncio.Transport | None = None
        self._reader: ReplyReader | None = None
        self._answer: asyncio.Future[HttpReply | None] | None = None
        self._error: Exception | None = None

    async def exchange(self, request: bytes, reader: ReplyReader) -> HttpReply | None:
        """Write the request and return the answer, or None when the peer closed before it was complete.

        Raises what the reader raises, and OSError when the connection broke.
        """
        if self._transport is None or self.ended or self._transport.is_closing():
            return None
        self._reader = reader
        self._answer = asyncio.get_running_loop().create_future()
        self.sent = True
        self._transport.write(request)
        del request
        try:
            reply = await self._answer
        finally:
            self._reader = self._answer = None
        if reply is None and self._error is not None:
            raise self._error
        return reply

    def close(self) -> None:
        """Drop the connection at once."""
        self.ended = True
        if self._transport is not None:
            self._transport.abort()

    async def start_tls(self, tls: ssl.SSLContext, name: str) -> None:
        """Speak TLS from now on, with the server of this name. Raises OSError; the connection is closed then."""
        assert self._transport is not None
        plain = self._transport
        try:
            secured = await asyncio.get_running_loop().start_tls(plain, self, tls, server_hostname=name)
        except BaseException:
            plain.abort()
            raise
        self._transport = cast(asyncio.Transport, secured)

    def details(self, name: str) -> Any:
        """Return what the transport knows, such as ``ssl_object``."""
        return None if self._transport is None else self._transport.get_extra_info(name)

    # asyncio.BufferedProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        return _scratch.view

    def buffer_updated(self, nbytes: int) -> None:
        if self._reader is None or self._answer is None or self._answer.done():
            self.close()
            return
        try:
            reply = self._reader.feed(bytes(_scratch.view[:nbytes]))
        except Exception as error:
            self._answer.set_exception(error)
            return
        if reply is not None:
            self._answer.set_result(reply)

    def eof_received(self) -> bool:
        self._finish()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._error = self._error or exc
        self._finish()

    def _finish(self) -> None:
        self.ended = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(self._reader.end() if self._reader is not None else None)


_KEEPALIVE = (("TCP_KEEPIDLE", 10), ("TCP_KEEPALIVE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 4))
"""Seconds of silence before the first probe (by its name on Linux and on macOS), seconds between probes, probes."""
_UNANSWERED_MS = 30_000


def watch_peer(sock: socket.socket) -> None:
    """Let the system notice within half a minute that the peer's machine, or the way to it, is gone without a word.

    A Receive may be pending for long: only probes tell a quiet server from a dead one.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE:
        if (option := getattr(socket, name, None)) is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
    if (option := getattr(socket, "TCP_USER_TIMEOUT", None)) is not None:
        sock.setsockopt(socket.IPPROTO_TCP, option, _UNANSWERED_MS)


async def open_wire(
    host: str,
    port: int,
    *,
    tls: ssl.SSLContext | None,
    verify: Callable[[bytes], None] | None,
    limit: float | None,
    tunnel: Callable[[], Awaitable[Wire]] | None = None,
) -> Wire:
    """Connect. verify: looks at the server's certificate (DER) before anything is sent; raises to refuse it.

    limit: seconds. tunnel: makes the stream to the host in place of a connection of our own; TLS goes through it.
    Raises OSError (TimeoutError, ssl.SSLError among them), and what ``tunnel`` raises.
    """
    loop = asyncio.get_running_loop()
    name = host if tls is not None else None
    async with asyncio.timeout(limit):
        if tunnel is None:
            _, wire = await loop.create_connection(Wire, sock=await dial(host, port), ssl=tls, server_hostname=name)
        else:
            wire = await tunnel()
            if tls is not None:
                await wire.start_tls(tls, host)
    sock = wire.details("socket")
    if sock is not None:
        watch_peer(sock)
    if verify is not None:
        try:
            verify(wire.details("ssl_object").getpeercert(binary_form=True) or b"")
        except BaseException:
            wire.close()
            raise
    return wire
