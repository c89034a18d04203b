"""BitArray, StringCollection, NameValueCollection and the sorted list without types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from remora.engine.convert.text import to_text
from remora.engine.enumeration import Enumerable, items_of
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import registry as r
from remora.engine.types.arrays import get_enumerator
from remora.engine.types.collections import failure
from remora.engine.types.dictionaries import dictionary_members
from remora.engine.types.growable import list_members
from remora.engine.types.sets import sort_key
from remora.engine.types.typeref import register
from remora.values.collections import ArrayList
from remora.values.tables import Hashtable

_S: Final = "System.Collections.Specialized."
MAX_BITS: Final = 1 << 26


class BitArray(Enumerable):
    """A fixed number of bits."""

    __slots__ = ("bits",)
    net_type = NetType("System.Collections.BitArray", OBJECT, interfaces=("System.Collections.ICollection",))

    def __init__(self, bits: list[bool]) -> None:
        self.bits = bits

    def items(self) -> Iterator[bool]:
        return iter(self.bits)

    def combine(self, other: BitArray, operation: Any) -> BitArray:
        """Bit by bit, in place."""
        if len(self.bits) != len(other.bits):
            raise failure("Array lengths must be the same.", "System.ArgumentException")
        self.bits = [bool(operation(a, b)) for a, b in zip(self.bits, other.bits, strict=True)]
        return self

    def put(self, index: int, value: bool) -> None:
        if not 0 <= index < len(self.bits):
            raise failure("Index was out of range. (Parameter 'index')", "System.ArgumentOutOfRangeException")
        self.bits[index] = bool(value)


def _sized(length: int, value: bool = False) -> BitArray:
    if not 0 <= length <= MAX_BITS:
        raise failure("Non-negative number required. (Parameter 'length')", "System.ArgumentOutOfRangeException")
    return BitArray([value] * length)


def _of_bytes(data: Any) -> BitArray:
    return BitArray([bool(byte >> bit & 1) for byte in data for bit in range(8)])


def _bits() -> NetType:
    b = BitArray.net_type
    b.constructor("(int length)", "(int length, bool defaultValue)")(_sized)
    b.constructor("(bool[] values)")(lambda values: BitArray([bool(one) for one in values]))
    b.constructor("(byte[] bytes)")(_of_bytes)
    b.property("Length", "System.Int32")(lambda v: len(v.bits))
    b.property("Count", "System.Int32")(lambda v: len(v.bits))
    b.method("Get(int index)", "get_Item(int index)", returns="bool")(lambda v, i: v.bits[i])
    b.method("Set(int index, bool value)", "set_Item(int index, bool value)", returns="void")(
        lambda v, i, x: v.put(i, x)
    )
    b.method("SetAll(bool value)", returns="void")(lambda v, x: setattr(v, "bits", [x] * len(v.bits)))
    other = "System.Collections.BitArray value"
    b.method(f"And({other})")(lambda v, o: v.combine(o, lambda a, c: a and c))
    b.method(f"Or({other})")(lambda v, o: v.combine(o, lambda a, c: a or c))
    b.method(f"Xor({other})")(lambda v, o: v.combine(o, lambda a, c: a != c))
    b.method("Not()")(lambda v: v.combine(v, lambda a, c: not a))
    b.method("GetEnumerator()")(get_enumerator)
    return b


class StringCollection(ArrayList):
    """A list of texts."""

    __slots__ = ()


class NameValues(Hashtable):
    """Names with one or more texts; ``values`` joins them by commas."""

    __slots__ = ()

    def add(self, name: str, value: str) -> None:
        self[name] = f"{self[name]},{value}" if name in self else value


class SortedTable(Hashtable):
    """System.Collections.SortedList: keys in order."""

    __slots__ = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(sorted(super().__iter__(), key=sort_key(not self.case_sensitive)))


_STRINGS: Final = NetType(_S + "StringCollection", OBJECT, interfaces=("System.Collections.IList",
                          "System.Collections.ICollection", "System.Collections.IEnumerable"))  # fmt: skip
_NAMES: Final = NetType(_S + "NameValueCollection", NetType(_S + "NameObjectCollectionBase", OBJECT),
                        interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable"))  # fmt: skip
_SORTED: Final = NetType("System.Collections.SortedList", OBJECT, interfaces=("System.Collections.IDictionary",
                         "System.Collections.ICollection", "System.Collections.IEnumerable"))  # fmt: skip


def _tables() -> None:
    list_members(_STRINGS, array_list=True)
    _STRINGS.constructor("()")(StringCollection)
    _STRINGS.method("AddRange(string[] value)", returns="void")(lambda v, xs: v.extend(items_of(xs)))
    n = _NAMES
    n.constructor("()")(NameValues)
    n.property("Count", "System.Int32")(len)
    n.property("AllKeys", "System.String[]")(list)
    n.property("Keys")(list)
    n.method("Add(string name, string value)", returns="void")(lambda v, name, value: v.add(name, value))
    n.method("Set(string name, string value)", "set_Item(string name, string value)", returns="void")(
        lambda v, name, value: v.__setitem__(name, value)
    )
    n.method("Get(string name)", "get_Item(string name)", returns="string")(lambda v, name: v.get(name))
    n.method("GetValues(string name)")(lambda v, name: to_text(v[name]).split(",") if name in v else None)
    n.method("Remove(string name)", returns="void")(lambda v, name: v.pop(name, None) and None)
    n.method("Clear()", returns="void")(lambda v: v.clear())
    dictionary_members(_SORTED)
    _SORTED.constructor("()", "(int initialCapacity)")(lambda *size: SortedTable(case_sensitive=True))
    _SORTED.constructor("(System.Collections.IDictionary d)")(lambda d: SortedTable(d.items(), case_sensitive=True))
    _SORTED.method("GetByIndex(int index)")(lambda v, i: v[list(v)[i]])
    _SORTED.method("GetKey(int index)")(lambda v, i: list(v)[i])
    _SORTED.method("GetKeyList()")(list)
    _SORTED.method("GetValueList()")(lambda v: [v[key] for key in v])
    _SORTED.method("IndexOfValue(object value)", returns="int")(
        lambda v, value: next((at for at, key in enumerate(v) if v[key] == value), -1)
    )
    _SORTED.method("RemoveAt(int index)", returns="void")(lambda v, i: v.pop(list(v)[i]) and None)
    _SORTED.method("SetByIndex(int index, object value)", returns="void")(
        lambda v, i, value: v.__setitem__(list(v)[i], value)
    )
    _SORTED.method("IndexOfKey(object key)", returns="int")(lambda v, k: list(v).index(k) if k in v else -1)


def register_types() -> None:
    """The collections by name."""
    r.BY_CLASS[StringCollection] = _STRINGS
    r.BY_CLASS[NameValues] = _NAMES
    r.BY_CLASS[SortedTable] = _SORTED
    register(_bits(), _STRINGS, _NAMES, _SORTED)


_tables()
