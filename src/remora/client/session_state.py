"""State and availability of a session, relative to the client that asks (pssession-cmdlets 2)."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from remora.psrp.states import RunspacePoolState
from remora.wsman.replies import ShellInfo


class RunspaceState(StrEnum):
    """What a PSSession's State shows; DISCONNECTED means not connected to this client."""

    BEFORE_OPEN = "BeforeOpen"
    OPENING = "Opening"
    OPENED = "Opened"
    CLOSED = "Closed"
    CLOSING = "Closing"
    BROKEN = "Broken"
    DISCONNECTING = "Disconnecting"
    DISCONNECTED = "Disconnected"
    CONNECTING = "Connecting"


class RunspaceAvailability(StrEnum):
    """What a PSSession's Availability shows. BUSY while DISCONNECTED: another client is connected."""

    NONE = "None"
    AVAILABLE = "Available"
    AVAILABLE_FOR_NESTED_COMMAND = "AvailableForNestedCommand"
    BUSY = "Busy"
    REMOTE_DEBUG = "RemoteDebug"


STATE_OF: Final = {state: RunspaceState[state.name] for state in RunspacePoolState}


def disconnected_since(shell: ShellInfo, now: datetime) -> datetime | None:
    """Return DisconnectedOn of a shell the server describes; None where it cannot be told."""
    idle, limit = shell.shell_inactivity, shell.idle_timeout
    if shell.state != "Disconnected" or idle is None or limit is None or limit <= idle:
        return None
    return now - timedelta(seconds=idle)
