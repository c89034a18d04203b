"""-UFormat of Get-Date: the format letters of Unix date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from remora.engine.text.dates import format_date

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# letters that stand for a format of the engine's
_FORMATS: Final = {
    "A": "dddd",
    "a": "ddd",
    "B": "MMMM",
    "b": "MMM",
    "c": "ddd dd MMM yyyy HH:mm:ss",
    "D": "MM/dd/yy",
    "d": "dd",
    "F": "yyyy-MM-dd",
    "H": "HH",
    "h": "MMM",
    "I": "hh",
    "M": "mm",
    "m": "MM",
    "p": "tt",
    "R": "HH:mm",
    "r": "hh:mm:ss tt",
    "S": "ss",
    "T": "HH:mm:ss",
    "X": "HH:mm:ss",
    "x": "MM/dd/yy",
    "Y": "yyyy",
    "y": "yy",
    "Z": "zz",
}
_COMPUTED: Final[dict[str, Callable[[datetime], str]]] = {
    "C": lambda value: str(value.year // 100),
    "e": lambda value: f"{value.day:2d}",
    "G": lambda value: f"{value.isocalendar().year:04d}",
    "g": lambda value: f"{value.isocalendar().year % 100:02d}",
    "j": lambda value: f"{_day(value):03d}",
    "k": lambda value: f"{value.hour:2d}",
    "l": lambda value: f"{value.hour % 12 or 12:2d}",
    "n": lambda value: "\n",
    "s": lambda value: f"{round((_utc(value) - _EPOCH).total_seconds()):d}",
    "t": lambda value: "\t",
    "U": lambda value: str(_day(value) // 7),
    "u": lambda value: str(value.isoweekday()),
    "V": lambda value: f"{value.isocalendar().week:02d}",
    "W": lambda value: str(_day(value) // 7),
    "w": lambda value: str(value.isoweekday() % 7),
}


def _day(value: datetime) -> int:
    return value.timetuple().tm_yday


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def uformat(value: datetime, pattern: str) -> str:
    """The date in a Unix format; a leading plus sign is dropped, unknown letters stand for themselves."""
    parts: list[str] = []
    letters = iter(pattern.removeprefix("+"))
    for char in letters:
        letter = next(letters, "") if char == "%" else ""
        if not letter:
            parts.append(char)
        elif letter in _COMPUTED:
            parts.append(_COMPUTED[letter](value))
        else:
            parts.append(format_date(value, _FORMATS[letter]) if letter in _FORMATS else letter)
    return "".join(parts)
