"""Formatting: objects to lines of text, by views that are data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from remora.engine.format.cells import CellStyle
from remora.engine.format.formatter import Formatter
from remora.engine.format.generate import FormatContext
from remora.engine.format.records import FormatRecord, FormatStartData
from remora.engine.format.renderer import Accents, Renderer
from remora.engine.format.viewtable import ViewTable

__all__ = ["Accents", "CellStyle", "FormatContext", "Formatter", "Renderer", "TextOutput", "ViewTable", "format_text"]


class TextOutput:
    """Default output: objects and format records in, lines out.

    width: columns. line: gets a line without its end. text_width: columns of lists and free text. rows, accents: as
    Renderer has them. context: what formatting asks its session.
    """

    def __init__(
        self,
        width: int,
        line: Callable[[str], None],
        *,
        text_width: int | None = None,
        rows: int = 0,
        accents: Accents | None = None,
        context: FormatContext | None = None,
    ) -> None:
        self._renderer = Renderer(width, line, text_width=text_width, rows=rows, accents=accents)
        self._formatter = Formatter(self._renderer.feed, context or FormatContext())

    def feed(self, value: Any) -> None:
        """One object; collections inside it are shown element by element."""
        if isinstance(value, FormatRecord):
            self.feed_record(value)
        else:
            self._formatter.feed(value)

    def feed_record(self, record: FormatRecord) -> None:
        """A record of a Format-* cmdlet; what was begun before ends where another drawing begins."""
        if isinstance(record, FormatStartData):
            self._formatter.end()
        self._renderer.feed(record)

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
    output = TextOutput(width, lines.append, context=FormatContext(style=style or CellStyle()))
    for value in values:
        output.feed(value)
    output.finish()
    return "\n".join(lines).split("\n") if lines else []
