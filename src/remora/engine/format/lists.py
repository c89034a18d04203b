"""Lists: labels of one width, values that go on below their beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.format.decorated import ESC, RESET, fitting, width_of
from remora.engine.format.layout import split_lines, wrap
from remora.engine.format.records import ListViewEntry

if TYPE_CHECKING:
    from remora.engine.format.renderer import Accents

_SEPARATOR = " : "


def list_lines(entry: ListViewEntry, width: int, accents: Accents | None) -> list[str]:
    """The lines of one object; none where the width leaves no room for a label and a value."""
    fields = entry.list_view_field_list
    if not fields or width < len(_SEPARATOR) + 2:
        return []
    longest = min(max(width_of(part.title) for part in fields), width - len(_SEPARATOR) - 1)
    indent = longest + len(_SEPARATOR)
    out: list[str] = []
    for part in fields:
        title = part.title
        title = title[: fitting(title, longest)]
        lead = title + " " * (longest - width_of(title)) + _SEPARATOR
        if accents is not None and accents.label and title.strip():
            lead = accents.label + lead + accents.reset
        for line in split_lines(part.format_property_field.property_value):
            for piece in wrap(line, width - indent):
                closed = ESC not in piece or piece.rstrip().endswith(RESET)
                out.append(lead + piece + ("" if closed else RESET))
                lead = " " * indent
    return out
