"""A runspace pool on another machine: opened, taken over, left, closed, and given pipelines to run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from uuid import UUID, uuid4

from remora._log import bound
from remora.client.host import ClientHost
from remora.client.options import OutputBufferingMode, buffer_mode, seconds
from remora.client.pipeline import RemotePipeline
from remora.client.pool_traffic import PoolTraffic
from remora.client.wsman_session import POLL_SECONDS
from remora.errors import ConnectionLost, PSRPError, RemoraError
from remora.psrp.spec import PipelineSpec
from remora.psrp.states import RunspacePoolState as State
from remora.wsman import faults, replies
from remora.wsman.states import CommandState

_log = bound(__name__)


class RunspacePool(PoolTraffic):
    """Opens, uses, leaves and closes one shell with one runspace pool in it."""

    async def open(
        self,
        *,
        name: str | None,
        idle_timeout: float | None,
        buffering: OutputBufferingMode,
        interactive: bool = False,
    ) -> None:
        """Create the shell and wait until the pool is open.

        idle_timeout: seconds, None leaves it to the server. interactive: ask for a token that is good on the network.
        """
        profile = {"no_profile": self.wsman.info.option.no_machine_profile, "interactive": interactive}
        mode = buffer_mode(buffering)
        request = self._shell.create(name=name, idle_timeout=idle_timeout, buffer_mode=mode, **profile)
        reply = await self.wsman.request(request)
        assert isinstance(reply, replies.ResourceCreated)
        self._shell.created(reply)
        self.info = reply.shell
        await self.flush(None)
        await self._until_opened()

    async def connect(
        self,
        commands: Iterable[replies.CommandInfo] = (),
        buffering: OutputBufferingMode = OutputBufferingMode.NONE,
    ) -> None:
        """Take over a shell that another client left; its commands are attached when somebody reads them."""
        request = replace(self._shell.connect(), buffer_mode=buffer_mode(buffering))
        self._changed()
        try:
            reply = await self.wsman.request(request)
        except BaseException as error:
            self._refused(error)
            raise
        assert isinstance(reply, replies.Connected)
        self.taken_over = False
        self._apply(self._shell.connected(reply))
        await self._until_opened()
        for command in commands:
            self._adopt(command)

    async def disconnect(
        self, *, idle_timeout: float | None = None, buffering: OutputBufferingMode = OutputBufferingMode.NONE
    ) -> None:
        """Leave the shell and whatever runs in it. idle_timeout: seconds, None keeps the shell's."""
        request = self._shell.disconnect(idle_timeout=idle_timeout, buffer_mode=buffer_mode(buffering))
        self._changed()
        try:
            await self.wsman.request(request)
        except faults.ShellDisconnected:
            _log.debug("disconnected_before", shell_id=self._shell.shell_id)
        except ConnectionLost:
            self._left()
            await self._quiet()
            raise
        except BaseException:
            self._apply(self._protocol.refused())
            raise
        self._left()
        await self._settle()
        await self._quiet()

    async def _settle(self) -> None:
        """Fetch the answers that were on their way when we left: after a Disconnect they count as arrived."""
        await self._guard.disarm()
        with suppress(TimeoutError, RemoraError):
            async with asyncio.timeout(POLL_SECONDS):
                for pipeline in (*self.pipelines.values(), None):
                    if pipeline is not None:
                        await pipeline.settle()
                    if (pipeline.pipeline_id if pipeline is not None else None) in self._cut_off:
                        await self.receive(pipeline)

    async def close(self) -> None:
        """Delete the shell with everything in it, if it is open; errors of the transport are only logged.

        It waits no longer than CancelTimeout.
        """
        try:
            if self.state is State.OPENED:
                await self._delete()
        finally:
            await self._quiet()
            await self.wsman.close()
            self._part()

    def _part(self) -> None:
        """Let go of whoever listens to a pool that has ended, so that it is freed at once and not by a collection."""
        self._guard.retire()
        self._on_change = self.wsman.on_notice = None

    async def _delete(self) -> None:
        request = self._shell.delete()
        self._changed()
        await self._guard.disarm()
        try:
            async with asyncio.timeout(seconds(self.wsman.info.option.cancel_timeout)):
                await self.wsman.request(request)
        except (RemoraError, TimeoutError) as error:
            _log.info("delete_failed", shell_id=self._shell.shell_id, error=str(error))
        finally:
            self._end(self._protocol.closed())

    async def abandon(self, error: BaseException) -> None:
        """Give up a pool that could not be opened or is beyond repair; the connections are closed."""
        self.failure = self.failure or str(error)
        self._end(self._protocol.broken())
        await self._quiet()
        await self.wsman.close()
        self._part()

    async def _until_opened(self) -> None:
        while self.state in (State.OPENING, State.CONNECTING):
            await self.receive(None)
        if self.state is not State.OPENED:
            raise PSRPError(f"{self.computer_name} did not open the runspace pool: {self.failure or self.state.name}")
        self._guard.arm()

    async def _quiet(self) -> None:
        """End our own waiting after the shell was left or deleted."""
        await self._guard.disarm()
        for task in list(self._tasks):
            task.cancel()

    async def start(self, spec: PipelineSpec, host: ClientHost) -> RemotePipeline:
        """Start a pipeline and return it without waiting for output: one exchange, unless the script is very long."""
        pipeline_id = uuid4()
        self._protocol.create_pipeline(spec, pipeline_id)
        pipeline = RemotePipeline(self, pipeline_id, host, text=spec.text)
        try:
            if self._protocol.waiting_for_key:
                await self._exchange_key()
            reply = await self._asked(self._shell.command(pipeline_id))
            assert isinstance(reply, replies.CommandAccepted)
            self._shell.accepted(pipeline_id, reply)
            pipeline.command_id = reply.command_id
            self.pipelines[pipeline_id] = pipeline
            if self._protocol.pending(pipeline_id):
                await self.flush(pipeline)
        except BaseException:
            self._protocol.end_pipeline(pipeline_id)
            pipeline.end_here()
            raise
        self._changed()
        return pipeline

    async def attach(self, pipeline: RemotePipeline) -> None:
        """Connect to one command of a shell that was taken over."""
        pipeline.attached = True
        await self._command_level(pipeline, self._shell.connect_command(pipeline.pipeline_id))

    def _adopt(self, command: replies.CommandInfo) -> None:
        try:
            pipeline_id = UUID(command.command_id)
        except ValueError:
            _log.warning("foreign_command_id", shell_id=self._shell.shell_id)
            return
        self._protocol.attach_pipeline(pipeline_id)
        self.pipelines[pipeline_id] = RemotePipeline(
            self,
            pipeline_id,
            self._host,
            text=command.command_line,
            attached=False,
            ended_before=command.state is CommandState.DONE,
        )
        self._changed()
