"""Which view an object gets, and the records it becomes in that view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from remora.engine.convert import to_text
from remora.engine.errors import ErrorRecord
from remora.engine.format import access
from remora.engine.format.cells import CellStyle, cell, long_date_text
from remora.engine.format.concise import concise
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
    TextShape,
    WideShape,
)
from remora.engine.format.remote import revive
from remora.engine.format.views import (
    Column,
    Grouping,
    ListView,
    Source,
    TableView,
    TextView,
    TypeViews,
    View,
    WideView,
    column,
)
from remora.values import Char, EnumValue

MAX_TABLE_PROPERTIES = 4
_UNSET = object()


class ViewTable:
    """Views by type name, the most derived name first. Sessions may add their own above the built-in ones."""

    def __init__(self, views: Mapping[str, TypeViews] | None = None) -> None:
        self._views: dict[str, TypeViews] = dict(views or {})

    def find(self, type_names: tuple[str, ...]) -> TypeViews | None:
        """The views of the most derived type that has any."""
        if not self._views:
            from remora.engine.format.library import builtin_views

            self._views = builtin_views()
        for name in type_names:
            found = self._views.get(name.lower())
            if found is not None:
                return found
        return None


def is_plain(value: Any) -> bool:
    """Values that print as their text on a line of their own."""
    return isinstance(value, str | bool | int | float | Decimal | Char | EnumValue)


def read(source: Source, value: Any) -> Any:
    """The value a column shows."""
    return access.get(value, source) if isinstance(source, str) else source(value)


class Formatter:
    """Default output: objects in, records out. The first object picks the view; another type starts a new drawing."""

    def __init__(self, emit: Callable[[FormatRecord], None], views: ViewTable, style: CellStyle | None = None) -> None:
        self._emit = emit
        self._views = views
        self._style = style or CellStyle()
        self._writer: ViewWriter | None = None
        self._types: tuple[str, ...] | None = None
        self._drawn = False

    def feed(self, value: Any) -> None:
        """One object; records of Format-* pass through."""
        if value is None:
            return
        if isinstance(value, FormatRecord):
            self._close()
            self._emit(value)
        elif isinstance(value, ErrorRecord):
            self._emit(RawText(concise(value)))
        elif is_plain(value):
            self._close()
            self._emit(RawText(to_text(value)))
        elif isinstance(value, Mapping):
            for key, item in list(value.items()):
                self._object(dictionary_entry(key, item))
        elif isinstance(value, list | tuple | bytes | bytearray):
            for item in value:
                self.feed(item)
        elif (record := revive(value)) is not None:
            self.feed(record)
        else:
            self._object(value)

    def _object(self, value: Any) -> None:
        types = access.type_names(value)
        if self._writer is None or types != self._types:
            view = self.view_of(value, types)
            if view is None or self._writer is None or view is not self._writer.view:
                self._close()
            if view is None:
                self._emit(RawText(to_text(value)))
                return
            if self._writer is None:
                self._writer = ViewWriter(view, self._emit, self._style)
            self._types = types
        self._writer.feed(value)
        self._drawn = True

    def view_of(self, value: Any, types: tuple[str, ...]) -> View | None:
        """The default view of an object; None when there is nothing to show but its text."""
        found = self._views.find(types)
        view = found.default() if found else None
        if view is not None:
            return view
        if isinstance(value, datetime):
            return TextView(lines=long_date_text)
        return generic_view(value, prefer_list=self._drawn and self._writer is not None)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.end()
            self._writer = None
            self._types = None

    def end(self) -> None:
        """No more objects."""
        self._close()


def generic_view(value: Any, *, prefer_list: bool = False) -> View | None:
    """Up to four properties make a table, more a list."""
    names = default_properties(value)
    if not names:
        return None
    columns = tuple(column(name) for name in names)
    if len(names) <= MAX_TABLE_PROPERTIES and not prefer_list:
        return TableView(columns=columns)
    return ListView(items=columns)


def default_properties(value: Any) -> list[str]:
    """The default display property set where the type has one, else all properties."""
    net_type = getattr(type(value), "net_type", None)
    if net_type is not None and net_type.default_display:
        return list(net_type.default_display)
    return access.names(value)


def dictionary_entry(key: Any, value: Any) -> Any:
    """One pair of a hashtable as it is shown."""
    from remora.engine.format.pairs import Pair

    return Pair(key, value)


class ViewWriter:
    """Turns objects into the records of one view."""

    def __init__(self, view: View, emit: Callable[[FormatRecord], None], style: CellStyle) -> None:
        self.view = view
        self._emit = emit
        self._style = style
        self._started = self._in_group = False
        self._key: Any = _UNSET
        self._grouping: Grouping | None = None if isinstance(view, TextView) else view.grouping

    def feed(self, value: Any) -> None:
        """One object of the drawing; a new group key starts a new group."""
        if not self._started:
            self._started = True
            self._emit(FormatStart(self._shape()))
        header: tuple[str, ...] = ()
        if self._grouping is not None:
            key = read(self._grouping.key, value)
            text = to_text(key)
            if self._key is _UNSET or text != self._key:
                self._end_group()
                self._key = text
                header = (" " * self._grouping.indent + f"{self._grouping.label}: {text}",)
        if not self._in_group and self._needs_group():
            self._in_group = True
            self._emit(GroupStart(header))
        self._emit(self._entry(value))

    def _needs_group(self) -> bool:
        return not isinstance(self.view, TextView) or self.view.spaced

    def _end_group(self) -> None:
        if self._in_group:
            self._in_group = False
            self._emit(GroupEnd())

    def end(self) -> None:
        """The drawing is over."""
        self._end_group()
        if self._started:
            self._emit(FormatEnd())

    def _shape(self) -> Shape:
        view = self.view
        if isinstance(view, TableView):
            heads = tuple(ColumnHead(label=c.label, width=c.width, align=c.align) for c in view.columns)
            return TableShape(columns=heads, auto_size=view.auto_size, wrap=view.wrap, hide_headers=view.hide_headers)
        if isinstance(view, ListView):
            return ListShape()
        return WideShape(columns=view.columns) if isinstance(view, WideView) else TextShape()

    def _entry(self, value: Any) -> FormatEntry:
        view = self.view
        if isinstance(view, TableView):
            return FormatEntry(self._cells(view.columns, value))
        if isinstance(view, ListView):
            return FormatEntry(self._cells(view.items, value), tuple(item.label for item in view.items))
        if isinstance(view, WideView):
            return FormatEntry((cell(read(view.value, value), self._style),))
        lines = view.lines(value).replace("\r\n", "\n").split("\n")
        return FormatEntry(tuple(Cell(text=line) for line in lines))

    def _cells(self, columns: tuple[Column, ...], value: Any) -> tuple[Cell, ...]:
        return tuple(cell(read(part.value, value), self._style) for part in columns)
