"""Errors of PSSession operations with the ids PowerShell gives them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from remora.client.options import MIN_IDLE_TIMEOUT_MS
from remora.client.redirects import RedirectError
from remora.errors import AuthError, ConnectionLost, PSSessionError, RemoraError, TransportError, WSManFault

TRANSPORT_IDS: Final = {
    0x5: "AccessDenied",
    0x80070005: "AccessDenied",
    0xE: "ServerOutOfMemory",
    0x35: "NetworkPathNotFound",
    0x3E3: "WinRMOperationAborted",
    0x45B: "ShutDownInProgress",
    0x51F: "AuthenticationFailed",
    0x52E: "LogonFailure",
    0x6BA: "ImproperResponse",
    0x80338012: "CannotConnect",
    0x80338126: "WinRMOperationTimeout",
    0x80338029: "WinRMOperationTimeout",
    0x80338113: "URLNotAvailable",
    0x803381CD: "CannotConnectAlreadyConnected",
    0x803381D0: "CannotConnectInvalidOperation",
    0x803381C6: "CannotConnectMismatchSessions",
    0x803381DF: "CannotConnectRunAsFailed",
    0x803381C2: "SessionCreateFailedInvalidName",
    0x803381AC: "RemoteSessionDisallowed",
    0x803381E3: "RemoteConnectionDisallowed",
    0x80540FA0: "IncorrectProtocolVersion",
    0x8033810E: "InvalidAuthentication",
    0x80338112: "CannotConnectWinRMService",
    0x8033810C: "WorkgroupCannotUseKerberos",
    0x803380E5: "ExplicitCredentialsRequired",
    0x803380B0: "ExplicitCredentialsRequired",
    0x803380E4: "ServerNotTrusted",
    0x803380E2: "ClientKerberosDisabled",
    0x80338074: "WinRMOperationNotSupportedOnServer",
    0x8033805B: "CannotConnectTargetSessionDoesNotExist",
    0x8033803B: "InvalidResourceUri",
    0x80338002: "InvalidResourceUri",
    0x80338000: "InvalidResourceUri",
    0x80338005: "CorruptedWinRMConfig",
    0x8033802D: "URIExceedsMaxAllowedSize",
    0x803381B7: "RedirectLocationInvalid",
    0x80338199: "RedirectInformationRequired",
    0x803381B9: "ComputerNotFound",
    0x803381BB: "CannotUseIPAddress",
    0x80338170: "WinRMHttpError",
    0x80090303: "TargetUnknown",
}
"""Transport error codes as PowerShell names them in its error ids."""


class SessionInUse(PSSessionError):
    """Another client is connected to the session, and this client did not know. It may be looked up again."""


def transport_id(code: int) -> str:
    """Return the name of a transport error; one without a name shows its number, as a signed one."""
    return TRANSPORT_IDS.get(code) or str(code - (1 << 32) if code >= 1 << 31 else code)


def error_id_of(failure: RemoraError, doing: str) -> str:
    """Return the id of what failed while doing something (``PSSessionOpenFailed`` ...).

    An error of sessions keeps its own id; one of the transport comes before what was done.
    """
    match failure:
        case PSSessionError():
            return failure.error_id
        case WSManFault():
            return f"{transport_id(failure.code)},{doing}"
        case AuthError():
            return f"{transport_id(failure.code or 5)},{doing}"
        case ConnectionLost():
            return f"CannotConnect,{doing}"
        case RedirectError():
            return f"{transport_id(failure.code)},{doing}"
        case TransportError(status=404):
            return f"URLNotAvailable,{doing}"
        case _:
            return doing


def not_usable(name: str, reason: str, what: str) -> PSSessionError:
    """Return the error of Invoke-Command for a session that cannot run a command. what: State or Availability."""
    return PSSessionError(
        f"session {name} cannot run a command: {reason}", error_id=f"InvokeCommandCommandInvalidSession{what}"
    )


def check_idle_timeout(name: str, milliseconds: int, maximum: int) -> None:
    """Check the idle timeout a session would be left with; -1 is the server's own."""
    if milliseconds != -1 and not MIN_IDLE_TIMEOUT_MS <= milliseconds <= maximum:
        raise PSSessionError(
            f"session {name} cannot be disconnected: its idle timeout would be {milliseconds // 1000} seconds; the "
            f"maximum is {maximum // 1000} seconds, the minimum {MIN_IDLE_TIMEOUT_MS // 1000} seconds",
            error_id="CannotDisconnectSessionWithInvalidIdleTimeout",
            category="InvalidArgument",
        )


def not_connectable(name: str, computer_name: str, reason: str, fault: WSManFault | None = None) -> PSSessionError:
    """Return PSSessionConnectFailed, with the transport's id before it when a fault was the reason."""
    prefix = f"{transport_id(fault.code)}," if fault is not None else ""
    return PSSessionError(
        f"session {name} on {computer_name} cannot be connected: {reason}", error_id=f"{prefix}PSSessionConnectFailed"
    )


def not_left(name: str, instance_id: UUID, reason: str) -> PSSessionError:
    """Return PSSessionDisconnectFailed."""
    return PSSessionError(
        f"session {name} ({instance_id}) could not be disconnected: {reason}", error_id="PSSessionDisconnectFailed"
    )


def in_use(name: str, computer_name: str) -> SessionInUse:
    """Return the error for a session that somebody else has connected to since we looked."""
    return SessionInUse(
        f"session {name} on {computer_name} cannot be connected: another client is connected to it",
        error_id="PSSessionConnectFailed",
    )
