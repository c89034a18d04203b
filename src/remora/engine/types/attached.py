"""Members and type names that scripts attach to objects which cannot carry them themselves: lists, dictionaries and
our own objects. They belong to the object, not to a wrapper around it, as .NET's reference types have it.
"""

from __future__ import annotations

from typing import Any, Final

from remora.engine.classes.instance import ScriptObject
from remora.engine.nettype import NetObject
from remora.values.tables import Hashtable
from remora.values.versions import Version

MAX_OBJECTS: Final = 100_000


class Attachment:
    """What one object got. owner keeps the object alive, so that its identity is not given to another one."""

    __slots__ = ("members", "owner", "type_names")

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.members: dict[str, Any] = {}
        self.type_names: tuple[str, ...] | None = None

    def find(self, name: str) -> str | None:
        """The spelling under which a member is kept."""
        if name in self.members:
            return name
        folded = name.lower()
        return next((known for known in self.members if known.lower() == folded), None)


TABLE: Final[dict[int, Attachment]] = {}


def can_carry(value: Any) -> bool:
    """Is it an object with an identity? Texts, numbers and dates are not."""
    return isinstance(value, list | dict | Hashtable | NetObject | ScriptObject | Version)


def attachment(value: Any) -> Attachment | None:
    """What was attached to the object, if anything was."""
    return TABLE.get(id(value)) if TABLE else None


def attach(value: Any) -> Attachment:
    """The attachment of an object, made when there is none; the oldest ones are forgotten beyond MAX_OBJECTS."""
    found = TABLE.get(id(value))
    if found is None:
        if len(TABLE) >= MAX_OBJECTS:
            TABLE.pop(next(iter(TABLE)), None)
        found = TABLE[id(value)] = Attachment(value)
    return found
