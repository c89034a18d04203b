"""Literals, strings with expansions, arrays, hashtables, types, casts, subexpressions, script blocks."""

from __future__ import annotations

from typing import Any

from remora.engine import ast
from remora.engine.compile.core import (
    Closure,
    Table,
    capture_list,
    expression,
    sets_success,
    single_expression,
    value_of,
)
from remora.engine.compile.variables import read_variable
from remora.engine.convert.conversion import converter_of
from remora.engine.convert.simple import custom_object, pscustom_from
from remora.engine.convert.text import join_text, to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import error
from remora.engine.exception_types import exception
from remora.engine.frame import Frame
from remora.engine.nothing import NOTHING, collected
from remora.engine.scriptblock import ScriptBlock
from remora.engine.text.units import joined
from remora.engine.types.typeref import resolve, type_not_found
from remora.engine.types.visible import SHADOWED, is_lasting
from remora.values.tables import Hashtable, OrderedDictionary


def _constant(node: ast.Constant) -> Closure:
    value = node.value
    return lambda f: value


def _string(node: ast.StringConstant) -> Closure:
    value = node.value
    return lambda f: value


def _expandable(node: ast.ExpandableString) -> Closure:
    parts: list[str | Closure] = [part if isinstance(part, str) else expression(part) for part in node.parts]

    def expand(f: Frame) -> str:
        out: list[str] = []
        for part in parts:
            if isinstance(part, str):
                out.append(part)
                continue
            value = part(f)
            kind = type(value)
            if kind is str:
                out.append(value)
            elif isinstance(value, list):
                separator = f.scope.get("ofs", " ")
                out.append(join_text(value, " " if separator is None else to_text(separator)))
            else:
                out.append(to_text(value))
        return joined("".join(out))

    return expand


def _variable(node: ast.Variable) -> Closure:
    return read_variable(node)


def raw_expression(node: ast.Expr) -> Closure:
    """Like expression, but a variable that holds NOTHING gives NOTHING."""
    if isinstance(node, ast.Variable):
        return read_variable(node, raw=True)
    if isinstance(node, ast.SubExpr):
        return _sub_expr(node, raw=True)
    return expression(node)


def _array(node: ast.ArrayLiteral) -> Closure:
    items = [expression(item) for item in node.items]
    return lambda f: [None if (value := item(f)) is NOTHING else value for item in items]


def _array_expr(node: ast.ArrayExpr) -> Closure:
    statements = node.body.statements
    if not statements:
        return lambda f: []
    only = single_expression(statements[0]) if len(statements) == 1 and not node.body.traps else None
    if only is None:
        from remora.engine.compile.blocks import block

        return capture_list(block(node.body))
    run = raw_expression(only)
    literal = isinstance(only, ast.ArrayLiteral)

    def wrap(f: Frame) -> Any:
        value = run(f)
        f.context.success = True
        if literal or type(value) is list:
            return value if literal else list(value)
        return list(items_of(value))

    return wrap


def _sub_expr(node: ast.SubExpr, raw: bool = False) -> Closure:
    from remora.engine.compile.blocks import block

    statements = node.body.statements
    if not statements:
        return lambda f: None
    only = single_expression(statements[0]) if len(statements) == 1 and not node.body.traps else None
    if only is not None:
        run, success = raw_expression(only), sets_success(only)

        def unroll(f: Frame) -> Any:
            value = run(f)
            if success:
                f.context.success = True
            if is_enumerable(value):
                value = collected(list(items_of(value)))
            return None if value is NOTHING and not raw else value

        return unroll
    gather = capture_list(block(node.body))

    def collect(f: Frame) -> Any:
        value = collected(gather(f))
        return None if value is NOTHING and not raw else value

    return collect


def _paren(node: ast.Paren) -> Closure:
    only = single_expression(node.pipeline)
    if only is not None:
        return expression(only)
    return value_of(node.pipeline)


def _hash(node: ast.HashLiteral, ordered: bool = False) -> Closure:
    pairs = [(expression(key), value_of(value)) for key, value in node.pairs]
    kind = OrderedDictionary if ordered else Hashtable

    def make(f: Frame) -> Hashtable:
        table = kind(capacity=len(pairs))
        for key_of, item_of in pairs:
            key = key_of(f)
            if key is None or key is NOTHING:
                raise error("A null key is not allowed in a hash literal.", "InvalidNullKey", "InvalidOperation")
            if key in table:
                raise error(
                    f"Item has already been added. Key in dictionary: '{to_text(key)}'  Key being added: "
                    f"'{to_text(key)}'",
                    "DuplicateKeyInHashLiteral",
                    "InvalidOperation",
                    key,
                )
            value = item_of(f)
            table[key] = None if value is NOTHING else value
        return table

    return make


def _type_literal(node: ast.TypeLiteral) -> Closure:
    return type_closure(node.type)


def type_closure(name: ast.TypeName) -> Closure:
    """A closure that gives the type; unknown at compile time, it is looked up again at run time."""
    found = resolve(name)
    if (
        found is not None
        and is_lasting(found, name)
        and (name.binding is not None or name.name.lower() not in SHADOWED)
    ):
        return lambda f: found

    def late(f: Frame) -> Any:
        again = resolve(name)
        if again is None:
            raise type_not_found(name.full())
        return again

    return late


def _cast(node: ast.Cast) -> Closure:
    folded = node.type.full().lower()
    if isinstance(node.operand, ast.HashLiteral) and folded in (
        "ordered",
        "pscustomobject",
        "system.management.automation.pscustomobject",
    ):
        make = _hash(node.operand, ordered=True)
        if folded == "ordered":
            return make
        return lambda f: custom_object({to_text(key): value for key, value in make(f).items()})
    if folded == "ref" and isinstance(node.operand, ast.Variable):
        return _reference(node.operand)
    operand = expression(node.operand)
    target = resolve(node.type)
    if target is None or folded in SHADOWED or not is_lasting(target, node.type):
        late = type_closure(node.type)
        return lambda f: converter_of(late(f))(operand(f))
    if folded == "ordered":
        return _only_literals
    if folded == "pscustomobject":
        return lambda f: pscustom_from(operand(f))
    converter: list[Any] = []

    def cast(f: Frame) -> Any:
        value = operand(f)
        if not converter:
            converter.append(converter_of(target))
        return converter[0](None if value is NOTHING else value)

    return cast


def _reference(node: ast.Variable) -> Closure:
    """``[ref]$x``: refers to the variable's cell, making it when it is not there."""
    from remora.engine.types.reference import Reference

    name, shown = node.name.lower(), node.name

    def refer(f: Frame) -> Any:
        cell = f.scope.lookup(name)
        return Reference(cell if cell is not None else f.scope.put(shown, None))

    return refer


def _only_literals(f: Frame) -> Any:
    inner = exception("The ordered attribute can be specified only on a hash literal node.", "System.ArgumentException")
    raise error(inner.message, "OrderedAttributeOnlyOnHashLiteralNode", "InvalidOperation", inner=inner)


def _attributed(node: ast.AttributedExpr) -> Closure:
    return expression(node.operand)


def _script_block(node: ast.ScriptBlockExpr) -> Closure:
    from remora.engine.code import ScriptCode

    code = ScriptCode(node.script)
    return lambda f: ScriptBlock(code, f.context, f.scope.session)


TABLE: Table = {
    ast.Constant: _constant,
    ast.StringConstant: _string,
    ast.ExpandableString: _expandable,
    ast.Variable: _variable,
    ast.ArrayLiteral: _array,
    ast.ArrayExpr: _array_expr,
    ast.SubExpr: _sub_expr,
    ast.Paren: _paren,
    ast.HashLiteral: _hash,
    ast.TypeLiteral: _type_literal,
    ast.Cast: _cast,
    ast.AttributedExpr: _attributed,
    ast.ScriptBlockExpr: _script_block,
}
