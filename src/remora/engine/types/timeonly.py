"""System.TimeOnly: a time of day without a date."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.nettype import NetObject, NetType
from remora.engine.text.dates import format_date
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.culture import dates_of
from remora.engine.types.dateexact import parse_exact
from remora.engine.types.dateparse import from_ticks, parse_date
from remora.engine.types.typeref import register
from remora.values.numbers import Int64
from remora.values.times import timespan_from_ticks, timespan_ticks

_RANGE: Final = "System.ArgumentOutOfRangeException"
_DAY: Final = 864_000_000_000
_HOUR: Final = 36_000_000_000
_SECOND: Final = 10_000_000


class TimeOnly(NetObject):
    """A time from midnight to the last tick before the next one, in ticks of 100 ns."""

    __slots__ = ("ticks",)
    net_type = NetType(
        "System.TimeOnly", r.VALUE_TYPE, is_value_type=True, interfaces=("System.IComparable", "System.IFormattable")
    )

    def __init__(self, ticks: int) -> None:
        if not 0 <= ticks < _DAY:
            text = "Ticks must be between 0 and and TimeOnly.MaxValue.Ticks. (Parameter 'ticks')"
            raise failure(text, _RANGE)
        self.ticks = ticks

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TimeOnly) and self.ticks == other.ticks

    def __lt__(self, other: TimeOnly) -> bool:
        return self.ticks < other.ticks

    def __gt__(self, other: TimeOnly) -> bool:
        return self.ticks > other.ticks

    def __hash__(self) -> int:
        return hash(self.ticks)

    @property
    def span(self) -> timedelta:
        """The time since midnight."""
        return timespan_from_ticks(self.ticks)

    def net_text(self) -> str:
        return _text(self, "HH:mm")


def _made(hour: int, minute: int, second: int = 0, millisecond: int = 0) -> TimeOnly:
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= millisecond < 1000):
        raise failure("Hour, Minute, and Second parameters describe an un-representable DateTime.", _RANGE)
    return TimeOnly(((hour * 60 + minute) * 60 + second) * _SECOND + millisecond * 10_000)


def _plus(value: TimeOnly, ticks: float) -> TimeOnly:
    return TimeOnly((value.ticks + round(ticks)) % _DAY)


def _parsed(text: str) -> TimeOnly:
    try:
        found = parse_date("2000-01-01 " + text.strip())
    except PSError:
        raise failure(f"String '{text}' was not recognized as a valid TimeOnly.", "System.FormatException") from None
    return _of(found)


def _of(moment: datetime) -> TimeOnly:
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return TimeOnly(seconds * _SECOND + moment.microsecond * 10 + getattr(moment, "ticks_digit", 0))


def _try_parse(text: str, out: Any) -> bool:
    try:
        out.value = _parsed(text or "")
        return True
    except PSError:
        out.value = TimeOnly(0)
        return False


def _text(value: TimeOnly, spec: str | None = None, culture: Any = None) -> str:
    spec = spec or "t"
    round_trip = {"r": "HH:mm:ss", "o": "HH:mm:ss.fffffff"}
    return format_date(from_ticks(value.ticks), round_trip.get(spec.lower(), spec), dates_of(culture))


def _is_between(value: TimeOnly, start: TimeOnly, end: TimeOnly) -> bool:
    """From start on and before end, which may be on the next day."""
    if start.ticks <= end.ticks:
        return start.ticks <= value.ticks < end.ticks
    return value.ticks >= start.ticks or value.ticks < end.ticks


def _part(unit: int, wrap: int, value: TimeOnly) -> int:
    """How many units there are, without those that make one of the next."""
    return value.ticks // unit % wrap


def _declare() -> None:
    t = TimeOnly.net_type
    units = {
        "Hour": (_HOUR, 24), "Minute": (600_000_000, 60), "Second": (_SECOND, 60), "Millisecond": (10_000, 1000),
        "Microsecond": (10, 1000),
    }  # fmt: skip
    for name, (unit, wrap) in units.items():
        t.property(name, "System.Int32")(partial(_part, unit, wrap))
    t.property("Nanosecond", "System.Int32")(lambda v: v.ticks % 10 * 100)
    t.property("Ticks", "System.Int64")(lambda v: Int64(v.ticks))
    t.method("Add(timespan)", returns=t.name)(lambda v, span: _plus(v, timespan_ticks(span)))
    t.method("AddHours(double)", returns=t.name)(lambda v, hours: _plus(v, hours * _HOUR))
    t.method("AddMinutes(double)", returns=t.name)(lambda v, minutes: _plus(v, minutes * 600_000_000))
    t.method("IsBetween(System.TimeOnly, System.TimeOnly)", returns="bool")(_is_between)
    t.method("ToTimeSpan()", returns="timespan")(lambda v: v.span)
    t.method("CompareTo(System.TimeOnly)", returns="int")(lambda a, b: (a > b) - (a < b))
    t.method("Equals(object)", returns="bool")(lambda a, b: a == b)
    t.method("ToString()", "ToString(string)", "ToString(string, System.IFormatProvider)", returns="string")(_text)
    t.method("ToString(System.IFormatProvider provider)", returns="string")(lambda v, culture: _text(v, None, culture))
    t.method("ToLongTimeString()", returns="string")(lambda v: _text(v, "T"))
    t.method("ToShortTimeString()", returns="string")(_text)
    t.constructor("(int, int)", "(int, int, int)", "(int, int, int, int)")(_made)
    t.constructor("(long)")(TimeOnly)
    t.static("FromDateTime(datetime)", returns=t.name)(_of)
    t.static("FromTimeSpan(timespan)", returns=t.name)(lambda span: TimeOnly(timespan_ticks(span)))
    t.static("Parse(string)", "Parse(string, object)", returns=t.name)(lambda text, culture=None: _parsed(text))
    t.static("ParseExact(string, string)", "ParseExact(string, string, object)", returns=t.name)(
        lambda text, spec, culture=None: _of(parse_exact(text, spec))
    )
    t.static("TryParse(string, ref)", returns="bool")(_try_parse)
    t.static_property("MinValue", t.name)(lambda: TimeOnly(0))
    t.static_property("MaxValue", t.name)(lambda: TimeOnly(_DAY - 1))
    t.parse = _parsed
    register(t)


_declare()
