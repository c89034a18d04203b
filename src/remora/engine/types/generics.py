"""Generic types: how values become constructed ones. Their definitions are declared by family."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.conversion import convert
from remora.engine.convert.numbers import cannot_convert
from remora.engine.enumeration import items_of
from remora.engine.types import delegates, linked, lists, maps, priorityqueue, sets, tuples
from remora.engine.types import registry as r
from remora.engine.types.typeref import TypeRef
from remora.values.collections import GenericList
from remora.values.tables import Hashtable


def generic_from(target: TypeRef, value: Any) -> Any:
    """Convert a value to a constructed generic type. Raises PSError with the cast's id."""
    if value is None or r.type_of(value) is target.net:
        return value
    if target.net.form == "delegate":
        return delegates.delegate_from(target, value)
    definition = target.net.definition
    if definition is r.LIST:
        return GenericList(_converted(target, value), target.arguments[0].name)
    if definition in (sets.HASH_SET, sets.SORTED_SET):
        return sets.GenericSet(target, items_of(value))
    if definition is linked.LINKED:
        return linked.LinkedList(target, items_of(value))
    if definition in (maps.DICTIONARY, maps.SORTED_DICTIONARY, maps.SORTED_LIST, maps.CONCURRENT):
        if isinstance(value, (Hashtable, dict)):
            return maps.GenericDictionary(target, list(value.items()))
        raise cannot_convert(value, target.display)
    made = lists.from_items(target, _converted(target, value))
    if made is not None:
        return made
    if definition is not None and definition.form == "interface":
        return _as_interface(target, value)
    raise cannot_convert(value, target.display)


def _converted(target: TypeRef, value: Any) -> list[Any]:
    """The items of a value as elements; a value that is an element already becomes the only one."""
    element = target.arguments[0]
    if element.name != "System.Object" and r.type_of(value).is_a(element.name):
        return [value]
    return [convert(item, element) for item in items_of(value)]


def _as_interface(target: TypeRef, value: Any) -> Any:
    """A value for a generic interface: itself when it has it, a new list for a sequence of items."""
    kind = r.type_of(value)
    definition = target.net.definition
    assert definition is not None
    if kind.is_a(definition.name):
        return value
    if definition.name.rpartition(".")[2] in _SEQUENCES and isinstance(value, (list, tuple, bytearray)):
        if isinstance(value, GenericList) and value.element_type == target.arguments[0].name:
            return value
        element = target.arguments[0]
        from remora.engine.types.collections import typed_array

        return typed_array([convert(item, element) for item in items_of(value)], element)
    if definition.name.endswith("IDictionary`2") and isinstance(value, (Hashtable, dict)):
        return value
    raise cannot_convert(value, target.display)


_SEQUENCES = frozenset(("IEnumerable`1", "ICollection`1", "IList`1", "IReadOnlyList`1", "IReadOnlyCollection`1"))


def register_types() -> None:
    """All generic families."""
    for family in (delegates, linked, lists, maps, priorityqueue, sets, tuples):
        family.register_types()
