"""Match, Group, Capture and their collections as objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from remora.engine.enumeration import Enumerable
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.regex.groups import Group
from remora.engine.regex.match import Match
from remora.engine.types.arrays import get_enumerator
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register

_R = "System.Text.RegularExpressions."


class CaptureObject(NetObject):
    """Capture: Value, Index, Length."""

    __slots__ = ("index", "text")
    net_type = NetType(_R + "Capture", OBJECT)

    def __init__(self, text: str, index: int) -> None:
        self.text = text
        self.index = index

    def net_text(self) -> str:
        return self.text


class GroupObject(CaptureObject):
    """Group: all that it matched; the last is its own value. Without a match it has no success."""

    __slots__ = ("all", "name")
    net_type = NetType(_R + "Group", CaptureObject.net_type)

    def __init__(self, captures: list[tuple[str, int]], name: str) -> None:
        super().__init__(*(captures[-1] if captures else ("", 0)))
        self.all = captures
        self.name = name

    @property
    def success(self) -> bool:
        """Whether it took part."""
        return bool(self.all)

    def captures(self) -> ItemCollection:
        """Captures: all that it matched."""
        return ItemCollection([CaptureObject(text, index) for text, index in self.all], ItemCollection.captures)


class MatchObject(GroupObject):
    """Match: group 0 with its groups; ``NextMatch()`` goes on."""

    __slots__ = ("found",)
    net_type = NetType(_R + "Match", GroupObject.net_type)

    def __init__(self, found: Match | None) -> None:
        if found is None:
            super().__init__([], "0")
        else:
            self.text = found.value
            self.index = found.start + found.offset
            self.name = "0"
            self.all = [(self.text, self.index)]
        self.found = found

    def next(self) -> MatchObject:
        """The match after this one."""
        return self if self.found is None else MatchObject(self.found.next())

    def result(self, template: str) -> str:
        """A replacement text for this match."""
        from remora.engine.regex.template import replacement

        if self.found is None:
            raise failure("Result cannot be called on a failed Match.", "System.NotSupportedException")
        made = replacement(template, self.found.pattern)
        return made if isinstance(made, str) else made(self.found)


class ItemCollection(Enumerable):
    """MatchCollection and CaptureCollection: a list that is read only."""

    __slots__ = ("found", "kind")
    net_type = NetType(_R + "MatchCollection", OBJECT)
    captures = NetType(_R + "CaptureCollection", net_type)

    def __init__(self, found: list[Any], kind: NetType | None = None) -> None:
        self.found = found
        self.kind = kind if kind is not None else self.net_type

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def items(self) -> Iterator[Any]:
        return iter(self.found)

    def get(self, index: int) -> Any:
        if not 0 <= index < len(self.found):
            raise failure(
                "Specified argument was out of the range of valid values. (Parameter 'i')",
                "System.ArgumentOutOfRangeException",
            )
        return self.found[index]


class GroupCollection(Enumerable):
    """The groups of a match, by number or name."""

    __slots__ = ("match",)
    net_type = NetType(_R + "GroupCollection", OBJECT)

    def __init__(self, match: MatchObject) -> None:
        self.match = match

    def items(self) -> Iterator[GroupObject]:
        found = self.match.found
        yield self.match
        if found is not None:
            for group in found.pattern.groups.in_order[1:]:
                yield GroupObject(found.captures(group), group.name)

    def find(self, key: Any) -> GroupObject | None:
        """By number or name, None for an unknown one."""
        if key in (0, "0"):
            return self.match
        found = self.match.found
        group = None if found is None else _group(found, key)
        return None if found is None or group is None else GroupObject(found.captures(group), group.name)

    def get(self, key: Any) -> GroupObject:
        """By number or name; an unknown one is a group without success."""
        return self.find(key) or GroupObject([], "0")


def _group(match: Match, key: Any) -> Group | None:
    groups = match.pattern.groups
    if isinstance(key, int) and not isinstance(key, str):
        return next((group for group in groups.in_order if group.number == key), None)
    return groups.find(str(key))


def _members() -> None:
    c = CaptureObject.net_type
    c.property("Value", "System.String")(lambda v: v.text)
    c.property("Index", "System.Int32")(lambda v: v.index)
    c.property("Length", "System.Int32")(lambda v: len(v.text))
    c.method("ToString()", returns="string")(lambda v: v.text)
    g = GroupObject.net_type
    g.property("Success", "System.Boolean")(lambda v: v.success)
    g.property("Name", "System.String")(lambda v: v.name)
    g.property("Captures", _R + "CaptureCollection")(GroupObject.captures)
    m = MatchObject.net_type
    m.static_property("Empty", _R + "Match")(lambda: MatchObject(None))
    m.property("Groups", _R + "GroupCollection")(GroupCollection)
    m.method("NextMatch()", returns=_R + "Match")(MatchObject.next)
    m.method("Result(string replacement)", returns="string")(MatchObject.result)
    groups = GroupCollection.net_type
    groups.property("Count", "System.Int32")(lambda v: len(list(v.items())))
    groups.property("Keys")(lambda v: [group.name for group in v.items()])
    groups.property("Values")(lambda v: list(v.items()))
    groups.method("get_Item(int groupnum)", "get_Item(string groupname)", returns=_R + "Group")(GroupCollection.get)
    groups.method("ContainsKey(string key)", returns="bool")(lambda v, k: v.find(k) is not None)
    groups.method("GetEnumerator()")(get_enumerator)
    items = ItemCollection.net_type
    items.property("Count", "System.Int32")(lambda v: len(v.found))
    items.method("get_Item(int i)")(ItemCollection.get)
    items.method("GetEnumerator()")(get_enumerator)


def register_types() -> None:
    """What a Regex returns."""
    register(MatchObject.net_type, GroupObject.net_type, CaptureObject.net_type)
    register(ItemCollection.net_type, ItemCollection.captures, GroupCollection.net_type)


_members()
