"""Sends that come in any order, are repeated, refused or given up: each is carried out once, in its turn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.worker.sequences import MOST_WAITING, Sequence
from remora.wsman.faults import EncodingLimit


@given(st.permutations(range(8)), st.data())
def test_any_order_becomes_the_right_one(arrivals: list[int], data: st.DataObject) -> None:
    sequence, done = Sequence(), []
    for position in arrivals:
        sequence.arrive(position, position, lambda position=position: done.append(position) or True)  # type: ignore[misc]
        repeated = data.draw(st.sampled_from(arrivals[: arrivals.index(position) + 1]))
        known = repeated in done
        again = sequence.arrive(repeated, repeated, lambda place=repeated: done.append(place) or True)  # type: ignore[misc]
        assert again is not known
        assert done == list(range(len(done)))
    assert done == list(range(8))


def test_the_others_wait_for_one_that_was_refused() -> None:
    sequence, done = Sequence(), []
    assert sequence.arrive(1, "b", lambda: done.append(1) or True)  # type: ignore[func-returns-value]
    assert sequence.arrive(0, "a", lambda: False)
    assert done == []
    assert sequence.arrive(0, "a", lambda: done.append(0) or True)  # type: ignore[func-returns-value]
    assert done == [0, 1]


def test_what_is_cancelled_may_come_again() -> None:
    sequence, done = Sequence(), []
    sequence.arrive(1, "first try", lambda: done.append("first") or True)  # type: ignore[func-returns-value]
    sequence.cancel("first try")
    sequence.arrive(0, "x", lambda: done.append(0) or True)  # type: ignore[func-returns-value]
    assert done == [0]
    sequence.arrive(1, "second try", lambda: done.append("second") or True)  # type: ignore[func-returns-value]
    assert done == [0, "second"]


def test_only_so_many_wait() -> None:
    sequence = Sequence()
    for position in range(1, MOST_WAITING + 1):
        sequence.arrive(position, position, lambda: True)
    with pytest.raises(EncodingLimit):
        sequence.arrive(MOST_WAITING + 1, "x", lambda: True)
    assert sequence.arrive(0, 0, lambda: True)
    assert not sequence.arrive(MOST_WAITING, "again", lambda: True)


def test_what_waits_at_the_end_gets_its_answer() -> None:
    sequence, done = Sequence(), []
    for position in (3, 2):
        sequence.arrive(position, position, lambda position=position: done.append(position) or True)  # type: ignore[misc]
    sequence.release()
    assert done == [2, 3]
    sequence.release()
    assert done == [2, 3]
