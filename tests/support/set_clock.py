"""A clock that one process sets and others read: the monotonic one with an offset that lies in a file."""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path

_DOUBLE = struct.Struct("=d")


class SetClock:
    """Monotonic seconds plus what the file says. A process that forks keeps its view, whoever it becomes."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_DOUBLE.pack(0.0))
        with path.open("r+b") as file:
            self._view = mmap.mmap(file.fileno(), _DOUBLE.size)

    def __call__(self) -> float:
        return time.monotonic() + float(_DOUBLE.unpack_from(self._view)[0])

    def advance(self, seconds: float) -> None:
        """Let the time pass, for every process that has the file open."""
        _DOUBLE.pack_into(self._view, 0, float(_DOUBLE.unpack_from(self._view)[0]) + seconds)
