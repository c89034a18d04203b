"""How formatting and cmdlets read objects: names, values and type names through the engine's member tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from remora.engine.contentline import ABSENT as NO_NOTE
from remora.engine.contentline import ContentLine
from remora.engine.errors import PSError
from remora.engine.members import typetable
from remora.engine.nettype import Property
from remora.engine.psobject import PropertySet, is_property, property_value
from remora.engine.types.registry import type_names as engine_type_names
from remora.engine.types.registry import type_of, unwrap
from remora.values import MISSING, PSObject

_PREFIX: Final = "Deserialized."
ABSENT: Final = MISSING


def type_names(value: Any) -> tuple[str, ...]:
    """Type names, most derived first."""
    return engine_type_names(value)


def find(value: Any, name: str) -> Any:
    """A property by name, case ignored; ABSENT when there is none. Errors of computed properties come through."""
    if isinstance(value, PSObject):
        entry = value._find(name)
        if entry is not None:
            member = entry[0][entry[1]]
            return property_value(value, member) if is_property(member) else ABSENT
    if typetable.in_use() and (added := typetable.find_member(value, name)) is not typetable.ABSENT:
        return property_value(value, added) if is_property(added) else ABSENT
    if isinstance(value, PSObject):
        return ABSENT if value.base is MISSING else find(value.base, name)
    if isinstance(value, Mapping):
        for key in (name, *(key for key in value if isinstance(key, str) and key.lower() == name.lower())):
            if key in value:
                return value[key]
    net_type = type_of(value)
    if net_type.adapted and name.lower() in {known.lower() for known in value.adapted_names()}:
        return value.adapted(name)
    node = net_type.find(name.lower())
    if node is None and not net_type.members:
        _load_members()
        node = type_of(value).find(name.lower())
    if isinstance(node, Property):
        return node.get(value)
    note = value.note(name) if type(value) is ContentLine else NO_NOTE
    return ABSENT if note is NO_NOTE else note


@cache
def _load_members() -> None:
    """Have the member tables of the basic types; they come with the first runspace, formatting alone needs them too."""
    from remora.engine.types.catalog import load_all

    load_all()


def property_set(value: Any, name: str) -> list[str] | None:
    """The properties a property set of that name stands for; None when the object has no such set."""
    member: Any = None
    if isinstance(value, PSObject) and (entry := value._find(name)) is not None:
        member = entry[0][entry[1]]
    elif typetable.in_use():
        member = typetable.find_member(value, name)
    return list(member.names) if isinstance(member, PropertySet) else None


def get(value: Any, name: str) -> Any:
    """A property by name, case ignored; None when there is none or reading it fails."""
    try:
        found = find(value, name)
    except (PSError, OSError):
        return None
    return None if found is ABSENT else found


def names(value: Any) -> list[str]:
    """Names of the visible properties in order: notes on the object, what type data adds, what the type declares; those
    of a hashtable are its keys.
    """
    own = [name for name, member in typetable.own_members(value).items() if is_property(member)]
    if typetable.in_use():
        own += [name for name, member in typetable.type_members(value).items() if is_property(member)]
    if isinstance(value, PSObject):
        rest = [*([] if value.base is MISSING else names(value.base)), *value.adapted]
    elif isinstance(value, Mapping):
        rest = [str(key) for key in value]
    elif type_of(value).adapted:
        rest = value.adapted_names()
    else:
        rest = _declared_names(value)
    found: dict[str, str] = {}
    for name in (*own, *rest):
        found.setdefault(name.lower(), name)
    return list(found.values())


def _declared_names(value: Any) -> list[str]:
    if not type_of(value).members:
        _load_members()
    members = [one for one in type_of(value).all_members().values() if isinstance(one, Property) and not one.hidden]
    notes = [one.name for one in members if one.kind == "NoteProperty"]
    more = [one.name for one in members if one.kind not in ("NoteProperty", "Property")]
    extras = getattr(value, "properties", None)
    declared = [one.name for one in members if one.kind == "Property"]
    return [*notes, *more, *declared, *(extras if isinstance(extras, dict) else ())]


def true_name(value: Any, name: str) -> str:
    """The property's own spelling where there is one."""
    folded = name.lower()
    return next((known for known in names(value) if known.lower() == folded), name)


def standard_member(value: Any, name: str) -> Any:
    """A member of PSStandardMembers: the type table's, or what the type declares; None without one."""
    found = typetable.standard_member(value, name)
    if found is not None:
        return found
    if name == "DefaultDisplayPropertySet":
        net_type = getattr(type(unwrap(value)), "net_type", None)
        if net_type is not None and net_type.default_display:
            return list(net_type.default_display)
    return None
