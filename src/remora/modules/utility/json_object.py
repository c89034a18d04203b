"""JsonObject: JSON texts read by static methods."""

from __future__ import annotations

from typing import Any

from remora.engine.errors import PSError
from remora.engine.nettype import OBJECT, NetType
from remora.engine.types.typeref import register
from remora.modules.utility.json_reading import MAX_DEPTH, from_json

_TEXT = "string input"
_ERROR = "System.Management.Automation.PSReference error"


def _read(text: str, hashtable: Any, depth: Any, target: Any) -> Any:
    """The value; what an object cannot hold comes back as an error record. Raises PSError for text that is no JSON."""
    target.value = None
    if not (text or "").strip():
        return None
    try:
        return from_json(text, as_hashtable=bool(hashtable), max_depth=MAX_DEPTH if depth is None else int(depth))
    except PSError as problem:
        if problem.record.exception.kind.name == "System.ArgumentException":
            raise
        target.value = problem.record
        return None


def register_types() -> None:
    """Make the type known by name."""
    kind = NetType("Microsoft.PowerShell.Commands.JsonObject", OBJECT, form="static")
    kind.static(f"ConvertFromJson({_TEXT}, {_ERROR})")(lambda text, target: _read(text, False, None, target))
    kind.static(f"ConvertFromJson({_TEXT}, bool returnHashtable, {_ERROR})")(
        lambda text, table, target: _read(text, table, None, target)
    )
    kind.static(f"ConvertFromJson({_TEXT}, bool returnHashtable, System.Nullable[int] maxDepth, {_ERROR})")(_read)
    register(kind)
