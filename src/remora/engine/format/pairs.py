"""DictionaryEntry: one pair of a hashtable as output shows it."""

from __future__ import annotations

from typing import Any

from remora.engine.nettype import OBJECT, NetObject, NetType


class Pair(NetObject):
    """Name (the key) and Value."""

    __slots__ = ("key", "value")
    net_type = NetType("System.Collections.DictionaryEntry", OBJECT)

    def __init__(self, key: Any, value: Any) -> None:
        self.key = key
        self.value = value

    def net_text(self) -> str:
        """``[key, value]``."""
        from remora.engine.convert import to_text

        return f"[{to_text(self.key)}, {to_text(self.value)}]"


@Pair.net_type.property("Name")
def _name(self: Pair) -> Any:
    return self.key


@Pair.net_type.property("Key")
def _key(self: Pair) -> Any:
    return self.key


@Pair.net_type.property("Value")
def _value(self: Pair) -> Any:
    return self.value
