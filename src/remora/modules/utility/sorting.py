"""Sort-Object."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.format.shaping import ABSENT, SORT_KEYS, PropertySpec
from remora.engine.nothing import NOTHING
from remora.engine.operators.compare import text_key
from remora.engine.validators import ValidateRange
from remora.modules.common import order, property_specs

_POSITIVE = (ValidateRange(1, 2147483647),)


def keys_of(value: Any, specs: list[PropertySpec]) -> list[Any]:
    """What an object is compared by: itself, or the values of its properties (missing ones are $null)."""
    if not specs:
        return [value]
    keys: list[Any] = []
    for spec in specs:
        for one in spec.expand(value):
            found = one.read(value)
            keys.append(None if found is ABSENT or found is NOTHING else found)
    return keys


@cmdlet("Sort-Object", aliases=("sort",), default_set="Default")
class SortObject(Cmdlet):
    """Sorts objects by themselves or by properties; the sort is stable, case is ignored."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0)
    descending = Parameter("switch")
    unique = Parameter("switch")
    case_sensitive = Parameter("switch")
    culture = Parameter("string")
    stable = Parameter("switch")
    top = Parameter("int", validate=_POSITIVE)
    bottom = Parameter("int", validate=_POSITIVE)

    def begin(self) -> None:
        self._specs = property_specs(self, self.property, SORT_KEYS)
        self._rows: list[tuple[list[Any], Any]] = []

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._rows.append((keys_of(self.input_object, self._specs), self.input_object))

    def end(self) -> None:
        directions = [spec.descending for spec in self._specs] or [None]
        backwards = [bool(self.descending) if way is None else way for way in directions]
        simple = self._simple_key()
        if simple is not None and not self.unique:
            self._out(sorted(self._rows, key=simple, reverse=backwards[0]))
            return

        def compared(left: tuple[list[Any], Any], right: tuple[list[Any], Any]) -> int:
            for at, (a, b) in enumerate(zip(left[0], right[0], strict=False)):
                sign = order(a, b, case_sensitive=bool(self.case_sensitive))
                if sign:
                    return -sign if backwards[min(at, len(backwards) - 1)] else sign
            return len(left[0]) - len(right[0])

        rows = sorted(self._rows, key=cmp_to_key(compared))
        if self.unique:
            rows = [row for at, row in enumerate(rows) if not at or compared(rows[at - 1], row)]
        self._out(rows)

    def _simple_key(self) -> Callable[[tuple[list[Any], Any]], Any] | None:
        """A native sort key when there is one key an object and all are numbers, or all are texts."""
        kinds = {type(keys[0]) if len(keys) == 1 else None for keys, _ in self._rows}
        if kinds <= {int, float}:
            return lambda row: row[0][0]
        if kinds == {str}:
            parts = 3 if self.case_sensitive else 2
            return lambda row: text_key(row[0][0])[:parts]
        return None

    def _out(self, rows: list[tuple[list[Any], Any]]) -> None:
        if self.top is not None:
            rows = rows[: self.top]
        elif self.bottom is not None:
            rows = rows[-self.bottom :]
        for _, value in rows:
            self.emit(value)


CMDLETS = (SortObject,)
