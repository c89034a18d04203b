"""WebRequestSession: what requests of one session share, its cookies among it."""

from __future__ import annotations

from email.message import Message
from http.cookiejar import Cookie as JarCookie
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request as JarRequest

from remora.engine.convert import to_text
from remora.engine.enumeration import Enumerable
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.values import Hashtable

_C = "Microsoft.PowerShell.Commands."


class Cookie(NetObject):
    """Net.Cookie."""

    __slots__ = ("domain", "http_only", "name", "path", "secure", "value")
    net_type = NetType("System.Net.Cookie", OBJECT)

    def __init__(self, name: str = "", value: str = "", path: str = "", domain: str = "") -> None:
        self.name = name
        self.value = value
        self.path = path
        self.domain = domain
        self.secure = False
        self.http_only = False

    def net_text(self) -> str:
        return f"{self.name}={self.value}"


class Cookies(Enumerable):
    """Net.CookieCollection."""

    __slots__ = ("found",)
    net_type = NetType("System.Net.CookieCollection", OBJECT)

    def __init__(self, found: list[Cookie]) -> None:
        self.found = found

    def items(self) -> list[Cookie]:
        return self.found


class CookieContainer(NetObject):
    """Net.CookieContainer: which cookies go to which address is the standard library's judgement."""

    __slots__ = ("jar",)
    net_type = NetType("System.Net.CookieContainer", OBJECT)

    def __init__(self) -> None:
        self.jar = CookieJar()

    def header(self, url: str) -> str | None:
        """The Cookie header for a request."""
        request = JarRequest(url)  # noqa: S310 - nothing is opened; the jar reads the address
        self.jar.add_cookie_header(request)
        return request.get_header("Cookie")

    def take(self, url: str, headers: list[str]) -> None:
        """Keep what Set-Cookie headers of a response say."""
        if headers:
            self.jar.extract_cookies(_Reply(headers), JarRequest(url))  # type: ignore[arg-type]  # noqa: S310 - as above

    def for_url(self, url: str) -> list[Cookie]:
        """The cookies a request to the address would carry."""
        header = self.header(url)
        sent = {part.partition("=")[0].strip() for part in (header or "").split(";")}
        host = urlsplit(url).hostname or ""
        return [
            _shown(cookie)
            for cookie in self.jar
            if cookie.name in sent and host.endswith(cookie.domain.lstrip(".").removesuffix(".local"))
        ]

    def put(self, cookie: Cookie, url: str = "") -> None:
        """Keep a cookie for its domain, or for the host of an address."""
        host = cookie.domain or urlsplit(url).hostname or ""
        domain = host if "." in host or not host else host + ".local"
        self.jar.set_cookie(
            JarCookie(
                version=0,
                name=cookie.name,
                value=cookie.value,
                port=None,
                port_specified=False,
                domain=domain,
                domain_specified=bool(cookie.domain),
                domain_initial_dot=domain.startswith("."),
                path=cookie.path or "/",
                path_specified=True,
                secure=cookie.secure,
                expires=None,
                discard=True,
                comment=None,
                comment_url=None,
                rest={"HttpOnly": ""} if cookie.http_only else {},
            )
        )


class _Reply:
    """The part of a response that a cookie jar looks at."""

    def __init__(self, headers: list[str]) -> None:
        self._message = Message()
        for header in headers:
            self._message["Set-Cookie"] = header

    def info(self) -> Message:
        """The headers."""
        return self._message


def _shown(cookie: JarCookie) -> Cookie:
    made = Cookie(cookie.name, cookie.value or "", cookie.path, cookie.domain.removesuffix(".local"))
    made.secure = cookie.secure
    made.http_only = cookie.has_nonstandard_attr("HttpOnly") or cookie.has_nonstandard_attr("httponly")
    return made


class WebRequestSession(NetObject):
    """Headers, cookies and settings that -WebSession hands from request to request."""

    __slots__ = (
        "certificates", "content_headers", "cookies", "credentials", "headers", "maximum_redirection",
        "maximum_retry_count", "proxy", "retry_interval", "use_default_credentials", "user_agent",
    )  # fmt: skip
    net_type = NetType(_C + "WebRequestSession", OBJECT)

    def __init__(self) -> None:
        self.headers: Any = Hashtable()
        self.content_headers: Any = Hashtable()
        self.cookies = CookieContainer()
        self.use_default_credentials = False
        self.credentials: Any = None
        self.certificates: Any = None
        self.user_agent = ""
        self.proxy: Any = None
        self.maximum_redirection = -1
        self.maximum_retry_count = 0
        self.retry_interval = 5


_SETTABLE = (
    ("Headers", "headers", "System.Object"),
    ("Cookies", "cookies", "System.Object"),
    ("UseDefaultCredentials", "use_default_credentials", "System.Boolean"),
    ("Credentials", "credentials", "System.Object"),
    ("Certificates", "certificates", "System.Object"),
    ("UserAgent", "user_agent", "System.String"),
    ("Proxy", "proxy", "System.Object"),
    ("MaximumRedirection", "maximum_redirection", "System.Int32"),
    ("MaximumRetryCount", "maximum_retry_count", "System.Int32"),
    ("RetryIntervalInSeconds", "retry_interval", "System.Int32"),
)
_COOKIE = (
    ("Name", "name", "System.String"),
    ("Value", "value", "System.String"),
    ("Path", "path", "System.String"),
    ("Domain", "domain", "System.String"),
    ("Secure", "secure", "System.Boolean"),
    ("HttpOnly", "http_only", "System.Boolean"),
)


def _declare() -> None:
    for kind, rows in ((WebRequestSession.net_type, _SETTABLE), (Cookie.net_type, _COOKIE)):
        for name, attribute, type_name in rows:
            kind.property(name, type_name)(_reader(attribute))
            kind.setter(name)(_writer(attribute))
    WebRequestSession.net_type.constructor("()")(WebRequestSession)
    WebRequestSession.net_type.settable_bag = True
    cookie = Cookie.net_type
    cookie.constructor("()", "(string, string)", "(string, string, string)", "(string, string, string, string)")(Cookie)
    cookie.settable_bag = True
    container = CookieContainer.net_type
    container.constructor("()")(CookieContainer)
    container.property("Count", "System.Int32")(lambda c: len(c.jar))
    container.method("Add(object)", returns="void")(lambda c, one: c.put(one))
    container.method("Add(uri, object)", returns="void")(lambda c, url, one: c.put(one, to_text(url)))
    container.method("GetCookies(uri)")(lambda c, url: Cookies(c.for_url(str(url))))
    container.method("GetCookieHeader(uri)", returns="string")(lambda c, url: c.header(str(url)) or "")
    container.method("GetAllCookies()")(lambda c: Cookies([_shown(one) for one in c.jar]))
    container.method("SetCookies(uri, string)", returns="void")(lambda c, url, text: c.take(str(url), [text]))
    Cookies.net_type.property("Count", "System.Int32")(lambda c: len(c.found))
    Cookies.net_type.method("get_Item(object)", returns="object")(_cookie_at)
    register(WebRequestSession.net_type, Cookie.net_type, container, Cookies.net_type)


def _reader(attribute: str) -> Any:
    return lambda target: getattr(target, attribute)


def _writer(attribute: str) -> Any:
    return lambda target, value: setattr(target, attribute, value)


def _cookie_at(cookies: Cookies, key: Any) -> Any:
    if isinstance(key, int):
        return cookies.found[key] if 0 <= key < len(cookies.found) else None
    return next((one for one in cookies.found if one.name.lower() == to_text(key).lower()), None)


_declare()
