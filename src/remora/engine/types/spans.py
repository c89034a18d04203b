"""TimeSpan: members and statics."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from functools import partial
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.text.dates import format_span
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.dateparse import date_arithmetic, parse_span, span_of_ticks
from remora.values.numbers import Int64
from remora.values.times import timespan_from_ticks, timespan_ticks


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
    s.method("CompareTo(timespan value)", "CompareTo(object value)", returns="int")(lambda a, b: (a > b) - (a < b))
    s.method("Equals(timespan obj)", "Equals(object value)", returns="bool")(
        lambda a, b: isinstance(b, timedelta) and timespan_ticks(a) == timespan_ticks(b)
    )
    s.method("Multiply(double factor)", returns="timespan")(lambda v, n: span_of_ticks(timespan_ticks(v) * n))
    s.method("Divide(double divisor)", returns="timespan")(_divided)
    s.method("Divide(timespan ts)", returns="double")(lambda a, b: timespan_ticks(a) / timespan_ticks(b))
    s.method("ToString()", "ToString(string format)", "ToString(string format, System.IFormatProvider formatProvider)",
             returns="string")(lambda v, form="c", provider=None: format_span(v, form or "c"))  # fmt: skip


def _divided(value: timedelta, divisor: float) -> timedelta:
    if not divisor:
        raise failure("TimeSpan overflowed because the duration is too long.", "System.OverflowException")
    return span_of_ticks(timespan_ticks(value) / divisor)


def _span_statics() -> None:
    s = r.TIMESPAN
    given, provider = "string s", "System.IFormatProvider formatProvider"
    s.static("FromTicks(long value)", returns="timespan")(timespan_from_ticks)
    s.static(f"Parse({given})", f"Parse({given}, {provider})", returns="timespan")(_parsed)
    s.static(f"TryParse({given}, ref result)", f"TryParse({given}, {provider}, ref result)", returns="bool")(
        partial(_tried, _parsed)
    )
    for formats in ("string format", "string[] formats"):
        s.static(f"ParseExact({given}, {formats}, {provider})", returns="timespan")(_exactly)
        s.static(f"TryParseExact({given}, {formats}, {provider}, ref result)", returns="bool")(
            partial(_tried, _exactly)
        )
    s.static("Compare(timespan t1, timespan t2)", returns="int")(lambda a, b: (a > b) - (a < b))
    s.static("Equals(timespan t1, timespan t2)", returns="bool")(lambda a, b: timespan_ticks(a) == timespan_ticks(b))
    s.static_property("Zero", s.name)(lambda: timedelta(0))
    s.static_property("MaxValue", s.name)(lambda: timespan_from_ticks(2**63 - 1))
    s.static_property("MinValue", s.name)(lambda: timespan_from_ticks(-(2**63)))
    for name, ticks in _TICKS_PER.items():
        s.static_property(f"TicksPer{name}", "System.Int64")(partial(Int64, ticks))
    s.static_property("NanosecondsPerTick", "System.Int64")(lambda: Int64(100))
    s.constructor("(long ticks)")(timespan_from_ticks)
    s.constructor("(int hours, int minutes, int seconds)")(lambda h, m, sec: _made(0, h, m, sec))
    days = "int days, int hours, int minutes, int seconds"
    s.constructor(f"({days})", f"({days}, int milliseconds)", f"({days}, int milliseconds, int microseconds)")(_made)


_TICKS_PER: Final = {
    "Microsecond": 10,
    "Millisecond": 10_000,
    "Second": 10_000_000,
    "Minute": 600_000_000,
    "Hour": 36_000_000_000,
    "Day": 864_000_000_000,
}


def _made(days: int, hours: int, minutes: int, seconds: int, *rest: int) -> timedelta:
    milliseconds, microseconds, *_ = (*rest, 0, 0)
    ticks = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return span_of_ticks(ticks * 10_000_000 + milliseconds * 10_000 + microseconds * 10)


def _parsed(text: str, provider: Any = None) -> timedelta:
    try:
        return parse_span(text or "")
    except PSError as problem:
        inner = problem.record.exception.inner
        raise failure("" if inner is None else inner.message, "System.FormatException") from None


_SPAN_PART: Final = re.compile(r"d+|h+|m+|s+|f+|F+|'[^']*'|\"[^\"]*\"|\\.|%|.", re.DOTALL)
_STANDARD: Final = {
    "c": r"(?P<sign>-)?(?:(?P<d>\d+)\.)?(?P<h>\d\d):(?P<m>\d\d):(?P<s>\d\d)(?:\.(?P<f>\d{7}))?",
    "g": r"(?P<sign>-)?(?:(?P<d>\d+):)?(?P<h>\d{1,2}):(?P<m>\d{1,2})(?::(?P<s>\d{1,2})(?:\.(?P<f>\d{1,7}))?)?",
    "G": r"(?P<sign>-)?(?P<d>\d+):(?P<h>\d\d):(?P<m>\d\d):(?P<s>\d\d)\.(?P<f>\d{7})",
}


def _exactly(text: str, formats: Any, provider: Any = None) -> timedelta:
    for form in [formats] if isinstance(formats, str) else formats:
        match = re.fullmatch(_STANDARD.get({"t": "c", "T": "c"}.get(form, form)) or _pattern(form), text or "")
        if match is not None:
            return _of_parts({name: value for name, value in match.groupdict().items() if value})
    raise failure(f"String '{text}' was not recognized as a valid TimeSpan.", "System.FormatException")


def _pattern(form: str) -> str:
    out: list[str] = []
    for found in _SPAN_PART.finditer(form):
        part = found[0]
        head, count = part[0], len(part)
        if head in "dhms":
            out.append(rf"(?P<{head}>\d{{{'1,8' if head == 'd' and count == 1 else '1,2' if count == 1 else count}}})")
        elif head in "fF":
            out.append(rf"(?P<f>\d{{{count if head == 'f' else f'0,{count}'}}})")
        elif head in "'\"" and count > 1:
            out.append(re.escape(part[1:-1]))
        else:
            out.append("" if part == "%" else re.escape(part[1:] if head == "\\" else part))
    return "".join(out)


def _of_parts(got: dict[str, str]) -> timedelta:
    hours, minutes, seconds = (int(got.get(name, 0)) for name in "hms")
    if hours > 23 or minutes > 59 or seconds > 59:
        raise failure("The TimeSpan string could not be parsed because at least one of the numeric components is out "
                      "of range or contains too many digits.", "System.OverflowException")  # fmt: skip
    ticks = timespan_ticks(_made(int(got.get("d", 0)), hours, minutes, seconds))
    ticks += int(got.get("f", "").ljust(7, "0") or 0)
    return timespan_from_ticks(-ticks if "sign" in got else ticks)


def _tried(read: Any, *arguments: Any) -> bool:
    *given, out = arguments
    try:
        out.value = read(*given)
        return True
    except PSError:
        out.value = timedelta(0)
        return False


def _total(unit: int, value: timedelta) -> float:
    return timespan_ticks(value) / unit


def _signed(unit: int, wrap: int, value: timedelta) -> int:
    ticks = timespan_ticks(value)
    part = abs(ticks) // unit % wrap
    return -part if ticks < 0 else part


_span_members()
_span_statics()
