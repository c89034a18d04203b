"""``$x.psobject`` and the objects one sees through it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.enumeration import Enumerable
from remora.engine.errors import PSError, error
from remora.engine.members import typetable
from remora.engine.members.memberinfo import MEMBER_TYPES, PSMemberInfo, member_type_value
from remora.engine.members.properties import adapted_property
from remora.engine.nettype import OBJECT, Method, NetObject, NetType, Property
from remora.engine.psobject import is_property, member_type
from remora.engine.types.attached import attach, can_carry
from remora.engine.types.registry import type_names, type_of, unwrap
from remora.values.collections import TypeNameCollection
from remora.values.objects import MISSING, PSObject
from remora.values.tables import Hashtable

_M = "System.Management.Automation."


def type_name_list(value: Any) -> TypeNameCollection:
    """``$x.pstypenames``: changing the list changes the object."""

    def write(names: tuple[str, ...]) -> None:
        if isinstance(value, PSObject):
            value.type_names = names
        elif can_carry(value):
            attach(value).type_names = names

    return TypeNameCollection(type_names(value), write)


def property_members(value: Any) -> list[PSMemberInfo]:
    """All properties of a value, in display order: notes on the object, what type data adds, what the type declares."""
    added = typetable.members(value) if typetable.in_use() else {}
    own = typetable.own_members(value)
    declared = _declared_members(value)
    first = {name: PSMemberInfo(value, name, member, member_type(member)) for name, member in own.items()}
    first |= {one.name: one for one in declared if one.member_type == "NoteProperty" and one.name not in own}
    first |= {
        name: PSMemberInfo(value, name, member, member_type(member))
        for name, member in added.items()
        if name not in first
    }
    order = [one for one in first.values() if is_property(one.member)]
    order += [one for one in declared if one.member_type != "Property"]
    order += [one for one in declared if one.member_type == "Property"]
    out: dict[str, PSMemberInfo] = {}
    for one in order:
        out.setdefault(one.name.lower(), one)
    return list(out.values())


def _declared_members(value: Any) -> list[PSMemberInfo]:
    """What types declare and adapters find, and the declared values of deserialized objects."""
    out: list[PSMemberInfo] = []
    inner = unwrap(value)
    if inner is not value or not isinstance(value, PSObject):
        kind = type_of(inner)
        if kind.adapted:
            out += [
                PSMemberInfo(inner, name, adapted_property(inner, name), "Property") for name in inner.adapted_names()
            ]
        for member in kind.all_members().values():
            if isinstance(member, Property) and not member.hidden:
                out.append(PSMemberInfo(inner, member.name, member, member.kind))
        extras = getattr(inner, "properties", None) if isinstance(inner, NetObject) else None
        if isinstance(extras, dict):
            out += [PSMemberInfo(inner, name, item, "Property") for name, item in extras.items()]
    if isinstance(value, PSObject):
        out += [PSMemberInfo(value, name, member, "Property") for name, member in value.adapted.items()]
    return out


def all_members(value: Any) -> list[PSMemberInfo]:
    """Properties, sets and methods of a value."""
    out = property_members(value)
    added = typetable.members(value) if typetable.in_use() else {}
    if isinstance(value, PSObject):
        added = {**added, **value.extended}
    for name, member in added.items():
        if not is_property(member):
            out.append(PSMemberInfo(value, name, member, member_type(member)))
    inner = unwrap(value)
    if not isinstance(inner, PSObject):
        known = type_of(inner).all_members().values()
        out.extend(_method(inner, member) for member in known if isinstance(member, Method) and not is_hidden(member))
    return out


def is_hidden(member: Property | Method) -> bool:
    """Tell whether Get-Member and completion pass over a member; scripts reach it all the same."""
    return bool(getattr(member, "hidden", False))


def hidden_members(value: Any) -> list[PSMemberInfo]:
    """What classes of scripts declare as hidden: what Get-Member -Force shows besides ``all_members``."""
    from remora.engine.classes.members import ClassMethod, ClassProperty

    inner = unwrap(value)
    if isinstance(inner, PSObject):
        return []
    out: list[PSMemberInfo] = []
    for member in type_of(inner).all_members().values():
        if isinstance(member, ClassProperty) and member.hidden:
            out.append(PSMemberInfo(inner, member.name, member, member.kind))
        elif isinstance(member, ClassMethod) and member.hidden and member.is_declared:
            out.append(_method(inner, member))
    return out


def _method(value: Any, member: Method) -> PSMemberInfo:
    """A method; the pair behind an indexer is one parameterized property."""
    if member.name in ("get_Item", "get_Chars"):
        return PSMemberInfo(value, member.name[4:], member, "ParameterizedProperty")
    return PSMemberInfo(value, member.name, member, "Method")


def property_list(value: Any) -> list[tuple[str, str]]:
    """(name, kind) of all properties of a value, in display order."""
    return [(one.name, one.member_type) for one in property_members(value)]


class MemberCollection(Enumerable):
    """``psobject.Properties``, ``Members`` and ``Methods``: indexed by name, enumerated in order."""

    __slots__ = ("listed", "owner")
    net_type = NetType(_M + "PSMemberInfoIntegratingCollection`1[[" + _M + "PSPropertyInfo]]", OBJECT)

    def __init__(self, owner: Any, listed: Callable[[Any], list[PSMemberInfo]]) -> None:
        self.owner = owner
        self.listed = listed

    def items(self) -> list[PSMemberInfo]:
        return self.listed(self.owner)

    def find(self, name: str) -> PSMemberInfo | None:
        folded = name.lower()
        return next((one for one in self.items() if one.name.lower() == folded), None)

    def match(self, pattern: str, kinds: int = 16383) -> list[PSMemberInfo]:
        """The members whose names match a wildcard, of some kinds."""
        from remora.engine.wildcard import like

        return [one for one in self.items() if like(one.name, pattern) and member_type_value(one.member_type) & kinds]

    def add(self, member: Any) -> None:
        """Attach a member made by a script. Raises PSError for a name that is taken, and for values."""
        if not isinstance(member, PSMemberInfo):
            raise _invalid("Cannot add a member that is no PSMemberInfo.")
        own = own_dict(self.owner)
        if own is None or self.find(member.name) is not None:
            raise _invalid(
                f'Cannot add a member with the name "{member.name}" because a member with that name already exists. '
                "If you want to overwrite the member anyway, use the Force parameter to overwrite it."
            )
        own[member.name] = member.member

    def remove(self, name: str) -> None:
        """Take an attached member away; members of types stay."""
        own = own_dict(self.owner)
        for known in [known for known in own or () if known.lower() == name.lower()]:
            del own[known]  # type: ignore[union-attr]
        if isinstance(self.owner, PSObject):
            entry = self.owner._find(name)
            if entry is not None:
                del entry[0][entry[1]]


def own_dict(value: Any) -> dict[str, Any] | None:
    """Where members attached to an object are kept; None for what cannot carry any."""
    if isinstance(value, PSObject):
        return value.extended
    return attach(value).members if can_carry(value) else None


def _invalid(message: str) -> PSError:
    return error(
        message, "AlreadyPresentPSMemberInfoInternalCollectionAdd", "InvalidOperation",
        type_name=_M + "ExtendedTypeSystemException",
    )  # fmt: skip


class PSMemberView(NetObject):
    """``$x.psobject``."""

    __slots__ = ("owner",)
    net_type = NetType(_M + "PSObject", OBJECT)

    def __init__(self, owner: Any) -> None:
        self.owner = owner

    def net_text(self) -> str:
        return to_text(self.owner)

    @property
    def base(self) -> Any:
        return unwrap(self.owner)

    def type_names(self) -> TypeNameCollection:
        return type_name_list(self.owner)

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
    view.property("Properties")(lambda v: MemberCollection(v.owner, property_members))
    view.property("Members")(lambda v: MemberCollection(v.owner, all_members))
    view.property("Methods")(
        lambda v: MemberCollection(
            v.owner, lambda owner: [one for one in all_members(owner) if one.member_type.endswith("Method")]
        )
    )
    view.method("Copy()")(lambda v: v.copy())
    collection = MemberCollection.net_type
    collection.property("Count", "System.Int32")(lambda c: len(c.items()))
    collection.property("Name")(lambda c: [one.name for one in c.items()])
    collection.property("Value")(lambda c: [one.value for one in c.items()])
    collection.method("Remove(string)", returns="void")(lambda c, name: c.remove(name))
    collection.method("Add(object)", "Add(object, bool)", returns="void")(
        lambda c, member, checked=False: c.add(member)
    )
    collection.method("Match(string)", f"Match(string, {MEMBER_TYPES.name})")(lambda c, *values: c.match(*values))
    collection.method("get_Item(string)")(lambda c, name: c.find(name))
    collection.method("GetEnumerator()")(lambda c: c.items())


_declare()
