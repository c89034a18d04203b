"""Redirection: streams to files, to nowhere, into the output."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from remora.engine.compile.core import Closure
from remora.engine.convert.text import to_text
from remora.engine.errors import error
from remora.engine.frame import Frame
from remora.engine.nothing import NOTHING

Emit = Callable[[Any], None]
_STREAMS = {2: "error", 3: "warning", 4: "verbose", 5: "debug", 6: "information"}


class Redirects:
    """The redirections of one element. files: (stream, append, target); stream 0 means all. merges: streams into
    output.
    """

    __slots__ = ("files", "merges")

    def __init__(self, files: list[tuple[int, bool, Closure]], merges: list[int]) -> None:
        self.files = files
        self.merges = merges


class TextFile:
    """A file that takes objects as the formatter shows them, and bytes as they are."""

    def __init__(self, frame: Frame, path: str, append: bool) -> None:
        self._frame = frame
        self._items: list[Any] = []
        full = frame.context.drives.resolve(path).path
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_APPEND if append else os.O_TRUNC)
        try:
            self._descriptor = os.open(full, flags, 0o666)
        except OSError as problem:
            raise error(
                f"Could not open the file '{full}': {problem.strerror}", "FileOpenFailure", "OpenError", full,
                type_name="System.IO.IOException",
            ) from None  # fmt: skip

    def put(self, value: Any) -> None:
        """Take one object."""
        if isinstance(value, (bytes, bytearray)):
            self.flush()
            self._write(bytes(value))
        else:
            self._items.append(value)

    def flush(self) -> None:
        """Format what has been taken and write it."""
        items, self._items = self._items, []
        if items:
            self._write(
                "".join(line + "\n" for line in text_lines(self._frame, items)).encode("utf-8", "surrogateescape")
            )

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def close(self) -> None:
        """Write the rest and close."""
        try:
            self.flush()
        finally:
            os.close(self._descriptor)


def text_lines(frame: Frame, items: list[Any]) -> list[str]:
    """The items as lines: by Out-String when they are not all texts."""
    if all(isinstance(item, str) for item in items) or frame.context.commands.find("Out-String") is None:
        return [to_text(item) for item in items]
    from remora.engine.invoke import call_command

    made = call_command(frame, "Out-String", [], {"Stream": True}, input=items)
    return [to_text(line) for line in made]


def apply_redirects(f: Frame, redirects: Redirects, emit: Emit, closers: list[Callable[[], None]]) -> Emit:
    """Change the frame's sinks; returns where stream 1 goes. Files are closed by the closers."""
    for stream in redirects.merges:
        for number, name in _STREAMS.items():
            if stream in (0, number):
                setattr(f.sinks, name, emit)
    for stream, append, target_of in redirects.files:
        value = target_of(f)
        put: Emit
        if value is None or value is NOTHING:
            put = _nowhere
        else:
            file = TextFile(f, to_text(value), append)
            closers.append(file.close)
            put = file.put
        for number, name in _STREAMS.items():
            if stream in (0, number):
                setattr(f.sinks, name, put)
        if stream in (0, 1):
            if redirects.merges:
                _follow(f, redirects, put)
            emit = put
    return emit


def _follow(f: Frame, redirects: Redirects, put: Emit) -> None:
    """``> file 2>&1``: merged streams go where the output goes."""
    for stream in redirects.merges:
        for number, name in _STREAMS.items():
            if stream in (0, number):
                setattr(f.sinks, name, put)


def _nowhere(value: Any) -> None:
    """Drop."""
