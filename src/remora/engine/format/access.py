"""How formatting and cmdlets read objects: names, values and type names through the engine's member tables."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.nettype import Property
from remora.engine.psobject import ScriptMethod, property_value
from remora.engine.types.registry import type_names as engine_type_names
from remora.engine.types.registry import type_of
from remora.values import MISSING, PSObject

_PREFIX: Final = "Deserialized."
ABSENT: Final = MISSING


def type_names(value: Any) -> tuple[str, ...]:
    """Type names, most derived first, with the prefix of deserialized objects taken off."""
    return tuple(name.removeprefix(_PREFIX) for name in engine_type_names(value))


def find(value: Any, name: str) -> Any:
    """A property by name, case ignored; ABSENT when there is none. Errors of computed properties come through."""
    if isinstance(value, PSObject):
        member = value.get(name, ABSENT)
        if member is not ABSENT:
            return ABSENT if isinstance(member, ScriptMethod) else property_value(value, member)
        return ABSENT if value.base is MISSING else find(value.base, name)
    if isinstance(value, Mapping):
        for key in (name, *(key for key in value if isinstance(key, str) and key.lower() == name.lower())):
            if key in value:
                return value[key]
    net_type = type_of(value)
    node = net_type.find(name.lower())
    if node is None and not net_type.members:
        _load_members()
        node = type_of(value).find(name.lower())
    return node.get(value) if isinstance(node, Property) else ABSENT


@cache
def _load_members() -> None:
    """Have the member tables of the basic types; they come with the first runspace, formatting alone needs them too."""
    from remora.engine.types.catalog import load_all

    load_all()


def get(value: Any, name: str) -> Any:
    """A property by name, case ignored; None when there is none or reading it fails."""
    try:
        found = find(value, name)
    except PSError:
        return None
    return None if found is ABSENT else found


def names(value: Any) -> list[str]:
    """Names of the visible properties in order; those of a hashtable are its keys."""
    if isinstance(value, PSObject):
        own = [name for name, member in value.properties().items() if not isinstance(member, ScriptMethod)]
        if value.base is MISSING:
            return own
        seen = {name.lower() for name in own}
        return own + [name for name in names(value.base) if name.lower() not in seen]
    if isinstance(value, Mapping):
        return [str(key) for key in value]
    net_type = type_of(value)
    if not net_type.members:
        _load_members()
    members = type_of(value).all_members().values()
    return [member.name for member in members if isinstance(member, Property) and not member.hidden]
