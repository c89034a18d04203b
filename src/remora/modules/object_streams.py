"""Objects between processes as CLIXML documents: standard streams of pwsh -InputFormat XML and -OutputFormat XML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from remora.engine.errors import error
from remora.engine.wire import from_wire, to_wire
from remora.errors import RemoraError
from remora.psrp import clixml

_DEPTH: Final = 1


def dump(items: Iterable[tuple[str | None, Any]]) -> bytes:
    """A CLIXML document without a header line."""
    return clixml.dumps_stream([(stream, to_wire(value, _DEPTH)) for stream, value in items])


def load(data: bytes | str) -> list[tuple[str | None, Any]]:
    """Items of the documents; stream names are lower case. Raises PSError for malformed text."""
    try:
        found = list(clixml.load_stream(data))
    except RemoraError as problem:
        raise error(str(problem), "CliXmlError", "InvalidData", type_name="System.Xml.XmlException") from None
    return [(None if stream is None else stream.lower(), from_wire(value)) for stream, value in found]
