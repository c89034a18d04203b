"""File descriptors a command reads and writes, and how redirections change them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from remora.engine.cmd.paths import NULL_DEVICES, to_local, unquote
from remora.engine.cmd.syntax import Redirection, RedirectionMode

_FLAGS = {
    RedirectionMode.READ: os.O_RDONLY,
    RedirectionMode.WRITE: os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    RedirectionMode.APPEND: os.O_WRONLY | os.O_CREAT | os.O_APPEND,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """Open descriptors, owned by whoever opened them: a command never closes what it was given."""

    stdin: int
    stdout: int
    stderr: int

    def handle(self, number: int) -> int:
        """Descriptor behind a handle of a redirection; handles above 2 are not open in cmd."""
        return {0: self.stdin, 1: self.stdout, 2: self.stderr}.get(number, -1)


_FIELDS = {0: "stdin", 1: "stdout", 2: "stderr"}


@contextmanager
def redirected(
    streams: Streams, redirections: Sequence[Redirection], directory: str, expand: Callable[[str], str]
) -> Iterator[Streams]:
    """Apply redirections left to right; what was opened is closed at the end. Raises OSError as open does."""
    with ExitStack() as stack:
        for redirection in redirections:
            if redirection.mode is RedirectionMode.DUPLICATE:
                descriptor = streams.handle(int(redirection.target))
            else:
                target = unquote(expand(redirection.target))
                path = os.devnull if target.lower() in NULL_DEVICES else to_local(target, directory)
                descriptor = os.open(path, _FLAGS[redirection.mode] | os.O_CLOEXEC, 0o666)
                stack.callback(os.close, descriptor)
            field = _FIELDS.get(redirection.handle)
            if field is not None and descriptor >= 0:
                streams = replace(streams, **{field: descriptor})
        yield streams


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything. Raises OSError (a closed pipe among them)."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def read_chunks(descriptor: int, size: int = 65536) -> Iterator[bytes]:
    """What a descriptor delivers until its end."""
    while data := os.read(descriptor, size):
        yield data


def read_line(descriptor: int) -> bytes | None:
    """One line without its end; byte by byte, so that the next reader of the pipe finds the rest. None at the end."""
    line = bytearray()
    while True:
        byte = os.read(descriptor, 1)
        if not byte:
            return bytes(line) if line else None
        if byte == b"\n":
            return bytes(line.removesuffix(b"\r"))
        line += byte
