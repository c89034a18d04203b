"""Views as Format.ps1xml."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from remora import _xml
from remora.engine.format.records import CENTER, LEFT, RIGHT
from remora.engine.format.views import (
    Binding,
    Column,
    CustomView,
    Entry,
    Frame,
    ListView,
    NewLine,
    Source,
    TableView,
    Text,
    View,
    ViewDefinition,
    WideView,
    told_script,
)

_ALIGNMENTS: Final = {LEFT: "Left", CENTER: "Center", RIGHT: "Right"}
_HEADER: Final = '<?xml version="1.0" encoding="utf-8"?>\n'


def export_views(definitions: Sequence[ViewDefinition], *, scripts: bool) -> str:
    """The file's text. scripts: with the text of script blocks; without it they are empty."""
    root = _xml.element("Configuration")
    views = _xml.child(root, "ViewDefinitions")
    writer = _Writer(scripts=scripts)
    for definition in definitions:
        writer.view(views, definition)
    _indent(root, 0)
    return _HEADER + _xml.serialize(root).decode("utf-8")


def _indent(node: Any, depth: int) -> None:
    children = list(node)
    if not children:
        return
    node.text = "\n" + "  " * (depth + 1)
    for at, child in enumerate(children):
        _indent(child, depth + 1)
        child.tail = "\n" + "  " * (depth + (at < len(children) - 1))


class _Writer:
    def __init__(self, *, scripts: bool) -> None:
        self._scripts = scripts

    def view(self, parent: Any, definition: ViewDefinition) -> None:
        node = _xml.child(parent, "View")
        _xml.child(node, "Name", definition.name)
        selected = _xml.child(node, "ViewSelectedBy")
        for name in definition.type_names:
            _xml.child(selected, "TypeName", name)
        view = definition.view
        if view.grouping is not None:
            group = _xml.child(node, "GroupBy")
            self._source(group, view.grouping.key, "")
            if view.grouping.label:
                _xml.child(group, "Label", view.grouping.label)
            if isinstance(view.grouping.control, CustomView):
                self._custom(group, view.grouping.control)
        if definition.out_of_band:
            _xml.child(node, "OutOfBand")
        self._control(node, view)

    def _control(self, node: Any, view: View) -> None:
        if isinstance(view, TableView):
            self._table(node, view)
        elif isinstance(view, ListView):
            self._list(node, view)
        elif isinstance(view, WideView):
            self._wide(node, view)
        else:
            self._custom(node, view)

    def _source(self, node: Any, source: Source | None, label: str) -> None:
        """A property or script; a column the engine computes itself is written as the script that stands for it, else
        as the property of its label.
        """
        script = told_script(source)
        if script is not None:
            _xml.child(node, "ScriptBlock", script if self._scripts else ";")
        elif isinstance(source, str):
            _xml.child(node, "PropertyName", source)
        elif source is not None:
            _xml.child(node, "PropertyName", label)

    def _selected(self, node: Any, entry: Entry | None) -> None:
        if entry is None or not (entry.type_names or entry.condition is not None):
            return
        selected = _xml.child(node, "EntrySelectedBy")
        for name in entry.type_names if entry.condition is None else ():
            _xml.child(selected, "TypeName", name)
        if entry.condition is not None:
            condition = _xml.child(selected, "SelectionCondition")
            for name in entry.type_names:
                _xml.child(condition, "TypeName", name)
            self._source(condition, entry.condition, "")

    def _table(self, node: Any, view: TableView) -> None:
        table = _xml.child(node, "TableControl")
        if view.auto_size:
            _xml.child(table, "AutoSize")
        if view.hide_headers:
            _xml.child(table, "HideTableHeaders")
        heads = _xml.child(table, "TableHeaders")
        if any(part.label or part.width for part in view.columns):
            for part in view.columns:
                head = _xml.child(heads, "TableColumnHeader")
                if part.label:
                    _xml.child(head, "Label", part.label)
                if part.width:
                    _xml.child(head, "Width", str(part.width))
                if part.align in _ALIGNMENTS and part.align != LEFT:
                    _xml.child(head, "Alignment", _ALIGNMENTS[part.align])
        rows = _xml.child(table, "TableRowEntries")
        self._row(rows, view.columns, wrap=view.wrap, entry=None)
        for entry in view.rows:
            self._row(rows, entry.items, wrap=entry.wrap, entry=entry)

    def _row(self, rows: Any, columns: Sequence[Column], *, wrap: bool, entry: Entry | None) -> None:
        row = _xml.child(rows, "TableRowEntry")
        if wrap:
            _xml.child(row, "Wrap")
        self._selected(row, entry)
        items = _xml.child(row, "TableColumnItems")
        for part in columns:
            item = _xml.child(items, "TableColumnItem")
            if part.row_align in _ALIGNMENTS:
                _xml.child(item, "Alignment", _ALIGNMENTS[part.row_align])
            if part.format_string:
                _xml.child(item, "FormatString", part.format_string)
            self._source(item, part.value, part.label or "")

    def _list(self, node: Any, view: ListView) -> None:
        entries = _xml.child(_xml.child(node, "ListControl"), "ListEntries")
        for entry in (Entry(items=view.items), *view.entries):
            made = _xml.child(entries, "ListEntry")
            self._selected(made, entry)
            items = _xml.child(made, "ListItems")
            for part in entry.items:
                item = _xml.child(items, "ListItem")
                if part.label and part.label != part.value:
                    _xml.child(item, "Label", part.label)
                if part.format_string:
                    _xml.child(item, "FormatString", part.format_string)
                if part.condition is not None:
                    self._source(_xml.child(item, "ItemSelectionCondition"), part.condition, "")
                self._source(item, part.value, part.label or "")

    def _wide(self, node: Any, view: WideView) -> None:
        wide = _xml.child(node, "WideControl")
        if view.columns:
            _xml.child(wide, "ColumnNumber", str(view.columns))
        if view.auto_size:
            _xml.child(wide, "AutoSize")
        entries = _xml.child(wide, "WideEntries")
        for entry in (Entry(items=(view.value,)), *view.entries):
            made = _xml.child(entries, "WideEntry")
            self._selected(made, entry)
            item = _xml.child(made, "WideItem")
            self._source(item, entry.items[0].value, entry.items[0].label or "")
            if entry.items[0].format_string:
                _xml.child(item, "FormatString", entry.items[0].format_string)

    def _custom(self, node: Any, view: CustomView) -> None:
        entries = _xml.child(_xml.child(node, "CustomControl"), "CustomEntries")
        for entry in (Entry(items=view.tokens), *view.entries):
            made = _xml.child(entries, "CustomEntry")
            self._selected(made, entry)
            self._tokens(_xml.child(made, "CustomItem"), entry.items)

    def _tokens(self, node: Any, tokens: Sequence[Any]) -> None:
        for token in tokens:
            if isinstance(token, Text):
                _xml.child(node, "Text", token.text)
            elif isinstance(token, NewLine):
                for _ in range(token.count):
                    _xml.child(node, "NewLine")
            elif isinstance(token, Frame):
                self._frame(node, token)
            elif isinstance(token, Binding):
                self._binding(node, token)

    def _frame(self, node: Any, token: Frame) -> None:
        frame = _xml.child(node, "Frame")
        for name, number in (("LeftIndent", token.left), ("RightIndent", token.right)):
            if number:
                _xml.child(frame, name, str(number))
        if token.first_line:
            name = "FirstLineIndent" if token.first_line > 0 else "FirstLineHanging"
            _xml.child(frame, name, str(abs(token.first_line)))
        self._tokens(_xml.child(frame, "CustomItem"), token.tokens)

    def _binding(self, node: Any, token: Binding) -> None:
        binding = _xml.child(node, "ExpressionBinding")
        if token.enumerate:
            _xml.child(binding, "EnumerateCollection")
        if token.condition is not None:
            self._source(_xml.child(binding, "ItemSelectionCondition"), token.condition, "")
        self._source(binding, token.value, "ToString")
        if isinstance(token.control, CustomView):
            self._custom(binding, token.control)
        elif token.control:
            _xml.child(binding, "CustomControlName", token.control)
