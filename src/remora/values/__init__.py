"""PowerShell values: natural Python values, and subclasses only where the .NET type would be lost."""

from remora.values.collections import ArrayList, Enumerable, GenericList, Queue, Stack, TypedArray
from remora.values.enums import EnumValue
from remora.values.equality import same
from remora.values.exceptions import ErrorCategory, ErrorDetails, ExceptionInfo
from remora.values.host import (
    BufferCell,
    ChoiceDescription,
    Coordinates,
    FieldDescription,
    HostDefaultData,
    HostInfo,
    KeyInfo,
    Rectangle,
    Size,
)
from remora.values.numbers import BigInteger, Byte, Int16, Int64, SByte, Single, SizedInt, UInt16, UInt32, UInt64
from remora.values.objects import MISSING, MemberSet, Missing, PSObject
from remora.values.records import (
    DebugRecord,
    ErrorRecord,
    HostInformationMessage,
    InformationalRecord,
    InformationRecord,
    InvocationInfo,
    ProgressRecord,
    ProgressRecordType,
    Record,
    VerboseRecord,
    WarningRecord,
)
from remora.values.secrets import PSCredential, SecureString
from remora.values.strings import Char, ScriptBlockText, Uri, XmlDocument
from remora.values.tables import Hashtable, OrderedDictionary, PrimitiveDictionary
from remora.values.times import DateTime, TimeSpan
from remora.values.versions import SemanticVersion, Version

__all__ = [
    "MISSING",
    "ArrayList",
    "BigInteger",
    "BufferCell",
    "Byte",
    "Char",
    "ChoiceDescription",
    "Coordinates",
    "DateTime",
    "DebugRecord",
    "EnumValue",
    "Enumerable",
    "ErrorCategory",
    "ErrorDetails",
    "ErrorRecord",
    "ExceptionInfo",
    "FieldDescription",
    "GenericList",
    "Hashtable",
    "HostDefaultData",
    "HostInfo",
    "HostInformationMessage",
    "InformationRecord",
    "InformationalRecord",
    "Int16",
    "Int64",
    "InvocationInfo",
    "KeyInfo",
    "MemberSet",
    "Missing",
    "OrderedDictionary",
    "PSCredential",
    "PSObject",
    "PrimitiveDictionary",
    "ProgressRecord",
    "ProgressRecordType",
    "Queue",
    "Record",
    "Rectangle",
    "SByte",
    "ScriptBlockText",
    "SecureString",
    "SemanticVersion",
    "Single",
    "Size",
    "SizedInt",
    "Stack",
    "TimeSpan",
    "TypedArray",
    "UInt16",
    "UInt32",
    "UInt64",
    "Uri",
    "VerboseRecord",
    "Version",
    "WarningRecord",
    "XmlDocument",
    "same",
]
