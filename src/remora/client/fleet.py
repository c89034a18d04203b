"""Many targets at once, in this process or over any executor: results as they come, a failure is a value."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any

from remora.client.connection_info import ConnectionInfo, connection_infos
from remora.client.fleet_executor import BATCH, WORKER_WAIT, over
from remora.client.fleet_items import FleetItem
from remora.client.fleet_work import FleetWork, failed, invoke_one, stream_one
from remora.client.pssession import PSSession
from remora.client.results import InvokeResult
from remora.client.throttle import Outcome, throttle, throttled


class SessionList(list[PSSession]):
    """The sessions that were reached, with the failures of the targets that were not."""

    def __init__(self, sessions: Iterable[PSSession] = (), failures: Sequence[Outcome[Any, Any]] = ()) -> None:
        super().__init__(sessions)
        self.failures: list[Outcome[Any, Any]] = list(failures)


class Fleet:
    """A set of machines to run scripts on. keywords: those of ``invoke_command`` about the way to a machine.

    targets: what ``computer_name`` takes, or URIs. Each target is run on in a session of its own, which ends with the
    script; one that is given twice is run on twice. ::

        fleet = Fleet(["web1", "web2"], username="alice", password=secret)
        async for result in fleet.invoke("hostname"):
            print(result.computer_name, result.failure or result[0])
    """

    def __init__(self, targets: Sequence[str], *, throttle_limit: int | None = None, **keywords: Any) -> None:
        self._infos = [_info(target, keywords) for target in targets]
        self._throttle_limit = throttle_limit

    def __len__(self) -> int:
        return len(self._infos)

    async def invoke(
        self,
        script: str,
        argument_list: Sequence[Any] = (),
        *,
        executor: Executor | None = None,
        batch_size: int = BATCH,
        worker_wait: float | None = WORKER_WAIT,
        **keywords: Any,
    ) -> AsyncGenerator[InvokeResult, None]:
        """Run the script on every machine and yield each machine's result once, when it is complete.

        keywords: parameters, host, timeout of ``PSSession.invoke``. A machine that failed has ``failure`` set.

        executor: let its threads, processes or machines (``dask.distributed.Client.get_executor()``) do the work, in
        tasks of batch_size targets, each with the throttle limit of this fleet; the results of a task come together.
        When a task is lost with its worker, its targets fail with ExecutorFailed, unless the executor runs it again.
        worker_wait: seconds that a Dask cluster without any worker is waited for; then what is left fails with
        ExecutorFailed. None: without end.
        """
        if executor is None:
            work = FleetWork(infos=(), script=script, argument_list=argument_list, keywords=keywords)
            async for outcome in throttled(self._infos, lambda info: invoke_one(work, info), self._throttle_limit):
                yield outcome.value if outcome.value is not None else _lost(outcome)
            return
        if batch_size < 1:
            raise ValueError("a batch has at least one target")
        tasks = [
            FleetWork(
                infos=self._infos[start : start + batch_size], script=script, argument_list=argument_list,
                keywords=keywords, throttle_limit=self._throttle_limit,
            )
            for start in range(0, len(self._infos), batch_size)
        ]  # fmt: skip
        async for result in over(executor, tasks, worker_wait):
            yield result

    async def stream(
        self, script: str, argument_list: Sequence[Any] = (), **keywords: Any
    ) -> AsyncGenerator[FleetItem, None]:
        """Run the script on every machine and yield what all of them write, live; each machine's last item is ``end``.

        keywords: parameters, host and input of ``PSSession.start``. A reader that is slow lets the machines wait;
        leaving the loop stops the scripts.
        """
        work = FleetWork(infos=(), script=script, argument_list=argument_list, keywords=keywords)
        queue: asyncio.Queue[FleetItem] = asyncio.Queue(throttle(self._throttle_limit))

        async def run() -> None:
            try:
                async for outcome in throttled(
                    self._infos, lambda info: stream_one(work, info, queue.put), self._throttle_limit
                ):
                    if outcome.error is not None:
                        await queue.put(FleetItem(outcome.target.computer_name, "end", _lost(outcome)))
            finally:
                ended.set()

        ended = asyncio.Event()
        running = asyncio.create_task(run())
        try:
            while (item := await _next(queue, ended)) is not None:
                yield item
            await running
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running


def _info(target: str, keywords: dict[str, Any]) -> ConnectionInfo:
    if "://" in target:
        return connection_infos(connection_uri=target, **keywords)[0]
    return connection_infos(computer_name=target, **keywords)[0]


async def _next(queue: asyncio.Queue[FleetItem], ended: asyncio.Event) -> FleetItem | None:
    """Return the next item, None when nothing waits and nothing will come."""
    if queue.empty() and not ended.is_set():
        getting, ending = asyncio.create_task(queue.get()), asyncio.create_task(ended.wait())
        try:
            await asyncio.wait([getting, ending], return_when=asyncio.FIRST_COMPLETED)
            if getting.done():
                return getting.result()
        finally:
            getting.cancel()
            ending.cancel()
    return None if queue.empty() else queue.get_nowait()


def _lost(outcome: Outcome[ConnectionInfo, Any]) -> InvokeResult:
    assert outcome.error is not None
    return failed(outcome.target, outcome.error)
