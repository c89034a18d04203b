"""PowerShell values: natural Python values, and subclasses only where the .NET type would be lost.

The names are loaded when they are first used: what needs one record does not pay for all of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remora.values.collections import ArrayList as ArrayList
    from remora.values.collections import Enumerable as Enumerable
    from remora.values.collections import GenericList as GenericList
    from remora.values.collections import ObjectCollection as ObjectCollection
    from remora.values.collections import Queue as Queue
    from remora.values.collections import Stack as Stack
    from remora.values.collections import TypedArray as TypedArray
    from remora.values.enums import EnumValue as EnumValue
    from remora.values.equality import same as same
    from remora.values.exceptions import ErrorCategory as ErrorCategory
    from remora.values.exceptions import ErrorDetails as ErrorDetails
    from remora.values.exceptions import ExceptionInfo as ExceptionInfo
    from remora.values.host import BufferCell as BufferCell
    from remora.values.host import ChoiceDescription as ChoiceDescription
    from remora.values.host import Coordinates as Coordinates
    from remora.values.host import FieldDescription as FieldDescription
    from remora.values.host import HostDefaultData as HostDefaultData
    from remora.values.host import HostInfo as HostInfo
    from remora.values.host import KeyInfo as KeyInfo
    from remora.values.host import Rectangle as Rectangle
    from remora.values.host import Size as Size
    from remora.values.numbers import BigInteger as BigInteger
    from remora.values.numbers import Byte as Byte
    from remora.values.numbers import Int16 as Int16
    from remora.values.numbers import Int64 as Int64
    from remora.values.numbers import SByte as SByte
    from remora.values.numbers import Single as Single
    from remora.values.numbers import SizedInt as SizedInt
    from remora.values.numbers import UInt16 as UInt16
    from remora.values.numbers import UInt32 as UInt32
    from remora.values.numbers import UInt64 as UInt64
    from remora.values.objects import MISSING as MISSING
    from remora.values.objects import MemberSet as MemberSet
    from remora.values.objects import Missing as Missing
    from remora.values.objects import PSObject as PSObject
    from remora.values.records import DebugRecord as DebugRecord
    from remora.values.records import ErrorRecord as ErrorRecord
    from remora.values.records import HostInformationMessage as HostInformationMessage
    from remora.values.records import InformationalRecord as InformationalRecord
    from remora.values.records import InformationRecord as InformationRecord
    from remora.values.records import InvocationInfo as InvocationInfo
    from remora.values.records import ProgressRecord as ProgressRecord
    from remora.values.records import ProgressRecordType as ProgressRecordType
    from remora.values.records import Record as Record
    from remora.values.records import VerboseRecord as VerboseRecord
    from remora.values.records import WarningRecord as WarningRecord
    from remora.values.secrets import PSCredential as PSCredential
    from remora.values.secrets import SecureString as SecureString
    from remora.values.strings import Char as Char
    from remora.values.strings import ScriptBlockText as ScriptBlockText
    from remora.values.strings import Uri as Uri
    from remora.values.strings import XmlDocument as XmlDocument
    from remora.values.tables import Hashtable as Hashtable
    from remora.values.tables import OrderedDictionary as OrderedDictionary
    from remora.values.tables import PrimitiveDictionary as PrimitiveDictionary
    from remora.values.times import DateTime as DateTime
    from remora.values.times import TimeSpan as TimeSpan
    from remora.values.versions import SemanticVersion as SemanticVersion
    from remora.values.versions import Version as Version

_HOMES = {
    "ArrayList": "remora.values.collections",
    "Enumerable": "remora.values.collections",
    "GenericList": "remora.values.collections",
    "ObjectCollection": "remora.values.collections",
    "Queue": "remora.values.collections",
    "Stack": "remora.values.collections",
    "TypedArray": "remora.values.collections",
    "EnumValue": "remora.values.enums",
    "same": "remora.values.equality",
    "ErrorCategory": "remora.values.exceptions",
    "ErrorDetails": "remora.values.exceptions",
    "ExceptionInfo": "remora.values.exceptions",
    "BufferCell": "remora.values.host",
    "ChoiceDescription": "remora.values.host",
    "Coordinates": "remora.values.host",
    "FieldDescription": "remora.values.host",
    "HostDefaultData": "remora.values.host",
    "HostInfo": "remora.values.host",
    "KeyInfo": "remora.values.host",
    "Rectangle": "remora.values.host",
    "Size": "remora.values.host",
    "BigInteger": "remora.values.numbers",
    "Byte": "remora.values.numbers",
    "Int16": "remora.values.numbers",
    "Int64": "remora.values.numbers",
    "SByte": "remora.values.numbers",
    "Single": "remora.values.numbers",
    "SizedInt": "remora.values.numbers",
    "UInt16": "remora.values.numbers",
    "UInt32": "remora.values.numbers",
    "UInt64": "remora.values.numbers",
    "MISSING": "remora.values.objects",
    "MemberSet": "remora.values.objects",
    "Missing": "remora.values.objects",
    "PSObject": "remora.values.objects",
    "DebugRecord": "remora.values.records",
    "ErrorRecord": "remora.values.records",
    "HostInformationMessage": "remora.values.records",
    "InformationRecord": "remora.values.records",
    "InformationalRecord": "remora.values.records",
    "InvocationInfo": "remora.values.records",
    "ProgressRecord": "remora.values.records",
    "ProgressRecordType": "remora.values.records",
    "Record": "remora.values.records",
    "VerboseRecord": "remora.values.records",
    "WarningRecord": "remora.values.records",
    "PSCredential": "remora.values.secrets",
    "SecureString": "remora.values.secrets",
    "Char": "remora.values.strings",
    "ScriptBlockText": "remora.values.strings",
    "Uri": "remora.values.strings",
    "XmlDocument": "remora.values.strings",
    "Hashtable": "remora.values.tables",
    "OrderedDictionary": "remora.values.tables",
    "PrimitiveDictionary": "remora.values.tables",
    "DateTime": "remora.values.times",
    "TimeSpan": "remora.values.times",
    "SemanticVersion": "remora.values.versions",
    "Version": "remora.values.versions",
}

__all__ = [*_HOMES]  # noqa: PLE0604  # the names of _HOMES: see __getattr__


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'remora.values' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
