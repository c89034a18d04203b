"""Static members that the types of numbers share since generic mathematics, MathF, and what Math has besides."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from functools import partial
from typing import Any, Final

from remora.engine.convert import numbers as num
from remora.engine.nettype import OBJECT, NetType
from remora.engine.numbers import DECIMAL_LIMIT
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.mathematics import BITS, MATH, clamp, guarded, round_number
from remora.engine.types.typeref import register, require
from remora.values.numbers import Int64, Single

MATHF: Final = NetType("System.MathF", OBJECT, form="static")
_RANGE: Final = "System.ArgumentOutOfRangeException"


def _overflow() -> Exception:
    return failure("Value was either too large or too small for a Decimal.", "System.OverflowException")


def _shared(net: NetType, make: Callable[[Any], Any], *, signed: bool = True) -> None:
    """What every type of numbers has. make: a result as a number of the type."""
    kind, two = net.name, f"{net.name} x, {net.name} y"
    if signed:
        net.static(f"Abs({kind} value)", returns=kind)(lambda v: make(abs(v)))
        net.static(f"CopySign({kind} value, {kind} sign)", returns=kind)(
            lambda v, sign: make(-abs(v) if math.copysign(1, sign) < 0 else abs(v))
        )
    net.static(f"Max({two})", returns=kind)(lambda a, b: make(a if a != a or a >= b else b))
    net.static(f"Min({two})", returns=kind)(lambda a, b: make(a if a != a or a <= b else b))
    net.static(f"Clamp({kind} value, {kind} min, {kind} max)", returns=kind)(lambda v, a, b: make(clamp(v, a, b)))
    net.static(f"Sign({kind} value)", returns="int")(lambda v: (v > 0) - (v < 0))
    net.static(f"IsNegative({kind} value)", returns="bool")(lambda v: math.copysign(1, v) < 0)
    net.static(f"IsPositive({kind} value)", returns="bool")(lambda v: math.copysign(1, v) > 0)
    net.static(f"IsEvenInteger({kind} value)", returns="bool")(lambda v: v % 2 == 0)
    net.static(f"IsOddInteger({kind} value)", returns="bool")(lambda v: abs(v) % 2 == 1)


def declare_statics() -> None:
    """Give the types of numbers their shared static members."""
    _integers()
    _floats()
    _decimals()


def _integers() -> None:
    for name, (cls, low, high) in num.INTEGERS.items():
        net = require(name).net
        bits = (high - low).bit_length()
        _shared(net, cls, signed=low < 0)
        mask = high - low
        net.static(f"IsPow2({name} value)", returns="bool")(lambda v: v > 0 and v & (v - 1) == 0)
        net.static(f"PopCount({name} value)", returns=name)(
            lambda v, cls=cls, mask=mask: cls((int(v) & mask).bit_count())
        )
        net.static(f"Log2({name} value)", returns=name)(lambda v, cls=cls: cls(int(v).bit_length() - 1))
        net.static(f"LeadingZeroCount({name} value)", returns=name)(
            lambda v, cls=cls, mask=mask, bits=bits: cls(bits - (int(v) & mask).bit_length())
        )
        net.static(f"TrailingZeroCount({name} value)", returns=name)(
            lambda v, cls=cls, bits=bits: cls((int(v) & -int(v)).bit_length() - 1 if v else bits)
        )
        for label, way in (("RotateLeft", 1), ("RotateRight", -1)):
            net.static(f"{label}({name} value, int rotateAmount)", returns=name)(partial(_rotated, name, bits, way))


def _rotated(name: str, bits: int, way: int, value: int, amount: int) -> Any:
    cls, low, high = num.INTEGERS[name]
    unsigned, amount = int(value) & (high - low), way * amount % bits
    turned = ((unsigned << amount) | (unsigned >> (bits - amount))) & (high - low)
    return cls(turned - (high - low + 1) if turned > high else turned)


def _floats() -> None:
    for net, make in ((r.DOUBLE, float), (r.SINGLE, Single)):
        _shared(net, make)
        kind = net.name
        for label, value in {"E": math.e, "Pi": math.pi, "Tau": math.tau, "NegativeZero": -0.0}.items():
            net.static_property(label, kind)(partial(make, value))
        net.static(f"IsInteger({kind} value)", returns="bool")(lambda v: math.isfinite(v) and float(v).is_integer())
        net.static(f"IsRealNumber({kind} value)", returns="bool")(lambda v: v == v)
        smallest = 2.2250738585072014e-308 if net is r.DOUBLE else 1.1754943508222875e-38
        net.static(f"IsNormal({kind} value)", returns="bool")(
            lambda v, smallest=smallest: math.isfinite(v) and abs(v) >= smallest
        )
        net.static(f"IsSubnormal({kind} value)", returns="bool")(lambda v, smallest=smallest: 0 < abs(v) < smallest)


def _checked(value: Decimal) -> Decimal:
    if abs(value) >= DECIMAL_LIMIT:
        raise _overflow()
    return value


def _divided(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise failure("Attempted to divide by zero.", "System.DivideByZeroException")
    from remora.engine.operators.arithmetic import divide

    return divide(left, right)  # type: ignore[no-any-return]


def _decimal_bits(value: Decimal) -> list[int]:
    """The 96 bits of the digits in three parts, and scale and sign."""
    sign, digits, exponent = value.as_tuple()
    number = int("".join(map(str, digits)) or "0") * 10 ** max(int(exponent), 0)
    flags = max(-int(exponent), 0) << 16 | sign << 31
    parts = (number & 0xFFFFFFFF, number >> 32 & 0xFFFFFFFF, number >> 64 & 0xFFFFFFFF, flags)
    return [part - 2**32 if part >= 2**31 else part for part in parts]


def _decimal_of(low: int, middle: int, high: int, negative: bool, scale: int) -> Decimal:
    if not 0 <= scale <= 28:
        raise failure("Decimal's scale value must be between 0 and 28, inclusive. (Parameter 'scale')", _RANGE)
    number = (high & 0xFFFFFFFF) << 64 | (middle & 0xFFFFFFFF) << 32 | low & 0xFFFFFFFF
    return Decimal(-number if negative else number).scaleb(-scale)


def _decimals() -> None:
    d = r.DECIMAL
    _shared(d, Decimal)
    two = "decimal d1, decimal d2"
    d.static(f"Add({two})", returns="decimal")(lambda a, b: _checked(a + b))
    d.static(f"Subtract({two})", returns="decimal")(lambda a, b: _checked(a - b))
    d.static(f"Multiply({two})", returns="decimal")(lambda a, b: _checked(a * b))
    d.static(f"Divide({two})", returns="decimal")(_divided)
    d.static(f"Remainder({two})", returns="decimal")(lambda a, b: _divided(a, b) and a % b if b else _divided(a, b))
    d.static(f"Compare({two})", returns="int")(lambda a, b: (a > b) - (a < b))
    d.static(f"Equals({two})", returns="bool")(lambda a, b: a == b)
    d.static("Negate(decimal d)", returns="decimal")(lambda v: v.copy_negate())
    d.static("Ceiling(decimal d)", returns="decimal")(lambda v: Decimal(math.ceil(v)))
    d.static("Round(decimal d, midpointrounding mode)", returns="decimal")(lambda v, mode: round_number(v, 0, mode))
    d.static("Round(decimal d, int decimals, midpointrounding mode)", returns="decimal")(round_number)
    d.static("GetBits(decimal d)", returns="int[]")(_decimal_bits)
    d.static("ToOACurrency(decimal value)", returns="long")(
        lambda v: Int64(int((v * 10000).to_integral_value(ROUND_HALF_EVEN)))
    )
    d.static("FromOACurrency(long cy)", returns="decimal")(lambda v: Decimal(int(v)).scaleb(-4).normalize())
    for label, kind in _CUTS.items():
        d.static(f"To{label}(decimal d)", returns=kind)(partial(_cut, kind))
    d.property("Scale", "System.Byte", wire=False)(lambda v: max(-int(v.as_tuple().exponent), 0))
    d.constructor("(int value)", "(long value)", "(double value)", "(float value)")(num.to_decimal)
    d.constructor("(int lo, int mid, int hi, bool isNegative, byte scale)")(_decimal_of)


_CUTS: Final = {"Byte": "byte", "Double": "double", "Int16": "int16", "Int32": "int", "Int64": "long",
                "Single": "float", "UInt16": "uint16", "UInt32": "uint32", "UInt64": "uint64"}  # fmt: skip


def _cut(kind: str, value: Decimal) -> Any:
    from remora.engine.types.core import convert_value

    return convert_value(value if kind in ("double", "float") else int(value), require(kind))


_MORE: Final[dict[str, Callable[..., Any]]] = {
    "Acosh(double d)": math.acosh,
    "Asinh(double d)": math.asinh,
    "Atanh(double d)": lambda v: math.copysign(math.inf, v) if abs(v) == 1 else math.atanh(v),
    "BitDecrement(double x)": lambda v: math.nextafter(v, -math.inf),
    "BitIncrement(double x)": lambda v: math.nextafter(v, math.inf),
    "CopySign(double x, double y)": math.copysign,
    "FusedMultiplyAdd(double x, double y, double z)": lambda x, y, z: x * y + z,
    "MaxMagnitude(double x, double y)": lambda a, b: a if abs(a) >= abs(b) else b,
    "MinMagnitude(double x, double y)": lambda a, b: a if abs(a) <= abs(b) else b,
    "ReciprocalEstimate(double d)": lambda v: 1 / v if v else math.copysign(math.inf, v),
    "ScaleB(double x, int n)": math.ldexp,
}
_SINGLE: Final = ("Sqrt", "Cbrt", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Tanh", "Exp", "Log10",
                  "Log2", "Floor", "Ceiling", "Truncate")  # fmt: skip


def _more_mathematics() -> None:
    for signature, call in _MORE.items():
        MATH.static(signature, returns="double")(guarded(call))
    MATH.static("ILogB(double x)", returns="int")(lambda v: math.frexp(v)[1] - 1)
    for label, value in {"PI": math.pi, "E": math.e, "Tau": math.tau}.items():
        MATHF.static_property(label, "System.Single")(partial(Single, value))
    for name in _SINGLE:
        MATHF.static(f"{name}(float x)", returns="float")(partial(_of_math, name))
    for name in ("Pow", "Atan2"):
        MATHF.static(f"{name}(float x, float y)", returns="float")(partial(_of_math, name))
    MATHF.static("Abs(float x)", returns="float")(lambda v: Single(abs(v)))
    MATHF.static("Max(float x, float y)", returns="float")(lambda a, b: Single(max(a, b)))
    MATHF.static("Min(float x, float y)", returns="float")(lambda a, b: Single(min(a, b)))
    MATHF.static("Sign(float x)", returns="int")(lambda v: (v > 0) - (v < 0))
    MATHF.static("Round(float x)", "Round(float x, int digits)", returns="float")(
        lambda v, digits=0: Single(round_number(float(v), digits))
    )


def _of_math(name: str, *values: float) -> Single:
    method = MATH.find_static(name.lower())
    return Single(method.overloads[0].call(*(float(one) for one in values)))  # type: ignore[union-attr]


def _float_bits() -> None:
    """What BitConverter has for the bits of floating-point numbers."""
    BITS.static("DoubleToInt64Bits(double value)", returns="long")(
        lambda v: Int64(struct.unpack("<q", struct.pack("<d", v))[0])
    )
    BITS.static("Int64BitsToDouble(long value)", returns="double")(
        lambda v: struct.unpack("<d", struct.pack("<q", v))[0]
    )
    BITS.static("SingleToInt32Bits(float value)", returns="int")(lambda v: struct.unpack("<i", struct.pack("<f", v))[0])
    BITS.static("Int32BitsToSingle(int value)", returns="float")(
        lambda v: Single(struct.unpack("<f", struct.pack("<i", v))[0])
    )


def register_types() -> None:
    """MathF by name."""
    register(MATHF)


_more_mathematics()
_float_bits()
