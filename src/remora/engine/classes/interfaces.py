"""Interfaces that classes of scripts may implement, and what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from remora.engine.classes.members import ClassMethod, ClassProperty
from remora.engine.classes.problems import definition_error

if TYPE_CHECKING:
    from remora.engine import ast
    from remora.engine.nettype import NetType

REQUIRED: Final[dict[str, tuple[tuple[str, int, bool], ...]]] = {
    "System.IDisposable": (("Dispose", 0, False),),
    "System.IComparable": (("CompareTo", 1, True),),
    "System.IComparable`1": (("CompareTo", 1, True),),
    "System.IEquatable`1": (("Equals", 1, True),),
    "System.ICloneable": (("Clone", 0, True),),
    "System.IFormattable": (("ToString", 2, True),),
    "System.Collections.IEnumerable": (("GetEnumerator", 0, True),),
    "System.Collections.Generic.IEnumerable`1": (("GetEnumerator", 0, True),),
    "System.Collections.IEnumerator": (("MoveNext", 0, True), ("Reset", 0, False), ("get_Current", 0, True)),
    "System.Collections.Generic.IEnumerator`1": (("MoveNext", 0, True), ("get_Current", 0, True)),
    "System.Collections.IComparer": (("Compare", 2, True),),
    "System.Collections.Generic.IComparer`1": (("Compare", 2, True),),
    "System.Collections.IEqualityComparer": (("Equals", 2, True), ("GetHashCode", 1, True)),
    "System.Collections.Generic.IEqualityComparer`1": (("Equals", 2, True), ("GetHashCode", 1, True)),
    "System.Management.Automation.IArgumentCompleter": (("CompleteArgument", 5, True),),
    "System.Management.Automation.IArgumentCompleterFactory": (("Create", 0, True),),
    "System.Management.Automation.IValidateSetValuesGenerator": (("GetValidValues", 0, True),),
    "System.Management.Automation.IDynamicParameters": (("GetDynamicParameters", 0, True),),
}
"""Methods of each interface: name, number of parameters, whether it gives a value."""


def check_interfaces(definition: ast.TypeDefinition, net: NetType) -> None:
    """Refuse a class that leaves out a method of an interface it names."""
    for interface in net.interfaces:
        for name, count, gives in REQUIRED.get(interface.partition("[")[0], ()):
            if not _has(net, name, count, gives):
                raise definition_error(
                    "TypeCreationError",
                    definition.extent,
                    net.name,
                    f"Method '{name}' in type '{net.name}' does not have an implementation.",
                )


def _has(net: NetType, name: str, count: int, gives: bool) -> bool:
    method = net.find(name.lower())
    if isinstance(method, ClassMethod):
        return any(
            len(one.parameters) == count and (getattr(one, "returns", True) is not None) == gives
            for one in method.overloads
        )
    if method is not None:
        return True
    return name.startswith("get_") and isinstance(net.find(name[4:].lower()), ClassProperty)
