"""What several families need: reading objects, names against patterns, ordering, errors, culture-free text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cmp_to_key
from operator import attrgetter
from typing import Any

from remora.engine.cmdlet import Cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.format.access import ABSENT, find, get, names
from remora.engine.format.shaping import Keys, PropertySpec, parse_properties, wildcard
from remora.engine.nettype import NetType
from remora.engine.nothing import NOTHING
from remora.engine.operators.compare import compare, compare_text
from remora.engine.types.registry import unwrap
from remora.engine.wildcard import has_wildcard
from remora.values import PSObject

__all__ = [
    "ABSENT",
    "argument_error",
    "as_list",
    "custom",
    "declare_attributes",
    "find",
    "get",
    "has_wildcard",
    "matcher",
    "names",
    "not_found",
    "object_text",
    "order",
    "property_specs",
    "sort_key",
    "unwrap",
    "wildcard",
]

_M = "System.Management.Automation."


def declare_attributes(net_type: NetType, *rows: tuple[str, str, str]) -> None:
    """Declare read-only properties that are Python attributes: (name, attribute, full type name)."""
    for name, attribute, type_name in rows:
        net_type.property(name, type_name)(attrgetter(attribute))


def custom(**members: Any) -> PSObject:
    """A PSCustomObject with these properties."""
    return PSObject.custom(members)


def object_text(value: Any) -> str:
    """What ``value.ToString()`` gives: a collection its type's name, not its elements; $null the empty text."""
    if value is None or value is NOTHING:
        return ""
    if isinstance(value, str | int):
        return to_text(value)
    from remora.engine.members.calls import invoke_member

    try:
        return to_text(invoke_member(value, "ToString", []))
    except PSError:
        return ""


def as_list(value: Any) -> list[Any]:
    """A parameter that may be absent, one value or several, as a list."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def property_specs(command: Cmdlet, given: Any, keys: Keys) -> list[PropertySpec]:
    """-Property of a cmdlet, read with the keys its calculated properties may have; what makes no sense ends it."""
    try:
        return parse_properties(as_list(given), command.runtime.item_value, keys)
    except PSError as problem:
        raise command.throw(problem) from None


def matcher(patterns: Iterable[str] | None) -> Callable[[str], bool]:
    """A test of names against several wildcards; without patterns everything matches."""
    tests = [wildcard(pattern) for pattern in patterns or ()]
    return (lambda text: any(test(text) for test in tests)) if tests else (lambda text: True)


def order(left: Any, right: Any, *, case_sensitive: bool = False) -> int:
    """-1, 0 or 1 as Sort-Object orders: $null and missing first (after negative numbers), values of one kind by value,
    others by their text.
    """
    left = None if left is ABSENT else unwrap(left)
    right = None if right is ABSENT else unwrap(right)
    if left is None or right is None:
        if left is None:
            return 0 if right is None else -_against_null(right)
        return _against_null(left)
    if isinstance(left, str) and isinstance(right, str):
        return compare_text(left, right, not case_sensitive)
    try:
        return compare(left, right)
    except PSError:
        return compare_text(to_text(left), to_text(right), not case_sensitive)


def _against_null(value: Any) -> int:
    """How a value compares with $null: negative numbers are less, everything else is greater."""
    return -1 if isinstance(value, int | float | Decimal) and value < 0 else 1


def sort_key(*, case_sensitive: bool = False) -> Callable[[Any], Any]:
    """A key function for sorted() that follows `order`."""

    def compared(left: Any, right: Any) -> int:
        return order(left, right, case_sensitive=case_sensitive)

    return cmp_to_key(compared)


def argument_error(message: str, error_id: str = "Argument", target: Any = None) -> PSError:
    """A wrong argument that the binder could not see."""
    return error(message, error_id, "InvalidArgument", target, type_name=_M + "PSArgumentException")


def not_found(message: str, error_id: str, target: Any, type_name: str = _M + "ItemNotFoundException") -> PSError:
    """Something named does not exist."""
    return error(message, error_id, "ObjectNotFound", target, type_name=type_name)
