"""System.TimeZoneInfo: the time zones of the machine's database."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register

# abbreviation of the database -> (where, name as people write it)
_NAMES = {
    "EST": ("America/", "Eastern Standard Time"),
    "EDT": ("America/", "Eastern Daylight Time"),
    "CST": ("America/", "Central Standard Time"),
    "CDT": ("America/", "Central Daylight Time"),
    "MST": ("America/", "Mountain Standard Time"),
    "MDT": ("America/", "Mountain Daylight Time"),
    "PST": ("America/", "Pacific Standard Time"),
    "PDT": ("America/", "Pacific Daylight Time"),
    "AKST": ("America/", "Alaska Standard Time"),
    "AKDT": ("America/", "Alaska Daylight Time"),
    "AST": ("America/", "Atlantic Standard Time"),
    "ADT": ("America/", "Atlantic Daylight Time"),
    "HST": ("", "Hawaii-Aleutian Standard Time"),
    "GMT": ("", "Greenwich Mean Time"),
    "WET": ("", "Western European Standard Time"),
    "WEST": ("", "Western European Summer Time"),
    "CET": ("", "Central European Standard Time"),
    "CEST": ("", "Central European Summer Time"),
    "EET": ("", "Eastern European Standard Time"),
    "EEST": ("", "Eastern European Summer Time"),
    "MSK": ("", "Moscow Standard Time"),
    "JST": ("", "Japan Standard Time"),
    "KST": ("Asia/", "Korean Standard Time"),
    "AEST": ("", "Australian Eastern Standard Time"),
    "AEDT": ("", "Australian Eastern Daylight Time"),
    "NZST": ("", "New Zealand Standard Time"),
    "NZDT": ("", "New Zealand Daylight Time"),
    "UTC": ("", "Coordinated Universal Time"),
}
_WINTER, _SUMMER = datetime(2024, 1, 1), datetime(2024, 7, 1)


class TimeZoneInfo(NetObject):
    """One time zone by its IANA name."""

    __slots__ = ("key", "zone")
    net_type = NetType("System.TimeZoneInfo", OBJECT)

    def __init__(self, key: str, zone: ZoneInfo) -> None:
        self.key = key
        self.zone = zone

    def _of(self, moment: datetime) -> tuple[timedelta, timedelta, str]:
        local = moment.replace(tzinfo=self.zone)
        short = local.tzname() or self.key
        where, name = _NAMES.get(short, ("", short))
        if not self.key.startswith(where):
            name = short
        return local.utcoffset() or timedelta(), local.dst() or timedelta(), name

    @property
    def standard(self) -> tuple[timedelta, str]:
        """Offset and name without daylight saving."""
        options = [self._of(_WINTER), self._of(_SUMMER)]
        offset, dst, name = min(options, key=lambda option: option[1])
        return offset - dst, name

    @property
    def daylight_name(self) -> str:
        """Name while daylight saving holds; the standard one where there is none."""
        return max((self._of(_WINTER), self._of(_SUMMER)), key=lambda option: option[1])[2]

    @property
    def has_daylight(self) -> bool:
        return any(self._of(moment)[1] for moment in (_WINTER, _SUMMER))

    @property
    def display_name(self) -> str:
        if self.key == "UTC":
            return "(UTC) Coordinated Universal Time"
        minutes = int(self.standard[0].total_seconds() // 60)
        return f"(UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}) {self.key}"

    def net_text(self) -> str:
        return self.display_name


@lru_cache(maxsize=1024)
def zone_named(key: str) -> TimeZoneInfo | None:
    """The zone of that name in any case; None when there is none."""
    folded = key.lower()
    found = next((name for name in available_timezones() if name.lower() == folded), None)
    return None if found is None else TimeZoneInfo(found, ZoneInfo(found))


@lru_cache(maxsize=1)
def all_zones() -> tuple[TimeZoneInfo, ...]:
    """Every zone that is a place or UTC, by offset and name."""
    names = (name for name in available_timezones() if "/" in name or name in ("UTC", "GMT"))
    zones = [TimeZoneInfo(name, ZoneInfo(name)) for name in names if not name.startswith(("posix/", "right/"))]
    return tuple(sorted(zones, key=lambda zone: (zone.standard[0], zone.key)))


def local_zone() -> TimeZoneInfo:
    """The machine's own zone: by TZ, /etc/localtime or /etc/timezone; UTC when none of them tells."""
    named = os.environ.get("TZ", "").lstrip(":")
    target = os.path.realpath("/etc/localtime")
    if not named and "/zoneinfo/" in target:
        named = target.partition("/zoneinfo/")[2]
    if not named:
        try:
            with open("/etc/timezone", encoding="utf-8") as file:
                named = file.read().strip()
        except OSError:
            named = ""
    return zone_named(named.removeprefix("posix/") or "UTC") or TimeZoneInfo("UTC", ZoneInfo("UTC"))


def find_zone(key: str) -> TimeZoneInfo:
    """The zone of that id. Raises PSError TimeZoneNotFoundException."""
    found = zone_named(key)
    if found is None:
        raise error(
            f"The time zone ID '{key}' was not found on the local computer.", "TimeZoneNotFoundException",
            "ObjectNotFound", key, type_name="System.TimeZoneNotFoundException",
        )  # fmt: skip
    return found


def convert_time(moment: datetime, zone: TimeZoneInfo) -> datetime:
    """The same moment in another zone, without a zone of its own as DateTime has none."""
    aware = moment if moment.tzinfo is not None else moment.astimezone()
    return aware.astimezone(zone.zone).replace(tzinfo=None)


def _declare() -> None:
    t = TimeZoneInfo.net_type
    t.property("Id", "System.String")(lambda z: z.key)
    t.property("HasIanaId", "System.Boolean")(lambda z: True)
    t.property("DisplayName", "System.String")(lambda z: z.display_name)
    t.property("StandardName", "System.String")(lambda z: z.standard[1])
    t.property("DaylightName", "System.String")(lambda z: z.daylight_name)
    t.property("BaseUtcOffset", "System.TimeSpan")(lambda z: z.standard[0])
    t.property("SupportsDaylightSavingTime", "System.Boolean")(lambda z: z.has_daylight)
    t.method("GetUtcOffset(datetime)", returns="timespan")(
        lambda z, moment: (
            moment.replace(tzinfo=z.zone).utcoffset()
            if moment.tzinfo is None
            else moment.astimezone(z.zone).utcoffset()
        )
    )
    t.method("IsDaylightSavingTime(datetime)", returns="bool")(
        lambda z, moment: bool(moment.replace(tzinfo=z.zone).dst())
    )
    t.method("ToString()", returns="string")(lambda z: z.display_name)
    t.method("Equals(object)", returns="bool")(lambda z, other: isinstance(other, TimeZoneInfo) and other.key == z.key)
    t.static_property("Local", t.name)(local_zone)
    t.static_property("Utc", t.name)(lambda: find_zone("UTC"))
    t.static("GetSystemTimeZones()")(lambda: list(all_zones()))
    t.static("FindSystemTimeZoneById(string)")(find_zone)
    t.static("ConvertTime(datetime, System.TimeZoneInfo)", returns="datetime")(convert_time)
    t.static("ConvertTimeFromUtc(datetime, System.TimeZoneInfo)", returns="datetime")(
        lambda moment, zone: convert_time(moment.replace(tzinfo=UTC), zone)
    )
    t.static("ConvertTimeToUtc(datetime)", returns="datetime")(lambda moment: moment.astimezone(UTC))
    t.static("ConvertTimeBySystemTimeZoneId(datetime, string)", returns="datetime")(
        lambda moment, key: convert_time(moment, find_zone(key))
    )
    t.static("ClearCachedData()", returns="void")(lambda: None)


def register_types() -> None:
    """TimeZoneInfo."""
    register(TimeZoneInfo.net_type)


_declare()
