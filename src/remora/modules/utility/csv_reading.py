"""CSV text to records, as generously as PowerShell reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BLANK = " \t"
_LINE_END = re.compile(r"\r\n|\r|\n")
_TRAILING = re.compile(r"[^ \t]+[ \t]([ \t]+)\Z")


class CsvScanner:
    """Reads record after record. Line ends inside quotes belong to the value; blanks before a value do not."""

    def __init__(self, text: str, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at >= len(self._text)

    def type_line(self) -> str | None:
        """The type of a ``#TYPE`` line; a first line with another ``#`` is skipped."""
        if not self._text.startswith("#", self._at):
            return None
        line = self._line()
        return line[5:].strip() or None if line[:5].lower() == "#type" else None

    def _line(self) -> str:
        end = _LINE_END.search(self._text, self._at)
        line = self._text[self._at : end.start() if end else len(self._text)]
        self._at = end.end() if end else len(self._text)
        return line

    def records(self) -> Iterator[list[str]]:
        """The records from here on, empty lines left out."""
        while not self.at_end:
            record = self.record()
            if len(record) > 1 or (record and record[0]):
                yield record

    def record(self) -> list[str]:
        """The next record; the values of an empty line are one empty text."""
        start = self._at
        line = self._line()
        if '"' not in line:
            return self._plain(line, ended=self._at > start + len(line))
        self._at = start
        return self._quoted()

    def _plain(self, line: str, *, ended: bool) -> list[str]:
        values = [_trimmed(value) for value in line.split(self._delimiter)]
        if not ended and not values[-1]:
            values.pop()
        return values

    def _quoted(self) -> list[str]:
        values: list[str] = []
        while True:
            while not self.at_end and self._text[self._at] in _BLANK and self._text[self._at] != self._delimiter:
                self._at += 1
            if self.at_end:
                return values
            if self._text[self._at] == '"' and self._delimiter != '"':
                value, more = self._after_quote(self._inside())
            else:
                value, more = self._bare()
            values.append(value)
            if not more:
                return values

    def _inside(self) -> str:
        """The text between quotes; a doubled quote is one."""
        parts: list[str] = []
        start = self._at + 1
        while True:
            end = self._text.find('"', start)
            if end < 0:
                parts.append(self._text[start:])
                self._at = len(self._text)
                break
            parts.append(self._text[start:end])
            if not self._text.startswith('"', end + 1):
                self._at = end + 1
                break
            parts.append('"')
            start = end + 2
        return "".join(parts)

    def _after_quote(self, value: str) -> tuple[str, bool]:
        rest, more = self._until_delimiter()
        return (value if not rest.strip(_BLANK) else value + rest), more

    def _bare(self) -> tuple[str, bool]:
        text, more = self._until_delimiter()
        return _trimmed(text), more

    def _until_delimiter(self) -> tuple[str, bool]:
        """Text up to the delimiter or the line's end, and whether another value follows."""
        end = _LINE_END.search(self._text, self._at)
        stop = end.start() if end else len(self._text)
        comma = self._text.find(self._delimiter, self._at, stop)
        if comma >= 0:
            text = self._text[self._at : comma]
            self._at = comma + len(self._delimiter)
            return text, True
        text = self._text[self._at : stop]
        self._at = end.end() if end else stop
        return text, False


def _trimmed(value: str) -> str:
    """Blanks in front go; of those behind a value without any inside, the first one stays."""
    value = value.lstrip(_BLANK)
    if value and value[-1] in _BLANK:
        match = _TRAILING.match(value)
        if match is not None:
            return value[: match.start(1)]
    return value
