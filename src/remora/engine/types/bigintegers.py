"""Members of BigInteger."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from remora.engine.types import registry as r
from remora.engine.types.core import argument_error
from remora.values.numbers import BigInteger, Int64


def _sized(call: Callable[..., int]) -> Callable[..., BigInteger]:
    return lambda *values: BigInteger(call(*map(int, values)))


def _same(value: BigInteger) -> BigInteger:
    return value


def _pow(value: int, power: int) -> int:
    if power < 0 or power * max(value.bit_length(), 1) > BigInteger.MAX_BITS:
        raise argument_error(
            "The number must be greater than or equal to zero and its result of a reasonable size.",
            "System.ArgumentOutOfRangeException",
        )
    return int(value**power)


def _quotient(left: int, right: int) -> int:
    if right == 0:
        raise argument_error("Attempted to divide by zero.", "System.DivideByZeroException")
    whole = abs(left) // abs(right)
    return -whole if (left < 0) != (right < 0) else whole


def _remainder(left: int, right: int) -> int:
    return left - right * _quotient(left, right)


def _mod_pow(value: int, exponent: int, modulus: int) -> int:
    if exponent < 0:
        raise argument_error(
            "The number must be greater than or equal to zero. (Parameter 'exponent')",
            "System.ArgumentOutOfRangeException",
        )
    if modulus == 0:
        raise argument_error("Attempted to divide by zero.", "System.DivideByZeroException")
    found = pow(abs(value), exponent, abs(modulus))
    return -found if value < 0 and exponent % 2 else found


def _div_rem(left: Any, right: Any, rest: Any) -> BigInteger:
    rest.value = BigInteger(_remainder(int(left), int(right)))
    return BigInteger(_quotient(int(left), int(right)))


def _log(value: Any, base: float = math.e) -> float:
    number = int(value)
    if number <= 0:
        return math.nan if number else -math.inf
    return math.log(number) if base == math.e else math.log(number) / math.log(base)


def _bits(number: int) -> int:
    return number.bit_length() if number >= 0 else (number + 1).bit_length()


def _byte_count(value: Any, unsigned: bool = False) -> int:
    return max((int(value).bit_length() + 7) // 8, 1) if unsigned else len(_two_complement(value))


def _two_complement(value: Any) -> bytearray:
    number = int(value)
    return bytearray(number.to_bytes(_bits(number) // 8 + 1, "little", signed=True))


_STATICS: Final[dict[str, Callable[..., int]]] = {
    "Abs(bigint)": abs,
    "Negate(bigint)": lambda value: -value,
    "Add(bigint, bigint)": lambda a, b: a + b,
    "Subtract(bigint, bigint)": lambda a, b: a - b,
    "Multiply(bigint, bigint)": lambda a, b: a * b,
    "Divide(bigint, bigint)": _quotient,
    "Remainder(bigint, bigint)": _remainder,
    "GreatestCommonDivisor(bigint, bigint)": math.gcd,
    "Max(bigint, bigint)": max,
    "Min(bigint, bigint)": min,
    "Pow(bigint, int)": _pow,
    "ModPow(bigint, bigint, bigint)": _mod_pow,
}


def declare() -> None:
    """Give BigInteger its members."""
    big = r.BIG
    for signature, call in _STATICS.items():
        big.static(signature, returns="bigint")(_sized(call))
    big.static("DivRem(bigint, bigint, ref remainder)", returns="bigint")(_div_rem)
    big.static("Compare(bigint, bigint)", returns="int")(lambda a, b: int(a > b) - int(a < b))
    big.static("Log(bigint)", "Log(bigint, double)", returns="double")(_log)
    big.static("Log10(bigint)", returns="double")(lambda value: math.log10(value) if value > 0 else _log(value))
    for name, number in (("Zero", BigInteger(0)), ("One", BigInteger(1)), ("MinusOne", BigInteger(-1))):
        big.static_property(name, "System.Numerics.BigInteger")(partial(_same, number))
    big.property("IsZero", "System.Boolean")(lambda value: value == 0)
    big.property("IsOne", "System.Boolean")(lambda value: value == 1)
    big.property("IsEven", "System.Boolean")(lambda value: value % 2 == 0)
    big.property("IsPowerOfTwo", "System.Boolean")(lambda value: value > 0 and int(value).bit_count() == 1)
    big.property("Sign", "System.Int32")(lambda value: (value > 0) - (value < 0))
    big.method("GetBitLength()", returns="long")(lambda value: Int64(_bits(int(value))))
    big.method("GetByteCount()", "GetByteCount(bool isUnsigned)", returns="int")(_byte_count)
    big.method("ToByteArray()", returns="byte[]")(_two_complement)
