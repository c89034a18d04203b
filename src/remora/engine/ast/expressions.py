"""Expression nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.ast.node import Node

if TYPE_CHECKING:
    from remora.engine.ast.statements import Block, ScriptNode, Statement


class Expr(Node):
    """Anything with a value."""


class Constant(Expr):
    """A number literal."""

    value: Any


class StringConstant(Expr):
    """A text without expansion. kind: bare, single, double, here."""

    value: str
    kind: str


class ExpandableString(Expr):
    """A text with expansions: parts are literal texts and expressions. kind: bare, double, here."""

    parts: tuple[str | Expr, ...]
    kind: str


class Variable(Expr):
    """``$name``, ``$prefix:name``, ``@name``. name without prefix; prefix "" when there is none."""

    name: str
    prefix: str = ""
    splat: bool = False


class TypeName(Node):
    """A type's name as written. arguments: generic arguments; ranks: number of dimensions of each [] after it.
    assembly: what stands after a comma.
    binding: of the class or enum it means when that is defined around it.
    """

    name: str
    arguments: tuple[TypeName, ...] = ()
    ranks: tuple[int, ...] = ()
    assembly: str = ""
    binding: Any = None

    def full(self) -> str:
        """The name with arguments and array brackets, canonical spacing."""
        text = self.name
        if self.arguments:
            text += "[" + ",".join(argument.full() for argument in self.arguments) + "]"
        return text + "".join("[" + "," * (rank - 1) + "]" for rank in self.ranks)


class TypeLiteral(Expr):
    """``[type]``."""

    type: TypeName


class Cast(Expr):
    """``[type]operand``."""

    type: TypeName
    operand: Expr


class AttributedExpr(Expr):
    """``[Attribute()]operand``: only on the left of an assignment."""

    attribute: Node
    operand: Expr


class Unary(Expr):
    """Prefix operator: - + ! not bnot split csplit join ++ -- ,"""

    op: str
    operand: Expr


class Postfix(Expr):
    """``operand++`` or ``operand--``."""

    op: str
    operand: Expr


class Binary(Expr):
    """Infix operator; op is canonical: words without dash in lower case, c-forms kept (``ceq``), i-forms stripped
    (``eq``).
    """

    op: str
    left: Expr
    right: Expr


class Ternary(Expr):
    """``condition ? yes : no``."""

    condition: Expr
    yes: Expr
    no: Expr


class ArrayLiteral(Expr):
    """``a, b, c`` or ``,a``."""

    items: tuple[Expr, ...]


class ArrayExpr(Expr):
    """``@( statements )``."""

    body: Block


class SubExpr(Expr):
    """``$( statements )``."""

    body: Block


class Paren(Expr):
    """``( pipeline )``."""

    pipeline: Statement


class HashLiteral(Expr):
    """``@{ key = statement }``."""

    pairs: tuple[tuple[Expr, Statement], ...]


class ScriptBlockExpr(Expr):
    """``{ ... }``."""

    script: ScriptNode


class Member(Expr):
    """``target.name``, ``target::name``, ``target?.name``."""

    target: Expr
    name: Expr
    static: bool
    null_safe: bool


class Invoke(Expr):
    """``target.name(arguments)`` and its static and null-safe forms. types: ``target.name[types](arguments)``."""

    target: Expr
    name: Expr
    arguments: tuple[Expr, ...]
    static: bool
    null_safe: bool
    types: tuple[TypeName, ...] = ()


class Index(Expr):
    """``target[index]`` and ``target?[index]``."""

    target: Expr
    index: Expr
    null_safe: bool


class ErrorExpr(Expr):
    """An expression with an error in it. parts: what could be read."""

    parts: tuple[Node, ...] = ()
