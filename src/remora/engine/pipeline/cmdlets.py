"""Running a cmdlet in a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from remora.engine.arguments import Argument
from remora.engine.binding.binder import binder_of
from remora.engine.binding.common import overrides_of, wrap_emit
from remora.engine.binding.metadata import ParameterMeta, declared_parameter
from remora.engine.cmdlet import Cmdlet
from remora.engine.command_runtime import CommandRuntime
from remora.engine.commands import CmdletInfo
from remora.engine.convert.truth import is_true
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.exception_types import exception
from remora.engine.mistakes import NO_MEMORY
from remora.engine.pipeline.processor import Processor
from remora.engine.pipeline.run import Call
from remora.engine.pipes import Pipes

_STEPS: Final = {"begin": "BeginProcessing", "end": "EndProcessing"}


def _reraise(problem: Exception) -> None:
    raise problem


def _plain(value: Any) -> Any:
    """What a cmdlet in Python gets: a switch is a bool."""
    flag = getattr(value, "switch_value", None)
    return value if flag is None else flag


class ClaimingRuntime(CommandRuntime):
    """A runtime that tells its processor about errors."""

    __slots__ = ("processor",)
    processor: CmdletProcessor

    def write_error(self, record: ErrorRecord) -> None:
        self.processor.failed = True
        super().write_error(record)


class CmdletProcessor(Processor):
    """Binds, then calls begin, process and end of the cmdlet."""

    def __init__(self, call: Call, info: CmdletInfo, arguments: Sequence[Argument]) -> None:
        super().__init__()
        self._call = call
        self._arguments = arguments
        metadata = info.metadata()
        assert metadata is not None
        self._metadata = metadata
        self._binder = binder_of(call.frame, info, metadata, call.invocation)
        self.cmdlet: Cmdlet = info.cls.__new__(info.cls)
        self._begun = False
        self._base_bound: set[str] = set()
        self._direct: str | None = None
        self._direct_null = False
        self._last: dict[str, Any] = {}
        self._forget: Callable[[], None] | None = None
        pipes = Pipes(call.frame.context, call.frame.scope, call.frame.sinks)
        runtime = ClaimingRuntime(call.frame, pipes, self.emit, info, call.invocation)
        runtime.processor = self
        self._runtime: CommandRuntime = runtime
        self._expecting = call.invocation.pipeline_position > 1

    def expect_input(self) -> None:
        """Input comes from an expression or from outside."""
        self._expecting = True

    def link(self, emit: Callable[[Any], None]) -> None:
        self.emit = emit
        self._runtime.emit = emit

    def prepare(self) -> None:
        self._bind(self._expecting)
        if self._expecting:
            only = self._binder.direct_input()
            if only is not None:
                self._direct = only.attribute
                self._direct_null = only.allow_null or not only.mandatory

    def begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._guard(self.cmdlet.begin)

    def _bind(self, expecting: bool) -> None:
        binder = self._binder
        adds = type(self.cmdlet).dynamic_parameters is not Cmdlet.dynamic_parameters
        try:
            binder.bind(self._arguments, expecting_input=expecting, dynamic=self._dynamic if adds else None)
        except PSError as problem:
            self.failed = True
            binder.failed(problem)
            self._runtime.claim(problem.record)
            raise
        self._metadata = binder.metadata
        values = binder.values
        cmdlet, scope = self.cmdlet, self._call.frame.scope
        cmdlet.runtime = self._runtime
        self._runtime.given = frozenset(values)
        overrides = overrides_of(values, scope)
        if overrides is not None:
            self._runtime.pipes.overrides = overrides
        if "outvariable" in values or "pipelinevariable" in values:
            emit, self._forget = wrap_emit(values, scope, self.emit)
            self.link(emit)
        if "whatif" in values:
            self._runtime.what_if = is_true(values["whatif"])
        if "confirm" in values:
            self._runtime.confirm = is_true(values["confirm"])
        cmdlet.emit = self.emit
        cmdlet.parameter_set = binder.chosen_set()
        self._assign(values)
        cmdlet.bound = self._base_bound = {p.name for f, p in self._metadata.parameters.items() if f in values}
        self._call.invocation.bound = binder.bound()
        if cmdlet.spec.refused:
            self._refuse(values)

    def _dynamic(self) -> dict[str, ParameterMeta]:
        """The parameters that what is bound so far adds, by folded name."""
        cmdlet = self.cmdlet
        cmdlet.runtime = self._runtime
        self._assign(self._binder.values)
        try:
            found = cmdlet.dynamic_parameters()
        except PSError as problem:
            raise self._binder.failures.dynamic(problem) from None
        finally:
            del cmdlet.runtime  # a cmdlet whose parameters cannot be bound is not disposed of
        return {p.name.lower(): declared_parameter(p, dynamic=True) for p in found}

    def _refuse(self, values: dict[str, Any]) -> None:
        """Name what was given and cannot be done; a switch that is off asks for nothing."""
        spec = self.cmdlet.spec
        given = [name for name in spec.refused if _plain(values.get(name.lower(), False)) is not False]
        if given:
            raise self._runtime.not_supported(" ".join((spec.name, *(f"-{name}" for name in given))))

    def _assign(self, values: dict[str, Any]) -> None:
        parameters = self._metadata.parameters
        attributes = self.cmdlet.__dict__
        for folded, value in values.items():
            parameter = parameters.get(folded)
            if parameter is not None:
                attributes[parameter.attribute] = _plain(value)

    def process(self, value: Any) -> None:
        if not self._begun:
            self.begin()
        if self._direct is None or (value is None and not self._direct_null):
            self._bind_and_process(value)
            return
        self.cmdlet.__dict__[self._direct] = value
        if not self._last:
            self._note_direct(value)
        try:
            self.cmdlet.process()
        except (PSError, OSError, MemoryError) as problem:
            self._guard(partial(_reraise, problem))

    def _note_direct(self, value: Any) -> None:
        """The first object: the parameter counts as bound from now on."""
        found = self._binder.bind_input(value) or {}
        self._last = found
        self.cmdlet.bound = self._base_bound | {self._metadata.parameters[folded].name for folded in found}
        self.cmdlet.parameter_set = self._binder.chosen_set()

    def _bind_and_process(self, value: Any) -> None:
        try:
            found = self._binder.bind_input(value)
        except PSError as problem:
            self._runtime.write_error(problem.record)
            return
        if found is None:
            if self._metadata.takes_pipeline or not self._runtime.command.name.startswith("Out-"):
                self._runtime.write_error(self._binder.failures.input_not_bound(value))
            return
        attributes, parameters = self.cmdlet.__dict__, self._metadata.parameters
        for folded in self._last:
            if folded not in found:
                attributes.pop(parameters[folded].attribute, None)
        if found.keys() != self._last.keys():
            self.cmdlet.bound = self._base_bound | {parameters[folded].name for folded in found}
        self.cmdlet.parameter_set = self._binder.chosen_set()
        for folded, item in found.items():
            attributes[parameters[folded].attribute] = _plain(item)
        self._last = found
        self._guard(self.cmdlet.process)

    def end(self) -> None:
        self._guard(self.cmdlet.end)

    def run_alone(self) -> None:
        self.prepare()
        self.begin()
        self._guard(self.cmdlet.process)
        self._guard(self.cmdlet.end)

    def process_once(self) -> None:
        self._guard(self.cmdlet.process)

    def end_as_first(self) -> None:
        """The first command of a pipeline: process once without input, then end."""
        self._guard(self.cmdlet.process)
        self._guard(self.cmdlet.end)

    def _guard(self, step: Callable[[], None]) -> None:
        try:
            step()
        except PSError as problem:
            self.failed = True
            self._runtime.claim(problem.record)
            if not problem.wrapper and not problem.thrown:
                self._runtime.wrap(problem)
            raise
        except OSError as problem:
            self.failed = True
            raise self._foreign(problem) from None
        except MemoryError:
            raise self._runtime.terminating(
                ErrorRecord(
                    exception(NO_MEMORY, "System.OutOfMemoryException"),
                    "OutOfMemory",
                )
            ) from None

    def _foreign(self, problem: OSError) -> PSError:
        from remora.engine.types.errors import io_exception

        exc = io_exception(problem)
        return self._runtime.terminating(ErrorRecord(exc, exc.kind.name, "NotSpecified", problem.filename))

    def dispose(self) -> None:
        if self._forget is not None:
            self._forget()
        if hasattr(self.cmdlet, "runtime"):
            self.cmdlet.dispose()


class _TracedProcessor(CmdletProcessor):
    """Tells when begin, process and end of the cmdlet run."""

    def _guard(self, step: Callable[[], None]) -> None:
        tracer = self._call.frame.context.tracer
        source = None if tracer is None else tracer.binding
        if source is None:
            super()._guard(step)
            return
        with source.scope(f"CALLING {_STEPS.get(getattr(step, '__name__', ''), 'ProcessRecord')}"):
            super()._guard(step)


def cmdlet_processor(call: Call, info: CmdletInfo, arguments: Sequence[Argument]) -> CmdletProcessor:
    """The processor of one call of a cmdlet."""
    kind = CmdletProcessor if call.frame.context.tracer is None else _TracedProcessor
    return kind(call, info, arguments)
