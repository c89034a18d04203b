"""Static methods of Array that search, convert and fill."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.enumeration import items_of
from remora.engine.operators.compare import compare
from remora.engine.types import registry as r
from remora.values.collections import TypedArray

_MATCH: Final = "System.Predicate[object] match"


def binary_search(items: Any, value: Any) -> int:
    """Position of the value in a sorted sequence; the complement of where it belongs when it is not there."""
    low, high = 0, len(items) - 1
    while low <= high:
        middle = (low + high) // 2
        order = compare(items[middle], value, False)
        if order == 0:
            return middle
        low, high = (middle + 1, high) if order < 0 else (low, middle - 1)
    return ~low


def _true(match: Any, item: Any) -> bool:
    from remora.engine.convert.truth import is_true
    from remora.engine.types.delegates import call

    return is_true(call(match, item))


def find_all(items: Any, match: Any) -> list[Any]:
    """The items a predicate is true for."""
    return [item for item in items_of(items) if _true(match, item)]


def find_first(items: Any, match: Any) -> Any:
    """The first item a predicate is true for, or None."""
    return next((item for item in items_of(items) if _true(match, item)), None)


def find_index(items: Any, match: Any) -> int:
    """Position of the first item a predicate is true for, or -1."""
    return next((index for index, item in enumerate(items_of(items)) if _true(match, item)), -1)


def _element(items: Any) -> str:
    return getattr(items, "element_type", "System.Object")


def _find_last_index(items: Any, match: Any) -> int:
    values = list(items_of(items))
    return next((index for index in range(len(values) - 1, -1, -1) if _true(match, values[index])), -1)


def _convert_all(items: Any, converter: Any) -> TypedArray:
    from remora.engine.types.delegates import call

    named = r.type_of(converter).arguments
    return TypedArray([call(converter, item) for item in items_of(items)], named[-1] if named else "System.Object")


def _fill(items: Any, value: Any) -> None:
    from remora.engine.convert.conversion import convert
    from remora.engine.types.typeref import find_type

    element = find_type(_element(items))
    items[:] = [value if element is None else convert(value, element)] * len(items)


def _for_each(items: Any, action: Any) -> None:
    from remora.engine.types.delegates import call

    for item in list(items_of(items)):
        call(action, item)


def declare() -> None:
    """Give Array these methods."""
    a = r.ARRAY
    a.static("BinarySearch(array array, object value)", returns="int")(binary_search)
    a.static(f"Find(array array, {_MATCH})")(find_first)
    a.static(f"FindLast(array array, {_MATCH})")(lambda v, match: next(iter(find_all(v, match)[::-1]), None))
    a.static(f"FindAll(array array, {_MATCH})")(lambda v, match: TypedArray(find_all(v, match), _element(v)))
    a.static(f"FindIndex(array array, {_MATCH})", returns="int")(find_index)
    a.static(f"FindLastIndex(array array, {_MATCH})", returns="int")(_find_last_index)
    a.static(f"Exists(array array, {_MATCH})", returns="bool")(lambda v, match: find_index(v, match) >= 0)
    a.static(f"TrueForAll(array array, {_MATCH})", returns="bool")(lambda v, match: len(find_all(v, match)) == len(v))
    a.static("ConvertAll(array array, delegate converter)")(_convert_all)
    a.static("ForEach(array array, System.Action[object] action)", returns="void")(_for_each)
    a.static("Fill(array array, object value)", returns="void")(_fill)
