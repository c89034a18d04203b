"""The audit log: who came in, who was refused, what was done with sessions and settings. JSON lines, one an event.

A line is plain ASCII: whatever a name holds is escaped, so that nobody can write a line of his own or move a terminal's
cursor. Secrets are never given to it. The file is its owner's alone; at its limit it is moved aside to ``.1`` ...
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from remora._log import bound

MAX_TEXT: Final = 256
MAX_ITEMS: Final = 64
Value = str | int | bool | None | dict[str, list[str]]
_log = bound(__name__)


class Audit(Protocol):
    """Takes events. It never raises: what cannot be written down does not stop the service."""

    def write(self, event: str, **fields: Value) -> None:
        """Keep one event; fields without a value are left out."""
        ...


class NoAudit:
    """Keeps nothing."""

    def write(self, event: str, **fields: Value) -> None:
        return


class AuditLog:
    """The file. limits: (bytes of one file, older files kept) now; (0, n): nothing is written. now: UTC seconds."""

    def __init__(self, path: Path, *, limits: Callable[[], tuple[int, int]], now: Callable[[], float]) -> None:
        self._path = path
        self._limits = limits
        self._now = now
        self._descriptor = -1
        self._size = 0
        self._failed = False

    def write(self, event: str, **fields: Value) -> None:
        limit, keep = self._limits()
        if limit <= 0:
            return
        time = datetime.fromtimestamp(self._now(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        kept = {name: _bounded(value) for name, value in fields.items() if value is not None}
        line = json.dumps({"time": time, "event": event, **kept}, ensure_ascii=True).encode("ascii") + b"\n"
        try:
            self._open()
            if self._size and self._size + len(line) > limit:
                self._rotate(keep)
            self._size += os.write(self._descriptor, line)
            self._failed = False
        except OSError as error:
            if not self._failed:
                _log.error("audit_failed", path=self._path.name, reason=error.strerror or error)
            self._failed = True
            self.close()

    def close(self) -> None:
        """Let the file go; the next event opens it again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        if self._descriptor >= 0:
            return
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(self._path, flags, 0o600)
        os.fchmod(self._descriptor, 0o600)
        self._size = os.fstat(self._descriptor).st_size

    def _rotate(self, keep: int) -> None:
        self.close()
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{number}") for number in range(1, keep + 1))]
        for younger, older in reversed(list(itertools.pairwise(names))):
            if younger.exists():
                younger.replace(older)
        self._path.unlink(missing_ok=True)
        self._open()


def _bounded(value: Value) -> Value:
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 3] + "..."
    if isinstance(value, dict):
        shown = list(value.items())[:MAX_ITEMS]
        return {name[:MAX_TEXT]: [text[:MAX_TEXT] for text in texts[:2]] for name, texts in shown}
    return value
