"""Lines for sessions without a language: what consists of commands with constant arguments is sent as commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remora.engine import ast
from remora.engine.parser import parse
from remora.engine.source import ParseError
from remora.engine.wire import to_wire
from remora.psrp.spec import CommandSpec

Argument = tuple[str | None, Any]


class _NotPlainError(Exception):
    """The line needs a language."""


def plain_statements(text: str) -> tuple[tuple[CommandSpec, ...], ...] | None:
    """The pipelines of a line; None when it has more in it than commands, parameters and constants."""
    try:
        end = parse(text).end
        if end is None or not end.statements:
            return None
        return tuple(tuple(map(_command, _elements(statement))) for statement in end.statements)
    except (ParseError, _NotPlainError):
        return None


def _elements(statement: ast.Statement) -> tuple[ast.Command | ast.CommandExpr, ...]:
    if not isinstance(statement, ast.Pipeline) or statement.background:
        raise _NotPlainError
    return statement.elements


def _command(element: ast.Command | ast.CommandExpr) -> CommandSpec:
    if not isinstance(element, ast.Command) or element.operator or element.redirections:
        raise _NotPlainError
    return CommandSpec(name=str(_constant(element.name)), parameters=tuple(_arguments(element)))


def _arguments(command: ast.Command) -> Iterator[Argument]:
    """As they are written: a parameter without a colon leaves it to the other side whether what follows is its own."""
    for element in command.elements:
        if isinstance(element, ast.CommandParameter):
            value = to_wire(_constant(element.argument)) if element.argument is not None else None
            yield f"-{element.name}{':' if element.colon else ''}", value
        else:
            yield None, to_wire(_constant(element))


def _constant(expression: ast.Expr) -> Any:
    match expression:
        case ast.Constant(value=value) | ast.StringConstant(value=value):
            return value
        case ast.ArrayLiteral(items=items):
            return [_constant(item) for item in items]
        case ast.Variable(name=name, prefix="", splat=False) if name.lower() in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[name.lower()]
    raise _NotPlainError
