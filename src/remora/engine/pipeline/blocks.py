"""Running functions, script blocks and script files in a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.arguments import Argument
from remora.engine.binding.common import overrides_of, preference_variables, wrap_emit
from remora.engine.binding.metadata import CommandMetadata
from remora.engine.commands import FunctionInfo, ScriptInfo
from remora.engine.compile.core import Closure
from remora.engine.compile.definitions import prepare
from remora.engine.errors import BreakSignal, ContinueSignal, ExitSignal, PSError, ReturnSignal
from remora.engine.frame import CallInfo, Frame
from remora.engine.input import InputEnumerator
from remora.engine.pipeline.parameters import BlockParameters
from remora.engine.pipeline.processor import Processor, drop
from remora.engine.pipeline.run import Call
from remora.engine.pipes import Pipes
from remora.engine.scopes import Cell, Scope

if TYPE_CHECKING:
    from remora.engine.language.mode import Mode


class BlockProcessor(Processor):
    """A new scope (none when dot-sourced), parameters bound into it, then begin/process/end/clean."""

    def __init__(self, call: Call, info: FunctionInfo | ScriptInfo, arguments: Sequence[Argument]) -> None:
        super().__init__()
        block = info.block
        self._call = call
        self._code = block.code
        self._is_file = isinstance(info, ScriptInfo) and bool(info.path)
        self._arguments = arguments
        frame = call.frame
        self._context = frame.context
        self._own_scope = not call.dot
        self._mode = block.mode
        self._outer: Mode | None = None
        caller = frame.scope
        self._left = caller if block.session is not None and block.session is not caller.session else None
        home = caller if self._left is None or block.session is None else block.session.current
        self._resume = caller.session.current
        self.scope = Scope(home, is_script=self._is_file) if self._own_scope else home
        self.frame = Frame(frame.context, self.scope, self.emit, frame.sinks)
        self._info = CallInfo(info.name, block.code, call.invocation)
        self._saved_call: CallInfo | None = None
        self._parameters = BlockParameters(self.frame, block.code, info, self._info, self._run_dynamic)
        self._parameters.binder.caller = caller
        self._expecting = call.invocation.pipeline_position > 1
        self._collected: list[Any] = []
        self._begun = False
        self._ran = False
        self._named = block.code.node.named
        self._clean_done = False
        self._forget: Callable[[], None] | None = None

    def expect_input(self) -> None:
        self._expecting = True

    def link(self, emit: Callable[[Any], None]) -> None:
        self.emit = emit
        self.frame.emit = emit

    @property
    def metadata(self) -> CommandMetadata:
        """The parameters, with those that the dynamicparam block has made."""
        return self._parameters.binder.metadata

    @property
    def caller(self) -> Scope:
        """The scope the call was made in."""
        return self._call.frame.scope

    def chosen_set(self) -> str:
        """$PSCmdlet.ParameterSetName."""
        return self._parameters.binder.chosen_set()

    # -- binding -------------------------------------------------------------------------------------------------------

    def _bind(self) -> None:
        call = self._info
        call.input = InputEnumerator(self._collected)
        try:
            self._parameters.bind(self._arguments, expecting=self._expecting)
        except PSError:
            self.failed = True
            raise
        if self._parameters.metadata.advanced:
            self._advanced(self._parameters.binder.values)
        self._parameters.declare()

    def _advanced(self, values: dict[str, Any]) -> None:
        from remora.engine.pscmdlet import ScriptCmdlet

        caller = self._call.frame.scope
        for name, value in preference_variables(values).items():
            self.scope.put(name, value)
        overrides = overrides_of(values, caller)
        if overrides is not None and overrides.variables:
            self.frame.sinks = self.frame.sinks.capturing(overrides.variables)
            overrides.variables = {}
        pipes = Pipes(self._context, self.scope, self.frame.sinks, overrides)
        if "outvariable" in values or "pipelinevariable" in values:
            emit, self._forget = wrap_emit(values, caller, self.emit)
            self.link(emit)
        self._info.pipes = pipes
        self._info.cmdlet = ScriptCmdlet(self, self._info, pipes)

    def _run_dynamic(self, body: Closure, emit: Callable[[Any], None]) -> None:
        """The dynamicparam block, its output to emit instead of the pipeline."""
        if self._parameters.metadata.advanced and self._info.cmdlet is None:
            from remora.engine.pscmdlet import ScriptCmdlet

            pipes = Pipes(self._context, self.scope, self.frame.sinks)
            self._info.cmdlet = ScriptCmdlet(self, self._info, pipes)
        saved, self.frame.emit = self.frame.emit, emit
        try:
            body(self.frame)
        except ReturnSignal:
            pass
        finally:
            self.frame.emit = saved

    # -- running -------------------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        context = self._context
        context.enter(self._info, self.frame)
        if context.mode is not self._mode:
            self._outer, context.mode = context.mode, self._mode
        if (left := self._left) is not None:
            self._resume, left.session.current = left.session.current, left
        if self._own_scope:
            self.scope.call = self._info
        else:
            self._saved_call, self.scope.call = self.scope.call, self._info

    def _leave(self) -> None:
        if not self._own_scope:
            self.scope.call = self._saved_call
        if (left := self._left) is not None:
            left.session.current = self._resume
        if self._outer is not None:
            self._context.mode, self._outer = self._outer, None
        self._context.leave()

    def _run(self, body: Closure, section: str) -> None:
        self._ran = True
        if self._named:
            self._info.section = section
        self._enter()
        try:
            body(self.frame)
        except ReturnSignal:
            pass
        except PSError as problem:
            if problem.ends is self._info:
                problem.ends, problem.thrown = None, False
                self.failed = True
            raise
        except ExitSignal as signal:
            if not self._is_file:
                raise
            self._context.global_scope.set("LASTEXITCODE", signal.code)
            self.failed = self.failed or signal.code != 0
        finally:
            self._leave()
        if self._info.failed:
            self.failed = True

    def _tell(self) -> None:
        """Set-PSDebug -Trace 2: the line of a call."""
        from remora.engine.compile.tracelines import show_call

        name = self._info.name or "<ScriptBlock>"
        show_call(self.frame, name, self._code.node.extent.source.file or "", script=self._is_file)

    def prepare(self) -> None:
        node = self._code.node
        if self._context.trace > 1:
            self._tell()
        if node.requires and (self._is_file or not self._info.name):
            from remora.engine.requires import check_requires

            check_requires(node.requires, self._info.name, self._call.frame)
        self._enter()
        try:
            if node.params is not None and (node.types is not None or node.usings):
                prepare(self.frame, node)
            self._bind()
        finally:
            self._leave()

    def begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        if self._code.begin is not None:
            self._run(self._code.begin, "<Begin>")

    def process(self, value: Any) -> None:
        if not self._begun:
            self.begin()
        body = self._code.process
        metadata = self._parameters.metadata
        if (metadata.advanced or metadata.takes_pipeline) and not self._bind_object(value):
            return
        if body is None:
            self._collected.append(value)
            return
        self._collected[:] = [value]
        self._info.input.reset()
        self._run_item(value, body)

    def _run_item(self, value: Any, body: Closure) -> None:
        variables = self.scope.vars
        hidden = variables.get("_")
        variables["_"] = Cell("_", value)
        try:
            self._run(body, "<Process>")
        finally:
            if hidden is None:
                variables.pop("_", None)
            else:
                variables["_"] = hidden

    def _bind_object(self, value: Any) -> bool:
        try:
            if self._parameters.bind_object(value):
                return True
        except PSError as problem:
            self._report(problem)
            return False
        self.failed = True
        self._pipes().write_error(self._parameters.binder.failures.input_not_bound(value))
        return False

    def _pipes(self) -> Pipes:
        return self._info.pipes or Pipes(self._context, self._call.frame.scope, self._call.frame.sinks)

    def _report(self, problem: PSError) -> None:
        self.failed = True
        self._pipes().write_error(problem.record)

    def end(self) -> None:
        if self._code.process is not None:
            self._collected.clear()
            self._info.input.reset()
        if self._code.end is not None:
            self._run(self._code.end, "<End>")

    def process_once(self) -> None:
        if self._code.process is not None:
            self._run(self._code.process, "<Process>")

    def end_as_first(self) -> None:
        self.process_once()
        self.end()

    def run_alone(self) -> None:
        self.prepare()
        self.begin()
        self.end_as_first()

    def dispose(self) -> None:
        if self._forget is not None:
            self._forget()
        clean = self._code.clean
        if clean is not None and self._ran and not self._clean_done:
            self._clean_done = True
            self._run_clean(clean)

    def _run_clean(self, clean: Closure) -> None:
        """The clean block: also when stopped, without output, whatever tries surround the call; an error that ends it
        is reported and goes no further.
        """
        context = self._context
        stopped, context.stopped = context.stopped, False
        tries, context.try_depth = context.try_depth, 0
        success = context.success
        self.frame.emit = drop
        try:
            self._run(clean, "<Clean>")
        except PSError as problem:
            self.failed = True
            context.remember(problem.record)
            self.frame.sinks.capture("error", problem.record)
            self.frame.sinks.error(problem.record)
        except (BreakSignal, ContinueSignal):
            pass
        finally:
            context.try_depth, context.success = tries, success and not self.failed
            context.stopped = stopped or context.stop.is_set()
