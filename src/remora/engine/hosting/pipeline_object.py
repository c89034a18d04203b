"""What Runspace.CreatePipeline makes: Pipeline, its commands, and the readers of its output and errors."""

from __future__ import annotations

from typing import Any

from remora.engine.context import current
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.hosting.command import Command
from remora.engine.hosting.powershell import PowerShell
from remora.engine.hosting.runspace import HostedRunspace, runspace_of
from remora.engine.hosting.settings import PIPELINE_STATE
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import BY_CLASS, COLLECTION_OF, unwrap
from remora.engine.types.typeref import register
from remora.values.collections import GenericList

_R = "System.Management.Automation.Runspaces."


class CommandCollection(GenericList):
    """The commands of a pipeline, in order."""


COMMANDS = NetType(_R + "CommandCollection", COLLECTION_OF)
BY_CLASS[CommandCollection] = COMMANDS


class PipelineReader(NetObject):
    """Objects that came out, read from the front."""

    __slots__ = ("items",)
    net_type = NetType(_R + "PipelineReader`1", OBJECT)

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def read_to_end(self) -> GenericList:
        """All that is left."""
        out = GenericList(list(self.items), "System.Management.Automation.PSObject")
        self.items.clear()
        return out

    def read(self) -> Any:
        """The next one; AutomationNull at the end."""
        return self.items.pop(0) if self.items else NOTHING


class PipelineStateInfo(NetObject):
    """The state of a pipeline, and why it failed."""

    __slots__ = ("reason", "state")
    net_type = NetType(_R + "PipelineStateInfo", OBJECT)

    def __init__(self, state: str, reason: Any) -> None:
        self.state = state
        self.reason = reason


PIPELINE = NetType(_R + "Pipeline", OBJECT)


class PipelineObject(NetObject):
    """Commands for one run in a runspace; what PowerShell 1.0 had in place of [powershell]."""

    __slots__ = ("output", "shell")
    net_type = NetType(_R + "LocalPipeline", PIPELINE)

    def __init__(self, runspace: HostedRunspace, script: str | None = None, *, nested: bool = False) -> None:
        self.shell = PowerShell(runspace, nested=nested)
        self.shell.command.commands = CommandCollection([], _R + "Command")
        self.output: list[Any] = []
        if script is not None:
            self.shell.command.add_script(script)

    def invoke(self, input: Any = None) -> GenericList:
        """Run it and return the output, which can be read from Output too."""
        out = self.shell.invoke(input)
        self.output[:] = out
        return out


def _created(runspace: HostedRunspace, script: Any = None, add_to_history: bool = False) -> PipelineObject:
    made = PipelineObject(runspace, None if script is None else to_text(script))
    made.shell.add_to_history = add_to_history
    return made


def _nested(runspace: HostedRunspace, script: Any = None, add_to_history: bool = False) -> PipelineObject:
    made = PipelineObject(runspace, None if script is None else to_text(script), nested=True)
    made.shell.add_to_history = add_to_history
    return made


def _add(commands: CommandCollection, given: Any) -> None:
    inner = unwrap(given)
    commands.append(inner if isinstance(inner, Command) else Command(to_text(inner)))


def _add_script(commands: CommandCollection, text: str, local: bool | None = None) -> None:
    commands.append(Command(text, True, local))


def _commands(pipeline: PipelineObject) -> CommandCollection:
    commands = pipeline.shell.command.commands
    assert isinstance(commands, CommandCollection)
    return commands


def _where(pipeline: PipelineObject) -> HostedRunspace:
    return pipeline.shell.runspace if pipeline.shell.runspace is not None else runspace_of(current())


def _declare() -> None:
    COMMANDS.method("Add(object command)", returns="void")(_add)
    COMMANDS.method("AddScript(string script)", "AddScript(string script, bool useLocalScope)", returns="void")(
        _add_script
    )
    p = PipelineObject.net_type
    p.property("Commands", COMMANDS.name)(_commands)
    p.property("Runspace", _R + "Runspace")(_where)
    p.property("InstanceId", "System.Guid")(lambda v: v.shell.instance_id)
    p.property("IsNested", "System.Boolean")(lambda v: v.shell.nested)
    p.property("HadErrors", "System.Boolean")(lambda v: v.shell.had_errors)
    p.property("Output")(lambda v: PipelineReader(v.output))
    p.property("Error")(lambda v: PipelineReader(v.shell.streams.lists["Error"]))
    p.property("PipelineStateInfo")(lambda v: PipelineStateInfo(v.shell.state.state, v.shell.state.reason))
    p.method("Invoke()", "Invoke(object input)")(PipelineObject.invoke)
    p.method("Stop()", returns="void")(lambda v: v.shell.stop())
    p.method("Dispose()", returns="void")(lambda v: v.shell.dispose())
    reader = PipelineReader.net_type
    reader.property("Count", "System.Int32")(lambda r: len(r.items))
    reader.property("EndOfPipeline", "System.Boolean")(lambda r: not r.items)
    reader.method("ReadToEnd()", "NonBlockingRead()")(PipelineReader.read_to_end)
    reader.method("Read()")(PipelineReader.read)
    info = PipelineStateInfo.net_type
    info.property("State", PIPELINE_STATE.name)(lambda i: convert_to(i.state, PIPELINE_STATE.name))
    info.property("Reason", "System.Exception")(lambda i: i.reason)
    runspace = HostedRunspace.net_type
    runspace.method(
        "CreatePipeline()", "CreatePipeline(string command)", "CreatePipeline(string command, bool addToHistory)"
    )(_created)
    runspace.method("CreateNestedPipeline()", "CreateNestedPipeline(string command, bool addToHistory)")(_nested)


def register_types() -> None:
    """Make the types known by name."""
    register(COMMANDS, PIPELINE, PipelineObject.net_type, PipelineReader.net_type, PipelineStateInfo.net_type)


_declare()
