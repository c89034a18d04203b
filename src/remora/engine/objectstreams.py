"""Objects between processes as text (CLIXML): what the engine asks of whoever knows the format."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any, Final, Protocol, cast

HEADER: Final = "#< CLIXML"
_MODULE: Final[list[str]] = []


class ObjectStreams(Protocol):
    """A module that writes and reads documents of (stream name or None, engine value) pairs."""

    def dump(self, items: Iterable[tuple[str | None, Any]]) -> bytes:
        """A document; what cannot be written is there as its text."""

    def load(self, data: bytes | str) -> list[tuple[str | None, Any]]:
        """The items of a document, with or without a header line. Raises PSError for anything malformed."""


def declare(module: str) -> None:
    """Name the module; it is imported when a stream of objects is first needed."""
    _MODULE[:] = [module]


def object_streams() -> ObjectStreams | None:
    """The module that was declared."""
    return cast(ObjectStreams, import_module(_MODULE[0])) if _MODULE else None
