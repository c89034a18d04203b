"""PathInfo: a place on a drive as an object ($PWD, Get-Location, Resolve-Path)."""

from __future__ import annotations

from remora.engine.drives import ResolvedPath
from remora.engine.enumeration import Enumerable
from remora.engine.nettype import OBJECT, NetObject, NetType

_M = "System.Management.Automation."


class PathInfo(NetObject):
    """A place on a drive."""

    __slots__ = ("place",)
    net_type = NetType(_M + "PathInfo", OBJECT)

    def __init__(self, place: ResolvedPath) -> None:
        self.place = place

    def net_text(self) -> str:
        return self.place.full()


class PathInfoStack(Enumerable):
    """A location stack, newest place first."""

    __slots__ = ("name", "places")
    net_type = NetType(_M + "PathInfoStack", OBJECT, interfaces=("System.Collections.IEnumerable",))

    def __init__(self, name: str, places: list[ResolvedPath]) -> None:
        self.name = name
        self.places = places

    def items(self) -> list[PathInfo]:
        return [PathInfo(place) for place in reversed(self.places)]


def _declare() -> None:
    p = PathInfo.net_type
    p.property("Drive", _M + "PSDriveInfo")(lambda p: None if p.place.qualified else p.place.drive)
    p.property("Provider", _M + "ProviderInfo")(lambda p: p.place.drive.info)
    p.property("ProviderPath", "System.String")(lambda p: p.place.path)
    p.property("Path", "System.String")(lambda p: p.place.full())
    p.method("ToString()", returns="string")(lambda p: p.place.full())
    s = PathInfoStack.net_type
    s.property("Name", "System.String")(lambda s: s.name)
    s.property("Count", "System.Int32")(lambda s: len(s.places))
    s.method("ToArray()", returns="object[]")(lambda s: s.items())


_declare()
