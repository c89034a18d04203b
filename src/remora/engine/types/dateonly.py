"""System.DateOnly: a day of the calendar without a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.nettype import NetObject, NetType
from remora.engine.text.dates import format_date
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.culture import dates_of
from remora.engine.types.dateexact import parse_exact
from remora.engine.types.dateparse import parse_date
from remora.engine.types.dates import add_months, day_of_week, with_kind
from remora.engine.types.timeonly import TimeOnly
from remora.engine.types.typeref import register

_RANGE: Final = "System.ArgumentOutOfRangeException"
_MIDNIGHT: Final = timedelta(0)


class DateOnly(NetObject):
    """A day from 0001-01-01 to 9999-12-31."""

    __slots__ = ("day",)
    net_type = NetType(
        "System.DateOnly", r.VALUE_TYPE, is_value_type=True, interfaces=("System.IComparable", "System.IFormattable")
    )

    def __init__(self, day: date) -> None:
        self.day = day

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateOnly) and self.day == other.day

    def __lt__(self, other: DateOnly) -> bool:
        return self.day < other.day

    def __gt__(self, other: DateOnly) -> bool:
        return self.day > other.day

    def __hash__(self) -> int:
        return hash(self.day)

    def net_text(self) -> str:
        return self.at(_MIDNIGHT).strftime("%m/%d/") + f"{self.day.year:04d}"

    def at(self, time: timedelta) -> datetime:
        """The day at a time."""
        return datetime(self.day.year, self.day.month, self.day.day) + time


def _made(year: int, month: int, day: int) -> DateOnly:
    try:
        return DateOnly(date(year, month, day))
    except ValueError:
        text = "Year, Month, and Day parameters describe an un-representable DateTime."
        raise failure(text, _RANGE) from None


def _plus(value: DateOnly, days: int) -> DateOnly:
    try:
        return DateOnly(value.day + timedelta(days=days))
    except OverflowError:
        raise failure("Value to add was out of range. (Parameter 'value')", _RANGE) from None


def _months(value: DateOnly, months: int) -> DateOnly:
    return DateOnly(add_months(value.at(_MIDNIGHT), months).date())


def _from_number(number: int) -> DateOnly:
    try:
        return DateOnly(date.fromordinal(number + 1))
    except (ValueError, OverflowError):
        raise failure(
            "Specified argument was out of the range of valid values. (Parameter 'dayNumber')", _RANGE
        ) from None


def _parsed(text: str) -> DateOnly:
    try:
        found = parse_date(text)
    except PSError:
        found = None
    if found is None or ":" in text:
        raise failure(f"String '{text}' was not recognized as a valid DateOnly.", "System.FormatException")
    return DateOnly(found.date())


def _try_parse(text: str, out: Any) -> bool:
    try:
        out.value = _parsed(text or "")
        return True
    except PSError:
        out.value = DateOnly(date.min)
        return False


def _text(value: DateOnly, spec: str | None = None, culture: Any = None) -> str:
    round_trip = {"o": "yyyy-MM-dd", "r": "ddd, dd MMM yyyy"}
    return format_date(value.at(_MIDNIGHT), round_trip.get((spec or "d").lower(), spec or "d"), dates_of(culture))


def _to_datetime(value: DateOnly, time: TimeOnly, kind: Any = "Unspecified") -> datetime:
    return with_kind(value.at(time.span), kind)


def _declare() -> None:
    d = DateOnly.net_type
    d.property("Year", "System.Int32")(lambda v: v.day.year)
    d.property("Month", "System.Int32")(lambda v: v.day.month)
    d.property("Day", "System.Int32")(lambda v: v.day.day)
    d.property("DayOfWeek", "System.DayOfWeek")(lambda v: day_of_week(v.day))
    d.property("DayOfYear", "System.Int32")(lambda v: v.day.timetuple().tm_yday)
    d.property("DayNumber", "System.Int32")(lambda v: v.day.toordinal() - 1)
    d.method("AddDays(int)", returns=d.name)(_plus)
    d.method("AddMonths(int)", returns=d.name)(_months)
    d.method("AddYears(int)", returns=d.name)(lambda v, years: _months(v, years * 12))
    d.method("ToDateTime(System.TimeOnly)", "ToDateTime(System.TimeOnly, System.DateTimeKind)", returns="datetime")(
        _to_datetime
    )
    d.method("CompareTo(System.DateOnly)", returns="int")(lambda a, b: (a > b) - (a < b))
    d.method("Equals(object)", returns="bool")(lambda a, b: a == b)
    d.method("ToString()", "ToString(string)", "ToString(string, System.IFormatProvider)", returns="string")(_text)
    d.method("ToString(System.IFormatProvider provider)", returns="string")(lambda v, culture: _text(v, None, culture))
    d.method("ToLongDateString()", returns="string")(lambda v: _text(v, "D"))
    d.method("ToShortDateString()", returns="string")(_text)
    d.constructor("(int, int, int)")(_made)
    d.static("FromDateTime(datetime)", returns=d.name)(lambda v: DateOnly(v.date()))
    d.static("FromDayNumber(int)", returns=d.name)(_from_number)
    d.static("Parse(string)", "Parse(string, object)", returns=d.name)(lambda text, culture=None: _parsed(text))
    d.static("ParseExact(string, string)", "ParseExact(string, string, object)", returns=d.name)(
        lambda text, spec, culture=None: DateOnly(parse_exact(text, spec).date())
    )
    d.static("TryParse(string, ref)", returns="bool")(_try_parse)
    d.static_property("MinValue", d.name)(lambda: DateOnly(date.min))
    d.static_property("MaxValue", d.name)(lambda: DateOnly(date.max))
    d.parse = _parsed
    register(d)


_declare()
