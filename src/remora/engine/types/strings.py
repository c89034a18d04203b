"""Members of String and Char."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Any

from remora.engine.convert import numbers as num
from remora.engine.convert.text import object_text, to_text
from remora.engine.enumeration import items_of
from remora.engine.text.units import joined, units
from remora.engine.types import registry as r
from remora.engine.types.core import argument_error, text_size
from remora.values.collections import TypedArray
from remora.values.strings import Char


def _runes(text: str) -> list[Any]:
    from remora.engine.types.catalog import load
    from remora.engine.types.textelements import runes

    load("textelements")
    return runes(text)


def _substring(text: str, start: int, length: int | None = None) -> str:
    wide = units(text)
    size = len(wide)
    end = size if length is None else start + length
    if start < 0 or start > size:
        raise argument_error(
            "startIndex cannot be larger than length of string. (Parameter 'startIndex')",
            "System.ArgumentOutOfRangeException",
        )
    if end < start or end > size:
        raise argument_error("Index and length must refer to a location within the string. (Parameter 'length')",
                             "System.ArgumentOutOfRangeException")  # fmt: skip
    return joined(str(wide)[start:end])


def _find(text: str, value: str, start: int = 0, count: int | None = None) -> int:
    wide = units(text)
    end = len(wide) if count is None else start + count
    if not 0 <= start <= len(wide):
        raise argument_error(
            "Index was out of range. Must be non-negative and less than or equal to the size of the collection. "
            "(Parameter 'startIndex')",
            "System.ArgumentOutOfRangeException",
        )
    if not start <= end <= len(wide):
        raise argument_error(
            "Count must be positive and count must refer to a location within the string/array/collection. "
            "(Parameter 'count')",
            "System.ArgumentOutOfRangeException",
        )
    return wide.find(units(value), start, end)


def _comparison(flags: Any) -> bool:
    """True when a StringComparison (name or number) ignores case."""
    text = to_text(flags).lower()
    return "ignorecase" in text or text in ("1", "3", "5")


def _split(text: str, separators: Any, limit: int = 0, options: str = "") -> list[str]:
    words = [str(s) for s in (separators if isinstance(separators, list) else [separators]) if s is not None and str(s)]
    out: list[str] = []
    whole, start = str(text), 0
    remove = "removeempty" in options.lower() or options in ("1", "3")
    separator = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) if words else r"\s"
    for hit in re.finditer(separator, whole):
        if limit and len(out) == limit - 1:
            break
        if hit.start() > start or not remove:
            out.append(whole[start : hit.start()])
        start = hit.end()
    if start < len(whole) or not remove:
        out.append(whole[start:])
    if "trim" in options.lower() or options in ("2", "3"):
        out = [item.strip() for item in out]
        out = [item for item in out if item or not remove]
    return TypedArray(out, "System.String")


def _chars(values: Any) -> str:
    return "".join(str(v) for v in values)


def _trim_set(characters: tuple[Any, ...]) -> str | None:
    joined = "".join(_chars(c) if isinstance(c, list) else str(c) for c in characters)
    return joined or None


def _string_members() -> None:
    s = r.STRING
    s.property("Length", "System.Int32")(lambda t: len(units(t)))
    s.method("Substring(int)", "Substring(int, int)", returns="string")(_substring)
    s.method("IndexOf(string)", "IndexOf(string, int)", "IndexOf(string, int, int)", returns="int")(
        lambda t, x, *where: _find(t, str(x), *where)
    )
    s.method("IndexOf(string, StringComparison)", returns="int")(
        lambda t, x, c: _find(t.lower(), x.lower()) if _comparison(c) else _find(t, x)
    )
    s.method("LastIndexOf(string value)", "LastIndexOf(char value)", "LastIndexOf(string value, int startIndex)",
             returns="int")(_last_index)  # fmt: skip
    s.method("LastIndexOf(string value, System.StringComparison comparisonType)", returns="int")(
        lambda t, x, c: units(t.lower()).rfind(units(x.lower())) if _comparison(c) else units(t).rfind(units(x))
    )
    s.method("IndexOfAny(char[])", returns="int")(
        lambda t, cs: min((i for c in cs if (i := units(t).find(c)) >= 0), default=-1)
    )
    s.method("Contains(string)", returns="bool")(lambda t, x: str(x) in t)
    s.method("Contains(string, StringComparison)", returns="bool")(
        lambda t, x, c: x.lower() in t.lower() if _comparison(c) else x in t
    )
    s.method("StartsWith(string)", returns="bool")(lambda t, x: t.startswith(x))
    s.method("StartsWith(string, StringComparison)", returns="bool")(
        lambda t, x, c: t.lower().startswith(x.lower()) if _comparison(c) else t.startswith(x)
    )
    s.method("EndsWith(string)", returns="bool")(lambda t, x: t.endswith(x))
    s.method("EndsWith(string, StringComparison)", returns="bool")(
        lambda t, x, c: t.lower().endswith(x.lower()) if _comparison(c) else t.endswith(x)
    )
    s.method("Replace(string oldValue, string newValue)", "Replace(char oldChar, char newChar)", returns="string")(
        _replace
    )
    s.method("Replace(string oldValue, string newValue, System.StringComparison comparisonType)",
             "Replace(string oldValue, string newValue, bool ignoreCase, cultureinfo culture)", returns="string")(
        _replace_by
    )  # fmt: skip
    for name in ("StartsWith", "EndsWith"):
        s.method(f"{name}(string value, bool ignoreCase, cultureinfo culture)", returns="bool")(
            lambda t, x, ignore, culture, name=name: _edge(t, x, ignore, name)
        )
    s.method("IsNormalized()", returns="bool")(lambda t: unicodedata.is_normalized("NFC", t))
    s.method("Chars(int index)", returns="char")(_char_at)
    s.members["chars"].kind = "ParameterizedProperty"
    s.method("Remove(int)", "Remove(int, int)", returns="string")(remove_text)
    s.method("Insert(int, string)", returns="string")(insert_text)


def _string_shapes() -> None:
    """What cuts, trims, pads and changes case."""
    s = r.STRING
    s.method("Split(*char)", returns="string[]")(lambda t, *cs: _split(t, [str(c) for c in cs]))
    s.method("Split(string)", returns="string[]")(lambda t, x: _split(t, [x]))
    s.method("Split(string, int)", returns="string[]")(lambda t, x, n: _split(t, [x], n))
    s.method("Split(string, StringSplitOptions)", returns="string[]")(lambda t, x, o: _split(t, [x], 0, to_text(o)))
    s.method("Split(char[], StringSplitOptions)", returns="string[]")(lambda t, x, o: _split(t, x, 0, to_text(o)))
    s.method("Split(string[], StringSplitOptions)", returns="string[]")(lambda t, x, o: _split(t, x, 0, to_text(o)))
    s.method("Split(char[], int)", returns="string[]")(_split)
    s.method("Trim(*char)", returns="string")(lambda t, *c: str(t).strip(_trim_set(c)))
    s.method("TrimStart(*char)", returns="string")(lambda t, *c: str(t).lstrip(_trim_set(c)))
    s.method("TrimEnd(*char)", returns="string")(lambda t, *c: str(t).rstrip(_trim_set(c)))
    for name, pad in (("PadLeft", str.rjust), ("PadRight", str.ljust)):
        s.method(f"{name}(int)", f"{name}(int, char)", returns="string")(partial(_padded, pad))
    for name in ("ToUpper", "ToUpperInvariant"):
        s.method(f"{name}()", returns="string")(lambda t: str(t).upper())
    for name in ("ToLower", "ToLowerInvariant"):
        s.method(f"{name}()", returns="string")(lambda t: str(t).lower())
    s.method("ToString()", returns="string")(str)
    s.method("ToCharArray()", returns="char[]")(require_char_array)
    s.method("CompareTo(string)", returns="int")(_compare_case)
    s.method("Equals(string)", "Equals(string, StringComparison)", returns="bool")(
        lambda t, x, c="": t.lower() == (x or "").lower() if _comparison(c) else t == x
    )
    s.method("EnumerateRunes()")(_runes)
    s.method("Normalize()", returns="string")(lambda t: unicodedata.normalize("NFC", t))
    s.method("GetEnumerator()")(lambda t: _enumerator(list(require_char_array(t))))
    s.method("get_Chars(int)", returns="char")(lambda t, i: Char(t[i]))
    s.method("Clone()")(lambda t: t)


def _string_statics() -> None:
    s = r.STRING
    s.static_property("Empty")(lambda: "")
    s.static("Join(string, *object)", returns="string")(_join)
    s.static("Format(string format, *object args)", returns="string")(_format)
    s.static("Format(System.IFormatProvider provider, string format, *object args)", returns="string")(_format_by)
    s.static("IsNullOrEmpty(string)", returns="bool")(lambda t: not t)
    s.static("IsNullOrWhiteSpace(string)", returns="bool")(lambda t: not (t or "").strip())
    s.static("Concat(*object)", returns="string")(lambda *xs: "".join(object_text(x) for x in xs))
    s.static("Compare(string, string)", returns="int")(_compare_case)
    s.static("Compare(string, string, bool)", "Compare(string, string, StringComparison)", returns="int")(
        lambda a, b, i: _compare(a, b, i if isinstance(i, bool) else _comparison(i))
    )
    s.static("Equals(string, string)", "Equals(string, string, StringComparison)", returns="bool")(
        lambda a, b, c="": (a or "").lower() == (b or "").lower() if _comparison(c) else a == b
    )
    s.static("new(char, int)", returns="string")(lambda c, n: str(c) * text_size(n))
    s.static("new(char[])", returns="string")(_chars)


def _last_index(text: str, value: Any, start: int | None = None) -> int:
    wide, wanted = units(text), units(str(value))
    return wide.rfind(wanted) if start is None else wide.rfind(wanted, 0, start + 1)


def _replace_by(text: str, old: str, new: str, how: Any, culture: Any = None) -> str:
    ignore = how if isinstance(how, bool) else _comparison(how)
    if not ignore:
        return _replace(text, old, new)
    return re.sub(re.escape(old), lambda found: new or "", text, flags=re.IGNORECASE)


def _edge(text: str, value: str, ignore: bool, name: str) -> bool:
    a, b = (text.lower(), value.lower()) if ignore else (text, value)
    return a.startswith(b) if name == "StartsWith" else a.endswith(b)


def _char_at(text: str, index: int) -> Char:
    wide = units(text)
    if not 0 <= index < len(wide):
        raise argument_error("Index was outside the bounds of the array.", "System.IndexOutOfRangeException")
    return Char(wide[index])


def _replace(text: str, old: str, new: str) -> str:
    if not old:
        raise argument_error("String cannot be of zero length. (Parameter 'oldValue')")
    return str(text).replace(old, new)


def remove_text(text: str, start: int, count: int | None = None) -> str:
    """String.Remove."""
    wide = units(str(text))
    end = len(wide) if count is None else start + count
    if not 0 <= start <= len(wide) or not start <= end <= len(wide):
        raise argument_error(
            "Index and count must refer to a location within the string.", "System.ArgumentOutOfRangeException"
        )
    return joined(wide[:start] + wide[end:])


def insert_text(text: str, index: int, value: str) -> str:
    """String.Insert."""
    wide = units(str(text))
    if not 0 <= index <= len(wide):
        raise argument_error(
            "Specified argument was out of the range of valid values. (Parameter 'startIndex')",
            "System.ArgumentOutOfRangeException",
        )
    return joined(wide[:index] + value + wide[index:])


def _compare(a: Any, b: Any, ignore_case: bool) -> int:
    from remora.engine.operators.compare import compare_text

    return compare_text(a or "", b or "", ignore_case)


def _compare_case(a: Any, b: Any) -> int:
    return _compare(a, b, False)


def _join(separator: str, *items: Any) -> str:
    flat = items_of(items[0]) if len(items) == 1 else items
    return (separator or "").join(object_text(item) for item in flat)


def _padded(pad: Any, text: str, size: int, char: Any = " ") -> str:
    return joined(pad(units(text), text_size(size), str(char)))


def _format(template: str, *arguments: Any) -> str:
    from remora.engine.text.composite import format_composite

    return format_composite(template, list(arguments))


def _format_by(provider: Any, template: str, *arguments: Any) -> str:
    from remora.engine.text.composite import format_composite

    return format_composite(template, list(arguments), provider)


def require_char_array(text: str) -> TypedArray:
    """The UTF-16 units of a text as Char[]."""
    return TypedArray([Char(unit) for unit in units(str(text))], "System.Char")


def _enumerator(items: list[Any]) -> Any:
    from remora.engine.input import InputEnumerator

    return InputEnumerator(items)


def _char_members() -> None:
    c = r.CHAR
    tests = {
        "IsDigit": str.isdecimal,
        "IsNumber": str.isnumeric,
        "IsLetter": str.isalpha,
        "IsLetterOrDigit": lambda t: t.isalpha() or t.isdecimal(),
        "IsUpper": str.isupper,
        "IsLower": str.islower,
        "IsWhiteSpace": str.isspace,
        "IsPunctuation": lambda t: unicodedata.category(t).startswith("P"),
        "IsSymbol": lambda t: unicodedata.category(t).startswith("S"),
        "IsControl": lambda t: unicodedata.category(t) == "Cc",
        "IsSurrogate": lambda t: 0xD800 <= ord(t) <= 0xDFFF,
    }
    for name, test in tests.items():
        c.static(f"{name}(char)", returns="bool")(lambda x, test=test: bool(test(str(x))))
        c.static(f"{name}(string, int)", returns="bool")(lambda x, i, test=test: bool(test(x[i])))
    for suffix in ("", "Invariant"):
        c.static(f"ToUpper{suffix}(char)", returns="char")(lambda x: _one(str(x).upper(), x))
        c.static(f"ToLower{suffix}(char)", returns="char")(lambda x: _one(str(x).lower(), x))
    c.static("GetNumericValue(char)", returns="double")(lambda x: float(unicodedata.numeric(str(x), -1.0)))
    c.static("ConvertFromUtf32(int)", returns="string")(chr)
    c.static("ConvertToUtf32(string, int)", returns="int")(lambda t, i: ord(t[i]))
    c.static("Parse(string)", returns="char")(num.to_char)
    c.static_property("MaxValue")(lambda: Char("\uffff"))
    c.static_property("MinValue")(lambda: Char("\0"))
    c.method("CompareTo(object)", returns="int")(lambda x, y: ord(x) - ord(str(y)))


def _one(text: str, original: str) -> Char:
    return Char(text) if len(text) == 1 and ord(text) <= 0xFFFF else Char(original)


_string_members()
_string_shapes()
_string_statics()


_char_members()
