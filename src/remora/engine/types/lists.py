"""Generic lists beside List: Collection, ReadOnlyCollection, ObservableCollection, Queue, Stack, LinkedList, bags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.engine.convert.conversion import convert
from remora.engine.enumeration import items_of
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import registry as r
from remora.engine.types.arrays import copy_to, get_enumerator, index_of
from remora.engine.types.collections import failure
from remora.engine.types.growable import list_members
from remora.engine.types.typeref import TypeRef, register
from remora.values.collections import GenericList, Queue, Stack, TypedArray

_G: Final = "System.Collections.Generic."
_READ: Final = (
    "System.Collections.ICollection",
    "System.Collections.IEnumerable",
    _G + "IEnumerable`1",
    _G + "IReadOnlyCollection`1",
)
_LIST: Final = ("System.Collections.IList", _G + "IList`1", _G + "ICollection`1", *_READ)
COLLECTION: Final = r.COLLECTION_OF
READ_ONLY: Final = NetType("System.Collections.ObjectModel.ReadOnlyCollection`1", OBJECT, interfaces=_LIST)
OBSERVABLE: Final = NetType("System.Collections.ObjectModel.ObservableCollection`1", OBJECT, interfaces=_LIST)
QUEUE: Final = NetType(_G + "Queue`1", OBJECT, interfaces=_READ)
STACK: Final = NetType(_G + "Stack`1", OBJECT, interfaces=_READ)
CONCURRENT_QUEUE: Final = NetType("System.Collections.Concurrent.ConcurrentQueue`1", OBJECT, interfaces=_READ)
CONCURRENT_STACK: Final = NetType("System.Collections.Concurrent.ConcurrentStack`1", OBJECT, interfaces=_READ)
BAG: Final = NetType("System.Collections.Concurrent.ConcurrentBag`1", OBJECT, interfaces=_READ)


class CollectionList(GenericList):
    """A list of another class than List. generic: its constructed type."""

    __slots__ = ("generic",)

    def __init__(self, kind: TypeRef, items: Any = ()) -> None:
        self.generic = kind.net
        element = kind.arguments[0]
        super().__init__([convert(item, element) for item in items_of(items)], element.name)

    @property
    def read_only(self) -> bool:
        return self.generic.definition is READ_ONLY


class GenericQueue(Queue):
    """Queue<T>."""

    __slots__ = ("generic",)

    def __init__(self, kind: TypeRef, items: Any = ()) -> None:
        self.generic = kind.net
        super().__init__([convert(item, kind.arguments[0]) for item in items_of(items)])


class GenericStack(Stack):
    """Stack<T>: item 0 is the top."""

    __slots__ = ("generic",)

    def __init__(self, kind: TypeRef, items: Any = ()) -> None:
        self.generic = kind.net
        super().__init__([convert(item, kind.arguments[0]) for item in items_of(items)][::-1])


def _reader_members(net: NetType) -> None:
    net.property("Count", "System.Int32")(len)
    net.method("Contains(T item)", returns="bool")(lambda v, x: index_of(v, x) >= 0)
    net.method("CopyTo(array array, int index)", returns="void")(copy_to)
    net.method("GetEnumerator()")(get_enumerator)
    net.method("ToArray()")(lambda v: TypedArray(v, v.generic.arguments[0]))


def _first(items: list[Any], what: str, keep: bool = False) -> Any:
    if not items:
        raise failure(f"{what} empty.", "System.InvalidOperationException")
    return items[0] if keep else items.pop(0)


def _try_first(items: list[Any], out: Any, keep: bool = False) -> bool:
    found = bool(items)
    out.value = (items[0] if keep else items.pop(0)) if found else None
    return found


def _queue_members() -> None:
    for net, put in ((QUEUE, "Enqueue"), (STACK, "Push")):
        _reader_members(net)
        what = "Queue" if net is QUEUE else "Stack"
        net.method(f"{put}(T item)", returns="void")(_putter(net is STACK))
        net.method(f"{'Dequeue' if net is QUEUE else 'Pop'}()")(lambda v, what=what: _first(v, what))
        net.method("Peek()")(lambda v, what=what: _first(v, what, keep=True))
        net.method(f"Try{'Dequeue' if net is QUEUE else 'Pop'}(ref result)", returns="bool")(_try_first)
        net.method("TryPeek(ref result)", returns="bool")(lambda v, out: _try_first(v, out, keep=True))
        net.method("Clear()", returns="void")(lambda v: v.clear())
        net.method("TrimExcess()", returns="void")(lambda v: None)
        net.constructor("(int capacity)")(lambda kind, capacity: _maker(kind)(kind))
    for net in (CONCURRENT_QUEUE, CONCURRENT_STACK, BAG):
        _reader_members(net)
        net.property("IsEmpty", "System.Boolean")(lambda v: not v)
        put = {CONCURRENT_QUEUE: "Enqueue", CONCURRENT_STACK: "Push", BAG: "Add"}[net]
        take = {CONCURRENT_QUEUE: "TryDequeue", CONCURRENT_STACK: "TryPop", BAG: "TryTake"}[net]
        net.method(f"{put}(T item)", returns="void")(_putter(net is CONCURRENT_STACK))
        net.method(f"{take}(ref result)", returns="bool")(_try_first)
        net.method("TryPeek(ref result)", returns="bool")(lambda v, out: _try_first(v, out, keep=True))
        net.method("Clear()", returns="void")(lambda v: v.clear())
    for net in _MAKERS:
        net.constructor("()", "(System.Collections.IEnumerable collection)")(lambda kind, *xs: _maker(kind)(kind, *xs))


def _putter(at_front: bool) -> Callable[[list[Any], Any], None]:
    def put(items: list[Any], value: Any) -> None:
        items.insert(0 if at_front else len(items), value)

    return put


def _observable(kind: TypeRef, *items: Any) -> GenericList:
    from remora.engine.types.eventsources import ObservableList

    return ObservableList(kind, *items)


_MAKERS: Final[dict[NetType, Callable[..., Any]]] = {
    QUEUE: GenericQueue,
    STACK: GenericStack,
    CONCURRENT_QUEUE: GenericQueue,
    CONCURRENT_STACK: GenericStack,
    BAG: GenericQueue,
    COLLECTION: CollectionList,
    READ_ONLY: CollectionList,
    OBSERVABLE: _observable,
}


def _maker(kind: TypeRef) -> Callable[..., Any]:
    assert kind.net.definition is not None
    return _MAKERS[kind.net.definition]


def from_items(kind: TypeRef, items: Any) -> Any:
    """A list of one of these kinds from items; None when the type is not of this family."""
    maker = _MAKERS.get(kind.net.definition) if kind.net.definition is not None else None
    return None if maker is None else maker(kind, items)


def new_list(kind: TypeRef, *arguments: Any) -> GenericList:
    """``[List[T]]::new()``, with items, or with a capacity."""
    first = arguments[0] if arguments else ()
    if isinstance(first, int):
        if first < 0:
            raise failure("Non-negative number required. (Parameter 'capacity')", "System.ArgumentOutOfRangeException")
        first = ()
    return GenericList([convert(item, kind.arguments[0]) for item in items_of(first)], kind.arguments[0].name)


def register_types() -> None:
    """The lists."""
    register(*_MAKERS, r.LIST)


r.LIST.constructor("()", "(int capacity)", "(System.Collections.IEnumerable collection)")(new_list)
list_members(OBSERVABLE)
OBSERVABLE.method("Move(int oldIndex, int newIndex)", returns="void")(lambda v, a, b: v.insert(b, v.pop(a)))
_reader_members(READ_ONLY)
READ_ONLY.method("IndexOf(T value)", returns="int")(index_of)
READ_ONLY.method("get_Item(int index)")(lambda v, i: v[i])
_queue_members()
