"""Formatting: objects to lines of text, by views that are data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from remora.engine.format.cells import CellStyle
from remora.engine.format.renderer import Renderer
from remora.engine.format.select import Formatter, ViewTable

__all__ = ["CellStyle", "Formatter", "Renderer", "TextOutput", "ViewTable", "format_text"]

_BUILTIN = ViewTable()


class TextOutput:
    """Default output: objects and format records in, lines out. width: columns. line: gets a line without its end."""

    def __init__(
        self, width: int, line: Callable[[str], None], *, views: ViewTable | None = None, style: CellStyle | None = None
    ) -> None:
        self._renderer = Renderer(width, line)
        self._formatter = Formatter(self._renderer.feed, views or _BUILTIN, style)

    def feed(self, value: Any) -> None:
        """One object; collections inside it are shown element by element."""
        self._formatter.feed(value)

    def flush(self) -> None:
        """Draw the rows held back so far, so that something else may be written in between."""
        self._renderer.flush()

    def finish(self) -> None:
        """No more objects: draw what was held back."""
        self._formatter.end()
        self._renderer.finish()


def format_text(values: Iterable[Any], width: int = 120, *, style: CellStyle | None = None) -> list[str]:
    """The lines default output makes of some objects."""
    lines: list[str] = []
    output = TextOutput(width, lines.append, style=style)
    for value in values:
        output.feed(value)
    output.finish()
    return lines
