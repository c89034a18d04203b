"""Get-Content."""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Iterator
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.drives import ResolvedPath
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import error
from remora.engine.validators import ValidateRange
from remora.modules.management.encodings import decode_bytes, detect
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import places
from remora.modules.management.providers import provider_of
from remora.values import Byte

_MODULE = "Microsoft.PowerShell.Management"
_POLL = 0.2


@cmdlet("Get-Content", aliases=("gc", "cat", "type"), default_set="Path", module=_MODULE)
class GetContent(Cmdlet):
    """Reads files line by line, or at once with -Raw."""

    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True, "by_property": True}})
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    force = Parameter("switch")
    credential = Parameter("object")
    read_count = Parameter("int64", by_property=True, default=1)
    total_count = Parameter("int64", by_property=True, default=-1, aliases=("First", "Head"))
    tail = Parameter("int", by_property=True, default=-1, aliases=("Last",), validate=(ValidateRange(0, 2147483647),))
    delimiter = Parameter("string")
    wait = Parameter("switch")
    raw = Parameter("switch")
    encoding = Parameter("object")
    as_byte_stream = Parameter("switch")
    stream = Parameter("string")

    def process(self) -> None:
        if self.total_count >= 0 and self.tail >= 0:
            raise self.throw(
                error(
                    "The parameters TotalCount and Tail cannot be used together. Please specify only one parameter.",
                    "TailAndHeadCannotCoexist",
                    "InvalidOperation",
                    type_name="System.InvalidOperationException",
                )
            )
        for place in places(self, self.path, self.literal_path, hidden=True):
            if place.is_file_system:
                self._read(place.path)
            else:
                self._read_drive(place)

    def _read_drive(self, place: ResolvedPath) -> None:
        content = provider_of(self.session, place.drive).content(place.path)
        for item in items_of(content) if is_enumerable(content) else (content,):
            self.emit(item)

    def _read(self, path: str) -> None:
        if os.path.isdir(path):
            self.fail(
                f"Unable to get content because it is a directory: '{path}'. Please use 'Get-ChildItem' instead.",
                "GetContentReaderUnauthorizedAccessError",
                "PermissionDenied",
                path,
                type_name="System.UnauthorizedAccessException",
            )
            return
        try:
            if self.as_byte_stream:
                self._bytes(path)
            elif self.raw:
                with open(path, "rb") as file:
                    self.emit(decode_bytes(file.read(), self.encoding))
            else:
                self._lines(path)
        except OSError as problem:
            kind = "UnauthorizedAccessError" if isinstance(problem, PermissionError) else "IOError"
            self.write_error(os_failure(problem, path, f"GetContentReader{kind}").record)

    def _bytes(self, path: str) -> None:
        with open(path, "rb") as file:
            data = file.read(self.total_count if self.total_count >= 0 else -1)
        if self.tail >= 0:
            data = data[len(data) - self.tail :] if self.tail < len(data) else data
        if self.raw:
            self.emit(data)
        else:
            self._batches(Byte(item) for item in data)

    def _lines(self, path: str) -> None:
        if self.delimiter is not None:
            with open(path, "rb") as file:
                text = decode_bytes(file.read(), self.encoding)
            pieces = text.split(self.delimiter) if self.delimiter else [text]
            self._selected(iter(pieces if pieces[-1] else pieces[:-1]))
            return
        with open(path, "rb") as file:
            start = file.read(4)
            codec, skip = detect(start, self.encoding)
            file.seek(skip)
            text_file = io.TextIOWrapper(file, encoding=codec, errors="replace", newline=None)
            self._selected(self._following(text_file) if self.wait else _plain(text_file))

    def _following(self, file: io.TextIOWrapper) -> Iterator[str]:
        """Lines as they are written to the file, until the pipeline stops."""
        rest = ""
        while True:
            line = file.readline()
            if line.endswith("\n"):
                yield rest + line[:-1]
                rest = ""
                continue
            rest += line
            self.sleep(_POLL)

    def _selected(self, lines: Iterator[str]) -> None:
        if self.tail >= 0:
            self._batches(iter(deque(lines, maxlen=self.tail)))
        elif self.total_count >= 0:
            self._batches(line for _, line in zip(range(self.total_count), lines, strict=False))
        else:
            self._batches(lines)

    def _batches(self, items: Iterator[Any]) -> None:
        """One by one, or -ReadCount at a time (0: all at once)."""
        count = self.read_count
        if count == 1:
            for item in items:
                self.emit(item)
            return
        batch: list[Any] = []
        for item in items:
            batch.append(item)
            if count and len(batch) >= count:
                self.emit(batch)
                batch = []
        if batch:
            self.emit(batch)


def _plain(file: io.TextIOWrapper) -> Iterator[str]:
    for line in file:
        yield line.removesuffix("\n")


CMDLETS = (GetContent,)
