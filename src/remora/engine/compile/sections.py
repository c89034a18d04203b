"""Data sections."""

from __future__ import annotations

from typing import Any

from remora.engine import ast
from remora.engine.compile.blocks import block
from remora.engine.compile.core import Closure, captured, expression
from remora.engine.compile.variables import write_variable
from remora.engine.convert.text import to_text
from remora.engine.frame import Frame
from remora.engine.source import ParseError


def data(node: ast.Data) -> Closure:
    """A closure that evaluates the section, into its variable when it has a name."""
    body = captured(block(node.body))
    put = write_variable(ast.Variable(node.extent, node.name)) if node.name else None
    commands = [expression(command) for command in node.commands if not isinstance(command, ast.StringConstant)]
    names = [command.value for command in node.commands if isinstance(command, ast.StringConstant)]

    def run(f: Frame) -> None:
        if commands:
            _check(node, [*names, *(to_text(command(f)) for command in commands)])
        value = body(f)
        if put is not None:
            put(f, value)
        else:
            _emit(f, value)

    return run


def _emit(f: Frame, value: Any) -> None:
    from remora.engine.enumeration import items_of

    for item in items_of(value):
        f.emit(item)


def _check(node: ast.Data, commands: list[str]) -> None:
    """The restricted language, when the commands allowed are known at run time only."""
    from remora.engine.compile import parse_failure
    from remora.engine.parser.restricted import check_errors

    errors: list[ParseError] = check_errors(node.body, ["ConvertFrom-StringData", *commands], None)
    if errors:
        errors[0].others = tuple(errors[1:])
        raise parse_failure(errors[0])
