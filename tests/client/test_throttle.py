from __future__ import annotations

import asyncio

import pytest

from remora.client.throttle import throttled
from remora.errors import TransportError


async def test_no_more_than_the_limit_run_at_once_and_all_are_answered() -> None:
    running = most = 0

    async def work(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return number * 2

    outcomes = [outcome async for outcome in throttled(range(50), work, 7)]
    assert most == 7
    assert sorted((outcome.target, outcome.value) for outcome in outcomes) == [(n, 2 * n) for n in range(50)]


@pytest.mark.parametrize("limit", [None, 0, -1])
async def test_no_limit_means_thirty_two(limit: int | None) -> None:
    running = most = 0

    async def work(number: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.01)
        running -= 1

    assert len([outcome async for outcome in throttled(range(40), work, limit)]) == 40
    assert most == 32


async def test_a_failure_is_a_value_and_results_come_as_they_are_ready() -> None:
    turns = [asyncio.Event() for _ in range(3)]
    turns[2].set()

    async def work(number: int) -> int:
        await turns[number].wait()
        if number == 1:
            raise TransportError("no way")
        return number

    outcomes = []
    async with asyncio.timeout(30):
        async for outcome in throttled(range(3), work):
            outcomes.append(outcome)
            if outcome.target > 0:
                turns[outcome.target - 1].set()  # the one before may end now that this one has been seen
    assert [outcome.target for outcome in outcomes] == [2, 1, 0]
    assert [outcome.ok for outcome in outcomes] == [True, False, True]
    assert isinstance(outcomes[1].error, TransportError)


async def test_leaving_early_cancels_the_rest() -> None:
    cancelled = []

    async def work(number: int) -> int:
        if number == 0:
            return 0
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(number)
            raise
        return number

    outcomes = throttled(range(4), work)
    async for _outcome in outcomes:
        break
    await outcomes.aclose()  # type: ignore[attr-defined]
    assert sorted(cancelled) == [1, 2, 3]
