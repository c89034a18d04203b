"""HashSet and SortedSet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cmp_to_key
from typing import Any, Final

from remora.engine.convert.conversion import convert
from remora.engine.enumeration import Enumerable, items_of
from remora.engine.nettype import OBJECT, NetType
from remora.engine.nothing import NOTHING
from remora.engine.operators.compare import compare, compare_text
from remora.engine.types.arrays import copy_to, get_enumerator
from remora.engine.types.comparers import ignores_case
from remora.engine.types.delegates import call
from remora.engine.types.tuples import GenericObject
from remora.engine.types.typeref import TypeRef, register
from remora.values.collections import TypedArray
from remora.values.tables import Hashtable

_INTERFACES: Final = (
    "System.Collections.Generic.ISet`1",
    "System.Collections.Generic.ICollection`1",
    "System.Collections.Generic.IEnumerable`1",
    "System.Collections.IEnumerable",
)
HASH_SET: Final = NetType("System.Collections.Generic.HashSet`1", OBJECT, interfaces=_INTERFACES)
SORTED_SET: Final = NetType(
    "System.Collections.Generic.SortedSet`1", OBJECT, interfaces=(*_INTERFACES, "System.Collections.ICollection")
)


def sort_key(ignore_case: bool = False) -> Any:
    """The order of sorted collections as a sort key."""
    return cmp_to_key(
        lambda a, b: compare_text(a, b, ignore_case) if isinstance(a, str) and isinstance(b, str) else compare(a, b)
    )


class GenericSet(GenericObject, Enumerable):
    """A set of items of one type, in order of insertion or sorted."""

    __slots__ = ("element", "entries", "ignore_case", "sorted")
    net_type = HASH_SET

    def __init__(self, kind: TypeRef, items: Any = (), ignore_case: bool = False) -> None:
        self.kind = kind.net
        self.element = kind.arguments[0]
        self.ignore_case = ignore_case
        self.sorted = kind.net.definition is SORTED_SET
        self.entries = Hashtable(case_sensitive=not ignore_case)
        for item in items_of(items):
            self.add(item)

    def items(self) -> Iterator[Any]:
        return iter(self.ordered())

    def ordered(self) -> list[Any]:
        """The items as enumeration gives them."""
        found = list(self.entries)
        return sorted(found, key=sort_key(self.ignore_case)) if self.sorted else found

    def add(self, value: Any) -> bool:
        """Add unless there; tell whether it was new."""
        value = convert(value, self.element)
        if value in self.entries:
            return False
        self.entries[value] = True
        return True

    def has(self, value: Any) -> bool:
        return convert(value, self.element) in self.entries

    def other(self, items: Any) -> GenericSet:
        """The items as a set that compares as this one does."""
        made = GenericSet.__new__(GenericSet)
        made.kind, made.element, made.sorted = self.kind, self.element, self.sorted
        made.ignore_case = self.ignore_case
        made.entries = Hashtable(case_sensitive=not self.ignore_case)
        for item in items_of(items):
            made.add(item)
        return made

    def keep(self, test: Any) -> int:
        """Keep the items that pass; the number of those removed."""
        doomed = [item for item in self.entries if not test(item)]
        for item in doomed:
            del self.entries[item]
        return len(doomed)


def _symmetric(owner: GenericSet, items: Any) -> None:
    for item in list(owner.other(items).entries):
        if item in owner.entries:
            del owner.entries[item]
        else:
            owner.add(item)


def _subset(owner: GenericSet, items: Any, proper: bool = False) -> bool:
    other = owner.other(items)
    inside = all(item in other.entries for item in owner.entries)
    return inside and (not proper or len(other.entries) > len(owner.entries))


def _superset(owner: GenericSet, items: Any, proper: bool = False) -> bool:
    other = owner.other(items)
    return all(item in owner.entries for item in other.entries) and (
        not proper or len(owner.entries) > len(other.entries)
    )


def _try_get(owner: GenericSet, value: Any, out: Any) -> bool:
    found = next((item for item in owner.entries if owner.other([item]).has(value)), NOTHING)
    out.value = None if found is NOTHING else found
    return found is not NOTHING


def _copy(owner: GenericSet, target: Any, index: int = 0) -> None:
    copy_to(owner.ordered(), target, index)


def _from_comparer(kind: TypeRef, *arguments: Any) -> GenericSet:
    items = arguments[0] if len(arguments) > 1 else ()
    return GenericSet(kind, items, ignores_case(arguments[-1]))


def _members(h: NetType) -> None:
    h.property("Count", "System.Int32")(lambda s: len(s.entries))
    h.property("Comparer", wire=False)(lambda s: None)
    h.method("Add(T item)", returns="bool")(lambda s, v: s.add(v))
    h.method("Contains(T item)", returns="bool")(lambda s, v: s.has(v))
    h.method("Remove(T item)", returns="bool")(lambda s, v: s.entries.pop(v, False))
    h.method("Clear()", returns="void")(lambda s: s.entries.clear())
    h.method("UnionWith(object other)", returns="void")(lambda s, xs: [s.add(x) for x in items_of(xs)] and None)
    h.method("ExceptWith(object other)", returns="void")(lambda s, xs: _drop(s, s.other(xs)))
    h.method("IntersectWith(object other)", returns="void")(lambda s, xs: _common(s, s.other(xs)))
    h.method("SymmetricExceptWith(object other)", returns="void")(_symmetric)
    h.method("IsSubsetOf(object other)", returns="bool")(_subset)
    h.method("IsProperSubsetOf(object other)", returns="bool")(lambda s, xs: _subset(s, xs, proper=True))
    h.method("IsSupersetOf(object other)", returns="bool")(_superset)
    h.method("IsProperSupersetOf(object other)", returns="bool")(lambda s, xs: _superset(s, xs, proper=True))
    h.method("Overlaps(object other)", returns="bool")(
        lambda s, xs: any(item in s.entries for item in s.other(xs).entries)
    )
    h.method("SetEquals(object other)", returns="bool")(lambda s, xs: _subset(s, xs) and _superset(s, xs))
    h.method("RemoveWhere(System.Predicate[object] match)", returns="int")(
        lambda s, match: s.keep(lambda item: not call(match, item))
    )
    h.method("TryGetValue(T equalValue, ref actualValue)", returns="bool")(_try_get)
    h.method("CopyTo(array array)", "CopyTo(array array, int arrayIndex)", returns="void")(_copy)
    h.method("GetEnumerator()")(get_enumerator)
    h.constructor("()", "(System.Collections.IEnumerable collection)")(GenericSet)
    h.constructor(
        "(System.StringComparer comparer)",
        "(System.Collections.IEnumerable collection, System.StringComparer comparer)",
    )(_from_comparer)


def _drop(owner: GenericSet, other: GenericSet) -> None:
    owner.keep(lambda item: item not in other.entries)


def _common(owner: GenericSet, other: GenericSet) -> None:
    owner.keep(lambda item: item in other.entries)


def _range(owner: GenericSet, low: Any, high: Any) -> GenericSet:
    return owner.other([item for item in owner.ordered() if compare(low, item) <= 0 <= compare(high, item)])


def to_array(owner: GenericSet) -> Any:
    """The items as an array of the set's type."""
    return TypedArray(owner.ordered(), owner.element.name)


def register_types() -> None:
    """The sets."""
    register(HASH_SET, SORTED_SET)


_members(HASH_SET)
HASH_SET.constructor("(int capacity)")(lambda kind, capacity: GenericSet(kind))
HASH_SET.method("EnsureCapacity(int capacity)", returns="int")(lambda s, n: max(n, len(s.entries)))
HASH_SET.method("TrimExcess()", returns="void")(lambda s: None)
_members(SORTED_SET)
SORTED_SET.property("Min", "T")(lambda s: next(iter(s.ordered()), None))
SORTED_SET.property("Max", "T")(lambda s: next(reversed(s.ordered()), None))
SORTED_SET.method("Reverse()")(lambda s: s.ordered()[::-1])
SORTED_SET.method("GetViewBetween(T lowerValue, T upperValue)")(_range)
