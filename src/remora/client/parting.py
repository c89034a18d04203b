"""What becomes of a process's open sessions when it ends: those with a running command are left, the others end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from remora._log import bound
from remora.client.pssession import PSSession
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.errors import RemoraError

FAREWELL_SECONDS = 10.0

_log = bound(__name__)


async def part_from(sessions: Iterable[PSSession], seconds: float = FAREWELL_SECONDS) -> None:
    """Leave or end the open ones, all at once; whoever ends without a word is found Busy for a minute.

    seconds: for all of them; what is not done by then, and what fails, stays as it is.
    """
    opened = [session for session in sessions if session.state is RunspaceState.OPENED]
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(*(_part(session) for session in opened))


async def _part(session: PSSession) -> None:
    try:
        if session.availability is RunspaceAvailability.BUSY:
            await session.disconnect()
        else:
            await session.close()
    except RemoraError as error:
        _log.info("not_parted", session=session.name, error=str(error))
