"""Engine values to wire values.

Depth rules as PSRP has them: the declared properties of the outermost object are kept, the complex values among them
become their text. Containers do not consume depth, and neither do notes: what a script put on an object or into a
PSCustomObject travels whole.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, Final
from uuid import UUID

from remora.engine.contentline import ContentLine
from remora.engine.convert.text import to_text
from remora.engine.enumeration import Enumerable as NetEnumerable
from remora.engine.errors import PSError
from remora.engine.members import typetable
from remora.engine.members.properties import read_property
from remora.engine.nettype import NetObject, Property
from remora.engine.nothing import Nothing
from remora.engine.psobject import PropertySet, ScriptMethod, is_property, property_value
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_names, type_of
from remora.engine.types.typeref import TypeRef
from remora.engine.wire.depths import chosen_properties, is_received, type_depth
from remora.engine.wire.records import RECORDS, Nested
from remora.values import numbers as n
from remora.values.collections import ArrayList, Enumerable, GenericList, ObjectCollection, Queue, Stack, TypedArray
from remora.values.enums import EnumValue
from remora.values.objects import MISSING, PSCUSTOMOBJECT_TYPES, MemberSet, PSObject
from remora.values.records import Record
from remora.values.secrets import PSCredential, SecureString
from remora.values.strings import Char, ScriptBlockText, Uri, XmlDocument
from remora.values.tables import Hashtable, PrimitiveDictionary
from remora.values.times import DateTime, TimeSpan
from remora.values.versions import SemanticVersion, Version

MAX_NESTING: Final = 48

_SCALARS: Final = frozenset(
    (
        int,
        bool,
        float,
        str,
        NoneType,
        Decimal,
        datetime,
        DateTime,
        timedelta,
        TimeSpan,
        UUID,
        bytes,
        Char,
        Uri,
        XmlDocument,
        ScriptBlockText,
        ContentLine,
        Version,
        SemanticVersion,
        SecureString,
        PSCredential,
        EnumValue,
        n.Int64,
        n.UInt64,
        n.UInt32,
        n.Int16,
        n.UInt16,
        n.SByte,
        n.Byte,
        n.BigInteger,
        n.Single,
    )
)

_NUMBERS: Final[dict[str, Callable[[int], Any]]] = {
    "I32": int,
    "By": n.Byte,
    "SB": n.SByte,
    "I16": n.Int16,
    "U16": n.UInt16,
    "U32": n.UInt32,
    "I64": n.Int64,
    "U64": n.UInt64,
}


def to_wire(value: Any, depth: int | None = None) -> Any:
    """The value as CLIXML encodes it. depth: how many levels of complex objects keep their properties; without it as
    in remoting: one, and objects that were received keep theirs wherever they are.
    """
    return _Encoder(remote=depth is None).encode(value, 1 if depth is None else depth, 0)


class _Encoder:
    """One conversion; objects that contain themselves become their text where they would repeat."""

    def __init__(self, *, remote: bool) -> None:
        self._path: set[int] = set()
        self._remote = remote

    def encode(self, value: Any, depth: int, level: int) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            if depth < 1 and kind is EnumValue:
                return value.name
            return PSCredential.TYPE_NAME if depth < 1 and kind is PSCredential else value
        if kind is Nothing:
            return None
        if kind is bytearray:
            return bytes(value)
        mark = id(value)
        if level >= MAX_NESTING or mark in self._path:
            return to_text(value)
        self._path.add(mark)
        try:
            return self._complex(value, depth, level)
        finally:
            self._path.discard(mark)

    def _complex(self, value: Any, depth: int, level: int) -> Any:
        if isinstance(value, PSObject):
            return self._object(value, depth, level)
        if isinstance(value, (list, tuple, set, frozenset, range, NetEnumerable)):
            return self._noted(value, self._sequence(value, depth, level), depth, level)
        if isinstance(value, (Hashtable, dict)):
            return self._noted(value, self._dictionary(value, depth, level), depth, level)
        if isinstance(value, ScriptBlock):
            return ScriptBlockText(value.text)
        if isinstance(value, NetObject):
            type_of(value).ready()  # a table of members may bring the way its objects travel
        encode_record = RECORDS.get(type(value))
        if encode_record is not None:
            return self._record(value, encode_record, depth, level)
        if isinstance(value, Record):
            return value
        return self._net_object(value, depth, level) if isinstance(value, NetObject) else to_text(value)

    def _record(self, value: Any, encode_record: Callable[[Any, Nested], Any], depth: int, level: int) -> Any:
        if depth < 1:
            return self._flat(value, _own(value), level)
        made = encode_record(value, lambda item, less=0: self.encode(item, depth - less, level + 1))
        notes = self._members(value, _own(value), depth, level)
        if isinstance(made, PSObject):
            made.extended.update(notes)
        elif notes and hasattr(made, "extra"):
            made.extra.update(notes)
        return made

    # --- containers -------------------------------------------------------------------------------------------

    def _sequence(self, value: Any, depth: int, level: int) -> Any:
        items = value.items() if isinstance(value, NetEnumerable) else value
        out = [self.encode(item, depth, level + 1) for item in items]
        if isinstance(value, TypedArray):
            return TypedArray(out, value.element_type)
        if isinstance(value, GenericList):
            return GenericList(out, value.element_type)
        if isinstance(value, (ArrayList, ObjectCollection, Stack, Queue, Enumerable)):
            return type(value)(out)
        return out

    def _dictionary(self, value: Any, depth: int, level: int) -> Any:
        pairs = [(self.encode(key, 0, level + 1), self.encode(item, depth, level + 1)) for key, item in value.items()]
        if isinstance(value, PrimitiveDictionary):
            return PrimitiveDictionary(pairs)
        if isinstance(value, Hashtable):
            return type(value)(pairs)
        return dict(pairs)

    def _noted(self, value: Any, made: Any, depth: int, level: int) -> Any:
        """A container with the notes that were attached to it."""
        notes = self._members(value, _own(value), depth, level) if depth > 0 else {}
        return _container(type_names(value), made, notes) if notes else made

    # --- objects with members ---------------------------------------------------------------------------------

    def _object(self, value: PSObject, depth: int, level: int) -> Any:
        depth = self._depth(value.type_names, depth)
        if depth < 1 and value.base is MISSING:
            return self._flat(value, value.extended, level)
        notes = self._members(value, value.extended, depth, level)
        if value.base is MISSING:
            extended = {**notes, **self._added(value, notes, depth, level)}
            adapted = self._members(value, value.adapted, depth - 1, level)
            return PSObject(value.type_names, MISSING, adapted, extended, value.to_string)
        inner = self.encode(value.base, depth, level + 1)
        adapted = self._members(value, value.adapted, depth - 1, level)
        if isinstance(inner, PSObject):
            names = value.type_names or inner.type_names
            adapted = {**inner.adapted, **adapted}
            return type(inner)(names, inner.base, adapted, {**notes, **inner.extended, **notes}, inner.to_string)
        if isinstance(inner, (list, dict, Hashtable)):
            return _container(value.type_names or type_names(value.base), inner, notes if depth > 0 else {}, adapted)
        if isinstance(inner, Record):
            inner.extra.update(notes)  # type: ignore[attr-defined]  # all have it
            return inner
        return self._wrapped(value, inner, notes)

    def _wrapped(self, value: PSObject, inner: Any, notes: dict[str, Any]) -> Any:
        """A plain value with notes; it names its types only where they are not those of the value alone."""
        plain = type_names(value.base)
        names = value.type_names if value.type_names != plain else ()
        if isinstance(inner, EnumValue):
            names = value.type_names or plain
            return PSObject(names, _NUMBERS[inner.underlying](inner), {}, notes, inner.name) if notes else inner
        return PSObject(names, inner, {}, notes, value.to_string) if notes or names or value.to_string else inner

    def _flat(self, value: Any, notes: dict[str, Any], level: int) -> Any:
        """What the depth leaves of an object: its text as .NET has it, with the notes on it."""
        text = value.display if isinstance(value, TypeRef) else to_text(value)
        kept = self._members(value, notes, 0, level)
        return PSObject(_changed_names(value), text, {}, kept) if kept else text

    def _depth(self, names: tuple[str, ...], depth: int) -> int:
        wanted = type_depth(names)
        if wanted:
            return max(wanted, depth) if not self._remote else wanted
        return 1 if depth < 1 and self._remote and is_received(names) else depth

    def _members(self, owner: Any, members: dict[str, Any], depth: int, level: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, member in members.items():
            kind = type(member)
            if kind is MemberSet:
                out[name] = MemberSet(self._members(owner, member, depth, level + 1))
            elif kind is not ScriptMethod and kind is not PropertySet:
                try:
                    out[name] = self.encode(property_value(owner, member), depth, level + 1)
                except PSError:
                    out[name] = None
        return out

    def _added(self, value: Any, notes: dict[str, Any], depth: int, level: int) -> dict[str, Any]:
        """The properties that the session added to the types of the object, where its own do not hide them."""
        if not typetable.in_use():
            return {}
        members = {
            name: member
            for name, member in typetable.type_members(value).items()
            if is_property(member) and name not in notes
        }
        return self._members(value, members, depth - 1, level)

    def _net_object(self, value: NetObject, depth: int, level: int) -> Any:
        names = type_names(value)
        depth = max(self._depth(names, depth), getattr(value, "wire_depth", 0))
        own = _own(value)
        if depth < 1:
            return self._flat(value, own, level)
        sections: dict[str, dict[str, Any]] = {"Property": {}, "NoteProperty": {}, "": {}}
        chosen = chosen_properties(names)
        for member in type_of(value).all_members().values():
            if isinstance(member, Property) and member.wire:
                kind = member.kind if member.kind in sections else ""
                if chosen is None or kind == "NoteProperty" or member.name in chosen:
                    left = depth if kind == "NoteProperty" else depth - 1
                    sections[kind][member.name] = self._read(value, member, left, level)
        adapted, notes, extended = sections.values()
        if chosen is not None:
            adapted = {name: adapted[name] for name in chosen if name in adapted}
        extras = getattr(value, "properties", None)
        if isinstance(extras, dict):
            for name, item in extras.items():
                adapted.setdefault(name, self.encode(item, depth - 1, level + 1))
        notes |= self._members(value, own, depth, level)
        extended = {**notes, **extended, **notes, **self._added(value, notes, depth, level)}
        return PSObject(names, MISSING, adapted, extended, value.net_text())

    def _read(self, value: NetObject, member: Property, depth: int, level: int) -> Any:
        try:
            return self.encode(read_property(value, member), depth, level + 1)
        except PSError:
            return None


def _own(value: Any) -> dict[str, Any]:
    """The members that scripts attached to an object."""
    return typetable.own_members(value) if typetable.in_use() else {}


def _changed_names(value: Any) -> tuple[str, ...]:
    """The type names of an object that is sent as its text: only those that are not its own."""
    names = type_names(value)
    return names if isinstance(value, PSObject) and names != PSCUSTOMOBJECT_TYPES else ()


def _container(
    names: tuple[str, ...], made: Any, notes: dict[str, Any], adapted: dict[str, Any] | None = None
) -> PSObject:
    """An object around the content of a list or dictionary."""
    if isinstance(made, list) and not isinstance(made, (Stack, Queue, Enumerable)):
        made = list(made)
    elif isinstance(made, dict):
        made = dict(made)
    elif isinstance(made, Hashtable):
        made = Hashtable(made.items())
    return PSObject(names, made, adapted, notes)
