"""The history of a session: what was run, when, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.values.numbers import Int64

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.session import SessionState

MAX_ENTRIES: Final = 4096


class HistoryInfo(NetObject):
    """One command line. status: Completed, Failed or Stopped."""

    __slots__ = ("command_line", "end", "id", "start", "status")
    net_type = NetType("Microsoft.PowerShell.Commands.HistoryInfo", OBJECT)

    def __init__(self, id: int, command_line: str, status: str, start: datetime, end: datetime) -> None:
        self.id = Int64(id)
        self.command_line = command_line
        self.status = status
        self.start = start
        self.end = end

    def net_text(self) -> str:
        return self.command_line


for _label, _attribute, _kind in (
    ("Id", "id", "System.Int64"),
    ("CommandLine", "command_line", "System.String"),
    ("ExecutionStatus", "status", "System.String"),
    ("StartExecutionTime", "start", "System.DateTime"),
    ("EndExecutionTime", "end", "System.DateTime"),
):
    HistoryInfo.net_type.property(_label, _kind)(attrgetter(_attribute))


@HistoryInfo.net_type.property("Duration", "System.TimeSpan")
def _duration(self: HistoryInfo) -> Any:
    return self.end - self.start


def entries(session: EngineContext | SessionState) -> list[HistoryInfo]:
    """The session's history, oldest first."""
    found: list[HistoryInfo] = session.store.setdefault("history", [])
    return found


def add_entry(
    session: EngineContext | SessionState, command_line: str, status: str, start: datetime, end: datetime
) -> None:
    """Put a command line at the end; ids count up through the session and are not used twice."""
    number = int(session.store.get("next history id", 1))
    session.store["next history id"] = number + 1
    history = entries(session)
    history.append(HistoryInfo(number, command_line, status, start, end))
    del history[:-MAX_ENTRIES]


def command_line(script: Any) -> str:
    """What history shows of script text, a block, or structured commands."""
    if isinstance(script, str):
        return script
    if isinstance(script, NetObject):
        return script.net_text()
    return "; ".join(" | ".join(_command(command) for command in commands) for commands in script)


def _command(command: Any) -> str:
    from remora.engine.convert.text import to_text

    if command.is_script:
        return str(command.name)
    words: Sequence[str] = [
        (f"-{name}" if value is None else f"-{name} {to_text(value)}") if name else to_text(value)
        for name, value in command.parameters
    ]
    return " ".join([command.name, *words])
