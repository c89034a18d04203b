"""Get-Member and Add-Member."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.format.access import ABSENT, find
from remora.engine.nettype import OBJECT, NetObject, NetType, Property
from remora.engine.nothing import NOTHING
from remora.engine.psobject import AliasProperty, ScriptMethod, ScriptProperty, property_value
from remora.engine.types.registry import type_names, type_of
from remora.engine.types.typeref import TypeRef
from remora.engine.validators import ValidateSet
from remora.modules.common import declare_attributes, matcher
from remora.values import MISSING, PSObject

_C = "Microsoft.PowerShell.Commands."
KINDS = (
    "AliasProperty", "CodeProperty", "Property", "NoteProperty", "ScriptProperty", "Properties", "PropertySet",
    "Method",
    "CodeMethod", "ScriptMethod", "Methods", "ParameterizedProperty", "MemberSet", "Event", "Dynamic", "All",
)  # fmt: skip
_RANK = {"Event": 0, "AliasProperty": 1, "CodeProperty": 2, "Method": 3, "NoteProperty": 4, "Property": 5,
"ScriptMethod": 6,
         "ScriptProperty": 7}  # fmt: skip


class MemberDefinition(NetObject):
    """One line of Get-Member."""

    __slots__ = ("definition", "member_type", "name", "type_name")
    net_type = NetType(_C + "MemberDefinition", OBJECT)

    def __init__(self, type_name: str, name: str, member_type: str, definition: str) -> None:
        self.type_name = type_name
        self.name = name
        self.member_type = member_type
        self.definition = definition

    def net_text(self) -> str:
        return self.definition


declare_attributes(
    MemberDefinition.net_type,
    ("TypeName", "type_name", "System.String"),
    ("Name", "name", "System.String"),
    ("MemberType", "member_type", "System.String"),
    ("Definition", "definition", "System.String"),
)


@cmdlet("Get-Member", aliases=("gm",), output_type=(_C + "MemberDefinition",))
class GetMember(Cmdlet):
    """Lists the properties and methods of objects, once for each type."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING)
    name = Parameter("string[]", position=0)
    member_type = Parameter("string[]", aliases=("Type",))
    view = Parameter("string[]")
    static = Parameter("switch")
    force = Parameter("switch")

    def begin(self) -> None:
        self._seen: set[str] = set()
        kinds = {to_text(kind).strip().lower() for item in self.member_type or () for kind in str(item).split(",")}
        self._kinds = set() if "all" in kinds else kinds

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        members = static_members(value) if self.static else instance_members(value)
        title = (type_names(value) or ("System.Object",))[0]
        if self.static and isinstance(value, TypeRef):
            title = value.name
        if title in self._seen:
            return
        self._seen.add(title)
        wanted = matcher(self.name)
        for name, kind, definition in sorted(members, key=lambda row: (_RANK.get(row[1], 9), row[0].lower())):
            if wanted(name) and self._of_kind(kind):
                self.emit(MemberDefinition(title, name, kind, definition))

    def _of_kind(self, kind: str) -> bool:
        folded = kind.lower()
        return (
            not self._kinds
            or folded in self._kinds
            or ("properties" in self._kinds and folded.endswith("property"))
            or ("methods" in self._kinds and folded.endswith("method"))
        )

    def end(self) -> None:
        if not self._seen:
            self.fail(
                "You must specify an object for the Get-Member cmdlet.",
                "NoObjectInGetMember",
                "CloseError",
                type_name="System.InvalidOperationException",
            )


def instance_members(value: Any) -> list[tuple[str, str, str]]:
    """Name, kind and definition of everything reachable with a dot."""
    rows: list[tuple[str, str, str]] = []
    if isinstance(value, PSObject):
        rows.extend(_extended(value))
        if value.base is not MISSING:
            rows.extend(instance_members(value.base))
            return rows
    for member in type_of(value).all_members().values():
        if isinstance(member, Property):
            if not member.hidden:
                access = "{get;set;}" if member.set else "{get;}"
                rows.append((member.name, member.kind, f"{_short(member.type_name)} {member.name} {access}"))
        else:
            rows.append((member.name, member.kind, member.definition()))
    return rows


def _extended(value: PSObject) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for name, member in value.properties().items():
        if isinstance(member, ScriptMethod):
            rows.append((name, "ScriptMethod", f"System.Object {name}();"))
        elif isinstance(member, ScriptProperty):
            text = member.getter.text if member.getter else ""
            rows.append((name, "ScriptProperty", f"System.Object {name} {{get={text};}}"))
        elif isinstance(member, AliasProperty):
            rows.append((name, "AliasProperty", f"{name} = {member.target}"))
        else:
            kind = "NoteProperty" if name in value.extended else "Property"
            shown = "null" if member is None else to_text(property_value(value, member))
            type_name = _short((type_names(member) or ("System.Object",))[0])
            rows.append(
                (
                    name,
                    kind,
                    f"{type_name} {name}={shown}" if kind == "NoteProperty" else f"{type_name} {name} {{get;set;}}",
                )
            )
    return rows


def static_members(value: Any) -> list[tuple[str, str, str]]:
    """Name, kind and definition of what ``[Type]::`` reaches; of the type itself when the value is one."""
    net = value.net if isinstance(value, TypeRef) else type_of(value)
    rows: list[tuple[str, str, str]] = []
    for member in net.statics.values():
        if isinstance(member, Property):
            rows.append((member.name, "Property", f"static {_short(member.type_name)} {member.name} {{get;}}"))
        else:
            rows.append((member.name, "Method", f"static {member.definition()}"))
    return rows


def _short(type_name: str) -> str:
    """C#'s word for a basic type."""
    plain = type_name.removeprefix("System.")
    return {
        "String": "string", "Int32": "int", "Int64": "long", "Boolean": "bool", "Object": "System.Object",
        "Double": "double",
        "Char": "char", "Byte": "byte", "DateTime": "datetime", "Decimal": "decimal",
    }.get(plain, type_name)  # fmt: skip


_THIRD = {"MemberSet": {"position": 2}, "NotePropertySingleMemberSet": {"position": 2}}
_FOURTH = {"MemberSet": {"position": 3}, "NotePropertySingleMemberSet": {"position": 3}}


@cmdlet("Add-Member", default_set="NotePropertySingleMemberSet")
class AddMember(Cmdlet):
    """Adds properties and methods to objects."""

    input_object = Parameter("psobject", mandatory=True, pipeline=True)
    note_property_name = Parameter("string", sets={"NotePropertySingleMemberSet": {"mandatory": True, "position": 0}})
    note_property_value = Parameter(
        "object", sets={"NotePropertySingleMemberSet": {"mandatory": True, "position": 1}}, allow_null=True
    )
    note_property_members = Parameter("object", sets={"NotePropertyMultiMemberSet": {"mandatory": True, "position": 0}})
    member_type = Parameter(
        "string",
        aliases=("Type",),
        validate=(ValidateSet(*KINDS),),
        sets={"MemberSet": {"mandatory": True, "position": 0}},
    )
    name = Parameter("string", sets={"MemberSet": {"mandatory": True, "position": 1}})
    value = Parameter("object", sets=_THIRD, allow_null=True)
    second_value = Parameter("object", sets=_FOURTH, allow_null=True)
    type_name = Parameter("string")
    force = Parameter("switch")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        self._reinterpret()
        target = self.input_object
        made = target if isinstance(target, PSObject) else PSObject(type_names(target), base=target)
        if self.note_property_members is not None:
            for name, value in self._pairs():
                self._put(made, name, value)
        elif self.member_type is not None:
            self._put(made, self.name, self._member())
        elif self.note_property_name is not None:
            self._put(made, self.note_property_name, self.note_property_value)
        if self.type_name:
            made.type_names = (self.type_name, *(made.type_names or type_names(target)))
        if self.pass_thru:
            self.emit(made)

    def _reinterpret(self) -> None:
        """``Add-Member ScriptProperty Name { }`` by position: the kind of member stood where a name may stand."""
        given = self.note_property_name
        if given is None or given.lower() not in {kind.lower() for kind in KINDS} or "Value" not in self.bound:
            return
        self.member_type, self.name = given, to_text(self.note_property_value)
        self.note_property_name = None

    def _pairs(self) -> list[tuple[str, Any]]:
        given = self.note_property_members
        if isinstance(given, Mapping):
            return [(to_text(key), value) for key, value in given.items()]
        raise self.throw(
            error(
                "The NotePropertyMembers parameter needs a hashtable.",
                "InvalidNotePropertyMembers",
                "InvalidArgument",
                given,
            )
        )

    def _member(self) -> Any:
        kind = self.member_type.lower()
        if kind == "scriptproperty":
            return ScriptProperty(self.value, self.second_value)
        if kind == "scriptmethod":
            return ScriptMethod(self.value)
        if kind == "aliasproperty":
            return AliasProperty(to_text(self.value))
        if kind == "noteproperty":
            return self.value
        raise self.throw(
            error(
                f"A member of type {self.member_type} cannot be added.",
                "CannotAddMemberType",
                "InvalidArgument",
                self.member_type,
                type_name="System.InvalidOperationException",
            )
        )

    def _put(self, target: PSObject, name: str, member: Any) -> None:
        known = find(target, name) is not ABSENT or any(key.lower() == name.lower() for key in target.extended)
        if known and not self.force:
            self.fail(
                f'Cannot add a member with the name "{name}" because a member with that name already exists. '
                "To overwrite the member anyway, add the Force parameter to your command.",
                "MemberAlreadyExists",
                "InvalidOperation",
                target,
                type_name="System.InvalidOperationException",
            )
            return
        for key in [key for key in target.extended if key.lower() == name.lower()]:
            del target.extended[key]
        target.extended[name] = member


CMDLETS = (AddMember, GetMember)
