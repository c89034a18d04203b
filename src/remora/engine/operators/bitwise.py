"""Bitwise operators and shifts (trap 15)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from remora.engine.convert.numbers import plain_number
from remora.engine.numbers import INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN
from remora.engine.operators.arithmetic import common_kind, fit, normal
from remora.engine.operators.enumvalues import same_enum
from remora.engine.types.registry import unwrap
from remora.values.enums import EnumValue
from remora.values.numbers import BigInteger, Int64, SizedInt, UInt32, UInt64

_UNSIGNED: Final = {"System.Byte": 8, "System.UInt16": 16, "System.UInt32": 32, "System.UInt64": 64}


def _bits(value: Any) -> int:
    value = unwrap(value)
    if isinstance(value, EnumValue):
        return value
    number = plain_number(value)
    if isinstance(number, (float, Decimal)):
        rounded = round(number)
        return (
            rounded
            if INT32_MIN <= rounded <= INT32_MAX
            else Int64(rounded)
            if INT64_MIN <= rounded <= INT64_MAX
            else UInt64(rounded)
        )
    return normal(number)  # type: ignore[no-any-return]


def _bit_result(a: int, b: int, result: int) -> Any:
    if isinstance(a, EnumValue):
        return _enum_bits(a, result)
    b = int(b) if isinstance(b, EnumValue) else b
    kind = common_kind(a, b)
    if kind is BigInteger:
        return BigInteger(result)
    if kind is int:
        return result
    if kind is UInt64:
        return UInt64(result & (2**64 - 1))
    return fit(result, kind) if kind is not Decimal else Int64(result)


def _enum_bits(sample: int, result: int) -> Any:
    from remora.engine.types.typeref import find_type

    assert isinstance(sample, EnumValue)
    target = find_type(sample.type_names[0]) if sample.type_names else None
    width = _UNSIGNED.get(target.net.underlying) if target is not None and target.net.enum is not None else None
    return same_enum(sample, result if width is None else result & ((1 << width) - 1))


def bit_and(left: Any, right: Any) -> Any:
    """``-band``."""
    a, b = _bits(left), _bits(right)
    return _bit_result(a, b, int(a) & int(b))


def bit_or(left: Any, right: Any) -> Any:
    """``-bor``."""
    a, b = _bits(left), _bits(right)
    return _bit_result(a, b, int(a) | int(b))


def bit_xor(left: Any, right: Any) -> Any:
    """``-bxor``."""
    a, b = _bits(left), _bits(right)
    return _bit_result(a, b, int(a) ^ int(b))


def bit_not(value: Any) -> Any:
    """``-bnot``."""
    number = _bits(value)
    if isinstance(number, (UInt64, UInt32)):
        return type(number)(~int(number) & number.MAX)
    return _bit_result(number, number, ~int(number))


def shift_left(left: Any, right: Any) -> Any:
    """The count is masked to the width; bits that leave are lost. Large numbers have no width."""
    value, width = _shift_operand(left)
    if isinstance(value, BigInteger):
        return _shift_big(value, int(_bits(right)))
    result = (int(value) << (int(_bits(right)) & (width - 1))) & ((1 << width) - 1)
    return _wrap(result, value, width)


def shift_right(left: Any, right: Any) -> Any:
    """``-shr``: the sign is kept."""
    value, width = _shift_operand(left)
    if isinstance(value, BigInteger):
        return _shift_big(value, -int(_bits(right)))
    return _wrap((int(value) >> (int(_bits(right)) & (width - 1))) & ((1 << width) - 1), value, width)


def _shift_big(value: int, count: int) -> BigInteger:
    if count > BigInteger.MAX_BITS:
        raise OverflowError("a number of too many digits")
    return BigInteger(int(value) << count if count >= 0 else int(value) >> -count)


def _shift_operand(left: Any) -> tuple[int, int]:
    """The number, and by how many bits it is wide for the count."""
    value = _bits(left)
    return value, 64 if isinstance(value, (Int64, UInt64)) else 32


def _wrap(result: int, value: int, width: int) -> Any:
    """The result in the type of the number that was shifted."""
    if isinstance(value, SizedInt):
        kind = type(value)
        bits = (kind.MAX - kind.MIN).bit_length()
        result &= (1 << bits) - 1
        return kind(result - (1 << bits) if kind.MIN < 0 and result >> (bits - 1) else result)
    signed = result - (1 << width) if result >> (width - 1) else result
    return signed if width == 32 else Int64(signed)
