"""Assemblies, AppDomain, Activator and the table of type accelerators as scripts see them."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.convert.conversion import convert
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.assemblies import assembly_of
from remora.engine.types.collections import failure
from remora.engine.types.typeref import TypeRef, find_type, known_types, register, require, type_from_text, type_ref
from remora.values.collections import TypedArray

_ASSEMBLY: Final = NetType("System.Reflection.Assembly", OBJECT, form="abstract")


class Assembly(NetObject):
    """An assembly by its display name; it holds the types whose home it is."""

    __slots__ = ("name",)
    net_type = NetType("System.Reflection.RuntimeAssembly", _ASSEMBLY)

    def __init__(self, name: str) -> None:
        self.name = name

    def net_text(self) -> str:
        return self.name

    @property
    def simple(self) -> str:
        return self.name.partition(",")[0]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Assembly) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


def _assembly_type(assembly: Assembly, name: str, throw: bool = False, ignore_case: bool = False) -> Any:
    if name == ACCELERATORS.name:
        return type_ref(ACCELERATORS)
    found = type_from_text(name)
    if found is None or assembly_of(found.name) != assembly.name:
        if throw:
            raise failure(f"Could not load type '{name}' from assembly '{assembly.name}'.", "System.TypeLoadException")
        return None
    return found


def _known_assemblies() -> list[Assembly]:
    return [Assembly(name) for name in sorted({assembly_of(name) for name in known_types()})]


def _load_assembly(name: str) -> Any:
    simple = name.partition(",")[0].strip().lower()
    found = next((one for one in _known_assemblies() if one.simple.lower() == simple), None)
    if found is None:
        raise failure(
            f"Could not load file or assembly '{name}'. The system cannot find the file specified.",
            "System.IO.FileNotFoundException",
        )
    return found


def _try_load(name: str) -> Any:
    simple = name.partition(",")[0].strip().lower()
    return next((one for one in _known_assemblies() if one.simple.lower() == simple), None)


def _assemblies() -> None:
    a = Assembly.net_type
    a.property("FullName", "System.String")(lambda x: x.name)
    a.property("Location", "System.String")(lambda x: "")
    a.property("IsDynamic", "System.Boolean")(lambda x: False)
    a.property("ImageRuntimeVersion", "System.String")(lambda x: "v4.0.30319")
    a.property("ManifestModule")(lambda x: None)
    a.method("GetName()")(lambda x: AssemblyName(x.name))
    a.method("GetType(string name)", "GetType(string name, bool throwOnError)",
             "GetType(string name, bool throwOnError, bool ignoreCase)", returns="type")(_assembly_type)  # fmt: skip
    for name in ("GetTypes", "GetExportedTypes"):
        a.method(f"{name}()", returns="type[]")(_types_of)
    base = _ASSEMBLY
    base.static("LoadWithPartialName(string partialName)")(_try_load)
    base.static("Load(string assemblyString)")(_load_assembly)
    base.static("GetAssembly(type type)")(lambda kind: Assembly(assembly_of(kind.name)))
    n = AssemblyName.net_type
    n.property("Name", "System.String")(lambda x: x.name.partition(",")[0])
    n.property("FullName", "System.String")(lambda x: x.name)
    n.property("Version", "System.Version")(
        lambda x: convert(x.name.partition("Version=")[2].partition(",")[0], require("version"))
    )
    n.property("CultureName", "System.String")(lambda x: "")
    n.constructor("(string assemblyName)")(AssemblyName)
    d = AppDomain.net_type
    d.static_property("CurrentDomain")(AppDomain)
    d.property("FriendlyName", "System.String")(lambda x: "pwsh")
    d.property("BaseDirectory", "System.String")(lambda x: "/")
    d.method("GetAssemblies()")(lambda x: _known_assemblies())


class AssemblyName(NetObject):
    """Reflection.AssemblyName."""

    __slots__ = ("name",)
    net_type = NetType("System.Reflection.AssemblyName", OBJECT)

    def __init__(self, name: str) -> None:
        self.name = name

    def net_text(self) -> str:
        return self.name


class AppDomain(NetObject):
    """The one application domain."""

    __slots__ = ()
    net_type = NetType("System.AppDomain", OBJECT)


def _types_of(assembly: Assembly) -> TypedArray:
    names = [name for name in known_types() if assembly_of(name) == assembly.name]
    return TypedArray([found for name in names if (found := find_type(name)) is not None])


ACCELERATORS: Final = NetType("System.Management.Automation.TypeAccelerators", OBJECT, form="static")
_ACTIVATOR: Final = NetType("System.Activator", OBJECT, form="static")


def _added() -> dict[str, Any]:
    from remora.engine.context import current

    return current().store.setdefault("type_accelerators", {})  # type: ignore[no-any-return]


def _all_accelerators() -> Any:
    from remora.engine.types.accelerators import ACCELERATORS as TABLE
    from remora.engine.types.maps import GenericDictionary

    kind = require("System.Collections.Generic.Dictionary[string,type]")
    known = [(name, found) for name in TABLE if (found := find_type(name)) is not None]
    return GenericDictionary(kind, [*known, *_added().items()], ignore_case=True)


def _create(kind: TypeRef, *arguments: Any) -> Any:
    from remora.engine.members.calls import construct

    return construct(kind, list(arguments))


def _services() -> None:
    ACCELERATORS.static_property("Get")(_all_accelerators)
    ACCELERATORS.static("Add(string typeName, type type)", returns="void")(
        lambda name, kind: _added().__setitem__(name.lower(), kind)
    )
    ACCELERATORS.static("Remove(string typeName)", returns="bool")(
        lambda name: _added().pop(name.lower(), None) is not None
    )
    _ACTIVATOR.static("CreateInstance(type type)", "CreateInstance(type type, *object args)")(_create)


def register_types() -> None:
    """Assemblies and Activator by name."""
    register(Assembly.net_type, _ASSEMBLY, AssemblyName.net_type, AppDomain.net_type, _ACTIVATOR)


_assemblies()
_services()
