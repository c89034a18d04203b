"""The class Convert: between the basic types as IConvertible has it, bases, Base64 and hexadecimal."""

from __future__ import annotations

import base64
import math
import re
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, Final

from remora.engine.convert import numbers as num
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.core import convert_value
from remora.engine.types.culture import dates_of
from remora.engine.types.dateexact import parse_by
from remora.engine.types.nulls import DB_NULL
from remora.engine.types.numberparse import FLOAT, INTEGER, NUMBER
from remora.engine.types.numeric import parse_bool, read_number
from remora.engine.types.typeref import TypeRef, register, require
from remora.values.enums import EnumValue
from remora.values.strings import Char

CONVERT: Final = NetType("System.Convert", OBJECT, form="static")
_TARGETS: Final = {
    "Boolean": "bool", "Byte": "byte", "Char": "char", "DateTime": "datetime", "Decimal": "decimal",
    "Double": "double", "Int16": "int16", "Int32": "int", "Int64": "long", "SByte": "sbyte", "Single": "float",
    "UInt16": "uint16", "UInt32": "uint32", "UInt64": "uint64",
}  # fmt: skip
_STYLES: Final = {"Decimal": NUMBER, "Double": FLOAT, "Single": FLOAT}
_ARTICLES: Final = {"Byte": "an unsigned byte", "SByte": "a signed byte", "Char": "a character"}
_FORMAT: Final = "System.FormatException"
_RANGE: Final = "System.ArgumentOutOfRangeException"
_LINE: Final = 76


def _to(name: str, value: Any, provider: Any = None) -> Any:
    """Any value as one of the basic types. Raises PSError as the methods of Convert do."""
    if isinstance(value, str) and not isinstance(value, Char):
        return _of_text(name, value, provider)
    kind = require(_TARGETS[name])
    if value is None:
        return convert_value(0, kind) if name != "DateTime" else datetime(1, 1, 1)
    if isinstance(value, datetime) or name == "DateTime":
        if isinstance(value, datetime) and name == "DateTime":
            return value
        raise _invalid(value, name)
    if isinstance(value, Char) and name in ("Boolean", "Decimal", "Double", "Single"):
        raise _invalid(value, name)
    if isinstance(value, (bool, float, Decimal)) and name == "Char":
        raise _invalid(value, name)
    if not isinstance(value, (int, float, Decimal, Char)):
        short = r.type_of(value).name
        raise failure(f"Unable to cast object of type '{short}' to type 'System.IConvertible'.",
                      "System.InvalidCastException")  # fmt: skip
    return _of_number(name, kind, value)


def _of_number(name: str, kind: TypeRef, value: Any) -> Any:
    if name == "Boolean":
        return bool(value != 0)
    if isinstance(value, float) and not math.isfinite(value) and name not in ("Double", "Single"):
        raise _overflow(name)
    if isinstance(value, Char):
        value = ord(value)
    bounds = num.INTEGERS.get(kind.name)
    if bounds is not None and not bounds[1] <= num.rounded(value, value, kind.name) <= bounds[2]:
        raise _overflow(name)
    if name == "Char" and not 0 <= value <= 0xFFFF:
        raise _overflow(name)
    return convert_value(int(value) if isinstance(value, (bool, EnumValue)) else value, kind)


def _overflow(name: str) -> Exception:
    text = _ARTICLES.get(name) or f"a{'n' if name[0] in 'IU' and name[:2] != 'UI' else ''} {name}"
    return failure(f"Value was either too large or too small for {text}.", "System.OverflowException")


def _invalid(value: Any, name: str) -> Exception:
    own = r.type_of(value).name.rpartition(".")[2]
    return failure(f"Invalid cast from '{own}' to '{name}'.", "System.InvalidCastException")


def _of_text(name: str, text: str, provider: Any) -> Any:
    if name == "Boolean":
        return parse_bool(text)
    if name == "DateTime":
        return _date(text, provider)
    if name == "Char":
        if len(text) != 1:
            raise failure("String must be exactly one character long.", _FORMAT)
        return Char(text)
    return read_number(require(_TARGETS[name]).name, _STYLES.get(name, INTEGER), text, provider)


def _date(text: str, provider: Any) -> datetime:
    from remora.engine.errors import PSError

    try:
        return parse_by(text, dates_of(provider))
    except PSError:
        raise failure(f"String '{text}' was not recognized as a valid DateTime.", _FORMAT) from None


_DIGITS: Final = {2: "[01]+", 8: "[0-7]+", 10: r"[+-]?[0-9]+", 16: "(?:0[xX])?[0-9A-Fa-f]+"}


def _from_base(name: str, text: str, base: int) -> Any:
    """A number written in base 2, 8, 10 or 16; the highest bit of a signed one is its sign, except in base 10."""
    if base not in _DIGITS:
        raise failure("Invalid Base.", "System.ArgumentException")
    if not text:
        if text is None:
            return _to(name, 0)
        raise failure("Index was out of range. Must be non-negative and less than the size of the collection. "
                      "(Parameter 'startIndex')", _RANGE)  # fmt: skip
    if base != 10 and text.startswith("-"):
        reason = "String cannot contain a minus sign if the base is not 10."
        raise failure(reason, "System.ArgumentException")
    if re.fullmatch(_DIGITS[base], text) is None:
        begun = re.match(_DIGITS[base].replace("(?:0[xX])?", ""), text)
        raise failure(
            "Additional non-parsable characters are at the end of the string." if begun
            else "Could not find any recognizable digits.", _FORMAT,
        )  # fmt: skip
    number = int(text, base)
    _, low, high = num.INTEGERS[require(_TARGETS[name]).name]
    if base != 10 and high < number <= high - low:
        number -= high - low + 1
    if not low <= number <= high:
        raise _overflow(name)
    return convert_value(number, require(_TARGETS[name]))


def _to_base(bits: int, value: int, base: int) -> str:
    """A number in base 2, 8, 10 or 16; negative ones by their bits."""
    if base not in _DIGITS:
        raise failure("Invalid Base.", "System.ArgumentException")
    number = int(value)
    return str(number) if base == 10 else format(number & ((1 << bits) - 1), {2: "b", 8: "o", 16: "x"}[base])


def _text(value: Any, provider: Any = None) -> str:
    from remora.engine.text.composite import format_value

    return format_value(value, "", provider)


def _part(data: Any, offset: int, length: int) -> bytes:
    if offset < 0 or length < 0:
        raise failure(f"Value must be positive. (Parameter '{'length' if length < 0 else 'offset'}')", _RANGE)
    if offset + length > len(data):
        raise failure("Offset and length must refer to a position in the string. (Parameter 'offset')", _RANGE)
    return bytes(data[offset : offset + length])


def _base64(data: Any, *how: Any) -> str:
    """how: offset and length, Base64FormattingOptions, or both."""
    numbers = [one for one in how if not isinstance(one, EnumValue)]
    text = base64.b64encode(_part(data, *numbers) if numbers else bytes(data)).decode()
    if any(isinstance(one, EnumValue) and int(one) for one in how):
        return "\r\n".join(text[index : index + _LINE] for index in range(0, len(text), _LINE))
    return text


def _from_base64(text: str) -> bytearray:
    compact = "".join((text or "").split())
    try:
        return bytearray(base64.b64decode(compact, validate=True))
    except ValueError:
        raise failure("The input is not a valid Base-64 string as it contains a non-base 64 character, more than two "
                      "padding characters, or an illegal character among the padding characters.",
                      _FORMAT) from None  # fmt: skip


def _from_hex(text: str) -> bytearray:
    if len(text) % 2:
        raise failure("The input is not a valid hex string as its length is not a multiple of 2.", _FORMAT)
    if re.fullmatch("[0-9A-Fa-f]*", text) is None:
        raise failure("The input is not a valid hex string as it contains a non-hex character.", _FORMAT)
    return bytearray.fromhex(text)


def _change(value: Any, kind: Any, provider: Any = None) -> Any:
    """ChangeType: to a type or a TypeCode."""
    target = kind if isinstance(kind, TypeRef) else require(f"System.{kind}")
    short = target.name.removeprefix("System.")
    if value is None:
        if target.net.is_value_type:
            raise failure("Null object cannot be converted to a value type.", "System.InvalidCastException")
        return None
    if short in _TARGETS:
        return _to(short, value, provider)
    if short == "String":
        return _text(value, provider)
    if r.type_of(value).is_a(target.name):
        return value
    own = r.type_of(value).name
    raise failure(f"Invalid cast from '{own}' to '{target.name}'.", "System.InvalidCastException")


def _type_code(value: Any) -> Any:
    from remora.engine.types.reflection import type_code

    return type_code(None if value is None else require(r.type_of(value).name))


def _declare() -> None:
    c = CONVERT
    provider = "System.IFormatProvider provider"
    for name, kind in _TARGETS.items():
        c.static(f"To{name}(object value)", f"To{name}(object value, {provider})", f"To{name}(string value)",
                 f"To{name}(string value, {provider})", returns=kind)(partial(_to, name))  # fmt: skip
        if kind in ("byte", "sbyte", "int16", "int", "long", "uint16", "uint32", "uint64"):
            c.static(f"To{name}(string value, int fromBase)", returns=kind)(partial(_from_base, name))
    c.static("ToString(object value)", f"ToString(object value, {provider})", returns="string")(_text)
    for kind, bits in {"byte": 8, "int16": 16, "int": 32, "long": 64}.items():
        c.static(f"ToString({kind} value, int toBase)", returns="string")(partial(_to_base, bits))
    data, options = "byte[] inArray", "System.Base64FormattingOptions options"
    part = f"{data}, int offset, int length"
    c.static(f"ToBase64String({data})", f"ToBase64String({data}, {options})", f"ToBase64String({part})",
             f"ToBase64String({part}, {options})", returns="string")(_base64)  # fmt: skip
    c.static("FromBase64String(string s)", returns="byte[]")(_from_base64)
    c.static("FromBase64CharArray(char[] inArray, int offset, int length)", returns="byte[]")(
        lambda chars, offset, length: _from_base64("".join(str(one) for one in chars[offset : offset + length]))
    )
    c.static(f"ToHexString({data})", returns="string")(lambda data: bytes(data).hex().upper())
    c.static(f"ToHexString({part})", returns="string")(lambda *args: _part(*args).hex().upper())
    c.static("FromHexString(string s)", returns="byte[]")(_from_hex)
    for kind in ("type conversionType", "System.TypeCode typeCode"):
        c.static(f"ChangeType(object value, {kind})", f"ChangeType(object value, {kind}, {provider})")(_change)
    c.static("GetTypeCode(object value)", returns="System.TypeCode")(_type_code)
    c.static("IsDBNull(object value)", returns="bool")(lambda value: value is DB_NULL)
    c.static_property("DBNull", "System.DBNull")(lambda: DB_NULL)


def register_types() -> None:
    """The class by name."""
    register(CONVERT)


_declare()
