"""One HTTP exchange: a request goes out, a response comes back. Nothing here knows PowerShell."""

from __future__ import annotations

import base64
import http.client
import io
import socket
import ssl
import tempfile
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, Final
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

_CHUNK: Final = 64 * 1024
_POLL_SECONDS: Final = 0.05
_MAX_IN_MEMORY: Final = 1024 * 1024 * 1024


class ExchangeFailed(Exception):
    """No response came. timed_out: because the time for it was over. inner: what the system said."""

    def __init__(self, message: str, *, timed_out: bool = False, inner: str = "") -> None:
        super().__init__(message)
        self.timed_out = timed_out
        self.inner = inner


@dataclass(slots=True, kw_only=True)
class Request:
    """What is sent. headers: in order; body: bytes or a binary file, None for none."""

    method: str
    url: str
    headers: list[tuple[str, str]]
    body: bytes | IO[bytes] | None = None
    chunked: bool = False

    def header(self, name: str) -> str | None:
        """The first value of a header, case ignored."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(slots=True, kw_only=True)
class Response:
    """What came back. body: a file at its beginning, decompressed; whoever asked for it on disk closes it."""

    status: int
    reason: str
    version: str
    headers: list[tuple[str, str]]
    request: Request
    body: IO[bytes]

    def values(self, name: str) -> list[str]:
        """All values of a header, case ignored."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next(iter(self.values(name)), None)

    def read(self) -> bytes:
        """The whole body."""
        self.body.seek(0)
        return self.body.read()


@dataclass(slots=True, kw_only=True)
class Settings:
    """How to connect. proxy: a URL, empty for none, None as the environment has it. Times are seconds, 0 for ever.

    on_disk: the body goes to a temporary file.
    """

    proxy: str | None = None
    proxy_user: str = ""
    proxy_password: str = ""
    connect_timeout: float = 0
    read_timeout: float = 0
    check_certificate: bool = True
    tls_versions: tuple[ssl.TLSVersion, ssl.TLSVersion] | None = None
    unix_socket: str | None = None
    on_disk: bool = False


@dataclass(slots=True)
class _Outcome:
    response: Response | None = None
    problem: BaseException | None = None
    connection: http.client.HTTPConnection | None = None
    done: threading.Event = field(default_factory=threading.Event)
    left: bool = False


def exchange(request: Request, settings: Settings, check: Callable[[], None]) -> Response:
    """Send the request and wait for the whole response. check: called while waiting; what it raises ends the exchange.

    Raises ExchangeFailed.
    """
    outcome = _Outcome()
    thread = threading.Thread(target=_run, args=(request, settings, outcome), name="http", daemon=True)
    thread.start()
    try:
        while not outcome.done.wait(_POLL_SECONDS):
            check()
    except BaseException:
        outcome.left = True
        _cut(outcome.connection)
        raise
    if outcome.problem is not None:
        raise _failed(outcome.problem, request, settings) from outcome.problem
    assert outcome.response is not None
    return outcome.response


def _cut(connection: http.client.HTTPConnection | None) -> None:
    """End a connection that another thread waits on."""
    sock = None if connection is None else connection.sock
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _run(request: Request, settings: Settings, outcome: _Outcome) -> None:
    try:
        outcome.response = _exchanged(request, settings, outcome)
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as problem:
        outcome.problem = problem
    finally:
        if outcome.connection is not None:
            outcome.connection.close()
        outcome.done.set()


def _exchanged(request: Request, settings: Settings, outcome: _Outcome) -> Response:
    parts = urlsplit(request.url)
    connection, target, headers = _connection(parts, request, settings)
    outcome.connection = connection
    connection.connect()
    if connection.sock is not None:
        connection.sock.settimeout(settings.read_timeout or None)
    connection.putrequest(
        request.method, target, skip_host=request.header("Host") is not None, skip_accept_encoding=True
    )
    for name, value in [*headers, *request.headers]:
        connection.putheader(name, value.encode("utf-8"))
    connection.endheaders(request.body, encode_chunked=request.chunked)
    reply = connection.getresponse()
    body = _received(reply, request.method, outcome, on_disk=settings.on_disk)
    version = {10: "1.0", 11: "1.1"}.get(reply.version, "1.1")
    return Response(
        status=reply.status,
        reason=reply.reason,
        version=version,
        headers=[(name, value) for name, value in reply.getheaders()],
        request=request,
        body=body,
    )


def _connection(
    parts: SplitResult, request: Request, settings: Settings
) -> tuple[http.client.HTTPConnection, str, list[tuple[str, str]]]:
    """A connection that is not open yet, the target of the request line, and headers for a proxy."""
    host, port = parts.hostname or "", parts.port
    secure = parts.scheme == "https"
    timeout = settings.connect_timeout or None
    path = parts.path or "/"
    target = f"{path}?{parts.query}" if parts.query else path
    if settings.unix_socket is not None:
        return _UnixConnection(settings.unix_socket, host, timeout), target, []
    proxy = _proxy_for(parts, settings)
    if proxy is None:
        if secure:
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=_context(settings)), target, []
        return http.client.HTTPConnection(host, port, timeout=timeout), target, []
    headers = _proxy_headers(proxy, settings)
    where = (proxy.hostname or "", proxy.port or 80)
    if secure:
        tunnel = http.client.HTTPSConnection(*where, timeout=timeout, context=_context(settings))
        tunnel.set_tunnel(host, port or 443, dict(headers))
        return tunnel, target, []
    return http.client.HTTPConnection(*where, timeout=timeout), parts._replace(fragment="").geturl(), headers


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, host: str, timeout: float | None) -> None:
        super().__init__(host or "localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _proxy_for(parts: SplitResult, settings: Settings) -> SplitResult | None:
    if settings.proxy is not None:
        return urlsplit(settings.proxy) if settings.proxy else None
    found = getproxies().get(parts.scheme)
    if not found or proxy_bypass(parts.hostname or ""):
        return None
    return urlsplit(found if "//" in found else "//" + found)


def _proxy_headers(proxy: SplitResult, settings: Settings) -> list[tuple[str, str]]:
    user = settings.proxy_user or unquote(proxy.username or "")
    password = settings.proxy_password or unquote(proxy.password or "")
    if not user:
        return []
    return [("Proxy-Authorization", basic(user, password))]


def basic(user: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _context(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not settings.check_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if settings.tls_versions is not None:
        context.minimum_version, context.maximum_version = settings.tls_versions
    return context


def _received(reply: http.client.HTTPResponse, method: str, outcome: _Outcome, *, on_disk: bool) -> IO[bytes]:
    """The body, decompressed."""
    body: IO[bytes] = tempfile.TemporaryFile() if on_disk else io.BytesIO()  # noqa: SIM115 - whoever asked closes it
    inflate = None if method == "HEAD" else _inflater(reply.getheader("Content-Encoding", ""))
    while not outcome.left and (data := reply.read1(_CHUNK)):
        if inflate is not None:
            data = inflate.decompress(data)
        body.write(data)
        if not on_disk and body.tell() > _MAX_IN_MEMORY:
            raise ValueError("the response is too large to be kept in memory")
    if inflate is not None:
        body.write(inflate.flush())
    body.seek(0)
    return body


class _Deflated:
    """Deflate as servers send it: with or without the zlib header."""

    def __init__(self) -> None:
        self._inner: Any = None

    def decompress(self, data: bytes) -> bytes:
        """More of the text."""
        if self._inner is None:
            self._inner = zlib.decompressobj()
            try:
                return bytes(self._inner.decompress(data))
            except zlib.error:
                self._inner = zlib.decompressobj(-zlib.MAX_WBITS)
        return bytes(self._inner.decompress(data))

    def flush(self) -> bytes:
        """What is left."""
        return b"" if self._inner is None else bytes(self._inner.flush())


def _inflater(encoding: str) -> Any:
    folded = encoding.strip().lower()
    if folded in ("gzip", "x-gzip"):
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    return _Deflated() if folded == "deflate" else None


def _failed(problem: BaseException, request: Request, settings: Settings) -> ExchangeFailed:
    parts = urlsplit(request.url)
    where = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
    if isinstance(problem, TimeoutError):
        seconds = settings.connect_timeout or settings.read_timeout
        return ExchangeFailed(
            f"The request was canceled due to the configured HttpClient.Timeout of {seconds:g} seconds elapsing.",
            timed_out=True,
        )
    if isinstance(problem, ssl.SSLError):
        return ExchangeFailed("The SSL connection could not be established, see inner exception.", inner=str(problem))
    if isinstance(problem, socket.gaierror):
        return ExchangeFailed(f"{problem.strerror} ({where})")
    if isinstance(problem, OSError) and problem.strerror:
        return ExchangeFailed(f"{problem.strerror} ({where})")
    return ExchangeFailed("An error occurred while sending the request.", inner=str(problem))
