"""Structural equality of values: types, members, order and sharing, safe on cycles."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from remora.values.collections import GenericList, TypedArray
from remora.values.enums import EnumValue
from remora.values.objects import PSObject
from remora.values.secrets import PSCredential, SecureString
from remora.values.tables import Hashtable
from remora.values.times import kind_of


def same(left: Any, right: Any) -> bool:
    """Tell whether two values would be the same on the wire.

    Types must be identical (Int64(1) differs from 1), NaN equals NaN, and two references to one object on one side must
    be two references to one object on the other. Work is linear in the number of references.
    """
    return _Comparison().run(left, right)


class _Comparison:
    """Walks both graphs in step with an explicit stack, pairing each container once."""

    __slots__ = ("_left", "_right", "_todo")

    def __init__(self) -> None:
        self._left: dict[int, Any] = {}
        self._right: dict[int, Any] = {}
        self._todo: list[tuple[Any, Any]] = []

    def run(self, left: Any, right: Any) -> bool:
        self._todo.append((left, right))
        while self._todo:
            if not self._step(*self._todo.pop()):
                return False
        return True

    def _step(self, left: Any, right: Any) -> bool:
        if type(left) is not type(right):
            return False
        children = _children(left)
        if children is None:
            return _same_atom(left, right)
        if id(left) in self._left or id(right) in self._right:
            return self._left.get(id(left)) is right and self._right.get(id(right)) is left
        self._left[id(left)], self._right[id(right)] = right, left
        others = _children(right)
        if others is None or children[0] != others[0] or len(children[1]) != len(others[1]):
            return False
        self._todo.extend(zip(reversed(children[1]), reversed(others[1]), strict=True))
        return True


def _children(value: Any) -> tuple[Any, list[Any]] | None:
    """Split a container into what must be equal at once and the values to compare next; None for an atom."""
    if isinstance(value, PSObject):
        label = (value.type_names, value.to_string, tuple(value.adapted), tuple(value.extended))
        return label, [value.base, *value.adapted.values(), *value.extended.values()]
    if isinstance(value, list):
        return (value.element_type if isinstance(value, (TypedArray, GenericList)) else None), list(value)
    if isinstance(value, (dict, Hashtable)):
        case = value.case_sensitive if isinstance(value, Hashtable) else None
        return case, [part for pair in value.items() for part in pair]
    if isinstance(value, PSCredential):
        return value.username, [value.password]
    if is_dataclass(value) and not isinstance(value, type) and not value.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        return None, [getattr(value, field.name) for field in fields(value) if field.compare]
    return None


def _same_atom(left: Any, right: Any) -> bool:
    if left is right:
        return True
    if isinstance(left, EnumValue):
        ours = (int(left), left.type_names, left.name, left.underlying)
        return bool(ours == (int(right), right.type_names, right.name, right.underlying))
    if isinstance(left, float):
        return (left == right and math.copysign(1, left) == math.copysign(1, right)) or (
            left != left and right != right
        )
    if isinstance(left, Decimal):
        return bool(left.as_tuple() == right.as_tuple())
    if isinstance(left, datetime):
        digits = getattr(left, "ticks_digit", 0) == getattr(right, "ticks_digit", 0)
        same_clock = left.replace(tzinfo=None) == right.replace(tzinfo=None)
        same_zone = kind_of(left) == kind_of(right) and left.utcoffset() == right.utcoffset()
        return bool(digits and same_clock and same_zone)
    if isinstance(left, timedelta):
        return bool(left == right)
    if isinstance(left, SecureString):
        return bool(left == right and left.hexadecimal == right.hexadecimal)
    return bool(left == right)
