"""The conversion function: value and type in, value of the type out, or a PSError. Source: about_Type_Conversion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from remora.engine.convert import numbers as num
from remora.engine.convert.simple import SIMPLE
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.language.guard import guard_conversion
from remora.engine.nettype import Method, Overload
from remora.engine.nothing import NOTHING
from remora.engine.psobject import is_custom
from remora.engine.text.units import units
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import NULLABLE, TypeRef, require, type_from_text
from remora.values.collections import TypedArray
from remora.values.enums import EnumValue, Underlying
from remora.values.objects import PSObject
from remora.values.strings import Char
from remora.values.tables import Hashtable

CAST: Final = "System.Management.Automation.PSInvalidCastException"
Converter = Callable[[Any], Any]


def convert(value: Any, target: TypeRef) -> Any:
    """Convert to the type. Raises PSError with the cast's error id."""
    return converter_of(target)(value)


def convert_to(value: Any, name: str) -> Any:
    """convert with a type name such as ``int[]`` or ``System.DateTime``."""
    return converter_of(require(name))(value)


def try_convert(value: Any, target: TypeRef) -> tuple[bool, Any]:
    """(True, converted) or (False, None)."""
    try:
        return True, converter_of(target)(value)
    except PSError:
        return False, None


def converter_of(target: TypeRef) -> Converter:
    """The conversion function of a type, cached on it."""
    found = target.converter
    if found is None:
        found = target.converter = _make(target)
    return found


def _make(target: TypeRef) -> Converter:
    if target.element is not None:
        return _array_converter(target.element) if target.rank == 1 else _grid_converter(target)
    if target.net.definition is NULLABLE:
        inner = converter_of(target.arguments[0])
        return lambda value: None if value is None or value is NOTHING else inner(value)
    simple = SIMPLE.get(target.name)
    if simple is not None:
        return simple
    if target.name in num.INTEGERS:
        return num.integer_converter(target.name)
    if target.net.enum is not None:
        return _enum_converter(target)
    if target.net.form == "delegate" or target.arguments:
        return _generic_converter(target)
    return _object_converter(target)


# -- the simple types --------------------------------------------------------------------------------------------------


# -- families of types -------------------------------------------------------------------------------------------------


def _array_converter(element: TypeRef) -> Converter:
    inner = converter_of(element)
    name = element.name

    def to_array(value: Any) -> Any:
        if value is None:
            return None
        value = unwrap(value)
        if name == "System.Object":
            return value if type(value) is list else list(items_of(value))
        if name == "System.Byte":
            return value if isinstance(value, (bytes, bytearray)) else bytearray(map(inner, items_of(value)))
        if isinstance(value, TypedArray) and value.element_type == name:
            return value
        if name == "System.Char" and isinstance(value, str):
            return TypedArray([Char(unit) for unit in units(value)], name)
        return TypedArray([inner(item) for item in items_of(value)], name)

    return to_array


_UNDERLYING: Final[dict[str, Underlying]] = {
    "System.Byte": "By",
    "System.SByte": "SB",
    "System.Int16": "I16",
    "System.UInt16": "U16",
    "System.UInt32": "U32",
    "System.Int64": "I64",
    "System.UInt64": "U64",
}


def enum_value(target: TypeRef, number: int) -> EnumValue:
    """The enum value of that number, with the name (or comma list of flags) it prints."""
    names = target.net.enum or {}
    exact = next((name for name, value in names.items() if value == number), None)
    if exact is None and target.net.flags:
        exact = _flag_names(names, number)
    underlying = _UNDERLYING.get(target.net.underlying, "I32")
    return EnumValue(number, type_names=target.net.names, name=exact or str(number), underlying=underlying)


def _flag_names(names: Mapping[str, int], number: int) -> str | None:
    """The names of the flags a number is made of, the largest taken first; None when bits are left."""
    left = number
    parts: list[str] = []
    for name, value in sorted(names.items(), key=lambda pair: -pair[1]):
        if value and left & value == value:
            left &= ~value
            parts.insert(0, name)
    return ", ".join(parts) if parts and not left else None


def _enum_converter(target: TypeRef) -> Converter:
    table: dict[str, int] = {}

    def parse_one(text: str) -> int:
        if not table:
            table.update((name.lower(), value) for name, value in (target.net.enum or {}).items())
        folded = text.strip().lower()
        if folded in table:
            return table[folded]
        if folded.lstrip("-").isdigit():
            return int(folded)
        matches = [name for name in table if name.startswith(folded)] if folded else []
        if len(matches) == 1:
            return table[matches[0]]
        listed = ",".join((target.net.enum or {}).keys())
        raise error(
            f'Cannot convert value "{text}" to type "{target.name}". Error: "Unable to match the identifier '
            f"name {text} to a valid "
            f'enumerator name. Specify one of the following enumerator names and try again: {listed}"',
            "SubstringDisambiguationEnumParseThrewAnException",
            "InvalidArgument",
            type_name=CAST,
        )

    def to_enum(value: Any) -> Any:
        if isinstance(value, EnumValue) and value.type_names and value.type_names[0] == target.name:
            return value
        if isinstance(value, list):
            value = ",".join(to_text(item) for item in value)
        if isinstance(value, str):
            number = 0
            for part in value.split(","):
                number |= parse_one(part)
            return enum_value(target, number)
        number = int(num.rounded(num.plain_number(value, target.name), value, target.name))
        if number not in (target.net.enum or {}).values() and not target.net.flags:
            raise error(
                f'Cannot convert value "{number}" to type "{target.name}" due to enumeration values that are '
                "not valid.",
                "EnumTypeCastingUndefinedValue",
                "InvalidArgument",
                type_name=CAST,
            )
        return enum_value(target, number)

    return to_enum


def _generic_converter(target: TypeRef) -> Converter:
    from remora.engine.types.generics import generic_from
    from remora.engine.types.tuples import PAIR

    general = _object_converter(target)
    name = target.net.definition.name if target.net.definition is not None else ""
    if target.net.definition is PAIR or name.startswith(("System.Tuple", "System.ValueTuple")):
        return general
    return lambda value: generic_from(target, unwrap(None if value is NOTHING else value))


def _grid_converter(target: TypeRef) -> Converter:
    from remora.engine.types.grids import grid_from

    return lambda value: grid_from(target, unwrap(value))


def _object_converter(target: TypeRef) -> Converter:
    def to_object(value: Any) -> Any:
        inner = unwrap(value)
        if type_of(inner).is_a(target.name) or (isinstance(value, PSObject) and value.is_instance(target.name)):
            return inner
        if inner is None or inner is NOTHING:
            if target.net.is_value_type:
                raise num.cannot_convert(None, target.name)
            return None
        guard_conversion(value, target)
        if target.net.parse is not None and isinstance(inner, str):
            return _parsed(target, inner)
        if target.net.settable_bag and (isinstance(inner, (Hashtable, dict)) or is_custom(inner)):
            return from_bag(target, inner)
        if target.net.is_a("System.Exception"):
            from remora.engine.types.errors import construct_exception

            if isinstance(inner, str):
                return construct_exception(target.net, [inner])
            if isinstance(inner, (Hashtable, dict)) or is_custom(inner):
                return _filled(target, construct_exception(target.net, []), inner)
        target.net.ready()
        for overload in _one_argument(target, inner):
            types = overload.types
            parameter = types[0] if types else type_from_text(overload.parameters[0])
            ok, argument = try_convert(inner, parameter) if parameter is not None else (False, None)
            if ok:
                return _constructed(target, overload, value, argument)
        raise num.cannot_convert(value, target.name)

    return to_object


def _constructed(target: TypeRef, overload: Overload, value: Any, argument: Any) -> Any:
    """What a constructor makes of the converted value."""
    try:
        return overload.call(argument)
    except PSError as problem:
        if overload.of_script:
            raise
        raise _wrapped(value, target, "InvalidCastConstructorTargetInvocationException", problem) from None


def _wrapped(value: Any, target: TypeRef, id: str, problem: PSError) -> PSError:
    return error(
        f'Cannot convert value "{to_text(value)}" to type "{target.display}". Error: "{problem.record.message}"',
        id,
        "InvalidArgument",
        type_name=CAST,
        inner=problem.record.exception,
    )


def _parsed(target: TypeRef, text: str) -> Any:
    """What the type's static Parse makes of a text."""
    assert target.net.parse is not None
    try:
        return target.net.parse(text)
    except PSError as problem:
        parse = target.net.find_static("parse")
        with_format = isinstance(parse, Method) and any(len(one.parameters) == 2 for one in parse.overloads)
        id = "InvalidCastParseTargetInvocation" + ("WithFormatProvider" if with_format else "")
        raise _wrapped(text, target, id, problem) from None


def _one_argument(target: TypeRef, value: Any) -> list[Overload]:
    """Constructors in the order a conversion tries them: the one for the value's own type first."""
    own = type_of(value).name
    found = [one for one in target.net.constructors if len(one.parameters) == 1]
    return sorted(found, key=lambda one: one.types is not None or require(one.parameters[0].lstrip("*")).name != own)


# What value types begin as, where $null does not convert to it.
_ZEROS: Final[dict[str, Any]] = {
    "System.Char": 0,
    "System.DateTime": 0,
    "System.DateTimeOffset": "0001-01-01T00:00:00+00:00",
    "System.Guid": "00000000-0000-0000-0000-000000000000",
    "System.TimeSpan": 0,
}


def initial_value(target: TypeRef) -> Any:
    """What a variable of the type holds before anything is assigned: zero of a value type, else None."""
    if target.element is not None or target.name.startswith("System.Nullable`1"):
        return None
    if target.net.enum is not None:
        return enum_value(target, 0)
    if not target.net.is_value_type:
        return None
    ok, value = try_convert(_ZEROS.get(target.name), target)
    return value if ok else None


def from_bag(target: TypeRef, bag: Any) -> Any:
    """An object made by its parameterless constructor with properties set from a hashtable or custom object."""
    maker = next((o for o in target.net.constructors if not o.parameters), None)
    if maker is None:
        raise num.cannot_convert(bag, target.name)
    return _filled(target, maker.call(), bag)


def _filled(target: TypeRef, made: Any, bag: Any) -> Any:
    """The object with properties set from a hashtable or custom object."""
    from remora.engine.members import set_member

    pairs = bag.properties().items() if isinstance(bag, PSObject) else bag.items()
    for key, item in pairs:
        try:
            set_member(made, to_text(key), item)
        except PSError as problem:
            raise error(
                f'Cannot create object of type "{target.name}". {problem.record.message}',
                "ObjectCreationError",
                "InvalidArgument",
                type_name=CAST,
            ) from None
    return made
