"""Compare-Object."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.format.shaping import GROUP_KEYS, PropertySpec
from remora.engine.types.registry import type_names
from remora.engine.validators import ValidateRange
from remora.modules.utility.ordering import MISSING, Row, compare_rows, expanded, key_specs, refuse_culture, row_of
from remora.values import PSObject

_SIDE = "SideIndicator"


@cmdlet("Compare-Object", aliases=("compare", "diff"))
class CompareObject(Cmdlet):
    """Compares two sets of objects, each difference object with the reference objects around its place."""

    reference_object = Parameter("psobject[]", position=0, mandatory=True, allow_empty=True)
    difference_object = Parameter("psobject[]", position=1, mandatory=True, pipeline=True, allow_empty=True)
    sync_window = Parameter("int", validate=(ValidateRange(0, 2147483647),), default=2147483647)
    property = Parameter("object[]")
    exclude_different = Parameter("switch")
    include_equal = Parameter("switch")
    pass_thru = Parameter("switch")
    case_sensitive = Parameter("switch")
    culture = Parameter("string")

    def begin(self) -> None:
        refuse_culture(self, self.culture)
        self._specs: list[PropertySpec] = []
        self._references: list[Row] | None = None
        self._at = 0
        self._references_left: list[Row] = []
        self._differences_left: list[Row] = []
        self._with_equal = bool(self.include_equal)
        if self.exclude_different and "IncludeEqual" not in self.bound:
            self._with_equal = True

    def process(self) -> None:
        if self._references is None:
            values = list(self.reference_object or ())
            first = next((value for value in values or self.difference_object or ()), None)
            self._specs = expanded(key_specs(self, self.property, GROUP_KEYS, first), values)
            self._references = [row_of(self, value, self._specs) for value in values if value is not None]
        for value in self.difference_object or ():
            if value is not None:
                self._pair(row_of(self, value, self._specs))

    def end(self) -> None:
        while self._references is not None and self._at < len(self._references):
            self._pair(None)
        for row in self._differences_left:
            self._differs(row, "=>")
        for row in self._references_left:
            self._differs(row, "<=")

    def _pair(self, difference: Row | None) -> None:
        """The next objects of both sides: equal to each other, to one that waits, or waiting from now on."""
        self.check_stop()
        reference = None
        references = self._references or []
        if self._at < len(references):
            reference = references[self._at]
            self._at += 1
        if reference is not None and difference is not None and self._same(reference, difference):
            self._equal(reference)
            return
        found = self._take(difference, self._references_left)
        if found is not None:
            self._equal(found)
            difference = None
        if self._take(reference, self._differences_left) is not None and reference is not None:
            self._equal(reference)
            reference = None
        self._wait(difference, self._differences_left, "=>")
        self._wait(reference, self._references_left, "<=")

    def _wait(self, row: Row | None, waiting: list[Row], side: str) -> None:
        """Keep a row for later; the window is full when -SyncWindow of them wait."""
        if row is None:
            return
        if self.sync_window == 0:
            self._differs(row, side)
            return
        while len(waiting) >= self.sync_window:
            self._differs(waiting.pop(0), side)
        waiting.append(row)

    def _take(self, row: Row | None, waiting: list[Row]) -> Row | None:
        if row is None:
            return None
        at = next((at for at, other in enumerate(waiting) if self._same(row, other)), None)
        return None if at is None else waiting.pop(at)

    def _same(self, left: Row, right: Row) -> bool:
        return compare_rows(left, right, case_sensitive=bool(self.case_sensitive)) == 0

    def _equal(self, row: Row) -> None:
        if self._with_equal:
            self._out(row, "==")

    def _differs(self, row: Row, side: str) -> None:
        if not self.exclude_different:
            self._out(row, side)

    def _out(self, row: Row, side: str) -> None:
        if self.pass_thru:
            value = row.value
            made = value if isinstance(value, PSObject) else PSObject(type_names(value), base=value)
            made.extended.pop(_SIDE, None)
            made.extended[_SIDE] = side
            self.emit(made)
        elif self._specs:
            shown: dict[str, Any] = {}
            for spec, key in zip(self._specs, row.keys, strict=False):
                shown.setdefault(spec.label, None if key is MISSING else key)
            self.emit(PSObject.custom({**shown, _SIDE: side}))
        else:
            self.emit(PSObject.custom({"InputObject": row.value, _SIDE: side}))


CMDLETS = (CompareObject,)
