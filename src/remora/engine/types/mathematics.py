"""Math, Random, BitConverter."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.seeded import SeededSequence
from remora.engine.types.tuples import value_tuple
from remora.engine.types.typeref import register
from remora.values.collections import TypedArray
from remora.values.numbers import Int64, Single, UInt32, UInt64
from remora.values.strings import Char

MATH = NetType("System.Math", OBJECT)
_ROUNDINGS = (ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_DOWN, ROUND_FLOOR, ROUND_CEILING)
"""What a MidpointRounding means, by its number."""
_DIGITS = (
    "Rounding digits must be between 0 and 15, inclusive. (Parameter 'digits')",
    "Decimal can only round to between 0 and 28 digits of precision. (Parameter 'decimals')",
)


def _keep(value: Any, result: Any) -> Any:
    """The result in the argument's integer type."""
    return type(value)(result) if isinstance(value, int) else result


_ROUNDED_ALREADY = 1e16
"""Doubles from here on are whole, and stay as they are."""


def round_number(value: Any, digits: int = 0, mode: Any = None) -> Any:
    """Math.Round: halves to the even digit, or as a MidpointRounding says. Raises PSError for too many digits."""
    rounding = _ROUNDINGS[int(mode or 0)]
    if not 0 <= digits <= (28 if isinstance(value, Decimal) else 15):
        raise failure(_DIGITS[isinstance(value, Decimal)], "System.ArgumentOutOfRangeException")
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1).scaleb(-digits), rounding)
    number = float(value)
    if not math.isfinite(number):
        return number
    scale = 10.0**digits
    if abs(number) >= _ROUNDED_ALREADY:
        return number
    scaled = number * scale
    whole = Decimal(scaled).to_integral_value(rounding)
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


def guarded(function: Callable[..., Any]) -> Callable[..., float]:
    """NaN where Python raises for a value outside of the function's domain, infinity where it overflows."""

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


def clamp(value: Any, low: Any, high: Any) -> Any:
    """Math.Clamp. Raises PSError when the bounds are the wrong way round."""
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
    m.static(*(f"Clamp({t}, {t}, {t})" for t in numbers))(clamp)
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
        "Round(decimal, int, midpointrounding)",
    )(round_number)
    m.static("Round(double, midpointrounding)", "Round(decimal, midpointrounding)")(
        lambda v, mode: round_number(v, 0, mode)
    )
    m.static("Pow(double, double)", returns="double")(
        guarded(lambda a, b: a**b if not (a == 0 and b < 0) else math.inf)
    )
    m.static("Log(double)", "Log(double, double)", returns="double")(guarded(_log))
    m.static("DivRem(int, int, ref result)", "DivRem(long, long, ref result)")(_div_rem)
    m.static("DivRem(int, int)", "DivRem(long, long)")(lambda a, b: value_tuple(_quotient(a, b), _rest(a, b)))
    m.static("SinCos(double x)")(lambda v: value_tuple(math.sin(v), math.cos(v)))
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
        m.static(f"{name}(double)", returns="double")(guarded(function))
    m.static("Atan2(double, double)", returns="double")(math.atan2)
    m.static("IEEERemainder(double, double)", returns="double")(guarded(math.remainder))


def _quotient(left: Any, right: Any) -> Any:
    if not right:
        raise failure("Attempted to divide by zero.", "System.DivideByZeroException")
    whole = abs(int(left)) // abs(int(right))
    return type(left)(whole if (left < 0) == (right < 0) else -whole)


def _rest(left: Any, right: Any) -> Any:
    return type(left)(left - right * _quotient(left, right))


def _div_rem(left: Any, right: Any, result: Any) -> Any:
    result.value = _rest(left, right)
    return _quotient(left, right)


class RandomSource(NetObject):
    """System.Random: with a seed the sequence of .NET."""

    __slots__ = ("source",)
    net_type = NetType("System.Random", OBJECT)

    def __init__(self, seed: int | None = None) -> None:
        self.source: Any = SeededSequence(seed) if seed is not None else random.Random()  # noqa: S311 - no secret

    def next(self, low: int = 0, high: int = 2**31 - 1) -> int:
        """low <= n < high."""
        if low > high:
            raise failure(
                "'minValue' cannot be greater than maxValue. (Parameter 'minValue')",
                "System.ArgumentOutOfRangeException",
            )
        return int(self.source.randrange(low, high)) if high > low else low

    def wide(self, low: int = 0, high: int = 2**63 - 1) -> Int64:
        """low <= n < high, of 64 bits."""
        if low > high:
            raise failure("'minValue' cannot be greater than maxValue. (Parameter 'minValue')",
                          "System.ArgumentOutOfRangeException")  # fmt: skip
        number = int.from_bytes(self.source.randbytes(16), "little")
        return Int64(low + number % (high - low)) if high > low else Int64(low)

    def shuffle(self, items: Any) -> None:
        """The items in another order, in place."""
        for index in range(len(items) - 1):
            other = self.next(index, len(items))
            items[index], items[other] = items[other], items[index]

    def choices(self, items: Any, length: int) -> Any:
        """So many of the items, some of them more than once."""
        if not len(items):
            raise failure("Span may not be empty. (Parameter 'choices')", "System.ArgumentException")
        found = [items[self.next(0, len(items))] for _ in range(length)]
        return TypedArray(found, items.element_type) if isinstance(items, TypedArray) else found

    def fill(self, buffer: bytearray) -> None:
        buffer[:] = self.source.randbytes(len(buffer))


def _random() -> None:
    r = RandomSource.net_type
    r.constructor("()", "(int)")(RandomSource)
    r.method("Next()", "Next(int, int)", returns="int")(lambda v, *bounds: v.next(*bounds))
    r.method("Next(int maxValue)", returns="int")(_below)
    r.method("NextInt64()", "NextInt64(long minValue, long maxValue)", returns="long")(lambda v, *b: v.wide(*b))
    r.method("NextInt64(long maxValue)", returns="long")(lambda v, high: v.wide(0, high))
    r.method("NextSingle()", returns="float")(lambda v: Single(v.source.random()))
    r.method("Shuffle(object[] values)", returns="void")(lambda v, items: v.shuffle(items))
    r.method("GetItems(object[] choices, int length)")(lambda v, items, n: v.choices(items, n))
    r.method("NextDouble()", returns="double")(lambda v: v.source.random())
    r.method("NextBytes(byte[])", returns="void")(lambda v, buffer: v.fill(buffer))
    r.static_property("Shared", r.name)(RandomSource)


def _below(source: RandomSource, high: int) -> int:
    if high < 0:
        raise failure("maxValue must be positive. (Parameter 'maxValue')", "System.ArgumentOutOfRangeException")
    return source.next(0, high)


BITS = NetType("System.BitConverter", OBJECT, form="static")


def _bits() -> None:
    b = BITS
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
    b.static("ToChar(byte[] value, int startIndex)", returns="char")(lambda d, i: Char(chr(_unpack("<H", d, i))))
    b.static("GetBytes(char value)", returns="byte[]")(lambda v: bytearray(struct.pack("<H", ord(v))))
    b.static("ToString(byte[] value, int startIndex)", returns="string")(
        lambda data, i: "-".join(f"{x:02X}" for x in data[i:])
    )


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
    register(MATH, RandomSource.net_type, BITS)


_math()
_random()
_bits()


def _load_more() -> None:
    from remora.engine.types.catalog import load

    load("numberstatics")


for _net in (MATH, BITS):
    _net.load = _load_more
