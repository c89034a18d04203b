"""Methods as values: ``$x.Method`` without parentheses."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.nettype import OBJECT, Method, NetObject, NetType
from remora.engine.types.registry import type_of
from remora.values.collections import TypedArray

_M = "System.Management.Automation."
OBJECT_METHODS: Final = {
    "Equals": "bool Equals(System.Object obj)",
    "GetHashCode": "int GetHashCode()",
    "GetType": "type GetType()",
    "ToString": "string ToString()",
}
"""What every object has."""


class MethodValue(NetObject):
    """A method named without parentheses; target: the object, or the type of a static one."""

    __slots__ = ("is_static", "name", "target")
    net_type = NetType(_M + "PSMethod", OBJECT)

    def __init__(self, target: Any, name: str, *, is_static: bool = False) -> None:
        self.target = target
        self.name = name
        self.is_static = is_static

    def call(self, arguments: list[Any]) -> Any:
        """Call the method."""
        from remora.engine.members.calls import invoke_member, invoke_static

        run = invoke_static if self.is_static else invoke_member
        return run(self.target, self.name, arguments)

    def takes(self, count: int) -> bool:
        """Tell whether an overload takes that many arguments."""
        from remora.engine.members.overloads import takes

        net = self.target.net if self.is_static else type_of(self.target)
        member = net.find_static(self.name.lower()) if self.is_static else net.find(self.name.lower())
        return isinstance(member, Method) and any(takes(one, count) for one in member.overloads)

    def net_text(self) -> str:
        return ", ".join(self.definitions()) or self.name

    def definitions(self) -> list[str]:
        """One text for each overload (OverloadDefinitions)."""
        from remora.engine.members.definitions import constructor_definitions, method_definitions

        if self.is_static:
            member = self.target.net.find_static(self.name.lower())
            if isinstance(member, Method):
                return method_definitions(member, self.target.net, "static")
            return constructor_definitions(self.target.net)
        net = type_of(self.target)
        member = net.find(self.name.lower())
        if isinstance(member, Method):
            return method_definitions(member, net)
        return [OBJECT_METHODS[self.name]] if self.name in OBJECT_METHODS else []


_METHOD = MethodValue.net_type
_METHOD.method("Invoke(*object)")(lambda method, *arguments: method.call(list(arguments)))
_METHOD.property("Name", "System.String")(lambda method: method.name)
_METHOD.property("MemberType")(lambda method: "Method")
_METHOD.property("OverloadDefinitions")(lambda method: TypedArray(method.definitions(), "System.String"))
