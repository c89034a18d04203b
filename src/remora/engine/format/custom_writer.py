"""Free text: pieces with frames as lines, wrapped and indented."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from remora.engine.format.layout import wrap
from remora.engine.format.records import FormatEntry, FormatNewLine, FormatTextField, FormatValue, FrameInfo

_MAX_DEPTH: Final = 50


def custom_lines(values: Sequence[FormatValue], width: int) -> list[str]:
    """The lines of some pieces; the end of the last piece ends a line too, be it empty."""
    writer = _Writer(width)
    writer.pieces(values, 0)
    writer.end_line()
    return writer.lines


class _Writer:
    def __init__(self, width: int) -> None:
        self._width = width
        self._frames: list[FrameInfo] = []
        self.text = ""
        self.lines: list[str] = []

    def pieces(self, values: Sequence[FormatValue], depth: int) -> None:
        for value in values:
            if isinstance(value, FormatNewLine):
                self.end_line()
            elif isinstance(value, FormatTextField):
                self.text += value.text
            elif not isinstance(value, FormatEntry):
                self.text += value.property_value
            elif depth < _MAX_DEPTH:
                if value.frame_info is not None:
                    self._frames.append(value.frame_info)
                self.pieces(value.format_value_list, depth + 1)
                if value.frame_info is not None:
                    self._frames.pop()

    def end_line(self) -> None:
        """Write the text so far, indented as the frames say."""
        left = sum(frame.left_indentation for frame in self._frames)
        useful = self._width - left - sum(frame.right_indentation for frame in self._frames)
        first = self._frames[-1].first_line if self._frames else 0
        if useful <= 0:
            self.text = ""
        if abs(first) >= useful:
            first = 0
        lines = wrap(self.text, useful - max(first, 0), useful + min(first, 0)) if useful > 0 else [""]
        for at, line in enumerate(lines):
            extra = max(first, 0) if at == 0 else -min(first, 0)
            self.lines.append(" " * (left + extra) + line)
        self.text = ""
