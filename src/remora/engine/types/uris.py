"""More of System.Uri: parts, comparison, relative ones, tests of names; Net.Dns."""

from __future__ import annotations

import ipaddress
import os
import platform
import re
from functools import partial
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from remora.engine.errors import PSError
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.network import IPAddress, make_uri, uri_port
from remora.engine.types.typeref import register, require
from remora.values.collections import TypedArray
from remora.values.strings import Uri

_PORTS: Final = {"http": 80, "https": 443, "ftp": 21, "ssh": 22}
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_HOST: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*\.?")
SCHEMES: Final = "File Ftp Gopher Http Https Mailto Net.Pipe Net.Tcp News Nntp Ssh Ws Wss"


def _enum(name: str, label: str) -> Any:
    from remora.engine.convert.conversion import convert

    return convert(label, require(name))


def _host_type(name: str) -> Any:
    kind = "Unknown"
    try:
        kind = f"IPv{ipaddress.ip_address((name or '').strip('[]')).version}"
    except ValueError:
        if _HOST.fullmatch(name or ""):
            kind = "Dns"
    return _enum("System.UriHostNameType", kind)


def _idn(value: str) -> str:
    host = urlsplit(value).hostname or ""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _left_part(value: str, part: Any) -> str:
    parts = urlsplit(value)
    scheme = f"{parts.scheme}://" if "://" in value else f"{parts.scheme}:"
    authority = scheme + parts.netloc
    query = f"?{parts.query}" if parts.query else ""
    path = authority + (parts.path or "/")
    return {"Scheme": scheme, "Authority": authority, "Path": path, "Query": path + query}[str(part)]


def _relative(base: str, other: str) -> Uri:
    one, two = urlsplit(base), urlsplit(other)
    if (one.scheme, one.netloc) != (two.scheme, two.netloc):
        return Uri(other)
    folder = one.path.rpartition("/")[0] or "/"
    path = os.path.relpath(two.path or "/", folder) + ("/" if two.path.endswith("/") and two.path != "/" else "")
    rest = (f"?{two.query}" if two.query else "") + (f"#{two.fragment}" if two.fragment else "")
    return Uri(("" if path in (".", "./") else path) + rest)


def _is_base_of(base: str, other: str) -> bool:
    one, two = urlsplit(base), urlsplit(urljoin(base, other))
    folder = one.path.rpartition("/")[0] + "/"
    return (one.scheme, one.netloc) == (two.scheme, two.netloc) and (two.path or "/").startswith(folder)


def _try_create(given: Any, kind: Any, out: Any) -> bool:
    """TryCreate: a text with a kind, or a base with what is relative to it."""
    try:
        if isinstance(given, Uri):
            out.value = Uri(urljoin(str(given), str(kind)))
        else:
            absolute = bool(urlsplit(given or "").scheme)
            if (int(kind) == 2 and absolute) or not (given or "").strip():
                raise failure("", "System.UriFormatException")
            out.value = make_uri(given, kind)
    except (PSError, ValueError):
        out.value = None
        return False
    return True


def _components(value: str, wanted: Any, form: Any = None) -> str:
    parts, flags = urlsplit(value), int(wanted)
    out = f"{parts.scheme}://" if flags & 1 and flags & ~1 else parts.scheme if flags & 1 else ""
    if flags & 2 and parts.username:
        out += parts.netloc.rpartition("@")[0] + "@"
    out += (parts.hostname or "") if flags & 4 else ""
    shown = parts.port is not None and parts.port != _PORTS.get(parts.scheme)
    if (flags & 8 and shown) or flags & 128:
        out += f":{uri_port(value)}" if flags & 4 else str(uri_port(value))
    out += (parts.path or "/") if flags & 16 and flags & ~16 else parts.path.lstrip("/") if flags & 16 else ""
    out += (f"?{parts.query}" if flags & ~32 else parts.query) if flags & 32 and parts.query else ""
    return out + ((f"#{parts.fragment}" if flags & ~64 else parts.fragment) if flags & 64 and parts.fragment else "")


def _hex_unescape(text: str, index: Any) -> Any:
    from remora.values.strings import Char

    at = int(index.value)
    found = re.match("%([0-9A-Fa-f]{2})", text[at:])
    index.value = at + (3 if found else 1)
    return Char(chr(int(found[1], 16)) if found else text[at])


def _loopback(value: str) -> bool:
    host = urlsplit(value).hostname or ""
    return host == "localhost" or host.startswith("127.") or host == "::1" or (not host and value.startswith("file:"))


def _uris() -> None:
    u = r.URI
    u.property("DnsSafeHost", "System.String")(_idn)
    u.property("IdnHost", "System.String")(_idn)
    u.property("HostNameType", "System.UriHostNameType")(lambda v: _host_type(urlsplit(v).hostname or ""))
    u.property("IsDefaultPort", "System.Boolean")(lambda v: uri_port(v) == _PORTS.get(urlsplit(v).scheme, -1))
    u.property("IsFile", "System.Boolean")(lambda v: urlsplit(v).scheme == "file")
    u.property("IsLoopback", "System.Boolean")(_loopback)
    u.property("IsUnc", "System.Boolean")(lambda v: str(v).startswith("\\\\") or bool(re.match("file://[^/]", v)))
    u.property("UserEscaped", "System.Boolean")(lambda v: False)
    u.method("GetLeftPart(System.UriPartial part)", returns="string")(_left_part)
    u.method("GetComponents(System.UriComponents components, System.UriFormat format)", returns="string")(_components)
    u.method("MakeRelativeUri(uri uri)", returns="uri")(_relative)
    u.method("IsBaseOf(uri uri)", returns="bool")(_is_base_of)
    u.method("IsWellFormedOriginalString()", returns="bool")(lambda v: re.search(r"[\s<>\"{}|\\^`]", v) is None)
    u.static("TryCreate(string uriString, System.UriKind uriKind, ref result)",
             "TryCreate(uri baseUri, string relativeUri, ref result)",
             "TryCreate(uri baseUri, uri relativeUri, ref result)", returns="bool")(_try_create)  # fmt: skip
    u.static("CheckHostName(string name)", returns="System.UriHostNameType")(_host_type)
    u.static("CheckSchemeName(string schemeName)", returns="bool")(lambda t: _SCHEME.fullmatch(t or "") is not None)
    u.static("HexEscape(char character)", returns="string")(lambda c: f"%{ord(c):02X}")
    u.static("HexUnescape(string pattern, ref index)", returns="char")(_hex_unescape)
    u.static("IsHexDigit(char character)", returns="bool")(lambda c: str(c) in "0123456789abcdefABCDEF")
    u.static("IsHexEncoding(string pattern, int index)", returns="bool")(
        lambda t, i: re.match("%[0-9A-Fa-f]{2}", t[i:]) is not None
    )
    u.static_property("SchemeDelimiter", "System.String")(lambda: "://")
    for scheme in SCHEMES.split():
        name = "".join(part.title() for part in scheme.split("."))
        u.static_property(f"UriScheme{name}", "System.String")(partial(str, scheme.lower()))


class HostEntry(NetObject):
    """IPHostEntry."""

    __slots__ = ("addresses", "aliases", "name")
    net_type = NetType("System.Net.IPHostEntry", OBJECT)

    def __init__(self, name: str, aliases: list[str], addresses: list[IPAddress]) -> None:
        self.name = name
        self.aliases = aliases
        self.addresses = addresses


DNS: Final = NetType("System.Net.Dns", OBJECT, form="static")


def _addresses(name: str) -> TypedArray:
    """What the resolver of the machine knows; it asks no longer than the system lets it."""
    import socket

    try:
        found = socket.getaddrinfo(name or platform.node(), None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise failure("Name or service not known", "System.Net.Sockets.SocketException") from None
    unique = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found)
    return TypedArray([IPAddress(ipaddress.ip_address(one)) for one in unique], IPAddress.net_type.name)


def _entry(given: Any) -> HostEntry:
    import socket

    if isinstance(given, IPAddress) or re.fullmatch(r"[0-9.]+|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*", given or "-"):
        text = given.net_text() if isinstance(given, IPAddress) else given
        try:
            name, aliases, _ = socket.gethostbyaddr(text)
        except OSError:
            name, aliases = text, []
        return HostEntry(name, aliases, list(_addresses(text)))
    return HostEntry(given or platform.node(), [], list(_addresses(given)))


def _dns() -> None:
    d = DNS
    d.static("GetHostName()", returns="string")(platform.node)
    d.static("GetHostAddresses(string hostNameOrAddress)", returns="ipaddress[]")(_addresses)
    for name in ("GetHostEntry", "GetHostByName", "Resolve"):
        d.static(f"{name}(string hostNameOrAddress)", returns=HostEntry.net_type.name)(_entry)
    for name in ("GetHostEntry", "GetHostByAddress"):
        d.static(f"{name}(ipaddress address)", returns=HostEntry.net_type.name)(_entry)
    e = HostEntry.net_type
    e.property("HostName", "System.String")(lambda v: v.name)
    e.property("Aliases", "System.String[]")(lambda v: TypedArray(v.aliases, "System.String"))
    e.property("AddressList", "System.Net.IPAddress[]")(lambda v: TypedArray(v.addresses, IPAddress.net_type.name))


def register_types() -> None:
    """Dns and what it gives."""
    register(DNS, HostEntry.net_type)


_uris()
_dns()
