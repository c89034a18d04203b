"""Questions the binder asks about arguments and values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.arguments import Argument
from remora.engine.binding.metadata import CommandMetadata, ParameterMeta
from remora.engine.types.registry import type_of, unwrap
from remora.values.objects import PSObject

if TYPE_CHECKING:
    pass


def last_chance(metadata: CommandMetadata) -> bool:
    """Only one parameter takes pipeline input by value: its failure is the error to report."""
    return sum(1 for p in metadata.parameters.values() if any(s.pipeline for s in p.sets.values())) == 1


def without_shadowed(arguments: Sequence[Argument], metadata: CommandMetadata) -> list[Argument]:
    """An explicitly written parameter wins over the same key of a splat (trap 72)."""
    written = {a.name.lower() for a in arguments if a.name is not None and not a.splatted}
    if not written or not any(a.splatted for a in arguments):
        return list(arguments)
    names = {p.name.lower() for w in written if (p := metadata.find(w)) is not None} | written
    return [a for a in arguments if not (a.splatted and a.name is not None and _canonical(a.name, metadata) in names)]


def _canonical(name: str, metadata: CommandMetadata) -> str:
    found = metadata.find(name.lower())
    return found.name.lower() if found is not None else name.lower()


def property_of(value: Any, names: Sequence[str]) -> tuple[bool, Any]:
    """(True, value) of the first of these properties the object has."""
    from remora.engine.members.memberset import MethodValue
    from remora.engine.members.properties import ABSENT, find_value

    if value is None:
        return False, None
    for name in names:
        if name.lower() in ("count", "length", "psobject") and not (isinstance(value, PSObject) and value._find(name)):
            continue
        found = find_value(value, name)
        if found is not ABSENT and not isinstance(found, MethodValue):
            return True, found
    return False, None


def fits(value: Any, parameter: ParameterMeta) -> bool:
    """Tell whether the value binds without conversion."""
    target = parameter.type
    if target.name in ("System.Object", "System.Management.Automation.PSObject"):
        return True
    if value is None:
        return not target.net.is_value_type
    inner = unwrap(value)
    if target.element is not None:
        if target.element.name in ("System.Object", "System.Management.Automation.PSObject"):
            return True
        items = inner if isinstance(inner, (list, tuple)) else [inner]
        return all(type_of(unwrap(item)).is_a(target.element.name) for item in items)
    if parameter.is_switch:
        return isinstance(inner, bool)
    return type_of(inner).is_a(target.name) or (isinstance(value, PSObject) and value.is_instance(target.name))
