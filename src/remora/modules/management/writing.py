"""Set-Content, Add-Content, Clear-Content."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import IO, Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.nothing import NOTHING
from remora.modules.common import as_list
from remora.modules.management.encodings import detect, encode_text
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import places
from remora.modules.management.providers import Provider, provider_of

_MODULE = "Microsoft.PowerShell.Management"


class _ContentWriter(Cmdlet):
    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True, "by_property": True}})
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    value = Parameter(
        "object[]",
        position=1,
        mandatory=True,
        pipeline=True,
        by_property=True,
        allow_null=True,
        allow_empty=True,
        default=NOTHING,
    )
    pass_thru = Parameter("switch")
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    force = Parameter("switch")
    credential = Parameter("object")
    no_newline = Parameter("switch")
    encoding = Parameter("object")
    as_byte_stream = Parameter("switch")
    stream = Parameter("string")
    _mode = "wb"

    def begin(self) -> None:
        self._stack = ExitStack()
        self._open: list[tuple[IO[bytes], Any]] = []
        self._drive_items: list[tuple[Provider, str]] = []
        self._values: list[Any] = []
        self._started = False

    def _start(self) -> None:
        self._started = True
        for place in places(self, self.path, self.literal_path, must_exist=False, hidden=True):
            if not place.is_file_system:
                self._drive_items.append((provider_of(self.session, place.drive), place.path))
            elif self.should_process(f"Path: {place.path}", self.spec.name.replace("-", " ")):
                self._open_file(place.path)

    def _open_file(self, path: str) -> None:
        encoding: Any = self.encoding
        try:
            if self._mode == "ab" and encoding is None and os.path.exists(path):
                with open(path, "rb") as before:
                    encoding = detect(before.read(4), None)[0]
            if self.force and os.path.exists(path) and not os.access(path, os.W_OK):
                os.chmod(path, os.stat(path).st_mode | 0o200)
            empty = self._mode == "wb" or not os.path.exists(path) or not os.path.getsize(path)
            file = self._stack.enter_context(open(path, self._mode))  # noqa: SIM115  closed by the stack
            if empty and not self.as_byte_stream:
                file.write(encode_text("", encoding, start=True))
        except OSError as problem:
            kinds = {PermissionError: "UnauthorizedAccessError", FileNotFoundError: "DirectoryNotFoundError"}
            kind = kinds.get(type(problem), "IOError")
            self.write_error(os_failure(problem, path, f"GetContentWriter{kind}").record)
            return
        self._open.append((file, encoding))

    def process(self) -> None:
        if not self._started:
            self._start()
        if self.value is NOTHING:
            return
        values = as_list(self.value)
        self._values.extend(values if self._drive_items else ())
        for file, encoding in self._open:
            if self.as_byte_stream:
                file.write(b"".join(_as_bytes(value) for value in values))
                continue
            end = "" if self.no_newline else "\n"
            text = "".join(to_text(value) + end for value in values)
            file.write(encode_text(text, encoding, start=False))

    def end(self) -> None:
        if not self._started:
            self._start()
        for provider, name in self._drive_items:
            provider.write(name, self._values[0] if len(self._values) == 1 else self._values)
        self._stack.close()
        if self.pass_thru:
            for value in self._values:
                self.emit(value)

    def dispose(self) -> None:
        self._stack.close()


def _as_bytes(value: Any) -> bytes:
    if is_enumerable(value):
        return b"".join(_as_bytes(item) for item in items_of(value))
    from remora.engine.convert.conversion import convert_to

    return bytes([int(convert_to(value, "byte"))])


@cmdlet("Set-Content", aliases=("sc",), default_set="Path", module=_MODULE, should_process=True)
class SetContent(_ContentWriter):
    """Writes a file anew."""


@cmdlet("Add-Content", aliases=("ac",), default_set="Path", module=_MODULE, should_process=True)
class AddContent(_ContentWriter):
    """Writes at the end of a file."""

    _mode = "ab"


@cmdlet("Clear-Content", aliases=("clc",), default_set="Path", module=_MODULE, should_process=True)
class ClearContent(Cmdlet):
    """Empties files."""

    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True, "by_property": True}})
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    force = Parameter("switch")
    stream = Parameter("string")

    def process(self) -> None:
        for place in places(self, self.path, self.literal_path, hidden=True):
            if not place.is_file_system:
                provider_of(self.session, place.drive).write(place.path, None)
            elif self.should_process(f"Item: {place.path}", "Clear Content"):
                try:
                    with open(place.path, "wb"):
                        pass
                except OSError as problem:
                    self.write_error(os_failure(problem, place.path, "ClearContentIOError").record)


CMDLETS = (AddContent, ClearContent, SetContent)
