"""The way through a proxy: HTTP tunnels (CONNECT) with a logon, SOCKS by python-socks; a byte stream comes out."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from remora.auth.offers import parse_offers
from remora.auth.proxy_authentication import ProxyAuthentication
from remora.auth.proxy_logon import ProxyLogon
from remora.errors import AuthError, ConfigError, RemoteProtocolError, TransportError
from remora.net.dial import dial, why
from remora.net.http_reply import HttpReply, ReplyReader
from remora.net.wire import Wire

DEFAULT_PORTS: Final = {"http": 8080, "socks5": 1080, "socks5h": 1080, "socks4a": 1080}
_MAX_BODY: Final = 1024 * 1024
_NO_TUNNEL: Final = (400, 403, 405, 501)


class NoTunnel(TransportError):
    """The proxy takes no CONNECT to this port; it may forward single requests all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """One proxy. scheme: a key of DEFAULT_PORTS. It resolves the names itself, whatever the scheme."""

    scheme: str
    host: str
    port: int
    username: str | None = None
    password: str = field(default="", repr=False)
    mechanism: ProxyAuthentication = ProxyAuthentication.NEGOTIATE

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Proxy:
        """Read ``scheme://[user[:password]@]host[:port]``; without a scheme it is http. Raises ConfigError.

        A logon in the text is meant as Basic, as everywhere.
        """
        try:
            parts = urlsplit(text if "://" in text else f"http://{text}")
            port = parts.port
        except ValueError:
            raise ConfigError("the address of the proxy cannot be read") from None
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == 0:
            raise ConfigError(f"a proxy is {', '.join(f'{name}://host:port' for name in DEFAULT_PORTS)}")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=port or DEFAULT_PORTS[parts.scheme],
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or ""),
            mechanism=ProxyAuthentication.BASIC,
        )

    def logon(self) -> ProxyLogon | None:
        """Return the logon for one connection; None where no user was named."""
        if self.username is None:
            return None
        return ProxyLogon(self.mechanism, self.username, self.password, proxy=self.host)


async def open_tunnel(proxy: Proxy, host: str, port: int) -> Wire:
    """Return a byte stream to the host through the proxy. Raises NoTunnel, TransportError, AuthError, OSError."""
    if proxy.scheme == "http":
        return await _connect(proxy, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(Wire, sock=await _socks(proxy, host, port))
    return wire


async def open_proxy(proxy: Proxy) -> Wire:
    """Return a byte stream to the proxy itself. Raises TransportError when it cannot be reached."""
    try:
        sock = await dial(proxy.host, proxy.port)
        _, wire = await asyncio.get_running_loop().create_connection(Wire, sock=sock)
    except OSError as error:
        raise TransportError(f"cannot connect to the proxy {proxy}: {why(error)}") from None
    return wire


async def ask_proxy(
    logon: ProxyLogon | None,
    ask: Callable[[str | None], Awaitable[HttpReply]],
    *,
    method: str,
    uri: str,
    proxy: Proxy,
) -> HttpReply:
    """Send a request until the proxy lets it through or refuses for good. ask: sends it, with this header or none."""
    reply = await ask(logon.first() if logon is not None else None)
    while reply.status == 407:
        offers = parse_offers(reply.all("Proxy-Authenticate"))
        if logon is None:
            listed = ", ".join(offer.scheme for offer in offers) or "nothing"
            raise AuthError(f"the proxy {proxy} asks for a logon (it offers {listed}): give a proxy credential")
        reply = await ask(logon.answer(offers, method=method, uri=uri))
    return reply


async def _connect(proxy: Proxy, where: str) -> Wire:
    wire: Wire | None = None

    async def ask(header: str | None) -> HttpReply:
        nonlocal wire
        if wire is None or wire.ended:
            wire = await open_proxy(proxy)
        lines = [f"CONNECT {where} HTTP/1.1", f"Host: {where}"]
        if header is not None:
            lines.append(f"Proxy-Authorization: {header}")
        reader = ReplyReader(_MAX_BODY, tunnel=True)
        reply = await wire.exchange(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), reader)
        if reply is None:
            raise TransportError(f"the proxy {proxy} closed the connection")
        if not reader.keep_alive and reply.status == 407:
            wire.close()
        return reply

    try:
        reply = await ask_proxy(proxy.logon(), ask, method="CONNECT", uri=where, proxy=proxy)
        if reply.status // 100 == 2 and wire is not None:
            return wire
        if reply.status in _NO_TUNNEL:
            raise NoTunnel(f"the proxy {proxy} does not allow a tunnel to {where}", status=reply.status)
        raise TransportError(
            f"the proxy {proxy} answered HTTP {reply.status} to the request for {where}", status=reply.status
        )
    except RemoteProtocolError as error:
        _close(wire)
        raise TransportError(f"the proxy {proxy} cannot be understood: {error}") from None
    except BaseException:
        _close(wire)
        raise


def _close(wire: Wire | None) -> None:
    if wire is not None:
        wire.close()


async def _socks(proxy: Proxy, host: str, port: int) -> socket.socket:
    from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError, ProxyType
    from python_socks.async_.asyncio import Proxy as Socks

    kind = ProxyType.SOCKS4 if proxy.scheme == "socks4a" else ProxyType.SOCKS5
    way = Socks(kind, proxy.host, proxy.port, proxy.username, proxy.password or None, True)
    try:
        found: socket.socket = await way.connect(host, port)
    except ProxyConnectionError:
        raise TransportError(f"cannot connect to the proxy {proxy}") from None
    except UnicodeError:
        raise TransportError(
            f"the host, user name and password for the proxy {proxy} must be letters of ASCII"
        ) from None
    except (ProxyError, ProxyTimeoutError) as error:
        raise TransportError(f"the proxy {proxy} does not lead to {host}:{port}: {error}") from None
    return found
