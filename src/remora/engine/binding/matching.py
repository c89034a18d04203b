"""Questions the binder asks about arguments and values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from remora.engine.binding.metadata import ParameterMeta
from remora.engine.nettype import Property
from remora.engine.types.registry import type_of, unwrap
from remora.values.objects import PSObject


def property_of(value: Any, names: Sequence[str]) -> tuple[bool, Any]:
    """(True, value) of the first of these properties the object has."""
    from remora.engine.members.methodvalue import MethodValue
    from remora.engine.members.properties import ABSENT, find_value

    if value is None:
        return False, None
    for name in names:
        if name.lower() in ("count", "length", "psobject") and not _declared(value, name):
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


def _declared(value: Any, name: str) -> bool:
    """Tell whether the object has that property of its own, not as something every value answers."""
    if isinstance(value, PSObject) and value._find(name):
        return True
    return isinstance(type_of(unwrap(value)).find(name.lower()), Property)
