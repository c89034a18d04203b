"""Members added to objects: what a PSObject's extended slots may hold besides plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.errors import PSError
from remora.values.objects import MISSING, MemberSet, PSObject

if TYPE_CHECKING:
    from remora.engine.scriptblock import ScriptBlock


class ScriptProperty:
    """A property computed by a script block with ``$this``."""

    __slots__ = ("getter", "setter")

    def __init__(self, getter: ScriptBlock | None, setter: ScriptBlock | None = None) -> None:
        self.getter = getter
        self.setter = setter


class AliasProperty:
    """Another name for a property of the same object. conversion: the type its value is given in, by full name."""

    __slots__ = ("conversion", "target")

    def __init__(self, target: str, conversion: str | None = None) -> None:
        self.target = target
        self.conversion = conversion


class ScriptMethod:
    """A method made of a script block with ``$this`` and arguments."""

    __slots__ = ("block",)

    def __init__(self, block: ScriptBlock) -> None:
        self.block = block


class PropertySet:
    """A name for several properties of the same object."""

    __slots__ = ("names",)

    def __init__(self, names: list[str]) -> None:
        self.names = names


def member_type(member: Any) -> str:
    """The name in PSMemberTypes of what an ``extended`` dict holds."""
    kinds = {
        ScriptProperty: "ScriptProperty",
        AliasProperty: "AliasProperty",
        ScriptMethod: "ScriptMethod",
        PropertySet: "PropertySet",
        MemberSet: "MemberSet",
    }
    return kinds.get(type(member), "NoteProperty")


_NO_PROPERTIES = (ScriptMethod, PropertySet, MemberSet)


def is_property(member: Any) -> bool:
    """Tell whether a member as stored in ``extended`` is listed among the properties: sets and methods are not."""
    return type(member) not in _NO_PROPERTIES


def property_value(owner: Any, member: Any) -> Any:
    """The value of a member as stored in ``extended``: computed members are computed, and are None when that fails;
    methods give None.
    """
    kind = type(member)
    if kind is ScriptProperty:
        if member.getter is None:
            return None
        from remora.engine.nothing import NOTHING, collected

        try:
            value = collected(member.getter.invoke_with_this(owner))
        except PSError:
            return None
        return None if value is NOTHING else value
    if kind is AliasProperty:
        from remora.engine.members import get_member

        found = get_member(owner, member.target)
        if member.conversion is None:
            return found
        from remora.engine.convert.conversion import convert_to

        return convert_to(found, member.conversion)
    if kind is ScriptMethod:
        return None
    if kind is PropertySet:
        from remora.engine.members import get_member

        return PSObject.custom({name: get_member(owner, name) for name in member.names})
    return member


def wrapped(value: Any) -> PSObject:
    """The value as an object that can carry members: itself, or a new wrapper around it."""
    if isinstance(value, PSObject):
        return value
    from remora.engine.types.registry import type_names

    return PSObject(type_names(value), base=value)


def custom(members: Any) -> PSObject:
    """A PSCustomObject from pairs (mapping or iterable of pairs), names as text."""
    return PSObject.custom(dict(members))


def is_custom(value: Any) -> bool:
    """Tell whether the value is an object without base: a PSCustomObject or a deserialized property bag."""
    return isinstance(value, PSObject) and value.base is MISSING
