"""Enumeration contexts: whose they are, how they end."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.host.enumerations import MAX_CONTEXTS_PER_USER, Enumerations
from remora.wsman.faults import EnumerationClosed, InvalidEnumerationContext, QuotaLimit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _table(clock: Clock | None = None) -> Enumerations[int]:
    numbers = count(1)
    return Enumerations(new_id=lambda: UUID(int=next(numbers)), clock=clock or Clock())


@given(items=st.lists(st.integers(), max_size=30), sizes=st.lists(st.integers(1, 8), min_size=40, max_size=40))
def test_any_sizes_of_pulls_give_everything_once(items: list[int], sizes: list[int]) -> None:
    table = _table()
    context = table.start("S-1", "uri", items, 60)
    got: list[int] = []
    for size in sizes:
        part, last = table.pull("S-1", "URI", context, size)
        got += part
        if last:
            break
    assert got == items
    with pytest.raises(EnumerationClosed):
        table.pull("S-1", "uri", context, 1)


def test_a_context_belongs_to_its_user_and_resource() -> None:
    table = _table()
    context = table.start("S-1", "uri", [1], 60)
    for owner, uri, name in (("S-2", "uri", context), ("S-1", "other", context), ("S-1", "uri", "uuid:none")):
        with pytest.raises(InvalidEnumerationContext):
            table.pull(owner, uri, name, 1)
        with pytest.raises(InvalidEnumerationContext):
            table.release(owner, uri, name)
    assert table.pull("S-1", "uri", context, 1) == ([1], True)


def test_release_and_expiry_end_it() -> None:
    clock = Clock()
    table = _table(clock)
    released = table.start("S-1", "uri", [1, 2], 60)
    table.release("S-1", "uri", released)
    with pytest.raises(EnumerationClosed):
        table.pull("S-1", "uri", released, 1)
    expired = table.start("S-1", "uri", [1, 2], 60)
    clock.now = 60.0
    with pytest.raises(InvalidEnumerationContext):
        table.pull("S-1", "uri", expired, 1)


def test_what_did_not_fit_is_given_again() -> None:
    table = _table()
    context = table.start("S-1", "uri", [1, 2, 3], 60)
    assert table.pull("S-1", "uri", context, 3) == ([1, 2, 3], True)
    table.push_back("S-1", "uri", context, [2, 3])
    assert table.pull("S-1", "uri", context, 3) == ([2, 3], True)


def test_one_user_cannot_keep_them_all() -> None:
    table = _table()
    for _ in range(MAX_CONTEXTS_PER_USER):
        table.start("S-1", "uri", [1], 60)
    with pytest.raises(QuotaLimit):
        table.start("S-1", "uri", [1], 60)
    table.start("S-2", "uri", [1], 60)
