"""Views as data: how objects of a type are shown when nobody says otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from remora.engine.format.records import LEFT

Getter = Callable[[Any], Any]
Source = str | Getter


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """value: property name or function of the object. width: None: the rows decide. align: None: the first row does."""

    label: str
    value: Source
    width: int | None = None
    align: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Objects with the same key stand under one header. label: text before the key; indent: blanks before the label."""

    key: Source
    label: str
    indent: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    columns: tuple[Column, ...]
    grouping: Grouping | None = None
    auto_size: bool = False
    wrap: bool = False
    hide_headers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    items: tuple[Column, ...]
    grouping: Grouping | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WideView:
    value: Source
    columns: int | None = None
    grouping: Grouping | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextView:
    """Lines of an object: a function of it. spaced: an empty line before the first and after the last such object."""

    lines: Callable[[Any], str]
    spaced: bool = True


View = TableView | ListView | WideView | TextView


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeViews:
    """All views of one type; the default is the first of table, list, wide, text that is there."""

    type_name: str
    table: TableView | None = None
    list: ListView | None = None
    wide: WideView | None = None
    text: TextView | None = None

    def default(self) -> View | None:
        """The view that default output uses."""
        return self.table or self.list or self.wide or self.text


def table(*columns: tuple[Any, ...], **options: Any) -> TableView:
    """Short spelling of a table: columns ``(label, value, width, align)``, all but the label optional."""
    made = (column(*parts) for parts in columns)
    return TableView(columns=tuple(replace(part, align=part.align or LEFT) for part in made), **options)


def column(label: str, value: Source | None = None, width: int | None = None, align: str | None = None) -> Column:
    """A column or list item; its value is the property of the label's name unless said otherwise."""
    return Column(label=label, value=label if value is None else value, width=width, align=align)


def listing(*names: str | tuple[str, Source]) -> ListView:
    """Short spelling of a list: property names, or ``(label, value)`` pairs."""
    return ListView(items=tuple(column(name) if isinstance(name, str) else column(*name) for name in names))
