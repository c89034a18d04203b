"""Source text and extents: where in a script something stands."""

from __future__ import annotations

from bisect import bisect_right

from remora.errors import EngineError


class Source:
    """One parsed text. file: path of the script file, None for text that came as text. namespaces: those of its
    ``using namespace`` statements.
    """

    __slots__ = ("_starts", "file", "namespaces", "text")

    def __init__(self, text: str, file: str | None = None) -> None:
        self.text = text
        self.file = file
        self.namespaces: list[str] = []
        self._starts: list[int] = []

    def line_starts(self) -> list[int]:
        """Offsets of the beginnings of all lines."""
        if not self._starts:
            starts = self._starts
            starts.append(0)
            text = self.text
            position = 0
            while True:
                newline = _next_newline(text, position)
                if newline < 0:
                    break
                position = newline + (2 if text.startswith("\r\n", newline) else 1)
                starts.append(position)
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Text of a line (from 1) without its end."""
        starts = self.line_starts()
        begin = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[begin:end].rstrip("\r\n")


def _next_newline(text: str, position: int) -> int:
    feed = text.find("\n", position)
    carriage = text.find("\r", position, feed if feed >= 0 else len(text))
    return carriage if carriage >= 0 else feed


class Extent:
    """A span [start, end) of a source."""

    __slots__ = ("end", "source", "start")

    def __init__(self, source: Source, start: int, end: int) -> None:
        self.source = source
        self.start = start
        self.end = end

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def start_line(self) -> int:
        return self.source.position(self.start)[0]

    @property
    def start_column(self) -> int:
        return self.source.position(self.start)[1]

    @property
    def end_line(self) -> int:
        return self.source.position(self.end)[0]

    @property
    def end_column(self) -> int:
        return self.source.position(self.end)[1]


class ParseError(EngineError):
    """The text is not a script. id: PowerShell's error id. incomplete: more text could make it one (an open brace or
    string). others: the errors found after this one, when it was raised for them all.
    """

    def __init__(self, id: str, message: str, extent: Extent, *, incomplete: bool = False) -> None:
        super().__init__(message)
        self.id = id
        self.message = message
        self.extent = extent
        self.incomplete = incomplete
        self.others: tuple[ParseError, ...] = ()
