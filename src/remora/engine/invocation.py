"""InvocationInfo: who was called, from where in the source; and the position message people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.source import Extent


class InvocationInfo(NetObject):
    """One invocation. command: None for an error in an expression. bound: parameters given, by name."""

    __slots__ = (
        "bound",
        "command",
        "expecting_input",
        "extent",
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


def position_message(extent: Extent) -> str:
    """The classic three lines that show where."""
    line, column = extent.source.position(extent.start)
    text = extent.source.line(line)
    last_line = extent.end_line
    width = len(text) - column + 1 if last_line > line else extent.end - extent.start
    where = f"At {extent.source.file}:{line} char:{column}" if extent.source.file else f"At line:{line} char:{column}"
    shown, mark_at = text.expandtabs(1), column - 1
    if len(shown) > 200:
        begin = max(mark_at - 60, 0)
        shown, mark_at = f"... {shown[begin : begin + 120]} ...", mark_at - begin + 4
    return f"{where}\n+ {shown}\n+ {' ' * mark_at}{'~' * max(min(width, 120), 1)}"
