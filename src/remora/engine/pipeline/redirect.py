"""Redirection: streams to files, to variables, to nowhere, into the output."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from remora.engine.compile.core import Closure
from remora.engine.convert.text import to_text
from remora.engine.drives import ResolvedPath
from remora.engine.errors import PSError, error
from remora.engine.frame import Frame
from remora.engine.nothing import NOTHING
from remora.engine.pipeline.processor import Processor

Emit = Callable[[Any], None]
_STREAMS = {2: "error", 3: "warning", 4: "verbose", 5: "debug", 6: "information"}
_OUT_FILE = "Microsoft.PowerShell.Commands.OutFileCommand"


class Redirects:
    """The redirections of one element. files: (stream, append, target); stream 0 means all. merges: streams into
    output.
    """

    __slots__ = ("files", "merges")

    def __init__(self, files: list[tuple[int, bool, Closure]], merges: list[int]) -> None:
        self.files = files
        self.merges = merges

    @property
    def takes_output(self) -> bool:
        """Does stream 1 go into a file?"""
        return any(stream in (0, 1) for stream, _, _ in self.files)


class FileTarget:
    """A file that takes objects as Out-File writes them, and bytes of programs as they are."""

    def __init__(self, frame: Frame, path: str, append: bool) -> None:
        self._frame = frame
        self._formatter: Processor | None = None
        self._encoding = default_encoding(frame)
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_APPEND if append else os.O_TRUNC)
        try:
            self._descriptor = os.open(path, flags, 0o666)
        except (OSError, ValueError) as problem:
            raise _cannot_open(path, problem) from None
        self._at_start = os.fstat(self._descriptor).st_size == 0

    def put(self, value: Any) -> None:
        """Take one object."""
        if type(value) is str and self._formatter is None:
            self._line(value)
            return
        if self._formatter is None:
            self._formatter = _lines_of_objects(self._frame, self._line)
        self._formatter.process(value)

    def put_bytes(self, data: bytes) -> None:
        """Take what a program wrote."""
        self._end_formatter()
        self._at_start = False
        self._write(data)

    def _line(self, line: Any) -> None:
        from remora.engine.text.encodings import encode_text

        self._write(encode_text(f"{line}\n", self._encoding, start=self._at_start))
        self._at_start = False

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def _end_formatter(self) -> None:
        formatter, self._formatter = self._formatter, None
        if formatter is not None:
            formatter.end()
            formatter.dispose()

    def close(self) -> None:
        """Write the rest and close."""
        try:
            self._end_formatter()
        finally:
            os.close(self._descriptor)


class VariableTarget:
    """A variable that takes the objects themselves: one, or an array of several."""

    def __init__(self, frame: Frame, name: str, append: bool) -> None:
        self._frame = frame
        self._name = name
        self._values: list[Any] = []
        if append:
            cell = frame.scope.lookup(name.lower())
            before = None if cell is None else cell.value
            if before is not None and before is not NOTHING:
                self._values = list(before) if isinstance(before, list | tuple) else [before]

    def put(self, value: Any) -> None:
        """Take one object."""
        self._values.append(value)

    def close(self) -> None:
        """Assign what was taken."""
        values = self._values
        self._frame.scope.set(self._name, values[0] if len(values) == 1 else values or None)


def default_encoding(frame: Frame) -> Any:
    """-Encoding of Out-File from $PSDefaultParameterValues, which redirection follows."""
    defaults = frame.scope.get("psdefaultparametervalues")
    if not defaults or not hasattr(defaults, "items"):
        return None
    for key, value in defaults.items():
        if to_text(key).replace(" ", "").lower() in ("out-file:encoding", "*:encoding"):
            return value
    return None


def open_target(frame: Frame, path: str, append: bool) -> FileTarget | VariableTarget:
    """What a redirection writes to. Raises PSError for what cannot be opened."""
    place: ResolvedPath = frame.context.drives.resolve(path)
    if place.is_file_system:
        return FileTarget(frame, place.path, append)
    if place.drive.provider == "Variable" and place.path:
        return VariableTarget(frame, place.path, append)
    made = error(
        f"Cannot open file because the current provider ({place.drive.info.full_name if place.drive.info else ''}) "
        "cannot open a file.", "ReadWriteFileNotFileSystemProvider", "InvalidArgument", path,
        type_name="System.Management.Automation.PSInvalidOperationException",
    )  # fmt: skip
    made.record.command_id = _OUT_FILE
    raise made


def _cannot_open(path: str, problem: OSError | ValueError) -> PSError:
    reason = problem.strerror if isinstance(problem, OSError) else str(problem)
    kind, message = "System.IO.IOException", f"{reason} : '{path}'"
    if isinstance(problem, FileNotFoundError | NotADirectoryError):
        kind, message = "System.IO.DirectoryNotFoundException", f"Could not find a part of the path '{path}'."
    elif isinstance(problem, PermissionError | IsADirectoryError):
        kind, message = "System.UnauthorizedAccessException", f"Access to the path '{path}' is denied."
    made = error(message, "FileOpenFailure", "OpenError", path, type_name=kind)
    made.record.command_id = _OUT_FILE
    return made


def _lines_of_objects(frame: Frame, line: Emit) -> Processor:
    """A running Out-String that gives lines."""
    from remora.engine.invoke import started_command

    own = Frame(
        frame.context, frame.scope, line, frame.context.frames[-1].sinks if frame.context.frames else frame.sinks
    )
    return started_command(own, "Out-String", {"Stream": True}, line)


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
        _point(f, stream, emit)
    output_taken = False  # ``> one *> other``: the output stays with the first
    for stream, append, target_of in redirects.files:
        value = target_of(f)
        put: Emit
        if value is None or value is NOTHING:
            put = _nowhere
        else:
            target = open_target(f, to_text(value), append)
            closers.append(target.close)
            put = target.put
        _point(f, stream, put)
        if stream == 1 or (stream == 0 and not output_taken):
            output_taken = True
            for merged in redirects.merges:  # ``> file 2>&1``: merged streams go where the output goes
                _point(f, merged, put)
            emit = put
    return emit


def _point(f: Frame, stream: int, put: Emit) -> None:
    """Let a stream (0: all but the output) go somewhere."""
    for number, name in _STREAMS.items():
        if stream in (0, number):
            setattr(f.sinks, name, put)


def _nowhere(value: Any) -> None:
    """Drop."""
