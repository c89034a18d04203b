"""Branches, loops, switch, and the statements that leave them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from remora.engine import ast
from remora.engine.compile.blocks import block
from remora.engine.compile.core import Closure, Table, expression, single_expression, statement, value_of
from remora.engine.compile.literals import raw_expression
from remora.engine.compile.variables import restore_cell, swap_cell, write_variable
from remora.engine.convert.numbers import to_int
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import BreakSignal, ContinueSignal, ExitSignal, MethodReturn, PSError, ReturnSignal
from remora.engine.frame import Frame
from remora.engine.nothing import NOTHING


def _if(node: ast.If) -> Closure:
    clauses = [(value_of(condition), block(body)) for condition, body in node.clauses]
    otherwise = block(node.otherwise) if node.otherwise is not None else None
    if len(clauses) == 1:
        condition, body = clauses[0]

        def single(f: Frame) -> None:
            value = condition(f)
            if value is True or (value is not False and is_true(value)):
                body(f)
            elif otherwise is not None:
                otherwise(f)

        return single

    def run(f: Frame) -> None:
        for condition, body in clauses:
            if is_true(condition(f)):
                body(f)
                return
        if otherwise is not None:
            otherwise(f)

    return run


def _mine(signal: BreakSignal | ContinueSignal, label: str) -> bool:
    """Tell whether a break or continue means this loop."""
    return not signal.label or signal.label == label


def _while(node: ast.While) -> Closure:
    condition, body, label = value_of(node.condition), block(node.body), node.label

    def run(f: Frame) -> None:
        context = f.context
        try:
            while is_true(condition(f)):
                try:
                    body(f)
                except ContinueSignal as signal:
                    if not _mine(signal, label):
                        raise
                if context.stopped:
                    context.check_stop()
        except BreakSignal as signal:
            if not _mine(signal, label):
                raise

    return run


def _do(node: ast.DoLoop) -> Closure:
    condition, body, label, until = value_of(node.condition), block(node.body), node.label, node.until

    def run(f: Frame) -> None:
        context = f.context
        try:
            while True:
                try:
                    body(f)
                except ContinueSignal as signal:
                    if not _mine(signal, label):
                        raise
                if context.stopped:
                    context.check_stop()
                if is_true(condition(f)) == until:
                    return
        except BreakSignal as signal:
            if not _mine(signal, label):
                raise

    return run


def _for(node: ast.For) -> Closure:
    start = _silent(node.start)
    step = _silent(node.step)
    condition = value_of(node.condition) if node.condition is not None else None
    body, label = block(node.body), node.label

    def run(f: Frame) -> None:
        context = f.context
        if start is not None:
            start(f)
        try:
            while True:
                if condition is not None:
                    value = condition(f)
                    if value is not True and (value is False or not is_true(value)):
                        return
                try:
                    body(f)
                except ContinueSignal as signal:
                    if not _mine(signal, label):
                        raise
                if step is not None:
                    step(f)
                if context.stopped:
                    context.check_stop()
        except BreakSignal as signal:
            if not _mine(signal, label):
                raise

    return run


def _silent(node: ast.Statement | None) -> Closure | None:
    """Initialiser and iterator of a for loop: their values are dropped."""
    if node is None:
        return None
    only = single_expression(node)
    return expression(only) if only is not None else value_of(node)


def _foreach(node: ast.ForEach) -> Closure:
    only = single_expression(node.items)
    items = raw_expression(only) if only is not None else value_of(node.items)
    put, body, label = write_variable(node.variable), block(node.body), node.label

    def run(f: Frame) -> None:
        context = f.context
        values = _foreach_items(items(f))
        try:
            for value in values:
                put(f, value)
                try:
                    body(f)
                except ContinueSignal as signal:
                    if not _mine(signal, label):
                        raise
                if context.stopped:
                    context.check_stop()
        except BreakSignal as signal:
            if not _mine(signal, label):
                raise

    return run


def _foreach_items(value: Any) -> Iterable[Any]:
    if value is None or value is NOTHING:
        return ()
    if isinstance(value, list):
        return _checked(value)
    return items_of(value)


def _checked(items: list[Any]) -> Iterable[Any]:
    """The items of a list; changing it meanwhile is an error, as .NET's enumerators have it."""
    size = len(items)
    for index in range(size):
        if len(items) != size:
            from remora.engine.errors import error
            from remora.engine.exception_types import exception

            inner = exception(
                "Collection was modified; enumeration operation may not execute.", "System.InvalidOperationException"
            )
            raise error(inner.message, "BadEnumeration", "InvalidOperation", inner=inner)
        yield items[index]


# -- switch ------------------------------------------------------------------------------------------------------------


def _switch(node: ast.Switch) -> Closure:
    condition = _switch_source(node)
    clauses = [(_switch_test(clause.condition, node.flags), block(clause.body)) for clause in node.clauses]
    default = block(node.default) if node.default is not None else None
    label = node.label

    def run(f: Frame) -> None:
        context = f.context
        try:
            for value in condition(f):
                hidden = swap_cell(f.scope, "_", value)
                try:
                    _switch_one(f, value, clauses, default)
                except ContinueSignal as signal:
                    if not _mine(signal, label):
                        raise
                finally:
                    restore_cell(f.scope, "_", hidden)
                if context.stopped:
                    context.check_stop()
        except BreakSignal as signal:
            if not _mine(signal, label):
                raise

    return run


Test = Callable[[Frame, Any], bool]


def _switch_one(f: Frame, value: Any, clauses: list[tuple[Test, Closure]], default: Closure | None) -> None:
    matched = False
    for test, body in clauses:
        if test(f, value):
            matched = True
            body(f)
    if not matched and default is not None:
        default(f)


def _switch_source(node: ast.Switch) -> Callable[[Frame], Iterable[Any]]:
    if "file" in node.flags:
        assert isinstance(node.condition, ast.Expr)
        path = expression(node.condition)

        def lines(f: Frame) -> Iterable[Any]:
            from remora.engine.errors import error

            name = to_text(path(f))
            try:
                with open(f.context.drives.resolve(name).path, encoding="utf-8-sig", errors="replace") as stream:
                    return stream.read().splitlines()
            except OSError:
                raise error(f"Could not find file '{name}'.", "FileReadError", "ReadError", name) from None

        return lines
    assert isinstance(node.condition, ast.Statement)
    only = single_expression(node.condition)
    value = raw_expression(only) if only is not None else value_of(node.condition)

    def items(f: Frame) -> Iterable[Any]:
        got = value(f)
        return [None] if got is None else list(items_of(got))

    return items


def _switch_test(node: ast.Expr, flags: frozenset[str]) -> Test:
    if isinstance(node, ast.ScriptBlockExpr):
        from remora.engine.compile.core import captured

        assert node.script.end is not None
        run = captured(block(node.script.end))
        return lambda f, value: is_true(run(f))
    condition = expression(node)
    ignore_case = "casesensitive" not in flags
    if "regex" in flags:
        from remora.engine.operators.text import match

        return lambda f, value: bool(
            match(to_text(value), condition(f), ignore_case, False, lambda table: f.scope.set("Matches", table))
        )
    if "wildcard" in flags:
        from remora.engine.wildcard import like

        return lambda f, value: like(to_text(value), to_text(condition(f)), ignore_case)
    from remora.engine.operators.compare import equal
    from remora.engine.scriptblock import ScriptBlock

    def test(f: Frame, value: Any) -> bool:
        wanted = condition(f)
        if isinstance(wanted, ScriptBlock):
            from remora.engine.nothing import collected

            return is_true(collected(wanted.invoke(dollar_under=value)))
        return equal(value, wanted, ignore_case)

    return test


# -- leaving -----------------------------------------------------------------------------------------------------------


def _label(node: ast.Expr | None) -> Callable[[Frame], str]:
    if node is None:
        return lambda f: ""
    value = expression(node)
    return lambda f: to_text(value(f)).lower()


def _break(node: ast.Break) -> Closure:
    label = _label(node.label)

    def run(f: Frame) -> None:
        raise BreakSignal(label(f))

    return run


def _continue(node: ast.Continue) -> Closure:
    label = _label(node.label)

    def run(f: Frame) -> None:
        raise ContinueSignal(label(f))

    return run


def _return(node: ast.Return) -> Closure:
    if node.in_method:
        return _method_return(node)
    value = statement(node.value) if node.value is not None else None

    def run(f: Frame) -> None:
        if value is not None:
            value(f)
        raise ReturnSignal

    return run


def _method_return(node: ast.Return) -> Closure:
    if node.value is None:
        value: Closure = lambda f: None  # noqa: E731
    else:
        only = single_expression(node.value)
        value = expression(only) if only is not None else value_of(node.value)

    def run(f: Frame) -> None:
        got = value(f)
        raise MethodReturn(None if got is NOTHING else got)

    return run


def _exit(node: ast.Exit) -> Closure:
    value = value_of(node.value) if node.value is not None else None

    def run(f: Frame) -> None:
        code = 0
        if value is not None:
            got = value(f)
            with suppress(PSError):  # what is no number means code 0
                code = to_int(None if got is NOTHING else got)
        raise ExitSignal(code)

    return run


STATEMENT_TABLE: Table = {
    ast.If: _if,
    ast.While: _while,
    ast.DoLoop: _do,
    ast.For: _for,
    ast.ForEach: _foreach,
    ast.Switch: _switch,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Return: _return,
    ast.Exit: _exit,
}
