"""What is between brackets, read as .NET does."""

from __future__ import annotations

from remora.engine.regex import options as o
from remora.engine.regex.charset import CharSet
from remora.engine.regex.reader import Reader


def read_set(reader: Reader) -> CharSet:
    """A set, after its bracket."""
    return _SetReader(reader).read()


class _SetReader:
    """Reads one set. before: the lower end of a range whose upper end comes next."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.chars = CharSet()
        self.before: str | None = None

    def read(self) -> CharSet:
        reader = self.reader
        first = True
        if reader.peek() == "^":
            reader.pos += 1
            self.chars.negated = True
            first = not (reader.has(o.ECMA_SCRIPT) and reader.peek() == "]")
        while reader.pos < reader.end:
            char = reader.take()
            if char == "]" and not first:
                return self.chars
            escaped = char == "\\" and reader.pos < reader.end
            if escaped:
                char = self._escape()
            if char:
                self._char(char, escaped, first)
            first = False
        raise reader.wrong("Unterminated [] set.")

    def _escape(self) -> str:
        """The character of an escape; empty when it is a class, which is added."""
        reader = self.reader
        letter = reader.take()
        if letter in "dDsSwWpP":
            if self.before is not None:
                raise reader.wrong(f"Cannot include class \\\\{letter} in character range.")
            if letter in "pP":
                self.chars.add_property(reader.property_name(), letter == "P")
            else:
                self.chars.add_class(letter, reader.has(o.ECMA_SCRIPT))
            return ""
        if letter == "-":
            self._add(self.before if self.before is not None else "-", "-")
            return ""
        reader.pos -= 1
        return reader.escaped()

    def _char(self, char: str, escaped: bool, first: bool) -> None:
        reader = self.reader
        if self.before is not None:
            if char == "[" and not escaped and not first:
                self._add(self.before, self.before)
                self._subtract()
            else:
                self._add(self.before, char)
        elif reader.peek() == "-" and reader.peek(1) not in ("", "]"):
            self.before = char
            reader.pos += 1
        elif char == "-" and not escaped and reader.peek() == "[" and not first:
            reader.pos += 1
            self._subtract()
        else:
            self._add(char, char)

    def _add(self, low: str, high: str) -> None:
        if low > high:
            raise self.reader.wrong("[x-y] range in reverse order.")
        self.chars.ranges.append((ord(low), ord(high)))
        self.before = None

    def _subtract(self) -> None:
        self.chars.subtracted = read_set(self.reader)
        if self.reader.peek() not in ("", "]"):
            raise self.reader.wrong("A subtraction must be the last element in a character class.")
