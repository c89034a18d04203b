"""Views of jobs, runspaces, remote sessions and breakpoints."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.convert import to_text
from remora.engine.format.access import get
from remora.engine.format.records import LEFT, RIGHT
from remora.engine.format.views import Entry, ListView, Source, listing, table, views

_M = "System.Management.Automation."
_BREAKPOINTS = tuple(_M + name for name in ("CommandBreakpoint", "LineBreakpoint", "VariableBreakpoint"))


def _computer(runspace: Any) -> Any:
    connection = get(runspace, "ConnectionInfo")
    return "localhost" if connection is None else get(connection, "ComputerName")


def _script(breakpoint_: Any) -> str:
    return to_text(get(breakpoint_, "Script")).rpartition("/")[2]


_SESSION_COLUMNS: Final = {
    "Id": (3, RIGHT),
    "Name": (15, LEFT),
    "Transport": (9, LEFT),
    "ComputerName": (15, LEFT),
    "ComputerType": (15, LEFT),
    "State": (13, LEFT),
    "ConfigurationName": (20, LEFT),
    "Availability": (13, RIGHT),
}
_SESSION_VIEWS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "7": (tuple(_SESSION_COLUMNS), ""),
    "5.1": (tuple(name for name in _SESSION_COLUMNS if name != "Transport"), "..."),
    "compact": (tuple(name for name in _SESSION_COLUMNS if name not in ("Transport", "ComputerType")), "..."),
}
"""The views $PSSessionView chooses from, with what ends a cell that is too long (else the formatter's own sign)."""


def _cell(column: str, dots: str) -> Source:
    """The property, cut where the view has its own sign for that."""
    width = _SESSION_COLUMNS[column][0]

    def shortened(session: Any) -> str:
        text = to_text(get(session, column))
        return text if len(text) <= width else text[: width - len(dots)] + dots

    return shortened if dots else column


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
    *(
        view
        for name, (columns, dots) in _SESSION_VIEWS.items()
        for view in views(
            _M + "Runspaces.PSSession",
            name=f"PSSession {name}",
            table=table(*((column, _cell(column, dots), *_SESSION_COLUMNS[column]) for column in columns)),
        )
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
        "Microsoft.PowerShell.Commands.PSSessionConfigurationCommands#PSSessionConfiguration",
        name="PSSessionConfiguration",
        list=listing("Name", "PSVersion", "StartupScript", "RunAsUser", "Permission"),
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
