"""Dates and time spans: reading texts, ticks, arithmetic."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from remora.engine.convert import numbers as num
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.text.styles import DAYS, MONTHS
from remora.values.times import DateTime, timespan_from_ticks, timespan_ticks

EPOCH = datetime(1, 1, 1)


UNIX = datetime(1970, 1, 1, tzinfo=UTC)


_CAST = "System.Management.Automation.PSInvalidCastException"


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](.+))?")


_US = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2,4})(?:[ T]+(.+))?")


_NAMED = re.compile(
    r"(?:[A-Za-z]+,\s*)?(?:(\d{1,2})[ -]([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.? (\d{1,2}),?)[ -]+(\d{4})(?:,?\s+(.+))?"
)


_TIME = re.compile(
    r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,7}))?)?\s*([AaPp]\.?[Mm]\.?)?\s*"
    r"(Z|GMT|UTC|[+-]\d{1,2}:?\d{2})?",
    re.IGNORECASE,
)


_HOUR = re.compile(r"(\d{1,2})\s*([AaPp]\.?[Mm]\.?)()()()()")


_WORDS = frozenset(
    (*(m.lower() for m in MONTHS), *(m[:3].lower() for m in MONTHS), *(d.lower() for d in DAYS),
     *(d[:3].lower() for d in DAYS), "am", "pm", "a", "p", "t", "z", "gmt", "utc")
)  # fmt: skip


def not_a_date(text: str) -> PSError:
    """The error of a text that is no date."""
    unknown = next((word for word in re.finditer(r"[^\W\d_]+", text) if word[0].lower() not in _WORDS), None)
    reason = f"String '{text}' was not recognized as a valid DateTime."
    if unknown is not None:
        reason = f"The string '{text}' was not recognized as a valid DateTime. There is an unknown word starting at "
        reason += f"index '{unknown.start()}'."
    return error(
        f'Cannot convert value "{text}" to type "System.DateTime". Error: "{reason}"',
        "InvalidCastParseTargetInvocationWithFormatProvider",
        "InvalidArgument",
        type_name=_CAST,
        inner=exception(reason, "System.FormatException"),
    )


def parse_date(text: str) -> datetime:
    """Read a date as the invariant culture does (month first). Raises PSError."""
    raw = text.strip()
    if raw[-1:] in "Zz" and ":" not in raw:
        raw = raw[:-1].rstrip() + " 00:00Z"
    for pattern, order in ((_ISO, (1, 2, 3, 4)), (_US, (3, 1, 2, 4))):
        match = pattern.fullmatch(raw)
        if match is not None:
            year, month, day = (int(match[i]) for i in order[:3])
            if len(match[order[0]]) < 4:
                year += 2000 if year < 30 else 1900 if year < 100 else 0
            return _combine(raw, year, month, day, match[order[3]])
    match = _NAMED.fullmatch(raw)
    if match is not None:
        name = (match[2] or match[3]).lower()
        month = next((i for i, m in enumerate(MONTHS, 1) if m.lower().startswith(name[:3])), 0)
        return _combine(raw, int(match[5]), month, int(match[1] or match[4]), match[6])
    if _TIME.fullmatch(raw) or _HOUR.fullmatch(raw):
        today = datetime.now()
        return _combine(raw, today.year, today.month, today.day, raw)
    raise not_a_date(text)


def _combine(text: str, year: int, month: int, day: int, clock: str | None) -> datetime:
    hour = minute = second = ticks = 0
    zone = ""
    if clock:
        match = _TIME.fullmatch(clock.strip())
        if match is None:
            raise not_a_date(text)
        hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
        ticks = int((match[4] or "").ljust(7, "0") or 0)
        half = (match[5] or "").replace(".", "").lower()
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0)
        zone = (match[6] or "").upper()
    try:
        made = datetime(year, month, day, hour, minute, second, ticks // 10)
    except ValueError:
        raise not_a_date(text) from None
    if zone:
        offset = timedelta(0)
        if zone not in ("Z", "GMT", "UTC"):
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
        made = (made.replace(tzinfo=UTC) - offset).astimezone()
    return DateTime.of(made, ticks_digit=ticks % 10) if ticks % 10 else made


def datetime_from(value: Any) -> Any:
    """[datetime]value."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, str):
        if not value.strip():
            raise not_a_date(value)
        return parse_date(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return from_ticks(value)
    if value is None:
        raise num.cannot_convert(None, "System.DateTime")
    raise num.cannot_convert(value, "System.DateTime")


def timespan_from(value: Any) -> Any:
    """[timespan]value: texts ``[d.]hh:mm[:ss[.f]]``, numbers are ticks."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return timespan_from_ticks(int(value))
    if isinstance(value, str):
        return parse_span(value)
    raise num.cannot_convert(value, "System.TimeSpan")


_SPAN = re.compile(r"(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?|(-)?(\d+)")


def parse_span(text: str) -> timedelta:
    """Read a time span. Raises PSError."""
    match = _SPAN.fullmatch(text.strip())
    if match is None or (match[3] and (int(match[3]) > 23 or int(match[4]) > 59 or int(match[5] or 0) > 59)):
        reason = f"String '{text}' was not recognized as a valid TimeSpan."
        raise error(
            f'Cannot convert value "{text}" to type "System.TimeSpan". Error: "{reason}"',
            "InvalidCastParseTargetInvocation",
            "InvalidArgument",
            type_name=_CAST,
            inner=exception(reason, "System.FormatException"),
        )
    if match[8]:
        ticks = int(match[8]) * 864_000_000_000
        return timespan_from_ticks(-ticks if match[7] else ticks)
    seconds = int(match[2] or 0) * 86400 + int(match[3]) * 3600 + int(match[4]) * 60 + int(match[5] or 0)
    ticks = seconds * 10_000_000 + int((match[6] or "").ljust(7, "0") or 0)
    return timespan_from_ticks(-ticks if match[1] else ticks)


def ticks_of(value: datetime) -> int:
    """100 ns units since 0001-01-01 of the clock reading."""
    span = value.replace(tzinfo=None) - EPOCH
    return timespan_ticks(span) + int(getattr(value, "ticks_digit", 0))


def from_ticks(ticks: int, like: datetime | None = None) -> datetime:
    """The date of a number of ticks, of the kind of another date. Raises PSError when outside the calendar."""
    whole, digit = divmod(int(ticks), 10)
    try:
        made = EPOCH + timedelta(microseconds=whole)
    except OverflowError:
        raise error("The added or subtracted value results in an un-representable DateTime. (Parameter "
                    "'value')", "ArgumentOutOfRangeException",
                    type_name="System.ArgumentOutOfRangeException") from None  # fmt: skip
    if like is not None and like.tzinfo is not None:
        made = made.replace(tzinfo=like.tzinfo)
    return DateTime.of(made, ticks_digit=digit) if digit else made


def span_of_ticks(ticks: float) -> timedelta:
    """The span of that length. Raises PSError as TimeSpan does for what it cannot hold."""
    if ticks != ticks:
        text, kind = "TimeSpan does not accept floating point Not-a-Number values.", "System.ArgumentException"
        raise error(text, "ArgumentException", "NotSpecified", type_name=kind)
    try:
        return timespan_from_ticks(round(ticks))
    except (ValueError, OverflowError):
        text, kind = "TimeSpan overflowed because the duration is too long.", "System.OverflowException"
        raise error(text, "OverflowException", "NotSpecified", type_name=kind) from None


def date_arithmetic(left: Any, right: Any, op: str) -> tuple[bool, Any]:
    """(True, result) for ``+`` and ``-`` of dates and spans."""
    sign = {"op_Addition": 1, "op_Subtraction": -1}.get(op)
    if isinstance(left, datetime) and sign:
        if isinstance(right, str):
            right = parse_span(right) if sign > 0 else parse_date(right)
        if isinstance(right, timedelta):
            return True, from_ticks(ticks_of(left) + sign * timespan_ticks(right), left)
        if isinstance(right, datetime) and sign < 0:
            return True, timespan_from_ticks(ticks_of(left) - ticks_of(right))
    if isinstance(left, timedelta):
        if sign and not isinstance(right, datetime):
            return True, span_of_ticks(timespan_ticks(left) + sign * timespan_ticks(timespan_from(right)))
        if op == "op_Multiply":
            return True, span_of_ticks(timespan_ticks(left) * num.to_double(right))
        if op == "op_Division":
            if isinstance(right, timedelta):
                return True, timespan_ticks(left) / timespan_ticks(right)
            return True, span_of_ticks(timespan_ticks(left) / num.to_double(right))
    return False, None
