"""What lies on the WSMan: drive, as objects: containers with their keys, and settings with their values."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.values.collections import TypedArray

_W: Final = "Microsoft.WSMan.Management."
ELEMENT: Final = NetType(_W + "WSManConfigElement", OBJECT)
CONTAINER: Final = NetType(_W + "WSManConfigContainerElement", ELEMENT)
LEAF: Final = NetType(_W + "WSManConfigLeafElement", ELEMENT)
COMPUTER_LEVEL: Final = CONTAINER.name + "#ComputerLevel"
CONTAINER_KIND: Final = "Container"


class ConfigElement(NetObject):
    """A part of the configuration. kind: Container, or the type of the value."""

    __slots__ = ("kind", "name")
    net_type = ELEMENT

    def __init__(self, name: str, kind: str = CONTAINER_KIND) -> None:
        self.name = name
        self.kind = kind


class ContainerElement(ConfigElement):
    """One of several of its kind. keys: ``Transport=HTTP`` and the like."""

    __slots__ = ("keys",)
    net_type = CONTAINER

    def __init__(self, name: str, keys: tuple[str, ...]) -> None:
        super().__init__(name)
        self.keys = keys


class LeafElement(ConfigElement):
    """A setting. source: GPO where a policy fixes it."""

    __slots__ = ("source", "value")
    net_type = LEAF

    def __init__(self, name: str, kind: str, value: Any, source: str) -> None:
        super().__init__(name, kind)
        self.value = value
        self.source = source


def register_types() -> None:
    """Make the types known by their names."""
    register(ELEMENT, CONTAINER, LEAF)


def _declare() -> None:
    LEAF.property("SourceOfValue", "System.String")(lambda one: one.source)
    LEAF.property("Value")(lambda one: one.value)
    CONTAINER.property("Keys", "System.String[]")(lambda one: TypedArray(list(one.keys), "System.String"))
    ELEMENT.property("Name", "System.String")(lambda one: one.name)
    ELEMENT.property("TypeNameOfElement", "System.String")(lambda one: one.kind)
    ELEMENT.property("Type", "System.String")(lambda one: one.kind)


_declare()
