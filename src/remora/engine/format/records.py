"""What Format-* cmdlets emit and Out-* cmdlets draw: the records between choosing a view and laying it out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from remora.engine.nettype import OBJECT, NetObject, NetType

_NAMESPACE: Final = "Microsoft.PowerShell.Commands.Internal.Format."
LEFT: Final = "left"
RIGHT: Final = "right"
CENTER: Final = "center"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnHead:
    """A column as it will be drawn. width: characters, None: the rows decide; align: None: the first row decides."""

    label: str
    width: int | None = None
    align: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """columns from left to right; auto_size: every row counts for the widths; wrap: long cells go on below."""

    columns: tuple[ColumnHead, ...]
    auto_size: bool = False
    wrap: bool = False
    hide_headers: bool = False


@dataclass(frozen=True, slots=True)
class ListShape:
    """Label and value under each other, objects apart by an empty line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WideShape:
    """One text an object, several in a row. columns: how many; None: as many as fit."""

    columns: int | None = None


@dataclass(frozen=True, slots=True)
class TextShape:
    """Each object is a piece of text of its own."""


Shape = TableShape | ListShape | WideShape | TextShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Text of one value; numeric: what a column without an alignment looks at."""

    text: str
    numeric: bool = False


class FormatRecord(NetObject):
    """Base of the five records."""

    __slots__ = ()
    net_type = NetType(_NAMESPACE + "FormatInfoData", OBJECT)


class FormatStart(FormatRecord):
    """A drawing begins."""

    __slots__ = ("shape",)
    net_type = NetType(_NAMESPACE + "FormatStartData", FormatRecord.net_type)

    def __init__(self, shape: Shape) -> None:
        self.shape = shape


class GroupStart(FormatRecord):
    """A group begins; header: its lines, empty when the drawing is not grouped."""

    __slots__ = ("header",)
    net_type = NetType(_NAMESPACE + "GroupStartData", FormatRecord.net_type)

    def __init__(self, header: tuple[str, ...] = ()) -> None:
        self.header = header


class FormatEntry(FormatRecord):
    """One object: cells of a table or wide row; (label, text) pairs of a list; lines of a text."""

    __slots__ = ("cells", "labels")
    net_type = NetType(_NAMESPACE + "FormatEntryData", FormatRecord.net_type)

    def __init__(self, cells: tuple[Cell, ...], labels: tuple[str, ...] = ()) -> None:
        self.cells = cells
        self.labels = labels


class RawText(FormatRecord):
    """Text outside of any drawing: strings, numbers, errors among the output."""

    __slots__ = ("text",)
    net_type = NetType(_NAMESPACE + "FormatEntryData", FormatRecord.net_type)

    def __init__(self, text: str) -> None:
        self.text = text


class GroupEnd(FormatRecord):
    """A group ends."""

    __slots__ = ()
    net_type = NetType(_NAMESPACE + "GroupEndData", FormatRecord.net_type)


class FormatEnd(FormatRecord):
    """A drawing ends."""

    __slots__ = ()
    net_type = NetType(_NAMESPACE + "FormatEndData", FormatRecord.net_type)
