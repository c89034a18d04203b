"""InvocationInfo: who was called, from where in the source; and the position message people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.source import Extent


class InvocationInfo(NetObject):
    """One invocation. command: None for an error in an expression. bound: parameters given, by name. history_id: of the
    command line it is part of.
    """

    __slots__ = (
        "bound",
        "command",
        "expecting_input",
        "extent",
        "history_id",
        "invocation_name",
        "pipeline_length",
        "pipeline_position",
        "unbound",
    )
    net_type = NetType("System.Management.Automation.InvocationInfo", OBJECT)

    def __init__(
        self, command: CommandInfo | None, extent: Extent | None, name: str = "", *, length: int = 0, position: int = 0
    ) -> None:
        self.command = command
        self.extent = extent
        self.invocation_name = name
        self.history_id = 1
        self.bound: dict[str, Any] = {}
        self.unbound: list[Any] = []
        self.pipeline_length = length
        self.pipeline_position = position
        self.expecting_input = position > 1

    @property
    def line(self) -> str:
        return self.extent.source.line(self.extent.start_line) if self.extent is not None else ""

    @property
    def line_number(self) -> int:
        return self.extent.start_line if self.extent is not None else 0

    @property
    def offset(self) -> int:
        return self.extent.start_column if self.extent is not None else 0

    @property
    def script_name(self) -> str:
        return (self.extent.source.file or "") if self.extent is not None else ""

    def position_message(self) -> str:
        """``At line:1 char:1`` with the line and the span underlined."""
        return position_message(self.extent) if self.extent is not None else ""


MAX_LINE = 69


def position_message(extent: Extent) -> str:
    """``At file:line char:column``, the line, and a line that marks the span; long lines are cut around the span."""
    source = extent.source
    line, column = source.position(extent.start)
    where = f"At {source.file or 'line'}:{line} char:{column}\n+ "
    text = source.line(line).rstrip()
    if not text:
        return where
    before = column - 1
    last_line, last_column = source.position(extent.end)
    inside = last_line == line and last_column <= len(text) + 1
    length = (last_column - column) if inside else len(text) - column + 1
    if "\t" in text:
        head, span = text[:before].replace("\t", "    "), text[before : before + length].replace("\t", "    ")
        text = head + span + text[before + length :].replace("\t", "    ")
        before, length = len(head), len(span)
    prefix = suffix = ""
    if len(text) > MAX_LINE:
        text, before, length, prefix, suffix = _cut_line(text, before, length)
    return f"{where}{prefix}{text}{suffix}\n+ {' ' * (before + len(prefix))}{'~' * max(length, 1)}"


def _cut_line(text: str, before: int, length: int) -> tuple[str, int, int, str, str]:
    """What is shown of a long line: (text, offset and length of the span in it, dots before, dots behind)."""
    prefix, after = min(before, 12), len(text) - length - before
    suffix = min(after, 8)
    room = MAX_LINE - (prefix + length + suffix)
    if room <= 0:
        length = min(length, MAX_LINE - prefix)
        dots_behind = True
    else:
        more = min(before - prefix, room)
        prefix += more
        suffix += min(after, room - more) if room > more else 0
        dots_behind = suffix < after
    dots_before = prefix < before
    start = max(before - prefix, 0)
    shown = text[start : start + MAX_LINE]
    before = min(before, prefix)
    return shown, before, min(length, MAX_LINE - before), "… " if dots_before else "", " …" if dots_behind else ""
