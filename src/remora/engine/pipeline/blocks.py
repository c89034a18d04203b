"""Running functions, script blocks and script files in a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from remora.engine.arguments import Argument, ParameterText
from remora.engine.binding.binder import Binder
from remora.engine.binding.common import overrides_of, preference_variables, wrap_emit
from remora.engine.binding.metadata import ParameterMeta
from remora.engine.commands import FunctionInfo, ScriptInfo
from remora.engine.compile.core import Closure
from remora.engine.errors import BreakSignal, ContinueSignal, ExitSignal, PSError, ReturnSignal, not_supported
from remora.engine.frame import CallInfo, Frame
from remora.engine.input import InputEnumerator
from remora.engine.nothing import NOTHING
from remora.engine.pipeline.processor import Processor
from remora.engine.pipeline.run import Call
from remora.engine.pipes import Pipes, Sinks
from remora.engine.requires import check_requires
from remora.engine.scopes import Cell, Scope
from remora.values.tables import Hashtable


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
        parent = block.closure if block.closure is not None else frame.scope
        self.scope = Scope(parent, is_script=self._is_file) if self._own_scope else frame.scope
        self.frame = Frame(frame.context, self.scope, self.emit, frame.sinks)
        self._info = CallInfo(info.name, block.code, call.invocation)
        self._saved_call: CallInfo | None = None
        self._metadata = block.code.metadata()
        self._binder = Binder(self.frame, info, self._metadata, call.invocation)
        self._expecting = call.invocation.pipeline_position > 1
        self._collected: list[Any] = []
        self._begun = False
        self._clean_done = False
        self._bound_input: dict[str, Any] = {}

    def expect_input(self) -> None:
        self._expecting = True

    def link(self, emit: Callable[[Any], None]) -> None:
        self.emit = emit
        self.frame.emit = emit

    def chosen_set(self) -> str:
        """$PSCmdlet.ParameterSetName."""
        return self._binder.chosen_set()

    # -- binding -------------------------------------------------------------------------------------------------------

    def _bind(self) -> None:
        binder, metadata = self._binder, self._metadata
        try:
            binder.bind(self._arguments, expecting_input=self._expecting and metadata.takes_pipeline)
        except PSError:
            self.failed = True
            raise
        values = binder.values
        call = self._info
        call.args = list(binder.rest)
        call.input = InputEnumerator(self._collected)
        call.bound = Hashtable()
        for folded, parameter in metadata.parameters.items():
            if folded in values:
                call.bound[parameter.name] = values[folded]
        if metadata.advanced:
            self._advanced(values)
        for folded, parameter in metadata.parameters.items():
            self._declare(folded, parameter, values)
        call.invocation.bound = {key: call.bound[key] for key in call.bound}
        call.invocation.unbound = [str(a) if isinstance(a, ParameterText) else a for a in call.args]

    def _advanced(self, values: dict[str, Any]) -> None:
        from remora.engine.pscmdlet import ScriptCmdlet

        caller = self._call.frame.scope
        for folded, parameter in self._metadata.common.items():
            if folded in values:
                self._info.bound[parameter.name] = values[folded]
        for name, value in preference_variables(values).items():
            self.scope.put(name, value)
        overrides = overrides_of(values, caller)
        if overrides is not None and overrides.variables:
            self.frame.sinks = _capturing(self.frame.sinks.copy(), overrides.variables)
            overrides.variables = {}
        pipes = Pipes(self._context, self.scope, self.frame.sinks, overrides)
        if "outvariable" in values or "pipelinevariable" in values:
            self.link(wrap_emit(values, caller, self.emit))
        self._info.pipes = pipes
        self._info.cmdlet = ScriptCmdlet(self, self._info, pipes)

    def _declare(self, folded: str, parameter: ParameterMeta, values: dict[str, Any]) -> None:
        """Make the parameter's variable: bound, default, or the type's empty value; constraints stay on it."""
        cell = self.scope.vars[folded] = Cell(parameter.name)
        if folded in values:
            cell.value = values[folded]
        elif parameter.default is not None:
            value = parameter.default(self.frame)
            value = None if value is NOTHING else value
            cell.value = self._binder.coerce(parameter, value) if parameter.typed else value
        elif parameter.typed:
            cell.value = _empty(parameter)
        if parameter.typed and not parameter.is_switch:
            cell.constrain((lambda value: self._assigned(parameter, value),), parameter.type.name)

    def _assigned(self, parameter: ParameterMeta, value: Any) -> Any:
        from remora.engine.convert.conversion import convert

        return convert(None if value is NOTHING else value, parameter.type)

    # -- running -------------------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        context = self._context
        context.enter(self._info, self.frame)
        if self._own_scope:
            self.scope.call = self._info
        else:
            self._saved_call, self.scope.call = self.scope.call, self._info

    def _leave(self) -> None:
        if not self._own_scope:
            self.scope.call = self._saved_call
        self._context.leave()

    def _run(self, body: Closure) -> None:
        self._enter()
        try:
            body(self.frame)
        except ReturnSignal:
            pass
        except ExitSignal as signal:
            if not self._is_file:
                raise
            self._context.global_scope.set("LASTEXITCODE", signal.code)
            self.failed = self.failed or signal.code != 0
        finally:
            self._leave()
        if self._info.failed:
            self.failed = True

    def begin(self) -> None:
        node = self._code.node
        if node.requires and self._is_file:
            check_requires(node.requires, self._info.name)
        if node.dynamic is not None:
            raise not_supported("The dynamicparam block")
        self._enter()
        try:
            self._bind()
        finally:
            self._leave()
        self._begun = True
        if self._code.begin is not None:
            self._run(self._code.begin)

    def process(self, value: Any) -> None:
        body = self._code.process
        if (self._metadata.takes_pipeline or self._metadata.advanced) and not self._bind_object(value):
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
            self._run(body)
        finally:
            if hidden is None:
                variables.pop("_", None)
            else:
                variables["_"] = hidden

    def _bind_object(self, value: Any) -> bool:
        try:
            found = self._binder.bind_input(value)
        except PSError as problem:
            self._report(problem)
            return False
        if found is None:
            if not self._metadata.advanced:
                return True
            self.failed = True
            self._pipes().write_error(self._binder.failures.input_not_bound(value))
            return False
        for folded in self._bound_input:
            if folded not in found:
                self.scope.vars[folded].value = None
        for folded, item in found.items():
            self.scope.vars[folded].value = item
            self._info.bound[self._metadata.parameters[folded].name] = item
        self._bound_input = found
        return True

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
            self._run(self._code.end)

    def end_as_first(self) -> None:
        if self._code.process is not None:
            self._run(self._code.process)
        self.end()

    def run_alone(self) -> None:
        self.begin()
        self.end_as_first()

    def dispose(self) -> None:
        clean = self._code.clean
        if clean is not None and self._begun and not self._clean_done:
            self._clean_done = True
            stopped, self._context.stopped = self._context.stopped, False
            try:
                self._run(clean)
            except (PSError, BreakSignal, ContinueSignal):
                self.failed = True
            finally:
                self._context.stopped = stopped or self._context.stop.is_set()


def _capturing(sinks: Sinks, variables: dict[str, list[Any]]) -> Sinks:
    """Sinks that also fill -ErrorVariable and its relatives with what the function's body writes."""
    captures = dict(sinks.captures or {})
    for stream, target in variables.items():
        captures[stream] = (*captures.get(stream, ()), target)
    sinks.captures = captures
    return sinks


def _empty(parameter: ParameterMeta) -> Any:
    """The value of a typed parameter that was not given: 0, "", False or $null by type."""
    if parameter.is_switch:
        return False
    target = parameter.type
    if target.name == "System.String":
        return ""
    if target.element is None and not target.arguments and target.net.is_value_type and target.net.enum is None:
        from remora.engine.convert.conversion import try_convert

        ok, value = try_convert(None, target)
        return value if ok else None
    return None
