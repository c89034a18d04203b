"""Text of one value in a cell, a list line or a line of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import PSError
from remora.engine.format.layout import ELLIPSIS
from remora.engine.nettype import NetObject
from remora.engine.text.dates import format_date
from remora.engine.text.numbers import localized
from remora.engine.types.culture import dates_of, numbers_of
from remora.engine.types.registry import type_of, unwrap
from remora.values import Char, EnumValue, PSObject, SecureString

DISPLAY_NAMES = ("name", "id", "key", "*key", "*name", "*id")
REMOTING_PROPERTIES = frozenset(("pscomputername", "psshowcomputername", "runspaceid", "pssourcejobinstanceid"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStyle:
    """enumeration_limit: elements of a collection shown ($FormatEnumerationLimit), negative for all."""

    enumeration_limit: int = 4


def is_plain(value: Any) -> bool:
    """Values that print as their text on a line of their own."""
    inner = unwrap(value)
    return isinstance(inner, str | bool | int | float | Decimal | Char | EnumValue | SecureString) or (
        isinstance(inner, NetObject) and type_of(inner).enum is not None
    )


def is_number(value: Any) -> bool:
    """Does the value stand on the right of its column? Everything plain that is no text does."""
    return is_plain(value) and (isinstance(unwrap(value), Char) or not isinstance(unwrap(value), str))


def elements(value: Any) -> Iterable[Any] | None:
    """What a collection or dictionary holds; None for everything else. Dictionaries give pairs."""
    inner = unwrap(value)
    if isinstance(inner, Mapping):
        from remora.engine.format.pairs import Pair

        return [Pair(key, item) for key, item in list(inner.items())]
    if is_enumerable(inner):
        return items_of(inner)
    return None


def formatted(value: Any, format_string: str) -> str:
    """A value through a .NET format string, given with or without ``{0:...}``. Raises PSError."""
    from remora.engine.operators.text import format_operator

    pattern = format_string if "{0" in format_string or "}" in format_string else "{0:" + format_string + "}"
    return format_operator(pattern, [value])


def cell_text(value: Any, style: CellStyle, *, in_table: bool = False) -> str:
    """Text of a value inside a view: collections in braces, dates in the short form; fractions in tables rounded."""
    if value is None:
        return ""
    inner = unwrap(value)
    if isinstance(inner, str):
        return to_text(inner)
    inside = elements(value)
    if inside is not None:
        return _braces(inside, style)
    if in_table and isinstance(inner, float | Decimal):
        return formatted(inner, "F")
    return element_text(value)


def _braces(inside: Iterable[Any], style: CellStyle) -> str:
    limit = style.enumeration_limit
    texts: list[str] = []
    for item in inside:
        if 0 <= limit <= len(texts):
            return "{" + ", ".join(texts) + ELLIPSIS + "}"
        texts.append("$null" if item is None else _object_name(item))
    return "{" + ", ".join(texts) + "}"


def _object_name(value: Any) -> str:
    """An element of a collection: its text where its type has one, else what names it."""
    text = element_text(value)
    if isinstance(value, NetObject) and text == type_of(value).name:
        name = display_name(value)
        if name is not None:
            from remora.engine.format import access

            return element_text(access.get(value, name))
    return text


def display_name(value: Any) -> str | None:
    """The property that names an object: Name, Id, Key, or one that ends so."""
    from remora.engine.format import access
    from remora.engine.format.shaping import wildcard

    chosen = access.standard_member(value, "DefaultDisplayProperty")
    if chosen:
        return str(chosen)
    known = [name for name in access.names(value) if name.lower() not in REMOTING_PROPERTIES]
    for pattern in DISPLAY_NAMES:
        test = wildcard(pattern)
        found = next((name for name in known if test(name)), None)
        if found is not None:
            return found
    return None


def element_text(value: Any) -> str:
    """Text of a single value: dates in the short form of the culture."""
    inner = unwrap(value)
    if isinstance(inner, datetime) and not (isinstance(value, PSObject) and value.to_string is not None):
        return date_text(inner)
    try:
        text = to_text(value)
    except PSError:
        return ""
    return localized(text, numbers_of()) if isinstance(inner, _NUMBERS) else text


_NUMBERS: Final = (int, float, Decimal)


def date_text(value: datetime) -> str:
    """``11/21/2026 2:46:20 AM``, as the culture has it."""
    return format_date(value, "G", dates_of())


def long_date_text(value: datetime) -> str:
    """``Saturday, November 21, 2026 2:46:20 AM``, as the culture has it: a date on a line of its own."""
    return format_date(value, "F", dates_of())
