"""Regex, Match, Group and Capture as objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from remora.engine import regex
from remora.engine.convert.text import to_text
from remora.engine.enumeration import Enumerable
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import collected
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types import registry as r
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
_FLAGS = {1: re.IGNORECASE, 2: re.MULTILINE, 16: re.DOTALL, 32: re.VERBOSE}


def flags_of(options: Any) -> int:
    """``re`` flags of a RegexOptions value."""
    number = int(options) if isinstance(options, int) else 0
    return sum(flag for bit, flag in _FLAGS.items() if number & bit)


class RegexObject(NetObject):
    """[regex]: case-sensitive unless told otherwise (trap 34)."""

    __slots__ = ("options", "pattern", "pattern_object")
    net_type = NetType(_R + "Regex", OBJECT)

    def __init__(self, pattern: str, options: Any = 0) -> None:
        self.pattern = pattern
        self.options = int(options)
        self.pattern_object = regex.compile_pattern(pattern, flags_of(options))

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


class Groups(Enumerable):
    """The groups of a match, by number or name."""

    __slots__ = ("match",)
    net_type = NetType(_R + "GroupCollection", OBJECT)

    def __init__(self, match: MatchObject) -> None:
        self.match = match

    def items(self) -> Iterator[GroupObject]:
        found = self.match.found
        if found is None:
            return
        yield self.match
        names = {index: name for name, index in found.re.groupindex.items()}
        for index in range(1, found.re.groups + 1):
            yield GroupObject(found[index], found.start(index), names.get(index, str(index)))

    def get(self, key: Any) -> GroupObject:
        """By number or name; an unknown one is a group without success."""
        items = list(self.items())
        if isinstance(key, int):
            return items[key] if 0 <= key < len(items) else GroupObject(None, 0, str(key))
        return next((group for group in items if group.name == str(key)), GroupObject(None, 0, str(key)))


class Matches(Enumerable):
    """MatchCollection."""

    __slots__ = ("found",)
    net_type = NetType(_R + "MatchCollection", OBJECT)

    def __init__(self, found: list[MatchObject]) -> None:
        self.found = found

    def items(self) -> Iterator[MatchObject]:
        return iter(self.found)


def _match(compiled: re.Pattern[str], text: str, start: int = 0) -> MatchObject:
    return MatchObject(compiled.search(text or "", start), compiled)


def _matches(compiled: re.Pattern[str], text: str) -> Matches:
    return Matches([MatchObject(found) for found in compiled.finditer(text or "")])


def _replace(compiled: re.Pattern[str], text: str, by: Any, count: int = 0) -> str:
    if isinstance(by, ScriptBlock):
        return compiled.sub(
            lambda found: to_text(collected(by.invoke(MatchObject(found), dollar_under=MatchObject(found)))),
            text,
            max(count, 0),
        )
    return compiled.sub(regex.replacement(to_text(by)), text, max(count, 0))


def _split(compiled: re.Pattern[str], text: str, limit: int = 0) -> Any:
    parts = [part for part in compiled.split(text, max(limit - 1, 0)) if part is not None]
    return TypedArray(parts, "System.String")


def _members() -> None:
    x = RegexObject.net_type
    x.property("Options")(lambda v: v.options)
    x.method("IsMatch(string)", returns="bool")(lambda v, t: v.pattern_object.search(t or "") is not None)
    x.method("Match(string)", "Match(string, int)")(lambda v, t, i=0: _match(v.pattern_object, t, i))
    x.method("Matches(string)")(lambda v, t: _matches(v.pattern_object, t))
    x.method(
        "Replace(string, scriptblock)", "Replace(string, string)", "Replace(string, string, int)", returns="string"
    )(lambda v, t, by, n=0: _replace(v.pattern_object, t, by, n))
    x.method("Split(string)", "Split(string, int)", returns="string[]")(
        lambda v, t, n=0: _split(v.pattern_object, t, n)
    )
    x.method("GetGroupNames()", returns="string[]")(_group_names)
    x.constructor("(string)", "(string, System.Text.RegularExpressions.RegexOptions)")(RegexObject)
    x.static(
        "IsMatch(string, string)",
        "IsMatch(string, string, System.Text.RegularExpressions.RegexOptions)",
        returns="bool",
    )(lambda t, p, o=0: regex.compile_pattern(p, flags_of(o)).search(t or "") is not None)
    x.static("Match(string, string)", "Match(string, string, System.Text.RegularExpressions.RegexOptions)")(
        lambda t, p, o=0: _match(regex.compile_pattern(p, flags_of(o)), t)
    )
    x.static("Matches(string, string)", "Matches(string, string, System.Text.RegularExpressions.RegexOptions)")(
        lambda t, p, o=0: _matches(regex.compile_pattern(p, flags_of(o)), t)
    )
    x.static(
        "Replace(string, string, scriptblock)",
        "Replace(string, string, string)",
        "Replace(string, string, string, System.Text.RegularExpressions.RegexOptions)",
        returns="string",
    )(lambda t, p, by, o=0: _replace(regex.compile_pattern(p, flags_of(o)), t, by))
    x.static(
        "Split(string, string)",
        "Split(string, string, System.Text.RegularExpressions.RegexOptions)",
        returns="string[]",
    )(lambda t, p, o=0: _split(regex.compile_pattern(p, flags_of(o)), t))
    x.static("Escape(string)", returns="string")(regex.escape)
    x.static("Unescape(string)", returns="string")(regex.unescape)
    c = CaptureObject.net_type
    c.property("Value", "System.String")(lambda v: v.text)
    c.property("Index", "System.Int32")(lambda v: v.index)
    c.property("Length", "System.Int32")(lambda v: len(v.text))
    g = GroupObject.net_type
    g.property("Success", "System.Boolean")(lambda v: v.success)
    g.property("Name", "System.String")(lambda v: v.name)
    g.property("Captures")(lambda v: [v] if v.success else [])
    m = MatchObject.net_type
    m.property("Groups")(Groups)
    m.method("NextMatch()")(lambda v: v.next())
    m.method("Result(string)", returns="string")(
        lambda v, t: regex.replacement(t)(v.found) if v.found is not None else ""
    )
    for kind, count in ((Groups.net_type, lambda v: len(list(v.items()))), (Matches.net_type, lambda v: len(v.found))):
        kind.property("Count", "System.Int32")(count)
    Groups.net_type.method("get_Item(int)", "get_Item(string)")(lambda v, k: v.get(k))
    Matches.net_type.method("get_Item(int)")(lambda v, i: v.found[i])


def _group_names(value: RegexObject) -> Any:
    compiled = value.pattern_object
    names = {index: name for name, index in compiled.groupindex.items()}
    return TypedArray([names.get(i, str(i)) for i in range(compiled.groups + 1)], "System.String")


def register_types() -> None:
    """Regex and what it returns."""
    register(RegexObject.net_type, OPTIONS, MatchObject.net_type, GroupObject.net_type, CaptureObject.net_type)
    register(Matches.net_type, Groups.net_type)


_members()
