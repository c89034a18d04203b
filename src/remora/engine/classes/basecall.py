"""``([Base]$this).Method()``: the method as the named type has it."""

from __future__ import annotations

from typing import Any

from remora.engine.members.calls import call_method, invoke_member
from remora.engine.nettype import OBJECT_NAME, Method
from remora.engine.psobject import is_custom
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef


def invoke_as(kind: TypeRef, value: Any, name: str, arguments: list[Any]) -> Any:
    """Call a method of a value as a base class declares it; interfaces and other types as usual."""
    inner = unwrap(value)
    own = type_of(inner)
    if value is None or own.name == kind.name or is_custom(value) or kind.net.form == "interface":
        return invoke_member(value, name, arguments)
    if kind.name == OBJECT_NAME:
        plain = name.lower() == "tostring" and not arguments
        return own.name if plain else invoke_member(value, name, arguments)
    if own.is_a(kind.name):
        method = kind.net.find(name.lower())
        if isinstance(method, Method):
            return call_method(inner, method, arguments)
    return invoke_member(value, name, arguments)
