"""Truth of values (traps 26 to 28)."""

from __future__ import annotations

from typing import Any

from remora.engine.nothing import NOTHING
from remora.values.objects import MISSING, PSObject


def is_true(value: Any) -> bool:
    """Truth: $null, zero, empty text and empty arrays are false; one-element arrays are their element; other objects
    are true.
    """
    kind = type(value)
    if kind is bool:
        return bool(value)
    if kind is int or kind is str or kind is float:
        return bool(value)
    if value is None or value is NOTHING:
        return False
    if isinstance(value, str):
        return value != "\0" if kind.__name__ == "Char" else len(value) > 0
    if isinstance(value, (list, tuple)):
        size = len(value)
        if size == 1:
            return _single(value[0])
        return size > 1
    if isinstance(value, (bytes, bytearray)):
        return len(value) > 1 or (len(value) == 1 and value[0] != 0)
    if isinstance(value, (int, float)) or kind.__name__ == "Decimal":
        return bool(value)
    if kind is PSObject and value.base is not MISSING:
        return is_true(value.base)
    flag = getattr(value, "switch_value", None)
    return flag if isinstance(flag, bool) else True


def _single(item: Any) -> bool:
    """Truth of a one-element array: its element, except that a nested array counts by its length."""
    if isinstance(item, (list, tuple)):
        return len(item) > 0
    return is_true(item)
