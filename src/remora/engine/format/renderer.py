"""Draws format records as lines of a given width."""

from __future__ import annotations

from collections.abc import Callable

from remora.engine.format.layout import cut, first_line, fit, pad, width_of, wrap
from remora.engine.format.records import (
    LEFT,
    RIGHT,
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

SAMPLE_ROWS = 64
_MIN_WRAP = 10

Line = Callable[[str], None]


class Renderer:
    """Takes records in order, writes lines without their ends. width: columns of the output."""

    def __init__(self, width: int, line: Line) -> None:
        self._width = max(width, 1)
        self._line = line
        self._shape: Shape | None = None
        self._rows: list[FormatEntry] = []
        self._columns: list[tuple[ColumnHead, int, str]] | None = None
        self._open = False

    def feed(self, record: FormatRecord) -> None:
        """Draw one record; rows may be held back until the widths of their columns are known."""
        if isinstance(record, FormatEntry):
            self._entry(record)
        elif isinstance(record, FormatStart):
            self._close()
            self._shape = record.shape
        elif isinstance(record, GroupStart):
            self._group(record.header)
        elif isinstance(record, RawText):
            self.flush()
            for line in record.text.replace("\r\n", "\n").split("\n"):
                self._line(line)
        elif isinstance(record, GroupEnd):
            self._end_group()
        elif isinstance(record, FormatEnd):
            self._close()

    def finish(self) -> None:
        """Draw what was held back."""
        self._close()

    # -- groups ------------------------------------------------------------------------------------------------

    def _group(self, header: tuple[str, ...]) -> None:
        self._end_group()
        self._open = True
        self._columns = None
        if header:
            self._line("")
            for line in header:
                self._line(line)
        if not isinstance(self._shape, ListShape):
            self._line("")

    def _end_group(self) -> None:
        self.flush()
        if self._open:
            self._open = False
            self._line("")

    def _close(self) -> None:
        self._end_group()
        self._shape = None

    # -- entries -----------------------------------------------------------------------------------------------

    def _entry(self, entry: FormatEntry) -> None:
        shape = self._shape
        if isinstance(shape, ListShape):
            self._list(entry)
        elif isinstance(shape, TextShape):
            for cell in entry.cells:
                self._line(cell.text)
        elif isinstance(shape, WideShape):
            self._rows.append(entry)
        elif isinstance(shape, TableShape):
            if self._columns is not None:
                self._row(shape, entry)
                return
            self._rows.append(entry)
            known = all(head.width is not None for head in shape.columns[:-1]) and not shape.auto_size
            if known or (len(self._rows) >= SAMPLE_ROWS and not shape.auto_size):
                self.flush()

    def flush(self) -> None:
        """Draw the rows held back; widths are settled by what came so far."""
        rows, self._rows = self._rows, []
        shape = self._shape
        if not rows:
            return
        if isinstance(shape, WideShape):
            self._wide(shape, rows)
        elif isinstance(shape, TableShape):
            self._columns = self._measure(shape, rows)
            self._headers(shape)
            for row in rows:
                self._row(shape, row)

    # -- tables ------------------------------------------------------------------------------------------------

    def _measure(self, shape: TableShape, rows: list[FormatEntry]) -> list[tuple[ColumnHead, int, str]]:
        widths: list[int] = []
        aligns: list[str] = []
        for at, head in enumerate(shape.columns):
            cells = [row.cells[at] for row in rows if at < len(row.cells)]
            if head.width is not None and not shape.auto_size:
                widths.append(head.width)
            elif at == len(shape.columns) - 1 and len(rows) == 1 and not shape.auto_size and _streams(shape):
                widths.append(self._width)
            else:
                label = 0 if shape.hide_headers else width_of(head.label)
                widths.append(max([label, *(_cell_width(cell, wrapped=shape.wrap) for cell in cells), 1]))
            numeric = bool(cells) and cells[0].numeric
            aligns.append(head.align or (RIGHT if numeric else LEFT))
        fitted = self._spread(widths) if shape.wrap else fit(widths, self._width)
        return [
            (head, width, align) for head, width, align in zip(shape.columns, fitted, aligns, strict=True) if width > 0
        ]

    def _spread(self, widths: list[int]) -> list[int]:
        """Widths of a wrapped table: the last column takes what is left and goes on below."""
        used = sum(widths[:-1]) + len(widths) - 1
        if widths and used + _MIN_WRAP <= self._width:
            return [*widths[:-1], min(widths[-1], self._width - used)]
        return fit(widths, self._width)

    def _headers(self, shape: TableShape) -> None:
        assert self._columns is not None
        if shape.hide_headers:
            return
        self._joined([cut(head.label, width) for head, width, _ in self._columns])
        self._joined(["-" * min(max(width_of(head.label), 1), width) for head, width, _ in self._columns])

    def _row(self, shape: TableShape, entry: FormatEntry) -> None:
        assert self._columns is not None
        by_head = dict(zip((id(head) for head in shape.columns), entry.cells, strict=False))
        texts = [by_head[id(head)].text if id(head) in by_head else "" for head, _, _ in self._columns]
        if not shape.wrap:
            fields = zip(texts, self._columns, strict=True)
            self._joined([cut(first_line(text), width) for text, (_, width, _) in fields])
            return
        blocks = [wrap(text, width) for text, (_, width, _) in zip(texts, self._columns, strict=True)]
        for number in range(max(map(len, blocks), default=0)):
            self._joined([block[number] if number < len(block) else "" for block in blocks])

    def _joined(self, texts: list[str]) -> None:
        assert self._columns is not None
        fields = [pad(text, width, align) for text, (_, width, align) in zip(texts, self._columns, strict=True)]
        self._line(" ".join(fields).rstrip(" "))

    # -- lists and wide rows -----------------------------------------------------------------------------------

    def _list(self, entry: FormatEntry) -> None:
        self._line("")
        label_width = max((width_of(label) for label in entry.labels), default=0)
        indent = label_width + 3
        room = max(self._width - indent, 1)
        for label, cell in zip(entry.labels, entry.cells, strict=False):
            lines = wrap(cell.text, room)
            self._line((pad(label, label_width, LEFT) + " : " + lines[0]).rstrip(" ") if cell.text else
                       pad(label, label_width, LEFT) + " :")  # fmt: skip
            for line in lines[1:]:
                self._line(" " * indent + line)

    def _wide(self, shape: WideShape, rows: list[FormatEntry]) -> None:
        texts = [first_line(row.cells[0].text) if row.cells else "" for row in rows]
        if shape.columns is not None:
            count = max(shape.columns, 1)
            width = max((self._width - (count - 1)) // count, 1)
        else:
            width = min(max(map(width_of, texts)), self._width)
            count = max((self._width + 1) // (width + 1), 1)
        for at in range(0, len(texts), count):
            self._line(" ".join(pad(cut(text, width), width, LEFT) for text in texts[at : at + count]).rstrip(" "))


def _streams(shape: TableShape) -> bool:
    """A table whose columns but the last have widths is drawn row by row; the last takes what is left of the line."""
    return len(shape.columns) > 1 and all(head.width is not None for head in shape.columns[:-1])


def _cell_width(cell: Cell, *, wrapped: bool) -> int:
    if wrapped:
        return max(map(width_of, cell.text.replace("\r\n", "\n").split("\n")))
    return width_of(first_line(cell.text))
