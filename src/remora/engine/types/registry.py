"""Which NetType a Python value has, and which type a name means."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any, Final
from uuid import UUID

from remora.engine.classes.instance import ScriptObject
from remora.engine.contentline import ContentLine
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.attached import TABLE as ATTACHED
from remora.values import numbers as n
from remora.values.collections import (
    ArrayList,
    GenericList,
    ObjectCollection,
    Queue,
    Stack,
    TypedArray,
    TypeNameCollection,
)
from remora.values.enums import EnumValue
from remora.values.objects import MISSING, PSObject
from remora.values.secrets import PSCredential, SecureString
from remora.values.strings import Char, ScriptBlockText, Uri, XmlDocument
from remora.values.tables import Hashtable, OrderedDictionary, OrderedHashtable, PrimitiveDictionary
from remora.values.times import DateTime, TimeSpan
from remora.values.versions import SemanticVersion, Version

VALUE_TYPE: Final = NetType("System.ValueType", OBJECT, form="abstract")
ENUM: Final = NetType("System.Enum", VALUE_TYPE, form="abstract")
ARRAY: Final = NetType(
    "System.Array",
    OBJECT,
    interfaces=("System.Collections.IList", "System.Collections.ICollection", "System.Collections.IEnumerable"),
)
_NUMBER = ("System.IComparable", "System.IConvertible", "System.IFormattable")


def _number(name: str) -> NetType:
    return NetType(name, VALUE_TYPE, interfaces=_NUMBER, is_value_type=True)


INT32: Final = _number("System.Int32")
INT64: Final = _number("System.Int64")
UINT64: Final = _number("System.UInt64")
UINT32: Final = _number("System.UInt32")
INT16: Final = _number("System.Int16")
UINT16: Final = _number("System.UInt16")
SBYTE: Final = _number("System.SByte")
BYTE: Final = _number("System.Byte")
BIG: Final = _number("System.Numerics.BigInteger")
DOUBLE: Final = _number("System.Double")
SINGLE: Final = _number("System.Single")
DECIMAL: Final = _number("System.Decimal")
BOOLEAN: Final = _number("System.Boolean")
CHAR: Final = _number("System.Char")
STRING: Final = NetType(
    "System.String",
    OBJECT,
    interfaces=("System.IComparable", "System.IConvertible", "System.Collections.IEnumerable", "System.ICloneable"),
)
DATETIME: Final = _number("System.DateTime")
TIMESPAN: Final = _number("System.TimeSpan")
GUID: Final = _number("System.Guid")
VERSION: Final = NetType("System.Version", OBJECT, interfaces=("System.IComparable",))
SEMVER: Final = NetType("System.Management.Automation.SemanticVersion", OBJECT, interfaces=("System.IComparable",))
URI: Final = NetType("System.Uri", OBJECT)
XML_NODE: Final = NetType("System.Xml.XmlNode", OBJECT, interfaces=("System.ICloneable",))
XML: Final = NetType("System.Xml.XmlDocument", XML_NODE)
_DICT = ("System.Collections.IDictionary", "System.Collections.ICollection", "System.Collections.IEnumerable")
_LIST = ("System.Collections.IList", "System.Collections.ICollection", "System.Collections.IEnumerable")
HASHTABLE: Final = NetType("System.Collections.Hashtable", OBJECT, interfaces=_DICT)
ORDERED: Final = NetType("System.Collections.Specialized.OrderedDictionary", OBJECT, interfaces=_DICT)
ORDERED_HASHTABLE: Final = NetType("System.Management.Automation.OrderedHashtable", HASHTABLE)
PRIMITIVES: Final = NetType("System.Management.Automation.PSPrimitiveDictionary", HASHTABLE)
ARRAYLIST: Final = NetType("System.Collections.ArrayList", OBJECT, interfaces=_LIST)
LIST: Final = NetType("System.Collections.Generic.List`1", OBJECT, interfaces=_LIST)
COLLECTION_OF: Final = NetType("System.Collections.ObjectModel.Collection`1", OBJECT, interfaces=_LIST)
STACK: Final = NetType("System.Collections.Stack", OBJECT, interfaces=_LIST[1:])
QUEUE: Final = NetType("System.Collections.Queue", OBJECT, interfaces=_LIST[1:])
OBJECT_ARRAY: Final = NetType("System.Object[]", ARRAY, arguments=("System.Object",))
BYTE_ARRAY: Final = NetType("System.Byte[]", ARRAY, arguments=("System.Byte",))
PSCUSTOM: Final = NetType("System.Management.Automation.PSCustomObject", OBJECT)
PSOBJECT: Final = NetType("System.Management.Automation.PSObject", OBJECT)
SECURE: Final = NetType("System.Security.SecureString", OBJECT)
CREDENTIAL: Final = NetType("System.Management.Automation.PSCredential", OBJECT)
BLOCK_TEXT: Final = NetType("System.Management.Automation.ScriptBlock", OBJECT)

BY_CLASS: Final[dict[type, NetType]] = {
    int: INT32,
    bool: BOOLEAN,
    float: DOUBLE,
    str: STRING,
    ContentLine: STRING,
    Decimal: DECIMAL,
    Char: CHAR,
    n.Int64: INT64,
    n.UInt64: UINT64,
    n.UInt32: UINT32,
    n.Int16: INT16,
    n.UInt16: UINT16,
    n.SByte: SBYTE,
    n.Byte: BYTE,
    n.BigInteger: BIG,
    n.Single: SINGLE,
    datetime: DATETIME,
    DateTime: DATETIME,
    timedelta: TIMESPAN,
    TimeSpan: TIMESPAN,
    UUID: GUID,
    Version: VERSION,
    SemanticVersion: SEMVER,
    Uri: URI,
    XmlDocument: NetType("System.Xml.XmlDocument", NetType("System.Xml.XmlNode", OBJECT)),
    Hashtable: HASHTABLE,
    dict: HASHTABLE,
    OrderedDictionary: ORDERED,
    OrderedHashtable: ORDERED_HASHTABLE,
    PrimitiveDictionary: PRIMITIVES,
    ArrayList: ARRAYLIST,
    Stack: STACK,
    Queue: QUEUE,
    list: OBJECT_ARRAY,
    tuple: OBJECT_ARRAY,
    bytes: BYTE_ARRAY,
    bytearray: BYTE_ARRAY,
    SecureString: SECURE,
    PSCredential: CREDENTIAL,
    ScriptBlockText: BLOCK_TEXT,
}

_arrays: dict[tuple[str, int], NetType] = {("System.Object", 1): OBJECT_ARRAY, ("System.Byte", 1): BYTE_ARRAY}
_constructed: dict[tuple[str, tuple[str, ...]], NetType] = {}
ENUMS: Final[dict[str, NetType]] = {}
"""Declared enum types by full name."""


def array_type(element: str, rank: int = 1) -> NetType:
    """The NetType of an array with that element type's full name."""
    found = _arrays.get((element, rank))
    if found is None:
        name = f"{element}[{',' * (rank - 1)}]"
        found = _arrays[element, rank] = NetType(name, ARRAY, arguments=(element,))
    return found


def constructed(definition: NetType, arguments: tuple[str, ...]) -> NetType:
    """The NetType of a generic type with its arguments' full names; members come from the definition."""
    from remora.engine.types.assemblies import qualified, unqualified

    arguments = tuple(unqualified(one) for one in arguments)
    found = _constructed.get((definition.name, arguments))
    if found is None:
        inner = ",".join(f"[{qualified(one)}]" for one in arguments)
        found = _constructed[definition.name, arguments] = NetType(
            f"{definition.name}[{inner}]",
            definition.base,
            interfaces=definition.interfaces,
            is_value_type=definition.is_value_type,
            form=definition.form,
            definition=definition,
            arguments=arguments,
        )
    return found


def list_type(element: str) -> NetType:
    """The NetType of List<element>."""
    return constructed(LIST, (element,))


def enum_type(names: tuple[str, ...]) -> NetType:
    """The NetType of an enum value; one that is declared nowhere only knows its names."""
    name = names[0] if names else "System.Enum"
    found = ENUMS.get(name)
    if found is None:
        from remora.engine.types.typeref import find_type

        known = find_type(name)
        found = known.net if known is not None else NetType(name, ENUM, form="enum")
        ENUMS[name] = found
    return found


def register_enum(net: NetType) -> None:
    """Make an enum the type of the values with its type names."""
    ENUMS[net.name] = net


BY_CLASS[ObjectCollection] = constructed(COLLECTION_OF, ("System.Management.Automation.PSObject",))
BY_CLASS[TypeNameCollection] = constructed(COLLECTION_OF, ("System.String",))


def type_of(value: Any) -> NetType:
    """The NetType of a value; OBJECT for $null and custom objects' bases."""
    found = BY_CLASS.get(type(value))
    if found is not None:
        return found
    if isinstance(value, ScriptObject):
        return value.kind
    if isinstance(value, NetObject):
        kind = getattr(value, "kind", None)
        return kind if isinstance(kind, NetType) else value.net_type
    if isinstance(value, TypedArray):
        return array_type(value.element_type)
    kind = getattr(value, "generic", None)
    if isinstance(kind, NetType):
        return kind
    if isinstance(value, GenericList):
        return list_type(value.element_type)
    if isinstance(value, EnumValue):
        return enum_type(value.type_names)
    if isinstance(value, PSObject):
        return PSCUSTOM if value.base is MISSING else type_of(value.base)
    for cls in type(value).__mro__:
        if cls in BY_CLASS:
            return BY_CLASS[cls]
    return OBJECT


def type_names(value: Any) -> tuple[str, ...]:
    """PSTypeNames of a value: own name, then bases."""
    if isinstance(value, PSObject):
        if value.type_names:
            return value.type_names
        return PSCUSTOM.names if value.base is MISSING else type_names(value.base)
    if ATTACHED and (found := ATTACHED.get(id(value))) is not None and found.type_names is not None:
        return found.type_names
    if isinstance(value, (NetObject, ScriptObject)):
        return value.net_type_names()
    if isinstance(value, EnumValue):
        return value.type_names
    if isinstance(value, NoneType):
        return ()
    return type_of(value).names


def unwrap(value: Any) -> Any:
    """The base value of a wrapper (extended or deserialized); other values are themselves."""
    while type(value) is PSObject and value.base is not MISSING:
        value = value.base
    return value


def short_type(value: Any) -> str:
    """The bare type name of a value, as error categories show it."""
    names = type_names(value)
    return names[0].rpartition(".")[2] if names else ""
