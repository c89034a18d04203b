from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator

import pytest

from remora.client.portal import Portal


@pytest.fixture
def portal() -> Iterator[Portal]:
    made = Portal("test-portal")
    yield made
    made.stop()


def test_results_and_errors_cross_the_threads(portal: Portal) -> None:
    async def where() -> str:
        return threading.current_thread().name

    async def fails() -> None:
        raise ValueError("x")

    assert portal.run(where()) == "test-portal"
    with pytest.raises(ValueError, match="x"):
        portal.run(fails())


def test_an_async_iterator_becomes_an_iterator_and_is_closed(portal: Portal) -> None:
    closed = []

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(5):
                yield number
        finally:
            closed.append(True)

    assert list(portal.iterate(numbers())) == [0, 1, 2, 3, 4]
    partial = portal.iterate(numbers())
    assert next(partial) == 0
    partial.close()  # type: ignore[attr-defined]
    assert closed == [True, True]


def test_calling_from_the_loop_itself_is_refused(portal: Portal) -> None:
    async def inner() -> None:
        pass

    async def outer() -> None:
        portal.run(inner())

    with pytest.raises(RuntimeError, match="inside its own event loop"):
        portal.run(outer())
