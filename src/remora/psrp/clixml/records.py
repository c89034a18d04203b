"""Records of the streams to and from the members they have on the wire (wire-protocol 7.7).

A record is made only where nothing would be lost; any surprise leaves the PSObject as it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from remora.errors import RemoteProtocolError
from remora.psrp.clixml.members import Members, merge_members, spelled
from remora.psrp.clixml.progress import bag_to_progress, progress_to_bag
from remora.values.exceptions import ErrorCategory, ErrorDetails
from remora.values.objects import MISSING, PSObject
from remora.values.records import (
    DebugRecord,
    ErrorRecord,
    HostInformationMessage,
    InformationalRecord,
    InformationRecord,
    InvocationInfo,
    VerboseRecord,
    WarningRecord,
)

__all__ = [
    "BUILDERS",
    "bag_to_debug",
    "bag_to_error",
    "bag_to_information",
    "bag_to_progress",
    "bag_to_verbose",
    "bag_to_warning",
    "information_to_bag",
    "progress_to_bag",
    "record_object",
]

R = TypeVar("R", bound=InformationalRecord)
_INVOCATION: Final = {
    "InvocationInfo_BoundParameters": "bound_parameters",
    "InvocationInfo_CommandOrigin": "command_origin",
    "InvocationInfo_ExpectingInput": "expecting_input",
    "InvocationInfo_InvocationName": "invocation_name",
    "InvocationInfo_Line": "line",
    "InvocationInfo_OffsetInLine": "offset_in_line",
    "InvocationInfo_HistoryId": "history_id",
    "InvocationInfo_PipelineIterationInfo": "pipeline_iteration_info",
    "InvocationInfo_PipelineLength": "pipeline_length",
    "InvocationInfo_PipelinePosition": "pipeline_position",
    "InvocationInfo_PSScriptRoot": "ps_script_root",
    "InvocationInfo_PSCommandPath": "ps_command_path",
    "InvocationInfo_PositionMessage": "position_message",
    "InvocationInfo_ScriptLineNumber": "script_line_number",
    "InvocationInfo_ScriptName": "script_name",
    "InvocationInfo_UnboundArguments": "unbound_arguments",
    "SerializeExtent": "serialize_extent",
    "CommandInfo_CommandType": "command_type",
    "CommandInfo_Definition": "command_definition",
    "CommandInfo_Name": "command_name",
    "CommandInfo_Visibility": "command_visibility",
}
_ERROR_TEXTS: Final = {
    "ErrorCategory_Activity": "category_activity",
    "ErrorCategory_Reason": "category_reason",
    "ErrorCategory_TargetName": "category_target_name",
    "ErrorCategory_TargetType": "category_target_type",
    "ErrorCategory_Message": "category_message",
}
_INFORMATION: Final = {
    "MessageData": "message_data",
    "Source": "source",
    "TimeGenerated": "time_generated",
    "Tags": "tags",
    "User": "user",
    "Computer": "computer",
    "ProcessId": "process_id",
    "NativeThreadId": "native_thread_id",
    "ManagedThreadId": "managed_thread_id",
}
_HOST_MESSAGE: Final = {
    "Message": "message",
    "NoNewLine": "no_new_line",
    "ForegroundColor": "foreground_color",
    "BackgroundColor": "background_color",
}


def _take_invocation(members: Members) -> InvocationInfo:
    info = InvocationInfo()
    for wire, attribute in _INVOCATION.items():
        if wire in members:
            setattr(info, attribute, members[wire])
    return info


def _invocation_members(info: InvocationInfo | None) -> Members:
    if info is None:
        return {}
    return {wire: getattr(info, attribute) for wire, attribute in _INVOCATION.items()}


def error_record(found: PSObject) -> Any:
    """Make an ErrorRecord of an object with that type name, or return the object unchanged."""
    members = found.extended
    extended = members.get("SerializeExtendedInfo", False)
    category = members.get("ErrorCategory_Category")
    texts = [members.get(name) for name in (*_ERROR_TEXTS, *_ERROR_STRINGS)]
    flags = [extended, members.get("writeErrorStream", False)]
    if found.adapted or found.base is not MISSING or type(category) is not int:
        return found
    if not all(text is None or isinstance(text, str) for text in texts) or not all(type(f) is bool for f in flags):
        return found
    record = ErrorRecord(
        exception=members.get("Exception"),
        fully_qualified_error_id=members.get("FullyQualifiedErrorId"),
        category=ErrorCategory(category) if category in _CATEGORIES else category,
        target_object=members.get("TargetObject"),
        script_stack_trace=members.get("ErrorDetails_ScriptStackTrace"),
        invocation=_take_invocation(members) if extended is True else None,
        pipeline_iteration_info=members.get("PipelineIterationInfo"),
        ps_message_details=members.get("PSMessageDetails"),
        write_error_stream=members.get("writeErrorStream"),
        to_string=found.to_string,
        type_names=found.type_names,
        wire_names=tuple(members),
    )
    for wire, attribute in _ERROR_TEXTS.items():
        setattr(record, attribute, members.get(wire))
    if "ErrorDetails_Message" in members or "ErrorDetails_RecommendedAction" in members:
        record.details = ErrorDetails(
            members.get("ErrorDetails_Message"), members.get("ErrorDetails_RecommendedAction")
        )
    modelled = error_members(record)
    record.extra = {name: value for name, value in members.items() if name not in modelled}
    return record


_CATEGORIES: Final = frozenset(int(category) for category in ErrorCategory)
_ERROR_STRINGS: Final = (
    "FullyQualifiedErrorId",
    "ErrorDetails_Message",
    "ErrorDetails_RecommendedAction",
    "ErrorDetails_ScriptStackTrace",
)


def error_members(record: ErrorRecord) -> Members:
    """Return the modelled members of an ErrorRecord in Windows' order."""
    details = record.details or ErrorDetails()
    modelled: Members = {
        "writeErrorStream": record.write_error_stream,
        "Exception": record.exception,
        "TargetObject": record.target_object,
        "FullyQualifiedErrorId": record.fully_qualified_error_id,
    }
    if record.wire_names is None:
        modelled["InvocationInfo"] = record.extra.get("InvocationInfo")
    modelled["ErrorCategory_Category"] = int(record.category)
    modelled |= {wire: getattr(record, attribute) for wire, attribute in _ERROR_TEXTS.items()}
    modelled |= {
        "ErrorDetails_Message": details.message,
        "ErrorDetails_RecommendedAction": details.recommended_action,
        "SerializeExtendedInfo": record.invocation is not None,
        **_invocation_members(record.invocation),
        "ErrorDetails_ScriptStackTrace": record.script_stack_trace,
        "PipelineIterationInfo": record.pipeline_iteration_info,
        "PSMessageDetails": record.ps_message_details,
    }
    return modelled


def _informational(cls: type[R]) -> Callable[[PSObject], Any]:
    def build(found: PSObject) -> Any:
        members = found.extended
        message = members.get("InformationalRecord_Message")
        extended = members.get("InformationalRecord_SerializeInvocationInfo")
        if found.adapted or found.base is not MISSING or type(extended) is not bool or not isinstance(message, str):
            return found
        record = cls(
            message=message,
            invocation=_take_invocation(members) if extended else None,
            pipeline_iteration_info=members.get("InformationalRecord_PipelineIterationInfo"),
            to_string=found.to_string,
            type_names=found.type_names,
            wire_names=tuple(members),
        )
        modelled = informational_members(record)
        record.extra = {name: value for name, value in members.items() if name not in modelled}
        return record

    return build


def informational_members(record: InformationalRecord) -> Members:
    """Return the modelled members of a warning, verbose or debug record in Windows' order."""
    return {
        "InformationalRecord_Message": record.message,
        "InformationalRecord_SerializeInvocationInfo": record.invocation is not None,
        **_invocation_members(record.invocation),
        "InformationalRecord_PipelineIterationInfo": record.pipeline_iteration_info,
    }


def _flat(cls: type[Any], fields: Mapping[str, str]) -> Callable[[PSObject], Any]:
    def build(found: PSObject) -> Any:
        if found.extended or found.base is not MISSING:
            return found
        record = _filled(cls(wire_names=tuple(found.adapted)), fields, found.adapted)
        record.to_string, record.type_names = found.to_string, found.type_names
        return record

    return build


def _filled(record: Any, fields: Mapping[str, str], members: Members) -> Any:
    """Set every field from the member of its name; absent is None; what has no field goes to ``extra``."""
    for wire, attribute in fields.items():
        setattr(record, attribute, members.get(wire))
    record.extra = {name: value for name, value in members.items() if name not in fields}
    return record


def flat_members(record: InformationRecord | HostInformationMessage) -> Members:
    """Return the modelled members of an InformationRecord or HostInformationMessage."""
    fields = _INFORMATION if isinstance(record, InformationRecord) else _HOST_MESSAGE
    return {wire: getattr(record, attribute) for wire, attribute in fields.items()}


BUILDERS: Final[dict[str, Callable[[PSObject], Any]]] = {
    "System.Management.Automation.ErrorRecord": error_record,
    WarningRecord.TYPE_NAME: _informational(WarningRecord),
    VerboseRecord.TYPE_NAME: _informational(VerboseRecord),
    DebugRecord.TYPE_NAME: _informational(DebugRecord),
    "System.Management.Automation.InformationRecord": _flat(InformationRecord, _INFORMATION),
    "System.Management.Automation.HostInformationMessage": _flat(HostInformationMessage, _HOST_MESSAGE),
}


def record_object(record: Any) -> PSObject:
    """Return the object a record is on the wire; a ProgressRecord has an element of its own and is not among them."""
    if isinstance(record, (InformationRecord, HostInformationMessage)):
        members = merge_members(flat_members(record), record.extra, record.wire_names)
        return PSObject(record.type_names, adapted=members, to_string=record.to_string)
    if isinstance(record, ErrorRecord):
        modelled = error_members(record)
        to_string = record.message if record.to_string is None and record.wire_names is None else record.to_string
    else:
        modelled, to_string = informational_members(record), record.to_string
    members = merge_members(modelled, record.extra, record.wire_names)
    return PSObject(record.type_names, extended=members, to_string=to_string)


def bag_to_error(bag: PSObject) -> ErrorRecord:
    """Read an ErrorRecord from members without type names. Raises RemoteProtocolError if it is none."""
    record = error_record(PSObject((), MISSING, None, bag.properties(), bag.to_string))
    if not isinstance(record, ErrorRecord):
        raise RemoteProtocolError("an error record without its members")
    if bag.type_names:
        record.type_names = bag.type_names
    return record


def _bag_to(cls: type[R]) -> Callable[[PSObject], R]:
    read = _informational(cls)

    def build(bag: PSObject) -> R:
        members = {"InformationalRecord_SerializeInvocationInfo": False, **bag.properties()}
        record = read(PSObject(bag.type_names, MISSING, None, members, bag.to_string))
        if not isinstance(record, cls):
            raise RemoteProtocolError(f"a {cls.__name__} without its members")
        return record

    return build


bag_to_warning: Final = _bag_to(WarningRecord)
bag_to_verbose: Final = _bag_to(VerboseRecord)
bag_to_debug: Final = _bag_to(DebugRecord)


def information_to_bag(record: InformationRecord) -> PSObject:
    """Return the body of an INFORMATION_RECORD message."""
    return PSObject.bag(merge_members(flat_members(record), record.extra, record.wire_names))


def bag_to_information(bag: PSObject) -> InformationRecord:
    """Read the body of an INFORMATION_RECORD message."""
    members = spelled(bag, _INFORMATION)
    filled: InformationRecord = _filled(InformationRecord(wire_names=tuple(members)), _INFORMATION, members)
    return filled
