"""Pipeline input: one object to the parameters that take it, by value and by property name, with and without
conversion.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from remora.engine.binding.matching import fits, property_of
from remora.engine.binding.metadata import ALL_SETS, ParameterMeta
from remora.engine.errors import PSError
from remora.engine.nothing import NOTHING
from remora.engine.scriptblock import ScriptBlock

if TYPE_CHECKING:
    from remora.engine.binding.binder import Binder

_CAST = "System.Management.Automation.PSInvalidCastException"
# by property name, with conversion: the order in which an object is tried
_STEPS = ((False, False), (True, False), (False, True), (True, True))


class InputBinder:
    """Binds the objects of one call's input. Starts when the command line is bound."""

    __slots__ = ("_binder", "_delayed", "_found", "_open", "_start")

    def __init__(self, binder: Binder) -> None:
        self._binder = binder
        self._start = binder.sets.possible
        self._delayed = binder.delayed
        self._open = [p for p in binder.metadata.parameters.values() if p.takes_input and not binder.is_bound(p)]
        self._found: dict[str, Any] = {}

    def direct(self) -> ParameterMeta | None:
        """The one parameter that takes every object as it is; None when binding has to look at each object."""
        if self._delayed or len(self._open) != 1:
            return None
        only = self._open[0]
        specs = only.specs(self._start)
        if len(specs) != 1 or not specs[0][1].pipeline or specs[0][1].by_property or only.mandatory:
            return None
        plain = only.type.name in ("System.Object", "System.Management.Automation.PSObject")
        return only if plain and not only.validators and only.make_checks is None and not only.ps_type else None

    def bind(self, value: Any) -> dict[str, Any] | None:
        """Values by folded name for one object; None when nothing takes it. Raises PSError when something takes it
        but not that way, or when mandatory parameters are still missing.
        """
        sets = self._binder.sets
        self._found = {}
        sets.possible = self._start
        for parameter, block in self._delayed.items():
            self._run_delayed(parameter, block, value)
        self._bind_steps(value)
        found = self._found
        if not found:
            return None
        if len(self._binder.metadata.set_names) > 1 and sets.possible is None and not sets.default:
            raise self._binder.failures.ambiguous_set()
        if self._binder.metadata.takes_mandatory:
            missing = sets.missing(count=1, expecting=False)
            if missing:
                raise self._binder.failures.input_missing([p.name for p in missing])
        return found

    def is_bound(self, parameter: ParameterMeta) -> bool:
        """Tell whether the current object has given the parameter a value."""
        return parameter.name.lower() in self._found

    # -- delayed script blocks -----------------------------------------------------------------------------------------

    def _run_delayed(self, parameter: ParameterMeta, block: ScriptBlock, value: Any) -> None:
        failures = self._binder.failures
        try:
            out = block.invoke(dollar_under=value, input=[value])
        except PSError as problem:
            raise failures.delayed(parameter, problem) from None
        if not out:
            raise failures.delayed(parameter, None)
        self._found[parameter.name.lower()] = self._binder.convert(parameter, out[0] if len(out) == 1 else out)

    # -- the four ways -------------------------------------------------------------------------------------------------

    def _bind_steps(self, value: Any) -> None:
        sets = self._binder.sets
        if not self._binder.metadata.set_names:
            for by_name, coerce in _STEPS:
                self._step(value, self._open, None, by_name, coerce)
            return
        rounds = [{sets.first}, None] if sets.first else [None]
        for index, allowed in enumerate(rounds):
            if index and sets.possible == {sets.first}:
                break
            for by_name, coerce in _STEPS:
                if self._in_sets(value, allowed, by_name, coerce) and index == len(rounds) - 1:
                    sets.validate(before_input=True, settle=True)
        sets.validate(before_input=False, settle=True)

    def _in_sets(self, value: Any, allowed: set[str] | None, by_name: bool, coerce: bool) -> bool:
        """One way of binding, in the default set first."""
        sets = self._binder.sets
        within = sets.possible if allowed is None else allowed
        default = sets.default
        if default and (within is None or default in within):
            if self._step(value, self._open, {default}, by_name, coerce):
                return True
            within = set(self._binder.metadata.set_names) - {default} if within is None else within - {default}
        return self._step(value, self._open, within, by_name, coerce)

    def _step(
        self, value: Any, parameters: Iterable[ParameterMeta], within: set[str] | None, by_name: bool, coerce: bool
    ) -> bool:
        bound = False
        for parameter in parameters:
            if self.is_bound(parameter):
                continue
            for name, spec in parameter.sets.items():
                if name != ALL_SETS and within is not None and name not in within:
                    continue
                if (spec.by_property if by_name else spec.pipeline) and self._take(parameter, value, by_name, coerce):
                    bound = True
                    break
        return bound

    def _take(self, parameter: ParameterMeta, value: Any, by_name: bool, coerce: bool) -> bool:
        if by_name:
            has, value = property_of(value, (parameter.name, *parameter.aliases))
            if not has:
                return False
        if not coerce and not fits(value, parameter):
            return False
        try:
            made = self._binder.convert(parameter, None if value is NOTHING else value)
        except PSError as problem:
            if by_name or not _is_cast_failure(problem):
                raise
            return False
        self._found[parameter.name.lower()] = made
        self._binder.sets.narrow(parameter)
        return True


def _is_cast_failure(problem: PSError) -> bool:
    """Tell whether a value only had the wrong type: another parameter may still take it."""
    kind = problem.record.exception.short_name
    if kind == "ParameterBindingException":
        return True
    if kind != "ParameterBindingArgumentTransformationException":
        return False
    inner = problem.record.exception.inner
    while inner is not None:
        if inner.kind.is_a(_CAST) or inner.kind.is_a("System.InvalidCastException"):
            return True
        inner = inner.inner
    return False
