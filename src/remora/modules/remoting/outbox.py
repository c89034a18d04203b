"""Items on their way from the loop that reads remote pipelines to the thread that runs a cmdlet."""

from __future__ import annotations

import asyncio
import threading
from collections import deque

from remora.client.remote_command import CommandTarget
from remora.client.results import StreamItem

_ROOM = 512
Parcel = tuple[CommandTarget, StreamItem]


class Outbox:
    """A queue with room for so many items: who puts more waits, and with it the machine the items come from."""

    def __init__(self, loop: asyncio.AbstractEventLoop, room: int = _ROOM) -> None:
        self._loop = loop
        self._room = room
        self._items: deque[Parcel] = deque()
        self._something = threading.Event()
        self._space = asyncio.Event()

    async def put(self, target: CommandTarget, item: StreamItem) -> None:
        """Add an item; called in the loop."""
        while len(self._items) >= self._room:
            self._space.clear()
            if len(self._items) >= self._room:
                await self._space.wait()
        self._items.append((target, item))
        self._something.set()

    def wake(self) -> None:
        """Let the reader look: something else than an item happened."""
        self._something.set()

    def take(self, seconds: float) -> list[Parcel]:
        """Return what is there, waiting so long for the first item; called in the cmdlet's thread."""
        if not self._items:
            self._something.wait(seconds)
        self._something.clear()
        taken: list[Parcel] = []
        while self._items:
            taken.append(self._items.popleft())
        if taken:
            self._loop.call_soon_threadsafe(self._space.set)
        return taken
