"""Method calls and constructors: overload resolution, argument conversion, and what their failures become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from remora.engine.convert.conversion import convert, initial_value
from remora.engine.convert.text import object_text, to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import Enumerable, is_enumerable, items_of
from remora.engine.errors import PSError, error
from remora.engine.language.guard import guard
from remora.engine.members import typetable
from remora.engine.members.callfailures import guarded, method_failed
from remora.engine.members.methodvalue import MethodValue
from remora.engine.members.overloads import choose, no_overload
from remora.engine.members.properties import describe_missing, find_value, static_type
from remora.engine.nettype import Member, Method, NetObject, Property
from remora.engine.nothing import NOTHING, collected
from remora.engine.psobject import ScriptMethod
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef, require, type_ref
from remora.values.collections import ObjectCollection
from remora.values.objects import MISSING, PSObject
from remora.values.tables import Hashtable

_METHOD = "System.Management.Automation.MethodException"
_INDEXERS = ("item", "chars")


def invoke_member(target: Any, name: str, arguments: list[Any]) -> Any:
    """``target.name(arguments)``."""
    if target is None or target is NOTHING:
        if name.lower() in ("foreach", "where", "psforeach", "pswhere"):
            return _COMMON[name.lower()](target, arguments)
        raise error("You cannot call a method on a null-valued expression.", "InvokeMethodOnNull", "InvalidOperation")
    if type(target) is PSObject and (found := _own_call(target, name, arguments)) is not _NO_CALL:
        return found
    if typetable.in_use() and type(added := typetable.find_member(target, name)) is ScriptMethod:
        return _call_script(added, target, name, arguments)
    value = unwrap(target)
    folded = name.lower()
    method = type_of(value).find(folded)
    if isinstance(method, Method):
        return call_method(value, method, arguments)
    if folded in _COMMON and not (isinstance(value, PSObject) and value.base is not MISSING):
        return _COMMON[folded](target, arguments)
    if folded in _INDEXERS and isinstance(indexer := type_of(value).find(f"get_{folded}"), Method):
        return call_method(value, indexer, arguments)
    if folded[:4] in ("get_", "set_") and (property := type_of(value).find(folded[4:])) is not None:
        return _accessor(target, name, property, arguments)
    if isinstance(value, (Hashtable, dict)) and isinstance(held := find_value(value, name), ScriptBlock):
        raise method_not_found(held, name)
    if isinstance(value, list):
        return _each_element(value, name, arguments)
    held = find_value(target, name)
    if isinstance(held, MethodValue):
        return invoke_member(held.target, held.name, arguments)
    raise method_not_found(target, name)


_NO_CALL = object()


def _own_call(target: PSObject, name: str, arguments: list[Any]) -> Any:
    """Call what was added to the object itself; _NO_CALL when it has no such method."""
    entry = target._find(name)
    if entry is not None:
        member = entry[0][entry[1]]
        if type(member) is ScriptMethod:
            return _call_script(member, target, name, arguments)
        if isinstance(member, ScriptBlock):
            raise method_not_found(target, name)
    if target.to_string is not None and not arguments and name.lower() == "tostring":
        return target.to_string
    return _NO_CALL


def _call_script(method: ScriptMethod, target: Any, name: str, arguments: list[Any]) -> Any:
    """Call a method that is a script block; its error is the inner one of a MethodInvocationException."""
    try:
        return collected(method.block.invoke_with_this(target, *arguments))
    except PSError as problem:
        if problem.passes:
            raise
        raise method_failed(name, len(arguments), problem.record.exception, "ScriptMethodRuntimeException") from None


def _accessor(target: Any, name: str, member: Member, arguments: list[Any]) -> Any:
    """``$x.get_Name()`` and ``$x.set_Name(value)``: the methods behind a property."""
    value = unwrap(target)
    if isinstance(member, Property):
        if name[:4].lower() == "get_" and not arguments:
            return member.get(value)
        if name[:4].lower() == "set_" and len(arguments) == 1 and member.set is not None:
            member.set(value, arguments[0])
            return NOTHING
    raise method_not_found(target, name)


def _each_element(value: list[Any], name: str, arguments: list[Any]) -> Any:
    if not value or any(not _has_method(item, name) for item in value):
        raise method_not_found(value, name)
    out: list[Any] = []
    for item in value:
        guard(item)
        result = invoke_member(item, name, arguments)
        out.extend(items_of(result) if isinstance(result, list) else [] if result is NOTHING else [result])
    return collected(out)


def _has_method(item: Any, name: str) -> bool:
    if isinstance(item, PSObject) and (entry := item._find(name)) is not None:
        return type(entry[0][entry[1]]) is ScriptMethod
    return item is not None and (
        isinstance(type_of(unwrap(item)).find(name.lower()), Method) or name.lower() in _COMMON
    )


def method_not_found(target: Any, name: str) -> PSError:
    """The error of a method that the type has not."""
    return error(
        f"Method invocation failed because [{describe_missing(target)}] does not contain a method named '{name}'.",
        "MethodNotFound",
        "InvalidOperation",
        name,
    )


# -- methods every object has ------------------------------------------------------------------------------------------


def _to_string(target: Any, arguments: list[Any]) -> Any:
    form = arguments[0] if arguments else None
    provider = unwrap(arguments[-1]) if arguments else None
    alone = len(arguments) == 1 and isinstance(provider, NetObject)
    value = unwrap(target)
    if (form is not None and not alone) or isinstance(value, (int, float, Decimal)) or alone:
        from remora.engine.text.composite import format_value

        return format_value(value, "" if alone or form is None else to_text(form), provider)
    if isinstance(target, PSObject) and target.base is MISSING and target.to_string is None:
        return ""  # the method of what is below every custom object; only conversions show the properties
    return _own_text(value)


def _own_text(value: Any) -> str:
    if isinstance(value, list) or (isinstance(value, Enumerable) and type(value).net_text is NetObject.net_text):
        return type_ref(type_of(value)).display
    return object_text(value)


def _get_type(target: Any, arguments: list[Any]) -> Any:
    return type_ref(type_of(unwrap(target)))


def _equals(target: Any, arguments: list[Any]) -> Any:
    from remora.engine.operators.compare import equal

    other = arguments[0] if arguments else None
    value = unwrap(target)
    if isinstance(value, (str, int, float)) and type_of(value) is not type_of(unwrap(other)):
        return False
    return equal(value, other, ignore_case=False)


def _hash(target: Any, arguments: list[Any]) -> Any:
    return id(target) & 0x7FFFFFFF


def _elements(target: Any) -> list[Any]:
    if target is None or target is NOTHING:
        return []
    return list(items_of(target)) if is_enumerable(target) else [target]


def _for_each(target: Any, arguments: list[Any]) -> Any:
    """``.ForEach({ } | type | property | method, args)``."""
    if not arguments:
        raise no_overload("ForEach", 0)
    action = unwrap(arguments[0])
    if isinstance(action, TypeRef):
        return _converted(target, action)
    out: list[Any] = []
    for item in _elements(target):
        if isinstance(action, ScriptBlock):
            out.extend(action.invoke(*arguments[1:], dollar_under=item))
        else:
            result = _member_or_call(item, to_text(action), arguments[1:])
            out.extend([] if result is NOTHING else [result])
    return ObjectCollection(out)


def _converted(target: Any, kind: TypeRef) -> Any:
    """Each element in another type; a type of collection takes them all."""
    items = _elements(target)
    if kind.element is not None or kind.arguments:
        return convert(items, kind)
    return ObjectCollection([convert(item, kind) for item in items])


def _member_or_call(item: Any, name: str, arguments: list[Any]) -> Any:
    from remora.engine.members.properties import get_member, set_member

    if _has_method(item, name):
        guard(item)
        return invoke_member(item, name, arguments)
    if arguments:
        guard(item, assigns=True)
        set_member(item, name, arguments[0])
        return NOTHING
    return get_member(item, name)


def _where(target: Any, arguments: list[Any]) -> Any:
    """``.Where({ }, mode, count)``: Default First Last SkipUntil Until Split."""
    if not arguments or len(arguments) > 3:
        raise no_overload("Where", len(arguments))
    block = unwrap(arguments[0])
    if not isinstance(block, ScriptBlock):
        block = convert(block, require("scriptblock"))
    mode = "default"
    if len(arguments) > 1:
        mode = to_text(convert(arguments[1], require(_SELECTION))).lower()
    count = int(convert(arguments[2], require("int"))) if len(arguments) > 2 else 0
    if count < 0:
        raise error(
            "The value supplied for the 'numberToReturn' argument must be greater than or equal to zero.",
            "NumberToReturnMustBeGreaterThanZero",
            "InvalidArgument",
            type_name="System.Management.Automation.PSInvalidOperationException",
        )
    items = _elements(target)
    if mode == "split":
        return _split_where(items, block, count)
    return ObjectCollection(_selected(items, block, mode, count))


_SELECTION = "System.Management.Automation.WhereOperatorSelectionMode"


def _holds(block: ScriptBlock, item: Any) -> bool:
    return is_true(collected(block.invoke(dollar_under=item)))


def _split_where(items: list[Any], block: ScriptBlock, count: int) -> list[Any]:
    chosen: list[Any] = []
    rest: list[Any] = []
    for item in items:
        hit = (not count or len(chosen) < count) and _holds(block, item)
        (chosen if hit else rest).append(item)
    return [ObjectCollection(chosen), ObjectCollection(rest)]


def _selected(items: list[Any], block: ScriptBlock, mode: str, count: int) -> list[Any]:
    if mode == "last":
        return [item for item in items if _holds(block, item)][-(count or 1) :]
    out: list[Any] = []
    limit = count or (1 if mode == "first" else 0)
    begun = mode != "skipuntil"
    for item in items:
        if mode == "until" and _holds(block, item):
            break
        if mode == "skipuntil":
            begun = begun or _holds(block, item)
        if begun and (mode in ("until", "skipuntil") or _holds(block, item)):
            out.append(item)
            if len(out) == limit:
                break
    return out


_COMMON: dict[str, Callable[[Any, list[Any]], Any]] = {
    "tostring": _to_string,
    "gettype": _get_type,
    "equals": _equals,
    "gethashcode": _hash,
    "foreach": _for_each,
    "where": _where,
    "psforeach": _for_each,
    "pswhere": _where,
}


# -- overloads ---------------------------------------------------------------------------------------------------------


def call_method(target: Any, method: Method, arguments: list[Any]) -> Any:
    """Pick an overload, convert, call; failures become MethodInvocationException."""
    overload, converted = choose(method.name, method.overloads, arguments, type_of(target))
    if overload.of_script:
        return overload.call(target, *converted)
    result = guarded(method.name, arguments, lambda: overload.call(target, *converted))
    return NOTHING if method.returns == "void" else result


def invoke_static(target: Any, name: str, arguments: list[Any], types: Sequence[TypeRef] = ()) -> Any:
    """``[type]::name[types](arguments)``; ``new`` constructs."""
    kind = static_type(target)
    method = kind.net.find_static(name.lower())
    if isinstance(method, Method):
        overload, converted = choose(method.name, method.overloads, arguments)
        if overload.of_script:
            return overload.call(*converted)
        if method.generic:
            converted = [types, *converted]
        result = guarded(method.name, arguments, lambda: overload.call(*converted))
        return NOTHING if method.returns == "void" else result
    if name.lower() == "new":
        return construct(kind, arguments)
    raise method_not_found_on(kind, name)


def method_not_found_on(kind: TypeRef, name: str) -> PSError:
    """The error of a static method that the type has not."""
    return error(
        f"Method invocation failed because [{kind.name}] does not contain a method named '{name}'.",
        "MethodNotFound",
        "InvalidOperation",
        name,
    )


def construct(kind: TypeRef, arguments: list[Any]) -> Any:
    """``[type]::new(arguments)`` and New-Object."""
    if kind.element is not None:
        return guarded(".ctor", arguments, lambda: _new_array(kind, arguments))
    net = kind.net
    net.ready()
    constructors = net.constructors or (net.definition.constructors if net.definition is not None else [])
    if not constructors:
        return _without_constructor(kind, arguments)
    if not arguments and kind.net.is_value_type and all(one.parameters for one in constructors):
        return initial_value(kind)
    overload, converted = choose(kind.short_name, constructors, arguments, net)
    if overload.of_script:
        return overload.call(*converted)
    if net.definition is not None and net.constructors is not constructors:
        return guarded(".ctor", arguments, lambda: overload.call(kind, *converted))
    return guarded(".ctor", arguments, lambda: overload.call(*converted))


def _without_constructor(kind: TypeRef, arguments: list[Any]) -> Any:
    """Exceptions share one constructor; a value type has its default value; other types cannot be made."""
    if kind.net.is_a("System.Exception"):
        from remora.engine.types.errors import construct_exception

        return construct_exception(kind.net, arguments)
    if not arguments and (kind.net.is_value_type or kind.net.enum is not None):
        return initial_value(kind)
    if arguments and "new" in kind.net.statics:
        return invoke_static(kind, "new", arguments)
    raise no_overload(kind.short_name, len(arguments))


def _new_array(kind: TypeRef, arguments: list[Any]) -> Any:
    from remora.engine.convert.numbers import to_int
    from remora.engine.types.collections import new_array
    from remora.engine.types.grids import Grid

    assert kind.element is not None
    lengths = tuple(to_int(one) for one in arguments)
    if len(lengths) != kind.rank:
        raise no_overload(kind.name, len(arguments))
    return new_array(kind.element, lengths[0]) if kind.rank == 1 else Grid(kind.element, lengths)
