"""KeyValuePair, Tuple and ValueTuple."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from remora.engine.convert.text import object_text
from remora.engine.nettype import OBJECT, Method, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef, register

PAIR: Final = NetType("System.Collections.Generic.KeyValuePair`2", r.VALUE_TYPE, is_value_type=True)
MAX_ITEMS: Final = 7


class GenericObject(NetObject):
    """Base of instances of constructed generic types that are no Python collections. kind: the constructed type."""

    __slots__ = ("kind",)
    kind: NetType

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names


class Pair(GenericObject):
    """A key and its value."""

    __slots__ = ("key", "value")
    net_type = PAIR

    def __init__(self, kind: NetType, key: Any, value: Any) -> None:
        self.kind = kind
        self.key = key
        self.value = value

    def net_text(self) -> str:
        return f"[{object_text(self.key)}, {object_text(self.value)}]"


class TupleObject(GenericObject):
    """A tuple of one to seven items."""

    __slots__ = ("values",)
    net_type = OBJECT

    def __init__(self, kind: NetType, values: tuple[Any, ...]) -> None:
        self.kind = kind
        self.values = values

    def net_text(self) -> str:
        return f"({', '.join(object_text(value) for value in self.values)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TupleObject) and self.kind is other.kind and self.values == other.values

    def __hash__(self) -> int:
        return hash((self.kind.name, len(self.values)))


def pair_type(table: Any) -> NetType:
    """The KeyValuePair type of a generic dictionary's items."""
    return r.constructed(PAIR, r.type_of(table).arguments)


def _typed(kind: TypeRef, values: tuple[Any, ...]) -> tuple[Any, ...]:
    from remora.engine.convert.conversion import convert

    return tuple(convert(value, target) for value, target in zip(values, kind.arguments, strict=True))


def _tuple_type(head: str, size: int, value_type: bool) -> NetType:
    net = NetType(f"{head}`{size}", r.VALUE_TYPE if value_type else OBJECT, is_value_type=value_type,
                  interfaces=("System.Runtime.CompilerServices.ITuple",))  # fmt: skip
    for index in range(size):
        net.property(f"Item{index + 1}", f"T{index + 1}")(partial(_item, index))
        if value_type:
            net.setter(f"Item{index + 1}")(partial(_replace, index))
    net.property("Length", "System.Int32", hidden=True, wire=False)(lambda t: len(t.values))
    net.method("ToString()", returns="string")(lambda t: t.net_text())
    parameters = ", ".join(f"T{index + 1} item{index + 1}" for index in range(size))
    net.constructor(f"({parameters})")(lambda kind, *values: TupleObject(kind.net, _typed(kind, values)))
    return net


def _item(index: int, target: TupleObject) -> Any:
    return target.values[index]


def _replace(index: int, target: TupleObject, value: Any) -> None:
    target.values = (*target.values[:index], value, *target.values[index + 1 :])


def _creator(head: str, value_type: bool) -> list[NetType]:
    definitions = [_tuple_type(head, size, value_type) for size in range(1, MAX_ITEMS + 1)]

    def create(*values: Any) -> TupleObject:
        names = tuple(r.type_of(value).name for value in values)
        return TupleObject(r.constructed(definitions[len(values) - 1], names), values)

    factory = NetType(head, r.VALUE_TYPE if value_type else OBJECT, form="struct" if value_type else "static")
    for size in range(1, MAX_ITEMS + 1):
        parameters = ", ".join(f"object item{index + 1}" for index in range(size))
        factory.static(f"Create({parameters})")(create)
    return [factory, *definitions]


def value_tuple(*values: Any) -> TupleObject:
    """A ValueTuple, as methods give it."""
    from remora.engine.types.typeref import require

    create = require("System.ValueTuple").net.find_static("create")
    assert isinstance(create, Method)
    return create.overloads[len(values) - 1].call(*values)  # type: ignore[no-any-return]


def register_types() -> None:
    """Pairs and tuples."""
    register(PAIR, *_creator("System.Tuple", False), *_creator("System.ValueTuple", True))


PAIR.property("Key", "TKey")(lambda p: p.key)
PAIR.property("Value", "TValue")(lambda p: p.value)
PAIR.method("ToString()", returns="string")(lambda p: p.net_text())
PAIR.constructor("(TKey key, TValue value)")(lambda kind, key, value: Pair(kind.net, *_typed(kind, (key, value))))
_FACTORY: Final = NetType("System.Collections.Generic.KeyValuePair", OBJECT, form="static")
_FACTORY.static("Create(object key, object value)")(
    lambda key, value: Pair(r.constructed(PAIR, (r.type_of(key).name, r.type_of(value).name)), key, value)
)
register(_FACTORY)
