"""``$x.psobject`` and the objects one sees through it; methods as values."""

from __future__ import annotations

from typing import Any

from remora.engine.enumeration import Enumerable
from remora.engine.nettype import OBJECT, Method, NetObject, NetType, Property
from remora.engine.psobject import AliasProperty, ScriptMethod, ScriptProperty, property_value
from remora.engine.types.registry import type_names, type_of, unwrap
from remora.values.collections import TypedArray
from remora.values.objects import MISSING, PSObject
from remora.values.tables import Hashtable

_M = "System.Management.Automation."


class MethodValue(NetObject):
    """A method named without parentheses."""

    __slots__ = ("name", "target")
    net_type = NetType(_M + "PSMethod", OBJECT)

    def __init__(self, target: Any, name: str) -> None:
        self.target = target
        self.name = name

    def net_text(self) -> str:
        member = type_of(self.target).find(self.name.lower())
        return member.definition() if isinstance(member, Method) else self.name


class PropertyInfo(NetObject):
    """One property of an object: Name, Value, MemberType, TypeNameOfValue."""

    __slots__ = ("kind", "name", "owner")
    net_type = NetType(_M + "PSPropertyInfo", NetType(_M + "PSMemberInfo", OBJECT))

    def __init__(self, owner: Any, name: str, kind: str) -> None:
        self.owner = owner
        self.name = name
        self.kind = kind

    @property
    def value(self) -> Any:
        from remora.engine.members.properties import get_member

        return get_member(self.owner, self.name)

    @value.setter
    def value(self, value: Any) -> None:
        from remora.engine.members.properties import set_member

        set_member(self.owner, self.name, value)

    def net_text(self) -> str:
        from remora.engine.convert.text import to_text

        return f"{type_of(self.value).name} {self.name}={to_text(self.value)}"


def member_kind(member: Any) -> str:
    """MemberType of what an ``extended`` dict holds."""
    return {ScriptProperty: "ScriptProperty", AliasProperty: "AliasProperty", ScriptMethod: "ScriptMethod"}.get(
        type(member), "NoteProperty"
    )


def property_list(value: Any) -> list[tuple[str, str]]:
    """(name, kind) of all properties of a value, in display order: type's own first, then added ones."""
    out: dict[str, tuple[str, str]] = {}
    inner = unwrap(value)
    if inner is not value or not isinstance(value, PSObject):
        for member in type_of(inner).all_members().values():
            if isinstance(member, Property) and not member.hidden:
                out[member.name.lower()] = (member.name, member.kind)
        extras = getattr(inner, "properties", None) if isinstance(inner, NetObject) else None
        if isinstance(extras, dict):
            for name in extras:
                out.setdefault(name.lower(), (name, "Property"))
    if isinstance(value, PSObject):
        for name in value.adapted:
            out.setdefault(name.lower(), (name, "Property"))
        for name, member in value.extended.items():
            if not isinstance(member, ScriptMethod):
                out[name.lower()] = (name, member_kind(member))
    return list(out.values())


def property_pairs(value: Any) -> list[tuple[str, Any]]:
    """(name, value) of all properties, computed; an unreadable property gives None."""
    from remora.engine.errors import PSError
    from remora.engine.members.properties import get_member

    out: list[tuple[str, Any]] = []
    for name, _ in property_list(value):
        try:
            if isinstance(value, PSObject) and (entry := value._find(name)) is not None:
                out.append((name, property_value(value, entry[0][entry[1]])))
            else:
                out.append(
                    (
                        name,
                        _own_value(value, name)
                        if isinstance(unwrap(value), (Hashtable, dict))
                        else get_member(value, name),
                    )
                )
        except PSError:
            out.append((name, None))
    return out


def _own_value(value: Any, name: str) -> Any:
    """A dictionary's own property, not the key of that name."""
    inner = unwrap(value)
    member = type_of(inner).find(name.lower())
    return member.get(inner) if isinstance(member, Property) else None


class PropertyCollection(Enumerable):
    """``psobject.Properties``: indexed by name, enumerated in order."""

    __slots__ = ("owner",)
    net_type = NetType(_M + "PSMemberInfoIntegratingCollection`1[[" + _M + "PSPropertyInfo]]", OBJECT)

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def items(self) -> list[PropertyInfo]:
        return [PropertyInfo(self.owner, name, kind) for name, kind in property_list(self.owner)]

    def find(self, name: str) -> PropertyInfo | None:
        folded = name.lower()
        return next((p for p in self.items() if p.name.lower() == folded), None)

    def add(self, name: str, value: Any) -> None:
        """Attach a note property; only objects that carry members can take it."""
        if isinstance(self.owner, PSObject):
            self.owner.extended[name] = value

    def remove(self, name: str) -> None:
        if isinstance(self.owner, PSObject):
            entry = self.owner._find(name)
            if entry is not None:
                del entry[0][entry[1]]


class PSMemberView(NetObject):
    """``$x.psobject``."""

    __slots__ = ("owner",)
    net_type = NetType(_M + "PSObject", OBJECT)

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    @property
    def base(self) -> Any:
        return unwrap(self.owner)

    def type_names(self) -> TypedArray:
        return TypedArray(type_names(self.owner), "System.String")

    def copy(self) -> Any:
        """A shallow copy of the object with its members."""
        owner = self.owner
        if isinstance(owner, PSObject):
            base = owner.base
            if isinstance(base, Hashtable):
                base = type(base)(base)
            return PSObject(
                owner.type_names,
                base if base is not MISSING else MISSING,
                owner.adapted,
                owner.extended,
                owner.to_string,
            )
        return type(owner)(owner) if isinstance(owner, Hashtable) else owner


def _declare() -> None:
    view = PSMemberView.net_type
    view.property("BaseObject")(lambda v: v.base)
    view.property("ImmediateBaseObject")(lambda v: v.base)
    view.property("TypeNames")(lambda v: v.type_names())
    view.property("Properties")(lambda v: PropertyCollection(v.owner))
    view.property("Members")(lambda v: PropertyCollection(v.owner))
    view.method("Copy()")(lambda v: v.copy())
    info = PropertyInfo.net_type
    info.property("Name")(lambda p: p.name)
    info.property("Value")(lambda p: p.value)
    info.setter("Value")(lambda p, value: setattr(p, "value", value))
    info.property("MemberType")(lambda p: p.kind)
    info.property("TypeNameOfValue")(lambda p: type_of(p.value).name)
    info.property("IsSettable")(lambda p: p.kind in ("NoteProperty", "ScriptProperty"))
    info.property("IsGettable")(lambda p: True)
    info.property("IsInstance")(lambda p: p.kind == "NoteProperty")
    collection = PropertyCollection.net_type
    collection.property("Count")(lambda c: len(c.items()))
    collection.property("Name")(lambda c: [p.name for p in c.items()])
    collection.property("Value")(lambda c: [p.value for p in c.items()])
    collection.method("Remove(string)")(lambda c, name: c.remove(name))
    collection.method("Add(object)")(lambda c, note: c.add(note.name, note.value))
    collection.method("Match(string)")(_matching)
    method = MethodValue.net_type
    method.property("Name")(lambda m: m.name)
    method.property("MemberType")(lambda m: "Method")
    method.property("OverloadDefinitions")(lambda m: m.net_text())


def _matching(collection: PropertyCollection, pattern: str) -> list[PropertyInfo]:
    from remora.engine.wildcard import like

    return [p for p in collection.items() if like(p.name, pattern)]


_declare()
