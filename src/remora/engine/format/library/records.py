"""Views of what the cmdlets of Utility return: groups, measurements, matches, records of streams."""

from __future__ import annotations

from typing import Any

from remora.engine.convert import to_text
from remora.engine.format.access import get
from remora.engine.format.records import RIGHT
from remora.engine.format.views import TextView, TypeViews, listing, table

_M = "System.Management.Automation."
_C = "Microsoft.PowerShell.Commands."


def _message(record: Any) -> str:
    return str(get(record, "Message") or "")


VIEWS = (
    TypeViews(
        type_name=_C + "GroupInfo",
        table=table(("Count", "Count", 5, RIGHT), ("Name", "Name", 25), ("Group", "Group")),
        list=listing("Name", "Count", "Group", "Values"),
    ),
    TypeViews(
        type_name=_C + "GroupInfoNoElement",
        table=table(("Count", "Count", 5, RIGHT), ("Name", "Name", 25)),
    ),
    TypeViews(
        type_name=_C + "GenericMeasureInfo",
        list=listing("Count", "Average", "Sum", "Maximum", "Minimum", "StandardDeviation", "Property"),
    ),
    TypeViews(
        type_name=_C + "TextMeasureInfo",
        table=table(("Lines", "Lines", 6, RIGHT), ("Words", "Words", 6, RIGHT), ("Characters", "Characters", 10, RIGHT),
                    ("Property", "Property")),
    ),
    TypeViews(type_name=_C + "MatchInfo", text=TextView(lines=to_text)),
    TypeViews(type_name=_M + "WarningRecord", text=TextView(lines=_message, spaced=False)),
    TypeViews(type_name=_M + "VerboseRecord", text=TextView(lines=_message, spaced=False)),
    TypeViews(type_name=_M + "DebugRecord", text=TextView(lines=_message, spaced=False)),
    TypeViews(type_name=_M + "InformationRecord", text=TextView(lines=to_text, spaced=False)),
    TypeViews(
        type_name=_C + "ByteCollection",
        text=TextView(lines=to_text),
    ),
)  # fmt: skip
