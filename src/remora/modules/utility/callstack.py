"""Get-PSCallStack."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from remora.engine.cmdlet import Cmdlet, cmdlet
from remora.engine.convert import is_true, to_text
from remora.engine.hosting.debugger import debugger_of
from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.frame import CallInfo
    from remora.engine.source import Extent

_BLOCK = "<ScriptBlock>"


class CallStackFrame(NetObject):
    """One call: what runs, with which arguments, and where it stands now."""

    __slots__ = ("call", "position")
    net_type = NetType("System.Management.Automation.CallStackFrame", OBJECT)

    def __init__(self, call: CallInfo | None, position: Extent | None) -> None:
        self.call = call
        self.position = position

    @property
    def function(self) -> str:
        call = self.call
        command = None if call is None else call.invocation.command
        if call is None or command is None or command.command_type not in ("Function", "Filter"):
            return _BLOCK
        return call.name

    @property
    def command(self) -> str:
        command = None if self.call is None else self.call.invocation.command
        return _BLOCK if command is None else command.name or _BLOCK

    @property
    def script_name(self) -> str | None:
        return self.position.source.file if self.position is not None else None

    @property
    def line(self) -> int:
        return self.position.start_line if self.position is not None else 0

    @property
    def location(self) -> str:
        """``file: line 3``, or ``<No file>``."""
        name = self.script_name
        return f"{os.path.basename(name)}: line {self.line}" if name else "<No file>"

    @property
    def arguments(self) -> str:
        """``{name=value, ...}``."""
        if self.call is None:
            return "{}"
        bound = self.call.invocation.bound
        parts = [f"{name}={to_text(value) if is_true(value) else ''}" for name, value in bound.items()]
        parts.extend(to_text(value) if is_true(value) else "$null" for value in self.call.args)
        return "{" + ", ".join(parts) + "}"

    def net_text(self) -> str:
        if self.script_name:
            return f"at {self.function}, {self.script_name}: line {self.line}"
        return f"at {self.function}, <No file>"


def _declare() -> None:
    kind = CallStackFrame.net_type
    kind.property("ScriptName", "System.String")(lambda v: v.script_name)
    kind.property("ScriptLineNumber", "System.Int32")(lambda v: v.line)
    kind.property("InvocationInfo")(lambda v: None if v.call is None else v.call.invocation)
    kind.property("Position")(lambda v: v.position)
    kind.property("FunctionName", "System.String")(lambda v: v.function)
    kind.property("Command", "System.String", kind="ScriptProperty")(lambda v: v.command)
    kind.property("Location", "System.String", kind="ScriptProperty")(lambda v: v.location)
    kind.property("Arguments", "System.String", kind="ScriptProperty")(lambda v: v.arguments)
    kind.method("GetScriptLocation()", returns="string")(lambda v: v.location)
    kind.method("GetFrameVariables()")(_variables)


def _variables(frame: CallStackFrame) -> Any:
    from remora.values import Hashtable

    return Hashtable(dict(frame.call.invocation.bound) if frame.call is not None else {})


_declare()


@cmdlet("Get-PSCallStack", aliases=("gcs",), output_type=("System.Management.Automation.CallStackFrame",))
class GetPSCallStack(Cmdlet):
    """The calls that led here, the innermost first."""

    def end(self) -> None:
        position = self.runtime.invocation.extent
        context = self.session.context
        stop = debugger_of(context).stop if "debugger" in context.store else None
        if stop is not None:
            position, calls = stop.extent, context.calls[stop.depth - 1 :: -1] if stop.depth else []
        else:
            calls = [level.call for level in self.runtime.frame.scope.chain() if level.call is not None]
        for call in calls:
            self.emit(CallStackFrame(call, position))
            position = call.invocation.extent
        if position is not None:
            self.emit(CallStackFrame(None, position))


CMDLETS = (GetPSCallStack,)
