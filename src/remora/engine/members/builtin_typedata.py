"""Type data of the built-in types: members that are no .NET members, and what is shown of objects without a view."""

from __future__ import annotations

from functools import cache

from remora.engine.members.typedata import TypeData
from remora.engine.nettype import NetType, Property
from remora.engine.psobject import AliasProperty, ScriptProperty
from remora.engine.types.typeref import declared_types


@cache
def builtin_types() -> dict[str, TypeData]:
    """By lower-case type name."""
    from remora.engine.types.catalog import load_all

    load_all()
    out: dict[str, TypeData] = {}
    for net in declared_types():
        data = _data(net)
        if not data.is_empty():
            out[net.name.lower()] = data
    return out


def _data(net: NetType) -> TypeData:
    data = TypeData(net.name)
    for member in net.members.values():
        if isinstance(member, Property) and member.kind == "AliasProperty":
            data.put(member.name, AliasProperty(member.name))
        elif isinstance(member, Property) and member.kind == "ScriptProperty":
            data.put(member.name, ScriptProperty(None))
    if net.default_display:
        data.standard["DefaultDisplayPropertySet"] = list(net.default_display)
    return data
