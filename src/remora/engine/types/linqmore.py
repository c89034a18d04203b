"""More of System.Linq.Enumerable: parts of a sequence, groups, joins, keys of comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key, partial
from typing import Any, Final

from remora.engine.convert.truth import is_true
from remora.engine.enumeration import Enumerable, items_of
from remora.engine.nettype import OBJECT, NetType
from remora.engine.operators.compare import compare
from remora.engine.types.arrays import same_item
from remora.engine.types.collections import failure
from remora.engine.types.delegates import call
from remora.engine.types.linq import LINQ, default_of, same_kind
from remora.engine.types.typeref import register

_S: Final = "System.Collections.IEnumerable source"
_K: Final = "System.Func[object,object] keySelector"
_P: Final = "System.Func[object,bool] predicate"
_EMPTY: Final = "Sequence contains no elements"


class Grouping(Enumerable):
    """Items with the same key."""

    __slots__ = ("held", "key")
    net_type = NetType("System.Linq.Grouping`2", OBJECT, interfaces=("System.Collections.IEnumerable",))

    def __init__(self, key: Any) -> None:
        self.key = key
        self.held: list[Any] = []

    def items(self) -> Iterable[Any]:
        return iter(self.held)


def _list(source: Any) -> list[Any]:
    return list(items_of(source))


def _while(source: Any, predicate: Any, *, skip: bool) -> Any:
    items = _list(source)
    index = next((i for i, item in enumerate(items) if not is_true(call(predicate, item))), len(items))
    return same_kind(source, items[index:] if skip else items[:index])


def _last(source: Any, count: int, *, skip: bool) -> Any:
    items = _list(source)
    edge = max(len(items) - max(count, 0), 0)
    return same_kind(source, items[:edge] if skip else items[edge:])


def _chunk(source: Any, size: int) -> list[Any]:
    if size < 1:
        raise failure("Specified argument was out of the range of valid values. (Parameter 'size')",
                      "System.ArgumentOutOfRangeException")  # fmt: skip
    items = _list(source)
    return [same_kind(source, items[at : at + size]) for at in range(0, len(items), size)]


def _keyed(source: Any, selector: Any) -> list[tuple[Any, Any]]:
    return [(call(selector, item), item) for item in items_of(source)]


def _distinct_by(source: Any, selector: Any) -> Any:
    seen: list[Any] = []
    out: list[Any] = []
    for key, item in _keyed(source, selector):
        if not any(same_item(key, one) for one in seen):
            seen.append(key)
            out.append(item)
    return same_kind(source, out)


def _extreme_by(sign: int, source: Any, selector: Any) -> Any:
    pairs = _keyed(source, selector)
    if not pairs:
        raise failure(_EMPTY, "System.InvalidOperationException")
    best = pairs[0]
    for pair in pairs[1:]:
        if compare(pair[0], best[0], False) * sign > 0:
            best = pair
    return best[1]


def _ordered(reverse: bool, source: Any) -> Any:
    order = cmp_to_key(lambda a, b: compare(a, b, False))
    return same_kind(source, sorted(_list(source), key=order, reverse=reverse))


def _group_by(source: Any, selector: Any, element: Any = None) -> list[Any]:
    groups: list[Grouping] = []
    for key, item in _keyed(source, selector):
        group = next((one for one in groups if same_item(one.key, key)), None)
        if group is None:
            group = Grouping(key)
            groups.append(group)
        group.held.append(item if element is None else call(element, item))
    return groups


def _join(outer: Any, inner: Any, outer_key: Any, inner_key: Any, result: Any) -> list[Any]:
    pairs = _keyed(inner, inner_key)
    return [
        call(result, item, other)
        for key, item in _keyed(outer, outer_key)
        for inner_value, other in pairs
        if same_item(key, inner_value)
    ]


def _at(source: Any, index: int) -> Any:
    items = _list(source)
    return items[index] if 0 <= index < len(items) else default_of(source)


def _single(source: Any, predicate: Any = None) -> Any:
    items = [item for item in items_of(source) if predicate is None or is_true(call(predicate, item))]
    if len(items) > 1:
        raise failure("Sequence contains more than one element", "System.InvalidOperationException")
    return items[0] if items else default_of(source)


def _declare() -> None:
    e = LINQ
    e.static(f"TakeWhile({_S}, {_P})")(partial(_while, skip=False))
    e.static(f"SkipWhile({_S}, {_P})")(partial(_while, skip=True))
    e.static(f"TakeLast({_S}, int count)")(partial(_last, skip=False))
    e.static(f"SkipLast({_S}, int count)")(partial(_last, skip=True))
    e.static(f"Append({_S}, object element)")(lambda s, item: same_kind(s, [*_list(s), item]))
    e.static(f"Prepend({_S}, object element)")(lambda s, item: same_kind(s, [item, *_list(s)]))
    e.static(f"Chunk({_S}, int size)")(_chunk)
    e.static(f"DistinctBy({_S}, {_K})")(_distinct_by)
    e.static(f"MaxBy({_S}, {_K})")(partial(_extreme_by, 1))
    e.static(f"MinBy({_S}, {_K})")(partial(_extreme_by, -1))
    e.static(f"Order({_S})")(partial(_ordered, False))
    e.static(f"OrderDescending({_S})")(partial(_ordered, True))
    for name in ("GroupBy", "ToLookup"):
        e.static(f"{name}({_S}, {_K})", f"{name}({_S}, {_K}, System.Func[object,object] elementSelector)")(_group_by)
    e.static("Join(System.Collections.IEnumerable outer, System.Collections.IEnumerable inner, "
             "System.Func[object,object] outerKeySelector, System.Func[object,object] innerKeySelector, "
             "System.Func[object,object,object] resultSelector)")(_join)  # fmt: skip
    e.static(f"ElementAtOrDefault({_S}, int index)")(_at)
    e.static(f"SingleOrDefault({_S})", f"SingleOrDefault({_S}, {_P})")(_single)
    Grouping.net_type.property("Key")(lambda group: group.key)
    Grouping.net_type.property("Count", "System.Int32")(lambda group: len(group.held))


def register_types() -> None:
    """Groups by name."""
    register(Grouping.net_type)


_declare()
