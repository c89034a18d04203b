"""Positional arguments: position by position, the default set first, without conversion first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.arguments import Argument
from remora.engine.binding.matching import fits
from remora.engine.binding.metadata import ALL_SETS, ParameterMeta
from remora.engine.errors import PSError

if TYPE_CHECKING:
    from remora.engine.binding.binder import Binder


def bind_positions(
    binder: Binder, arguments: list[Argument], *, more: bool = False
) -> tuple[list[Argument], PSError | None]:
    """Bind what has no name. Returns what is left, and why a value did not fit the parameter at its place.

    more: parameters may come, so that what stands after a name that is not known yet is kept for it.
    """
    if not arguments or all(argument.name is not None for argument in arguments):
        return arguments, None
    left: list[Argument] = []
    problem: PSError | None = None
    index = 0
    last: int | None = None
    while True:
        while index < len(arguments) and arguments[index].name is not None:
            left.append(arguments[index])
            index += 1
            if more and index < len(arguments) and arguments[index].name is None:
                left.append(arguments[index])
                index += 1
        if index >= len(arguments):
            break
        last, candidates = _next(binder, last)
        if last is None:
            break
        argument = arguments[index]
        index += 1
        failure = _bind_one(binder, candidates, argument)
        if failure is not None:
            left.append(argument)
            problem = problem or failure
    left.extend(arguments[index:])
    return left, problem


def _next(binder: Binder, last: int | None) -> tuple[int | None, list[tuple[str, ParameterMeta]]]:
    """The lowest position after the last one, and the (set, parameter) pairs that have it."""
    best: int | None = None
    out: list[tuple[str, ParameterMeta]] = []
    for parameter in binder.metadata.parameters.values():
        if binder.is_bound(parameter):
            continue
        for name, spec in parameter.specs(binder.sets.possible):
            position = spec.position
            if position is None or spec.remaining or (last is not None and position <= last):
                continue
            if best is None or position < best:
                best, out = position, []
            if position == best:
                out.append((name, parameter))
    _refuse_doubles(binder, out)
    return best, out


def _refuse_doubles(binder: Binder, pairs: list[tuple[str, ParameterMeta]]) -> None:
    """Two parameters at one position of one set: nobody can tell which is meant."""
    owners: dict[str, ParameterMeta] = {}
    for name, parameter in pairs:
        if owners.setdefault(name, parameter) is not parameter or (
            ALL_SETS in owners and owners[ALL_SETS] is not parameter
        ):
            raise binder.failures.ambiguous_position()


def _bind_one(binder: Binder, pairs: list[tuple[str, ParameterMeta]], argument: Argument) -> PSError | None:
    if len(pairs) == 1:
        return _try(binder, pairs[0][1], argument)
    default = binder.sets.default
    preferred = [p for name, p in pairs if name in (default, ALL_SETS)] if binder.sets.default_possible() else []
    others = list(dict.fromkeys(p for _, p in pairs))
    failure: PSError | None = None
    for group in (preferred, others):
        for parameter in group:
            if fits(argument.value, parameter):
                problem = _try(binder, parameter, argument)
                if problem is None:
                    return None
                failure = failure or problem
    for group in (preferred, others):
        for parameter in group:
            problem = _try(binder, parameter, argument)
            if problem is None:
                return None
            failure = failure or problem
    return failure


def _try(binder: Binder, parameter: ParameterMeta, argument: Argument) -> PSError | None:
    possible = binder.sets.possible
    binder.failures.argument = argument
    try:
        binder.set(parameter, argument.value_for(parameter.type.name) if argument.text else argument.value)
    except PSError as problem:
        binder.sets.possible = possible
        return problem
    finally:
        binder.failures.argument = None
    return None
