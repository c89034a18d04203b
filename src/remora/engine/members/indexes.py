"""Indexing: arrays, texts, dictionaries, lists of indexes (traps 38 and 50)."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.numbers import plain_number, rounded
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nothing import NOTHING
from remora.engine.text.units import units
from remora.engine.types.registry import type_of, unwrap
from remora.values.collections import GenericList, TypedArray
from remora.values.numbers import Byte
from remora.values.strings import Char
from remora.values.tables import Hashtable, OrderedDictionary


def get_index(target: Any, index: Any, strict: bool = False) -> Any:
    """``target[index]``."""
    if type(index) is int and type(target) is list:
        if -len(target) <= index < len(target):
            return target[index]
        return _outside(index, strict)
    target, index = unwrap(target), unwrap(index)
    if target is None or target is NOTHING:
        raise error("Cannot index into a null array.", "NullArray", "InvalidOperation")
    if isinstance(target, (Hashtable, dict)):
        return _dictionary(target, index)
    if index is None or index is NOTHING:
        raise error("Index operation failed; the array index evaluated to null.", "NullArrayIndex", "InvalidOperation")
    if isinstance(target, (list, tuple, str, bytes, bytearray)):
        return _sequence(target, index, strict)
    return _object(target, index, strict)


def _dictionary(target: Any, index: Any) -> Any:
    if index is None:
        raise error("Index operation failed; the array index evaluated to null.", "NullArrayIndex", "InvalidOperation")
    if isinstance(target, OrderedDictionary) and type(index) is int:
        keys = list(target)
        return target[keys[index]] if -len(keys) <= index < len(keys) else None
    if isinstance(index, list):
        return [_dictionary(target, one) for one in index]
    if not isinstance(index, (str, int, float)) and is_enumerable(index):
        return [_dictionary(target, one) for one in items_of(index)]
    if isinstance(target, Hashtable):
        try:
            return target.get(index, None)
        except PSError:  # the key cannot be of a generic dictionary's type
            return None
    if isinstance(index, str):
        folded = index.lower()
        return next((value for key, value in target.items() if isinstance(key, str) and key.lower() == folded), None)
    return target.get(index)


def _sequence(target: Any, index: Any, strict: bool) -> Any:
    if isinstance(target, str):
        target = units(target)
    if isinstance(index, (list, tuple)):
        out = []
        for one in index:
            position = _position(one)
            if -len(target) <= position < len(target):
                out.append(_element(target, position))
        return out
    position = _position(index)
    if -len(target) <= position < len(target):
        return _element(target, position)
    return _outside(position, strict)


def _element(target: Any, position: int) -> Any:
    if isinstance(target, str):
        return Char(target[position])
    if isinstance(target, (bytes, bytearray)):
        return Byte(target[position])
    return target[position]


def _position(index: Any) -> int:
    if type(index) is int:
        return index
    index = unwrap(index)
    try:
        return rounded(plain_number(index), index, "System.Int32")
    except PSError as problem:
        raise error(
            problem.record.message, problem.record.error_id, "InvalidArgument", inner=problem.record.exception.inner
        ) from None


def _outside(index: int, strict: bool) -> Any:
    if not strict:
        return None
    inner = exception("Index was outside the bounds of the array.", "System.IndexOutOfRangeException")
    raise error(inner.message, "System.IndexOutOfRangeException", "OperationStopped", inner=inner,
                type_name="System.IndexOutOfRangeException")  # fmt: skip


def _object(target: Any, index: Any, strict: bool) -> Any:
    """An indexer of the type; without one the object is its own element 0 and -1."""
    from remora.engine.nettype import Method
    from remora.engine.types.grids import Grid
    from remora.engine.types.tuples import TupleObject

    if isinstance(target, Grid):
        return target.get(list(index) if isinstance(index, (list, tuple)) else [index])
    if isinstance(target, TupleObject):
        return _sequence(target.values, index, strict)
    member = type_of(target).find("get_item")
    if isinstance(member, Method):
        from remora.engine.members.calls import call_method

        return call_method(target, member, [index])
    from remora.engine.operators.compare import equal

    if equal(0, index) or equal(-1, index):
        return target
    if not strict:
        return NOTHING
    raise error(
        f'Unable to index into an object of type "{type_of(target).name}".', "CannotIndex", "InvalidOperation", target
    )


def set_index(target: Any, index: Any, value: Any) -> None:
    """``target[index] = value``."""
    target, index = unwrap(target), unwrap(index)
    if target is None or target is NOTHING:
        raise error("Cannot index into a null array.", "NullArray", "InvalidOperation")
    if isinstance(target, (Hashtable, dict)):
        _set_dictionary(target, index, value)
        return
    if index is None or index is NOTHING:
        raise error("Index operation failed; the array index evaluated to null.", "NullArrayIndex", "InvalidOperation")
    if isinstance(target, (list, bytearray)):
        _set_sequence(target, index, value)
        return
    from remora.engine.nettype import Method
    from remora.engine.types.grids import Grid

    if isinstance(target, Grid):
        target.put(list(index) if isinstance(index, (list, tuple)) else [index], value)
        return
    member = type_of(target).find("set_item")
    if isinstance(member, Method):
        from remora.engine.members.calls import call_method

        call_method(target, member, [index, value])
        return
    raise error(
        f'Unable to index into an object of type "{type_of(target).name}".', "CannotIndex", "InvalidOperation", target
    )


def _set_dictionary(target: Any, index: Any, value: Any) -> None:
    if index is None:
        raise error("Index operation failed; the array index evaluated to null.", "NullArrayIndex", "InvalidOperation")
    if isinstance(target, OrderedDictionary) and type(index) is int:
        keys = list(target)
        if not 0 <= index < len(keys):
            raise _out_of_range()
        target[keys[index]] = value
        return
    target[index] = value


def _set_sequence(target: Any, index: Any, value: Any) -> None:
    position = _position(index)
    if not -len(target) <= position < len(target):
        raise _out_of_range()
    if isinstance(target, bytearray):
        from remora.engine.convert.conversion import convert_to

        target[position] = int(convert_to(value, "byte"))
        return
    if isinstance(target, (TypedArray, GenericList)) and target.element_type != "System.Object":
        from remora.engine.convert.conversion import convert
        from remora.engine.types.typeref import type_from_text

        element = type_from_text(target.element_type)
        value = convert(value, element) if element is not None else value
    target[position] = value


def _out_of_range() -> PSError:
    inner = exception("Index was outside the bounds of the array.", "System.IndexOutOfRangeException")
    return error(
        inner.message, "System.IndexOutOfRangeException", "OperationStopped", inner=inner, type_name=inner.kind.name
    )
