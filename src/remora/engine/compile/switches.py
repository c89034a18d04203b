"""The switch statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from remora.engine import ast
from remora.engine.compile.blocks import block, place
from remora.engine.compile.core import Closure, expression, single_expression
from remora.engine.compile.enumerators import with_enumerator
from remora.engine.compile.flow import condition_of, mine
from remora.engine.compile.literals import raw_expression
from remora.engine.compile.variables import restore_cell, swap_cell
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import BreakSignal, ContinueSignal, PSError
from remora.engine.frame import Frame
from remora.engine.patient import open_text


def switch(node: ast.Switch) -> Closure:
    """A closure that runs the statement."""
    condition = _switch_source(node)
    clauses = [(_switch_test(clause.condition, node.flags), block(clause.body)) for clause in node.clauses]
    default = block(node.default) if node.default is not None else None
    label, extent = node.label, node.condition.extent

    def loop(f: Frame, values: Iterable[Any]) -> None:
        context = f.context
        try:
            for value in values:
                hidden = swap_cell(f.scope, "_", value)
                try:
                    _switch_one(f, value, clauses, default)
                except ContinueSignal as signal:
                    if not mine(signal, label):
                        raise
                finally:
                    restore_cell(f.scope, "_", hidden)
                if context.stopped:
                    context.check_stop()
        except BreakSignal as signal:
            if not mine(signal, label):
                raise

    each = with_enumerator("switch", node.extent.text, loop)

    def run(f: Frame) -> None:
        try:
            values = condition(f)
        except PSError as problem:
            place(f, problem, extent)
            raise
        each(f, values)

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
                with open_text(f.context.drives.resolve(name).path, newline=None) as stream:
                    return stream.read().splitlines()
            except OSError:
                raise error(f"Could not find file '{name}'.", "FileReadError", "ReadError", name) from None

        return lines
    assert isinstance(node.condition, ast.Statement)
    only = single_expression(node.condition)
    value = raw_expression(only) if only is not None else condition_of(node.condition)

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
