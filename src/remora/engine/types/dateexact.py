"""Dates read by a format or by the style of a culture: ParseExact, Parse with a provider, DateTimeStyles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.text.styles import ENGLISH_DATES, INVARIANT_DATES, MONTHS, SAME_EVERYWHERE, DateStyle
from remora.engine.types.collections import failure
from remora.engine.types.dateparse import parse_date
from remora.values.times import DateTime

LEADING, TRAILING, INNER, NO_TODAY = 1, 2, 4, 8
ADJUST, ASSUME_LOCAL, ASSUME_UNIVERSAL, ROUND_TRIP = 16, 32, 64, 128
"""Bits of DateTimeStyles."""
_PART: Final = re.compile(r"y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K|'[^']*'|\"[^\"]*\"|\\.|%|.", re.DOTALL)
_MOST_OPTIONS: Final = 64
_NUMBERS: Final = {"y": "year", "M": "month", "d": "day", "H": "hour", "h": "half_hour", "m": "minute", "s": "second"}
_ZONES: Final = {"K": r"(?P<zone>Z|[+-]\d{2}:\d{2})?", "z": r"(?P<zone>[+-]\d{1,2})", "zz": r"(?P<zone>[+-]\d{2})"}


def unrecognized(text: str, kind: str = "DateTime") -> PSError:
    """The exception of a text that is none of the formats."""
    return failure(f"String '{text}' was not recognized as a valid {kind}.", "System.FormatException")


def parse_exact(
    text: str, formats: str | Sequence[str], style: DateStyle = INVARIANT_DATES, flags: int = 0
) -> datetime:
    """A date in exactly one of the formats. flags: DateTimeStyles. Raises PSError FormatException."""
    if text is None:
        raise failure("Value cannot be null. (Parameter 's')", "System.ArgumentNullException")
    options = [formats] if isinstance(formats, str) else list(formats)[:_MOST_OPTIONS]
    for option in options:
        made = _exactly(text, str(option), style, flags)
        if made is not None:
            return made
    raise unrecognized(text)


def _exactly(text: str, form: str, style: DateStyle, flags: int) -> datetime | None:
    pattern = form
    if len(form) == 1:
        pattern = style.standard(form) or ""
        style = INVARIANT_DATES if form in SAME_EVERYWHERE else style
        flags |= ASSUME_UNIVERSAL | ADJUST if form in "urR" else ROUND_TRIP if form in "oO" else 0
    if not pattern:
        raise failure("Input string was not in a correct format.", "System.FormatException")
    if flags & LEADING:
        text = text.lstrip()
    if flags & TRAILING:
        text = text.rstrip()
    match = re.fullmatch(_regex(pattern, style, flags), text, re.IGNORECASE)
    if match is None:
        return None
    try:
        return _made({key: value for key, value in match.groupdict().items() if value is not None}, style, flags)
    except (ValueError, OverflowError):
        return None


def _regex(pattern: str, style: DateStyle, flags: int) -> str:
    out: list[str] = []
    for found in _PART.finditer(pattern):
        part = _part_regex(found[0], style)
        group = re.search(r"\(\?P<(\w+)>", part)
        if group is not None and any(f"(?P<{group[1]}>" in one for one in out):
            part = part.replace(f"?P<{group[1]}>", "?:")
        out.append(r"\s*" + part if flags & INNER and part.strip() else part)
    return "".join(out)


def _part_regex(part: str, style: DateStyle) -> str:
    head, count = part[0], len(part)
    if part in ("MMM", "MMMM"):
        return f"(?P<name>{_any_of((*style.short_months, *style.short_genitive) if count == 3 else _long(style))})"
    if head == "d" and count > 2:
        return _any_of(style.short_days if count == 3 else style.days)
    if head in _NUMBERS:
        return rf"(?P<{_NUMBERS[head]}>\d{{{'1,2' if count == 1 else count}}})"
    if head in "fF":
        return rf"(?P<fraction>\d{{{count}}})" if head == "f" else rf"(?P<fraction>\d{{0,{count}}})"
    if head == "t":
        return (
            f"(?P<half>{_any_of([text[:1] for text in (style.am, style.pm)] if count == 1 else (style.am, style.pm))})"
        )
    if head in "Kz":
        return _ZONES.get(part, r"(?P<zone>[+-]\d{1,2}:?\d{2})")
    if head in "'\"" and count > 1:
        return re.escape(part[1:-1])
    if head == "\\":
        return re.escape(part[1:])
    return "" if part == "%" else re.escape({"/": style.date_separator, ":": style.time_separator}.get(part, part))


def _long(style: DateStyle) -> tuple[str, ...]:
    return (*style.months, *style.genitive)


def _any_of(words: Sequence[str]) -> str:
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True)) + ")"


def _month_number(name: str, style: DateStyle) -> int:
    folded = name.lower()
    for names in (style.genitive, style.months, style.short_genitive, style.short_months):
        for number, one in enumerate(names, 1):
            if one.lower() == folded:
                return number
    raise ValueError(name)


def _made(got: dict[str, str], style: DateStyle, flags: int) -> datetime:
    today = datetime.now()
    month = _month_number(got["name"], style) if "name" in got else int(got["month"]) if "month" in got else 0
    year, day = _year(got.get("year")), int(got.get("day", 0))
    if not (year or month or day) and not flags & NO_TODAY:
        year, month, day = today.year, today.month, today.day
    year = year or (1 if flags & NO_TODAY else today.year)
    hour = int(got.get("hour", got.get("half_hour", 0)))
    if "half" in got:
        hour = hour % 12 + (12 if style.pm.lower().startswith(got["half"].lower()) else 0)
    ticks = int(got.get("fraction", "").ljust(7, "0") or 0)
    made = datetime(year, month or 1, day or 1, hour, int(got.get("minute", 0)), int(got.get("second", 0)), ticks // 10)
    if "zone" in got:
        made = made.replace(tzinfo=UTC) - _offset(got["zone"])
    made = by_styles(made, flags, utc=got.get("zone", "").upper() == "Z")
    return DateTime.of(made, ticks_digit=ticks % 10) if ticks % 10 else made


def _year(digits: str | None) -> int:
    if not digits:
        return 0
    number = int(digits)
    return number + (2000 if number < 50 else 1900) if len(digits) <= 2 else number


def _offset(zone: str) -> timedelta:
    if zone.upper() == "Z":
        return timedelta(0)
    hours, _, minutes = zone[1:].partition(":")
    if not minutes and len(hours) > 2:
        hours, minutes = hours[:-2], hours[-2:]
    return timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if zone[0] == "-" else 1)


def by_styles(made: datetime, flags: int, *, utc: bool = False) -> datetime:
    """What DateTimeStyles make of a date: of one with a zone, local time unless they say otherwise. utc: the text said
    so itself.
    """
    if made.tzinfo is None:
        if flags & ASSUME_UNIVERSAL:
            made = made.replace(tzinfo=UTC)
            return made if flags & ADJUST else made.astimezone()
        return made.astimezone() if flags & ASSUME_LOCAL else made
    if flags & ADJUST or (flags & ROUND_TRIP and utc):
        return made.astimezone(UTC)
    return made.astimezone()


_NUMERIC: Final = re.compile(r"(\d{1,4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,4})\.?(?:[T ,]+(.*))?", re.DOTALL)
_DAY_NAME: Final = re.compile(r"[^\W\d_]+\.?,?\s+")


def parse_by(text: str, style: DateStyle, flags: int = 0) -> datetime:
    """A date as a culture writes it; ISO dates in every culture. Raises PSError."""
    raw = (text or "").strip()
    made = parse_date(raw if style in (ENGLISH_DATES, INVARIANT_DATES) else _as_invariant(raw, style))
    return by_styles(made, flags, utc=raw[-1:] in ("Z", "z")) if flags else made


def _as_invariant(text: str, style: DateStyle) -> str:
    """The same date with English names, and the year first where it is in numbers."""
    folded = text.lower()
    for name in sorted((*style.days, *style.short_days), key=len, reverse=True):
        if folded.startswith(name.lower()):
            text = text[len(name) :].lstrip(" ,.")
            break
    for names in (style.genitive, style.months, style.short_genitive, style.short_months):
        for number, name in enumerate(names):
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
                text = re.sub(re.escape(name), MONTHS[number], text, count=1, flags=re.IGNORECASE)
                return re.sub(
                    r"(\d{1,2})\.?\s+(?:de\s+|den\s+)?([A-Z][a-z]+)\.?\s+(?:de\s+)?(\d{4})", r"\1 \2 \3", text
                )
    for word, english in ((style.am, "AM"), (style.pm, "PM")):
        text = re.sub(rf"(?<=[\d ]){re.escape(word)}\Z", english, text, flags=re.IGNORECASE)
    match = _NUMERIC.fullmatch(text)
    if match is None:
        return _clock(text, style)
    first, second, third, clock = match.groups()
    order = re.sub(r"[^dMy]|'[^']*'", "", re.sub(r"(.)\1+", r"\1", style.short_date))
    if len(first) < 3 and order[:1] != "y":
        day, month, year = (first, second, third) if order.startswith("d") else (second, first, third)
    else:
        year, month, day = first, second, third
    if len(year) < 3:
        year = str(_year(year))
    return f"{year}-{month}-{day}" + (f" {_clock(clock, style)}" if clock else "")


def _clock(text: str, style: DateStyle) -> str:
    return re.sub(r"(?<=\d)\.(?=\d\d)", ":", text) if style.time_separator == "." else text


def flags_of(styles: Any) -> int:
    """The bits of a DateTimeStyles."""
    return 0 if styles is None else int(styles)
