"""Keeps an idle session connected: without any Receive for 60 s a server lets go of it (wire-protocol 5.1)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from remora._log import bound
from remora.client.wsman_session import WSManSession
from remora.errors import RemoraError

GUARD_SECONDS = 20.0
"""After this time without a request the guard asks for pool output; before it, only the caller's requests are sent."""

_log = bound(__name__)


async def _nothing() -> None:
    return None


def _never() -> bool:
    return False


class IdleGuard:
    """Watches one conversation. receive: one Receive of the pool's stream; wanted: whether the session is open."""

    def __init__(
        self, wsman: WSManSession, receive: Callable[[], Awaitable[object]], wanted: Callable[[], bool]
    ) -> None:
        self._wsman = wsman
        self._receive = receive
        self._wanted = wanted
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def arm(self) -> None:
        """Begin to watch; does nothing when it does already."""
        if self._timer is None and self._task is None and self._wanted():
            self._timer = asyncio.get_running_loop().call_later(GUARD_SECONDS, self._look)

    async def disarm(self) -> None:
        """Stop watching and give up a pending Receive."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def retire(self) -> None:
        """Let go of the session, which has ended: nothing is watched any more."""
        self._receive, self._wanted = _nothing, _never

    def _look(self) -> None:
        self._timer = None
        if not self._wanted():
            return
        loop = asyncio.get_running_loop()
        due = self._wsman.last_activity + GUARD_SECONDS
        if self._wsman.pending or due > loop.time() + 0.01:
            self._timer = loop.call_later(max(due - loop.time(), GUARD_SECONDS / 4), self._look)
        else:
            self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        """Ask until somebody else uses the session, then leave it to them for a while."""
        try:
            while self._wanted():
                sent = self._wsman.requests
                await self._receive()
                if self._wsman.requests > sent + 1:
                    break
        except RemoraError as error:
            _log.info("idle_session_lost", computer=self._wsman.info.computer_name, error=str(error))
        self._task = None
        self.arm()
