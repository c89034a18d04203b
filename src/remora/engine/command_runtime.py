"""CommandRuntime: what a running command may do: write to its streams, ask its host, call script blocks, wait."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remora.engine.errors import FROM_CMDLET, ErrorRecord, PSError, not_supported
from remora.engine.session import SessionState

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.confirmation import Confirmation
    from remora.engine.frame import Frame
    from remora.engine.invocation import InvocationInfo
    from remora.engine.pipes import Pipes
    from remora.engine.records import InformationRecord, ProgressRecord
    from remora.engine.scriptblock import ScriptBlock


class CommandRuntime:
    """One per running cmdlet. given: folded names of the parameters the command line bound. frame: the caller's; emit:
    one object downstream; pipes: the streams with redirections applied.
    """

    __slots__ = (
        "_confirmation",
        "_session",
        "command",
        "confirm",
        "emit",
        "frame",
        "given",
        "invocation",
        "pipes",
        "what_if",
    )

    def __init__(
        self, frame: Frame, pipes: Pipes, emit: Callable[[Any], None], command: CommandInfo, invocation: InvocationInfo
    ) -> None:
        self.frame = frame
        self.pipes = pipes
        self.emit = emit
        self.command = command
        self.invocation = invocation
        self.given: frozenset[str] = frozenset()
        self.what_if: bool | None = None
        self.confirm: bool | None = None
        self._session: SessionState | None = None
        self._confirmation: Confirmation | None = None

    @property
    def session(self) -> SessionState:
        if self._session is None:
            self._session = SessionState(self.frame.context, self.frame.scope)
        return self._session

    # -- streams -------------------------------------------------------------------------------------------------------

    def emit_all(self, value: Any) -> None:
        """Downstream, collections enumerated one level."""
        from remora.engine.enumeration import emit_each

        emit_each(value, self.emit)

    def write_error(self, record: ErrorRecord) -> None:
        """Non-terminating error: claimed by this command, shown according to ErrorAction."""
        self.claim(record)
        self.frame.context.success = False
        self.pipes.write_error(record)

    def claim(self, record: ErrorRecord) -> None:
        """Complete the record with this command's name, class and position, unless somebody did before: another
        command, or the statement of a script block that the command ran.
        """
        parsed = record.category == "ParserError" and not record.command_id
        elsewhere = record.invocation is not None and record.invocation is not self.invocation
        if record.settled or (elsewhere and not parsed):
            return
        if not record.command_id:
            record.command_id = self.command.error_suffix
        if not record.activity:
            record.activity = self.command.name
        if record.invocation is None:
            record.invocation = self.invocation

    def terminating(self, record: ErrorRecord | PSError) -> PSError:
        """The exception to raise for a terminating error of this command."""
        if isinstance(record, PSError):
            record = record.record
        self.claim(record)
        return PSError(record, wrapper=FROM_CMDLET)

    def wrap(self, problem: PSError) -> None:
        """An error of a script block that ends this command becomes this command's: its id, activity and position. What
        ``throw`` raised stays as it is.
        """
        record = problem.record
        if not record.settled and record.invocation is not self.invocation:
            record = copy.copy(record)
            record.command_id = self.command.error_suffix
            record.activity = self.command.name
            record.invocation = self.invocation
            problem.record = record
        problem.wrapper = FROM_CMDLET

    def write_warning(self, message: str) -> None:
        self.pipes.write_warning(message, self.invocation)

    def write_verbose(self, message: str) -> None:
        self.pipes.write_verbose(message, self.invocation)

    def write_debug(self, message: str) -> None:
        self.pipes.write_debug(message, self.invocation)

    def write_information(self, record: InformationRecord) -> None:
        self.pipes.write_information(record)

    def write_progress(self, record: ProgressRecord) -> None:
        self.pipes.write_progress(record)

    # -- questions and waiting -----------------------------------------------------------------------------------------

    def should_process(self, target: str, action: str) -> bool:
        """-WhatIf prints and says no; -Confirm, or a $ConfirmPreference low enough, asks the host; otherwise yes."""
        return self._questions().should_process(target, action)

    def should_continue(self, query: str, caption: str) -> bool:
        """Ask the host whatever the preferences are."""
        return self._questions().should_continue(query, caption)

    def _questions(self) -> Confirmation:
        if self._confirmation is None:
            from remora.engine.confirmation import Confirmation

            metadata = self.command.metadata()
            impact = metadata.confirm_impact if metadata is not None else "Medium"
            self._confirmation = Confirmation(self.frame.context, self.frame.scope, self.pipes, self.invocation, impact)
        confirmation = self._confirmation
        confirmation.what_if, confirmation.confirm = self.what_if, self.confirm
        return confirmation

    @property
    def stopping(self) -> bool:
        return self.frame.context.stop.is_set()

    def check_stop(self) -> None:
        self.frame.context.check_stop()

    def sleep(self, seconds: float) -> None:
        """Wait, raising PipelineStopped as soon as the pipeline is stopped."""
        self.frame.context.sleep(seconds)

    # -- script blocks -------------------------------------------------------------------------------------------------

    def item_runner(self, block: ScriptBlock, emit: Callable[[Any], None] | None = None) -> Callable[[Any], None]:
        """``run(item)``: the block with ``$_`` set, in the caller's scope (as ForEach-Object does); output goes to
        emit.
        """
        from remora.engine.invoke import item_runner

        return item_runner(self.frame, block, emit or self.emit, self.pipes)

    def item_value(self, block: ScriptBlock) -> Callable[[Any], Any]:
        """``value(item)``: like item_runner, but the output is collected: nothing -> None, one -> it, more -> list. An
        error that ends a statement of the block is raised, for the command to deal with.
        """
        from remora.engine.invoke import item_value

        read, context = item_value(self.frame, block, self.pipes), self.frame.context

        def value(item: Any) -> Any:
            context.try_depth += 1
            try:
                return read(item)
            finally:
                context.try_depth -= 1

        return value

    def item_predicate(self, block: ScriptBlock) -> Callable[[Any], bool]:
        """``test(item)``: truth of the collected output (as Where-Object does)."""
        from remora.engine.convert.truth import is_true
        from remora.engine.invoke import item_value

        value = item_value(self.frame, block, self.pipes)
        return lambda item: is_true(value(item))

    def is_strict(self, level: int) -> bool:
        """Tell whether Set-StrictMode of at least that version holds for the caller."""
        from remora.engine.compile.variables import is_strict

        return self.frame.context.strict and is_strict(self.frame, level)

    def invoke_block(
        self,
        block: ScriptBlock,
        arguments: list[Any] | None = None,
        *,
        new_scope: bool = True,
        input: list[Any] | None = None,
    ) -> None:
        """Run a block with arguments, output going downstream (as Invoke-Command or ``&`` do)."""
        from remora.engine.invoke import run_block

        run_block(self.frame, block, arguments or [], self.emit, self.pipes, new_scope=new_scope, input=input)

    def invoke_script(self, text: str) -> None:
        """Parse and run text in the caller's scope, output going downstream (as Invoke-Expression does)."""
        from remora.engine.invoke import run_text

        run_text(self.frame, text, self.emit, self.pipes)

    def call_command(self, name: str, *arguments: Any, input: list[Any] | None = None, **parameters: Any) -> list[Any]:
        """Run another command by name with positional arguments and named parameters (PascalCase); returns its
        output.
        """
        from remora.engine.invoke import call_command

        return call_command(self.frame, name, list(arguments), parameters, input=input, pipes=self.pipes)

    def not_supported(self, feature: str) -> PSError:
        """The error for what this engine cannot do: names the feature."""
        return self.terminating(not_supported(feature))
