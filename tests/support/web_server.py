"""A small HTTP server on loopback for the web cmdlets: what it answers is in the path."""

from __future__ import annotations

import base64
import gzip
import json
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

LARGE = bytes(range(256)) * 40
PAGES = 3


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    failures: ClassVar[dict[str, int]] = {}

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").endswith("chunked"):
            parts = []
            while size := int(self.rfile.readline().strip(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _send(self, body: bytes | str, kind: str = "text/plain", status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _answer(self) -> None:
        body = self._body()
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        route = getattr(self, "_" + parts.path.strip("/").replace("/", "_").split("-")[0], None)
        if parts.scheme or route is None:
            self._echo(query, body)
        else:
            route(query, body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_HEAD = do_MERGE = do_ODD = _answer

    def _echo(self, query: dict[str, str], body: bytes) -> None:
        found = {
            "method": self.command,
            "path": self.path,
            "query": query,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body.decode("utf-8", "replace"),
            "base64": base64.b64encode(body).decode(),
        }
        self._send(json.dumps(found), "application/json")

    def _status(self, query: dict[str, str], body: bytes) -> None:
        self._send(query.get("text", "no"), query.get("type", "text/plain"), int(query["code"]))

    def _redirect(self, query: dict[str, str], body: bytes) -> None:
        left = int(query.get("left", 1))
        target = query.get("to") or (f"/redirect?left={left - 1}" if left > 1 else "/echo")
        self._send("moved", status=int(query.get("code", 302)), Location=target)

    def _cookie(self, query: dict[str, str], body: bytes) -> None:
        self._send("baked", Set_Cookie=f"{query['name']}={query['value']}; Path=/")

    def _packed(self, query: dict[str, str], body: bytes) -> None:
        text = b'{"packed": true}'
        how = query["how"]
        data = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": _raw}[how](text)
        self._send(data, "application/json", Content_Encoding="deflate" if how == "raw" else how)

    def _basic(self, query: dict[str, str], body: bytes) -> None:
        wanted = "Basic " + base64.b64encode(b"user:secret").decode()
        if self.headers.get("Authorization") == wanted:
            self._send("in")
        else:
            self._send("out", status=401, WWW_Authenticate='Basic realm="here"')

    def _digest(self, query: dict[str, str], body: bytes) -> None:
        if self.headers.get("Authorization", "").startswith('Digest username="user"'):
            self._send("in")
        else:
            self._send("out", status=401, WWW_Authenticate='Digest realm="here", nonce="abc", qop="auth"')

    def _pages(self, query: dict[str, str], body: bytes) -> None:
        page = int(query.get("page", 1))
        headers = {"Link": f'</pages?page={page + 1}>; rel="next", </pages?page=1>; rel=first'} if page < PAGES else {}
        self._send(json.dumps({"page": page}), "application/json", **headers)

    def _flaky(self, query: dict[str, str], body: bytes) -> None:
        left = self.failures.setdefault(query["id"], int(query["times"]))
        self.failures[query["id"]] -= 1
        if left > 0:
            self._send("again", status=int(query.get("code", 503)), Retry_After="0")
        else:
            self._send("at last")

    def _file(self, query: dict[str, str], body: bytes) -> None:
        given = self.headers.get("Range")
        if given is None:
            self._send(LARGE, "application/octet-stream")
            return
        start = int(given.removeprefix("bytes=").rstrip("-"))
        if start >= len(LARGE):
            self._send(b"", status=416, Content_Range=f"bytes */{len(LARGE)}")
        else:
            place = f"bytes {start}-{len(LARGE) - 1}/{len(LARGE)}"
            self._send(LARGE[start:], "application/octet-stream", 206, Content_Range=place)

    def _text(self, query: dict[str, str], body: bytes) -> None:
        charset = query.get("charset", "utf-8")
        self._send(query["text"].encode(charset), query.get("type", "text/html"))

    def _slow(self, query: dict[str, str], body: bytes) -> None:
        time.sleep(float(query.get("seconds", 5)))
        self._send("late")


def _raw(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


@contextmanager
def web_server() -> Iterator[str]:
    """The address of a running server."""
    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
