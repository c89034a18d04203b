"""Reading and writing properties of any value: added members, keys, the type's table, intrinsics, elements."""

from __future__ import annotations

import contextlib
from typing import Any, Final

from remora.engine.contentline import ABSENT as NO_NOTE
from remora.engine.contentline import ContentLine
from remora.engine.convert.text import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.members import typetable
from remora.engine.members.methodvalue import OBJECT_METHODS, MethodValue
from remora.engine.nettype import Method, NetObject, Property
from remora.engine.nothing import NOTHING
from remora.engine.psobject import AliasProperty, PropertySet, ScriptMethod, ScriptProperty, is_property, property_value
from remora.engine.types.registry import type_names, type_of
from remora.engine.types.typeref import TypeRef, type_ref
from remora.values.objects import MISSING, MemberSet, PSObject
from remora.values.tables import Hashtable

ABSENT: Final = object()


def get_member(value: Any, name: str, strict: bool = False) -> Any:
    """``value.name``; $null when there is none (strict: PropertyNotFoundStrict)."""
    found = find_value(value, name)
    if found is not ABSENT:
        return found
    if isinstance(value, (list, tuple)) or is_enumerable(value):
        return _from_elements(value, name, strict)
    if strict:
        raise not_found(name)
    return None


def find_value(value: Any, name: str) -> Any:
    """The member's value, or ABSENT. Methods come as MethodValue."""
    folded = name.lower()
    if type(value) is PSObject:
        entry = value._find(name)
        if entry is not None:
            return _added_value(value, entry[1], entry[0][entry[1]])
        if typetable.in_use() and (added := typetable.find_member(value, name)) is not typetable.ABSENT:
            return _added_value(value, name, added)
        if value.base is not MISSING:
            found = find_value(value.base, name)
            if found is not ABSENT and folded not in _INTRINSIC:
                return found
        return _intrinsic(value, folded)
    if typetable.in_use() and (added := typetable.find_member(value, name)) is not typetable.ABSENT:
        return _added_value(value, name, added)
    if isinstance(value, (Hashtable, dict)):
        found = _dictionary_item(value, name, folded)
        if found is not ABSENT:
            return found
    kind = type_of(value)
    if kind.adapted and (found := _adapted(value, name)) is not ABSENT:
        return found
    member = kind.find(folded)
    if member is not None:
        if isinstance(member, Property):
            return read_property(value, member)
        return MethodValue(value, member.name)
    if isinstance(value, NetObject) and (extra := extra_property(value, folded)) is not ABSENT:
        return extra
    if type(value) is ContentLine and (note := value.note(folded)) is not NO_NOTE:
        return note
    return _intrinsic(value, folded)


def _adapted(value: Any, name: str) -> Any:
    """The member that an object's contents make."""
    try:
        return value.adapted(name)
    except KeyError:
        return ABSENT


def adapted_property(value: Any, name: str) -> Property:
    """The member that an object's contents make, as an entry of a type's table would be."""
    found = value.adapted(name)
    names = type_names(found)
    return Property(
        name,
        lambda owner: owner.adapted(name),
        (lambda owner, new: owner.set_adapted(name, new)) if isinstance(found, str) else None,
        type_name=names[0] if names else "System.Object",
    )


def _added_value(value: Any, name: str, member: Any) -> Any:
    """The value of a member added to an object or to its type; methods come as MethodValue."""
    if type(member) in (ScriptProperty, AliasProperty, PropertySet):
        return property_value(value, member)
    return MethodValue(value, name) if type(member) is ScriptMethod else member


def _dictionary_item(value: Any, name: str, folded: str) -> Any:
    if isinstance(value, Hashtable):
        try:
            return value.get(name, ABSENT)
        except PSError:  # no text can be a key of this dictionary
            return ABSENT
    if type(value) is MemberSet:
        return _set_member(value, folded)
    if name in value:
        return value[name]
    for key in value:
        if isinstance(key, str) and key.lower() == folded:
            return value[key]
    return ABSENT


def _set_member(value: MemberSet, folded: str) -> Any:
    """The value of a member of a set of members; a set of properties is given as what it is."""
    from remora.engine.members.memberinfo import PSMemberInfo

    for name, member in value.items():
        if name.lower() == folded:
            if type(member) is PropertySet:
                return PSMemberInfo(value, name, member, "PropertySet")
            return _added_value(value, name, member)
    return ABSENT


def read_property(value: Any, member: Property) -> Any:
    """Call the getter; Python's refusals become GetValueInvocationException."""
    try:
        return member.get(value)
    except PSError:
        raise
    except (ValueError, OverflowError, OSError, TypeError) as problem:
        raise error(
            f'Exception getting "{member.name}": "{problem}"',
            "ExceptionWhenGetting",
            type_name="System.Management.Automation.GetValueInvocationException",
            inner=exception(str(problem), "System.InvalidOperationException"),
        ) from None


def extra_property(value: NetObject, folded: str) -> Any:
    """Properties an object carries beside its type's table (exceptions: ParamName, ItemName ...)."""
    properties = getattr(value, "properties", None)
    if isinstance(properties, dict):
        for key, item in properties.items():
            if key.lower() == folded:
                return item
    return ABSENT


_INTRINSIC: Final = frozenset(("count", "length", "psobject", "pstypenames", "psbase", "psadapted", "psextended"))


_METHODS: Final = {name.lower(): name for name in OBJECT_METHODS}


def _intrinsic(value: Any, folded: str) -> Any:
    if folded in _METHODS and value is not None and value is not NOTHING:
        return MethodValue(value, _METHODS[folded])
    if folded not in _INTRINSIC:
        return ABSENT
    if folded in ("count", "length"):
        if value is None or value is NOTHING:
            return 0
        if type(value) is PSObject and value.base is not MISSING:
            return find_value(value.base, folded)
        return 1
    if value is None or value is NOTHING:
        return ABSENT
    if folded not in ("psobject", "pstypenames"):
        return value
    from remora.engine.members.memberset import PSMemberView, type_name_list

    return PSMemberView(value) if folded == "psobject" else type_name_list(value)


def _from_elements(value: Any, name: str, strict: bool) -> Any:
    """Member enumeration: the member of each element, elements without it left out, one hit unrolled (trap 51)."""
    out: list[Any] = []
    hit = False
    for item in items_of(value):
        found = find_value(item, name) if item is not None else ABSENT
        if found is ABSENT and isinstance(item, (list, tuple)):
            found = _from_elements(item, name, False)
            if found is None:
                found = ABSENT
        if (
            found is ABSENT
            or type(found) is MethodValue
            or (item is not None and name.lower() in ("count", "length") and not _has_own(item, name))
        ):
            continue
        hit = True
        if isinstance(found, (list, tuple)):
            out.extend(found)
        else:
            out.append(found)
    if not hit:
        if strict:
            raise not_found(name)
        return None
    return out[0] if len(out) == 1 else out


def _has_own(item: Any, name: str) -> bool:
    if type(item) is PSObject:
        return item._find(name) is not None
    return isinstance(item, (Hashtable, dict)) or type_of(item).find(name.lower()) is not None


def not_found(name: str) -> PSError:
    """The strict-mode error of a missing property."""
    return error(
        f"The property '{name}' cannot be found on this object. Verify that the property exists.",
        "PropertyNotFoundStrict",
        "NotSpecified",
        name,
        type_name="System.Management.Automation.PropertyNotFoundException",
    )


# -- writing -----------------------------------------------------------------------------------------------------------


def set_member(target: Any, name: str, value: Any) -> None:
    """``target.name = value``."""
    if target is None or target is NOTHING:
        raise _unsettable(name, "PropertyNotFound")
    if type(target) is PSObject:
        _set_on_object(target, name, value)
        return
    if typetable.in_use() and (added := typetable.find_member(target, name)) is not typetable.ABSENT:
        _set_added(target, name, added, value)
        return
    if isinstance(target, (Hashtable, dict)):
        target[name] = value
        return
    kind = type_of(target)
    if kind.adapted:
        with contextlib.suppress(KeyError):
            target.set_adapted(name, value)
            return
    member = kind.find(name.lower())
    if isinstance(member, Property):
        write_property(target, member, value)
        return
    if isinstance(member, Method):
        raise error(f"Cannot set the value of the method '{name}'.", "CannotSetMethod", "InvalidOperation", name)
    if isinstance(target, list) and target:
        from remora.engine.language.guard import guard

        for item in target:
            guard(item, assigns=True)
            set_member(item, name, value)
        return
    raise _unsettable(name)


def _unsettable(name: str, id: str = "PropertyAssignmentException") -> PSError:
    return error(
        f"The property '{name}' cannot be found on this object. Verify that the property exists and can be set.",
        id,
        "InvalidOperation",
        name,
    )


def _set_on_object(target: PSObject, name: str, value: Any) -> None:
    entry = target._find(name)
    if entry is not None:
        member = entry[0][entry[1]]
        if type(member) in (ScriptProperty, AliasProperty):
            _set_added(target, name, member, value)
        else:
            entry[0][entry[1]] = value
        return
    if typetable.in_use() and (added := typetable.find_member(target, name)) is not typetable.ABSENT:
        _set_added(target, name, added, value)
        return
    if target.base is not MISSING:
        set_member(target.base, name, value)
        return
    raise _unsettable(name)


def _set_added(target: Any, name: str, member: Any, value: Any) -> None:
    """Write through a member that is computed; plain values of a type are not the object's to change."""
    if type(member) is AliasProperty:
        set_member(target, member.target, value)
    elif type(member) is ScriptProperty and member.setter is not None:
        member.setter.invoke_with_this(target, value)
    elif is_property(member) and type(member) is not ScriptProperty and _set_attached(target, name, value):
        return
    else:
        raise _read_only(name)


def _set_attached(target: Any, name: str, value: Any) -> bool:
    """Give a note attached to the object a new value; False when it is not the object's own."""
    own = typetable.own_members(target)
    known = next((known for known in own if known.lower() == name.lower()), None)
    if known is None:
        return False
    own[known] = value
    return True


def write_property(target: Any, member: Property, value: Any) -> None:
    """Convert to the property's type and call the setter."""
    if member.set is None:
        raise _read_only(member.name)
    if member.convert is not None or member.type_name != "System.Object":
        from remora.engine.convert.conversion import convert_to
        from remora.engine.members.overloads import substituted

        try:
            named = substituted(member.type_name, type_of(target))
            value = member.convert(value) if member.convert is not None else convert_to(value, named)
        except PSError as problem:
            raise _setting_failed(member.name, problem) from None
    try:
        member.set(target, value)
    except PSError as problem:
        if problem.record.exception.kind.is_a("System.Management.Automation.RuntimeException"):
            raise
        raise _setting_failed(member.name, problem) from None


def _setting_failed(name: str, problem: PSError) -> PSError:
    """What stands around the error of a property's setter."""
    return error(
        f'Exception setting "{name}": "{problem.record.message}"',
        "ExceptionWhenSetting",
        type_name="System.Management.Automation.SetValueInvocationException",
        inner=problem.record.exception,
    )


def _read_only(name: str) -> PSError:
    return error(f"'{name}' is a ReadOnly property.", "PropertyAssignmentException", "InvalidOperation", name,
                 type_name="System.Management.Automation.SetValueException")  # fmt: skip


# -- statics -----------------------------------------------------------------------------------------------------------


def get_static(target: Any, name: str, strict: bool = False) -> Any:
    """``[type]::name``: static property, enum value, or a method as a value."""
    kind = static_type(target)
    member = kind.net.find_static(name.lower())
    if isinstance(member, Property):
        return member.get(None)
    if kind.net.enum is not None:
        from remora.engine.convert.conversion import enum_value

        for label, number in kind.net.enum.items():
            if label.lower() == name.lower():
                return enum_value(kind, number)
    if isinstance(member, Method):
        return MethodValue(kind, member.name, is_static=True)
    if name.lower() == "new" and kind.net.form not in ("static", "interface", "enum"):
        return MethodValue(kind, "new", is_static=True)
    if strict:
        raise not_found(name)
    return None


def set_static(target: Any, name: str, value: Any) -> None:
    """``[type]::name = value``."""
    kind = static_type(target)
    member = kind.net.find_static(name.lower())
    if not isinstance(member, Property):
        raise _unsettable(name)
    write_property(None, member, value)


def static_type(target: Any) -> TypeRef:
    """The type on the left of ``::``: a type value, or the type of an object."""
    if isinstance(target, TypeRef):
        return target
    if target is None or target is NOTHING:
        raise error("Cannot reference a static member of a null value.", "InvokeMethodOnNull", "InvalidOperation")
    if isinstance(target, str):
        from remora.engine.types.typeref import type_from_text

        found = type_from_text(target)
        if found is not None:
            return found
    kind = type_of(target)
    return type_ref(kind)


def describe_missing(value: Any) -> str:
    """The type name used in messages about missing members."""
    names = type_names(value)
    return names[0] if names else to_text(value)
