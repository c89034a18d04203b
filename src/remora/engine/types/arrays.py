"""Members of arrays, ArrayList and List."""

from __future__ import annotations

from functools import cmp_to_key
from math import prod
from typing import Any

from remora.engine.enumeration import items_of
from remora.engine.errors import PSError
from remora.engine.nettype import NetType
from remora.engine.operators.compare import compare, compare_text, equal
from remora.engine.types import arraysearch
from remora.engine.types import registry as r
from remora.engine.types.collections import empty_array, failure, new_array
from remora.values.collections import ArrayList, GenericList, TypedArray
from remora.values.numbers import Int64
from remora.values.objects import PSObject
from remora.values.tables import Hashtable


def _fixed() -> PSError:
    return failure("Collection was of a fixed size.", "System.NotSupportedException")


def same_item(left: Any, right: Any) -> bool:
    """``Equals`` of two items: the same type and value, text with case; other objects by identity."""
    left, right = r.unwrap(left), r.unwrap(right)
    if left is right:
        return True
    if type(left) is not type(right) or isinstance(left, (list, dict, Hashtable, PSObject)):
        return False
    return equal(left, right, ignore_case=False)


def index_of(items: Any, value: Any, start: int = 0, count: int | None = None) -> int:
    """Position of an equal item, -1 when there is none."""
    values = list(items_of(items))
    end = len(values) if count is None else start + count
    return next((i for i in range(start, min(end, len(values))) if same_item(values[i], value)), -1)


def sort_items(items: Any, comparer: Any = None) -> None:
    """In place, by the default order, a comparer, a comparison; or keys with the values that belong to them."""
    if isinstance(comparer, (list, bytearray)):
        _sort_with(items, comparer)
        return
    try:
        items.sort(key=cmp_to_key(_order_of(comparer)))
    except PSError as problem:
        raise failure("Failed to compare two elements in the array.", "System.InvalidOperationException") from problem


def _sort_with(keys: Any, values: Any) -> None:
    order = sorted(range(len(keys)), key=lambda i: cmp_to_key(_order_of(None))(keys[i]))
    keys[:], values[: len(order)] = [keys[i] for i in order], [values[i] for i in order]


def _order_of(comparer: Any) -> Any:
    from remora.engine.convert.numbers import to_int
    from remora.engine.types.comparers import StringComparer
    from remora.engine.types.delegates import call

    if isinstance(comparer, StringComparer):
        return comparer.compare
    if comparer is not None:
        return lambda a, b: to_int(call(comparer, a, b))
    return lambda a, b: compare_text(a, b, False) if isinstance(a, str) and isinstance(b, str) else compare(a, b)


def sequence_members(net: NetType, item: str = "object") -> None:
    """The members that arrays and lists share. item: what they hold."""
    for name in ("Count", "Length", "LongLength"):
        net.property(name, "System.Int32")(len)
    net.property("Rank", "System.Int32")(lambda a: 1)
    net.property("IsFixedSize", "System.Boolean")(lambda a: not isinstance(a, (ArrayList, GenericList)))
    net.property("IsReadOnly", "System.Boolean")(lambda a: False)
    net.property("IsSynchronized", "System.Boolean")(lambda a: False)
    net.property("SyncRoot")(lambda a: a)
    net.method(f"Contains({item} value)", returns="bool")(lambda a, v: index_of(a, v) >= 0)
    net.method(
        f"IndexOf({item} value)", f"IndexOf({item} value, int startIndex)",
        f"IndexOf({item} value, int startIndex, int count)", returns="int",
    )(index_of)  # fmt: skip
    net.method("Clone()")(_clone)
    net.method("GetEnumerator()")(get_enumerator)
    net.method("CopyTo(array)", "CopyTo(array, int)", returns="void")(copy_to)
    net.method("get_Item(int)")(_item)


def _item(items: Any, index: Any) -> Any:
    from remora.engine.members.indexes import get_index

    return get_index(items, index, True)


def lengths_of(items: Any) -> tuple[int, ...]:
    """The length of each dimension."""
    from remora.engine.types.grids import Grid

    return items.lengths if isinstance(items, Grid) else (len(items),)


def _length(items: Any, dimension: int) -> int:
    lengths = lengths_of(items)
    if not 0 <= dimension < len(lengths):
        raise failure("Index was outside the bounds of the array.", "System.IndexOutOfRangeException")
    return lengths[dimension]


def _clone(items: Any) -> Any:
    from remora.engine.types.grids import Grid

    if isinstance(items, Grid):
        return items.copy()
    if isinstance(items, (TypedArray, GenericList)):
        return type(items)(items, items.element_type)
    return type(items)(items)


def get_enumerator(items: Any) -> Any:
    """An enumerator over the items now."""
    from remora.engine.input import InputEnumerator

    return InputEnumerator(list(items_of(items)))


def copy_to(items: Any, target: Any, index: int = 0) -> None:
    """CopyTo."""
    target[index : index + len(items)] = list(items)


def _array_members() -> None:
    a = r.ARRAY
    sequence_members(a)
    a.property("Rank", "System.Int32")(lambda v: len(lengths_of(v)))
    a.property("Length", "System.Int32")(lambda v: prod(lengths_of(v)))
    a.property("LongLength", "System.Int64")(lambda v: Int64(prod(lengths_of(v))))
    a.property("Count", "System.Int32", kind="AliasProperty")(lambda v: prod(lengths_of(v)))
    a.method("GetLength(int dimension)", returns="int")(_length)
    a.method("GetLongLength(int dimension)", returns="long")(lambda v, d: Int64(_length(v, d)))
    a.method("GetUpperBound(int dimension)", returns="int")(lambda v, d: _length(v, d) - 1)
    a.method("GetLowerBound(int dimension)", returns="int")(lambda v, d: _length(v, d) * 0)
    a.method("GetValue(*int indices)")(lambda v, *i: _item(v, i[0] if len(i) == 1 else list(i)))
    a.method("SetValue(object value, *int indices)", returns="void")(
        lambda v, value, *i: set_item(v, i[0] if len(i) == 1 else list(i), value)
    )
    a.method("Add(object)", "AddRange(object)", returns="void")(lambda v, x: raise_error(_fixed()))
    a.method("Remove(object)", "RemoveAt(int)", "Insert(int, object)", "Clear()", returns="void")(
        lambda v, *x: raise_error(_fixed())
    )
    a.method("Initialize()", returns="void")(lambda v: None)
    a.static("Sort(array)", "Sort(array, object)", returns="void")(sort_items)
    a.static("Reverse(array)", returns="void")(lambda v: v.reverse())
    a.static("IndexOf(array, object)", returns="int")(index_of)
    a.static("LastIndexOf(array, object)", returns="int")(last_index)
    a.static("Copy(array, array, int)", returns="void")(_copy)
    a.static("Copy(array, int, array, int, int)", returns="void")(_copy_range)
    a.static("Clear(array)", "Clear(array, int, int)", returns="void")(_clear)
    a.static("Resize(ref, int)", returns="void")(_resize)
    a.static("CreateInstance(type, int)")(new_array)
    a.generic_static("Empty()")(empty_array)
    arraysearch.declare()


def set_item(items: Any, index: Any, value: Any) -> None:
    """Write one element, converted to the element type."""
    from remora.engine.members.indexes import set_index

    set_index(items, index, value)


def raise_error(problem: Exception) -> Any:
    """Raise, where only an expression can stand."""
    raise problem


def last_index(items: Any, value: Any) -> int:
    """Position of the last equal item, -1 when there is none."""
    values = list(items_of(items))
    return next((i for i in range(len(values) - 1, -1, -1) if same_item(values[i], value)), -1)


def _copy(source: Any, target: Any, length: int) -> None:
    _copy_range(source, 0, target, 0, length)


def _copy_range(source: Any, start: int, target: Any, begin: int, length: int) -> None:
    if min(start, begin, length) < 0 or start + length > len(source) or begin + length > len(target):
        raise failure(
            "Source array was not long enough. Check the source index, length, and the array's lower bounds.",
            "System.ArgumentException",
        )
    target[begin : begin + length] = source[start : start + length]


def _clear(items: Any, start: int = 0, length: int | None = None) -> None:
    length = len(items) if length is None else length
    items[start : start + length] = _blank(items, length)


def _resize(reference: Any, size: int) -> None:
    items = reference.value if isinstance(reference.value, (list, bytearray)) else []
    grown = _blank(items, size)
    grown[: len(items)] = items[:size]
    reference.value = grown


def _blank(items: Any, size: int) -> Any:
    """An array of the same element type, full of its default value."""
    from remora.engine.types.typeref import type_from_text

    name = "System.Byte" if isinstance(items, bytearray) else getattr(items, "element_type", "System.Object")
    element = type_from_text(name)
    return [None] * size if element is None else new_array(element, size)


_array_members()
