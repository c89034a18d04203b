"""Views of jobs, runspaces, remote sessions and breakpoints."""

from __future__ import annotations

from typing import Any

from remora.engine.convert import to_text
from remora.engine.format.access import get
from remora.engine.format.records import LEFT, RIGHT
from remora.engine.format.views import Entry, ListView, listing, table, views

_M = "System.Management.Automation."
_BREAKPOINTS = tuple(_M + name for name in ("CommandBreakpoint", "LineBreakpoint", "VariableBreakpoint"))


def _computer(runspace: Any) -> Any:
    connection = get(runspace, "ConnectionInfo")
    return "localhost" if connection is None else get(connection, "ComputerName")


def _script(breakpoint_: Any) -> str:
    return to_text(get(breakpoint_, "Script")).rpartition("/")[2]


VIEWS = (
    *views(
        _M + "Runspaces.Runspace",
        name="Runspace",
        table=table(
            ("Id", "Id", 3, RIGHT),
            ("Name", "Name", 15, LEFT),
            ("ComputerName", _computer, 15, LEFT),
            ("Type", lambda runspace: "Local" if get(runspace, "ConnectionInfo") is None else "Remote", 13, LEFT),
            ("State", lambda runspace: get(get(runspace, "RunspaceStateInfo"), "State"), 13, LEFT),
            ("Availability", "RunspaceAvailability", 15, LEFT),
        ),
    ),
    *views(
        _M + "Runspaces.PSSession",
        name="PSSession",
        table=table(
            ("Id", "Id", 3, RIGHT),
            ("Name", "Name", 15, LEFT),
            ("Transport", "Transport", 9, LEFT),
            ("ComputerName", "ComputerName", 15, LEFT),
            ("ComputerType", "ComputerType", 15, LEFT),
            ("State", "State", 13, LEFT),
            ("ConfigurationName", "ConfigurationName", 20, LEFT),
            ("Availability", "Availability", 13, RIGHT),
        ),
    ),
    *views(
        _M + "Job",
        name="Job",
        table=table(
            ("Id", "Id", 6, LEFT),
            ("Name", "Name", 15, LEFT),
            ("PSJobTypeName", "PSJobTypeName", 15, LEFT),
            ("State", "State", 13, LEFT),
            ("HasMoreData", "HasMoreData", 15, LEFT),
            ("Location", "Location", 20, LEFT),
            ("Command", "Command", 25, LEFT),
        ),
    ),
    *views(
        *_BREAKPOINTS,
        name="Breakpoint",
        table=table(
            ("ID", "Id", 4, RIGHT), ("Script", _script), ("Line", "Line", 4, RIGHT), ("Command",), ("Variable",),
            ("Action",),
        ),
        list=ListView(
            items=listing("Id", "Script", "Enabled", "HitCount", "Action").items,
            entries=(
                Entry(items=listing("Id", "Script", "Line", "Column", "Enabled", "HitCount", "Action").items,
                      type_names=(_BREAKPOINTS[1],)),
                Entry(items=listing("Id", "Variable", "AccessMode", "Enabled", "HitCount", "Action").items,
                      type_names=(_BREAKPOINTS[2],)),
                Entry(items=listing("Id", "Command", "Enabled", "HitCount", "Action").items,
                      type_names=(_BREAKPOINTS[0],)),
            ),
        ),
    ),
)  # fmt: skip
