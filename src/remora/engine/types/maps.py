"""Generic dictionaries: Dictionary, SortedDictionary, SortedList, ConcurrentDictionary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from remora.engine.convert.conversion import convert
from remora.engine.convert.text import to_text
from remora.engine.nettype import OBJECT, NetType
from remora.engine.operators.compare import equal
from remora.engine.types.arrays import copy_to
from remora.engine.types.collections import DictionaryEnumerator, KeyCollection, failure
from remora.engine.types.comparers import ignores_case
from remora.engine.types.delegates import DelegateObject, call
from remora.engine.types.sets import sort_key
from remora.engine.types.tuples import Pair, pair_type
from remora.engine.types.typeref import TypeRef, register
from remora.values.tables import Hashtable

_INTERFACES: Final = (
    "System.Collections.IDictionary",
    "System.Collections.ICollection",
    "System.Collections.IEnumerable",
    "System.Collections.Generic.IDictionary`2",
)
DICTIONARY: Final = NetType("System.Collections.Generic.Dictionary`2", OBJECT, interfaces=_INTERFACES)
SORTED_DICTIONARY: Final = NetType("System.Collections.Generic.SortedDictionary`2", OBJECT, interfaces=_INTERFACES)
SORTED_LIST: Final = NetType("System.Collections.Generic.SortedList`2", OBJECT, interfaces=_INTERFACES)
CONCURRENT: Final = NetType("System.Collections.Concurrent.ConcurrentDictionary`2", OBJECT, interfaces=_INTERFACES)


class GenericDictionary(Hashtable):
    """A dictionary whose keys and values have types. generic: its constructed type."""

    __slots__ = ("generic", "key_type", "ordered", "value_type")

    def __init__(self, kind: TypeRef, items: Any = (), ignore_case: bool = False) -> None:
        self.generic = kind.net
        self.key_type, self.value_type = kind.arguments
        self.ordered = kind.net.definition in (SORTED_DICTIONARY, SORTED_LIST)
        super().__init__(items, case_sensitive=not ignore_case)

    def _fold(self, key: Any) -> Any:
        return super()._fold(convert(key, self.key_type))

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(convert(key, self.key_type), convert(value, self.value_type))

    def __iter__(self) -> Iterator[Any]:
        keys = super().__iter__()
        return iter(sorted(keys, key=sort_key(not self.case_sensitive))) if self.ordered else keys

    def copy(self) -> GenericDictionary:
        """A shallow copy."""
        from remora.engine.types.typeref import type_ref

        return GenericDictionary(type_ref(self.generic), list(self.items()), not self.case_sensitive)


def _add(table: GenericDictionary, key: Any, value: Any) -> None:
    if key is None:
        raise failure("Value cannot be null. (Parameter 'key')", "System.ArgumentNullException")
    if key in table:
        raise failure(
            f"An item with the same key has already been added. Key: {to_text(key)}", "System.ArgumentException"
        )
    table[key] = value


def _try_get(table: GenericDictionary, key: Any, out: Any) -> bool:
    found = key in table
    out.value = table[key] if found else _default(table)
    return found


def _default(table: GenericDictionary) -> Any:
    return convert(None, table.value_type) if table.value_type.net.is_value_type else None


def _try_add(table: GenericDictionary, key: Any, value: Any) -> bool:
    if key in table:
        return False
    table[key] = value
    return True


def _remove(table: GenericDictionary, key: Any, out: Any = None) -> bool:
    found = key in table
    value = table.pop(key) if found else _default(table)
    if out is not None:
        out.value = value
    return found


def _item(table: GenericDictionary, key: Any) -> Any:
    if key not in table:
        raise failure(
            f"The given key '{to_text(key)}' was not present in the dictionary.",
            "System.Collections.Generic.KeyNotFoundException",
        )
    return table[key]


def pairs(table: GenericDictionary) -> Any:
    """GetEnumerator(): KeyValuePair objects."""
    kind = pair_type(table)
    return DictionaryEnumerator(table, lambda key, value: Pair(kind, key, value))


def _made(value: Any, *arguments: Any) -> Any:
    return call(value, *arguments) if isinstance(value, DelegateObject) else value


def _get_or_add(table: GenericDictionary, key: Any, value: Any) -> Any:
    if key not in table:
        table[key] = _made(value, key)
    return table[key]


def _add_or_update(table: GenericDictionary, key: Any, added: Any, update: Any) -> Any:
    table[key] = call(update, key, table[key]) if key in table else _made(added, key)
    return table[key]


def _try_update(table: GenericDictionary, key: Any, value: Any, comparison: Any) -> bool:
    if key not in table or not equal(table[key], comparison, ignore_case=False):
        return False
    table[key] = value
    return True


def _from_comparer(kind: TypeRef, *arguments: Any) -> GenericDictionary:
    items = arguments[0] if len(arguments) > 1 and hasattr(arguments[0], "items") else {}
    return GenericDictionary(kind, list(items.items()), ignores_case(arguments[-1]))


def _members(d: NetType) -> None:
    d.property("Count", "System.Int32")(len)
    d.property("Keys")(lambda t: KeyCollection(t, False))
    d.property("Values")(lambda t: KeyCollection(t, True))
    d.property("IsReadOnly", "System.Boolean", hidden=True, wire=False)(lambda t: False)
    d.property("IsFixedSize", "System.Boolean", hidden=True, wire=False)(lambda t: False)
    d.method("ContainsKey(TKey key)", "Contains(object key)", returns="bool")(lambda t, k: k in t)
    d.method("ContainsValue(TValue value)", returns="bool")(
        lambda t, v: any(equal(x, v, ignore_case=False) for x in t.values())
    )
    d.method("Clear()", returns="void")(lambda t: t.clear())
    d.method("CopyTo(array array, int index)", returns="void")(
        lambda t, target, index: copy_to([Pair(pair_type(t), k, v) for k, v in t.items()], target, index)
    )
    d.method("TrimExcess()", returns="void")(lambda t: None)
    d.method("TryGetValue(TKey key, ref value)", returns="bool")(_try_get)
    d.method("get_Item(TKey key)")(_item)
    d.method("set_Item(TKey key, TValue value)", returns="void")(lambda t, k, v: t.__setitem__(k, v))
    d.method("GetEnumerator()")(pairs)
    d.method("TryAdd(TKey key, TValue value)", returns="bool")(_try_add)
    d.constructor("()")(GenericDictionary)
    d.constructor("(int capacity)")(lambda kind, capacity: GenericDictionary(kind))
    d.constructor("(System.Collections.IDictionary dictionary)")(
        lambda kind, other: GenericDictionary(kind, list(other.items()))
    )
    d.constructor(
        "(System.StringComparer comparer)",
        "(System.Collections.IDictionary dictionary, System.StringComparer comparer)",
    )(_from_comparer)


def _declare() -> None:
    for d in (DICTIONARY, SORTED_DICTIONARY, SORTED_LIST, CONCURRENT):
        _members(d)
        if d is not CONCURRENT:
            d.method("Add(TKey key, TValue value)", returns="void")(_add)
            d.method("Remove(TKey key)", "Remove(TKey key, ref value)", returns="bool")(_remove)
    DICTIONARY.property("Comparer", wire=False)(lambda t: None)
    DICTIONARY.method("EnsureCapacity(int capacity)", returns="int")(lambda t, n: max(n, len(t)))
    c = CONCURRENT
    c.property("IsEmpty", "System.Boolean")(lambda t: not t)
    c.method("TryRemove(TKey key, ref value)", returns="bool")(_remove)
    c.method("TryUpdate(TKey key, TValue newValue, TValue comparisonValue)", returns="bool")(_try_update)
    c.method("GetOrAdd(TKey key, TValue value)", "GetOrAdd(TKey key, System.Func[object,object] valueFactory)")(
        _get_or_add
    )
    c.method("AddOrUpdate(TKey key, object addValue, System.Func[object,object,object] updateValueFactory)")(
        _add_or_update
    )
    s = SORTED_LIST
    s.method("IndexOfKey(TKey key)", returns="int")(lambda t, k: next((i for i, x in enumerate(t) if equal(x, k)), -1))
    s.method("IndexOfValue(TValue value)", returns="int")(
        lambda t, v: next((i for i, x in enumerate(t.values()) if equal(x, v)), -1)
    )
    s.method("RemoveAt(int index)", returns="void")(lambda t, i: t.pop(list(t)[i]) and None)
    s.method("GetKeyAtIndex(int index)")(lambda t, i: list(t)[i])
    s.method("GetValueAtIndex(int index)")(lambda t, i: t[list(t)[i]])


def register_types() -> None:
    """The generic dictionaries."""
    register(DICTIONARY, SORTED_DICTIONARY, SORTED_LIST, CONCURRENT)


_declare()
