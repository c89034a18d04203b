"""Regex and RegexOptions as types."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.regex import options as o
from remora.engine.regex.escapes import escape, unescape
from remora.engine.regex.match import Match
from remora.engine.regex.pattern import Pattern, compile_pattern
from remora.engine.regex.template import replacement
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.delegates import call
from remora.engine.types.matchtypes import ItemCollection, MatchObject
from remora.engine.types.typeref import register
from remora.values.collections import TypedArray

_R = "System.Text.RegularExpressions."
OPTIONS = NetType(
    _R + "RegexOptions",
    r.ENUM,
    enum={
        "None": 0,
        "IgnoreCase": o.IGNORE_CASE,
        "Multiline": o.MULTILINE,
        "ExplicitCapture": o.EXPLICIT_CAPTURE,
        "Compiled": o.COMPILED,
        "Singleline": o.SINGLELINE,
        "IgnorePatternWhitespace": o.IGNORE_PATTERN_WHITESPACE,
        "RightToLeft": o.RIGHT_TO_LEFT,
        "ECMAScript": o.ECMA_SCRIPT,
        "CultureInvariant": o.CULTURE_INVARIANT,
        "NonBacktracking": o.NON_BACKTRACKING,
    },
    flags=True,
)
_INFINITE: Final = timedelta(milliseconds=-1)
_LONGEST: Final = timedelta(milliseconds=2**31 - 2)


def compiled(pattern: Any, options: Any = 0, limit: timedelta | None = None) -> Pattern:
    """A pattern by RegexOptions and match timeout. Raises PSError with .NET's exceptions."""
    bits = int(options)
    if pattern is None:
        raise failure("Value cannot be null. (Parameter 'pattern')", "System.ArgumentNullException")
    if not o.are_valid(bits):
        raise _out_of_range("options")
    if limit is not None and limit != _INFINITE and not timedelta(0) < limit <= _LONGEST:
        raise _out_of_range("matchTimeout")
    try:
        found = compile_pattern(str(pattern), bits)
    except PSError as problem:
        inner = problem.record.exception.inner
        raise failure(inner.message, inner.kind.name) if inner is not None else problem from None
    return found if limit is None or limit == _INFINITE else found.with_timeout(limit.total_seconds())


def _out_of_range(parameter: str, message: str = "Specified argument was out of the range of valid values.") -> PSError:
    return failure(f"{message} (Parameter '{parameter}')", "System.ArgumentOutOfRangeException")


class RegexObject(NetObject):
    """[regex]: case-sensitive unless told otherwise (trap 34)."""

    __slots__ = ("limit", "options", "pattern", "pattern_object")
    net_type = NetType(_R + "Regex", OBJECT)

    def __init__(self, pattern: Any, options: Any = 0, limit: timedelta | None = None) -> None:
        self.pattern_object = compiled(pattern, options, limit)
        self.pattern = self.pattern_object.text
        self.options = int(options)
        self.limit = limit if limit is not None else _INFINITE

    def net_text(self) -> str:
        return self.pattern

    def names(self) -> list[str]:
        """The names of its groups."""
        return [group.name for group in self.pattern_object.groups.in_order]

    def numbers(self) -> list[int]:
        return [group.number for group in self.pattern_object.groups.in_order]

    def number(self, name: str) -> int:
        """The number of a named group, -1 without one."""
        found = self.pattern_object.groups.find(name)
        return -1 if found is None else found.number


# -- what its methods do -----------------------------------------------------------------------------------------------


def _checked(text: Any) -> str:
    if text is None:
        raise failure("Value cannot be null. (Parameter 'input')", "System.ArgumentNullException")
    return str(text)


def _place(text: str, start: int | None) -> int | None:
    if start is not None and not 0 <= start <= len(text):
        raise _out_of_range("startat", "Start index cannot be less than 0 or greater than input length.")
    return start


def _is_match(pattern: Pattern, text: Any, start: int | None = None) -> bool:
    text = _checked(text)
    return pattern.is_match(text, _place(text, start))


def _match(pattern: Pattern, text: Any, start: int | None = None, length: int | None = None) -> MatchObject:
    text = _checked(text)
    if length is None or start is None:
        return MatchObject(pattern.find(text, _place(text, start)))
    if not 0 <= start <= len(text):
        raise _out_of_range("beginning", "Start index cannot be less than 0 or greater than input length.")
    if not 0 <= length <= len(text) - start:
        raise _out_of_range("length", "Length cannot be less than 0 or exceed input length.")
    return MatchObject(pattern.find(text[start : start + length], offset=start))


def _matches(pattern: Pattern, text: Any, start: int | None = None) -> ItemCollection:
    text = _checked(text)
    return ItemCollection([MatchObject(found) for found in pattern.matches(text, _place(text, start))])


def _count(pattern: Pattern, text: Any) -> int:
    return sum(1 for _ in pattern.matches(_checked(text)))


def _replace(pattern: Pattern, text: Any, by: Any, count: int = -1, start: int | None = None) -> str:
    text = _checked(text)
    if by is None:
        raise failure("Value cannot be null. (Parameter 'replacement')", "System.ArgumentNullException")
    _check_count(count)
    make = replacement(to_text(by), pattern) if isinstance(by, str) else _evaluated(by)
    return pattern.replace(text, make, count, _place(text, start))


def _evaluated(by: Any) -> Callable[[Match], str]:
    return lambda found: to_text(call(by, MatchObject(found)))


def _check_count(count: int) -> None:
    if count < -1:
        raise _out_of_range("count", "Count cannot be less than -1.")


def _split(pattern: Pattern, text: Any, count: int = 0, start: int | None = None) -> Any:
    text = _checked(text)
    if count < 0:
        raise _out_of_range("count", "Count cannot be less than -1.")
    return TypedArray(pattern.split(text, count, _place(text, start)), "System.String")


# -- the tables --------------------------------------------------------------------------------------------------------


def _members() -> None:
    x = RegexObject.net_type
    options = "System.Text.RegularExpressions.RegexOptions options"
    evaluator = "System.Text.RegularExpressions.MatchEvaluator evaluator"
    x.constructor("(string pattern)", f"(string pattern, {options})",
                  f"(string pattern, {options}, timespan matchTimeout)")(RegexObject)  # fmt: skip
    x.property("Options", OPTIONS.name)(lambda v: convert_to(v.options, OPTIONS.name))
    x.property("RightToLeft", "System.Boolean")(lambda v: v.pattern_object.backwards)
    x.property("MatchTimeout", "System.TimeSpan")(lambda v: v.limit)
    x.method("IsMatch(string input)", "IsMatch(string input, int startat)", returns="bool")(
        lambda v, *given: _is_match(v.pattern_object, *given)
    )
    x.method("Match(string input)", "Match(string input, int startat)",
             "Match(string input, int beginning, int length)", returns=_R + "Match")(
        lambda v, *given: _match(v.pattern_object, *given)
    )  # fmt: skip
    x.method("Matches(string input)", "Matches(string input, int startat)", returns=_R + "MatchCollection")(
        lambda v, *given: _matches(v.pattern_object, *given)
    )
    x.method("Count(string input)", returns="int")(lambda v, text: _count(v.pattern_object, text))
    x.method(
        "Replace(string input, string replacement)", "Replace(string input, string replacement, int count)",
        "Replace(string input, string replacement, int count, int startat)", f"Replace(string input, {evaluator})",
        f"Replace(string input, {evaluator}, int count)", f"Replace(string input, {evaluator}, int count, int startat)",
        returns="string",
    )(lambda v, *given: _replace(v.pattern_object, *given))  # fmt: skip
    x.method("Split(string input)", "Split(string input, int count)", "Split(string input, int count, int startat)",
             returns="string[]")(lambda v, *given: _split(v.pattern_object, *given))  # fmt: skip
    x.method("GetGroupNames()", returns="string[]")(lambda v: TypedArray(v.names(), "System.String"))
    x.method("GetGroupNumbers()", returns="int[]")(lambda v: TypedArray(v.numbers(), "System.Int32"))
    x.method("GroupNameFromNumber(int i)", returns="string")(
        lambda v, i: next((g.name for g in v.pattern_object.groups.in_order if g.number == i), "")
    )
    x.method("GroupNumberFromName(string name)", returns="int")(RegexObject.number)
    x.method("ToString()", returns="string")(lambda v: v.pattern)
    _static_members(x, options, evaluator)


def _static_members(x: NetType, options: str, evaluator: str) -> None:
    head = "string input, string pattern"
    timed = f"{options}, timespan matchTimeout"
    x.static(f"IsMatch({head})", f"IsMatch({head}, {options})", f"IsMatch({head}, {timed})", returns="bool")(
        lambda text, *given: _is_match(compiled(*given), text)
    )
    x.static(f"Match({head})", f"Match({head}, {options})", f"Match({head}, {timed})", returns=_R + "Match")(
        lambda text, *given: _match(compiled(*given), text)
    )
    x.static(f"Matches({head})", f"Matches({head}, {options})", f"Matches({head}, {timed})",
             returns=_R + "MatchCollection")(lambda text, *given: _matches(compiled(*given), text))  # fmt: skip
    x.static(f"Count({head})", f"Count({head}, {options})", f"Count({head}, {timed})", returns="int")(
        lambda text, *given: _count(compiled(*given), text)
    )
    x.static(
        f"Replace({head}, string replacement)", f"Replace({head}, string replacement, {options})",
        f"Replace({head}, string replacement, {timed})", f"Replace({head}, {evaluator})",
        f"Replace({head}, {evaluator}, {options})", f"Replace({head}, {evaluator}, {timed})", returns="string",
    )(lambda text, pattern, by, *given: _replace(compiled(pattern, *given), text, by))  # fmt: skip
    x.static(f"Split({head})", f"Split({head}, {options})", f"Split({head}, {timed})", returns="string[]")(
        lambda text, *given: _split(compiled(*given), text)
    )
    x.static("Escape(string str)", returns="string")(escape)
    x.static("Unescape(string str)", returns="string")(_unescaped)
    x.static_property("CacheSize", "System.Int32")(lambda: 15)
    x.static_property("InfiniteMatchTimeout", "System.TimeSpan")(lambda: _INFINITE)


def _unescaped(text: str) -> str:
    try:
        return unescape(text)
    except PSError as problem:
        inner = problem.record.exception.inner
        assert inner is not None
        raise failure(inner.message, inner.kind.name) from None


def register_types() -> None:
    """Regex and its options."""
    register(RegexObject.net_type, OPTIONS)


_members()
