"""Get-Member and Add-Member."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.conversion import convert_to
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.members.definitions import (
    constructor_definitions,
    method_definitions,
    property_definition,
)
from remora.engine.members.memberinfo import MEMBER_TYPES, PSMemberInfo, member_type_value
from remora.engine.members.memberset import all_members, hidden_members, is_hidden, own_dict
from remora.engine.members.methodvalue import OBJECT_METHODS
from remora.engine.nettype import OBJECT, Method, NetObject, NetType, Property
from remora.engine.nothing import NOTHING
from remora.engine.psobject import AliasProperty, PropertySet, ScriptMethod, ScriptProperty
from remora.engine.types.registry import type_names, type_of, unwrap
from remora.engine.types.typeref import TypeRef, register, type_from_text
from remora.engine.validators import ValidateNotNullOrEmpty, Validator, refuse
from remora.modules.common import declare_attributes, matcher
from remora.values import PSObject
from remora.values.objects import MemberSet

_C: Final = "Microsoft.PowerShell.Commands."
_RANK: Final = {
    "Event": 0, "AliasProperty": 1, "CodeMethod": 2, "CodeProperty": 3, "Method": 4, "NoteProperty": 5,
    "ParameterizedProperty": 6, "Property": 7, "PropertySet": 8, "ScriptMethod": 9, "ScriptProperty": 10,
    "MemberSet": 11,
}  # fmt: skip
_ADDED: Final = ("AliasProperty", "CodeMethod", "CodeProperty", "MemberSet", "NoteProperty", "PropertySet",
                 "ScriptMethod", "ScriptProperty")  # fmt: skip
_COMMON_STATIC: Final = (
    ("Equals", "static bool Equals(System.Object objA, System.Object objB)"),
    ("ReferenceEquals", "static bool ReferenceEquals(System.Object objA, System.Object objB)"),
)
_OWN: Final = ("Property", "ParameterizedProperty", "Method")
_EXTENDED: Final = 1
_NATIVE: Final = 2 | 4


class MemberDefinition(NetObject):
    """One line of Get-Member. member_type: a name of PSMemberTypes."""

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
    MemberDefinition.net_type, ("TypeName", "type_name", "System.String"), ("Name", "name", "System.String")
)
MemberDefinition.net_type.property("MemberType", MEMBER_TYPES.name)(lambda m: member_type_value(m.member_type))
declare_attributes(MemberDefinition.net_type, ("Definition", "definition", "System.String"))
register(MemberDefinition.net_type)

Described = tuple[str, str, str]


@cmdlet("Get-Member", aliases=("gm",), output_type=(_C + "MemberDefinition",))
class GetMember(Cmdlet):
    """Lists the properties and methods of objects, once for each type."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING)
    name = Parameter("string[]", position=0, validate=(ValidateNotNullOrEmpty(),))
    member_type = Parameter(MEMBER_TYPES.name, aliases=("Type",), default=16383)
    view = Parameter("System.Management.Automation.PSMemberViewTypes", default=3)
    static = Parameter("switch")
    force = Parameter("switch")

    def begin(self) -> None:
        self._seen: set[str] = set()

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        title = (type_names(value) or ("System.Object",))[0]
        if self.static:
            target = unwrap(value)
            title = target.name if isinstance(target, TypeRef) else title
        if title in self._seen:
            return
        self._seen.add(title)
        wanted = matcher(self.name)
        kinds = int(self.member_type)
        members = (
            static_members(value, force=bool(self.force))
            if self.static
            else instance_members(value, int(self.view), force=bool(self.force))
        )
        for name, kind, text in sorted(members, key=lambda row: (_RANK.get(row[1], 12), row[0].lower())):
            if wanted(name) and member_type_value(kind) & kinds:
                self.emit(MemberDefinition(title, name, kind, text))

    def end(self) -> None:
        if not self._seen:
            self.fail(
                "You must specify an object for the Get-Member cmdlet.",
                "NoObjectInGetMember",
                "CloseError",
                type_name="System.InvalidOperationException",
            )


def instance_members(value: Any, views: int, *, force: bool) -> list[Described]:
    """Name, kind and definition of everything reachable with a dot. views: 1 what was added, 2 and 4 the type's own."""
    out: list[Described] = []
    for one in (*all_members(value), *(hidden_members(value) if force else ())):
        if isinstance(one.member, Property) and one.member_type == "Property" and one.member.name == "Chars":
            continue
        if one.name.startswith("set_") and not force:
            continue
        extended = not isinstance(one.member, Property | Method) or one.member_type not in _OWN
        if (extended and views & _EXTENDED) or (not extended and views & _NATIVE):
            out.append((one.name, one.member_type, one.net_text()))
    if views & _NATIVE:
        known = {name.lower() for name, _, _ in out}
        out.extend((name, "Method", text) for name, text in OBJECT_METHODS.items() if name.lower() not in known)
    if force:
        out.extend(_intrinsic(value))
        out.extend(_accessors(value))
    return out


def _intrinsic(value: Any) -> list[Described]:
    shown = ", ".join(one.name for one in all_members(value) if one.member_type == "Property")
    own = "BaseObject, Members, Properties, Methods, ImmediateBaseObject, TypeNames"
    names = "System.Collections.ObjectModel.Collection`1[[System.String]] pstypenames{get=PSTypeNames;}"
    return [
        ("psadapted", "MemberSet", f"psadapted {{{shown}}}"),
        ("psbase", "MemberSet", f"psbase {{{shown}}}"),
        ("psextended", "MemberSet", "psextended {}"),
        ("psobject", "MemberSet", f"psobject {{{own}}}"),
        ("pstypenames", "CodeProperty", names),
    ]


def _accessors(value: Any) -> list[Described]:
    """The methods behind properties, which are listed only when asked for."""
    out: list[Described] = []
    for one in all_members(value):
        if isinstance(one.member, Property) and one.member_type == "Property":
            word = one.net_text().split(" ", 1)[0]
            out.append((f"get_{one.name}", "Method", f"{word} get_{one.name}()"))
            if one.member.set is not None:
                out.append((f"set_{one.name}", "Method", f"void set_{one.name}({word} value)"))
        elif one.member_type == "ParameterizedProperty":
            out.append((one.member.name, "Method", ", ".join(method_definitions(one.member))))
    return out


def static_members(value: Any, *, force: bool = False) -> list[Described]:
    """Name, kind and definition of what ``[Type]::`` reaches; of the type itself when the value is one. force: also
    what a class of a script hides.
    """
    target = unwrap(value)
    net = target.net if isinstance(target, TypeRef) else type_of(target)
    net.ready()
    out: list[Described] = []
    for member in (net.definition or net).statics.values():
        if is_hidden(member) and not force:
            continue
        if isinstance(member, Property):
            out.append((member.name, "Property", property_definition(member, net, "static")))
        else:
            out.append((member.name, "Method", ", ".join(method_definitions(member, net, "static"))))
    known = {name.lower() for name, _, _ in out}
    out.extend((name, "Method", text) for name, text in _COMMON_STATIC if name.lower() not in known)
    out.extend((label, "Property", f"static {net.name} {label} {{get;}}") for label in net.enum or ())
    if made := constructor_definitions(net):
        out.append(("new", "Method", ", ".join(made)))
    return out


_MEMBER: Final = "MemberSet"
_SINGLE: Final = "NotePropertySingleMemberSet"
_SEVERAL: Final = "NotePropertyMultiMemberSet"
_NAMED: Final = "TypeNameSet"
_ANY: Final[dict[str, dict[str, Any]]] = {_MEMBER: {}, _SINGLE: {}, _SEVERAL: {}}


class _NoKindOfMember(Validator):
    """-NotePropertyName is no kind of member: ``Add-Member ScriptProperty Name { }`` means the other set."""

    name = "ValidateNotePropertyName"
    _kinds = frozenset(text for name in _ADDED for text in (name.lower(), str((MEMBER_TYPES.enum or {})[name])))

    def check(self, value: Any) -> None:
        if to_text(value).lower() in self._kinds:
            raise refuse(
                "The parameter NotePropertyName cannot take values that could be converted to the type "
                f"{MEMBER_TYPES.name}. To define the name of a member with those values, use Add-Member, and specify "
                "the member type."
            )


@cmdlet("Add-Member", default_set=_NAMED)
class AddMember(Cmdlet):
    """Adds properties and methods to objects."""

    input_object = Parameter("psobject", mandatory=True, pipeline=True)
    note_property_name = Parameter(
        "string",
        sets={_SINGLE: {"mandatory": True, "position": 0}},
        validate=(ValidateNotNullOrEmpty(), _NoKindOfMember()),
    )
    note_property_value = Parameter("object", sets={_SINGLE: {"mandatory": True, "position": 1}}, allow_null=True)
    note_property_members = Parameter(
        "System.Collections.IDictionary",
        sets={_SEVERAL: {"mandatory": True, "position": 0}},
        validate=(ValidateNotNullOrEmpty(),),
    )
    member_type = Parameter(MEMBER_TYPES.name, aliases=("Type",), sets={_MEMBER: {"mandatory": True, "position": 0}})
    name = Parameter("string", sets={_MEMBER: {"mandatory": True, "position": 1}})
    value = Parameter("object", sets={_MEMBER: {"position": 2}}, allow_null=True)
    second_value = Parameter("object", sets={_MEMBER: {"position": 3}}, allow_null=True)
    type_name = Parameter("string", sets={_NAMED: {"mandatory": True}, **_ANY}, validate=(ValidateNotNullOrEmpty(),))
    force = Parameter("switch", sets=(_MEMBER, _SINGLE, _SEVERAL))
    pass_thru = Parameter("switch")

    def process(self) -> None:
        target = self.input_object
        made = target if own_dict(target) is not None else PSObject(type_names(target), base=target)
        added = self._add_all(made)
        if self.type_name and added:
            self._name(made)
        if self.pass_thru and added:
            self.emit(made)

    def _add_all(self, made: Any) -> bool:
        if self.parameter_set == _NAMED:
            return True
        if self.note_property_members is not None:
            added = [self._note(made, key, value) for key, value in self.note_property_members.items()]
            return any(added)
        if self.note_property_name is not None:
            return self._put(made, self.note_property_name, self.note_property_value)
        return self._put(made, self.name, self._member())

    def _note(self, made: Any, key: Any, value: Any) -> bool:
        name = to_text(key)
        if name:
            return self._put(made, name, value)
        self._refuse("NotePropertyNameShouldNotBeNull", "The name for a NoteProperty member should not be null or an "
                     "empty string.", name)  # fmt: skip
        return False

    def _name(self, made: Any) -> None:
        """Put the type name in front; a type's short name is its full one."""
        found = type_from_text(self.type_name)
        name = self.type_name if found is None else found.name
        from remora.engine.members.memberset import type_name_list

        type_name_list(made).insert(0, name)

    # -- members -----------------------------------------------------------------------------------------------------

    def _member(self) -> Any:
        kind = str(self.member_type)
        if kind not in _ADDED:
            several = "," in kind or kind in ("Properties", "Methods", "All")
            self._end(
                "WrongMemberCount" if several else "CannotAddMemberType",
                f'To add a member, only one member type can be specified. The member types specified are: "{kind}"'
                if several
                else f'Cannot add a member with type "{kind}". Specify a different type for the MemberTypes parameter.',
            )
        if kind not in ("AliasProperty", "ScriptProperty", "CodeProperty") and "SecondValue" in self.bound:
            self._end(
                "Value2ShouldNotBeSpecified",
                f'The SecondValue parameter is not necessary for a member of type "{kind}", and should not be '
                "specified. Do not specify the SecondValue parameter when you add members of this type.",
            )
        try:
            return self._built(kind)
        except PSError as problem:
            raise self.throw(problem) from None

    def _built(self, kind: str) -> Any:
        if kind == "NoteProperty":
            return self.value
        if kind == "MemberSet":
            return self._member_set()
        if kind in ("ScriptProperty", "CodeProperty"):
            return self._computed(kind)
        if self.value is None:
            self._end(
                "Value1ShouldNotBeNull",
                f'The Value parameter should not be null for a member of type "{kind}". Specify a non-null value for '
                "the Value parameter when adding members of this type.",
            )
        if kind == "AliasProperty":
            return self._alias()
        if kind == "PropertySet":
            return PropertySet([to_text(name) for name in items_of(self.value)])
        if kind == "CodeMethod":
            raise _no_conversion(self.value, "System.Reflection.MethodInfo")
        return ScriptMethod(_block(self.value))

    def _alias(self) -> AliasProperty:
        conversion = None
        if "SecondValue" in self.bound:
            if self.second_value is None:
                self._end(
                    "Value2ShouldNotBeNull",
                    'The SecondValue parameter should not be null for a member of type "AliasProperty". Specify a '
                    "non-null value for the SecondValue parameter when adding members of this type.",
                )
            conversion = convert_to(self.second_value, "type").name
        return AliasProperty(to_text(self.value), conversion)

    def _computed(self, kind: str) -> ScriptProperty:
        if self.value is None and self.second_value is None:
            self._end(
                "Value1AndValue2AreNotBothNull",
                f'Both Value and SecondValue parameters should not be null for a member of type "{kind}". Specify a '
                "non-null value for one of the two parameters.",
            )
        if kind == "CodeProperty":
            raise _no_conversion(self.value, "System.Reflection.MethodInfo")
        getter, setter = self.value, self.second_value
        return ScriptProperty(None if getter is None else _block(getter), None if setter is None else _block(setter))

    def _member_set(self) -> MemberSet:
        if self.value is None:
            return MemberSet()
        items = list(items_of(unwrap(self.value)))
        if not all(isinstance(item, PSMemberInfo) for item in items):
            raise _no_conversion(self.value, "System.Collections.ObjectModel.Collection`1["
                                 "System.Management.Automation.PSMemberInfo]")  # fmt: skip
        return MemberSet({item.name: item.member for item in items})

    def _put(self, target: Any, name: str, member: Any) -> bool:
        folded = name.lower()
        own = own_dict(target)
        assert own is not None
        instance = [known for known in own if known.lower() == folded]
        adapted = isinstance(target, PSObject) and any(known.lower() == folded for known in target.adapted)
        inherited = not instance and not adapted and any(one.name.lower() == folded for one in all_members(target))
        if (instance or inherited or adapted) and not self.force:
            self._refuse(
                "MemberAlreadyExists",
                f'Cannot add a member with the name "{name}" because a member with that name already exists. To '
                "overwrite the member anyway, add the Force parameter to your command.",
                target,
            )
            return False
        for known in instance:
            del own[known]
        own[name] = member
        return True

    def _refuse(self, error_id: str, message: str, target: Any) -> None:
        self.fail(message, error_id, "InvalidOperation", target, type_name="System.InvalidOperationException")

    def _end(self, error_id: str, message: str) -> None:
        raise self.throw(error(message, error_id, "InvalidOperation", type_name="System.InvalidOperationException"))


def _block(value: Any) -> Any:
    from remora.engine.scriptblock import ScriptBlock

    inner = unwrap(value)
    if isinstance(inner, ScriptBlock):
        return inner
    raise _no_conversion(value, "System.Management.Automation.ScriptBlock")


def _no_conversion(value: Any, type_name: str) -> PSError:
    return error(
        f'Cannot convert the "{to_text(value)}" value of type "{type_of(unwrap(value)).name}" to type "{type_name}".',
        "ConvertToFinalInvalidCastException",
        "NotSpecified",
        type_name="System.Management.Automation.PSInvalidCastException",
    )


CMDLETS = (AddMember, GetMember)
