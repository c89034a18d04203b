"""One pipeline on another machine: started, fed, read, stopped, or left behind."""
# ruff: noqa: ASYNC109  (how long the caller waits is part of the interface)

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from remora._log import bound
from remora.client.host import ClientHost
from remora.client.options import seconds
from remora.client.results import InvokeResult, PipelineFailed, PipelineStopped, StreamItem
from remora.errors import RemoraError, WSManFault
from remora.psrp import events
from remora.psrp.pipeline import ClientPipeline
from remora.psrp.spec import PipelineSpec
from remora.psrp.states import PSInvocationState
from remora.values import DebugRecord, ErrorRecord, InformationRecord, ProgressRecord, VerboseRecord, WarningRecord
from remora.wsman import uris
from remora.wsman.states import CommandState

if TYPE_CHECKING:
    from remora.client.runspace_pool import RunspacePool

Input: TypeAlias = Iterable[Any] | AsyncIterable[Any]
FLUSH_BYTES = 64 * 1024
"""Input is sent on when this much of it waits."""
FLUSH_SECONDS = 0.02
"""Input that is less waits this long for more."""
ABANDON_SECONDS = 5.0
"""How long a reader that was cancelled waits for the remote pipeline to stop."""
STREAM_OF = {
    ErrorRecord: "error",
    WarningRecord: "warning",
    VerboseRecord: "verbose",
    DebugRecord: "debug",
    InformationRecord: "information",
    ProgressRecord: "progress",
}

_log = bound(__name__)


def script_spec(
    script: str | PipelineSpec,
    argument_list: Sequence[Any],
    parameters: Mapping[str, Any] | None,
    has_input: bool,
    host: ClientHost | None,
) -> PipelineSpec:
    """Return the pipeline of a script; a PipelineSpec is taken as it is. host: its own, None for the session's."""
    if isinstance(script, PipelineSpec):
        return script
    return PipelineSpec.script(
        script,
        arguments=tuple(argument_list),
        parameters=tuple((parameters or {}).items()),
        no_input=not has_input,
        host_info=host.info if host is not None else None,
    )


class RemotePipeline:
    """A pipeline that was started here or found in a session that was taken over.

    Output is asked for when it is wanted: a reader that waits keeps the server's buffers full, and the server waits
    too. ended_before: it was over when the session was taken over, only its output is still there. A reader that is
    cancelled, or stops reading early, stops the remote pipeline; a disconnect does not.
    """

    def __init__(
        self,
        pool: RunspacePool,
        pipeline_id: UUID,
        host: ClientHost,
        *,
        text: str = "",
        attached: bool = True,
        ended_before: bool = False,
    ) -> None:
        self.pipeline_id = pipeline_id
        self.command_id = str(pipeline_id).upper()
        self.text = text
        self.state = PSInvocationState.RUNNING
        self.failure: ErrorRecord | None = None
        self.attached = attached
        self.ended_before = ended_before
        self._pool = pool
        self._host = host
        self._inbox: deque[events.Event | StreamItem] = deque()
        self._done = False
        self._turn = asyncio.Lock()
        self._feeding: asyncio.Task[None] | None = None
        self._feed_error: BaseException | None = None

    @property
    def finished(self) -> bool:
        """Whether the remote side is done and everything it sent is here (though maybe not read yet)."""
        return self._done

    @property
    def over(self) -> bool:
        """Whether there is nothing to wait for: finished, or left."""
        return self._done or self.suspended

    @property
    def suspended(self) -> bool:
        """Whether the session was disconnected while the pipeline ran."""
        return self.state is PSInvocationState.DISCONNECTED

    def feed(self, source: Input) -> None:
        """Send the objects of an iterable as pipeline input, beside the reading."""
        self._feeding = asyncio.create_task(self._feed(source))

    def notify(self, item: StreamItem) -> None:
        """Put a record of our own among what arrives."""
        if not self._done:
            self._inbox.append(item)

    def deliver(self, event: events.Event) -> None:
        """Take an event of this pipeline from the pool."""
        if isinstance(event, events.PipelineStateChanged):
            self.state = event.state
            self.failure = event.error
            if self.suspended and self._feeding is not None:
                self._feeding.cancel()
        else:
            self._inbox.append(event)

    async def items(self) -> AsyncGenerator[StreamItem, None]:
        """Yield what the pipeline writes, in order, until it ends or the session is disconnected.

        Raises PipelineFailed or PipelineStopped at the end of one that did not complete.
        """
        collected = InvokeResult(self._pool.computer_name)
        try:
            while True:
                while self._inbox:
                    if (item := await self._taken()) is not None:
                        if item.stream != "output":
                            collected.add(item)
                        yield item
                if self._done or self.suspended:
                    break
                await self._more()
        except BaseException:
            await self._abandon()
            raise
        self.conclude(collected)

    async def collect(self, result: InvokeResult) -> InvokeResult:
        """Read to the end into ``result``. Raises as ``items``."""
        try:
            while True:
                while self._inbox:
                    if (item := await self._taken()) is not None:
                        result.add(item)
                if self._done or self.suspended:
                    break
                await self._more()
        except BaseException:
            await self._abandon()
            raise
        self.conclude(result)
        return result

    def conclude(self, result: InvokeResult) -> None:
        """Write the end state into the result; raise what a pipeline that did not complete raises."""
        result.state = self.state.name.capitalize()
        if self._feed_error is not None:
            raise self._feed_error
        if isinstance(host_code := getattr(self._host, "exit_code", None), int):
            result.exit_code = host_code
        if self.state is PSInvocationState.FAILED:
            message = str(self.failure) if self.failure is not None else "the remote pipeline failed without a reason"
            raise PipelineFailed(message, error_record=self.failure, result=result)
        if self.state is PSInvocationState.STOPPED:
            message = str(self.failure) if self.failure is not None else "the remote pipeline was stopped"
            raise PipelineStopped(message, error_record=self.failure, result=result)

    def end_here(self) -> None:
        """The session is gone, or the command: nothing more can come."""
        self._finish()

    async def stop(self, timeout: float | None = None) -> None:
        """Ask the pipeline to stop and wait until it has. timeout: seconds, else the session's cancel timeout."""
        if self._done or self.suspended:
            return
        if self._feeding is not None:
            self._feeding.cancel()
        try:
            async with asyncio.timeout(timeout or seconds(self._pool.wsman.info.option.cancel_timeout)):
                await self._pool.signal(self, uris.SIGNAL_STOP_PIPELINE)
                while not self.over:
                    await self._more()
        except TimeoutError:
            _log.warning("stop_timed_out", command_id=self.command_id)
            self._finish()

    async def request_stop(self) -> None:
        """Ask the pipeline to stop and do not wait: what it has written stays in the session for a later reader."""
        await self._pool.signal(self, uris.SIGNAL_STOP_PIPELINE)

    async def settle(self) -> None:
        """Wait until no Receive of this pipeline is under way."""
        async with self._turn:
            return

    async def _taken(self) -> StreamItem | None:
        """Take the next event: an item for the reader, or None for a host call, which is answered here."""
        match self._inbox.popleft():
            case events.PipelineOutput(value=value):
                return StreamItem("output", value)
            case events.PipelineRecord(record=record):
                return StreamItem(STREAM_OF[type(record)], record)
            case StreamItem() as item:
                return item
            case events.HostCallReceived() as call:
                await self._pool.answer(call, self._host)
        return None

    async def _more(self) -> None:
        """Wait for one answer to Receive; a wait that is cancelled loses nothing."""
        async with self._turn:
            if self.over:
                return
            if not self.attached:
                await self._pool.attach(self)
                if self.over:
                    return
            reply = await self._pool.receive(self)
        if self._done:
            return
        if self.state.terminal:
            if reply is None or reply.state is not CommandState.DONE:
                # the end came without CommandState Done: the command still holds its place on the server
                with suppress(WSManFault):
                    await self._pool.signal(self, uris.SIGNAL_TERMINATE)
            self._finish()
        elif reply is not None and reply.state is CommandState.DONE:
            self.state = PSInvocationState.FAILED
            self._finish()

    def _finish(self) -> None:
        self._done = True
        if not self.state.terminal:
            self.state = PSInvocationState.STOPPED
        if self._feeding is not None:
            self._feeding.cancel()
            self._feeding = None
        self._pool.forget(self)

    async def _abandon(self) -> None:
        """The reader is gone: stop the pipeline, even while our own task is being cancelled."""
        if self._done or self.suspended:
            return
        stopping = asyncio.create_task(self._stop_quietly())
        try:
            await asyncio.shield(stopping)
        except asyncio.CancelledError:
            stopping.cancel()
            raise

    async def _stop_quietly(self) -> None:
        try:
            await self.stop(ABANDON_SECONDS)
        except RemoraError as error:
            _log.info("stop_failed", command_id=self.command_id, error=str(error))
            self._finish()

    async def _feed(self, source: Input) -> None:
        machine = self._pool.machine(self)
        try:
            if isinstance(source, AsyncIterable):
                await self._feed_live(source, machine)
            else:
                for value in source:
                    machine.send_input(value)
                    await self._pool.flush(self, above=FLUSH_BYTES)
            machine.end_input()
            await self._pool.flush(self)
        except asyncio.CancelledError:
            raise
        except WSManFault as fault:
            # a pipeline that needs no more input, such as Select-Object -First 1, ends while we still send
            _log.debug("input_refused", command_id=self.command_id, code=f"{fault.code:#x}")
        except BaseException as error:
            # the reader is told when the pipeline has stopped
            self._feed_error = error
            await self._pool.signal(self, uris.SIGNAL_STOP_PIPELINE)

    async def _feed_live(self, source: AsyncIterable[Any], machine: ClientPipeline) -> None:
        """Send the objects of a source that may pause: what waits goes out when nothing follows for a moment."""
        added, ended = asyncio.Event(), False
        sending: asyncio.Task[None] | None = None

        async def flush_pauses() -> None:
            while True:
                await added.wait()
                added.clear()
                if ended:
                    return
                await asyncio.sleep(FLUSH_SECONDS)
                await self._pool.flush(self)

        flusher = asyncio.create_task(flush_pauses())
        try:
            async for value in source:
                machine.send_input(value)
                added.set()
                if self._pool.waiting(self) > FLUSH_BYTES:
                    if sending is not None:
                        await sending  # while one Send is under way, the next one is made ready
                    sending = asyncio.create_task(self._pool.flush(self, above=FLUSH_BYTES))
            ended = True
            added.set()
            await flusher  # a Send that is under way must not be cut off
            if sending is not None:
                await sending
        finally:
            flusher.cancel()
            if sending is not None:
                sending.cancel()
