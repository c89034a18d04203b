"""The debugger of a session: its breakpoints, single steps, and the stops it makes of both.

Who can answer at a stop says so with ``EngineContext.on_debugger_stop``; where nobody does, the script goes on.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from remora.engine.commands import FunctionInfo, ScriptInfo
from remora.engine.context import EngineContext, current, running
from remora.engine.errors import BreakSignal, ContinueSignal, PipelineStopped, PSError, ReturnSignal
from remora.engine.hosting.breakpoints import (
    ACCESS,
    Breakpoint,
    CommandBreakpoint,
    LineBreakpoint,
    VariableBreakpoint,
)
from remora.engine.invocation import InvocationInfo
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.scopes import WATCHED, Cell, Scope
from remora.engine.source import Extent, Source
from remora.engine.types.typeref import register
from remora.values import GenericList

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.frame import Frame

_M: Final = "System.Management.Automation."
_NOWHERE: Final = Extent(Source(""), 0, 0)


class Resume(Enum):
    """How a script goes on after a stop."""

    CONTINUE = "Continue"
    INTO = "StepInto"
    OVER = "StepOver"
    OUT = "StepOut"
    STOP = "Stop"
    DETACH = "Detach"


class DebuggerStop(NetObject):
    """Where a script stands: $PSDebugContext. frame: of the statement. trigger: what made it stop, if no breakpoint.

    depth: how many calls led there.
    """

    __slots__ = ("breakpoints", "depth", "extent", "frame", "trigger")
    net_type = NetType(_M + "PSDebugContext", OBJECT)

    def __init__(self, frame: Frame, extent: Extent, breakpoints: list[Breakpoint], trigger: Any = None) -> None:
        self.frame = frame
        self.extent = extent
        self.breakpoints = breakpoints
        self.trigger = trigger
        self.depth = len(frame.context.calls)

    @property
    def invocation(self) -> InvocationInfo:
        """The place, as errors show theirs."""
        call = self.frame.call()
        return InvocationInfo(None if call is None else call.invocation.command, self.extent)


class Debugger(NetObject):
    """The breakpoints of one session. waits: Enable-RunspaceDebug was said. stop: where a script stands now."""

    __slots__ = ("_arrived", "_busy", "_depth", "_detached", "_mode", "_places", "context", "kept", "stop", "waits")
    net_type = NetType(_M + "ScriptDebugger", NetType(_M + "Debugger", OBJECT, form="abstract"))

    def __init__(self, context: EngineContext) -> None:
        self.context = context
        self.kept: dict[int, Breakpoint] = {}
        self.waits = False
        self.stop: DebuggerStop | None = None
        self._busy = False
        self._detached = False
        self._mode: Resume | None = None
        self._depth = 0
        self._arrived: list[Breakpoint] = []
        self._places: list[tuple[Frame, Extent]] = []  # the statement each call has reached

    # -- breakpoints ---------------------------------------------------------------------------------------------------

    def add(self, breakpoint: Breakpoint) -> Breakpoint:
        """Keep it from now on; from the next statement on it can be hit."""
        self.kept[breakpoint.id] = breakpoint
        if isinstance(breakpoint, VariableBreakpoint):
            WATCHED[breakpoint.variable.lower()] = _watched
            for frame in self.context.frames:
                self._watch_variables(frame.scope)
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
        wanted = bool(self.kept) or self._mode is not None
        self.context.debugger = self if wanted else None
        self.context.watch()

    # -- what the script tells -----------------------------------------------------------------------------------------

    def statement(self, f: Frame, extent: Extent) -> None:
        """A statement is about to run."""
        if self._busy or self._detached:
            return
        depth = len(self.context.calls)
        while len(self._places) <= depth:
            self._places.append((f, extent))
        self._places[depth] = (f, extent)
        if WATCHED:
            self._watch_variables(f.scope)
        met, self._arrived = self._arrived, []
        met += [one for one in self.kept.values() if isinstance(one, LineBreakpoint) and one.met(extent)]
        self._meet(f, extent, met, step=self._steps())

    def call(self, f: Frame, info: CommandInfo, name: str, extent: Extent | None) -> None:
        """A command is about to run. A function or script stops at its first statement, where its parameters are."""
        if self._busy or self._detached:
            return
        file = extent.source.file if extent is not None else None
        met: list[Breakpoint] = [
            one for one in self.kept.values() if isinstance(one, CommandBreakpoint) and one.met(info, name, file)
        ]
        if isinstance(info, (FunctionInfo, ScriptInfo)):
            self._arrived = met
        elif met:
            self._meet(f, extent or self._place()[1], met)

    def variable(self, name: str, access: str) -> None:
        """A watched variable is read or about to be written."""
        if self._busy or self._detached:
            return
        f, extent = self._place()
        file = extent.source.file
        met: list[Breakpoint] = [
            o for o in self.kept.values() if isinstance(o, VariableBreakpoint) and o.met(name, access, file)
        ]
        if met:
            self._meet(f, extent, met)

    def broken(self, f: Frame, extent: Extent, trigger: Any = None) -> None:
        """Wait-Debugger, or something that a preference of Break turns into a stop."""
        if not self._busy and not self._detached:
            self._stop(f, extent, [], trigger)

    def rest(self) -> None:
        """The command line has ended: steps end with it."""
        self._mode, self._detached, self._arrived = None, False, []
        self._places.clear()
        self._tell()

    def _place(self) -> tuple[Frame, Extent]:
        """The statement that runs, as far as it was told."""
        depth = len(self.context.calls)
        return self._places[depth] if depth < len(self._places) else (self.context.active_frame(), _NOWHERE)

    def _watch_variables(self, scope: Scope) -> None:
        for one in self.kept.values():
            if isinstance(one, VariableBreakpoint):
                folded = one.variable.lower()
                for level in scope.chain():
                    cell = level.vars.get(folded)
                    if type(cell) is Cell:
                        level.vars[folded] = WatchedCell(cell)

    # -- stopping ------------------------------------------------------------------------------------------------------

    def _steps(self) -> bool:
        depth = len(self.context.calls)
        if self._mode is Resume.OVER:
            return depth <= self._depth
        return depth < self._depth if self._mode is Resume.OUT else self._mode is Resume.INTO

    def _meet(self, f: Frame, extent: Extent, met: list[Breakpoint], *, step: bool = False) -> None:
        stopping = [one for one in met if self._hit(one)]
        if stopping or step:
            self._stop(f, extent, stopping)

    def _hit(self, one: Breakpoint) -> bool:
        """Count it and run its action; tells whether it stops the script."""
        one.hits += 1
        if one.action is None:
            return True
        self._busy = True
        try:
            one.action.invoke(dollar_under=one)
        except BreakSignal:
            return True
        except (ContinueSignal, ReturnSignal, PSError):
            return False
        finally:
            self._busy = False
        return False

    def _stop(self, f: Frame, extent: Extent, breakpoints: list[Breakpoint], trigger: Any = None) -> None:
        ask = self.context.on_debugger_stop
        if ask is None:
            for one in breakpoints:
                text = f"Hit {one.net_text()}. There is no debugger to stop in: the script goes on."
                self.context.host.write_warning_line(text)
            return
        top = self.context.global_scope
        self.stop = DebuggerStop(f, extent, breakpoints, trigger)
        self._busy, self._mode, self._depth = True, None, len(self.context.calls)
        top.put("PSDebugContext", self.stop)
        try:
            action = ask(self.stop)
        finally:
            top.remove("psdebugcontext")
            self._busy, self.stop = False, None
        self._resume(action)

    def _resume(self, action: Resume) -> None:
        if action is Resume.STOP:
            raise PipelineStopped
        self._detached = action is Resume.DETACH
        self._mode = action if action in (Resume.INTO, Resume.OVER, Resume.OUT) else None
        self._tell()


class WatchedCell(Cell):
    """A variable that tells the debugger of each access to it."""

    __slots__ = ("_kept",)

    def __init__(self, cell: Cell) -> None:
        self._kept: Any = None
        super().__init__(cell.name, cell.value, cell.options)
        self.converters, self.type_name = cell.converters, cell.type_name
        self.description, self.visibility = cell.description, cell.visibility
        self.guarded = True

    @property
    def value(self) -> Any:
        _access(self.name, "Read")
        return self._kept

    @value.setter
    def value(self, value: Any) -> None:
        self._kept = value

    def assign(self, value: Any) -> None:
        _access(self.name, "Write")
        super().assign(value)

    def set_options(self, options: int) -> None:
        super().set_options(options)
        self.guarded = True


def _access(name: str, access: str) -> None:
    context = running()
    if context is not None and context.debugger is not None:
        context.debugger.variable(name, access)


def _watched(name: str, value: Any) -> Cell:
    """A variable of a watched name comes to be."""
    _access(name, "Write")
    return WatchedCell(Cell(name, value))


def debugger_of(context: EngineContext) -> Debugger:
    """The session's debugger, made when it is first asked for."""
    found = context.store.get("debugger")
    if not isinstance(found, Debugger):
        found = context.store["debugger"] = Debugger(context)
    return found


def current_debugger() -> Debugger:
    """The debugger of the session that runs now."""
    return debugger_of(current())


# -- members -----------------------------------------------------------------------------------------------------------


def _declare_stop() -> None:
    kind = DebuggerStop.net_type
    kind.property("InvocationInfo", _M + "InvocationInfo")(lambda s: s.invocation)
    kind.property("Breakpoints", _M + "Breakpoint[]")(lambda s: list(s.breakpoints))
    kind.property("Trigger", _M + "PSObject")(lambda s: s.trigger)
    register(kind)


def _declare_debugger() -> None:
    kind, one, block = Debugger.net_type, _M + "Breakpoint breakpoint", _M + "ScriptBlock action"
    kind.property("InBreakpoint", "System.Boolean")(lambda d: d.stop is not None)
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


_declare_stop()
_declare_debugger()
