"""Get-TimeZone, Set-TimeZone."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.types.timezones import TimeZoneInfo, all_zones, local_zone, zone_named
from remora.engine.wildcard import has_wildcard
from remora.modules.common import matcher
from remora.modules.management.computers import run_program

_MODULE = "Microsoft.PowerShell.Management"
_ZONE = "System.TimeZoneInfo"
_MISSING = "System.TimeZoneNotFoundException"


def named_zones(pattern: str) -> list[TimeZoneInfo]:
    """Zones whose standard or daylight name matches a wildcard."""
    test = matcher([pattern])
    return [zone for zone in all_zones() if test(zone.standard[1]) or test(zone.daylight_name)]


@cmdlet("Get-TimeZone", aliases=("gtz",), default_set="Name", module=_MODULE, output_type=(_ZONE,))
class GetTimeZone(Cmdlet):
    """Shows the time zone of this machine, or others of its database."""

    id = Parameter("string[]", sets={"Id": {"mandatory": True, "by_property": True}})
    list_available = Parameter("switch", sets={"ListAvailable": {"mandatory": True}})
    name = Parameter("string[]", sets={"Name": {"position": 0, "pipeline": True, "by_property": True}})

    def process(self) -> None:
        if self.list_available:
            for zone in all_zones():
                self.emit(zone)
        elif self.id is not None:
            for key in self.id:
                found = zone_named(key)
                if found is not None:
                    self.emit(found)
                else:
                    self._missing(f"The time zone ID '{key}' was not found on the local computer.", key)
        elif self.name is not None:
            for pattern in self.name:
                zones = named_zones(pattern)
                for zone in zones:
                    self.emit(zone)
                if not zones and not has_wildcard(pattern):
                    self._missing(f"The time zone name '{pattern}' was not found on the local computer.", pattern)
        else:
            self.emit(local_zone())

    def _missing(self, message: str, target: str) -> None:
        self.fail(message, "TimeZoneNotFound", "ObjectNotFound", target, type_name=_MISSING)


@cmdlet("Set-TimeZone", aliases=("stz",), default_set="Name", module=_MODULE, should_process=True, output_type=(_ZONE,))
class SetTimeZone(Cmdlet):
    """Sets the time zone of this machine."""

    id = Parameter("string", sets={"Id": {"mandatory": True, "by_property": True}})
    input_object = Parameter(_ZONE, sets={"InputObject": {"position": 0, "mandatory": True, "pipeline": True}})
    name = Parameter("string", sets={"Name": {"position": 0, "mandatory": True}})
    pass_thru = Parameter("switch")

    def process(self) -> None:
        zone = self._zone()
        if zone is None or not self.should_process(zone.key, "Set-TimeZone"):
            return
        run_program(self, "timedatectl", "set-timezone", zone.key)
        if self.pass_thru:
            self.emit(zone)

    def _zone(self) -> TimeZoneInfo | None:
        if self.input_object is not None:
            given: TimeZoneInfo = self.input_object
            return given
        if self.id is not None:
            found = zone_named(self.id)
            message = f"The time zone ID '{self.id}' was not found on the local computer."
        else:
            zones = named_zones(self.name)
            if len(zones) > 1:
                self.fail(
                    f"Cannot set the local time zone because the name '{self.name}' resolves to multiple entries.",
                    "MultipleMatchingTimeZones", "InvalidArgument", self.name,
                    type_name="System.Management.Automation.PSInvalidOperationException",
                )  # fmt: skip
                return None
            found = zones[0] if zones else None
            message = f"The time zone name '{self.name}' was not found on the local computer."
        if found is None:
            self.fail(message, "TimeZoneNotFound", "ObjectNotFound", self.id or self.name, type_name=_MISSING)
        return found


CMDLETS = (GetTimeZone, SetTimeZone)
