"""DateTime, TimeSpan, DateTimeOffset: parsing, members, arithmetic."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from remora.engine.convert import numbers as num
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nettype import OBJECT, NetType
from remora.engine.text.dates import MONTHS, format_date, format_span
from remora.engine.types import registry as r
from remora.engine.types.typeref import register, require
from remora.values.numbers import Int64
from remora.values.times import DateTime, kind_of, timespan_from_ticks, timespan_ticks

EPOCH = datetime(1, 1, 1)
UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_CAST = "System.Management.Automation.PSInvalidCastException"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](.+))?")
_US = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{2,4})(?:[ T]+(.+))?")
_NAMED = re.compile(
    r"(?:[A-Za-z]+,\s*)?(?:(\d{1,2})[ -]([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.? (\d{1,2}),?)[ -]+(\d{4})(?:,?\s+(.+))?"
)
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,7}))?)?\s*([AaPp]\.?[Mm]\.?)?\s*(Z|GMT|UTC|[+-]\d{2}:?\d{2})?"
)
_HOUR = re.compile(r"(\d{1,2})\s*([AaPp]\.?[Mm]\.?)()()()()")


def not_a_date(text: str) -> PSError:
    """The error of a text that is no date."""
    reason = f"The string '{text}' was not recognized as a valid DateTime."
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
    for pattern, order in ((_ISO, (1, 2, 3, 4)), (_US, (3, 1, 2, 4))):
        match = pattern.fullmatch(raw)
        if match is not None:
            year, month, day = (int(match[i]) for i in order[:3])
            return _combine(raw, year + (2000 if year < 30 else 1900 if year < 100 else 0), month, day, match[order[3]])
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
        raise error(f'Cannot convert value "{text}" to type "System.TimeSpan". Error: "{reason}"', "InvalidCastParseTargetInvocation",
                    "InvalidArgument", type_name=_CAST, inner=exception(reason, "System.FormatException"))  # fmt: skip
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
        raise error("The added or subtracted value results in an un-representable DateTime. (Parameter 'value')", "ArgumentOutOfRangeException",
                    type_name="System.ArgumentOutOfRangeException") from None  # fmt: skip
    if like is not None and like.tzinfo is not None:
        made = made.replace(tzinfo=like.tzinfo)
    return DateTime.of(made, ticks_digit=digit) if digit else made


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
            return True, timespan_from_ticks(timespan_ticks(left) + sign * timespan_ticks(timespan_from(right)))
        if op == "op_Multiply":
            return True, timespan_from_ticks(round(timespan_ticks(left) * num.to_double(right)))
        if op == "op_Division":
            if isinstance(right, timedelta):
                return True, timespan_ticks(left) / timespan_ticks(right)
            return True, timespan_from_ticks(round(timespan_ticks(left) / num.to_double(right)))
    return False, None


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


def _plus(value: datetime, amount: float, unit: int) -> datetime:
    return from_ticks(ticks_of(value) + round(amount * unit), value)


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _local(value: datetime) -> datetime:
    return (value if value.tzinfo is not None else value.replace(tzinfo=UTC)).astimezone()


def _specify(value: datetime, kind: Any) -> datetime:
    name = str(getattr(kind, "name", kind)).lower()
    bare = value.replace(tzinfo=None)
    return bare.replace(tzinfo=UTC) if name == "utc" else bare.astimezone() if name == "local" else bare


def _date_members() -> None:
    d = r.DATETIME
    for name in ("Year", "Month", "Day", "Hour", "Minute", "Second"):
        d.property(name, "System.Int32", wire=False)(_FIELDS[name])
    d.property("Millisecond", "System.Int32", wire=False)(lambda v: v.microsecond // 1000)
    d.property("DayOfWeek", wire=False)(lambda v: _enum("System.DayOfWeek", (v.weekday() + 1) % 7))
    d.property("DayOfYear", "System.Int32", wire=False)(lambda v: v.timetuple().tm_yday)
    d.property("Date", wire=False)(lambda v: datetime(v.year, v.month, v.day, tzinfo=v.tzinfo))
    d.property("TimeOfDay", wire=False)(lambda v: timespan_from_ticks(ticks_of(v) % 864_000_000_000))
    d.property("Ticks", "System.Int64", wire=False)(lambda v: Int64(ticks_of(v)))
    d.property("Kind", wire=False)(
        lambda v: _enum("System.DateTimeKind", {"unspecified": 0, "utc": 1, "local": 2}[kind_of(v)])
    )
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
        d.method(f"{name}()", returns="long")(lambda v: Int64(ticks_of(_utc(v)) - 504_911_232_000_000_000))
    d.method("ToOADate()", returns="double")(lambda v: (ticks_of(v) - 599_264_352_000_000_000) / 864_000_000_000)
    d.method("CompareTo(datetime)", returns="int")(
        lambda a, b: (ticks_of(a) > ticks_of(b)) - (ticks_of(a) < ticks_of(b))
    )
    d.method("IsDaylightSavingTime()", returns="bool")(lambda v: bool(v.astimezone().dst()))


_FIELDS = {
    "Year": lambda v: v.year, "Month": lambda v: v.month, "Day": lambda v: v.day, "Hour": lambda v: v.hour, "Minute": lambda v: v.minute,
    "Second": lambda v: v.second,
}  # fmt: skip


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
    for name in ("FromFileTime", "FromFileTimeUtc"):
        d.static(f"{name}(long)", returns="datetime")(
            lambda t, local=not name.endswith("Utc"): (
                (z := from_ticks(t + 504_911_232_000_000_000).replace(tzinfo=UTC)) and (z.astimezone() if local else z)
            )
        )
    d.static("SpecifyKind(datetime, object)", returns="datetime")(_specify)
    d.static("Compare(datetime, datetime)", returns="int")(
        lambda a, b: (ticks_of(a) > ticks_of(b)) - (ticks_of(a) < ticks_of(b))
    )
    d.constructor("(int, int, int)", "(int, int, int, int, int, int)")(datetime)
    d.constructor("(int, int, int, int, int, int, int)")(lambda *p: datetime(*p[:6], p[6] * 1000))
    d.constructor("(int, int, int, int, int, int, datetimekind)")(lambda *p: _specify(datetime(*p[:6]), p[6]))
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


_EXACT = {
    "yyyy": r"(?P<year>\d{4})", "yy": r"(?P<year>\d{2})", "MM": r"(?P<month>\d{2})", "M": r"(?P<month>\d{1,2})", "dd": r"(?P<day>\d{2})",
    "d": r"(?P<day>\d{1,2})", "HH": r"(?P<hour>\d{2})", "H": r"(?P<hour>\d{1,2})", "hh": r"(?P<hour>\d{2})", "h": r"(?P<hour>\d{1,2})",
    "mm": r"(?P<minute>\d{2})", "m": r"(?P<minute>\d{1,2})", "ss": r"(?P<second>\d{2})", "s": r"(?P<second>\d{1,2})",
    "fff": r"(?P<fraction>\d{3})", "ffffff": r"(?P<fraction>\d{6})", "fffffff": r"(?P<fraction>\d{7})", "tt": r"(?P<half>[AaPp][Mm])",
    "MMM": r"(?P<name>[A-Za-z]{3})", "MMMM": r"(?P<name>[A-Za-z]+)", "Z": r"Z", "K": r"(?:Z|[+-]\d{2}:\d{2})?",
}  # fmt: skip


def parse_exact(text: str, spec: str) -> datetime:
    """[datetime]::ParseExact with a custom format."""
    pattern = "".join(
        _EXACT.get(part, re.escape(part)) for part in re.findall(r"y+|M+|d+|H+|h+|m+|s+|f+|t+|K|Z|.", spec)
    )
    match = re.fullmatch(pattern, text)
    if match is None:
        raise error(
            f"String '{text}' was not recognized as a valid DateTime.",
            "FormatException",
            type_name="System.FormatException",
        )
    got = {key: value for key, value in match.groupdict().items() if value}
    month = int(got.get("month", 1))
    if "name" in got:
        month = next((i for i, m in enumerate(MONTHS, 1) if m.lower().startswith(got["name"].lower()[:3])), 0)
    hour = int(got.get("hour", 0))
    if "half" in got:
        hour = hour % 12 + (12 if got["half"].lower() == "pm" else 0)
    year = int(got.get("year", datetime.now().year))
    micro = int(got.get("fraction", "0").ljust(6, "0")[:6])
    return datetime(
        year + (2000 if year < 50 else 0),
        month,
        int(got.get("day", 1)),
        hour,
        int(got.get("minute", 0)),
        int(got.get("second", 0)),
        micro,
    )


def _span_members() -> None:
    s = r.TIMESPAN
    units = {
        "Days": 864_000_000_000,
        "Hours": 36_000_000_000,
        "Minutes": 600_000_000,
        "Seconds": 10_000_000,
        "Milliseconds": 10_000,
    }
    wraps = {"Days": 1 << 62, "Hours": 24, "Minutes": 60, "Seconds": 60, "Milliseconds": 1000}
    for name, unit in units.items():
        s.property(name, "System.Int32")(lambda v, unit=unit, wrap=wraps[name]: _signed(timespan_ticks(v), unit, wrap))
        s.static(f"From{name}(double)", returns="timespan")(lambda n, unit=unit: timespan_from_ticks(round(n * unit)))
    s.property("Ticks", "System.Int64")(lambda v: Int64(timespan_ticks(v)))
    for name, unit in units.items():
        s.property(f"Total{name}", "System.Double")(lambda v, unit=unit: timespan_ticks(v) / unit)
    s.method("Add(timespan)", returns="timespan")(lambda a, b: date_arithmetic(a, b, "op_Addition")[1])
    s.method("Subtract(timespan)", returns="timespan")(lambda a, b: date_arithmetic(a, b, "op_Subtraction")[1])
    s.method("Negate()", returns="timespan")(lambda v: timespan_from_ticks(-timespan_ticks(v)))
    s.method("Duration()", returns="timespan")(lambda v: timespan_from_ticks(abs(timespan_ticks(v))))
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


def _signed(ticks: int, unit: int, wrap: int) -> int:
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
