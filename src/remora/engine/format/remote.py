"""Format records received from elsewhere: the record a deserialized object stands for, checked field by field."""

from __future__ import annotations

from dataclasses import MISSING as NO_DEFAULT
from dataclasses import Field, fields
from typing import Any, Final

from remora.engine.format.records import (
    CENTER,
    CLASS_ID,
    CLASSES,
    LEFT,
    NAMESPACE,
    RIGHT,
    UNDEFINED,
    WRITE_STREAMS,
    FormatEntry,
    FormatInfoData,
    FormatNewLine,
    FormatPropertyField,
    FormatRecord,
    FormatTextField,
    wire_name,
)
from remora.values import PSObject

_PREFIX: Final = "Deserialized." + NAMESPACE
_MAX_DEPTH: Final = 100
_MAX_NUMBER: Final = 1_000_000
_VALUES: Final = (FormatNewLine, FormatTextField, FormatPropertyField, FormatEntry)
_SINGLE: Final[dict[str, tuple[str, ...]]] = {
    "shape_info": ("TableHeaderInfo", "ListViewHeaderInfo", "WideViewHeaderInfo", "ComplexViewHeaderInfo"),
    "autosize_info": ("AutosizeInfo",),
    "grouping_entry": ("GroupingEntry",),
    "format_property_field": ("FormatPropertyField",),
    "frame_info": ("FrameInfo",),
    "format_entry_info": (
        "RawTextFormatEntry", "TableRowEntry", "ListViewEntry", "WideViewEntry", "ComplexViewEntry",
    ),
}  # fmt: skip
_LISTS: Final[dict[str, tuple[str, ...]]] = {
    "format_value_list": tuple(cls.net_type.name.rpartition(".")[2] for cls in _VALUES),
    "table_column_info_list": ("TableColumnInfo",),
    "format_property_field_list": ("FormatPropertyField",),
    "list_view_field_list": ("ListViewField",),
}
_REQUIRED: Final = frozenset(("format_property_field", "format_entry_info"))


class _Broken(Exception):
    """The object is no record."""


def revive(value: Any) -> FormatRecord | None:
    """The record a received object stands for; None when it is something else or makes no sense."""
    if not isinstance(value, PSObject) or not value.type_name.startswith(_PREFIX):
        return None
    try:
        record = _object(value, None, 0)
    except _Broken:
        return None
    return record if isinstance(record, FormatRecord) else None


def _object(value: Any, allowed: tuple[str, ...] | None, depth: int) -> FormatInfoData:
    if not isinstance(value, PSObject) or depth > _MAX_DEPTH:
        raise _Broken
    class_id = value.get(CLASS_ID)
    cls = CLASSES.get(class_id) if isinstance(class_id, str) else None
    if cls is None or (allowed is not None and cls.net_type.name.rpartition(".")[2] not in allowed):
        raise _Broken
    given = {part.name: _field(part, value, depth) for part in fields(cls)}  # type: ignore[arg-type]  # all are
    return cls(**given)


def _field(part: Field[Any], value: PSObject, depth: int) -> Any:
    raw = value.get(part.metadata.get("wire", wire_name(part.name)))
    name = part.name
    if name in _SINGLE:
        if raw is None and name not in _REQUIRED:
            return None
        return _object(raw, _SINGLE[name], depth + 1)
    if name in _LISTS:
        items = raw.base if isinstance(raw, PSObject) else raw
        if items is None:
            return []
        if not isinstance(items, list | tuple):
            raise _Broken
        return [_object(item, _LISTS[name], depth + 1) for item in items]
    return _plain(part, raw)


def _plain(part: Field[Any], raw: Any) -> Any:
    default = part.default if part.default is not NO_DEFAULT else None
    if part.name == "write_stream":
        text = str(raw)
        return text if text in WRITE_STREAMS else "None"
    if raw is None:
        return default
    if isinstance(default, bool):
        return bool(raw)
    if isinstance(default, int):
        if not isinstance(raw, int) or abs(raw) > _MAX_NUMBER:
            raise _Broken
        return raw if part.name != "alignment" or raw in (UNDEFINED, LEFT, CENTER, RIGHT) else UNDEFINED
    return None if part.name.startswith("page_") else str(raw)
