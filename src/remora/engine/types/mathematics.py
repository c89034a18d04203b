"""Math, Random, BitConverter."""

from __future__ import annotations

import math
import random
import struct
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register
from remora.values.numbers import Int64, Single, UInt32, UInt64

MATH = NetType("System.Math", OBJECT)
_DIGITS = (
    "Rounding digits must be between 0 and 15, inclusive. (Parameter 'digits')",
    "Decimal can only round to between 0 and 28 digits of precision. (Parameter 'decimals')",
)


def _keep(value: Any, result: Any) -> Any:
    """The result in the argument's integer type."""
    return type(value)(result) if isinstance(value, int) else result


_ROUNDED_ALREADY = 1e16
"""Doubles from here on are whole, and stay as they are."""


def _round(value: Any, digits: int = 0, mode: Any = None) -> Any:
    away = getattr(mode, "name", str(mode)) == "AwayFromZero" or mode == 1
    if not 0 <= digits <= (28 if isinstance(value, Decimal) else 15):
        raise failure(_DIGITS[isinstance(value, Decimal)], "System.ArgumentOutOfRangeException")
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP if away else ROUND_HALF_EVEN)
    number = float(value)
    if not math.isfinite(number):
        return number
    scale = 10.0**digits
    if abs(number) >= _ROUNDED_ALREADY:
        return number
    scaled = number * scale
    whole = Decimal(scaled).to_integral_value(ROUND_HALF_UP if away else ROUND_HALF_EVEN)
    return float(math.copysign(int(whole), number)) / scale


def _whole(rounding: str) -> Any:
    def apply(value: Any) -> Any:
        if isinstance(value, Decimal):
            return value.to_integral_value(rounding)
        number = float(value)
        if not math.isfinite(number):
            return number
        return float(math.floor(number) if rounding == ROUND_FLOOR else math.ceil(number))

    return apply


def _guard(function: Any) -> Any:
    """NaN where Python raises."""

    def call(*values: float) -> float:
        try:
            return float(function(*values))
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return call


def _log(value: float, base: float | None = None) -> float:
    if value == 0:
        return -math.inf
    return math.log(value) if base is None else math.log(value, base)


def _clamp(value: Any, low: Any, high: Any) -> Any:
    if low > high:
        raise failure(f"'{low}' cannot be greater than {high}.", "System.ArgumentException")
    return min(max(value, low), high)


def _math() -> None:
    m = MATH
    m.static_property("PI", "System.Double")(lambda: math.pi)
    m.static_property("E", "System.Double")(lambda: math.e)
    m.static_property("Tau", "System.Double")(lambda: math.tau)
    numbers = ("int", "long", "double", "decimal")
    m.static(*(f"Abs({t})" for t in numbers))(lambda v: _keep(v, abs(v)))
    m.static(*(f"Sign({t})" for t in numbers), returns="int")(lambda v: (v > 0) - (v < 0))
    m.static(*(f"Max({t}, {t})" for t in numbers))(lambda a, b: a if a != a or a >= b else b)
    m.static(*(f"Min({t}, {t})" for t in numbers))(lambda a, b: a if a != a or a <= b else b)
    m.static(*(f"Clamp({t}, {t}, {t})" for t in numbers))(_clamp)
    m.static("Floor(double)", "Floor(decimal)")(_whole(ROUND_FLOOR))
    m.static("Ceiling(double)", "Ceiling(decimal)")(_whole(ROUND_CEILING))
    m.static("Truncate(double)", "Truncate(decimal)")(
        lambda v: Decimal(int(v)) if isinstance(v, Decimal) else float(math.trunc(v))
    )
    m.static(
        "Round(double)",
        "Round(double, int)",
        "Round(double, int, midpointrounding)",
        "Round(decimal)",
        "Round(decimal, int)",
    )(_round)
    m.static("Round(double, midpointrounding)")(lambda v, mode: _round(v, 0, mode))
    m.static("Pow(double, double)", returns="double")(_guard(lambda a, b: a**b if not (a == 0 and b < 0) else math.inf))
    m.static("Log(double)", "Log(double, double)", returns="double")(_guard(_log))
    m.static("DivRem(int, int)", returns="int")(lambda a, b: int(a / b) if b else _divide_by_zero())
    m.static("BigMul(int, int)", returns="long")(lambda a, b: Int64(a * b))
    plain = {
        "Sqrt": math.sqrt,
        "Cbrt": lambda v: math.copysign(abs(v) ** (1 / 3), v),
        "Log10": lambda v: math.log10(v) if v else -math.inf,
        "Log2": lambda v: math.log2(v) if v else -math.inf,
        "Exp": math.exp,
        "Sin": math.sin,
        "Cos": math.cos,
        "Tan": math.tan,
        "Asin": math.asin,
        "Acos": math.acos,
        "Atan": math.atan,
        "Sinh": math.sinh,
        "Cosh": math.cosh,
        "Tanh": math.tanh,
    }
    for name, function in plain.items():
        m.static(f"{name}(double)", returns="double")(_guard(function))
    m.static("Atan2(double, double)", returns="double")(math.atan2)
    m.static("IEEERemainder(double, double)", returns="double")(_guard(math.remainder))


def _divide_by_zero() -> Any:
    raise failure("Attempted to divide by zero.", "System.DivideByZeroException")


class RandomSource(NetObject):
    """System.Random: repeatable with a seed (its own sequence, not .NET's)."""

    __slots__ = ("source",)
    net_type = NetType("System.Random", OBJECT)

    def __init__(self, seed: int | None = None) -> None:
        self.source = random.Random(seed)  # noqa: S311 - the script's own pseudo-random numbers

    def next(self, low: int = 0, high: int = 2**31 - 1) -> int:
        """low <= n < high."""
        if low > high:
            raise failure(
                "'minValue' cannot be greater than maxValue. (Parameter 'minValue')",
                "System.ArgumentOutOfRangeException",
            )
        return self.source.randrange(low, high) if high > low else low

    def fill(self, buffer: bytearray) -> None:
        buffer[:] = self.source.randbytes(len(buffer))


def _random() -> None:
    r = RandomSource.net_type
    r.constructor("()", "(int)")(RandomSource)
    r.method("Next()", "Next(int, int)", returns="int")(lambda v, *bounds: v.next(*bounds))
    r.method("Next(int)", returns="int")(lambda v, high: v.next(0, high))
    r.method("NextDouble()", returns="double")(lambda v: v.source.random())
    r.method("NextBytes(byte[])", returns="void")(lambda v, buffer: v.fill(buffer))
    r.static_property("Shared")(RandomSource)


def _bits() -> NetType:
    b = NetType("System.BitConverter", OBJECT)
    b.static_property("IsLittleEndian", "System.Boolean")(lambda: True)
    forms = {
        "Int16": ("<h", "int16"),
        "Int32": ("<i", "int"),
        "Int64": ("<q", "long"),
        "UInt16": ("<H", "uint16"),
        "UInt32": ("<I", "uint32"),
        "UInt64": ("<Q", "uint64"),
        "Single": ("<f", "float"),
        "Double": ("<d", "double"),
    }
    wrap = {"Int64": Int64, "UInt32": UInt32, "UInt64": UInt64, "Single": Single}
    for name, (form, kind) in forms.items():
        b.static(f"GetBytes({kind})", returns="byte[]")(lambda v, form=form: bytearray(struct.pack(form, v)))
        b.static(f"To{name}(byte[], int)", returns=kind)(partial(_unpacked, form, wrap.get(name)))
    b.static("GetBytes(bool)", returns="byte[]")(lambda v: bytearray([int(v)]))
    b.static("ToBoolean(byte[], int)", returns="bool")(lambda data, i: bool(data[i]))
    b.static("ToString(byte[])", returns="string")(lambda data: "-".join(f"{x:02X}" for x in data))
    b.static("ToString(byte[], int, int)", returns="string")(
        lambda data, i, n: "-".join(f"{x:02X}" for x in data[i : i + n])
    )
    return b


def _unpacked(form: str, make: Any, data: bytearray, index: int) -> Any:
    value = _unpack(form, data, index)
    return value if make is None else make(value)


def _unpack(form: str, data: bytearray, index: int) -> Any:
    try:
        return struct.unpack_from(form, data, index)[0]
    except struct.error:
        raise failure("Destination array is not long enough to copy all the items in the collection. Check "
                      "array index and length.",
                      "System.ArgumentException") from None  # fmt: skip


def register_types() -> None:
    """Math, Random and BitConverter."""
    register(MATH, RandomSource.net_type, _bits())


_math()
_random()
