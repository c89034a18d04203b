"""Globalization beside cultures: regions, the Gregorian calendar, ISO weeks, comparison, Unicode categories, IDN."""

from __future__ import annotations

import calendar
import unicodedata
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.chars import category, unit_at
from remora.engine.types.collections import failure
from remora.engine.types.culture import Culture, current_culture, find_culture
from remora.engine.types.dates import add_months, day_of_week
from remora.engine.types.stringstatics import compare_by
from remora.engine.types.typeref import register

_G: Final = "System.Globalization."
_RANGE: Final = "System.ArgumentOutOfRangeException"


_NO_REGIONS: Final = frozenset(("ZZ", "XA", "XB", "EU", "EZ", "UN"))
"""What the data has names for beside countries."""


class Region(NetObject):
    """RegionInfo: a country by its two letters. babel's data tell its names and money."""

    __slots__ = ("code", "locale", "name")
    net_type = NetType(_G + "RegionInfo", OBJECT)

    def __init__(self, name: str) -> None:
        from babel.core import Locale

        self.name = name
        self.code = name.rpartition("-")[2].upper()
        self.locale = Locale.parse("en_US")
        if self.code in _NO_REGIONS or self.code not in self.locale.territories:
            raise failure(f"Culture name '{name}' is not supported. (Parameter 'name')", "System.ArgumentException")

    @property
    def currency(self) -> str:
        """The ISO 4217 code of its money."""
        from babel.numbers import get_territory_currencies

        return (get_territory_currencies(self.code) or ["XXX"])[0]

    @property
    def own_locale(self) -> Any:
        """A locale of the region: the one it was named by, otherwise its usual language's."""
        from babel.core import Locale
        from babel.languages import get_official_languages

        if "-" in self.name:
            return Locale.parse(self.name.replace("-", "_"))
        return Locale.parse(f"{(get_official_languages(self.code, de_facto=True) or ('en',))[0]}_{self.code}")

    def symbol(self) -> str:
        """The sign of its money, as written there."""
        from babel.numbers import get_currency_symbol

        return str(get_currency_symbol(self.currency, locale=self.own_locale))

    def currency_name(self, locale: Any) -> str:
        from babel.numbers import get_currency_name

        return str(get_currency_name(self.currency, locale=locale))

    def net_text(self) -> str:
        return self.name


def _regions() -> None:
    g = Region.net_type
    g.constructor("(string name)")(Region)
    g.static_property("CurrentRegion", g.name)(lambda: Region(current_culture().name or "US"))
    g.property("Name", "System.String")(lambda v: v.name)
    g.property("EnglishName", "System.String")(lambda v: v.locale.territories[v.code])
    g.property("DisplayName", "System.String")(lambda v: v.locale.territories[v.code])
    g.property("NativeName", "System.String")(lambda v: v.own_locale.territories[v.code])
    g.property("TwoLetterISORegionName", "System.String")(lambda v: v.code)
    g.property("IsMetric", "System.Boolean")(lambda v: v.code not in ("US", "LR", "MM"))
    g.property("ISOCurrencySymbol", "System.String")(lambda v: v.currency)
    g.property("CurrencySymbol", "System.String")(Region.symbol)
    g.property("CurrencyEnglishName", "System.String")(lambda v: v.currency_name(v.locale))
    g.property("CurrencyNativeName", "System.String")(lambda v: v.currency_name(v.own_locale))
    g.method("ToString()", returns="string")(lambda v: v.name)


class Gregorian(NetObject):
    """GregorianCalendar."""

    __slots__ = ()
    net_type = NetType(_G + "GregorianCalendar", NetType(_G + "Calendar", OBJECT, form="abstract"))


def week_of_year(when: datetime, rule: int, first: int) -> int:
    """The week by a CalendarWeekRule and a DayOfWeek that weeks begin with."""
    begin = (date(when.year, 1, 1).isoweekday() - first) % 7  # days of the first week before January 1
    index = when.timetuple().tm_yday - 1 + begin
    full = {0: 0, 1: 7, 2: 4}[rule]
    if full and 7 - begin < full:
        index -= 7
    return index // 7 + 1 if index >= 0 else week_of_year(datetime(when.year - 1, 12, 31), rule, first)


def _days_in_year(value: Gregorian, year: int, era: int = 0) -> int:
    return 366 if calendar.isleap(year) else 365


def _calendars() -> None:
    c = Gregorian.net_type
    c.constructor("()")(Gregorian)
    for name in ("Year", "Month", "Hour", "Minute", "Second"):
        c.method(f"Get{name}(datetime time)", returns="int")(partial(_part, name.lower()))
    c.method("GetDayOfMonth(datetime time)", returns="int")(lambda v, t: t.day)
    c.method("GetDayOfYear(datetime time)", returns="int")(lambda v, t: t.timetuple().tm_yday)
    c.method("GetDayOfWeek(datetime time)", returns="System.DayOfWeek")(lambda v, t: day_of_week(t))
    c.method(f"GetWeekOfYear(datetime time, {_G}CalendarWeekRule rule, System.DayOfWeek firstDayOfWeek)",
             returns="int")(lambda v, t, rule, first: week_of_year(t, int(rule), int(first)))  # fmt: skip
    c.method("GetDaysInMonth(int year, int month)", returns="int")(lambda v, y, m: calendar.monthrange(y, m)[1])
    c.method("GetDaysInYear(int year)", returns="int")(_days_in_year)
    c.method("GetMonthsInYear(int year)", returns="int")(lambda v, year: 12)
    c.method("IsLeapYear(int year)", returns="bool")(lambda v, year: calendar.isleap(year))
    c.method("AddMonths(datetime time, int months)", returns="datetime")(_with_months)
    c.method("AddYears(datetime time, int years)", returns="datetime")(lambda v, t, n: add_months(t, n * 12))
    for name, unit in {"Days": 24, "Weeks": 168, "Hours": 1}.items():
        c.method(f"Add{name}(datetime time, int {name.lower()})", returns="datetime")(partial(_added, unit))
    c.method("ToDateTime(int year, int month, int day, int hour, int minute, int second, int millisecond)",
             returns="datetime")(_of_parts)  # fmt: skip
    c.property("TwoDigitYearMax", "System.Int32")(lambda v: 2049)
    c.property("MinSupportedDateTime", "System.DateTime")(lambda v: datetime(1, 1, 1))
    Culture.net_type.property("Calendar", c.name)(_gregorian)
    Culture.net_type.property("CompareInfo", Comparison.net_type.name)(Comparison)


def _with_months(value: Gregorian, time: datetime, months: int) -> datetime:
    return add_months(time, months)


def _gregorian(culture: Culture) -> Gregorian:
    return Gregorian()


def _of_parts(value: Gregorian, *parts: int) -> datetime:
    year, month, day, hour, minute, second, ms = parts
    return datetime(year, month, day, hour, minute, second, ms * 1000)


def _part(name: str, value: Gregorian, time: datetime) -> int:
    return int(getattr(time, name))


def _added(unit: int, value: Gregorian, time: datetime, count: int) -> datetime:
    from datetime import timedelta

    return time + timedelta(hours=unit * count)


class Comparison(NetObject):
    """CompareInfo of a culture."""

    __slots__ = ("culture",)
    net_type = NetType(_G + "CompareInfo", OBJECT)

    def __init__(self, culture: Culture) -> None:
        self.culture = culture

    def net_text(self) -> str:
        return f"CompareInfo - {self.culture.name}"


def _folded(text: str, options: Any) -> str:
    """The text without what CompareOptions say does not count."""
    flags = int(options or 0)
    if flags & 1 or flags & 0x10000000:
        text = text.lower()
    if flags & 2:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
    if flags & 4:
        text = "".join(c for c in text if c.isalnum() or c.isspace())
    return text


def _compare(info: Comparison, left: str, right: str, options: Any = None) -> int:
    if options is not None and int(options) & ~0x70000007 == 0 and not int(options) & 0x60000000:
        return compare_by(_folded(left or "", options), _folded(right or "", options))
    return compare_by(left, right) if options is None else compare_by(left, right, options)


def _comparisons() -> None:
    c = Comparison.net_type
    options = "System.Globalization.CompareOptions options"
    two, given = "string string1, string string2", "string source, string"
    c.property("Name", "System.String")(lambda v: v.culture.name)
    c.property("LCID", "System.Int32")(lambda v: v.culture.lcid)
    c.method(f"Compare({two})", f"Compare({two}, {options})", returns="int")(_compare)
    for name, test in {"IsPrefix": str.startswith, "IsSuffix": str.endswith}.items():
        c.method(f"{name}({given} value)", f"{name}({given} value, {options})", returns="bool")(
            lambda v, s, x, o=None, test=test: test(_folded(s, o), _folded(x, o))
        )
    for name, find in {"IndexOf": str.find, "LastIndexOf": str.rfind}.items():
        c.method(f"{name}({given} value)", f"{name}({given} value, {options})", returns="int")(
            lambda v, s, x, o=None, find=find: find(_folded(s, o), _folded(x, o))
        )
    c.static("GetCompareInfo(string name)", returns=c.name)(lambda name: Comparison(find_culture(name)))


ISO_WEEK: Final = NetType(_G + "ISOWeek", OBJECT, form="static")
UNICODE: Final = NetType(_G + "CharUnicodeInfo", OBJECT, form="static")


def _weeks(year: int) -> int:
    return date(year, 12, 28).isocalendar().week


def _of_week(year: int, week: int, day: Any) -> datetime:
    if not 1 <= week <= 53:
        raise failure("The week parameter must be in the range 1 through 53. (Parameter 'week')", _RANGE)
    found = date.fromisocalendar(year, 1, int(day) or 7).toordinal() + 7 * (week - 1)
    return datetime.fromordinal(found)


def _statics() -> None:
    w = ISO_WEEK
    w.static("GetWeekOfYear(datetime date)", returns="int")(lambda t: t.isocalendar().week)
    w.static("GetYear(datetime date)", returns="int")(lambda t: t.isocalendar().year)
    w.static("GetWeeksInYear(int year)", returns="int")(_weeks)
    w.static("GetYearStart(int year)", returns="datetime")(lambda year: _of_week(year, 1, 1))
    w.static("GetYearEnd(int year)", returns="datetime")(lambda year: _of_week(year, _weeks(year), 0))
    w.static("ToDateTime(int year, int week, System.DayOfWeek dayOfWeek)", returns="datetime")(_of_week)
    u = UNICODE
    kind = _G + "UnicodeCategory"
    u.static("GetUnicodeCategory(char ch)", returns=kind)(lambda c: category(str(c)))
    u.static("GetUnicodeCategory(string s, int index)", returns=kind)(lambda s, i: category(unit_at(s, i)))
    u.static("GetUnicodeCategory(int codePoint)", returns=kind)(lambda n: category(chr(n)))
    for name, read in {"GetNumericValue": unicodedata.numeric, "GetDecimalDigitValue": unicodedata.decimal,
                       "GetDigitValue": unicodedata.digit}.items():  # fmt: skip
        returns = "double" if name == "GetNumericValue" else "int"
        u.static(f"{name}(char ch)", returns=returns)(
            lambda c, read=read, make=float if returns == "double" else int: make(read(str(c), -1))
        )


class IdnMapping(NetObject):
    """Names of hosts in letters of all languages, and in ASCII (Punycode)."""

    __slots__ = ()
    net_type = NetType(_G + "IdnMapping", OBJECT)


def _to_ascii(mapping: IdnMapping, name: str) -> str:
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        reason = "The IDN contains a disallowed character, or a part that is too long. (Parameter 'unicode')"
        raise failure(reason, "System.ArgumentException") from None


def _to_unicode(mapping: IdnMapping, name: str) -> str:
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        raise failure("The IDN is not valid. (Parameter 'ascii')", "System.ArgumentException") from None


def _idn() -> None:
    i = IdnMapping.net_type
    i.constructor("()")(IdnMapping)
    i.method("GetAscii(string unicode)", returns="string")(_to_ascii)
    i.method("GetUnicode(string ascii)", returns="string")(_to_unicode)


def register_types() -> None:
    """The types by name."""
    register(Region.net_type, Gregorian.net_type, Comparison.net_type, ISO_WEEK, UNICODE, IdnMapping.net_type)


_regions()
_calendars()
_comparisons()
_statics()
_idn()
