"""Numbers whose .NET type Python's ``int`` and ``float`` would lose."""

from __future__ import annotations

import struct
from typing import ClassVar, Final, SupportsFloat, SupportsIndex, SupportsInt, TypeVar

N = TypeVar("N", bound="SizedInt")

INT32_MIN, INT32_MAX = -(2**31), 2**31 - 1
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
UINT64_MAX = 2**64 - 1
DECIMAL_MAX = 2**96 - 1
"""Largest magnitude of the 96-bit mantissa of System.Decimal."""


class SizedInt(int):
    """An integer with a .NET type; out of range raises ValueError. Arithmetic yields plain ``int``."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Int32"
    MIN: ClassVar[int] = INT32_MIN
    MAX: ClassVar[int] = INT32_MAX

    def __new__(cls: type[N], value: SupportsInt | SupportsIndex | str = 0, /) -> N:
        number = int.__new__(cls, value)
        if not cls.MIN <= number <= cls.MAX:
            raise ValueError(f"{int(number)} is outside {cls.TYPE_NAME}")
        return number

    def __repr__(self) -> str:
        return f"{type(self).__name__}({int(self)})"

    def __str__(self) -> str:
        return int.__repr__(self)


class Int64(SizedInt):
    """System.Int64."""

    __slots__ = ()
    TYPE_NAME = "System.Int64"
    MIN, MAX = INT64_MIN, INT64_MAX


class UInt64(SizedInt):
    """System.UInt64."""

    __slots__ = ()
    TYPE_NAME = "System.UInt64"
    MIN, MAX = 0, UINT64_MAX


class UInt32(SizedInt):
    """System.UInt32."""

    __slots__ = ()
    TYPE_NAME = "System.UInt32"
    MIN, MAX = 0, 2**32 - 1


class Int16(SizedInt):
    """System.Int16."""

    __slots__ = ()
    TYPE_NAME = "System.Int16"
    MIN, MAX = -(2**15), 2**15 - 1


class UInt16(SizedInt):
    """System.UInt16."""

    __slots__ = ()
    TYPE_NAME = "System.UInt16"
    MIN, MAX = 0, 2**16 - 1


class SByte(SizedInt):
    """System.SByte: signed 8 bits."""

    __slots__ = ()
    TYPE_NAME = "System.SByte"
    MIN, MAX = -128, 127


class Byte(SizedInt):
    """System.Byte: unsigned 8 bits."""

    __slots__ = ()
    TYPE_NAME = "System.Byte"
    MIN, MAX = 0, 255


class BigInteger(int):
    """System.Numerics.BigInteger: up to MAX_BITS, or OverflowError; on the wire an object whose text is the number.

    Python itself refuses to read and to write more than some thousand digits at once, so longer texts go in pieces.
    """

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Numerics.BigInteger"
    MAX_BITS: ClassVar[int] = 1 << 20

    def __new__(cls, value: SupportsInt | SupportsIndex | str = 0, /) -> BigInteger:
        number = int.__new__(cls, _read_digits(value) if isinstance(value, str) else value)
        if number.bit_length() > cls.MAX_BITS:
            raise OverflowError("a number of too many digits")
        return number

    def __repr__(self) -> str:
        return f"BigInteger({self})"

    def __str__(self) -> str:
        number = int(self)
        return f"-{_digits(-number, 0)}" if number < 0 else _digits(number, 0)


_PIECE: Final = 4000


def _read_digits(text: str) -> int:
    """The number of a decimal text with an optional sign; ValueError for any other text."""
    body = text.strip()
    if len(body) <= _PIECE:
        return int(body)
    sign, digits = (-1, body[1:]) if body[0] == "-" else (1, body[1:] if body[0] == "+" else body)
    if len(digits) > BigInteger.MAX_BITS:
        raise OverflowError("a number of too many digits")
    return sign * _join_digits(digits)


def _join_digits(digits: str) -> int:
    if len(digits) <= _PIECE:
        return int(digits)
    low = len(digits) // 2
    power: int = 10**low
    return _join_digits(digits[:-low]) * power + _join_digits(digits[-low:])


def _digits(number: int, width: int) -> str:
    """Decimal digits of a number that is not negative, with zeros before it up to the width."""
    if number.bit_length() <= 3 * _PIECE:
        return int.__repr__(number).rjust(width, "0")
    low = number.bit_length() * 3 // 20
    high, rest = divmod(number, 10**low)
    return (_digits(high, 0) + _digits(rest, low)).rjust(width, "0")


class Single(float):
    """System.Single: rounded to 32 bits on construction; a finite value beyond its range raises ValueError."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Single"

    def __new__(cls, value: SupportsFloat | SupportsIndex | str = 0.0, /) -> Single:
        try:
            rounded: float = struct.unpack("<f", struct.pack("<f", float(value)))[0]
        except OverflowError:
            raise ValueError(f"{value} is outside System.Single") from None
        return float.__new__(cls, rounded)

    def __repr__(self) -> str:
        return f"Single({float(self)!r})"

    def __str__(self) -> str:
        return shortest_single(self)


def shortest_single(value: float) -> str:
    """Return the shortest decimal text that reads back as the same 32-bit float."""
    packed = struct.pack("<f", value)
    for digits in range(6, 9):
        text = f"{value:.{digits}g}"
        try:
            if struct.pack("<f", float(text)) == packed:
                return text
        except OverflowError:
            continue
    return f"{value:.9g}"
