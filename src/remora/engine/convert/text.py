"""Values to text, invariant (traps 41 to 48): what casts, interpolation and -join give, and what ToString gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, Final
from uuid import UUID

from remora.engine.classes.instance import ScriptObject
from remora.engine.enumeration import Enumerable
from remora.engine.nettype import NetObject
from remora.engine.nothing import Nothing
from remora.engine.types.registry import type_of
from remora.values import numbers as n
from remora.values.enums import EnumValue
from remora.values.objects import MISSING, PSObject
from remora.values.secrets import SecureString
from remora.values.times import DateTime, TimeSpan, timespan_ticks


def double_text(value: float) -> str:
    """.NET's ToString: the shortest that reads back; exponent form above 15 digits and below 1E-04."""
    return _float_text(repr(float(value)), value)


def single_text(value: float) -> str:
    """.NET's ToString of a 32-bit float."""
    return _float_text(n.shortest_single(value), value, limit=7)


def _language_double(value: float) -> str:
    """PowerShell's own text: 15 digits (G15), so that 0.1 + 0.2 is 0.3."""
    return _float_text(f"{value:.14e}", value)


def _language_single(value: float) -> str:
    return _float_text(f"{float(value):.6e}", value, limit=7)


def _float_text(shortest: str, value: float, limit: int = 15) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "∞" if value > 0 else "-∞"
    sign = "-" if shortest.startswith("-") else ""
    mantissa, _, exponent = shortest.lstrip("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0)
    leading = len(whole + fraction) - len((whole + fraction).lstrip("0"))
    digits = digits.rstrip("0")
    if not digits:
        return sign + "0"
    power = point - leading - 1
    if power >= max(limit, len(digits)) or power < -4:
        tail = "." + digits[1:] if len(digits) > 1 else ""
        return f"{sign}{digits[0]}{tail}E{'+' if power >= 0 else '-'}{abs(power):02d}"
    if power < 0:
        return f"{sign}0.{'0' * (-power - 1)}{digits}"
    if len(digits) <= power + 1:
        return sign + digits + "0" * (power + 1 - len(digits))
    return f"{sign}{digits[: power + 1]}.{digits[power + 1 :]}"


def decimal_text(value: Decimal) -> str:
    """All digits of the scale, never an exponent."""
    return format(value, "f")


def datetime_text(value: datetime) -> str:
    """``MM/dd/yyyy HH:mm:ss``."""
    return f"{value.month:02d}/{value.day:02d}/{value.year:04d} {value.hour:02d}:{value.minute:02d}:{value.second:02d}"


def timespan_text(value: timedelta) -> str:
    """``[-][d.]hh:mm:ss[.fffffff]``."""
    ticks = timespan_ticks(value)
    sign, ticks = ("-", -ticks) if ticks < 0 else ("", ticks)
    seconds, fraction = divmod(ticks, 10_000_000)
    days, seconds = divmod(seconds, 86400)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{sign}{f'{days}.' if days else ''}{text}{f'.{fraction:07d}' if fraction else ''}"


def _list_text(value: Any) -> str:
    return " ".join([item_text(item) for item in value])


def item_text(value: Any) -> str:
    """An element of an array inside a text, or a property inside ``@{ }``: of an array only the type is shown, of a
    custom object nothing, as PowerShell has it.
    """
    if isinstance(value, (list, tuple, bytearray)):
        return type_of(value).name
    if isinstance(value, PSObject) and value.base is MISSING and value.to_string is None:
        return ""
    return to_text(value)


def _custom_text(value: PSObject) -> str:
    from remora.engine.psobject import property_value

    if value.to_string is not None:
        return value.to_string
    if value.base is not MISSING:
        return to_text(value.base)
    if not value.extended and not value.adapted:
        return "" if "PSCustomObject" in value.type_name else value.type_name
    pairs = "; ".join(
        f"{name}={item_text(property_value(value, member))}" for name, member in value.properties().items()
    )
    return f"@{{{pairs}}}"


_TEXT: Final[dict[type, Callable[[Any], str]]] = {
    str: lambda v: v,
    int: int.__repr__,
    bool: lambda v: "True" if v else "False",
    NoneType: lambda v: "",
    Nothing: lambda v: "",
    float: _language_double,
    n.Single: _language_single,
    Decimal: decimal_text,
    datetime: datetime_text,
    DateTime: datetime_text,
    timedelta: timespan_text,
    TimeSpan: timespan_text,
    list: _list_text,
    tuple: _list_text,
    UUID: str,
    PSObject: _custom_text,
    EnumValue: str,
    SecureString: lambda v: "System.Security.SecureString",
}


def to_text(value: Any) -> str:
    """The text of any value."""
    convert = _TEXT.get(type(value))
    return convert(value) if convert is not None else _other_text(value)


def object_text(value: Any) -> str:
    """What the object's own ToString gives, as .NET's methods use it: floats with all their digits."""
    if isinstance(value, n.Single):
        return single_text(value)
    return double_text(value) if isinstance(value, float) else to_text(value)


def _other_text(value: Any) -> str:
    if isinstance(value, Enumerable) and type(value).net_text is NetObject.net_text:
        return _list_text(list(value.items()))
    if isinstance(value, (NetObject, ScriptObject)):
        return value.net_text()
    if isinstance(value, EnumValue):
        return str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (bytes, bytearray)):
        return " ".join(str(item) for item in value)
    if type_of(value).name.startswith("System.Collections.Generic.") or isinstance(value, list):
        return _list_text(value)
    if type_of(value).name in ("System.Version", "System.Management.Automation.SemanticVersion"):
        return str(value)
    return type_of(value).name


def join_text(value: Any, separator: str) -> str:
    """Text of a value inside a string when $OFS is set."""
    if isinstance(value, (list, tuple)):
        return separator.join([item_text(item) for item in value])
    return to_text(value)
