"""The binder that tells the ParameterBinding trace source what it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from remora.engine.arguments import Argument
from remora.engine.binding.binder import Binder, Dynamic
from remora.engine.binding.input import InputBinder
from remora.engine.binding.matching import fits, property_of
from remora.engine.binding.metadata import CommandMetadata, ParameterMeta
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.tracing import ERROR, TraceSource
from remora.engine.types.registry import type_names

if TYPE_CHECKING:
    from remora.engine.commands import CommandInfo
    from remora.engine.frame import Frame
    from remora.engine.invocation import InvocationInfo

_INVALID = "ParameterArgumentValidationError"


def _type_name(value: Any) -> str:
    return "null" if value is None else type_names(value)[0]


class TracedBinder(Binder):
    """Binds as any other, and says so."""

    def __init__(
        self,
        frame: Frame,
        info: CommandInfo,
        metadata: CommandMetadata,
        invocation: InvocationInfo,
        source: TraceSource,
    ) -> None:
        super().__init__(frame, info, metadata, invocation)
        self.source = source
        self._name = info.name

    def bind(self, arguments: Sequence[Argument], *, expecting_input: bool, dynamic: Dynamic | None = None) -> None:
        if not arguments:
            self.source.line(f"BIND NAMED cmd line args [{self._name}]")
            self.source.line(f"BIND POSITIONAL cmd line args [{self._name}]")
        super().bind(arguments, expecting_input=expecting_input, dynamic=dynamic)

    def _named(self, arguments: list[Argument]) -> list[Argument]:
        with self.source.scope(f"BIND NAMED cmd line args [{self._name}]"):
            left = super()._named(arguments)
        if not left:
            self.source.line(f"BIND POSITIONAL cmd line args [{self._name}]")
        return left

    def _positional(self, left: list[Argument], *, more: bool = False) -> tuple[list[Argument], PSError | None]:
        with self.source.scope(f"BIND POSITIONAL cmd line args [{self._name}]"):
            return super()._positional(left, more=more)

    def _dynamic(
        self, dynamic: Dynamic, left: list[Argument], problem: PSError | None
    ) -> tuple[list[Argument], PSError | None]:
        with self.source.scope("BIND cmd line args to DYNAMIC parameters."):
            return super()._dynamic(dynamic, left, problem)

    def _take_rest(self, left: list[Argument], problem: PSError | None) -> None:
        super()._take_rest(left, problem)
        self.source.line(f"MANDATORY PARAMETER CHECK on cmdlet [{self._name}]")

    def set(self, parameter: ParameterMeta, value: Any) -> None:
        text = to_text(value)
        with self.source.scope(f"BIND arg [{text}] to parameter [{parameter.name}]"):
            super().set(parameter, value)
            if parameter in self.delayed:
                self.source.line(f"Adding ScriptBlock to delay-bind list for parameter '{parameter.name}'")
            else:
                bound = to_text(self.values[parameter.name.lower()])
                self.source.line(f"BIND arg [{bound}] to param [{parameter.name}] SUCCESSFUL")

    def convert(self, parameter: ParameterMeta, value: Any) -> Any:
        target = parameter.type.name
        with self.source.scope(f"COERCE arg to [{target}]"):
            if value is None or fits(value, parameter):
                self.source.line("Parameter and arg types the same, no coercion is needed.")
            else:
                self.source.line(f"Trying to convert argument value from {_type_name(value)} to {target}")
            try:
                made = super().convert(parameter, value)
            except PSError as problem:
                self._failed(parameter, value, problem)
                raise
        for validator in parameter.validators:
            name = type(validator).__name__
            if not name.startswith("_"):
                self.source.line(f"Executing VALIDATION metadata: [System.Management.Automation.{name}Attribute]")
        return made

    def _failed(self, parameter: ParameterMeta, value: Any, problem: PSError) -> None:
        inner = problem.record.exception.inner or problem.record.exception
        if problem.record.error_id.startswith(_INVALID):
            self.source.line(f"ERROR: VALIDATION FAILED: {inner.message}", ERROR)
        else:
            self.source.line(
                f"ERROR: COERCE FAILED: arg [{to_text(value)}] could not be converted to the parameter type "
                f"[{parameter.type.name}]",
                ERROR,
            )

    def direct_input(self) -> ParameterMeta | None:
        """None: each object is told of."""
        return None

    def bind_input(self, value: Any) -> dict[str, Any] | None:
        with self.source.scope(f"BIND PIPELINE object to parameters: [{self._name}]"):
            self.source.line(f"PIPELINE object TYPE = [{_type_name(value)}]")
            self.source.line("RESTORING pipeline parameter's original values")
            found = super().bind_input(value)
        self.source.line(f"MANDATORY PARAMETER CHECK on cmdlet [{self._name}]")
        return found

    def _input_binder(self) -> InputBinder:
        if self._input is None:
            self._input = _TracedInput(self)
        return self._input


class _TracedInput(InputBinder):
    """Tells which parameter each object was tried on."""

    def __init__(self, binder: TracedBinder) -> None:
        super().__init__(binder)
        self._source = binder.source

    def _take(self, parameter: ParameterMeta, value: Any, by_name: bool, coerce: bool) -> bool:
        given = value
        if by_name:
            has, given = property_of(value, (parameter.name, *parameter.aliases))
            if not has:
                return False
        way = "ValueFromPipelineByPropertyName" if by_name else "ValueFromPipeline"
        self._source.line(f"Parameter [{parameter.name}] PIPELINE INPUT {way} {'WITH' if coerce else 'NO'} COERCION")
        with self._source.scope(f"BIND arg [{to_text(given)}] to parameter [{parameter.name}]"):
            taken = super()._take(parameter, value, by_name, coerce)
            self._source.line(
                f"BIND arg [{to_text(given)}] to param [{parameter.name}] {'SUCCESSFUL' if taken else 'SKIPPED'}"
            )
        return taken
