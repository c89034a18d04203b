"""How a culture writes numbers and dates: plain values that the formats and the readers are given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                 "November", "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """NumberFormatInfo. The patterns are numbers as .NET counts them: where sign, symbol and number stand."""

    decimal: str = "."
    group: str = ","
    sizes: tuple[int, ...] = (3,)
    digits: int = 3
    negative: str = "-"
    positive: str = "+"
    negative_pattern: int = 1
    nan: str = "NaN"
    infinity: str = "∞"
    negative_infinity: str = "-∞"
    currency: str = "$"
    currency_decimal: str = "."
    currency_group: str = ","
    currency_sizes: tuple[int, ...] = (3,)
    currency_digits: int = 2
    currency_positive: int = 0
    currency_negative: int = 1
    percent: str = "%"
    per_mille: str = "‰"
    percent_decimal: str = "."
    percent_group: str = ","
    percent_sizes: tuple[int, ...] = (3,)
    percent_digits: int = 3
    percent_positive: int = 1
    percent_negative: int = 1


@dataclass(frozen=True, slots=True)
class DateStyle:
    """DateTimeFormatInfo. Days begin with Monday; patterns are .NET's; ``genitive`` names stand beside the day."""

    days: tuple[str, ...] = DAYS
    short_days: tuple[str, ...] = tuple(day[:3] for day in DAYS)
    shortest_days: tuple[str, ...] = tuple(day[:2] for day in DAYS)
    months: tuple[str, ...] = MONTHS
    short_months: tuple[str, ...] = tuple(month[:3] for month in MONTHS)
    genitive: tuple[str, ...] = MONTHS
    short_genitive: tuple[str, ...] = tuple(month[:3] for month in MONTHS)
    am: str = "AM"
    pm: str = "PM"
    date_separator: str = "/"
    time_separator: str = ":"
    short_date: str = "M/d/yyyy"
    long_date: str = "dddd, MMMM d, yyyy"
    short_time: str = "h:mm tt"
    long_time: str = "h:mm:ss tt"
    month_day: str = "MMMM d"
    year_month: str = "MMMM yyyy"
    full: str = ""
    first_day: int = 0
    week_rule: int = 0

    @property
    def full_pattern(self) -> str:
        """Long date and long time, unless it was set."""
        return self.full or f"{self.long_date} {self.long_time}"

    def standard(self, letter: str) -> str | None:
        """The pattern that a letter stands for; None for one that stands for nothing."""
        fixed = _FIXED.get(letter)
        if fixed is not None:
            return fixed
        return {
            "d": self.short_date,
            "D": self.long_date,
            "f": f"{self.long_date} {self.short_time}",
            "F": self.full_pattern,
            "g": f"{self.short_date} {self.short_time}",
            "G": f"{self.short_date} {self.long_time}",
            "M": self.month_day,
            "t": self.short_time,
            "T": self.long_time,
            "U": self.full_pattern,
            "Y": self.year_month,
        }.get({"m": "M", "y": "Y"}.get(letter, letter))


_FIXED: Final = {
    "o": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-ddTHH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
}
SAME_EVERYWHERE: Final = frozenset(_FIXED)
"""Letters whose pattern is that of the invariant culture in every culture."""

ENGLISH: Final = NumberStyle()
INVARIANT: Final = replace(ENGLISH, digits=2, percent_digits=2, currency="¤", currency_negative=0, nan="NaN",
                           infinity="Infinity", negative_infinity="-Infinity", percent_positive=0, percent_negative=0,
                           )  # fmt: skip
ENGLISH_DATES: Final = DateStyle()
INVARIANT_DATES: Final = DateStyle(
    short_date="MM/dd/yyyy", long_date="dddd, dd MMMM yyyy", short_time="HH:mm", long_time="HH:mm:ss",
    month_day="MMMM dd", year_month="yyyy MMMM",
)  # fmt: skip
