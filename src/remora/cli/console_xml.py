"""Standard streams that carry objects: ``pwsh -OutputFormat XML``, ``-InputFormat XML`` and ``-EncodedArguments``."""

from __future__ import annotations

import base64
import binascii
import sys
from collections.abc import Callable, Iterator
from typing import IO, Any

from remora.engine.cmd.powershell_args import PowerShellUsageError
from remora.engine.enumeration import items_of
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.records import DebugRecord, InformationRecord, ProgressRecord, VerboseRecord, WarningRecord
from remora.modules.object_streams import Document, load


class XmlSink:
    """StreamSink that writes CLIXML: output and information on standard output, the rest on standard error."""

    def __init__(self, out: IO[str], err: IO[str]) -> None:
        self._out = Document(_writer(out))
        self._err = Document(_writer(err))

    def output(self, value: Any) -> None:
        """One object."""
        self._out.add("Output", value)

    def information(self, record: InformationRecord) -> None:
        """Write-Host's text, and information."""
        self._out.add("information", record)

    def error(self, record: ErrorRecord) -> None:
        """An error."""
        self._err.add("Error", record)

    def warning(self, record: WarningRecord) -> None:
        """A warning's text."""
        self._err.add("warning", record.message)

    def verbose(self, record: VerboseRecord) -> None:
        """A verbose text."""
        self._err.add("verbose", record.message)

    def debug(self, record: DebugRecord) -> None:
        """A debug text."""
        self._err.add("debug", record.message)

    def progress(self, record: ProgressRecord) -> None:
        """How far it is."""
        self._err.add("progress", record)

    def flush(self) -> None:
        """Each object is written as it comes."""

    def finish(self) -> None:
        """End the documents; that on standard output is there even without objects."""
        self._out.begin()
        self._out.end()
        self._err.end()


def _writer(stream: IO[str]) -> Callable[[str], None]:
    def write(text: str) -> None:
        stream.write(text)
        stream.flush()

    return write


def xml_input() -> Iterator[Any]:
    """The objects of the CLIXML on standard input. Raises PSError for anything malformed."""
    data = sys.stdin.buffer.read()
    if data.strip():
        for _, value in load(data):
            yield value


def encoded_arguments(text: str) -> tuple[tuple[None, Any], ...]:
    """The values of -EncodedArguments. Raises PowerShellUsageError."""
    try:
        document = base64.b64decode(text.strip(), validate=True).decode("utf-16-le")
        return tuple((None, value) for _, found in load(document) for value in items_of(found))
    except (binascii.Error, ValueError, PSError):
        raise PowerShellUsageError(
            "Cannot process the command because the value specified with -EncodedArguments is not properly encoded. "
            "The value must be Base64 encoded."
        ) from None
