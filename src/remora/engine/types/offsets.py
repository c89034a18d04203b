"""System.DateTimeOffset: a moment with the offset of its clock from UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.nettype import NetObject, NetType
from remora.engine.text.dates import format_date
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.culture import dates_of
from remora.engine.types.dateexact import ADJUST, ASSUME_UNIVERSAL, flags_of, parse_by, parse_exact, unrecognized
from remora.engine.types.dateparse import from_ticks, ticks_of
from remora.engine.types.dates import FILE_TIME_EPOCH, add_months
from remora.engine.types.typeref import register
from remora.values.numbers import Int64
from remora.values.times import kind_of, timespan_from_ticks, timespan_ticks

_UNIX_TICKS: Final = 621_355_968_000_000_000
_RANGE: Final = "System.ArgumentOutOfRangeException"
_KIND: Final = re.compile(r"('[^']*'|\"[^\"]*\"|\\.)|K", re.DOTALL)
_ZONE: Final = re.compile(r"(?:(Z|GMT|UTC)|([+-])(\d{1,2}):?(\d{2})?)\s*\Z", re.IGNORECASE)
_UNITS: Final = {
    "Days": 864_000_000_000,
    "Hours": 36_000_000_000,
    "Minutes": 600_000_000,
    "Seconds": 10_000_000,
    "Milliseconds": 10_000,
    "Microseconds": 10,
    "Ticks": 1,
}


class DateTimeOffset(NetObject):
    """The reading of a clock in ticks of 100 ns since year 1, and its offset from UTC in whole minutes."""

    __slots__ = ("offset", "ticks")
    net_type = NetType(
        "System.DateTimeOffset",
        r.VALUE_TYPE,
        is_value_type=True,
        interfaces=("System.IComparable", "System.IFormattable"),
    )

    def __init__(self, ticks: int, offset: timedelta = timedelta(0)) -> None:
        if abs(offset) > timedelta(hours=14):
            raise failure("Offset must be within plus or minus 14 hours. (Parameter 'offset')", _RANGE)
        if offset % timedelta(minutes=1):
            raise failure("Offset must be specified in whole minutes. (Parameter 'offset')", "System.ArgumentException")
        from_ticks(ticks)
        self.ticks = ticks
        self.offset = offset

    @classmethod
    def of(cls, value: datetime) -> DateTimeOffset:
        """Of a date by its kind: without one it is local time."""
        aware = value if value.tzinfo is not None else value.astimezone()
        return cls(ticks_of(value), aware.utcoffset() or timedelta(0))

    @property
    def utc_ticks(self) -> int:
        """The moment in ticks of UTC."""
        return self.ticks - timespan_ticks(self.offset)

    @property
    def clock(self) -> datetime:
        """The reading of the clock, with the zone."""
        return from_ticks(self.ticks, datetime(1, 1, 2, tzinfo=timezone(self.offset)))

    def at(self, offset: timedelta) -> DateTimeOffset:
        """The same moment on a clock with another offset."""
        return DateTimeOffset(self.utc_ticks + timespan_ticks(offset), offset)

    def plus(self, ticks: float) -> DateTimeOffset:
        return DateTimeOffset(self.ticks + round(ticks), self.offset)

    def local(self) -> datetime:
        """The moment as local time of this machine."""
        return from_ticks(self.utc_ticks, datetime(1, 1, 2, tzinfo=UTC)).astimezone()

    def net_text(self) -> str:
        return text(self, provider=_INVARIANT)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DateTimeOffset) and self.utc_ticks == other.utc_ticks

    def __lt__(self, other: DateTimeOffset) -> bool:
        return self.utc_ticks < other.utc_ticks

    def __gt__(self, other: DateTimeOffset) -> bool:
        return self.utc_ticks > other.utc_ticks

    def __hash__(self) -> int:
        return hash(self.utc_ticks)


def text(value: DateTimeOffset, spec: str | None = None, provider: Any = None) -> str:
    """What ToString gives."""
    style = dates_of(provider)
    if not spec:
        return f"{format_date(value.clock, 'G', style)} {format_date(value.clock, 'zzz', style)}"
    if spec in ("r", "R", "u"):
        return format_date(value.at(timedelta(0)).clock, spec, style)
    pattern = "yyyy-MM-ddTHH:mm:ss.fffffffzzz" if spec in ("o", "O") else _KIND.sub(lambda one: one[1] or "zzz", spec)
    return format_date(value.clock, pattern, style)


def _parsed(given: str, provider: Any = None, styles: Any = None) -> DateTimeOffset:
    """A text with an offset, or local time."""
    zone = _ZONE.search(given or "")
    bare = given if zone is None or ":" not in given[: zone.start()] else given[: zone.start()]
    try:
        made = parse_by(bare, dates_of(provider)).replace(tzinfo=None)
    except PSError:
        raise unrecognized(given) from None
    return _placed(made, zone if bare != given else None, flags_of(styles))


def _placed(made: datetime, zone: re.Match[str] | None, flags: int) -> DateTimeOffset:
    if zone is not None:
        offset = timedelta(hours=int(zone[3] or 0), minutes=int(zone[4] or 0)) * (-1 if zone[2] == "-" else 1)
        found = DateTimeOffset(ticks_of(made), offset)
    elif flags & ASSUME_UNIVERSAL:
        found = DateTimeOffset(ticks_of(made))
    else:
        found = DateTimeOffset.of(made)
    return found.at(timedelta(0)) if flags & ADJUST else found


def _exact(given: str, formats: Any, provider: Any, styles: Any = None) -> DateTimeOffset:
    made = parse_exact(given, formats, dates_of(provider), flags_of(styles))
    if made.tzinfo is None:
        return DateTimeOffset.of(made)
    zone = _ZONE.search(given)
    moment = DateTimeOffset.of(made)
    if zone is None or flags_of(styles) & ADJUST:
        return moment
    offset = timedelta(hours=int(zone[3] or 0), minutes=int(zone[4] or 0)) * (-1 if zone[2] == "-" else 1)
    return moment.at(offset)


def _tried(read: Any, *arguments: Any) -> bool:
    *given, out = arguments
    try:
        out.value = read(*given)
        return True
    except PSError:
        out.value = DateTimeOffset(0)
        return False


def _from_unix(unit: int, number: int) -> DateTimeOffset:
    ticks = number * unit + _UNIX_TICKS
    if not 0 <= ticks < 3_155_378_976_000_000_000:
        low, high = -_UNIX_TICKS // unit, (3_155_378_975_999_999_999 - _UNIX_TICKS) // unit
        name = "seconds" if unit == 10_000_000 else "milliseconds"
        raise failure(f"Valid values are between {low} and {high}, inclusive. (Parameter '{name}')", _RANGE)
    return DateTimeOffset(ticks)


def _subtract(left: DateTimeOffset, right: Any) -> Any:
    if isinstance(right, timedelta):
        return left.plus(-timespan_ticks(right))
    other = right if isinstance(right, DateTimeOffset) else DateTimeOffset.of(right)
    return timespan_from_ticks(left.utc_ticks - other.utc_ticks)


def _moment(year: int, month: int, day: int, *clock: Any) -> DateTimeOffset:
    *parts, offset = clock
    try:
        hour, minute, second, millisecond, microsecond = (*parts, 0, 0)[:5]
        made = datetime(year, month, day, hour, minute, second, millisecond * 1000 + microsecond)
    except ValueError:
        raise failure("Year, Month, and Day parameters describe an un-representable DateTime.", _RANGE) from None
    return DateTimeOffset(ticks_of(made), offset)


def _with_offset(value: datetime, offset: timedelta) -> DateTimeOffset:
    own = value.utcoffset()
    if kind_of(value) != "unspecified" and own != offset:
        kind = "Utc" if kind_of(value) == "utc" else "local"
        raise failure(f"The UTC Offset of the {kind} dateTime parameter does not match the offset argument. "
                      "(Parameter 'offset')", "System.ArgumentException")  # fmt: skip
    return DateTimeOffset(ticks_of(value), offset)


def _part(name: str, value: DateTimeOffset) -> Any:
    """A part of the clock's reading, as DateTime has it."""
    member = r.DATETIME.find(name.lower())
    return member.get(value.clock.replace(tzinfo=None))  # type: ignore[union-attr]


def _parts() -> None:
    o = DateTimeOffset.net_type
    r.DATETIME.ready()
    for name in ("Year", "Month", "Day", "Hour", "Minute", "Second", "Millisecond", "Microsecond", "Nanosecond",
                 "DayOfYear"):  # fmt: skip
        o.property(name, "System.Int32")(partial(_part, name))
    o.property("DayOfWeek", "System.DayOfWeek")(partial(_part, "DayOfWeek"))
    o.property("Date", "System.DateTime")(partial(_part, "Date"))
    o.property("TimeOfDay", "System.TimeSpan")(partial(_part, "TimeOfDay"))
    o.property("DateTime", "System.DateTime")(lambda v: v.clock.replace(tzinfo=None))
    o.property("UtcDateTime", "System.DateTime")(lambda v: from_ticks(v.utc_ticks, datetime(1, 1, 2, tzinfo=UTC)))
    o.property("LocalDateTime", "System.DateTime")(lambda v: v.local())
    o.property("Offset", "System.TimeSpan")(lambda v: v.offset)
    o.property("TotalOffsetMinutes", "System.Int32")(lambda v: int(v.offset.total_seconds()) // 60)
    o.property("Ticks", "System.Int64")(lambda v: Int64(v.ticks))
    o.property("UtcTicks", "System.Int64")(lambda v: Int64(v.utc_ticks))


def _methods() -> None:
    o = DateTimeOffset.net_type
    for name, unit in _UNITS.items():
        kind = "long ticks" if name == "Ticks" else f"double {name.lower()}"
        o.method(f"Add{name}({kind})", returns=o.name)(lambda v, n, unit=unit: v.plus(n * unit))
    o.method("AddMonths(int months)", returns=o.name)(
        lambda v, n: DateTimeOffset(ticks_of(add_months(v.clock, n)), v.offset)
    )
    o.method("AddYears(int years)", returns=o.name)(
        lambda v, n: DateTimeOffset(ticks_of(add_months(v.clock, n * 12)), v.offset)
    )
    o.method("Add(timespan timeSpan)", returns=o.name)(lambda v, span: v.plus(timespan_ticks(span)))
    o.method("Subtract(System.DateTimeOffset value)", returns="timespan")(_subtract)
    o.method("Subtract(timespan value)", returns=o.name)(_subtract)
    o.method("CompareTo(System.DateTimeOffset other)", returns="int")(lambda a, b: (a > b) - (a < b))
    o.method("Equals(System.DateTimeOffset other)", "Equals(object obj)", returns="bool")(lambda a, b: a == b)
    o.method("EqualsExact(System.DateTimeOffset other)", returns="bool")(
        lambda a, b: a.ticks == b.ticks and a.offset == b.offset
    )
    o.method("ToOffset(timespan offset)", returns=o.name)(DateTimeOffset.at)
    o.method("ToUniversalTime()", returns=o.name)(lambda v: v.at(timedelta(0)))
    o.method("ToLocalTime()", returns=o.name)(lambda v: DateTimeOffset.of(v.local()))
    o.method("ToFileTime()", returns="long")(lambda v: Int64(v.utc_ticks - FILE_TIME_EPOCH))
    o.method("ToUnixTimeSeconds()", returns="long")(lambda v: Int64((v.utc_ticks - _UNIX_TICKS) // 10_000_000))
    o.method("ToUnixTimeMilliseconds()", returns="long")(lambda v: Int64((v.utc_ticks - _UNIX_TICKS) // 10_000))
    o.method("ToString()", "ToString(string format)", "ToString(string format, System.IFormatProvider formatProvider)",
             returns="string")(text)  # fmt: skip
    o.method("ToString(System.IFormatProvider formatProvider)", returns="string")(lambda v, c: text(v, None, c))


def _statics() -> None:
    o = DateTimeOffset.net_type
    o.static_property("Now", o.name)(lambda: DateTimeOffset.of(datetime.now().astimezone()))
    o.static_property("UtcNow", o.name)(lambda: DateTimeOffset.of(datetime.now(UTC)))
    o.static_property("MinValue", o.name)(lambda: DateTimeOffset(0))
    o.static_property("MaxValue", o.name)(lambda: DateTimeOffset(3_155_378_975_999_999_999))
    o.static_property("UnixEpoch", o.name)(lambda: DateTimeOffset(_UNIX_TICKS))
    o.static("FromUnixTimeSeconds(long seconds)", returns=o.name)(partial(_from_unix, 10_000_000))
    o.static("FromUnixTimeMilliseconds(long milliseconds)", returns=o.name)(partial(_from_unix, 10_000))
    o.static("FromFileTime(long fileTime)", returns=o.name)(
        lambda ticks: DateTimeOffset.of(DateTimeOffset(ticks + FILE_TIME_EPOCH).local())
    )
    o.static("Compare(System.DateTimeOffset first, System.DateTimeOffset second)", returns="int")(
        lambda a, b: (a > b) - (a < b)
    )
    o.static("Equals(System.DateTimeOffset first, System.DateTimeOffset second)", returns="bool")(lambda a, b: a == b)
    provider, styles = "System.IFormatProvider formatProvider", "System.Globalization.DateTimeStyles styles"
    o.static("Parse(string input)", f"Parse(string input, {provider})", f"Parse(string input, {provider}, {styles})",
             returns=o.name)(_parsed)  # fmt: skip
    for more in ("", f"{provider}, ", f"{provider}, {styles}, "):
        o.static(f"TryParse(string input, {more}ref result)", returns="bool")(partial(_tried, _parsed))
    for formats in ("string format", "string[] formats"):
        o.static(f"ParseExact(string input, {formats}, {provider})",
                 f"ParseExact(string input, {formats}, {provider}, {styles})", returns=o.name)(_exact)  # fmt: skip
        o.static(f"TryParseExact(string input, {formats}, {provider}, {styles}, ref result)", returns="bool")(
            partial(_tried, _exact)
        )
    o.static(f"op_Addition({o.name} left, timespan right)", returns=o.name)(lambda a, b: a.plus(timespan_ticks(b)))
    o.static(f"op_Subtraction({o.name} left, {o.name} right)", f"op_Subtraction({o.name} left, timespan right)")(
        _subtract
    )
    o.constructor("(datetime dateTime)")(DateTimeOffset.of)
    o.constructor("(datetime dateTime, timespan offset)")(_with_offset)
    o.constructor("(long ticks, timespan offset)")(DateTimeOffset)
    o.constructor("(int year, int month, int day, int hour, int minute, int second, timespan offset)",
                  "(int year, int month, int day, int hour, int minute, int second, int millisecond, timespan offset)",
                  "(int year, int month, int day, int hour, int minute, int second, int millisecond, int microsecond, "
                  "timespan offset)")(_moment)  # fmt: skip
    o.parse = lambda given: _parsed(given, _INVARIANT)


def register_types() -> None:
    """DateTimeOffset by name."""
    register(DateTimeOffset.net_type)


def _invariant() -> Any:
    from remora.engine.types.culture import Culture

    return Culture("")


_INVARIANT: Final = _invariant()
_parts()
_methods()
_statics()
