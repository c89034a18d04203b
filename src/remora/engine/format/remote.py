"""Format records over the wire: each carries its content as one text, so that the far end can draw it."""

from __future__ import annotations

import json
from typing import Any, Final

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
from remora.values import PSObject

_PREFIX: Final = "Deserialized.Microsoft.PowerShell.Commands.Internal.Format."
_ALIGNS: Final = frozenset({"left", "right", "center"})
PROPERTY: Final = "FormatData"


def content(record: FormatRecord) -> str:
    """The content of a record as JSON text."""
    return json.dumps(_content(record), ensure_ascii=False, separators=(",", ":"))


def _content(record: FormatRecord) -> dict[str, Any]:
    if isinstance(record, FormatStart):
        return {"start": _shape_content(record.shape)}
    if isinstance(record, GroupStart):
        return {"group": list(record.header)}
    if isinstance(record, FormatEntry):
        cells = [[cell.text, cell.numeric] for cell in record.cells]
        return {"cells": cells, "labels": list(record.labels)}
    if isinstance(record, RawText):
        return {"text": record.text}
    return {"end": "group" if isinstance(record, GroupEnd) else "all"}


def _shape_content(shape: Shape) -> dict[str, Any]:
    if isinstance(shape, TableShape):
        columns = [[head.label, head.width, head.align] for head in shape.columns]
        return {"table": columns, "auto": shape.auto_size, "wrap": shape.wrap, "bare": shape.hide_headers}
    if isinstance(shape, WideShape):
        return {"wide": shape.columns}
    return {"list": True} if isinstance(shape, ListShape) else {"lines": True}


def revive(value: Any) -> FormatRecord | None:
    """The record a received object stands for; None when it is something else or makes no sense."""
    if not isinstance(value, PSObject) or not value.type_name.startswith(_PREFIX):
        return None
    text = value.get(PROPERTY)
    if not isinstance(text, str):
        return None
    try:
        data = json.loads(text)
        return _record(data) if isinstance(data, dict) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _record(data: dict[str, Any]) -> FormatRecord | None:
    if "start" in data:
        return FormatStart(_shape(data["start"]))
    if "group" in data:
        return GroupStart(tuple(str(line) for line in data["group"]))
    if "cells" in data:
        cells = tuple(Cell(text=str(text), numeric=bool(numeric)) for text, numeric in data["cells"])
        labels = tuple(str(label) for label in data["labels"])
        return FormatEntry(cells, labels) if len(labels) in (0, len(cells)) else None
    if "text" in data:
        return RawText(str(data["text"]))
    return GroupEnd() if data.get("end") == "group" else FormatEnd()


def _shape(data: dict[str, Any]) -> Shape:
    if "table" in data:
        heads = tuple(
            ColumnHead(
                label=str(label),
                width=None if width is None else max(int(width), 1),
                align=align if align in _ALIGNS else None,
            )
            for label, width, align in data["table"]
        )
        return TableShape(
            columns=heads, auto_size=bool(data["auto"]), wrap=bool(data["wrap"]), hide_headers=bool(data["bare"])
        )
    if "wide" in data:
        return WideShape(columns=None if data["wide"] is None else max(int(data["wide"]), 1))
    return ListShape() if "list" in data else TextShape()


FormatRecord.net_type.property(PROPERTY, "System.String")(content)
