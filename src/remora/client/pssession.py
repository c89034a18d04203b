"""PSSession: one session on another machine that can be used, left, found again and taken over."""

# ruff: noqa: ASYNC109  (how long the caller waits is part of the interface)
from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from types import TracebackType
from typing import Any, Protocol, Self

from remora.client.deadline import deadline
from remora.client.host import ClientHost
from remora.client.options import OutputBufferingMode, seconds
from remora.client.pipeline import Input, RemotePipeline, script_spec
from remora.client.results import InvokeResult, StreamItem
from remora.client.runspace_pool import RunspacePool
from remora.client.session_errors import check_idle_timeout, in_use, not_connectable, not_left, not_usable
from remora.client.session_state import RunspaceState
from remora.client.session_view import SessionView
from remora.client.wsman_session import WSManSession
from remora.errors import AuthError, PSSessionError, TransportError, WSManFault
from remora.psrp.spec import PipelineSpec
from remora.wsman import faults
from remora.wsman.replies import CommandInfo, Enumerated
from remora.wsman.requests import Enumerate


class SessionRef(Protocol):
    """What stands for a session: the session itself, or the blocking facade around it."""

    @property
    def inner(self) -> PSSession: ...


class PSSession(SessionView):
    """A runspace of its own on another machine. Made by ``new_pssession`` or found by ``get_pssession``.

    State and availability are relative to this client; idle_timeout and max_idle_timeout are milliseconds. name may be
    changed, which changes it here only. Used as ``async with``, the session is removed at the end of the block.
    """

    @property
    def inner(self) -> PSSession:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self) -> None:
        """Create the session on the server. Broken after AuthError, TransportError, WSManFault or PSRPError."""
        option = self.connection_info.option
        option.check_idle_timeout()
        pool = self._pool = self._new_pool()
        idle = option.idle_timeout / 1000 if option.idle_timeout > 0 else None
        pool.wsman.retry_seconds = float(option.max_connection_retry_count)
        try:
            async with deadline(seconds(option.open_timeout), f"opening a session on {self.computer_name}"):
                await pool.open(
                    name=self.name,
                    idle_timeout=idle,
                    buffering=option.output_buffering_mode,
                    interactive=self.uses_network_token,
                )
        except BaseException as error:
            await pool.abandon(error)
            raise
        pool.wsman.retry_seconds = self.connection_info.retry_seconds
        if pool.info is not None:
            self.refresh(pool.info)
        self._repository.add(self)

    async def connect(self) -> None:
        """Connect to the session again, or take it over from the client that left it; nothing when it is open.

        Raises PSSessionError (PSSessionConnectFailed) when somebody else is connected or the session is gone; it is a
        SessionInUse when this client had not known of the other one.
        """
        if self.state is RunspaceState.OPENED:
            return
        if self._pool is not None and self._pool.taken_over:
            await self.look_again()
        if self.state is not RunspaceState.DISCONNECTED or self._elsewhere:
            taken = self.state is RunspaceState.DISCONNECTED
            reason = "another client is connected to it" if taken else f"its state is {self.state.value}"
            raise not_connectable(self.name, self.computer_name, reason)
        try:
            limit = seconds(self.connection_info.option.open_timeout)
            with self.changes.settling():
                async with deadline(limit, f"connecting to {self.name}"):
                    await self._connect_now()
        except faults.ConnectedToDifferentClient as fault:
            raise in_use(self.name, self.computer_name) from fault
        except WSManFault as fault:
            raise not_connectable(self.name, self.computer_name, str(fault), fault) from fault
        self.disconnected_on = None
        self._repository.add(self)

    async def look_again(self) -> bool:
        """Ask the server how the session stands now; False when it is gone."""
        if self._pool is not None:
            shell = await self._pool.look()
            self._pool.taken_over = shell is not None and shell.state != "Disconnected"
            return shell is not None
        async with WSManSession(self.connection_info) as wsman:
            shell = await wsman.look(str(self.instance_id).upper())
        if shell is not None:
            self._found = shell
        return shell is not None

    async def disconnect(
        self,
        *,
        idle_timeout_sec: int | None = None,
        output_buffering_mode: OutputBufferingMode | str | int | None = None,
    ) -> None:
        """Leave the session; what runs in it goes on. Nothing when it is disconnected already.

        idle_timeout_sec, output_buffering_mode: change the session's own from now on. Raises PSSessionError.
        """
        if self.state is RunspaceState.DISCONNECTED:
            return
        if self.state is not RunspaceState.OPENED or self._pool is None:
            raise PSSessionError(
                f"session {self.name} cannot be disconnected: its state is {self.state.value}",
                error_id="CannotDisconnectSessionWhenNotOpened",
            )
        mode = OutputBufferingMode.parse(output_buffering_mode)
        idle_ms = self.idle_timeout if idle_timeout_sec is None else idle_timeout_sec * 1000
        check_idle_timeout(self.name, idle_ms, self.max_idle_timeout)
        if not self.can_disconnect:
            raise not_left(self.name, self.instance_id, "its server is older than PowerShell 3.0")
        try:
            await self._pool.disconnect(
                idle_timeout=idle_ms / 1000 if idle_ms > 0 else None,
                buffering=mode or self.output_buffering_mode,
            )
        except WSManFault as fault:
            raise not_left(self.name, self.instance_id, str(fault)) from fault
        self.idle_timeout = idle_ms
        self.output_buffering_mode = mode or self.output_buffering_mode

    async def close(self) -> None:
        """End the session on the server and forget it. A disconnected one is connected first.

        Raises PSSessionError: InvalidOperation for a session found connected to another client, of which nothing is
        removed; RemoveSessionCannotConnectToServer when it cannot be reached (any more), and it is forgotten here all
        the same.
        """
        if self._pool is None and self._elsewhere:
            raise PSSessionError(
                f"session {self.name} cannot be removed: another client is connected to it", error_id="InvalidOperation"
            )
        self._repository.remove(self)
        if self.state is RunspaceState.DISCONNECTED:
            try:
                await self.connect()
            except (PSSessionError, AuthError, TransportError) as error:
                raise PSSessionError(
                    f"session {self.name} could not be removed from {self.computer_name}: {error}",
                    error_id="RemoveSessionCannotConnectToServer",
                ) from error
        if self._pool is not None:
            await self._pool.close()
        self._repository.remove(self)

    @property
    def bytes_room(self) -> int | None:
        """How long a byte[] may be that travels as it is in one message; None where it becomes text (Windows)."""
        return self._pool.bytes_room if self._pool is not None else None

    async def start(
        self,
        script: str | PipelineSpec,
        argument_list: Sequence[Any] = (),
        *,
        parameters: Mapping[str, Any] | None = None,
        input: Input | None = None,  # the public name
        host: ClientHost | None = None,
    ) -> RemotePipeline:
        """Start a script and return its pipeline, to be read, stopped or left running.

        argument_list: positional arguments; parameters: named ones, True for a switch. input: objects for the script's
        pipeline. Raises PSSessionError when the session is not open or is busy.
        """
        pool = self._usable_pool()
        chosen = host if host is not None else self.host
        spec = script_spec(script, argument_list, parameters, input is not None, host)
        pipeline = await pool.start(spec, chosen)
        if input is not None:
            pipeline.feed(input)
        return pipeline

    async def invoke(
        self,
        script: str | PipelineSpec,
        argument_list: Sequence[Any] = (),
        *,
        parameters: Mapping[str, Any] | None = None,
        input: Input | None = None,  # the public name
        host: ClientHost | None = None,
        timeout: float | None = None,
    ) -> InvokeResult:
        """Run a script to its end and return its output with all other streams.

        timeout: seconds for everything; then the script is stopped and DeadlineExceeded raised. Raises PipelineFailed
        for a terminating error, PipelineStopped when somebody stopped it. Cancelling the call stops the script.
        """
        return await self.invoke_into(
            InvokeResult(self.computer_name), script, argument_list, parameters=parameters, input=input, host=host,
            timeout=timeout,
        )  # fmt: skip

    async def invoke_into(
        self,
        result: InvokeResult,
        script: str | PipelineSpec,
        argument_list: Sequence[Any] = (),
        *,
        parameters: Mapping[str, Any] | None = None,
        input: Input | None = None,  # the public name
        host: ClientHost | None = None,
        timeout: float | None = None,
    ) -> InvokeResult:
        """As ``invoke``, into a result that others may look at meanwhile."""
        async with deadline(timeout, f"running a script on {self.computer_name}"):
            pipeline = await self.start(script, argument_list, parameters=parameters, input=input, host=host)
            return await pipeline.collect(result)

    async def stream(
        self,
        script: str | PipelineSpec,
        argument_list: Sequence[Any] = (),
        *,
        parameters: Mapping[str, Any] | None = None,
        input: Input | None = None,  # the public name
        host: ClientHost | None = None,
    ) -> AsyncGenerator[StreamItem, None]:
        """Run a script and yield what it writes, as it arrives; leaving the loop early stops the script."""
        pipeline = await self.start(script, argument_list, parameters=parameters, input=input, host=host)
        async with aclosing(pipeline.items()) as items:
            async for item in items:
                yield item

    async def receive(self) -> AsyncGenerator[StreamItem, None]:
        """Connect if need be and yield what the commands left in the session write, until they end."""
        if self.state is RunspaceState.DISCONNECTED:
            await self.connect()
        for pipeline in self.running:
            async with aclosing(pipeline.items()) as items:
                async for item in items:
                    yield item

    def _usable_pool(self) -> RunspacePool:
        if self._pool is None or self.state is not RunspaceState.OPENED:
            raise not_usable(self.name, f"its state is {self.state.value}", "State")
        if self._pool.busy:
            raise not_usable(self.name, "it is busy with another command", "Availability")
        return self._pool

    def _new_pool(self) -> RunspacePool:
        wsman = WSManSession(self.connection_info)
        wsman.on_notice = self._notice
        return RunspacePool(
            wsman,
            pool_id=self.instance_id,
            resource_uri=self._resource_uri,
            host=self.host,
            application_arguments=self.connection_info.option.application_arguments,
            on_change=self._state_changed,
        )

    async def _connect_now(self) -> None:
        """Reconnect our own pool; when another client has had the session since, take it over as a stranger would."""
        if self._pool is not None and self._created:
            try:
                await self._pool.reconnect(self.output_buffering_mode)
                return
            except (faults.ClientSessionIdMismatch, faults.DuplicateMessage) as fault:
                if not await self.look_again():
                    raise fault
                if self._pool.taken_over:
                    raise faults.ConnectedToDifferentClient() from fault
            await self._pool.abandon(PSSessionError("replaced", error_id="PSSessionConnectFailed"))
        pool = self._pool = self._new_pool()
        self._created = False
        try:
            commands = await self._left_commands(pool.wsman)
            # the host is there: from now on a lost connection may have connected us already
            pool.wsman.retry_seconds = self.connection_info.retry_seconds
            await pool.connect(commands, self._wanted_buffering)
        except BaseException:
            await pool.wsman.close()
            self._pool = None if self._found is not None else pool
            raise
        self._created = True
        self.output_buffering_mode = self._wanted_buffering or self.output_buffering_mode

    @property
    def _wanted_buffering(self) -> OutputBufferingMode:
        """What the option of whoever looked the session up asks for; NONE keeps the session's own."""
        return self.connection_info.option.output_buffering_mode

    async def _left_commands(self, wsman: WSManSession) -> list[CommandInfo]:
        reply = await wsman.request(Enumerate.commands(str(self.instance_id).upper()))
        assert isinstance(reply, Enumerated)
        return [item for item in reply.items if isinstance(item, CommandInfo)]
