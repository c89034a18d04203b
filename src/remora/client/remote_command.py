"""One script on several targets at once: Invoke-Command in the foreground, and the jobs that outlive it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from remora.client.host import ClientHost
from remora.client.jobs import JobState
from remora.client.pssession import PSSession
from remora.client.results import PipelineEnded, PipelineFailed, PipelineStopped, StreamItem
from remora.client.session_state import RunspaceState
from remora.client.throttle import throttle, throttled
from remora.errors import ConnectionLost, RemoraError
from remora.psrp.spec import PipelineSpec

Put: TypeAlias = Callable[["CommandTarget", StreamItem], Awaitable[None]]
"""Takes one item of one target; it may let its producer wait."""

_NO_TEXT = "ScriptsNotAllowed"
_SETTLED = (RunspaceState.OPENED, RunspaceState.BROKEN, RunspaceState.CLOSED)


class InputFeed:
    """Pipeline input for several targets: each reads all of it, from the first object on, as it is added.

    add, close: in the loop's thread. held: objects that the slowest reader has not had yet.
    """

    def __init__(self) -> None:
        self._values: list[Any] = []
        self._closed = False
        self._more = asyncio.Condition()
        self._positions: dict[object, int] = {}

    @property
    def held(self) -> int:
        return len(self._values) - min(self._positions.values(), default=len(self._values))

    async def add(self, values: Sequence[Any]) -> None:
        async with self._more:
            self._values.extend(values)
            self._more.notify_all()

    async def close(self) -> None:
        """Say that nothing follows."""
        async with self._more:
            self._closed = True
            self._more.notify_all()

    async def read(self) -> AsyncIterator[Any]:
        """Yield everything, waiting for what is still to come."""
        mine = object()
        self._positions[mine] = 0
        try:
            while True:
                async with self._more:
                    await self._more.wait_for(lambda: self._closed or self._positions[mine] < len(self._values))
                    if self._positions[mine] >= len(self._values):
                        return
                    value = self._values[self._positions[mine]]
                    self._positions[mine] += 1
                yield value
        finally:
            del self._positions[mine]


@dataclass(slots=True, kw_only=True)
class CommandTarget:
    """One session the script runs in. own: made for this command and removed after it.

    begun: the machine has taken the script. failure: what ended it, None when it completed or was left. lost: the
    network was down for longer than the session's retry time, and the session is left Disconnected.
    """

    session: PSSession
    own: bool = False
    state: JobState = JobState.NOT_STARTED
    begun: bool = False
    failure: RemoraError | None = None
    lost: bool = False

    @property
    def over(self) -> bool:
        return self.state in (JobState.COMPLETED, JobState.FAILED, JobState.STOPPED)


@dataclass(slots=True, kw_only=True)
class RemoteCommand:
    """A script with its arguments and input. keep: a session that was left is waited for, as a job does.

    plain: the same as commands, for a session without a language, which refuses the script's text.
    changed is called after every change of a target's state.
    """

    script: str
    targets: Sequence[CommandTarget]
    arguments: Sequence[Any] = ()
    parameters: Mapping[str, Any] | None = None
    input: InputFeed | None = None
    host: ClientHost | None = None
    throttle_limit: int | None = None
    keep: bool = False
    plain: PipelineSpec | None = None
    changed: Callable[[CommandTarget], None] | None = None
    _tasks: dict[int, asyncio.Task[Any]] = field(default_factory=dict)

    @property
    def most(self) -> int:
        """How many targets it runs on at a time."""
        return throttle(self.throttle_limit)

    async def run(self, put: Put) -> None:
        """Run on all targets, at most throttle_limit at a time; each target tells its end by its state."""
        async for _outcome in throttled(self.targets, lambda target: self._guarded(target, put), self.throttle_limit):
            continue

    async def follow(self, put: Put) -> None:
        """Read what commands of before write in the sessions, from when these are connected."""
        async with asyncio.TaskGroup() as group:
            for target in self.targets:
                group.create_task(self._guarded(target, put, following=True))

    def stop(self, target: CommandTarget) -> None:
        """Stop the script on one target; nothing when it is over."""
        if (task := self._tasks.get(id(target))) is not None:
            task.cancel()
        elif target.state is JobState.NOT_STARTED:
            self._enter(target, JobState.STOPPED)

    async def _guarded(self, target: CommandTarget, put: Put, *, following: bool = False) -> None:
        """Run on one target in a task of its own, so that it can be stopped without the others."""
        if target.over:
            return
        task = self._tasks[id(target)] = asyncio.create_task(self._run(target, put, following))
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait([task])
            raise
        finally:
            del self._tasks[id(target)]
        if task.cancelled():
            self._enter(target, JobState.STOPPED)
        else:
            task.result()

    async def _run(self, target: CommandTarget, put: Put, following: bool) -> None:
        self._enter(target, JobState.DISCONNECTED if following else JobState.RUNNING)
        try:
            if target.own:
                await target.session.open()
            await self._read(target, put, None if following else self._stream(target))
        except PipelineEnded as ended:
            stopped = isinstance(ended, PipelineStopped)
            target.failure = ended
            self._enter(target, JobState.STOPPED if stopped else JobState.FAILED)
        except ConnectionLost as error:
            target.failure, target.lost = error, target.session.state is RunspaceState.DISCONNECTED
            self._enter(target, JobState.DISCONNECTED if target.lost else JobState.FAILED)
        except RemoraError as error:
            target.failure = error
            self._enter(target, JobState.FAILED)
        finally:
            if target.own and target.session.state is RunspaceState.OPENED:
                with suppress(RemoraError):
                    await target.session.close()

    async def _read(self, target: CommandTarget, put: Put, items: AsyncGenerator[StreamItem, None] | None) -> None:
        session = target.session
        while True:
            if items is not None:
                async with aclosing(items):
                    async for item in items:
                        await put(target, item)
                if session.state is not RunspaceState.DISCONNECTED:
                    break
                self._enter(target, JobState.DISCONNECTED)
                if not self.keep:
                    return
            await session.changes.until(lambda: session.state in _SETTLED)
            if session.state is not RunspaceState.OPENED:
                self._enter(target, JobState.STOPPED)
                return
            self._enter(target, JobState.RUNNING)
            items = session.receive()
        self._enter(target, JobState.COMPLETED)

    async def _stream(self, target: CommandTarget) -> AsyncGenerator[StreamItem, None]:
        begun = False
        try:
            async with aclosing(self._items(target, self.script)) as items:
                async for item in items:
                    begun = True
                    yield item
            return
        except PipelineFailed as failed:
            refused = failed.error_record is not None and failed.error_record.fully_qualified_error_id == _NO_TEXT
            if begun or self.plain is None or not refused:
                raise
        async with aclosing(self._items(target, self.plain)) as items:
            async for item in items:
                yield item

    async def _items(self, target: CommandTarget, script: str | PipelineSpec) -> AsyncGenerator[StreamItem, None]:
        source = self.input.read() if self.input is not None else None
        pipeline = await target.session.start(
            script, self.arguments, parameters=self.parameters, input=source, host=self.host
        )
        target.begun = True
        self._enter(target, target.state)
        async with aclosing(pipeline.items()) as items:
            async for item in items:
                yield item

    def _enter(self, target: CommandTarget, state: JobState) -> None:
        target.state = state
        if self.changed is not None:
            self.changed(target)
