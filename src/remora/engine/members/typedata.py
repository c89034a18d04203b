"""TypeData: what a session adds to one type, as Update-TypeData takes it and Get-TypeData gives it."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.psobject import AliasProperty, PropertySet, ScriptMethod, ScriptProperty, member_type
from remora.engine.types.typeref import register
from remora.values.tables import Hashtable

_R: Final = "System.Management.Automation.Runspaces."
MEMBER_DATA: Final = NetType(_R + "TypeMemberData", OBJECT)
_KINDS: Final = {
    kind: NetType(f"{_R}{kind}Data", MEMBER_DATA)
    for kind in ("NoteProperty", "AliasProperty", "ScriptProperty", "ScriptMethod", "PropertySet", "MemberSet")
}
# The settings of PSStandardMembers, with their types.
STANDARD: Final = {
    "SerializationMethod": "System.String",
    "TargetTypeForDeserialization": "System.Type",
    "SerializationDepth": "System.Int32",
    "DefaultDisplayProperty": "System.String",
    "InheritPropertySerializationSet": "System.Boolean",
    "StringSerializationSource": "System.String",
}
SETS: Final = ("DefaultDisplayPropertySet", "DefaultKeyPropertySet", "PropertySerializationSet")
CLASSES: Final = ("TypeConverter", "TypeAdapter")


class TypeMemberData(NetObject):
    """One member. member: as ``extended`` of an object holds it."""

    __slots__ = ("member", "name")
    net_type = MEMBER_DATA

    def __init__(self, name: str, member: Any) -> None:
        self.name = name
        self.member = member

    @property
    def kind(self) -> NetType:
        """The class of the member."""
        return _KINDS.get(member_type(self.member), MEMBER_DATA)

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return self.kind.name


class TypeData(NetObject):
    """members: TypeMemberData by name. standard: settings by name, sets of properties as lists of names."""

    __slots__ = ("is_override", "members", "standard", "type_name")
    net_type = NetType(_R + "TypeData", OBJECT)

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name
        self.members = Hashtable()
        self.standard: dict[str, Any] = {}
        self.is_override = False

    def put(self, name: str, member: Any) -> None:
        """Add a member or give it a new value."""
        self.members[name] = TypeMemberData(name, member)

    def is_empty(self) -> bool:
        """Nothing is said about the type."""
        return not self.members and not self.standard

    def copy(self) -> TypeData:
        """Another one with the same content."""
        made = TypeData(self.type_name)
        for name, data in self.members.items():
            made.members[name] = data
        made.standard = dict(self.standard)
        made.is_override = self.is_override
        return made

    def conflicts(self, other: TypeData) -> list[str]:
        """Names that both have."""
        standard = {name.lower() for name in self.standard}
        return [data.name for name, data in other.members.items() if name in self.members] + [
            name for name in other.standard if name.lower() in standard
        ]

    def merge(self, other: TypeData) -> None:
        """Take over everything the other one has."""
        for name, data in other.members.items():
            self.members[name] = data
        self.standard.update(other.standard)

    def find_standard(self, name: str) -> Any:
        """A setting by name, case ignored."""
        folded = name.lower()
        return next((value for known, value in self.standard.items() if known.lower() == folded), None)

    def net_text(self) -> str:
        return self.net_type.name


def _declare_data() -> None:
    MEMBER_DATA.property("Name", "System.String")(lambda data: data.name)
    note = _KINDS["NoteProperty"]
    note.property("Value")(lambda data: data.member)
    note.setter("Value")(lambda data, value: setattr(data, "member", value))
    note.constructor("(string, object)")(TypeMemberData)
    alias = _KINDS["AliasProperty"]
    alias.property("ReferencedMemberName", "System.String")(lambda data: data.member.target)
    alias.property("MemberType")(lambda data: data.member.conversion)
    alias.constructor("(string, string)")(lambda name, target: TypeMemberData(name, AliasProperty(target)))
    alias.constructor("(string, string, type)")(
        lambda name, target, kind: TypeMemberData(name, AliasProperty(target, kind.name))
    )
    script = _KINDS["ScriptProperty"]
    script.property("GetScriptBlock")(lambda data: data.member.getter)
    script.property("SetScriptBlock")(lambda data: data.member.setter)
    script.constructor("(string, scriptblock)", "(string, scriptblock, scriptblock)")(
        lambda name, getter, setter=None: TypeMemberData(name, ScriptProperty(getter, setter))
    )
    method = _KINDS["ScriptMethod"]
    method.property("Script")(lambda data: data.member.block)
    method.constructor("(string, scriptblock)")(lambda name, block: TypeMemberData(name, ScriptMethod(block)))
    names = _KINDS["PropertySet"]
    names.property("ReferencedProperties")(lambda data: list(data.member.names))
    names.constructor("(string[])")(lambda given: TypeMemberData("", PropertySet(list(given))))


def _set_of(name: str) -> Any:
    def value(data: TypeData) -> Any:
        names = data.standard.get(name)
        return None if names is None else TypeMemberData(name, PropertySet(list(names)))

    return value


def _put_set(name: str) -> Any:
    def put(data: TypeData, value: Any) -> None:
        if isinstance(value, TypeMemberData) and isinstance(value.member, PropertySet):
            data.standard[name] = list(value.member.names)

    return put


def _setting(net: NetType, name: str, type_name: str) -> None:
    net.property(name, type_name)(lambda data: data.standard.get(name))
    net.setter(name)(lambda data, value: data.standard.__setitem__(name, value))


def _declare_type() -> None:
    net = TypeData.net_type
    net.property("TypeName", "System.String")(lambda data: data.type_name)
    net.property("Members")(lambda data: data.members)
    for name in CLASSES:
        _setting(net, name, "System.Type")
    net.property("IsOverride", "System.Boolean")(lambda data: data.is_override)
    net.setter("IsOverride")(lambda data, value: setattr(data, "is_override", bool(value)))
    for name, kind in STANDARD.items():
        _setting(net, name, kind)
    for name in SETS:
        net.property(name)(_set_of(name))
        net.setter(name)(_put_set(name))
    net.method("Copy()")(lambda data: data.copy())
    net.constructor("(string)")(TypeData)


_declare_data()
_declare_type()
register(MEMBER_DATA, TypeData.net_type, *_KINDS.values())
