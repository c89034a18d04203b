"""System.Linq.Enumerable: the static methods scripts use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cmp_to_key
from typing import Any, Final

from remora.engine.convert.conversion import convert, try_convert
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.members.overloads import no_overload
from remora.engine.nettype import OBJECT, NetType
from remora.engine.operators.arithmetic import add, divide
from remora.engine.operators.compare import compare
from remora.engine.types import registry as r
from remora.engine.types.arrays import same_item
from remora.engine.types.collections import empty_array, failure, typed_array
from remora.engine.types.delegates import call
from remora.engine.types.maps import GenericDictionary
from remora.engine.types.sets import GenericSet
from remora.engine.types.typeref import TypeRef, register, require, type_ref
from remora.values.collections import GenericList

LINQ: Final = NetType("System.Linq.Enumerable", OBJECT, form="static")
_S: Final = "System.Collections.IEnumerable source"
_F: Final = "System.Func[object,object] selector"
_P: Final = "System.Func[object,bool] predicate"
MAX_ITEMS: Final = 1 << 24


def _list(source: Any) -> list[Any]:
    return list(items_of(source))


def _element(source: Any) -> str:
    kind = r.type_of(source)
    return kind.arguments[0] if kind.arguments else "System.Object"


def same_kind(source: Any, items: list[Any]) -> Any:
    """Items as an array of the source's element type."""
    return typed_array(items, require(_element(source)))


def _cast(types: Sequence[TypeRef], source: Any) -> Any:
    return typed_array([convert(item, types[0]) for item in items_of(source)], types[0]) if types else source


def _of_type(types: Sequence[TypeRef], source: Any) -> Any:
    if not types:
        raise no_overload("OfType", 1)
    return typed_array([x for x in items_of(source) if r.type_of(r.unwrap(x)).is_a(types[0].name)], types[0])


def _where(source: Any, predicate: Any) -> Any:
    return same_kind(source, [item for item in items_of(source) if is_true(call(predicate, item))])


def _hits(source: Any, predicate: Any = None) -> list[Any]:
    return _list(source) if predicate is None else _list(_where(source, predicate))


def _first(source: Any, predicate: Any = None, *, last: bool = False, default: bool = False) -> Any:
    found = _hits(source, predicate)
    if found:
        return found[-1 if last else 0]
    if default:
        return default_of(source)
    raise failure(
        "Sequence contains no elements" if predicate is None else "Sequence contains no matching element",
        "System.InvalidOperationException",
    )


def default_of(source: Any) -> Any:
    """The default of the element type: zero of a number, $null of an object."""
    ok, blank = try_convert(None, require(_element(source)))
    return blank if ok else None


def _single(source: Any, predicate: Any = None) -> Any:
    found = _hits(source, predicate)
    if len(found) > 1:
        raise failure("Sequence contains more than one element", "System.InvalidOperationException")
    return _first(source, predicate)


def _sum(source: Any, selector: Any = None) -> Any:
    total: Any = 0
    for item in items_of(source):
        total = add(total, item if selector is None else call(selector, item))
    return total


def _average(source: Any) -> Any:
    items = _list(source)
    if not items:
        raise failure("Sequence contains no elements", "System.InvalidOperationException")
    return divide(float(_sum(items)), len(items))


def _extreme(source: Any, sign: int) -> Any:
    items = _list(source)
    if not items:
        raise failure("Sequence contains no elements", "System.InvalidOperationException")
    best = items[0]
    for item in items[1:]:
        if compare(item, best, False) * sign > 0:
            best = item
    return best


def _by_key(left: Any, right: Any) -> int:
    return compare(left[0], right[0], False)


def _order(source: Any, selector: Any, *, reverse: bool = False) -> Any:
    order = cmp_to_key(_by_key)
    pairs = [(call(selector, item), item) for item in items_of(source)]
    return same_kind(source, [item for _, item in sorted(pairs, key=order, reverse=reverse)])


def _distinct(source: Any) -> Any:
    out: list[Any] = []
    for item in items_of(source):
        if not any(same_item(item, one) for one in out):
            out.append(item)
    return same_kind(source, out)


def _has(items: list[Any], value: Any) -> bool:
    return any(same_item(item, value) for item in items)


def _range(start: int, count: int) -> Any:
    if not 0 <= count <= MAX_ITEMS:
        raise failure("Specified argument was out of the range of valid values. (Parameter 'count')",
                      "System.ArgumentOutOfRangeException")  # fmt: skip
    return typed_array(list(range(start, start + count)), require("int"))


def _repeat(value: Any, count: int) -> Any:
    if not 0 <= count <= MAX_ITEMS:
        raise failure("Specified argument was out of the range of valid values. (Parameter 'count')",
                      "System.ArgumentOutOfRangeException")  # fmt: skip
    return typed_array([value] * count, type_ref(r.type_of(value)))


def _equal(left: Any, right: Any) -> bool:
    a, b = _list(left), _list(right)
    return len(a) == len(b) and all(same_item(x, y) for x, y in zip(a, b, strict=True))


def _aggregate(source: Any, *rest: Any) -> Any:
    items = _list(source)
    total, function = (rest[0], rest[1]) if len(rest) > 1 else (items.pop(0) if items else None, rest[0])
    for item in items:
        total = call(function, total, item)
    return total


def _dictionary(source: Any, key: Any, value: Any = None) -> Any:
    kind = require("System.Collections.Generic.Dictionary[object,object]")
    pairs = [(call(key, item), item if value is None else call(value, item)) for item in items_of(source)]
    return GenericDictionary(kind, pairs)


def _set(source: Any) -> Any:
    return GenericSet(require(f"System.Collections.Generic.HashSet[{_element(source)}]"), source)


def _zip(first: Any, second: Any, function: Any) -> Any:
    return [call(function, a, b) for a, b in zip(_list(first), _list(second), strict=False)]


def _declare() -> None:
    e = LINQ
    two = "System.Collections.IEnumerable first, System.Collections.IEnumerable second"
    e.static(f"Where({_S}, {_P})")(_where)
    e.static(f"Select({_S}, {_F})")(lambda s, f: [call(f, item) for item in items_of(s)])
    e.static(f"SelectMany({_S}, {_F})")(lambda s, f: [one for item in items_of(s) for one in items_of(call(f, item))])
    e.static(f"First({_S})", f"First({_S}, {_P})")(_first)
    e.static(f"Last({_S})", f"Last({_S}, {_P})")(lambda s, p=None: _first(s, p, last=True))
    e.static(f"FirstOrDefault({_S})", f"FirstOrDefault({_S}, {_P})")(lambda s, p=None: _first(s, p, default=True))
    e.static(f"LastOrDefault({_S})", f"LastOrDefault({_S}, {_P})")(
        lambda s, p=None: _first(s, p, last=True, default=True)
    )
    e.static(f"Single({_S})", f"Single({_S}, {_P})")(_single)
    e.static(f"Any({_S})", f"Any({_S}, {_P})", returns="bool")(lambda s, p=None: bool(_hits(s, p)))
    e.static(f"All({_S}, {_P})", returns="bool")(lambda s, p: len(_hits(s, p)) == len(_list(s)))
    e.static(f"Count({_S})", f"Count({_S}, {_P})", returns="int")(lambda s, p=None: len(_hits(s, p)))
    e.static(f"Sum({_S})", f"Sum({_S}, {_F})")(_sum)
    e.static(f"Average({_S})")(_average)
    e.static(f"Max({_S})")(lambda s: _extreme(s, 1))
    e.static(f"Min({_S})")(lambda s: _extreme(s, -1))
    e.static(f"OrderBy({_S}, {_F})")(_order)
    e.static(f"OrderByDescending({_S}, {_F})")(lambda s, f: _order(s, f, reverse=True))
    e.static(f"Reverse({_S})")(lambda s: same_kind(s, _list(s)[::-1]))
    e.static(f"Distinct({_S})")(_distinct)
    e.static(f"Take({_S}, int count)")(lambda s, n: same_kind(s, _list(s)[: max(n, 0)]))
    e.static(f"Skip({_S}, int count)")(lambda s, n: same_kind(s, _list(s)[max(n, 0) :]))
    e.static(f"Concat({two})")(lambda a, b: same_kind(a, [*_list(a), *_list(b)]))
    e.static(f"Union({two})")(lambda a, b: _distinct(same_kind(a, [*_list(a), *_list(b)])))
    e.static(f"Intersect({two})")(lambda a, b: _distinct(same_kind(a, [x for x in _list(a) if _has(_list(b), x)])))
    e.static(f"Except({two})")(lambda a, b: _distinct(same_kind(a, [x for x in _list(a) if not _has(_list(b), x)])))
    e.static(f"SequenceEqual({two})", returns="bool")(_equal)
    e.static(f"Zip({two}, System.Func[object,object,object] resultSelector)")(_zip)
    e.static(f"Contains({_S}, object value)", returns="bool")(lambda s, v: _has(_list(s), v))
    e.static(f"ElementAt({_S}, int index)")(lambda s, i: _list(s)[i])
    e.static(f"Aggregate({_S}, System.Func[object,object,object] func)",
             f"Aggregate({_S}, object seed, System.Func[object,object,object] func)")(_aggregate)  # fmt: skip
    e.static(f"ToArray({_S})")(lambda s: same_kind(s, _list(s)))
    e.generic_static(f"Cast({_S})")(_cast)
    e.generic_static(f"OfType({_S})")(_of_type)
    e.static(f"ToList({_S})")(lambda s: GenericList(_list(s), _element(s)))
    e.static(f"ToHashSet({_S})")(_set)
    e.static(f"ToDictionary({_S}, System.Func[object,object] keySelector)",
             f"ToDictionary({_S}, System.Func[object,object] keySelector, "
             "System.Func[object,object] elementSelector)")(_dictionary)  # fmt: skip
    e.static("Range(int start, int count)")(_range)
    e.static("Repeat(object element, int count)")(_repeat)
    e.generic_static("Empty()")(empty_array)


def register_types() -> None:
    """Enumerable by name."""
    register(LINQ)


_declare()
