"""The client's byte stream: a thin asyncio backend for httpcore that sends a request in one write."""

# ruff: noqa: ASYNC109  (the timeout parameters are those of the interface)
from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterable
from typing import Any, Final, cast

import httpcore

_HIGH_WATER: Final = 1024 * 1024
_FLUSH_AT: Final = 256 * 1024


class Wire(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """One TCP or TLS stream. What is written is held until the next read, so header and body leave together.

    sent: True once bytes of the present request were handed to the kernel's side; the owner resets it.
    """

    def __init__(self, verify: Callable[[bytes], None] | None = None) -> None:
        self.sent = False
        self._verify = verify
        self._transport: asyncio.Transport | None = None
        self._incoming = bytearray()
        self._outgoing: list[bytes] = []
        self._outgoing_size = 0
        self._reader: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._ended = False
        self._error: Exception | None = None
        self._paused = False

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._incoming += data
        if len(self._incoming) > _HIGH_WATER and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        _wake(self._reader)

    def eof_received(self) -> bool:
        self._ended = True
        _wake(self._reader)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._error = exc
        _wake(self._reader)
        _wake(self._drained)

    def pause_writing(self) -> None:
        self._drained = asyncio.get_running_loop().create_future()

    def resume_writing(self) -> None:
        _wake(self._drained)
        self._drained = None

    # httpcore.AsyncNetworkStream

    @property
    def ended(self) -> bool:
        """True when the peer has closed its side or the connection broke."""
        return self._ended

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._outgoing:
            await self._flush()
        while not self._incoming and not self._ended:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        if not self._incoming and self._error is not None:
            raise httpcore.ReadError(str(self._error)) from None
        if len(self._incoming) <= max_bytes:
            data, self._incoming = bytes(self._incoming), bytearray()
        else:
            data = bytes(self._incoming[:max_bytes])
            del self._incoming[:max_bytes]
        if self._paused and self._transport is not None and not self._ended:
            self._paused = False
            self._transport.resume_reading()
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if not buffer:
            return
        self._outgoing.append(buffer)
        self._outgoing_size += len(buffer)
        if self._outgoing_size >= _FLUSH_AT:
            await self._flush()

    async def _flush(self) -> None:
        data, self._outgoing, self._outgoing_size = b"".join(self._outgoing), [], 0
        if self._transport is None or self._transport.is_closing() or self._ended:
            raise httpcore.WriteError("the connection is closed")
        self.sent = True
        self._transport.write(data)
        if self._drained is not None:
            await self._drained

    async def aclose(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        assert self._transport is not None
        loop = asyncio.get_running_loop()
        transport = await loop.start_tls(self._transport, self, ssl_context, server_hostname=server_hostname)
        self._transport = transport
        if self._verify is not None:
            self._verify(self.get_extra_info("ssl_object").getpeercert(binary_form=True) or b"")
        return self

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return bool(self._incoming) or self._ended
        return None if self._transport is None else self._transport.get_extra_info(info)


class Backend(httpcore.AsyncNetworkBackend):
    """Opens Wires; keeps the last one so that its owner can look at it.

    verify: looks at the server's certificate (DER) before anything is sent; raises to refuse it.
    """

    def __init__(self, verify: Callable[[bytes], None] | None = None) -> None:
        self.wire: Wire | None = None
        self._verify = verify

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(timeout):
                transport, wire = await loop.create_connection(
                    lambda: Wire(self._verify), host, port, happy_eyeballs_delay=0.25
                )
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(str(error) or f"no connection within {timeout} s") from None
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.wire = wire
        return wire


def _wake(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)
