"""Instances of classes that scripts define: their own fields beside the state of the type they derive from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from remora.engine.nettype import NetObject, NetType

_FORMS: Final[dict[type, type[ScriptObject]]] = {}


class ScriptObject:
    """What all instances share. kind: the class; fields: values of its properties by folded name."""

    __slots__ = ()
    kind: NetType
    fields: dict[str, Any]

    def __eq__(self, other: object) -> bool:
        """By ``Equals()`` of the class where it has one: collections compare their elements and keys so."""
        from remora.engine.classes.protocols import script_equal

        if self is other:
            return True
        found = script_equal(self, other) if isinstance(other, ScriptObject) else None
        return bool(super().__eq__(other) is True) if found is None else found

    def __hash__(self) -> int:
        from remora.engine.classes.protocols import script_hash

        found = script_hash(self)
        return object.__hash__(self) if found is None else found

    def net_type_names(self) -> tuple[str, ...]:
        """PSTypeNames of this instance."""
        return self.kind.names

    def net_text(self) -> str:
        """``ToString()`` of the class where it has one."""
        from remora.engine.classes.protocols import script_text

        found = script_text(self)
        if found is not None:
            return found
        inherited = getattr(super(), "net_text", None)
        return inherited() if inherited is not None and type(self) is not Instance else self.kind.name


class Instance(ScriptObject, NetObject):
    """An instance whose bases have no state of ours."""

    __slots__ = ("fields", "kind")


def form_of(native: type | None) -> type[ScriptObject]:
    """The Python class of instances that carry the state of a native class; None: no state."""
    if native is None:
        return Instance
    found = _FORMS.get(native)
    if found is None:
        found = _FORMS[native] = type(f"Script{native.__name__}", (ScriptObject, native), {"__slots__": _slots(native)})
    return found


def _slots(native: type) -> tuple[str, ...]:
    return ("fields",) if "kind" in _all_slots(native) else ("fields", "kind")


def _all_slots(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        slots = base.__dict__.get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots


def allocate(kind: NetType, native: type | None) -> Any:
    """A new instance without values."""
    form = form_of(native)
    made: Any = form.__new__(form)
    made.kind = kind
    made.fields = {}
    return made


def adopt(made: Any, base: Any) -> None:
    """Give an instance the state that a native constructor made."""
    if isinstance(base, list):
        list.extend(made, base)
    elif isinstance(base, dict):
        dict.update(made, base)
    for slot in set(_all_slots(type(base))) - {"kind", "fields"}:
        if hasattr(base, slot):
            setattr(made, slot, getattr(base, slot))
    if hasattr(base, "__dict__") and hasattr(made, "__dict__"):
        made.__dict__.update(base.__dict__)


def copied(value: Any) -> Any:
    """MemberwiseClone: another instance with the same values."""
    cls: Any = type(value)
    made = cls.__new__(cls)
    adopt(made, value)
    made.kind = value.kind
    made.fields = dict(value.fields)
    return made
