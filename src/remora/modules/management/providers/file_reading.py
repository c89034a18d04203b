"""Get-Content on files: lines, delimited pieces, bytes or the whole text; following a file as it grows."""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Final

from remora.engine.errors import PSError, error
from remora.engine.patient import open_reading
from remora.engine.text.encodings import decode_bytes, detect
from remora.modules.management.failures import report
from remora.modules.management.providers.base import ContentReader
from remora.values import Byte

if TYPE_CHECKING:
    from remora.engine.cmdlet import Cmdlet
    from remora.modules.management.providers.base import ItemCommand

_POLL = 0.1
LONGEST: Final = 1 << 28
_STEP: Final = 1 << 22
"""Characters of one piece of a file; a longer one is an error, as a text of .NET has a longest length too."""


def open_reader(command: ItemCommand, path: str) -> ContentReader | None:
    """A reader by the parameters of Get-Content; None after an error was written."""
    if os.path.isdir(path):
        command.fail(
            f"Unable to get content because it is a directory: '{path}'. Please use 'Get-ChildItem' instead.",
            "GetContainerContentException", "InvalidOperation", type_name="System.InvalidOperationException",
        )  # fmt: skip
        return None
    _check(command)
    if command.delimiter is not None and command.as_byte_stream:
        command.fail(
            "A delimiter cannot be specified when reading the stream one byte at a time. (Parameter 'delimiter')",
            "GetContentReaderArgumentError", "InvalidArgument", path, type_name="System.ArgumentException",
        )  # fmt: skip
        return None
    try:
        file = open_reading(path)
    except (OSError, ValueError) as problem:
        report(command, problem, path, "GetContentReader", "ReadError")
        return None
    return FileReader(command, file)


def _check(command: ItemCommand) -> None:
    if command.as_byte_stream and command.encoding is not None:
        command.write_warning("Encoding not used when '-AsByteStream' specified.")
    if not command.raw:
        return
    names = {"TotalCount": command.total_count != -1, "Tail": command.tail != -1, "Delimiter": command.delimiter}
    other = next((name for name, given in names.items() if given), None)
    message = "The Raw and Wait parameters cannot be specified in the same command." if command.wait else ""
    if other is not None and other != "Delimiter":
        message = f"The 'Raw' and '{other}' parameters cannot be specified in the same command."
    if message:
        raise command.throw(
            error(message, "InvalidOperation", "InvalidOperation",
                  type_name="System.Management.Automation.PSInvalidOperationException")
        )  # fmt: skip


class FileReader(ContentReader):
    """Reads an open file; it is closed at the end of what is read."""

    def __init__(self, command: ItemCommand, file: io.BufferedReader) -> None:
        self._file = file
        self._encoding = command.encoding
        self._bytes = bool(command.as_byte_stream)
        self._raw = bool(command.raw)
        self._delimiter = command.delimiter
        self._wait = bool(command.wait)
        self._tail = -1 if command.tail is None else int(command.tail)

    def blocks(self, command: Cmdlet) -> Generator[Any]:
        with self._file as file:
            if self._raw:
                data = file.read(LONGEST + 1)
                _check_length(data)
                if data:
                    yield data if self._bytes else decode_bytes(data, self._encoding)
                return
            yield from self._all_bytes(command) if self._bytes else self._texts(command)

    def _all_bytes(self, command: Cmdlet) -> Generator[Any]:
        file = self._file
        if self._tail >= 0 and not self._wait:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - self._tail))
        while True:
            data = file.read(1 << 16)
            if not data:
                if not self._wait:
                    return
                command.sleep(_POLL)
            yield from (Byte(item) for item in data)

    def _texts(self, command: Cmdlet) -> Generator[str]:
        file = self._file
        codec, skip = detect(file.peek(4)[:4], self._encoding)
        file.read(skip)
        newline = None if self._delimiter is None else ""
        with io.TextIOWrapper(file, encoding=codec, errors="replace", newline=newline) as text:
            pieces = _lines(command, text) if self._delimiter is None else _delimited(text, self._delimiter)
            yield from deque(pieces, maxlen=self._tail) if self._tail >= 0 else pieces
            if self._wait:
                yield from _following(command, text)


def _check_length(piece: str | bytes) -> None:
    """Raise PSError for a piece that does not end, such as a line of /dev/zero."""
    if len(piece) > LONGEST:
        raise _endless()


def _endless() -> PSError:
    return error(
        "Insufficient memory to continue the execution of the program.",
        "ProviderContentReadError", "ReadError", type_name="System.OutOfMemoryException",
    )  # fmt: skip


def _lines(command: Cmdlet, text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_STEP):
        if len(line) == _STEP and not line.endswith("\n"):
            line = _long_line(command, text, line)
        yield line.removesuffix("\n")


def _long_line(command: Cmdlet, text: io.TextIOWrapper, begin: str) -> str:
    """The rest of a line that does not end soon; whoever waits for it can be stopped."""
    pieces, length = [begin], len(begin)
    while not pieces[-1].endswith("\n") and (piece := text.readline(_STEP)):
        command.check_stop()
        pieces.append(piece)
        length += len(piece)
        if length > LONGEST:
            raise _endless()
    return "".join(pieces)


def _delimited(text: io.TextIOWrapper, delimiter: str) -> Iterator[str]:
    """What stands between the delimiters; an empty one makes a single piece."""
    if not delimiter:
        whole = text.read(LONGEST + 1)
        _check_length(whole)
        if whole:
            yield whole
        return
    rest = ""
    while chunk := text.read(1 << 16):
        pieces = (rest + chunk).split(delimiter)
        rest = pieces.pop()
        _check_length(rest)
        yield from pieces
    if rest:
        yield rest


def _following(command: Cmdlet, text: io.TextIOWrapper) -> Iterator[str]:
    """Lines as they are written to the file, until the pipeline stops."""
    rest = ""
    while True:
        line = text.readline()
        if line.endswith("\n"):
            yield rest + line[:-1]
            rest = ""
            continue
        rest += line
        command.sleep(_POLL)
