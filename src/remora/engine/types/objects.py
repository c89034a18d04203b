"""System.Object: what every type inherits."""

from __future__ import annotations

from typing import Any

from remora.engine.nettype import OBJECT
from remora.engine.operators.compare import equal
from remora.engine.types.registry import type_of, unwrap
from remora.values import PSObject


def _same_value(left: Any, right: Any) -> bool:
    """Equal without a conversion."""
    left, right = unwrap(left), unwrap(right)
    if left is None or right is None:
        return left is right
    return type_of(left).name == type_of(right).name and equal(left, right, ignore_case=False)


def _same_object(left: Any, right: Any) -> bool:
    """One and the same object; each use of a value of a value type is one of its own."""
    left, right = unwrap(left), unwrap(right)
    return left is right and not (left is not None and type_of(left).is_value_type)


def _declare() -> None:
    OBJECT.constructor("()")(lambda: PSObject(("System.Object",)))
    OBJECT.static("Equals(object objA, object objB)", returns="bool")(_same_value)
    OBJECT.static("ReferenceEquals(object objA, object objB)", returns="bool")(_same_object)


_declare()
