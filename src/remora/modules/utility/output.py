"""Out-String, Out-File, Out-Null, Out-Default, Out-Host."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.format import TextOutput
from remora.engine.format.session import host_output, text_output
from remora.engine.nothing import NOTHING
from remora.engine.text.encodings import encode_text
from remora.engine.validators import ValidateRange

_WIDTH = (ValidateRange(2, 2147483647),)


class _TextWriter(Cmdlet):
    """Commands that turn objects into lines."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)

    def _open(self, width: int | None, line: Callable[[str], None]) -> TextOutput:
        """width: columns; None: tables are as wide as the host, other text is not broken."""
        return text_output(self.session.context, line, width=width, evaluate=self.runtime.item_value)

    def _feed(self, text: TextOutput, value: Any) -> None:
        try:
            text.feed(value)
        except PSError as problem:
            raise self.throw(problem) from None


@cmdlet("Out-String", aliases=("oss",), output_type=("System.String",), default_set="NoNewLineFormatting")
class OutString(_TextWriter):
    """Objects as text, as the console would show them."""

    stream = Parameter("switch", sets=("StreamFormatting",))
    width = Parameter("int", validate=_WIDTH)
    no_newline = Parameter("switch", sets=("NoNewLineFormatting",))

    def begin(self) -> None:
        self._lines: list[str] = []
        self._text = self._open(self.width, self.emit if self.stream else self._lines.append)

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._feed(self._text, self.input_object)

    def end(self) -> None:
        self._text.finish()
        if not self.stream:
            self.emit("".join(self._lines) if self.no_newline else "".join(line + "\n" for line in self._lines))


@cmdlet("Out-File", should_process=True)
class OutFile(_TextWriter):
    """Writes objects to a file, as the console would show them."""

    file_path = Parameter("string", position=0, sets={"ByPath": {"position": 0, "mandatory": True}}, aliases=("Path",))
    literal_path = Parameter(
        "string", sets={"ByLiteralPath": {"mandatory": True}}, aliases=("PSPath", "LP"), by_property=True
    )
    encoding = Parameter("object", position=1)
    append = Parameter("switch")
    force = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    width = Parameter("int", validate=_WIDTH)
    no_newline = Parameter("switch")

    def begin(self) -> None:
        self._target = self.session.file_path(self.literal_path or self.file_path)
        self._lines: list[str] = []
        self._text = self._open(self.width, self._lines.append)
        self._go = self.should_process(self._target, "Output to File")
        if self.no_clobber and os.path.exists(self._target) and not self.append:
            raise self.throw(
                error(
                    f"The file '{self._target}' already exists.", "NoClobber", "ResourceExists", self._target,
                    type_name="System.IO.IOException",
                )
            )  # fmt: skip
        if self._go:
            self._write(start=not self.append)

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._feed(self._text, self.input_object)
            self._write()

    def end(self) -> None:
        self._text.finish()
        self._write()

    def _write(self, *, start: bool = False) -> None:
        if not self._go or (not self._lines and not start):
            self._lines.clear()
            return
        end = "" if self.no_newline else "\n"
        text = "".join(line + end for line in self._lines)
        self._lines.clear()
        try:
            with open(self._target, "wb" if start else "ab") as file:
                file.write(encode_text(text, self.encoding, start=start))
        except OSError as problem:
            from remora.modules.management.failures import os_failure

            raise self.throw(os_failure(problem, self._target, "FileOpenFailure")) from None


@cmdlet("Out-Null", module="Microsoft.PowerShell.Core")
class OutNull(Cmdlet):
    """Drops its input."""

    input_object = Parameter("psobject", pipeline=True, allow_null=True)


class _HostWriter(_TextWriter):
    """Shows objects on the host, errors on its error stream."""

    def begin(self) -> None:
        self._text: TextOutput | None = None

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING:
            return
        if isinstance(value, ErrorRecord):
            from remora.engine.format.concise import error_text

            self.session.host.write_error_line(error_text(value))
            return
        if self._text is None:
            self._text = host_output(self.session.context, self.session.host.write_line)
        self._feed(self._text, value)

    def end(self) -> None:
        if self._text is not None:
            self._text.finish()


@cmdlet("Out-Default", module="Microsoft.PowerShell.Core")
class OutDefault(_HostWriter):
    """Shows objects the way the end of a pipeline does."""

    transcript = Parameter("switch")


@cmdlet("Out-Host", aliases=("oh",), module="Microsoft.PowerShell.Core")
class OutHost(_HostWriter):
    """Shows objects on the host."""

    paging = Parameter("switch")


CMDLETS = (OutDefault, OutFile, OutHost, OutNull, OutString)
