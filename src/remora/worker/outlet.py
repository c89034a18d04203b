"""The thread-safe side of an output buffer: engine threads put, the reactor takes, Block and Drop decide who waits."""

from __future__ import annotations

import threading
from collections.abc import Callable

from remora.worker.buffers import Batch, Item, OutputBuffer, ReceiveKey


class Gate:
    """What all outlets of one shell share: the lock, the limit, and whether full buffers block or drop.

    limit: bytes one outlet may hold. wake: called, on any thread, when a Receive that waits may have something to say.
    """

    def __init__(self, limit: int, wake: Callable[[], None]) -> None:
        self.lock = threading.RLock()
        self.limit = limit
        self.wake = wake
        self.room = threading.Condition(self.lock)
        self.dropping = False
        self.closed = False

    def set_dropping(self, dropping: bool) -> None:
        """Drop mode counts only while nobody is connected; whoever waits for room looks again."""
        with self.lock:
            self.dropping = dropping
            self.room.notify_all()

    def close(self) -> None:
        """The shell ends: nobody waits any more, further output goes nowhere."""
        with self.lock:
            self.closed = True
            self.room.notify_all()


class Outlet:
    """Output of the shell or of one command on its way to Receives."""

    __slots__ = ("_free", "_gate", "buffer", "urgent", "wanted")

    def __init__(self, gate: Gate, *, keeps_done: bool = False) -> None:
        self._gate = gate
        self._free = False
        self.buffer = OutputBuffer(keeps_done=keeps_done)
        self.urgent = False
        """Something in the buffer should not wait for more: a host call, a state of the pool."""
        self.wanted = False
        """A Receive waits for this outlet (set by the shell, under the lock)."""

    def put(self, *items: Item, urgent: bool = False) -> None:
        """Append output, together; never waits. In Drop mode a full buffer pushes the oldest out."""
        gate = self._gate
        with gate.lock:
            if gate.closed:
                return
            for item in items:
                if not (self._free and item.droppable):
                    self.buffer.put(item)
            self.urgent = self.urgent or urgent
            if gate.dropping and self.buffer.held > gate.limit:
                self.buffer.drop(gate.limit)
            wanted = self.wanted
        if wanted:
            gate.wake()

    def wait_room(self) -> None:
        """Wait until the buffer takes more (Block). A full buffer in Drop mode always does."""
        gate = self._gate
        if self.buffer.held < gate.limit:
            return
        with gate.lock:
            while self.buffer.held >= gate.limit and not (gate.dropping or gate.closed or self._free):
                gate.room.wait()

    def holds(self, item: Item) -> bool:
        """Whether the item is still to be sent."""
        with self._gate.lock:
            return self.buffer.holds(item)

    def finish(self, exit_code: int = 0) -> None:
        """Say that nothing follows."""
        with self._gate.lock:
            self.buffer.finish(exit_code)
        self._gate.wake()

    def release(self) -> None:
        """The command is being stopped: nobody waits for room here any more, droppable output goes nowhere."""
        with self._gate.lock:
            self._free = True
            self._gate.room.notify_all()

    def repeat(self, key: ReceiveKey) -> Batch | None:
        with self._gate.lock:
            return self.buffer.repeat(key)

    def take(self, key: ReceiveKey, budget: int) -> Batch | None:
        with self._gate.lock:
            batch = self.buffer.take(key, budget)
            if batch is not None:
                self.urgent = False
                self._gate.room.notify_all()
            return batch

    def acknowledge(self) -> None:
        with self._gate.lock:
            self.buffer.acknowledge()
            self._gate.room.notify_all()

    def part(self) -> None:
        with self._gate.lock:
            self.buffer.part()
            self._gate.room.notify_all()

    def repeat_parted(self, key: ReceiveKey) -> Batch | None:
        with self._gate.lock:
            return self.buffer.repeat_parted(key)

    def resume(self) -> None:
        with self._gate.lock:
            self.buffer.resume()

    def rewind(self) -> None:
        with self._gate.lock:
            self.buffer.rewind()
