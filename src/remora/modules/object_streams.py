"""Objects between processes as CLIXML documents: standard streams of pwsh -InputFormat XML and -OutputFormat XML."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from remora.engine.errors import error
from remora.engine.objectstreams import HEADER
from remora.engine.wire import from_wire, to_wire
from remora.errors import RemoraError
from remora.psrp import clixml
from remora.psrp.clixml import encode

_DEPTH: Final = 1


class Document:
    """A CLIXML document that is written as its items come, after a header line."""

    def __init__(self, write: Callable[[str], Any]) -> None:
        self._write = write
        self.begun = False

    def begin(self) -> None:
        """Write what stands before the items, once."""
        if not self.begun:
            self.begun = True
            self._write(f"{HEADER}\n{encode.OPENING}")

    def add(self, stream: str, value: Any) -> None:
        """Write one item."""
        self.begin()
        self._write(encode.encode_item(stream, to_wire(value, _DEPTH), None))

    def end(self) -> None:
        """Write what stands after the items; nothing when there is no document."""
        if self.begun:
            self.begun = False
            self._write(f"{encode.CLOSING}\n")


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
