"""Members of [powershell], and the ways to make one: Create, ScriptBlock.GetPowerShell."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.context import current
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.errors import error
from remora.engine.frame import Frame
from remora.engine.hosting.asyncresult import AsyncResult
from remora.engine.hosting.command import Command, CommandParameter, PSCommand, declare_builders
from remora.engine.hosting.datacollection import collection
from remora.engine.hosting.powershell import STATE, STREAMS, DataStreams, InvocationStateInfo, PowerShell, invalid
from remora.engine.hosting.runspace import HostedRunspace, runspace_of
from remora.engine.hosting.settings import InvocationSettings
from remora.engine.nettype import NetType
from remora.engine.types.registry import unwrap

if TYPE_CHECKING:
    from remora.engine.arguments import Argument
    from remora.engine.scriptblock import ScriptBlock

_M = "System.Management.Automation."


def _invoke(shell: PowerShell, input: Any = None, output: Any = None, settings: Any = None) -> Any:
    """Invoke: the settings come last, whether there is a collection for the output or not."""
    given = [unwrap(value) for value in (output, settings)]
    chosen = next((value for value in given if isinstance(value, InvocationSettings)), None)
    shell.add_to_history = chosen is not None and chosen.add_to_history
    return shell.invoke(input, None if isinstance(given[0], InvocationSettings) else output)


def _create(given: Any = None) -> PowerShell:
    """[powershell]::Create in its forms."""
    inner = unwrap(given)
    if isinstance(inner, HostedRunspace):
        return PowerShell(inner)
    if inner is not None and to_text(inner).lower() in ("currentrunspace", "0"):
        return PowerShell(runspace_of(current()), nested=True)
    return PowerShell()


def _create_from(given: Any) -> PowerShell:
    if unwrap(given) is None:
        raise error(
            "Value cannot be null. (Parameter 'runspace')",
            "PSArgumentNullException",
            "InvalidArgument",
            type_name=_M + "PSArgumentNullException",
        )
    from remora.engine.hosting.initialstate import SessionStateObject

    if isinstance(unwrap(given), SessionStateObject):
        made = PowerShell()
        made.runspace = HostedRunspace(unwrap(given))
        made.runspace.open()
        return made
    return _create(given)


def _set_runspace(shell: PowerShell, value: Any) -> None:
    shell.runspace = unwrap(value)
    shell.pool = None
    shell.owns = False


def _set_pool(shell: PowerShell, value: Any) -> None:
    shell.pool = unwrap(value)
    shell.runspace = None


def _set_commands(shell: PowerShell, value: Any) -> None:
    inner = unwrap(value)
    if not isinstance(inner, PSCommand):
        raise error("Value cannot be null.", "PSArgumentNullException", type_name=_M + "PSArgumentNullException")
    shell.command = inner.copy()


def from_block(block: ScriptBlock, arguments: Sequence[Any]) -> PowerShell:
    """ScriptBlock.GetPowerShell: the block's pipelines with their arguments evaluated where it stands."""
    from remora.engine import ast
    from remora.engine.compile.commands import command_code
    from remora.engine.scopes import Scope
    from remora.engine.types.catalog import load_all

    load_all()
    node = block.code.node
    shell = PowerShell()
    outer = block.context.active_frame()
    scope = Scope(outer.scope)
    frame = Frame(outer.context, scope, outer.emit, outer.sinks)
    scope.put("args", list(arguments))
    for parameter, value in zip(node.params.parameters if node.params is not None else (), arguments, strict=False):
        scope.put(parameter.name, value)
    for statement in node.end.statements if node.end is not None else ():
        if not isinstance(statement, ast.Pipeline):
            raise invalid(
                "Cannot generate a PowerShell object for a script block that has other statements than pipelines."
            )
        for element in statement.elements:
            if not isinstance(element, ast.Command):
                raise invalid("Cannot generate a PowerShell object for a script block that starts with an expression.")
            code = command_code(element)
            command = Command(to_text(code.name or (code.name_of(frame) if code.name_of is not None else "")))
            for argument in _without_shadowed(frame, command.name, code.arguments(frame)):
                command.items.append(CommandParameter(argument.name, argument.value, argument.given))
            shell.command.add(command)
        shell.command.end_statement()
    return shell


def _without_shadowed(frame: Frame, name: str, arguments: list[Argument]) -> list[Argument]:
    """A written parameter wins over the same one of a splat, by whatever name."""
    info = frame.context.resolver.find(name, frame.scope)
    metadata = info.metadata() if info is not None else None

    def canonical(given: str) -> str:
        found = metadata.find(given.lower()) if metadata is not None else None
        if found is None and metadata is not None:
            near = metadata.by_prefix(given.lower())
            found = near[0] if len(near) == 1 else None
        return found.name.lower() if found is not None else given.lower()

    written = {canonical(a.name) for a in arguments if a.name is not None and not a.splatted}
    return [a for a in arguments if not (a.splatted and a.name is not None and canonical(a.name) in written)]


def _nested(shell: PowerShell) -> PowerShell:
    return PowerShell(shell.runspace, nested=True)


def declare() -> None:
    """Put the members into the tables."""
    k = PowerShell.net_type
    k.static("Create()")(_create)
    k.static("Create(object)", "Create(object, object)")(lambda given, host=None: _create_from(given))
    declare_builders(k, lambda shell: shell.command)
    k.property("Commands")(lambda s: s.command)
    k.setter("Commands")(_set_commands)
    k.property("Streams")(lambda s: s.streams)
    k.property("HadErrors", "System.Boolean")(lambda s: s.had_errors)
    k.property("InvocationStateInfo")(lambda s: s.state)
    k.property("InstanceId", "System.Guid")(lambda s: s.instance_id)
    k.property("IsNested", "System.Boolean")(lambda s: s.nested)
    k.property("IsRunspaceOwner", "System.Boolean")(lambda s: s.owns)
    k.property("HistoryString", "System.String")(lambda s: None)
    k.property("Runspace")(_own_runspace)
    k.setter("Runspace")(_set_runspace)
    k.property("RunspacePool")(lambda s: s.pool)
    k.setter("RunspacePool")(_set_pool)
    k.method("Invoke()", "Invoke(object)", "Invoke(object, object)", "Invoke(object, object, object)")(_invoke)
    k.method("BeginInvoke()", "BeginInvoke(object)", "BeginInvoke(object, object)")(
        lambda s, input=None, output=None: s.begin_invoke(input, output)
    )
    k.method("BeginInvoke(object, object, object, object)", "BeginInvoke(object, object, object, object, object)")(
        lambda s, input, *rest: s.begin_invoke(input, rest[0] if len(rest) == 4 else None, state=rest[-1])
    )
    k.method("InvokeAsync()", "InvokeAsync(object)", "InvokeAsync(object, object)")(_invoke_async)
    k.method("EndInvoke(object)")(lambda s, handle: s.end_invoke(unwrap(handle)))
    k.method("Stop()", "EndStop(object)", returns="void")(lambda s, handle=None: s.stop())
    k.method("BeginStop(object, object)")(_begin_stop)
    k.method("StopAsync(object, object)")(_stop_async)
    k.method("Dispose()", returns="void")(lambda s: s.dispose())
    k.method("ClearStreams()", returns="void")(lambda s: s.streams.clear())
    k.method("CreateNestedPowerShell()")(_nested)
    info = InvocationStateInfo.net_type
    info.property("State")(lambda i: convert_to(i.state, STATE.name))
    info.property("Reason")(lambda i: i.reason)
    streams = DataStreams.net_type
    for name in STREAMS:
        _stream(streams, name)
    streams.method("ClearStreams()", returns="void")(lambda s: s.clear())


def _stream(kind: NetType, name: str) -> None:
    kind.property(name)(lambda s: s.lists[name])
    kind.setter(name)(lambda s, value: s.lists.__setitem__(name, unwrap(value)))


def _own_runspace(shell: PowerShell) -> Any:
    if shell.runspace is None and shell.pool is None:
        shell.runspace = HostedRunspace()
        shell.runspace.open()
    return shell.runspace


def _begin_stop(shell: PowerShell, callback: Any, state: Any) -> AsyncResult:
    handle = AsyncResult(collection(), state)

    def work() -> None:
        shell.stop()
        handle.finish()

    threading.Thread(target=work, daemon=True).start()
    return handle


def _stop_async(shell: PowerShell, callback: Any, state: Any) -> Any:
    from remora.engine.hosting.asyncresult import Task

    return Task(_begin_stop(shell, callback, state))


def _invoke_async(shell: PowerShell, input: Any = None, output: Any = None) -> Any:
    from remora.engine.hosting.asyncresult import Task

    return Task(shell.begin_invoke(input, output))
