"""How members are written out: the Definition of Get-Member and the text of a method named without parentheses."""

from __future__ import annotations

from remora.engine.nettype import Method, NetType, Overload, Property
from remora.engine.types.typeref import type_from_text

_GENERIC = ("T", "TKey", "TValue", "T1", "T2", "T3", "T4", "T5", "T6", "T7")


def shown_type(name: str, net: NetType | None = None) -> str:
    """A type's name in PowerShell's words; net: what fills in generic parameters."""
    from remora.engine.members.overloads import substituted

    if name in _GENERIC and (net is None or not net.arguments):
        return name
    found = type_from_text(substituted(name, net))
    return found.net_text() if found is not None else name


def method_definitions(method: Method, net: NetType | None = None, prefix: str = "") -> list[str]:
    """One text for each overload; prefix: ``static`` of a static method."""
    head = f"{prefix} {shown_type(method.returns, net)} {method.name}".lstrip()
    return [f"{head}({_parameters(overload, net)})" for overload in method.overloads]


def constructor_definitions(net: NetType) -> list[str]:
    """The texts of a type's constructors, as ``[type]::new`` shows them."""
    own = net.constructors or (net.definition.constructors if net.definition is not None else [])
    kind = shown_type(net.name)
    return [f"{kind} new({_parameters(overload, net)})" for overload in own]


def _parameters(overload: Overload, net: NetType | None) -> str:
    return ", ".join(_parameter(overload, index, net) for index in range(len(overload.parameters)))


def _parameter(overload: Overload, index: int, net: NetType | None) -> str:
    kind = overload.parameters[index]
    name = overload.names[index] if index < len(overload.names) and overload.names[index] else ""
    if kind.startswith("*"):
        text = f"Params {shown_type(kind[1:] + '[]', net)}"
    else:
        text = "[ref]" if kind == "ref" else shown_type(kind, net)
    return f"{text} {name}".rstrip()


def property_definition(member: Property, net: NetType | None = None, prefix: str = "") -> str:
    """``type Name {get;set;}``."""
    access = "{get;set;}" if member.set is not None else "{get;}"
    return f"{prefix} {shown_type(member.type_name, net)} {member.name} {access}".lstrip()
