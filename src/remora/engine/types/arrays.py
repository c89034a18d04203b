"""Members of arrays, ArrayList and List."""

from __future__ import annotations

from typing import Any

from remora.engine.enumeration import items_of
from remora.engine.errors import PSError
from remora.engine.nettype import NetType
from remora.engine.operators.compare import compare, compare_text, equal
from remora.engine.types import registry as r
from remora.engine.types.collections import failure, new_array
from remora.values.collections import ArrayList, GenericList, TypedArray


def _fixed() -> PSError:
    return failure("Collection was of a fixed size.", "System.NotSupportedException")


def index_of(items: Any, value: Any) -> int:
    """Position of an equal item, -1 when there is none."""
    return next((i for i, item in enumerate(items_of(items)) if equal(item, value, ignore_case=False)), -1)


def _remove_at(items: list[Any], index: int) -> None:
    if not 0 <= index < len(items):
        raise failure("Index was out of range. Must be non-negative and less than the size of the collection. "
                      "(Parameter 'index')",
                      "System.ArgumentOutOfRangeException")  # fmt: skip
    del items[index]


def _insert(items: list[Any], index: int, value: Any) -> None:
    if not 0 <= index <= len(items):
        raise failure(
            "Index must be within the bounds of the List. (Parameter 'index')", "System.ArgumentOutOfRangeException"
        )
    items.insert(index, value)


def _remove(items: list[Any], value: Any) -> bool:
    index = index_of(items, value)
    if index >= 0:
        del items[index]
    return index >= 0


def sort_items(items: Any, comparer: Any = None) -> None:
    """In place, by the default order or a comparison script block."""
    from functools import cmp_to_key

    from remora.engine.convert.numbers import to_int
    from remora.engine.nothing import collected
    from remora.engine.scriptblock import ScriptBlock

    if isinstance(comparer, ScriptBlock):
        items.sort(key=cmp_to_key(lambda a, b: to_int(collected(comparer.invoke(a, b)))))
        return
    items.sort(
        key=cmp_to_key(
            lambda a, b: compare_text(a, b, False) if isinstance(a, str) and isinstance(b, str) else compare(a, b)
        )
    )


def _typed(items: Any, value: Any) -> Any:
    """The value in the list's element type."""
    if isinstance(items, GenericList) and items.element_type != "System.Object":
        from remora.engine.convert.conversion import convert
        from remora.engine.types.typeref import type_from_text

        element = type_from_text(items.element_type)
        return convert(value, element) if element is not None else value
    return value


def _sequence_members(net: NetType) -> None:
    for name in ("Count", "Length", "LongLength"):
        net.property(name, "System.Int32")(len)
    net.property("Rank", "System.Int32")(lambda a: 1)
    net.property("IsFixedSize", "System.Boolean")(lambda a: not isinstance(a, (ArrayList, GenericList)))
    net.property("IsReadOnly", "System.Boolean")(lambda a: False)
    net.property("IsSynchronized", "System.Boolean")(lambda a: False)
    net.property("SyncRoot")(lambda a: a)
    net.method("Contains(object)", returns="bool")(lambda a, v: index_of(a, v) >= 0)
    net.method("IndexOf(object)", returns="int")(index_of)
    net.method("Clone()")(_clone)
    net.method("GetEnumerator()")(get_enumerator)
    net.method("CopyTo(array, int)", returns="void")(copy_to)
    net.method("get_Item(int)")(_item)


def _item(items: Any, index: int) -> Any:
    from remora.engine.members.indexes import get_index

    return get_index(items, index)


def _clone(items: Any) -> Any:
    if isinstance(items, TypedArray):
        return TypedArray(items, items.element_type)
    if isinstance(items, GenericList):
        return GenericList(items, items.element_type)
    return type(items)(items)


def get_enumerator(items: Any) -> Any:
    """An enumerator over the items now."""
    from remora.engine.input import InputEnumerator

    return InputEnumerator(list(items_of(items)))


def copy_to(items: Any, target: Any, index: int) -> None:
    """CopyTo."""
    target[index : index + len(items)] = list(items)


def _array_members() -> None:
    a = r.ARRAY
    _sequence_members(a)
    a.method("GetLength(int)", "GetUpperBound(int)", returns="int")(lambda v, d: len(v))
    a.members["getupperbound"].overloads[0].call = lambda v, d: len(v) - 1  # type: ignore[union-attr]
    a.method("GetLowerBound(int)", returns="int")(lambda v, d: 0)
    a.method("GetValue(int)")(_item)
    a.method("SetValue(object, int)", returns="void")(_set_value)
    a.method("Add(object)", "AddRange(object)", returns="void")(lambda v, x: raise_error(_fixed()))
    a.method("Remove(object)", "RemoveAt(int)", "Insert(int, object)", "Clear()", returns="void")(
        lambda v, *x: raise_error(_fixed())
    )
    a.method("Initialize()", returns="void")(lambda v: None)
    a.static("Sort(array)", "Sort(array, object)", returns="void")(sort_items)
    a.static("Reverse(array)", returns="void")(lambda v: v.reverse())
    a.static("IndexOf(array, object)", returns="int")(index_of)
    a.static("LastIndexOf(array, object)", returns="int")(_last_index)
    a.static("Copy(array, array, int)", returns="void")(_copy)
    a.static("Copy(array, int, array, int, int)", returns="void")(_copy_range)
    a.static("Clear(array, int, int)", returns="void")(_clear)
    a.static("Resize(ref, int)", returns="void")(_resize)
    a.static("CreateInstance(type, int)")(new_array)
    a.static("Empty()")(list)
    a.static("Find(array, scriptblock)", "FindAll(array, scriptblock)", "Exists(array, scriptblock)")(_find)
    a.statics["findall"].overloads[0].call = _find_all  # type: ignore[union-attr]
    a.statics["exists"].overloads[0].call = lambda v, b: bool(_find_all(v, b))  # type: ignore[union-attr]


def raise_error(problem: Exception) -> Any:
    """Raise, where only an expression can stand."""
    raise problem


def _set_value(items: Any, value: Any, index: int) -> None:
    from remora.engine.members.indexes import set_index

    set_index(items, index, value)


def _last_index(items: Any, value: Any) -> int:
    values = list(items_of(items))
    return next((i for i in range(len(values) - 1, -1, -1) if equal(values[i], value, ignore_case=False)), -1)


def _copy(source: Any, target: Any, length: int) -> None:
    _copy_range(source, 0, target, 0, length)


def _copy_range(source: Any, start: int, target: Any, begin: int, length: int) -> None:
    if min(start, begin, length) < 0 or start + length > len(source) or begin + length > len(target):
        raise failure(
            "Source array was not long enough. Check the source index, length, and the array's lower bounds.",
            "System.ArgumentException",
        )
    target[begin : begin + length] = source[start : start + length]


def _clear(items: Any, start: int, length: int) -> None:
    from remora.engine.types.typeref import type_from_text

    element = type_from_text(getattr(items, "element_type", "System.Object"))
    blank = (
        new_array(element, length) if element is not None and not isinstance(items, bytearray) else bytearray(length)
    )
    items[start : start + length] = blank


def _resize(reference: Any, size: int) -> None:
    items = reference.value if isinstance(reference.value, list) else []
    grown = list(items[:size]) + [None] * (size - len(items))
    reference.value = TypedArray(grown, items.element_type) if isinstance(items, TypedArray) else grown


def _find_all(items: Any, block: Any) -> list[Any]:
    from remora.engine.convert.truth import is_true
    from remora.engine.nothing import collected

    return [item for item in items_of(items) if is_true(collected(block.invoke(item, dollar_under=item)))]


def _find(items: Any, block: Any) -> Any:
    return next(iter(_find_all(items, block)), None)


def _growable_members(net: NetType, add_returns_index: bool) -> None:
    _sequence_members(net)
    net.members.pop("length", None)
    net.members.pop("longlength", None)
    net.property("Capacity", "System.Int32")(len)

    def add(items: Any, value: Any) -> Any:
        items.append(_typed(items, value))
        return len(items) - 1

    net.method("Add(object)", returns="int" if add_returns_index else "void")(add)
    net.method("AddRange(object)", returns="void")(lambda v, xs: v.extend([_typed(v, x) for x in items_of(xs)]))
    net.method("Insert(int, object)", returns="void")(lambda v, i, x: _insert(v, i, _typed(v, x)))
    net.method("InsertRange(int, object)", returns="void")(
        lambda v, i, xs: v.__setitem__(slice(i, i), list(items_of(xs)))
    )
    net.method("Remove(object)", returns="void" if add_returns_index else "bool")(_remove)
    net.method("RemoveAt(int)", returns="void")(_remove_at)
    net.method("RemoveRange(int, int)", returns="void")(lambda v, i, n: v.__delitem__(slice(i, i + n)))
    net.method("Clear()", returns="void")(lambda v: v.clear())
    net.method("Reverse()", returns="void")(lambda v: v.reverse())
    net.method("Sort()", "Sort(object)", returns="void")(sort_items)
    net.method("ToArray()")(_to_array)
    net.method("GetRange(int, int)")(lambda v, i, n: _clone(v)[i : i + n])
    net.method("TrimExcess()", "TrimToSize()", returns="void")(lambda v: None)
    net.method("Find(scriptblock)")(_find)
    net.method("FindAll(scriptblock)")(_find_all)
    net.method("Exists(scriptblock)", returns="bool")(lambda v, b: bool(_find_all(v, b)))
    net.method("RemoveAll(scriptblock)", returns="int")(_remove_all)
    net.method("BinarySearch(object)", returns="int")(index_of)


def _to_array(items: Any) -> Any:
    if isinstance(items, GenericList) and items.element_type != "System.Object":
        return bytearray(items) if items.element_type == "System.Byte" else TypedArray(items, items.element_type)
    return list(items)


def _remove_all(items: Any, block: Any) -> int:
    doomed = _find_all(items, block)
    keep = [item for item in items if not any(item is one for one in doomed)]
    removed = len(items) - len(keep)
    items[:] = keep
    return removed


_array_members()


_growable_members(r.ARRAYLIST, True)


_growable_members(r.LIST, False)
_growable_members(r.COLLECTION, False)
_growable_members(r.NAME_COLLECTION, False)
