"""What a class of a script takes from the .NET-like type it derives from: the state of its instances."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from remora.engine.exception_types import NetException
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef
from remora.values.collections import GenericList


@lru_cache(maxsize=256)
def state_of(native: NetType) -> type | None:
    """The Python class that holds the state of a type's instances; None when there is none to hold."""
    if native is OBJECT:
        return None
    if native.is_a("System.Exception"):
        return NetException
    for cls, net in r.BY_CLASS.items():
        if net is native and cls is not dict and not issubclass(cls, (int, str, float)):
            return cls
    if native.name.startswith(r.LIST.name):
        return GenericList
    return next((cls for cls in _subclasses(NetObject) if cls.__dict__.get("net_type") is native), None)


def _subclasses(cls: type) -> list[type]:
    out: list[type] = []
    one: type
    for one in cls.__subclasses__():
        out.append(one)
        out.extend(_subclasses(one))
    return out


def construct_base(native: TypeRef, kind: NetType, arguments: list[Any]) -> Any:
    """What the native type's constructor makes for an instance of the class; None for a type without state."""
    from remora.engine.members.calls import construct

    if native.net.is_a("System.Exception"):
        from remora.engine.types.errors import construct_exception

        return construct_exception(kind, arguments)
    return None if state_of(native.net) is None else construct(native, arguments)
