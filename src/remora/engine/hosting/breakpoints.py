"""Breakpoints: their objects, and where each holds."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.engine.wildcard import compile_wildcard

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.source import Extent

_M: Final = "System.Management.Automation."
_ids = itertools.count(1)
ACCESS: Final = _M + "VariableAccessMode"


class Breakpoint(NetObject):
    """What all have. script: the path of the only script it is for, or None. action: a script block or None."""

    __slots__ = ("action", "enabled", "hits", "id", "script")
    net_type = NetType(_M + "Breakpoint", OBJECT, form="abstract")

    def __init__(self, script: Any = None, action: Any = None) -> None:
        self.script: str | None = script or None
        self.action = action
        self.enabled = True
        self.hits = 0
        self.id = next(_ids)

    def concerns(self, file: str | None) -> bool:
        """Is it for code of this file?"""
        return self.enabled and (self.script is None or self.script.lower() == (file or "").lower())

    def _at(self, what: str) -> str:
        return what if self.script is None else f"{self.script}:{what}"


class LineBreakpoint(Breakpoint):
    """Hit when the first statement of a line runs, or the one at a column. column: 0 where none was named."""

    __slots__ = ("column", "line", "start")
    net_type = NetType(_M + "LineBreakpoint", Breakpoint.net_type)

    def __init__(self, script: Any, line: int, column: int = 0, action: Any = None) -> None:
        super().__init__(script, action)
        self.line = int(line)
        self.column = int(column)
        self.start = -1

    def net_text(self) -> str:
        return f"Line breakpoint on '{self._at(str(self.line))}{f', {self.column}' if self.column else ''}'"

    def met(self, extent: Extent) -> bool:
        """Does it hold at this statement?"""
        if extent.start_line != self.line or not self.concerns(extent.source.file):
            return False
        if self.column:
            return extent.start_column == self.column
        if self.start < 0:
            self.start = extent.start
        return self.start == extent.start


class CommandBreakpoint(Breakpoint):
    """Hit when a command is called whose name matches."""

    __slots__ = ("command",)
    net_type = NetType(_M + "CommandBreakpoint", Breakpoint.net_type)

    def __init__(self, script: Any, command: str, action: Any = None) -> None:
        super().__init__(script, action)
        self.command = str(command)

    def net_text(self) -> str:
        return f"Command breakpoint on '{self._at(self.command)}'"

    def met(self, info: CommandInfo, name: str, file: str | None) -> bool:
        """Does it hold for this call? name: as it was written."""
        if not self.concerns(file):
            return False
        test = compile_wildcard(self.command)
        names = [name, info.name, f"{getattr(info, 'module_name', '') or ''}\\{info.name}"]
        return any(test.fullmatch(one) is not None for one in names)


class VariableBreakpoint(Breakpoint):
    """Hit when a variable of that name is read or about to be written. mode: Read, Write or ReadWrite."""

    __slots__ = ("mode", "variable")
    net_type = NetType(_M + "VariableBreakpoint", Breakpoint.net_type)

    def __init__(self, script: Any, variable: str, mode: Any, action: Any = None) -> None:
        super().__init__(script, action)
        self.variable = str(variable)
        self.mode = mode

    def net_text(self) -> str:
        return f"Variable breakpoint on '{self._at('$' + self.variable)}' ({self.mode.name} access)"

    def met(self, name: str, access: str, file: str | None) -> bool:
        """Does it hold for this access (Read or Write) to a variable?"""
        return access in self.mode.name and self.variable.lower() == name.lower() and self.concerns(file)


# -- members -----------------------------------------------------------------------------------------------------------


def _attributes(kind: NetType, *rows: tuple[str, str, Callable[[Any], Any]]) -> None:
    for name, type_name, get in rows:
        kind.property(name, type_name)(get)


def _declare_breakpoints() -> None:
    block, pattern = _M + "ScriptBlock", _M + "WildcardPattern"
    _attributes(
        Breakpoint.net_type,
        ("Action", block, lambda b: b.action),
        ("Enabled", "System.Boolean", lambda b: b.enabled),
        ("HitCount", "System.Int32", lambda b: b.hits),
        ("Id", "System.Int32", lambda b: b.id),
        ("Script", "System.String", lambda b: b.script),
    )
    line, command, variable = LineBreakpoint.net_type, CommandBreakpoint.net_type, VariableBreakpoint.net_type
    _attributes(
        line,
        ("Column", "System.Int32", lambda b: b.column),
        ("Line", "System.Int32", lambda b: b.line),
    )
    _attributes(command, ("Command", "System.String", lambda b: b.command))
    _attributes(
        variable,
        ("AccessMode", ACCESS, lambda b: b.mode),
        ("Variable", "System.String", lambda b: b.variable),
    )
    line.constructor("(string script, int line)", "(string script, int line, int column)")(LineBreakpoint)
    line.constructor(f"(string script, int line, {block} action)")(lambda s, n, a: LineBreakpoint(s, n, 0, a))
    line.constructor(f"(string script, int line, int column, {block} action)")(LineBreakpoint)
    command.constructor(
        f"(string script, {pattern} command, string commandString)",
        f"(string script, {pattern} command, string commandString, {block} action)",
    )(lambda s, _pattern, text, action=None: CommandBreakpoint(s, text, action))
    variable.constructor(
        f"(string script, string variable, {ACCESS} accessMode)",
        f"(string script, string variable, {ACCESS} accessMode, {block} action)",
    )(VariableBreakpoint)
    register(Breakpoint.net_type, line, command, variable)


_declare_breakpoints()
