"""``$ExecutionContext.SessionState.Path``, ``.Drive`` and ``.Provider``: places without cmdlets."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any

from remora.engine.drives import Drive, Drives, ResolvedPath, drive_not_found
from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.pathinfo import PathInfo, PathInfoStack
from remora.engine.pathtext import combine, is_absolute, leaf_of, parent_of, split_qualifier

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_M = "System.Management.Automation."


class PathView(NetObject):
    """SessionState.Path."""

    __slots__ = ("context",)
    net_type = NetType(_M + "PathIntrinsics", OBJECT)

    def __init__(self, context: EngineContext) -> None:
        self.context = context

    @property
    def drives(self) -> Drives:
        return self.context.drives


class DriveView(NetObject):
    """SessionState.Drive."""

    __slots__ = ("context",)
    net_type = NetType(_M + "DriveManagementIntrinsics", OBJECT)

    def __init__(self, context: EngineContext) -> None:
        self.context = context


class ProviderView(NetObject):
    """SessionState.Provider."""

    __slots__ = ("context",)
    net_type = NetType(_M + "CmdletProviderManagementIntrinsics", OBJECT)

    def __init__(self, context: EngineContext) -> None:
        self.context = context


def run_cmdlet(context: EngineContext, name: str, *arguments: Any, **parameters: Any) -> list[Any]:
    """Run a cmdlet from a member; its errors are thrown."""
    from remora.engine.invoke import call_command

    parameters.setdefault("ErrorAction", "Stop")
    try:
        return call_command(context.active_frame(), name, list(arguments), parameters)
    except PSError as problem:
        thrown = problem.record.exception
        raise error(
            problem.record.message, thrown.short_name, "NotSpecified", type_name=thrown.kind.name, inner=thrown.inner
        ) from None


def _resolved(view: PathView, path: str) -> list[Any]:
    return run_cmdlet(view.context, "Resolve-Path", path)


def _resolved_provider_path(view: PathView, path: str, provider: Any) -> list[Any]:
    place = view.drives.resolve(path)
    provider.value = place.drive.info
    return [found.place.path for found in _resolved(view, path)]


def _unresolved(view: PathView, path: str, provider: Any = None, drive: Any = None) -> str:
    place = view.drives.resolve(path)
    if provider is not None:
        provider.value = place.drive.info
    if drive is not None:
        drive.value = place.drive
    return place.path


def _is_absolute(view: PathView, path: str, drive: Any) -> bool:
    found, name = is_absolute(path)
    if found:
        drive.value = name
    return found


def _is_valid(view: PathView, path: str) -> bool:
    view.drives.resolve(path)
    return "\0" not in path


def _normalize_relative(view: PathView, path: str, base: str) -> str:
    place, root = view.drives.resolve(path), view.drives.resolve(base) if base else view.drives.place
    return posixpath.relpath(place.path, root.path) if place.path != root.path else ""


def _stack(drives: Drives, name: str | None) -> list[ResolvedPath]:
    return drives.stacks.setdefault((name or drives.default_stack).lower(), [])


def _push(view: PathView, name: str) -> None:
    _stack(view.drives, name).append(view.drives.place)


def _pop(view: PathView, name: str) -> Any:
    run_cmdlet(view.context, "Pop-Location", StackName=name or "")
    return PathInfo(view.drives.place)


def _set_location(view: PathView, path: str, literal: bool = False) -> Any:
    found = run_cmdlet(
        view.context, "Set-Location", PassThru=True, **({"LiteralPath": path} if literal else {"Path": path})
    )
    return found[0] if found else None


def _set_default_stack(view: PathView, name: str) -> Any:
    view.drives.default_stack = name or ""
    return PathInfoStack(name or "default", _stack(view.drives, name))


def _drive(view: DriveView, name: str) -> Drive:
    found = view.context.drives.find(name)
    if found is None:
        raise drive_not_found(name)
    return found


def _declare_paths() -> None:
    p = PathView.net_type
    p.property("CurrentLocation", _M + "PathInfo")(lambda v: PathInfo(v.drives.place))
    p.property("CurrentFileSystemLocation", _M + "PathInfo")(lambda v: PathInfo(v.drives.file_place))
    p.method("CurrentProviderLocation(string)")(_of_provider)
    p.method("GetResolvedPSPathFromPSPath(string)")(_resolved)
    p.method("GetResolvedProviderPathFromPSPath(string, psreference)")(_resolved_provider_path)
    p.method(
        "GetUnresolvedProviderPathFromPSPath(string)",
        "GetUnresolvedProviderPathFromPSPath(string, psreference, psreference)",
        returns="string",
    )(_unresolved)
    p.method("IsPSAbsolute(string, psreference)", returns="bool")(_is_absolute)
    p.method("IsProviderQualified(string)", returns="bool")(lambda v, path: split_qualifier(path)[0].endswith("::"))
    p.method("IsValid(string)", returns="bool")(_is_valid)
    p.method("Combine(string, string)", returns="string")(lambda v, parent, child: combine(parent, child))
    p.method("ParseParent(string, string)", returns="string")(lambda v, path, root: parent_of(path))
    p.method("ParseChildName(string)", returns="string")(lambda v, path: leaf_of(path))
    p.method("NormalizeRelativePath(string, string)", returns="string")(_normalize_relative)
    p.method("SetLocation(string)", "SetLocation(string, bool)")(_set_location)
    p.method("PushCurrentLocation(string)", returns="void")(_push)
    p.method("PopLocation(string)")(_pop)
    p.method("LocationStack(string)")(lambda v, name: PathInfoStack(name or "default", _stack(v.drives, name)))
    p.method("SetDefaultLocationStack(string)")(_set_default_stack)


def _of_provider(view: PathView, name: str) -> PathInfo:
    provider = view.drives.provider_named(name)
    if provider.name == "FileSystem":
        return PathInfo(view.drives.file_place)
    drive = provider.drives()[0]
    return PathInfo(ResolvedPath(drive=drive, path=drive.current))


def _declare_drives() -> None:
    d = DriveView.net_type
    d.property("Current", _M + "PSDriveInfo")(lambda v: v.context.drives.current)
    d.method("Get(string)")(_drive)
    d.method("GetAll()")(lambda v: v.context.drives.all())
    d.method("GetAllAtScope(string)")(lambda v, scope: run_cmdlet(v.context, "Get-PSDrive", Scope=scope))
    d.method("GetAllForProvider(string)")(lambda v, name: v.context.drives.provider_named(name).drives())
    d.method("GetAtScope(string, string)")(
        lambda v, name, scope: run_cmdlet(v.context, "Get-PSDrive", name, Scope=scope)[0]
    )
    d.method("New(System.Management.Automation.PSDriveInfo, string)")(
        lambda v, drive, scope: v.context.drives.add(drive, v.context.active_frame().scope.named(scope or "local"))
    )
    d.method("Remove(string, bool, string)", returns="void")(
        lambda v, name, force, scope: run_cmdlet(v.context, "Remove-PSDrive", name, Force=force)
    )
    p = ProviderView.net_type
    p.method("Get(string)")(lambda v, name: [v.context.drives.provider_named(name)])
    p.method("GetAll()")(lambda v: list(v.context.drives.providers.values()))
    p.method("GetOne(string)")(lambda v, name: v.context.drives.provider_named(name))


_declare_paths()
_declare_drives()
