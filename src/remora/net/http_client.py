"""One pinned HTTP connection. Authentication lives on it, so it is never silently replaced by another."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Final
from urllib.parse import urlsplit

from remora.errors import (
    ConnectionLost,
    DeadlineExceeded,
    LimitExceeded,
    LocalProtocolError,
    RemoteProtocolError,
    TransportError,
)
from remora.net.dial import why
from remora.net.http_reply import HttpReply, ReplyReader
from remora.net.proxy import NoTunnel, Proxy, ask_proxy, open_proxy, open_tunnel
from remora.net.tls import check_name
from remora.net.wire import Wire, open_wire

__all__ = ["Header", "HttpConnection", "HttpReply"]

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
Header = tuple[str, str]
_REVOCATION: Final = (3, 11, 12, 23)
"""What OpenSSL says where a revocation list is missing, not valid yet, out of date, or names the certificate."""
_OWN_REFUSED: Final = (
    "ALERT_BAD_CERTIFICATE",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_CERTIFICATE_REVOKED",
    "ALERT_CERTIFICATE_EXPIRED",
    "ALERT_CERTIFICATE_UNKNOWN",
    "TLSV1_ALERT_UNKNOWN_CA",
)


class HttpConnection:
    """A single TCP (or TLS) connection to one URL, opened by the first request.

    tls: a context from ``net.tls.client_context``, required for https. check_server_name: compare the certificate's
    name ourselves, for a context that does not check the issuer. max_body: largest answer accepted, in bytes.
    proxy: the way to the host. An http URL whose proxy takes no CONNECT goes to the proxy request by request
    (``forwarded``), where nothing that lives on a connection works.
    """

    def __init__(
        self,
        url: str,
        *,
        tls: ssl.SSLContext | None = None,
        check_server_name: bool = False,
        connect_timeout: float | None = 30.0,
        max_body: int = 64 * 1024 * 1024,
        proxy: Proxy | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise LocalProtocolError(f"not an http or https URL: {url!r}")
        if parts.scheme == "https" and tls is None:
            raise LocalProtocolError("https needs a TLS context")
        self.host: str = parts.hostname
        self.secure = parts.scheme == "https"
        self._port = parts.port or DEFAULT_PORTS[parts.scheme]
        self._tls = tls if self.secure else None
        self._verify = (lambda der: check_name(der, self.host)) if check_server_name and self.secure else None
        self._connect_timeout = connect_timeout
        self._max_body = max_body
        self._name = self.host if self.host.isascii() else self.host.encode("idna").decode("ascii")
        shown = f"[{self._name}]" if ":" in self._name else self._name
        port = "" if self._port == DEFAULT_PORTS[parts.scheme] else f":{self._port}"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._host_line = f" HTTP/1.1\r\nHost: {shown}{port}\r\n"
        self._start = f"POST {target}{self._host_line}"
        self._whole = f"http://{shown}{port}{target}"
        _checked(target + shown)
        self._proxy = proxy
        self.forwarded = False
        self._head: tuple[Sequence[Header], bytes] | None = None
        self._wire: Wire | None = None
        self._closed = False

    @property
    def closed(self) -> bool:
        """True when no further request can be made: closed by us, or by the peer while idle."""
        return self._closed or (self._wire is not None and self._wire.ended and not self.forwarded)

    @property
    def peer_certificate(self) -> bytes | None:
        """The server's certificate as DER once TLS is up, else None."""
        tls = None if self._wire is None else self._wire.details("ssl_object")
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
        clock = asyncio.timeout(timeout)
        try:
            exchange = self._exchange(headers, body)
            del body  # nobody who waits for the answer holds the request: of a thousand pending ones it is most
            async with clock:
                return await exchange
        except TimeoutError as error:
            if clock.expired():
                self.abandon()
                raise DeadlineExceeded(f"no answer from {self.host}:{self._port} within {timeout} s") from None
            raise self._failure(error) from error
        except OSError as error:
            raise self._failure(error) from error
        except RemoteProtocolError as error:
            self.abandon()
            if isinstance(error, LimitExceeded):
                raise
            raise ConnectionLost(
                f"the connection to {self.host}:{self._port} is useless: {error}", sent=True
            ) from error
        except BaseException:
            self.abandon()
            raise

    async def close(self) -> None:
        """Close the connection; calling again does nothing."""
        self.abandon()

    async def __aenter__(self) -> HttpConnection:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _request(self, headers: Sequence[Header], body: bytes) -> bytes:
        """Return the request as one piece. The last head is kept: the same headers (a tuple) come again and again."""
        key = headers if isinstance(headers, tuple) else tuple(headers)
        if self._head is None or self._head[0] != key:
            lines = "".join(f"{_checked(name)}: {_checked(value)}\r\n" for name, value in key)
            try:
                head = f"{self._start}{lines}Content-Length: ".encode("latin-1")
            except UnicodeEncodeError as error:
                raise LocalProtocolError(f"the request cannot be written: {error.reason}") from None
            self._head = (key, head)
        return b"%b%d\r\n\r\n%b" % (self._head[1], len(body), body)

    async def _exchange(self, headers: Sequence[Header], body: bytes) -> HttpReply:
        wire = await self._open()
        if self.forwarded:
            return await self._forward(headers, body)
        asking = self._ask(wire, self._request(headers, body))
        del body
        reply, again = await asking
        if not again:
            self.abandon()
        return reply

    async def _ask(self, wire: Wire, request: bytes) -> tuple[HttpReply, bool]:
        """Return the answer, and whether the connection may carry another exchange."""
        wire.sent = False
        reader = ReplyReader(self._max_body)
        exchange = wire.exchange(request, reader)
        del request
        reply = await exchange
        if reply is None:
            self.abandon()
            raise ConnectionLost(f"{self.host}:{self._port} closed the connection", sent=wire.sent)
        return reply, reader.keep_alive

    async def _forward(self, headers: Sequence[Header], body: bytes) -> HttpReply:
        """Let the proxy carry one request; the connection to it is made again where it closes each."""
        assert self._proxy is not None
        proxy = self._proxy

        async def ask(header: str | None) -> HttpReply:
            if self._wire is None or self._wire.ended:
                self._wire = await open_proxy(proxy)
            more = () if header is None else (("Proxy-Authorization", header),)
            reply, again = await self._ask(self._wire, self._request((*headers, *more), body))
            if not again:
                self._wire.close()
            return reply

        return await ask_proxy(proxy.logon(), ask, method="POST", uri=self._whole, proxy=proxy)

    async def _open(self) -> Wire:
        if self._wire is None:
            proxy = self._proxy
            try:
                self._wire = await open_wire(
                    self._name, self._port, tls=self._tls, verify=self._verify, limit=self._connect_timeout,
                    tunnel=(lambda: open_tunnel(proxy, self._name, self._port)) if proxy is not None else None,
                )  # fmt: skip
            except NoTunnel:
                if proxy is None or self.secure:
                    raise
                self._wire = await open_proxy(proxy)
                self.forwarded = True
                self._start = f"POST {self._whole}{self._host_line}"
                self._head = None
        return self._wire

    def _failure(self, error: OSError) -> TransportError:
        wire = self._wire
        self.abandon()
        where = f"{self.host}:{self._port}"
        cause = why(error)
        if isinstance(error, ssl.SSLCertVerificationError) and error.verify_code in _REVOCATION:
            return TransportError(
                f"TLS with {where} failed: the certificate is not accepted ({error.verify_message}): put the present"
                " revocation list of its issuer into ca_trust, or leave out the check with skip_revocation_check"
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return TransportError(
                f"TLS with {where} failed: the certificate is not accepted ({error.verify_message}): trust its"
                " issuer with ca_trust, or leave out the check with skip_ca_check or skip_cn_check"
            )
        if isinstance(error, ssl.SSLError) and (error.reason or "").removeprefix("SSLV3_") in _OWN_REFUSED:
            return TransportError(f"{where} does not accept our certificate ({error.reason})")
        if isinstance(error, ssl.SSLError):
            return TransportError(f"TLS with {where} failed: {error.reason or error}")
        if wire is None:
            return TransportError(f"cannot connect to {where}: {cause}")
        return ConnectionLost(f"the connection to {where} was lost: {cause}", sent=wire.sent)

    def abandon(self) -> None:
        """Close the connection at once, without a wait."""
        self._closed = True
        if self._wire is not None:
            self._wire.close()


def _checked(text: str) -> str:
    if "\r" in text or "\n" in text or "\0" in text:
        raise LocalProtocolError("the request cannot be written: a header with a line end")
    return text
