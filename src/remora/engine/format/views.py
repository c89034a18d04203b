"""Views as data: which properties of a type are shown, how, and under which headers. Nothing here draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from remora.engine.format.records import LEFT
from remora.engine.scriptblock import ScriptBlock

Getter = Callable[[Any], Any]
Source = str | Getter | ScriptBlock


_SCRIPT = "told_script"


def told_as(script: str) -> Callable[[Getter], Getter]:
    """Say which script another machine, or a file, is told in place of a function; it gives the same of ``$_``."""

    def mark(getter: Getter) -> Getter:
        setattr(getter, _SCRIPT, script)
        return getter

    return mark


def told_script(source: Any) -> str | None:
    """The text of a script block, or of the script that stands for a function; None for everything else."""
    return source.text if isinstance(source, ScriptBlock) else getattr(source, _SCRIPT, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column, list item or wide entry.

    value: property name, function of the object, or script. label: None: the property's name. width: 0: the rows
    decide. align: 0: left. format_string: a .NET format. condition: shown only where it is true (list items).
    """

    label: str | None
    value: Source
    width: int = 0
    align: int = 0
    row_align: int = 0
    format_string: str | None = None
    condition: Source | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What objects show whose types are among type_names (all, when there are none) and meet the condition."""

    items: tuple[Any, ...]
    type_names: tuple[str, ...] = ()
    condition: Source | None = None
    wrap: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text of a custom view."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """Line ends of a custom view."""

    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An indented part of a custom view; characters. first_line: relative to left, negative ones hang."""

    tokens: tuple[Any, ...]
    left: int = 0
    right: int = 0
    first_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """A value in a custom view: shown as text, or by a control of its own. value None: the object itself.

    control: a CustomView or the name of a shared one. enumerate: a collection's elements one by one.
    """

    value: Source | None = None
    condition: Source | None = None
    enumerate: bool = False
    format_string: str | None = None
    control: CustomView | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Objects with the same key stand under one header: label and key, or what a custom control makes of the first."""

    key: Source
    label: str | None = None
    control: CustomView | str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """rows: other cells for certain types; columns' heads stay."""

    columns: tuple[Column, ...]
    grouping: Grouping | None = None
    auto_size: bool = False
    wrap: bool = False
    hide_headers: bool = False
    rows: tuple[Entry, ...] = ()
    shape: str = field(default="Table", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """items of the default entry; entries: others for certain types."""

    items: tuple[Column, ...]
    grouping: Grouping | None = None
    entries: tuple[Entry, ...] = ()
    shape: str = field(default="List", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WideView:
    """value of the default entry; entries: others for certain types. columns 0: two."""

    value: Column
    columns: int = 0
    auto_size: bool = False
    grouping: Grouping | None = None
    entries: tuple[Entry, ...] = ()
    shape: str = field(default="Wide", init=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomView:
    """tokens of the default entry: Text, NewLine, Frame, Binding; entries: others for certain types."""

    tokens: tuple[Any, ...]
    grouping: Grouping | None = None
    entries: tuple[Entry, ...] = ()
    shape: str = field(default="Custom", init=False)


View = TableView | ListView | WideView | CustomView


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewDefinition:
    """A view with its name, the types it is for, and the named controls it may use.

    out_of_band: objects are drawn wherever they come, without ending the drawing around them.
    """

    name: str
    type_names: tuple[str, ...]
    view: View
    out_of_band: bool = False
    controls: tuple[tuple[str, CustomView], ...] = ()


def table(*columns: tuple[Any, ...], **options: Any) -> TableView:
    """Short spelling of a table: columns ``(label, value, width, align)``, all but the label optional."""
    made = (column(*parts) for parts in columns)
    return TableView(columns=tuple(replace(part, align=part.align or LEFT) for part in made), **options)


def column(label: str, value: Source | None = None, width: int = 0, align: int = 0) -> Column:
    """A column or list item; its value is the property of the label's name unless said otherwise."""
    return Column(label=label, value=label if value is None else value, width=width, align=align)


def listing(*names: str | tuple[str, Source], **options: Any) -> ListView:
    """Short spelling of a list: property names, or ``(label, value)`` pairs."""
    return ListView(items=tuple(column(name) if isinstance(name, str) else column(*name) for name in names), **options)


def wide(value: Source, **options: Any) -> WideView:
    """Short spelling of a wide view."""
    return WideView(value=Column(label=None, value=value), **options)


def text(value: Source) -> CustomView:
    """Short spelling of a custom view that is one text."""
    return CustomView(tokens=(Binding(value=value),))


def views(*type_names: str, name: str = "", **by_shape: View) -> list[ViewDefinition]:
    """The definitions of some types in the order given. name: by default the first type's."""
    return [ViewDefinition(name=name or type_names[0], type_names=type_names, view=view) for view in by_shape.values()]


def out_of_band(*type_names: str, view: View, name: str = "") -> ViewDefinition:
    """A definition whose objects do not end the drawing around them."""
    return ViewDefinition(name=name or type_names[0], type_names=type_names, view=view, out_of_band=True)
