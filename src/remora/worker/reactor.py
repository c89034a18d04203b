"""The worker's event loop: sockets, deadlines and calls from other threads, in one thread and a few kilobytes."""

from __future__ import annotations

import os
import selectors
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol


class HasFileno(Protocol):
    def fileno(self) -> int: ...


class Reactor:
    """Runs callbacks on one thread until `stop`.

    deadline: asked before each wait for the moment (on ``clock``) at which ``tick`` must be called at the latest.
    """

    def __init__(
        self,
        *,
        deadline: Callable[[], float | None],
        tick: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._selector = selectors.DefaultSelector()
        self._deadline = deadline
        self._tick = tick
        self._clock = clock
        self._calls: deque[Callable[[], None]] = deque()
        self._running = True
        self._awake = False
        self._closed = False
        self._reader, self._writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._selector.register(self._reader, selectors.EVENT_READ, self._drain)

    def watch(self, source: HasFileno | int, events: int, callback: Callable[[int], None]) -> None:
        """Call back with the ready events of a file descriptor; again for another set of events."""
        try:
            self._selector.modify(source, events, callback)
        except KeyError:
            self._selector.register(source, events, callback)

    def forget(self, source: HasFileno | int) -> None:
        """Stop watching; unknown sources are ignored."""
        try:
            self._selector.unregister(source)
        except (KeyError, ValueError):
            return

    def wake(self) -> None:
        """Make the loop call ``tick`` soon. Any thread."""
        if self._awake or self._closed:
            return
        self._awake = True
        try:
            os.write(self._writer, b"\0")
        except (BlockingIOError, OSError):
            return

    def call(self, function: Callable[[], None]) -> None:
        """Run a function on the loop's thread soon. Any thread."""
        self._calls.append(function)
        self.wake()

    def stop(self) -> None:
        """Leave `run` after the present round. Any thread."""
        self._running = False
        self.wake()

    def run(self) -> None:
        """Loop until `stop`; then close what the loop itself opened."""
        try:
            while self._running:
                self._round()
        finally:
            self._closed = True
            self._selector.close()
            os.close(self._reader)
            os.close(self._writer)

    def _round(self) -> None:
        deadline = self._deadline()
        timeout = None if deadline is None else max(0.0, deadline - self._clock())
        for key, events in self._selector.select(timeout):
            key.data(events)
        while self._calls:
            self._calls.popleft()()
        self._tick()

    def _drain(self, _events: int) -> None:
        """Empty the pipe, then let wakes write again; what a wake in between announced is looked at in this round."""
        try:
            os.read(self._reader, 4096)
        except BlockingIOError:
            pass
        finally:
            self._awake = False
