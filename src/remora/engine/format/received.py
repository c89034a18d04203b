"""Views out of ExtendedTypeDefinition objects that came from another machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine.convert import to_text
from remora.engine.convert.truth import is_true
from remora.engine.format.records import CENTER, LEFT, RIGHT, UNDEFINED
from remora.engine.format.views import (
    Binding,
    Column,
    CustomView,
    Entry,
    Frame,
    Grouping,
    ListView,
    NewLine,
    Source,
    TableView,
    Text,
    View,
    ViewDefinition,
    WideView,
)
from remora.engine.scriptblock import ScriptBlock
from remora.values.objects import PSObject

MakeBlock = Callable[[str], ScriptBlock]
_ALIGNMENTS = {"Left": LEFT, "Center": CENTER, "Right": RIGHT}


def received_definitions(value: PSObject, make_block: MakeBlock) -> list[ViewDefinition]:
    """The views a deserialized ExtendedTypeDefinition stands for; what makes no sense is left out.

    make_block: makes the script blocks of the view; its PSError for text that does not parse passes.
    """
    reader = _Reader(make_block)
    names = tuple(to_text(name) for name in _items(value.get("TypeNames")) or _items([value.get("TypeName")]))
    found = []
    for one in _items(value.get("FormatViewDefinition")):
        control = one.get("Control") if isinstance(one, PSObject) else None
        view = reader.view(control) if isinstance(control, PSObject) else None
        if isinstance(control, PSObject) and view is not None and names:
            out_of_band = is_true(control.get("OutOfBand"))
            found.append(
                ViewDefinition(name=to_text(one.get("Name")), type_names=names, view=view, out_of_band=out_of_band)
            )
    return found


def _items(value: Any) -> list[Any]:
    base = value.base if isinstance(value, PSObject) else value
    return [item for item in base if item is not None] if isinstance(base, (list, tuple)) else []


def _objects(value: Any) -> list[PSObject]:
    return [item for item in _items(value) if isinstance(item, PSObject)]


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int) else 0


def _text(value: Any) -> str | None:
    return None if value is None else to_text(value)


class _Reader:
    def __init__(self, make_block: MakeBlock) -> None:
        self._make_block = make_block

    def view(self, control: PSObject) -> View | None:
        grouping = self._grouping(control.get("GroupBy"))
        if control.is_instance("System.Management.Automation.TableControl"):
            return self._table(control, grouping)
        if control.is_instance("System.Management.Automation.CustomControl"):
            return self._custom(control, grouping)
        entries = _objects(control.get("Entries"))
        if not entries:
            return None
        if control.is_instance("System.Management.Automation.ListControl"):
            made = [
                self._entry(entry, tuple(self._column(i) for i in _objects(entry.get("Items")))) for entry in entries
            ]
            return ListView(items=made[0].items, grouping=grouping, entries=tuple(made[1:]))
        if control.is_instance("System.Management.Automation.WideControl"):
            made = [self._entry(entry, (self._column(entry),)) for entry in entries]
            return WideView(
                value=made[0].items[0],
                columns=_number(control.get("Columns")),
                auto_size=is_true(control.get("AutoSize")),
                grouping=grouping,
                entries=tuple(made[1:]),
            )
        return None

    def _source(self, entry: Any) -> Source | None:
        """A DisplayEntry: the name of a property or a script."""
        if not isinstance(entry, PSObject):
            return None
        text = to_text(entry.get("Value"))
        return self._make_block(text) if to_text(entry.get("ValueType")) == "ScriptBlock" else text

    def _column(self, item: PSObject, head: PSObject | None = None) -> Column:
        shown = head if head is not None else item
        return Column(
            label=_text(shown.get("Label")),
            value=self._source(item.get("DisplayEntry")) or "",
            width=_number(head.get("Width")) if head is not None else 0,
            align=_ALIGNMENTS.get(to_text(shown.get("Alignment")), UNDEFINED) if head is not None else 0,
            row_align=_ALIGNMENTS.get(to_text(item.get("Alignment")), UNDEFINED),
            format_string=_text(item.get("FormatString")),
            condition=self._source(item.get("ItemSelectionCondition")),
        )

    def _entry(self, told: PSObject, items: tuple[Any, ...]) -> Entry:
        selected = told.get("EntrySelectedBy") or told.get("SelectedBy")
        names, condition = _items(selected), None
        if isinstance(selected, PSObject) and not names:
            names = _items(selected.get("TypeNames"))
            conditions = [self._source(one) for one in _objects(selected.get("SelectionCondition"))]
            condition = conditions[0] if conditions else None
        return Entry(
            items=items,
            type_names=tuple(to_text(name) for name in names),
            condition=condition,
            wrap=is_true(told.get("Wrap")),
        )

    def _table(self, control: PSObject, grouping: Grouping | None) -> TableView | None:
        heads = _objects(control.get("Headers"))
        rows = _objects(control.get("Rows"))
        if not rows:
            return None
        made = []
        for row in rows:
            cells = _objects(row.get("Columns"))
            own = [*heads, *([None] * (len(cells) - len(heads)))]
            made.append(
                self._entry(row, tuple(self._column(cell, head) for cell, head in zip(cells, own, strict=False)))
            )
        return TableView(
            columns=made[0].items,
            grouping=grouping,
            auto_size=is_true(control.get("AutoSize")),
            wrap=made[0].wrap,
            hide_headers=is_true(control.get("HideTableHeaders")),
            rows=tuple(made[1:]),
        )

    def _custom(self, control: PSObject, grouping: Grouping | None = None) -> CustomView | None:
        entries = _objects(control.get("Entries"))
        made = [self._entry(entry, self._tokens(entry)) for entry in entries]
        return CustomView(tokens=made[0].items, grouping=grouping, entries=tuple(made[1:])) if made else None

    def _tokens(self, told: PSObject) -> tuple[Any, ...]:
        found = (self._token(item) for item in _objects(told.get("CustomItems")))
        return tuple(token for token in found if token is not None)

    def _token(self, item: PSObject) -> Any:
        match item.type_name.rpartition("CustomItem")[2]:
            case "Text":
                return Text(text=to_text(item.get("Text")))
            case "Newline":
                return NewLine(count=_number(item.get("Count")))
            case "Frame":
                hanging, indent = _number(item.get("FirstLineHanging")), _number(item.get("FirstLineIndent"))
                return Frame(
                    tokens=self._tokens(item),
                    left=_number(item.get("LeftIndent")),
                    right=_number(item.get("RightIndent")),
                    first_line=-hanging if hanging else indent,
                )
            case "Expression":
                inner = item.get("CustomControl")
                return Binding(
                    value=self._source(item.get("Expression")),
                    condition=self._source(item.get("ItemSelectionCondition")),
                    enumerate=is_true(item.get("EnumerateCollection")),
                    control=self._custom(inner) if isinstance(inner, PSObject) else None,
                )
        return None

    def _grouping(self, told: Any) -> Grouping | None:
        key = self._source(told.get("Expression")) if isinstance(told, PSObject) else None
        if key is None:
            return None
        inner = told.get("CustomControl")
        control = self._custom(inner) if isinstance(inner, PSObject) else None
        return Grouping(key=key, label=_text(told.get("Label")), control=control)
