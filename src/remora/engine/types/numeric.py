"""Members of numbers and Boolean."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import partial
from typing import Any, Final

from remora.engine.convert import numbers as num
from remora.engine.nettype import NetObject, NetType
from remora.engine.types import bigintegers
from remora.engine.types import registry as r
from remora.engine.types.core import argument_error, try_parse
from remora.engine.types.culture import numbers_of
from remora.engine.types.mathematics import round_number
from remora.engine.types.numberparse import FLOAT, INTEGER, NUMBER, parse_number
from remora.engine.types.numberstatics import declare_statics
from remora.engine.types.typeref import require
from remora.values.enums import EnumValue
from remora.values.numbers import Single

MAX_DECIMAL_TEXT: Final = 30
"""Characters of a decimal's text within which all its digits are kept."""


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
        _parsing(net, num.integer_converter(name), INTEGER)
    _parsing(r.DOUBLE, num.to_double, FLOAT)
    _parsing(r.SINGLE, num.to_single, FLOAT)
    _float_members(r.DOUBLE, float, 1.7976931348623157e308, 5e-324)
    _float_members(r.SINGLE, Single, 3.4028234663852886e38, 1.401298464324817e-45)
    _parsing(r.DECIMAL, _decimal, NUMBER)
    limit = Decimal(79228162514264337593543950335)
    for label, number in {
        "MaxValue": limit,
        "MinValue": limit.copy_negate(),
        "Zero": Decimal(0),
        "One": Decimal(1),
        "MinusOne": Decimal(-1),
    }.items():
        r.DECIMAL.static_property(label, "System.Decimal")(partial(_same, number))
    r.DECIMAL.static("Round(decimal d)", "Round(decimal d, int decimals)", returns="decimal")(round_number)
    r.DECIMAL.static("Truncate(decimal)", returns="decimal")(lambda v: Decimal(int(v)))
    r.DECIMAL.static("Floor(decimal)", returns="decimal")(lambda v: Decimal(math.floor(v)))
    _parsing(r.BIG, num.to_big, INTEGER)
    bigintegers.declare()
    b = r.BOOLEAN
    b.method("CompareTo(bool value)", returns="int")(lambda v, other: int(v) - int(other))
    b.method("GetTypeCode()", returns="System.TypeCode")(partial(_type_code, b))
    b.static("Parse(string)", returns="bool")(parse_bool)
    b.static_property("TrueString")(lambda: "True")
    b.static_property("FalseString")(lambda: "False")
    b.static("TryParse(string, ref)", returns="bool")(lambda t, out: try_parse(out, parse_bool, t, False))


def _same(value: Any) -> Any:
    return value


def parse_bool(text: str) -> bool:
    """Boolean.Parse: the words True and False in any case. Raises PSError FormatException."""
    folded = (text or "").strip().lower()
    if folded not in ("true", "false"):
        raise argument_error(f"String '{text}' was not recognized as a valid Boolean.", "System.FormatException")
    return folded == "true"


def _decimal(plain: str) -> Decimal:
    """A decimal with the scale it is written with."""
    made = num.to_decimal(plain)
    return Decimal(plain) if "E" not in plain and len(plain) <= MAX_DECIMAL_TEXT else made


_READERS: Final[dict[str, Any]] = {
    "System.Double": num.to_double,
    "System.Single": num.to_single,
    "System.Decimal": _decimal,
}


def read_number(name: str, usual: int, text: Any, provider: Any = None) -> Any:
    """A number of a type from a text, by the bits of NumberStyles and a culture. Raises PSError FormatException."""
    convert = _READERS.get(name) or num.integer_converter(name)
    return parse_number(text, convert, usual, numbers_of(provider), _bits(name))


def _bits(name: str) -> int:
    """The bits of an integer type, negative for one without a sign."""
    if name not in num.INTEGERS:
        return 0
    _, low, high = num.INTEGERS[name]
    return (high - low).bit_length() * (1 if low else -1)


def _read(convert: Any, usual: int, bits: int, text: Any, *how: Any) -> Any:
    """Parse: how are NumberStyles, a provider, or both."""
    flags = next((int(one) for one in how if isinstance(one, EnumValue)), usual)
    provider = next((one for one in how if isinstance(one, NetObject)), None)
    return parse_number(text, convert, flags, numbers_of(provider), bits)


def _parsing(net: NetType, convert: Any, usual: int) -> None:
    read = partial(_read, convert, usual, _bits(net.name) if net is not r.BIG else 1 << 20)
    given, styles = "string s", "System.Globalization.NumberStyles style"
    provider = "System.IFormatProvider provider"
    net.static(f"Parse({given})", f"Parse({given}, {provider})", f"Parse({given}, {styles})",
               f"Parse({given}, {styles}, {provider})", returns=net.name)(read)  # fmt: skip
    for more in ("", f"{provider}, ", f"{styles}, {provider}, "):
        net.static(f"TryParse({given}, {more}ref result)", returns="bool")(partial(_tried, read, convert("0")))
    net.method("CompareTo(object value)", returns="int")(partial(_compared, net))
    net.method("GetTypeCode()", returns="System.TypeCode")(partial(_type_code, net))


def _tried(read: Any, otherwise: Any, *arguments: Any) -> bool:
    *given, out = arguments
    return try_parse(out, lambda text: read(text, *given[1:]), given[0], otherwise)


def _compared(net: NetType, value: Any, other: Any) -> int:
    if other is None:
        return 1
    if r.type_of(other) is not net:
        raise argument_error(f"Object must be of type {net.name.rpartition('.')[2]}.")
    return int(value > other) - int(value < other)


def _type_code(net: NetType, value: Any) -> Any:
    from remora.engine.types.reflection import type_code

    return type_code(require(net.name))


_number_members()
declare_statics()
