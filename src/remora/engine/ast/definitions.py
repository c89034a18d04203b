"""Classes and enums."""

from __future__ import annotations

from typing import Any

from remora.engine.ast.expressions import Expr, TypeName
from remora.engine.ast.node import Node
from remora.engine.ast.statements import AttributeNode, ParameterNode, ScriptNode, Statement


class TypeBinding:
    """What a definition has become: ``type`` is the type as a value once the script that defines it has begun."""

    __slots__ = ("type",)

    def __init__(self) -> None:
        self.type: Any = None


class LocalTypes:
    """The types a script block defines itself, wherever in it outside of inner script blocks."""

    __slots__ = ("definitions",)

    def __init__(self, definitions: tuple[TypeDefinition, ...]) -> None:
        self.definitions = definitions


class PropertyMember(Node):
    """``[attributes][type]$name = initial`` of a class, or ``name = initial`` of an enum. types: as written."""

    name: str
    attributes: tuple[AttributeNode, ...]
    types: tuple[TypeName, ...]
    initial: Expr | None
    static: bool = False
    hidden: bool = False


class MethodMember(Node):
    """A method or constructor. types: the return type as written. base: arguments of ``: base( )``, None without it.
    name_start: offset of its name.
    """

    name: str
    attributes: tuple[AttributeNode, ...]
    types: tuple[TypeName, ...]
    parameters: tuple[ParameterNode, ...]
    script: ScriptNode
    static: bool = False
    hidden: bool = False
    base: tuple[Expr, ...] | None = None
    name_start: int = 0

    def returns_value(self) -> bool:
        """Tell whether it is declared with a type other than void."""
        return bool(self.types) and self.types[-1].name.lower() not in ("void", "system.void")


class TypeDefinition(Statement):
    """``class name : bases { members }`` or ``enum name : underlying { members }``; kind: class or enum."""

    name: str
    kind: str
    attributes: tuple[AttributeNode, ...]
    bases: tuple[TypeName, ...]
    members: tuple[PropertyMember | MethodMember, ...]
    binding: TypeBinding

    def methods(self) -> list[MethodMember]:
        """Methods and constructors in the order of the text."""
        return [member for member in self.members if isinstance(member, MethodMember)]

    def properties(self) -> list[PropertyMember]:
        """Properties, or the labels of an enum."""
        return [member for member in self.members if isinstance(member, PropertyMember)]
