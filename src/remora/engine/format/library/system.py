"""Views of processes, services, dates, cultures and other things of the machine."""

from __future__ import annotations

from typing import Any

from remora.engine.format.access import get
from remora.engine.format.cells import long_date_text
from remora.engine.format.records import RIGHT
from remora.engine.format.views import TextView, TypeViews, listing, table

_MIB = 1024**2


def _mebibytes(name: str) -> Any:
    def value(process: Any) -> str:
        amount = get(process, name)
        return f"{amount / _MIB:,.2f}" if isinstance(amount, int | float) else ""

    return value


def _npm(process: Any) -> Any:
    amount = get(process, "NPM")
    if amount is None:
        amount = get(process, "NonpagedSystemMemorySize64")
    return int(amount) // 1024 if amount is not None else 0


def _cpu(process: Any) -> str:
    seconds = get(process, "CPU")
    return "" if seconds is None else f"{seconds:,.2f}"


VIEWS = (
    TypeViews(
        type_name="System.Diagnostics.Process",
        table=table(
            ("NPM(K)", _npm, 7, RIGHT),
            ("PM(M)", _mebibytes("PM"), 8, RIGHT),
            ("WS(M)", _mebibytes("WS"), 10, RIGHT),
            ("CPU(s)", _cpu, 10, RIGHT),
            ("Id", "Id", 7, RIGHT),
            ("SI", "SI", 7, RIGHT),
            ("ProcessName", "ProcessName"),
        ),
        list=listing("Id", "Handles", "CPU", "SI", "Name"),
    ),
    TypeViews(
        type_name="System.ServiceProcess.ServiceController",
        table=table(("Status", "Status", 8), ("Name", "Name", 18), ("DisplayName", "DisplayName", 38)),
        list=listing("Name", "DisplayName", "Status", "CanStop", "ServiceType"),
    ),
    TypeViews(type_name="System.DateTime", text=TextView(lines=long_date_text)),
    TypeViews(
        type_name="System.TimeSpan",
        list=listing(
            "Days", "Hours", "Minutes", "Seconds", "Milliseconds", "Ticks", "TotalDays", "TotalHours", "TotalMinutes",
            "TotalSeconds", "TotalMilliseconds",
        ),
    ),
    TypeViews(
        type_name="System.Version",
        table=table(("Major", "Major", 6), ("Minor", "Minor", 6), ("Build", "Build", 6), ("Revision", "Revision", 8)),
    ),
    TypeViews(
        type_name="System.Management.Automation.SemanticVersion",
        table=table(
            ("Major", "Major", 6), ("Minor", "Minor", 6), ("Patch", "Patch", 6), ("PreReleaseLabel",
            "PreReleaseLabel", 15),
            ("BuildLabel", "BuildLabel", 10),
        ),
    ),
    TypeViews(
        type_name="System.Globalization.CultureInfo",
        table=table(("LCID", "LCID", 16), ("Name", "Name", 16), ("DisplayName", "DisplayName")),
    ),
    TypeViews(
        type_name="System.RuntimeType",
        table=table(
            ("IsPublic", "IsPublic", 8), ("IsSerial", "IsSerial", 8), ("Name", "Name", 40), ("BaseType", "BaseType"),
        ),
    ),
    TypeViews(
        type_name="System.Management.Automation.PSCredential",
        table=table(("UserName", "UserName", 50), ("Password", "Password")),
    ),
)  # fmt: skip
