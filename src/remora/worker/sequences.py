"""Sends that overtook each other on their way: each waits until those before it were carried out. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from remora.worker.protocol import Chunk
from remora.wsman import faults

MOST_WAITING: Final = 8
"""How many Sends of one stream may wait for one that is late."""


class Sequence:
    """The Sends of one stream by their positions, the first of which is 0."""

    __slots__ = ("_next", "_waiting")

    def __init__(self) -> None:
        self._next = 0
        self._waiting: dict[int, tuple[Hashable, Callable[[], bool]]] = {}

    def arrive(self, position: int, token: Hashable, carry_out: Callable[[], bool]) -> bool:
        """Carry the Send out now, with all that waited for it, or let it wait; False for one that was carried out.

        token: what ``cancel`` names. carry_out: tells whether it succeeded; a Send that was refused may come again, and
        the others wait for that. Raises EncodingLimit when too many wait.
        """
        if position < self._next:
            return False
        if position not in self._waiting and len(self._waiting) >= MOST_WAITING and position != self._next:
            raise faults.EncodingLimit("too many Sends came before their turn")
        self._waiting[position] = (token, carry_out)
        while (due := self._waiting.pop(self._next, None)) is not None:
            if not due[1]():
                break
            self._next += 1
        return True

    def cancel(self, token: Hashable) -> None:
        """The caller is gone: what waits for it is forgotten, and may come again."""
        self._waiting = {position: held for position, held in self._waiting.items() if held[0] != token}

    def release(self) -> None:
        """Nothing will come any more: carry out what waits, as it is."""
        waiting, self._waiting = self._waiting, {}
        for position in sorted(waiting):
            waiting[position][1]()


class Sequences:
    """The sequences of a shell: one for each stream of each command."""

    __slots__ = ("_streams",)

    def __init__(self) -> None:
        self._streams: dict[tuple[str | None, str], Sequence] = {}

    def arrive(self, chunk: Chunk, token: Hashable, carry_out: Callable[[], bool]) -> bool:
        """As ``Sequence.arrive``, for a Send of a chunk that names its position."""
        assert chunk.position is not None
        sequence = self._streams.setdefault((chunk.command_id, chunk.name), Sequence())
        return sequence.arrive(chunk.position, token, carry_out)

    def cancel(self, token: Hashable) -> None:
        """As ``Sequence.cancel``, wherever it waits."""
        for sequence in self._streams.values():
            sequence.cancel(token)

    def release(self) -> None:
        """As ``Sequence.release``, for all; their positions stay."""
        for sequence in self._streams.values():
            sequence.release()

    def forget(self, command_id: str) -> None:
        """The command is gone: what waits there is carried out, to be refused."""
        for key in [key for key in self._streams if key[0] == command_id]:
            self._streams.pop(key).release()
