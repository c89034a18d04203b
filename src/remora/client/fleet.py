"""Many targets at once: bounded concurrency, results as they come, a failure is a value and not an abort."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import uuid4

from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.options import DEFAULT_THROTTLE_LIMIT
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import InvokeResult, PipelineEnded
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


class SessionList(list[PSSession]):
    """The sessions that were reached, with the failures of the targets that were not."""

    def __init__(self, sessions: Iterable[PSSession] = (), failures: Sequence[Outcome[Any, Any]] = ()) -> None:
        super().__init__(sessions)
        self.failures: list[Outcome[Any, Any]] = list(failures)


class Fleet:
    """A set of machines to run scripts on. keywords: those of ``invoke_command`` about the way to a machine."""

    def __init__(self, targets: Sequence[str], *, throttle_limit: int | None = None, **keywords: Any) -> None:
        self._infos = connection_infos(computer_name=targets, **keywords)
        self._throttle_limit = throttle_limit

    def __len__(self) -> int:
        return len(self._infos)

    async def invoke(
        self, script: str, argument_list: Sequence[Any] = (), **keywords: Any
    ) -> AsyncIterator[InvokeResult]:
        """Run the script on every machine and yield each machine's result when it is complete.

        keywords: parameters, host, timeout of ``PSSession.invoke``. A machine that failed has ``failure`` set.
        """

        async def run(info: ConnectionInfo) -> InvokeResult:
            session = PSSession(info, instance_id=uuid4(), repository=PSSessionRepository())
            await session.open()
            async with session:
                return await session.invoke(script, argument_list, **keywords)

        async for outcome in throttled(self._infos, run, self._throttle_limit):
            result = outcome.value
            if result is None:
                ended = outcome.error
                result = (
                    ended.result if isinstance(ended, PipelineEnded) else InvokeResult(outcome.target.computer_name)
                )
                result.failure = ended
            yield result
