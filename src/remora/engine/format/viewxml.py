"""Format.ps1xml: the views a file defines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from remora import _xml
from remora.engine.errors import PSError, error
from remora.engine.format.records import CENTER, LEFT, RIGHT
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
from remora.errors import RemoraError

if TYPE_CHECKING:
    from remora.engine.scriptblock import ScriptBlock

MAX_SIZE: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 60
MakeBlock = Callable[[str], "ScriptBlock"]
_ALIGNMENTS: Final = {"left": LEFT, "center": CENTER, "right": RIGHT}


def read_views(data: bytes, file: str, make_block: MakeBlock) -> list[ViewDefinition]:
    """The views of a file. Raises PSError for what is no format file."""
    try:
        root = _xml.parse(data, max_size=MAX_SIZE)
    except RemoraError as problem:
        raise broken(file, str(problem)) from None
    if _xml.local_name(root) != "Configuration":
        raise broken(file, f'The node "{_xml.local_name(root)}" is not "Configuration".')
    return list(_Reader(file, make_block).views(root))


def broken(file: str, reason: str) -> PSError:
    """The error of a file that cannot be used."""
    return error(f"{file} : Error: {reason}", "FormatXmlUpdateException", "InvalidOperation")


def _children(node: Any, name: str) -> list[Any]:
    return [child for child in node if _xml.local_name(child) == name]


def _child(node: Any, name: str) -> Any:
    found = _children(node, name)
    return found[0] if found else None


def _text(node: Any, name: str) -> str | None:
    found = _child(node, name)
    return None if found is None else (found.text or "").strip()


def _flag(node: Any, name: str) -> bool:
    """An element that is there means yes, unless it says no."""
    text = _text(node, name)
    return text is not None and text.lower() != "false"


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.lstrip("-").isdecimal() else 0


class _Reader:
    """One file. Controls and selection sets are known before the views that use them."""

    def __init__(self, file: str, make_block: MakeBlock) -> None:
        self._file = file
        self._make_block = make_block
        self._sets: dict[str, tuple[str, ...]] = {}
        self._controls: dict[str, CustomView] = {}

    def views(self, root: Any) -> Iterator[ViewDefinition]:
        for sets in _children(root, "SelectionSets"):
            for node in _children(sets, "SelectionSet"):
                names = tuple(
                    (t.text or "").strip() for types in _children(node, "Types") for t in _children(types, "TypeName")
                )
                self._sets[(_text(node, "Name") or "").lower()] = names
        for controls in _children(root, "Controls"):
            self._controls.update(self._named(controls))
        for definitions in _children(root, "ViewDefinitions"):
            for node in _children(definitions, "View"):
                yield self._view(node)

    def _named(self, controls: Any) -> dict[str, CustomView]:
        out: dict[str, CustomView] = {}
        for node in _children(controls, "Control"):
            control = _child(node, "CustomControl")
            if control is not None:
                out[_text(node, "Name") or ""] = self._custom(control, 0)
        return out

    def _view(self, node: Any) -> ViewDefinition:
        name = _text(node, "Name")
        if not name:
            raise broken(self._file, "A view has no name.")
        types = self._types(_child(node, "ViewSelectedBy"))
        if not types:
            raise broken(self._file, f'The view "{name}" is selected by no type.')
        controls = dict(self._controls)
        for local in _children(node, "Controls"):
            controls.update(self._named(local))
        grouping = self._grouping(_child(node, "GroupBy"))
        return ViewDefinition(
            name=name,
            type_names=types,
            view=self._control(node, name, grouping),
            out_of_band=_flag(node, "OutOfBand"),
            controls=tuple(controls.items()),
        )

    def _types(self, node: Any) -> tuple[str, ...]:
        if node is None:
            return ()
        names = [(child.text or "").strip() for child in _children(node, "TypeName")]
        for child in _children(node, "SelectionSetName"):
            names.extend(self._sets.get((child.text or "").strip().lower(), ()))
        return tuple(names)

    def _control(self, node: Any, name: str, grouping: Grouping | None) -> View:
        readers: dict[str, Callable[[Any, Grouping | None], View]] = {
            "TableControl": self._table,
            "ListControl": self._list,
            "WideControl": self._wide,
            "CustomControl": lambda control, group: self._custom(control, 0, group),
        }
        for child in node:
            reader = readers.get(_xml.local_name(child))
            if reader is not None:
                return reader(child, grouping)
        raise broken(self._file, f'The view "{name}" has no control.')

    def _grouping(self, node: Any) -> Grouping | None:
        if node is None:
            return None
        control = _child(node, "CustomControl")
        key = self._source(node)
        if key is None:
            raise broken(self._file, "A GroupBy has neither PropertyName nor ScriptBlock.")
        named = _text(node, "CustomControlName")
        return Grouping(
            key=key, label=_text(node, "Label"), control=self._custom(control, 0) if control is not None else named
        )

    def _source(self, node: Any) -> Source | None:
        name, script = _text(node, "PropertyName"), _text(node, "ScriptBlock")
        if script is not None:
            return self._make_block(script)
        return name

    def _condition(self, node: Any, name: str) -> Source | None:
        found = _child(node, name)
        return None if found is None else self._source(found)

    def _selected(self, node: Any) -> dict[str, Any]:
        """The types and the condition of an entry."""
        found = _child(node, "EntrySelectedBy")
        if found is None:
            return {}
        condition = _child(found, "SelectionCondition")
        names = self._types(found) + (() if condition is None else self._types(condition))
        return {"type_names": names, "condition": None if condition is None else self._source(condition)}

    # -- controls ------------------------------------------------------------------------------------------------------

    def _table(self, node: Any, grouping: Grouping | None) -> TableView:
        heads = [head for heads in _children(node, "TableHeaders") for head in _children(heads, "TableColumnHeader")]
        default: tuple[Column, ...] = ()
        wrap = False
        rows: list[Entry] = []
        for entries in _children(node, "TableRowEntries"):
            for row in _children(entries, "TableRowEntry"):
                columns = self._columns(row, heads)
                selected = self._selected(row)
                if selected:
                    rows.append(Entry(items=columns, wrap=_flag(row, "Wrap"), **selected))
                else:
                    default, wrap = columns, _flag(row, "Wrap")
        return TableView(
            columns=default,
            grouping=grouping,
            auto_size=_flag(node, "AutoSize"),
            wrap=wrap,
            hide_headers=_flag(node, "HideTableHeaders"),
            rows=tuple(rows),
        )

    def _columns(self, row: Any, heads: list[Any]) -> tuple[Column, ...]:
        items = [item for items in _children(row, "TableColumnItems") for item in _children(items, "TableColumnItem")]
        if heads and len(items) != len(heads):
            raise broken(self._file, f"A table has {len(heads)} headers and a row of {len(items)} columns.")
        out: list[Column] = []
        for at, item in enumerate(items):
            head = heads[at] if heads else None
            own = self._alignment(item)
            out.append(
                Column(
                    label=None if head is None else _text(head, "Label") or None,
                    value=self._source(item) or "",
                    width=0 if head is None else _number(_text(head, "Width")),
                    align=(0 if head is None else self._alignment(head)) or own or LEFT,
                    row_align=own,
                    format_string=_text(item, "FormatString"),
                )
            )
        return tuple(out)

    def _alignment(self, node: Any) -> int:
        return _ALIGNMENTS.get((_text(node, "Alignment") or "").lower(), 0)

    def _list(self, node: Any, grouping: Grouping | None) -> ListView:
        default: tuple[Column, ...] = ()
        others: list[Entry] = []
        for entries in _children(node, "ListEntries"):
            for entry in _children(entries, "ListEntry"):
                items = tuple(
                    Column(
                        label=_text(item, "Label") or None,
                        value=self._source(item) or "",
                        format_string=_text(item, "FormatString"),
                        condition=self._condition(item, "ItemSelectionCondition"),
                    )
                    for items in _children(entry, "ListItems")
                    for item in _children(items, "ListItem")
                )
                selected = self._selected(entry)
                if selected:
                    others.append(Entry(items=items, **selected))
                else:
                    default = items
        return ListView(items=default, grouping=grouping, entries=tuple(others))

    def _wide(self, node: Any, grouping: Grouping | None) -> WideView:
        default = Column(label=None, value="")
        others: list[Entry] = []
        for entries in _children(node, "WideEntries"):
            for entry in _children(entries, "WideEntry"):
                item = _child(entry, "WideItem")
                if item is None:
                    continue
                part = Column(label=None, value=self._source(item) or "", format_string=_text(item, "FormatString"))
                selected = self._selected(entry)
                if selected:
                    others.append(Entry(items=(part,), **selected))
                else:
                    default = part
        return WideView(
            value=default,
            columns=_number(_text(node, "ColumnNumber")),
            auto_size=_flag(node, "AutoSize"),
            grouping=grouping,
            entries=tuple(others),
        )

    def _custom(self, node: Any, depth: int, grouping: Grouping | None = None) -> CustomView:
        if depth > MAX_DEPTH:
            raise broken(self._file, "Custom controls are nested too deeply.")
        default: tuple[Any, ...] = ()
        others: list[Entry] = []
        for entries in _children(node, "CustomEntries"):
            for entry in _children(entries, "CustomEntry"):
                item = _child(entry, "CustomItem")
                tokens = () if item is None else tuple(self._tokens(item, depth))
                selected = self._selected(entry)
                if selected:
                    others.append(Entry(items=tokens, **selected))
                else:
                    default = tokens
        return CustomView(tokens=default, grouping=grouping, entries=tuple(others))

    def _tokens(self, node: Any, depth: int) -> Iterator[Any]:
        for child in node:
            kind = _xml.local_name(child)
            if kind == "Text":
                yield Text(text=child.text or "")
            elif kind == "NewLine":
                yield NewLine(count=_number(_text(child, "Count")) or 1)
            elif kind == "Frame":
                yield self._frame(child, depth)
            elif kind == "ExpressionBinding":
                yield self._binding(child, depth)

    def _frame(self, node: Any, depth: int) -> Frame:
        if depth > MAX_DEPTH:
            raise broken(self._file, "Custom controls are nested too deeply.")
        item = _child(node, "CustomItem")
        first, hanging = _number(_text(node, "FirstLineIndent")), _number(_text(node, "FirstLineHanging"))
        return Frame(
            tokens=() if item is None else tuple(self._tokens(item, depth + 1)),
            left=_number(_text(node, "LeftIndent")),
            right=_number(_text(node, "RightIndent")),
            first_line=first or -hanging,
        )

    def _binding(self, node: Any, depth: int) -> Binding:
        control = _child(node, "CustomControl")
        return Binding(
            value=self._source(node),
            condition=self._condition(node, "ItemSelectionCondition"),
            enumerate=_flag(node, "EnumerateCollection"),
            format_string=_text(node, "FormatString"),
            control=self._custom(control, depth + 1) if control is not None else _text(node, "CustomControlName"),
        )
