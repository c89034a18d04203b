"""Globalization.StringInfo: the characters that people see, each of one or more code points.

Source: Unicode Standard Annex 29, the rules that need no table: marks, joiners, emoji modifiers, flags.
"""

from __future__ import annotations

import unicodedata
from typing import Any, Final

from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.text.units import joined
from remora.engine.types.registry import VALUE_TYPE
from remora.engine.types.typeref import register
from remora.values.collections import TypedArray

_JOINER: Final = "\u200d"


def text_elements(text: str) -> list[str]:
    """The text cut between what is seen as one character."""
    out: list[str] = []
    flags = 0
    for char in text:
        flag = "\U0001f1e6" <= char <= "\U0001f1ff"
        joins = bool(out) and (
            unicodedata.category(char) in ("Mn", "Me", "Mc")
            or char == _JOINER
            or out[-1].endswith(_JOINER)
            or "\ufe00" <= char <= "\ufe0f"
            or "\U0001f3fb" <= char <= "\U0001f3ff"
            or (flag and flags % 2 == 1)
            or (char == "\n" and out[-1] == "\r")
        )
        flags = flags + 1 if flag else 0
        if joins:
            out[-1] += char
        else:
            out.append(char)
    return out


class StringInfo(NetObject):
    """A text by its text elements."""

    __slots__ = ("elements", "text")
    net_type = NetType("System.Globalization.StringInfo", OBJECT)

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.elements = text_elements(text)


class TextElementEnumerator(NetObject):
    """GetTextElementEnumerator()."""

    __slots__ = ("at", "elements")
    net_type = NetType("System.Globalization.TextElementEnumerator", OBJECT)

    def __init__(self, text: str) -> None:
        self.elements = text_elements(text)
        self.at = -1

    def move_next(self) -> bool:
        """Go to the next element; False at the end."""
        self.at = min(self.at + 1, len(self.elements))
        return self.at < len(self.elements)

    def current(self) -> str:
        """The element at the place."""
        if not 0 <= self.at < len(self.elements):
            raise _out_of_range()
        return self.elements[self.at]


class Rune(NetObject):
    """System.Text.Rune: one character of Unicode."""

    __slots__ = ("char",)
    net_type = NetType("System.Text.Rune", VALUE_TYPE)

    def __init__(self, char: str) -> None:
        self.char = char

    def net_text(self) -> str:
        return self.char


def runes(text: str) -> list[Rune]:
    """EnumerateRunes(): the characters; a surrogate that stands alone counts as U+FFFD."""
    return [Rune("\ufffd" if "\ud800" <= char <= "\udfff" else char) for char in joined(text)]


def _out_of_range() -> PSError:
    return error(
        "Specified argument was out of the range of valid values.",
        "ArgumentOutOfRangeException",
        type_name="System.ArgumentOutOfRangeException",
    )


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _starts(text: str) -> Any:
    starts, at = [], 0
    for element in text_elements(text):
        starts.append(at)
        at += _units(element)
    return TypedArray(starts, "System.Int32")


def _part(info: StringInfo, start: int, length: int | None = None) -> str:
    end = len(info.elements) if length is None else start + length
    if start < 0 or start >= len(info.elements) or end > len(info.elements) or end < start:
        raise _out_of_range()
    return "".join(info.elements[start:end])


def register_types() -> None:
    """Declare them."""
    info = StringInfo.net_type
    info.constructor("()", "(string)")(StringInfo)
    info.property("String", "System.String")(lambda i: i.text)
    info.property("LengthInTextElements", "System.Int32")(lambda i: len(i.elements))
    info.method("SubstringByTextElements(int)", "SubstringByTextElements(int, int)", returns="string")(_part)
    info.static("ParseCombiningCharacters(string)", returns="int[]")(_starts)
    info.static("GetNextTextElement(string)", returns="string")(lambda text: (text_elements(text) or [""])[0])
    info.static("GetNextTextElement(string, int)", returns="string")(
        lambda text, at: (text_elements(text[at:]) or [""])[0]
    )
    info.static("GetTextElementEnumerator(string)")(TextElementEnumerator)
    walker = TextElementEnumerator.net_type
    walker.method("MoveNext()", returns="bool")(lambda w: w.move_next())
    walker.method("GetTextElement()", returns="string")(lambda w: w.current())
    walker.method("Reset()", returns="void")(lambda w: setattr(w, "at", -1))
    walker.property("Current")(lambda w: w.current())
    rune = Rune.net_type
    rune.property("Value", "System.Int32")(lambda one: ord(one.char))
    rune.property("IsAscii", "System.Boolean")(lambda one: one.char.isascii())
    rune.property("IsBmp", "System.Boolean")(lambda one: one.char <= "\uffff")
    rune.property("Utf16SequenceLength", "System.Int32")(lambda one: 1 if one.char <= "\uffff" else 2)
    rune.property("Utf8SequenceLength", "System.Int32")(lambda one: len(one.char.encode()))
    rune.property("Plane", "System.Int32")(lambda one: ord(one.char) >> 16)
    rune.method("ToString()", returns="string")(lambda one: one.char)
    register(info, walker, rune)
