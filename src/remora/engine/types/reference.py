"""``[ref]``: a value that a method or function may replace."""

from __future__ import annotations

from typing import Any

from remora.engine.nettype import NetObject
from remora.engine.scopes import Cell
from remora.engine.types.typeref import PSREFERENCE


class Reference(NetObject):
    """Refers to a variable's cell, or to a value of its own."""

    __slots__ = ("_cell",)
    net_type = PSREFERENCE

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    @property
    def value(self) -> Any:
        return self._cell.value

    @value.setter
    def value(self, value: Any) -> None:
        if self._cell.guarded:
            self._cell.assign(value)
        else:
            self._cell.value = value


PSREFERENCE.property("Value")(lambda reference: reference.value)
PSREFERENCE.setter("Value")(lambda reference, value: setattr(reference, "value", value))
