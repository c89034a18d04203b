"""The classes of cmdlets as types, with the attribute that declares them."""

from __future__ import annotations

from typing import Any, Final

from remora.engine import attribute as a
from remora.engine.commands import CmdletInfo
from remora.engine.convert.conversion import convert_to
from remora.engine.nettype import NetType
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef, find_type, register, require
from remora.values.collections import TypedArray

_M: Final = "System.Management.Automation."
_DECLARED: Final[dict[str, CmdletAttribute]] = {}


class CmdletAttribute(a.Attribute):
    """``[Cmdlet(verb, noun)]`` of a cmdlet's class."""

    __slots__ = ("info",)
    net_type = a.attribute_type("Cmdlet", a.COMMON)

    def __init__(self, info: CmdletInfo) -> None:
        self.info = info


def cmdlet_type(info: CmdletInfo) -> TypeRef:
    """The type of a cmdlet's class."""
    name = info.cls.spec.class_name
    if name not in _DECLARED:
        _DECLARED[name] = CmdletAttribute(info)
        base = find_type(_M + "PSCmdlet")
        register(NetType(name, base.net if base is not None else None))
    return require(name)


def attributes_of(kind: TypeRef, *given: Any) -> TypedArray:
    """GetCustomAttributes: those of a cmdlet's class; of the wanted type, when one is given."""
    found: list[Any] = [_DECLARED[kind.name]] if kind.name in _DECLARED else []
    if kind.net.scripted is not None:
        from remora.engine.classes.custom_attributes import type_attributes

        found = type_attributes(kind.net)
    wanted = unwrap(given[0]) if given else None
    if isinstance(wanted, TypeRef):
        found = [one for one in found if type_of(unwrap(one)).is_a(wanted.name)]
    return TypedArray(found, "System.Object")


def _impact(one: CmdletAttribute) -> Any:
    spec = one.info.cls.spec
    return convert_to(spec.confirm_impact if spec.should_process else "None", _M + "ConfirmImpact")


def _declare() -> None:
    k = CmdletAttribute.net_type
    k.property("VerbName", "System.String")(lambda o: o.info.name.partition("-")[0])
    k.property("NounName", "System.String")(lambda o: o.info.name.partition("-")[2])
    k.property("DefaultParameterSetName", "System.String")(lambda o: o.info.cls.spec.default_set)
    k.property("SupportsShouldProcess", "System.Boolean")(lambda o: o.info.cls.spec.should_process)
    k.property("ConfirmImpact")(_impact)
    register(k)


_declare()
