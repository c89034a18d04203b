"""Assignment: targets, compound operators, increments, typed and validated variables."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

from remora.engine import ast
from remora.engine.compile.core import Closure, Table, expression, sets_success, value_of
from remora.engine.compile.variables import Writer, read_variable, write_variable
from remora.engine.convert.conversion import converter_of
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.frame import Frame
from remora.engine.members import get_index, get_member, set_index, set_member, set_static
from remora.engine.nothing import NOTHING
from remora.engine.numbers import INT32_MAX, INT32_MIN
from remora.engine.operators import arithmetic as a
from remora.engine.types.typeref import TypeRef, resolve, type_not_found

COMPOUND: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+=": a.add, "-=": a.subtract, "*=": a.multiply, "/=": a.divide, "%=": a.modulo,
}  # fmt: skip


def writer(node: ast.Expr) -> Writer:
    """A function that assigns a value to the target expression."""
    if isinstance(node, ast.Variable):
        return write_variable(node)
    if isinstance(node, ast.Member):
        return _member_writer(node)
    if isinstance(node, ast.Index):
        target, index = expression(node.target), expression(node.index)
        return lambda f, value: set_index(target(f), index(f), None if value is NOTHING else value)
    if isinstance(node, ast.ArrayLiteral):
        return _array_writer(node)
    if isinstance(node, (ast.Cast, ast.AttributedExpr)):
        return _typed_writer(node)
    if isinstance(node, ast.Paren):
        inner = node.pipeline
        assert isinstance(inner, ast.Pipeline)
        only = inner.elements[0]
        assert isinstance(only, ast.CommandExpr)
        return writer(only.expression)
    raise error("The assignment expression is not valid.", "InvalidLeftHandSide", "InvalidOperation")


def _member_writer(node: ast.Member) -> Writer:
    from remora.engine.compile.access import member_name
    from remora.engine.convert.text import to_text

    target, name = expression(node.target), member_name(node.name)
    put = set_static if node.static else set_member

    def write(f: Frame, value: Any) -> None:
        owner = target(f)
        if f.context.mode.limited:
            from remora.engine.language.checks import check_set

            check_set(owner)
        put(owner, name if isinstance(name, str) else to_text(name(f)), None if value is NOTHING else value)

    return write


def _array_writer(node: ast.ArrayLiteral) -> Writer:
    """``$a, $b = list``: element by element, the last takes the rest (trap 52)."""
    writers = [writer(item) for item in node.items]

    def write(f: Frame, value: Any) -> None:
        items = list(items_of(value)) if isinstance(value, list) else [value]
        last = len(writers) - 1
        for index, put in enumerate(writers):
            if index < last:
                put(f, items[index] if index < len(items) else None)
            else:
                rest = items[last:]
                put(f, rest[0] if len(rest) == 1 else rest or None)

    return write


def _typed_writer(node: ast.Cast | ast.AttributedExpr) -> Writer:
    """``[int]$x = ...``: the constraint stays on the variable (trap 62)."""
    types: list[ast.TypeName] = []
    attributes: list[ast.AttributeNode] = []
    inner: ast.Expr = node
    while isinstance(inner, (ast.Cast, ast.AttributedExpr)):
        if isinstance(inner, ast.Cast):
            types.append(inner.type)
        elif isinstance(inner.attribute, ast.AttributeNode):
            attributes.append(inner.attribute)
        inner = inner.operand
    put = writer(inner)
    variable = inner

    def write(f: Frame, value: Any) -> None:
        converters, label = _converters(f, types, attributes, getattr(variable, "name", ""))
        value = None if value is NOTHING else value
        for convert in converters:
            value = convert(value)
        if not isinstance(variable, ast.Variable) or variable.prefix not in (
            "",
            "global",
            "script",
            "local",
            "private",
        ):
            put(f, value)
            return
        scope = f.scope.named(variable.prefix) if variable.prefix else f.scope
        cell = scope.vars.get(variable.name.lower())
        if cell is None or cell.options & 3:
            put(f, value)
            cell = scope.vars.get(variable.name.lower())
        if cell is not None:
            cell.value = value
            cell.constrain(converters, label)

    return write


def _converters(
    f: Frame, types: list[ast.TypeName], attributes: list[ast.AttributeNode], variable: str
) -> tuple[tuple[Callable[[Any], Any], ...], str]:
    out: list[Callable[[Any], Any]] = []
    label = ""
    for name in reversed(types):
        found = resolve(name)
        if found is None:
            raise type_not_found(name.full())
        label = found.name
        out.append(metadata_converter(found))
    if attributes:
        from remora.engine.binding.attributes import variable_checks

        before, after = variable_checks(f, attributes, variable)
        out = [*before, *out, *after]
    return tuple(out), label


def metadata_converter(target: TypeRef) -> Callable[[Any], Any]:
    """Conversion of what is assigned to a variable of a type; its failure is about the variable."""
    convert = converter_of(target)

    def run(value: Any) -> Any:
        try:
            return convert(None if value is NOTHING else value)
        except PSError as problem:
            raise error(
                problem.record.message,
                "RuntimeException",
                "MetadataError",
                type_name="System.Management.Automation.ArgumentTransformationMetadataException",
                inner=problem.record.exception,
            ) from None

    return run


# -- assignments -------------------------------------------------------------------------------------------------------


def assign(node: ast.Assignment) -> Closure:
    """Run the assignment and return the assigned value (for ``($a = 5)`` and chains)."""
    right = value_of(node.right)
    if node.op == "=":
        put = writer(node.left)
        pure = sets_success(node)

        def simple(f: Frame) -> Any:
            value = right(f)
            put(f, value)
            if pure:
                f.context.success = True
            return value

        return _converted(node.left, simple) if isinstance(node.left, (ast.Cast, ast.AttributedExpr)) else simple
    if node.op == "??=":
        return _coalesce(node, right)
    if isinstance(node.left, ast.Variable) and not node.left.prefix:
        return _compound_variable(node.left, node.op, right)
    return _compound(node.left, COMPOUND[node.op], right)


def _converted(target: ast.Expr, run: Closure) -> Closure:
    """The value of ``([int]$x = "1")`` is what the variable holds then."""
    while isinstance(target, (ast.Cast, ast.AttributedExpr)):
        target = target.operand
    if not isinstance(target, ast.Variable):
        return run
    read = expression(target)

    def assigned(f: Frame) -> Any:
        run(f)
        return read(f)

    return assigned


def _coalesce(node: ast.Assignment, right: Closure) -> Closure:
    read, put = expression(node.left), writer(node.left)

    def run(f: Frame) -> Any:
        value = read(f)
        if value is None or value is NOTHING:
            value = right(f)
            put(f, value)
        return value

    return run


def _compound_variable(node: ast.Variable, op: str, right: Closure) -> Closure:
    name = sys.intern(node.name.lower())
    read, put, combine = read_variable(node), write_variable(node), COMPOUND[op]
    adds = op == "+="

    def run(f: Frame) -> Any:
        value = right(f)
        cell = f.scope.vars.get(name)
        if cell is None or cell.guarded:
            result = combine(read(f), value)
            put(f, result)
            return result
        old = cell.value
        if adds and type(old) is int and type(value) is int:
            total = old + value
            cell.value = result = total if INT32_MIN <= total <= INT32_MAX else float(total)
        elif adds and type(old) is float and type(value) is int:
            cell.value = result = old + value
        else:
            cell.value = result = combine(old, value)
        return result

    return run


def _compound(node: ast.Expr, combine: Callable[[Any, Any], Any], right: Closure) -> Closure:
    read, put = _once(node)

    def run(f: Frame) -> Any:
        where, old = read(f)
        result = combine(old, right(f))
        put(f, where, result)
        return result

    return run


def _once(node: ast.Expr) -> tuple[Callable[[Frame], tuple[Any, Any]], Callable[[Frame, Any, Any], None]]:
    """Reader and writer of a target whose parts are evaluated once. The reader returns (place, value)."""
    if isinstance(node, ast.Index):
        target, index = expression(node.target), expression(node.index)

        def read_index(f: Frame) -> tuple[Any, Any]:
            place = (target(f), index(f))
            return place, get_index(*place)

        return read_index, lambda f, place, value: set_index(place[0], place[1], value)
    if isinstance(node, ast.Member) and not node.static:
        from remora.engine.compile.access import member_name
        from remora.engine.convert.text import to_text

        owner, name = expression(node.target), member_name(node.name)

        def read_member(f: Frame) -> tuple[Any, Any]:
            place = (owner(f), name if isinstance(name, str) else to_text(name(f)))
            return place, get_member(*place)

        return read_member, lambda f, place, value: set_member(place[0], place[1], value)
    read, put = expression(node), writer(node)
    return lambda f: (None, read(f)), lambda f, place, value: put(f, value)


def increment_closure(node: ast.Expr, op: str, *, prefix: bool) -> Closure:
    """``++`` and ``--``: changes the target; returns the new value (prefix) or the old one, 0 for $null."""
    step = a.increment if op == "++" else a.decrement
    if isinstance(node, ast.Variable) and not node.prefix:
        return _increment_variable(node, step, prefix)
    read, put = _once(node)

    def run(f: Frame) -> Any:
        where, old = read(f)
        new = step(old)
        put(f, where, new)
        return new if prefix else 0 if old is None else old

    return run


def _increment_variable(node: ast.Variable, step: Callable[[Any], Any], prefix: bool) -> Closure:
    name = sys.intern(node.name.lower())
    read, put = read_variable(node), write_variable(node)
    by = 1 if step is a.increment else -1

    def run(f: Frame) -> Any:
        cell = f.scope.vars.get(name)
        if cell is None or cell.guarded:
            old = read(f)
            new = step(old)
            put(f, new)
        else:
            old = cell.value
            if type(old) is int and INT32_MIN < old < INT32_MAX:
                cell.value = new = old + by
            else:
                cell.value = new = step(old)
        if prefix:
            return new
        return 0 if old is None or old is NOTHING else old

    return run


def _assignment_statement(node: ast.Assignment) -> Closure:
    return assign(node)


STATEMENT_TABLE: Table = {ast.Assignment: _assignment_statement}
VALUE_TABLE: Table = {ast.Assignment: assign}
