"""PSListModifier: what to add to a list and to take from it, or what to put in its place."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.members import invoke_member
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.operators.compare import equal
from remora.engine.types.registry import unwrap
from remora.engine.types.typeref import register
from remora.values.collections import ArrayList
from remora.values.tables import Hashtable

_PARTS = ("add", "remove", "replace")


class ListModifier(NetObject):
    """added, removed, replacing: the items of each part."""

    __slots__ = ("added", "removed", "replacing")
    net_type = NetType("System.Management.Automation.PSListModifier", OBJECT)

    def __init__(self, added: Any = (), removed: Any = (), replacing: Any = ()) -> None:
        self.added = ArrayList(_items(added))
        self.removed = ArrayList(_items(removed))
        self.replacing = ArrayList(_items(replacing))


def _items(value: Any) -> list[Any]:
    return [] if value is None else list(items_of(value))


def _of_table(table: Hashtable) -> ListModifier:
    made: dict[str, Any] = {}
    for key, value in table.items():
        name = to_text(key).lower()
        if name not in _PARTS:
            raise _wrong(f"The key '{to_text(key)}' is none of Add, Remove and Replace.")
        if name == "replace" and len(table) > 1:
            raise _wrong("Replace goes without Add and Remove.")
        made[name] = value
    return ListModifier(made.get("add"), made.get("remove"), made.get("replace"))


def _wrong(message: str) -> PSError:
    return error(message, "PSListModifierDisallowedKey", "InvalidArgument", type_name="System.ArgumentException")


def _apply(modifier: ListModifier, target: Any) -> None:
    """Change a list as the parts say. Raises PSError ArgumentException without a list, as its methods do."""
    target = unwrap(target)
    if target is None:
        raise error(
            "Value cannot be null. (Parameter 'collectionToUpdate')",
            "ArgumentNullException",
            type_name="System.ArgumentNullException",
        )
    if modifier.replacing:
        invoke_member(target, "Clear", [])
        added = modifier.replacing
    else:
        for one in modifier.removed:
            found = next((item for item in items_of(target) if equal(item, one)), None)
            if found is not None:
                invoke_member(target, "Remove", [found])
        added = modifier.added
    for one in added:
        invoke_member(target, "Add", [one])


def register_types() -> None:
    """Declare it."""
    net = ListModifier.net_type
    net.constructor("()")(ListModifier)
    net.constructor("(hashtable)")(_of_table)
    net.constructor("(object)")(lambda replacing: ListModifier((), (), replacing))
    net.constructor("(object, object)")(lambda removed, added: ListModifier(added, removed))
    net.property("Add")(lambda modifier: modifier.added)
    net.property("Remove")(lambda modifier: modifier.removed)
    net.property("Replace")(lambda modifier: modifier.replacing)
    net.method("ApplyTo(object)", returns="void")(_apply)
    register(net)
