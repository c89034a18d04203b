"""Numerics.BitOperations: counting and turning the bits of unsigned numbers."""

from __future__ import annotations

from typing import Final

from remora.engine.nettype import OBJECT, NetType
from remora.engine.types.typeref import register
from remora.values.numbers import UInt32, UInt64

BITS: Final = NetType("System.Numerics.BitOperations", OBJECT)


def register_types() -> None:
    """Declare it."""
    both = ("uint32", "uint64")
    counts = {
        "PopCount": lambda v: v.bit_count(),
        "TrailingZeroCount": lambda v: (v & -v).bit_length() - 1 if v else _width(v),
        "LeadingZeroCount": lambda v: _width(v) - int(v).bit_length(),
        "Log2": lambda v: max(int(v).bit_length() - 1, 0),
    }
    for name, count in counts.items():
        BITS.static(*(f"{name}({kind})" for kind in both), returns="int")(lambda v, count=count: int(count(v)))
    BITS.static(*(f"IsPow2({kind})" for kind in both), returns="bool")(lambda v: int(v).bit_count() == 1)
    BITS.static(*(f"RotateLeft({kind}, int)" for kind in both))(_rotate)
    BITS.static(*(f"RotateRight({kind}, int)" for kind in both))(lambda v, by: _rotate(v, -by))
    register(BITS)


def _width(value: int) -> int:
    return 64 if isinstance(value, UInt64) else 32


def _rotate(value: int, by: int) -> int:
    width = _width(value)
    by %= width
    turned = ((int(value) << by) | (int(value) >> (width - by))) & ((1 << width) - 1)
    return UInt64(turned) if width == 64 else UInt32(turned)
