"""The error model: .NET exceptions as values, ErrorRecords, and the Python exceptions that carry them and control flow.

``PSError`` is the one Python exception a script can catch. ``FlowSignal`` classes and ``PipelineStopped`` are not
errors: they derive
from BaseException, so that no ``except Exception`` on their way swallows them. Source: about_Try_Catch_Finally,
ErrorRecord class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from remora.engine.exception_types import NetException, exception
from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.invocation import InvocationInfo

__all__ = [
    "FROM_CMDLET",
    "BreakSignal",
    "CategoryInfo",
    "ContinueSignal",
    "ErrorRecord",
    "ExitSignal",
    "FlowSignal",
    "MethodReturn",
    "NetException",
    "PSError",
    "PipelineStopped",
    "ReturnSignal",
    "StopUpstream",
    "error",
    "exception",
    "not_supported",
]

FROM_CMDLET = "System.Management.Automation.CmdletInvocationException"
"""What stands around an exception that ended a cmdlet."""

CATEGORIES = [
    "NotSpecified",
    "OpenError",
    "CloseError",
    "DeviceError",
    "DeadlockDetected",
    "InvalidArgument",
    "InvalidData",
    "InvalidOperation",
    "InvalidResult",
    "InvalidType",
    "MetadataError",
    "NotImplemented",
    "NotInstalled",
    "ObjectNotFound",
    "OperationStopped",
    "OperationTimeout",
    "SyntaxError",
    "ParserError",
    "PermissionDenied",
    "ResourceBusy",
    "ResourceExists",
    "ResourceUnavailable",
    "ReadError",
    "WriteError",
    "FromStdErr",
    "SecurityError",
    "ProtocolError",
    "ConnectionError",
    "AuthenticationError",
    "LimitsExceeded",
    "QuotaExceeded",
    "NotEnabled",
]


class CategoryInfo(NetObject):
    """ErrorCategoryInfo: category name as of ErrorCategory, and the four texts around it."""

    __slots__ = ("activity", "category", "reason", "target_name", "target_type")
    net_type = NetType("System.Management.Automation.ErrorCategoryInfo", OBJECT)

    def __init__(self, category: str, activity: str, reason: str, target_name: str, target_type: str) -> None:
        self.category = category
        self.activity = activity
        self.reason = reason
        self.target_name = target_name
        self.target_type = target_type

    def net_text(self) -> str:
        """``Category: (target:type) [activity], reason``."""
        head = f"{self.category}: ({self.target_name}:{self.target_type})"
        return f"{head} [{self.activity}], {self.reason}"


class ErrorRecord(NetObject):
    """One error as ``$Error``, ``catch`` and stream 2 hold it.

    error_id: the id before the command is known; ``fully_qualified_id`` adds ``,command``. category: a name of
    ErrorCategory.
    details: replaces the message for people. invocation: who raised it, None until a command or statement claims it.
    settled: its id and
    position stand (Write-Error, errors received from elsewhere); nobody claims it any more.
    """

    __slots__ = (
        "activity",
        "category",
        "command_id",
        "details",
        "error_id",
        "exception",
        "from_native",
        "invocation",
        "reason",
        "recommended_action",
        "script_stack",
        "settled",
        "target",
        "target_name",
        "target_type",
    )
    net_type = NetType("System.Management.Automation.ErrorRecord", OBJECT)

    def __init__(
        self,
        exc: NetException,
        error_id: str,
        category: str = "NotSpecified",
        target: Any = None,
        *,
        details: str | None = None,
    ) -> None:
        self.exception = exc
        self.error_id = error_id
        self.category = category
        self.target = target
        self.details = details
        self.recommended_action: str | None = None
        self.command_id = ""
        self.activity = ""
        self.reason: str | None = None
        self.target_name: str | None = None
        self.target_type: str | None = None
        self.invocation: InvocationInfo | None = None
        self.script_stack: str | None = None
        self.from_native = False
        self.settled = False

    @property
    def fully_qualified_id(self) -> str:
        """``id`` or ``id,command class``."""
        return f"{self.error_id},{self.command_id}" if self.command_id else self.error_id

    @property
    def message(self) -> str:
        """What people read: the details' text, else the exception's message."""
        return self.details if self.details is not None else self.exception.message

    def net_text(self) -> str:
        return self.message


class PSError(Exception):
    """A terminating error on its way: carries the record. ``thrown``: raised by ``throw``, ends the script when nobody
    catches it. ``wrapper``: name of the exception class that stands around the record's in PowerShell, "" for none.
    ``ends``: the call that it ends whatever the preference is (ThrowTerminatingError). ``passes``: methods it goes
    through do not wrap it.
    """

    def __init__(self, record: ErrorRecord, *, thrown: bool = False, wrapper: str = "") -> None:
        super().__init__(record)
        self.wrapper = wrapper
        self.record = record
        self.thrown = thrown
        self.reported = False
        self.ends: object = None
        self.passes = False

    def __str__(self) -> str:
        return self.record.message


def error(
    message: str,
    error_id: str = "RuntimeException",
    category: str = "NotSpecified",
    target: Any = None,
    *,
    type_name: str = "System.Management.Automation.RuntimeException",
    inner: NetException | None = None,
) -> PSError:
    """Build a PSError (raise it, or hand its ``.record`` to write_error). type_name: full name of the .NET exception
    class.
    """
    exc = exception(message, type_name, inner=inner)
    record = ErrorRecord(exc, error_id, category, target)
    if type_name.startswith("System.Management.Automation."):
        exc.error_record = record
    return PSError(record)


def not_supported(feature: str) -> PSError:
    """The error for what this engine cannot do; names the feature."""
    return error(
        f"{feature} is not supported by this engine.",
        "NotSupported",
        "NotImplemented",
        feature,
        type_name="System.Management.Automation.PSNotSupportedException",
    )


class FlowSignal(BaseException):
    """Control flow that crosses Python frames."""


class BreakSignal(FlowSignal):
    """``break`` with an optional label (folded)."""

    def __init__(self, label: str = "") -> None:
        super().__init__(label)
        self.label = label


class ContinueSignal(FlowSignal):
    """``continue`` with an optional label (folded)."""

    def __init__(self, label: str = "") -> None:
        super().__init__(label)
        self.label = label


class ReturnSignal(FlowSignal):
    """``return``: its value was emitted before it was raised."""


class MethodReturn(ReturnSignal):
    """``return`` of a method of a class, with its value."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class ExitSignal(FlowSignal):
    """``exit``: leaves the script with a code."""

    def __init__(self, code: int = 0) -> None:
        super().__init__(code)
        self.code = code


class StopUpstream(FlowSignal):
    """A downstream command needs no more input (``Select-Object -First``); token: the command that asked."""

    def __init__(self, token: object) -> None:
        super().__init__()
        self.token = token


class PipelineStopped(FlowSignal):
    """The pipeline was asked to stop; ``catch`` never sees it, ``finally`` runs."""


def stopped_record() -> ErrorRecord:
    """The record of a stopped pipeline."""
    problem = error(
        "The pipeline has been stopped.",
        "PipelineStopped",
        "OperationStopped",
        type_name="System.Management.Automation.PipelineStoppedException",
    )
    return problem.record
