"""Members of enum types and values."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.conversion import convert, enum_value
from remora.engine.errors import PSError
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.reflection import type_code
from remora.engine.types.typeref import RUNTIME_TYPE, TypeRef, require, type_ref
from remora.values.collections import TypedArray


def _enums() -> None:
    t, e = RUNTIME_TYPE, r.ENUM
    t.method("GetEnumNames()", returns="string[]")(_labels)
    t.method("GetEnumValues()", returns="array")(_values)
    t.method("GetEnumValuesAsUnderlyingType()", returns="array")(_numbers)
    t.method("GetEnumUnderlyingType()", returns="type")(_underlying)
    t.method("GetEnumName(object value)", returns="string")(_label)
    t.method("IsEnumDefined(object value)", returns="bool")(_defined)
    e.static("GetNames(type enumType)", returns="string[]")(_labels)
    e.static("GetValues(type enumType)", returns="array")(_values)
    e.static("GetValuesAsUnderlyingType(type enumType)", returns="array")(_numbers)
    e.static("GetName(type enumType, object value)", returns="string")(_label)
    e.static("GetUnderlyingType(type enumType)", returns="type")(_underlying)
    e.static("IsDefined(type enumType, object value)", returns="bool")(_defined)
    e.static("Parse(type enumType, string value)", "Parse(type enumType, string value, bool ignoreCase)")(_parse)
    e.static("TryParse(type enumType, string value, ref result)", returns="bool")(_try_parse)
    e.static("TryParse(type enumType, string value, bool ignoreCase, ref result)", returns="bool")(_try_parse)
    e.static("ToObject(type enumType, object value)")(_to_object)
    e.static("Format(type enumType, object value, string format)", returns="string")(
        lambda kind, value, form: _format(convert(value, kind), form)
    )
    e.property("value__", "System.Int32", hidden=True, wire=False)(lambda v: convert(int(v), _number_type(v)))
    e.method("HasFlag(System.Enum flag)", returns="bool")(lambda v, flag: int(v) & int(flag) == int(flag))
    e.method("ToString()", "ToString(string format)", returns="string")(lambda v, form="": _format(v, form))
    e.method("CompareTo(object target)", returns="int")(lambda v, other: int(v > other) - int(v < other))
    e.method("GetTypeCode()")(lambda v: type_code(type_ref(r.type_of(v))))


def _to_object(kind: TypeRef, value: Any) -> Any:
    number = r.unwrap(value)
    if not isinstance(number, int):
        message = "The value passed in must be an enum base or an underlying type for an enum, such as an Int32."
        raise failure(f"{message} (Parameter 'value')", "System.ArgumentException")
    return enum_value(_checked(kind), int(number))


def _checked(kind: TypeRef) -> TypeRef:
    if kind.net.enum is None:
        raise failure("Type provided must be an Enum. (Parameter 'enumType')", "System.ArgumentException")
    return kind


def _by_number(kind: TypeRef) -> list[tuple[str, int]]:
    pairs = list((_checked(kind).net.enum or {}).items())
    return sorted(pairs, key=lambda pair: pair[1] if pair[1] >= 0 else pair[1] + (1 << 64))


def _labels(kind: TypeRef) -> TypedArray:
    return TypedArray([name for name, _ in _by_number(kind)], "System.String")


def _values(kind: TypeRef) -> TypedArray:
    return TypedArray([enum_value(kind, number) for _, number in _by_number(kind)], kind.name)


def _numbers(kind: TypeRef) -> TypedArray:
    number = _underlying(kind)
    return TypedArray([convert(value, number) for _, value in _by_number(kind)], number.name)


def _underlying(kind: TypeRef) -> TypeRef:
    return require(_checked(kind).net.underlying)


def _number_type(value: Any) -> TypeRef:
    return require(r.type_of(value).underlying)


def _label(kind: TypeRef, value: Any) -> str | None:
    return next((name for name, number in (_checked(kind).net.enum or {}).items() if number == int(value)), None)


def _defined(kind: TypeRef, value: Any) -> bool:
    names = _checked(kind).net.enum or {}
    return value in names if isinstance(value, str) else int(value) in names.values()


def _parse(kind: TypeRef, text: str, ignore_case: bool = False) -> Any:
    known = {name.lower() if ignore_case else name: number for name, number in (_checked(kind).net.enum or {}).items()}
    total = 0
    for part in (text or "").split(","):
        word = part.strip().lower() if ignore_case else part.strip()
        if word in known:
            total |= known[word]
        elif word.lstrip("+-").isdecimal():
            total |= int(word)
        else:
            raise failure(
                f"Requested value '{part.strip()}' was not found."
                if word
                else "Must specify valid information for parsing in the string. (Parameter 'value')",
                "System.ArgumentException",
            )
    return enum_value(kind, total)


def _try_parse(kind: TypeRef, text: str, *rest: Any) -> bool:
    *flags, out = rest
    try:
        out.value = _parse(kind, text, bool(flags and flags[0]))
    except PSError:
        out.value = enum_value(kind, 0)
        return False
    return True


def _format(value: Any, form: str) -> str:
    from remora.engine.text.composite import format_value

    return format_value(value, form or "G")


_enums()
