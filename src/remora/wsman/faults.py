"""Faults as classes, both ways: the host raises one and it is sent, the client receives one and it is raised."""

from __future__ import annotations

from types import MappingProxyType
from typing import ClassVar, Final

from remora.errors import FaultSpec, WSManFault
from remora.wsman import uris
from remora.wsman.error_codes import ErrorCode, error_codes
from remora.wsman.fault_table import BY_NUMBER, FAULTS
from remora.wsman.fault_texts import DETAILS, MESSAGES, REASONS, UNKNOWN_COMMAND
from remora.wsman.states import ShellState, ShellTrigger

__all__ = ["FAULTS", "fault_class", "make_fault", "meaning"]

SHELL_PROVIDER: Final = ("Shell provider", r"%systemroot%\system32\WsmSvc.dll")
CMD_PROVIDER: Final = ("Shell cmd plugin", r"%systemroot%\system32\winrscmd.dll")
POWERSHELL_PROVIDER: Final = ("microsoft.powershell", r"%windir%\system32\pwrshplugin.dll")


class TableFault(WSManFault):
    """A fault of the table; message and detail come from there when the raiser gives none."""

    number: ClassVar[int] = 0

    def __init_subclass__(cls) -> None:
        if cls.number:
            cls.spec = BY_NUMBER[cls.number]

    def __init__(
        self,
        message: str = "",
        *,
        spec: FaultSpec | None = None,
        machine: str | None = None,
        detail: str | None = None,
        provider: str | None = None,
        provider_path: str | None = None,
    ) -> None:
        chosen = spec or type(self).spec
        if detail is None and (name := DETAILS.get(chosen.number)):
            detail = uris.FAULT_DETAIL_PREFIX + name
        if provider is None and chosen.constant.startswith("PSPLUGIN_"):
            provider, provider_path = POWERSHELL_PROVIDER
        super().__init__(
            message or default_message(chosen),
            spec=spec,
            machine=machine,
            detail=detail,
            provider=provider,
            provider_path=provider_path,
        )


class AccessDenied(TableFault):
    """The caller may not use the resource, or the shell belongs to somebody else."""

    number = 0x5


class InvalidParameter(TableFault):
    number = 0x57


class OperationAborted(TableFault):
    """The shell or command was closed while the operation was pending."""

    number = 0x3E3


class OperationCancelled(TableFault):
    number = 0x4C7


class DuplicateMessage(TableFault):
    """A Receive repeats the MessageID of one that is still being processed."""

    number = 0x54F


class ProgramNotFound(TableFault):
    """cmd shell: no such executable."""

    number = 0x80070002


class EnumerationClosed(TableFault):
    number = 0x80338007


class VersionMismatch(TableFault):
    number = 0x8033800D


class InvalidHeader(TableFault):
    number = 0x8033800F


class MustUnderstand(TableFault):
    """A header marked mustUnderstand is not known to the receiver."""

    number = 0x80338010


class HeaderRequired(TableFault):
    number = 0x80338011


class ActionNotSupported(TableFault):
    number = 0x80338013


class InvalidEnumerationContext(TableFault):
    number = 0x8033801B


class InvalidBody(TableFault):
    number = 0x80338027


class OperationTimedOut(TableFault):
    """Not a failure: nothing came within OperationTimeout; a Receive asks again."""

    number = 0x80338029


class ActionMismatch(TableFault):
    number = 0x80338031


class Concurrency(TableFault):
    number = 0x80338032


class EncodingLimit(TableFault):
    """Size of an envelope or of a part of it is beyond a limit; also raised for the other codes of w:EncodingLimit."""

    number = 0x80338035


class MaxEnvelopeSizeExceeded(EncodingLimit):
    """The reply does not fit the MaxEnvelopeSize of the request."""

    number = 0x80338048


class InvalidOptions(TableFault):
    """Any fault of the family w:InvalidOptions."""

    number = 0x80338039


class InvalidResourceUri(TableFault):
    number = 0x8033803B


class InvalidSelectors(TableFault):
    """Any fault of the family w:InvalidSelectors."""

    number = 0x8033803D


class UnexpectedSelectors(InvalidSelectors):
    """The shell, or the command of it, is unknown or gone; only the text tells which."""

    number = 0x8033805B

    @classmethod
    def shell(cls, shell_id: str) -> UnexpectedSelectors:
        """Return the fault for a ShellId that names no shell."""
        provider, path = SHELL_PROVIDER
        return cls(
            f"The request for the Windows Remote Shell with ShellId {shell_id[:80]} failed because the shell was not"
            " found on the server. Either the ShellId is wrong or the shell no longer exists. ",
            provider=provider,
            provider_path=path,
        )

    @classmethod
    def command(cls) -> UnexpectedSelectors:
        """Return the fault for a CommandId that names no command."""
        return cls(UNKNOWN_COMMAND)


class SchemaValidationError(TableFault):
    number = 0x80338041


class InvalidXml(SchemaValidationError):
    number = 0x80338043


class UnsupportedFeature(TableFault):
    """Any fault of the family w:UnsupportedFeature."""

    number = 0x80338042


class ShellAlreadyClosed(TableFault):
    number = 0x8033814A


class CommandAlreadyClosed(TableFault):
    number = 0x8033814F


class ShellNotInitialized(TableFault):
    number = 0x8033816E


class RedirectRequested(TableFault):
    """The service wants the client to go elsewhere; the location is in the message."""

    number = 0x80338199


class QuotaLimit(TableFault):
    """Any fault of the family w:QuotaLimit: back off and try again."""

    number = 0x8033803F


class ShellDisconnected(TableFault):
    """Only Reconnect, Connect and Delete are possible on a disconnected shell."""

    number = 0x803381C4


class DisconnectNotSupported(TableFault):
    number = 0x803381C5


class ClientSessionIdMismatch(TableFault):
    """The SessionId of the request is not the connected one."""

    number = 0x803381C6


class CommandTerminated(TableFault):
    number = 0x803381CC


class ConnectedToDifferentClient(TableFault):
    """Connect to a shell that is connected."""

    number = 0x803381CD


class InvalidCommandId(TableFault):
    number = 0x803381D4


class InvalidShellId(TableFault):
    number = 0x803381D5


class CommandIdInUse(TableFault):
    number = 0x803381D6


class ShellIdInUse(TableFault):
    number = 0x803381D7


class StreamDisconnected(TableFault):
    """A pending Receive ended because the shell was disconnected."""

    number = 0x803381DE


class IdleTimeoutOutOfBounds(TableFault):
    number = 0x803381F2


class ConnectFailed(TableFault):
    """The plug-in refused the connectXml."""

    number = 0x80540FA3


def _classes() -> dict[int, type[TableFault]]:
    found: dict[int, type[TableFault]] = {}
    families: dict[str | None, type[TableFault]] = {
        "w:QuotaLimit": QuotaLimit,
        "w:InvalidSelectors": InvalidSelectors,
        "w:InvalidOptions": InvalidOptions,
        "w:UnsupportedFeature": UnsupportedFeature,
        "w:EncodingLimit": EncodingLimit,
    }
    stack: list[type[TableFault]] = [TableFault]
    while stack:
        cls = stack.pop()
        stack.extend(cls.__subclasses__())
        if cls.number:
            found[cls.number] = cls
    return {spec.number: found.get(spec.number) or families.get(spec.subcode, TableFault) for spec in FAULTS}


_BY_NUMBER: Final = MappingProxyType(_classes())


def fault_class(number: int) -> type[WSManFault]:
    """Return the class that a fault with this code is raised as; WSManFault for a code outside the table."""
    return _BY_NUMBER.get(number, WSManFault)


def make_fault(number: int, message: str = "", **details: str | None) -> WSManFault:
    """Return the fault of one row of the table. Raises KeyError for a number without a row."""
    return _BY_NUMBER[number](message, spec=BY_NUMBER[number], **details)


def default_message(spec: FaultSpec) -> str:
    """Return the text that goes with a row when the raiser gave none."""
    if (text := MESSAGES.get(spec.number)) is not None:
        return text
    known = error_codes().get(spec.number)
    return f"{known.message} " if known is not None else reason_text(spec)


def meaning(number: int) -> ErrorCode | None:
    """Return the error of a number, signed or unsigned, of the error codes or of the fault table; None: unknown."""
    number &= 0xFFFFFFFF
    spec = BY_NUMBER.get(number)
    found = error_codes().get(number)
    if found is None and spec is not None:
        found = ErrorCode(number, spec.constant, default_message(spec).strip())
    return found


def reason_text(spec: FaultSpec) -> str:
    """Return the generic text of the subcode, for s:Reason."""
    return REASONS.get(spec.subcode or spec.code, REASONS["w:InternalError"])


def shell_refusal(state: ShellState, trigger: ShellTrigger) -> WSManFault:
    """Return the fault for a trigger that has no row in the shell's present state (wire-protocol 5.1)."""
    if state is ShellState.CLOSED:
        return ShellAlreadyClosed()
    if trigger is ShellTrigger.CONNECT:
        return ConnectedToDifferentClient()
    return ShellDisconnected()


def fault_action(fault: WSManFault) -> str:
    """Return the wsa:Action of the envelope that carries the fault."""
    addressing = (fault.fault.subcode or "").startswith("a:")
    return uris.ACTION_ADDRESSING_FAULT if addressing else uris.ACTION_FAULT
