"""A worker on a thread of the test's process, with real sockets."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path
from uuid import uuid4

from remora.worker.main import MakeBackend, Worker
from tests.support.workers import Front


class Place:
    """Runs until `close`. shell_id: the id the shell must have."""

    def __init__(self, directory: Path, make_backend: MakeBackend) -> None:
        self.shell_id = uuid4()
        self.path = directory / "w"
        self.fronts: list[Front] = []
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(self.path))
        listener.listen()
        self.worker = Worker(listener, self.name, trusted=frozenset({os.getuid()}), make_backend=make_backend)
        self.thread = threading.Thread(target=self.worker.run)
        self.thread.start()

    @property
    def name(self) -> str:
        return str(self.shell_id).upper()

    def front(self, session: str | None = None) -> Front:
        """Connect as a new client."""
        self.fronts.append(Front(self.path, session=session or f"uuid:{uuid4()}"))
        return self.fronts[-1]

    def close(self) -> None:
        for front in self.fronts:
            front.close()
        self.worker.terminate()
        self.thread.join(10)
