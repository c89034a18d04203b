"""Files that may keep a script waiting (pipes, devices): opening, reading and writing them ends when the pipeline is
stopped. Regular files are opened as Python does.
"""

from __future__ import annotations

import errno
import io
import os
import select
import stat
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

LARGEST: Final = 1 << 30
"""So much of a file that has no end is read at once; more is a MemoryError."""
_POLL: Final = 100
_CHUNK: Final = 1 << 20


class PatientFile(io.FileIO):
    """A raw file that waits in short steps, looking after the pipeline that runs on this thread."""

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        """Read some bytes, waiting for the first."""
        self._wait(select.POLLIN)
        return super().readinto(buffer)

    def readall(self) -> bytes:
        """All up to the end."""
        pieces, size = bytearray(), 0
        chunk = bytearray(_CHUNK)
        while count := self.readinto(chunk):
            pieces += memoryview(chunk)[:count]
            size += count
            if size > LARGEST:
                raise MemoryError
        return bytes(pieces)

    def write(self, data: ReadableBuffer, /) -> int:
        """Write some bytes once there is room."""
        while True:
            self._wait(select.POLLOUT)
            count = cast("int | None", super().write(data))
            if count is not None:
                return count

    def _wait(self, event: int) -> None:
        poll = select.poll()
        poll.register(self.fileno(), event)
        look_after_pipeline()
        while not poll.poll(_POLL):
            look_after_pipeline()


def look_after_pipeline() -> None:
    """Raise PipelineStopped when the pipeline that runs on this thread, if any, was asked to stop."""
    from remora.engine.context import running

    context = running()
    if context is not None:
        context.check_stop()


def open_reading(path: Any) -> io.BufferedReader:
    """Open a file to read bytes from. Raises OSError."""
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))  # noqa: SIM115
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    with file:
        return io.BufferedReader(PatientFile(os.dup(file.fileno())))


def open_text(path: Any, *, newline: str | None = "") -> io.TextIOWrapper:
    """Open a script or another text file to read. Raises OSError."""
    return io.TextIOWrapper(open_reading(path), encoding="utf-8-sig", errors="replace", newline=newline)


def open_writing(path: Any, *, append: bool = False) -> BinaryIO:
    """Open a file to write bytes to; that of a pipe waits until somebody reads from it. Raises OSError."""
    try:
        waits = stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        waits = False
    if not waits:
        return open(path, "ab" if append else "wb")
    from remora.engine.context import running

    while True:
        try:
            return io.BufferedWriter(PatientFile(os.open(path, os.O_WRONLY | os.O_NONBLOCK), "wb"))
        except OSError as problem:
            if problem.errno != errno.ENXIO:
                raise
        context = running()
        if context is None:
            raise BlockingIOError(errno.EAGAIN, "Nobody reads from the pipe", path)
        context.sleep(_POLL / 1000)


def copy_file(source: str, target: str) -> None:
    """Copy what is in a file. Raises OSError."""
    if os.path.exists(target) and os.path.samefile(source, target):
        raise OSError(None, f"'{source}' and '{target}' are the same file")
    with open_reading(source) as reader, open_writing(target) as writer:
        while data := reader.read(_CHUNK):
            look_after_pipeline()
            writer.write(data)
