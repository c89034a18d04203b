"""$PSDefaultParameterValues: ``Command:Parameter`` -> value, with wildcards, script blocks and the Disabled key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.nothing import NOTHING, collected
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.engine.wildcard import like
from remora.values.tables import Hashtable


def default_values(table: Any, command: str) -> Iterator[tuple[str, Any]]:
    """(parameter name, value) pairs that apply to the command."""
    table = unwrap(table)
    if not isinstance(table, (Hashtable, dict)) or is_true(table.get("Disabled", False)):
        return
    for key, value in table.items():
        pattern, separator, parameter = to_text(key).strip().rpartition(":")
        if not separator or not like(command, pattern.strip("\"' ")):
            continue
        if isinstance(value, ScriptBlock):
            value = collected(value.invoke())
        yield parameter.strip("\"' "), None if value is NOTHING else value
