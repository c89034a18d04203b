"""Pipelines and commands: argument evaluation here, running in ``remora.engine.pipeline``."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from remora.engine import ast
from remora.engine.arguments import Argument, NativeWord
from remora.engine.compile.core import (
    Closure,
    Table,
    captured,
    expression,
    no_output,
    sets_success,
    single_expression,
    statement,
)
from remora.engine.compile.literals import raw_expression
from remora.engine.compile.ranges import is_range, walked_range
from remora.engine.compile.variables import is_strict
from remora.engine.convert.text import to_text
from remora.engine.enumeration import emit_each, is_enumerable, items_of
from remora.engine.errors import error
from remora.engine.frame import Frame
from remora.engine.nothing import NOTHING
from remora.engine.pipeline.quickcall import quick_call
from remora.engine.pipeline.redirect import Redirects
from remora.engine.pipeline.run import CommandCode, ExpressionCode, run_pipeline
from remora.values.objects import PSObject
from remora.values.tables import Hashtable

Collect = Callable[[Frame, list[Argument]], None]
_AS_METHOD: Final = (
    "The function or command was called as if it were a method. Parameters should be separated by spaces. For "
    "information about parameters, see the about_Parameters Help topic."
)


def _pipeline(node: ast.Pipeline) -> Closure:
    if node.background:
        return _background(node)
    only = single_expression(node)
    if only is not None:
        return _expression_statement(only)
    elements = [_element(element) for element in node.elements]
    if len(elements) == 1 and isinstance(elements[0], CommandCode):
        only_command = elements[0]
        only_command.alone = True
        if only_command.name and not only_command.operator and only_command.redirects is None:
            return quick_call(only_command)
    return lambda f: run_pipeline(f, elements)


def _expression_statement(node: ast.Expr) -> Closure:
    run = raw_expression(node)
    if no_output(node):
        return run
    if (
        isinstance(node, ast.Paren)
        and isinstance(node.pipeline, ast.Pipeline)
        and single_expression(node.pipeline) is None
    ):
        return statement(node.pipeline)

    success = sets_success(node)

    def emit(f: Frame) -> None:
        value = run(f)
        if success:
            f.context.success = True
        kind = type(value)
        if kind is int or kind is str:
            f.emit(value)
        else:
            emit_each(value, f.emit)

    return emit


def _pipeline_value(node: ast.Pipeline) -> Closure:
    only = None if node.background else single_expression(node)
    if only is not None:
        return raw_expression(only)
    return captured(statement(node))


def _element(node: ast.Command | ast.CommandExpr) -> CommandCode | ExpressionCode:
    if isinstance(node, ast.CommandExpr):
        only, decides = node.expression, not sets_success(node.expression)
        run = walked_range(only) if isinstance(only, ast.Binary) and is_range(only) else raw_expression(only)
        return ExpressionCode(run, _redirects(node.redirections), node.extent, decides=decides)
    return command_code(node)


def command_code(node: ast.Command) -> CommandCode:
    """The compiled form of a command call."""
    name = node.name
    constant = name.value if isinstance(name, ast.StringConstant) else None
    collectors = [_argument(element) for element in node.elements]
    native = [_native_argument(element) for element in node.elements]

    def arguments(f: Frame) -> list[Argument]:
        out: list[Argument] = []
        for collect in collectors:
            collect(f, out)
        return out

    as_method = _written_as_method(node)

    def checked(f: Frame) -> list[Argument]:
        if f.context.strict and is_strict(f, 2):
            raise error(_AS_METHOD, "StrictModeFunctionCallWithParens", "InvalidOperation")
        return arguments(f)

    code = CommandCode(
        name=constant,
        name_of=None if constant is not None else expression(name),
        operator=node.operator,
        arguments=checked if as_method else arguments,
        native=native,
        verbatim=node.verbatim,
        redirects=_redirects(node.redirections),
        extent=node.extent,
        name_extent=name.extent,
    )
    code.asks_help = any(isinstance(e, ast.CommandParameter) and e.name == "?" for e in node.elements)
    return code


def _written_as_method(node: ast.Command) -> bool:
    """``f(1, 2)``: a list in parentheses right behind the name; strict mode takes it for a mistake."""
    only = node.elements[0] if len(node.elements) == 1 else None
    if not isinstance(only, ast.Paren) or only.extent.start != node.name.extent.end:
        return False
    inside = only.pipeline
    return isinstance(inside, ast.Pipeline) and isinstance(single_expression(inside), ast.ArrayLiteral)


# -- arguments ---------------------------------------------------------------------------------------------------------


def _argument(node: ast.Expr | ast.CommandParameter) -> Collect:
    if isinstance(node, ast.CommandParameter):
        return _parameter(node)
    if isinstance(node, ast.Variable) and node.splat:
        return _splat(node)
    value = raw_expression(node)
    if isinstance(node, ast.Constant):
        number, text = node.value, node.extent.text
        return lambda f, out: out.append(Argument(None, number, True, text=text, node=node))

    def positional(f: Frame, out: list[Argument]) -> None:
        got = value(f)
        out.append(Argument(None, None if got is NOTHING else got, True, node=node))

    return positional


def _parameter(node: ast.CommandParameter) -> Collect:
    name = node.name
    if name == "-":
        return lambda f, out: None  # ``--`` ends the parameters: only programs see it
    if node.argument is None:
        return lambda f, out: out.append(Argument(name, None, False, node=node))
    value = expression(node.argument)
    text = node.argument.extent.text if isinstance(node.argument, ast.Constant) else ""
    return lambda f, out: out.append(Argument(name, value(f), True, text=text, node=node))


def _splat(node: ast.Variable) -> Collect:
    value = raw_expression(ast.Variable(node.extent, node.name, node.prefix))
    is_args = node.name.lower() == "args"

    def splat(f: Frame, out: list[Argument]) -> None:
        got = value(f)
        if isinstance(got, PSObject) and isinstance(got.base, (Hashtable, dict)):
            got = got.base
        if isinstance(got, (Hashtable, dict)):
            out.extend(Argument(to_text(key), item, True, splatted=True, node=node) for key, item in got.items())
        elif is_enumerable(got):
            out.extend(_splat_items(list(items_of(got)), is_args))
        elif got is not NOTHING and got is not None:
            out.append(Argument(None, got, True))

    return splat


def _splat_items(items: list[Any], is_args: bool) -> list[Argument]:
    """``@args`` passes named arguments on: a ``-name`` text that was a parameter in the call stays one."""
    from remora.engine.arguments import ParameterText

    out: list[Argument] = []
    index = 0
    while index < len(items):
        item = items[index]
        if is_args and isinstance(item, ParameterText):
            if item.colon and index + 1 < len(items):
                out.append(Argument(item.name, items[index + 1], True))
                index += 1
            else:
                out.append(Argument(item.name, None, False))
        else:
            out.append(Argument(None, item, True))
        index += 1
    return out


def _native_argument(node: ast.Expr | ast.CommandParameter) -> Callable[[Frame], list[NativeWord]]:
    """What a program gets from this element."""
    if not isinstance(node, ast.CommandParameter):
        return _native_value(node, "", spaced=False)
    if node.argument is None:
        words = [NativeWord(node.extent.text, has_value=False)]
        return lambda f: words
    text = node.extent.text
    head = text[: len(node.name) + 2]
    return _native_value(node.argument, head, spaced=text[len(head) : len(head) + 1].isspace())


def _native_value(node: ast.Expr, name: str, *, spaced: bool) -> Callable[[Frame], list[NativeWord]]:
    if isinstance(node, ast.StringConstant):
        words = [NativeWord(name, spaced=spaced, value=node.value, quoted=node.kind != "bare")]
        return lambda f: words
    if isinstance(node, ast.Constant):
        words = [NativeWord(name, spaced=spaced, value=node.extent.text, constant=node.value)]
        return lambda f: words
    quoted = isinstance(node, ast.ExpandableString) and node.kind != "bare"
    array: str | None = None
    separators: tuple[str, ...] = ()
    if isinstance(node, ast.ArrayLiteral):
        array, separators = node.extent.text, _separators(node)
    if isinstance(node, ast.Variable) and node.splat:
        return _native_splat(node)
    value = raw_expression(node)

    def words_of(f: Frame) -> list[NativeWord]:
        got = value(f)
        if got is NOTHING:
            return [NativeWord(name, has_value=False)] if name else []
        return [NativeWord(name, spaced=spaced, value=got, quoted=quoted, array=array, separators=separators)]

    return words_of


def _separators(node: ast.ArrayLiteral) -> tuple[str, ...]:
    """What stands between the elements of an array: a comma with the spaces written around it."""
    text = node.extent.source.text
    out: list[str] = []
    for before, after in pairwise(node.items):
        between = text[before.extent.end : after.extent.start]
        head, _, tail = between.partition(",")
        out.append((" " if head else "") + "," + (" " if tail else ""))
    return tuple(out)


def _native_splat(node: ast.Variable) -> Callable[[Frame], list[NativeWord]]:
    """``@name``: each element is a word, each pair of a hashtable ``-key:value``."""
    collect = _splat(node)

    def words_of(f: Frame) -> list[NativeWord]:
        arguments: list[Argument] = []
        collect(f, arguments)
        return [
            NativeWord(f"-{one.name}:" if one.given else f"-{one.name}", has_value=one.given, value=one.value)
            if one.name is not None
            else NativeWord(value=one.value)
            for one in arguments
        ]

    return words_of


def _redirects(nodes: tuple[ast.Redirection | ast.MergeRedirection, ...]) -> Redirects | None:
    if not nodes:
        return None
    files: list[tuple[int, bool, Closure]] = []
    merges: list[int] = []
    for node in nodes:
        if isinstance(node, ast.MergeRedirection):
            merges.append(node.stream)
        else:
            files.append((node.stream, node.append, expression(node.target)))
    return Redirects(files, merges)


# -- chains and background ---------------------------------------------------------------------------------------------


def _chain(node: ast.Chain) -> Closure:
    if node.background:
        return _background(node)
    left, right, wanted = statement(node.left), statement(node.right), node.op == "&&"

    def run(f: Frame) -> None:
        from remora.engine.compile.blocks import failed, place
        from remora.engine.errors import PSError

        try:
            left(f)
        except PSError as problem:
            handlers = f.context.trap_handlers
            handler = handlers[-1] if handlers else None
            if handler is not None and handler[0] is f:
                place(f, problem, node.left.extent)
                handler[1](problem, node.left.extent)
                f.context.success = False
            else:
                failed(f, problem, node.left.extent)
        if f.context.success == wanted:
            right(f)

    return run


def _background(node: ast.Pipeline | ast.Chain) -> Closure:
    from remora.engine.compile.background import background

    return background(node)


STATEMENT_TABLE: Table = {ast.Pipeline: _pipeline, ast.Chain: _chain}
VALUE_TABLE: Table = {ast.Pipeline: _pipeline_value}
