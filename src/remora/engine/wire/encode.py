"""Engine values to wire values.

Depth rules as PSRP has them: the properties of the outermost object are kept, the complex values among them become
their text;
containers do not consume depth.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, Final
from uuid import UUID

from remora.engine.convert.text import to_text
from remora.engine.enumeration import Enumerable as NetEnumerable
from remora.engine.errors import PSError
from remora.engine.members import typetable
from remora.engine.members.properties import read_property
from remora.engine.nettype import NetObject, Property
from remora.engine.nothing import Nothing
from remora.engine.psobject import ScriptMethod, is_property, property_value
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_names, type_of
from remora.engine.wire.records import RECORDS
from remora.values import numbers as n
from remora.values.collections import ArrayList, Enumerable, GenericList, ObjectCollection, Queue, Stack, TypedArray
from remora.values.enums import EnumValue
from remora.values.objects import MISSING, PSObject
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


def to_wire(value: Any, depth: int = 1) -> Any:
    """The value as CLIXML encodes it. depth: how many levels of complex objects keep their properties."""
    return _Encoder().encode(value, depth, 0)


class _Encoder:
    """One conversion; objects that contain themselves become their text where they would repeat."""

    def __init__(self) -> None:
        self._path: set[int] = set()

    def encode(self, value: Any, depth: int, level: int) -> Any:
        kind = type(value)
        if kind in _SCALARS:
            return value
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
        if isinstance(value, (list, tuple, set, frozenset, range, NetEnumerable)):
            return self._sequence(value, depth, level)
        if isinstance(value, (Hashtable, dict)):
            return self._dictionary(value, depth, level)
        if isinstance(value, ScriptBlock):
            return ScriptBlockText(value.text)
        if isinstance(value, NetObject):
            type_of(value).ready()  # a table of members may bring the way its objects travel
        encode_record = RECORDS.get(type(value))
        if encode_record is not None:
            return encode_record(value, self._nested(depth, level))
        if isinstance(value, Record):
            return value
        if isinstance(value, PSObject):
            return self._object(value, depth, level)
        if isinstance(value, NetObject):
            return self._net_object(value, depth, level)
        return to_text(value)

    def _nested(self, depth: int, level: int) -> Callable[[Any], Any]:
        return lambda item: self.encode(item, depth, level + 1)

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

    def _object(self, value: PSObject, depth: int, level: int) -> Any:
        if depth < 1 and not (value.base is not MISSING and type(value.base) in _SCALARS):
            return self._flat(value)
        extended = self._members(value, {**_added(value), **value.extended}, depth, level)
        adapted = self._members(value, value.adapted, depth, level)
        if value.base is MISSING:
            return PSObject(value.type_names, MISSING, adapted, extended, value.to_string)
        inner = self.encode(value.base, depth, level + 1)
        if isinstance(inner, PSObject):
            names = value.type_names or inner.type_names
            return PSObject(
                names, inner.base, {**inner.adapted, **adapted}, {**inner.extended, **extended}, inner.to_string
            )
        return PSObject(value.type_names, inner, adapted, extended, value.to_string)

    def _flat(self, value: PSObject) -> Any:
        """Beyond the depth: containers stay containers, other objects become their text."""
        if isinstance(value.base, (list, Hashtable, dict)):
            return self.encode(value.base, 0, 0)
        return to_text(value)

    def _members(self, owner: Any, members: dict[str, Any], depth: int, level: int) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for name, member in members.items():
            if isinstance(member, ScriptMethod):
                continue
            try:
                out[name] = self.encode(property_value(owner, member), depth - 1, level + 1)
            except PSError:
                out[name] = None
        return out

    def _net_object(self, value: NetObject, depth: int, level: int) -> Any:
        depth = max(depth, getattr(value, "wire_depth", 0))
        if depth < 1:
            return value.net_text()
        adapted: dict[str, Any] = {}
        extended: dict[str, Any] = {}
        for member in type_of(value).all_members().values():
            if isinstance(member, Property) and member.wire:
                target = adapted if member.kind == "Property" else extended
                try:
                    target[member.name] = self.encode(read_property(value, member), depth - 1, level + 1)
                except PSError:
                    target[member.name] = None
        extras = getattr(value, "properties", None)
        if isinstance(extras, dict):
            for name, item in extras.items():
                adapted.setdefault(name, self.encode(item, depth - 1, level + 1))
        extended.update(self._members(value, _added(value), depth, level))
        return PSObject(type_names(value), MISSING, adapted, extended, value.net_text())


def _added(value: Any) -> dict[str, Any]:
    """The properties that scripts added to an object or to its types."""
    if not typetable.in_use():
        return {}
    return {name: member for name, member in typetable.members(value).items() if is_property(member)}
