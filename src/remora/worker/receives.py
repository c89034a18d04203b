"""Receives that wait: one for each stream set, answered when output is worth it, when time is up, or when all ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from remora.errors import WSManFault
from remora.worker.buffers import Batch, ReceiveKey
from remora.worker.outlet import Outlet
from remora.worker.protocol import Chunk, Fault, Output, Result
from remora.wsman import faults

Reply = Callable[[Result], None]
PAUSE = 3
"""After so many times the time that output waits for more, nothing is expected to follow."""


@dataclass(slots=True, kw_only=True)
class PendingReceive:
    """A Receive without an answer yet. deadline: when it times out; flush: when what has come is sent at the latest."""

    token: object
    command_id: str | None
    outlet: Outlet
    key: ReceiveKey
    budget: int
    deadline: float
    reply: Reply
    flush: float | None = None


class Receives:
    """All waiting Receives of a shell. coalesce: seconds that output waits for more before it is sent.

    Output that comes after a pause does not wait: it is not part of a flood, and somebody may be looking. The first
    output of a command waits in any case, so that a short command is answered whole.
    """

    def __init__(self, coalesce: float) -> None:
        self._coalesce = coalesce
        self._waiting: dict[str | None, PendingReceive] = {}
        self._answered: tuple[str | None, float] = (None, 0.0)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def ask(self, receive: PendingReceive, now: float) -> None:
        """Answer at once or keep. Raises DuplicateMessage when the same Receive waits already.

        Another Receive that waits on this stream set belongs to a connection the client has given up: it ends.
        """
        other = self._waiting.get(receive.command_id)
        if other is not None:
            if other.key.same(receive.key):
                raise faults.DuplicateMessage()
            self.end(receive.command_id, faults.OperationAborted())
        repeated = receive.outlet.repeat(receive.key)
        if repeated is not None:
            receive.reply(output_of(repeated, receive.command_id))
            return
        receive.outlet.acknowledge()
        receive.outlet.wanted = True
        self._waiting[receive.command_id] = receive
        self._look(receive, now)

    def look(self, now: float) -> None:
        """Answer what can be answered now."""
        for receive in list(self._waiting.values()):
            self._look(receive, now, waited=True)

    def _look(self, receive: PendingReceive, now: float, *, waited: bool = False) -> None:
        buffer = receive.outlet.buffer
        if buffer.ready:
            if receive.flush is None:
                receive.flush = now if waited and self._paused(receive, now) else now + self._coalesce
            if receive.outlet.urgent or buffer.complete or buffer.held >= receive.budget or now >= receive.flush:
                batch = receive.outlet.take(receive.key, receive.budget)
                if batch is not None:
                    self._drop(receive)
                    self._answered = receive.command_id, now
                    receive.reply(output_of(batch, receive.command_id))
                    return
        if now >= receive.deadline:
            self._drop(receive)
            receive.reply(Fault.of(faults.OperationTimedOut()))

    def _paused(self, receive: PendingReceive, now: float) -> bool:
        """Whether this command was answered before, and not just now."""
        command_id, when = self._answered
        return command_id is not None and command_id == receive.command_id and now - when > PAUSE * self._coalesce

    def _drop(self, receive: PendingReceive) -> None:
        receive.outlet.wanted = False
        del self._waiting[receive.command_id]

    def next_deadline(self) -> float | None:
        """When `look` has something to do by time alone."""
        times = [min(r.deadline, r.flush) if r.flush is not None else r.deadline for r in self._waiting.values()]
        return min(times) if times else None

    def end(self, command_id: str | None, fault: WSManFault) -> None:
        """Answer the Receive of one stream set, if one waits, with a fault."""
        receive = self._waiting.get(command_id)
        if receive is not None:
            self._drop(receive)
            receive.reply(Fault.of(fault))

    def end_all(self, fault: WSManFault) -> None:
        for command_id in list(self._waiting):
            self.end(command_id, fault)

    def cancel(self, token: object) -> bool:
        """The caller is gone: forget its Receive without an answer; False when none waits under this token."""
        for receive in self._waiting.values():
            if receive.token == token:
                self._drop(receive)
                return True
        return False


def output_of(batch: Batch, command_id: str | None) -> Output:
    """Return the answer of the worker channel for a batch."""
    state: Literal["Running", "Done"] = "Running" if batch.exit_code is None else "Done"
    return Output(
        chunks=tuple(Chunk(name=p.stream, data=p.data, command_id=command_id, end=p.end) for p in batch.pieces),
        command_id=command_id,
        state=None if command_id is None else state,
        exit_code=None if command_id is None else batch.exit_code,
    )
