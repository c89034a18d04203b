"""PathInfo: a location as an object."""

from __future__ import annotations

from typing import Any

from remora.engine.drives import ResolvedPath
from remora.engine.nettype import OBJECT, NetObject, NetType


class PathInfo(NetObject):
    """A place on a drive."""

    __slots__ = ("place",)
    net_type = NetType("System.Management.Automation.PathInfo", OBJECT)

    def __init__(self, place: ResolvedPath) -> None:
        self.place = place

    def net_text(self) -> str:
        return self.place.full()


@PathInfo.net_type.property("Drive", "System.Management.Automation.PSDriveInfo")
def _drive(self: PathInfo) -> Any:
    return self.place.drive


@PathInfo.net_type.property("Provider")
def _provider(self: PathInfo) -> Any:
    return f"Microsoft.PowerShell.Core\\{self.place.drive.provider}"


@PathInfo.net_type.property("ProviderPath", "System.String")
def _provider_path(self: PathInfo) -> Any:
    return self.place.path


@PathInfo.net_type.property("Path", "System.String")
def _path(self: PathInfo) -> Any:
    return self.place.full()
