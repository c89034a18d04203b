"""Member access: properties, methods, indexes, by name and through declared tables only."""

from __future__ import annotations

from remora.engine.members.calls import construct, invoke_member, invoke_static
from remora.engine.members.indexes import get_index, set_index
from remora.engine.members.properties import get_member, get_static, set_member, set_static

__all__ = [
    "construct",
    "get_index",
    "get_member",
    "get_static",
    "invoke_member",
    "invoke_static",
    "set_index",
    "set_member",
    "set_static",
]
