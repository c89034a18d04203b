"""Uri, Net.WebUtility, IPAddress, and the host name."""

from __future__ import annotations

import html
import ipaddress
from typing import Any
from urllib.parse import quote, quote_plus, unquote, unquote_plus, urljoin, urlsplit

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register
from remora.values.strings import Uri

_PORTS = {"http": 80, "https": 443, "ftp": 21, "ssh": 22}


def _uri(text: str, kind: Any = 1) -> Uri:
    made = Uri((text or "").strip())
    if int(kind) == 1 and not urlsplit(made).scheme:
        raise failure("Invalid URI: The format of the URI could not be determined.", "System.UriFormatException")
    return made


def _port(value: str) -> int:
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
    u.property("Port", "System.Int32")(_port)
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
    u.constructor("(string uriString)", "(string uriString, System.UriKind uriKind)")(_uri)
    u.constructor("(uri baseUri, string relativeUri)", "(uri baseUri, uri relativeUri)")(
        lambda base, relative: Uri(urljoin(str(base), str(relative)))
    )
    u.static("EscapeDataString(string)", returns="string")(lambda t: quote(t, safe="-_.~"))
    u.static("UnescapeDataString(string)", returns="string")(unquote)
    u.static("EscapeUriString(string)", returns="string")(lambda t: quote(t, safe="-_.~:/?#[]@!$&'()*+,;="))
    u.static("IsWellFormedUriString(string, object)", returns="bool")(lambda t, kind: bool(urlsplit(t or "").scheme))


class IPAddress(NetObject):
    """Net.IPAddress."""

    __slots__ = ("address",)
    net_type = NetType("System.Net.IPAddress", OBJECT)

    def __init__(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        self.address = address

    def net_text(self) -> str:
        return str(self.address)


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
    a.static_property("Loopback")(lambda: _address("127.0.0.1"))
    a.static_property("Any")(lambda: _address("0.0.0.0"))  # noqa: S104 - the constant's value, nothing is bound
    a.property("IPAddressToString", "System.String", kind="ScriptProperty")(lambda v: str(v.address))
    a.property("AddressFamily")(lambda v: "InterNetwork" if v.address.version == 4 else "InterNetworkV6")
    a.method("GetAddressBytes()", returns="byte[]")(lambda v: bytearray(v.address.packed))


def _web() -> NetType:
    w = NetType("System.Net.WebUtility", OBJECT)
    w.static("UrlEncode(string)", returns="string")(lambda t: quote_plus(t, safe="-_.!*()"))
    w.static("UrlDecode(string)", returns="string")(unquote_plus)
    w.static("HtmlEncode(string)", returns="string")(lambda t: html.escape(t).replace("&#x27;", "&#39;"))
    w.static("HtmlDecode(string)", returns="string")(html.unescape)
    return w


def _dns() -> NetType:
    import platform

    d = NetType("System.Net.Dns", OBJECT)
    d.static("GetHostName()", returns="string")(platform.node)
    return d


def register_types() -> None:
    """Addresses and web texts."""
    register(IPAddress.net_type, _web(), _dns())


_uris()
_addresses()
