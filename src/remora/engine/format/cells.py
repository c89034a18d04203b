"""Text of one value in a cell, a list line or a line of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from remora.engine.convert import to_text
from remora.engine.format.records import Cell

ELLIPSIS = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStyle:
    """enumeration_limit: elements of a collection shown ($FormatEnumerationLimit), negative for all."""

    enumeration_limit: int = 4


def is_number(value: Any) -> bool:
    """Does the value stand on the right of its column?"""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def cell(value: Any, style: CellStyle, format_string: str | None = None) -> Cell:
    """The cell of a value; format_string: a .NET format applied to it first."""
    if format_string is not None and value is not None:
        return Cell(text=formatted(value, format_string), numeric=is_number(value))
    return Cell(text=cell_text(value, style), numeric=is_number(value))


def formatted(value: Any, format_string: str) -> str:
    """A value through a .NET format string, given with or without ``{0:...}``."""
    from remora.engine.operators.text import format_operator

    pattern = format_string if "{0" in format_string else "{0:" + format_string + "}"
    return format_operator(pattern, [value])


def cell_text(value: Any, style: CellStyle) -> str:
    """Text of a value inside a table or list: collections in braces, dates in the short form."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return date_text(value)
    if isinstance(value, Mapping):
        return _braces([f"[{to_text(key)}, {to_text(item)}]" for key, item in value.items()], style)
    if isinstance(value, list | tuple | bytes | bytearray | set | frozenset):
        limit = style.enumeration_limit
        some = list(value)[: limit + 1] if limit >= 0 else list(value)
        return _braces([element_text(item) for item in some], style)
    return to_text(value)


def element_text(value: Any) -> str:
    """Text of a value inside braces."""
    if isinstance(value, datetime):
        return date_text(value)
    return to_text(value)


def _braces(texts: list[str], style: CellStyle) -> str:
    limit = style.enumeration_limit
    if 0 <= limit < len(texts):
        return "{" + ", ".join(texts[:limit]) + ELLIPSIS + "}"
    return "{" + ", ".join(texts) + "}"


def date_text(value: datetime) -> str:
    """``11/21/2026 2:46:20 AM``."""
    return f"{value.month}/{value.day}/{value.year} {clock_text(value)}"


def clock_text(value: datetime) -> str:
    """``2:46:20 AM``."""
    return f"{value.hour % 12 or 12}:{value.minute:02d}:{value.second:02d} {'AM' if value.hour < 12 else 'PM'}"


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December"]
)  # fmt: skip


def long_date_text(value: datetime) -> str:
    """``Saturday, November 21, 2026 2:46:20 AM``: a date on a line of its own; names are English in every locale."""
    return f"{_DAYS[value.weekday()]}, {_MONTHS[value.month - 1]} {value.day}, {value.year} {clock_text(value)}"
