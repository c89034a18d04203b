"""Members of String."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Any, Final, Literal

from remora.engine.convert.text import to_text
from remora.engine.text.units import joined, units
from remora.engine.types import registry as r
from remora.engine.types.core import argument_error, text_size
from remora.values.collections import TypedArray
from remora.values.enums import EnumValue
from remora.values.strings import Char


def _runes(text: str) -> list[Any]:
    from remora.engine.types.catalog import load
    from remora.engine.types.textelements import runes

    load("textelements")
    return runes(text)


def substring(text: str, start: int, length: int | None = None) -> str:
    """String.Substring."""
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


_INDEX: Final = (
    "Index was out of range. Must be non-negative and less than or equal to the size of the collection. "
    "(Parameter 'startIndex')"
)
COUNT: Final = (
    "Count must be positive and count must refer to a location within the string/array/collection. (Parameter 'count')"
)


def _find(text: str, value: str, start: int = 0, count: int | None = None) -> int:
    wide = units(text)
    end = len(wide) if count is None else start + count
    if not 0 <= start <= len(wide):
        raise argument_error(
            _INDEX,
            "System.ArgumentOutOfRangeException",
        )
    if not start <= end <= len(wide):
        raise argument_error(
            COUNT,
            "System.ArgumentOutOfRangeException",
        )
    return wide.find(units(value), start, end)


def ignores_case(flags: Any) -> bool:
    """True when a StringComparison (name or number) ignores case."""
    text = to_text(flags).lower()
    return "ignorecase" in text or text in ("1", "3", "5")


def _split(text: str, separators: Any, limit: int | None = None, options: Any = 0) -> list[str]:
    if limit is not None and limit < 0:
        raise argument_error("Count cannot be less than zero. (Parameter 'count')",
                             "System.ArgumentOutOfRangeException")  # fmt: skip
    remove, trim = bool(int(options) & 1), bool(int(options) & 2)
    if limit == 0:
        return TypedArray([], "System.String")
    words = [str(s) for s in (separators if isinstance(separators, list) else [separators]) if s is not None and str(s)]
    out: list[str] = []
    whole, start = str(text), 0
    separator = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) if words else r"\s"
    for hit in re.finditer(separator, whole):
        if limit and len(out) == limit - 1 and (not remove or whole[start : hit.start()]):
            break
        piece = whole[start : hit.start()].strip() if trim else whole[start : hit.start()]
        if piece or not remove:
            out.append(piece)
        start = hit.end()
    last = whole[start:].strip() if trim else whole[start:]
    if last or not remove:
        out.append(last)
    return TypedArray(out, "System.String")


def text_of_chars(values: Any) -> str:
    """Characters one after the other."""
    return "".join(str(v) for v in values)


def _trim_set(characters: tuple[Any, ...]) -> str | None:
    joined = "".join(text_of_chars(c) if isinstance(c, list) else str(c) for c in characters)
    return joined or None


def _string_members() -> None:
    s = r.STRING
    s.property("Length", "System.Int32")(lambda t: len(units(t)))
    s.method("Substring(int startIndex)", "Substring(int startIndex, int length)", returns="string")(substring)
    how = "System.StringComparison comparisonType"
    for kind in ("string", "char"):
        one, at = f"{kind} value", f"{kind} value, int startIndex"
        s.method(f"IndexOf({one})", f"IndexOf({at})", f"IndexOf({at}, int count)", f"IndexOf({one}, {how})",
                 returns="int")(_index)  # fmt: skip
        s.method(f"LastIndexOf({one})", f"LastIndexOf({at})", f"LastIndexOf({at}, int count)",
                 f"LastIndexOf({one}, {how})", returns="int")(_last_index)  # fmt: skip
    for more in ("int startIndex", "int startIndex, int count"):
        s.method(f"IndexOf(string value, {more}, {how})", returns="int")(_index)
        s.method(f"LastIndexOf(string value, {more}, {how})", returns="int")(_last_index)
    for name, find in (("IndexOfAny", _index_of_any), ("LastIndexOfAny", _last_index_of_any)):
        s.method(f"{name}(char[] anyOf)", f"{name}(char[] anyOf, int startIndex)",
                 f"{name}(char[] anyOf, int startIndex, int count)", returns="int")(find)  # fmt: skip
    s.method("Contains(string)", returns="bool")(lambda t, x: str(x) in t)
    s.method("Contains(string, StringComparison)", returns="bool")(
        lambda t, x, c: x.lower() in t.lower() if ignores_case(c) else x in t
    )
    s.method("StartsWith(string)", returns="bool")(lambda t, x: t.startswith(x))
    s.method("StartsWith(string, StringComparison)", returns="bool")(
        lambda t, x, c: t.lower().startswith(x.lower()) if ignores_case(c) else t.startswith(x)
    )
    s.method("EndsWith(string)", returns="bool")(lambda t, x: t.endswith(x))
    s.method("EndsWith(string, StringComparison)", returns="bool")(
        lambda t, x, c: t.lower().endswith(x.lower()) if ignores_case(c) else t.endswith(x)
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
    s.method("Remove(int startIndex)", "Remove(int startIndex, int count)", returns="string")(remove_text)
    s.method("Insert(int startIndex, string value)", returns="string")(insert_text)
    s.method("CopyTo(int sourceIndex, char[] destination, int destinationIndex, int count)", returns="void")(copy_to)


def _string_shapes() -> None:
    """What cuts, trims, pads and changes case."""
    s = r.STRING
    options = "System.StringSplitOptions options"
    s.method("Split(*char separator)", returns="string[]")(lambda t, *cs: _split(t, [str(c) for c in cs]))
    for kind in ("string separator", "char[] separator", "string[] separator"):
        if kind == "string separator":
            s.method(f"Split({kind})", returns="string[]")(lambda t, x: _split(t, [x]))
        if not kind.startswith("string[]"):
            s.method(f"Split({kind}, int count)", returns="string[]")(_split)
        s.method(f"Split({kind}, {options})", returns="string[]")(lambda t, x, o: _split(t, x, None, o))
        s.method(f"Split({kind}, int count, {options})", returns="string[]")(_split)
    s.method("Trim(*char)", returns="string")(lambda t, *c: str(t).strip(_trim_set(c)))
    s.method("TrimStart(*char)", returns="string")(lambda t, *c: str(t).lstrip(_trim_set(c)))
    s.method("TrimEnd(*char)", returns="string")(lambda t, *c: str(t).rstrip(_trim_set(c)))
    for name, pad in (("PadLeft", str.rjust), ("PadRight", str.ljust)):
        s.method(f"{name}(int)", f"{name}(int, char)", returns="string")(partial(_padded, pad))
    culture = "System.Globalization.CultureInfo culture"
    s.method("ToUpper()", f"ToUpper({culture})", returns="string")(upper)
    s.method("ToLower()", f"ToLower({culture})", returns="string")(lower)
    s.method("ToUpperInvariant()", returns="string")(lambda t: str(t).upper())
    s.method("ToLowerInvariant()", returns="string")(lambda t: str(t).lower())
    s.method("ToString()", "ToString(System.IFormatProvider provider)", returns="string")(lambda t, c=None: str(t))
    s.method("ToCharArray()", returns="char[]")(require_char_array)
    s.method("ToCharArray(int startIndex, int length)", returns="char[]")(
        lambda t, start, length: require_char_array(substring(t, start, length))
    )
    s.method("CompareTo(string strB)", returns="int")(_compare_case)
    s.method("CompareTo(object value)", returns="int")(_compare_object)
    s.method("Equals(string value)", "Equals(string value, System.StringComparison comparisonType)",
             "Equals(object obj)", returns="bool")(equals)  # fmt: skip
    s.method("GetTypeCode()", returns="System.TypeCode")(_type_code)
    s.method("ReplaceLineEndings()", "ReplaceLineEndings(string replacementText)", returns="string")(
        lambda t, new="\n": re.sub("\r\n|[\r\n\f\x85\u2028\u2029]", lambda _: new, t)
    )
    s.method("IsNormalized(System.Text.NormalizationForm normalizationForm)", returns="bool")(
        lambda t, form: unicodedata.is_normalized(_form(form), t)
    )
    s.method("EnumerateRunes()")(_runes)
    s.method("Normalize()", "Normalize(System.Text.NormalizationForm normalizationForm)", returns="string")(
        lambda t, form="FormC": unicodedata.normalize(_form(form), t)
    )
    s.method("GetEnumerator()")(lambda t: _enumerator(list(require_char_array(t))))
    s.method("get_Chars(int)", returns="char")(lambda t, i: Char(t[i]))
    s.method("Clone()")(lambda t: t)


def _where(where: tuple[Any, ...]) -> tuple[list[int], bool]:
    """The numbers among the last arguments, and whether a StringComparison ignores case."""
    numbers = [one for one in where if not isinstance(one, EnumValue)]
    return numbers, any(ignores_case(one) for one in where if isinstance(one, EnumValue))


def _index(text: str, value: Any, *where: Any) -> int:
    numbers, ignore = _where(where)
    return _find(text.lower() if ignore else text, str(value).lower() if ignore else str(value), *numbers)


def _last_index(text: str, value: Any, *where: Any) -> int:
    numbers, ignore = _where(where)
    wide, wanted = units(text.lower() if ignore else text), units(str(value).lower() if ignore else str(value))
    if not numbers:
        return wide.rfind(wanted)
    start = numbers[0]
    count = numbers[1] if len(numbers) > 1 else start + 1
    if not wide:
        return -1 if wanted else 0
    if not 0 <= start <= len(wide):
        raise argument_error(_INDEX, "System.ArgumentOutOfRangeException")
    if count < 0 or start - count + 1 < 0:
        raise argument_error(COUNT, "System.ArgumentOutOfRangeException")
    return wide.rfind(wanted, max(start - count + 1, 0), start + 1)


def _index_of_any(text: str, any_of: list[str], start: int = 0, count: int | None = None) -> int:
    return min((i for c in any_of if (i := _find(text, str(c), start, count)) >= 0), default=-1)


def _last_index_of_any(text: str, any_of: list[str], *where: int) -> int:
    return max((_last_index(text, str(c), *where) for c in any_of), default=-1)


def copy_to(text: str, source: int, target: list[Any], at: int, count: int) -> None:
    """String.CopyTo: characters into an array."""
    part = require_char_array(substring(text, source, count))
    if at < 0 or at + count > len(target):
        raise argument_error(COUNT, "System.ArgumentOutOfRangeException")
    target[at : at + count] = part


def upper(text: str, culture: Any = None) -> str:
    """In capitals, with the dotted ones of Turkish where the culture has them."""
    name = getattr(culture, "name", "")[:2]
    return str(text).replace("i", "\u0130").upper() if name in ("tr", "az") else str(text).upper()


def lower(text: str, culture: Any = None) -> str:
    """In small letters, with the dotless ones of Turkish where the culture has them."""
    name = getattr(culture, "name", "")[:2]
    if name in ("tr", "az"):
        return str(text).replace("I", "\u0131").replace("\u0130", "i").lower()
    return str(text).lower()


_FORMS: Final[dict[str, Literal["NFC", "NFD", "NFKC", "NFKD"]]] = {
    "FormC": "NFC", "FormD": "NFD", "FormKC": "NFKC", "FormKD": "NFKD",
}  # fmt: skip


def _form(form: Any) -> Literal["NFC", "NFD", "NFKC", "NFKD"]:
    return _FORMS[to_text(form)]


def _type_code(text: str) -> Any:
    from remora.engine.types.reflection import type_code
    from remora.engine.types.typeref import require

    return type_code(require("string"))


def equals(text: Any, other: Any, how: Any = "") -> bool:
    """String.Equals: the very same units, unless a StringComparison ignores case."""
    if how and ignores_case(how):
        return (text or "").lower() == (other or "").lower()
    return isinstance(other, str) and not isinstance(other, Char) and text == other


def _compare_object(text: str, value: Any) -> int:
    if value is None:
        return 1
    if not isinstance(value, str) or isinstance(value, Char):
        raise argument_error("Object must be of type String.")
    return _compare_case(text, value)


def _replace_by(text: str, old: str, new: str, how: Any, culture: Any = None) -> str:
    ignore = how if isinstance(how, bool) else ignores_case(how)
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


def compare(a: Any, b: Any, ignore_case: bool) -> int:
    """-1, 0 or 1 as the two texts sort."""
    from remora.engine.operators.compare import compare_text

    return compare_text(a or "", b or "", ignore_case)


def _compare_case(a: Any, b: Any) -> int:
    return compare(a, b, False)


def _padded(pad: Any, text: str, size: int, char: Any = " ") -> str:
    return joined(pad(units(text), text_size(size), str(char)))


def require_char_array(text: str) -> TypedArray:
    """The UTF-16 units of a text as Char[]."""
    return TypedArray([Char(unit) for unit in units(str(text))], "System.Char")


def _enumerator(items: list[Any]) -> Any:
    from remora.engine.input import InputEnumerator

    return InputEnumerator(items)


_string_members()
_string_shapes()
