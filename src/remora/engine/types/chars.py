"""Members of Char."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any, Final

from remora.engine.convert import numbers as num
from remora.engine.errors import PSError
from remora.engine.text.units import units
from remora.engine.types import registry as r
from remora.engine.types.core import argument_error
from remora.engine.types.strings import lower, upper
from remora.engine.types.typeref import require
from remora.values.strings import Char

_NAMES: Final = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Cn"
_CATEGORIES: Final = tuple(_NAMES.split(" "))
_ASCII: Final[dict[str, Callable[[str], bool]]] = {
    "IsAscii": lambda c: c < "\x80",
    "IsAsciiDigit": lambda c: "0" <= c <= "9",
    "IsAsciiLetter": lambda c: "a" <= c.lower() <= "z" and c < "\x80",
    "IsAsciiLetterLower": lambda c: "a" <= c <= "z",
    "IsAsciiLetterUpper": lambda c: "A" <= c <= "Z",
    "IsAsciiLetterOrDigit": lambda c: c < "\x80" and c.isalnum(),
    "IsAsciiHexDigit": lambda c: c in "0123456789abcdefABCDEF",
    "IsAsciiHexDigitLower": lambda c: c in "0123456789abcdef",
    "IsAsciiHexDigitUpper": lambda c: c in "0123456789ABCDEF",
}
_TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "IsControl": lambda c: unicodedata.category(c) == "Cc",
    "IsDigit": lambda c: unicodedata.category(c) == "Nd",
    "IsHighSurrogate": lambda c: "\ud800" <= c <= "\udbff",
    "IsLetter": lambda c: unicodedata.category(c)[0] == "L",
    "IsLetterOrDigit": lambda c: unicodedata.category(c)[0] == "L" or unicodedata.category(c) == "Nd",
    "IsLower": lambda c: unicodedata.category(c) == "Ll",
    "IsLowSurrogate": lambda c: "\udc00" <= c <= "\udfff",
    "IsNumber": lambda c: unicodedata.category(c)[0] == "N",
    "IsPunctuation": lambda c: unicodedata.category(c)[0] == "P",
    "IsSeparator": lambda c: unicodedata.category(c)[0] == "Z",
    "IsSurrogate": lambda c: "\ud800" <= c <= "\udfff",
    "IsSymbol": lambda c: unicodedata.category(c)[0] == "S",
    "IsUpper": lambda c: unicodedata.category(c) == "Lu",
    "IsWhiteSpace": lambda c: c.isspace() and c not in "\x1c\x1d\x1e\x1f",
}


def category(char: str) -> Any:
    """The UnicodeCategory of a character."""
    from remora.engine.convert.conversion import enum_value

    number = _CATEGORIES.index(unicodedata.category(char))
    return enum_value(require("System.Globalization.UnicodeCategory"), number)


def unit_at(text: str, index: int) -> str:
    """The UTF-16 unit at a place of a text. Raises PSError ArgumentOutOfRangeException."""
    wide = units(text)
    if not 0 <= index < len(wide):
        raise argument_error("Specified argument was out of the range of valid values. (Parameter 'index')",
                             "System.ArgumentOutOfRangeException")  # fmt: skip
    return str(wide[index])


def _to_utf32(text: str, index: int) -> int:
    first = ord(unit_at(text, index))
    if 0xD800 <= first <= 0xDBFF and index + 1 < len(units(text)):
        return _of_pair(chr(first), unit_at(text, index + 1))
    return first


def _of_pair(high: str, low: str) -> int:
    if not ("\ud800" <= high <= "\udbff" and "\udc00" <= low <= "\udfff"):
        raise argument_error("A valid high surrogate character is between 0xd800 and 0xdbff, inclusive. "
                             "(Parameter 'highSurrogate')", "System.ArgumentOutOfRangeException")  # fmt: skip
    return 0x10000 + (ord(high) - 0xD800) * 0x400 + ord(low) - 0xDC00


def _from_utf32(number: int) -> str:
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise argument_error(
            "A valid UTF32 value is between 0x000000 and 0x10ffff, inclusive, and should not include surrogate "
            "codepoint values (0x00d800 ~ 0x00dfff). (Parameter 'utf32')", "System.ArgumentOutOfRangeException",
        )  # fmt: skip
    return chr(number)


def _parsed(text: str) -> Char:
    if len(units(text or "")) != 1:
        raise argument_error("String must be exactly one character long.", "System.FormatException")
    return Char(text)


def _try_parse(text: str, out: Any) -> bool:
    try:
        out.value = _parsed(text)
    except PSError:
        out.value = Char("\0")
        return False
    return True


def _one(text: str, original: str) -> Char:
    return Char(text) if len(text) == 1 and ord(text) <= 0xFFFF else Char(original)


def _numeric(char: str) -> float:
    return float(unicodedata.numeric(str(char), -1.0))


def _declare() -> None:
    c = r.CHAR
    for name, test in _TESTS.items():
        c.static(f"{name}(char c)", returns="bool")(lambda x, test=test: test(str(x)))
        c.static(f"{name}(string s, int index)", returns="bool")(lambda s, i, test=test: test(unit_at(s, i)))
    for name, test in _ASCII.items():
        c.static(f"{name}(char c)", returns="bool")(lambda x, test=test: test(str(x)))
    c.static("IsBetween(char c, char minInclusive, char maxInclusive)", returns="bool")(
        lambda x, low, high: str(low) <= str(x) <= str(high)
    )
    c.static("IsSurrogatePair(char highSurrogate, char lowSurrogate)", returns="bool")(
        lambda high, low: "\ud800" <= high <= "\udbff" and "\udc00" <= low <= "\udfff"
    )
    culture = "System.Globalization.CultureInfo culture"
    for name, change in (("ToUpper", upper), ("ToLower", lower)):
        c.static(f"{name}(char c)", f"{name}(char c, {culture})", returns="char")(
            lambda x, how=None, change=change: _one(change(str(x), how), x)
        )
        c.static(f"{name}Invariant(char c)", returns="char")(lambda x, change=change: _one(change(str(x)), x))
    c.static("GetNumericValue(char c)", returns="double")(_numeric)
    c.static("GetNumericValue(string s, int index)", returns="double")(lambda s, i: _numeric(unit_at(s, i)))
    kind = "System.Globalization.UnicodeCategory"
    c.static("GetUnicodeCategory(char c)", returns=kind)(lambda x: category(str(x)))
    c.static("GetUnicodeCategory(string s, int index)", returns=kind)(lambda s, i: category(unit_at(s, i)))
    c.static("ConvertFromUtf32(int utf32)", returns="string")(_from_utf32)
    c.static("ConvertToUtf32(string s, int index)", returns="int")(_to_utf32)
    c.static("ConvertToUtf32(char highSurrogate, char lowSurrogate)", returns="int")(_of_pair)
    c.static("Parse(string s)", returns="char")(_parsed)
    c.static("TryParse(string s, ref result)", returns="bool")(_try_parse)
    c.static("ToString(char c)", returns="string")(str)
    c.static_property("MaxValue", "System.Char")(lambda: Char("\uffff"))
    c.static_property("MinValue", "System.Char")(lambda: Char("\0"))
    c.method("CompareTo(char value)", "CompareTo(object value)", returns="int")(
        lambda x, y: ord(x) - ord(num.to_char(y))
    )
    c.method("Equals(object obj)", returns="bool")(lambda x, y: isinstance(y, Char) and str(x) == str(y))
    c.method("GetTypeCode()", returns="System.TypeCode")(_type_code)
    c.method("ToString()", "ToString(System.IFormatProvider provider)", returns="string")(lambda x, p=None: str(x))


def _type_code(char: str) -> Any:
    from remora.engine.types.reflection import type_code

    return type_code(require("char"))


_declare()
