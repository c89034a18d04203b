"""Invoke-Command -AsJob: a command that runs beside its caller and keeps what it wrote until somebody takes it."""
# ruff: noqa: ASYNC109  (how long the caller waits is part of the interface)

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import TypeAlias

from remora.client.repository import PSSessionRepository
from remora.client.results import InvokeResult
from remora.errors import RemoraError

Child: TypeAlias = Callable[[InvokeResult], Awaitable[object]]
"""Runs the command on one machine into the result it is given."""


class JobState(StrEnum):
    """States of a job that this client knows by itself."""

    NOT_STARTED = "NotStarted"
    RUNNING = "Running"
    COMPLETED = "Completed"
    FAILED = "Failed"
    STOPPED = "Stopped"
    DISCONNECTED = "Disconnected"


class Job:
    """One command on one or more machines. results: one for each, in their order, filled while the command runs."""

    def __init__(
        self, name: str | None, command: str, children: Sequence[tuple[str, Child]], repository: PSSessionRepository
    ) -> None:
        self.id = repository.next_job_id()
        self.name = name or f"Job{self.id}"
        self.command = command
        self.results = [InvokeResult(computer_name) for computer_name, _child in children]
        self.errors: list[RemoraError] = []
        self._tasks = [
            asyncio.create_task(self._run(child, result))
            for (_name, child), result in zip(children, self.results, strict=True)
        ]
        repository.jobs.append(self)

    @property
    def state(self) -> JobState:
        if any(not task.done() for task in self._tasks):
            return JobState.RUNNING
        if any(task.cancelled() for task in self._tasks):
            return JobState.STOPPED
        if self.errors:
            return JobState.FAILED
        if any(result.state == "Disconnected" for result in self.results):
            return JobState.DISCONNECTED
        return JobState.COMPLETED

    @property
    def has_more_data(self) -> bool:
        return any(result for result in self.results)

    async def wait(self, timeout: float | None = None) -> JobState:
        """Wait until the job is over, at most ``timeout`` seconds; returns the state then."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout)
        return self.state

    def receive(self, *, keep: bool = False) -> list[object]:
        """Return the output that has come so far; unless ``keep``, it is taken out of the job."""
        output = [value for result in self.results for value in result]
        if not keep:
            for result in self.results:
                result.clear()
        return output

    async def stop(self) -> None:
        """Stop the command on every machine and wait until it has stopped."""
        for task in self._tasks:
            task.cancel()
        await self.wait()

    async def _run(self, child: Child, result: InvokeResult) -> None:
        try:
            await child(result)
        except RemoraError as error:
            result.failure = error
            self.errors.append(error)
