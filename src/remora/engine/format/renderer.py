"""Draws format records as lines of a given width."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from remora.engine.errors import PSError, error
from remora.engine.format.custom_writer import custom_lines
from remora.engine.format.decorated import plain
from remora.engine.format.layout import best_wide_count, width_of
from remora.engine.format.lists import list_lines
from remora.engine.format.records import (
    ComplexViewEntry,
    FormatEndData,
    FormatEntryData,
    FormatRecord,
    FormatStartData,
    GroupEndData,
    GroupStartData,
    ListViewEntry,
    ListViewHeaderInfo,
    RawTextFormatEntry,
    TableHeaderInfo,
    TableRowEntry,
    WideViewEntry,
    WideViewHeaderInfo,
)
from remora.engine.format.tables import TableWriter

HELD_SECONDS: Final = 0.3
UNLIMITED: Final = 2147483647
_WIDE_DEFAULT: Final = 2

Line = Callable[[str], None]


class Accents:
    """Sequences around headers and labels; all empty where text stays plain."""

    __slots__ = ("custom_header", "header", "label", "reset")

    def __init__(self, header: str = "", label: str = "", custom_header: str = "", reset: str = "") -> None:
        self.header = header
        self.label = label
        self.custom_header = custom_header
        self.reset = reset


class Renderer:
    """Takes records in order, writes lines without their ends.

    width: columns of tables and wide rows. text_width: columns of lists and free text (default: the same). rows: lines
    of a screen, for repeated headers. accents: None drops all escape sequences except those of raw text.
    """

    def __init__(
        self, width: int, line: Line, *, text_width: int | None = None, rows: int = 0, accents: Accents | None = None
    ) -> None:
        self._width = max(width, 1)
        self._text_width = self._width if text_width is None else text_width
        self._rows = rows if rows > 0 else UNLIMITED
        self._accents = accents
        self._raw = line
        self._start: FormatStartData | None = None
        self._in_group = False
        self._held: list[FormatRecord] | None = None
        self._held_since = 0.0
        self._table: TableWriter | None = None
        self._wide: list[str] = []
        self._wide_count = _WIDE_DEFAULT
        self._maximum: list[int] | None = None

    def _line(self, text: str) -> None:
        self._raw(text if self._accents is not None else plain(text))

    def feed(self, record: FormatRecord) -> None:
        """Draw one record; a group may be held back until the widths of its columns are known."""
        self._check(record)
        if isinstance(record, FormatStartData):
            self._start = record
        if self._held is not None:
            self._held.append(record)
            timed = self._start is not None and self._start.autosize_info is None
            if isinstance(record, GroupEndData) or (timed and time.monotonic() - self._held_since > HELD_SECONDS):
                self.flush()
            return
        if isinstance(record, GroupStartData) and self._waits():
            self._held = [record]
            self._held_since = time.monotonic()
            return
        self._draw(record)

    def _check(self, record: FormatRecord) -> None:
        """Refuse what comes in no order at all; a start inside of a drawing ends that drawing first."""
        if isinstance(record, FormatStartData):
            if self._start is not None:
                self.finish()
            return
        wants_group = isinstance(record, GroupEndData) or (
            isinstance(record, FormatEntryData) and not record.out_of_band
        )
        if isinstance(record, FormatEntryData) and record.out_of_band:
            return
        if self._start is None or wants_group != self._in_group:
            raise _out_of_sequence(record)
        if isinstance(record, GroupStartData):
            self._in_group = True
        elif isinstance(record, GroupEndData):
            self._in_group = False

    def _waits(self) -> bool:
        """Must the group be seen whole (or for a moment) before it is drawn?"""
        start = self._start
        if start is None:
            return False
        if start.autosize_info is not None:
            return True
        shape = start.shape_info
        return (
            isinstance(shape, TableHeaderInfo)
            and bool(shape.table_column_info_list)
            and shape.table_column_info_list[0].width == 0
        )

    def flush(self) -> None:
        """Draw what is held back; widths are settled by what came so far."""
        held, self._held = self._held, None
        if held is None:
            return
        self._measure(held)
        for record in held:
            self._draw(record)

    def finish(self) -> None:
        """Draw what was held back, and end what was begun."""
        if self._in_group:
            self.feed(GroupEndData())
        self.flush()
        if self._start is not None:
            self.feed(FormatEndData())

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _draw(self, record: FormatRecord) -> None:
        if isinstance(record, FormatEntryData):
            if record.out_of_band:
                self._outside(record)
            else:
                self._entry(record)
        elif isinstance(record, FormatStartData):
            self._line("")
        elif isinstance(record, GroupStartData):
            self._group(record)
        elif isinstance(record, GroupEndData):
            self._end_wide()
        else:
            if self._start is not None and not isinstance(self._start.shape_info, ListViewHeaderInfo):
                self._line("")
            self._start = None

    def _group(self, record: GroupStartData) -> None:
        if record.grouping_entry is not None:
            for line in custom_lines(record.grouping_entry.format_value_list, self._text_width):
                self._line(line)
            self._line("")
        shape = self._start.shape_info if self._start is not None else None
        self._table = None
        if isinstance(shape, TableHeaderInfo):
            self._table = TableWriter(shape, self._width, self._rows, self._maximum, self._line, self._accents)
            self._table.header()
        elif isinstance(shape, WideViewHeaderInfo):
            self._wide_count = shape.columns or _WIDE_DEFAULT
            if self._maximum and self._maximum[0] > 0 and not shape.columns:
                self._wide_count = best_wide_count(self._maximum[0], self._width)
        self._maximum = None

    def _measure(self, held: list[FormatRecord]) -> None:
        shape = self._start.shape_info if self._start is not None else None
        entries = [r.format_entry_info for r in held if isinstance(r, FormatEntryData) and not r.out_of_band]
        if isinstance(shape, TableHeaderInfo):
            widths = [width_of(head.title) for head in shape.table_column_info_list]
            for entry in entries:
                fields = entry.format_property_field_list if isinstance(entry, TableRowEntry) else []
                for at, cell in enumerate(fields[: len(widths)]):
                    widths[at] = max(widths[at], width_of(cell.property_value))
            self._maximum = widths
        elif isinstance(shape, WideViewHeaderInfo):
            texts = [e.format_property_field.property_value for e in entries if isinstance(e, WideViewEntry)]
            self._maximum = [max(map(width_of, texts), default=0)]

    def _entry(self, record: FormatEntryData) -> None:
        entry = record.format_entry_info
        if isinstance(entry, TableRowEntry) and self._table is not None:
            self._table.row(entry)
        elif isinstance(entry, ListViewEntry):
            self._list(entry)
            self._line("")
        elif isinstance(entry, WideViewEntry):
            self._wide.append(entry.format_property_field.property_value)
            if len(self._wide) == self._wide_count:
                self._end_wide()
        elif isinstance(entry, ComplexViewEntry):
            for line in custom_lines(entry.format_value_list, self._text_width):
                self._line(line)

    def _list(self, entry: ListViewEntry) -> None:
        for line in list_lines(entry, self._text_width, self._accents):
            self._line(line)

    def _end_wide(self) -> None:
        if self._wide:
            writer = TableWriter.of_texts(self._wide_count, self._width, self._line)
            writer.texts(self._wide + [""] * (self._wide_count - len(self._wide)))
            self._wide = []

    def _outside(self, record: FormatEntryData) -> None:
        entry = record.format_entry_info
        if isinstance(entry, RawTextFormatEntry):
            self._raw(entry.text)
        elif isinstance(entry, ComplexViewEntry):
            for line in custom_lines(entry.format_value_list, UNLIMITED):
                self._line(line)
        elif isinstance(entry, ListViewEntry):
            self._line("")
            self._list(entry)
            self._line("")


def _out_of_sequence(record: FormatRecord) -> PSError:
    return error(
        f'The object of type "{record.net_type.name}" is not valid or not in the correct sequence. This is likely '
        'caused by a user-specified "format-*" command which is conflicting with the default formatting.',
        "ConsoleLineOutputOutOfSequencePacket",
        "InvalidData",
        type_name="System.InvalidOperationException",
    )
