"""SwitchParameter: what a ``[switch]`` holds in a script. Cmdlets in Python get a plain bool."""

from __future__ import annotations

from typing import ClassVar

from remora.engine.nettype import NetObject
from remora.engine.types.typeref import SWITCH


class SwitchParameter(NetObject):
    """A switch that is there or not. It counts as a Boolean wherever one is wanted."""

    __slots__ = ("switch_value",)
    net_type = SWITCH
    wire_depth: ClassVar[int] = 1

    def __init__(self, switch_value: bool) -> None:
        self.switch_value = switch_value

    def net_text(self) -> str:
        return str(self.switch_value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SwitchParameter):
            return self.switch_value == other.switch_value
        return self.switch_value == other if isinstance(other, bool) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.switch_value)


def _declare() -> None:
    SWITCH.property("IsPresent", "System.Boolean")(lambda s: s.switch_value)
    SWITCH.method("ToBool()", returns="bool")(lambda s: s.switch_value)
    SWITCH.method("ToString()", returns="string")(lambda s: str(s.switch_value))
    SWITCH.method("Equals(object)", returns="bool")(lambda s, other: s == getattr(other, "switch_value", other))
    SWITCH.static_property("Present", SWITCH.name)(lambda: SwitchParameter(True))
    SWITCH.constructor("(bool)")(SwitchParameter)


_declare()
