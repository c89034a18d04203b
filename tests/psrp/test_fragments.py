from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import LimitExceeded, LocalProtocolError, RemoraError, RemoteProtocolError
from remora.psrp.fragments import HEADER, HEADER_SIZE, Defragmenter, Fragmenter, ObjectIds, fragment


def piece(object_id: int, number: int, flags: int, blob: bytes) -> bytes:
    return HEADER.pack(object_id, number, flags, len(blob)) + blob


@given(
    blobs=st.lists(st.binary(max_size=2_000), min_size=1, max_size=4),
    size=st.integers(22, 600),
    cuts=st.lists(st.integers(0, 10_000)),
)
def test_any_cut_gives_the_messages_back(blobs: list[bytes], size: int, cuts: list[int]) -> None:
    wire = b"".join(part for number, blob in enumerate(blobs, 1) for part in fragment(number, blob, size))
    edges = sorted({0, len(wire), *(cut for cut in cuts if cut < len(wire))})
    box = Defragmenter()
    assert [m for a, b in pairwise(edges) for m in box.feed(wire[a:b])] == blobs


@given(blobs=st.lists(st.binary(max_size=3_000), max_size=6), takes=st.lists(st.integers(22, 4_000), min_size=1))
def test_takes_of_any_size_carry_whole_fragments(blobs: list[bytes], takes: list[int]) -> None:
    queue = Fragmenter(ObjectIds(), 1_000)
    for blob in blobs:
        queue.add(blob)
    box, found, turn = Defragmenter(), [], 0
    while queue:
        limit = takes[turn % len(takes)]
        turn += 1
        data = queue.take(limit)
        assert 0 < len(data) <= limit
        position = 0
        while position < len(data):
            length = HEADER.unpack_from(data, position)[3]
            assert length + HEADER_SIZE <= 1_000
            position += HEADER_SIZE + length
        assert position == len(data), "a fragment was cut"
        found += box.feed(data)
    assert found == blobs
    assert queue.queued == 0


def test_queued_counts_what_waits() -> None:
    queue = Fragmenter(ObjectIds())
    queue.add(b"x" * 100)
    queue.add(b"y" * 10)
    assert queue.queued == 110 + 2 * HEADER_SIZE
    queue.take(61)
    assert queue.queued == 70 + 2 * HEADER_SIZE
    queue.take(10_000)
    assert queue.queued == 0


def test_ids_are_shared_and_gaps_are_legal() -> None:
    ids = ObjectIds()
    pool, pipeline = Fragmenter(ids), Fragmenter(ids)
    assert [pool.add(b"a"), pipeline.add(b"b"), pool.add(b"c")] == [1, 2, 3]
    assert Defragmenter().feed(pool.take(1_000)) == [b"a", b"c"]
    assert Defragmenter().feed(pipeline.take(1_000)) == [b"b"]


def test_a_limit_without_room_is_refused() -> None:
    with pytest.raises(LocalProtocolError):
        fragment(1, b"x", HEADER_SIZE)
    queue = Fragmenter(ObjectIds())
    queue.add(b"x")
    with pytest.raises(LocalProtocolError):
        queue.take(HEADER_SIZE)
    assert queue.take(HEADER_SIZE + 1)


def test_drop_oldest_gives_up_whole_messages_and_spares_states() -> None:
    queue = Fragmenter(ObjectIds(), 60)
    for blob, droppable in ((b"a" * 100, True), (b"b" * 50, True), (b"state", False), (b"c" * 50, True)):
        queue.add(blob, droppable=droppable)
    first = queue.take(60)
    freed = queue.drop_oldest(72)
    assert freed == 50 + HEADER_SIZE + 50 + HEADER_SIZE
    assert Defragmenter().feed(first + queue.take(10_000)) == [b"a" * 100, b"state"]


def test_take_message_hands_over_whole_messages_only() -> None:
    queue = Fragmenter(ObjectIds())
    queue.add(b"a" * 100, droppable=True)
    queue.add(b"b" * 100)
    whole = queue.take_message()
    assert whole is not None
    assert (whole.object_id, whole.blob, whole.droppable) == (1, b"a" * 100, True)
    queue.take(50)
    with pytest.raises(LocalProtocolError, match="in part"):
        queue.take_message()


def test_holds_until_the_last_byte_is_taken() -> None:
    queue = Fragmenter(ObjectIds())
    number = queue.add(b"x" * 100)
    queue.take(60)
    assert queue.holds(number)
    queue.take(200)
    assert not queue.holds(number)
    queue.add(b"y")
    queue.clear()
    assert not queue
    assert queue.take_message() is None


@pytest.mark.parametrize(
    ("wire", "error"),
    [
        (piece(0, 0, 3, b"x"), "object id"),
        (piece(2**63, 0, 3, b"x"), "object id"),
        (piece(1, 1, 3, b"x"), "start fragment"),
        (piece(1, 0, 2, b"x"), "inside object None"),
        (piece(1, 0, 1, b"x") + piece(1, 2, 2, b"y"), "where 1 was due"),
        (piece(1, 0, 1, b"x") + piece(1, 1, 0, b"y") + piece(1, 1, 2, b"y"), "where 2 was due"),
        (piece(1, 0, 1, b"x") + piece(2, 1, 2, b"y"), "object 2"),
    ],
)
def test_defective_streams_are_refused(wire: bytes, error: str) -> None:
    with pytest.raises(RemoteProtocolError, match=error):
        Defragmenter().feed(wire)


def test_a_new_object_replaces_an_open_one() -> None:
    assert Defragmenter().feed(piece(1, 0, 1, b"lost") + piece(2, 0, 3, b"kept")) == [b"kept"]


def test_limits_are_noticed_before_the_bytes_arrive() -> None:
    with pytest.raises(LimitExceeded):
        Defragmenter(100).feed(HEADER.pack(1, 0, 3, 101))
    box = Defragmenter(100)
    box.feed(piece(1, 0, 1, b"x" * 60))
    with pytest.raises(LimitExceeded):
        box.feed(piece(1, 1, 2, b"x" * 60))
    total = Defragmenter(100, max_total=100)
    assert total.feed(piece(1, 0, 3, b"x" * 60)) == [b"x" * 60]
    with pytest.raises(LimitExceeded):
        total.feed(piece(2, 0, 3, b"x" * 60))


def test_a_length_that_promises_more_than_comes_waits() -> None:
    box = Defragmenter()
    assert box.feed(HEADER.pack(1, 0, 3, 10) + b"12345") == []
    assert box.feed(b"67890") == [b"1234567890"]


def test_after_connect_rests_of_old_objects_are_skipped() -> None:
    box = Defragmenter(lenient=True)
    rest = piece(7, 3, 0, b"old") + piece(7, 4, 2, b"old")
    assert box.feed(rest + piece(8, 0, 3, b"new")) == [b"new"]
    with pytest.raises(RemoteProtocolError):
        box.feed(piece(7, 4, 2, b"old"))
    box.forget()
    assert box.feed(piece(7, 4, 2, b"old") + piece(9, 0, 3, b"newer")) == [b"newer"]


def test_a_block_delivered_twice_counts_once() -> None:
    box = Defragmenter(remove_duplicates=True)
    parts = fragment(5, b"a" * 100, 60)
    block = piece(4, 0, 3, b"first") + parts[0] + parts[1]
    assert box.feed(block) == [b"first"]
    assert box.feed(block + parts[2]) == [b"a" * 100]
    assert box.feed(block + parts[2] + piece(6, 0, 3, b"next")) == [b"next"]


@given(st.binary(max_size=400), st.booleans(), st.booleans())
def test_nothing_but_our_errors_comes_out(data: bytes, lenient: bool, duplicates: bool) -> None:
    box = Defragmenter(10_000, lenient=lenient, remove_duplicates=duplicates)
    with suppress(RemoraError):
        box.feed(data)
        box.feed(data)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3), st.integers(0, 3), st.binary(max_size=4)), max_size=12))
def test_any_sequence_of_fragments_is_judged(pieces: list[tuple[int, int, int, bytes]]) -> None:
    box = Defragmenter(remove_duplicates=True, lenient=True)
    for object_id, number, flags, blob in pieces:
        try:
            box.feed(piece(object_id, number, flags, blob))
        except RemoteProtocolError:
            box.forget()
