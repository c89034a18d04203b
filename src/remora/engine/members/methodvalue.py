"""Methods as values: ``$x.Method`` without parentheses."""

from __future__ import annotations

from typing import Any

from remora.engine.nettype import OBJECT, Method, NetObject, NetType
from remora.engine.types.registry import type_of

_M = "System.Management.Automation."


class MethodValue(NetObject):
    """A method named without parentheses."""

    __slots__ = ("name", "target")
    net_type = NetType(_M + "PSMethod", OBJECT)

    def __init__(self, target: Any, name: str) -> None:
        self.target = target
        self.name = name

    def net_text(self) -> str:
        member = type_of(self.target).find(self.name.lower())
        return member.definition() if isinstance(member, Method) else self.name


_METHOD = MethodValue.net_type
_METHOD.property("Name", "System.String")(lambda method: method.name)
_METHOD.property("MemberType")(lambda method: "Method")
_METHOD.property("OverloadDefinitions")(lambda method: method.net_text())
