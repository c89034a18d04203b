"""Views of commands, aliases, variables, members, modules, history and hashtable entries."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from remora.engine.convert import to_text
from remora.engine.format.access import get
from remora.engine.format.records import LEFT, RIGHT
from remora.engine.format.views import (
    Binding,
    CustomView,
    Frame,
    Grouping,
    Text,
    listing,
    out_of_band,
    table,
    text,
    views,
    wide,
)

_M = "System.Management.Automation."
_C = "Microsoft.PowerShell.Commands."
_COMMANDS = tuple(
    _M + name
    for name in ("AliasInfo", "ApplicationInfo", "CmdletInfo", "ExternalScriptInfo", "FilterInfo", "FunctionInfo",
                 "ScriptInfo")
)  # fmt: skip


def _command_name(command: Any) -> Any:
    shown = get(command, "DisplayName") if to_text(get(command, "CommandType")) == "Alias" else None
    return shown or get(command, "Name")


def _duration(entry: Any) -> str:
    took = get(entry, "Duration")
    if not isinstance(took, timedelta):
        start, end = get(entry, "StartExecutionTime"), get(entry, "EndExecutionTime")
        if start is None or end is None:
            return ""
        took = end - start
    minutes, seconds = divmod(took.total_seconds(), 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{hours}:{minutes:02d}:{seconds:06.3f}"
    return f"{minutes}:{seconds:06.3f}" if minutes else f"{seconds:.3f}"


def _keys(name: str) -> Callable[[Any], Any]:
    return lambda owner: list(get(owner, name) or ())


def _pre_release(module: Any) -> Any:
    data = get(get(module, "PrivateData"), "PSData")
    return None if data is None else get(data, "Prerelease")


def _module_folder(module: Any) -> str:
    path = to_text(get(module, "Path"))
    folder = path.rpartition("/")[0]
    parent, _, last = folder.rpartition("/")
    if last.replace(".", "").isdigit() and "." in last:
        folder = parent
    return folder.rpartition("/")[0]


def _editions(module: Any) -> str:
    editions = get(module, "CompatiblePSEditions") or ["Desktop"]
    return ",".join(sorted(to_text(edition)[:4] for edition in editions))


def _breakpoint_script(breakpoint: Any) -> str:
    return posixpath.basename(to_text(get(breakpoint, "Script") or ""))


_BREAKPOINTS: Final = {
    "LineBreakpoint": ("Script", "Line", "Column"),
    "VariableBreakpoint": ("Variable", "AccessMode"),
    "CommandBreakpoint": ("Command",),
}


def _overloads(method: Any) -> str:
    found = get(method, "OverloadDefinitions")
    return "\n".join(map(to_text, found if isinstance(found, list | tuple) else [found]))


_MODULE_COLUMNS = (
    ("ModuleType", "ModuleType", 10, LEFT),
    ("Version", "Version", 10, LEFT),
    ("PreRelease", _pre_release, 10, LEFT),
    ("Name", "Name", 35, LEFT),
)
_EXPORTED = ("ExportedCommands", _keys("ExportedCommands"), 0, LEFT)
_PAIR = table(("Name", "Name", 30), ("Value",))
_FOLDER = CustomView(tokens=(Frame(tokens=(Text(text="    Directory: "), Binding(value=_module_folder))),))

VIEWS = (
    *views(
        _C + "MemberDefinition",
        table=table(("Name",), ("MemberType",), ("Definition",), grouping=Grouping(key="TypeName"), auto_size=True),
    ),
    *views(
        _C + "HistoryInfo",
        name="history",
        table=table(("Id", "Id", 4, RIGHT), ("Duration", _duration, 12, RIGHT), ("CommandLine",)),
        wide=wide("CommandLine"),
    ),
    *views(_M + "PSVariable", name="Variable", table=_PAIR),
    *views(_M + "CommandInfo", name="CommandInfo", table=table(("CommandType", "CommandType", 15), ("Name",))),
    *views(
        *_COMMANDS,
        name="CommandInfo",
        table=table(
            ("CommandType", "CommandType", 15), ("Name", _command_name, 50), ("Version", "Version", 10), ("Source",)
        ),
    ),
    *views(_M + "Runspaces.TypeData", name="TypeData", table=table(("TypeName",), ("Members",))),
    *views(
        _M + "ApplicationInfo",
        list=listing("Name", "CommandType", "Definition", "Extension", "Path", "FileVersionInfo"),
    ),
    *views(_M + "ScriptInfo", list=listing("Name", "CommandType", "Definition", "Path")),
    *views(
        _M + "AliasInfo",
        list=listing("DisplayName", "CommandType", "Definition", "ReferencedCommand", "ResolvedCommand"),
    ),
    *views(
        _M + "CmdletInfo",
        list=listing("Name", "CommandType", "Definition", "Path", "DLL", "HelpFile", "ParameterSets",
                     "ImplementingType", "Verb", "Noun"),
    ),
    *views(_M + "FilterInfo", _M + "FunctionInfo", name=_M + "CommandInfo",
           list=listing("Name", "CommandType", "Definition")),
    out_of_band(_M + "ScriptBlock", view=text(to_text), name="ScriptBlock"),
    *views(
        "ModuleInfoGrouping",
        name="Module",
        table=table(
            *_MODULE_COLUMNS,
            ("PSEdition", _editions, 9, LEFT),
            _EXPORTED,
            grouping=Grouping(key=_module_folder, control=_FOLDER),
        ),
    ),
    *views(
        _M + "PSModuleInfo",
        name="Module",
        table=table(*_MODULE_COLUMNS, _EXPORTED),
        wide=wide("Name"),
        list=listing(
            "Name", "Path", "Description", "ModuleType", "Version", ("PreRelease", _pre_release), "NestedModules",
            ("ExportedFunctions", _keys("ExportedFunctions")), ("ExportedCmdlets", _keys("ExportedCmdlets")),
            ("ExportedVariables", _keys("ExportedVariables")), ("ExportedAliases", _keys("ExportedAliases")),
        ),
    ),
    *views("System.Collections.DictionaryEntry", name="Dictionary", table=_PAIR),
    *views("System.Collections.DictionaryEntry", list=listing("Name", "Value")),
    *views(
        _M + "Breakpoint",
        name="Breakpoint",
        table=table(
            ("ID", "Id", 4, RIGHT), ("Script", _breakpoint_script), ("Line", "Line", 4, RIGHT), ("Command", "Command"),
            ("Variable", "Variable"), ("Action", "Action"),
        ),
    ),
    *(
        one
        for kind, names in _BREAKPOINTS.items()
        for one in views(
            _M + kind, name="Breakpoint", list=listing(("ID", "Id"), *names, "Enabled", "HitCount", "Action")
        )
    ),
    *views(_M + "CallStackFrame", name="CallStackFrame", table=table(("Command",), ("Arguments",), ("Location",))),
    *views(
        _M + "PSMethod",
        table=table(
            ("OverloadDefinitions", _overloads),
            wrap=True,
        ),
    ),
)  # fmt: skip
