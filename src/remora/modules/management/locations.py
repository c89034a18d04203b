"""Get-, Set-, Push- and Pop-Location, Get-PSDrive, Get-PSProvider, New-PSDrive, Remove-PSDrive."""

from __future__ import annotations

import os
import shutil
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.drives import Drive, ResolvedPath, drive_not_found
from remora.engine.errors import PSError, error
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, custom, matcher
from remora.modules.management.failures import path_not_found
from remora.modules.management.pathinfo import PathInfo
from remora.modules.management.paths import exists, glob, is_container
from remora.values import PSObject

_MODULE = "Microsoft.PowerShell.Management"


def current_place(session: Any) -> ResolvedPath:
    """Where the session is."""
    drive: Drive = session.drives.current
    return ResolvedPath(drive=drive, path=drive.current)


@cmdlet("Get-Location", aliases=("gl", "pwd"), default_set="Location", module=_MODULE)
class GetLocation(Cmdlet):
    """Where the session is."""

    ps_provider = Parameter("string[]", name="PSProvider")
    ps_drive = Parameter("string[]", name="PSDrive")
    stack = Parameter("switch")
    stack_name = Parameter("string[]")

    def process(self) -> None:
        if self.stack or self.stack_name:
            for text in reversed(self.session.drives.stacks.get((as_list(self.stack_name) or [""])[0], [])):
                self.emit(PathInfo(self.session.resolve_path(text)))
            return
        if self.ps_drive is not None:
            for name in self.ps_drive:
                drive = self.session.drives.find(name.rstrip(":"))
                if drive is None:
                    self.write_error(_record(drive_not_found(name)))
                else:
                    self.emit(PathInfo(ResolvedPath(drive=drive, path=drive.current)))
            return
        self.emit(PathInfo(current_place(self.session)))


def _record(problem: Exception) -> Any:
    assert isinstance(problem, PSError)
    return problem.record


class _Mover(Cmdlet):
    """Changes the location after looking that the target is there."""

    def _go(self, text: str, *, literal: bool) -> None:
        if text in ("-", "+"):
            self._travel(text)
            return
        found = [self.session.resolve_path(text)] if literal else self._places(text)
        if len(found) > 1:
            raise self.throw(
                error(f"Cannot set the location because path '{text}' resolved to multiple containers.",
                      "PathNotUnique",
                      "InvalidArgument", text, type_name="System.Management.Automation.PSArgumentException")
            )  # fmt: skip
        place = found[0] if found else self.session.resolve_path(text)
        if not exists(self.session, place) or not is_container(self.session, place):
            raise self.throw(path_not_found(place.full()))
        if place.is_file_system and not os.access(place.path, os.X_OK):
            raise self.throw(
                error(f"Access to the path '{place.path}' is denied.", "UnauthorizedAccess", "PermissionDenied",
                      place.path,
                      type_name="System.UnauthorizedAccessException")
            )  # fmt: skip
        history: list[str] = self.session.store.setdefault("location history", [])
        history.append(self.session.location)
        del history[:-20]
        self.session.drives.set_location(place)

    def _places(self, text: str) -> list[ResolvedPath]:
        if not has_wildcard(text):
            return [self.session.resolve_path(text)]
        return [place for place in glob(self.session, text) if is_container(self.session, place)]

    def _travel(self, sign: str) -> None:
        """``-`` goes back, ``+`` forward again."""
        back: list[str] = self.session.store.setdefault("location history", [])
        forward: list[str] = self.session.store.setdefault("location future", [])
        source, target = (back, forward) if sign == "-" else (forward, back)
        if not source:
            which = "previous" if sign == "-" else "next"
            raise self.throw(
                error(f"There is no location history left to navigate {'backwards' if sign == '-' else 'forwards'}.",
                      "SetLocationHistory", "InvalidOperation", which, type_name="System.InvalidOperationException")
            )  # fmt: skip
        target.append(self.session.location)
        self.session.drives.set_location(self.session.resolve_path(source.pop()))


@cmdlet("Set-Location", aliases=("sl", "cd", "chdir"), default_set="Path", module=_MODULE)
class SetLocation(_Mover):
    """Goes to another place; without a path, home."""

    path = Parameter("string", sets={"Path": {"position": 0, "pipeline": True, "by_property": True}})
    literal_path = Parameter(
        "string", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    stack_name = Parameter("string", sets={"Stack": {"by_property": True}})
    pass_thru = Parameter("switch")

    def process(self) -> None:
        if self.literal_path is not None:
            self._go(self.literal_path, literal=True)
        else:
            self._go(self.path or "~", literal=False)
        if self.pass_thru:
            self.emit(PathInfo(current_place(self.session)))


@cmdlet("Push-Location", aliases=("pushd",), default_set="Path", module=_MODULE)
class PushLocation(_Mover):
    """Remembers the place and goes to another."""

    path = Parameter("string", sets={"Path": {"position": 0, "pipeline": True, "by_property": True}})
    literal_path = Parameter("string", sets={"LiteralPath": {"by_property": True}}, aliases=("PSPath", "LP"))
    stack_name = Parameter("string", default="")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        before = self.session.location
        if self.literal_path is not None:
            self._go(self.literal_path, literal=True)
        elif self.path is not None:
            self._go(self.path, literal=False)
        self.session.drives.stacks.setdefault(self.stack_name or "", []).append(before)
        if self.pass_thru:
            self.emit(PathInfo(current_place(self.session)))


@cmdlet("Pop-Location", aliases=("popd",), module=_MODULE)
class PopLocation(_Mover):
    """Goes back to the place pushed last."""

    stack_name = Parameter("string", by_property=True, default="")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        stack = self.session.drives.stacks.get(self.stack_name or "")
        if stack:
            self._go(stack.pop(), literal=True)
        if self.pass_thru:
            self.emit(PathInfo(current_place(self.session)))


@cmdlet("Get-PSDrive", aliases=("gdr",), default_set="Name", module=_MODULE)
class GetPSDrive(Cmdlet):
    """Shows the drives of the session."""

    name = Parameter("string[]", sets={"Name": {"position": 0, "by_property": True}})
    literal_name = Parameter("string[]", sets={"LiteralName": {"position": 0, "mandatory": True}})
    scope = Parameter("string")
    ps_provider = Parameter("string[]", name="PSProvider")

    def process(self) -> None:
        of_provider = matcher(self.ps_provider)
        for pattern in as_list(self.literal_name or self.name) or ["*"]:
            found = [drive for drive in self.session.drives.all() if matcher([pattern.rstrip(":")])(drive.name)]
            for drive in found:
                if of_provider(drive.provider):
                    self.emit(shown_drive(drive))
            if not found and not has_wildcard(pattern):
                self.fail(
                    f"Cannot find drive. A drive with the name '{pattern}' does not exist.",
                    "GetLocationNoMatchingDrive",
                    "ObjectNotFound",
                    pattern,
                    type_name="System.Management.Automation.DriveNotFoundException",
                )


def shown_drive(drive: Drive) -> PSObject:
    """A drive with its sizes."""
    used = free = None
    if drive.provider == "FileSystem":
        try:
            usage = shutil.disk_usage(drive.root)
            used, free = usage.used, usage.free
        except OSError:
            used = free = None
    root = drive.root if drive.provider == "FileSystem" else ""
    made = custom(
        Used=used, Free=free, CurrentLocation=drive.current.lstrip("/"), Name=drive.name, Provider=drive.provider,
        Root=root,
        Description=drive.description, DisplayRoot=None,
    )  # fmt: skip
    made.type_names = ("System.Management.Automation.PSDriveInfo", "System.Object")
    made.to_string = drive.name
    return made


@cmdlet("New-PSDrive", aliases=("ndr", "mount"), module=_MODULE, should_process=True)
class NewPSDrive(Cmdlet):
    """Makes a drive for a directory."""

    name = Parameter("string", position=0, mandatory=True, by_property=True)
    ps_provider = Parameter("string", name="PSProvider", position=1, mandatory=True, by_property=True)
    root = Parameter("string", position=2, mandatory=True, by_property=True, allow_empty=True)
    description = Parameter("string", default="")
    scope = Parameter("string")
    persist = Parameter("switch")
    credential = Parameter("object")

    def process(self) -> None:
        if self.session.drives.find(self.name) is not None:
            raise self.throw(
                error(f"A drive with the name '{self.name}' already exists.", "DriveAlreadyExists", "ResourceExists",
                      self.name,
                      type_name="System.Management.Automation.SessionStateException")
            )  # fmt: skip
        if self.ps_provider.lower() != "filesystem":
            raise self.runtime.not_supported(f"New-PSDrive -PSProvider {self.ps_provider}")
        root = self.session.file_path(self.root)
        if not os.path.isdir(root):
            raise self.throw(
                error(f"The specified drive root \"{self.root}\" either does not exist, or it is not a folder.",
                      "DriveRootError",
                      "ReadError", self.name, type_name="System.IO.IOException")
            )  # fmt: skip
        drive = self.session.drives.add(Drive(self.name, "FileSystem", root, description=self.description))
        self.emit(shown_drive(drive))


@cmdlet("Remove-PSDrive", aliases=("rdr",), module=_MODULE, should_process=True)
class RemovePSDrive(Cmdlet):
    """Takes drives away."""

    name = Parameter("string[]", position=0, mandatory=True, by_property=True)
    ps_provider = Parameter("string[]", name="PSProvider")
    scope = Parameter("string")
    force = Parameter("switch")

    def process(self) -> None:
        for name in self.name:
            if self.session.drives.remove(name.rstrip(":")) is None:
                self.write_error(_record(drive_not_found(name)))


@cmdlet("Get-PSProvider", module=_MODULE)
class GetPSProvider(Cmdlet):
    """Shows the providers of the session's drives."""

    ps_provider = Parameter("string[]", name="PSProvider", position=0, pipeline=True, by_property=True)

    def process(self) -> None:
        wanted = matcher(self.ps_provider)
        table: dict[str, list[Drive]] = {}
        for drive in self.session.drives.all():
            table.setdefault(drive.provider, []).append(drive)
        for provider in sorted(table):
            if wanted(provider):
                capabilities = "Filter, ShouldProcess, Credentials" if provider == "FileSystem" else "ShouldProcess"
                made = custom(
                    Name=provider, Capabilities=capabilities, Drives=[drive.name for drive in table[provider]]
                )
                made.type_names = ("System.Management.Automation.ProviderInfo", "System.Object")
                made.to_string = f"Microsoft.PowerShell.Core\\{provider}"
                self.emit(made)


CMDLETS = (
    GetLocation, GetPSDrive, GetPSProvider, NewPSDrive, PopLocation, PushLocation, RemovePSDrive, SetLocation,
)  # fmt: skip
