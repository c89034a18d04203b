"""Compare-Object and Tee-Object."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.format.shaping import SORT_KEYS
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_names
from remora.modules.common import order, property_specs
from remora.modules.utility.sorting import keys_of
from remora.values import PSObject


@cmdlet("Compare-Object", aliases=("compare", "diff"))
class CompareObject(Cmdlet):
    """Compares two sets of objects."""

    reference_object = Parameter("psobject[]", position=0, mandatory=True, allow_empty=True)
    difference_object = Parameter("psobject[]", position=1, mandatory=True, pipeline=True, allow_empty=True)
    sync_window = Parameter("int", default=2147483647)
    property = Parameter("object[]")
    exclude_different = Parameter("switch")
    include_equal = Parameter("switch")
    pass_thru = Parameter("switch")
    case_sensitive = Parameter("switch")
    culture = Parameter("string")

    def begin(self) -> None:
        self._specs = property_specs(self, self.property, SORT_KEYS)
        self._others: list[Any] = []

    def process(self) -> None:
        self._others.extend(self.difference_object or ())

    def end(self) -> None:
        left: list[tuple[list[Any], Any] | None] = [
            (keys_of(value, self._specs), value) for value in self.reference_object or ()
        ]
        right = [(keys_of(value, self._specs), value) for value in self._others]
        rest: list[tuple[list[Any], Any]] = []
        equal: list[tuple[list[Any], Any]] = []
        for at, row in enumerate(right):
            near = [
                index
                for index, other in enumerate(left)
                if other is not None and abs(index - at) <= self.sync_window and self._same(other[0], row[0])
            ]
            if near:
                equal.append(row)
                left[near[0]] = None
            else:
                rest.append(row)
        if self.include_equal or (self.exclude_different and "IncludeEqual" not in self.bound):
            for keys, value in equal:
                self._out(keys, value, "==")
        if not self.exclude_different:
            for keys, value in rest:
                self._out(keys, value, "=>")
            for row_or_none in left:
                if row_or_none is not None:
                    self._out(row_or_none[0], row_or_none[1], "<=")

    def _same(self, left: list[Any], right: list[Any]) -> bool:
        sensitive = bool(self.case_sensitive)
        return len(left) == len(right) and all(
            order(a, b, case_sensitive=sensitive) == 0 for a, b in zip(left, right, strict=True)
        )

    def _out(self, keys: list[Any], value: Any, side: str) -> None:
        if self.pass_thru:
            made = value if isinstance(value, PSObject) else PSObject(type_names(value), base=value)
            made.extended["SideIndicator"] = side
            self.emit(made)
        elif self._specs:
            shown = {spec.label: key for spec, key in zip(self._specs, keys, strict=False)}
            self.emit(PSObject.custom({**shown, "SideIndicator": side}))
        else:
            self.emit(PSObject.custom({"InputObject": value, "SideIndicator": side}))


@cmdlet("Tee-Object", aliases=("tee",), default_set="File")
class TeeObject(Cmdlet):
    """Keeps a copy of what passes in a file or a variable."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    file_path = Parameter("string", sets={"File": {"position": 0, "mandatory": True}}, aliases=("Path",))
    literal_path = Parameter("string", sets={"LiteralFile": {"mandatory": True}}, aliases=("PSPath", "LP"))
    append = Parameter("switch")
    encoding = Parameter("string")
    variable = Parameter("string", sets={"Variable": {"mandatory": True}})

    def begin(self) -> None:
        self._kept: list[Any] = []

    def process(self) -> None:
        if self.input_object is NOTHING:
            return
        self._kept.append(self.input_object)
        self.emit(self.input_object)

    def end(self) -> None:
        if self.variable is not None:
            kept: Any = self._kept[0] if len(self._kept) == 1 else self._kept
            if self.append:
                old = self.session.get_variable(self.variable)
                before = list(old) if isinstance(old, list) else [] if old is None else [old]
                kept = before + self._kept
            self.session.set_variable(self.variable, kept)
            return
        parameters: dict[str, Any] = {"LiteralPath": self.literal_path or self.file_path, "Append": bool(self.append)}
        if self.encoding is not None:
            parameters["Encoding"] = to_text(self.encoding)
        self.runtime.call_command("Out-File", input=self._kept, **parameters)


CMDLETS = (CompareObject, TeeObject)
