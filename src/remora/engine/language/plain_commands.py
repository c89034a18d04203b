"""A script block as plain commands, for sessions without a language: they take commands and no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from remora.engine import ast
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.frame import Frame
from remora.engine.scopes import Scope

if TYPE_CHECKING:
    from remora.engine.scriptblock import ScriptBlock

_ALLOWED: Final = (
    ast.Pipeline, ast.Command, ast.CommandParameter, ast.StringConstant, ast.Constant, ast.ArrayLiteral, ast.ArrayExpr,
    ast.HashLiteral, ast.Variable, ast.Block, ast.CommandExpr, ast.Paren, ast.Unary,
)  # fmt: skip
_FIXED: Final = ("true", "false", "null")


@dataclass(frozen=True, slots=True)
class PlainCommand:
    """A command with its arguments: name and value, no name for a positional one.

    A value of None: the name stands alone, for a switch or before its value.
    """

    name: str
    parameters: tuple[tuple[str | None, Any], ...]


def plain_commands(block: ScriptBlock, arguments: Sequence[Any]) -> tuple[tuple[PlainCommand, ...], ...] | None:
    """The pipelines of a block whose words are constants or its parameters; None for any other.

    Nothing is called for it. arguments: values of its parameters.
    """
    node = block.code.node
    if node.begin is not None or node.process is not None or node.end is None or not node.end.statements:
        return None
    scope = Scope(None)
    for parameter, value in zip(node.params.parameters if node.params is not None else (), arguments, strict=False):
        if parameter.attributes or parameter.default is not None:
            return None
        scope.put(parameter.name, value)
    names = {*scope.vars, *_FIXED}
    if not all(_plain(part, names) for part in node.end.walk()):
        return None
    outer = block.context.active_frame()
    for name in _FIXED:
        scope.put(name, outer.context.global_scope.get(name))
    frame = Frame(outer.context, scope, outer.emit, outer.sinks)
    try:
        return tuple(_pipeline(frame, statement) for statement in node.end.statements)
    except (PSError, _NotPlain):
        return None


class _NotPlain(Exception):
    """A part that only the language can carry out."""


def _plain(part: ast.Node, names: set[str]) -> bool:
    if isinstance(part, ast.Variable):
        return not part.prefix and part.name.lower() in names
    return isinstance(part, _ALLOWED)


def _pipeline(frame: Frame, statement: ast.Node) -> tuple[PlainCommand, ...]:
    from remora.engine.compile.commands import command_code

    if not isinstance(statement, ast.Pipeline) or statement.background:
        raise _NotPlain
    commands = []
    for element in statement.elements:
        if not isinstance(element, ast.Command):
            raise _NotPlain
        code = command_code(element)
        name = to_text(code.name or (code.name_of(frame) if code.name_of is not None else ""))
        if code.operator == "." or code.redirects is not None or not name:
            raise _NotPlain
        commands.append(
            PlainCommand(name, tuple((one.name, one.value if one.given else None) for one in code.arguments(frame)))
        )
    return tuple(commands)
