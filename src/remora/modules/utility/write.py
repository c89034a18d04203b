"""Write-Output, Write-Error and the writers of the other streams."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.convert.text import object_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import ErrorRecord, NetException, error, exception
from remora.engine.nothing import NOTHING
from remora.engine.records import HostInformationMessage, InformationRecord, ProgressRecord
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange


@cmdlet("Write-Output", aliases=("write", "echo"))
class WriteOutput(Cmdlet):
    """Sends objects to the pipeline."""

    input_object = Parameter(
        "psobject", position=0, mandatory=True, pipeline=True, remaining=True, allow_null=True, allow_empty=True
    )
    no_enumerate = Parameter("switch")

    def process(self) -> None:
        value = self.input_object
        if self.no_enumerate:
            self.emit(value)
        else:
            self.emit_all(value)


@cmdlet("Write-Error", default_set="NoException")
class WriteErrorCommand(Cmdlet):
    """Writes a non-terminating error."""

    message = Parameter(
        "string", aliases=("Msg",), allow_null=True, allow_empty=True,
        sets={"NoException": {"position": 0, "mandatory": True, "pipeline": True}, "WithException": {}},
    )  # fmt: skip
    exception = Parameter("exception", sets={"WithException": {"mandatory": True, "position": 0}})
    error_record = Parameter(
        "System.Management.Automation.ErrorRecord", sets={"ErrorRecord": {"mandatory": True, "position": 0}}
    )
    category = Parameter(
        "System.Management.Automation.ErrorCategory", sets=("NoException", "WithException"), default="NotSpecified"
    )
    error_id = Parameter("string", sets=("NoException", "WithException"), default="")
    target_object = Parameter("object", sets=("NoException", "WithException"))
    recommended_action = Parameter("string")
    category_activity = Parameter("string", aliases=("Activity",))
    category_reason = Parameter("string", aliases=("Reason",))
    category_target_name = Parameter("string", aliases=("TargetName",))
    category_target_type = Parameter("string", aliases=("TargetType",))

    def process(self) -> None:
        record = self._record()
        if self.recommended_action is not None:
            record.recommended_action = self.recommended_action
            record.details = record.message
        if self.category_activity is not None:
            record.activity = self.category_activity
        if self.category_reason is not None:
            record.reason = self.category_reason
        if self.category_target_name is not None:
            record.target_name = self.category_target_name
        if self.category_target_type is not None:
            record.target_type = self.category_target_type
        self._settle(record)
        self.write_error(record)

    def _settle(self, record: ErrorRecord) -> None:
        """The error is the caller's: its position, and its name as the end of the id where it has one."""
        caller = self.runtime.frame.call()
        record.activity = record.activity or "Write-Error"
        if caller is not None and caller.name and not record.command_id:
            record.command_id = caller.name
        if caller is not None and record.invocation is None:
            record.invocation = caller.invocation
        record.settled = True

    def _record(self) -> ErrorRecord:
        given = self.error_record
        if isinstance(given, ErrorRecord):
            copy = ErrorRecord(given.exception, given.error_id, given.category, given.target, details=given.details)
            copy.command_id, copy.activity, copy.reason = given.command_id, given.activity, given.reason
            return copy
        exc = self.exception
        if not isinstance(exc, NetException):
            exc = exception(self.message or "", "Microsoft.PowerShell.Commands.WriteErrorException")
        kind = exc.kind.name
        record = ErrorRecord(exc, self.error_id or kind, str(self.category), self.target_object)
        if self.message is not None and self.exception is not None:
            record.details = self.message
        return record


class _MessageWriter(Cmdlet):
    message = Parameter(
        "string", position=0, mandatory=True, pipeline=True, aliases=("Msg",), allow_empty=True, allow_null=True
    )


@cmdlet("Write-Warning")
class WriteWarning(_MessageWriter):
    """Writes to the warning stream."""

    def process(self) -> None:
        self.write_warning(self.message or "")


@cmdlet("Write-Verbose")
class WriteVerbose(_MessageWriter):
    """Writes to the verbose stream."""

    def process(self) -> None:
        self.write_verbose(self.message or "")


@cmdlet("Write-Debug")
class WriteDebug(_MessageWriter):
    """Writes to the debug stream."""

    def process(self) -> None:
        self.write_debug(self.message or "")


@cmdlet("Write-Information")
class WriteInformation(Cmdlet):
    """Writes to the information stream."""

    message_data = Parameter(
        "object", position=0, mandatory=True, pipeline=True, aliases=("Msg", "Message"), allow_null=True
    )
    tags = Parameter("string[]", position=1)

    def begin(self) -> None:
        for tag in self.tags or ():
            if tag[:2].upper() == "PS":
                self.fail(
                    f"Cannot use tag '{tag}'. The 'PS' prefix is reserved.",
                    "PSPrefixReservedInInformationTag",
                    "InvalidArgument",
                    tag,
                    type_name="System.InvalidOperationException",
                )

    def process(self) -> None:
        self.write_information(InformationRecord(self.message_data, "Write-Information", tuple(self.tags or ())))


@cmdlet("Write-Host")
class WriteHost(Cmdlet):
    """Writes text for people: the information stream, tagged PSHOST."""

    object = Parameter("object", position=0, pipeline=True, remaining=True, aliases=("Msg", "Message"), default=NOTHING)
    no_newline = Parameter("switch")
    separator = Parameter("object", default=" ")
    foreground_color = Parameter("System.ConsoleColor")
    background_color = Parameter("System.ConsoleColor")

    def process(self) -> None:
        text = "" if self.object is NOTHING else self._text(self.object)
        message = HostInformationMessage(
            text, _number(self.foreground_color), _number(self.background_color), bool(self.no_newline)
        )
        self.write_information(InformationRecord(message, "Write-Host", ("PSHOST",)))

    def _text(self, value: Any) -> str:
        if is_enumerable(value):
            separator = to_text(self.separator)
            return separator.join(self._text(item) for item in items_of(value))
        return object_text(value)


def _number(color: Any) -> int | None:
    """ConsoleColor as the host takes it."""
    return None if color is None else int(color)


@cmdlet("Write-Progress")
class WriteProgressCommand(Cmdlet):
    """Shows how far something has come."""

    activity = Parameter("string", position=0, default="", validate=(ValidateNotNullOrEmpty(),))
    status = Parameter("string", position=1, default="Processing", validate=(ValidateNotNullOrEmpty(),))
    id = Parameter("int", position=2, default=0, validate=(ValidateRange(0, 2147483647),))
    percent_complete = Parameter("int", default=-1, validate=(ValidateRange(-1, 100),))
    seconds_remaining = Parameter("int", default=-1)
    current_operation = Parameter("string")
    parent_id = Parameter("int", default=-1, validate=(ValidateRange(-1, 2147483647),))
    completed = Parameter("switch")
    source_id = Parameter("int", default=0)

    def process(self) -> None:
        if not self.activity and not self.completed:
            raise self.throw(
                error(
                    "Missing value for mandatory parameter. (Parameter 'Activity')",
                    "MissingActivity",
                    "InvalidArgument",
                    type_name="System.ArgumentException",
                )
            )
        record = ProgressRecord(self.id, self.activity, self.status)
        record.percent_complete = self.percent_complete
        record.seconds_remaining = self.seconds_remaining
        record.current_operation = self.current_operation
        record.parent_activity_id = self.parent_id
        record.record_type = int(bool(self.completed))
        record.source_id = self.source_id
        self.write_progress(record)


CMDLETS = (
    WriteOutput,
    WriteErrorCommand,
    WriteWarning,
    WriteVerbose,
    WriteDebug,
    WriteInformation,
    WriteHost,
    WriteProgressCommand,
)
