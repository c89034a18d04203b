"""-UFormat of Get-Date: the format letters of Unix date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

_NATIVE: Final = frozenset("aAbBhcCdDeHIjklmMpPrRSTuUVwWxXyYGgnt%F")


def _zone(value: datetime) -> str:
    offset = value.utcoffset()
    hours = 0 if offset is None else int(offset.total_seconds() // 3600)
    return f"{hours:+03d}"


_OWN: Final[dict[str, Callable[[datetime], str]]] = {
    "c": lambda value: value.strftime("%a %d %b %Y %H:%M:%S"),
    "C": lambda value: f"{value.year // 100}",
    "D": lambda value: value.strftime("%m/%d/%y"),
    "e": lambda value: f"{value.day:2d}",
    "h": lambda value: value.strftime("%b"),
    "j": lambda value: str(value.timetuple().tm_yday),
    "k": lambda value: f"{value.hour:2d}",
    "l": lambda value: f"{value.hour % 12 or 12:2d}",
    "n": lambda value: "\n",
    "t": lambda value: "\t",
    "p": lambda value: "AM" if value.hour < 12 else "PM",
    "r": lambda value: value.strftime("%I:%M:%S %p"),
    "R": lambda value: value.strftime("%H:%M"),
    "s": lambda value: str(int(value.timestamp())),
    "S": lambda value: f"{value.second:02d}",
    "T": lambda value: value.strftime("%H:%M:%S"),
    "u": lambda value: str(value.isoweekday()),
    "w": lambda value: str(value.isoweekday() % 7),
    "x": lambda value: value.strftime("%m/%d/%y"),
    "X": lambda value: value.strftime("%H:%M:%S"),
    "Z": _zone,
}


def uformat(value: datetime, pattern: str) -> str:
    """The date in a Unix format; a leading plus sign is dropped, unknown letters stay."""
    parts: list[str] = []
    text = pattern.removeprefix("+")
    at = 0
    while at < len(text):
        char = text[at]
        if char != "%" or at + 1 >= len(text):
            parts.append(char)
            at += 1
            continue
        letter = text[at + 1]
        at += 2
        if letter in _OWN:
            parts.append(_OWN[letter](value))
        else:
            parts.append(value.strftime("%" + letter) if letter in _NATIVE else "%" + letter)
    return "".join(parts)
