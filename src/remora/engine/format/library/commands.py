"""Views of commands, aliases, variables, members, modules, history and hashtable entries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from remora.engine.convert import to_text
from remora.engine.format.access import get
from remora.engine.format.records import RIGHT
from remora.engine.format.views import Grouping, TextView, TypeViews, table

_M = "System.Management.Automation."


def _display_name(command: Any) -> Any:
    shown = get(command, "DisplayName")
    return shown or get(command, "Name")


def _duration(entry: Any) -> str:
    took = get(entry, "Duration")
    if isinstance(took, timedelta):
        seconds = took.total_seconds()
        if seconds >= 86400:
            return str(took)
        minutes, rest = divmod(seconds, 60)
        hours, minutes = divmod(int(minutes), 60)
        return (
            f"{hours}:{minutes:02d}:{rest:06.3f}" if hours else f"{minutes}:{rest:06.3f}" if minutes else f"{rest:.3f}"
        )
    start, end = get(entry, "StartExecutionTime"), get(entry, "EndExecutionTime")
    return "" if start is None or end is None else f"{(end - start).total_seconds():.3f}"


_COMMAND = table(
    ("CommandType", "CommandType", 15),
    ("Name", _display_name, 50),
    ("Version", "Version", 10),
    ("Source", "Source"),
)
_PAIR = table(("Name", "Name", 30), ("Value", "Value"))

VIEWS = (
    TypeViews(type_name=_M + "CommandInfo", table=_COMMAND),
    TypeViews(type_name=_M + "AliasInfo", table=_COMMAND),
    TypeViews(type_name=_M + "PSVariable", table=_PAIR),
    TypeViews(type_name="System.Collections.DictionaryEntry", table=_PAIR),
    TypeViews(type_name="System.Collections.Generic.KeyValuePair`2", table=table(("Key",), ("Value",))),
    TypeViews(
        type_name="Microsoft.PowerShell.Commands.MemberDefinition",
        table=table(
            ("Name",),
            ("MemberType",),
            ("Definition",),
            grouping=Grouping(key="TypeName", label="TypeName"),
            auto_size=True,
        ),
    ),
    TypeViews(
        type_name=_M + "PSModuleInfo",
        table=table(
            ("ModuleType", "ModuleType", 10),
            ("Version", "Version", 10),
            ("PreRelease", lambda module: "", 10),
            ("Name", "Name", 35),
            ("ExportedCommands", lambda module: list(get(module, "ExportedCommands") or ())),
        ),
    ),
    TypeViews(
        type_name="Microsoft.PowerShell.Commands.HistoryInfo",
        table=table(("Id", "Id", 4, RIGHT), ("Duration", _duration, 12, RIGHT), ("CommandLine", "CommandLine")),
    ),
    TypeViews(type_name=_M + "ScriptBlock", text=TextView(lines=to_text, spaced=False)),
)
