"""ExtendedTypeDefinition and what hangs on it: views as Get-FormatData shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from remora.engine.convert.conversion import enum_value
from remora.engine.format.views import (
    Column,
    CustomView,
    Entry,
    Frame,
    ListView,
    NewLine,
    TableView,
    Text,
    View,
    ViewDefinition,
    WideView,
    told_script,
)
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef, register
from remora.values.collections import GenericList
from remora.values.numbers import UInt32

_M: Final = "System.Management.Automation."
ALIGNMENT: Final = NetType(_M + "Alignment", r.ENUM, enum={"Undefined": 0, "Left": 1, "Center": 2, "Right": 3})
VALUE_TYPE: Final = NetType(_M + "DisplayEntryValueType", r.ENUM, enum={"Property": 0, "ScriptBlock": 1})


class Part(NetObject):
    """A part of a view with its kind. item: the data it shows; more: what belongs to it."""

    __slots__ = ("item", "kind", "more")

    def __init__(self, kind: NetType, item: Any, **more: Any) -> None:
        self.kind = kind
        self.item = item
        self.more = more

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        text = self.more.get("text")
        return self.kind.name if text is None else str(text)


_CONTROL: Final = NetType(_M + "PSControl", OBJECT)
_CONTROLS: Final = ("TableControl", "ListControl", "WideControl", "CustomControl")
_KINDS: Final[dict[str, NetType]] = {
    name: NetType(_M + name, _CONTROL if name in _CONTROLS else OBJECT)
    for name in (
        "ExtendedTypeDefinition", "FormatViewDefinition", "TableControl", "ListControl", "WideControl",
        "CustomControl", "TableControlColumnHeader", "TableControlRow", "TableControlColumn", "ListControlEntry",
        "ListControlEntryItem", "WideControlEntryItem", "CustomControlEntry", "DisplayEntry", "PSControlGroupBy",
        "EntrySelectedBy", "CustomItemBase",
    )
}  # fmt: skip
for _name in ("CustomItemText", "CustomItemNewline", "CustomItemFrame", "CustomItemExpression"):
    _KINDS[_name] = NetType(_M + _name, _KINDS["CustomItemBase"])


def _part(kind: str, item: Any, **more: Any) -> Part:
    return Part(_KINDS[kind], item, **more)


def _parts(kind: str, items: Iterable[Part]) -> GenericList:
    return GenericList(items, _M + kind)


def type_definition(type_names: tuple[str, ...], definitions: list[ViewDefinition]) -> Part:
    """The views of some types."""
    return _part("ExtendedTypeDefinition", definitions, names=type_names, text=type_names[0])


def view_definitions(part: Any) -> list[ViewDefinition] | None:
    """The views an ExtendedTypeDefinition stands for; None for other objects."""
    if isinstance(part, Part) and part.kind is _KINDS["ExtendedTypeDefinition"]:
        return list(part.item)
    return None


def _view(definition: ViewDefinition) -> Part:
    return _part("FormatViewDefinition", definition, text=definition.name)


def _control(definition: ViewDefinition) -> Part:
    return _part(f"{definition.view.shape}Control", definition.view, out_of_band=definition.out_of_band)


def _entry(column: Column) -> Part:
    return _display(column.value, column.label or "")


def _display(source: Any, label: str = "") -> Part:
    """A DisplayEntry; a value the engine computes itself is told as a script, else as the property of its label."""
    script = told_script(source)
    if script is not None:
        return _part("DisplayEntry", script, script=1, text=f"script: {script}")
    name = source if isinstance(source, str) else label
    return _part("DisplayEntry", name, script=0, text=f"property: {name}")


def _condition(source: Any) -> Part | None:
    return None if source is None else _display(source)


def _inner(view: Any) -> Part | None:
    """A control within a view; None for one that is shared by its name."""
    return _part("CustomControl", view) if isinstance(view, CustomView) else None


def _custom_items(tokens: Iterable[Any]) -> GenericList:
    return _parts("CustomItemBase", [_custom_item(token) for token in tokens])


def _custom_item(token: Any) -> Part:
    if isinstance(token, Text):
        return _part("CustomItemText", token)
    if isinstance(token, NewLine):
        return _part("CustomItemNewline", token)
    return _part("CustomItemFrame" if isinstance(token, Frame) else "CustomItemExpression", token)


def _selected(entry: Entry | None) -> Part | None:
    chosen = entry is not None and (entry.type_names or entry.condition is not None)
    return _part("EntrySelectedBy", entry) if chosen else None


def _rows(view: TableView) -> GenericList:
    default = Entry(items=view.columns, wrap=view.wrap)
    return _parts("TableControlRow", [_part("TableControlRow", entry) for entry in (default, *view.rows)])


def _entries(view: View) -> GenericList:
    if isinstance(view, ListView):
        listed = (Entry(items=view.items), *view.entries)
        return _parts("ListControlEntry", [_part("ListControlEntry", entry) for entry in listed])
    if isinstance(view, CustomView):
        shown = (Entry(items=view.tokens), *view.entries)
        return _parts("CustomControlEntry", [_part("CustomControlEntry", entry) for entry in shown])
    assert isinstance(view, WideView)
    wide = (Entry(items=(view.value,)), *view.entries)
    made = [_part("WideControlEntryItem", entry.items[0], entry=entry) for entry in wide]
    return _parts("WideControlEntryItem", made)


def _align(number: int) -> Any:
    return enum_value(TypeRef(ALIGNMENT.name, ALIGNMENT), number)


def _declare(kind: str, **members: Callable[[Part], Any]) -> None:
    for name, get in members.items():
        _KINDS[kind].property(name)(get)


def _declare_definitions() -> None:
    _declare(
        "ExtendedTypeDefinition",
        TypeNames=lambda p: GenericList(p.more["names"], "System.String"),
        FormatViewDefinition=lambda p: _parts("FormatViewDefinition", [_view(one) for one in p.item]),
        TypeName=lambda p: p.more["names"][0],
    )
    _declare("FormatViewDefinition", Name=lambda p: p.item.name, Control=lambda p: _control(p.item))
    _KINDS["FormatViewDefinition"].property("InstanceId", "System.Guid", kind="CodeProperty")(_instance_id)
    _CONTROL.property("GroupBy")(
        lambda p: None if p.item.grouping is None else _part("PSControlGroupBy", p.item.grouping)
    )
    _CONTROL.property("OutOfBand", "System.Boolean")(lambda p: p.more.get("out_of_band", False))
    _declare("PSControlGroupBy", Expression=lambda p: _display(p.item.key, p.item.label or ""),
             Label=lambda p: p.item.label, CustomControl=lambda p: _inner(p.item.control))  # fmt: skip
    _declare(
        "EntrySelectedBy",
        TypeNames=lambda p: GenericList(p.item.type_names, "System.String"),
        SelectionCondition=lambda p: _parts(
            "DisplayEntry", [_display(c) for c in (p.item.condition,) if c is not None]
        ),
    )
    _declare(
        "DisplayEntry",
        ValueType=lambda p: enum_value(TypeRef(VALUE_TYPE.name, VALUE_TYPE), p.more["script"]),
        Value=lambda p: p.item,
    )


def _instance_id(part: Part) -> Any:
    """The same for a view as long as it is the same object."""
    return uuid5(NAMESPACE_OID, f"{part.item.name}:{id(part.item)}")


def _declare_tables() -> None:
    _declare(
        "TableControl",
        Headers=lambda p: _parts(
            "TableControlColumnHeader", [_part("TableControlColumnHeader", column) for column in p.item.columns]
        ),
        Rows=lambda p: _rows(p.item),
        AutoSize=lambda p: p.item.auto_size,
        HideTableHeaders=lambda p: p.item.hide_headers,
    )
    _declare(
        "TableControlColumnHeader",
        Label=lambda p: p.item.label,
        Alignment=lambda p: _align(p.item.align),
        Width=lambda p: p.item.width,
    )
    _declare(
        "TableControlRow",
        Columns=lambda p: _parts("TableControlColumn", [_part("TableControlColumn", c) for c in p.item.items]),
        SelectedBy=lambda p: _selected(p.item),
        Wrap=lambda p: p.item.wrap,
    )
    _declare(
        "TableControlColumn",
        Alignment=lambda p: _align(p.item.row_align),
        DisplayEntry=lambda p: _entry(p.item),
        FormatString=lambda p: p.item.format_string,
    )


def _declare_lists() -> None:
    for kind in ("ListControl", "WideControl", "CustomControl"):
        _declare(kind, Entries=lambda p: _entries(p.item))
    _declare("WideControl", AutoSize=lambda p: p.item.auto_size, Columns=lambda p: UInt32(p.item.columns))
    _declare(
        "ListControlEntry",
        Items=lambda p: _parts("ListControlEntryItem", [_part("ListControlEntryItem", c) for c in p.item.items]),
        SelectedBy=lambda p: GenericList(p.item.type_names, "System.String"),
        EntrySelectedBy=lambda p: _selected(p.item),
    )
    _declare(
        "ListControlEntryItem",
        Label=lambda p: p.item.label,
        DisplayEntry=lambda p: _entry(p.item),
        ItemSelectionCondition=lambda p: _condition(p.item.condition),
        FormatString=lambda p: p.item.format_string,
    )
    _declare(
        "WideControlEntryItem",
        DisplayEntry=lambda p: _entry(p.item),
        SelectedBy=lambda p: GenericList(p.more["entry"].type_names, "System.String"),
        EntrySelectedBy=lambda p: _selected(p.more["entry"]),
        FormatString=lambda p: p.item.format_string,
    )


def _declare_custom() -> None:
    _declare(
        "CustomControlEntry",
        SelectedBy=lambda p: _selected(p.item),
        CustomItems=lambda p: _custom_items(p.item.items),
    )
    _declare("CustomItemText", Text=lambda p: p.item.text)
    _declare("CustomItemNewline", Count=lambda p: p.item.count)
    _declare(
        "CustomItemFrame",
        LeftIndent=lambda p: UInt32(p.item.left),
        RightIndent=lambda p: UInt32(p.item.right),
        FirstLineHanging=lambda p: UInt32(max(-p.item.first_line, 0)),
        FirstLineIndent=lambda p: UInt32(max(p.item.first_line, 0)),
        CustomItems=lambda p: _custom_items(p.item.tokens),
    )
    _declare(
        "CustomItemExpression",
        ItemSelectionCondition=lambda p: _condition(p.item.condition),
        Expression=lambda p: None if p.item.value is None else _display(p.item.value),
        EnumerateCollection=lambda p: p.item.enumerate,
        CustomControl=lambda p: _inner(p.item.control),
    )


_declare_definitions()
_declare_tables()
_declare_lists()
_declare_custom()
register(ALIGNMENT, VALUE_TYPE, _CONTROL, *_KINDS.values())
