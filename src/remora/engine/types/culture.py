"""Globalization.CultureInfo and what hangs on it: names, identifiers, and the styles of numbers and dates."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from remora.engine.context import current, running
from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType, Property
from remora.engine.text.cldr import date_style, number_style
from remora.engine.text.styles import ENGLISH, ENGLISH_DATES, DateStyle, NumberStyle
from remora.engine.types import registry as r
from remora.engine.types.culture_data import INVARIANT_LCID, LCIDS, UNKNOWN_LCID, english_name
from remora.engine.types.cultureformats import DateFormats, NumberFormats
from remora.engine.types.typeref import register
from remora.values.collections import TypedArray

_G = "System.Globalization."
_NAME = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*\Z")
_USUAL = {"ar": "ar-SA", "en": "en-US", "sv": "sv-SE"}
_TWO_TO_THREE = {"en": "eng", "de": "deu", "fr": "fra", "es": "spa", "it": "ita", "ru": "rus", "": "ivl"}


class TextInfo(NetObject):
    """Culture.TextInfo: the list separator may be set."""

    __slots__ = ("list_separator", "name")
    net_type = NetType(_G + "TextInfo", OBJECT)

    def __init__(self, name: str) -> None:
        self.name = name
        self.list_separator = ","


class Culture(NetObject):
    """A culture by its name; the empty name is the invariant culture."""

    __slots__ = ("_dates", "_numbers", "_text", "name")
    net_type = NetType(_G + "CultureInfo", OBJECT, interfaces=("System.IFormatProvider",))

    def __init__(self, name: str = "en-US") -> None:
        self.name = name
        self._text: TextInfo | None = None
        self._numbers: NumberFormats | None = None
        self._dates: DateFormats | None = None

    @property
    def numbers(self) -> NumberFormats:
        """How it writes numbers; found when first asked for."""
        if self._numbers is None:
            self._numbers = NumberFormats(number_style(self.name))
        return self._numbers

    @numbers.setter
    def numbers(self, formats: NumberFormats) -> None:
        self._numbers = formats

    @property
    def dates(self) -> DateFormats:
        """How it writes dates; found when first asked for."""
        if self._dates is None:
            self._dates = DateFormats(date_style(self.name))
        return self._dates

    @dates.setter
    def dates(self, formats: DateFormats) -> None:
        self._dates = formats

    def clone(self) -> Culture:
        """A copy whose formats can be changed for themselves."""
        made = Culture(self.name)
        made.numbers, made.dates = NumberFormats(self.numbers.style), DateFormats(self.dates.style)
        return made

    @property
    def text(self) -> TextInfo:
        if self._text is None:
            self._text = TextInfo(self.name)
        return self._text

    @property
    def english_name(self) -> str:
        return english_name(self.name) if self.name else "Invariant Language (Invariant Country)"

    @property
    def lcid(self) -> int:
        return LCIDS.get(self.name, UNKNOWN_LCID) if self.name else INVARIANT_LCID

    @property
    def parent(self) -> Culture:
        return Culture(self.name.rpartition("-")[0])

    def net_text(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Culture) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


def find_culture(name: str) -> Culture:
    """The culture of a name, in its usual spelling. Raises PSError CultureNotFoundException."""
    if name and _NAME.match(name) is None:
        raise _not_found(f"{name} is an invalid culture identifier.")
    parts = name.replace("_", "-").split("-")
    spelt = [parts[0].lower()]
    spelt.extend(part.title() if len(part) == 4 else part.upper() for part in parts[1:])
    return Culture("-".join(spelt))


def culture_of_lcid(number: int) -> Culture:
    """The culture of a Windows identifier. Raises PSError CultureNotFoundException."""
    if number == INVARIANT_LCID:
        return Culture("")
    name = next((name for name, known in LCIDS.items() if known == number), None)
    if name is None:
        raise _not_found(f"{number} (0x{number:04x}) is an invalid culture identifier.")
    return Culture(name)


def _not_found(reason: str) -> PSError:
    return error(
        f"Culture is not supported. (Parameter 'name')\n{reason}",
        "CultureNotFoundException",
        "InvalidArgument",
        type_name=_G + "CultureNotFoundException",
    )


def current_culture(kind: str = "culture") -> Culture:
    """The culture of the session; kind ``ui``: that of its messages."""
    found = current().store.setdefault(f"culture:{kind}", Culture())
    assert isinstance(found, Culture)
    return found


def set_current_culture(value: Any, kind: str = "culture") -> None:
    """Make a culture the session's."""
    current().store[f"culture:{kind}"] = value if isinstance(value, Culture) else find_culture(str(value))


def culture_setter(kind: str) -> Callable[[Any, Any], None]:
    """The setter of a property that is the session's culture."""
    return lambda target, value: set_current_culture(value, kind)


def fixed(value: Any) -> Callable[[Any], Any]:
    """The getter of a property that is the same for every object."""
    return lambda target: value


def all_cultures() -> list[Culture]:
    """Every culture known by identifier, by name, the invariant one first."""
    return [Culture(name) for name in ("", *sorted(LCIDS))]


def _members() -> None:
    c = Culture.net_type
    c.property("LCID", "System.Int32")(lambda v: v.lcid)
    c.property("Name", "System.String")(lambda v: v.name)
    c.property("DisplayName", "System.String")(lambda v: v.english_name)
    c.property("Parent")(lambda v: v.parent)
    c.property("IetfLanguageTag", "System.String")(lambda v: v.name)
    c.property("NativeName", "System.String")(lambda v: v.english_name)
    c.property("EnglishName", "System.String")(lambda v: v.english_name)
    c.property("TwoLetterISOLanguageName", "System.String")(lambda v: v.name.partition("-")[0] or "iv")
    c.property("ThreeLetterISOLanguageName", "System.String")(
        lambda v: _TWO_TO_THREE.get(v.name.partition("-")[0], v.name.partition("-")[0])
    )
    c.property("IsNeutralCulture", "System.Boolean")(lambda v: bool(v.name) and "-" not in v.name)
    c.property("IsReadOnly", "System.Boolean")(lambda v: False)
    c.property("UseUserOverride", "System.Boolean")(lambda v: False)
    c.property("TextInfo")(lambda v: v.text)
    c.property("DateTimeFormat", DateFormats.net_type.name)(lambda v: v.dates)
    c.setter("DateTimeFormat")(lambda v, dates: setattr(v, "dates", dates))
    c.property("NumberFormat", NumberFormats.net_type.name)(lambda v: v.numbers)
    c.setter("NumberFormat")(lambda v, numbers: setattr(v, "numbers", numbers))
    c.method("GetFormat(type)")(_format_of)
    c.method("Clone()")(lambda v: v.clone())
    c.constructor("(int)", "(int, bool)")(lambda number, override=True: culture_of_lcid(number))
    c.constructor("(string)", "(string, bool)")(lambda name, override=True: find_culture(name))
    c.parse = find_culture
    t = TextInfo.net_type
    t.property("ListSeparator", "System.String")(lambda v: v.list_separator)
    t.setter("ListSeparator")(_set_separator)
    t.property("CultureName", "System.String")(lambda v: v.name)
    t.method("ToUpper(string)", returns="string")(lambda v, text: text.upper())
    t.method("ToLower(string)", returns="string")(lambda v, text: text.lower())
    t.method("ToTitleCase(string)", returns="string")(lambda v, text: _title(text))


def _format_of(culture: Culture, kind: Any) -> Any:
    return {NumberFormats.net_type.name: culture.numbers, DateFormats.net_type.name: culture.dates}.get(kind.name)


def _set_separator(info: TextInfo, value: str) -> None:
    info.list_separator = value


def _title(text: str) -> str:
    """Words with a capital in front; words all in capitals stay."""
    return re.sub(r"[^\W\d_][\w']*", lambda m: m[0] if m[0].isupper() and len(m[0]) > 1 else m[0].capitalize(), text)


def _statics() -> None:
    c = Culture.net_type
    c.static_property("InvariantCulture")(lambda: Culture(""))
    c.static_property("InstalledUICulture")(Culture)
    for name, kind in (("CurrentCulture", "culture"), ("CurrentUICulture", "ui")):
        for label in (name, "DefaultThread" + name):
            c.static_property(label)(partial(current_culture, kind))
            member = c.statics[label.lower()]
            assert isinstance(member, Property)
            member.set = culture_setter(kind)
    c.static("GetCultureInfo(string)", "GetCultureInfo(string, bool)")(lambda name, known=False: find_culture(name))
    c.static("GetCultureInfo(int)")(culture_of_lcid)
    c.static("GetCultureInfoByIetfLanguageTag(string)")(find_culture)
    c.static("CreateSpecificCulture(string)")(_specific)
    c.static("GetCultures(object)")(lambda kinds: TypedArray(all_cultures(), Culture.net_type.name))
    c.static("ReadOnly(object)")(lambda culture: culture)
    d, n = DateFormats.net_type, NumberFormats.net_type
    d.static_property("CurrentInfo", d.name)(lambda: current_culture().dates)
    d.static_property("InvariantInfo", d.name)(lambda: Culture("").dates)
    n.static_property("CurrentInfo", n.name)(lambda: current_culture().numbers)
    n.static_property("InvariantInfo", n.name)(lambda: Culture("").numbers)
    for net in (d, n):
        net.static(f"GetInstance({_G}CultureInfo provider)", returns=net.name)(partial(_instance, net))


def _instance(net: NetType, culture: Culture | None) -> Any:
    culture = culture or current_culture()
    return culture.numbers if net is NumberFormats.net_type else culture.dates


def _specific(name: str) -> Culture:
    found = find_culture(name)
    if "-" in found.name or not found.name:
        return found
    known = f"{found.name}-{found.name.upper()}"
    first = next((one for one in sorted(LCIDS) if one.startswith(found.name + "-")), found.name)
    return Culture(_USUAL.get(found.name, known if known in LCIDS else first))


def _of_session() -> Culture | None:
    """The culture that was made the session's; None before, and outside of sessions."""
    context = running()
    found = None if context is None else context.store.get("culture:culture")
    return found if isinstance(found, Culture) else None


def numbers_of(provider: Any = None) -> NumberStyle:
    """The style of numbers that a format provider means; without one that of the session's culture."""
    if isinstance(provider, Culture):
        return provider.numbers.style
    if isinstance(provider, NumberFormats):
        return provider.style
    found = _of_session()
    return ENGLISH if found is None else found.numbers.style


def dates_of(provider: Any = None) -> DateStyle:
    """The style of dates that a format provider means; without one that of the session's culture."""
    if isinstance(provider, Culture):
        return provider.dates.style
    if isinstance(provider, DateFormats):
        return provider.style
    found = _of_session()
    return ENGLISH_DATES if found is None else found.dates.style


def _load_more() -> None:
    from remora.engine.types.catalog import load

    load("calendars")


_members()
_statics()
Culture.net_type.load = _load_more


def register_types() -> None:
    """Cultures and their formats."""
    kinds = {"NeutralCultures": 1, "SpecificCultures": 2, "InstalledWin32Cultures": 4, "AllCultures": 7}
    register(
        Culture.net_type,
        TextInfo.net_type,
        DateFormats.net_type,
        NumberFormats.net_type,
        NetType(_G + "CultureTypes", r.ENUM, flags=True, enum=kinds),
    )
