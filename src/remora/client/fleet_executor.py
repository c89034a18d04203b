"""The batches of a fleet on an executor: the results of each once, and an end when nobody is left to do the work."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from remora._log import bound
from remora.client.fleet_work import FleetWork, failed, run_fleet_work
from remora.client.results import InvokeResult
from remora.errors import ExecutorFailed

BATCH = 32
"""Targets that one task of an executor takes."""
WORKER_WAIT = 60.0
"""Seconds that a cluster without workers is waited for."""
CHECK_SECONDS = 1.0
"""How often the workers are counted while no result comes."""
_ANSWER_SECONDS = 10.0

_log = bound(__name__)


async def over(
    executor: Executor, tasks: Sequence[FleetWork], worker_wait: float | None
) -> AsyncIterator[InvokeResult]:
    """Let an executor do the tasks; yield the results of each when it is done.

    worker_wait: seconds; after so long without any worker the targets that are left fail with ExecutorFailed.
    """
    submitted = [(executor.submit(run_fleet_work, task), task) for task in tasks]
    waiting = {asyncio.wrap_future(future): (future, task) for future, task in submitted}
    workers = Workers(executor, worker_wait)
    try:
        while waiting:
            done, _others = await asyncio.wait(waiting, timeout=workers.interval, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                for result in _results(future, waiting.pop(future)[1]):
                    yield result
            if not done and await workers.gone():
                break
        left = [task for _future, task in waiting.values()]
        _cancel(waiting)
        for task in left:
            for info in task.infos:
                yield failed(info, ExecutorFailed(f"the cluster has had no worker for {worker_wait:g} s"))
    finally:
        _cancel(waiting)


class Workers:
    """Counts the workers of an executor that can tell them, as Dask's can. limit: seconds without any; None: no end."""

    def __init__(self, executor: Executor, limit: float | None) -> None:
        self._count: Callable[[], Any] | None = getattr(getattr(executor, "_client", None), "nthreads", None)
        self._limit = limit
        self._none_since: float | None = None

    @property
    def interval(self) -> float | None:
        """Seconds from one look to the next; None: there is nothing to look at."""
        if self._count is None or self._limit is None:
            return None
        return min(CHECK_SECONDS, max(self._limit / 4, 0.01))

    async def gone(self) -> bool:
        """Whether there has been no worker for as long as the limit says."""
        if self._count is None or self._limit is None:
            return False
        now = asyncio.get_running_loop().time()
        if await self._counted(self._count):
            self._none_since = None
            return False
        if self._none_since is None:
            self._none_since = now
            _log.warning("no_workers", waiting=self._limit)
        return now - self._none_since >= self._limit

    @staticmethod
    async def _counted(count: Callable[[], Any]) -> int:
        """Ask the scheduler; one that does not answer has no workers for us."""
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                found = await asyncio.to_thread(count)
                return len(await found if inspect.isawaitable(found) else found)
        except Exception as error:
            _log.info("scheduler_silent", reason=error)
            return 0


def _cancel(waiting: dict[asyncio.Future[list[InvokeResult]], tuple[Future[list[InvokeResult]], FleetWork]]) -> None:
    """Cancel what is left, at once: whoever leaves the executor's own block next waits there without the loop."""
    for future, _task in waiting.values():
        future.cancel()
    waiting.clear()


def _results(future: asyncio.Future[list[InvokeResult]], task: FleetWork) -> list[InvokeResult]:
    if future.cancelled():
        return [failed(info, ExecutorFailed("the executor has cancelled the task")) for info in task.infos]
    if (error := future.exception()) is not None:
        return [failed(info, ExecutorFailed(f"{type(error).__name__}: {error}")) for info in task.infos]
    return future.result()
