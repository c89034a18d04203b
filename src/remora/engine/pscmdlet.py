"""``$PSCmdlet`` of an advanced function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.confirmation import Confirmation, impact_of, needs_record
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import unwrap
from remora.values.collections import GenericList

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.frame import CallInfo
    from remora.engine.pipeline.blocks import BlockProcessor
    from remora.engine.pipes import Pipes

_M = "System.Management.Automation."
CMDLET = NetType(_M + "Cmdlet", NetType(_M + "Internal.InternalCommand", OBJECT))
PSCMDLET = NetType(_M + "PSCmdlet", CMDLET)


class ScriptCmdlet(NetObject):
    """What a function may do as a cmdlet: WriteError, ThrowTerminatingError, ShouldProcess ..."""

    __slots__ = ("_confirmation", "call", "pipes", "processor")
    net_type = NetType(_M + "PSScriptCmdlet", PSCMDLET)

    def __init__(self, processor: BlockProcessor, call: CallInfo, pipes: Pipes) -> None:
        self.processor = processor
        self.call = call
        self.pipes = pipes
        self._confirmation: Confirmation | None = None

    def net_text(self) -> str:
        return self.call.name

    @property
    def context(self) -> EngineContext:
        return self.pipes.context

    @property
    def parameter_set(self) -> str:
        return self.processor.chosen_set()

    # -- streams -------------------------------------------------------------------------------------------------------

    def _claim(self, record: ErrorRecord) -> ErrorRecord:
        if not record.command_id:
            record.command_id = self.call.name
        if not record.activity:
            record.activity = self.call.name
        record.invocation = record.invocation or self.call.invocation
        return record

    def write_error(self, record: Any) -> None:
        """A non-terminating error of the function; the caller's $? becomes False."""
        record = unwrap(record)
        if not isinstance(record, ErrorRecord):
            raise needs_record("WriteError", record)
        self.call.failed = True
        self.pipes.write_error(self._claim(record))

    def throw(self, record: Any) -> None:
        """ThrowTerminatingError: the function ends, its caller goes on with the next statement."""
        record = unwrap(record)
        if not isinstance(record, ErrorRecord):
            raise needs_record("ThrowTerminatingError", record)
        problem = PSError(self._claim(record), thrown=True)
        problem.ends = self.call
        raise problem

    def emit(self, value: Any, enumerate_collection: bool = False) -> None:
        """WriteObject."""
        if enumerate_collection:
            from remora.engine.enumeration import emit_each

            emit_each(value, self.processor.emit)
        elif value is not NOTHING:
            self.processor.emit(value)

    def write_information(self, value: Any, tags: Any = None) -> None:
        """A record as it is, or data with tags."""
        from remora.engine.records import InformationRecord

        inner = unwrap(value)
        if not isinstance(inner, InformationRecord):
            inner = InformationRecord(value, self.call.name, tuple(to_text(tag) for tag in items_of(tags or [])))
        self.pipes.write_information(inner)

    # -- questions -----------------------------------------------------------------------------------------------------

    def confirmation(self) -> Confirmation:
        """The questions of this call."""
        if self._confirmation is None:
            command = self.call.invocation.command
            metadata = command.metadata() if command is not None else None
            impact = metadata.confirm_impact if metadata is not None else "Medium"
            made = Confirmation(self.context, self.processor.scope, self.pipes, self.call.invocation, impact)
            if "Confirm" in self.call.bound and not impact_of(self.call.bound["Confirm"]):
                made.confirm = False
            self._confirmation = made
        return self._confirmation

    def should_process(self, *texts: Any) -> bool:
        """WhatIf prints and says no; Confirm asks the host."""
        given = [to_text(text) for text in texts[:3]]
        reason = texts[3] if len(texts) > 3 else None
        if reason is not None:
            reason.value = "WhatIf" if is_true(self.processor.scope.get("whatifpreference", False)) else "None"
        if len(given) == 3:
            return self.confirmation().ask(given[0], given[1], given[2])
        return self.confirmation().should_process(given[0], given[1] if len(given) > 1 else self.call.name)

    def should_continue(self, query: str, caption: str, *references: Any) -> bool:
        """Ask the host whether to go on."""
        pair = references[-2:] if len(references) > 1 else (None, None)
        return self.confirmation().should_continue(query, caption, *pair)

    # -- the session ---------------------------------------------------------------------------------------------------

    def variable(self, name: str, default: Any = None) -> Any:
        """GetVariableValue."""
        return self.processor.caller.get(name.rpartition(":")[2].lower(), default)

    def resolved(self, path: str, provider: Any) -> GenericList:
        """GetResolvedProviderPathFromPSPath."""
        from remora.engine.invoke import call_command

        frame = self.processor.frame
        found = call_command(frame, "Resolve-Path", [], {"Path": path, "ErrorAction": "Stop"})
        if hasattr(provider, "value"):
            provider.value = self.context.drives.resolve(path).drive.provider
        return GenericList([self.context.drives.resolve(to_text(p)).path for p in found], "System.String")

    def unresolved(self, path: str, provider: Any = None, drive: Any = None) -> str:
        """GetUnresolvedProviderPathFromPSPath."""
        found = self.context.drives.resolve(path)
        if hasattr(provider, "value"):
            provider.value = found.drive.provider
        if hasattr(drive, "value"):
            drive.value = found.drive
        return found.path


class PagingView(NetObject):
    """``$PSCmdlet.PagingParameters``."""

    __slots__ = ("bound",)
    net_type = NetType(_M + "PagingParameters", OBJECT)

    def __init__(self, bound: Any) -> None:
        self.bound = bound


def _paging(cmdlet: ScriptCmdlet) -> Any:
    command = cmdlet.call.invocation.command
    metadata = command.metadata() if command is not None else None
    return PagingView(cmdlet.call.bound) if metadata is not None and metadata.paging else None


def _session(cmdlet: ScriptCmdlet) -> Any:
    from remora.engine.automatic import SessionView

    return SessionView(cmdlet.context, cmdlet.processor.caller.session)


def _invoke_command(cmdlet: ScriptCmdlet) -> Any:
    from remora.engine.invokecommand import InvokeCommandView

    return InvokeCommandView(cmdlet.context, cmdlet.processor.caller.session)


def _location(cmdlet: ScriptCmdlet, provider: str) -> Any:
    from remora.engine.pathinfo import PathInfo

    return PathInfo(cmdlet.context.drives.resolve("."))


def _declare() -> None:
    kind = ScriptCmdlet.net_type
    kind.property("ParameterSetName", "System.String")(lambda c: c.parameter_set)
    kind.property("MyInvocation")(lambda c: c.call.invocation)
    kind.property("Stopping", "System.Boolean")(lambda c: c.context.stop.is_set())
    kind.property("CommandRuntime")(lambda c: c)
    kind.property("CommandOrigin", "System.String")(lambda c: "Internal")
    kind.property("Host")(lambda c: c.context.global_scope.get("host"))
    kind.property("SessionState")(_session)
    kind.property("InvokeCommand")(_invoke_command)
    kind.property("PagingParameters")(_paging)
    kind.property("CurrentPSTransaction")(lambda c: None)
    for name, write in (
        ("WriteWarning", lambda c, text: c.pipes.write_warning(text, c.call.invocation)),
        ("WriteVerbose", lambda c, text: c.pipes.write_verbose(text, c.call.invocation)),
        ("WriteDebug", lambda c, text: c.pipes.write_debug(text, c.call.invocation)),
    ):
        kind.method(f"{name}(string)", returns="void")(write)
    kind.method("WriteError(object)", returns="void")(lambda c, record: c.write_error(record))
    kind.method("ThrowTerminatingError(object)", returns="void")(lambda c, record: c.throw(record))
    kind.method("WriteObject(object)", returns="void")(lambda c, value: c.emit(value))
    kind.method("WriteObject(object, bool)", returns="void")(lambda c, value, each: c.emit(value, each))
    kind.method("WriteProgress(object)", returns="void")(lambda c, record: c.pipes.write_progress(unwrap(record)))
    kind.method("WriteInformation(object)", "WriteInformation(object, object)", returns="void")(
        lambda c, value, tags=None: c.write_information(value, tags)
    )
    kind.method("WriteCommandDetail(string)", returns="void")(lambda c, text: None)
    kind.method(
        "ShouldProcess(string)",
        "ShouldProcess(string, string)",
        "ShouldProcess(string, string, string)",
        "ShouldProcess(string, string, string, object)",
        returns="bool",
    )(lambda c, *texts: c.should_process(*texts))
    kind.method(
        "ShouldContinue(string, string)",
        "ShouldContinue(string, string, object, object)",
        "ShouldContinue(string, string, bool, object, object)",
        returns="bool",
    )(lambda c, query, caption, *references: c.should_continue(query, caption, *references))
    kind.method("GetVariableValue(string)", "GetVariableValue(string, object)")(
        lambda c, name, default=None: c.variable(name, default)
    )
    kind.method("CurrentProviderLocation(string)")(_location)
    kind.method(
        "GetUnresolvedProviderPathFromPSPath(string)",
        "GetUnresolvedProviderPathFromPSPath(string, object, object)",
        returns="string",
    )(lambda c, path, *references: c.unresolved(path, *references))
    kind.method("GetResolvedProviderPathFromPSPath(string, object)")(lambda c, path, ref: c.resolved(path, ref))
    kind.method("TransactionAvailable()", returns="bool")(lambda c: False)
    kind.method("GetResourceString(string, string)", returns="string")(lambda c, base, id: id)
    paging = PagingView.net_type
    paging.property("IncludeTotalCount")(lambda p: p.bound.get("IncludeTotalCount", False))
    paging.property("Skip")(lambda p: p.bound.get("Skip", 0))
    paging.property("First")(lambda p: p.bound.get("First", 18446744073709551615))


_declare()
