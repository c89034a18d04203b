"""Members as values: PSNoteProperty, PSScriptProperty, PSAliasProperty ... of an object, or made by a script."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.convert.text import to_text
from remora.engine.members.definitions import method_definitions, property_definition
from remora.engine.nettype import OBJECT, Method, NetObject, NetType, Property
from remora.engine.psobject import AliasProperty, PropertySet, ScriptMethod, ScriptProperty, member_type, property_value
from remora.engine.types import registry as r
from remora.engine.types.registry import type_names, type_of
from remora.engine.types.typeref import register, type_from_text
from remora.values.enums import EnumValue
from remora.values.objects import MemberSet, PSObject

_M: Final = "System.Management.Automation."
ABSENT: Final = object()

MEMBER_TYPES: Final = NetType(
    _M + "PSMemberTypes",
    r.ENUM,
    enum={
        "AliasProperty": 1, "CodeProperty": 2, "Property": 4, "NoteProperty": 8, "ScriptProperty": 16,
        "Properties": 31, "PropertySet": 32, "Method": 64, "CodeMethod": 128, "ScriptMethod": 256, "Methods": 448,
        "ParameterizedProperty": 512, "MemberSet": 1024, "Event": 2048, "Dynamic": 4096, "InferredProperty": 8192,
        "All": 16383,
    },
    flags=True,
)  # fmt: skip
VIEW_TYPES: Final = NetType(
    _M + "PSMemberViewTypes", r.ENUM, enum={"Extended": 1, "Adapted": 2, "Base": 4, "All": 7}, flags=True
)
PSMEMBER: Final = NetType(_M + "PSMemberInfo", OBJECT)
PSPROPERTY_INFO: Final = NetType(_M + "PSPropertyInfo", PSMEMBER)
PSMETHOD_INFO: Final = NetType(_M + "PSMethodInfo", PSMEMBER)
KINDS: Final[dict[str, NetType]] = {
    "NoteProperty": NetType(_M + "PSNoteProperty", PSPROPERTY_INFO),
    "AliasProperty": NetType(_M + "PSAliasProperty", PSPROPERTY_INFO),
    "ScriptProperty": NetType(_M + "PSScriptProperty", PSPROPERTY_INFO),
    "CodeProperty": NetType(_M + "PSCodeProperty", PSPROPERTY_INFO),
    "Property": NetType(_M + "PSProperty", PSPROPERTY_INFO),
    "ScriptMethod": NetType(_M + "PSScriptMethod", PSMETHOD_INFO),
    "Method": NetType(_M + "PSMethod", PSMETHOD_INFO),
    "PropertySet": NetType(_M + "PSPropertySet", PSMEMBER),
    "MemberSet": NetType(_M + "PSMemberSet", PSMEMBER),
    "ParameterizedProperty": NetType(_M + "PSParameterizedProperty", PSMETHOD_INFO),
}


def member_type_value(name: str) -> EnumValue:
    """The value of PSMemberTypes."""
    return EnumValue((MEMBER_TYPES.enum or {})[name], MEMBER_TYPES.names, name)


def type_word(type_name: str, *, drop_namespace: bool = False) -> str:
    """A type as definitions show it: PowerShell's word for it, else its full name, or the last part of that."""
    found = type_from_text(type_name)
    word = found.net_text() if found is not None else type_name
    return word.rpartition(".")[2] if drop_namespace and "[" not in word.removesuffix("[]") else word


def value_type_word(value: Any) -> str:
    """The type of a value as the definition of a note has it."""
    if value is None:
        return "object"
    if isinstance(value, PSObject) and value.type_names:
        return value.type_names[0]
    return type_word(type_of(value).name, drop_namespace=True)


class PSMemberInfo(NetObject):
    """A member. owner: the object it belongs to, ABSENT for one made by a script. member: as ``extended`` holds it, or
    the entry of the type's table.
    """

    __slots__ = ("member", "member_type", "name", "owner")
    net_type = PSMEMBER

    def __init__(self, owner: Any, name: str, member: Any, kind: str) -> None:
        self.owner = owner
        self.name = name
        self.member = member
        self.member_type = kind

    @property
    def kind(self) -> NetType:
        """The class of the member."""
        return KINDS.get(self.member_type, PSPROPERTY_INFO)

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    @property
    def value(self) -> Any:
        member = self.member
        if isinstance(member, Property):
            from remora.engine.members.properties import read_property

            return read_property(self.owner, member)
        if isinstance(member, Method | ScriptMethod | MemberSet | PropertySet):
            return self
        return property_value(None if self.owner is ABSENT else self.owner, member)

    @value.setter
    def value(self, value: Any) -> None:
        if self.owner is ABSENT:
            self.member = value
            return
        from remora.engine.members.properties import set_member, write_property

        if isinstance(self.member, Property):
            write_property(self.owner, self.member, value)
            return
        set_member(self.owner, self.name, value)
        if self.member_type == "NoteProperty":
            self.member = value

    @property
    def settable(self) -> bool:
        if isinstance(self.member, Property):
            return self.member.set is not None
        if isinstance(self.member, ScriptProperty):
            return self.member.setter is not None
        return self.member_type in ("NoteProperty", "AliasProperty")

    def type_name_of_value(self) -> str:
        """Full type name: declared for members of types, else of the value there is."""
        if isinstance(self.member, Property):
            return self.member.type_name
        if self.member_type in ("ScriptProperty", "PropertySet", "MemberSet") or self.value is None:
            return "System.Object" if self.member_type == "ScriptProperty" or self.value is None else self.kind.name
        names = type_names(self.value)
        return names[0] if names else "System.Object"

    def net_text(self) -> str:
        """The definition, as Get-Member shows it."""
        text = definition(self.name, self.member, self.member_type)
        if self.member_type == "ParameterizedProperty" and type_of(self.owner).find(f"set_{self.name.lower()}"):
            return text.replace("{get;}", "{get;set;}")
        return text


def definition(name: str, member: Any, kind: str) -> str:
    """The text of Get-Member's Definition column."""
    if isinstance(member, Property):
        return f"{name} = {name}" if kind == "AliasProperty" else property_definition(member)
    if isinstance(member, Method):
        texts = ", ".join(method_definitions(member))
        return texts if kind == "Method" else f"{texts.replace('get_', '')} {{get;}}"
    if isinstance(member, ScriptMethod):
        return f"System.Object {name}();"
    if isinstance(member, ScriptProperty):
        getter = f"get={member.getter.text};" if member.getter is not None else ""
        setter = f"set={member.setter.text};" if member.setter is not None else ""
        return f"System.Object {name} {{{getter}{setter}}}"
    if isinstance(member, AliasProperty):
        cast = f"({member.conversion})" if member.conversion else ""
        return f"{name} = {cast}{member.target}"
    if isinstance(member, PropertySet):
        return f"{name} {{{', '.join(member.names)}}}"
    if isinstance(member, MemberSet):
        return f"{name} {{{', '.join(member)}}}"
    if kind == "Property":
        return f"{type_word(_full_type(member))} {name} {{get;set;}}"
    if member is None:
        return f"object {name}=null"
    shown = type_of(member).name if isinstance(member, list) else to_text(member)
    return f"{value_type_word(member)} {name}={shown}"


def _full_type(value: Any) -> str:
    names = type_names(value)
    return names[0] if names else "System.Object"


def made(name: str, member: Any) -> PSMemberInfo:
    """A member that belongs to no object yet."""
    return PSMemberInfo(ABSENT, name, member, member_type(member))


def _members_of(info: PSMemberInfo) -> Any:
    inner = info.member if isinstance(info.member, MemberSet) else {}
    return [made(name, member) for name, member in inner.items()]


def _member_set(name: str, members: Any = ()) -> PSMemberInfo:
    return made(name, MemberSet({one.name: one.member for one in members if isinstance(one, PSMemberInfo)}))


def _declare() -> None:
    PSMEMBER.property("MemberType", MEMBER_TYPES.name)(lambda m: member_type_value(m.member_type))
    PSMEMBER.property("Value")(lambda m: m.value)
    PSMEMBER.setter("Value")(lambda m, value: setattr(m, "value", value))
    PSMEMBER.property("TypeNameOfValue", "System.String")(lambda m: m.type_name_of_value())
    PSMEMBER.property("Name", "System.String")(lambda m: m.name)
    PSMEMBER.property("IsInstance", "System.Boolean")(lambda m: not isinstance(m.member, Property | Method))
    PSMEMBER.method("Copy()")(lambda m: PSMemberInfo(m.owner, m.name, m.member, m.member_type))
    PSPROPERTY_INFO.property("IsSettable", "System.Boolean")(lambda m: m.settable)
    PSPROPERTY_INFO.property("IsGettable", "System.Boolean")(
        lambda m: not isinstance(m.member, ScriptProperty) or m.member.getter is not None
    )
    alias = KINDS["AliasProperty"]
    alias.property("ReferencedMemberName", "System.String")(lambda m: getattr(m.member, "target", m.name))
    alias.property("ConversionType")(lambda m: getattr(m.member, "conversion", None))
    alias.constructor("(string, string)")(lambda name, target: made(name, AliasProperty(target)))
    alias.constructor("(string, string, type)")(lambda name, target, kind: made(name, AliasProperty(target, kind.name)))
    KINDS["NoteProperty"].constructor("(string, object)")(made)
    script = KINDS["ScriptProperty"]
    script.property("GetterScript")(lambda m: getattr(m.member, "getter", None))
    script.property("SetterScript")(lambda m: getattr(m.member, "setter", None))
    script.constructor("(string, scriptblock)", "(string, scriptblock, scriptblock)")(
        lambda name, getter, setter=None: made(name, ScriptProperty(getter, setter))
    )
    method = KINDS["ScriptMethod"]
    method.property("Script")(lambda m: m.member.block)
    method.constructor("(string, scriptblock)")(lambda name, block: made(name, ScriptMethod(block)))
    method.method("Invoke(*object)")(lambda m, *values: _invoke(m, values))
    properties = KINDS["PropertySet"]
    properties.property("ReferencedPropertyNames")(lambda m: list(m.member.names))
    properties.constructor("(string, string[])")(lambda name, names: made(name, PropertySet(list(names))))
    members = KINDS["MemberSet"]
    members.property("Members")(_members_of)
    members.property("Properties")(_members_of)
    members.constructor("(string)", "(string, object)")(_member_set)


def _invoke(info: PSMemberInfo, values: tuple[Any, ...]) -> Any:
    from remora.engine.nothing import collected

    return collected(info.member.block.invoke_with_this(info.owner, *values))


_declare()
register(MEMBER_TYPES, VIEW_TYPES, PSMEMBER, PSPROPERTY_INFO, PSMETHOD_INFO, *KINDS.values())
