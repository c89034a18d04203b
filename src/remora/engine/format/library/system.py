"""Views of processes, services, dates, cultures and other things of the machine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from remora.engine.convert import to_text
from remora.engine.format.access import get
from remora.engine.format.cells import formatted, long_date_text
from remora.engine.format.records import LEFT, RIGHT
from remora.engine.format.views import Grouping, listing, table, text, told_as, views, wide
from remora.engine.text.dates import format_date
from remora.engine.types.registry import unwrap

_MIB = 1024**2


def _mebibytes(*names: str) -> Any:
    def value(process: Any) -> str:
        amount = next((found for name in names if (found := get(process, name)) is not None), 0)
        return formatted(float(amount) / _MIB, "N2") if isinstance(amount, int | float) else ""

    return told_as(f"'{{0:N2}}' -f ($_.{names[0]} / 1MB)")(value)


@told_as("[long][math]::Floor($_.NPM / 1KB)")
def _npm(process: Any) -> Any:
    amount = get(process, "NPM")
    if amount is None:
        amount = get(process, "NonpagedSystemMemorySize64")
    return int(amount) // 1024 if isinstance(amount, int | float) else 0


@told_as("'{0:N2}' -f [double]$_.CPU")
def _cpu(process: Any) -> str:
    seconds = get(process, "CPU")
    return formatted(float(seconds), "N2") if isinstance(seconds, int | float) else "0.00"


def _started(process: Any) -> str:
    when = get(process, "StartTime")
    return "" if when is None else formatted(when, "d")


def _date(when: Any) -> str:
    hint = to_text(get(when, "DisplayHint"))
    plain = unwrap(when)
    if hint in ("Date", "Time") and isinstance(plain, datetime):
        return format_date(plain, "D" if hint == "Date" else "T")
    return str(get(when, "DateTime") or (long_date_text(when) if isinstance(when, datetime) else to_text(when)))


_BY_PROCESS = (("ProcessName", "ProcessName", 20), ("Id", "Id", 10, RIGHT), ("WorkingSet64", "WorkingSet64", 12, RIGHT))

VIEWS = (
    *views(
        "System.Management.Automation.PSTraceSource",
        table=table(("Options", "Options", 8), ("Name", "Name", 20), ("Listeners", "Listeners", 20), ("Description",)),
        listing=listing("Name", "Description", "Options", "Listeners"),
    ),
    *views(
        "System.Diagnostics.Process",
        name="process",
        table=table(
            ("NPM(K)", _npm, 7, RIGHT),
            ("PM(M)", _mebibytes("PM"), 8, RIGHT),
            ("WS(M)", _mebibytes("WS"), 10, RIGHT),
            ("CPU(s)", _cpu, 10, RIGHT),
            ("Id", "Id", 7, RIGHT),
            ("SI", "SI", 3, RIGHT),
            ("ProcessName",),
        ),
    ),
    *views(
        "System.Diagnostics.Process",
        name="Priority",
        table=table(*_BY_PROCESS, grouping=Grouping(key="PriorityClass", label="PriorityClass")),
    ),
    *views(
        "System.Diagnostics.Process",
        name="StartTime",
        table=table(*_BY_PROCESS, grouping=Grouping(key=_started, label="StartTime.ToShortDateString()")),
    ),
    *views("System.Diagnostics.Process", name="process", wide=wide("ProcessName")),
    *views(
        "System.Diagnostics.Process#IncludeUserName",
        name="ProcessWithUserName",
        table=table(
            ("WS(M)", _mebibytes("WS"), 10, RIGHT),
            ("CPU(s)", _cpu, 8, RIGHT),
            ("Id", "Id", 7, RIGHT),
            ("UserName", "UserName", 30),
            ("ProcessName",),
        ),
    ),
    *views(
        "System.Diagnostics.ProcessModule",
        name="ProcessModule",
        table=table(("Size(K)", "Size", 10, RIGHT), ("ModuleName", "ModuleName", 50), ("FileName",)),
    ),
    *views(
        "System.ServiceProcess.ServiceController",
        name="service",
        table=table(("Status", "Status", 8), ("Name", "Name", 18), ("DisplayName", "DisplayName", 38)),
    ),
    *views(
        "System.ServiceProcess.ServiceController",
        list=listing("Name", "DisplayName", "Status", "DependentServices", "ServicesDependedOn",
                     "CanPauseAndContinue", "CanShutdown", "CanStop", "ServiceType"),
    ),
    *views("System.DateTime", name="DateTime", custom=text(_date)),
    *views(
        "System.TimeSpan",
        list=listing(
            "Days", "Hours", "Minutes", "Seconds", "Milliseconds", "Ticks", "TotalDays", "TotalHours", "TotalMinutes",
            "TotalSeconds", "TotalMilliseconds",
        ),
        table=table(("Days",), ("Hours",), ("Minutes",), ("Seconds",), ("Milliseconds",)),
        wide=wide("TotalMilliseconds"),
    ),
    *views(
        "System.Version",
        table=table(("Major", "Major", 6), ("Minor", "Minor", 6), ("Build", "Build", 6), ("Revision", "Revision", 8)),
    ),
    *views(
        "System.Management.Automation.SemanticVersion",
        table=table(
            ("Major", "Major", 6), ("Minor", "Minor", 6), ("Patch", "Patch", 6),
            ("PreReleaseLabel", "PreReleaseLabel", 15), ("BuildLabel", "BuildLabel", 11),
        ),
    ),
    *views(
        "System.Globalization.CultureInfo",
        table=table(("LCID", "LCID", 16), ("Name", "Name", 16), ("DisplayName",)),
    ),
    *views(
        "System.RuntimeType",
        table=table(
            ("IsPublic", "IsPublic", 8), ("IsSerial", "IsSerializable", 8), ("Name", "Name", 40), ("BaseType",),
        ),
    ),
    *views("System.Guid", table=table(("Guid", to_text))),
    *views(
        "System.Reflection.Assembly",
        table=table(("GAC", "GlobalAssemblyCache", 6), ("Version", "ImageRuntimeVersion", 14), ("Location",)),
    ),
    *views("System.Reflection.AssemblyName", table=table(("Version", "Version", 14), ("Name",))),
    *views(
        "System.Diagnostics.FileVersionInfo",
        table=table(
            ("ProductVersion", "ProductVersion", 16), ("FileVersion", "FileVersion", 16), ("FileName",),
        ),
    ),
    *views("System.Net.NetworkCredential", table=table(("UserName", "UserName", 50), ("Domain", "Domain", 50))),
    *views(
        "System.Management.Automation.ExperimentalFeature",
        name="ExperimentalFeature",
        table=table(
            ("Name", "Name", 35, LEFT), ("Enabled", "Enabled", 7, RIGHT), ("Source", "Source", 35, LEFT),
            ("Description", "Description", 0, LEFT),
        ),
        list=listing("Name", "Enabled", "Source", "Description"),
    ),
)  # fmt: skip
