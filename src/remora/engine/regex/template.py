"""Replacement texts: ``$1 ${name} $& $$ $` $' $+ $_``."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from remora.engine.regex import options as o
from remora.engine.regex.groups import Group
from remora.engine.regex.match import Match
from remora.engine.regex.pattern import Pattern
from remora.engine.regex.reader import Reader, is_word

Piece = Callable[[Match], str]

_WHOLE: Final[dict[str, Piece]] = {
    "$": lambda match: "$",
    "&": lambda match: match.value,
    "`": lambda match: match.input[: match.start],
    "'": lambda match: match.input[match.end :],
    "_": lambda match: match.input,
}


@lru_cache(maxsize=256)
def replacement(template: str, pattern: Pattern) -> str | Piece:
    """A replacement text for matches of a pattern, as a function of the match; itself when it is the same for all."""
    if "$" not in template:
        return template
    pieces: list[str | Piece] = []
    reader = Reader(template, pattern.options)
    while reader.pos < reader.end:
        found = template.find("$", reader.pos)
        if found < 0:
            found = reader.end
        pieces.append(template[reader.pos : found])
        reader.pos = found + 1
        if found < reader.end:
            begin = reader.pos
            piece = _substitution(reader, pattern)
            if piece is None:
                reader.pos = begin
            pieces.append("$" if piece is None else piece)
    return lambda match: "".join([piece if isinstance(piece, str) else piece(match) for piece in pieces])


def _substitution(reader: Reader, pattern: Pattern) -> Piece | None:
    """What comes after a dollar sign; None when the sign is only one."""
    char = reader.peek()
    if char == "{":
        reader.pos += 1
        return _braced(reader, pattern)
    if char.isascii() and char.isdigit():
        return _numbered(reader, pattern)
    reader.pos += 1
    return _group(pattern.groups.in_order[-1]) if char == "+" else _WHOLE.get(char)


def _braced(reader: Reader, pattern: Pattern) -> Piece | None:
    char = reader.peek()
    key: int | str = ""
    if "0" <= char <= "9":
        key = reader.number()
    elif is_word(char):
        key = reader.name()
    if reader.peek() != "}" or key not in pattern.groups:
        return None
    reader.pos += 1
    return _keyed(key, pattern)


def _numbered(reader: Reader, pattern: Pattern) -> Piece | None:
    """All digits are the number; ECMAScript takes as many as make a group."""
    if not reader.has(o.ECMA_SCRIPT):
        number = reader.number()
        return _keyed(number, pattern) if number in pattern.groups else None
    best, end, value = -1, reader.pos, 0
    while "0" <= reader.peek() <= "9":
        value = value * 10 + int(reader.take())
        if value in pattern.groups:
            best, end = value, reader.pos
    reader.pos = end
    return _keyed(best, pattern) if best >= 0 else None


def _keyed(key: int | str, pattern: Pattern) -> Piece:
    number = pattern.groups.number(key)
    return _group(next(group for group in pattern.groups.in_order if group.number == number))


def _group(group: Group) -> Piece:
    return lambda match: match.text(group) or ""
