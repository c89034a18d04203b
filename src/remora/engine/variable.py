"""PSVariable: a variable as an object."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.conversion import convert_to
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.scopes import Cell
from remora.engine.types.enumerations import VISIBILITY, item_options


class PSVariable(NetObject):
    """Looks through to the live variable."""

    __slots__ = ("cell",)
    net_type = NetType("System.Management.Automation.PSVariable", OBJECT)

    def __init__(self, cell: Cell) -> None:
        self.cell = cell

    def net_text(self) -> str:
        return self.net_type.name


@PSVariable.net_type.property("Name", "System.String")
def _name(self: PSVariable) -> Any:
    return self.cell.name


@PSVariable.net_type.property("Description", "System.String")
def _description(self: PSVariable) -> Any:
    return self.cell.description


@PSVariable.net_type.property("Value")
def _value(self: PSVariable) -> Any:
    return self.cell.value


@PSVariable.net_type.setter("Value")
def _set_value(self: PSVariable, value: Any) -> None:
    self.cell.assign(value)


@PSVariable.net_type.property("Visibility", VISIBILITY.name)
def _visibility(self: PSVariable) -> Any:
    return convert_to(self.cell.visibility, VISIBILITY.name)


@PSVariable.net_type.property("Options")
def _options(self: PSVariable) -> Any:
    return item_options(self.cell.options)


@PSVariable.net_type.property("Attributes")
def _attributes(self: PSVariable) -> Any:
    return []


def _declare() -> None:
    from remora.engine.types.catalog import load

    load("psvariable")


PSVariable.net_type.load = _declare
