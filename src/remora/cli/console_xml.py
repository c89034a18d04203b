"""Standard streams that carry objects: ``pwsh -OutputFormat XML``, ``-InputFormat XML`` and ``-EncodedArguments``."""

from __future__ import annotations

import base64
import binascii
import sys
from collections.abc import Iterator
from typing import IO, Any

from remora.engine.cmd.powershell_args import PowerShellUsageError
from remora.engine.enumeration import items_of
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.objectstreams import HEADER
from remora.engine.records import DebugRecord, InformationRecord, ProgressRecord, VerboseRecord, WarningRecord
from remora.modules.object_streams import dump, load


class XmlSink:
    """StreamSink that writes CLIXML: output and information on standard output, the rest on standard error."""

    def __init__(self, out: IO[str], err: IO[str]) -> None:
        self._streams = (out, err)
        self._documents: tuple[list[tuple[str | None, Any]], ...] = ([], [])

    def output(self, value: Any) -> None:
        """One object."""
        self._documents[0].append(("Output", value))

    def information(self, record: InformationRecord) -> None:
        """Write-Host's text, and information."""
        self._documents[0].append(("information", record))

    def error(self, record: ErrorRecord) -> None:
        """An error."""
        self._documents[1].append(("Error", record))

    def warning(self, record: WarningRecord) -> None:
        """A warning's text."""
        self._documents[1].append(("warning", record.message))

    def verbose(self, record: VerboseRecord) -> None:
        """A verbose text."""
        self._documents[1].append(("verbose", record.message))

    def debug(self, record: DebugRecord) -> None:
        """A debug text."""
        self._documents[1].append(("debug", record.message))

    def progress(self, record: ProgressRecord) -> None:
        """How far it is."""
        self._documents[1].append(("progress", record))

    def flush(self) -> None:
        """A document is written as a whole."""

    def finish(self) -> None:
        """Write the documents; none for a stream without objects on standard error."""
        for at, (stream, items) in enumerate(zip(self._streams, self._documents, strict=True)):
            if items or at == 0:
                stream.write(f"{HEADER}\n{dump(items).decode('utf-8', 'replace')}\n")
                stream.flush()
            items.clear()


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
