"""Globalization.NumberFormatInfo and DateTimeFormatInfo: the styles of a culture, to be read and to be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.text.styles import INVARIANT, DateStyle, NumberStyle
from remora.engine.types.collections import failure
from remora.values.collections import TypedArray

_G: Final = "System.Globalization."


class NumberFormats(NetObject):
    """Culture.NumberFormat: a style of numbers."""

    __slots__ = ("style",)
    net_type = NetType(_G + "NumberFormatInfo", OBJECT, interfaces=("System.IFormatProvider",))

    def __init__(self, style: NumberStyle) -> None:
        self.style = style


class DateFormats(NetObject):
    """Culture.DateTimeFormat: a style of dates."""

    __slots__ = ("style",)
    net_type = NetType(_G + "DateTimeFormatInfo", OBJECT, interfaces=("System.IFormatProvider",))

    def __init__(self, style: DateStyle) -> None:
        self.style = style


def _field(name: str, formats: Any) -> Any:
    return getattr(formats.style, name)


def _sizes(name: str, formats: NumberFormats) -> TypedArray:
    return TypedArray(list(getattr(formats.style, name)), "System.Int32")


def _put(name: str, formats: Any, value: Any) -> None:
    if name == "decimal" and not value:
        raise failure("Decimal separator cannot be the empty string. (Parameter 'value')", "System.ArgumentException")
    formats.style = replace(formats.style, **{name: tuple(value) if isinstance(value, list) else value})


_TEXTS: Final = {
    "CurrencyDecimalSeparator": "currency_decimal",
    "CurrencyGroupSeparator": "currency_group",
    "CurrencySymbol": "currency",
    "NaNSymbol": "nan",
    "NegativeInfinitySymbol": "negative_infinity",
    "NegativeSign": "negative",
    "NumberDecimalSeparator": "decimal",
    "NumberGroupSeparator": "group",
    "PercentDecimalSeparator": "percent_decimal",
    "PercentGroupSeparator": "percent_group",
    "PercentSymbol": "percent",
    "PerMilleSymbol": "per_mille",
    "PositiveInfinitySymbol": "infinity",
    "PositiveSign": "positive",
}
_COUNTS: Final = {
    "CurrencyDecimalDigits": "currency_digits",
    "CurrencyNegativePattern": "currency_negative",
    "CurrencyPositivePattern": "currency_positive",
    "NumberDecimalDigits": "digits",
    "NumberNegativePattern": "negative_pattern",
    "PercentDecimalDigits": "percent_digits",
    "PercentNegativePattern": "percent_negative",
    "PercentPositivePattern": "percent_positive",
}
_GROUPS: Final = {
    "CurrencyGroupSizes": "currency_sizes",
    "NumberGroupSizes": "sizes",
    "PercentGroupSizes": "percent_sizes",
}


def _numbers() -> None:
    n = NumberFormats.net_type
    for kind, table in (("System.String", _TEXTS), ("System.Int32", _COUNTS)):
        for label, name in table.items():
            n.property(label, kind)(partial(_field, name))
            n.setter(label)(partial(_put, name))
    for label, name in _GROUPS.items():
        n.property(label, "System.Int32[]")(partial(_sizes, name))
        n.setter(label)(partial(_put, name))
    n.property("NativeDigits", "System.String[]")(lambda v: TypedArray(list("0123456789"), "System.String"))
    n.property("IsReadOnly", "System.Boolean")(lambda v: False)
    n.method("Clone()")(lambda v: NumberFormats(v.style))
    n.method("GetFormat(type formatType)")(lambda v, kind: v if kind.name == n.name else None)
    n.constructor("()")(lambda: NumberFormats(INVARIANT))


_PATTERNS: Final = {
    "AMDesignator": "am",
    "PMDesignator": "pm",
    "DateSeparator": "date_separator",
    "TimeSeparator": "time_separator",
    "LongDatePattern": "long_date",
    "LongTimePattern": "long_time",
    "MonthDayPattern": "month_day",
    "ShortDatePattern": "short_date",
    "ShortTimePattern": "short_time",
    "YearMonthPattern": "year_month",
}
_FIXED_PATTERNS: Final = {
    "RFC1123Pattern": "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'",
    "SortableDateTimePattern": "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
    "UniversalSortableDateTimePattern": "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
}
_DAY_LISTS: Final = {"DayNames": "days", "AbbreviatedDayNames": "short_days", "ShortestDayNames": "shortest_days"}
_MONTH_LISTS: Final = {
    "MonthNames": "months",
    "AbbreviatedMonthNames": "short_months",
    "MonthGenitiveNames": "genitive",
    "AbbreviatedMonthGenitiveNames": "short_genitive",
}


def _days(name: str, formats: DateFormats) -> TypedArray:
    names = getattr(formats.style, name)
    return TypedArray([names[-1], *names[:-1]], "System.String")


def _set_days(name: str, formats: DateFormats, value: list[str]) -> None:
    _put(name, formats, [*value[1:], value[0]])


def _months(name: str, formats: DateFormats) -> TypedArray:
    return TypedArray([*getattr(formats.style, name), ""], "System.String")


def _set_months(name: str, formats: DateFormats, value: list[str]) -> None:
    _put(name, formats, list(value[:12]))


def _day_name(name: str, formats: DateFormats, day: int) -> str:
    return str(getattr(formats.style, name)[(int(day) - 1) % 7])


def _month_name(name: str, formats: DateFormats, month: int) -> str:
    if not 1 <= month <= 13:
        raise failure("Valid values are between 1 and 13, inclusive. (Parameter 'month')",
                      "System.ArgumentOutOfRangeException")  # fmt: skip
    return str(getattr(formats.style, name)[month - 1]) if month <= 12 else ""


def _enum(name: str, number: int) -> Any:
    from remora.engine.convert.conversion import enum_value
    from remora.engine.types.typeref import require

    return enum_value(require(name), number)


def _all_patterns(formats: DateFormats, letter: str = "") -> TypedArray:
    letters = letter or "dDfFgGmMoOrRstTuUyY"
    found = [formats.style.standard(one) or "" for one in letters]
    if "" in found:
        raise failure("Input string was not in a correct format.", "System.ArgumentException")
    return TypedArray(found, "System.String")


def all_date_texts(value: datetime, style: DateStyle, letter: str = "") -> TypedArray:
    """DateTime.GetDateTimeFormats: the date in every standard format, or in one."""
    from remora.engine.text.dates import format_date

    letters = letter or "dDfFgGmMoOrRstTuUyY"
    return TypedArray([format_date(value, one, style) for one in letters], "System.String")


def _dates() -> None:
    d = DateFormats.net_type
    for label, name in _PATTERNS.items():
        d.property(label, "System.String")(partial(_field, name))
        d.setter(label)(partial(_put, name))
    d.property("FullDateTimePattern", "System.String")(lambda v: v.style.full_pattern)
    d.setter("FullDateTimePattern")(partial(_put, "full"))
    for label, pattern in _FIXED_PATTERNS.items():
        d.property(label, "System.String")(partial(_same, pattern))
    for label, name in _DAY_LISTS.items():
        d.property(label, "System.String[]")(partial(_days, name))
        d.setter(label)(partial(_set_days, name))
    for label, name in _MONTH_LISTS.items():
        d.property(label, "System.String[]")(partial(_months, name))
        d.setter(label)(partial(_set_months, name))
    d.property("FirstDayOfWeek", "System.DayOfWeek")(lambda v: _enum("System.DayOfWeek", v.style.first_day))
    d.setter("FirstDayOfWeek")(lambda v, day: _put("first_day", v, int(day)))
    d.property("CalendarWeekRule", _G + "CalendarWeekRule")(lambda v: _enum(_G + "CalendarWeekRule", v.style.week_rule))
    d.setter("CalendarWeekRule")(lambda v, rule: _put("week_rule", v, int(rule)))
    d.property("NativeCalendarName", "System.String")(lambda v: "Gregorian Calendar")
    d.property("IsReadOnly", "System.Boolean")(lambda v: False)
    for label, name in {"GetDayName": "days", "GetAbbreviatedDayName": "short_days",
                        "GetShortestDayName": "shortest_days"}.items():  # fmt: skip
        d.method(f"{label}(System.DayOfWeek dayofweek)", returns="string")(partial(_day_name, name))
    for label, name in {"GetMonthName": "months", "GetAbbreviatedMonthName": "short_months"}.items():
        d.method(f"{label}(int month)", returns="string")(partial(_month_name, name))
    d.method("GetAllDateTimePatterns()", "GetAllDateTimePatterns(char format)", returns="string[]")(_all_patterns)
    d.method("GetEra(string eraName)", returns="int")(lambda v, era: 1 if era.upper() in ("A.D.", "AD") else -1)
    d.method("GetEraName(int era)", returns="string")(lambda v, era: "A.D.")
    d.method("Clone()")(lambda v: DateFormats(v.style))
    d.method("GetFormat(type formatType)")(lambda v, kind: v if kind.name == d.name else None)


def _same(value: Any, formats: Any) -> Any:
    return value


_numbers()
_dates()
