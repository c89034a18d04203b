"""Members of what stands before a dot, as far as it can be known without running anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from remora.engine.completion.results import CompletionResult, begins
from remora.engine.errors import PSError
from remora.engine.members.definitions import method_definitions
from remora.engine.members.memberset import is_hidden, property_list
from remora.engine.members.properties import get_member
from remora.engine.nettype import Member, Method, NetType
from remora.engine.types.registry import STRING, type_of, unwrap
from remora.engine.types.typeref import TypeRef, find_type
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from remora.engine.completion.scan import Word
    from remora.engine.context import EngineContext

_UNKNOWN: Final = object()
_CHAIN: Final = re.compile(r"\$(\{[^}]+\}|[\w:]+)((?:\??\.\w+)*)\Z")
_CALL: Final = re.compile(r"\(\s*([\w-]+)[^()]*\)\Z")


def complete(context: EngineContext, word: Word) -> list[CompletionResult]:
    """Properties, then methods, each by name."""
    owner, typed = word.owner, word.member_name
    if word.member == "::":
        found = _statics(owner)
    else:
        value = _value(context, owner)
        found = list(_of_type(_type(context, owner))) if value is _UNKNOWN else list(_of_value(value))
    chosen: dict[str, CompletionResult] = {}
    for result in found:
        if begins(result.shown, typed):
            chosen.setdefault(result.shown.lower(), result)
    return sorted(chosen.values(), key=lambda r: (r.kind_name != "Property", r.shown.lower()))


def properties(context: EngineContext, expression: str) -> list[str]:
    """The properties of what an expression gives, as far as that is known without running it."""
    value = _value(context, expression)
    found = _of_type(_type(context, expression)) if value is _UNKNOWN else _of_value(value)
    return sorted({result.shown for result in found if result.kind_name == "Property"}, key=str.lower)


def _statics(owner: str) -> list[CompletionResult]:
    found = find_type(owner.strip("[]")) if owner.startswith("[") else None
    if found is None:
        return []
    found.net.ready()
    out = [CompletionResult(name, name, "Property") for name in found.net.enum or ()]
    node: NetType | None = found.net
    while node is not None:
        out += [_member(member) for member in node.statics.values()]
        node = node.base
    if found.net.constructors or found.net.enum is None:
        out.append(CompletionResult("new(", "new", "Method"))
    return out


def _value(context: EngineContext, owner: str) -> Any:
    """The value of ``$name.property...``; _UNKNOWN for everything that would have to run."""
    match = _CHAIN.match(owner)
    if match is None:
        return _UNKNOWN
    scope = context.active_frame().scope
    name = match.group(1).strip("{}").lower()
    cell = scope.lookup(name.rpartition(":")[2])
    if cell is None:
        return _UNKNOWN
    value = cell.value
    try:
        for step in re.findall(r"\w+", match.group(2)):
            value = get_member(value, step)
    except PSError:
        return _UNKNOWN
    if isinstance(unwrap(value), (list, tuple)) and len(unwrap(value)):
        return unwrap(value)[0]
    return value


def _type(context: EngineContext, owner: str) -> NetType | None:
    """The type of a literal, of a cast, or of what a command says that it puts out."""
    if owner[:1] in "'\"":
        return STRING
    if owner[:1].isdigit():
        return type_of(1.0 if "." in owner else 1)
    if owner.startswith("[") and not owner.endswith("]"):
        found = find_type(owner[1 : owner.find("]")])
        return found.net if found is not None else None
    call = _CALL.match(owner)
    if call is None:
        return None
    try:
        info = context.resolver.resolve(call.group(1), context.global_scope)
    except PSError:
        return None
    return output_of(info)


def output_of(info: Any) -> NetType | None:
    """The first type that a command declares as its output."""
    metadata = info.metadata()
    for name in metadata.output_type if metadata is not None else ():
        found = find_type(str(name).strip("[]"))
        if found is not None:
            return found.net
    return None


def _of_value(value: Any) -> Iterator[CompletionResult]:
    if value is None:
        return
    inner = unwrap(value)
    if isinstance(inner, TypeRef):
        yield from _of_type(inner.net_type)
        return
    if isinstance(inner, (Hashtable, dict)):
        for key in inner:
            if isinstance(key, str):
                yield CompletionResult(key if key.isidentifier() else f"'{key}'", key, "Property", f"[object] {key}")
    for name, kind in property_list(value):
        yield CompletionResult(name, name, "Property", f"[{kind}] {name}")
    yield from (r for r in _of_type(type_of(inner)) if r.kind_name == "Method")


def _of_type(net: NetType | None) -> Iterator[CompletionResult]:
    if net is None:
        return
    for member in net.all_members().values():
        if not is_hidden(member):
            yield _member(member)


def _member(member: Member) -> CompletionResult:
    if isinstance(member, Method):
        return CompletionResult(f"{member.name}(", member.name, "Method", "\n".join(method_definitions(member)))
    return CompletionResult(member.name, member.name, "Property", f"[{member.type_name}] {member.name}")
