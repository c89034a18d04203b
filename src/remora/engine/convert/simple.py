"""Conversions to the types that need no more than one function each."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from remora.engine.convert import numbers as num
from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.enumeration import items_of
from remora.engine.errors import PSError, error
from remora.engine.exception_types import NetException, exception
from remora.engine.nothing import NOTHING
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.nulls import NULL_STRING
from remora.engine.types.registry import unwrap
from remora.engine.types.typeref import TypeRef, type_from_text, type_not_found
from remora.values.collections import ArrayList
from remora.values.objects import PSObject
from remora.values.secrets import PSCredential, SecureString
from remora.values.strings import Uri
from remora.values.tables import Hashtable, OrderedDictionary, PrimitiveDictionary
from remora.values.versions import SemanticVersion, Version

Converter = Callable[[Any], Any]


_CAST = "System.Management.Automation.PSInvalidCastException"


def identity(value: Any) -> Any:
    """The value itself."""
    return value


def _void(value: Any) -> Any:
    return NOTHING


def _string(value: Any) -> Any:
    if type(value) is str:
        return value
    return None if value is NULL_STRING else to_text(value)


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


def custom_object(members: dict[str, Any]) -> PSObject:
    """A PSCustomObject; the member PSTypeName is not shown: it is the object's type name."""
    named = next((name for name in members if name.lower() == "pstypename"), None)
    if named is None:
        return PSObject.custom(members)
    type_name = to_text(members.pop(named))
    made = PSObject.custom(members)
    if type_name:
        made.type_names = (type_name, *made.type_names)
    return made


def pscustom_from(value: Any) -> Any:
    """What a cast to pscustomobject gives: an object made from a table; anything else as it is."""
    value = unwrap(value)
    if isinstance(value, (Hashtable, dict)):
        return custom_object({to_text(key): item for key, item in value.items()})
    return value


def _datetime(value: Any) -> Any:
    from remora.engine.types.dateparse import datetime_from

    return datetime_from(unwrap(value))


def _timespan(value: Any) -> Any:
    from remora.engine.types.dateparse import timespan_from

    return timespan_from(unwrap(value))


def _bad(
    value: Any,
    target: str,
    reason: str,
    id: str = "InvalidCastConstructorException",
    inner: NetException | None = None,
) -> PSError:
    return error(
        f'Cannot convert value "{to_text(value)}" to type "{target}". Error: "{reason}"',
        id,
        "InvalidArgument",
        type_name=_CAST,
        inner=inner if inner is not None else exception(reason, "System.FormatException"),
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


def _parsed(value: Any, target: str, parse: Callable[[str], Any], id: str = "InvalidCastParseTargetInvocation") -> Any:
    """What a type's static Parse makes of a text; numbers go by their text."""
    if not isinstance(value, (str, int, float, Decimal)) or isinstance(value, bool):
        raise num.cannot_convert(value, target)
    try:
        return parse(to_text(value))
    except PSError as problem:
        wrong = id if isinstance(value, str) else "InvalidCastIConvertible"
        raise _bad(value, target, problem.record.message, wrong, problem.record.exception) from None


def _version(value: Any) -> Any:
    from remora.engine.types.versions import parse_version, version_from

    inner = unwrap(value)
    if isinstance(inner, Version) or inner is None:
        return value if inner is not None else None
    if isinstance(inner, SemanticVersion):
        return version_from(inner)
    return _parsed(inner, "System.Version", parse_version)


def _semver(value: Any) -> Any:
    from remora.engine.types.versions import parse_semantic, semantic_from

    inner = unwrap(value)
    if isinstance(inner, SemanticVersion) or inner is None:
        return inner
    if isinstance(inner, Version):
        return semantic_from(value)
    return _parsed(inner, "System.Management.Automation.SemanticVersion", parse_semantic)


def _uri(value: Any) -> Any:
    return value if isinstance(value, Uri) or value is None else Uri(to_text(value))


def _xml(value: Any) -> Any:
    from remora.engine.types.xmldocument import Document, document_of

    value = unwrap(value)
    if value is None or isinstance(value, Document):
        return value
    text = to_text(value)
    try:
        return document_of(text)
    except PSError as problem:
        raise error(f'Cannot convert value "{text}" to type "System.Xml.XmlDocument". Error: "{problem}"',
                    "InvalidCastToXmlDocument", "InvalidArgument", type_name=_CAST) from None  # fmt: skip


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
    try:
        return RegexObject(to_text(value))
    except PSError as problem:
        raise _bad(value, "System.Text.RegularExpressions.Regex", problem.record.message,
                   "InvalidCastFromStringToRegex") from None  # fmt: skip


def _secure(value: Any) -> Any:
    if value is None or isinstance(value, SecureString):
        return value
    raise num.cannot_convert(value, "System.Security.SecureString")


def _credential(value: Any) -> Any:
    if value is None or isinstance(value, PSCredential):
        return value
    if value == "":
        return None
    raise num.cannot_convert(value, "System.Management.Automation.PSCredential")


def _switch(value: Any) -> Any:
    from remora.engine.switchparameter import SwitchParameter

    value = unwrap(value)
    if isinstance(value, SwitchParameter):
        return value
    if value is None or value is NOTHING:
        return SwitchParameter(False)
    if isinstance(value, (bool, int, float)):
        return SwitchParameter(is_true(value))
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


SIMPLE: Final[dict[str, Converter]] = {
    "System.Object": _psobject,
    _M + "PSObject": _psobject,
    "System.Void": _void,
    "System.String": _string,
    "System.Boolean": _bool,
    "System.Double": num.to_double,
    "System.Single": num.to_single,
    "System.Decimal": num.to_decimal,
    "System.Char": num.to_char,
    "System.Numerics.BigInteger": num.to_big,
    "System.Collections.Hashtable": _hashtable,
    "System.Collections.Specialized.OrderedDictionary": _ordered,
    _M + "PSCustomObject": pscustom_from,
    "System.DateTime": _datetime,
    "System.TimeSpan": _timespan,
    "System.Guid": _guid,
    "System.Version": _version,
    _M + "SemanticVersion": _semver,
    "System.Uri": _uri,
    "System.Xml.XmlDocument": _xml,
    _M + "ScriptBlock": _scriptblock,
    "System.Type": _type,
    "System.RuntimeType": _type,
    "System.Text.RegularExpressions.Regex": _regex,
    "System.Security.SecureString": _secure,
    _M + "PSCredential": _credential,
    _M + "SwitchParameter": _switch,
    "System.Array": _array,
    "System.Collections.ArrayList": _arraylist,
    "System.Collections.IEnumerable": _array,
    "System.Collections.IList": _array,
    "System.Collections.ICollection": _array,
    _M + "PSPrimitiveDictionary": _primitives,
    "System.Collections.IDictionary": _hashtable,
    "System.Delegate": identity,
}
