"""What the pools of both roles share: streams, the object id counter, the session key and messages that wait for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar, Final, Literal, TypeAlias
from uuid import UUID

from remora.errors import RemoteProtocolError
from remora.psrp import messages
from remora.psrp.crypto import KeyMissing, KeyRing, SessionKey
from remora.psrp.fragments import Defragmenter, Fragmenter, ObjectIds, QueuedMessage
from remora.psrp.messages import Destination, Message, MessageType

Stream: TypeAlias = Literal["stdin", "pr", "stdout"]
Incoming: TypeAlias = tuple[MessageType, bytes, bytes, bytes]
"""Type, raw RPID, raw PID and body of a message."""

STDIN: Final = "stdin"
PRIORITY: Final = "pr"
_PIPELINE_LEVEL: Final = 0x00041000


def is_pipeline_level(kind: MessageType) -> bool:
    """Tell whether a message of this type belongs to one pipeline."""
    return kind & 0xFFFFF000 == _PIPELINE_LEVEL


class PoolCore(ABC):
    """Streams out and in of one pool. A stream is (pipeline id or None, stream name); each has its own defragmenter.

    Messages with secure strings wait, in order and per pipeline, until the session key is there.
    """

    _peer: ClassVar[Destination]
    _body_prefix: ClassVar[bytes] = b""
    _default_stream: ClassVar[str] = STDIN

    def __init__(
        self,
        *,
        fragment_size: int | None,
        max_object_size: int,
        max_data_per_command: int | None,
    ) -> None:
        self.version: tuple[int, int] = (2, 3)
        self._keys = KeyRing()
        self._ids = ObjectIds()
        self._fragment_size = fragment_size
        self._max_object_size = max_object_size
        self._max_data = max_data_per_command
        self._outgoing: dict[tuple[UUID | None, str], Fragmenter] = {}
        self._incoming: dict[tuple[UUID | None, str], Defragmenter] = {}
        self._raw_pool_id = messages.NO_ID
        self._raw_ids: dict[UUID, bytes] = {}
        self._deferred: dict[UUID | None, list[tuple[Message, str, bool]]] = {}

    @property
    def waiting_for_key(self) -> bool:
        """Whether messages wait for the session key; they move only when the peer answers on the pool's stream."""
        return bool(self._deferred)

    @property
    def session_key(self) -> SessionKey | None:
        """The key exchanged, None before."""
        return self._keys.key

    def pending(self, pipeline_id: UUID | None = None, stream: str | None = None) -> int:
        """Return how many bytes wait to be taken, fragment headers counted once per message."""
        queue = self._outgoing.get((pipeline_id, stream or self._default_stream))
        return queue.queued if queue else 0

    def take(self, pipeline_id: UUID | None = None, limit: int = 32768, stream: str | None = None) -> bytes:
        """Return whole fragments of one stream, at most ``limit`` bytes together; empty when nothing waits."""
        key = (pipeline_id, stream or self._default_stream)
        queue = self._outgoing.get(key)
        if not queue:
            return b""
        taken = queue.take(limit)
        self._drop_if_empty(key, queue)
        return taken

    def take_fragments(
        self, pipeline_id: UUID | None = None, limit: int = 32768, stream: str | None = None, count: int | None = None
    ) -> list[bytes]:
        """As ``take``, one item per fragment; count: so many at most."""
        key = (pipeline_id, stream or self._default_stream)
        queue = self._outgoing.get(key)
        if not queue:
            return []
        taken = queue.take_fragments(limit, count)
        self._drop_if_empty(key, queue)
        return taken

    def _drop_if_empty(self, key: tuple[UUID | None, str], queue: Fragmenter) -> None:
        """Forget a queue that was emptied: of many sessions most streams carry one message."""
        if not queue:
            del self._outgoing[key]

    def take_message(self, pipeline_id: UUID | None = None, stream: str | None = None) -> QueuedMessage | None:
        """Return the next message of a stream whole, for a sender with its own buffer; None when nothing waits."""
        queue = self._outgoing.get((pipeline_id, stream or self._default_stream))
        return queue.take_message() if queue else None

    def pending_streams(self) -> Iterator[tuple[UUID | None, str]]:
        """Iterate over the streams that have something to take."""
        return iter([key for key, queue in self._outgoing.items() if queue])

    def _post(
        self, message: Message, pipeline_id: UUID | None = None, stream: str | None = None, *, droppable: bool = False
    ) -> int | None:
        """Queue a message; return its object id, or None when it waits for the session key."""
        name = stream or self._default_stream
        waiting = self._deferred.get(pipeline_id)
        if waiting is not None:
            waiting.append((message, name, droppable))
            return None
        try:
            body = messages.encode_body(message, self._keys, self.version)
        except KeyMissing:
            self._deferred[pipeline_id] = [(message, name, droppable)]
            self._ask_for_key()
            return None
        return self._post_body(message.type, body, pipeline_id, name, droppable=droppable)

    def _post_body(
        self, kind: MessageType, body: bytes, pipeline_id: UUID | None, stream: str, *, droppable: bool = False
    ) -> int:
        pid = messages.NO_ID if pipeline_id is None else self._raw_ids[pipeline_id]
        header = messages.HEADER.pack(self._peer, kind, self._raw_pool_id, pid)
        queue = self._outgoing.get((pipeline_id, stream))
        if queue is None:
            queue = self._outgoing[pipeline_id, stream] = Fragmenter(self._ids, self._fragment_size)
        prefix = self._body_prefix if body and kind is not MessageType.PIPELINE_BYTES else b""
        return queue.add(header, prefix, body, droppable=droppable)

    @abstractmethod
    def _ask_for_key(self) -> None:
        """Start the key exchange unless it runs already."""

    def _flush_deferred(self) -> None:
        deferred, self._deferred = self._deferred, {}
        for pipeline_id, waiting in deferred.items():
            for message, stream, droppable in waiting:
                self._post(message, pipeline_id, stream, droppable=droppable)

    def _messages(self, data: bytes, pipeline_id: UUID | None, stream: str) -> Iterator[Incoming]:
        """Feed one incoming stream; yield the messages it completes. Raises RemoteProtocolError."""
        defragmenter = self._incoming.get((pipeline_id, stream))
        if defragmenter is None:
            defragmenter = self._incoming[pipeline_id, stream] = self._new_defragmenter(pipeline_id)
        for blob in defragmenter.feed(data):
            destination, kind, rpid, pid = messages.parse_header(blob)
            if destination == self._peer:
                raise RemoteProtocolError(f"{kind.name} for destination {destination} came to us")
            yield kind, rpid, pid, blob[messages.HEADER_SIZE :]

    def _new_defragmenter(self, pipeline_id: UUID | None) -> Defragmenter:
        limit = None if pipeline_id is None else self._max_data
        return Defragmenter(self._max_object_size, max_total=limit)

    def _forget_pipeline(self, pipeline_id: UUID, *, keep_output: bool = False) -> None:
        """Drop the streams of a pipeline."""
        for stream in (STDIN, PRIORITY, self._default_stream):
            self._incoming.pop((pipeline_id, stream), None)
            if not keep_output:
                self._outgoing.pop((pipeline_id, stream), None)
        if not keep_output:
            self._deferred.pop(pipeline_id, None)
            self._raw_ids.pop(pipeline_id, None)
