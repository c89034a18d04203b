"""Wire values to engine values: sized integers, growable and fixed lists, hashtables, Deserialized types, live
records.
"""

from __future__ import annotations

from typing import Any, Final

from remora.engine import records as live
from remora.engine.errors import CATEGORIES, ErrorRecord, PSError
from remora.engine.exception_types import NetException, exception_type
from remora.engine.numbers import INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN
from remora.engine.remote_errors import OriginInfo, RemoteCommandInfo, RemoteInvocation, RemotingErrorRecord
from remora.engine.switchparameter import SwitchParameter
from remora.values import records as wire
from remora.values.collections import ArrayList, Enumerable, GenericList, Queue, Stack, TypedArray
from remora.values.enums import EnumValue
from remora.values.exceptions import ExceptionInfo
from remora.values.numbers import Int64, UInt64
from remora.values.objects import DESERIALIZED, MISSING, PSObject
from remora.values.strings import XmlDocument
from remora.values.tables import Hashtable, PrimitiveDictionary

MAX_NESTING: Final = 100
_SWITCH: Final = "System.Management.Automation.SwitchParameter"
_SWITCHES: Final = ((_SWITCH,), (DESERIALIZED + _SWITCH,))
_TOLD: Final = {
    "BoundParameters": "bound_parameters",
    "ExpectingInput": "expecting_input",
    "InvocationName": "invocation_name",
    "Line": "line",
    "OffsetInLine": "offset_in_line",
    "HistoryId": "history_id",
    "PipelineLength": "pipeline_length",
    "PipelinePosition": "pipeline_position",
    "PositionMessage": "position_message",
    "ScriptLineNumber": "script_line_number",
    "ScriptName": "script_name",
    "UnboundArguments": "unbound_arguments",
}
_STANDARD: Final = frozenset(
    ("Message", "Data", "InnerException", "TargetSite", "StackTrace", "HelpLink", "Source", "HResult")
)


def from_wire(value: Any, level: int = 0) -> Any:
    """The value as scripts use it. Values that are engine values already come back as they are."""
    kind = type(value)
    if kind is int:
        if INT32_MIN <= value <= INT32_MAX:
            return value
        return Int64(value) if INT64_MIN <= value <= INT64_MAX else UInt64(value)
    if kind is bytes:
        return bytearray(value)
    if isinstance(value, (list, tuple)):
        return _sequence(value, level)
    if isinstance(value, (dict, Hashtable)):
        pairs = [(from_wire(key, level + 1), from_wire(item, level + 1)) for key, item in value.items()]
        if isinstance(value, PrimitiveDictionary):
            return PrimitiveDictionary(pairs)
        return type(value)(pairs) if isinstance(value, Hashtable) else Hashtable(pairs)
    if kind is PSObject:
        return _object(value, level)
    if isinstance(value, wire.Record):
        return _record(value, level)
    if isinstance(value, ExceptionInfo):
        return exception_from_wire(value)
    if kind is XmlDocument:
        return _document(value)
    return value


def _document(text: XmlDocument) -> Any:
    from remora.engine.types.xmldocument import document_of

    try:
        return document_of(text)
    except PSError:  # a type declaration, say
        return str(text)


def _sequence(value: Any, level: int) -> Any:
    if level > MAX_NESTING:
        return []
    out = [from_wire(item, level + 1) for item in value]
    if isinstance(value, TypedArray):
        return TypedArray(out, value.element_type)
    if isinstance(value, GenericList):
        return GenericList(out, value.element_type)
    if isinstance(value, (ArrayList, Stack, Queue, Enumerable)):
        return type(value)(out)
    return out


def _object(value: PSObject, level: int) -> Any:
    if level > MAX_NESTING:
        return value.to_string
    base = value.base if value.base is MISSING else from_wire(value.base, level + 1)
    adapted = {name: from_wire(item, level + 1) for name, item in value.adapted.items()}
    if value.type_names[:1] in _SWITCHES and type(present := adapted.get("IsPresent")) is bool:
        return SwitchParameter(present)
    extended = {name: from_wire(item, level + 1) for name, item in value.extended.items()}
    return PSObject(_names(value, base), base, adapted, extended, value.to_string)


def _names(value: PSObject, base: Any) -> tuple[str, ...]:
    """Type names with the prefix that tells a deserialized object; primitives with added members keep theirs."""
    if base is not MISSING and not isinstance(base, (list, dict, Hashtable, PSObject)):
        return value.type_names
    return tuple(name if name.startswith(DESERIALIZED) else DESERIALIZED + name for name in value.type_names)


def exception_from_wire(info: ExceptionInfo) -> NetException:
    """A live exception of the same type (its own name; bases as far as the engine knows them)."""
    names = tuple(name.removeprefix(DESERIALIZED) for name in info.type_names)
    inner = exception_from_wire(info.inner) if isinstance(info.inner, ExceptionInfo) else None
    made = NetException(exception_type(names[0] if names else "System.Exception"), info.message or "", inner=inner)
    made.properties.update({name: from_wire(item) for name, item in info.adapted.items() if name not in _STANDARD})
    return made


def _record(value: wire.Record, level: int) -> Any:
    if isinstance(value, wire.ErrorRecord):
        return error_from_wire(value)
    if isinstance(value, wire.WarningRecord):
        return live.WarningRecord(value.message or "")
    if isinstance(value, wire.VerboseRecord):
        return live.VerboseRecord(value.message or "")
    if isinstance(value, wire.DebugRecord):
        return live.DebugRecord(value.message or "")
    if isinstance(value, wire.HostInformationMessage):
        return live.HostInformationMessage(value.message or "", no_new_line=bool(value.no_new_line))
    if isinstance(value, wire.InformationRecord):
        return live.InformationRecord(
            from_wire(value.message_data, level + 1),
            value.source or "",
            tuple(value.tags or ()),
            time=value.time_generated,
        )
    return _progress(value) if isinstance(value, wire.ProgressRecord) else value


def _progress(value: wire.ProgressRecord) -> live.ProgressRecord:
    made = live.ProgressRecord(value.activity_id, value.activity or "", value.status_description or "")
    made.current_operation = value.current_operation
    made.parent_activity_id = value.parent_activity_id
    made.percent_complete = value.percent_complete
    made.seconds_remaining = value.seconds_remaining
    made.record_type = int(value.type)
    return made


def error_from_wire(value: wire.ErrorRecord) -> ErrorRecord:
    """A live record with the same id, category, message and exception."""
    exc = exception_from_wire(value.exception) if isinstance(value.exception, ExceptionInfo) else NetException(
        exception_type("System.Management.Automation.RemoteException"), value.message
    )  # fmt: skip
    number = int(value.category)
    record = ErrorRecord(
        exc,
        value.fully_qualified_error_id or "",
        CATEGORIES[number] if 0 <= number < len(CATEGORIES) else "NotSpecified",
        from_wire(value.target_object),
    )
    record.activity = value.category_activity or ""
    record.reason = value.category_reason
    record.target_name = value.category_target_name
    record.target_type = value.category_target_type
    if value.details is not None:
        record.details = value.details.message
        record.recommended_action = value.details.recommended_action
    record.script_stack = value.script_stack_trace
    if value.invocation is not None:
        record.invocation = _invocation(value.invocation)
    return record


def _invocation(told: wire.InvocationInfo) -> RemoteInvocation:
    """The invocation that the extended block of a record tells of."""
    members = {name: from_wire(getattr(told, field)) for name, field in _TOLD.items() if _is_told(told, field)}
    if _is_told(told, "command_name") and isinstance(told.command_name, str):
        kind = told.command_type if _is_told(told, "command_type") else None
        definition = told.command_definition if _is_told(told, "command_definition") else ""
        shown = kind.name if isinstance(kind, EnumValue) and kind.name is not None else "Cmdlet"
        members["MyCommand"] = RemoteCommandInfo(told.command_name, shown, str(definition or ""))
    return RemoteInvocation(members)


def _is_told(told: wire.InvocationInfo, field: str) -> bool:
    return getattr(told, field) is not MISSING


def remoting_error_from_wire(value: wire.ErrorRecord, origin: OriginInfo) -> RemotingErrorRecord:
    """The record of an error on another machine: a RemoteException around what came, and where it came from."""
    told = value.exception
    if isinstance(told, ExceptionInfo):
        told = _object(PSObject(told.type_names, told.base, told.adapted, told.extended, told.to_string), 0)
    invocation = from_wire(value.extra.get("InvocationInfo"))
    record = RemotingErrorRecord(error_from_wire(value), origin, told, invocation)
    name, comma, command = record.error_id.partition(",")
    if comma and not record.command_id:
        record.error_id, record.command_id = name, command
    record.settled = True
    return record
