"""Views of what the cmdlets of Utility return: groups, measurements, matches, errors, records of streams."""

from __future__ import annotations

from typing import Any

from remora.engine.context import current
from remora.engine.convert import to_text
from remora.engine.format.access import get
from remora.engine.format.concise import error_text
from remora.engine.format.records import LEFT, RIGHT
from remora.engine.format.views import Grouping, listing, out_of_band, table, text, views
from remora.engine.types.registry import unwrap

_M = "System.Management.Automation."
_C = "Microsoft.PowerShell.Commands."


def _start_of(name: str) -> Any:
    def value(response: Any) -> str:
        content = to_text(get(response, name))
        return content[:200] + "…" if len(content) >= 200 else content

    return value


def _match(info: Any) -> str:
    """A match with its path below the session's place; what matched stands out where the host can show that."""
    context = current()
    plain = unwrap(info)
    shown = getattr(plain, "shown", None)
    if shown is None:
        return to_text(info)
    from remora.engine.format.session import accents_of

    styled = accents_of(context, terminal=bool(getattr(context.host, "shows_styles", False))) is not None
    return str(shown(context.drives.file_location, emphasize=styled))


def _or_star(name: str) -> Any:
    return lambda ping: "*" if to_text(get(ping, "Status")) == "TimedOut" else get(ping, name)


def _record(name: str, source: Any) -> Any:
    return out_of_band(_M + name, view=text(source), name=name)


VIEWS = (
    *views(
        _C + "GroupInfo",
        table=table(("Count", "Count", 5, RIGHT), ("Name", "Name", 25), ("Group",)),
        list=listing("Name", "Count", "Group", "Values"),
    ),
    *views(
        _C + "GroupInfoNoElement",
        table=table(("Count", "Count", 5, RIGHT), ("Name", "Name", 25)),
        list=listing("Name", "Count", "Values"),
    ),
    *views(
        _C + "GenericMeasureInfo",
        list=listing("Count", "Average", "Sum", "Maximum", "Minimum", "StandardDeviation", "Property"),
    ),
    *views(_C + "TextMeasureInfo", table=table(("Lines",), ("Words",), ("Characters",), ("Property",))),
    *views(_C + "MatchInfo", name="MatchInfo", custom=text(_match)),
    _record("ErrorRecord", error_text),
    _record("WarningRecord", "Message"),
    _record("VerboseRecord", "Message"),
    _record("DebugRecord", "Message"),
    _record("InformationRecord", to_text),
    *views(
        _C + "BasicHtmlWebResponseObject",
        list=listing("StatusCode", "StatusDescription", ("Content", _start_of("Content")),
                     ("RawContent", _start_of("RawContent")), "Headers", "Images", "InputFields", "Links",
                     "RawContentLength", "RelationLink"),
    ),
    *views(
        _C + "WebResponseObject",
        list=listing("StatusCode", "StatusDescription", "Content", ("RawContent", _start_of("RawContent")), "Headers",
                     "RawContentLength", "RelationLink"),
    ),
    *views(
        _C + "TestConnectionCommand+TcpPortStatus",
        table=table(
            ("Id", "Id", 4, RIGHT), ("Source", "Source", 16, LEFT), ("Address", "TargetAddress", 25, LEFT),
            ("Port", "Port", 7, RIGHT), ("Latency(ms)", "Latency", 7, RIGHT), ("Connected", "Connected", 10, LEFT),
            ("Status", "Status", 24, LEFT), grouping=Grouping(key="Target"),
        ),
    ),
    *views(
        _C + "TestConnectionCommand+PingStatus",
        table=table(
            ("Ping", "Ping", 4, RIGHT), ("Source", "Source", 16, LEFT), ("Address", "DisplayAddress", 25, LEFT),
            ("Latency(ms)", _or_star("Latency"), 7, RIGHT), ("BufferSize(B)", _or_star("BufferSize"), 10, RIGHT),
            ("Status", "Status", 16, LEFT), grouping=Grouping(key="Destination"),
        ),
    ),
    *views(
        _C + "ByteCollection",
        table=table(
            ("Offset", "HexOffset", 16, RIGHT),
            ("Bytes\n00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F", "HexBytes", 47, LEFT),
            ("Ascii", "Ascii", 16, LEFT),
            grouping=Grouping(key="Label"),
        ),
    ),
)  # fmt: skip
