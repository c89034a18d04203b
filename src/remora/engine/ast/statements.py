"""Statement nodes, commands, and what a script block is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.ast.expressions import Expr, TypeName, Variable
from remora.engine.ast.node import Node

if TYPE_CHECKING:
    from remora.engine.ast.definitions import LocalTypes


class Statement(Node):
    """Anything that can stand on a line."""


class Block(Node):
    """Statements with the traps that belong to them. extent: with the braces and the keyword of a named block; without
    braces from the first statement to the last.
    """

    statements: tuple[Statement, ...]
    traps: tuple[Trap, ...] = ()


class Redirection(Node):
    """``n> target``: stream 1..6, 0 for all."""

    stream: int
    append: bool
    target: Expr


class MergeRedirection(Node):
    """``n>&1``: stream 2..6, 0 for all."""

    stream: int


class CommandParameter(Node):
    """``-name`` or ``-name:argument``. colon: it was written with a colon."""

    name: str
    argument: Expr | None
    colon: bool


class Command(Node):
    """A command call. operator: "", "&" or ".". elements: name first."""

    operator: str
    name: Expr
    elements: tuple[Expr | CommandParameter, ...]
    redirections: tuple[Redirection | MergeRedirection, ...] = ()
    verbatim: str | None = None


class CommandExpr(Node):
    """An expression as the first element of a pipeline."""

    expression: Expr
    redirections: tuple[Redirection | MergeRedirection, ...] = ()


class Pipeline(Statement):
    """Elements joined by ``|``; background: it ended with ``&``."""

    elements: tuple[Command | CommandExpr, ...]
    background: bool = False


class Chain(Statement):
    """``left && right`` or ``left || right``; background: it ended with ``&``."""

    op: str
    left: Statement
    right: Statement
    background: bool = False


class Assignment(Statement):
    """``left op right``; op: = += -= *= /= %= ??="""

    op: str
    left: Expr
    right: Statement


class If(Statement):
    """``if``/``elseif`` clauses in order, then ``else``."""

    clauses: tuple[tuple[Statement, Block], ...]
    otherwise: Block | None


class While(Statement):
    """``while (condition) { }``."""

    label: str
    condition: Statement
    body: Block


class DoLoop(Statement):
    """``do { } while ()`` or ``until ()``."""

    label: str
    body: Block
    condition: Statement
    until: bool


class For(Statement):
    """``for (start; condition; step) { }``."""

    label: str
    start: Statement | None
    condition: Statement | None
    step: Statement | None
    body: Block


class ForEach(Statement):
    """``foreach ($variable in pipeline) { }``. flags: those that do nothing yet: parallel, throttlelimit."""

    label: str
    variable: Variable
    items: Statement
    body: Block
    flags: frozenset[str] = frozenset()


class SwitchClause(Node):
    """One ``condition { }`` of a switch."""

    condition: Expr
    body: Block


class Switch(Statement):
    """flags: subset of exact wildcard regex casesensitive file. condition: a statement, or the file's expression."""

    label: str
    flags: frozenset[str]
    condition: Statement | Expr
    clauses: tuple[SwitchClause, ...]
    default: Block | None


class CatchClause(Node):
    """``catch [types] { }``."""

    types: tuple[TypeName, ...]
    body: Block


class Try(Statement):
    """``try { } catch { } finally { }``."""

    body: Block
    catches: tuple[CatchClause, ...]
    final: Block | None


class Trap(Statement):
    """``trap [type] { }``."""

    type: TypeName | None
    body: Block


class Throw(Statement):
    """``throw value``."""

    value: Statement | None


class Return(Statement):
    """``return value``. in_method: it leaves a method of a class, whose value it gives."""

    value: Statement | None
    in_method: bool = False


class Exit(Statement):
    """``exit code``."""

    value: Statement | None


class Break(Statement):
    """``break label``."""

    label: Expr | None


class Continue(Statement):
    """``continue label``."""

    label: Expr | None


class Data(Statement):
    """``data name -SupportedCommand commands { }``."""

    name: str
    commands: tuple[Expr, ...]
    body: Block


class Using(Statement):
    """``using kind name``, ``using kind alias = name``. kind: namespace, module, assembly, type, command, in lower
    case. name: a text, or the hashtable of a module specification.
    """

    kind: str
    name: Expr
    alias: str = ""


class ErrorStatement(Statement):
    """A statement with an error in it. parts: what could be read of it. kind: its keyword, for a switch; flags: of a
    switch, with the expression after ``-file``; conditions, bodies: of a switch.
    """

    parts: tuple[Node, ...] = ()
    kind: str = ""
    flags: tuple[tuple[str, Node | None], ...] = ()
    conditions: tuple[Node, ...] = ()
    bodies: tuple[Node, ...] = ()


class AttributeNode(Node):
    """``[Name(positional, Key = value)]``; a key alone has the value None. keys: offsets of the keys."""

    type: TypeName
    positional: tuple[Expr, ...]
    named: tuple[tuple[str, Expr | None], ...]
    keys: tuple[int, ...] = ()


class ParameterNode(Node):
    """One declared parameter. types: the type constraints, outermost first. variable: its ``$name``."""

    name: str
    attributes: tuple[AttributeNode, ...]
    types: tuple[TypeName, ...]
    default: Expr | None
    variable: Variable | None = None


class ParamBlock(Node):
    """``param( )`` with the attributes before it, or the parameters after a function's name."""

    attributes: tuple[AttributeNode, ...]
    parameters: tuple[ParameterNode, ...]


class ScriptNode(Node):
    """The inside of a script, function or script block. Without named blocks everything is in ``end``.

    extent: the inside of the braces. named: it was written with begin/process/end/dynamicparam/clean blocks.
    requires: texts of the #requires lines. usings: the using statements at the beginning. types: the classes and
    enums it defines, None for none.
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
    usings: tuple[Using, ...] = ()
    types: LocalTypes | None = None


class FunctionDef(Statement):
    """``function name { }`` or ``filter``; name may carry a scope prefix."""

    name: str
    is_filter: bool
    script: ScriptNode
