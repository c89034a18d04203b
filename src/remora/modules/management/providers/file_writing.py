"""Set-Content, Add-Content and Clear-Content on files."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any

from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import error
from remora.engine.patient import open_reading, open_writing
from remora.engine.text.encodings import detect, encode_text
from remora.engine.types.registry import unwrap
from remora.modules.management.failures import os_failure, report
from remora.modules.management.providers.base import ContentWriter
from remora.values import Byte

if TYPE_CHECKING:
    from remora.modules.management.providers.base import ItemCommand

_INVALID = "System.InvalidOperationException"


def open_writer(command: ItemCommand, path: str, *, append: bool) -> ContentWriter | None:
    """A writer by the parameters of Set-Content and Add-Content; None after an error was written."""
    if os.path.isdir(path):
        command.fail(
            f"Unable to write content because it is a directory: '{path}'.", "WriteContainerContentException",
            "InvalidOperation", type_name=_INVALID,
        )  # fmt: skip
        return None
    if command.as_byte_stream and command.encoding is not None:
        command.write_warning("Encoding not used when '-AsByteStream' specified.")
    encoding: Any = command.encoding
    try:
        there = os.path.exists(path)
        if append and encoding is None and there:
            with open_reading(path) as before:
                encoding = detect(before.read(4), None)[0]
        make_writable(path, force=bool(command.force))
        file = open_writing(path, append=append)
        if not command.as_byte_stream and not (append and os.fstat(file.fileno()).st_size):
            file.write(encode_text("", encoding, start=True))
    except FileNotFoundError as problem:
        command.write_error(os_failure(problem, path, "GetContentWriterDirectoryNotFoundError").record)
        return None
    except (OSError, ValueError) as problem:
        report(command, problem, path, "GetContentWriter")
        return None
    return FileWriter(command, file, encoding)


def make_writable(path: str, *, force: bool) -> None:
    """-Force gives the owner the permission to write."""
    if force and os.path.exists(path) and not os.stat(path).st_mode & 0o200:
        os.chmod(path, os.stat(path).st_mode | 0o200)


class FileWriter(ContentWriter):
    """Writes objects as lines, or bytes as they are."""

    def __init__(self, command: ItemCommand, file: IO[bytes], encoding: Any) -> None:
        self._file = file
        self._encoding = encoding
        self._bytes = bool(command.as_byte_stream)
        self._end = "" if command.no_newline else "\n"

    def write(self, values: list[Any]) -> None:
        if self._bytes:
            self._file.write(b"".join(self._as_bytes(value) for value in values))
            return
        text = "".join(_line(value, self._end) for value in values)
        self._file.write(encode_text(text, self._encoding, start=False))

    def _as_bytes(self, value: Any) -> bytes:
        value = unwrap(value)
        if isinstance(value, bytes | bytearray):
            return bytes(value)
        if is_enumerable(value):
            return b"".join(self._as_bytes(item) for item in items_of(value))
        if isinstance(value, Byte) or (isinstance(value, int) and 0 <= value <= 255 and not isinstance(value, bool)):
            return bytes([value])
        raise error(
            "Cannot proceed with byte encoding. When using byte encoding the content must be of type byte.",
            "ProviderContentWriteError", "WriteError",
            type_name="System.Management.Automation.ProviderInvocationException",
        )  # fmt: skip

    def close(self) -> None:
        self._file.close()

    abandon = close


def _line(value: Any, end: str) -> str:
    """An array inside the input gives a line for each element."""
    if is_enumerable(value):
        return "".join(_line(item, end) for item in items_of(value))
    return to_text(value) + end


def clear_content(command: ItemCommand, path: str) -> None:
    """Empty a file."""
    if os.path.isdir(path):
        command.fail(
            f"Unable to clear content of '{path}' because it is a directory. Clear-Content is only supported on "
            "files.", "ClearDirectoryContent", "InvalidOperation", path, type_name="System.NotSupportedException",
        )  # fmt: skip
        return
    if not command.should_process(f"Item: {path}", "Clear Content"):
        return
    try:
        make_writable(path, force=bool(command.force))
        with open(path, "wb"):
            pass
    except (OSError, ValueError) as problem:
        report(command, problem, path, "ClearContent")
