"""Sends of one pipeline under way at the same time, for a server that puts them in order by their positions."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

MOST = 3
"""Sends under way: while the server works on one, the next is made and travels."""


class SendsAhead:
    """The Sends of one stream. An error of one is raised by the next call; after that the stream is of no use."""

    def __init__(self) -> None:
        self._position = 0
        self._tasks: deque[asyncio.Future[Any]] = deque()

    async def add(self, send: Callable[[int], Awaitable[Any]]) -> None:
        """Begin a Send, given its position, as soon as fewer than MOST are under way."""
        while len(self._tasks) >= MOST:
            await self._oldest()
        self._tasks.append(asyncio.ensure_future(send(self._position)))
        self._position += 1
        await asyncio.sleep(0)  # so that it is on its way before the next is made

    async def settle(self) -> None:
        """Wait until all are answered."""
        while self._tasks:
            await self._oldest()

    def cancel(self) -> None:
        """Nobody wants the answers any more."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()

    async def _oldest(self) -> None:
        task = self._tasks[0]
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
        except BaseException:
            self.cancel()
            raise
        self._tasks.popleft()
