"""Breakpoints of a session: their objects, and what happens where one is hit.

There is no prompt to stop at: a hit runs the breakpoint's action, or says that it was hit, and the script goes on.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora.engine.context import EngineContext, current
from remora.engine.errors import BreakSignal, FlowSignal, PSError
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.engine.wildcard import compile_wildcard
from remora.values import GenericList

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.frame import Frame
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
    """Kept for a variable. mode: Read, Write or ReadWrite."""

    __slots__ = ("mode", "variable")
    net_type = NetType(_M + "VariableBreakpoint", Breakpoint.net_type)

    def __init__(self, script: Any, variable: str, mode: Any, action: Any = None) -> None:
        super().__init__(script, action)
        self.variable = str(variable)
        self.mode = mode

    def net_text(self) -> str:
        return f"Variable breakpoint on '{self._at('$' + self.variable)}' ({self.mode.name} access)"


class Debugger(NetObject):
    """The breakpoints of one session. waits: Enable-RunspaceDebug was said."""

    __slots__ = ("_busy", "context", "kept", "waits")
    net_type = NetType(_M + "ScriptDebugger", NetType(_M + "Debugger", OBJECT, form="abstract"))

    def __init__(self, context: EngineContext) -> None:
        self.context = context
        self.kept: dict[int, Breakpoint] = {}
        self._busy = False
        self.waits = False

    def add(self, breakpoint: Breakpoint) -> Breakpoint:
        """Keep it from now on; from the next statement on it can be hit."""
        self.kept[breakpoint.id] = breakpoint
        self._tell()
        return breakpoint

    def remove(self, breakpoint: Breakpoint) -> bool:
        """Forget it; tells whether it was there."""
        found = self.kept.pop(breakpoint.id, None) is not None
        self._tell()
        return found

    def switch(self, breakpoint: Breakpoint, *, enabled: bool) -> Breakpoint | None:
        """Enable or disable one of these; None when it is not among them."""
        found = self.kept.get(breakpoint.id)
        if found is not None:
            found.enabled = enabled
        return found

    def _tell(self) -> None:
        self.context.debugger = self if self.kept else None
        self.context.watch()

    def statement(self, f: Frame, extent: Extent) -> None:
        """A statement is about to run."""
        if self._busy:
            return
        for one in list(self.kept.values()):
            if isinstance(one, LineBreakpoint) and one.met(extent):
                self._hit(one)

    def call(self, info: CommandInfo, name: str, extent: Extent | None) -> None:
        """A command is about to run."""
        if self._busy:
            return
        file = extent.source.file if extent is not None else None
        for one in list(self.kept.values()):
            if isinstance(one, CommandBreakpoint) and one.met(info, name, file):
                self._hit(one)

    def _hit(self, one: Breakpoint) -> None:
        one.hits += 1
        if one.action is None:
            self._pass(one)
            return
        self._busy = True
        try:
            one.action.invoke(dollar_under=one)
        except BreakSignal:
            self._pass(one)
        except (FlowSignal, PSError):
            return
        finally:
            self._busy = False

    def _pass(self, one: Breakpoint) -> None:
        text = f"Hit {one.net_text()}. There is no debugger to stop in: the script goes on."
        self.context.host.write_warning_line(text)


def debugger_of(context: EngineContext) -> Debugger:
    """The session's debugger, made when it is first asked for."""
    found = context.store.get("debugger")
    if not isinstance(found, Debugger):
        found = context.store["debugger"] = Debugger(context)
    return found


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


def _declare_debugger() -> None:
    kind, one, block = Debugger.net_type, _M + "Breakpoint breakpoint", _M + "ScriptBlock action"
    kind.property("InBreakpoint", "System.Boolean")(lambda d: False)
    kind.property("IsActive", "System.Boolean")(lambda d: bool(d.kept))
    kind.property("InstanceId", "System.Guid")(_runspace_id)
    kind.method("GetBreakpoints()", returns=_M + "Breakpoint")(lambda d: GenericList(_in_order(d)))
    kind.method("GetBreakpoint(int id)", returns=_M + "Breakpoint")(lambda d, number: d.kept.get(number))
    kind.method("EnableBreakpoint(" + one + ")")(lambda d, b: d.switch(b, enabled=True))
    kind.method("DisableBreakpoint(" + one + ")")(lambda d, b: d.switch(b, enabled=False))
    kind.method("RemoveBreakpoint(" + one + ")", returns="bool")(lambda d, b: d.remove(b))
    kind.method(f"SetLineBreakpoint(string path, int line, int column, {block})")(
        lambda d, path, line, column, action: d.add(LineBreakpoint(path, line, column, action))
    )
    kind.method(f"SetCommandBreakpoint(string command, {block}, string path)")(
        lambda d, command, action, path: d.add(CommandBreakpoint(path, command, action))
    )
    kind.method(f"SetVariableBreakpoint(string variableName, {ACCESS} accessMode, {block}, string path)")(
        lambda d, name, mode, action, path: d.add(VariableBreakpoint(path, name, mode, action))
    )

    @kind.method("SetBreakpoints(object breakpoints)", returns="void")
    def _set(debugger: Debugger, given: Any) -> None:
        for breakpoint in given:
            if isinstance(breakpoint, Breakpoint):
                debugger.add(breakpoint)

    register(kind, *(base for base in (kind.base,) if base is not None))


def _in_order(debugger: Debugger) -> list[Breakpoint]:
    return [debugger.kept[number] for number in sorted(debugger.kept)]


def _runspace_id(debugger: Debugger) -> Any:
    from remora.engine.hosting.runspace import runspace_of

    return runspace_of(debugger.context).instance_id


def current_debugger() -> Debugger:
    """The debugger of the session that runs now."""
    return debugger_of(current())


_declare_breakpoints()
_declare_debugger()
