"""Tables and wide rows: headers and cells in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from remora.engine.format.decorated import ESC, RESET, width_of
from remora.engine.format.layout import cut, first_line, fit, pad, wrap
from remora.engine.format.records import CENTER, LEFT, RIGHT, TableColumnInfo, TableHeaderInfo, TableRowEntry

if TYPE_CHECKING:
    from remora.engine.format.renderer import Accents

MIN_WIDTH = 5
_AROUND_SCREEN = 2


class TableWriter:
    """Draws one group of a table. widths: of the columns, measured; None: as the shape has them."""

    def __init__(
        self,
        shape: TableHeaderInfo,
        width: int,
        rows: int,
        widths: Sequence[int] | None,
        line: Callable[[str], None],
        accents: Accents | None,
    ) -> None:
        self._heads = shape.table_column_info_list
        self._hide = shape.hide_header
        self._repeat = shape.repeat_header
        self._screen = rows
        self._line = line
        self._accents = accents
        given = list(widths) if widths is not None else [head.width for head in self._heads]
        self._widths = fit(given, width) if width >= MIN_WIDTH and given else []
        self._shown = [at for at, size in enumerate(self._widths) if size > 0]
        self._header: list[str] = []
        self._count = 0

    @classmethod
    def of_texts(cls, columns: int, width: int, line: Callable[[str], None]) -> TableWriter:
        """A writer of rows that have no headers and share the width."""
        return cls(TableHeaderInfo([TableColumnInfo() for _ in range(columns)]), width, 0, None, line, None)

    def header(self) -> None:
        """The titles and the lines under them; once more when they were written before."""
        if self._hide or not self._shown:
            return
        if not self._header:
            titles = [head.title for head in self._heads]
            self._header = self._wrapped(titles, [head.alignment for head in self._heads], titles=True)
            dashes = ["-" * (min(width_of(title), size) if title else max(size, 0))
                      for title, size in zip(titles, self._widths, strict=True)]  # fmt: skip
            self._header.append(self._plain_row(dashes, [head.alignment for head in self._heads], titles=True))
        for line in self._header:
            self._line(line)
        self._count += len(self._header)

    def row(self, entry: TableRowEntry) -> None:
        """One row; missing cells are empty."""
        if not self._shown:
            return
        if self._repeat and self._count >= self._screen - _AROUND_SCREEN:
            self._line("")
            self._count = 0
            self.header()
        fields = entry.format_property_field_list
        texts = [fields[at].property_value if at < len(fields) else "" for at in range(len(self._heads))]
        aligns = [
            (fields[at].alignment or head.alignment) if at < len(fields) else LEFT
            for at, head in enumerate(self._heads)
        ]
        self._count += 1
        if entry.multi_line:
            for line in self._wrapped(texts, aligns):
                self._line(line)
        else:
            self._line(self._plain_row(texts, aligns))

    def texts(self, texts: Sequence[str]) -> None:
        """One row of texts."""
        if self._shown:
            self._line(self._plain_row(texts, [LEFT] * len(texts)))

    def _plain_row(self, texts: Sequence[str], aligns: Sequence[int], *, titles: bool = False) -> str:
        out: list[str] = []
        last = len(self._heads) - 1
        for at in self._shown:
            size = self._widths[at]
            field = pad(cut(first_line(texts[at]), size, aligns[at]), size, aligns[at], trailing=at != last)
            out.append(self._accented(field, titles=titles))
        return " ".join(out)

    def _accented(self, field: str, *, titles: bool) -> str:
        if titles and self._accents is not None and self._accents.header:
            return f"{self._accents.header}{field}{self._accents.reset}"
        return field + RESET if ESC in field and not field.rstrip().endswith(RESET) else field

    def _wrapped(self, texts: Sequence[str], aligns: Sequence[int], *, titles: bool = False) -> list[str]:
        """A row whose cells go on below; nothing stands behind the last text of a line."""
        blocks: list[list[str]] = []
        for at in self._shown:
            size, align = self._widths[at], aligns[at]
            padded = at != self._shown[-1] or align in (RIGHT, CENTER)
            lines = wrap(texts[at], size)
            trailing = at != self._shown[-1]
            blocks.append([pad(line, size, align, trailing=trailing) if padded else line for line in lines])
        count = max(map(len, blocks), default=0)
        out: list[str] = []
        for number in range(count):
            last = max(at for at, block in enumerate(blocks) if len(block) > number)
            parts: list[str] = []
            for at, block in enumerate(blocks[: last + 1]):
                text = block[number] if number < len(block) else " " * self._widths[self._shown[at]]
                if at == last and count > 1:
                    text = text.rstrip()
                parts.append(self._title(text, at) if titles else (" " if at else "") + text)
            out.append("".join(parts))
        return out

    def _title(self, text: str, at: int) -> str:
        """A title with the blank before it; the style of one that is a property's own name begins before the blank."""
        blank = " " if at else ""
        if self._accents is None or not self._accents.header:
            return blank + text
        if self._heads[self._shown[at]].header_matches_property:
            return f"{self._accents.header}{blank}{text}{self._accents.reset}"
        return f"{blank}{self._accents.custom_header}{text}{self._accents.reset}"
