"""Members of numbers and Boolean; the class Convert."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from remora.engine.convert import numbers as num
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import bigintegers
from remora.engine.types import registry as r
from remora.engine.types.core import argument_error, convert_value, try_parse
from remora.engine.types.typeref import register, require
from remora.values.numbers import Int64, Single
from remora.values.strings import Char

_LINE: Final = 76  # characters, where line breaks are asked for


def _float_members(net: NetType, make: type[float], largest: float, smallest: float) -> None:
    """Limits and tests of a type of floating-point numbers."""
    for label, value in {
        "MaxValue": largest,
        "MinValue": -largest,
        "NaN": math.nan,
        "PositiveInfinity": math.inf,
        "NegativeInfinity": -math.inf,
        "Epsilon": smallest,
    }.items():
        net.static_property(label, net.name)(partial(_same, make(value)))
    kind = net.name
    net.static(f"IsNaN({kind})", returns="bool")(math.isnan)
    net.static(f"IsInfinity({kind})", returns="bool")(math.isinf)
    net.static(f"IsFinite({kind})", returns="bool")(math.isfinite)
    net.static(f"IsPositiveInfinity({kind})", returns="bool")(lambda value: value == math.inf)
    net.static(f"IsNegativeInfinity({kind})", returns="bool")(lambda value: value == -math.inf)


def _number_members() -> None:
    for name, (cls, low, high) in num.INTEGERS.items():
        net = require(name).net
        net.static_property("MaxValue", name)(partial(cls, high))
        net.static_property("MinValue", name)(partial(cls, low))
        _parsing(net, num.integer_converter(name), integer=True)
    _parsing(r.DOUBLE, num.to_double, integer=False)
    _parsing(r.SINGLE, num.to_single, integer=False)
    _float_members(r.DOUBLE, float, 1.7976931348623157e308, 5e-324)
    _float_members(r.SINGLE, Single, 3.4028234663852886e38, 1.401298464324817e-45)
    _parsing(r.DECIMAL, num.to_decimal, integer=False)
    from decimal import Decimal

    limit = Decimal(79228162514264337593543950335)
    for label, number in {
        "MaxValue": limit,
        "MinValue": limit.copy_negate(),
        "Zero": Decimal(0),
        "One": Decimal(1),
        "MinusOne": Decimal(-1),
    }.items():
        r.DECIMAL.static_property(label, "System.Decimal")(partial(_same, number))
    r.DECIMAL.static("Round(decimal)", "Round(decimal, int)", returns="decimal")(lambda v, n=0: round(v, n))
    r.DECIMAL.static("Truncate(decimal)", returns="decimal")(lambda v: Decimal(int(v)))
    r.DECIMAL.static("Floor(decimal)", returns="decimal")(lambda v: Decimal(math.floor(v)))
    _parsing(r.BIG, num.to_big, integer=True)
    bigintegers.declare()
    b = r.BOOLEAN
    b.static("Parse(string)", returns="bool")(_parse_bool)
    b.static_property("TrueString")(lambda: "True")
    b.static_property("FalseString")(lambda: "False")
    b.static("TryParse(string, ref)", returns="bool")(lambda t, out: try_parse(out, _parse_bool, t, False))


def _same(value: Any) -> Any:
    return value


def _parse_bool(text: str) -> bool:
    folded = (text or "").strip().lower()
    if folded not in ("true", "false"):
        raise argument_error(f"String '{text}' was not recognized as a valid Boolean.", "System.FormatException")
    return folded == "true"


def _strict(text: Any, convert: Any, integer: bool) -> Any:
    """Parse as .NET's Parse does: plain digits only, no PowerShell suffixes."""
    raw = (text or "").strip() if text is not None else ""
    plain = raw.replace(",", "") if not integer else raw
    body = plain.lstrip("+-")
    shaped = (
        body.isdecimal()
        if integer
        else bool(body) and all(ch in "0123456789.eE+-" for ch in body) and body[0] in "0123456789."
    )
    special = not integer and raw in ("NaN", "∞", "-∞", "Infinity", "-Infinity")
    if not raw or not (shaped or special):
        raise argument_error(f"The input string '{text}' was not in a correct format.", "System.FormatException")
    try:
        return convert(plain)
    except PSError as problem:
        inner = problem.record.exception.inner
        if inner is None:
            raise argument_error(problem.record.message, "System.FormatException") from None
        raise argument_error(inner.message, inner.kind.name) from None


def _parsing(net: NetType, convert: Any, *, integer: bool) -> None:
    net.static("Parse(string)", "Parse(string, object)", returns=net.name)(
        lambda t, _=None: _strict(t, convert, integer)
    )
    net.static("TryParse(string, ref)", returns="bool")(
        lambda t, out: try_parse(out, lambda x: _strict(x, convert, integer), t, convert(None))
    )
    net.method("CompareTo(object)", returns="int")(lambda a, b: int(a > b) - int(a < b))


def convert_class() -> NetType:
    """System.Convert."""
    c = NetType("System.Convert", OBJECT)
    names = {
        "ToInt32": "int",
        "ToInt64": "long",
        "ToInt16": "int16",
        "ToByte": "byte",
        "ToSByte": "sbyte",
        "ToUInt16": "uint16",
        "ToUInt32": "uint32",
        "ToUInt64": "uint64",
        "ToDouble": "double",
        "ToSingle": "float",
        "ToDecimal": "decimal",
        "ToChar": "char",
        "ToBoolean": "bool",
        "ToDateTime": "datetime",
    }
    for name, target in names.items():
        c.static(f"{name}(object)", returns=target)(lambda value, target=target: _convert_call(value, target))
        if name.startswith(("ToInt", "ToByte", "ToUInt", "ToSByte")):
            c.static(f"{name}(string, int)", returns=target)(
                lambda text, base, target=target: _from_base(text, base, target)
            )
    c.static("ToString(object)", returns="string")(to_text)
    c.static("ToString(long, int)", returns="string")(_to_base)
    options = "Base64FormattingOptions options"
    c.static("ToBase64String(byte[] inArray)", f"ToBase64String(byte[] inArray, {options})", returns="string")(
        lambda data, *options: _to_base64(data, 0, len(data), *options)
    )
    c.static(
        "ToBase64String(byte[] inArray, int offset, int length)",
        f"ToBase64String(byte[] inArray, int offset, int length, {options})",
        returns="string",
    )(_to_base64)
    c.static("FromBase64String(string s)", returns="byte[]")(_from_base64)
    c.static("FromBase64CharArray(char[] inArray, int offset, int length)", returns="byte[]")(
        lambda letters, offset, length: _from_base64("".join(_part(letters, offset, length)))
    )
    c.static("ToHexString(byte[] inArray)", returns="string")(lambda data: bytes(data).hex().upper())
    c.static("ToHexString(byte[] inArray, int offset, int length)", returns="string")(
        lambda data, offset, length: bytes(_part(data, offset, length)).hex().upper()
    )
    c.static("FromHexString(string)", returns="byte[]")(bytearray.fromhex)
    c.static("ChangeType(object, type)")(convert_value)
    return c


def _convert_call(value: Any, target: str) -> Any:
    kind = require(target)
    if isinstance(value, str) and not isinstance(value, Char) and kind.name in num.INTEGERS:
        return _strict(value, num.integer_converter(kind.name), True)
    if isinstance(value, str) and kind.name == "System.Boolean":
        return _parse_bool(value)
    return convert_value(value, kind)


def _from_base(text: str, base: int, target: str) -> Any:
    if base not in (2, 8, 10, 16):
        raise argument_error("Invalid Base.")
    try:
        value = int(text, base)
    except ValueError:
        any_digit = text[:1].isalnum() and int(text[0], 36) < base
        raise argument_error(
            "Additional non-parsable characters are at the end of the string."
            if any_digit
            else "Could not find any recognizable digits.",
            "System.FormatException",
        ) from None
    bits = {"int": 32, "long": 64, "int16": 16, "sbyte": 8}.get(target)
    if bits and base != 10 and value >> (bits - 1):
        value -= 1 << bits
    return convert_value(Int64(value) if -(2**63) <= value < 2**63 else value, require(target))


def _to_base(value: int, base: int) -> str:
    if base == 10:
        return str(int(value))
    width = 32 if -(2**31) <= value < 2**31 else 64
    number = int(value) & ((1 << width) - 1)
    if base not in (2, 8, 16):
        raise argument_error("Invalid Base.")
    return format(number, {2: "b", 8: "o", 16: "x"}[base])


def _part(data: Sequence[Any], offset: int, length: int) -> Sequence[Any]:
    if length < 0 or offset < 0:
        name = "length" if length < 0 else "offset"
        raise argument_error(f"Value must be positive. (Parameter '{name}')", "System.ArgumentOutOfRangeException")
    if offset > len(data) - length:
        raise argument_error(
            "Offset and length must refer to a position in the string. (Parameter 'offset')",
            "System.ArgumentOutOfRangeException",
        )
    return data[offset : offset + length]


def _to_base64(data: bytearray, offset: int, length: int, options: Any = 0) -> str:
    text = base64.b64encode(bytes(_part(data, offset, length))).decode()
    if int(options):
        return "\r\n".join(text[at : at + _LINE] for at in range(0, len(text), _LINE))
    return text


def _from_base64(text: str) -> bytearray:
    compact = "".join((text or "").split())
    try:
        return bytearray(base64.b64decode(compact, validate=True))
    except ValueError:
        raise argument_error(
            "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two "
            "padding characters, or an "
            "illegal character among the padding characters.",
            "System.FormatException",
        ) from None


def register_types() -> None:
    """The class Convert."""
    register(convert_class())


_number_members()
