"""UriBuilder, HttpUtility, MailAddress and IPEndPoint."""

from __future__ import annotations

import html
import re
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus, unquote_plus, urlsplit

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.network import IPAddress
from remora.engine.types.specialized import NameValues
from remora.engine.types.typeref import register
from remora.values.strings import Uri

_DEFAULT_PORTS: Final = {"http": 80, "https": 443, "ftp": 21, "ssh": 22}
_MAIL: Final = re.compile(r"\s*(?:\"?(?P<name>[^\"<]*?)\"?\s*<)?(?P<user>[^@<>\s]+)@(?P<host>[^@<>\s]+?)>?\s*")


class UriBuilder(NetObject):
    """The parts of a URI, to be changed one by one."""

    __slots__ = ("parts",)
    net_type = NetType("System.UriBuilder", OBJECT)

    def __init__(self, scheme: str = "http", host: str = "localhost", port: int = -1, path: str = "/") -> None:
        self.parts: dict[str, Any] = {
            "Scheme": scheme, "Host": host, "Port": port, "Path": path if path.startswith("/") else "/" + path,
            "Query": "", "Fragment": "", "UserName": "", "Password": "",
        }  # fmt: skip

    @classmethod
    def of(cls, text: str) -> UriBuilder:
        """From a URI's text; without a scheme it is http."""
        found = urlsplit(text if "://" in text else f"http://{text}")
        made = cls(found.scheme, found.hostname or "", found.port if found.port is not None else -1, found.path or "/")
        made.parts.update(
            Query=f"?{found.query}" if found.query else "", Fragment=f"#{found.fragment}" if found.fragment else "",
            UserName=found.username or "", Password=found.password or "",
        )  # fmt: skip
        return made

    def put(self, name: str, value: Any) -> None:
        """Change a part; query and fragment get their marks."""
        mark = {"Query": "?", "Fragment": "#"}.get(name, "")
        if mark and value and not str(value).startswith(mark):
            value = mark + value
        if name == "Path" and not str(value).startswith("/"):
            value = f"/{value}"
        self.parts[name] = value

    def net_text(self) -> str:
        p = self.parts
        user = p["UserName"] + (f":{p['Password']}" if p["Password"] else "")
        port = "" if p["Port"] in (-1, _DEFAULT_PORTS.get(p["Scheme"])) else f":{p['Port']}"
        return f"{p['Scheme']}://{user + '@' if user else ''}{p['Host']}{port}{p['Path']}{p['Query']}{p['Fragment']}"


def _part(name: str, builder: UriBuilder) -> Any:
    return builder.parts[name]


def _set_part(name: str, builder: UriBuilder, value: Any) -> None:
    builder.put(name, value)


def _builders() -> NetType:
    b = UriBuilder.net_type
    b.constructor("()", "(string scheme, string host)", "(string scheme, string host, int port)",
                  "(string scheme, string host, int port, string path)")(UriBuilder)  # fmt: skip
    b.constructor("(string uri)", "(uri uri)")(UriBuilder.of)
    for name in ("Scheme", "Host", "Path", "Query", "Fragment", "UserName", "Password"):
        b.property(name, "System.String")(partial(_part, name))
        b.setter(name)(partial(_set_part, name))
    b.property("Port", "System.Int32")(lambda v: v.parts["Port"])
    b.setter("Port")(lambda v, value: v.put("Port", value))
    b.property("Uri", "System.Uri")(lambda v: Uri(v.net_text()))
    b.method("ToString()", returns="string")(lambda v: v.net_text())
    return b


class QueryValues(NameValues):
    """HttpValueCollection: its text is the query."""

    __slots__ = ()


def _query(values: QueryValues) -> str:
    return "&".join(f"{quote_plus(str(key))}={quote_plus(str(value))}" for key, value in values.items())


def _parse_query(text: str) -> QueryValues:
    values = QueryValues()
    for name, value in parse_qsl((text or "").removeprefix("?"), keep_blank_values=True):
        values.add(name, value)
    return values


def _utility() -> list[NetType]:
    u = NetType("System.Web.HttpUtility", OBJECT)
    u.static("UrlEncode(string str)", returns="string")(
        lambda text: re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quote_plus(text, safe="-_.!*()"))
    )
    u.static("UrlDecode(string str)", returns="string")(unquote_plus)
    u.static("HtmlEncode(string s)", returns="string")(lambda text: html.escape(text).replace("&#x27;", "&#39;"))
    u.static("HtmlDecode(string s)", returns="string")(html.unescape)
    u.static("HtmlAttributeEncode(string s)", returns="string")(
        lambda text: text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace("'", "&#39;")
    )
    u.static("ParseQueryString(string query)")(_parse_query)
    values = NetType("System.Web.HttpQSCollection", r.BY_CLASS[NameValues])
    values.method("ToString()", returns="string")(_query)
    r.BY_CLASS[QueryValues] = values
    return [u, values]


class MailAddress(NetObject):
    """Net.Mail.MailAddress."""

    __slots__ = ("display", "host", "user")
    net_type = NetType("System.Net.Mail.MailAddress", OBJECT)

    def __init__(self, address: str, display: str = "") -> None:
        found = _MAIL.fullmatch(address or "")
        if found is None:
            raise failure("The specified string is not in the form required for an e-mail address.",
                          "System.FormatException")  # fmt: skip
        self.user, self.host = found["user"], found["host"]
        self.display = display or found["name"] or ""

    @property
    def address(self) -> str:
        return f"{self.user}@{self.host}"

    def net_text(self) -> str:
        return f'"{self.display}" <{self.address}>' if self.display else self.address


def _mail() -> NetType:
    m = MailAddress.net_type
    m.constructor("(string address)", "(string address, string displayName)")(MailAddress)
    m.property("Address", "System.String")(lambda v: v.address)
    m.property("DisplayName", "System.String")(lambda v: v.display)
    m.property("User", "System.String")(lambda v: v.user)
    m.property("Host", "System.String")(lambda v: v.host)
    m.method("ToString()", returns="string")(lambda v: v.net_text())
    return m


class EndPoint(NetObject):
    """Net.IPEndPoint."""

    __slots__ = ("address", "port")
    net_type = NetType("System.Net.IPEndPoint", NetType("System.Net.EndPoint", OBJECT, form="abstract"))

    def __init__(self, address: IPAddress, port: int) -> None:
        if not 0 <= port <= 65535:
            raise failure("Specified argument was out of the range of valid values. (Parameter 'port')",
                          "System.ArgumentOutOfRangeException")  # fmt: skip
        self.address = address
        self.port = port

    def net_text(self) -> str:
        host = self.address.net_text()
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"


def _parse_end_point(text: str) -> EndPoint:
    import ipaddress

    host, colon, port = (text or "").rpartition(":")
    if text.count(":") > 1 and not text.startswith("["):
        host, colon, port = text, "", "0"
    elif not colon:
        host, port = text, "0"
    try:
        return EndPoint(IPAddress(ipaddress.ip_address(host.strip("[]"))), int(port))
    except ValueError:
        raise failure("An invalid IPEndPoint was specified.", "System.FormatException") from None


def _end_points() -> NetType:
    e = EndPoint.net_type
    e.constructor("(ipaddress address, int port)")(EndPoint)
    e.property("Address", "System.Net.IPAddress")(lambda v: v.address)
    e.setter("Address")(lambda v, value: setattr(v, "address", value))
    e.property("Port", "System.Int32")(lambda v: v.port)
    e.setter("Port")(lambda v, value: setattr(v, "port", value))
    e.static("Parse(string s)", returns="IPEndpoint")(_parse_end_point)
    e.method("ToString()", returns="string")(lambda v: v.net_text())
    e.parse = _parse_end_point
    return e


def register_types() -> None:
    """The types by name."""
    from remora.engine.types import specialized

    specialized.register_types()
    register(_builders(), *_utility(), _mail(), _end_points())
