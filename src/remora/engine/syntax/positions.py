"""Extents and positions of sources as objects (IScriptExtent, IScriptPosition)."""

from __future__ import annotations

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.source import Extent, Source

_L = "System.Management.Automation.Language."


class ScriptPosition(NetObject):
    """One place in a source."""

    __slots__ = ("offset", "source")
    net_type = NetType(_L + "InternalScriptPosition", OBJECT, interfaces=(_L + "IScriptPosition",))

    def __init__(self, source: Source, offset: int) -> None:
        self.source = source
        self.offset = offset


class ScriptExtent(NetObject):
    """A span of a source."""

    __slots__ = ("span",)
    net_type = NetType(_L + "InternalScriptExtent", OBJECT, interfaces=(_L + "IScriptExtent",))

    def __init__(self, span: Extent) -> None:
        self.span = span

    def net_text(self) -> str:
        return self.span.text


def _positions() -> None:
    p = ScriptPosition.net_type
    p.property("File", "System.String")(lambda x: x.source.file)
    p.property("LineNumber", "System.Int32")(lambda x: x.source.position(x.offset)[0])
    p.property("ColumnNumber", "System.Int32")(lambda x: x.source.position(x.offset)[1])
    p.property("Line", "System.String")(lambda x: x.source.line(x.source.position(x.offset)[0]))
    p.property("Offset", "System.Int32")(lambda x: x.offset)
    p.method("GetFullScript()", returns="string")(lambda x: x.source.text)


def _extents() -> None:
    e = ScriptExtent.net_type
    e.property("File", "System.String")(lambda x: x.span.source.file)
    e.property("StartScriptPosition")(lambda x: ScriptPosition(x.span.source, x.span.start))
    e.property("EndScriptPosition")(lambda x: ScriptPosition(x.span.source, x.span.end))
    e.property("StartLineNumber", "System.Int32")(lambda x: x.span.start_line)
    e.property("StartColumnNumber", "System.Int32")(lambda x: x.span.start_column)
    e.property("EndLineNumber", "System.Int32")(lambda x: x.span.end_line)
    e.property("EndColumnNumber", "System.Int32")(lambda x: x.span.end_column)
    e.property("Text", "System.String")(lambda x: x.span.text)
    e.property("StartOffset", "System.Int32")(lambda x: x.span.start)
    e.property("EndOffset", "System.Int32")(lambda x: x.span.end)


_positions()
_extents()
