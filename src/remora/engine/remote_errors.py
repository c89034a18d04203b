"""Errors of other machines: the record, where it comes from, and what is known of the call that made it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from remora.engine.commands import CommandInfo
from remora.engine.errors import ErrorRecord
from remora.engine.exception_types import NetException, exception_type
from remora.engine.invocation import InvocationInfo
from remora.engine.nettype import OBJECT, NetObject, NetType

_M = "System.Management.Automation."


class OriginInfo(NetObject):
    """Where an error was made. computer: as the session that ran the command calls it."""

    __slots__ = ("computer", "instance_id", "runspace_id")
    net_type = NetType(_M + "Remoting.OriginInfo", OBJECT)

    def __init__(self, computer: str, runspace_id: UUID) -> None:
        self.computer = computer
        self.runspace_id = runspace_id
        self.instance_id = UUID(int=0)

    def net_text(self) -> str:
        return self.computer


class RemotingErrorRecord(ErrorRecord):
    """An error record of another machine with its origin; its exception is a RemoteException."""

    __slots__ = ("origin",)
    net_type = NetType(_M + "Runspaces.RemotingErrorRecord", ErrorRecord.net_type)

    def __init__(self, record: ErrorRecord, origin: OriginInfo, serialized: Any, invocation: Any) -> None:
        super().__init__(
            remote_exception(record.exception.message, serialized, invocation),
            record.error_id,
            record.category,
            record.target,
            details=record.details,
        )
        for name in (
            "recommended_action", "command_id", "activity", "reason", "target_name", "target_type", "invocation",
            "script_stack", "from_native",
        ):  # fmt: skip
            setattr(self, name, getattr(record, name))
        if self.reason is None:
            self.reason = record.exception.short_name
        self.origin = origin
        self.exception.error_record = self


class RemoteInvocation(InvocationInfo):
    """An invocation on another machine, as it was told. There is no source text here, so no extent."""

    __slots__ = ("_line", "_line_number", "_offset", "_position", "_script_name")
    net_type = InvocationInfo.net_type

    def __init__(self, told: dict[str, Any]) -> None:
        """told: members by the names that InvocationInfo has, MyCommand a CommandInfo or None."""
        super().__init__(told.get("MyCommand"), None, _text(told, "InvocationName"))
        self.bound = dict(told.get("BoundParameters") or {})
        self.unbound = list(told.get("UnboundArguments") or ())
        self.pipeline_length = _number(told, "PipelineLength")
        self.pipeline_position = _number(told, "PipelinePosition")
        self.history_id = _number(told, "HistoryId")
        self.expecting_input = told.get("ExpectingInput") is True
        self._line = _text(told, "Line")
        self._line_number = _number(told, "ScriptLineNumber")
        self._offset = _number(told, "OffsetInLine")
        self._position = _text(told, "PositionMessage")
        self._script_name = _text(told, "ScriptName")

    @property
    def line(self) -> str:
        return self._line

    @property
    def line_number(self) -> int:
        return self._line_number

    @property
    def offset(self) -> int:
        return self._offset

    @property
    def script_name(self) -> str:
        return self._script_name

    def position_message(self) -> str:
        return self._position


class RemoteCommandInfo(CommandInfo):
    """A command of another machine: its name, kind and definition."""

    __slots__ = ("told",)
    net_type = NetType(_M + "RemoteCommandInfo", CommandInfo.net_type)

    def __init__(self, name: str, command_type: str, definition: str) -> None:
        super().__init__(name, command_type)
        self.told = definition

    @property
    def definition(self) -> str:
        return self.told


def remote_exception(message: str, serialized: Any = None, invocation: Any = None) -> NetException:
    """A RemoteException. serialized, invocation: what came of the exception and of the invocation, or None."""
    made = NetException(exception_type(_M + "RemoteException"), message)
    made.properties["SerializedRemoteException"] = serialized
    made.properties["SerializedRemoteInvocationInfo"] = invocation
    return made


def _text(told: dict[str, Any], name: str) -> str:
    value = told.get(name)
    return value if isinstance(value, str) else ""


def _number(told: dict[str, Any], name: str) -> int:
    value = told.get(name)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else 0


def _declare() -> None:
    origin = OriginInfo.net_type
    origin.property("PSComputerName", "System.String")(lambda o: o.computer)
    origin.property("RunspaceID", "System.Guid")(lambda o: o.runspace_id)
    origin.property("InstanceID", "System.Guid")(lambda o: o.instance_id)
    origin.method("ToString()", returns="string")(lambda o: o.computer)
    RemotingErrorRecord.net_type.property("OriginInfo", origin.name)(lambda r: r.origin)


_declare()
