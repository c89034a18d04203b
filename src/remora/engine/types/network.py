"""Uri, Net.WebUtility and IPAddress."""

from __future__ import annotations

import html
import ipaddress
from collections.abc import Callable
from functools import partial
from typing import Any, Final
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urljoin, urlsplit

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register
from remora.values.numbers import Int64
from remora.values.strings import Uri

_PORTS = {"http": 80, "https": 443, "ftp": 21, "ssh": 22}


def make_uri(text: str, kind: Any = 1) -> Uri:
    """A URI of a UriKind. Raises PSError UriFormatException."""
    made = Uri((text or "").strip())
    if int(kind) == 1 and not urlsplit(made).scheme:
        raise failure("Invalid URI: The format of the URI could not be determined.", "System.UriFormatException")
    return made


def uri_port(value: str) -> int:
    """The port, of the scheme when none is written; -1 without one."""
    parts = urlsplit(value)
    try:
        return parts.port if parts.port is not None else _PORTS.get(parts.scheme, -1)
    except ValueError:
        return -1


def _uris() -> None:
    u = r.URI
    u.property("AbsoluteUri", "System.String")(str)
    u.property("OriginalString", "System.String")(str)
    u.property("Scheme", "System.String")(lambda v: urlsplit(v).scheme)
    u.property("Host", "System.String")(lambda v: urlsplit(v).hostname or "")
    u.property("Authority", "System.String")(lambda v: urlsplit(v).netloc.rpartition("@")[2])
    u.property("Port", "System.Int32")(uri_port)
    u.property("AbsolutePath", "System.String")(lambda v: urlsplit(v).path or "/")
    u.property("LocalPath", "System.String")(lambda v: unquote(urlsplit(v).path or "/"))
    u.property("PathAndQuery", "System.String")(
        lambda v: (urlsplit(v).path or "/") + (f"?{urlsplit(v).query}" if urlsplit(v).query else "")
    )
    u.property("Query", "System.String")(lambda v: f"?{urlsplit(v).query}" if urlsplit(v).query else "")
    u.property("Fragment", "System.String")(lambda v: f"#{urlsplit(v).fragment}" if urlsplit(v).fragment else "")
    u.property("Segments")(
        lambda v: [part + "/" for part in urlsplit(v).path.split("/")[:-1]] + [urlsplit(v).path.split("/")[-1]]
    )
    u.property("UserInfo", "System.String")(lambda v: urlsplit(v).netloc.rpartition("@")[0])
    u.property("IsAbsoluteUri", "System.Boolean")(lambda v: bool(urlsplit(v).scheme))
    u.constructor("(string uriString)", "(string uriString, System.UriKind uriKind)")(make_uri)
    u.constructor("(uri baseUri, string relativeUri)", "(uri baseUri, uri relativeUri)")(
        lambda base, relative: Uri(urljoin(str(base), str(relative)))
    )
    u.static("EscapeDataString(string)", returns="string")(lambda t: quote(t, safe="-_.~"))
    u.static("UnescapeDataString(string)", returns="string")(unquote)
    u.static("EscapeUriString(string)", returns="string")(lambda t: quote(t, safe="-_.~:/?#[]@!$&'()*+,;="))
    u.static("IsWellFormedUriString(string, object)", returns="bool")(lambda t, kind: bool(urlsplit(t or "").scheme))


_FAMILY: Final = "System.Net.Sockets.AddressFamily"


class IPAddress(NetObject):
    """Net.IPAddress."""

    __slots__ = ("address",)
    net_type = NetType("System.Net.IPAddress", OBJECT)

    def __init__(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        self.address = address

    def net_text(self) -> str:
        address = self.address
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            return f"::ffff:{address.ipv4_mapped}"
        return str(address)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IPAddress) and self.address == other.address

    def __hash__(self) -> int:
        return hash(self.address)

    @property
    def family(self) -> Any:
        """InterNetwork or InterNetworkV6."""
        from remora.engine.convert.conversion import convert_to

        return convert_to(f"InterNetwork{'V6' if self.address.version == 6 else ''}", _FAMILY)

    @property
    def scope(self) -> Int64 | None:
        """The number of the interface a version 6 address is for; None for version 4."""
        if isinstance(self.address, ipaddress.IPv4Address):
            return None
        return Int64(self.address.scope_id or 0) if (self.address.scope_id or "0").isdecimal() else Int64(0)

    @property
    def number(self) -> Int64 | None:
        """The bytes of a version 4 address as a number, the first the lowest; None for version 6."""
        return Int64(int.from_bytes(self.address.packed, "little")) if self.address.version == 4 else None

    def mapped(self, version: int) -> IPAddress:
        """The same address in the other version, as IPv4 addresses are written in IPv6."""
        if self.address.version == version:
            return self
        if isinstance(self.address, ipaddress.IPv4Address):
            return IPAddress(ipaddress.IPv6Address(f"::ffff:{self.address}"))
        return IPAddress(ipaddress.IPv4Address(self.address.packed[-4:]))


def _holds(test: Callable[[ipaddress.IPv6Address], object], value: IPAddress) -> bool:
    """Is it a version 6 address of which that is true?"""
    return isinstance(value.address, ipaddress.IPv6Address) and bool(test(value.address))


def _of_bytes(data: Any) -> IPAddress:
    if len(data) not in (4, 16):
        raise failure("An invalid IP address was specified. (Parameter 'address')", "System.ArgumentException")
    return IPAddress(ipaddress.ip_address(bytes(data)))


def _of_number(number: int) -> IPAddress:
    if not 0 <= number < 1 << 32:
        raise failure("Specified argument was out of the range of valid values. (Parameter 'newAddress')",
                      "System.ArgumentOutOfRangeException")  # fmt: skip
    return IPAddress(ipaddress.IPv4Address(number.to_bytes(4, "little")))


def _address(text: str) -> IPAddress:
    try:
        return IPAddress(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise failure("An invalid IP address was specified.", "System.FormatException") from None


def _try_address(text: str, out: Any) -> bool:
    try:
        out.value = IPAddress(ipaddress.ip_address((text or "").strip()))
        return True
    except ValueError:
        out.value = None
        return False


def _addresses() -> None:
    a = IPAddress.net_type
    a.parse = _address
    a.static("Parse(string)")(_address)
    a.static("TryParse(string, ref)", returns="bool")(_try_address)
    a.constructor("(byte[] address)")(_of_bytes)
    a.constructor("(long newAddress)")(_of_number)
    constants = {"Any": "0.0.0.0", "Loopback": "127.0.0.1", "Broadcast": "255.255.255.255",  # noqa: S104 - a value
                 "None": "255.255.255.255", "IPv6Any": "::", "IPv6Loopback": "::1", "IPv6None": "::"}  # fmt: skip
    for name, text in constants.items():
        a.static_property(name, a.name)(partial(_address, text))
    a.static("IsLoopback(ipaddress address)", returns="bool")(lambda v: v.address.is_loopback)
    a.property("AddressFamily", _FAMILY)(lambda v: v.family)
    a.property("ScopeId", "System.Int64")(lambda v: v.scope)
    tests: dict[str, Callable[[ipaddress.IPv6Address], object]] = {
        "IsIPv6Multicast": lambda v: v.is_multicast,
        "IsIPv6LinkLocal": lambda v: v.is_link_local,
        "IsIPv6SiteLocal": lambda v: v.is_site_local,
        "IsIPv6Teredo": lambda v: v.teredo,
        "IsIPv6UniqueLocal": lambda v: v.packed[0] & 0xFE == 0xFC,
        "IsIPv4MappedToIPv6": lambda v: v.ipv4_mapped,
    }
    for name, test in tests.items():
        a.property(name, "System.Boolean")(partial(_holds, test))
    a.property("Address", "System.Int64")(lambda v: v.number)
    a.property("IPAddressToString", "System.String", kind="ScriptProperty")(lambda v: v.net_text())
    a.method("MapToIPv4()", returns="ipaddress")(lambda v: v.mapped(4))
    a.method("MapToIPv6()", returns="ipaddress")(lambda v: v.mapped(6))
    a.method("GetAddressBytes()", returns="byte[]")(lambda v: bytearray(v.address.packed))


def _web() -> NetType:
    w = NetType("System.Net.WebUtility", OBJECT)
    w.static("UrlEncode(string)", returns="string")(lambda t: quote_plus(t, safe="-_.!*()"))
    w.static("UrlDecode(string)", returns="string")(unquote_plus)
    w.static("HtmlEncode(string)", returns="string")(lambda t: html.escape(t).replace("&#x27;", "&#39;"))
    w.static("HtmlDecode(string)", returns="string")(html.unescape)
    return w


def register_types() -> None:
    """Addresses and web texts."""
    register(IPAddress.net_type, _web())


_uris()
_addresses()
