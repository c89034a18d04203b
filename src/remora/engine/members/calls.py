"""Method calls and constructors: overload resolution, argument conversion, and what their failures become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from remora.engine.convert.conversion import convert, try_convert
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.members import typetable
from remora.engine.members.methodvalue import MethodValue
from remora.engine.members.properties import describe_missing, find_value, static_type
from remora.engine.nettype import Method, Overload
from remora.engine.nothing import NOTHING, collected
from remora.engine.psobject import ScriptMethod
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import TypeRef, require, type_ref
from remora.values.objects import MISSING, PSObject
from remora.values.tables import Hashtable

_METHOD = "System.Management.Automation.MethodException"


def invoke_member(target: Any, name: str, arguments: list[Any]) -> Any:
    """``target.name(arguments)``."""
    if target is None or target is NOTHING:
        raise error("You cannot call a method on a null-valued expression.", "InvokeMethodOnNull", "InvalidOperation")
    if type(target) is PSObject:
        entry = target._find(name)
        if entry is not None:
            member = entry[0][entry[1]]
            if type(member) is ScriptMethod:
                return collected(member.block.invoke_with_this(target, *arguments))
            if isinstance(member, ScriptBlock):
                raise method_not_found(target, name)
    if typetable.in_use() and type(added := typetable.find_member(target, name)) is ScriptMethod:
        return collected(added.block.invoke_with_this(target, *arguments))
    value = unwrap(target)
    folded = name.lower()
    method = type_of(value).find(folded)
    if isinstance(method, Method):
        return call_method(value, method, arguments)
    if folded in _COMMON and not (isinstance(value, PSObject) and value.base is not MISSING):
        return _COMMON[folded](target, arguments)
    if isinstance(value, (Hashtable, dict)) and isinstance(held := find_value(value, name), ScriptBlock):
        raise method_not_found(held, name)
    if isinstance(value, list):
        return _each_element(value, name, arguments)
    held = find_value(target, name)
    if isinstance(held, MethodValue):
        return invoke_member(held.target, held.name, arguments)
    raise method_not_found(target, name)


def _each_element(value: list[Any], name: str, arguments: list[Any]) -> Any:
    if not value or any(not _has_method(item, name) for item in value):
        raise method_not_found(value, name)
    out: list[Any] = []
    for item in value:
        result = invoke_member(item, name, arguments)
        out.extend(items_of(result) if isinstance(result, list) else [] if result is NOTHING else [result])
    return collected(out)


def _has_method(item: Any, name: str) -> bool:
    if isinstance(item, PSObject) and item._find(name) is not None:
        return True
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
    if arguments and arguments[0] is not None:
        from remora.engine.text.composite import format_value

        return format_value(unwrap(target), to_text(arguments[0]))
    if isinstance(target, PSObject) and target.base is MISSING and target.to_string is None:
        return to_text(target)
    return _own_text(unwrap(target))


def _own_text(value: Any) -> str:
    if isinstance(value, list):
        return type_of(value).name
    return to_text(value)


def _get_type(target: Any, arguments: list[Any]) -> Any:
    value = unwrap(target)
    if isinstance(value, (list, bytes, bytearray)) and type_of(value).name.endswith("[]"):
        return require(type_of(value).name)
    return type_ref(type_of(value))


def _equals(target: Any, arguments: list[Any]) -> Any:
    from remora.engine.operators.compare import equal

    other = arguments[0] if arguments else None
    value = unwrap(target)
    if isinstance(value, (str, int, float)) and type(value) is not type(unwrap(other)):
        return False
    return equal(value, other, ignore_case=False)


def _hash(target: Any, arguments: list[Any]) -> Any:
    return id(target) & 0x7FFFFFFF


def _for_each(target: Any, arguments: list[Any]) -> Any:
    """``.ForEach({ } | type | property | method, args)``."""
    from remora.values.collections import GenericList

    action = arguments[0] if arguments else None
    out: list[Any] = []
    for item in items_of(target) if is_enumerable(target) else [target]:
        if isinstance(action, ScriptBlock):
            out.extend(action.invoke(*arguments[1:], dollar_under=item))
        elif isinstance(action, TypeRef):
            out.append(convert(item, action))
        else:
            out.append(_member_or_call(item, to_text(action), arguments[1:]))
    return GenericList(out, "System.Management.Automation.PSObject")


def _member_or_call(item: Any, name: str, arguments: list[Any]) -> Any:
    from remora.engine.members.properties import get_member, set_member

    if _has_method(item, name):
        return invoke_member(item, name, arguments)
    if arguments:
        set_member(item, name, arguments[0])
        return NOTHING
    return get_member(item, name)


def _where(target: Any, arguments: list[Any]) -> Any:
    """``.Where({ }, mode, count)``: Default First Last SkipUntil Until Split."""
    from remora.values.collections import GenericList

    block = arguments[0] if arguments else None
    if not isinstance(block, ScriptBlock):
        raise error(
            "The Where method takes a script block.", "MethodArgumentConversionInvalidCastArgument", type_name=_METHOD
        )
    mode = to_text(arguments[1]).lower() if len(arguments) > 1 else "default"
    count = int(convert(arguments[2], require("int"))) if len(arguments) > 2 else 0
    items = list(items_of(target)) if is_enumerable(target) else [target]
    hits = [is_true(collected(block.invoke(dollar_under=item))) for item in items]
    first = next((i for i, hit in enumerate(hits) if hit), len(items))
    chosen = [item for item, hit in zip(items, hits, strict=True) if hit]
    if mode == "split":
        rest = [item for item, hit in zip(items, hits, strict=True) if not hit]
        return [
            GenericList(chosen, "System.Management.Automation.PSObject"),
            GenericList(rest, "System.Management.Automation.PSObject"),
        ]
    if mode == "first":
        chosen = chosen[: count or 1]
    elif mode == "last":
        chosen = chosen[-(count or 1) :]
    elif mode == "skipuntil":
        chosen = items[first:][: count or None]
    elif mode == "until":
        chosen = items[:first][: count or None]
    elif count:
        chosen = chosen[:count]
    return GenericList(chosen, "System.Management.Automation.PSObject")


_COMMON: dict[str, Callable[[Any, list[Any]], Any]] = {
    "tostring": _to_string,
    "gettype": _get_type,
    "equals": _equals,
    "gethashcode": _hash,
    "foreach": _for_each,
    "where": _where,
}


# -- overloads ---------------------------------------------------------------------------------------------------------


def call_method(target: Any, method: Method, arguments: list[Any]) -> Any:
    """Pick an overload, convert, call; failures become MethodInvocationException."""
    overload, converted = choose(method.name, method.overloads, arguments)
    if overload.of_script:
        return overload.call(target, *converted)
    result = guarded(method.name, len(arguments), lambda: overload.call(target, *converted))
    return NOTHING if method.returns == "void" else result


def invoke_static(target: Any, name: str, arguments: list[Any]) -> Any:
    """``[type]::name(arguments)``; ``new`` constructs."""
    kind = static_type(target)
    method = kind.net.find_static(name.lower())
    if isinstance(method, Method):
        overload, converted = choose(method.name, method.overloads, arguments)
        if overload.of_script:
            return overload.call(*converted)
        result = guarded(method.name, len(arguments), lambda: overload.call(*converted))
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
    from remora.engine.types.collections import construct_generic

    if kind.element is not None or kind.arguments:
        return guarded(".ctor", len(arguments), lambda: construct_generic(kind, arguments))
    kind.net.ready()
    if not kind.net.constructors:
        if kind.net.is_a("System.Exception"):
            from remora.engine.types.errors import construct_exception

            return construct_exception(kind.net, arguments)
        raise error(
            f'Cannot find an overload for "new" and the argument count: "{len(arguments)}".',
            "MethodCountCouldNotFindBest",
            type_name=_METHOD,
        )
    overload, converted = choose("new", kind.net.constructors, arguments)
    if overload.of_script:
        return overload.call(*converted)
    return guarded(".ctor", len(arguments), lambda: overload.call(*converted))


def guarded(name: str, count: int, call: Callable[[], Any]) -> Any:
    """Run a method; what it raises becomes MethodInvocationException with the inner exception's short name as id."""
    try:
        return call()
    except PSError as problem:
        inner = problem.record.exception
        if problem.thrown or (inner.kind.is_a("System.Management.Automation.RuntimeException") and problem.reported):
            raise
        raise method_failed(name, count, inner) from None
    except OSError as problem:
        from remora.engine.types.errors import io_exception

        raise method_failed(name, count, io_exception(problem)) from None
    except (ValueError, TypeError, IndexError, KeyError, OverflowError, ArithmeticError) as problem:
        text = str(problem) or "The operation is not valid."
        raise method_failed(name, count, exception(text, "System.ArgumentException")) from None


def method_failed(name: str, count: int, inner: Any) -> PSError:
    """MethodInvocationException around an inner exception; the id is the inner type's short name (trap 77)."""
    return error(
        f'Exception calling "{name}" with "{count}" argument(s): "{inner.message}"',
        inner.short_name,
        "NotSpecified",
        type_name="System.Management.Automation.MethodInvocationException",
        inner=inner,
    )


def choose(name: str, overloads: Sequence[Overload], arguments: list[Any]) -> tuple[Overload, list[Any]]:
    """The best overload for the arguments, and the arguments converted to it."""
    count = len(arguments)
    fitting = [o for o in overloads if _arity_fits(o, count)]
    if not fitting:
        raise error(
            f'Cannot find an overload for "{name}" and the argument count: "{count}".',
            "MethodCountCouldNotFindBest",
            type_name=_METHOD,
        )
    if len(fitting) > 1:
        fitting.sort(key=lambda o: _distance(o, arguments))
    failure: PSError | None = None
    for overload in fitting:
        try:
            return overload, _convert_all(name, overload, arguments)
        except PSError as problem:
            failure = failure or problem
    assert failure is not None
    raise failure


def _arity_fits(overload: Overload, count: int) -> bool:
    parameters = overload.parameters
    if parameters and parameters[-1].startswith("*"):
        return count >= len(parameters) - 1
    return count == len(parameters)


def _distance(overload: Overload, arguments: list[Any]) -> int:
    total = 0
    parameters = overload.parameters
    if parameters and parameters[-1].startswith("*") and len(arguments) == len(parameters):
        last = unwrap(arguments[-1])
        if isinstance(last, (list, tuple)):
            arguments = [*arguments[:-1], *last[:1]]
    for index, argument in enumerate(arguments):
        total += _one_distance(_parameter(overload, index), argument)
    return total + (1 if overload.parameters and overload.parameters[-1].startswith("*") else 0)


def _one_distance(target: TypeRef, argument: Any) -> int:
    value = unwrap(argument)
    kind = type_of(value)
    if value is None:
        return 5 if target.net.is_value_type else 1
    if kind.name == target.name:
        return 0
    if target.name == "System.Object":
        return 6
    if kind.is_a(target.name):
        return 1
    if isinstance(value, str) and target.name == "System.Char":
        return 3 if len(value) == 1 else 40
    numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
    if numeric and target.name in ("System.Int64", "System.Double", "System.Decimal", "System.Int32", "System.Byte"):
        wider = {"System.Int64": 1, "System.Double": 2, "System.Decimal": 3}.get(target.name, 7)
        return wider if not (isinstance(value, float) and target.name != "System.Double") else 8
    ok, _ = try_convert(argument, target)
    return 10 if ok else 100


def _parameter(overload: Overload, index: int) -> TypeRef:
    if overload.types is not None:
        return overload.types[index]  # type: ignore[no-any-return]
    parameters = overload.parameters
    if index >= len(parameters) - 1 and parameters and parameters[-1].startswith("*"):
        return require(parameters[-1][1:])
    return require(parameters[index])


def _convert_all(name: str, overload: Overload, arguments: list[Any]) -> list[Any]:
    parameters = overload.parameters
    if parameters and parameters[-1].startswith("*") and len(arguments) == len(parameters):
        last = unwrap(arguments[-1])
        if isinstance(last, (list, tuple)):
            arguments = [*arguments[:-1], *last]
    out: list[Any] = []
    for index, argument in enumerate(arguments):
        parameter = _parameter(overload, index)
        try:
            out.append(convert(argument, parameter))
        except PSError as problem:
            raise error(
                f'Cannot convert argument "{index}", with value: "{to_text(argument)}", for "{name}" to type '
                f'"{parameter.name}": '
                f'"{problem.record.message}"',
                "MethodArgumentConversionInvalidCastArgument",
                type_name=_METHOD,
                inner=problem.record.exception,
            ) from None
    return out
