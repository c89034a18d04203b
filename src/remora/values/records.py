"""Records of the PowerShell streams (wire-protocol 7.7).

Field names are the wire's names in snake case without their prefix. ``extra`` keeps every member of the wire that has
no field, so that nothing is lost; ``wire_names`` remembers which members were present and in which order.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any, ClassVar

from remora.values.enums import EnumValue
from remora.values.exceptions import ErrorCategory, ErrorDetails, ExceptionInfo
from remora.values.numbers import UInt32
from remora.values.objects import MISSING

ERROR_RECORD_TYPES = ("System.Management.Automation.ErrorRecord", "System.Object")
_NO_ID = UInt32(0)
_INFORMATIONAL = "System.Management.Automation.InformationalRecord"


class ProgressRecordType(IntEnum):
    """System.Management.Automation.ProgressRecordType."""

    PROCESSING = 0
    COMPLETED = 1


class Record:
    """Base of the records: equality is structural and safe on cycles."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        from remora.values.equality import same

        return same(self, other) if isinstance(other, Record) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # mutable


@dataclass(slots=True, kw_only=True, eq=False)
class InvocationInfo(Record):
    """Where a record was made: the ``InvocationInfo_*`` and ``CommandInfo_*`` members of an extended record.

    MISSING marks a member that is absent, which differs from null. command_*: the CommandInfo block.
    """

    bound_parameters: Any = MISSING
    command_origin: EnumValue | Any = MISSING
    expecting_input: bool | Any = MISSING
    invocation_name: str | Any = MISSING
    line: str | Any = MISSING
    offset_in_line: int | Any = MISSING
    history_id: int | Any = MISSING
    pipeline_iteration_info: list[int] | Any = MISSING
    pipeline_length: int | Any = MISSING
    pipeline_position: int | Any = MISSING
    ps_script_root: str | Any = MISSING
    ps_command_path: str | Any = MISSING
    position_message: str | Any = MISSING
    script_line_number: int | Any = MISSING
    script_name: str | Any = MISSING
    unbound_arguments: list[Any] | Any = MISSING
    serialize_extent: bool | Any = MISSING
    command_type: EnumValue | Any = MISSING
    command_definition: str | Any = MISSING
    command_name: str | Any = MISSING
    command_visibility: EnumValue | Any = MISSING


@dataclass(slots=True, kw_only=True, eq=False)
class ErrorRecord(Record):
    """System.Management.Automation.ErrorRecord.

    write_error_stream: True for a record written to the error stream, None when absent (state messages). category: an
    ErrorCategory, or the bare number when the peer knows more of them. invocation: the extended block, None when
    ``SerializeExtendedInfo`` is false. The plain ``InvocationInfo`` object of Windows stays in ``extra``.
    """

    exception: ExceptionInfo | Any = None
    fully_qualified_error_id: str | None = ""
    category: ErrorCategory | int = ErrorCategory.NOT_SPECIFIED
    target_object: Any = None
    category_activity: str | None = ""
    category_reason: str | None = ""
    category_target_name: str | None = ""
    category_target_type: str | None = ""
    category_message: str | None = ""
    details: ErrorDetails | None = None
    script_stack_trace: str | None = None
    invocation: InvocationInfo | None = None
    pipeline_iteration_info: Any = None
    ps_message_details: Any = None
    write_error_stream: bool | None = None
    to_string: str | None = None
    type_names: tuple[str, ...] = ERROR_RECORD_TYPES
    extra: dict[str, Any] = field(default_factory=dict)
    wire_names: tuple[str, ...] | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        message: str,
        error_id: str = "",
        category: ErrorCategory = ErrorCategory.NOT_SPECIFIED,
        *,
        exception_type: str = "System.Management.Automation.RuntimeException",
        target_object: Any = None,
    ) -> ErrorRecord:
        """Return a record about ``message`` as the engine of PowerShell would write it."""
        reason = exception_type.rpartition(".")[2]
        target_type = "" if target_object is None else type(target_object).__name__
        return cls(
            exception=ExceptionInfo.of(exception_type, message),
            fully_qualified_error_id=error_id,
            category=category,
            target_object=target_object,
            category_reason=reason,
            category_target_name="" if target_object is None else str(target_object),
            category_target_type=target_type,
            category_message=f"{category.label}: ({target_object if target_object is not None else ''}:"
            f"{target_type}) [], {reason}",
            to_string=message,
        )

    @property
    def message(self) -> str:
        """The text a person should read: details, else the exception's message, else ToString."""
        if self.details is not None and self.details.message:
            return self.details.message
        if isinstance(self.exception, ExceptionInfo) and self.exception.message is not None:
            return self.exception.message
        return self.to_string or ""

    def __str__(self) -> str:
        return self.message


@dataclass(slots=True, kw_only=True, eq=False)
class InformationalRecord(Record):
    """Base of warning, verbose and debug records. invocation: None unless the peer sent the extended block."""

    TYPE_NAME: ClassVar[str] = _INFORMATIONAL

    message: str | None = ""
    invocation: InvocationInfo | None = None
    pipeline_iteration_info: Any = None
    to_string: str | None = None
    type_names: tuple[str, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    wire_names: tuple[str, ...] | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.type_names:
            chain = dict.fromkeys((type(self).TYPE_NAME, _INFORMATIONAL, "System.Object"))
            self.type_names = tuple(chain)
        if self.to_string is None and self.wire_names is None:
            self.to_string = self.message

    def __str__(self) -> str:
        return self.message or ""


@dataclass(slots=True, kw_only=True, eq=False)
class WarningRecord(InformationalRecord):
    """System.Management.Automation.WarningRecord."""

    TYPE_NAME: ClassVar[str] = "System.Management.Automation.WarningRecord"


@dataclass(slots=True, kw_only=True, eq=False)
class VerboseRecord(InformationalRecord):
    """System.Management.Automation.VerboseRecord."""

    TYPE_NAME: ClassVar[str] = "System.Management.Automation.VerboseRecord"


@dataclass(slots=True, kw_only=True, eq=False)
class DebugRecord(InformationalRecord):
    """System.Management.Automation.DebugRecord."""

    TYPE_NAME: ClassVar[str] = "System.Management.Automation.DebugRecord"


@dataclass(slots=True, kw_only=True, eq=False)
class HostInformationMessage(Record):
    """What Write-Host puts into an InformationRecord. Colours: ConsoleColor numbers, EnumValue, or None."""

    message: str | None = ""
    no_new_line: bool | None = False
    foreground_color: EnumValue | int | None = None
    background_color: EnumValue | int | None = None
    to_string: str | None = None
    type_names: tuple[str, ...] = ("System.Management.Automation.HostInformationMessage", "System.Object")
    extra: dict[str, Any] = field(default_factory=dict)
    wire_names: tuple[str, ...] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return self.message or ""


@dataclass(slots=True, kw_only=True, eq=False)
class InformationRecord(Record):
    """INFORMATION_RECORD. message_data: any value, for Write-Host a HostInformationMessage.

    time_generated: datetime, None where the peer left it out. process_id and thread ids: UInt32.
    """

    message_data: Any = None
    source: str | None = ""
    time_generated: datetime | None = None
    tags: list[str] | Any = field(default_factory=list)
    user: str | None = ""
    computer: str | None = ""
    process_id: UInt32 | Any = _NO_ID
    native_thread_id: UInt32 | Any = _NO_ID
    managed_thread_id: UInt32 | Any = _NO_ID
    to_string: str | None = None
    type_names: tuple[str, ...] = ("System.Management.Automation.InformationRecord", "System.Object")
    extra: dict[str, Any] = field(default_factory=dict)
    wire_names: tuple[str, ...] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return "" if self.message_data is None else str(self.message_data)


@dataclass(slots=True, kw_only=True, eq=False)
class ProgressRecord(Record):
    """PROGRESS_RECORD. parent_activity_id, percent_complete, seconds_remaining: -1 when unknown."""

    activity: str | None = ""
    activity_id: int = 0
    status_description: str | None = ""
    current_operation: str | None = None
    parent_activity_id: int = -1
    percent_complete: int = -1
    type: ProgressRecordType = ProgressRecordType.PROCESSING
    seconds_remaining: int = -1
    extra: dict[str, Any] = field(default_factory=dict)
    wire_names: tuple[str, ...] | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.activity}: {self.status_description}"
