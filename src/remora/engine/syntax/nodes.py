"""The objects of a tree: Ast nodes, type names, variable paths, pairs of clauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remora.engine import ast
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.source import Extent
from remora.engine.syntax.kinds import KINDS, PROPERTIES, VARIABLE_PATH
from remora.engine.types.typeref import TypeRef, find_type, resolve


class AstObject(NetObject):
    """One node. kind: its class; values: its properties by name; node: what it was made from; parent: None at the
    root. broken: of a root, its text has errors.
    """

    __slots__ = ("broken", "extent", "kind", "node", "parent", "values")

    def __init__(self, name: str, node: ast.Node, extent: Extent, parent: AstObject | None) -> None:
        self.kind = KINDS[name]
        self.node = node
        self.extent = extent
        self.parent = parent
        self.values: dict[str, Any] = {}
        self.broken = False

    @property
    def name(self) -> str:
        """The class without its namespace."""
        return self.kind.name.rpartition(".")[2]

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return self.extent.text

    def children(self) -> Iterator[AstObject]:
        """The nodes directly below, in the order of visits."""
        for name in PROPERTIES[self.name]:
            yield from _nodes(self.values.get(name))

    def walk(self, *, nested: bool) -> Iterator[AstObject]:
        """This node and all below. nested: also inside functions and script blocks."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            if nested or node is self or node.name not in ("FunctionDefinitionAst", "ScriptBlockExpressionAst"):
                pending.extend(reversed(list(node.children())))


def _nodes(value: Any) -> Iterator[AstObject]:
    if isinstance(value, AstObject):
        yield value
    elif isinstance(value, Pair):
        yield value.first
        yield value.second
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item)


class Pair(NetObject):
    """Two nodes that belong together: a clause, or a key and its value."""

    __slots__ = ("first", "second")
    net_type = NetType("System.Tuple`2", OBJECT)

    def __init__(self, first: AstObject, second: AstObject) -> None:
        self.first = first
        self.second = second


Pair.net_type.property("Item1")(lambda pair: pair.first)
Pair.net_type.property("Item2")(lambda pair: pair.second)


class TypeNameObject(NetObject):
    """An ITypeName. ranks: how many of the ``[]`` behind the name belong to it."""

    __slots__ = ("kind", "node", "ranks")

    def __init__(self, node: ast.TypeName, ranks: int | None = None) -> None:
        self.node = node
        self.ranks = len(node.ranks) if ranks is None else ranks
        name = "ArrayTypeName" if self.ranks else "GenericTypeName" if node.arguments else "TypeName"
        self.kind = KINDS[name]

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def bare(self) -> ast.TypeName:
        """The node with only the ranks of this object."""
        return self.node.replaced(ranks=self.node.ranks[: self.ranks])

    def full_name(self) -> str:
        """The name with arguments, ranks and assembly."""
        text = self.bare().full()
        return f"{text},{self.node.assembly}" if self.node.assembly else text

    def net_text(self) -> str:
        return self.full_name()

    def reflection(self) -> TypeRef | None:
        """The type, None when it is unknown."""
        return resolve(self.bare())


class OpenTypeName(TypeNameObject):
    """The name of a generic type without its arguments."""

    __slots__ = ("arity",)

    def __init__(self, node: ast.TypeName) -> None:
        super().__init__(node.replaced(arguments=(), ranks=()), 0)
        self.arity = len(node.arguments)

    def reflection(self) -> TypeRef | None:
        found = resolve(self.node)
        if found is not None:
            return found
        name = self.node.name
        return find_type(name if "`" in name else f"{name}`{self.arity}")


class VariablePath(NetObject):
    """The name of a variable with its scope or drive."""

    __slots__ = ("path", "prefix", "unqualified")
    net_type = VARIABLE_PATH
    SCOPES = ("global", "local", "private", "script", "variable")

    def __init__(self, path: str) -> None:
        self.path = path
        prefix, colon, rest = path.partition(":")
        qualified = bool(colon and prefix)
        self.prefix = prefix if qualified else ""
        self.unqualified = rest if qualified else path

    def net_text(self) -> str:
        return self.path

    @property
    def is_variable(self) -> bool:
        return not self.prefix or self.prefix.lower() in self.SCOPES
