"""A relay between a client process and a host whose plug can be pulled: connections end, and new ones do too."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Relay:
    """Listens on a port of its own and passes everything on to the target's, while plugged in.

    words: a text of the client and what stands for it at the host; of one length, since messages tell theirs.
    """

    def __init__(self, target: int, words: tuple[bytes, bytes] = (b"", b"")) -> None:
        assert len(words[0]) == len(words[1])
        self._words = words
        self._target = target
        self._plugged = True
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def unplug(self) -> None:
        """End what is connected, and whatever connects from now on."""
        self._plugged = False
        while self._ends:
            _shut(self._ends.pop())

    def plug(self) -> None:
        """Pass on what connects from now on."""
        self._plugged = True

    def close(self) -> None:
        """Listen no longer."""
        self.unplug()
        _shut(self._listener)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                if not self._plugged:
                    client.close()
                    continue
                host = socket.create_connection(("127.0.0.1", self._target))
                self._ends += [client, host]
                there, back = self._words, (self._words[1], self._words[0])
                for source, sink, words in ((client, host, there), (host, client, back)):
                    threading.Thread(target=_pass_on, args=(source, sink, words), daemon=True).start()


def _pass_on(source: socket.socket, sink: socket.socket, words: tuple[bytes, bytes]) -> None:
    said, meant = words
    kept = b""
    with suppress(OSError):
        while data := source.recv(65536):
            if said:
                data = (kept + data).replace(said, meant)
                cut = next((n for n in range(len(said) - 1, 0, -1) if data.endswith(said[:n])), 0)
                kept, data = data[len(data) - cut :], data[: len(data) - cut]
            sink.sendall(data)
        sink.sendall(kept)
    _shut(sink)
    _shut(source)
    source.close()


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
