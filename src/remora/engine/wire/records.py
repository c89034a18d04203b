"""Engine records and exceptions as the wire's records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.engine import records as live
from remora.engine.convert.text import to_text
from remora.engine.errors import CATEGORIES, CategoryInfo, ErrorRecord
from remora.engine.exception_types import NetException
from remora.engine.invocation import InvocationInfo
from remora.engine.remote_errors import RemotingErrorRecord
from remora.engine.types.registry import short_type
from remora.values import records as wire
from remora.values.collections import GenericList
from remora.values.exceptions import ErrorCategory, ErrorDetails, ExceptionInfo
from remora.values.numbers import Int64, UInt32

Nested = Callable[..., Any]
"""Encodes a value of the record at the record's depth; a second argument says how many levels less."""
_RUNTIME: Final = "System.Management.Automation.RuntimeException"
MAX_TARGET_NAME: Final = 40


def category_info(record: ErrorRecord) -> CategoryInfo:
    """The category of a record with the texts PowerShell derives for it."""
    target = record.target
    name = record.target_name
    if name is None:
        name = to_text(target) if target is not None else ""
        if len(name) > MAX_TARGET_NAME:
            name = f"{name[:17]}...{name[-20:]}"
    kind = record.target_type
    if kind is None:
        kind = short_type(target) if target is not None else ""
    reason = record.reason if record.reason is not None else record.exception.short_name
    return CategoryInfo(record.category, record.activity, reason, name, kind)


def exception_to_wire(exc: NetException, nested: Nested) -> ExceptionInfo:
    """An exception with what its own types declare first, as .NET lists them; inner ones as far as the depth goes."""
    names = exc.net_type_names()
    properties = {name: nested(value, 1) for name, value in exc.properties.items()}
    if "System.ArgumentException" in names:
        properties = {"Message": exc.message, **properties}
    if _RUNTIME in names:
        record = exc.error_record
        said = exc.message if record is None else to_text(record)
        properties = {"ErrorRecord": said, **properties, "WasThrownFromThrowStatement": exc.thrown}
    return ExceptionInfo.of(
        names,
        exc.message,
        inner=nested(exc.inner, 1),
        hresult=exc.hresult,
        stack_trace=exc.stack_trace,
        properties=properties,
        to_string=_exception_text(exc),
    )


def _exception_text(exc: NetException) -> str:
    return exc.net_text() if not exc.stack_trace else f"{exc.net_text()}\n{exc.stack_trace}"


def _error(record: ErrorRecord, nested: Nested) -> wire.ErrorRecord:
    info = category_info(record)
    details = None
    if record.details is not None or record.recommended_action is not None:
        details = ErrorDetails(record.details, record.recommended_action)
    return wire.ErrorRecord(
        exception=nested(record.exception),
        fully_qualified_error_id=record.fully_qualified_id,
        category=ErrorCategory(CATEGORIES.index(record.category))
        if record.category in CATEGORIES
        else ErrorCategory.NOT_SPECIFIED,
        target_object=_target(record.target, nested),
        category_activity=info.activity,
        category_reason=info.reason,
        category_target_name=info.target_name,
        category_target_type=info.target_type,
        category_message=info.net_text(),
        details=details,
        script_stack_trace=record.script_stack,
        invocation=invocation_to_wire(record.invocation) if record.invocation is not None else None,
        to_string=record.message,
        extra={"InvocationInfo": None if record.invocation is None else nested(record.invocation)},
    )


def _target(target: Any, nested: Nested) -> Any:
    return None if target is None else nested(target)


def invocation_to_wire(info: InvocationInfo) -> wire.InvocationInfo:
    """The extended invocation block."""
    from remora.values.enums import EnumValue

    made = wire.InvocationInfo(
        command_origin=EnumValue(1, "System.Management.Automation.CommandOrigin", "Internal"),
        expecting_input=info.expecting_input,
        history_id=Int64(info.history_id),
        invocation_name=info.invocation_name,
        line=info.line,
        offset_in_line=info.offset,
        pipeline_length=info.pipeline_length,
        pipeline_position=info.pipeline_position,
        position_message=info.position_message(),
        script_line_number=info.line_number,
        script_name=info.script_name or None,
        unbound_arguments=GenericList((), "System.Object"),
        serialize_extent=False,
    )
    command = info.command
    if command is not None and command.name:
        numbers = {
            "Alias": 1,
            "Function": 2,
            "Filter": 4,
            "Cmdlet": 8,
            "ExternalScript": 16,
            "Application": 32,
            "Script": 64,
        }
        names = "System.Management.Automation.CommandTypes"
        made.command_type = EnumValue(numbers.get(command.command_type, 0), names, command.command_type)
        made.command_name = command.name
        made.command_definition = "" if command.command_type == "Cmdlet" else command.definition
        made.command_visibility = EnumValue(0, "System.Management.Automation.SessionStateEntryVisibility", "Public")
    return made


def _warning(record: live.WarningRecord, nested: Nested) -> wire.WarningRecord:
    return wire.WarningRecord(message=record.message)


def _verbose(record: live.VerboseRecord, nested: Nested) -> wire.VerboseRecord:
    return wire.VerboseRecord(message=record.message)


def _debug(record: live.DebugRecord, nested: Nested) -> wire.DebugRecord:
    return wire.DebugRecord(message=record.message)


def _host_message(record: live.HostInformationMessage, nested: Nested) -> wire.HostInformationMessage:
    return wire.HostInformationMessage(
        message=record.message,
        no_new_line=record.no_new_line,
        foreground_color=record.foreground,
        background_color=record.background,
        to_string=record.message,
    )


def _information(record: live.InformationRecord, nested: Nested) -> wire.InformationRecord:
    return wire.InformationRecord(
        message_data=nested(record.message_data),
        source=record.source,
        time_generated=record.time,
        tags=GenericList(record.tags, "System.String"),
        user=record.user,
        computer=record.computer,
        process_id=UInt32(record.process_id),
        native_thread_id=UInt32(record.native_thread_id & 0xFFFFFFFF),
        managed_thread_id=UInt32(record.managed_thread_id),
        to_string=record.net_text(),
    )


def _progress(record: live.ProgressRecord, nested: Nested) -> wire.ProgressRecord:
    return wire.ProgressRecord(
        activity=record.activity,
        activity_id=record.activity_id,
        status_description=record.status_description,
        current_operation=record.current_operation,
        parent_activity_id=record.parent_activity_id,
        percent_complete=record.percent_complete,
        seconds_remaining=record.seconds_remaining,
        type=wire.ProgressRecordType(record.record_type),
    )


RECORDS: Final[dict[type, Callable[[Any, Nested], Any]]] = {
    ErrorRecord: _error,
    RemotingErrorRecord: _error,
    NetException: exception_to_wire,
    live.WarningRecord: _warning,
    live.VerboseRecord: _verbose,
    live.DebugRecord: _debug,
    live.HostInformationMessage: _host_message,
    live.InformationRecord: _information,
    live.ProgressRecord: _progress,
}
