"""What a pipeline, foreach and @() take apart, and what they leave whole (trap 49)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from remora.engine.classes.instance import ScriptObject
from remora.engine.nettype import NetObject
from remora.engine.nothing import NOTHING
from remora.values.objects import MISSING, PSObject


class Enumerable(NetObject):
    """Base of our own collections that are no Python list. ``items()`` yields the elements."""

    __slots__ = ()

    def items(self) -> Iterable[Any]:
        """The elements."""
        return ()


class Enumerator(Enumerable):
    """Base of our own lazily enumerated objects ($input, GetEnumerator()). ``items()`` yields what is left."""

    __slots__ = ()

    def items(self) -> Iterable[Any]:
        """What is left, consuming it."""
        return ()


def is_enumerable(value: Any) -> bool:
    """Tell whether a pipeline enumerates the value."""
    if isinstance(value, (list, tuple, bytes, bytearray, set, frozenset, range, Enumerable)):
        return True
    if isinstance(value, ScriptObject):
        return value.kind.is_a("System.Collections.IEnumerable") or value.kind.is_a("System.Collections.IEnumerator")
    return type(value) is PSObject and value.base is not MISSING and is_enumerable(value.base)


def items_of(value: Any) -> Iterable[Any]:
    """The objects a value stands for in a pipeline: its elements, itself, or none for NOTHING. A set of bytes gives
    Bytes.
    """
    kind = type(value)
    if kind is list:
        return value  # type: ignore[no-any-return]
    if value is NOTHING:
        return ()
    if isinstance(value, (str, int)) or value is None:
        return (value,)
    if isinstance(value, (bytes, bytearray)):
        from remora.values.numbers import Byte

        return [Byte(item) for item in value]
    if isinstance(value, (list, tuple, set, frozenset, range)):
        return value
    if isinstance(value, Enumerable):
        return value.items()
    if isinstance(value, ScriptObject) and is_enumerable(value):
        from remora.engine.classes.protocols import script_items

        return script_items(value)
    if kind is PSObject and value.base is not MISSING and is_enumerable(value.base):
        return items_of(value.base)
    return (value,)


def emit_each(value: Any, emit: Callable[[Any], None]) -> None:
    """Send a value down a pipeline, enumerated one level."""
    kind = type(value)
    if kind is int or kind is str or kind is float or kind is bool:
        emit(value)
    elif value is NOTHING:
        return
    elif kind is list:
        for item in value.copy():
            emit(item)
    else:
        for item in items_of(value):
            emit(item)
