"""Live records of the streams other than output and error, as scripts see them when streams are merged into the
output.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from remora.engine.nettype import OBJECT, NetObject, NetType

if TYPE_CHECKING:
    from remora.engine.invocation import InvocationInfo

_M = "System.Management.Automation."


class InformationalRecord(NetObject):
    """Base of warning, verbose and debug records: a message and who wrote it."""

    __slots__ = ("invocation", "message")
    net_type = NetType(_M + "InformationalRecord", OBJECT)

    def __init__(self, message: str, invocation: InvocationInfo | None = None) -> None:
        self.message = message
        self.invocation = invocation

    def net_text(self) -> str:
        return self.message


class WarningRecord(InformationalRecord):
    """Stream 3. ``warning_id``: FullyQualifiedWarningId."""

    __slots__ = ("warning_id",)
    net_type = NetType(_M + "WarningRecord", InformationalRecord.net_type)

    def __init__(self, message: str, invocation: InvocationInfo | None = None, warning_id: str = "") -> None:
        super().__init__(message, invocation)
        self.warning_id = warning_id


class VerboseRecord(InformationalRecord):
    """Stream 4."""

    __slots__ = ()
    net_type = NetType(_M + "VerboseRecord", InformationalRecord.net_type)


class DebugRecord(InformationalRecord):
    """Stream 5."""

    __slots__ = ()
    net_type = NetType(_M + "DebugRecord", InformationalRecord.net_type)


class HostInformationMessage(NetObject):
    """MessageData of Write-Host: text, colours (ConsoleColor numbers or None), and whether a newline follows."""

    __slots__ = ("background", "foreground", "message", "no_new_line")
    net_type = NetType(_M + "HostInformationMessage", OBJECT)

    def __init__(
        self, message: str, foreground: int | None = None, background: int | None = None, no_new_line: bool = False
    ) -> None:
        self.message = message
        self.foreground = foreground
        self.background = background
        self.no_new_line = no_new_line

    def net_text(self) -> str:
        return self.message


class InformationRecord(NetObject):
    """Stream 6. tags: ``PSHOST`` for Write-Host. The writer's identity is filled in by the runtime.

    shown: whether a host displays it; under SilentlyContinue the record still travels, unseen.
    """

    __slots__ = (
        "computer",
        "managed_thread_id",
        "message_data",
        "native_thread_id",
        "process_id",
        "shown",
        "source",
        "tags",
        "time",
        "user",
    )
    net_type = NetType(_M + "InformationRecord", OBJECT)

    def __init__(
        self, message_data: Any, source: str, tags: tuple[str, ...] = (), *, time: datetime | None = None
    ) -> None:
        self.message_data = message_data
        self.source = source
        self.tags = list(tags)
        self.time = time if time is not None else datetime.now().astimezone()
        self.user = ""
        self.computer = ""
        self.process_id = 0
        self.native_thread_id = 0
        self.managed_thread_id = 0
        self.shown = True

    def net_text(self) -> str:
        data = self.message_data
        return data.net_text() if isinstance(data, NetObject) else str(data)


class ProgressRecord(NetObject):
    """Progress of an activity. percent, seconds: -1 unknown. record_type: 0 processing, 1 completed. source_id: of whom
    it tells; a host hears it, a script does not see it.
    """

    __slots__ = (
        "activity",
        "activity_id",
        "current_operation",
        "parent_activity_id",
        "percent_complete",
        "record_type",
        "seconds_remaining",
        "source_id",
        "status_description",
    )
    net_type = NetType(_M + "ProgressRecord", OBJECT)

    def __init__(self, activity_id: int, activity: str, status_description: str) -> None:
        self.activity_id = activity_id
        self.activity = activity
        self.status_description = status_description
        self.current_operation: str | None = None
        self.parent_activity_id = -1
        self.percent_complete = -1
        self.seconds_remaining = -1
        self.record_type = 0
        self.source_id = 0

    def net_text(self) -> str:
        head = f"parent = {self.parent_activity_id} id = {self.activity_id}"
        return f"{head} act = {self.activity} stat = {self.status_description}"
