"""``$PSCmdlet`` of an advanced function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.convert.text import to_text
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING

if TYPE_CHECKING:
    from remora.engine.frame import CallInfo
    from remora.engine.pipeline.blocks import BlockProcessor
    from remora.engine.pipes import Pipes


class ScriptCmdlet(NetObject):
    """What a function may do as a cmdlet: WriteError, ThrowTerminatingError, ShouldProcess ..."""

    __slots__ = ("_processor", "call", "pipes")
    net_type = NetType("System.Management.Automation.PSScriptCmdlet", OBJECT)

    def __init__(self, processor: BlockProcessor, call: CallInfo, pipes: Pipes) -> None:
        self._processor = processor
        self.call = call
        self.pipes = pipes

    def _claim(self, record: ErrorRecord) -> ErrorRecord:
        if not record.command_id:
            record.command_id = self.call.name
        if not record.activity:
            record.activity = self.call.name
        record.invocation = record.invocation or self.call.invocation
        return record

    def write_error(self, record: Any) -> None:
        """A non-terminating error of the function; the caller's $? becomes False."""
        if not isinstance(record, ErrorRecord):
            raise error("WriteError needs an ErrorRecord.", "Argument", "InvalidArgument", record)
        self.call.failed = True
        self.pipes.write_error(self._claim(record))

    def throw(self, record: Any) -> None:
        """ThrowTerminatingError."""
        if not isinstance(record, ErrorRecord):
            raise error("ThrowTerminatingError needs an ErrorRecord.", "Argument", "InvalidArgument", record)
        raise PSError(self._claim(record))

    def emit(self, value: Any, enumerate_collection: bool = False) -> None:
        if enumerate_collection:
            from remora.engine.enumeration import emit_each

            emit_each(value, self._processor.emit)
        elif value is not NOTHING:
            self._processor.emit(value)

    def should_process(self, *texts: Any) -> bool:
        """WhatIf prints and says no; Confirm asks the host."""
        from remora.engine.command_runtime import CommandRuntime

        frame = self._processor.frame
        command = self.call.invocation.command
        assert command is not None
        runtime = CommandRuntime(frame, self.pipes, self._processor.emit, command, self.call.invocation)
        runtime.confirm = to_text(frame.scope.get("confirmpreference", "High")) == "Low"
        target = to_text(texts[0]) if texts else ""
        return runtime.should_process(target, to_text(texts[1]) if len(texts) > 1 else self.call.name)

    def should_continue(self, query: str, caption: str) -> bool:
        """Ask the host whether to go on."""
        choices = [("&Yes", "Continue"), ("&No", "Do not continue")]
        return self.pipes.context.host.prompt_for_choice(caption, query, choices, 0) == 0

    def session_state(self) -> Any:
        """The session state of the function's caller."""
        from remora.engine.automatic import SessionView

        return SessionView(self.pipes.context, self._processor.caller.session)

    def invoke_command(self) -> Any:
        from remora.engine.automatic import InvokeCommandView

        return InvokeCommandView(self.pipes.context, self._processor.caller.session)

    def variable_value(self, name: str, default: Any) -> Any:
        cell = self._processor.caller.lookup(name.lower())
        return default if cell is None else cell.value

    @property
    def parameter_set(self) -> str:
        return self._processor.chosen_set()


def _declare() -> None:
    kind = ScriptCmdlet.net_type
    kind.property("ParameterSetName")(lambda c: c.parameter_set)
    kind.property("MyInvocation")(lambda c: c.call.invocation)
    kind.property("SessionState", wire=False)(lambda c: c.session_state())
    kind.property("InvokeCommand", wire=False)(lambda c: c.invoke_command())
    kind.method("GetVariableValue(string)", "GetVariableValue(string, object)")(
        lambda c, name, default=None: c.variable_value(name, default)
    )
    kind.property("Stopping")(lambda c: c.pipes.context.stopped)
    kind.method("WriteError(object)", returns="void")(lambda c, record: c.write_error(record))
    kind.method("ThrowTerminatingError(object)", returns="void")(lambda c, record: c.throw(record))
    kind.method("WriteObject(object)", returns="void")(lambda c, value: c.emit(value))
    kind.method("WriteObject(object, bool)", returns="void")(lambda c, value, each: c.emit(value, each))
    kind.method("WriteWarning(string)", returns="void")(lambda c, text: c.pipes.write_warning(text, c.call.invocation))
    kind.method("WriteVerbose(string)", returns="void")(lambda c, text: c.pipes.write_verbose(text, c.call.invocation))
    kind.method("WriteDebug(string)", returns="void")(lambda c, text: c.pipes.write_debug(text, c.call.invocation))
    kind.method("ShouldProcess(string)", "ShouldProcess(string, string)", returns="bool")(
        lambda c, *texts: c.should_process(*texts)
    )
    kind.method("ShouldContinue(string, string)", returns="bool")(
        lambda c, query, caption: c.should_continue(query, caption)
    )


_declare()
