"""Operators that types declare for themselves: static methods ``op_Addition`` and the like, of scripts' classes too."""

from __future__ import annotations

from typing import Any

from remora.engine.nettype import Method, NetObject
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_of


def overloaded(left: Any, right: Any, op: str) -> Any:
    """``left op right`` by the method of the left value's type, else of the right one's; NOTHING without one."""
    for side in (left, right):
        if not isinstance(side, NetObject):
            continue
        method = type_of(side).find_static(op.lower())
        if isinstance(method, Method):
            from remora.engine.members.overloads import choose

            overload, converted = choose(method.name, method.overloads, [left, right])
            return overload.call(*converted)
    return NOTHING
