"""Reading the text of a pattern: where one is, numbers, names, escapes of single characters."""

from __future__ import annotations

from typing import Final

from remora.engine.errors import PSError
from remora.engine.regex import options as o
from remora.engine.regex.failures import invalid_pattern
from remora.engine.regex.properties import is_property

_JOINERS: Final = "\u200c\u200d"
_CONTROLS: Final = {"a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_BLANKS: Final = " \t\n\f\r"
_HEX_DIGITS: Final = {"x": 2, "u": 4}
_MAX_NUMBER: Final = 0x7FFFFFFF


def is_word(char: str) -> bool:
    """Tell whether a character may be in a name."""
    return char.isalnum() or char == "_" or (char != "" and char in _JOINERS)


class Reader:
    """A place in a pattern and the options that hold there."""

    def __init__(self, pattern: str, options: int = 0) -> None:
        self.pattern = pattern
        self.end = len(pattern)
        self.pos = 0
        self.options = options

    def wrong(self, reason: str) -> PSError:
        """The error that something before this place is wrong."""
        return invalid_pattern(self.pattern, self.pos, reason)

    def peek(self, ahead: int = 0) -> str:
        """A character ahead, empty behind the end."""
        at = self.pos + ahead
        return self.pattern[at] if at < self.end else ""

    def take(self) -> str:
        """The next character; there must be one."""
        self.pos += 1
        return self.pattern[self.pos - 1]

    def has(self, option: int) -> bool:
        return bool(self.options & option)

    def blank(self) -> None:
        """Go past comments, and white space where it does not count."""
        loose = self.has(o.IGNORE_PATTERN_WHITESPACE)
        while True:
            if loose:
                while self.pos < self.end and self.pattern[self.pos] in _BLANKS:
                    self.pos += 1
            if loose and self.peek() == "#":
                found = self.pattern.find("\n", self.pos)
                self.pos = self.end if found < 0 else found
            elif self.pattern.startswith("(?#", self.pos):
                found = self.pattern.find(")", self.pos)
                self.pos = self.end if found < 0 else found + 1
                if found < 0:
                    raise self.wrong("Unterminated (?#...) comment.")
            else:
                return

    def number(self) -> int:
        """The digits that come."""
        begin = self.pos
        while "0" <= self.peek() <= "9":
            self.pos += 1
        value = int(self.pattern[begin : self.pos] or "0")
        if value > _MAX_NUMBER:
            raise self.wrong("Quantifier and capture group numbers must be less than or equal to Int32.MaxValue.")
        return value

    def name(self) -> str:
        """The word that comes."""
        begin = self.pos
        while self.pos < self.end and is_word(self.pattern[self.pos]):
            self.pos += 1
        return self.pattern[begin : self.pos]

    def at_quantifier(self) -> bool:
        """Tell whether a repetition comes: a brace is one only with numbers in it."""
        char = self.peek()
        if char != "{":
            return char in ("*", "+", "?")
        begin = self.pos
        self.pos += 1
        digits = self._digits()
        if digits and self.peek() == ",":
            self.pos += 1
            self._digits()
        found = digits > 0 and self.peek() == "}"
        self.pos = begin
        return found

    def _digits(self) -> int:
        begin = self.pos
        while "0" <= self.peek() <= "9":
            self.pos += 1
        return self.pos - begin

    def quantifier(self) -> tuple[int, int | None, bool]:
        """The repetition that comes: at least, at most (None without end), as few as possible."""
        char = self.take()
        low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(char, (0, None))
        if char == "{":
            low = self.number()
            high = low
            if self.peek() == ",":
                self.pos += 1
                high = None if self.peek() == "}" else self.number()
            self.pos += 1
        self.blank()
        lazy = self.peek() == "?"
        self.pos += lazy
        if high is not None and low > high:
            raise self.wrong("Illegal {x,y} with x > y.")
        return low, high, lazy

    def property_name(self) -> str:
        """The name in ``\\p{name}``, after the p."""
        if self.pos + 2 >= self.end:
            raise self.wrong(r"Incomplete \\p{X} character escape.")
        if self.take() != "{":
            raise self.wrong(r"Malformed \\p{X} character escape.")
        begin = self.pos
        while is_word(self.peek()) or self.peek() == "-":
            self.pos += 1
        found = self.pattern[begin : self.pos]
        if self.pos == self.end or self.take() != "}":
            raise self.wrong(r"Incomplete \\p{X} character escape.")
        if not is_property(found):
            raise self.wrong(f"Unknown property '{found}'.")
        return found

    def escaped(self) -> str:
        """The character of an escape, after the backslash."""
        char = self.take()
        if "0" <= char <= "7":
            self.pos -= 1
            return self._octal()
        if char in _HEX_DIGITS:
            return self._hexadecimal(_HEX_DIGITS[char])
        if char == "c":
            return self._control()
        if char in _CONTROLS:
            return _CONTROLS[char]
        if is_word(char) and not self.has(o.ECMA_SCRIPT):
            raise self.wrong(f"Unrecognized escape sequence \\\\{char}.")
        return char

    def _octal(self) -> str:
        value = 0
        for _ in range(3):
            if not "0" <= self.peek() <= "7":
                break
            value = value * 8 + int(self.take())
            if self.has(o.ECMA_SCRIPT) and value >= 0x20:
                break
        return chr(value & 0xFF)

    def _hexadecimal(self, digits: int) -> str:
        value = 0
        if self.pos + digits > self.end:
            raise self.wrong("Insufficient hexadecimal digits.")
        for _ in range(digits):
            char = self.take()
            if char not in "0123456789abcdefABCDEF":
                raise self.wrong("Insufficient hexadecimal digits.")
            value = value * 16 + int(char, 16)
        return chr(value)

    def _control(self) -> str:
        if self.pos == self.end:
            raise self.wrong("Missing control character.")
        char = self.take()
        code = ord(char.upper() if "a" <= char <= "z" else char) - 64
        if not 0 <= code < 32:
            raise self.wrong("Unrecognized control character.")
        return chr(code)
