"""Standard and custom formats of dates, as the style of a culture has them, and of time spans."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from remora.engine.convert.text import timespan_text
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.text.styles import ENGLISH_DATES, INVARIANT_DATES, SAME_EVERYWHERE, DateStyle
from remora.values.times import kind_of, timespan_ticks

_PART = re.compile(r"y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K|g+|'[^']*'?|\"[^\"]*\"?|\\.|%|.", re.DOTALL)


def _bad() -> PSError:
    inner = exception("Input string was not in a correct format.", "System.FormatException")
    return error(f"Error formatting a string: {inner.message}", "FormatError", "InvalidOperation", inner=inner)


def format_date(value: datetime, spec: str, style: DateStyle = ENGLISH_DATES) -> str:
    """A date by a standard (one letter) or custom format, in the style of a culture."""
    if len(spec) == 1:
        pattern = style.standard(spec)
        if pattern is None:
            raise _bad()
        if spec == "U":
            value = value.astimezone(UTC)
        if spec in SAME_EVERYWHERE:
            style = INVARIANT_DATES
    else:
        pattern = spec
    parts = [match[0] for match in _PART.finditer(pattern)]
    beside_day = any(part in ("d", "dd") for part in parts)
    return "".join(_date_part(value, part, style, beside_day) for part in parts)


def _ticks_fraction(value: datetime) -> str:
    return f"{value.microsecond:06d}{getattr(value, 'ticks_digit', 0)}"


def _date_part(value: datetime, part: str, style: DateStyle, beside_day: bool) -> str:
    head, count = part[0], len(part)
    if head == "y":
        return f"{value.year % 100:0{count}d}" if count <= 2 else f"{value.year:0{count}d}"
    if head == "M":
        if count < 3:
            return _number(value.month, count)
        if count == 3:
            return (style.short_genitive if beside_day else style.short_months)[value.month - 1]
        return (style.genitive if beside_day else style.months)[value.month - 1]
    if head == "d":
        return (
            _number(value.day, count)
            if count < 3
            else (style.short_days if count == 3 else style.days)[value.weekday()]
        )
    if head in "Hhms":
        number = {"H": value.hour, "h": value.hour % 12 or 12, "m": value.minute, "s": value.second}[head]
        return _number(number, count)
    if head in "fF":
        digits = _ticks_fraction(value)[:count]
        return digits if head == "f" else digits.rstrip("0")
    if head == "t":
        return (style.am if value.hour < 12 else style.pm)[: 1 if count == 1 else None]
    if head in "zK":
        return _zone(value, part)
    if head == "g":
        return "A.D."
    if head in "'\"":
        return part.strip(head)
    if head == "\\":
        return part[1:]
    return {"%": "", "/": style.date_separator, ":": style.time_separator}.get(part, part)


def _number(value: int, count: int) -> str:
    return str(value) if count == 1 else f"{value:02d}"


def _zone(value: datetime, part: str) -> str:
    if part == "K":
        kind = kind_of(value)
        if kind == "utc":
            return "Z"
        if kind == "unspecified":
            return ""
    local = value if value.tzinfo is not None else value.astimezone()
    offset = local.utcoffset() or timedelta(0)
    sign = "-" if offset < timedelta(0) else "+"
    minutes = int(abs(offset).total_seconds()) // 60
    if part == "z":
        return f"{sign}{minutes // 60}"
    return f"{sign}{minutes // 60:02d}" if part == "zz" else f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


_SPAN_PART = re.compile(r"d+|h+|m+|s+|f+|F+|'[^']*'|\"[^\"]*\"|\\.|%|.", re.DOTALL)


def format_span(value: timedelta, spec: str) -> str:
    """A time span by ``c t T g G`` or a custom format."""
    if spec in ("", "c", "t", "T"):
        return timespan_text(value)
    ticks = timespan_ticks(value)
    sign, ticks = ("-", -ticks) if ticks < 0 else ("", ticks)
    seconds, fraction = divmod(ticks, 10_000_000)
    days, hours, minutes, rest = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60
    if spec == "g":
        tail = f".{fraction:07d}".rstrip("0") if fraction else ""
        return f"{sign}{f'{days}:' if days else ''}{hours}:{minutes:02d}:{rest:02d}{tail}"
    if spec == "G":
        return f"{sign}{days}:{hours:02d}:{minutes:02d}:{rest:02d}.{fraction:07d}"
    values = {"d": days, "h": hours, "m": minutes, "s": rest}
    return "".join(_span_part(match[0], values, fraction) for match in _SPAN_PART.finditer(spec))


def _span_part(part: str, values: dict[str, int], fraction: int) -> str:
    head = part[0]
    if head in values:
        return f"{values[head]:0{len(part)}d}"
    if head in "fF":
        digits = f"{fraction:07d}"[: len(part)]
        return digits if head == "f" else digits.rstrip("0")
    if head in "'\"":
        return part.strip(head)
    if head == "\\":
        return part[1:]
    if part == "%":
        return ""
    raise _bad()
