"""The conversion function: value and type in, value of the type out, or a PSError. Source: about_Type_Conversion."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from remora.engine.convert import numbers as num
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nothing import NOTHING
from remora.engine.psobject import is_custom
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import DICTIONARY, HASHSET, TypeRef, require, type_from_text, type_not_found
from remora.values.collections import ArrayList, GenericList, TypedArray
from remora.values.enums import EnumValue
from remora.values.objects import PSObject
from remora.values.secrets import PSCredential, SecureString
from remora.values.strings import Char, Uri, XmlDocument
from remora.values.tables import Hashtable, OrderedDictionary, PrimitiveDictionary
from remora.values.versions import SemanticVersion, Version

_CAST = "System.Management.Automation.PSInvalidCastException"
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
        return _array_converter(target.element)
    if target.name.startswith("System.Nullable`1"):
        inner = converter_of(target.arguments[0])
        return lambda value: None if value is None or value is NOTHING or value == "" else inner(value)
    simple = _SIMPLE.get(target.name)
    if simple is not None:
        return simple
    if target.name in num.INTEGERS:
        return num.integer_converter(target.name)
    if target.net.enum is not None:
        return _enum_converter(target)
    if target.arguments:
        return _generic_converter(target)
    return _object_converter(target)


# -- the simple types ----------------------------------------------------------------------------------------------------


def _identity(value: Any) -> Any:
    return value


def _void(value: Any) -> Any:
    return NOTHING


def _string(value: Any) -> str:
    if type(value) is str:
        return value
    return to_text(value)


def _bool(value: Any) -> bool:
    return is_true(value)


def _hashtable(value: Any) -> Any:
    value = unwrap(value)
    if value is None or value is NOTHING:
        return None
    if isinstance(value, Hashtable):
        return value
    if isinstance(value, dict):
        return Hashtable(value)
    raise num.cannot_convert(value, "System.Collections.Hashtable")


def _ordered(value: Any) -> Any:
    value = unwrap(value)
    if isinstance(value, OrderedDictionary) or value is None:
        return value
    if isinstance(value, (Hashtable, dict)):
        return OrderedDictionary(value)
    raise num.cannot_convert(value, "System.Collections.Specialized.OrderedDictionary")


def _pscustom(value: Any) -> Any:
    if isinstance(value, (Hashtable, dict)):
        return PSObject.custom({to_text(key): item for key, item in value.items()})
    return value


def _datetime(value: Any) -> Any:
    from remora.engine.types.dates import datetime_from

    return datetime_from(unwrap(value))


def _timespan(value: Any) -> Any:
    from remora.engine.types.dates import timespan_from

    return timespan_from(unwrap(value))


def _bad(value: Any, target: str, reason: str, id: str = "InvalidCastConstructorException") -> PSError:
    return error(
        f'Cannot convert value "{to_text(value)}" to type "{target}". Error: "{reason}"',
        id,
        "InvalidArgument",
        type_name=_CAST,
        inner=exception(reason, "System.FormatException"),
    )


def _guid(value: Any) -> UUID:
    value = unwrap(value)
    if isinstance(value, UUID):
        return value
    if isinstance(value, (bytes, bytearray)) and len(value) == 16:
        return UUID(bytes_le=bytes(value))
    if isinstance(value, str):
        try:
            return UUID(value.strip())
        except ValueError:
            pass
    raise _bad(value, "System.Guid", "Unrecognized Guid format.", "InvalidCastParseTargetInvocation")


def _version(value: Any) -> Any:
    value = unwrap(value)
    if isinstance(value, Version) or value is None:
        return value
    if isinstance(value, SemanticVersion):
        return Version(value.major, value.minor, value.patch)
    try:
        if isinstance(value, str):
            return Version.parse(value)
        if isinstance(value, int):
            raise num.cannot_convert(value, "System.Version")
        if isinstance(value, float):
            return Version.parse(to_text(value))
    except ValueError:
        raise _bad(value, "System.Version", "Version string portion was too short or too long.") from None
    raise num.cannot_convert(value, "System.Version")


def _semver(value: Any) -> Any:
    value = unwrap(value)
    if isinstance(value, SemanticVersion) or value is None:
        return value
    try:
        return SemanticVersion.parse(to_text(value))
    except ValueError:
        raise _bad(value, "System.Management.Automation.SemanticVersion", "The version is not valid.") from None


def _uri(value: Any) -> Any:
    return value if isinstance(value, Uri) or value is None else Uri(to_text(value))


def _xml(value: Any) -> Any:
    value = unwrap(value)
    if value is None or isinstance(value, XmlDocument):
        return value
    from remora._xml import parse
    from remora.errors import RemoraError

    text = to_text(value)
    try:
        parse(text)
    except RemoraError as problem:
        raise error(f'Cannot convert value "{text}" to type "System.Xml.XmlDocument". Error: "{problem}"',
                    "InvalidCastToXmlDocument", "InvalidArgument", type_name=_CAST) from None  # fmt: skip
    return XmlDocument(text)


def _scriptblock(value: Any) -> Any:
    if value is None or isinstance(value, ScriptBlock):
        return value
    if isinstance(value, str):
        from remora.engine.context import current

        return current().make_block(value)
    raise num.cannot_convert(value, "System.Management.Automation.ScriptBlock")


def _type(value: Any) -> Any:
    if value is None or isinstance(value, TypeRef):
        return value
    if isinstance(value, str):
        found = type_from_text(value)
        if found is None:
            raise _bad(value, "System.Type", type_not_found(value).record.message, "InvalidCastFromStringToType")
        return found
    raise num.cannot_convert(value, "System.Type")


def _regex(value: Any) -> Any:
    from remora.engine.types.regextypes import RegexObject

    if value is None or isinstance(value, RegexObject):
        return value
    return RegexObject(to_text(value))


def _secure(value: Any) -> Any:
    if value is None or isinstance(value, SecureString):
        return value
    raise num.cannot_convert(value, "System.Security.SecureString")


def _credential(value: Any) -> Any:
    if value is None or isinstance(value, PSCredential):
        return value
    raise num.cannot_convert(value, "System.Management.Automation.PSCredential")


def _switch(value: Any) -> Any:
    value = unwrap(value)
    if value is None or value is NOTHING:
        return False
    if isinstance(value, (bool, int, float)) or hasattr(value, "switch_value"):
        return is_true(value)
    raise num.cannot_convert(value, "System.Management.Automation.SwitchParameter")


def _array(value: Any) -> Any:
    value = unwrap(value)
    if value is None or isinstance(value, (list, bytes, bytearray)):
        return value
    return list(items_of(value))


def _arraylist(value: Any) -> Any:
    value = unwrap(value)
    if value is None or isinstance(value, ArrayList):
        return value
    return ArrayList(items_of(value))


def _primitives(value: Any) -> Any:
    if value is None or isinstance(value, PrimitiveDictionary):
        return value
    return PrimitiveDictionary({to_text(k): v for k, v in _hashtable(value).items()})


def _psobject(value: Any) -> Any:
    return None if value is NOTHING else value


_M = "System.Management.Automation."
_SIMPLE: Final[dict[str, Converter]] = {
    "System.Object": _psobject, _M + "PSObject": _psobject, "System.Void": _void, "System.String": _string, "System.Boolean": _bool,
    "System.Double": num.to_double, "System.Single": num.to_single, "System.Decimal": num.to_decimal, "System.Char": num.to_char,
    "System.Numerics.BigInteger": num.to_big, "System.Collections.Hashtable": _hashtable,
    "System.Collections.Specialized.OrderedDictionary": _ordered, _M + "PSCustomObject": _pscustom, "System.DateTime": _datetime,
    "System.TimeSpan": _timespan, "System.Guid": _guid, "System.Version": _version, _M + "SemanticVersion": _semver, "System.Uri": _uri,
    "System.Xml.XmlDocument": _xml, _M + "ScriptBlock": _scriptblock, "System.Type": _type, "System.RuntimeType": _type,
    "System.Text.RegularExpressions.Regex": _regex, "System.Security.SecureString": _secure, _M + "PSCredential": _credential,
    _M + "SwitchParameter": _switch, "System.Array": _array, "System.Collections.ArrayList": _arraylist,
    "System.Collections.IEnumerable": _array, "System.Collections.IList": _array, "System.Collections.ICollection": _array,
    _M + "PSPrimitiveDictionary": _primitives, "System.Collections.IDictionary": _hashtable, "System.Delegate": _identity,
}  # fmt: skip


# -- families of types ---------------------------------------------------------------------------------------------------


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
            return value if isinstance(value, bytearray) else bytearray(inner(item) for item in items_of(value))
        if isinstance(value, TypedArray) and value.element_type == name:
            return value
        if name == "System.Char" and isinstance(value, str):
            return TypedArray([Char(unit) for unit in utf16_units(value)], name)
        return TypedArray([inner(item) for item in items_of(value)], name)

    return to_array


def utf16_units(text: str) -> Iterable[str]:
    """The UTF-16 code units of a text, as one-character texts."""
    if all(ord(char) <= 0xFFFF for char in text):
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return [chr(data[i] | data[i + 1] << 8) for i in range(0, len(data), 2)]


def enum_value(target: TypeRef, number: int) -> EnumValue:
    """The enum value of that number, with the name (or comma list of flags) it prints."""
    names = target.net.enum or {}
    exact = next((name for name, value in names.items() if value == number), None)
    if exact is None and target.net.flags:
        parts = [name for name, value in names.items() if value and number & value == value]
        exact = ", ".join(parts) if parts else None
    return EnumValue(number, type_names=target.net.names, name=exact or str(number))


def _enum_converter(target: TypeRef) -> Converter:
    table = {name.lower(): value for name, value in (target.net.enum or {}).items()}

    def parse_one(text: str) -> int:
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
            f'Cannot convert value "{text}" to type "{target.name}". Error: "Unable to match the identifier name {text} to a valid '
            f'enumerator name. Specify one of the following enumerator names and try again: {listed}"',
            "SubstringDisambiguationEnumParseThrewAnException",
            "InvalidArgument",
            type_name=_CAST,
        )

    def to_enum(value: Any) -> Any:
        if isinstance(value, EnumValue) and value.type_names and value.type_names[0] == target.name:
            return value
        if isinstance(value, str):
            number = 0
            for part in value.split(","):
                number |= parse_one(part)
            return enum_value(target, number)
        number = num.to_int(value)
        if number not in table.values() and not target.net.flags:
            raise error(
                f'Cannot convert value "{number}" to type "{target.name}" due to enumeration values that are not valid.',
                "EnumTypeCastingUndefinedValue",
                "InvalidArgument",
                type_name=_CAST,
            )
        return enum_value(target, number)

    return to_enum


def _generic_converter(target: TypeRef) -> Converter:
    if target.net.is_a("System.Collections.Generic.List`1"):
        inner = converter_of(target.arguments[0])
        element = target.arguments[0].name

        def to_list(value: Any) -> Any:
            if value is None or (isinstance(value, GenericList) and value.element_type == element):
                return value
            return GenericList([inner(item) for item in items_of(value)], element)

        return to_list
    if target.net in (DICTIONARY, HASHSET):
        from remora.engine.types.collections import generic_from

        return lambda value: None if value is None else generic_from(target, value)
    return _identity


def _object_converter(target: TypeRef) -> Converter:
    def to_object(value: Any) -> Any:
        inner = unwrap(value)
        if type_of(inner).is_a(target.name) or (isinstance(value, PSObject) and value.is_instance(target.name)):
            return inner
        if inner is None or inner is NOTHING:
            if target.net.is_value_type:
                raise num.cannot_convert(None, target.name)
            return None
        if target.net.parse is not None and isinstance(inner, str):
            return target.net.parse(inner)
        if target.net.settable_bag and (isinstance(inner, (Hashtable, dict)) or is_custom(inner)):
            return from_bag(target, inner)
        for overload in target.net.constructors:
            if len(overload.parameters) == 1:
                parameter = type_from_text(overload.parameters[0])
                ok, argument = try_convert(inner, parameter) if parameter is not None else (False, None)
                if ok:
                    return overload.call(argument)
        raise num.cannot_convert(value, target.name)

    return to_object


def from_bag(target: TypeRef, bag: Any) -> Any:
    """An object made by its parameterless constructor with properties set from a hashtable or custom object."""
    from remora.engine.members import set_member

    maker = next((o for o in target.net.constructors if not o.parameters), None)
    if maker is None:
        raise num.cannot_convert(bag, target.name)
    made = maker.call()
    pairs = bag.properties().items() if isinstance(bag, PSObject) else bag.items()
    for key, item in pairs:
        try:
            set_member(made, to_text(key), item)
        except PSError as problem:
            raise error(
                f'Cannot create object of type "{target.name}". {problem.record.message}',
                "ObjectCreationError",
                "InvalidArgument",
                type_name=_CAST,
            ) from None
    return made
