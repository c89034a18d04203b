"""Fragments: how messages are cut to travel and put together again (MS-PSRP 2.2.4).

A fragment is a 21-byte big-endian header (ObjectId u64, FragmentId u64, flags u8, BlobLength u32) and a blob. Object
ids come from one counter per sender and shell, so the ids seen on one stream are increasing but have gaps.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from struct import Struct
from typing import Final

from remora.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError

HEADER: Final = Struct(">QQBI")
HEADER_SIZE: Final = HEADER.size
SERVER_FRAGMENT_SIZE: Final = 32768
"""Bytes of one server fragment, header included, at most."""
DEFAULT_MAX_OBJECT_SIZE: Final = 200 * 1024 * 1024
"""What a client accepts for one object unless told otherwise (New-PSSessionOption -MaximumReceivedObjectSize)."""

_START: Final = 1
_END: Final = 2
_WHOLE: Final = _START | _END
_MAX_ID: Final = 2**63 - 1
_REMEMBERED: Final = 65536
_SLIVER: Final = 512  # room too small to be worth the header of one more fragment


class ObjectIds:
    """The object id counter of one sender in one shell; the pool and all its pipelines share it."""

    __slots__ = ("last",)

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def next(self) -> int:
        """Return the next id; the first one is 1."""
        self.last += 1
        return self.last


def fragment(object_id: int, blob: bytes, limit: int) -> list[bytes]:
    """Cut one message into fragments of at most ``limit`` bytes each, header included.

    Raises LocalProtocolError when the limit leaves no room for a single payload byte.
    """
    room = limit - HEADER_SIZE
    if room < 1:
        raise LocalProtocolError(f"fragment size {limit} leaves no room for payload")
    if len(blob) <= room:
        return [HEADER.pack(object_id, 0, _WHOLE, len(blob)) + blob]
    pieces = []
    for number, start in enumerate(range(0, len(blob), room)):
        piece = blob[start : start + room]
        flags = (_START if start == 0 else 0) | (_END if start + room >= len(blob) else 0)
        pieces.append(HEADER.pack(object_id, number, flags, len(piece)) + piece)
    return pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedMessage:
    """A message taken whole. droppable: output or a record, which buffer mode Drop may give up."""

    object_id: int
    blob: bytes
    droppable: bool


class _Outgoing:
    """One message on its way out; ``offset`` of its ``length`` bytes have been taken in ``number`` fragments."""

    __slots__ = ("droppable", "length", "number", "object_id", "offset", "parts")

    def __init__(self, object_id: int, parts: tuple[bytes, ...], droppable: bool) -> None:
        self.object_id = object_id
        self.parts = parts
        self.length = sum(map(len, parts))
        self.droppable = droppable
        self.offset = 0
        self.number = 0

    @property
    def blob(self) -> bytes:
        if len(self.parts) > 1:
            self.parts = (b"".join(self.parts),)
        return self.parts[0]

    @property
    def size(self) -> int:
        return self.length - self.offset + HEADER_SIZE


class Fragmenter:
    """The queue of messages of one outgoing stream, cut into fragments at the moment they are taken.

    ids: the sender's counter. fragment_size: the most one fragment may have, header included; None: only the take's
    limit counts.
    """

    __slots__ = ("_fragment_size", "_ids", "_queue", "_size")

    def __init__(self, ids: ObjectIds, fragment_size: int | None = None) -> None:
        self._ids = ids
        self._fragment_size = fragment_size
        self._queue: deque[_Outgoing] = deque()
        self._size = 0

    def __bool__(self) -> bool:
        return bool(self._queue)

    @property
    def queued(self) -> int:
        """Bytes waiting, one fragment header per message included."""
        return self._size

    def add(self, *parts: bytes, droppable: bool = False) -> int:
        """Append a message, in parts that follow each other, and return its object id.

        Only droppable ones are ever given up by ``drop_oldest``.
        """
        object_id = self._ids.next()
        message = _Outgoing(object_id, parts, droppable)
        self._queue.append(message)
        self._size += message.size
        return object_id

    def holds(self, object_id: int) -> bool:
        """Tell whether any byte of this message is still waiting."""
        return any(message.object_id == object_id for message in self._queue)

    def take(self, limit: int) -> bytes:
        """Return whole fragments, at most ``limit`` bytes together; empty when nothing waits."""
        return b"".join(self.take_fragments(limit))

    def take_fragments(self, limit: int, count: int | None = None) -> list[bytes]:
        """Return the next fragments, whole and together at most ``limit`` bytes; count: so many at most.

        Raises LocalProtocolError when something waits and the limit leaves no room for a payload byte.
        """
        taken: list[bytes] = []
        room = limit
        while self._queue and len(taken) != count:
            message = self._queue[0]
            if taken and (room <= HEADER_SIZE or room < min(message.size, _SLIVER)):
                break
            piece = self._cut(message, room)
            taken.append(piece)
            room -= len(piece)
            if message.offset == message.length:
                self._queue.popleft()
                self._size -= HEADER_SIZE
        return taken

    def take_message(self) -> QueuedMessage | None:
        """Return the next message whole, for a sender that cuts and keeps it itself; None when nothing waits.

        Raises LocalProtocolError when fragments of it were taken before.
        """
        if not self._queue:
            return None
        message = self._queue[0]
        if message.number:
            raise LocalProtocolError(f"object {message.object_id} was taken in part")
        self._queue.popleft()
        self._size -= message.size
        return QueuedMessage(object_id=message.object_id, blob=message.blob, droppable=message.droppable)

    def _cut(self, message: _Outgoing, room: int) -> bytes:
        space = (room if self._fragment_size is None else min(room, self._fragment_size)) - HEADER_SIZE
        if space < 1:
            raise LocalProtocolError(f"{room} bytes leave no room for a fragment")
        offset = message.offset
        end = min(offset + space, message.length)
        flags = (0 if offset else _START) | (_END if end == message.length else 0)
        header = HEADER.pack(message.object_id, message.number, flags, end - offset)
        whole = end - offset == message.length
        piece = b"".join((header, *message.parts) if whole else (header, memoryview(message.blob)[offset:end]))
        message.offset = end
        message.number += 1
        self._size -= end - offset
        return piece

    def drop_oldest(self, size: int) -> int:
        """Give up the oldest droppable messages until at least ``size`` bytes are free; return the bytes freed.

        A message of which a fragment was taken stays, so the receiver never sees half a message.
        """
        freed = 0
        kept: deque[_Outgoing] = deque()
        while self._queue and freed < size:
            message = self._queue.popleft()
            if message.droppable and message.offset == 0:
                freed += message.size
            else:
                kept.append(message)
        kept.extend(self._queue)
        self._queue = kept
        self._size -= freed
        return freed

    def clear(self) -> None:
        """Forget everything that waits."""
        self._queue.clear()
        self._size = 0


class Defragmenter:
    """Puts the messages of one incoming stream together again, whatever the cut of the bytes.

    max_object_size: bytes of one message; max_total: bytes of all messages of this stream, None: unlimited.
    remove_duplicates: fragments received before (a block delivered twice) vanish instead of being errors.
    Raises LimitExceeded and RemoteProtocolError; after an error the stream is unusable until ``forget``.
    """

    __slots__ = (
        "_buffer", "_completed", "_max_object", "_max_total", "_need", "_next", "_object_id", "_parts", "_size",
        "_synced", "_total", "remove_duplicates",
    )  # fmt: skip

    def __init__(
        self,
        max_object_size: int = DEFAULT_MAX_OBJECT_SIZE,
        *,
        max_total: int | None = None,
        lenient: bool = False,
        remove_duplicates: bool = False,
    ) -> None:
        self._max_object = max_object_size
        self._max_total = max_total
        self.remove_duplicates = remove_duplicates
        self._completed: OrderedDict[int, None] = OrderedDict()
        self._total = 0
        self._buffer = bytearray()
        self._need = HEADER_SIZE
        self._reset()
        self._synced = not lenient

    def _reset(self) -> None:
        self._object_id = 0
        self._next = 0
        self._parts: list[bytes] = []
        self._size = 0

    def forget(self) -> None:
        """Prepare for the stream of a shell taken over: drop what is partial, skip until a start fragment comes."""
        self._buffer.clear()
        self._need = HEADER_SIZE
        self._completed.clear()
        self._reset()
        self._synced = False

    def feed(self, data: bytes) -> list[bytes]:
        """Take the next bytes of the stream; return the messages they complete, in order."""
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._need:
                return []
            data = bytes(self._buffer)
            self._buffer.clear()
        messages: list[bytes] = []
        position, end = 0, len(data)
        self._need = HEADER_SIZE
        while position + HEADER_SIZE <= end:
            object_id, number, flags, length = HEADER.unpack_from(data, position)
            self._check_header(object_id, length)
            after = position + HEADER_SIZE + length
            if after > end:
                self._need = after - position
                break
            message = self._add(object_id, number, flags, data[position + HEADER_SIZE : after])
            if message is not None:
                messages.append(message)
            position = after
        if position < end:
            self._buffer += data[position:]
        return messages

    def _check_header(self, object_id: int, length: int) -> None:
        if not 0 < object_id <= _MAX_ID:
            raise RemoteProtocolError(f"fragment with object id {object_id}")
        if length > self._max_object:
            raise LimitExceeded(f"fragment of {length} bytes, {self._max_object} allowed for one object")

    def _add(self, object_id: int, number: int, flags: int, blob: bytes) -> bytes | None:
        if self.remove_duplicates and (
            object_id in self._completed or (object_id == self._object_id and number < self._next)
        ):
            return None
        if flags & _START:
            if number:
                raise RemoteProtocolError(f"start fragment of object {object_id} has fragment id {number}")
            self._reset()  # a new object while one is open: the open one will never be completed
            self._synced = True
            self._object_id = object_id
        elif object_id != self._object_id:
            if not self._synced:
                return None
            raise RemoteProtocolError(
                f"fragment {number} of object {object_id} inside object {self._object_id or None}"
            )
        elif number != self._next:
            raise RemoteProtocolError(f"fragment {number} of object {object_id} where {self._next} was due")
        return self._append(flags, blob)

    def _append(self, flags: int, blob: bytes) -> bytes | None:
        self._size += len(blob)
        self._total += len(blob)
        if self._size > self._max_object:
            raise LimitExceeded(f"object of more than {self._max_object} bytes")
        if self._max_total is not None and self._total > self._max_total:
            raise LimitExceeded(f"more than {self._max_total} bytes in this stream")
        self._next += 1
        if not flags & _END:
            self._parts.append(blob)
            return None
        message = b"".join([*self._parts, blob]) if self._parts else blob
        if self.remove_duplicates:
            self._completed[self._object_id] = None
            if len(self._completed) > _REMEMBERED:
                self._completed.popitem(last=False)
        self._reset()
        return message
