"""What Sort-Object, Group-Object and Compare-Object go by: the values of properties, and how rows of them compare."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet
from remora.engine.errors import PSError, error
from remora.engine.format.access import standard_member
from remora.engine.format.shaping import ABSENT, Keys, PropertySpec, named
from remora.engine.nothing import NOTHING
from remora.modules.common import order, property_specs

MISSING: Final = ABSENT


@dataclass(frozen=True, slots=True)
class Row:
    """An object with what it is compared by; MISSING where it has no such property."""

    keys: tuple[Any, ...]
    value: Any


def key_specs(command: Cmdlet, given: Any, keys: Keys, first: Any) -> list[PropertySpec]:
    """-Property of a cmdlet; without it the default key property set of the first object."""
    if given is None and first is not NOTHING:
        chosen = standard_member(first, "DefaultKeyPropertySet")
        if chosen:
            return [named(name) for name in chosen]
    return property_specs(command, given, keys)


def expanded(specs: Iterable[PropertySpec], values: Sequence[Any]) -> list[PropertySpec]:
    """Patterns as the names that any of the objects has, in alphabetical order."""
    out: list[PropertySpec] = []
    for spec in specs:
        if not spec.wildcard:
            out.append(spec)
            continue
        found = {one.label.lower(): one for value in values for one in spec.expand(value)}
        out.extend(found[name] for name in sorted(found))
    return out


def row_of(command: Cmdlet, value: Any, specs: Sequence[PropertySpec]) -> Row:
    """The row of an object; an expression that fails is an error, and $null in the row."""
    if not specs:
        return Row((value,), value)
    return Row(tuple(_key(command, value, spec) for spec in specs), value)


def _key(command: Cmdlet, value: Any, spec: PropertySpec) -> Any:
    try:
        found = spec.evaluate(value)
    except PSError as problem:
        inner = problem.record.exception
        made = error(inner.message, "ExpressionEvaluation", "InvalidResult", value, inner=inner)
        command.write_error(made.record)
        return None
    return None if found is NOTHING else found


def compare_keys(left: Any, right: Any, *, case_sensitive: bool, descending: bool = False) -> int:
    """-1, 0 or 1; a missing property comes last whatever the direction."""
    if left is MISSING or right is MISSING:
        return (left is MISSING) - (right is MISSING)
    sign = order(left, right, case_sensitive=case_sensitive)
    return -sign if descending else sign


def compare_rows(left: Row, right: Row, *, case_sensitive: bool, descending: Sequence[bool] = ()) -> int:
    """-1, 0 or 1: the first key that differs decides; more keys come after fewer."""
    for at, (a, b) in enumerate(zip(left.keys, right.keys, strict=False)):
        backwards = bool(descending) and descending[min(at, len(descending) - 1)]
        sign = compare_keys(a, b, case_sensitive=case_sensitive, descending=backwards)
        if sign:
            return sign
    return len(left.keys) - len(right.keys)


def refuse_culture(command: Cmdlet, name: str | None) -> None:
    """-Culture: text has one order, that of English and of no culture. Raises NotSupported for others."""
    if name and not re.fullmatch(r"en(-[A-Za-z0-9]+)*|127|1033", name.strip(), re.IGNORECASE):
        raise command.runtime.not_supported(f"{command.spec.name} -Culture {name}")
