"""Numbers whose .NET type Python's ``int`` and ``float`` would lose."""

from __future__ import annotations

import struct
from typing import ClassVar, SupportsFloat, SupportsIndex, SupportsInt, TypeVar

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
    """System.Numerics.BigInteger: no bounds; on the wire an object whose text is the number."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Numerics.BigInteger"

    def __repr__(self) -> str:
        return f"BigInteger({int(self)})"

    def __str__(self) -> str:
        return int.__repr__(self)


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
