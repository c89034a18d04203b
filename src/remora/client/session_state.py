"""State and availability of a session, relative to the client that asks (pssession-cmdlets 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


class Changes:
    """Lets tasks wait until the state of a session is what they need."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[None]] = []
        self._settling = 0

    @contextmanager
    def settling(self) -> Iterator[None]:
        """While the block runs, the state is on its way: nobody who waits goes on, whatever it is."""
        self._settling += 1
        try:
            yield
        finally:
            self._settling -= 1
            self.happened()

    def happened(self) -> None:
        """Wake who waits: the state is another one."""
        waiting, self._waiting = self._waiting, []
        for change in waiting:
            if not change.done():
                change.set_result(None)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Return when the condition is true, asked now and after every change."""
        while self._settling or not condition():
            change: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(change)
            await change


STATE_OF: Final = {state: RunspaceState[state.name] for state in RunspacePoolState}


def disconnected_since(shell: ShellInfo, now: datetime) -> datetime | None:
    """Return DisconnectedOn of a shell the server describes; None where it cannot be told."""
    idle, limit = shell.shell_inactivity, shell.idle_timeout
    if shell.state != "Disconnected" or idle is None or limit is None or limit <= idle:
        return None
    return now - timedelta(seconds=idle)
