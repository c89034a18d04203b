"""System.DateTime and System.TimeSpan where Python's microseconds or tzinfo would lose something."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal, SupportsIndex

Kind = Literal["unspecified", "utc", "local"]

TICKS_PER_DAY = 864_000_000_000
TIMESPAN_MIN_TICKS, TIMESPAN_MAX_TICKS = -(2**63), 2**63 - 1


def kind_of(value: datetime) -> Kind:
    """Return the System.DateTimeKind a datetime stands for: naive, ``timezone.utc``, or any other zone."""
    if isinstance(value, DateTime):
        return value.kind
    if value.tzinfo is None:
        return "unspecified"
    return "utc" if value.tzinfo is UTC else "local"


class DateTime(datetime):
    """A datetime with what ``datetime`` cannot hold; made only where it is needed.

    ticks_digit: the seventh fraction digit (units of 100 ns), 0 to 9. kind: told apart from tzinfo only for a local
    time whose offset is zero. Arithmetic yields values without the digit.
    """

    ticks_digit: int = 0  # class defaults: datetime's own methods build results without __new__
    _kind: Kind | None = None

    def __new__(
        cls,
        year: Any,
        month: Any = None,
        day: Any = None,
        hour: Any = 0,
        minute: Any = 0,
        second: Any = 0,
        microsecond: Any = 0,
        tzinfo: tzinfo | None = None,
        *,
        fold: int = 0,
        ticks_digit: int = 0,
        kind: Kind | None = None,
    ) -> DateTime:
        self = datetime.__new__(cls, year, month, day, hour, minute, second, microsecond, tzinfo, fold=fold)
        self.mark(ticks_digit, kind)
        return self

    @property
    def kind(self) -> Kind:
        """System.DateTimeKind."""
        if self.tzinfo is None:
            return "unspecified"
        if self._kind is None or self._kind == "unspecified":
            return "utc" if self.tzinfo is UTC else "local"
        return self._kind

    @classmethod
    def of(cls, value: datetime, *, ticks_digit: int = 0, kind: Kind | None = None) -> DateTime:
        """Return ``value`` with a seventh digit and a kind."""
        self = datetime.__new__(
            cls,
            value.year,
            value.month,
            value.day,
            value.hour,
            value.minute,
            value.second,
            value.microsecond,
            value.tzinfo,
            fold=value.fold,
        )
        self.mark(ticks_digit, kind)
        return self

    def mark(self, ticks_digit: int, kind: Kind | None) -> None:
        """Set what a datetime cannot hold, while the value is being made; a contradiction raises ValueError."""
        if not 0 <= ticks_digit <= 9:
            raise ValueError(f"ticks_digit is one digit, not {ticks_digit}")
        if kind is not None and (kind == "unspecified") != (self.tzinfo is None):
            raise ValueError("exactly the unspecified kind has no tzinfo")
        if kind == "utc" and self.utcoffset():
            raise ValueError("kind utc has offset zero")
        self.ticks_digit = ticks_digit
        self._kind = kind

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        plain = datetime(
            self.year, self.month, self.day, self.hour, self.minute, self.second, self.microsecond, self.tzinfo
        )
        return _restore_datetime, (plain, self.ticks_digit, self.kind)

    def __eq__(self, other: object) -> bool:
        if datetime.__eq__(self, other) is not True:
            return False
        return self.ticks_digit == getattr(other, "ticks_digit", 0)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return datetime.__hash__(self)

    def __lt__(self, other: date) -> bool:
        if datetime.__eq__(self, other) is True:
            return self.ticks_digit < getattr(other, "ticks_digit", 0)
        return datetime.__lt__(self, other)  # type: ignore[operator]  # raises TypeError for a plain date

    def __le__(self, other: date) -> bool:
        return self == other or self < other

    def __gt__(self, other: date) -> bool:
        return not self <= other

    def __ge__(self, other: date) -> bool:
        return not self < other


class TimeSpan(timedelta):
    """A timedelta with a seventh fraction digit: 100 ns units to add to the microseconds (0 to 9)."""

    ticks_digit: int = 0

    def __new__(
        cls,
        days: float = 0,
        seconds: float = 0,
        microseconds: float = 0,
        milliseconds: float = 0,
        minutes: float = 0,
        hours: float = 0,
        weeks: float = 0,
        *,
        ticks_digit: int = 0,
    ) -> TimeSpan:
        if not 0 <= ticks_digit <= 9:
            raise ValueError(f"ticks_digit is one digit, not {ticks_digit}")
        self = timedelta.__new__(cls, days, seconds, microseconds, milliseconds, minutes, hours, weeks)
        self.ticks_digit = ticks_digit
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore_timespan, (self.days, self.seconds, self.microseconds, self.ticks_digit)

    def __eq__(self, other: object) -> bool:
        return timedelta.__eq__(self, other) is True and self.ticks_digit == getattr(other, "ticks_digit", 0)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return timedelta.__hash__(self)

    def __lt__(self, other: timedelta) -> bool:
        return timespan_ticks(self) < timespan_ticks(other)

    def __le__(self, other: timedelta) -> bool:
        return timespan_ticks(self) <= timespan_ticks(other)

    def __gt__(self, other: timedelta) -> bool:
        return timespan_ticks(self) > timespan_ticks(other)

    def __ge__(self, other: timedelta) -> bool:
        return timespan_ticks(self) >= timespan_ticks(other)


def timespan_ticks(value: timedelta) -> int:
    """Return the length in ticks of 100 ns, exact."""
    ticks = (value.days * 86_400 + value.seconds) * 10_000_000 + value.microseconds * 10
    return ticks + value.ticks_digit if isinstance(value, TimeSpan) else ticks


def timespan_from_ticks(ticks: int) -> timedelta:
    """Return a timedelta, or a TimeSpan where the last digit is not zero; out of range: ValueError."""
    if not TIMESPAN_MIN_TICKS <= ticks <= TIMESPAN_MAX_TICKS:
        raise ValueError("outside System.TimeSpan")
    micros, digit = divmod(ticks, 10)
    return TimeSpan(microseconds=micros, ticks_digit=digit) if digit else timedelta(microseconds=micros)


def _restore_datetime(plain: datetime, ticks_digit: int, kind: Kind) -> DateTime:
    return DateTime.of(plain, ticks_digit=ticks_digit, kind=kind)


def _restore_timespan(days: int, seconds: int, microseconds: int, ticks_digit: int) -> TimeSpan:
    return TimeSpan(days, seconds, microseconds, ticks_digit=ticks_digit)
