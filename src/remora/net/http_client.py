"""One pinned HTTP connection. Authentication lives on it, so it is never silently replaced by another."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

import httpcore

from remora.errors import ConnectionLost, DeadlineExceeded, LimitExceeded, LocalProtocolError, TransportError
from remora.net.tls import check_name
from remora.net.wire import Backend

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
Header = tuple[str, str]


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


class HttpConnection:
    """A single TCP (or TLS) connection to one URL, opened by the first request.

    tls: a context from ``net.tls.client_context``, required for https. check_server_name: compare the certificate's
    name ourselves, for a context that does not check the issuer. max_body: largest answer accepted, in bytes.
    """

    def __init__(
        self,
        url: str,
        *,
        tls: ssl.SSLContext | None = None,
        check_server_name: bool = False,
        connect_timeout: float | None = 30.0,
        max_body: int = 64 * 1024 * 1024,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise LocalProtocolError(f"not an http or https URL: {url!r}")
        if parts.scheme == "https" and tls is None:
            raise LocalProtocolError("https needs a TLS context")
        self.host: str = parts.hostname
        self.secure = parts.scheme == "https"
        self._port = parts.port or DEFAULT_PORTS[parts.scheme]
        self._max_body = max_body
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = self.host.encode("idna") if not self.host.isascii() else self.host.encode("ascii")
        self._url = httpcore.URL(
            scheme=parts.scheme.encode(), host=host, port=self._port, target=target.encode("ascii")
        )
        shown = b"[%b]" % host if b":" in host else host
        default = self._port == DEFAULT_PORTS[parts.scheme]
        self._host_header = (b"Host", shown if default else b"%b:%d" % (shown, self._port))
        self._backend = Backend((lambda der: check_name(der, self.host)) if check_server_name else None)
        self._connection = httpcore.AsyncHTTPConnection(
            self._url.origin, ssl_context=tls, network_backend=self._backend
        )
        self._extensions = {"timeout": {"connect": connect_timeout}}
        self._closed = False
        self._used = False

    @property
    def closed(self) -> bool:
        """True when no further request can be made: closed by us, or by the peer while idle."""
        wire = self._backend.wire
        return self._closed or (wire is not None and wire.ended) or (self._used and self._connection.is_closed())

    @property
    def peer_certificate(self) -> bytes | None:
        """The server's certificate as DER once TLS is up, else None."""
        wire = self._backend.wire
        tls = None if wire is None else wire.get_extra_info("ssl_object")
        der: bytes | None = None if tls is None else tls.getpeercert(binary_form=True)
        return der

    async def post(
        self,
        headers: Sequence[Header],
        body: bytes,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> HttpReply:
        """Send one POST and read the whole answer.

        timeout: seconds for everything, connecting included. ConnectionLost: the peer closed (``sent`` tells whether
        the request may have arrived). DeadlineExceeded, LimitExceeded, TransportError otherwise. After any error, and
        after a cancellation, the connection is closed.
        """
        if self.closed:
            self._closed = True
            raise ConnectionLost(f"the connection to {self.host} was closed", sent=False)
        if self._backend.wire is not None:
            self._backend.wire.sent = False
        clock = asyncio.timeout(timeout)
        try:
            async with clock:
                return await self._exchange(headers, body)
        except TimeoutError as error:
            if clock.expired():
                await self._abandon()
                raise DeadlineExceeded(f"no answer from {self.host}:{self._port} within {timeout} s") from None
            raise await self._failure(error) from error
        except (httpcore.LocalProtocolError, UnicodeEncodeError) as error:
            await self._abandon()
            raise LocalProtocolError(f"the request cannot be written: {error}") from None
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ConnectionNotAvailable,
            OSError,
        ) as error:
            raise await self._failure(error) from error
        except BaseException:
            await self._abandon()
            raise

    async def close(self) -> None:
        """Close the connection; calling again does nothing."""
        await self._abandon()

    async def __aenter__(self) -> HttpConnection:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _exchange(self, headers: Sequence[Header], body: bytes) -> HttpReply:
        lines = [self._host_header, (b"Content-Length", b"%d" % len(body))]
        lines += [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers]
        request = httpcore.Request(b"POST", self._url, headers=lines, content=body or None, extensions=self._extensions)
        self._used = True
        reply = await self._connection.handle_async_request(request)
        try:
            chunks: list[bytes] = []
            size = 0
            async for chunk in reply.aiter_stream():
                size += len(chunk)
                if size > self._max_body:
                    raise LimitExceeded(f"answer of more than {self._max_body} bytes")
                chunks.append(chunk)
        finally:
            await reply.aclose()
        return HttpReply(reply.status, tuple(reply.headers), chunks[0] if len(chunks) == 1 else b"".join(chunks))

    async def _failure(self, error: Exception) -> TransportError:
        wire = self._backend.wire
        await self._abandon()
        where = f"{self.host}:{self._port}"
        cause = str(error) or type(error).__name__
        if isinstance(error, ssl.SSLError):
            return TransportError(f"TLS with {where} failed: {error.reason or cause}")
        if wire is None:
            return TransportError(f"cannot connect to {where}: {cause}")
        return ConnectionLost(f"the connection to {where} was lost: {cause}", sent=wire.sent)

    async def _abandon(self) -> None:
        self._closed = True
        if self._backend.wire is not None:
            await self._backend.wire.aclose()
