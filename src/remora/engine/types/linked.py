"""LinkedList and its nodes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from remora.engine.convert.conversion import convert
from remora.engine.enumeration import Enumerable, items_of
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types import registry as r
from remora.engine.types.arrays import copy_to, get_enumerator, same_item
from remora.engine.types.collections import failure
from remora.engine.types.tuples import GenericObject
from remora.engine.types.typeref import TypeRef, register

LINKED: Final = NetType(
    "System.Collections.Generic.LinkedList`1",
    OBJECT,
    interfaces=("System.Collections.ICollection", "System.Collections.IEnumerable",
                "System.Collections.Generic.ICollection`1", "System.Collections.Generic.IEnumerable`1"),
)  # fmt: skip
NODE: Final = NetType("System.Collections.Generic.LinkedListNode`1", OBJECT)


class LinkedNode(GenericObject):
    """One node; owner: the list it is in, None outside of one."""

    __slots__ = ("owner", "value")
    net_type = NODE

    def __init__(self, kind: NetType, value: Any, owner: LinkedList | None = None) -> None:
        self.kind = kind
        self.value = value
        self.owner = owner

    def neighbour(self, step: int) -> LinkedNode | None:
        """The node before (-1) or after (1)."""
        if self.owner is None:
            return None
        index = self.owner.position(self) + step
        return self.owner.nodes[index] if 0 <= index < len(self.owner.nodes) else None


class LinkedList(GenericObject, Enumerable):
    """A list of nodes."""

    __slots__ = ("element", "nodes")
    net_type = LINKED

    def __init__(self, kind: TypeRef, items: Any = ()) -> None:
        self.kind = kind.net
        self.element = kind.arguments[0]
        self.nodes: list[LinkedNode] = []
        for item in items_of(items):
            self.put(len(self.nodes), item)

    def items(self) -> Iterator[Any]:
        return iter([node.value for node in self.nodes])

    def put(self, index: int, value: Any) -> LinkedNode:
        """Insert a value, or a node that is in no list."""
        if isinstance(value, LinkedNode):
            if value.owner is not None:
                raise failure(
                    "The LinkedList node already belongs to a LinkedList.", "System.InvalidOperationException"
                )
            node, node.owner = value, self
        else:
            node = LinkedNode(r.constructed(NODE, self.kind.arguments), convert(value, self.element), self)
        self.nodes.insert(index, node)
        return node

    def position(self, node: LinkedNode) -> int:
        """Where a node is; a foreign one is refused."""
        if node is None:
            raise failure("Value cannot be null. (Parameter 'node')", "System.ArgumentNullException")
        for index, one in enumerate(self.nodes):
            if one is node:
                return index
        raise failure("The LinkedList node does not belong to current LinkedList.", "System.InvalidOperationException")

    def take(self, index: int) -> None:
        if not self.nodes:
            raise failure("The LinkedList is empty.", "System.InvalidOperationException")
        self.nodes.pop(index).owner = None

    def find(self, value: Any, last: bool = False) -> LinkedNode | None:
        found = [node for node in self.nodes if same_item(node.value, value)]
        return found[-1 if last else 0] if found else None


def _remove(owner: LinkedList, value: Any) -> bool:
    node = owner.find(value)
    if node is None:
        return False
    owner.take(owner.position(node))
    return True


def _clear(owner: LinkedList) -> None:
    for node in owner.nodes:
        node.owner = None
    owner.nodes = []


def register_types() -> None:
    """The linked list."""
    register(LINKED, NODE)


def _declare() -> None:
    x = LINKED
    x.constructor("()", "(System.Collections.IEnumerable collection)")(LinkedList)
    x.property("Count", "System.Int32")(lambda v: len(v.nodes))
    x.property("First")(lambda v: v.nodes[0] if v.nodes else None)
    x.property("Last")(lambda v: v.nodes[-1] if v.nodes else None)
    node = "System.Collections.Generic.LinkedListNode[object] node"
    x.method("AddFirst(object value)")(lambda v, item: v.put(0, item))
    x.method("AddLast(object value)")(lambda v, item: v.put(len(v.nodes), item))
    x.method(f"AddBefore({node}, object value)")(lambda v, n, item: v.put(v.position(n), item))
    x.method(f"AddAfter({node}, object value)")(lambda v, n, item: v.put(v.position(n) + 1, item))
    x.method("RemoveFirst()", returns="void")(lambda v: v.take(0))
    x.method("RemoveLast()", returns="void")(lambda v: v.take(-1))
    x.method("Remove(T value)", returns="bool")(_remove)
    x.method(f"Remove({node})", returns="bool")(lambda v, n: v.take(v.position(n)))
    x.method("Find(T value)")(lambda v, item: v.find(item))
    x.method("FindLast(T value)")(lambda v, item: v.find(item, last=True))
    x.method("Contains(T value)", returns="bool")(lambda v, item: v.find(item) is not None)
    x.method("Clear()", returns="void")(_clear)
    x.method("CopyTo(array array, int index)", returns="void")(lambda v, a, i: copy_to(list(v.items()), a, i))
    x.method("GetEnumerator()")(get_enumerator)
    n = NODE
    n.constructor("(T value)")(lambda kind, value: LinkedNode(kind.net, convert(value, kind.arguments[0])))
    n.property("List")(lambda v: v.owner)
    n.property("Next", wire=False)(lambda v: v.neighbour(1))
    n.property("Previous", wire=False)(lambda v: v.neighbour(-1))
    n.property("Value", "T")(lambda v: v.value)
    n.property("ValueRef", "T", wire=False)(lambda v: v.value)
    n.setter("Value")(lambda v, value: setattr(v, "value", value))


_declare()
