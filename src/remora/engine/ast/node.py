"""The root of all nodes: frozen, slotted, made by a light metaclass (dozens of dataclasses would cost the start-up
budget).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform

if TYPE_CHECKING:
    from remora.engine.source import Extent


@dataclass_transform(frozen_default=True, eq_default=False)
class NodeMeta(type):
    """Turns annotations into slots and positional fields, base class fields first."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> NodeMeta:
        own = [field for field, kind in namespace.get("__annotations__", {}).items() if not kind.startswith("ClassVar")]
        inherited: tuple[str, ...] = ()
        defaults: dict[str, Any] = {}
        for base in bases:
            inherited = getattr(base, "fields", ())
            defaults.update(getattr(base, "defaults", {}))
        defaults.update({field: namespace.pop(field) for field in own if field in namespace})
        namespace["__slots__"] = tuple(own)
        made = super().__new__(mcs, name, bases, namespace)
        made.fields = (*inherited, *own)  # type: ignore[attr-defined]
        made.defaults = defaults  # type: ignore[attr-defined]
        return made


class Node(metaclass=NodeMeta):
    """A piece of syntax with its place in the source."""

    fields: ClassVar[tuple[str, ...]]
    defaults: ClassVar[dict[str, Any]]
    extent: Extent

    def __init__(self, *values: Any, **named: Any) -> None:
        fields = self.fields
        put = object.__setattr__
        for field, value in zip(fields, values, strict=False):
            put(self, field, value)
        for field in fields[len(values) :]:
            put(self, field, named[field] if field in named else self.defaults[field])

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.extent.text[:40]!r}>"

    def replaced(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return type(self)(*[changes.get(field, object.__getattribute__(self, field)) for field in self.fields])

    def children(self) -> Iterator[Node]:
        """The nodes directly below, in the order of the fields."""
        for field in self.fields:
            yield from _nodes(object.__getattribute__(self, field))

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        pending: list[Node] = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(node.children())


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
