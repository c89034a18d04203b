"""From parameters to a response: headers, credentials, redirections, retries, cookies."""

from __future__ import annotations

import os
import platform
import ssl
from typing import Any, Final
from urllib.parse import quote, urljoin, urlsplit, urlunsplit
from urllib.request import AbstractDigestAuthHandler, HTTPPasswordMgr, parse_keqv_list
from urllib.request import Request as DigestRequest

from remora.engine.convert import to_text
from remora.engine.errors import ErrorRecord, PSError, error, exception
from remora.modules.common import object_text
from remora.modules.utility.web.content import FORM_TYPE, UnknownCharset, body_bytes, form_text, multipart
from remora.modules.utility.web.exchange import ExchangeFailed, Request, Response, Settings, basic, exchange
from remora.modules.utility.web.parameters import WebCommand
from remora.modules.utility.web.responses import HttpRequestMessage
from remora.modules.utility.web.session import WebRequestSession
from remora.values import Hashtable

_REDIRECTS: Final = (300, 301, 302, 303, 307, 308)
_MOST_REDIRECTS: Final = 50
_CONTENT_HEADERS: Final = frozenset(
    ("allow", "content-disposition", "content-encoding", "content-language", "content-length", "content-location",
     "content-md5", "content-range", "content-type", "expires", "last-modified")
)  # fmt: skip
_TOKEN: Final = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_TLS: Final = {"Tls": ssl.TLSVersion.TLSv1, "Tls11": ssl.TLSVersion.TLSv1_1, "Tls12": ssl.TLSVersion.TLSv1_2,
               "Tls13": ssl.TLSVersion.TLSv1_3}  # fmt: skip


def user_agent(version: str) -> str:
    """What PowerShell says it is."""
    return f"Mozilla/5.0 ({platform.system()}; {platform.system()} {platform.release()}; en-US) PowerShell/{version}"


class Flow:
    """The requests one call makes."""

    def __init__(self, command: WebCommand) -> None:
        self._command = command
        self.session = self._prepared_session()
        self._method = command.custom_method or _method_name(command.method)
        self._left = self.session.maximum_redirection
        self._resume_size: int | None = None
        self._bodiless = False
        self.resumed = False
        self.hit_limit = False

    # -- the session ---------------------------------------------------------------------------------------------------

    def _prepared_session(self) -> WebRequestSession:
        command = self._command
        session: WebRequestSession = command.web_session or WebRequestSession()
        if command.session_variable is not None:
            command.session.set_variable(command.session_variable, session)
        for key, value in (command.headers or {}).items():
            if value is not None:
                _set(session.headers, to_text(key), object_text(value))
        kind = str(command.authentication or "None")
        if kind == "Basic":
            name, password = command.credential.username, command.credential.password.reveal()
            _set(session.headers, "Authorization", basic(name, password))
        elif kind in ("Bearer", "OAuth"):
            _set(session.headers, "Authorization", "Bearer " + command.token.reveal())
        elif command.credential is not None:
            session.credentials = command.credential
        elif command.use_default_credentials:
            session.use_default_credentials = True
        if command.user_agent is not None:
            session.user_agent = command.user_agent
        if command.proxy is not None:
            session.proxy = str(command.proxy)
        if command.no_proxy:
            session.proxy = ""
        if command.maximum_redirection > -1:
            session.maximum_redirection = command.maximum_redirection
        if command.maximum_retry_count > 0:
            session.maximum_retry_count = command.maximum_retry_count
            session.retry_interval = command.retry_interval_sec
        return session

    def _settings(self) -> Settings:
        command = self._command
        proxy = self.session.proxy
        given = command.proxy_credential
        tls = [_TLS[name] for name in to_text(command.ssl_protocol or "").split(", ") if name in _TLS]
        return Settings(
            proxy=None if proxy is None else to_text(proxy),
            proxy_user=given.username if given is not None else "",
            proxy_password=given.password.reveal() if given is not None else "",
            connect_timeout=command.connection_timeout_seconds,
            read_timeout=command.operation_timeout_seconds or command.connection_timeout_seconds,
            check_certificate=not command.skip_certificate_check,
            tls_versions=(min(tls), max(tls)) if tls else None,
            unix_socket=command.unix_socket,
            on_disk=command.out_file is not None,
        )

    # -- a request -----------------------------------------------------------------------------------------------------

    def request(self, url: str, *, again: bool = False) -> Request:
        """What to send. again: for a redirection or a further page, where credentials stay behind."""
        command = self._command
        body = command.plain_body()
        if isinstance(body, dict | Hashtable) and self._method.upper() == "GET":
            parts = urlsplit(url)
            query = "&".join(part for part in (parts.query, form_text(body)) if part)
            url, body = urlunsplit(parts._replace(query=query)), None
        headers, content = self._headers(url, again=again)
        request = Request(method=self._method.upper(), url=url, headers=headers)
        if not self._bodiless:
            self._fill(request, body, content)
        self._range(request)
        return request

    def _headers(self, url: str, *, again: bool) -> tuple[list[tuple[str, str]], dict[str, str]]:
        command = self._command
        headers: list[tuple[str, str]] = []
        content: dict[str, str] = {}
        for key, value in self.session.headers.items():
            name, text = to_text(key), to_text(value)
            if name.lower() in _CONTENT_HEADERS:
                content[name] = text
            elif not (again and name.lower() == "authorization" and not command.preserve_authorization_on_redirect):
                headers.append((name, text))
        known = {name.lower() for name, _ in headers}
        if "user-agent" not in known:
            agent = self.session.user_agent or user_agent(_version(command))
            headers.append(("User-Agent", agent))
        if "accept-encoding" not in known:
            headers.append(("Accept-Encoding", "gzip, deflate"))
        if command.disable_keep_alive:
            headers.append(("Connection", "close"))
        cookie = self.session.cookies.header(url)
        if cookie:
            headers.append(("Cookie", cookie))
        if not command.skip_header_validation:
            self._validate(headers)
        return headers, content

    def _validate(self, headers: list[tuple[str, str]]) -> None:
        for name, value in headers:
            if not name or not set(name) <= _TOKEN or "\n" in value or "\r" in value:
                raise self._command.throw(
                    error(
                        f"The format of value '{value}' is invalid."
                        if name and set(name) <= _TOKEN
                        else f"The header name format is invalid. (Parameter '{name}')",
                        "System.FormatException",
                        "NotSpecified",
                        type_name="System.FormatException",
                    )
                )

    def _fill(self, request: Request, body: Any, content: dict[str, str]) -> None:
        command = self._command
        known = {name.lower(): name for name in content}
        kind = command.content_type
        if kind is None and "content-type" in known:
            kind = content.pop(known["content-type"])
        if kind is None and request.method == "POST":
            kind = FORM_TYPE
        if command.form is not None:
            kind, request.body = multipart(command.form)
        elif body is not None:
            request.body = self._encoded(body, kind)
        elif command.in_file is not None:
            with open(command.in_path, "rb") as file:
                request.body = file.read()
        elif request.method not in ("GET", "HEAD", "OPTIONS", "TRACE", "DELETE") or command.content_type is not None:
            request.body = b""
        if request.body is None:
            return
        if kind:
            request.headers.append(("Content-Type", kind))
        request.headers.extend((name, value) for name, value in content.items() if name.lower() != "content-type")
        if command.transfer_encoding is not None or request.header("Transfer-Encoding") is not None:
            self._chunk(request)
        elif isinstance(request.body, bytes):
            request.headers.append(("Content-Length", str(len(request.body))))

    def _chunk(self, request: Request) -> None:
        encoding = self._command.transfer_encoding
        request.headers = [
            (n, v) for n, v in request.headers if n.lower() not in ("transfer-encoding", "content-length")
        ]
        both = encoding is not None and encoding.lower() != "chunked"
        request.headers.append(("Transfer-Encoding", f"{encoding}, chunked" if both else "chunked"))
        request.chunked = True

    def _encoded(self, body: Any, kind: str | None) -> Any:
        try:
            return body_bytes(body, kind)
        except UnknownCharset:
            if self._command.skip_header_validation:
                return body_bytes(body, None)
            raise self._command.throw(
                error(
                    "The cmdlet cannot run because the -ContentType parameter is not a valid Content-Type header. "
                    "Specify a valid Content-Type for -ContentType, then retry. To suppress header validation, supply "
                    "the -SkipHeaderValidation parameter.",
                    "WebCmdletContentTypeException",
                    "InvalidArgument",
                    kind,
                    type_name="System.Management.Automation.ValidationMetadataException",
                )
            ) from None

    def _range(self, request: Request) -> None:
        command = self._command
        if not command.resume:
            return
        path = command.session.file_path(command.out_file)
        self._resume_size = os.path.getsize(path) if os.path.isfile(path) else 0
        request.headers.append(("Range", f"bytes={self._resume_size}-"))

    # -- the response --------------------------------------------------------------------------------------------------

    def response(self, request: Request) -> Response:
        """The final response after redirections, credentials and retries. Raises PSError."""
        tries = self.session.maximum_retry_count + 1
        while True:
            reply = self._authorized(request)
            reply = self._redirected(reply)
            reply = self._unranged(reply)
            tries -= 1
            if tries <= 0 or not (reply.status == 304 or 400 <= reply.status < 600):
                return reply
            self._wait(reply)
            reply.body.close()
            request = self.request(request.url)

    def _sent(self, request: Request) -> Response:
        command = self._command
        command.write_verbose(f"WebRequest: v1.1 {request.method} {request.url.partition('?')[0]}")
        try:
            reply = exchange(request, self._settings(), command.check_stop)
        except ExchangeFailed as problem:
            raise command.throw(_no_response(problem, request)) from None
        self.session.cookies.take(request.url, reply.values("Set-Cookie"))
        command.write_verbose(f"WebResponse: {reply.status} {reply.reason}")
        return reply

    def _authorized(self, request: Request) -> Response:
        reply = self._sent(request)
        given = self.session.credentials
        if reply.status != 401 or given is None or request.header("Authorization") is not None:
            return reply
        reply.body.close()
        name, password = given.username, given.password.reveal()
        for challenge in reply.values("WWW-Authenticate"):
            scheme, _, rest = challenge.partition(" ")
            answer = None
            if scheme.lower() == "basic":
                answer = basic(name, password)
            elif scheme.lower() == "digest":
                answer = _digest(request, rest, name, password)
            if answer is not None:
                request.headers.append(("Authorization", answer))
                return self._sent(request)
        return reply

    def _redirected(self, reply: Response) -> Response:
        limit = _MOST_REDIRECTS if self._left < 0 else self._left
        while reply.status in _REDIRECTS and (location := reply.header("Location")):
            origin = reply.request.url
            target = urljoin(origin, quote(location, safe="%/:=&?~#+!$,;'@()*[]"))
            if origin.startswith("https:") and target.startswith("http:") and not self._command.allow_insecure_redirect:
                raise self._command.throw(_refused(reply, "InsecureRedirection", _INSECURE))
            if limit <= 0:
                self.hit_limit = True
                return reply
            limit -= 1
            reply.body.close()
            if _becomes_get(reply) and not self._command.preserve_http_method_on_redirect:
                self._method = "GET"
                self._bodiless = True
            request = self.request(target, again=True)
            reply = self._authorized(request)
        return reply

    def _unranged(self, reply: Response) -> Response:
        """Without the range where the server cannot go on from the file that is there."""
        command = self._command
        self.resumed = reply.status == 206
        if not command.resume or reply.status != 416 or self.complete(reply):
            return reply
        command.write_verbose("The remote server indicated it could not resume downloading. The local file will be "
                              "overwritten.")  # fmt: skip
        reply.body.close()
        request = reply.request
        request.headers = [(name, value) for name, value in request.headers if name.lower() != "range"]
        return self._redirected(self._authorized(request))

    def complete(self, reply: Response) -> bool:
        """The file to resume has everything already."""
        size = (reply.header("Content-Range") or "").rpartition("/")[2]
        return reply.status == 416 and size.isdecimal() and int(size) == self._resume_size

    def _wait(self, reply: Response) -> None:
        seconds = self.session.retry_interval
        after = reply.header("Retry-After") or ""
        if reply.status == 429 and after.isdecimal():
            seconds = int(after)
        self._command.write_verbose(
            f"Retrying after interval of {seconds} seconds. Status code for previous attempt: {reply.status}"
        )
        self._command.sleep(seconds)


_INSECURE: Final = (
    "Cannot follow an insecure redirection by default. Reissue the command specifying the -AllowInsecureRedirect "
    "switch."
)


def _version(command: WebCommand) -> str:
    table = command.session.get_variable("PSVersionTable")
    return to_text(table["PSVersion"]) if table is not None else "7.4"


def _set(table: Any, name: str, value: str) -> None:
    table[name] = value


def _method_name(method: Any) -> str:
    name = str(method or "Default")
    return "GET" if name == "Default" else name.upper()


def _becomes_get(reply: Response) -> bool:
    method = reply.request.method
    if reply.status == 303:
        return method not in ("GET", "HEAD")
    return reply.status in (300, 301, 302) and method == "POST"


def _digest(request: Request, challenge: str, name: str, password: str) -> str | None:
    """The answer to a Digest challenge."""
    passwords = HTTPPasswordMgr()
    parts = parse_keqv_list([part.strip() for part in challenge.split(",") if "=" in part])
    passwords.add_password(parts.get("realm"), request.url, name, password)  # type: ignore[arg-type]
    handler = AbstractDigestAuthHandler(passwords)
    asked = DigestRequest(request.url, method=request.method)  # noqa: S310 - nothing is opened
    answer = handler.get_authorization(asked, parts)
    return None if answer is None else f"Digest {answer}"


def _no_response(problem: ExchangeFailed, request: Request) -> PSError:
    kind = (
        "System.Threading.Tasks.TaskCanceledException" if problem.timed_out else "System.Net.Http.HttpRequestException"
    )
    inner = exception(problem.inner, "System.IO.IOException") if problem.inner else None
    record = ErrorRecord(
        exception(str(problem), kind, inner=inner),
        "ConnectionTimeoutReached" if problem.timed_out else "WebCmdletWebResponseException",
        "OperationTimeout" if problem.timed_out else "InvalidOperation",
        None if problem.timed_out else HttpRequestMessage(request),
        details=problem.inner or None,
    )
    return PSError(record)


def _refused(reply: Response, error_id: str, message: str) -> PSError:
    record = ErrorRecord(
        exception("Operation is not valid due to the current state of the object.", "System.InvalidOperationException"),
        error_id,
        "InvalidOperation",
        HttpRequestMessage(reply.request),
        details=message,
    )
    return PSError(record)


def too_many_redirects(reply: Response) -> ErrorRecord:
    """The limit of redirections was met; the response is there all the same."""
    return _refused(
        reply,
        "MaximumRedirectExceeded",
        "The maximum redirection count has been exceeded. To increase the number of redirections allowed, supply a "
        "higher value to the -MaximumRedirection parameter.",
    ).record
