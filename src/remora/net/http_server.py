"""The HTTP server, over aiohttp's low-level one: an object per TCP connection carries its state and dies with it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from aiohttp import web
from multidict import CIMultiDict

from remora._log import bound
from remora.errors import LimitExceeded, RemoteProtocolError
from remora.net.http_connection import SERVER_NAME, HttpLimits, Origin, ServerConnection, ServerProtocol

S = TypeVar("S")
_log = bound(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """What the handler answers. close: end the connection after this response."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = ()
    close: bool = False


class HttpRequest:
    """One request whose head has been read; the body is read on demand, within limits."""

    __slots__ = ("_limits", "_request", "headers", "method", "path")

    def __init__(self, request: web.BaseRequest, limits: HttpLimits) -> None:
        self._request = request
        self._limits = limits
        self.method = request.method
        self.path = request.rel_url.path
        self.headers = request.headers

    def header(self, name: str, default: str = "") -> str:
        """Return the first value of a header, names without regard to case."""
        value: str = self.headers.get(name, default)
        return value

    def all(self, name: str) -> list[str]:
        """Return every value of a header, in order."""
        return list(self.headers.getall(name, ()))

    async def read(self, limit: int) -> bytes:
        """Read the whole body, answering Expect: 100-continue first.

        LimitExceeded: longer than limit bytes, or slower than body_seconds. RemoteProtocolError: cut short.
        """
        declared = self._request.content_length
        if declared is not None and declared > limit:
            raise LimitExceeded(f"body of {declared} bytes")
        if not self._request.body_exists:
            return b""
        self._continue()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                return await self._read(limit)
        except TimeoutError:
            raise LimitExceeded("the body came too slowly") from None
        except (web.PayloadAccessError, web.RequestPayloadError, OSError) as error:
            raise RemoteProtocolError(f"the body cannot be read: {type(error).__name__}") from None

    async def _read(self, limit: int) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            chunk = await self._request.content.readany()
            if not chunk:
                return b"".join(chunks)
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise LimitExceeded(f"body of more than {limit} bytes")

    def _continue(self) -> None:
        if self.header("Expect").lower() == "100-continue" and self._request.transport is not None:
            self._request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """A bound listening socket. url: ``scheme://host:port`` with the real port."""

    url: str
    host: str
    port: int
    secure: bool


Handler = Callable[[ServerConnection[S], HttpRequest], Awaitable[HttpResponse]]


class HttpServer(Generic[S]):
    """Several listeners, one handler.

    new_state: makes what a connection carries (its authentication); it is dropped with the connection, never found
    again by address. Requests of one connection are handled strictly one after the other.
    """

    def __init__(
        self,
        handler: Handler[S],
        new_state: Callable[[], S],
        *,
        limits: HttpLimits | None = None,
        on_close: Callable[[ServerConnection[S]], None] | None = None,
    ) -> None:
        self._handler = handler
        self._new_state = new_state
        self._limits = limits or HttpLimits()
        self._on_close = on_close
        self._servers: dict[Listener, asyncio.Server] = {}
        self._live: set[ServerProtocol[S]] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self._stopping = False
        self._web = web.Server(self._serve)

    @property
    def connections(self) -> list[ServerConnection[S]]:
        """The open connections."""
        return [protocol.connection for protocol in self._live]

    async def listen(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        channel_binding: bytes | None = None,
        prefix: str = "wsman",
        sock: socket.socket | None = None,
    ) -> Listener:
        """Bind and serve. host ``*`` or empty: every address. port 0: a free one. channel_binding: of the certificate.

        prefix: the path its connections may ask for. sock: what ``bind`` made for this host and port, when it had to be
        bound earlier.
        """
        loop = asyncio.get_running_loop()
        origin = Origin(secure=tls is not None, channel_binding=channel_binding, prefix=prefix)
        handshake = self._limits.header_seconds if tls is not None else None
        server = await loop.create_server(
            lambda: self._protocol(loop, origin),
            sock=sock or bind(host, port),
            ssl=tls,
            ssl_handshake_timeout=handshake,
            backlog=1024,
        )
        bound_port: int = server.sockets[0].getsockname()[1]
        shown = {"": "127.0.0.1", "*": "127.0.0.1"}.get(host, host)
        shown = f"[{shown}]" if ":" in shown else shown
        scheme = "https" if tls is not None else "http"
        listener = Listener(f"{scheme}://{shown}:{bound_port}", host, bound_port, tls is not None)
        self._servers[listener] = server
        return listener

    def close_listener(self, listener: Listener) -> None:
        """Accept nobody there any longer; the connections it brought stay."""
        self._servers.pop(listener).close()

    async def stop(self, grace: float = 10.0) -> None:
        """Stop accepting, close idle connections, let requests in flight finish, after grace seconds drop the rest."""
        self._stopping = True
        for server in self._servers.values():
            server.close()
        for protocol in list(self._live):
            protocol.close_if_idle()
        try:
            async with asyncio.timeout(grace):
                await self._empty.wait()
        except TimeoutError:
            _log.warning("connections_dropped", count=len(self._live))
        await self._web.shutdown(0.5)

    def _protocol(self, loop: asyncio.AbstractEventLoop, origin: Origin) -> ServerProtocol[S]:
        return ServerProtocol(
            self._web,
            loop,
            origin=origin,
            limits=self._limits,
            new_state=self._new_state,
            opened=self._opened,
            lost=self._lost,
        )

    def _opened(self, protocol: ServerProtocol[S]) -> bool:
        if self._stopping or len(self._live) >= self._limits.connections:
            return False
        self._live.add(protocol)
        self._empty.clear()
        return True

    def _lost(self, protocol: ServerProtocol[S]) -> None:
        self._live.discard(protocol)
        if not self._live:
            self._empty.set()
        if self._on_close is not None:
            self._on_close(protocol.connection)

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        protocol: ServerProtocol[S] = request.protocol  # type: ignore[assignment]
        answer = await self._answer(protocol.connection, request)
        headers = CIMultiDict(answer.headers)
        headers["Server"] = SERVER_NAME
        response = web.Response(status=answer.status, body=answer.body, headers=headers)
        if answer.close or self._stopping:
            response.force_close()
        return response

    async def _answer(self, connection: ServerConnection[S], request: web.BaseRequest) -> HttpResponse:
        expectation = request.headers.get("Expect", "")
        if expectation and expectation.lower() != "100-continue":
            return HttpResponse(status=417, close=True)
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return HttpResponse(status=415, close=True)
        try:
            return await self._handler(connection, HttpRequest(request, self._limits))
        except LimitExceeded as error:
            _log.warning("request_refused", peer=connection.address, reason=error)
            return HttpResponse(status=413, close=True)
        except RemoteProtocolError as error:
            _log.warning("request_refused", peer=connection.address, reason=error)
            return HttpResponse(status=400, close=True)


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; connections wait in its backlog until ``listen`` serves it. Raises OSError."""
    if host in ("", "*", "+"):
        if socket.has_dualstack_ipv6():
            return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=1024)
        return socket.create_server(("0.0.0.0", port), backlog=1024)  # noqa: S104
    family, _kind, _protocol, _name, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    return socket.create_server(address[:2], family=family, backlog=1024)
