"""Out-String, Out-File, Out-Null, Out-Default, Out-Host."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.format import TextOutput
from remora.engine.format.session import host_output, text_output
from remora.engine.nothing import NOTHING
from remora.engine.text.encodings import encode_text
from remora.engine.transcript import transcripts
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.output_file import OutputFile, open_output, output_path
from remora.modules.utility.paging import Pager

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


@cmdlet("Out-File", default_set="ByPath", should_process=True)
class OutFile(_TextWriter):
    """Writes objects to a file, as the console would show them."""

    file_path = Parameter("string", sets={"ByPath": {"position": 0, "mandatory": True}}, aliases=("Path",))
    literal_path = Parameter(
        "string", sets={"ByLiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    encoding = Parameter("System.Text.Encoding", position=1, validate=(ValidateNotNullOrEmpty(),))
    append = Parameter("switch")
    force = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    width = Parameter("int", validate=_WIDTH)
    no_newline = Parameter("switch")

    def begin(self) -> None:
        self._lines: list[str] = []
        self._file: OutputFile | None = None
        self._text = self._open(self.width, self._lines.append)
        given = self.literal_path or self.file_path
        if not self.should_process(given, "Output to File"):
            return
        target = output_path(self, self.file_path, self.literal_path)
        self._start = not (self.append and os.path.exists(target) and os.path.getsize(target))
        self._file = open_output(
            self, target, given, append=bool(self.append), force=bool(self.force), no_clobber=bool(self.no_clobber)
        )

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._feed(self._text, self.input_object)
            self._write()

    def end(self) -> None:
        self._text.finish()
        self._write()

    def _write(self) -> None:
        end = "" if self.no_newline else "\n"
        text = "".join(line + end for line in self._lines)
        self._lines.clear()
        if self._file is not None and (text or self._start):
            self._file.write(encode_text(text, self.encoding, start=self._start))
            self._start = False

    def dispose(self) -> None:
        file: OutputFile | None = getattr(self, "_file", None)
        if file is not None:
            file.close()


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
            self._show_error(value)
            return
        if self._text is None:
            self._text = host_output(self.session.context, self._line())
        self._feed(self._text, value)

    def _line(self) -> Callable[[str], None]:
        """What takes the lines: the screen, and the transcripts of the session."""
        return self._put

    def _put(self, text: str) -> None:
        self._transcribe(text)
        self.session.host.write_line(text)

    def _transcribe(self, text: str) -> None:
        for transcript in transcripts(self.session.context):
            transcript.line(text)

    def _show_error(self, record: ErrorRecord) -> None:
        from remora.engine.format.concise import error_text

        self._transcribe(error_text(record))
        self.session.host.write_error_line(error_text(record))

    def end(self) -> None:
        if self._text is not None:
            self._text.finish()


@cmdlet("Out-Default", module="Microsoft.PowerShell.Core")
class OutDefault(_HostWriter):
    """Shows objects the way the end of a pipeline does."""

    transcript = Parameter("switch")

    def _put(self, text: str) -> None:
        if self.transcript:
            self._transcribe(text)
        else:
            super()._put(text)

    def _show_error(self, record: ErrorRecord) -> None:
        if self.transcript:
            from remora.engine.format.concise import concise

            self._transcribe(concise(record))
        else:
            super()._show_error(record)


@cmdlet("Out-Host", aliases=("oh",), module="Microsoft.PowerShell.Core")
class OutHost(_HostWriter):
    """Shows objects on the host."""

    paging = Parameter("switch")

    def _line(self) -> Callable[[str], None]:
        return Pager(self.session.host, self._put, self._leave).write if self.paging else self._put

    def _leave(self) -> None:
        raise self.stop_upstream()


CMDLETS = (OutDefault, OutFile, OutHost, OutNull, OutString)
