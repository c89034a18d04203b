"""DateTime: members and statics."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from remora.engine.errors import PSError
from remora.engine.nettype import NetType
from remora.engine.text.dates import format_date
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.culture import dates_of
from remora.engine.types.cultureformats import all_date_texts
from remora.engine.types.dateexact import flags_of, parse_by, parse_exact
from remora.engine.types.dateparse import (
    EPOCH,
    UNIX,
    date_arithmetic,
    from_ticks,
    ticks_of,
)
from remora.engine.types.typeref import require
from remora.values.numbers import Int64
from remora.values.times import DateTime, kind_of, timespan_from_ticks

_RANGE = "System.ArgumentOutOfRangeException"
FILE_TIME_EPOCH = 504_911_232_000_000_000
OLE_EPOCH = 599_264_352_000_000_000


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
    d.property("DateTime", "System.String", wire=False, kind="ScriptProperty")(lambda v: _text(v, "F"))
    units = {
        "Days": 864_000_000_000,
        "Hours": 36_000_000_000,
        "Minutes": 600_000_000,
        "Seconds": 10_000_000,
        "Milliseconds": 10_000,
        "Microseconds": 10,
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


def _date_texts() -> None:
    """What gives texts and other numbers."""
    d = r.DATETIME
    form, provider = "string format", "System.IFormatProvider provider"
    d.method("ToString()", f"ToString({form})", f"ToString({form}, {provider})", returns="string")(_text)
    d.method(f"ToString({provider})", returns="string")(lambda v, c: _text(v, None, c))
    d.method("GetDateTimeFormats()", "GetDateTimeFormats(char format)", returns="string[]")(
        lambda v, letter="": all_date_texts(v, dates_of(), letter)
    )
    d.method(f"GetDateTimeFormats({provider})", returns="string[]")(lambda v, c: all_date_texts(v, dates_of(c)))
    d.method(f"GetDateTimeFormats(char format, {provider})", returns="string[]")(
        lambda v, letter, c: all_date_texts(v, dates_of(c), letter)
    )
    for name, spec in {
        "ToShortDateString": "d",
        "ToLongDateString": "D",
        "ToShortTimeString": "t",
        "ToLongTimeString": "T",
    }.items():
        d.method(f"{name}()", returns="string")(lambda v, spec=spec: _text(v, spec))
    for name in ("ToFileTime", "ToFileTimeUtc"):
        d.method(f"{name}()", returns="long")(lambda v: Int64(ticks_of(_utc(v)) - FILE_TIME_EPOCH))
    d.method("ToOADate()", returns="double")(lambda v: (ticks_of(v) - OLE_EPOCH) / 864_000_000_000)
    d.method("CompareTo(datetime)", returns="int")(
        lambda a, b: (ticks_of(a) > ticks_of(b)) - (ticks_of(a) < ticks_of(b))
    )
    d.method("ToBinary()", returns="long")(_to_binary)
    d.method("Equals(datetime value)", "Equals(object value)", returns="bool")(
        lambda a, b: isinstance(b, datetime) and ticks_of(a) == ticks_of(b)
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


def _made(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, ms: int = 0) -> datetime:
    try:
        date(year, month, day)
    except ValueError:
        raise failure("Year, Month, and Day parameters describe an un-representable DateTime.", _RANGE) from None
    try:
        return datetime(year, month, day, hour, minute, second, ms * 1000)
    except ValueError:
        reason = "Hour, Minute, and Second parameters describe an un-representable DateTime."
        raise failure(reason, _RANGE) from None


def _made_of_kind(*parts: Any) -> datetime:
    *numbers, kind = parts
    return with_kind(_made(*numbers), kind)


def _days_in_month(year: int, month: int) -> int:
    if not 1 <= month <= 12:
        raise failure("Month must be between one and twelve. (Parameter 'month')", _RANGE)
    _is_leap(year)
    return calendar.monthrange(year, month)[1]


def _is_leap(year: int) -> bool:
    if not 1 <= year <= 9999:
        raise failure("Year must be between 1 and 9999. (Parameter 'year')", _RANGE)
    return calendar.isleap(year)


def _date_statics() -> None:
    d = r.DATETIME
    d.static_property("Now")(lambda: datetime.now().astimezone())
    d.static_property("UtcNow")(lambda: datetime.now(UTC))
    d.static_property("Today")(lambda: datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0))
    d.static_property("MinValue")(lambda: EPOCH)
    d.static_property("MaxValue")(lambda: from_ticks(3_155_378_975_999_999_999))
    d.static_property("UnixEpoch")(lambda: UNIX)
    given, provider = "string s", "System.IFormatProvider provider"
    styles = "System.Globalization.DateTimeStyles styles"
    d.static(f"Parse({given})", f"Parse({given}, {provider})", f"Parse({given}, {provider}, {styles})",
             returns="datetime")(_parsed)  # fmt: skip
    for more in ("", f"{provider}, ", f"{provider}, {styles}, "):
        d.static(f"TryParse({given}, {more}ref result)", returns="bool")(partial(_tried, _parsed))
    for formats in ("string format", "string[] formats"):
        d.static(f"ParseExact({given}, {formats}, {provider})", f"ParseExact({given}, {formats}, {provider}, {styles})",
                 returns="datetime")(_exactly)  # fmt: skip
        d.static(f"TryParseExact({given}, {formats}, {provider}, {styles}, ref result)", returns="bool")(
            partial(_tried, _exactly)
        )
    d.static("FromBinary(long dateData)", returns="datetime")(_from_binary)
    d.static("FromOADate(double d)", returns="datetime")(
        lambda days: from_ticks(round(days * 86_400_000) * 10_000 + OLE_EPOCH)
    )
    d.static("Equals(datetime t1, datetime t2)", returns="bool")(lambda a, b: ticks_of(a) == ticks_of(b))
    d.static("IsLeapYear(int year)", returns="bool")(_is_leap)
    d.static("DaysInMonth(int year, int month)", returns="int")(_days_in_month)
    d.static("FromFileTime(long)", returns="datetime")(lambda t: _from_file_time(t).astimezone())
    d.static("FromFileTimeUtc(long)", returns="datetime")(_from_file_time)
    d.static("SpecifyKind(datetime, object)", returns="datetime")(with_kind)
    d.static("Compare(datetime, datetime)", returns="int")(
        lambda a, b: (ticks_of(a) > ticks_of(b)) - (ticks_of(a) < ticks_of(b))
    )
    day = "int year, int month, int day"
    clock = f"{day}, int hour, int minute, int second"
    d.constructor(f"({day})", f"({clock})", f"({clock}, int millisecond)")(_made)
    d.constructor(f"({clock}, datetimekind kind)", f"({clock}, int millisecond, datetimekind kind)")(_made_of_kind)
    d.constructor("(long ticks)")(from_ticks)
    d.constructor("(long ticks, datetimekind kind)")(lambda ticks, kind: with_kind(from_ticks(ticks), kind))


def _parsed(text: str, provider: Any = None, styles: Any = None) -> datetime:
    if text is None:
        raise failure("String reference not set to an instance of a String. (Parameter 's')",
                      "System.ArgumentNullException")  # fmt: skip
    try:
        return parse_by(text, dates_of(provider), flags_of(styles))
    except PSError as problem:
        inner = problem.record.exception.inner
        raise failure("" if inner is None else inner.message, "System.FormatException") from None


def _exactly(text: str, formats: Any, provider: Any, styles: Any = None) -> datetime:
    return parse_exact(text, formats, dates_of(provider), flags_of(styles))


def _tried(read: Any, *arguments: Any) -> bool:
    """TryParse and TryParseExact: the last argument takes the date."""
    *given, out = arguments
    try:
        out.value = read(*given)
        return True
    except PSError:
        out.value = EPOCH
        return False


_KINDS = {"unspecified": 0, "utc": 1, "local": 2}


def _to_binary(value: datetime) -> Int64:
    """Kind in the two highest bits; a local time as its moment of UTC."""
    kind = kind_of(value)
    ticks = ticks_of(_utc(value)) if kind == "local" else ticks_of(value)
    bits = ticks & (2**62 - 1) | _KINDS[kind] << 62
    return Int64(bits - 2**64 if bits >= 2**63 else bits)


def _from_binary(data: int) -> datetime:
    kind, ticks = (data >> 62) & 3, data & (2**62 - 1)
    made = from_ticks(ticks)
    if kind == 0:
        return made
    return with_kind(made, "Utc") if kind == 1 else from_ticks(ticks, datetime(1, 1, 2, tzinfo=UTC)).astimezone()


def _text(value: datetime, spec: str | None = None, provider: Any = None) -> str:
    return format_date(value, spec or "G", dates_of(provider))


def register_types() -> None:
    """What DateTime shares with the moments."""
    r.DATETIME.method("ToUnixTimeSeconds()", returns="long")(lambda v: Int64(int(_utc(v).timestamp())))
    r.DATETIME.method("ToUnixTimeMilliseconds()", returns="long")(lambda v: Int64(int(_utc(v).timestamp() * 1000)))


_date_members()
_date_texts()
_date_statics()
