"""Number literals: their grammar and the type PowerShell gives them. Source: about_Numeric_Literals."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from typing import Any, Final

from remora.values.numbers import BigInteger, Byte, Int16, Int64, SByte, UInt16, UInt32, UInt64

INT32_MIN: Final = -(2**31)
INT32_MAX: Final = 2**31 - 1
INT64_MIN: Final = -(2**63)
INT64_MAX: Final = 2**63 - 1
DECIMAL_LIMIT: Final = 2**96

LITERAL: Final = re.compile(
    r"(?:0x(?P<hex>[0-9a-f]+)|0b(?P<bin>[01]+)|(?P<dec>(?:[0-9]+(?:\.(?!\.)[0-9]*)?|\.[0-9]+)(?:e[-+–—―]?[0-9]+)?))"
    r"(?P<suffix>u[lsy]|[ulsynd])?(?P<mult>[kmgtp]b)?",
    re.IGNORECASE | re.ASCII,
)
_DASHES: Final = str.maketrans("–—―", "---")
MULTIPLIERS: Final = {"": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40, "pb": 1 << 50}
SUFFIXES: Final[dict[str, type[int]]] = {
    "l": Int64, "ul": UInt64, "s": Int16, "us": UInt16, "y": SByte, "uy": Byte, "n": BigInteger
}  # fmt: skip
MAX_DIGITS: Final = 4000


def literal_value(match: re.Match[str], negative: bool = False) -> Any:
    """The value of a matched literal; negative: a minus sign belongs to it. None when it fits no type of its suffix."""
    suffix = (match["suffix"] or "").lower()
    factor = MULTIPLIERS[(match["mult"] or "").lower()]
    sign = -1 if negative else 1
    if len(match[0]) > MAX_DIGITS:
        return None
    if match["hex"] is not None or match["bin"] is not None:
        return _radix(match, suffix, factor, sign)
    text = match["dec"].translate(_DASHES)
    if suffix == "d":
        return _decimal(text, factor * sign)
    if "." in text or "e" in text.lower():
        return _real(text, suffix, factor, sign)
    return _integer(int(text) * factor * sign, suffix)


def _radix(match: re.Match[str], suffix: str, factor: int, sign: int) -> Any:
    if match["hex"] is not None:
        digits, value = match["hex"], int(match["hex"], 16)
        width = {"l": 16, "s": 4, "y": 2}.get(suffix) or (8 if len(digits) < 15 else 16)
        negative = len(digits) == width and value >> (4 * width - 1)
        bits, long = 4 * width, len(digits) == 16 - (suffix == "u") or (not suffix and len(digits) == 15)
    else:
        digits, value = match["bin"], int(match["bin"], 2)
        bits = len(digits)
        negative = digits[0] == "1" and (bits in (8, 16, 32, 64, 96) or (bits >= 128 and bits % 8 == 0))
        long = bits == 64
    if suffix in ("", "u", "l", "ul") and value.bit_length() > 64:
        return None
    if negative and not suffix.startswith("u"):
        value -= 1 << bits
    if suffix == "d":
        return _decimal(value, factor * sign)
    if long and suffix in ("", "u"):
        suffix += "l"
    return _integer(value * factor * sign, suffix)


def _real(text: str, suffix: str, factor: int, sign: int) -> Any:
    number = float(text) * factor * sign
    if suffix == "":
        return number
    if number != number or number in (float("inf"), float("-inf")):
        return None
    return _integer(round(number), suffix)


def _integer(value: int, suffix: str) -> Any:
    if suffix == "u":
        return UInt32(value) if 0 <= value < 2**32 else UInt64(value) if 0 <= value < 2**64 else None
    if suffix:
        try:
            return SUFFIXES[suffix](value)
        except ValueError:
            return None
    if INT32_MIN <= value <= INT32_MAX:
        return value
    if INT64_MIN <= value <= INT64_MAX:
        return Int64(value)
    if abs(value) < DECIMAL_LIMIT:
        return Decimal(value)
    try:
        return float(value)
    except OverflowError:
        return None


def _decimal(digits: str | int, factor: int) -> Decimal | None:
    try:
        value = Decimal(digits) * factor
    except DecimalException:  # an exponent beyond what Decimal itself can hold
        return None
    return value if abs(value) < DECIMAL_LIMIT else None


def parse_number(text: str) -> Any:
    """Parse a whole text as a number literal with an optional sign (as string to number conversion does); None when it
    is none.
    """
    stripped = text.strip()
    negative = stripped[:1] in ("-", "–", "—", "―")
    body = stripped[1:] if negative or stripped[:1] == "+" else stripped
    match = LITERAL.fullmatch(body)
    return None if match is None else literal_value(match, negative)
