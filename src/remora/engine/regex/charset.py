"""Sets of characters: what is between brackets, and the classes ``\\d \\s \\w``. Source: .NET's character classes."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import category

from remora.engine.regex.properties import BLOCKS, ascii_members

ASCII: Final = (1 << 128) - 1
SPACE, DIGIT, WORD, OTHER = (1 << bit for bit in range(128, 132))
NOT_ASCII: Final = SPACE | DIGIT | WORD | OTHER
EVERY: Final = ASCII | NOT_ASCII
LAST: Final = 0x10FFFF
_KELVIN: Final = 0x212A
_CASED: Final = ("Lu", "Ll", "Lt")


def bits(low: int, high: int) -> int:
    """The ASCII characters of a range as a mask."""
    low, high = max(low, 0), min(high, 127)
    return ((1 << (high + 1)) - 1) & ~((1 << low) - 1) if high >= low else 0


NEWLINE: Final = bits(10, 10)
_UPPER: Final = bits(65, 90)
_LOWER: Final = bits(97, 122)
_DIGITS: Final = bits(48, 57)
_WORDS: Final = _UPPER | _LOWER | _DIGITS | bits(95, 95)
_SPACES: Final = bits(9, 13) | bits(32, 32)
_CLASSES: Final = {
    "d": _DIGITS | DIGIT,
    "s": _SPACES | SPACE,
    "w": _WORDS | DIGIT | WORD,
    "D": EVERY & ~(_DIGITS | DIGIT),
    "S": EVERY & ~(_SPACES | SPACE),
    "W": EVERY & ~(_WORDS | DIGIT | WORD),
}
_ECMA_CLASSES: Final = {
    "d": [(48, 57)],
    "s": [(9, 13), (32, 32)],
    "w": [(48, 57), (65, 90), (95, 95), (97, 122), (0x130, 0x130)],
}
_EXACT_WORD: Final = r"\p{L}\p{Mn}\p{Nd}\p{Pc}"
_PLAIN: Final = re.compile(r"[0-9A-Za-z_]")


class CharSet:
    """A set of characters. ranges: by code, both ends inside; classes: letters of ``\\d`` and the like; properties:
    names of Unicode with whether they are negated; subtracted: what is taken out of it.
    """

    __slots__ = ("classes", "negated", "properties", "ranges", "subtracted")

    def __init__(self, ranges: list[tuple[int, int]] | None = None, *, negated: bool = False) -> None:
        self.ranges: list[tuple[int, int]] = ranges if ranges is not None else []
        self.classes: list[str] = []
        self.properties: list[tuple[str, bool]] = []
        self.negated = negated
        self.subtracted: CharSet | None = None

    @classmethod
    def of(cls, char: str) -> CharSet:
        """One character."""
        return cls([(ord(char), ord(char))])

    def add_class(self, letter: str, ascii_only: bool) -> None:
        """Add ``\\d``, ``\\D`` and so on. ascii_only: as ECMAScript has them."""
        if not ascii_only:
            self.classes.append(letter)
            return
        ranges = _ECMA_CLASSES[letter.lower()]
        self.ranges.extend(ranges if letter.islower() else _outside(ranges))

    def add_property(self, name: str, negated: bool) -> None:
        """Add ``\\p{name}``."""
        block = BLOCKS.get(name)
        if block is None:
            self.properties.append((name, negated))
        else:
            self.ranges.extend(_outside([block]) if negated else [block])

    @property
    def single(self) -> int | None:
        """The code of the only character that it is, if it is one."""
        plain = not (self.negated or self.classes or self.properties or self.subtracted) and len(self.ranges) == 1
        return self.ranges[0][0] if plain and self.ranges[0][0] == self.ranges[0][1] else None

    def has(self, char: str) -> bool:
        """Tell whether a character is in the set, as it is written."""
        code = ord(char)
        kind = 1 << code
        if code > 127:
            kind = WORD if char.isalpha() else DIGIT if char.isdecimal() else SPACE if char.isspace() else OTHER
        found = (
            any(low <= code <= high for low, high in self.ranges)
            or any(_CLASSES[letter] & kind for letter in self.classes)
            or any(category(char).startswith(name) is not negated for name, negated in self.properties)
        )
        return found is not self.negated and not (self.subtracted is not None and self.subtracted.has(char))

    # -- as a mask -----------------------------------------------------------------------------------------------------

    def mask(self, ignore_case: bool) -> int:
        """The characters as bits: one for each of ASCII, exact; four for kinds of others, which may be too many."""
        out, exact = 0, True
        for low, high in self.ranges:
            out |= bits(low, high)
            if high > 127:
                out |= NOT_ASCII
                exact = exact and low <= 128 and high == LAST
            if ignore_case and low <= _KELVIN <= high:
                out |= bits(107, 107)
        if ignore_case:
            out |= (out & _UPPER) << 32 | (out & _LOWER) >> 32
            if out & (bits(107, 107) | bits(115, 115) | bits(105, 105)):
                out |= WORD
                exact = False
        for letter in self.classes:
            out |= _CLASSES[letter]
        for name, negated in self.properties:
            members = ascii_members(name)
            out |= (ASCII & ~members if negated else members) | NOT_ASCII
            exact = False
        if self.negated:
            out = EVERY & ~out | (0 if exact else NOT_ASCII)
        return out & ~(self.subtracted.mask(ignore_case) & ASCII) if self.subtracted is not None else out

    # -- as text -------------------------------------------------------------------------------------------------------

    def text(self, ignore_case: bool, exact: bool) -> str:
        """One character of the set for the library ``regex``. exact: texts may have more than ASCII, where the
        library's word characters are others than .NET's.
        """
        single = self.single
        if single is not None:
            return literal(chr(single))
        text = self._union(ignore_case, exact)
        return text if self.subtracted is None else f"(?:(?!{self.subtracted.text(ignore_case, exact)}){text})"

    def _union(self, ignore_case: bool, exact: bool) -> str:
        plain = [_range(low, high) for low, high in self.ranges]
        parts: list[str] = []
        for letter in self.classes:
            if letter == "W" and exact:
                parts.append(f"[^{_EXACT_WORD}]")
            else:
                plain.append(_EXACT_WORD if letter == "w" and exact else "\\" + letter)
        for name, negated in self.properties:
            item = ("\\P{" if negated else "\\p{") + name + "}"
            if ignore_case and name in _CASED:
                parts.append(f"(?-i:{item})")
            else:
                plain.append(item)
        if not parts:
            return f"[{'^' if self.negated else ''}{''.join(plain)}]"
        if plain:
            parts.append(f"[{''.join(plain)}]")
        if not self.negated:
            return f"(?:{'|'.join(parts)})"
        return f"(?:(?!{'|'.join(parts)})(?s:.))"


def _outside(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """What sorted ranges leave."""
    out, begin = [], 0
    for low, high in ranges:
        if low > begin:
            out.append((begin, low - 1))
        begin = high + 1
    return [*out, (begin, LAST)] if begin <= LAST else out


def literal(char: str) -> str:
    """A character as itself, in both libraries."""
    if _PLAIN.match(char) or char > "\x7f":
        return char
    return "\\" + char if "!" <= char <= "~" else f"\\x{ord(char):02x}"


def _range(low: int, high: int) -> str:
    return _code(low) if low == high else f"{_code(low)}-{_code(high)}"


def _code(code: int) -> str:
    if code < 128 and _PLAIN.match(chr(code)):
        return chr(code)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def mask_text(mask: int) -> str:
    """One of the ASCII characters of a mask for the library ``re``."""
    mask &= ASCII
    if not mask:
        return "(?!)"
    if mask == ASCII:
        return "(?s:.)"
    if mask == ASCII & ~NEWLINE:
        return "."
    if mask.bit_count() == 1:
        return literal(chr(mask.bit_length() - 1))
    negated = mask.bit_count() > 64
    codes = [code for code in range(128) if bool(mask >> code & 1) is not negated]
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return f"[{'^' if negated else ''}{''.join(_range(low, high) for low, high in ranges)}]"
