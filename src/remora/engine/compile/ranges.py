"""Ranges of whole numbers that are walked one by one: by foreach, and as the first element of a pipeline."""

from __future__ import annotations

from typing import Any

from remora.engine import ast
from remora.engine.compile.core import Closure, expression
from remora.engine.frame import Frame
from remora.engine.operators.text import numbers_between, range_of


def is_range(node: ast.Node | None) -> bool:
    """Tell whether the expression is ``left..right``."""
    return isinstance(node, ast.Binary) and node.op == ".."


def walked_range(node: ast.Binary) -> Closure:
    """A range without an array of its numbers, where both ends are of Int32; other ranges are arrays."""
    left, right = expression(node.left), expression(node.right)

    def run(f: Frame) -> Any:
        low, high = left(f), right(f)
        found = numbers_between(low, high)
        return range_of(low, high) if found is None else found

    return run
