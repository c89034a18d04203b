"""A TCP relay that sees every HTTP exchange, so that exchanges are counted by neither client nor host."""

from __future__ import annotations

import base64
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_LAST_WORDS = 5.0  # seconds a connection may take to end
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_TOKEN = re.compile(rb"\r\nauthorization:[ \t]*(?:ntlm|negotiate)[ \t]+([A-Za-z0-9+/=]+)", re.IGNORECASE)
_ACTION = re.compile(rb"Action[^>]*>[^<]*/([A-Za-z]+)</")


@dataclass
class Exchange:
    """One request and its answer. began, ended: seconds of the clock, the first byte of one, the last of the other."""

    name: str
    connection: int
    began: float
    ended: float = 0.0


class CountingProxy:
    """Relays 127.0.0.1:port to a target port and keeps the list of exchanges and the number of connections."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.exchanges: list[Exchange] = []
        self.connections = 0
        self._lock = threading.Lock()

    def serve(self) -> None:
        """Relay until ``close``; one thread for each connection."""
        threads = []
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                break
            self.connections += 1
            threads.append(threading.Thread(target=self._connection, args=(client, self.connections), daemon=True))
            threads[-1].start()
        for thread in threads:
            thread.join(_LAST_WORDS)

    def _connection(self, client: socket.socket, number: int) -> None:
        talk = _Talk(self, number)
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            back = threading.Thread(target=_relay, args=(server, client, talk.answered), daemon=True)
            back.start()
            _relay(client, server, talk.asked)
            back.join(_LAST_WORDS)

    def note(self, exchange: Exchange) -> None:
        with self._lock:
            self.exchanges.append(exchange)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


class _Talk:
    """What goes over one connection, cut into requests."""

    def __init__(self, proxy: CountingProxy, number: int) -> None:
        self._proxy = proxy
        self._number = number
        self._data = b""
        self._began = 0.0
        self._exchange: Exchange | None = None

    def asked(self, data: bytes) -> None:
        if not self._data:
            self._began = time.perf_counter()
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end]
            length = _LENGTH.search(head)
            size = end + 4 + (int(length[1]) if length else 0)
            if len(self._data) < size:
                return
            self._exchange = Exchange(_name(head, self._data[end + 4 : size]), self._number, self._began)
            self._data = self._data[size:]
            self._proxy.note(self._exchange)

    def answered(self, data: bytes) -> None:
        if self._exchange is not None:
            self._exchange.ended = time.perf_counter()


def _name(head: bytes, body: bytes) -> str:
    """Name a request by its NTLM message, its action, or as sealed."""
    token = _TOKEN.search(head)
    if token is not None:
        raw = base64.b64decode(token[1])
        at = raw.find(b"NTLMSSP\0")
        kind = {1: "NTLM negotiate", 3: "NTLM authenticate"}.get(raw[at + 8] if at >= 0 else 0, "logon leg")
        if not body:
            return kind
    action = _ACTION.search(body)
    if action is not None:
        return action[1].decode("ascii")
    return "sealed" if b"multipart/" in head else "empty"


def _relay(source: socket.socket, sink: socket.socket, seen: Callable[[bytes], None]) -> None:
    try:
        while data := source.recv(65536):
            seen(data)
            sink.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


@contextmanager
def counting(target: int) -> Iterator[CountingProxy]:
    """A running relay in front of a port."""
    proxy = CountingProxy(target)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(_LAST_WORDS)
