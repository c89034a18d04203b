"""Overload resolution: which signature of a method fits the arguments best, and the arguments converted to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from remora.engine.convert.conversion import convert, try_convert
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nettype import NetType, Overload
from remora.engine.nothing import NOTHING
from remora.engine.scriptblock import ScriptBlock
from remora.engine.text.units import units
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import PSREFERENCE, TypeRef, require
from remora.values.collections import Queue, Stack
from remora.values.enums import EnumValue
from remora.values.strings import Char

_METHOD: Final = "System.Management.Automation.MethodException"
_NONE: Final = 1000
# cost of a conversion, lower is better; the order is that of PowerShell's conversion ranks
_ASSIGNABLE, _WIDENING, _NARROWING, _NULL, _LANGUAGE, _PARSE, _TEXT = 2, 4, 20, 12, 24, 30, 50
_WIDTHS: Final = {
    "System.SByte": 0,
    "System.Byte": 0,
    "System.Int16": 1,
    "System.UInt16": 2,
    "System.Int32": 3,
    "System.UInt32": 4,
    "System.Int64": 5,
    "System.UInt64": 6,
    "System.Numerics.BigInteger": 7,
    "System.Single": 8,
    "System.Double": 9,
    "System.Decimal": 10,
}
_GENERIC_NAMES: Final = {"T": 0, "TKey": 0, "T1": 0, "TValue": 1, "T2": 1, "T3": 2, "T4": 3, "T5": 4, "T6": 5, "T7": 6}


def choose(
    name: str, overloads: Sequence[Overload], arguments: list[Any], net: NetType | None = None
) -> tuple[Overload, list[Any]]:
    """The best overload for the arguments, and the arguments converted to it. net: fills in generic parameters."""
    count = len(arguments)
    fitting = [o for o in overloads if takes(o, count)]
    if not fitting:
        raise no_overload(name, count)
    if len(fitting) > 1:
        fitting.sort(key=lambda o: _cost(o, arguments, net))
    return fitting[0], _convert_all(name, fitting[0], arguments, net)


def no_overload(name: str, count: int) -> PSError:
    """The error when no overload takes that many arguments."""
    return error(
        f'Cannot find an overload for "{name}" and the argument count: "{count}".',
        "MethodCountCouldNotFindBest",
        type_name=_METHOD,
    )


def takes(overload: Overload, count: int) -> bool:
    """Tell whether the overload takes that many arguments."""
    parameters = overload.parameters
    if parameters and parameters[-1].startswith("*"):
        return count >= len(parameters) - 1
    return count == len(parameters)


def _spread(overload: Overload, arguments: list[Any]) -> list[Any]:
    """The arguments with an array that stands for the rest parameter taken apart."""
    parameters = overload.parameters
    if parameters and parameters[-1].startswith("*") and len(arguments) == len(parameters):
        last = unwrap(arguments[-1])
        if isinstance(last, (list, tuple)) and not (parameters[-1] == "*object" and isinstance(last, (Queue, Stack))):
            return [*arguments[:-1], *last]
        if parameters[-1] == "*char" and isinstance(last, str) and len(last) != 1:
            return [*arguments[:-1], *(Char(unit) for unit in units(last))]
    return arguments


def _cost(overload: Overload, arguments: list[Any], net: NetType | None) -> int:
    rest = bool(overload.parameters) and overload.parameters[-1].startswith("*")
    spread = _spread(overload, arguments)
    total = sum(_rank(_parameter(overload, index, net), argument) for index, argument in enumerate(spread[:8]))
    return total + (1 if rest else 0)


def _rank(target: TypeRef, argument: Any) -> int:
    """What converting the argument to the parameter's type costs."""
    value = unwrap(argument)
    if value is None or value is NOTHING:
        return _NULL if target.net.is_value_type else _ASSIGNABLE
    kind = type_of(value)
    if kind.name == target.name:
        return 0
    if target.net is PSREFERENCE or target.name == "System.Object":
        return 3
    if kind.is_a(target.name):
        return _ASSIGNABLE
    if target.element is not None:
        return _array_rank(target, value)
    if isinstance(value, str):
        return _text_rank(value, target)
    if target.name in _WIDTHS and isinstance(value, (int, float, Decimal)) and not isinstance(value, (bool, EnumValue)):
        return _number_rank(kind.name, target.name)
    if target.name == "System.String":
        return _TEXT
    return _other_rank(argument, value, target)


def _array_rank(target: TypeRef, value: Any) -> int:
    element = target.element
    assert element is not None
    if isinstance(value, str) and element.name == "System.Char" and not isinstance(value, Char):
        return 1
    if isinstance(value, (list, tuple)):
        return _LANGUAGE if all(_rank(element, item) < _NONE for item in value[:8]) else _NONE
    inner = _rank(element, value)
    return inner if inner >= _NONE else inner + 3


def _text_rank(value: str, target: TypeRef) -> int:
    if target.name == "System.String":
        return 5
    if target.name == "System.Char":
        return 8 if len(value) == 1 else _NONE
    if target.net.enum is not None or target.name in _WIDTHS:
        ok, _ = try_convert(value, target)
        return _LANGUAGE if ok else _LANGUAGE + 60
    if isinstance(value, Char) and target.name == "System.Int32":
        return _WIDENING
    ok, _ = try_convert(value, target)
    return _PARSE if ok else _NONE


def _number_rank(source: str, target: str) -> int:
    low, high = _WIDTHS.get(source, 3), _WIDTHS[target]
    if source == "System.Decimal" or (source in ("System.Double", "System.Single") and high < 8):
        return _NARROWING + abs(high - low)
    if low < high and not (target == "System.UInt32" and source != "System.Byte" and source != "System.UInt16"):
        return _WIDENING + high - low
    return _NARROWING + abs(high - low)


def _other_rank(argument: Any, value: Any, target: TypeRef) -> int:
    if target.name == "System.Boolean":
        return _LANGUAGE + 10
    if isinstance(value, ScriptBlock) and target.net.form == "delegate":
        return _LANGUAGE
    ok, _ = try_convert(argument, target)
    return _PARSE if ok else _NONE


def _parameter(overload: Overload, index: int, net: NetType | None) -> TypeRef:
    if overload.types is not None:
        return overload.types[index]  # type: ignore[no-any-return]
    parameters = overload.parameters
    if index >= len(parameters) - 1 and parameters and parameters[-1].startswith("*"):
        return require(substituted(parameters[-1][1:], net))
    return require(substituted(parameters[index], net))


def substituted(name: str, net: NetType | None) -> str:
    """A parameter's type name with generic parameters replaced by the type's arguments."""
    if net is None or not net.arguments:
        return "System.Object" if name in _GENERIC_NAMES else name
    bare, bracket, rest = name.partition("[")
    index = _GENERIC_NAMES.get(bare)
    if index is None or index >= len(net.arguments):
        return name
    return net.arguments[index] + bracket + rest


def _convert_all(name: str, overload: Overload, arguments: list[Any], net: NetType | None) -> list[Any]:
    out: list[Any] = []
    given = _spread(overload, arguments)
    if overload.parameters == ("*char",) and len(given) == 1 and isinstance(given[0], str):
        given = list(given[0])  # a text is a Char[]
    for index, argument in enumerate(given):
        target = _parameter(overload, index, net)
        label = overload.names[index] if index < len(overload.names) else ""
        _check_reference(label or str(index), argument, target)
        try:
            out.append(convert(argument, target))
        except PSError as problem:
            raise error(
                f'Cannot convert argument "{label or index}", with value: "{to_text(argument)}", for "{name}" to type '
                f'"{target.display}": "{problem.record.message}"',
                "MethodArgumentConversionInvalidCastArgument",
                type_name=_METHOD,
                inner=problem.record.exception,
            ) from None
    return out


def _check_reference(label: str, argument: Any, target: TypeRef) -> None:
    """A [ref] parameter takes a [ref] argument, and only such a parameter does."""
    given = type_of(argument) is PSREFERENCE
    if target.net is PSREFERENCE and not given:
        raise _reference_error(f"Argument: '{label}' should be a System.Management.Automation.PSReference. Use [ref].",
                               "NonRefArgumentToRefParameterMsg")  # fmt: skip
    if given and target.net is not PSREFERENCE and target.name != "System.Object":
        raise _reference_error(f"Argument: '{label}' should not be a System.Management.Automation.PSReference. "
                               "Do not use [ref].", "RefArgumentToNonRefParameterMsg")  # fmt: skip


def _reference_error(message: str, error_id: str) -> PSError:
    return error(message, error_id, type_name=_METHOD, inner=exception(message, _METHOD))
