"""Sort-Object."""

from __future__ import annotations

from collections.abc import Callable
from functools import cmp_to_key
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.contentline import ContentLine
from remora.engine.format.shaping import SORT_KEYS
from remora.engine.nothing import NOTHING
from remora.engine.operators.compare import text_key
from remora.engine.validators import ValidateRange
from remora.modules.utility.ordering import Row, compare_rows, expanded, key_specs, refuse_culture, row_of

_POSITIVE = (ValidateRange(1, 2147483647),)


@cmdlet("Sort-Object", aliases=("sort",), default_set="Default")
class SortObject(Cmdlet):
    """Sorts objects by themselves or by properties; case is ignored unless asked."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0)
    descending = Parameter("switch")
    unique = Parameter("switch")
    case_sensitive = Parameter("switch")
    culture = Parameter("string")
    stable = Parameter("switch", sets=("Default",))
    top = Parameter("int", validate=_POSITIVE, sets={"Top": {"mandatory": True}})
    bottom = Parameter("int", validate=_POSITIVE, sets={"Bottom": {"mandatory": True}})

    def begin(self) -> None:
        refuse_culture(self, self.culture)
        self._values: list[Any] = []

    def process(self) -> None:
        if self.input_object is not NOTHING and self.input_object is not None:
            self._values.append(self.input_object)

    def end(self) -> None:
        first = self._values[0] if self._values else NOTHING
        specs = expanded(key_specs(self, self.property, SORT_KEYS, first), self._values)
        rows = [row_of(self, value, specs) for value in self._values]
        descending = [bool(self.descending) if spec.descending is None else spec.descending for spec in specs]
        for row in self._chosen(self._sorted(rows, descending)):
            self.emit(row.value)

    def _sorted(self, rows: list[Row], descending: list[bool]) -> list[Row]:
        by_itself = not descending
        descending = descending or [bool(self.descending)]
        simple = self._simple_key(rows)
        if simple is not None and not self.unique and len(rows) > 3:
            return sorted(rows, key=simple, reverse=descending[0])

        def compared(left: Row, right: Row) -> int:
            return compare_rows(left, right, case_sensitive=bool(self.case_sensitive), descending=descending)

        if len(rows) == 3 and not by_itself and not self.stable and self.top is None and self.bottom is None:
            ordered = _sorted_three(rows, compared)
        else:
            ordered = sorted(rows, key=cmp_to_key(compared))
        if self.unique:
            ordered = [row for at, row in enumerate(ordered) if not at or compared(ordered[at - 1], row)]
        return ordered

    def _simple_key(self, rows: list[Row]) -> Callable[[Row], Any] | None:
        """A native sort key when there is one key an object and all are numbers, or all are texts."""
        kinds = {type(row.keys[0]) if len(row.keys) == 1 else None for row in rows}
        if kinds <= {int, float}:
            return lambda row: row.keys[0]
        if kinds <= {str, ContentLine}:
            parts = 3 if self.case_sensitive else 2
            return lambda row: text_key(row.keys[0])[:parts]
        return None

    def _chosen(self, rows: list[Row]) -> list[Row]:
        if self.top is not None:
            return rows[: self.top]
        return rows if self.bottom is None else rows[-self.bottom :]


def _sorted_three(rows: list[Row], compared: Callable[[Row, Row], int]) -> list[Row]:
    """Three rows as .NET's unstable sort leaves them: equal ones may change places, which -Unique shows."""
    rows = list(rows)
    for low, high in ((0, 1), (0, 2), (1, 2)):
        if compared(rows[low], rows[high]) > 0:
            rows[low], rows[high] = rows[high], rows[low]
    return rows


CMDLETS = (SortObject,)
