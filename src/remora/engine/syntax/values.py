"""SafeGetValue: the value of a tree that computes nothing."""

from __future__ import annotations

from typing import Any

from remora.engine import ast
from remora.engine.errors import PSError, error
from remora.values.tables import Hashtable

_CONSTANTS = {"true": True, "false": False, "null": None}


def safe_value(node: ast.Node) -> Any:
    """The constant value; InvalidOperationException for anything that would have to run."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.StringConstant):
        return node.value
    if isinstance(node, ast.Variable) and node.name.lower() in _CONSTANTS and not node.prefix:
        return _CONSTANTS[node.name.lower()]
    if isinstance(node, ast.ArrayLiteral):
        return [safe_value(item) for item in node.items]
    if isinstance(node, ast.HashLiteral):
        table = Hashtable()
        for key, value in node.pairs:
            table[safe_value(key)] = safe_value(value)
        return table
    if isinstance(node, ast.ArrayExpr):
        values = [safe_value(one) for one in node.body.statements]
        return values[0] if len(values) == 1 and isinstance(values[0], list) else values
    if isinstance(node, ast.ExpandableString):
        return _expanded(node)
    return _inside(node)


def _inside(node: ast.Node) -> Any:
    """What stands alone in parentheses, pipelines, signs and the like."""
    if isinstance(node, ast.Paren):
        return safe_value(node.pipeline)
    if isinstance(node, ast.CommandExpr) and not node.redirections:
        return safe_value(node.expression)
    if isinstance(node, ast.Pipeline) and len(node.elements) == 1 and not node.background:
        return safe_value(node.elements[0])
    if isinstance(node, ast.Unary) and node.op in ("-", "+", "not"):
        value = safe_value(node.operand)
        return (not value) if node.op == "not" else -value if node.op == "-" else value
    if isinstance(node, ast.SubExpr) and len(node.body.statements) == 1:
        return safe_value(node.body.statements[0])
    raise unsafe(node)


def _expanded(node: ast.ExpandableString) -> str:
    from remora.engine.convert.text import to_text

    return "".join(part if isinstance(part, str) else to_text(safe_value(part)) for part in node.parts)


def unsafe(node: ast.Node) -> PSError:
    """The error of a tree that has no safe value."""
    return error(
        f"Cannot generate a PowerShell object for a ScriptBlock evaluating dynamic expressions. Dynamic expression: "
        f"{node.extent.text}.",
        "InvalidOperationException",
        "NotSpecified",
        type_name="System.InvalidOperationException",
    )
