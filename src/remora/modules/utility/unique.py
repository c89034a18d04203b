"""Get-Unique."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_names
from remora.modules.common import get, names, order, unwrap
from remora.values import PSObject


@cmdlet("Get-Unique", aliases=("gu",), default_set="AsString")
class GetUnique(Cmdlet):
    """Leaves out objects equal to the one before; case counts."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    as_string = Parameter("switch", sets=("AsString",))
    on_type = Parameter("switch", sets=("UniqueByType",))
    case_insensitive = Parameter("switch")

    def begin(self) -> None:
        self._last: Any = NOTHING

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING:
            return
        if self._last is NOTHING or not self._equal(value):
            self._last = value
            self.emit(value)

    def _equal(self, value: Any) -> bool:
        if self.on_type:
            return type_names(value)[:1] == type_names(self._last)[:1]
        if self.as_string:
            left, right = to_text(value), to_text(self._last)
            return left.lower() == right.lower() if self.case_insensitive else left == right
        return _same(value, self._last, case_sensitive=not self.case_insensitive)


def _same(left: Any, right: Any, *, case_sensitive: bool) -> bool:
    """Equality as -Unique has it: values by value, custom objects by their properties."""
    if isinstance(unwrap(left), PSObject) and isinstance(unwrap(right), PSObject):
        mine, other = names(left), names(right)
        return [name.lower() for name in mine] == [name.lower() for name in other] and all(
            order(get(left, name), get(right, name), case_sensitive=case_sensitive) == 0 for name in mine
        )
    return order(left, right, case_sensitive=case_sensitive) == 0


CMDLETS = (GetUnique,)
