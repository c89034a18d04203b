"""Views of files, directories, drives, paths and hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from remora.engine.format.access import get
from remora.engine.format.records import RIGHT
from remora.engine.format.views import Grouping, TypeViews, WideView, listing, table

_GIB = 1024**3
_PROVIDER = "Microsoft.PowerShell.Core\\FileSystem::"


def _parent(item: Any) -> str:
    path = get(item, "PSParentPath") or get(item, "DirectoryName") or ""
    return str(path).removeprefix(_PROVIDER)


def _written(item: Any) -> str:
    when = get(item, "LastWriteTime")
    if not isinstance(when, datetime):
        return "" if when is None else str(when)
    return f"{when:%m/%d/%Y %H:%M}"


def _size(item: Any) -> Any:
    size = get(item, "Size")
    return get(item, "Length") if size is None else size


def _name(item: Any) -> Any:
    link = get(item, "LinkTarget")
    name = get(item, "Name")
    return f"{name} -> {link}" if link else name


def _mode(item: Any) -> Any:
    return get(item, "UnixMode") or get(item, "Mode")


def _gigabytes(name: str) -> Any:
    def value(drive: Any) -> str:
        amount = get(drive, name)
        return f"{amount / _GIB:,.2f}" if isinstance(amount, int | float) and amount else ""

    return value


_ITEM_TABLE = table(
    ("UnixMode", _mode, 10),
    ("User", "User", 10, RIGHT),
    ("Group", "Group", 10),
    ("LastWriteTime", _written, 16, RIGHT),
    ("Size", _size, 12, RIGHT),
    ("Name", _name),
    grouping=Grouping(key=_parent, label="Directory", indent=4),
    wrap=True,
)
_ITEM_LIST = listing("Name", "Length", "CreationTime", "LastWriteTime", "LastAccessTime", "Mode", "LinkType", "Target")

VIEWS = (
    TypeViews(
        type_name="System.IO.FileInfo",
        table=_ITEM_TABLE,
        list=_ITEM_LIST,
        wide=WideView(value="Name", grouping=_ITEM_TABLE.grouping),
    ),
    TypeViews(
        type_name="System.IO.DirectoryInfo",
        table=_ITEM_TABLE,
        list=_ITEM_LIST,
        wide=WideView(value=lambda item: f"[{get(item, 'Name')}]", grouping=_ITEM_TABLE.grouping),
    ),
    TypeViews(
        type_name="System.Management.Automation.PSDriveInfo",
        table=table(
            ("Name", "Name", 10),
            ("Used (GB)", _gigabytes("Used"), 13, RIGHT),
            ("Free (GB)", _gigabytes("Free"), 13, RIGHT),
            ("Provider", "Provider", 13),
            ("Root", "Root", 35),
            ("CurrentLocation", "CurrentLocation", None, RIGHT),
        ),
    ),
    TypeViews(
        type_name="System.Management.Automation.ProviderInfo",
        table=table(("Name", "Name", 20), ("Capabilities", "Capabilities", 40), ("Drives",)),
    ),
    TypeViews(type_name="System.Management.Automation.PathInfo", table=table(("Path",))),
    TypeViews(
        type_name="Microsoft.PowerShell.Commands.FileHashInfo",
        table=table(("Algorithm", "Algorithm", 15), ("Hash", "Hash", 70), ("Path",)),
    ),
)
