"""Format-Table, Format-List, Format-Wide, Format-Custom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.format.access import ABSENT, names, type_names
from remora.engine.format.cells import cell
from remora.engine.format.records import (
    Cell,
    ColumnHead,
    FormatEnd,
    FormatEntry,
    FormatRecord,
    FormatStart,
    GroupEnd,
    GroupStart,
    ListShape,
    RawText,
    Shape,
    TableShape,
    WideShape,
)
from remora.engine.format.select import ViewTable, default_properties, dictionary_entry, is_plain, read
from remora.engine.format.shaping import PropertySpec, parse_properties, parse_property
from remora.engine.format.views import Column, Grouping
from remora.engine.nothing import NOTHING
from remora.modules.utility.output import style_of

MAX_AUTO_COLUMNS = 10
_VIEWS = ViewTable()


class _Formatter(Cmdlet):
    """Takes objects, emits format records."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0)
    group_by = Parameter("object")
    view = Parameter("string")
    show_error = Parameter("switch")
    display_error = Parameter("switch")
    force = Parameter("switch")
    expand = Parameter("string")

    def begin(self) -> None:
        self._style = style_of(self)
        self._given = parse_properties(self.property, self.runtime.item_value) if self.property is not None else None
        self._group = parse_property(self.group_by, self.runtime.item_value) if self.group_by is not None else None
        self._specs: list[PropertySpec] | None = None
        self._view_group: Grouping | None = None
        self._types: tuple[str, ...] | None = None
        self._columns: tuple[Column, ...] | None = None
        self._key: str | None = None
        self._started = self._grouped = False

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        if isinstance(value, FormatRecord):
            self.emit(value)
        elif isinstance(value, Mapping) and self._given is None:
            for key, item in list(value.items()):
                self._one(dictionary_entry(key, item))
        elif is_enumerable(value):
            for item in items_of(value):
                self._one(item)
        else:
            self._one(value)

    def _one(self, value: Any) -> None:
        if is_plain(value) and self._given is None:
            self._finish()
            self.emit(RawText(to_text(value)))
            return
        types = type_names(value)
        if self._specs is None or (self._given is None and types != self._types):
            columns = self._view_columns(value)
            if self._specs is None or columns is None or columns is not self._columns:
                self._finish()
                self._columns = columns
                self._specs = self._chosen(value)
                self.emit(FormatStart(self._shape(self._specs)))
                self._started = True
            self._types = types
        self._begin_group(value)
        self.emit(self._entry(value, self._specs))

    def _begin_group(self, value: Any) -> None:
        header: tuple[str, ...] = ()
        if self._group is not None:
            found = self._group.read(value)
            header = self._header(f"   {self._group.label}", found)
        elif self._view_group is not None:
            label = " " * self._view_group.indent + self._view_group.label
            header = self._header(label, read(self._view_group.key, value))
        if not self._grouped or header:
            if self._grouped:
                self.emit(GroupEnd())
            self._grouped = True
            self.emit(GroupStart(header))

    def _header(self, label: str, key: Any) -> tuple[str, ...]:
        text = "" if key is ABSENT else to_text(key)
        if text == self._key:
            return ()
        self._key = text
        return (f"{label}: {text}",)

    def _finish(self) -> None:
        if self._grouped:
            self.emit(GroupEnd())
        if self._started:
            self.emit(FormatEnd())
        self._started = self._grouped = False
        self._specs = None
        self._key = None

    def end(self) -> None:
        self._finish()

    # -- what the three forms do differently ---------------------------------------------------------------------

    def _chosen(self, value: Any) -> list[PropertySpec]:
        if self._given is not None:
            return [one for spec in self._given for one in spec.expand(value)]
        columns = self._view_columns(value)
        if columns is None:
            return parse_properties(default_properties(value), self.runtime.item_value)
        return [_from_column(part) for part in columns]

    def _view_columns(self, value: Any) -> tuple[Column, ...] | None:
        return None

    def _shape(self, specs: list[PropertySpec]) -> Shape:
        return ListShape()

    def _entry(self, value: Any, specs: list[PropertySpec]) -> FormatEntry:
        cells = tuple(self._cell(spec, value) for spec in specs)
        return FormatEntry(cells, tuple(spec.label for spec in specs))

    def _cell(self, spec: PropertySpec, value: Any) -> Cell:
        found = spec.read(value)
        return Cell(text="") if found is ABSENT or found is NOTHING else cell(found, self._style, spec.format_string)


def _from_column(part: Column) -> PropertySpec:
    return PropertySpec(
        label=part.label, read=lambda value: read(part.value, value), width=part.width, align=part.align
    )


@cmdlet("Format-Table", aliases=("ft",))
class FormatTable(_Formatter):
    """Shows objects as a table."""

    auto_size = Parameter("switch")
    repeat_header = Parameter("switch")
    hide_table_headers = Parameter("switch")
    wrap = Parameter("switch")

    def _view_columns(self, value: Any) -> tuple[Column, ...] | None:
        found = _VIEWS.find(type_names(value))
        if found is None or found.table is None:
            self._view_group = None
            return None
        self._view_group = found.table.grouping if self._group is None else None
        return found.table.columns

    def _chosen(self, value: Any) -> list[PropertySpec]:
        specs = super()._chosen(value)
        if self._given is None and self._view_columns(value) is None:
            known = names(value)
            return parse_properties(known[:MAX_AUTO_COLUMNS], self.runtime.item_value)
        return specs

    def _shape(self, specs: list[PropertySpec]) -> Shape:
        return TableShape(
            columns=tuple(ColumnHead(label=spec.label, width=spec.width, align=spec.align) for spec in specs),
            auto_size=bool(self.auto_size),
            wrap=bool(self.wrap),
            hide_headers=bool(self.hide_table_headers),
        )


@cmdlet("Format-List", aliases=("fl",))
class FormatList(_Formatter):
    """Shows the properties of objects under each other."""

    def _view_columns(self, value: Any) -> tuple[Column, ...] | None:
        found = _VIEWS.find(type_names(value))
        if found is None or found.list is None:
            return None
        self._view_group = found.list.grouping if self._group is None else None
        return found.list.items

    def _entry(self, value: Any, specs: list[PropertySpec]) -> FormatEntry:
        if self._given is not None and any(spec.wildcard for spec in self._given):
            specs = [one for spec in self._given for one in spec.expand(value)]
        return super()._entry(value, specs)


@cmdlet("Format-Wide", aliases=("fw",))
class FormatWide(_Formatter):
    """Shows one property of objects, several in a row."""

    auto_size = Parameter("switch")
    column = Parameter("int")

    def _chosen(self, value: Any) -> list[PropertySpec]:
        if self._given is not None:
            return super()._chosen(value)[:1]
        found = _VIEWS.find(type_names(value))
        if found is not None and found.wide is not None:
            source = found.wide.value
            self._view_group = found.wide.grouping if self._group is None else None
            return [PropertySpec(label="", read=lambda item: read(source, item))]
        known = names(value)
        chosen = next(
            (name for name in known if name.lower() in ("name", "displayname", "id")), known[0] if known else ""
        )
        return parse_properties([chosen], self.runtime.item_value) if chosen else []

    def _shape(self, specs: list[PropertySpec]) -> Shape:
        return WideShape(columns=None if self.auto_size else self.column or 2)


@cmdlet("Format-Custom", aliases=("fc",))
class FormatCustom(_Formatter):
    """Shows the properties of objects, each on a line of its own."""

    depth = Parameter("int", default=5)


CMDLETS = (FormatCustom, FormatList, FormatTable, FormatWide)
