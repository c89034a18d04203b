"""Statement nodes, commands, and what a script block is made of."""

from __future__ import annotations

from dataclasses import dataclass

from remora.engine.ast.expressions import Expr, TypeName, Variable
from remora.engine.ast.node import Node


@dataclass(frozen=True, slots=True, eq=False)
class Statement(Node):
    """Anything that can stand on a line."""


@dataclass(frozen=True, slots=True, eq=False)
class Block(Node):
    """Statements in braces or parentheses, with the traps that belong to them."""

    statements: tuple[Statement, ...]
    traps: tuple[Trap, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Redirection(Node):
    """``n> target``: stream 1..6, 0 for all."""

    stream: int
    append: bool
    target: Expr


@dataclass(frozen=True, slots=True, eq=False)
class MergeRedirection(Node):
    """``n>&1``: stream 2..6, 0 for all."""

    stream: int


@dataclass(frozen=True, slots=True, eq=False)
class CommandParameter(Node):
    """``-name`` or ``-name:argument``. colon: it was written with a colon."""

    name: str
    argument: Expr | None
    colon: bool


@dataclass(frozen=True, slots=True, eq=False)
class Command(Node):
    """A command call. operator: "", "&" or ".". elements: name first."""

    operator: str
    name: Expr
    elements: tuple[Expr | CommandParameter, ...]
    redirections: tuple[Redirection | MergeRedirection, ...] = ()
    verbatim: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CommandExpr(Node):
    """An expression as the first element of a pipeline."""

    expression: Expr
    redirections: tuple[Redirection | MergeRedirection, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Pipeline(Statement):
    """Elements joined by ``|``; background: it ended with ``&``."""

    elements: tuple[Command | CommandExpr, ...]
    background: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Chain(Statement):
    """``left && right`` or ``left || right``."""

    op: str
    left: Statement
    right: Statement


@dataclass(frozen=True, slots=True, eq=False)
class Assignment(Statement):
    """``left op right``; op: = += -= *= /= %= ??="""

    op: str
    left: Expr
    right: Statement


@dataclass(frozen=True, slots=True, eq=False)
class If(Statement):
    """``if``/``elseif`` clauses in order, then ``else``."""

    clauses: tuple[tuple[Statement, Block], ...]
    otherwise: Block | None


@dataclass(frozen=True, slots=True, eq=False)
class While(Statement):
    """``while (condition) { }``."""

    label: str
    condition: Statement
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class DoLoop(Statement):
    """``do { } while ()`` or ``until ()``."""

    label: str
    body: Block
    condition: Statement
    until: bool


@dataclass(frozen=True, slots=True, eq=False)
class For(Statement):
    """``for (start; condition; step) { }``."""

    label: str
    start: Statement | None
    condition: Statement | None
    step: Statement | None
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class ForEach(Statement):
    """``foreach ($variable in pipeline) { }``."""

    label: str
    variable: Variable
    items: Statement
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class SwitchClause(Node):
    """One ``condition { }`` of a switch."""

    condition: Expr
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class Switch(Statement):
    """flags: subset of exact wildcard regex casesensitive file. condition: a statement, or the file's expression."""

    label: str
    flags: frozenset[str]
    condition: Statement | Expr
    clauses: tuple[SwitchClause, ...]
    default: Block | None


@dataclass(frozen=True, slots=True, eq=False)
class CatchClause(Node):
    """``catch [types] { }``."""

    types: tuple[TypeName, ...]
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class Try(Statement):
    """``try { } catch { } finally { }``."""

    body: Block
    catches: tuple[CatchClause, ...]
    final: Block | None


@dataclass(frozen=True, slots=True, eq=False)
class Trap(Statement):
    """``trap [type] { }``."""

    type: TypeName | None
    body: Block


@dataclass(frozen=True, slots=True, eq=False)
class Throw(Statement):
    """``throw value``."""

    value: Statement | None


@dataclass(frozen=True, slots=True, eq=False)
class Return(Statement):
    """``return value``."""

    value: Statement | None


@dataclass(frozen=True, slots=True, eq=False)
class Exit(Statement):
    """``exit code``."""

    value: Statement | None


@dataclass(frozen=True, slots=True, eq=False)
class Break(Statement):
    """``break label``."""

    label: Expr | None


@dataclass(frozen=True, slots=True, eq=False)
class Continue(Statement):
    """``continue label``."""

    label: Expr | None


@dataclass(frozen=True, slots=True, eq=False)
class AttributeNode(Node):
    """``[Name(positional, Key = value)]``; a key alone has the value None."""

    type: TypeName
    positional: tuple[Expr, ...]
    named: tuple[tuple[str, Expr | None], ...]


@dataclass(frozen=True, slots=True, eq=False)
class ParameterNode(Node):
    """One declared parameter. types: the type constraints, outermost first."""

    name: str
    attributes: tuple[AttributeNode, ...]
    types: tuple[TypeName, ...]
    default: Expr | None


@dataclass(frozen=True, slots=True, eq=False)
class ParamBlock(Node):
    """``param( )`` with the attributes before it, or the parameters after a function's name."""

    attributes: tuple[AttributeNode, ...]
    parameters: tuple[ParameterNode, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ScriptNode(Node):
    """The inside of a script, function or script block. Without named blocks everything is in ``end``.

    extent: the inside of the braces. named: it was written with begin/process/end/dynamicparam/clean blocks.
    requires: texts of the #requires lines.
    """

    params: ParamBlock | None
    dynamic: Block | None
    begin: Block | None
    process: Block | None
    end: Block | None
    clean: Block | None
    named: bool
    is_filter: bool = False
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class FunctionDef(Statement):
    """``function name { }`` or ``filter``; name may carry a scope prefix."""

    name: str
    is_filter: bool
    script: ScriptNode
