"""Members of dictionaries, queues, stacks and sets."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.nettype import NetType
from remora.engine.operators.compare import equal
from remora.engine.types import registry as r
from remora.engine.types.arrays import copy_to, get_enumerator, index_of, raise_error
from remora.engine.types.collections import DictionaryEntry, DictionaryEnumerator, KeyCollection, failure
from remora.engine.types.typeref import register
from remora.values.collections import Queue, Stack
from remora.values.objects import PSObject
from remora.values.tables import Hashtable, OrderedDictionary, OrderedHashtable


class SynchronizedTable(Hashtable):
    """Another view of the same entries, as Hashtable.Synchronized gives it; each step of a table is one at a time."""

    __slots__ = ()

    def __init__(self, table: Hashtable, *, case_sensitive: bool = False, capacity: int = 0) -> None:
        super().__init__(case_sensitive=table.case_sensitive, capacity=capacity)
        self._entries = table._entries


def dictionary_members(net: NetType) -> None:
    """What every untyped dictionary has."""
    net.property("Count", "System.Int32")(len)
    net.property("Keys")(lambda d: KeyCollection(d, False))
    net.property("Values")(lambda d: KeyCollection(d, True))
    net.property("IsReadOnly", "System.Boolean")(lambda d: False)
    net.property("IsFixedSize", "System.Boolean")(lambda d: False)
    net.property("IsSynchronized", "System.Boolean")(lambda d: False)
    net.property("SyncRoot")(lambda d: d)
    net.method("Add(object, object)", returns="void")(_dictionary_add)
    net.method("Remove(object)", returns="void")(lambda d, k: d.pop(k, None) and None)
    for name in ("ContainsKey", "Contains"):
        net.method(f"{name}(object)", returns="bool")(lambda d, k: k in d)
    net.method("ContainsValue(object)", returns="bool")(
        lambda d, v: any(equal(x, v, ignore_case=False) for x in d.values())
    )
    net.method("Clear()", returns="void")(lambda d: d.clear())
    net.method("Clone()")(_clone)
    net.method("CopyTo(array array, int arrayIndex)", returns="void")(
        lambda d, target, index: copy_to([DictionaryEntry(k, v) for k, v in d.items()], target, index)
    )
    net.method("GetEnumerator()")(DictionaryEnumerator)
    net.method("get_Item(object)")(lambda d, k: d.get(k))
    net.method("set_Item(object, object)", returns="void")(lambda d, k, v: d.__setitem__(k, v))


def _clone(table: Any) -> Any:
    """A shallow copy that compares keys as the table does."""
    if isinstance(table, Hashtable):
        return type(table)(table, case_sensitive=table.case_sensitive)
    return type(table)(table)


def _dictionary_add(table: Any, key: Any, value: Any) -> None:
    if key is None:
        raise failure("Key cannot be null. (Parameter 'key')", "System.ArgumentNullException")
    if key in table:
        text = to_text(key)
        raise failure(
            f"Item has already been added. Key in dictionary: '{text}'  Key being added: '{text}'",
            "System.ArgumentException",
        )
    table[key] = value


def _dictionaries() -> None:
    dictionary_members(r.HASHTABLE)
    dictionary_members(r.ORDERED)
    r.ORDERED.method("Insert(int, object, object)", returns="void")(_ordered_insert)
    r.ORDERED.method("RemoveAt(int)", returns="void")(lambda d, i: d.pop(list(d)[i], None) and None)
    r.HASHTABLE.constructor("()", "(int)")(lambda *size: Hashtable(case_sensitive=True))
    r.HASHTABLE.constructor("(hashtable)")(lambda other: Hashtable(other, case_sensitive=True))
    r.HASHTABLE.static("Synchronized(hashtable table)")(SynchronizedTable)
    sync = NetType("System.Collections.Hashtable+SyncHashtable", r.HASHTABLE)
    sync.property("IsSynchronized", "System.Boolean")(lambda d: True)
    r.BY_CLASS[SynchronizedTable] = sync
    r.ORDERED.constructor("()")(OrderedDictionary)
    r.ORDERED_HASHTABLE.constructor("()", "(int)")(lambda *size: OrderedHashtable(case_sensitive=True))
    r.ORDERED_HASHTABLE.constructor("(hashtable)")(lambda other: OrderedHashtable(other, case_sensitive=True))
    entry = DictionaryEntry.net_type
    for name in ("Key", "Name"):
        entry.property(name, wire=name == "Key")(lambda e: e.key)
    entry.members["name"].kind = "AliasProperty"
    entry.property("Value")(lambda e: e.value)
    entry.setter("Value")(lambda e, v: setattr(e, "value", v))
    entry.constructor("(object key, object value)")(DictionaryEntry)
    register(entry)
    keys = KeyCollection.net_type
    keys.property("Count", "System.Int32")(lambda k: k.count())
    keys.method("Contains(object)", returns="bool")(lambda k, wanted: any(equal(item, wanted) for item in k.items()))
    keys.method("CopyTo(array, int)", returns="void")(lambda k, a, i: copy_to(list(k.items()), a, i))
    keys.method("get_Item(int)")(lambda k, i: list(k.items())[i])
    enumerator = DictionaryEnumerator.net_type
    enumerator.property("Current")(_at)
    enumerator.property("Entry")(_at)
    enumerator.property("Key")(lambda e: _at(e).key)
    enumerator.property("Value")(lambda e: _at(e).value)
    enumerator.method("Reset()", returns="void")(lambda e: e.reset())
    enumerator.method("MoveNext()", returns="bool")(lambda e: e.move_next())


def _at(enumerator: DictionaryEnumerator) -> Any:
    """The pair an enumerator stands at."""
    if enumerator.current is None:
        raise failure("Enumeration has either not started or has already finished.", "System.InvalidOperationException")
    return enumerator.current


def _ordered_insert(table: Any, index: int, key: Any, value: Any) -> None:
    pairs = list(table.items())
    pairs.insert(index, (key, value))
    table.clear()
    for k, v in pairs:
        table[k] = v


def _take_first(items: list[Any], what: str) -> Any:
    if not items:
        raise failure(f"{what} empty.", "System.InvalidOperationException")
    return items.pop(0)


def _queues() -> None:
    q, s = r.QUEUE, r.STACK
    for net, what in ((q, "Queue"), (s, "Stack")):
        net.property("Count", "System.Int32")(len)
        net.method("Clear()", returns="void")(lambda v: v.clear())
        net.method("Contains(object)", returns="bool")(lambda v, x: index_of(v, x) >= 0)
        net.method("ToArray()")(list)
        net.method("Peek()")(
            lambda v, what=what: (
                v[0] if v else raise_error(failure(f"{what} empty.", "System.InvalidOperationException"))
            )
        )
        net.method("GetEnumerator()")(get_enumerator)
        net.method("Clone()")(lambda v: type(v)(v))
        net.method("CopyTo(array array, int index)", returns="void")(copy_to)
        net.property("IsSynchronized", "System.Boolean")(lambda v: False)
        net.property("SyncRoot")(lambda v: v)
        net.static(f"Synchronized({net.name} {what.lower()})")(lambda v: v)
    q.method("TrimToSize()", returns="void")(lambda v: None)
    q.method("Enqueue(object)", returns="void")(lambda v, x: v.append(x))
    q.method("Dequeue()")(lambda v: _take_first(v, "Queue"))
    s.method("Push(object)", returns="void")(lambda v, x: v.insert(0, x))
    s.method("Pop()")(lambda v: _take_first(v, "Stack"))
    q.constructor("()", "(int)")(lambda *n: Queue())
    s.constructor("()", "(int)")(lambda *n: Stack())
    q.constructor("(System.Collections.ICollection col)")(lambda items: Queue(items_of(items)))
    s.constructor("(System.Collections.ICollection col)")(lambda items: Stack(reversed(list(items_of(items)))))


def _rest() -> None:
    p = r.PSCUSTOM
    p.constructor("()")(lambda: PSObject.custom({}))
    r.PSOBJECT.constructor("()")(lambda: PSObject.custom({}))
    r.PSOBJECT.constructor("(object)")(lambda value: value)


_dictionaries()


_queues()


_rest()
