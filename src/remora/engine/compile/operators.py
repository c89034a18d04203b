"""Unary, binary and ternary operators, with the cheap specialisations for integers and constants."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from remora.engine import ast
from remora.engine.compile.assign import increment_closure
from remora.engine.compile.core import Closure, Table, expression
from remora.engine.compile.literals import raw_expression
from remora.engine.convert.numbers import INTEGERS
from remora.engine.convert.truth import is_true
from remora.engine.frame import Frame
from remora.engine.nothing import NOTHING
from remora.engine.operators import arithmetic as a
from remora.engine.operators import bitwise as b
from remora.engine.operators import compare as c
from remora.engine.operators import text as t
from remora.values.numbers import Int64, UInt64

Binary = Callable[[Any, Any], Any]


def _keep_matches(f: Frame) -> Callable[[Any], None]:
    return lambda table: f.scope.set("Matches", table)


BINARY: Final[dict[str, Binary]] = {
    "+": a.add,
    "-": a.subtract,
    "*": a.multiply,
    "/": a.divide,
    "%": a.modulo,
    "band": b.bit_and,
    "bor": b.bit_or,
    "bxor": b.bit_xor,
    "shl": b.shift_left,
    "shr": b.shift_right,
    "..": t.range_of,
    "f": t.format_operator,
    "join": t.join,
    "like": t.like,
    "clike": lambda x, y: t.like(x, y, False),
    "notlike": lambda x, y: t.like(x, y, True, True),
    "cnotlike": lambda x, y: t.like(x, y, False, True),
    "replace": t.replace,
    "creplace": lambda x, y: t.replace(x, y, False),
    "split": t.split,
    "csplit": lambda x, y: t.split(x, y, False),
    "contains": c.contains,
    "ccontains": lambda x, y: c.contains(x, y, False),
    "notcontains": lambda x, y: not c.contains(x, y),
    "cnotcontains": lambda x, y: not c.contains(x, y, False),
    "in": lambda x, y: c.contains(y, x),
    "cin": lambda x, y: c.contains(y, x, False),
    "notin": lambda x, y: not c.contains(y, x),
    "cnotin": lambda x, y: not c.contains(y, x, False),
    "is": lambda x, y: t.is_instance(x, t.type_operand(y)),
    "isnot": lambda x, y: not t.is_instance(x, t.type_operand(y)),
    "as": lambda x, y: t.as_type(x, t.type_operand(y)),
    "xor": lambda x, y: is_true(x) != is_true(y),
    **{op: c.comparison(op) for base in ("eq", "ne", "lt", "le", "gt", "ge") for op in (base, "c" + base)},
}

_INT_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge,
}  # fmt: skip


def _binary(node: ast.Binary) -> Closure:
    op = node.op
    left, right = expression(node.left), expression(node.right)
    if op in ("and", "or"):
        return _logical(op, left, right)
    if op == "??":
        return lambda f: right(f) if (value := left(f)) is None or value is NOTHING else value
    if op in ("match", "notmatch", "cmatch", "cnotmatch"):
        return lambda f: t.match(left(f), right(f), not op.startswith("c"), "not" in op, _keep_matches(f))
    if op in _INT_COMPARE:
        return _fast_compare(op, left, right, node.right)
    if op in ("+", "-", "*", "%"):
        if op == "+" and isinstance(node.right, ast.Variable):
            right = raw_expression(node.right)  # a variable that holds nothing adds nothing to an array
        return _fast_arithmetic(op, left, right, node.right)
    run = BINARY[op]
    return lambda f: run(left(f), right(f))


def _logical(op: str, left: Closure, right: Closure) -> Closure:
    if op == "and":
        return lambda f: is_true(left(f)) and is_true(right(f))
    return lambda f: is_true(left(f)) or is_true(right(f))


_INTEGERS: Final = frozenset((int, *(kind for kind, _, _ in INTEGERS.values())))
_EXACT: Final = frozenset((float, *(_INTEGERS - {Int64, UInt64})))  # numbers that a Double holds: they compare as such


def _fast_compare(op: str, left: Closure, right: Closure, right_node: ast.Expr) -> Closure:
    quick, slow = _INT_COMPARE[op], BINARY[op]
    if isinstance(right_node, ast.Constant) and type(right_node.value) is int:
        constant = right_node.value

        def with_constant(f: Frame) -> Any:
            value = left(f)
            kind = type(value)
            return quick(value, constant) if kind in _EXACT or kind in _INTEGERS else slow(value, constant)

        return with_constant

    def general(f: Frame) -> Any:
        x, y = left(f), right(f)
        kind, other = type(x), type(y)
        if (kind in _EXACT and other in _EXACT) or (kind in _INTEGERS and other in _INTEGERS):
            return quick(x, y)
        return slow(x, y)

    return general


def _fast_arithmetic(op: str, left: Closure, right: Closure, right_node: ast.Expr) -> Closure:
    run = BINARY[op]
    if isinstance(right_node, ast.Constant) and type(right_node.value) is int:
        constant = right_node.value
        if op == "%" and constant > 0:

            def modulo(f: Frame) -> Any:
                value = left(f)
                return value % constant if type(value) is int and value >= 0 else run(value, constant)

            return modulo
        return lambda f: run(left(f), constant)
    return lambda f: run(left(f), right(f))


def _unary(node: ast.Unary) -> Closure:
    op = node.op
    if op in ("++", "--"):
        return increment_closure(node.operand, op, prefix=True)
    operand = expression(node.operand)
    if op == "not":
        return lambda f: not is_true(operand(f))
    run: dict[str, Callable[[Any], Any]] = {
        "-": a.negate,
        "+": a.plus,
        "bnot": b.bit_not,
        "split": t.split_words,
        "csplit": t.split_words,
        "join": _join_all,
    }
    function = run[op]
    return lambda f: function(operand(f))


def _join_all(value: Any) -> str:
    return t.join(value, "")


def _postfix(node: ast.Postfix) -> Closure:
    return increment_closure(node.operand, node.op, prefix=False)


def _ternary(node: ast.Ternary) -> Closure:
    condition, yes, no = expression(node.condition), expression(node.yes), expression(node.no)
    return lambda f: yes(f) if is_true(condition(f)) else no(f)


TABLE: Table = {ast.Binary: _binary, ast.Unary: _unary, ast.Postfix: _postfix, ast.Ternary: _ternary}
