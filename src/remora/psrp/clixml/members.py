"""Members of records as a dictionary: their order, their spelling, which nulls are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from remora.values.objects import MISSING, PSObject

Members = dict[str, Any]

_OPTIONAL: Final = {
    "writeErrorStream",
    "ErrorDetails_Message",
    "ErrorDetails_RecommendedAction",
    "ErrorDetails_ScriptStackTrace",
    "PipelineIterationInfo",
    "InformationalRecord_PipelineIterationInfo",
}
"""Members a new record leaves out while they are null."""


def merge_members(modelled: Members, extra: Members, wire_names: tuple[str, ...] | None) -> Members:
    """Put members in order: as they came where they came from the wire, else as Windows writes them.

    modelled: what the fields of the record say, canonical order, MISSING for none. A null is written where the wire
    had it; a new record leaves out the nulls that Windows leaves out.
    """
    members: Members = {}
    for name in wire_names or ():
        value = modelled.get(name, MISSING)
        if value is MISSING and name not in modelled:
            value = extra.get(name, MISSING)
        if value is not MISSING:
            members[name] = value
    for source in (modelled, extra):
        for name, value in source.items():
            if name not in members and value is not MISSING and _written(name, value, source is extra, wire_names):
                members[name] = value
    return members


def _written(name: str, value: Any, is_extra: bool, wire_names: tuple[str, ...] | None) -> bool:
    """Decide about a member the wire did not have."""
    if wire_names is None:
        return value is not None or name not in _OPTIONAL
    return is_extra or (value is not None and value is not False)


def spelled(bag: PSObject, fields: Mapping[str, str]) -> Members:
    """Return the bag's members with the wire's own spelling of the names, whatever case the peer used."""
    known = {wire.lower(): wire for wire in fields}
    return {known.get(name.lower(), name): value for name, value in bag.properties().items()}
