"""PowerShell's own helper types: WildcardPattern, LanguagePrimitives, and the nulls by name."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final

from remora.engine import wildcard
from remora.engine.convert.conversion import convert, try_convert
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import is_enumerable
from remora.engine.errors import PSError
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.operators.compare import compare, equal
from remora.engine.types import registry as r
from remora.engine.types.arrays import get_enumerator
from remora.engine.types.collections import failure
from remora.engine.types.nulls import DB_NULL, NULL_STRING, Null
from remora.engine.types.regextypes import RegexObject
from remora.engine.types.typeref import TypeRef, register

_A: Final = "System.Management.Automation."
_IGNORE_CASE: Final = 2
_REGEX_IGNORE_CASE, _COMPILED, _SINGLELINE, _CULTURE_INVARIANT = 1, 8, 16, 512


class WildcardPattern(NetObject):
    """A wildcard pattern with its options."""

    __slots__ = ("options", "pattern")
    net_type = NetType(_A + "WildcardPattern", OBJECT)

    def __init__(self, pattern: str, options: Any = 0) -> None:
        self.pattern = pattern
        self.options = int(options)

    def matches(self, text: str) -> bool:
        return wildcard.like(text or "", self.pattern, bool(self.options & _IGNORE_CASE))

    def net_text(self) -> str:
        return self.net_type.name


def _to_wql(pattern: str) -> str:
    out = re.sub(r"[%_]", lambda found: f"[{found[0]}]", pattern)
    return out.replace("'", "''").replace("*", "%").replace("?", "_")


def _wildcards() -> NetType:
    w = WildcardPattern.net_type
    options = _A + "WildcardOptions options"
    w.constructor("(string pattern)", f"(string pattern, {options})")(WildcardPattern)
    w.static("Escape(string pattern)", returns="string")(wildcard.escape)
    w.static("Unescape(string pattern)", returns="string")(wildcard.unescape)
    w.static("ContainsWildcardCharacters(string pattern)", returns="bool")(wildcard.has_wildcard)
    w.static(f"Get(string pattern, {options})", returns="WildcardPattern")(WildcardPattern)
    w.method("IsMatch(string input)", returns="bool")(lambda p, text: p.matches(text))
    w.method("ToRegex()", returns="regex")(_to_regex)
    w.method("ToWql()", returns="string")(lambda p: _to_wql(p.pattern))
    return w


def _try_to(value: Any, kind: TypeRef, out: Any) -> bool:
    ok, made = try_convert(value, kind)
    out.value = made if ok else None
    return ok


def _try_compare(first: Any, second: Any, *rest: Any) -> bool:
    """(ignoreCase,) result: false when the second does not convert to the first's type."""
    out = rest[-1]
    try:
        out.value = compare(first, second, bool(rest[0]) if len(rest) > 1 else False)
    except PSError:
        out.value = 0
        return False
    return True


def _to_regex(pattern: WildcardPattern) -> RegexObject:
    """The regular expression that matches what the pattern does, without the stars at its ends."""
    text = wildcard.to_regex(pattern.pattern)
    bits = _SINGLELINE | (_REGEX_IGNORE_CASE if pattern.options & _IGNORE_CASE else 0)
    bits |= _COMPILED if pattern.options & 1 else 0
    return RegexObject(text, bits | (_CULTURE_INVARIANT if pattern.options & 4 else 0))


def _primitives() -> NetType:
    p = NetType(_A + "LanguagePrimitives", OBJECT, form="static")
    p.static("ConvertTo(object valueToConvert, type resultType)")(convert)
    p.static("TryConvertTo(object valueToConvert, type resultType, ref result)", returns="bool")(_try_to)
    p.static("IsTrue(object obj)", returns="bool")(is_true)
    p.static("Equals(object first, object second)", returns="bool")(lambda a, b: equal(a, b, ignore_case=False))
    p.static("Equals(object first, object second, bool ignoreCase)", returns="bool")(equal)
    p.static("Compare(object first, object second)", returns="int")(lambda a, b: compare(a, b, False))
    p.static("Compare(object first, object second, bool ignoreCase)", returns="int")(compare)
    p.static(
        "TryCompare(object first, object second, ref result)",
        "TryCompare(object first, object second, bool ignoreCase, ref result)",
        returns="bool",
    )(_try_compare)
    p.static("IsObjectEnumerable(object obj)", returns="bool")(is_enumerable)
    p.static("GetEnumerable(object obj)")(lambda value: value if is_enumerable(value) else None)
    p.static("GetEnumerator(object obj)")(lambda value: get_enumerator(value) if is_enumerable(value) else None)
    p.static("ConvertTypeNameToPSTypeName(string typeName)", returns="string")(lambda name: f"[{name}]")
    return p


def _self(value: Any) -> Any:
    return value


def _nulls() -> list[NetType]:
    automation = NetType(_A + "Internal.AutomationNull", OBJECT, form="static")
    automation.static_property("Value")(lambda: NOTHING)
    for kind, value in ((Null.db, DB_NULL), (Null.text, NULL_STRING)):
        kind.static_property("Value", kind.name)(partial(_self, value))
        kind.method("ToString()", returns="string")(lambda value: "")
    return [automation, Null.db, Null.text]


def _as_psobject(value: Any) -> Any:
    if value is None:
        raise failure("Cannot process argument because the value of argument \"obj\" is null.",
                      _A + "PSArgumentNullException")  # fmt: skip
    return value


def register_types() -> None:
    """The helper types by name."""
    r.PSOBJECT.static("AsPSObject(object obj)", returns="psobject")(_as_psobject)
    register(_wildcards(), _primitives(), *_nulls())
