"""Texts of CLIXML primitives (wire-protocol 7.1): one reader and one writer for each element.

Readers get raw character data and raise ValueError (ArithmeticError for Decimal) for anything .NET's XmlConvert would
refuse; writers return character data that needs no further escaping.
"""

from __future__ import annotations

import binascii
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Context, Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar
from uuid import UUID

from remora.psrp.clixml.text import decode_text
from remora.values.numbers import (
    DECIMAL_MAX,
    INT32_MAX,
    INT32_MIN,
    Byte,
    Int16,
    Int64,
    SByte,
    Single,
    SizedInt,
    UInt16,
    UInt32,
    UInt64,
    shortest_single,
)
from remora.values.strings import Char, ScriptBlockText, Uri, XmlDocument
from remora.values.times import DateTime, kind_of, timespan_from_ticks, timespan_ticks
from remora.values.versions import SemanticVersion, Version

T = TypeVar("T", bound=SizedInt)

_DECIMAL = re.compile(r"\s*([+-]?)(\d{0,40})(?:\.(\d{0,40}))?\s*", re.ASCII)
_FLOAT = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?\s*", re.ASCII)
_SPECIAL_FLOATS: Final = {"INF": math.inf, "-INF": -math.inf, "NaN": math.nan}
_DATETIME = re.compile(
    r"\s*(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,12}))?)?(Z|[+-]\d\d:\d\d)?\s*", re.ASCII
)
_DURATION = re.compile(
    r"\s*(-)?P(?=[0-9T])(?:(\d{1,9})Y)?(?:(\d{1,9})M)?(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,15})(?:\.(\d{1,12}))?S)?)?\s*",
    re.ASCII,
)
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_BOOLEANS: Final = {"true": True, "false": False, "1": True, "0": False}
_EXACT: Final = Context(prec=60)


def read_int32(text: str) -> int:
    """Read I32."""
    number = int(text)
    if INT32_MIN <= number <= INT32_MAX and text.isascii() and "_" not in text:
        return number
    raise ValueError("not an Int32")


def _sized_reader(cls: type[T]) -> Callable[[str], T]:
    new, low, high = int.__new__, cls.MIN, cls.MAX

    def read(text: str) -> T:
        number = new(cls, text)
        if low <= number <= high and text.isascii() and "_" not in text:
            return number
        raise ValueError(f"not a {cls.TYPE_NAME}")

    return read


def read_bool(text: str) -> bool:
    """Read B: true, false, 1, 0."""
    value = _BOOLEANS.get(text)
    if value is None:
        value = _BOOLEANS.get(text.strip(" \t\n"))
        if value is None:
            raise ValueError("not a Boolean")
    return value


def read_char(text: str) -> Char:
    """Read C: the decimal number of a UTF-16 code unit."""
    return Char(int(_sized_reader(UInt16)(text)))


def read_double(text: str) -> float:
    """Read Db; infinities are spelled INF and -INF."""
    if _FLOAT.fullmatch(text) is not None:
        return float(text)
    value = _SPECIAL_FLOATS.get(text.strip(" \t\n"))
    if value is None:
        raise ValueError("not a Double")
    return value


def read_single(text: str) -> Single:
    """Read Sg."""
    return Single(read_double(text))


def read_decimal(text: str) -> Decimal:
    """Read D: plain digits, scale kept; more than 96 bits or 28 fraction digits are refused."""
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise ValueError("not a Decimal")
    fraction = match[3] or ""
    if int((match[2] or "0") + fraction) > DECIMAL_MAX or len(fraction) > 28:
        raise ValueError("outside System.Decimal")
    return Decimal(text.strip())


@lru_cache(maxsize=256)
def _zone(text: str) -> tzinfo:
    hours, minutes = int(text[1:3]), int(text[4:6])
    if hours > 14 or minutes > 59:
        raise ValueError("not a time zone")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def read_datetime(text: str) -> datetime:
    """Read DT: ``Z`` is UTC, an offset is local time, nothing is unspecified; seven fraction digits count."""
    match = _DATETIME.fullmatch(text)
    if match is None:
        raise ValueError("not a DateTime")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    micro = digit = 0
    if fraction:
        micro = int(fraction[:6].ljust(6, "0"))
        digit = int(fraction[6]) if len(fraction) > 6 else 0
    offset = None if zone is None else UTC if zone == "Z" else _zone(zone)
    exact = digit or (offset is UTC and zone != "Z")
    value = datetime.__new__(
        DateTime if exact else datetime,
        int(year),
        int(month),
        int(day),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        micro,
        offset,
    )
    if isinstance(value, DateTime):
        value.mark(digit, None if zone is None else "utc" if zone == "Z" else "local")
    return value


def read_timespan(text: str) -> timedelta:
    """Read TS: an xs:duration; a year counts 365 days and a month 30, as XmlConvert has it."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("not a TimeSpan")
    years, months, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:7])
    total = ((years * 365 + months * 30 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
    ticks = total * 10_000_000 + int((match[8] or "")[:7].ljust(7, "0"))
    return timespan_from_ticks(-ticks if match[1] else ticks)


def read_guid(text: str) -> UUID:
    """Read G: 8-4-4-4-12 hex digits."""
    if _GUID.fullmatch(text) is None:
        raise ValueError("not a Guid")
    return UUID(int=int(text.replace("-", ""), 16))


def read_bytes(text: str) -> bytes:
    """Read BA: base64, line breaks allowed."""
    if "\n" in text or " " in text:
        text = "".join(text.split())
    return binascii.a2b_base64(text, strict_mode=True) if text else b""


READERS: Final[dict[str, Callable[[str], Any]]] = {
    "S": decode_text,
    "C": read_char,
    "B": read_bool,
    "DT": read_datetime,
    "TS": read_timespan,
    "By": _sized_reader(Byte),
    "SB": _sized_reader(SByte),
    "U16": _sized_reader(UInt16),
    "I16": _sized_reader(Int16),
    "U32": _sized_reader(UInt32),
    "I32": read_int32,
    "U64": _sized_reader(UInt64),
    "I64": _sized_reader(Int64),
    "Sg": read_single,
    "Db": read_double,
    "D": read_decimal,
    "BA": read_bytes,
    "G": read_guid,
    "URI": lambda text: Uri(decode_text(text)),
    "Version": lru_cache(maxsize=1024)(Version.parse),
    "SemanticVersion": SemanticVersion.parse,
    "XD": lambda text: XmlDocument(decode_text(text)),
    "SBK": lambda text: ScriptBlockText(decode_text(text)),
}


def write_float(value: float) -> str:
    """Write Db as .NET does: shortest digits that read back, exponent from 1E+15 and up to 9E-05."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    return _net_float(repr(float(value)), value, 15)


def write_single(value: float) -> str:
    """Write Sg likewise."""
    if value != value or math.isinf(value):
        return write_float(value)
    return _net_float(shortest_single(value), value, 7)


def _net_float(text: str, value: float, exponent_from: int) -> str:
    magnitude = abs(value)
    if magnitude != 0 and not 1e-4 <= magnitude < 10.0**exponent_from:
        sign, digits, exponent = Decimal(text).normalize(_EXACT).as_tuple()
        assert isinstance(exponent, int)
        mantissa = "".join(map(str, digits))
        power = exponent + len(mantissa) - 1
        head = mantissa[0] + ("." + mantissa[1:] if len(mantissa) > 1 else "")
        return f"{'-' if sign else ''}{head}E{'-' if power < 0 else '+'}{abs(power):02d}"
    if "e" in text:
        text = format(Decimal(text), "f")
    return text.removesuffix(".0")


def write_decimal(value: Decimal) -> str:
    """Write D: plain digits, scale kept. Beyond 96 bits or 28 fraction digits: ValueError."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is no System.Decimal")
    number = int("".join(map(str, digits))) if len(digits) <= 29 else DECIMAL_MAX + 1
    if exponent > 28 or exponent < -28 or number * 10 ** max(exponent, 0) > DECIMAL_MAX:
        raise ValueError(f"{value} is outside System.Decimal")
    return format(value, "f")


def write_datetime(value: datetime) -> str:
    """Write DT; an offset that is not whole minutes within 14 hours raises ValueError."""
    text = datetime.isoformat(value.replace(tzinfo=None, microsecond=0) if value.microsecond else value)[:19]
    digit = value.ticks_digit if isinstance(value, DateTime) else 0
    if value.microsecond or digit:
        text += f".{value.microsecond:06d}{digit}".rstrip("0")
    kind = kind_of(value)
    if kind == "unspecified":
        return text
    if kind == "utc":
        return text + "Z"
    offset = value.utcoffset()
    if offset is None:
        raise ValueError("a tzinfo without an offset")
    minutes, rest = divmod(offset, timedelta(minutes=1))
    if rest or abs(minutes) > 14 * 60:
        raise ValueError(f"{offset} is no offset of System.DateTimeOffset")
    return f"{text}{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def write_timespan(value: timedelta) -> str:
    """Write TS as ``P1DT2H3M4.5S``; outside System.TimeSpan: ValueError."""
    ticks = timespan_ticks(value)
    if not -(2**63) <= ticks < 2**63:
        raise ValueError(f"{value} is outside System.TimeSpan")
    seconds, fraction = divmod(abs(ticks), 10_000_000)
    days, seconds = divmod(seconds, 86_400)
    hours, seconds = divmod(seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += f"{seconds}" + (f".{fraction:07d}".rstrip("0") if fraction else "") + "S"
    text = (f"{days}D" if days else "") + ("T" + clock if clock else "")
    return ("-" if ticks < 0 else "") + "P" + (text or "T0S")


def write_bytes(value: bytes | bytearray) -> str:
    """Write BA: base64 on one line."""
    return binascii.b2a_base64(value, newline=False).decode("ascii")
