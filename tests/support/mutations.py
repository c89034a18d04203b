"""Valid inputs, damaged: the strategies of the property tests, and the one promise they check."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

from hypothesis import strategies as st

from remora.errors import RemoraError

T = TypeVar("T", bytes, str)
MAX_LENGTH = 200_000


@contextmanager
def refused_or_read(seconds: float = 2.0) -> Iterator[None]:
    """Nothing but our own errors may come out, and within so many seconds of processor time."""
    begun = time.thread_time()
    with suppress(RemoraError):
        yield
    spent = time.thread_time() - begun
    assert spent < seconds, f"it took {spent:.2f} s of processor time"


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[T], pieces: Sequence[T] = ()) -> T:
    """Take a valid input and flip, cut, repeat, insert and splice, once to four times."""
    data = draw(st.sampled_from(seeds))
    empty = data[:0]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from((1, 1, 2, 4, 7, 16, 40, 200, 5000))))
        change = draw(st.sampled_from(("flip", "cut", "truncate", "repeat", "splice", "piece", "swap")))
        head, middle, tail = data[:start], data[start:end], data[end:]
        if change == "flip":
            middle = _noise(draw, middle)
        elif change == "cut":
            middle = empty
        elif change == "truncate":
            tail = empty
        elif change == "repeat":
            middle = middle * draw(st.sampled_from((2, 3, 50)))
        elif change == "splice":
            other = draw(st.sampled_from(seeds))
            place = draw(st.integers(0, len(other)))
            middle = other[place : place + draw(st.integers(0, 300))]
        elif change == "piece" and pieces:
            middle = middle + draw(st.sampled_from(pieces))
        elif change == "swap":
            middle, tail = tail, middle
        data = (head + middle + tail)[:MAX_LENGTH]
    return data


def _noise(draw: st.DrawFn, sample: T) -> T:
    if isinstance(sample, bytes):
        return draw(st.binary(min_size=1, max_size=4)) + sample[4:]
    return draw(st.text(min_size=1, max_size=4)) + sample[4:]


@st.composite
def cuts(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """Cut bytes into up to five pieces, as a network would."""
    places = sorted(draw(st.lists(st.integers(0, len(data)), max_size=4)))
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]
