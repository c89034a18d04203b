"""JSON as generous readers take it: comments, single quotes, bare names, hexadecimal numbers, trailing commas."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

_SPACE = re.compile(r"(?:\s|/\*.*?\*/|//[^\n]*)*", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:0[xX][0-9A-Fa-f]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)")
_NAME = re.compile(r"[\w$]+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_PLAIN: Final = {
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "\n": "",
    '"': '"',
    "'": "'",
    "\\": "\\",
    "/": "/",
}
_WORDS: Final[dict[str, Any]] = {
    "true": True,
    "false": False,
    "null": None,
    "undefined": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}


class LenientReader:
    """Reads one document. pairs: makes an object of its (name, value) pairs; integer: makes a whole number of its text.

    Raises ValueError with the reason and the place.
    """

    def __init__(
        self,
        text: str,
        *,
        pairs: Callable[[list[tuple[str, Any]]], Any],
        integer: Callable[[str], Any],
        max_depth: int,
    ) -> None:
        self._text = text
        self._at = 0
        self._pairs = pairs
        self._integer = integer
        self._max_depth = max_depth
        self._path: list[str] = []

    def read(self) -> Any:
        """The value of the whole text; None for an empty one."""
        if not self._peek():
            return None
        value = self._value(0)
        if self._peek():
            raise self._failed(f"Additional text encountered after finished reading JSON content: {self._peek()}.")
        return value

    def _peek(self) -> str:
        """The next character after white space and comments; empty at the end."""
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _failed(self, reason: str) -> ValueError:
        before = self._text[: self._at]
        line = before.count("\n") + 1
        column = self._at - (before.rfind("\n") + 1)
        return ValueError(f"{reason} Path '{''.join(self._path).lstrip('.')}', line {line}, position {column}.")

    def _value(self, depth: int) -> Any:
        char = self._peek()
        if not char:
            raise self._failed("Unexpected end when reading token.")
        if char in "{[":
            if depth >= self._max_depth:
                self._at += 1
                raise self._failed(f"The reader's MaxDepth of {self._max_depth} has been exceeded.")
            self._at += 1
            return self._object(depth) if char == "{" else self._array(depth)
        if char in "\"'":
            return self._string(char)
        word = next((name for name in _WORDS if self._text.startswith(name, self._at)), None)
        if word is not None:
            self._at += len(word)
            return _WORDS[word]
        number = _NUMBER.match(self._text, self._at)
        if number is None:
            raise self._failed(f"Unexpected character encountered while parsing value: {char}.")
        self._at = number.end()
        return self._numeric(number[0])

    def _numeric(self, text: str) -> Any:
        digits = text.lstrip("+-")
        if digits[:2].lower() == "0x":
            return self._integer(str(int(text, 16)))
        if digits.isdigit():
            if len(digits) > 1 and digits[0] == "0" and all(char in "01234567" for char in digits):
                return self._integer(str(int(text, 8)))
            return self._integer(text)
        return float(text)

    def _string(self, quote: str) -> str:
        start = self._at + 1
        end = start
        while True:
            end = self._text.find(quote, end)
            if end < 0:
                self._at = len(self._text)
                raise self._failed(f"Unterminated string. Expected delimiter: {quote}.")
            slashes = end - len(self._text[start:end].rstrip("\\")) - start
            if slashes % 2 == 0:
                break
            end += 1
        self._at = end + 1
        return _ESCAPE.sub(self._escape, self._text[start:end])

    def _escape(self, match: re.Match[str]) -> str:
        if match[1] is not None:
            return chr(int(match[1], 16))
        if match[2] not in _PLAIN:
            raise self._failed(f"Bad JSON escape sequence: \\{match[2]}.")
        return _PLAIN[match[2]]

    def _object(self, depth: int) -> Any:
        found: list[tuple[str, Any]] = []
        while (char := self._peek()) != "}":
            if not char:
                raise self._failed("Unexpected end of content while loading JObject.")
            name = self._name(char)
            self._path.append("." + name)
            if self._peek() != ":":
                raise self._failed(
                    f"Invalid character after parsing property name. Expected ':' but got: {self._peek()}."
                )
            self._at += 1
            found.append((name, self._value(depth + 1)))
            self._separator("}", "JObject")
            self._path.pop()
        self._at += 1
        return self._pairs(found)

    def _name(self, char: str) -> str:
        if char in "\"'":
            return self._string(char)
        bare = _NAME.match(self._text, self._at)
        if bare is None:
            raise self._failed(f"Invalid property identifier character: {char}.")
        self._at = bare.end()
        return bare[0]

    def _array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        while (char := self._peek()) != "]":
            if not char:
                raise self._failed("Unexpected end of content while loading JArray.")
            self._path.append(f"[{len(found)}]")
            if char == ",":
                found.append(None)
            else:
                found.append(self._value(depth + 1))
            self._separator("]", "JArray")
            self._path.pop()
        self._at += 1
        return found

    def _separator(self, closing: str, container: str) -> None:
        char = self._peek()
        if char == ",":
            self._at += 1
        elif not char:
            raise self._failed(f"Unexpected end of content while loading {container}.")
        elif char != closing:
            raise self._failed(f"After parsing a value an unexpected character was encountered: {char}.")
