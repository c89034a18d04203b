"""Members of arrays, lists, dictionaries, queues, stacks, sets; generic construction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.enumeration import Enumerable, Enumerator, items_of
from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.operators.compare import compare, compare_text, equal
from remora.engine.types import registry as r
from remora.engine.types.typeref import DICTIONARY, HASHSET, TypeRef
from remora.values.collections import ArrayList, GenericList, Queue, Stack, TypedArray
from remora.values.objects import PSObject
from remora.values.tables import Hashtable, OrderedDictionary

MAX_LENGTH = 1 << 28


def failure(message: str, type_name: str) -> PSError:
    """An exception a collection's method throws."""
    return error(message, type_name.rpartition(".")[2], type_name=type_name)


def _fixed() -> PSError:
    return failure("Collection was of a fixed size.", "System.NotSupportedException")


class DictionaryEntry(NetObject):
    """A pair of a dictionary."""

    __slots__ = ("key", "value")
    net_type = NetType("System.Collections.DictionaryEntry", r.VALUE_TYPE)

    def __init__(self, key: Any, value: Any) -> None:
        self.key = key
        self.value = value


class KeyCollection(Enumerator):
    """Keys or Values of a dictionary, read when asked for."""

    __slots__ = ("_of_values", "_table")
    net_type = NetType("System.Collections.ICollection", OBJECT, interfaces=("System.Collections.IEnumerable",))

    def __init__(self, table: Any, of_values: bool) -> None:
        self._table = table
        self._of_values = of_values

    def items(self) -> Iterator[Any]:
        size = len(self._table)
        for key in list(self._table):
            if len(self._table) != size:
                raise failure(
                    "Collection was modified; enumeration operation may not execute.",
                    "System.InvalidOperationException",
                )
            yield self._table[key] if self._of_values else key

    def count(self) -> int:
        return len(self._table)


class DictionaryEnumerator(Enumerator):
    """GetEnumerator() of a dictionary: yields DictionaryEntry objects."""

    __slots__ = ("_pairs", "current")
    net_type = NetType("System.Collections.Hashtable+HashtableEnumerator", OBJECT)

    def __init__(self, table: Any) -> None:
        self._pairs = iter(list(table.items()))
        self.current: Any = None

    def items(self) -> Iterator[Any]:
        while self.move_next():
            yield self.current

    def move_next(self) -> bool:
        """Step to the next pair."""
        pair = next(self._pairs, None)
        if pair is None:
            return False
        self.current = DictionaryEntry(*pair)
        return True


class GenericDictionary(OrderedDictionary):
    """Dictionary<K,V>: keys as typed, case sensitive."""

    __slots__ = ("types",)

    def __init__(self, types: tuple[TypeRef, ...], items: Any = ()) -> None:
        self.types = types
        super().__init__(items, case_sensitive=True)


class GenericSet(Enumerable):
    """HashSet<T>."""

    __slots__ = ("element", "entries")
    net_type = HASHSET

    def __init__(self, element: TypeRef, items: Any = ()) -> None:
        self.element = element
        self.entries = Hashtable(((item, True) for item in items), case_sensitive=True)

    def items(self) -> Iterator[Any]:
        return iter(list(self.entries))


def generic_from(target: TypeRef, value: Any) -> Any:
    """Convert to Dictionary or HashSet."""
    from remora.engine.convert.conversion import convert
    from remora.engine.convert.numbers import cannot_convert

    if target.net is HASHSET:
        if isinstance(value, GenericSet):
            return value
        return GenericSet(target.arguments[0], [convert(item, target.arguments[0]) for item in items_of(value)])
    if isinstance(value, GenericDictionary):
        return value
    if isinstance(value, (Hashtable, dict)):
        key, item = target.arguments
        return GenericDictionary(target.arguments, [(convert(k, key), convert(v, item)) for k, v in value.items()])
    raise cannot_convert(value, target.name)


def construct_generic(kind: TypeRef, arguments: list[Any]) -> Any:
    """``[List[int]]::new()``, ``[int[]]::new(5)`` and their relatives."""
    from remora.engine.convert.conversion import convert
    from remora.engine.convert.numbers import to_int

    first = arguments[0] if arguments else None
    if kind.element is not None:
        return new_array(kind.element, to_int(first))
    sized = isinstance(first, int) and not isinstance(first, bool)
    if kind.net in (DICTIONARY, HASHSET):
        if kind.net is HASHSET:
            return GenericSet(kind.arguments[0], [] if sized or first is None else items_of(first))
        return GenericDictionary(kind.arguments, first.items() if isinstance(first, (Hashtable, dict)) else ())
    if kind.net in (r.QUEUE, r.STACK):
        made: Any = Queue() if kind.net is r.QUEUE else Stack()
        made.extend([] if first is None or sized else items_of(first))
        return made
    items = [] if first is None or sized else [convert(item, kind.arguments[0]) for item in items_of(first)]
    return GenericList(items, kind.arguments[0].name)


def new_array(element: TypeRef, size: int) -> Any:
    """An array of default values."""
    from remora.engine.convert.conversion import try_convert

    if not 0 <= size <= MAX_LENGTH:
        raise failure("Array dimensions exceeded supported range.", "System.OutOfMemoryException")
    if element.name == "System.Byte":
        return bytearray(size)
    ok, default = try_convert(None, element) if element.net.is_value_type else (True, None)
    items = [default if ok else None] * size
    return items if element.name == "System.Object" else TypedArray(items, element.name)


# -- arrays and lists ----------------------------------------------------------------------------------------------------


def _index_of(items: Any, value: Any) -> int:
    return next((i for i, item in enumerate(items_of(items)) if equal(item, value, ignore_case=False)), -1)


def _remove_at(items: list[Any], index: int) -> None:
    if not 0 <= index < len(items):
        raise failure("Index was out of range. Must be non-negative and less than the size of the collection. (Parameter 'index')",
                      "System.ArgumentOutOfRangeException")  # fmt: skip
    del items[index]


def _insert(items: list[Any], index: int, value: Any) -> None:
    if not 0 <= index <= len(items):
        raise failure(
            "Index must be within the bounds of the List. (Parameter 'index')", "System.ArgumentOutOfRangeException"
        )
    items.insert(index, value)


def _remove(items: list[Any], value: Any) -> bool:
    index = _index_of(items, value)
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
    net.method("Contains(object)", returns="bool")(lambda a, v: _index_of(a, v) >= 0)
    net.method("IndexOf(object)", returns="int")(_index_of)
    net.method("Clone()")(_clone)
    net.method("GetEnumerator()")(_get_enumerator)
    net.method("CopyTo(array, int)", returns="void")(_copy_to)
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


def _get_enumerator(items: Any) -> Any:
    from remora.engine.input import InputEnumerator

    return InputEnumerator(list(items_of(items)))


def _copy_to(items: Any, target: Any, index: int) -> None:
    target[index : index + len(items)] = list(items)


def _array_members() -> None:
    a = r.ARRAY
    _sequence_members(a)
    a.method("GetLength(int)", "GetUpperBound(int)", returns="int")(lambda v, d: len(v))
    a.members["getupperbound"].overloads[0].call = lambda v, d: len(v) - 1  # type: ignore[union-attr]
    a.method("GetLowerBound(int)", returns="int")(lambda v, d: 0)
    a.method("GetValue(int)")(_item)
    a.method("SetValue(object, int)", returns="void")(_set_value)
    a.method("Add(object)", "AddRange(object)", returns="void")(lambda v, x: _raise(_fixed()))
    a.method("Remove(object)", "RemoveAt(int)", "Insert(int, object)", "Clear()", returns="void")(
        lambda v, *x: _raise(_fixed())
    )
    a.method("Initialize()", returns="void")(lambda v: None)
    a.static("Sort(array)", "Sort(array, object)", returns="void")(sort_items)
    a.static("Reverse(array)", returns="void")(lambda v: v.reverse())
    a.static("IndexOf(array, object)", returns="int")(_index_of)
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


def _raise(problem: Exception) -> Any:
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
    net.method("BinarySearch(object)", returns="int")(_index_of)


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


# -- dictionaries --------------------------------------------------------------------------------------------------------


def _dictionary_members(net: NetType) -> None:
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
    net.method("Clone()")(lambda d: type(d)(d))
    net.method("GetEnumerator()")(DictionaryEnumerator)
    net.method("get_Item(object)")(lambda d, k: d.get(k))
    net.method("set_Item(object, object)", returns="void")(lambda d, k, v: d.__setitem__(k, v))


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


def _try_get(table: Any, key: Any, out: Any) -> bool:
    found = key in table
    out.value = table[key] if found else None
    return found


def _dictionaries() -> None:
    _dictionary_members(r.HASHTABLE)
    _dictionary_members(r.ORDERED)
    _dictionary_members(DICTIONARY)
    r.ORDERED.method("Insert(int, object, object)", returns="void")(_ordered_insert)
    r.ORDERED.method("RemoveAt(int)", returns="void")(lambda d, i: d.pop(list(d)[i], None) and None)
    DICTIONARY.method("TryGetValue(object, ref)", returns="bool")(_try_get)
    DICTIONARY.method("TryAdd(object, object)", returns="bool")(
        lambda d, k, v: k not in d and d.__setitem__(k, v) is None
    )
    r.HASHTABLE.constructor("()", "(int)")(lambda *size: Hashtable(case_sensitive=True))
    r.HASHTABLE.constructor("(hashtable)")(lambda other: Hashtable(other, case_sensitive=True))
    r.ORDERED.constructor("()")(OrderedDictionary)
    entry = DictionaryEntry.net_type
    for name in ("Key", "Name"):
        entry.property(name, wire=name == "Key")(lambda e: e.key)
    entry.members["name"].kind = "AliasProperty"
    entry.property("Value")(lambda e: e.value)
    entry.setter("Value")(lambda e, v: setattr(e, "value", v))
    keys = KeyCollection.net_type
    keys.property("Count", "System.Int32")(lambda k: k.count())
    keys.method("CopyTo(array, int)", returns="void")(lambda k, a, i: _copy_to(list(k.items()), a, i))
    keys.method("get_Item(int)")(lambda k, i: list(k.items())[i])
    enumerator = DictionaryEnumerator.net_type
    enumerator.property("Current")(lambda e: e.current)
    enumerator.property("Key")(lambda e: e.current.key)
    enumerator.property("Value")(lambda e: e.current.value)
    enumerator.method("MoveNext()", returns="bool")(lambda e: e.move_next())


def _ordered_insert(table: Any, index: int, key: Any, value: Any) -> None:
    pairs = list(table.items())
    pairs.insert(index, (key, value))
    table.clear()
    for k, v in pairs:
        table[k] = v


# -- queues, stacks, sets ------------------------------------------------------------------------------------------------


def _take_first(items: list[Any], what: str) -> Any:
    if not items:
        raise failure(f"{what} empty.", "System.InvalidOperationException")
    return items.pop(0)


def _queues() -> None:
    q, s = r.QUEUE, r.STACK
    for net, what in ((q, "Queue"), (s, "Stack")):
        net.property("Count", "System.Int32")(len)
        net.method("Clear()", returns="void")(lambda v: v.clear())
        net.method("Contains(object)", returns="bool")(lambda v, x: _index_of(v, x) >= 0)
        net.method("ToArray()")(list)
        net.method("Peek()")(
            lambda v, what=what: v[0] if v else _raise(failure(f"{what} empty.", "System.InvalidOperationException"))
        )
        net.method("GetEnumerator()")(_get_enumerator)
    q.method("Enqueue(object)", returns="void")(lambda v, x: v.append(x))
    q.method("Dequeue()")(lambda v: _take_first(v, "Queue"))
    s.method("Push(object)", returns="void")(lambda v, x: v.insert(0, x))
    s.method("Pop()")(lambda v: _take_first(v, "Stack"))
    q.constructor("()", "(int)")(lambda *n: Queue())
    s.constructor("()", "(int)")(lambda *n: Stack())
    r.ARRAYLIST.constructor("()", "(int)")(lambda *n: ArrayList())
    r.ARRAYLIST.constructor("(array)")(lambda items: ArrayList(items_of(items)))


def _set_add(owner: GenericSet, value: Any) -> bool:
    from remora.engine.convert.conversion import convert

    value = convert(value, owner.element)
    new = value not in owner.entries
    owner.entries[value] = True
    return new


def _sets() -> None:
    h = HASHSET
    h.property("Count", "System.Int32")(lambda s: len(s.entries))
    h.method("Add(object)", returns="bool")(_set_add)
    h.method("Contains(object)", returns="bool")(lambda s, v: v in s.entries)
    h.method("Remove(object)", returns="bool")(lambda s, v: s.entries.pop(v, False))
    h.method("Clear()", returns="void")(lambda s: s.entries.clear())
    h.method("UnionWith(object)", returns="void")(lambda s, xs: [_set_add(s, x) for x in items_of(xs)] and None)
    h.method("ExceptWith(object)", returns="void")(
        lambda s, xs: [s.entries.pop(x, None) for x in items_of(xs)] and None
    )
    h.method("GetEnumerator()")(_get_enumerator)
    h.method("ToArray()")(lambda s: list(s.entries))


def _rest() -> None:
    p = r.PSCUSTOM
    p.constructor("()")(lambda: PSObject.custom({}))
    r.PSOBJECT.constructor("()")(lambda: PSObject.custom({}))
    r.PSOBJECT.constructor("(object)")(lambda value: value)
    OBJECT.constructor("()")(lambda: PSObject(("System.Object",)))


def register_types() -> None:
    """The types are registered with the basic ones; their members are declared on import."""


r.BY_CLASS[GenericDictionary] = DICTIONARY
_array_members()
_growable_members(r.ARRAYLIST, True)
_growable_members(r.LIST, False)
_dictionaries()
_queues()
_sets()
_rest()
