"""Branches, loops, switch, and the statements that leave them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

from remora.engine import ast
from remora.engine.compile.blocks import block, place
from remora.engine.compile.core import Closure, Table, expression, runs_commands, single_expression, statement, value_of
from remora.engine.compile.enumerators import with_enumerator
from remora.engine.compile.literals import raw_expression
from remora.engine.compile.ranges import is_range, walked_range
from remora.engine.compile.variables import write_variable
from remora.engine.convert.numbers import to_int
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import BreakSignal, ContinueSignal, ExitSignal, MethodReturn, PSError, ReturnSignal
from remora.engine.frame import Frame
from remora.engine.nothing import NOTHING


def condition_of(node: ast.Statement) -> Closure:
    """A closure for a condition or the items of a loop: commands in it leave $? true."""
    run = value_of(node)
    if not runs_commands(node):
        return run

    def test(f: Frame) -> Any:
        value = run(f)
        f.context.success = True
        return value

    return test


def placed(node: ast.Statement) -> Closure:
    """Like condition_of; what fails is reported at the node."""
    run, extent = condition_of(node), node.extent

    def test(f: Frame) -> Any:
        try:
            return run(f)
        except PSError as problem:
            place(f, problem, extent)
            raise

    return test


def _if(node: ast.If) -> Closure:
    otherwise = block(node.otherwise) if node.otherwise is not None else None
    if len(node.clauses) == 1:
        condition, body, extent = condition_of(node.clauses[0][0]), block(node.clauses[0][1]), node.clauses[0][0].extent

        def single(f: Frame) -> None:
            try:
                value = condition(f)
            except PSError as problem:
                place(f, problem, extent)
                raise
            if value is True or (value is not False and is_true(value)):
                body(f)
            elif otherwise is not None:
                otherwise(f)

        return single
    clauses = [(placed(condition), block(body)) for condition, body in node.clauses]

    def run(f: Frame) -> None:
        for condition, body in clauses:
            if is_true(condition(f)):
                body(f)
                return
        if otherwise is not None:
            otherwise(f)

    return run


def mine(signal: BreakSignal | ContinueSignal, label: str) -> bool:
    """Tell whether a break or continue means this loop."""
    return not signal.label or signal.label == label


def _while(node: ast.While) -> Closure:
    condition, body, label, extent = condition_of(node.condition), block(node.body), node.label, node.condition.extent

    def run(f: Frame) -> None:
        context = f.context
        try:
            while is_true(condition(f)):
                try:
                    body(f)
                except ContinueSignal as signal:
                    if not mine(signal, label):
                        raise
                if context.stopped:
                    context.check_stop()
        except BreakSignal as signal:
            if not mine(signal, label):
                raise
        except PSError as problem:  # the condition's: whatever failed in the body has its place
            place(f, problem, extent)
            raise

    return run


def _do(node: ast.DoLoop) -> Closure:
    condition, body, label, until = condition_of(node.condition), block(node.body), node.label, node.until
    extent = node.condition.extent

    def run(f: Frame) -> None:
        context = f.context
        try:
            while True:
                try:
                    body(f)
                except ContinueSignal as signal:
                    if not mine(signal, label):
                        raise
                if context.stopped:
                    context.check_stop()
                if is_true(condition(f)) == until:
                    return
        except BreakSignal as signal:
            if not mine(signal, label):
                raise
        except PSError as problem:  # the condition's: whatever failed in the body has its place
            place(f, problem, extent)
            raise

    return run


def _for(node: ast.For) -> Closure:
    start = _silent(node.start)
    step = _silent(node.step)
    condition = condition_of(node.condition) if node.condition is not None else None
    body, label = block(node.body), node.label
    extent = node.condition.extent if node.condition is not None else node.extent

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
                    if not mine(signal, label):
                        raise
                if step is not None:
                    step(f)
                if context.stopped:
                    context.check_stop()
        except BreakSignal as signal:
            if not mine(signal, label):
                raise
        except PSError as problem:  # the condition's: whatever failed in the body has its place
            place(f, problem, extent)
            raise

    return run


def _silent(node: ast.Statement | None) -> Closure | None:
    """Initialiser and iterator of a for loop: their values are dropped."""
    if node is None:
        return None
    only = single_expression(node)
    run, extent = expression(only) if only is not None else value_of(node), node.extent

    def silent(f: Frame) -> None:
        try:
            run(f)
        except PSError as problem:
            place(f, problem, extent)
            raise

    return silent


def _foreach(node: ast.ForEach) -> Closure:
    only = single_expression(node.items)
    if isinstance(only, ast.Binary) and is_range(only):
        items = walked_range(only)
    else:
        items = raw_expression(only) if only is not None else condition_of(node.items)
    extent = node.items.extent
    put, body, label = write_variable(node.variable), block(node.body), node.label

    def loop(f: Frame, values: Iterable[Any]) -> None:
        context = f.context
        try:
            for value in values:
                put(f, value)
                try:
                    body(f)
                except ContinueSignal as signal:
                    if not mine(signal, label):
                        raise
                if context.stopped:
                    context.check_stop()
        except BreakSignal as signal:
            if not mine(signal, label):
                raise

    each = with_enumerator("foreach", node.body.extent.text, loop)

    def run(f: Frame) -> None:
        try:
            values = _foreach_items(items(f))
        except PSError as problem:
            place(f, problem, extent)
            raise
        each(f, values)

    return run


def _foreach_items(value: Any) -> Iterable[Any]:
    if value is None or value is NOTHING:
        return ()
    if isinstance(value, list):
        return _Checked(value)
    return items_of(value)


class _Checked:
    """The items of a list; changing it meanwhile is an error, as .NET's enumerators have it."""

    __slots__ = ("items",)

    def __init__(self, items: list[Any]) -> None:
        self.items = items

    def __iter__(self) -> Iterator[Any]:
        items = self.items
        size = len(items)
        for index in range(size):
            yield items[index]
            if len(items) != size:
                from remora.engine.errors import error
                from remora.engine.exception_types import exception

                inner = exception(
                    "Collection was modified; enumeration operation may not execute.",
                    "System.InvalidOperationException",
                )
                raise error(inner.message, "BadEnumeration", "InvalidOperation", inner=inner)


def _switch(node: ast.Switch) -> Closure:
    from remora.engine.compile.switches import switch

    return switch(node)


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


VALUE_TABLE: Table = {ast.Return: _return}
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
