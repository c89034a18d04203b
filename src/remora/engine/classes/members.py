"""Members of classes that scripts define."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remora.engine.nettype import OBJECT_NAME, Getter, Method, NetType, Overload, Property, Setter

if TYPE_CHECKING:
    from remora.engine import ast
    from remora.engine.types.typeref import TypeRef


class ClassProperty(Property):
    """A property of a script's class. type: declared or None; default: before anything is assigned; attributes: as
    written; owner: the class that declares it.
    """

    __slots__ = ("attributes", "default", "owner", "static", "type")

    def __init__(
        self, node: ast.PropertyMember, owner: NetType, type: TypeRef | None, get: Getter, set: Setter
    ) -> None:
        super().__init__(
            node.name, get, set, type_name=type.name if type is not None else OBJECT_NAME, hidden=node.hidden
        )
        self.type = type
        self.default: Any = None
        self.attributes = node.attributes
        self.owner = owner
        self.static = node.static


class ClassOverload(Overload):
    """A method or constructor of a script's class. types: of its parameters; returns: None for void; node: as written;
    owner: the class that declares it; initialize: constructors only, makes a new instance (and the arguments) whole.
    """

    __slots__ = ("initialize", "node", "owner", "returns")

    def __init__(
        self,
        types: tuple[TypeRef, ...],
        call: Callable[..., Any],
        owner: NetType,
        node: ast.MethodMember | None = None,
        returns: TypeRef | None = None,
    ) -> None:
        super().__init__(tuple(one.name for one in types), call)
        self.types = types
        self.of_script = True
        self.owner = owner
        self.node = node
        self.returns = returns
        self.initialize: Callable[[Any, tuple[Any, ...]], None] = _nothing


def _nothing(made: Any, arguments: tuple[Any, ...]) -> None:
    """Methods initialize nothing."""


class ClassMethod(Method):
    """A method with at least one overload of a script's class; its errors pass unchanged."""

    __slots__ = ("hidden", "static")

    def __init__(self, name: str, *, returns: str, hidden: bool = False, static: bool = False) -> None:
        super().__init__(name, returns=returns)
        self.hidden = hidden
        self.static = static

    @property
    def is_declared(self) -> bool:
        """Whether a script wrote the method, other than what every class has."""
        return any(isinstance(one, ClassOverload) and one.node is not None for one in self.overloads)

    def definition(self) -> str:
        """The text of Get-Member's Definition column, one signature an overload."""
        return ", ".join(_signature(self, one) for one in self.overloads)


def _signature(method: ClassMethod, overload: Overload) -> str:
    if not isinstance(overload, ClassOverload) or overload.node is None:
        return (
            f"{short_name(method.returns)} {method.name}({', '.join(short_name(one) for one in overload.parameters)})"
        )
    returns = short_name(overload.returns.name) if overload.returns is not None else "void"
    pairs = zip(overload.parameters, overload.node.parameters, strict=True)
    inner = ", ".join(f"{short_name(kind)} {node.name}" for kind, node in pairs)
    return f"{'static ' if method.static else ''}{returns} {method.name}({inner})"


def short_name(name: str) -> str:
    """How Get-Member's definitions write a type."""
    from remora.engine.types.accelerators import accelerator_of

    return accelerator_of(name) or name
