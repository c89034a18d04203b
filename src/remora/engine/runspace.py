"""Runspace: one session of the engine. ``invoke`` runs script text or structured commands on the calling thread.

Give the calling thread a big stack (``remora.engine.threads.start_engine_thread``). ``stop`` may be called from any
thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from remora.engine.arguments import Argument
from remora.engine.commands import CommandTable
from remora.engine.compile.blocks import failed, too_deep
from remora.engine.context import EngineContext, set_current
from remora.engine.counting import Counting
from remora.engine.errors import (
    BreakSignal,
    ContinueSignal,
    ErrorRecord,
    ExitSignal,
    PipelineStopped,
    PSError,
    ReturnSignal,
    StopUpstream,
    error,
    stopped_record,
)
from remora.engine.frame import Frame
from remora.engine.history import add_entry, command_line
from remora.engine.initial import InitialSessionState, populate
from remora.engine.jobs import JobHost
from remora.engine.language.mode import mode_of
from remora.engine.mistakes import unexpected
from remora.engine.pipeline.processor import Processor, drop
from remora.engine.pipeline.redirect import Redirects
from remora.engine.pipeline.run import CommandCode, feed, make_processor
from remora.engine.pipeline.structured import merges_of, native_words, script_code
from remora.engine.scriptblock import ScriptBlock
from remora.engine.source import Extent, Source
from remora.engine.streams import CollectingSink, EngineHost, StreamSink
from remora.engine.threads import raise_recursion_limit
from remora.engine.transcript import TranscribedSink, begin_command, end_command
from remora.engine.types.catalog import load_basic
from remora.engine.using import PARAMETER, from_parameters, visible

if TYPE_CHECKING:
    from remora.engine.completion import CommandCompletion
    from remora.engine.scopes import Scope


class CommandLike(Protocol):
    """One command of a structured pipeline, as PSRP's CREATE_PIPELINE has it. merges: object with my_result/to_result,
    or None.

    A script may carry ``file``: the path its text was read from.
    """

    @property
    def name(self) -> str: ...
    @property
    def is_script(self) -> bool: ...
    @property
    def use_local_scope(self) -> bool | None: ...
    @property
    def parameters(self) -> Sequence[tuple[str | None, Any]]: ...


Statements = Sequence[Sequence[CommandLike]]


class PipelineResult:
    """How an invoke ended. state: Completed, Failed (error says why) or Stopped. had_errors: something went to the
    error stream.

    exit_code: of an ``exit`` statement, else None. problem: the error on its way, as it left the script.
    """

    __slots__ = ("error", "exit_code", "had_errors", "problem", "state")

    def __init__(
        self,
        *,
        state: str,
        error: ErrorRecord | None = None,
        problem: PSError | None = None,
        had_errors: bool = False,
        exit_code: int | None = None,
    ) -> None:
        self.state = state
        self.error = error
        self.problem = problem
        self.had_errors = had_errors
        self.exit_code = exit_code


class Runspace:
    """Variables, functions, location and streams that outlive one pipeline."""

    def __init__(
        self,
        *,
        host: EngineHost | None = None,
        job_host: JobHost | None = None,
        state: InitialSessionState | None = None,
    ) -> None:
        self.state = state if state is not None else InitialSessionState()
        commands = self.state.commands if self.state.commands is not None else CommandTable()
        self.context = EngineContext(commands, host, job_host)
        self.context.runspace = self
        populate(self.context, self.state)
        self._waiting = bool(self.state.modules or self.state.startup_script or self.state.plan)
        if self.state.is_limited:
            self.context.show_only(self.state.visibility)
            self.context.mode = mode_of(self.state.language_mode)
        self._owner: int | None = None
        self._lock = threading.Lock()

    @property
    def commands(self) -> CommandTable:
        """The cmdlet table; ``remora.modules.load`` fills it."""
        return self.context.commands

    @property
    def busy(self) -> bool:
        """True while a pipeline runs."""
        return self._owner is not None

    def mine(self) -> bool:
        """True while a pipeline of this thread runs."""
        return self._owner == threading.get_ident()

    def stop(self) -> None:
        """Ask the running pipeline to stop; thread-safe, returns at once. Nothing happens when none runs."""
        if self._owner is not None:
            self.context.request_stop()

    def invoke(
        self,
        script: str | ScriptBlock | Statements,
        *,
        input: Iterable[Any] | None = None,
        sink: StreamSink,
        add_to_history: bool = False,
        history: str | None = None,
        use_local_scope: bool = False,
        arguments: Sequence[Any] = (),
        scope: Scope | None = None,
    ) -> PipelineResult:
        """Run and return when it has ended; output goes to the sink as it comes. input: pipeline input, taken as it
        comes. arguments: $args or parameters of a script. scope: where it runs, the global scope unless said. history:
        what the history keeps, where that is not the script.

        Called from inside a running pipeline on the same thread (a host callback, a cmdlet) it is a nested pipeline of
        the same session. Raises PSError InvalidOperation when another thread's pipeline is running.
        """
        if self._waiting:
            self.start()
        sink = TranscribedSink(self.context, sink)
        counting = Counting(sink)
        with self._running() as nested:
            if not nested:
                begin_command(self.context, script)
            frame = Frame(self.context, scope or self.context.global_scope, sink.output, counting.sinks())
            self.context.frames.append(frame)
            start = datetime.now().astimezone()
            try:
                result = self._run(frame, script, input, use_local_scope, counting, arguments)
            finally:
                self.context.frames.pop()
                end_command(self.context)
            if add_to_history:
                self.context.history_id += 1
                add_entry(
                    self.context, history or command_line(script), result.state, start, datetime.now().astimezone()
                )
            return result

    def complete(self, text: str, cursor: int) -> CommandCompletion:
        """What may stand at an offset of a text. Raises PSError while a pipeline runs on another thread."""
        from remora.engine.completion import complete

        with self._running():
            frames = self.context.frames
            scope = frames[-1].scope if frames else self.context.global_scope
            with self._framed(scope):
                return complete(self.context, text, cursor)

    @contextmanager
    def entered(self) -> Iterator[EngineContext]:
        """The context, as if a pipeline of this thread ran in its global scope."""
        with self._running(), self._framed(self.context.global_scope):
            yield self.context

    @contextmanager
    def _framed(self, scope: Scope) -> Iterator[None]:
        self.context.frames.append(Frame(self.context, scope, drop, Counting(CollectingSink()).sinks()))
        try:
            yield
        finally:
            self.context.frames.pop()

    def start(self) -> list[ErrorRecord]:
        """Import the modules and run the start-up script of the initial state, with the full language; their errors.

        The first invoke does it when nobody did before.
        """
        from remora.engine.language.startup import run_startup

        self._waiting = False
        return run_startup(self)

    # -- one invoke ----------------------------------------------------------------------------------------------------

    @contextmanager
    def _running(self) -> Iterator[bool]:
        me = threading.get_ident()
        nested = self._owner == me
        if not nested:
            if not self._lock.acquire(blocking=False):
                raise error(
                    "The pipeline was not run because a pipeline is already running. Pipelines cannot be run "
                    "concurrently.",
                    "InvalidOperation",
                    "InvalidOperation",
                    type_name="System.Management.Automation.PSInvalidOperationException",
                )
            raise_recursion_limit()
            self.context.fresh()
            self._owner = me
        previous = set_current(self.context)
        depth, tries = len(self.context.calls), self.context.try_depth
        try:
            yield nested
        finally:
            set_current(previous)
            del self.context.calls[depth:]
            self.context.try_depth = tries
            if not nested:
                if self.context.debugger is not None:
                    self.context.debugger.rest()
                self._owner = None
                self._lock.release()

    def _run(
        self,
        f: Frame,
        script: str | ScriptBlock | Statements,
        input: Iterable[Any] | None,
        local: bool,
        counting: Counting,
        arguments: Sequence[Any],
    ) -> PipelineResult:
        try:
            if isinstance(script, (str, ScriptBlock)):
                self._run_script(f, script, input, local, arguments)
            else:
                self._run_statements(f, script, input)
        except PSError as problem:
            return self._failed(problem, counting)
        except RecursionError:
            return self._failed(too_deep(), counting)
        except (PipelineStopped, StopUpstream):
            return PipelineResult(state="Stopped", error=stopped_record(), had_errors=counting.errors > 0)
        except ExitSignal as signal:
            self.context.global_scope.set("LASTEXITCODE", signal.code)
            self.context.host.set_should_exit(signal.code)
            return PipelineResult(state="Completed", had_errors=counting.errors > 0, exit_code=signal.code)
        except (BreakSignal, ContinueSignal, ReturnSignal):
            pass
        except Exception as problem:
            return self._failed(unexpected(problem), counting)
        return PipelineResult(state="Completed", had_errors=counting.errors > 0)

    def _failed(self, problem: PSError, counting: Counting) -> PipelineResult:
        self.context.remember(problem.record)
        self.context.success = False
        return PipelineResult(state="Failed", error=problem.record, problem=problem, had_errors=True)

    def _run_script(
        self,
        f: Frame,
        script: str | ScriptBlock,
        input: Iterable[Any] | None,
        local: bool,
        arguments: Sequence[Any] = (),
    ) -> None:
        block = script if isinstance(script, ScriptBlock) else self.context.make_block(script)
        if f.scope.call is not None and block.code.node.params is None and block.code.end is not None:
            self.context.success = True
            block.code.end(f)  # a nested prompt: the call it stands in stays the innermost one
            return
        code = script_code(block, local)
        if arguments:
            given = [Argument(None, argument, True) for argument in arguments]
            code.arguments = lambda f: given
        self.context.success = True
        self._drive(f, [code], input, own_success=True)

    def _run_statements(self, f: Frame, statements: Statements, input: Iterable[Any] | None) -> None:
        from remora.engine.wire import from_wire

        for index, commands in enumerate(statements):
            codes = [self._code(command) for command in commands]
            try:
                alone = len(commands) == 1 and commands[0].is_script
                given = from_parameters([pair for command in commands for pair in command.parameters])
                with visible(f.scope, {name: from_wire(value) for name, value in given.items()}):
                    self._drive(f, codes, input if index == 0 else None, own_success=alone)
            except PSError as problem:
                if len(statements) == 1:
                    raise
                failed(f, problem, _NOWHERE)

    def _code(self, command: CommandLike) -> CommandCode:
        from remora.engine.wire import from_wire

        given = [
            Argument(
                name.strip().lstrip("-").rstrip(":") if name is not None else None,
                from_wire(value),
                value is not None or name is None,
            )
            for name, value in command.parameters
            if name != PARAMETER
        ]
        if command.is_script:
            block = self.context.make_block(command.name, getattr(command, "file", None))
            code = script_code(block, bool(command.use_local_scope))
            code.arguments = lambda f: given
        else:
            code = CommandCode(
                name=command.name,
                name_of=None,
                operator="",
                arguments=lambda f: given,
                native=[native_words(a) for a in given],
            )
        code.redirects = merges_of(getattr(command, "merges", None))
        return code

    def _drive(
        self, f: Frame, codes: list[CommandCode], input: Iterable[Any] | None, *, own_success: bool = False
    ) -> None:
        """Run one pipeline. own_success: it is a script, whose last statement has decided $?."""
        from remora.engine.pipeline.run import link

        processors: list[Processor] = []
        closers: list[Callable[[], None]] = []
        links: list[tuple[Processor | None, Frame, Redirects | None]] = []
        try:
            for position, code in enumerate(codes, 1):
                frame = f if code.redirects is None else Frame(f.context, f.scope, f.emit, f.sinks.copy())
                processor = make_processor(frame, code, len(codes), position)
                processors.append(processor)
                links.append((processor, frame, code.redirects))
            link(links, f.emit, closers)
            feed(f.context, processors, () if input is None else _from_wire(input))
            last = f.context.success if own_success else True
            f.context.success = last and not any(processor.failed for processor in processors)
        finally:
            for processor in processors:
                processor.dispose()
            for close in closers:
                close()


def _from_wire(items: Iterable[Any]) -> Iterator[Any]:
    """Pipeline input as engine values; the codec is loaded only where values come from outside."""
    from remora.engine.wire import from_wire

    return map(from_wire, items)


load_basic()
_NOWHERE = Extent(Source(""), 0, 0)


__all__ = ["CommandLike", "InitialSessionState", "PipelineResult", "Runspace"]
