"""The styles of cultures from the Unicode CLDR, by way of babel: loaded when a culture other than English is used.

What .NET does with the same data (ICU): four-digit years in short dates, plain spaces in times and between a number and
its sign, the digits of numbers as the decimal pattern allows.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from remora.engine.text.styles import ENGLISH, ENGLISH_DATES, INVARIANT, INVARIANT_DATES, DateStyle, NumberStyle

_SPACES: Final = str.maketrans({"\xa0": " ", "\u202f": " "})
_FIELD: Final = re.compile(r"'[^']*'|([A-Za-z])\1*|[^A-Za-z']+")
_FIELDS: Final = {"y": "yyyy", "yy": "yy", "EEEE": "dddd", "EEE": "ddd", "E": "ddd", "a": "tt", "B": "tt", "b": "tt"}
_SHORT_YEAR: Final = re.compile(r"(?<!y)y{1,2}(?!y)")


def _locale(name: str) -> Any:
    from babel.core import Locale, UnknownLocaleError

    try:
        return Locale.parse(name.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None


def _net_pattern(pattern: str) -> str:
    """A CLDR pattern of dates or times as .NET writes it."""
    out = []
    for found in _FIELD.finditer(pattern):
        field = found[0]
        if field[0] == "L":
            field = "M" * len(field)
        out.append(_FIELDS.get(field, field))
    return "".join(out)


@lru_cache(maxsize=64)
def number_style(name: str) -> NumberStyle:
    """The style of numbers of a culture by its name; English for one that the data lacks."""
    if not name:
        return INVARIANT
    locale = None if name in ("en", "en-US") else _locale(name)
    if locale is None:
        return ENGLISH
    signs = locale.number_symbols["latn"]
    money = _currency(locale)
    sizes = _sizes(locale.decimal_formats[None].pattern)
    percent = {"n %": 0, "n%": 1, "%n": 2, "% n": 3}.get(_shape(locale.percent_formats[None].pattern), 1)
    return NumberStyle(
        decimal=signs["decimal"], group=signs["group"], sizes=sizes, negative=signs["minusSign"],
        positive=signs["plusSign"], nan=signs["nan"], infinity=signs["infinity"],
        negative_infinity=signs["minusSign"] + signs["infinity"], percent=signs["percentSign"],
        per_mille=signs["perMille"], percent_decimal=signs["decimal"], percent_group=signs["group"],
        percent_sizes=sizes, percent_positive=percent, percent_negative=percent,
        currency_decimal=signs.get("currencyDecimal", signs["decimal"]),
        currency_group=signs.get("currencyGroup", signs["group"]), currency_sizes=sizes, **money,
    )  # fmt: skip


def _shape(pattern: str) -> str:
    """The pattern with ``n`` for the number, ``$`` for the currency and plain spaces."""
    plain = re.sub(r"[\u200e\u200f\u061c]", "", pattern).translate(_SPACES)
    return re.sub(r"[#,0.]+", "n", plain.partition(";")[0]).replace("¤", "$")


def _sizes(pattern: str) -> tuple[int, ...]:
    groups = pattern.partition(";")[0].partition(".")[0].split(",")[1:]
    return tuple(len(group) for group in reversed(groups)) or (3,)


def _currency(locale: Any) -> dict[str, Any]:
    from babel.numbers import get_currency_precision, get_currency_symbol, get_territory_currencies

    pattern = locale.currency_formats["standard"].pattern
    shape = _shape(pattern)
    negative = {"$n": 1, "n$": 5, "n $": 8, "$ n": 9}.get(shape, 1)
    if ";" in pattern:
        negative = {"$-n": 2, "$ -n": 12}.get(re.sub(r"[#,0.]+", "n", pattern.partition(";")[2].translate(_SPACES))
                                              .replace("¤", "$"), negative)  # fmt: skip
    units = get_territory_currencies(locale.territory) if locale.territory else []
    return {
        "currency": get_currency_symbol(units[0], locale=locale) if units else "¤",
        "currency_digits": get_currency_precision(units[0]) if units else 2,
        "currency_positive": {"$n": 0, "n$": 1, "$ n": 2, "n $": 3}.get(shape, 0),
        "currency_negative": negative,
    }


@lru_cache(maxsize=64)
def date_style(name: str) -> DateStyle:
    """The style of dates of a culture by its name; English for one that the data lacks."""
    if not name:
        return INVARIANT_DATES
    locale = None if name in ("en", "en-US") else _locale(name)
    if locale is None:
        return ENGLISH_DATES
    short = _SHORT_YEAR.sub("yyyy", _net_pattern(locale.date_formats["short"].pattern))
    long_time = _net_pattern(locale.time_formats["medium"].pattern.translate(_SPACES))
    skeletons = locale.datetime_skeletons
    names = {style: locale.days["stand-alone"][style] for style in ("wide", "abbreviated", "short")}
    months = {(place, style): _months(locale, place, style) for place in ("stand-alone", "format")
              for style in ("wide", "abbreviated")}  # fmt: skip
    periods = locale.day_periods["format"]
    words = {**periods["abbreviated"], **periods["wide"]}
    return DateStyle(
        days=tuple(names["wide"][day] for day in range(7)),
        short_days=tuple(names["abbreviated"][day] for day in range(7)),
        shortest_days=tuple(names["short"][day] for day in range(7)),
        months=months["stand-alone", "wide"], short_months=months["stand-alone", "abbreviated"],
        genitive=months["format", "wide"], short_genitive=months["format", "abbreviated"],
        am=words.get("am", "AM"), pm=words.get("pm", "PM"),
        date_separator=_separator(short, "dMy", "/"), time_separator=_separator(long_time, "Hhms", ":"),
        short_date=short, long_date=_net_pattern(locale.date_formats["full"].pattern),
        short_time=_net_pattern(locale.time_formats["short"].pattern.translate(_SPACES)), long_time=long_time,
        month_day=_net_pattern(_text(skeletons.get("MMMMd"), "MMMM d")),
        year_month=_net_pattern(_text(skeletons.get("yMMMM"), "MMMM y")),
        first_day=(locale.first_week_day + 1) % 7,
        week_rule={1: 0, 4: 2, 7: 1}.get(locale.min_week_days, 0),
    )  # fmt: skip


def _months(locale: Any, place: str, style: str) -> tuple[str, ...]:
    names = locale.months[place][style]
    return tuple(names[month] for month in range(1, 13))


def _text(pattern: Any, otherwise: str) -> str:
    return otherwise if pattern is None else str(getattr(pattern, "pattern", pattern))


def _separator(pattern: str, fields: str, otherwise: str) -> str:
    """What stands between the first two fields of a pattern."""
    found = re.search(f"[{fields}]([^{fields}'A-Za-z]+)[{fields}]", pattern)
    return otherwise if found is None else found[1]
