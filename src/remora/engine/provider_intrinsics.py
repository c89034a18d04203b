"""``$ExecutionContext.InvokeProvider``: items, their children, content and properties without cmdlets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.path_intrinsics import run_cmdlet

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.drives import ResolvedPath
    from remora.engine.scriptblock import ScriptBlock

_M = "System.Management.Automation."


class _View(NetObject):
    """One group of operations; each is one cmdlet whose errors are thrown."""

    __slots__ = ("context",)

    def __init__(self, context: EngineContext) -> None:
        self.context = context

    def run(self, name: str, **parameters: Any) -> list[Any]:
        """Run the cmdlet and return its output."""
        return run_cmdlet(self.context, name, **parameters)


class ProviderOperations(_View):
    """InvokeProvider."""

    __slots__ = ()
    net_type = NetType(_M + "ProviderIntrinsics", OBJECT)


class ItemView(_View):
    """InvokeProvider.Item."""

    __slots__ = ()
    net_type = NetType(_M + "ItemCmdletProviderIntrinsics", OBJECT)


class ChildItemView(_View):
    """InvokeProvider.ChildItem."""

    __slots__ = ()
    net_type = NetType(_M + "ChildItemCmdletProviderIntrinsics", OBJECT)


class ContentView(_View):
    """InvokeProvider.Content."""

    __slots__ = ()
    net_type = NetType(_M + "ContentCmdletProviderIntrinsics", OBJECT)


class PropertyView(_View):
    """InvokeProvider.Property."""

    __slots__ = ()
    net_type = NetType(_M + "PropertyCmdletProviderIntrinsics", OBJECT)


class ReaderView(NetObject):
    """What Content.GetReader gives: the content in blocks."""

    __slots__ = ("items", "position")
    net_type = NetType(_M + "Provider.IContentReader", OBJECT)

    def __init__(self, items: list[Any]) -> None:
        self.items = items
        self.position = 0

    def read(self, count: int) -> list[Any]:
        """The next objects; all that is left for 0 and below."""
        end = len(self.items) if count <= 0 else self.position + count
        out = self.items[self.position : end]
        self.position += len(out)
        return out


class WriterView(NetObject):
    """What Content.GetWriter gives: each block is added to the item."""

    __slots__ = ("path", "view")
    net_type = NetType(_M + "Provider.IContentWriter", OBJECT)

    def __init__(self, view: ContentView, path: str) -> None:
        self.view = view
        self.path = path

    def write(self, values: Any) -> Any:
        self.view.run("Add-Content", Path=self.path, Value=values)
        return values


def _paths(path: Any, literal: bool) -> dict[str, Any]:
    return {"LiteralPath" if literal else "Path": path}


def _has_child(view: ChildItemView, path: str) -> bool:
    view.run("Resolve-Path", Path=path)
    return bool(view.run("Get-ChildItem", Path=path, Force=True, Name=True))


def _declare_items() -> None:
    i = ItemView.net_type
    i.method("Get(string)", "Get(string[], bool, bool)")(
        lambda v, path, force=False, literal=False: v.run("Get-Item", Force=force, **_paths(path, literal))
    )
    i.method("Set(string, object)")(lambda v, path, value: v.run("Set-Item", Path=path, Value=value, PassThru=True))
    i.method("Clear(string)")(lambda v, path: v.run("Clear-Item", Path=path))
    i.method("Invoke(string)", returns="void")(lambda v, path: v.run("Invoke-Item", Path=path))
    i.method("Exists(string)", "Exists(string, bool, bool)", returns="bool")(
        lambda v, path, force=False, literal=False: v.run("Test-Path", **_paths(path, literal))[0]
    )
    i.method("IsContainer(string)", returns="bool")(
        lambda v, path: v.run("Test-Path", Path=path, PathType="Container")[0]
    )
    i.method("New(string, string, string, object)")(_new)
    i.method("Remove(string, bool)", returns="void")(
        lambda v, path, recurse: v.run("Remove-Item", Path=path, Recurse=recurse)
    )
    i.method("Rename(string, string)")(
        lambda v, path, name: v.run("Rename-Item", Path=path, NewName=name, PassThru=True)
    )
    i.method("Copy(string, string, bool, object)")(
        lambda v, path, target, recurse, containers: v.run(
            "Copy-Item", Path=path, Destination=target, Recurse=recurse, PassThru=True
        )
    )
    i.method("Move(string, string)")(
        lambda v, path, target: v.run("Move-Item", Path=path, Destination=target, PassThru=True)
    )


def _new(view: ItemView, path: str, name: str, kind: str, content: Any) -> list[Any]:
    parameters: dict[str, Any] = {"Path": path, "ItemType": kind or "File", "Value": content}
    if name:
        parameters["Name"] = name
    return view.run("New-Item", **parameters)


def _declare_rest() -> None:
    p = ProviderOperations.net_type
    p.property("Item", ItemView.net_type.name)(lambda v: ItemView(v.context))
    p.property("ChildItem", ChildItemView.net_type.name)(lambda v: ChildItemView(v.context))
    p.property("Content", ContentView.net_type.name)(lambda v: ContentView(v.context))
    p.property("Property", PropertyView.net_type.name)(lambda v: PropertyView(v.context))
    c = ChildItemView.net_type
    c.method("Get(string, bool)")(lambda v, path, recurse: v.run("Get-ChildItem", Path=path, Recurse=recurse))
    c.method("GetNames(string, object, bool)")(
        lambda v, path, containers, recurse: v.run("Get-ChildItem", Path=path, Recurse=recurse, Name=True)
    )
    c.method("HasChild(string)", returns="bool")(_has_child)
    n = ContentView.net_type
    n.method("GetReader(string)")(lambda v, path: [ReaderView(v.run("Get-Content", Path=path))])
    n.method("GetWriter(string)")(lambda v, path: [WriterView(v, path)])
    n.method("Clear(string)", returns="void")(lambda v, path: v.run("Clear-Content", Path=path))
    r = PropertyView.net_type
    r.method("Get(string, object)")(
        lambda v, path, names: v.run("Get-ItemProperty", Path=path, **({"Name": names} if names else {}))
    )
    r.method("Set(string, psobject)")(
        lambda v, path, value: v.run("Set-ItemProperty", Path=path, InputObject=value, PassThru=True)
    )
    r.method("Clear(string, object)", returns="void")(
        lambda v, path, names: [v.run("Clear-ItemProperty", Path=path, Name=name) for name in names]
    )
    reader, writer = ReaderView.net_type, WriterView.net_type
    reader.method("Read(long)")(lambda v, count: v.read(count))
    reader.method("Close()", "Dispose()", returns="void")(lambda v: None)
    writer.method("Write(object)")(lambda v, values: v.write(values))
    writer.method("Close()", "Dispose()", returns="void")(lambda v: None)


class LocationChange(NetObject):
    """What a LocationChangedAction finds in ``$_``."""

    __slots__ = ("context", "new", "old")
    net_type = NetType(_M + "LocationChangedEventArgs", OBJECT)

    def __init__(self, context: EngineContext, old: ResolvedPath, new: ResolvedPath) -> None:
        self.context = context
        self.old = old
        self.new = new


def watch_location(context: EngineContext, action: ScriptBlock | None) -> None:
    """Run a block after each change of the location; None: no longer."""
    context.store["location action"] = action
    if action is None:
        context.drives.changed = None
        return

    def changed(old: ResolvedPath, new: ResolvedPath) -> None:
        from remora.engine.hosting.runspace import runspace_of
        from remora.engine.invoke import call_block

        change = LocationChange(context, old, new)
        runspace = runspace_of(context)
        call_block(action, [runspace, change], dollar_under=change, this=runspace)

    context.drives.changed = changed


def _declare_change() -> None:
    from remora.engine.automatic import SessionView
    from remora.engine.pathinfo import PathInfo

    c = LocationChange.net_type
    c.property("SessionState", _M + "SessionState")(lambda v: SessionView(v.context, v.context.global_scope.session))
    c.property("OldPath", _M + "PathInfo")(lambda v: PathInfo(v.old))
    c.property("NewPath", _M + "PathInfo")(lambda v: PathInfo(v.new))


_declare_items()
_declare_rest()
_declare_change()
