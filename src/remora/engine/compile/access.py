"""Members, calls and indexes in expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remora.engine import ast
from remora.engine.compile.core import Closure, Table, expression, single_expression
from remora.engine.compile.literals import type_closure
from remora.engine.compile.variables import is_strict
from remora.engine.convert.text import to_text
from remora.engine.frame import Frame
from remora.engine.members import get_index, get_member, get_static, invoke_member, invoke_static
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import unwrap
from remora.values.tables import Hashtable


def member_name(node: ast.Expr) -> str | Closure:
    """The name when it is written, else a closure that computes it."""
    return node.value if isinstance(node, ast.StringConstant) else expression(node)


def _member(node: ast.Member) -> Closure:
    target = expression(node.target)
    name = member_name(node.name)
    if node.static:
        return lambda f: get_static(
            target(f), name if isinstance(name, str) else to_text(name(f)), f.context.strict and is_strict(f, 2)
        )
    if node.null_safe:

        def safe(f: Frame) -> Any:
            value = target(f)
            if value is None or value is NOTHING:
                return None
            return get_member(
                value, name if isinstance(name, str) else to_text(name(f)), f.context.strict and is_strict(f, 2)
            )

        return safe
    if isinstance(name, str):
        constant = name
        return lambda f: get_member(target(f), constant, f.context.strict and is_strict(f, 2))
    return _computed_member(target, name)


def _computed_member(target: Closure, name: Closure) -> Closure:
    """``$x.$name``: in a dictionary the name's value is the key, whatever its type."""

    def read(f: Frame) -> Any:
        value, key = target(f), name(f)
        if not isinstance(key, str) and isinstance(table := unwrap(value), (Hashtable, dict)) and key in table:
            return table[key]
        return get_member(value, to_text(key), f.context.strict and is_strict(f, 2))

    return read


def _invoke(node: ast.Invoke) -> Closure:
    target = expression(node.target)
    name = member_name(node.name)
    arguments = [expression(argument) for argument in node.arguments]
    call: Callable[[Any, str, list[Any]], Any] = invoke_static if node.static else invoke_member
    if node.static and node.types:
        return _generic_call(target, name, [type_closure(one) for one in node.types], arguments)
    if not node.static and not node.null_safe and (cast := _cast_target(node.target)) is not None:
        return _base_call(node.target, type_closure(cast), name, arguments)

    def run(f: Frame) -> Any:
        value = target(f)
        if node.null_safe and (value is None or value is NOTHING):
            return None
        if f.context.mode.limited:
            _check_call(value, static=node.static)
        values = [None if (item := argument(f)) is NOTHING else item for argument in arguments]
        return call(value, name if isinstance(name, str) else to_text(name(f)), values)

    return run


def _generic_call(target: Closure, name: str | Closure, types: list[Closure], arguments: list[Closure]) -> Closure:
    """A static method called with the types for its generic parameters."""

    def run(f: Frame) -> Any:
        kind = target(f)
        if f.context.mode.limited:
            _check_call(kind, static=True)
        given = [one(f) for one in types]
        values = [None if (item := argument(f)) is NOTHING else item for argument in arguments]
        return invoke_static(kind, name if isinstance(name, str) else to_text(name(f)), values, given)

    return run


def _cast_target(node: ast.Expr) -> ast.TypeName | None:
    """The type in ``([type]value).method()``."""
    if isinstance(node, ast.Paren):
        inner = single_expression(node.pipeline)
        if isinstance(inner, ast.Cast) and inner.type.name.lower() != "ref":
            return inner.type
    return None


def _check_call(value: Any, *, static: bool) -> None:
    from remora.engine.language.checks import check_call

    check_call(value, static=static)


def _base_call(cast: ast.Expr, kind: Closure, name: str | Closure, arguments: list[Closure]) -> Closure:
    """A method called as the type's own, whatever derived classes make of it."""
    target = expression(cast)

    def run(f: Frame) -> Any:
        from remora.engine.classes.basecall import invoke_as

        value = target(f)
        if f.context.mode.limited:
            _check_call(value, static=False)
        values = [None if (item := argument(f)) is NOTHING else item for argument in arguments]
        return invoke_as(kind(f), value, name if isinstance(name, str) else to_text(name(f)), values)

    return run


def _index(node: ast.Index) -> Closure:
    target, index = expression(node.target), expression(node.index)
    null_safe = node.null_safe

    def run(f: Frame) -> Any:
        value = target(f)
        if null_safe and (value is None or value is NOTHING):
            return None
        position = index(f)
        if type(position) is int and type(value) is list and -len(value) <= position < len(value):
            return value[position]
        return get_index(value, position, f.context.strict and is_strict(f, 3))

    return run


TABLE: Table = {ast.Member: _member, ast.Invoke: _invoke, ast.Index: _index}
