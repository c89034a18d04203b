"""Values to numbers: texts by PowerShell's literal syntax, numbers by range check and half-even rounding."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Final

from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nothing import NOTHING
from remora.engine.numbers import DECIMAL_LIMIT, INT32_MAX, INT32_MIN, parse_number
from remora.engine.types.registry import type_of, unwrap
from remora.values import numbers as n
from remora.values.enums import EnumValue
from remora.values.strings import Char

_WIDE: Final = Context(prec=1 << 13)
_CAST = "System.Management.Automation.PSInvalidCastException"

INTEGERS: Final[dict[str, tuple[type[int], int, int]]] = {
    "System.Int32": (int, INT32_MIN, INT32_MAX),
    **{c.TYPE_NAME: (c, c.MIN, c.MAX) for c in (n.Int64, n.UInt64, n.UInt32, n.Int16, n.UInt16, n.SByte, n.Byte)},
}


def _too_large(value: Any, target: str) -> PSError:
    from remora.engine.convert.text import to_text

    short = target.rpartition(".")[2]
    inner = exception(
        f"Value was either too large or too small for a{'n' if short[0] in 'IU' else ''} {short}.",
        "System.OverflowException",
    )
    text = to_text(value)
    return error(
        f'Cannot convert value "{text}" to type "{target}". Error: "{inner.message}"',
        "InvalidCastIConvertible" if not isinstance(value, str) else f"InvalidCastFromStringTo{_family(target)}",
        "InvalidArgument",
        type_name=_CAST,
        inner=inner,
    )


def _family(target: str) -> str:
    if target in ("System.Double", "System.Single"):
        return "DoubleOrSingle"
    return "Decimal" if target == "System.Decimal" else "Integer"


def _bad_text(text: str, target: str) -> PSError:
    inner = exception(f"The input string '{text}' was not in a correct format.", "System.FormatException")
    return error(
        f'Cannot convert value "{text}" to type "{target}". Error: "{inner.message}"',
        f"InvalidCastFromStringTo{_family(target)}",
        "InvalidArgument",
        type_name=_CAST,
        inner=inner,
    )


_SECRETS: Final = frozenset(("System.Security.SecureString", "System.Management.Automation.PSCredential"))
"""What a value meant to become one of these is may be a secret: it is not told."""


def cannot_convert(value: Any, target: str) -> PSError:
    """The general error of a conversion that does not exist."""
    from remora.engine.convert.text import to_text

    text = to_text(value)
    if value is None or value is NOTHING:
        return error(
            f'Cannot convert null to type "{target}".', "nullToObjectInvalidCast", "InvalidArgument", type_name=_CAST
        )
    shown = "value" if target in _SECRETS else f'"{text}" value'
    return error(
        f'Cannot convert the {shown} of type "{type_of(value).name}" to type "{target}".',
        "ConvertToFinalInvalidCastException",
        "InvalidArgument",
        type_name=_CAST,
    )


def number_from_text(text: str, target: str) -> Any:
    """The number a text means (any type); empty -> 0. Raises the cast error for the target type."""
    if not text.strip():
        return 0
    found = parse_number(text)
    if found is None:
        found = _special(text.strip())
    if found is None:
        raise _bad_text(text, target)
    return found


def _special(text: str) -> float | None:
    special = {"nan": math.nan, "∞": math.inf, "-∞": -math.inf, "infinity": math.inf, "-infinity": -math.inf}.get(
        text.lower()
    )
    if special is not None:
        return special
    plain = text.replace(",", "")
    if plain != text and plain.lstrip("+-").replace(".", "", 1).isdigit():
        return parse_number(plain)  # type: ignore[no-any-return]
    return None


def plain_number(value: Any, target: str = "System.Int32") -> int | float | Decimal:
    """Any value as a Python number, or the cast error."""
    value = unwrap(value)
    if isinstance(value, Char):
        return ord(value)
    if isinstance(value, str):
        return number_from_text(value, target)  # type: ignore[no-any-return]
    if value is None or value is NOTHING:
        return 0
    if isinstance(value, (int, float, Decimal)):
        return value
    flag = getattr(value, "switch_value", None)
    if isinstance(flag, bool):
        return int(flag)
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return plain_number(value[0], target)
    raise cannot_convert(value, target)


def rounded(number: int | float | Decimal, value: Any, target: str) -> int:
    """Half-even to an integer."""
    if isinstance(number, int):
        return int(number)
    if isinstance(number, Decimal):
        return int(number.to_integral_value(ROUND_HALF_EVEN))
    if math.isnan(number) or math.isinf(number):
        raise _too_large(value, target)
    return round(number)


def _bits_of(value: Any, low: int, high: int) -> int | None:
    """The number whose bits a hexadecimal text spells in an integer type with these bounds; None when it has more."""
    text = unwrap(value)
    if not isinstance(text, str) or text.strip()[:2].lower() != "0x":
        return None
    try:
        number = int(text, 16)
    except ValueError:  # a suffix or a multiplier
        return None
    if number > high - low:
        return None
    return number if number <= high else number - (high - low + 1)


def integer_converter(target: str) -> Callable[[Any], Any]:
    """convert(value) for one of the sized integer types."""
    cls, low, high = INTEGERS[target]

    def convert(value: Any) -> Any:
        if type(value) is cls:
            return value
        number = rounded(plain_number(value, target), value, target)
        if not low <= number <= high:
            bits = _bits_of(value, low, high)
            if bits is None:
                raise _too_large(value, target)
            number = bits
        return number if cls is int else cls(number)

    return convert


def to_int(value: Any) -> int:
    """[int]value."""
    return _to_int32(value)  # type: ignore[no-any-return]


_to_int32 = integer_converter("System.Int32")


def to_double(value: Any) -> float:
    """[double]value."""
    if type(value) is float:
        return value
    if isinstance(value, Char):
        raise cannot_convert(value, "System.Double")
    try:
        return float(plain_number(value, "System.Double"))
    except OverflowError:
        return math.inf


def to_single(value: Any) -> n.Single:
    """[float]value."""
    number = to_double(value)
    try:
        return n.Single(number)
    except ValueError:
        return n.Single(math.inf if number > 0 else -math.inf)


_MAX_DIGITS: Final = 4096
_PLAIN_DECIMAL: Final = re.compile(r"\s*[+-]?(\d[\d,]*(\.\d*)?|\.\d+)\s*", re.ASCII)


def fitted(number: Decimal) -> Decimal | None:
    """The number with as many of its digits as System.Decimal holds, at most 28 behind the point; None: too large."""
    scale = min(-int(number.as_tuple().exponent), 28)
    while scale >= 0:
        exact = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_EVEN, _WIDE)
        if exact.scaleb(scale, _WIDE).copy_abs() < DECIMAL_LIMIT:
            return exact
        scale -= 1
    return None


def to_decimal(value: Any) -> Decimal:
    """[decimal]value."""
    if type(value) is Decimal:
        return value
    if isinstance(value, str) and len(value) <= _MAX_DIGITS and _PLAIN_DECIMAL.fullmatch(value):
        made = fitted(Decimal(value.strip().replace(",", "")))
        if made is None:
            raise _too_large(value, "System.Decimal")
        return made
    number = plain_number(value, "System.Decimal")
    if isinstance(number, float):
        if math.isnan(number) or math.isinf(number) or abs(number) >= DECIMAL_LIMIT:
            raise _too_large(value, "System.Decimal")
        number = Decimal(f"{number:.15g}")
        number = Decimal(format(number, "f"))
    made = Decimal(int(number)) if isinstance(number, int) else number
    if abs(made) >= DECIMAL_LIMIT:
        raise _too_large(value, "System.Decimal")
    return made


def to_big(value: Any) -> n.BigInteger:
    """[bigint]value: fractions are cut."""
    value = unwrap(value)
    if isinstance(value, str) and value.strip().lstrip("+-").isdigit():
        return n.BigInteger(value)
    number = plain_number(value, "System.Numerics.BigInteger")
    return n.BigInteger(math.trunc(number))


def to_char(value: Any) -> Char:
    """[char]value: from an integer code or a one-character text."""
    value = unwrap(value)
    if isinstance(value, Char):
        return value
    if value is None:
        return Char("\0")
    if isinstance(value, str):
        if len(value) == 1 and ord(value) <= 0xFFFF:
            return Char(value)
        raise error(
            f'Cannot convert value "{value}" to type "System.Char". Error: "String must be exactly one '
            'character long."',
            "InvalidCastIConvertible",
            "InvalidArgument",
            type_name=_CAST,
            inner=exception("String must be exactly one character long.", "System.FormatException"),
        )
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value <= 0xFFFF:
            return Char(int(value))
        raise _too_large(value, "System.Char")
    if isinstance(value, (list, tuple)) and len(value) == 1:
        return to_char(value[0])
    raise cannot_convert(value, "System.Char")


def is_number(value: Any) -> bool:
    """Tell whether the value is of a numeric type (bool is not)."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, (bool, EnumValue))
