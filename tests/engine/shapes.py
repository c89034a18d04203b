"""Values as ``Type:text``, so that a table of expectations is exact on types too."""

from __future__ import annotations

from typing import Any

from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_of


def shape(value: Any) -> str:
    """``Int32:5``, ``null``, ``Object[](Int32:1 String:a)``; names without ``System.``."""
    if value is None or value is NOTHING:
        return "null"
    name = type_of(value).name.partition("[[")[0].removeprefix("System.")
    if is_enumerable(value):
        return f"{name}({' '.join(shape(item) for item in items_of(value))})"
    return f"{name}:{to_text(value)}"


def shapes(outcome: Any) -> list[str]:
    """What a run gave: its outputs, then the ids of its errors with an exclamation mark."""
    return [*(shape(item) for item in outcome.outputs), *(f"!{one}" for one in outcome.ids)]
