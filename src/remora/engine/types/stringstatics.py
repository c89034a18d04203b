"""Static members of String: what joins, formats, compares and makes texts."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.text import object_text, to_text
from remora.engine.enumeration import items_of
from remora.engine.text.units import units
from remora.engine.types import registry as r
from remora.engine.types.core import argument_error, text_size
from remora.engine.types.strings import COUNT, compare, equals, substring, text_of_chars
from remora.values.enums import EnumValue


def _declare() -> None:
    s = r.STRING
    s.static_property("Empty")(lambda: "")
    s.static("Join(string separator, *object values)", returns="string")(_join)
    s.static("Join(string separator, string[] value, int startIndex, int count)", returns="string")(_join_part)
    s.static("Format(string format, *object args)", returns="string")(_format)
    s.static("Format(System.IFormatProvider provider, string format, *object args)", returns="string")(_format_by)
    s.static("IsNullOrEmpty(string)", returns="bool")(lambda t: not t)
    s.static("IsNullOrWhiteSpace(string)", returns="bool")(lambda t: not (t or "").strip())
    s.static("Concat(*object)", returns="string")(lambda *xs: "".join(object_text(x) for x in xs))
    culture = "System.Globalization.CultureInfo culture"
    hows = ("bool ignoreCase", "System.StringComparison comparisonType", f"bool ignoreCase, {culture}",
            f"{culture}, System.Globalization.CompareOptions options")  # fmt: skip
    two, parts = "string strA, string strB", "string strA, int indexA, string strB, int indexB, int length"
    s.static(f"Compare({two})", *(f"Compare({two}, {how})" for how in hows), returns="int")(compare_by)
    s.static(f"Compare({parts})", *(f"Compare({parts}, {how})" for how in hows[:3]), returns="int")(
        lambda a, i, b, j, n, *how: compare_by((a or "")[i : i + n], (b or "")[j : j + n], *how)
    )
    s.static(f"CompareOrdinal({two})", returns="int")(_ordinal)
    s.static(f"CompareOrdinal({parts})", returns="int")(
        lambda a, i, b, j, n: _ordinal((a or "")[i : i + n], (b or "")[j : j + n])
    )
    s.static("Equals(string a, string b)", "Equals(string a, string b, System.StringComparison comparisonType)",
             returns="bool")(equals)  # fmt: skip
    for name in ("Copy", "Intern", "IsInterned"):
        s.static(f"{name}(string str)", returns="string")(str)
    s.static("new(char c, int count)", returns="string")(lambda c, n: str(c) * text_size(n))
    s.static("new(char[] value)", returns="string")(text_of_chars)
    s.static("new(char[] value, int startIndex, int length)", returns="string")(
        lambda value, start, length: substring(text_of_chars(value), start, length)
    )


def _ordinal(left: str | None, right: str | None) -> int:
    """By the numbers of the first units that differ, else by length."""
    a, b = units(left or ""), units(right or "")
    pair = next(((x, y) for x, y in zip(a, b, strict=False) if x != y), None)
    return ord(pair[0]) - ord(pair[1]) if pair is not None else len(a) - len(b)


def compare_by(left: Any, right: Any, *how: Any) -> int:
    """String.Compare: how says whether case counts (a flag, a StringComparison, CompareOptions)."""
    words = [to_text(one).lower() for one in how if isinstance(one, EnumValue)]
    if any(word.startswith("ordinal") for word in words):
        ignore = any("ignorecase" in word for word in words)
        found = _ordinal((left or "").upper(), (right or "").upper()) if ignore else _ordinal(left, right)
        return (found > 0) - (found < 0) if ignore else found
    return compare(left, right, any(one is True for one in how) or any("ignorecase" in word for word in words))


def _join(separator: str, *items: Any) -> str:
    flat = items_of(items[0]) if len(items) == 1 else items
    return (separator or "").join(object_text(item) for item in flat)


def _join_part(separator: str, items: list[Any], start: int, count: int) -> str:
    if start < 0 or count < 0 or start + count > len(items):
        raise argument_error(COUNT, "System.ArgumentOutOfRangeException")
    return _join(separator, *([items[start : start + count]]))


def _format(template: str, *arguments: Any) -> str:
    from remora.engine.text.composite import format_composite

    return format_composite(template, list(arguments))


def _format_by(provider: Any, template: str, *arguments: Any) -> str:
    from remora.engine.text.composite import format_composite

    return format_composite(template, list(arguments), provider)


_declare()
