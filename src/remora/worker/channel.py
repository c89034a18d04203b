"""One front end's connection to a worker, non-blocking, on the reactor."""

from __future__ import annotations

import selectors
import socket
import struct
from collections.abc import Callable
from typing import Final

from remora._log import bound
from remora.errors import RemoteProtocolError
from remora.worker.frames import check_hello, encode, worker_decoder
from remora.worker.protocol import ToFrontEnd, ToWorker
from remora.worker.reactor import Reactor

_CREDENTIALS: Final = struct.Struct("3i")  # struct ucred: pid, uid, gid
_READ_SIZE: Final = 1024 * 1024
_SEND_BUFFER: Final = 4 * 1024 * 1024
_log = bound(__name__)


def peer_uid(connection: socket.socket) -> int:
    """Return the uid behind a connected Unix socket (SO_PEERCRED)."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return int(_CREDENTIALS.unpack(raw)[1])


class Channel:
    """Frames in and out of one connection.

    received: called with each message after Hello; lost: called once when the connection ends. tokens: ids of the
    calls that have no answer yet.
    """

    def __init__(
        self,
        connection: socket.socket,
        reactor: Reactor,
        received: Callable[[Channel, ToWorker], None],
        lost: Callable[[Channel], None],
    ) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        self._socket = connection
        self._reactor = reactor
        self._received = received
        self._lost = lost
        self._decoder = worker_decoder()
        self._out = bytearray()
        self._greeted = False
        self._open = True
        self._full = False  # the socket took no more: watched for writing too
        self.tokens: set[int] = set()
        self.peer_uid = peer_uid(connection)
        reactor.watch(connection, selectors.EVENT_READ, self._ready)

    @property
    def sending(self) -> bool:
        """Bytes wait for the socket."""
        return bool(self._out)

    def send(self, message: ToFrontEnd) -> None:
        """Queue a message; after the connection ended it goes nowhere."""
        if not self._open:
            return
        self._out += encode(message)
        self._flush()

    def _flush(self) -> None:
        try:
            while self._out:
                del self._out[: self._socket.send(self._out)]
        except BlockingIOError:
            if not self._full:
                self._full = True
                self._reactor.watch(self._socket, selectors.EVENT_READ | selectors.EVENT_WRITE, self._ready)
            return
        except OSError:
            self.close()
            return
        if self._full:
            self._full = False
            self._reactor.watch(self._socket, selectors.EVENT_READ, self._ready)

    def _ready(self, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self._flush()
        if events & selectors.EVENT_READ and self._open:
            self._read()

    def _read(self) -> None:
        try:
            data = self._socket.recv(_READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        try:
            for message in self._decoder.feed(data):
                if self._greeted:
                    self._received(self, message)
                else:
                    check_hello(message)
                    self._greeted = True
        except RemoteProtocolError as error:
            _log.warning("channel_broken", reason=error)
            self.close()

    def close(self) -> None:
        """End the connection; `lost` is called if it was open."""
        if not self._open:
            return
        self._open = False
        self._out.clear()
        self._reactor.forget(self._socket)
        self._socket.close()
        self._lost(self)
