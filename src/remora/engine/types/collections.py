"""Members of arrays, lists, dictionaries, queues, stacks, sets; generic construction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remora.engine.enumeration import Enumerable, Enumerator, items_of
from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import DICTIONARY, HASHSET, TypeRef
from remora.values.collections import GenericList, Queue, Stack, TypedArray
from remora.values.tables import Hashtable, OrderedDictionary

MAX_LENGTH = 1 << 28


def failure(message: str, type_name: str) -> PSError:
    """An exception a collection's method throws."""
    return error(message, type_name.rpartition(".")[2], type_name=type_name)


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


# -- arrays and lists --------------------------------------------------------------------------------------------------


# -- dictionaries ------------------------------------------------------------------------------------------------------


# -- queues, stacks, sets ----------------------------------------------------------------------------------------------


def register_types() -> None:
    """The types are registered with the basic ones; their members are declared on import."""


r.BY_CLASS[GenericDictionary] = DICTIONARY
