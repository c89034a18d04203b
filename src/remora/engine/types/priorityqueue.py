"""PriorityQueue: elements with priorities, the lowest first."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.convert.conversion import convert
from remora.engine.enumeration import items_of
from remora.engine.nettype import OBJECT, NetType
from remora.engine.operators.compare import compare
from remora.engine.types.collections import failure
from remora.engine.types.tuples import GenericObject
from remora.engine.types.typeref import TypeRef, register

PRIORITY_QUEUE: Final = NetType("System.Collections.Generic.PriorityQueue`2", OBJECT)


class PriorityQueue(GenericObject):
    """entries: priorities, how many came before, and elements; in order."""

    __slots__ = ("_came", "entries", "types")
    net_type = PRIORITY_QUEUE

    def __init__(self, kind: TypeRef, *given: Any) -> None:
        self.kind = kind.net
        self.types = kind.arguments
        self.entries: list[tuple[Any, int, Any]] = []
        self._came = 0

    def put(self, element: Any, priority: Any) -> None:
        """Enqueue: behind those of the same priority."""
        entry = (convert(priority, self.types[1]), self._came, convert(element, self.types[0]))
        self._came += 1
        low, high = 0, len(self.entries)
        while low < high:
            middle = (low + high) // 2
            if _order(self.entries[middle], entry) > 0:
                high = middle
            else:
                low = middle + 1
        self.entries.insert(low, entry)

    def first(self, *, take: bool) -> Any:
        if not self.entries:
            raise failure("Queue empty.", "System.InvalidOperationException")
        return (self.entries.pop(0) if take else self.entries[0])[2]

    def tried(self, element: Any, priority: Any, *, take: bool) -> bool:
        """TryDequeue and TryPeek."""
        if not self.entries:
            element.value = priority.value = None
            return False
        priority.value, _, element.value = self.entries.pop(0) if take else self.entries[0]
        return True


def _order(left: tuple[Any, int, Any], right: tuple[Any, int, Any]) -> int:
    return compare(left[0], right[0], False) or left[1] - right[1]


def _range(queue: PriorityQueue, elements: Any, priority: Any) -> None:
    for one in items_of(elements):
        queue.put(one, priority)


def _swap(queue: PriorityQueue, element: Any, priority: Any) -> Any:
    queue.put(element, priority)
    return queue.first(take=True)


def _declare() -> None:
    q = PRIORITY_QUEUE
    q.constructor("()", "(int initialCapacity)")(PriorityQueue)
    q.property("Count", "System.Int32")(lambda v: len(v.entries))
    q.method("Enqueue(T1 element, T2 priority)", returns="void")(PriorityQueue.put)
    q.method("EnqueueRange(System.Collections.IEnumerable elements, T2 priority)", returns="void")(_range)
    q.method("EnqueueDequeue(T1 element, T2 priority)")(_swap)
    q.method("Dequeue()")(lambda v: v.first(take=True))
    q.method("Peek()")(lambda v: v.first(take=False))
    q.method("TryDequeue(ref element, ref priority)", returns="bool")(lambda v, e, p: v.tried(e, p, take=True))
    q.method("TryPeek(ref element, ref priority)", returns="bool")(lambda v, e, p: v.tried(e, p, take=False))
    q.method("Clear()", returns="void")(lambda v: v.entries.clear())


def register_types() -> None:
    """The queue by name."""
    register(PRIORITY_QUEUE)


_declare()
