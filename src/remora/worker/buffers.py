"""What one output stream set has produced, sent, and not yet seen acknowledged: the delivery rules, without I/O.

The last answer of a Receive stays here until it is acknowledged: by a Receive with another MessageID, or by a clean
Disconnect (after which only the same Receive again gets it). The same Receive again gets the same answer; after an
unclean end the unacknowledged output goes first to whoever comes next: to the same client from the byte where its last
acknowledged answer ended (`resume`), to a new client from the start of the first message it cannot have whole
(`rewind`). Nothing is lost and nothing changes its order.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Final

from remora.psrp.fragments import HEADER, HEADER_SIZE, SERVER_FRAGMENT_SIZE

_STREAM_COST: Final = 192  # raw bytes worth of envelope that one more rsp:Stream element takes
_START: Final = 1
_END: Final = 2
_SLIVER: Final = 512  # a fragment of a large message smaller than this is not worth its header


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One unit of output. object_id: of a PSRP message, cut into fragments when sent; None: plain bytes, cut anywhere.

    droppable: may be given up in buffer mode Drop. end: closes the stream.
    """

    body: bytes
    stream: str = "stdout"
    object_id: int | None = None
    droppable: bool = False
    end: bool = False

    @property
    def cost(self) -> int:
        """Bytes this item counts in the buffer."""
        return len(self.body) + HEADER_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveKey:
    """What tells a repeated Receive from a new one (MS-WSMV 3.1.4.14: MessageID; OperationID and SequenceId)."""

    message_id: str | None = None
    operation_id: str | None = None
    sequence_id: int | None = None

    def same(self, other: ReceiveKey) -> bool:
        """Tell whether both are the same request, sent again."""
        if self.message_id is not None and self.message_id == other.message_id:
            return True
        if self.operation_id is None or self.sequence_id is None:
            return False
        return self.operation_id == other.operation_id and self.sequence_id == other.sequence_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Bytes of one stream as they go into an answer."""

    stream: str
    data: bytes
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One answer. exit_code is set when it is the last: the command is done."""

    pieces: tuple[Piece, ...]
    exit_code: int | None = None


class OutputBuffer:
    """The output of a shell or of one command, between what produces it and the Receives that fetch it.

    ``held`` counts the items that are not wholly acknowledged; the owner compares it with the limit and lets producers
    wait (Block) or calls `drop` (Drop).
    """

    __slots__ = (
        "_base", "_cursor", "_exit_code", "_keeps_done", "_last", "_last_key", "_parted", "_replay", "_unacked",
        "_unsent", "finished", "held",
    )  # fmt: skip

    def __init__(self, *, keeps_done: bool = False) -> None:
        self._keeps_done = keeps_done
        self._unacked: list[Item] = []  # sent completely by the last answer
        self._unsent: deque[Item] = deque()
        self._base = (0, 0)  # (byte, fragment) up to which the first of unacked + unsent is acknowledged
        self._cursor = (0, 0)  # (byte, fragment) up to which the first of unsent was sent
        self._last: Batch | None = None
        self._last_key: ReceiveKey | None = None
        self._replay = False  # the last answer is to be given to the next Receive, whatever its key
        self._parted: tuple[ReceiveKey, Batch] | None = None  # the last answer before a clean Disconnect
        self._exit_code: int | None = None
        self.held = 0
        self.finished = False
        """The answer that said Done has been acknowledged: the command is gone."""

    @property
    def complete(self) -> bool:
        """Nothing more will be put."""
        return self._exit_code is not None

    @property
    def ready(self) -> bool:
        """A Receive has something to say now: output, or the end not told yet."""
        return bool(self._unsent) or self._replay or (self.complete and not self.finished and not self.told_done)

    @property
    def told_done(self) -> bool:
        """The last answer said Done, and nobody has acknowledged it yet."""
        return self._last is not None and self._last.exit_code is not None

    def put(self, item: Item) -> None:
        """Append output; after `finish` it is ignored (the command has ended for its readers)."""
        if self._exit_code is None:
            self._unsent.append(item)
            self.held += item.cost

    def holds(self, item: Item) -> bool:
        """Whether the item waits to be sent, in whole or in part."""
        return item in self._unsent

    def finish(self, exit_code: int = 0) -> None:
        """Say that nothing follows; the answer that empties the buffer carries Done. Only the first call counts."""
        if self._exit_code is None:
            self._exit_code = exit_code

    def repeat(self, key: ReceiveKey) -> Batch | None:
        """Return the last answer if this Receive is the one it was given to."""
        if self._last is not None and self._last_key is not None and self._last_key.same(key):
            self._replay = False
            return self._last
        return None

    def acknowledge(self) -> None:
        """The last answer arrived: forget it."""
        if self._last is None or self._replay:
            return
        self.finished = self.finished or (self.told_done and not self._keeps_done)
        self.held -= sum(item.cost for item in self._unacked)
        self._unacked.clear()
        self._base = self._cursor
        self._last = self._last_key = None

    def part(self) -> None:
        """The client leaves: what it was sent counts as arrived, but it may still ask for a lost answer again."""
        if self._last is not None and self._last_key is not None and not self._replay:
            self._parted = (self._last_key, self._last)
        self.acknowledge()

    def repeat_parted(self, key: ReceiveKey) -> Batch | None:
        """Return the last answer before the client left if this Receive is the one it was given to."""
        if self._parted is not None and self._parted[0].same(key):
            return self._parted[1]
        return None

    def resume(self) -> None:
        """The same client is back after an unclean end: the answer it has not acknowledged goes again, byte for byte.

        Cut anew, fragments it has already would have other numbers.
        """
        self._replay = self._last is not None
        self._parted = None

    def rewind(self) -> None:
        """Another client takes over: the unacknowledged goes again, messages from their first fragment on."""
        self._unsent.extendleft(reversed(self._unacked))
        self._unacked.clear()
        self._last = self._last_key = self._parted = None
        self._replay = False
        first = self._unsent[0] if self._unsent else None
        if first is not None and first.object_id is not None:
            self._base = (0, 0)
        self._cursor = self._base

    def drop(self, limit: int) -> int:
        """Give up the oldest droppable items of which nothing was sent until ``held`` fits; return how many."""
        dropped = 0
        kept: deque[Item] = deque()
        while self._unsent and self.held > limit:
            item = self._unsent.popleft()
            begun = not kept and not dropped and self._cursor != (0, 0)
            if item.droppable and not begun:
                self.held -= item.cost
                dropped += 1
            else:
                kept.append(item)
        kept.extend(self._unsent)
        self._unsent = kept
        return dropped

    def take(self, key: ReceiveKey, budget: int) -> Batch | None:
        """Return the next answer, at most ``budget`` bytes of output, and keep it; None when there is nothing to say.

        The answer before counts as acknowledged. A message too large for the budget continues in the next answer.
        """
        if self._replay:
            self._replay = False
            self._last_key = key
            return self._last
        if not self.ready:
            return None
        self.acknowledge()
        pieces = self._fill(budget)
        self._last = Batch(pieces=pieces, exit_code=None if self._unsent else self._exit_code)
        self._last_key = key
        return self._last

    def _fill(self, budget: int) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        run: list[bytes] = []
        room = budget
        while self._unsent:
            item = self._unsent[0]
            data = self._cut(item, room, first=room == budget)
            if data is None:
                break
            run.append(data)
            room -= len(data)
            if self._cursor[0] < len(item.body):
                continue
            self._unacked.append(self._unsent.popleft())
            self._cursor = (0, 0)
            following = self._unsent[0].stream if self._unsent else item.stream
            if item.end or following != item.stream:
                pieces.append(Piece(stream=item.stream, data=b"".join(run), end=item.end))
                run.clear()
                room -= _STREAM_COST
        if run:
            stream = self._unsent[0].stream if self._cursor != (0, 0) else self._unacked[-1].stream
            pieces.append(Piece(stream=stream, data=b"".join(run)))
        return tuple(pieces)

    def _cut(self, item: Item, room: int, *, first: bool) -> bytes | None:
        """Return the next bytes of the item, or None when the room is not worth it."""
        offset, number = self._cursor
        left = len(item.body) - offset
        if item.object_id is None:
            if room < 1 and not first:
                return None
            self._cursor = (offset + min(left, room), 0)
            return item.body[offset : offset + room]
        space = min(room, SERVER_FRAGMENT_SIZE) - HEADER_SIZE
        if space < 1 or (not first and space < min(left, _SLIVER)):
            return None
        end = min(offset + space, len(item.body))
        flags = (0 if number else _START) | (_END if end == len(item.body) else 0)
        self._cursor = (end, number + 1)
        return HEADER.pack(item.object_id, number, flags, end - offset) + item.body[offset:end]
