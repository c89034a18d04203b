"""How a lost connection is tried again: what may be repeated, for how long, and what a person is told meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from remora._log import bound
from remora.errors import ConnectionLost, LocalProtocolError, WSManFault
from remora.wsman import faults, replies, requests

PAUSE = 1.0

_log = bound(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something a person wants to know about a connection in trouble. kind: the record id of pssession-cmdlets 2.6.

    passed, limit: seconds since the loss, and how many there are to restore it; passed None: the trouble is over.
    """

    kind: str
    message: str
    passed: float | None = None
    limit: float = 0.0


class Retry:
    """The tries of one request. limit: seconds from the first loss on; 0: one silent repeat on a new connection.

    sends: the server recognises a repeated Send by its MessageID.
    """

    def __init__(self, computer: str, limit: float, tell: Callable[[Notice], None], *, sends: bool = False) -> None:
        self._repeated = False
        self._computer = computer
        self._limit = limit
        self._tell = tell
        self._lost_at: float | None = None
        self._told = False
        self._sends = sends

    async def wait(self, request: requests.Request, lost: ConnectionLost, *, was_idle: bool) -> None:
        """Return when the request shall be sent again; raise the loss when it must not be or the time is used up.

        was_idle: the connection had been used before, so that the server may just have closed it.
        """
        if not may_repeat(request, sent=lost.sent, sends=self._sends):
            raise lost
        if was_idle and not self._repeated:
            self._repeated = True
            return
        now = asyncio.get_running_loop().time()
        if self._limit <= 0:
            raise lost
        self._lost_at = self._lost_at if self._lost_at is not None else now
        passed = now - self._lost_at
        self._repeated = True
        if passed + PAUSE > self._limit:
            self._say(
                "PowerShellNetworkFailedStartDisconnect",
                f"The connection to {self._computer} could not be restored; its sessions are left disconnected.",
            )
            raise lost
        if not self._told:
            minutes = f"{self._limit / 60:.0f} min" if self._limit >= 60 else f"{self._limit:.0f} s"
            self._say(
                "PowerShellNetworkFailureDetected",
                f"The connection to {self._computer} was lost. Trying to restore it for up to {minutes}.",
                passed,
            )
        else:
            self._say(
                "PowerShellConnectionRetryAttempt",
                f"Trying to reconnect to {self._computer} (after {passed:.0f} s).",
                passed,
            )
        _log.info("connection_retry", computer=self._computer, after=round(passed, 1), error=str(lost))
        await asyncio.sleep(PAUSE)

    def succeeded(self) -> None:
        """Note that an answer came; says so if trouble was reported before."""
        if self._told:
            self._say("PowerShellConnectionRetrySucceeded", f"The connection to {self._computer} is restored.")
            self._told = False

    def _say(self, kind: str, message: str, passed: float | None = None) -> None:
        self._told = True
        self._tell(Notice(kind=kind, message=message, passed=passed, limit=self._limit))


def may_repeat(request: requests.Request, *, sent: bool, sends: bool = False) -> bool:
    """Tell whether a request may be sent again when its reply was lost (wire-protocol 9, trap 49).

    What never reached the server may always be repeated. Receive is answered again for the same MessageID; Command and
    Create are recognised by the id the client chose; Send only by a server that says so (``sends``), as ours does; the
    rest of the list says the same thing twice.
    """
    if not sent:
        return True
    match request:
        case requests.Send():
            return sends
        case requests.Command():
            return request.command_id is not None
        case requests.CreateShell():
            return request.shell.shell_id is not None
        case (
            requests.Receive()
            | requests.Signal()
            | requests.Disconnect()
            | requests.Reconnect()
            | requests.Connect()
            | requests.Delete()
            | requests.Get()
            | requests.Enumerate()
            | requests.Identify()
        ):
            return True
        case _:
            return False


def already_done(request: requests.Request, fault: WSManFault) -> replies.Reply | None:
    """Return the reply that the lost first try of a request must have had, when the fault of the repeat shows it."""
    match request, fault:
        case requests.Command(command_id=str(command_id)), faults.CommandIdInUse():
            return replies.CommandAccepted(command_id=command_id)
        case requests.CreateShell(resource_uri=uri, shell=shell), faults.ShellIdInUse():
            if shell.shell_id is None:
                raise LocalProtocolError("a shell without a client-chosen id cannot be in use")
            return replies.ResourceCreated(shell_id=shell.shell_id, address="", resource_uri=uri)
        case requests.Delete(), faults.UnexpectedSelectors():
            return replies.Deleted()
        case requests.Disconnect(), faults.ShellDisconnected():
            return replies.Disconnected()
        case requests.Signal(), faults.UnexpectedSelectors():
            return replies.Signalled()
        case _:
            return None
