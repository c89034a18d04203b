from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from remora.psrp.fragments import Defragmenter
from remora.worker.buffers import Batch, Item, OutputBuffer, ReceiveKey

_numbers = itertools.count()


def key(name: str | None = None) -> ReceiveKey:
    return ReceiveKey(message_id=name or f"uuid:{next(_numbers)}")


def data(batch: Batch | None) -> bytes:
    assert batch is not None
    return b"".join(piece.data for piece in batch.pieces)


def message(object_id: int, body: bytes, **more: bool) -> Item:
    return Item(body=body, object_id=object_id, **more)


def test_the_same_receive_gets_the_same_answer_until_a_new_one_acknowledges_it() -> None:
    buffer = OutputBuffer()
    buffer.put(message(1, b"one"))
    first = key()
    answer = buffer.take(first, 1000)
    buffer.put(message(2, b"two"))
    assert buffer.repeat(first) is answer
    assert buffer.repeat(key()) is None
    held = buffer.held
    following = buffer.take(key(), 1000)
    assert Defragmenter().feed(data(answer) + data(following)) == [b"one", b"two"]
    assert buffer.held < held
    assert buffer.repeat(first) is None


def test_operation_and_sequence_id_name_the_same_receive() -> None:
    buffer = OutputBuffer()
    buffer.put(message(1, b"one"))
    asked = ReceiveKey(message_id="a", operation_id="o", sequence_id=3)
    answer = buffer.take(asked, 1000)
    assert buffer.repeat(ReceiveKey(message_id="b", operation_id="o", sequence_id=3)) is answer
    assert buffer.repeat(ReceiveKey(message_id="b", operation_id="o", sequence_id=4)) is None
    assert buffer.repeat(ReceiveKey(message_id="b", operation_id="o")) is None


def test_done_comes_with_the_last_output_and_is_gone_once_acknowledged() -> None:
    buffer = OutputBuffer()
    buffer.put(message(1, b"x" * 100))
    buffer.finish(3)
    first = buffer.take(key(), 90)
    assert first is not None
    assert first.exit_code is None
    last = buffer.take(key(), 90)
    assert last is not None
    assert last.exit_code == 3
    assert not buffer.ready
    assert not buffer.finished
    assert Defragmenter().feed(data(first) + data(last)) == [b"x" * 100]
    buffer.acknowledge()
    assert buffer.finished
    assert buffer.held == 0


def test_a_command_without_output_still_says_done() -> None:
    buffer = OutputBuffer()
    buffer.finish(0)
    assert buffer.take(key(), 100) == Batch(pieces=(), exit_code=0)
    assert buffer.take(key(), 100) is None
    buffer.resume()
    assert buffer.take(key(), 100) == Batch(pieces=(), exit_code=0)


def test_resume_repeats_the_bytes_and_rewind_the_whole_message() -> None:
    body = bytes(range(256))
    for back in ("resume", "rewind"):
        buffer = OutputBuffer()
        buffer.put(message(1, b"before"))
        buffer.put(message(2, body))
        old = Defragmenter()
        old.feed(data(buffer.take(key(), 150)))
        second = data(buffer.take(key(), 120))  # acknowledges the first answer, is not acknowledged itself
        getattr(buffer, back)()
        again = data(buffer.take(key(), 1000))
        if back == "resume":
            assert again == second
            assert old.feed(again + data(buffer.take(key(), 1000))) == [body]
        else:
            assert Defragmenter().feed(again) == [body]


def test_plain_streams_keep_their_order_and_their_ends() -> None:
    buffer = OutputBuffer()
    for stream, body in (("stdout", b"ab"), ("stdout", b"c"), ("stderr", b"E"), ("stdout", b"d")):
        buffer.put(Item(body=body, stream=stream))
    for stream in ("stdout", "stderr"):
        buffer.put(Item(body=b"", stream=stream, end=True))
    buffer.finish(0)
    batch = buffer.take(key(), 5000)
    assert batch is not None
    assert [(piece.stream, piece.data, piece.end) for piece in batch.pieces] == [
        ("stdout", b"abc", False),
        ("stderr", b"E", False),
        ("stdout", b"d", True),
        ("stderr", b"", True),
    ]
    assert batch.exit_code == 0


def test_plain_bytes_are_never_rewound_past_what_was_acknowledged() -> None:
    buffer = OutputBuffer()
    buffer.put(Item(body=b"0123456789"))
    assert data(buffer.take(key(), 4)) == b"0123"
    assert data(buffer.take(key(), 2)) == b"45"
    buffer.rewind()
    assert data(buffer.take(key(), 100)) == b"456789"


def test_drop_gives_up_the_oldest_whole_messages_only() -> None:
    buffer = OutputBuffer()
    buffer.put(message(1, b"a" * 100, droppable=True))
    for number in range(2, 6):
        buffer.put(message(number, bytes([number]) * 100, droppable=number != 3))
    begun = buffer.take(key(), 80)
    buffer.acknowledge()
    assert buffer.drop(400) == 2
    rest = buffer.take(key(), 10_000)
    got = Defragmenter().feed(data(begun) + data(rest))
    assert got == [b"a" * 100, b"\3" * 100, b"\5" * 100]
    assert buffer.drop(0) == 0


class Delivery(RuleBasedStateMachine):
    """Clients come, read, vanish and take over; each has its own defragmenter, duplicates are told by object id."""

    @initialize(psrp=st.booleans())
    def start(self, psrp: bool) -> None:
        self.psrp = psrp
        self.buffer = OutputBuffer()
        self.ids: Iterator[int] = itertools.count(1)
        self.put_bodies: list[bytes] = []
        self.got: list[bytes] = []
        self.client = Defragmenter(remove_duplicates=True)
        self.lost: ReceiveKey | None = None
        self.done = False
        self.plain = b""

    @rule(size=st.integers(min_value=0, max_value=200))
    def produce(self, size: int) -> None:
        if self.buffer.complete:
            return
        number = next(self.ids)
        body = number.to_bytes(4, "big") + b"." * size
        self.put_bodies.append(body)
        self.buffer.put(Item(body=body, object_id=number if self.psrp else None))

    @rule()
    def finish(self) -> None:
        self.buffer.finish(0)

    def _arrive(self, batch: Batch) -> None:
        if self.psrp:
            for body in self.client.feed(data(batch)):
                if body not in self.got:
                    self.got.append(body)
        else:
            self.plain += data(batch)
        self.done = self.done or batch.exit_code is not None

    @rule(budget=st.integers(min_value=64, max_value=300), arrives=st.booleans())
    def receive(self, budget: int, arrives: bool) -> None:
        asked = self.lost or key()
        batch = self.buffer.repeat(asked) or self.buffer.take(asked, budget)
        if batch is None:
            self.buffer.acknowledge()
            return
        assert sum(len(piece.data) for piece in batch.pieces) <= 300
        if arrives:
            self._arrive(batch)
            self.lost = None
        else:
            self.lost = asked

    @rule()
    def clean_disconnect_and_new_client(self) -> None:
        if self.lost is None:
            self.buffer.acknowledge()
            self.buffer.rewind()
            self.client = Defragmenter(lenient=True, remove_duplicates=True)

    @rule()
    def client_dies_and_another_connects(self) -> None:
        if self.psrp:
            self.buffer.rewind()
            self.client = Defragmenter(lenient=True, remove_duplicates=True)
            self.lost = None
        elif self.lost is not None:
            self.buffer.rewind()
            self.lost = None

    @rule()
    def same_client_reconnects_after_an_unclean_end(self) -> None:
        if self.psrp or self.lost is not None:
            self.buffer.resume()
            self.lost = None

    @invariant()
    def order_is_kept(self) -> None:
        if not hasattr(self, "buffer"):
            return
        if self.psrp:
            assert self.got == self.put_bodies[: len(self.got)]
        else:
            assert b"".join(self.put_bodies).startswith(self.plain)

    def teardown(self) -> None:
        if not hasattr(self, "buffer"):
            return
        self.buffer.finish(0)
        for _ in range(1000):
            self.receive(budget=300, arrives=True)
            if self.done and not self.buffer.ready:
                break
        if self.psrp:
            assert self.got == self.put_bodies
        else:
            assert self.plain == b"".join(self.put_bodies)
        self.buffer.acknowledge()
        assert self.buffer.held == 0
        assert self.buffer.finished


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestDelivery = pytest.mark.timeout(60)(TestDelivery)
