"""Regex, Match, Group and Capture as objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from remora.engine import regex
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.enumeration import Enumerable
from remora.engine.errors import PSError, not_supported
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.arrays import get_enumerator
from remora.engine.types.collections import failure
from remora.engine.types.delegates import call
from remora.engine.types.typeref import register
from remora.values.collections import TypedArray

_R = "System.Text.RegularExpressions."
OPTIONS = NetType(
    _R + "RegexOptions",
    r.ENUM,
    enum={
        "None": 0,
        "IgnoreCase": 1,
        "Multiline": 2,
        "ExplicitCapture": 4,
        "Compiled": 8,
        "Singleline": 16,
        "IgnorePatternWhitespace": 32,
        "RightToLeft": 64,
        "ECMAScript": 256,
        "CultureInvariant": 512,
    },
    flags=True,
)
_FLAGS = {1: re.IGNORECASE, 2: re.MULTILINE, 16: re.DOTALL, 32: re.VERBOSE, 256: re.ASCII}
_EXPLICIT, _RIGHT_TO_LEFT = 4, 64


def compiled(pattern: str, options: Any = 0) -> re.Pattern[str]:
    """A pattern by RegexOptions. Raises PSError RegexParseException."""
    bits = int(options)
    if pattern is None:
        raise failure("Value cannot be null. (Parameter 'pattern')", "System.ArgumentNullException")
    if bits & _RIGHT_TO_LEFT:
        raise not_supported("RegexOptions.RightToLeft")
    flags = sum(flag for bit, flag in _FLAGS.items() if bits & bit)
    try:
        return regex.compile_pattern(pattern, flags, explicit_capture=bool(bits & _EXPLICIT))
    except PSError as problem:
        inner = problem.record.exception.inner
        raise failure(inner.message, inner.kind.name) if inner is not None else problem from None


class RegexObject(NetObject):
    """[regex]: case-sensitive unless told otherwise (trap 34)."""

    __slots__ = ("options", "pattern", "pattern_object")
    net_type = NetType(_R + "Regex", OBJECT)

    def __init__(self, pattern: str, options: Any = 0, timeout: Any = None) -> None:
        self.pattern = pattern
        self.options = int(options)
        self.pattern_object = compiled(pattern, options)

    def net_text(self) -> str:
        return self.pattern


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
    """Group: a capture that may not have taken part."""

    __slots__ = ("name", "success")
    net_type = NetType(_R + "Group", CaptureObject.net_type)

    def __init__(self, text: str | None, index: int, name: str) -> None:
        super().__init__(text or "", max(index, 0))
        self.success = text is not None
        self.name = name


class MatchObject(GroupObject):
    """Match: group 0 with its groups; ``NextMatch()`` goes on."""

    __slots__ = ("found", "pattern")
    net_type = NetType(_R + "Match", GroupObject.net_type)

    def __init__(self, found: re.Match[str] | None, pattern: re.Pattern[str] | None = None) -> None:
        super().__init__(found[0] if found is not None else None, found.start() if found is not None else 0, "0")
        self.found = found
        self.pattern = pattern if pattern is not None else (found.re if found is not None else None)

    def next(self) -> MatchObject:
        """The match after this one."""
        if self.found is None or self.pattern is None:
            return self
        start = self.found.end() + (1 if self.found.end() == self.found.start() else 0)
        again = self.pattern.search(self.found.string, start) if start <= len(self.found.string) else None
        return MatchObject(again, self.pattern)


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


class Groups(Enumerable):
    """The groups of a match, by number or name."""

    __slots__ = ("match",)
    net_type = NetType(_R + "GroupCollection", OBJECT)

    def __init__(self, match: MatchObject) -> None:
        self.match = match

    def items(self) -> Iterator[GroupObject]:
        found = self.match.found
        if found is None:
            yield GroupObject(None, 0, "0")
            return
        yield self.match
        for group in regex.groups_of(found.re)[1:]:
            index = group.taken(found)
            yield (
                GroupObject(None, 0, group.name)
                if index is None
                else GroupObject(found[index], found.start(index), group.name)
            )

    def get(self, key: Any) -> GroupObject:
        """By number or name; an unknown one is a group without success."""
        items = list(self.items())
        if isinstance(key, int) and not isinstance(key, str):
            return items[key] if 0 <= key < len(items) else GroupObject(None, 0, str(key))
        return next((group for group in items if group.name == str(key)), GroupObject(None, 0, str(key)))


def _match(pattern: re.Pattern[str], text: str, start: int = 0, length: int | None = None) -> MatchObject:
    end = len(text or "") if length is None else start + length
    return MatchObject(pattern.search(_checked(text), start, end), pattern)


def _checked(text: Any) -> str:
    if text is None:
        raise failure("Value cannot be null. (Parameter 'input')", "System.ArgumentNullException")
    return str(text)


def _matches(pattern: re.Pattern[str], text: str, start: int = 0) -> ItemCollection:
    return ItemCollection([MatchObject(found) for found in pattern.finditer(_checked(text), start)])


def _replace(pattern: re.Pattern[str], text: str, by: Any, count: int = -1, start: int = 0) -> str:
    text = _checked(text)
    make = (
        regex.replacement(to_text(by)) if isinstance(by, str) else lambda found: to_text(call(by, MatchObject(found)))
    )
    if start:
        return text[:start] + pattern.sub(make, text[start:], max(count, 0))
    return text if count == 0 else pattern.sub(make, text, max(count, 0))


def _evaluated(by: Any) -> Callable[[re.Match[str]], str]:
    return lambda found: to_text(call(by, MatchObject(found)))


def _split(pattern: re.Pattern[str], text: str, limit: int = 0, start: int = 0) -> Any:
    text = _checked(text)
    groups = regex.groups_of(pattern)[1:]
    out: list[str] = []
    position = 0
    for pieces, found in enumerate(pattern.finditer(text, start), 1):
        if limit and pieces == limit:
            break
        out.append(text[position : found.start()])
        out.extend(regex.group_text(found, group) for group in groups if group.taken(found) is not None)
        position = found.end()
    return TypedArray([*out, text[position:]], "System.String")


def _members() -> None:
    x = RegexObject.net_type
    o = "System.Text.RegularExpressions.RegexOptions options"
    evaluator = "System.Text.RegularExpressions.MatchEvaluator evaluator"
    x.constructor("(string pattern)", f"(string pattern, {o})", f"(string pattern, {o}, timespan matchTimeout)")(
        RegexObject
    )
    x.property("Options", OPTIONS.name)(lambda v: convert_to(v.options, OPTIONS.name))
    x.property("RightToLeft", "System.Boolean")(lambda v: False)
    x.property("MatchTimeout", "System.TimeSpan")(lambda v: timedelta(milliseconds=-1))
    x.method("IsMatch(string input)", "IsMatch(string input, int startat)", returns="bool")(
        lambda v, t, i=0: v.pattern_object.search(_checked(t), i) is not None
    )
    x.method("Match(string input)", "Match(string input, int startat)",
             "Match(string input, int beginning, int length)", returns=_R + "Match")(
        lambda v, t, *at: _match(v.pattern_object, t, *at)
    )  # fmt: skip
    x.method("Matches(string input)", "Matches(string input, int startat)", returns=_R + "MatchCollection")(
        lambda v, t, i=0: _matches(v.pattern_object, t, i)
    )
    x.method("Count(string input)", returns="int")(lambda v, t: len(_matches(v.pattern_object, t).found))
    x.method(
        "Replace(string input, string replacement)", "Replace(string input, string replacement, int count)",
        "Replace(string input, string replacement, int count, int startat)", f"Replace(string input, {evaluator})",
        f"Replace(string input, {evaluator}, int count)", f"Replace(string input, {evaluator}, int count, int startat)",
        returns="string",
    )(lambda v, t, by, *at: _replace(v.pattern_object, t, by, *at))  # fmt: skip
    x.method("Split(string input)", "Split(string input, int count)", "Split(string input, int count, int startat)",
             returns="string[]")(lambda v, t, *at: _split(v.pattern_object, t, *at))  # fmt: skip
    x.method("GetGroupNames()", returns="string[]")(
        lambda v: TypedArray([group.name for group in regex.groups_of(v.pattern_object)], "System.String")
    )
    x.method("GetGroupNumbers()", returns="int[]")(
        lambda v: TypedArray([group.number for group in regex.groups_of(v.pattern_object)], "System.Int32")
    )
    x.method("GroupNameFromNumber(int i)", returns="string")(
        lambda v, i: next((g.name for g in regex.groups_of(v.pattern_object) if g.number == i), "")
    )
    x.method("GroupNumberFromName(string name)", returns="int")(
        lambda v, name: next((g.number for g in regex.groups_of(v.pattern_object) if g.name == name), -1)
    )
    x.method("ToString()", returns="string")(lambda v: v.pattern)
    _static_members(x, o, evaluator)
    _parts()


def _static_members(x: NetType, o: str, evaluator: str) -> None:
    head = "string input, string pattern"
    timed = f"{o}, timespan matchTimeout"
    x.static(f"IsMatch({head})", f"IsMatch({head}, {o})", f"IsMatch({head}, {timed})", returns="bool")(
        lambda t, p, bits=0, limit=None: compiled(p, bits).search(_checked(t)) is not None
    )
    x.static(f"Match({head})", f"Match({head}, {o})", f"Match({head}, {timed})", returns=_R + "Match")(
        lambda t, p, bits=0, limit=None: _match(compiled(p, bits), t)
    )
    x.static(f"Matches({head})", f"Matches({head}, {o})", f"Matches({head}, {timed})", returns=_R + "MatchCollection")(
        lambda t, p, bits=0, limit=None: _matches(compiled(p, bits), t)
    )
    x.static(f"Count({head})", f"Count({head}, {o})", returns="int")(
        lambda t, p, bits=0: len(_matches(compiled(p, bits), t).found)
    )
    x.static(
        f"Replace({head}, string replacement)", f"Replace({head}, string replacement, {o})",
        f"Replace({head}, string replacement, {timed})", f"Replace({head}, {evaluator})",
        f"Replace({head}, {evaluator}, {o})", returns="string",
    )(lambda t, p, by, bits=0, limit=None: _replace(compiled(p, bits), t, by))  # fmt: skip
    x.static(f"Split({head})", f"Split({head}, {o})", f"Split({head}, {timed})", returns="string[]")(
        lambda t, p, bits=0, limit=None: _split(compiled(p, bits), t)
    )
    x.static("Escape(string str)", returns="string")(regex.escape)
    x.static("Unescape(string str)", returns="string")(regex.unescape)
    x.static_property("CacheSize", "System.Int32")(lambda: 15)


def _parts() -> None:
    c = CaptureObject.net_type
    c.property("Value", "System.String")(lambda v: v.text)
    c.property("Index", "System.Int32")(lambda v: v.index)
    c.property("Length", "System.Int32")(lambda v: len(v.text))
    c.method("ToString()", returns="string")(lambda v: v.text)
    g = GroupObject.net_type
    g.property("Success", "System.Boolean")(lambda v: v.success)
    g.property("Name", "System.String")(lambda v: v.name)
    g.property("Captures", _R + "CaptureCollection")(
        lambda v: ItemCollection([v] if v.success else [], ItemCollection.captures)
    )
    m = MatchObject.net_type
    m.static_property("Empty", _R + "Match")(lambda: MatchObject(None))
    m.property("Groups", _R + "GroupCollection")(Groups)
    m.method("NextMatch()", returns=_R + "Match")(lambda v: v.next())
    m.method("Result(string replacement)", returns="string")(
        lambda v, t: regex.replacement(t)(v.found) if v.found is not None else ""
    )
    groups = Groups.net_type
    groups.property("Count", "System.Int32")(lambda v: len(list(v.items())))
    groups.property("Keys")(lambda v: [group.name for group in v.items()])
    groups.property("Values")(lambda v: list(v.items()))
    groups.method("get_Item(int groupnum)", "get_Item(string groupname)", returns=_R + "Group")(lambda v, k: v.get(k))
    groups.method("ContainsKey(string key)", returns="bool")(lambda v, k: any(g.name == k for g in v.items()))
    groups.method("GetEnumerator()")(get_enumerator)
    items = ItemCollection.net_type
    items.property("Count", "System.Int32")(lambda v: len(v.found))
    items.method("get_Item(int i)")(lambda v, i: v.get(i))
    items.method("GetEnumerator()")(get_enumerator)


def register_types() -> None:
    """Regex and what it returns."""
    register(RegexObject.net_type, OPTIONS, MatchObject.net_type, GroupObject.net_type, CaptureObject.net_type)
    register(ItemCollection.net_type, ItemCollection.captures, Groups.net_type)


_members()
