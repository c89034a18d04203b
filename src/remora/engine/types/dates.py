"""DateTime, TimeSpan, DateTimeOffset: parsing, members, arithmetic."""

from __future__ import annotations

import calendar
import math
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetType
from remora.engine.text.dates import format_date, format_span
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.dateparse import (
    EPOCH,
    UNIX,
    date_arithmetic,
    from_ticks,
    parse_date,
    parse_exact,
    parse_span,
    span_of_ticks,
    ticks_of,
)
from remora.engine.types.typeref import register, require
from remora.values.numbers import Int64
from remora.values.times import DateTime, kind_of, timespan_from_ticks, timespan_ticks

FILE_TIME_EPOCH = 504_911_232_000_000_000


def _enum(name: str, number: int) -> Any:
    from remora.engine.convert.conversion import enum_value

    return enum_value(require(name), number)


def add_months(value: datetime, months: int) -> datetime:
    """Same day in another month, clipped to its end."""
    total = value.year * 12 + value.month - 1 + months
    year, month = total // 12, total % 12 + 1
    if not 1 <= year <= 9999:
        return from_ticks(-1)
    return value.replace(year=year, month=month, day=min(value.day, calendar.monthrange(year, month)[1]))


_LONGEST = 1 << 62  # ticks; more than there are between the first date and the last


def _plus(value: datetime, amount: float, unit: int) -> datetime:
    if not -_LONGEST <= amount * unit <= _LONGEST:
        raise failure("Value to add was out of range. (Parameter 'value')", "System.ArgumentOutOfRangeException")
    return from_ticks(ticks_of(value) + round(amount * unit), value)


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _local(value: datetime) -> datetime:
    return (value if value.tzinfo is not None else value.replace(tzinfo=UTC)).astimezone()


def day_of_week(value: date) -> Any:
    """The DayOfWeek of a day."""
    return _enum("System.DayOfWeek", (value.weekday() + 1) % 7)


def with_kind(value: datetime, kind: Any) -> datetime:
    """The same reading of the clock as one of a DateTimeKind."""
    name = str(getattr(kind, "name", kind)).lower()
    bare = value.replace(tzinfo=None)
    made = bare.replace(tzinfo=UTC) if name == "utc" else bare.astimezone() if name == "local" else bare
    digit = getattr(value, "ticks_digit", 0)
    return DateTime.of(made, ticks_digit=digit) if digit else made


def _number(kind: NetType, name: str) -> None:
    """A part of a date that Python has under the same name."""
    kind.property(name, "System.Int32", wire=False)(_FIELDS[name])


def _date_members() -> None:
    d = r.DATETIME
    d.property("Date", wire=False)(lambda v: datetime(v.year, v.month, v.day, tzinfo=v.tzinfo))
    _number(d, "Day")
    d.property("DayOfWeek", wire=False)(day_of_week)
    d.property("DayOfYear", "System.Int32", wire=False)(lambda v: v.timetuple().tm_yday)
    _number(d, "Hour")
    d.property("Kind", wire=False)(
        lambda v: _enum("System.DateTimeKind", {"unspecified": 0, "utc": 1, "local": 2}[kind_of(v)])
    )
    d.property("Millisecond", "System.Int32", wire=False)(lambda v: v.microsecond // 1000)
    d.property("Microsecond", "System.Int32", wire=False)(lambda v: v.microsecond % 1000)
    d.property("Nanosecond", "System.Int32", wire=False)(lambda v: ticks_of(v) % 10 * 100)
    for name in ("Minute", "Month", "Second"):
        _number(d, name)
    d.property("Ticks", "System.Int64", wire=False)(lambda v: Int64(ticks_of(v)))
    d.property("TimeOfDay", wire=False)(lambda v: timespan_from_ticks(ticks_of(v) % 864_000_000_000))
    _number(d, "Year")
    d.property("DateTime", "System.String", wire=False, kind="ScriptProperty")(lambda v: format_date(v, "F"))
    units = {
        "Days": 864_000_000_000,
        "Hours": 36_000_000_000,
        "Minutes": 600_000_000,
        "Seconds": 10_000_000,
        "Milliseconds": 10_000,
        "Ticks": 1,
    }
    for name, unit in units.items():
        d.method(f"Add{name}(double)", returns="datetime")(lambda v, n, unit=unit: _plus(v, n, unit))
    d.method("AddMonths(int)", returns="datetime")(add_months)
    d.method("AddYears(int)", returns="datetime")(lambda v, n: add_months(v, 12 * n))
    d.method("Add(timespan)", returns="datetime")(lambda v, s: date_arithmetic(v, s, "op_Addition")[1])
    d.method("Subtract(timespan)")(lambda v, s: date_arithmetic(v, s, "op_Subtraction")[1])
    d.method("Subtract(datetime)")(lambda v, s: date_arithmetic(v, s, "op_Subtraction")[1])
    d.method("ToUniversalTime()", returns="datetime")(_utc)
    d.method("ToLocalTime()", returns="datetime")(_local)
    d.method("ToString()", returns="string")(lambda v: format_date(v, "G"))
    d.method("ToString(string)", "ToString(string, object)", returns="string")(
        lambda v, f, c=None: format_date(v, f or "G")
    )
    for name, spec in {
        "ToShortDateString": "d",
        "ToLongDateString": "D",
        "ToShortTimeString": "t",
        "ToLongTimeString": "T",
    }.items():
        d.method(f"{name}()", returns="string")(lambda v, spec=spec: format_date(v, spec))
    for name in ("ToFileTime", "ToFileTimeUtc"):
        d.method(f"{name}()", returns="long")(lambda v: Int64(ticks_of(_utc(v)) - FILE_TIME_EPOCH))
    d.method("ToOADate()", returns="double")(lambda v: (ticks_of(v) - 599_264_352_000_000_000) / 864_000_000_000)
    d.method("CompareTo(datetime)", returns="int")(
        lambda a, b: (ticks_of(a) > ticks_of(b)) - (ticks_of(a) < ticks_of(b))
    )
    d.method("IsDaylightSavingTime()", returns="bool")(lambda v: bool(v.astimezone().dst()))


_FIELDS = {
    "Year": lambda v: v.year,
    "Month": lambda v: v.month,
    "Day": lambda v: v.day,
    "Hour": lambda v: v.hour,
    "Minute": lambda v: v.minute,
    "Second": lambda v: v.second,
}


def _from_file_time(ticks: int) -> datetime:
    return from_ticks(ticks + FILE_TIME_EPOCH).replace(tzinfo=UTC)


def _seven(*parts: int) -> datetime:
    year, month, day, hour, minute, second, millisecond = parts
    return datetime(year, month, day, hour, minute, second, millisecond * 1000)


def _with_kind(year: int, month: int, day: int, hour: int, minute: int, second: int, kind: Any) -> datetime:
    return with_kind(datetime(year, month, day, hour, minute, second), kind)


def _date_statics() -> None:
    d = r.DATETIME
    d.static_property("Now")(lambda: datetime.now().astimezone())
    d.static_property("UtcNow")(lambda: datetime.now(UTC))
    d.static_property("Today")(lambda: datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0))
    d.static_property("MinValue")(lambda: EPOCH)
    d.static_property("MaxValue")(lambda: from_ticks(3_155_378_975_999_999_999))
    d.static_property("UnixEpoch")(lambda: UNIX)
    d.static("Parse(string)", "Parse(string, object)", returns="datetime")(lambda t, c=None: _parsed(t))
    d.static("ParseExact(string, string, object)", returns="datetime")(lambda t, f, c: parse_exact(t, f))
    d.static("TryParse(string, ref)", returns="bool")(_try_parse)
    d.static("IsLeapYear(int)", returns="bool")(calendar.isleap)
    d.static("DaysInMonth(int, int)", returns="int")(lambda y, m: calendar.monthrange(y, m)[1])
    d.static("FromFileTime(long)", returns="datetime")(lambda t: _from_file_time(t).astimezone())
    d.static("FromFileTimeUtc(long)", returns="datetime")(_from_file_time)
    d.static("SpecifyKind(datetime, object)", returns="datetime")(with_kind)
    d.static("Compare(datetime, datetime)", returns="int")(
        lambda a, b: (ticks_of(a) > ticks_of(b)) - (ticks_of(a) < ticks_of(b))
    )
    d.constructor("(int, int, int)", "(int, int, int, int, int, int)")(datetime)
    d.constructor("(int, int, int, int, int, int, int)")(_seven)
    d.constructor("(int, int, int, int, int, int, datetimekind)")(_with_kind)
    d.constructor("(long)")(from_ticks)


def _parsed(text: str) -> datetime:
    try:
        return parse_date(text)
    except PSError as problem:
        inner = problem.record.exception.inner
        raise error(
            inner.message if inner is not None else "", "FormatException", type_name="System.FormatException"
        ) from None


def _try_parse(text: str, out: Any) -> bool:
    try:
        out.value = parse_date(text or "")
        return True
    except PSError:
        out.value = EPOCH
        return False


def _span_members() -> None:
    s = r.TIMESPAN
    s.property("Ticks", "System.Int64")(lambda v: Int64(timespan_ticks(v)))
    units = {  # ticks, and how many make one of the next
        "Days": (864_000_000_000, 1 << 62),
        "Hours": (36_000_000_000, 24),
        "Milliseconds": (10_000, 1000),
        "Microseconds": (10, 1000),
        "Nanoseconds": (0, 0),
        "Minutes": (600_000_000, 60),
        "Seconds": (10_000_000, 60),
    }
    for name, (unit, wrap) in units.items():
        if name == "Nanoseconds":
            s.property(name, "System.Int32")(lambda v: int(math.fmod(timespan_ticks(v), 10)) * 100)
            continue
        s.property(name, "System.Int32")(partial(_signed, unit, wrap))
        s.static(f"From{name}(double)", returns="timespan")(lambda n, unit=unit: span_of_ticks(n * unit))
    for name, (unit, _) in units.items():
        whole = partial(_total, unit) if unit else lambda v: timespan_ticks(v) * 100.0
        s.property(f"Total{name}", "System.Double")(whole)
    s.method("Add(timespan)", returns="timespan")(lambda a, b: date_arithmetic(a, b, "op_Addition")[1])
    s.method("Subtract(timespan)", returns="timespan")(lambda a, b: date_arithmetic(a, b, "op_Subtraction")[1])
    s.method("Negate()", returns="timespan")(lambda v: span_of_ticks(-timespan_ticks(v)))
    s.method("Duration()", returns="timespan")(lambda v: span_of_ticks(abs(timespan_ticks(v))))
    s.method("CompareTo(timespan)", returns="int")(lambda a, b: (a > b) - (a < b))
    s.method("ToString()", "ToString(string)", returns="string")(lambda v, f="c": format_span(v, f))
    s.static("FromTicks(long)", returns="timespan")(timespan_from_ticks)
    s.static("Parse(string)", returns="timespan")(parse_span)
    s.static_property("Zero")(lambda: timedelta(0))
    s.static_property("MaxValue")(lambda: timespan_from_ticks(2**63 - 1))
    s.static_property("MinValue")(lambda: timespan_from_ticks(-(2**63)))
    s.constructor("(long)")(timespan_from_ticks)
    s.constructor("(int, int, int)")(lambda h, m, sec: timedelta(hours=h, minutes=m, seconds=sec))
    s.constructor("(int, int, int, int)")(lambda d, h, m, sec: timedelta(days=d, hours=h, minutes=m, seconds=sec))
    s.constructor("(int, int, int, int, int)")(
        lambda d, h, m, sec, ms: timedelta(days=d, hours=h, minutes=m, seconds=sec, milliseconds=ms)
    )


def _total(unit: int, value: timedelta) -> float:
    return timespan_ticks(value) / unit


def _signed(unit: int, wrap: int, value: timedelta) -> int:
    ticks = timespan_ticks(value)
    part = abs(ticks) // unit % wrap
    return -part if ticks < 0 else part


def register_types() -> None:
    """DateTimeOffset in its commonest uses."""
    offset = NetType("System.DateTimeOffset", OBJECT)
    offset.static_property("Now")(lambda: datetime.now().astimezone())
    offset.static_property("UtcNow")(lambda: datetime.now(UTC))
    offset.static("FromUnixTimeSeconds(long)")(lambda n: UNIX + timedelta(seconds=n))
    offset.static("FromUnixTimeMilliseconds(long)")(lambda n: UNIX + timedelta(milliseconds=n))
    offset.static("Parse(string)")(parse_date)
    register(offset)
    r.DATETIME.method("ToUnixTimeSeconds()", returns="long")(lambda v: Int64(int(_utc(v).timestamp())))
    r.DATETIME.method("ToUnixTimeMilliseconds()", returns="long")(lambda v: Int64(int(_utc(v).timestamp() * 1000)))


_date_members()
_date_statics()
_span_members()
