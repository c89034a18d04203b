"""Errors of PSSession operations with the ids PowerShell gives them."""

from __future__ import annotations

from typing import Final

from remora.client.options import MIN_IDLE_TIMEOUT_MS
from remora.errors import PSSessionError, WSManFault

TRANSPORT_IDS: Final = {
    0x5: "AccessDenied",
    0x80070005: "AccessDenied",
    0x803381CD: "CannotConnectAlreadyConnected",
    0x803381C6: "CannotConnectMismatchSessions",
    0x8033805B: "CannotConnectTargetSessionDoesNotExist",
    0x8033803B: "InvalidResourceUri",
    0x80338000: "InvalidResourceUri",
    0x80338029: "WinRMOperationTimeout",
    0x3E3: "WinRMOperationAborted",
}
"""Transport error codes as PowerShell names them in its error ids (pssession-cmdlets 9.3)."""


def not_usable(name: str, reason: str, what: str) -> PSSessionError:
    """Return the error of Invoke-Command for a session that cannot run a command. what: State or Availability."""
    return PSSessionError(
        f"session {name} cannot run a command: {reason}", error_id=f"InvokeCommandCommandInvalidSession{what}"
    )


def check_idle_timeout(name: str, milliseconds: int, maximum: int) -> None:
    """Check the idle timeout a session would be left with; -1 is the server's own."""
    if milliseconds != -1 and not MIN_IDLE_TIMEOUT_MS <= milliseconds <= maximum:
        raise PSSessionError(
            f"session {name} cannot be disconnected: an idle timeout of {milliseconds // 1000} s is outside "
            f"{MIN_IDLE_TIMEOUT_MS // 1000} to {maximum // 1000} s",
            error_id="CannotDisconnectSessionWithInvalidIdleTimeout",
        )


def not_connectable(name: str, computer_name: str, reason: str, fault: WSManFault | None = None) -> PSSessionError:
    """Return PSSessionConnectFailed, with the transport's id before it when a fault was the reason."""
    prefix = f"{TRANSPORT_IDS.get(fault.code, str(fault.code))}," if fault is not None else ""
    return PSSessionError(
        f"session {name} on {computer_name} cannot be connected: {reason}", error_id=f"{prefix}PSSessionConnectFailed"
    )
