"""Views of files, directories, drives, paths and hashes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from remora.engine.format.access import get
from remora.engine.format.cells import formatted
from remora.engine.format.records import LEFT, RIGHT
from remora.engine.format.views import (
    Binding,
    Column,
    CustomView,
    Entry,
    Frame,
    Grouping,
    ListView,
    Text,
    ViewDefinition,
    WideView,
    listing,
    table,
    told_as,
    views,
)
from remora.engine.nettype import NetObject
from remora.engine.types.registry import unwrap

_M = "System.Management.Automation."
_GIB = 1024**3
_PROVIDER = "Microsoft.PowerShell.Core\\FileSystem::"
_FILES = ("System.IO.DirectoryInfo", "System.IO.FileInfo")


@told_as("$_.PSParentPath -replace '^.*::'")
def _parent(item: Any) -> str:
    path = get(item, "PSParentPath") or get(item, "DirectoryName") or ""
    return str(path).removeprefix(_PROVIDER)


@told_as("'{0:d} {0:HH}:{0:mm}' -f $_.LastWriteTime")
def _written(item: Any) -> str:
    when = get(item, "LastWriteTime")
    if not isinstance(when, datetime):
        return "" if when is None else str(when)
    return formatted(when, "{0:d} {0:HH}:{0:mm}")


@told_as("'{0,10:d} {0,8:t}' -f $_.LastWriteTime")
def _written_long(item: Any) -> str:
    when = get(item, "LastWriteTime")
    return formatted(when, "{0,10:d} {0,8:t}") if isinstance(when, datetime) else ""


@told_as("if ($null -ne $_.Size) { $_.Size } else { $_.Length }")
def _size(item: Any) -> Any:
    size = get(item, "Size")
    return get(item, "Length") if size is None else size


@told_as("if ($_.NameString) { $_.NameString } else { $_.Name }")
def _name(item: Any) -> Any:
    if not isinstance(unwrap(item), NetObject):
        shown = get(item, "NameString")
        if shown:
            return shown
    link = get(item, "LinkTarget")
    name = get(item, "Name")
    return f"{name} -> {link}" if link else name


@told_as("if ($_.UnixMode) { $_.UnixMode } else { $_.Mode }")
def _mode(item: Any) -> Any:
    return get(item, "UnixMode") or get(item, "Mode")


def _gigabytes(name: str) -> Callable[[Any], str | None]:
    def value(drive: Any) -> str | None:
        if not get(drive, "Used") and not get(drive, "Free"):
            return None
        amount = get(drive, name)
        return formatted(amount / _GIB, "{0:###0.00}") if isinstance(amount, int | float) else None

    return told_as(f"if ($_.Used -or $_.Free) {{ '{{0:###0.00}}' -f ($_.{name} / 1GB) }}")(value)


def _provider(drive: Any) -> Any:
    provider = get(drive, "Provider")
    name = get(provider, "Name")
    return provider if name is None else name


_GROUPING = Grouping(
    key=_parent,
    control=CustomView(tokens=(Frame(tokens=(Text(text="    Directory: "), Binding(value=_parent))),)),
)
_UNIX = table(
    ("UnixMode", _mode, 10, LEFT),
    ("User", "User", 10, RIGHT),
    ("Group", "Group", 10, LEFT),
    ("LastWriteTime", _written, 16, RIGHT),
    ("Size", _size, 12, RIGHT),
    ("Name", _name, 0, LEFT),
    grouping=_GROUPING,
    wrap=True,
)
_CHILDREN = table(
    ("Mode", "Mode", 7, LEFT),
    ("LastWriteTime", _written_long, 26, RIGHT),
    ("Length", "Length", 14, RIGHT),
    ("Name", _name, 0, LEFT),
    grouping=_GROUPING,
    wrap=True,
)
_TIMES = ("CreationTime", "LastWriteTime", "LastAccessTime", "Mode", "LinkType", "Target")
_LIST = ListView(
    items=listing("Name", *_TIMES).items,
    entries=(Entry(items=listing("Name", "Length", *_TIMES, "VersionInfo").items, type_names=("System.IO.FileInfo",)),),
    grouping=_GROUPING,
)
_WIDE = WideView(
    value=Column(label=None, value="Name"),
    entries=(
        Entry(
            items=(Column(label=None, value="Name", format_string="[{0}]"),), type_names=("System.IO.DirectoryInfo",)
        ),
    ),
    grouping=_GROUPING,
)

VIEWS = (
    ViewDefinition(name="childrenWithUnixStat", type_names=_FILES, view=_UNIX),
    ViewDefinition(name="children", type_names=_FILES, view=_CHILDREN),
    ViewDefinition(name="childrenWithHardlink", type_names=_FILES, view=_CHILDREN),
    ViewDefinition(name="children", type_names=_FILES, view=_LIST),
    ViewDefinition(name="children", type_names=_FILES, view=_WIDE),
    *views(
        _M + "PSDriveInfo",
        name="drive",
        table=table(
            ("Name", "Name", 10),
            ("Used (GB)", _gigabytes("Used"), 13, RIGHT),
            ("Free (GB)", _gigabytes("Free"), 13, RIGHT),
            ("Provider", _provider, 13),
            ("Root", lambda drive: get(drive, "DisplayRoot") or get(drive, "Root"), 35),
            ("CurrentLocation", "CurrentLocation", 0, RIGHT),
        ),
    ),
    *views(_M + "PSDriveInfo", list=listing("Name", "Description", "Provider", "Root", "CurrentLocation")),
    *views(
        _M + "ProviderInfo",
        name="provider",
        table=table(("Name", "Name", 20), ("Capabilities",), ("Drives",)),
        list=listing("Name", "Drives", "Path", "Home", "Description", "Capabilities", "ImplementingType"),
    ),
    *views(_M + "PathInfo", name="PathInfo", table=table(("Path",))),
    *views(
        "Microsoft.PowerShell.Commands.FileHashInfo",
        table=table(("Algorithm", "Algorithm", 15, LEFT), ("Hash", "Hash", 70, LEFT), ("Path",)),
    ),
)
