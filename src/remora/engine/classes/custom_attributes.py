"""The attributes of classes, enums and their members as objects."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from remora.engine import ast
from remora.engine.binding.attributes import make_attribute
from remora.engine.classes.members import ClassOverload, ClassProperty
from remora.engine.classes.scriptclass import ScriptClass
from remora.engine.context import current
from remora.engine.errors import PSError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from remora.engine.nettype import NetType


def type_attributes(net: NetType) -> list[Any]:
    """Those of a class or enum that a script defines; none for other types."""
    scripted = net.scripted
    definition = scripted.definition if isinstance(scripted, ScriptClass) else scripted
    return _made(definition.attributes) if isinstance(definition, ast.TypeDefinition) else []


def member_attributes(member: Any, overload: Any) -> list[Any]:
    """Those of a property, method or constructor of a script's class."""
    if isinstance(member, ClassProperty):
        return _made(member.attributes)
    if isinstance(overload, ClassOverload) and overload.node is not None:
        return _made(overload.node.attributes)
    return []


def _made(nodes: Sequence[ast.AttributeNode]) -> list[Any]:
    """The objects of the attributes that the engine can make."""
    out: list[Any] = []
    for node in nodes:
        with suppress(PSError):
            out.append(make_attribute(current().active_frame(), node))
    return out
