"""Members of growable lists: ArrayList, List and what derives from them."""

from __future__ import annotations

from typing import Any

from remora.engine.enumeration import items_of
from remora.engine.nettype import NetType
from remora.engine.types import registry as r
from remora.engine.types.arrays import (
    index_of,
    last_index,
    sequence_members,
    set_item,
    sort_items,
)
from remora.engine.types.arraysearch import binary_search, find_all, find_first, find_index
from remora.engine.types.collections import failure
from remora.engine.types.core import text_size
from remora.values.collections import ArrayList, GenericList, TypedArray


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


def _typed(items: Any, value: Any) -> Any:
    """The value in the list's element type."""
    if isinstance(items, GenericList) and items.element_type != "System.Object":
        from remora.engine.convert.conversion import convert
        from remora.engine.types.typeref import type_from_text

        element = type_from_text(items.element_type)
        return convert(value, element) if element is not None else value
    return value


def list_members(net: NetType, *, array_list: bool = False) -> None:
    """The members every growable list has."""
    item = "object" if array_list else "T"
    sequence_members(net, item)
    net.members.pop("length", None)
    net.members.pop("longlength", None)

    def add(items: Any, value: Any) -> Any:
        items.append(_typed(items, value))
        return len(items) - 1

    net.method(f"Add({item} item)", returns="int" if array_list else "void")(add)
    net.method(f"Insert(int index, {item} item)", returns="void")(lambda v, i, x: _insert(v, i, _typed(v, x)))
    net.method(f"Remove({item} item)", returns="void" if array_list else "bool")(_remove)
    net.method("RemoveAt(int index)", returns="void")(_remove_at)
    net.method("Clear()", returns="void")(lambda v: v.clear())
    net.method(f"set_Item(int index, {item} value)", returns="void")(set_item)


def _growable_members(net: NetType, *, array_list: bool = False) -> None:
    list_members(net, array_list=array_list)
    net.property("Capacity", "System.Int32")(lambda v: 1 << max(len(v) - 1, 3).bit_length() if len(v) else 0)
    net.setter("Capacity")(lambda v, n: None)
    net.method("AddRange(System.Collections.ICollection collection)", returns="void")(_add_range)
    net.method("InsertRange(int index, System.Collections.ICollection collection)", returns="void")(
        lambda v, i, xs: v.__setitem__(slice(i, i), [_typed(v, x) for x in items_of(xs)])
    )
    net.method("RemoveRange(int index, int count)", returns="void")(_remove_range)
    net.method("Reverse()", "Reverse(int index, int count)", returns="void")(_reverse_range)
    net.method("Sort()", "Sort(object comparer)", returns="void")(sort_items)
    net.method("ToArray()")(_to_array)
    net.method("GetRange(int index, int count)")(_get_range)
    net.method(f"LastIndexOf({'object' if array_list else 'T'} item)", returns="int")(last_index)
    net.method(f"BinarySearch({'object' if array_list else 'T'} item)", returns="int")(binary_search)


def _list_searches(net: NetType) -> None:
    """What List has for predicates."""
    match = "System.Predicate[object] match"
    net.method("TrimExcess()", returns="void")(lambda v: None)
    net.method(f"Find({match})")(find_first)
    net.method(f"FindLast({match})")(lambda v, b: next(iter(find_all(v, b)[::-1]), None))
    net.method(f"FindAll({match})")(lambda v, b: GenericList(find_all(v, b), v.element_type))
    net.method(f"FindIndex({match})", returns="int")(find_index)
    net.method(f"Exists({match})", returns="bool")(lambda v, b: bool(find_all(v, b)))
    net.method(f"TrueForAll({match})", returns="bool")(lambda v, b: len(find_all(v, b)) == len(v))
    net.method(f"RemoveAll({match})", returns="int")(_remove_all)
    net.method("ForEach(System.Action[object] action)", returns="void")(_for_each)
    net.method("ConvertAll(System.Func[object,object] converter)")(_convert_all)
    net.method("AsReadOnly()")(_as_read_only)
    net.method(f"FindLastIndex({match})", returns="int")(_find_last)
    net.method("EnsureCapacity(int capacity)", returns="int")(lambda v, n: max(n, len(v)))
    net.method("Slice(int start, int length)")(_get_range)


def _find_last(items: Any, match: Any) -> int:
    from remora.engine.convert.truth import is_true
    from remora.engine.types.delegates import call

    return next((at for at in range(len(items) - 1, -1, -1) if is_true(call(match, items[at]))), -1)


def _add_range(items: Any, more: Any) -> None:
    items.extend([_typed(items, item) for item in items_of(more)])


def _set_range(items: Any, index: int, more: Any) -> None:
    new = list(items_of(more))
    _check_range(items, index, len(new))
    items[index : index + len(new)] = new


def _remove_range(items: Any, index: int, count: int) -> None:
    _check_range(items, index, count)
    del items[index : index + count]


def _check_range(items: Any, index: int, count: int) -> None:
    if index < 0 or count < 0:
        raise failure("Non-negative number required. (Parameter 'count')", "System.ArgumentOutOfRangeException")
    if index + count > len(items):
        raise failure(
            "Offset and length were out of bounds for the array or count is greater than the number of elements from "
            "index to the end of the source collection.",
            "System.ArgumentException",
        )


def _reverse_range(items: Any, index: int = 0, count: int | None = None) -> None:
    count = len(items) if count is None else count
    _check_range(items, index, count)
    items[index : index + count] = items[index : index + count][::-1]


def _get_range(items: Any, index: int, count: int) -> Any:
    _check_range(items, index, count)
    part = items[index : index + count]
    return GenericList(part, items.element_type) if isinstance(items, GenericList) else type(items)(part)


def _for_each(items: Any, action: Any) -> None:
    from remora.engine.types.delegates import call

    for item in list(items_of(items)):
        call(action, item)


def _convert_all(items: Any, converter: Any) -> Any:
    from remora.engine.types.delegates import call

    return GenericList([call(converter, item) for item in items])


def _as_read_only(items: Any) -> Any:
    from remora.engine.types.lists import CollectionList
    from remora.engine.types.typeref import require

    return CollectionList(require(f"System.Collections.ObjectModel.ReadOnlyCollection[{items.element_type}]"), items)


def _to_array(items: Any) -> Any:
    if isinstance(items, GenericList) and items.element_type != "System.Object":
        return bytearray(items) if items.element_type == "System.Byte" else TypedArray(items, items.element_type)
    return list(items)


def _remove_all(items: Any, block: Any) -> int:
    doomed = find_all(items, block)
    keep = [item for item in items if not any(item is one for one in doomed)]
    removed = len(items) - len(keep)
    items[:] = keep
    return removed


_growable_members(r.ARRAYLIST, array_list=True)
r.ARRAYLIST.constructor("()", "(int capacity)")(lambda *capacity: ArrayList())
r.ARRAYLIST.constructor("(System.Collections.ICollection c)")(lambda items: ArrayList(items_of(items)))
r.ARRAYLIST.method("TrimToSize()", returns="void")(lambda v: None)
r.ARRAYLIST.static("Synchronized(System.Collections.ArrayList list)")(lambda items: items)
r.ARRAYLIST.static("Repeat(object value, int count)")(lambda value, count: ArrayList([value] * text_size(count)))
r.ARRAYLIST.method("SetRange(int index, System.Collections.ICollection c)", returns="void")(_set_range)
r.ARRAYLIST.static("Adapter(System.Collections.IList list)")(lambda items: ArrayList(items_of(items)))


_growable_members(r.LIST)
_list_searches(r.LIST)
list_members(r.COLLECTION_OF)
