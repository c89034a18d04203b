"""ExtendedTypeDefinition and what hangs on it: views as Get-FormatData shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.engine.convert.conversion import enum_value
from remora.engine.format.views import Column, CustomView, Entry, ListView, TableView, View, ViewDefinition, WideView
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef, register

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
        "EntrySelectedBy",
    )
}  # fmt: skip


def _part(kind: str, item: Any, **more: Any) -> Part:
    return Part(_KINDS[kind], item, **more)


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
    source = column.value
    if isinstance(source, ScriptBlock):
        return _part("DisplayEntry", source.text, script=1, text=f"script: {source.text}")
    name = source if isinstance(source, str) else column.label or ""
    return _part("DisplayEntry", name, script=0, text=f"property: {name}")


def _selected(entry: Entry | None) -> Part | None:
    return None if entry is None else _part("EntrySelectedBy", entry)


def _rows(view: TableView) -> list[Part]:
    default = Entry(items=view.columns, wrap=view.wrap)
    return [_part("TableControlRow", entry, own=entry is not default) for entry in (default, *view.rows)]


def _entries(view: View) -> list[Part]:
    if isinstance(view, ListView):
        return [_part("ListControlEntry", entry) for entry in (Entry(items=view.items), *view.entries)]
    if isinstance(view, CustomView):
        return [_part("CustomControlEntry", entry) for entry in (Entry(items=view.tokens), *view.entries)]
    assert isinstance(view, WideView)
    return [
        _part("WideControlEntryItem", entry.items[0], entry=entry)
        for entry in (Entry(items=(view.value,)), *view.entries)
    ]


def _align(number: int) -> Any:
    return enum_value(TypeRef(ALIGNMENT.name, ALIGNMENT), number)


def _declare(kind: str, **members: Callable[[Part], Any]) -> None:
    for name, get in members.items():
        _KINDS[kind].property(name)(get)


def _declare_definitions() -> None:
    _declare(
        "ExtendedTypeDefinition",
        TypeNames=lambda p: list(p.more["names"]),
        FormatViewDefinition=lambda p: [_view(definition) for definition in p.item],
        TypeName=lambda p: p.more["names"][0],
    )
    _declare("FormatViewDefinition", Name=lambda p: p.item.name, Control=lambda p: _control(p.item))
    _CONTROL.property("GroupBy")(
        lambda p: None if p.item.grouping is None else _part("PSControlGroupBy", p.item.grouping)
    )
    _CONTROL.property("OutOfBand", "System.Boolean")(lambda p: p.more.get("out_of_band", False))
    _declare("PSControlGroupBy", Label=lambda p: p.item.label,
             Expression=lambda p: _entry(Column(label=p.item.label, value=p.item.key)))  # fmt: skip


def _declare_controls() -> None:
    _declare(
        "TableControl",
        Headers=lambda p: [_part("TableControlColumnHeader", column) for column in p.item.columns],
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
        Columns=lambda p: [_part("TableControlColumn", column) for column in p.item.items],
        SelectedBy=lambda p: _selected(p.item if p.more["own"] else None),
        Wrap=lambda p: p.item.wrap,
    )
    _declare(
        "TableControlColumn",
        Alignment=lambda p: _align(p.item.row_align),
        DisplayEntry=lambda p: _entry(p.item),
        FormatString=lambda p: p.item.format_string,
    )
    for kind in ("ListControl", "WideControl", "CustomControl"):
        _declare(kind, Entries=lambda p: _entries(p.item))
    _declare("WideControl", Columns=lambda p: p.item.columns, AutoSize=lambda p: p.item.auto_size)
    _declare(
        "ListControlEntry",
        Items=lambda p: [_part("ListControlEntryItem", column) for column in p.item.items],
        EntrySelectedBy=lambda p: _selected(p.item),
        SelectedBy=lambda p: list(p.item.type_names),
    )
    _declare(
        "ListControlEntryItem",
        Label=lambda p: p.item.label,
        DisplayEntry=lambda p: _entry(p.item),
        FormatString=lambda p: p.item.format_string,
    )
    _declare(
        "WideControlEntryItem",
        DisplayEntry=lambda p: _entry(p.item),
        FormatString=lambda p: p.item.format_string,
        SelectedBy=lambda p: list(p.more["entry"].type_names),
    )
    _declare("CustomControlEntry", SelectedBy=lambda p: _selected(p.item))
    _declare("EntrySelectedBy", TypeNames=lambda p: list(p.item.type_names))
    _declare(
        "DisplayEntry",
        ValueType=lambda p: enum_value(TypeRef(VALUE_TYPE.name, VALUE_TYPE), p.more["script"]),
        Value=lambda p: p.item,
    )


_declare_definitions()
_declare_controls()
register(ALIGNMENT, VALUE_TYPE, _CONTROL, *_KINDS.values())
