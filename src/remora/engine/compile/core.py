"""The compiler's dispatch: node class -> function that makes a closure. Closures take the Frame and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from remora.engine import ast
from remora.engine.errors import BreakSignal, ContinueSignal, ExitSignal, ReturnSignal
from remora.engine.frame import Frame

Closure = Callable[[Frame], Any]
Table = Mapping[type[ast.Node], Callable[[Any], Closure]]

EXPRESSIONS: Final[dict[type, Callable[[Any], Closure]]] = {}
STATEMENTS: Final[dict[type, Callable[[Any], Closure]]] = {}
VALUES: Final[dict[type, Callable[[Any], Closure]]] = {}


def expression(node: ast.Expr) -> Closure:
    """A closure that returns the expression's value (never NOTHING for a plain variable)."""
    return EXPRESSIONS[type(node)](node)


def statement(node: ast.Statement) -> Closure:
    """A closure that runs the statement; output goes to ``frame.emit``, the result means nothing."""
    return STATEMENTS[type(node)](node)


def value_of(node: ast.Statement) -> Closure:
    """A closure that runs the statement and returns its output as a value (NOTHING, the object, or a list)."""
    special = VALUES.get(type(node))
    if special is not None:
        return special(node)
    return captured(statement(node))


_LEAVING: Final = (ReturnSignal, ExitSignal, BreakSignal, ContinueSignal)


def returned(out: list[Any], emit: Callable[[Any], Any]) -> None:
    """What a block has put out before it returned, left a loop or the script goes to the caller, not to what would have
    taken its value.
    """
    for item in out:
        emit(item)


def captured(run: Closure) -> Closure:
    """Run a statement closure with its output collected into a value."""
    from remora.engine.nothing import collected

    def capture(f: Frame) -> Any:
        out: list[Any] = []
        saved = f.emit
        f.emit = out.append
        try:
            run(f)
        except _LEAVING:
            returned(out, saved)
            raise
        finally:
            f.emit = saved
        return collected(out)

    return capture


def capture_list(run: Closure) -> Callable[[Frame], list[Any]]:
    """Run a statement closure with its output collected into a new list."""

    def capture(f: Frame) -> list[Any]:
        out: list[Any] = []
        saved = f.emit
        f.emit = out.append
        try:
            run(f)
        except _LEAVING:
            returned(out, saved)
            raise
        finally:
            f.emit = saved
        return out

    return capture


def single_expression(node: ast.Node) -> ast.Expr | None:
    """The expression, when the statement is nothing but one (no command, no redirection)."""
    if isinstance(node, ast.Pipeline) and len(node.elements) == 1 and not node.background:
        only = node.elements[0]
        if isinstance(only, ast.CommandExpr) and not only.redirections:
            return only.expression
    return None


def sets_success(node: ast.Node) -> bool:
    """Tell whether a statement that succeeds makes $? true by itself: commands inside it have the last word."""
    if isinstance(node, ast.Assignment):
        return isinstance(node.right, (ast.Assignment, ast.Pipeline)) and sets_success(node.right)
    if isinstance(node, ast.Pipeline):
        only = node.elements[0] if len(node.elements) == 1 else None
        return isinstance(only, ast.CommandExpr) and sets_success(only.expression)
    if isinstance(node, ast.Paren):
        return sets_success(node.pipeline)
    if isinstance(node, ast.SubExpr):
        return not node.body.statements
    if isinstance(node, ast.ArrayExpr):
        body = node.body
        return not body.statements or (
            len(body.statements) == 1 and not body.traps and sets_success(body.statements[0])
        )
    return isinstance(node, ast.Expr)


def runs_commands(node: ast.Node) -> bool:
    """Tell whether a command stands in the node, outside of script blocks."""
    if isinstance(node, ast.Command):
        return True
    return not isinstance(node, ast.ScriptBlockExpr) and any(runs_commands(child) for child in node.children())


def no_output(node: ast.Expr) -> bool:
    """Tell whether an expression statement prints nothing: ``$i++`` and its relatives (trap 18)."""
    return isinstance(node, ast.Postfix) or (isinstance(node, ast.Unary) and node.op in ("++", "--"))
