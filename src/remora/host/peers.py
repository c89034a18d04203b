"""What must happen when a client's connection is lost: one watcher a connection, however many operations wait on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from remora.host.gate import Peer


class PeerWatch:
    """Calls back when the connection of a peer is gone."""

    def __init__(self) -> None:
        self._callbacks: dict[int, set[Callable[[], None]]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def add(self, peer: Peer, callback: Callable[[], None]) -> None:
        """Call back once the peer's connection is lost; at once when it is lost already."""
        if peer.gone.is_set():
            callback()
            return
        callbacks = self._callbacks.get(peer.connection)
        if callbacks is None:
            callbacks = self._callbacks[peer.connection] = set()
            self._tasks[peer.connection] = asyncio.get_running_loop().create_task(self._watch(peer))
        callbacks.add(callback)

    def discard(self, peer: Peer, callback: Callable[[], None]) -> None:
        """The callback is no longer wanted."""
        self._callbacks.get(peer.connection, set()).discard(callback)

    async def _watch(self, peer: Peer) -> None:
        await peer.gone.wait()
        del self._tasks[peer.connection]
        for callback in self._callbacks.pop(peer.connection):
            callback()

    async def close(self) -> None:
        """Stop watching."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
