"""Bounded concurrency: many targets, so many at a time, results as they come, a failure is a value and not an abort."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from remora.client.options import DEFAULT_THROTTLE_LIMIT
from remora.errors import RemoraError

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[S, T]):
    """What came of one target: a value, or the error it failed with. seconds: how long it took."""

    target: S
    value: T | None = None
    error: RemoraError | None = None
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return self.error is None


def throttle(limit: int | None) -> int:
    """How many run at a time: the limit, or 32 for None, 0 and less."""
    return limit if limit is not None and limit > 0 else DEFAULT_THROTTLE_LIMIT


async def throttled(
    targets: Iterable[S], action: Callable[[S], Awaitable[T]], limit: int | None = None
) -> AsyncIterator[Outcome[S, T]]:
    """Run ``action`` for every target, at most ``limit`` at a time (0 or less: 32); yield the outcomes as they come.

    They start in the order given. Only RemoraErrors become outcomes; anything else ends the whole run. Leaving the loop
    cancels what still runs.
    """
    bound = throttle(limit)
    waiting = iter(targets)
    running: set[asyncio.Task[Outcome[S, T]]] = set()
    try:
        while True:
            while len(running) < bound:
                try:
                    target = next(waiting)
                except StopIteration:
                    break
                running.add(asyncio.create_task(_one(target, action)))
            if not running:
                return
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    finally:
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running)


async def _one(target: S, action: Callable[[S], Awaitable[T]]) -> Outcome[S, T]:
    started = asyncio.get_running_loop().time()
    value: T | None = None
    error: RemoraError | None = None
    try:
        value = await action(target)
    except RemoraError as failed:
        error = failed
    return Outcome(target=target, value=value, error=error, seconds=asyncio.get_running_loop().time() - started)
