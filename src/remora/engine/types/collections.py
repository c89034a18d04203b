"""What dictionaries show of themselves (keys, values, pairs, enumerators), and new arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from remora.engine.enumeration import Enumerable, Enumerator
from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef
from remora.values.collections import TypedArray
from remora.values.tables import OrderedDictionary

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

    def __eq__(self, other: object) -> bool:
        from remora.engine.operators.compare import equal

        if not isinstance(other, DictionaryEntry):
            return NotImplemented
        return equal(self.key, other.key, False) and equal(self.value, other.value, False)

    def __hash__(self) -> int:
        return hash(str(self.key))


def check_unchanged(table: Any, size: int) -> None:
    """Raise InvalidOperationException when a dictionary that is being enumerated has no longer the size it had; a
    generic one may lose keys meanwhile.
    """
    now = len(table)
    if now > size or (now < size and not r.type_of(table).name.startswith("System.Collections.Generic.")):
        raise failure(
            "Collection was modified; enumeration operation may not execute.", "System.InvalidOperationException"
        )


class KeyCollection(Enumerable):
    """Keys or Values of a dictionary, read when asked for."""

    __slots__ = ("_of_values", "_table", "kind")
    net_type = NetType(
        "System.Collections.Hashtable+KeyCollection",
        OBJECT,
        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"),
    )

    def __init__(self, table: Any, of_values: bool) -> None:
        self._table = table
        self._of_values = of_values
        self.kind = _part_type(table, "ValueCollection" if of_values else "KeyCollection")

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def items(self) -> Iterator[Any]:
        size = len(self._table)
        for key in list(self._table):
            yield self._table[key] if self._of_values else key
            check_unchanged(self._table, size)

    def count(self) -> int:
        return len(self._table)


_PARTS: dict[str, NetType] = {}


def _part_type(table: Any, part: str) -> NetType:
    """The NetType of a dictionary's nested class."""
    owner = r.type_of(table)
    if isinstance(table, OrderedDictionary):
        part = "OrderedDictionaryKeyValueCollection"
    head, bracket, rest = owner.name.partition("[")
    name = f"{head}+{part}{bracket}{rest}"
    found = _PARTS.get(name)
    if found is None:
        found = _PARTS[name] = NetType(name, KeyCollection.net_type)
    return found


class DictionaryEnumerator(Enumerator):
    """GetEnumerator() of a dictionary: yields DictionaryEntry objects, or what ``pair`` makes of key and value."""

    __slots__ = ("_pairs", "_size", "_table", "current", "make")
    net_type = NetType(
        "System.Collections.Hashtable+HashtableEnumerator", OBJECT, interfaces=("System.Collections.IEnumerator",)
    )

    def __init__(self, table: Any, pair: Any = DictionaryEntry) -> None:
        self._table = table
        self.make = pair
        self.reset()

    def reset(self) -> None:
        """Stand before the first pair again."""
        self._pairs = iter(list(self._table.items()))
        self._size = len(self._table)
        self.current: Any = None

    def items(self) -> Iterator[Any]:
        while self.move_next():
            yield self.current

    def move_next(self) -> bool:
        """Step to the next pair. Raises PSError when the dictionary was changed."""
        check_unchanged(self._table, self._size)
        pair = next(self._pairs, None)
        if pair is None:
            return False
        self.current = self.make(*pair)
        return True


def new_array(element: TypeRef, size: int) -> Any:
    """An array of default values."""
    from remora.engine.convert.conversion import try_convert

    if not 0 <= size <= MAX_LENGTH:
        raise failure("Array dimensions exceeded supported range.", "System.OutOfMemoryException")
    ok, default = try_convert(None, element) if element.net.is_value_type else (True, None)
    return bytearray(size) if element.name == "System.Byte" else typed_array([default if ok else None] * size, element)


def empty_array(types: Sequence[TypeRef]) -> Any:
    """An array of no items of the one type written at the call."""
    return typed_array([], types[0]) if types else []


def typed_array(items: list[Any], element: TypeRef) -> Any:
    """An array of items that have the element type already."""
    if element.name == "System.Object":
        return items
    return bytearray(items) if element.name == "System.Byte" else TypedArray(items, element.name)
