"""What goes over the wire for one runspace pool: requests and replies on one side, protocol events on the other."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from remora._log import bound
from remora.bindings.psrp_wsman import REPEATED_SENDS, ClientShell
from remora.client.guard import IdleGuard
from remora.client.host import ClientHost
from remora.client.hostcalls import answer_host_call
from remora.client.options import OutputBufferingMode, buffer_mode
from remora.client.pipeline import RemotePipeline
from remora.client.results import StreamItem
from remora.client.sends import SendsAhead
from remora.client.wsman_session import POLL_SECONDS, Prepared, WSManSession
from remora.errors import (
    ConnectionLost,
    LimitExceeded,
    LocalProtocolError,
    RemoraError,
    RemoteProtocolError,
    WSManFault,
)
from remora.psrp import events
from remora.psrp.client import ClientPool
from remora.psrp.fragments import HEADER_SIZE as FRAGMENT_HEADER
from remora.psrp.messages import HEADER_SIZE as MESSAGE_HEADER
from remora.psrp.pipeline import ClientPipeline
from remora.psrp.pool import STDIN
from remora.psrp.states import RunspacePoolState as State
from remora.values import ErrorRecord
from remora.wsman import faults, replies, requests, uris
from remora.wsman.attachments import ATTACHMENTS, ORDERED_SENDS

LEFT = (faults.ShellDisconnected, faults.StreamDisconnected)
TAKEN_OVER = (faults.ClientSessionIdMismatch, faults.ConnectedToDifferentClient)
AWAY = (State.DISCONNECTED, State.CLOSED, State.BROKEN)
GONE = (faults.UnexpectedSelectors, faults.OperationAborted, faults.OperationCancelled, faults.ShellAlreadyClosed)
PROTOCOL_VERSION = "2.3"
_OBJECT_HEADERS = FRAGMENT_HEADER + MESSAGE_HEADER

_log = bound(__name__)


class PoolTraffic:
    """One runspace pool's protocol machine with the conversation that carries it.

    on_change is called after every change of state. Receives are sent by whoever waits for output; between uses the
    guard takes over. taken_over: another client has connected to our shell.
    """

    def __init__(
        self,
        wsman: WSManSession,
        *,
        pool_id: UUID,
        resource_uri: str,
        host: ClientHost,
        application_arguments: Mapping[str, Any] | None = None,
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self.wsman = wsman
        self.pool_id = pool_id
        self.info: replies.ShellInfo | None = None
        self.private_data: Mapping[str, Any] | None = None
        self.failure: ErrorRecord | str | None = None
        self.taken_over = False
        self.pipelines: dict[UUID, RemotePipeline] = {}
        self._host = host
        self._protocol = ClientPool(
            pool_id,
            host_info=host.info,
            application_arguments=application_arguments,
            protocol_version=PROTOCOL_VERSION,
            max_object_size=wsman.info.option.maximum_received_object_size or sys.maxsize,
            max_data_per_command=wsman.info.option.maximum_received_data_size_per_command,
        )
        self._shell = ClientShell(self._protocol, resource_uri=resource_uri, payload_limit=wsman.payload_limit)
        self._on_change = on_change
        self._send_room = 0
        self._cut_off: dict[UUID | None, Prepared] = {}
        self._sends: dict[UUID, SendsAhead] = {}
        self._send_locks: dict[tuple[UUID | None, str], asyncio.Lock] = {}
        self._resuming = asyncio.Lock()
        self._guard = IdleGuard(wsman, lambda: self.receive(None), lambda: self.state is State.OPENED)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def computer_name(self) -> str:
        return self.wsman.info.computer_name

    @property
    def state(self) -> State:
        return self._protocol.state

    @property
    def busy(self) -> bool:
        """Whether a pipeline runs; the output of one that is over may wait all the same."""
        return any(not pipeline.ended_before for pipeline in self.pipelines.values())

    @property
    def bytes_room(self) -> int | None:
        """How long a byte[] may be that travels in one message as it is; None where it must become text."""
        attachable = self.wsman.attachable
        return attachable - _OBJECT_HEADERS if attachable and self._protocol.takes_bytes else None

    async def reconnect(self, buffering: OutputBufferingMode = OutputBufferingMode.NONE) -> None:
        """Resume our own shell and the pipelines we left in it."""
        request = replace(self._shell.reconnect(), buffer_mode=buffer_mode(buffering))
        self._changed()
        try:
            await self.wsman.request(request)
        except BaseException as error:
            self._refused(error)
            raise
        self.taken_over = False
        self._apply(self._protocol.reconnected())
        for pipeline in list(self.pipelines.values()):
            if pipeline.attached:
                await self._command_level(pipeline, self._shell.reconnect(pipeline.pipeline_id))
        self._guard.arm()

    async def receive(self, pipeline: RemotePipeline | None) -> replies.Received | None:
        """One Receive of the pool's stream or a pipeline's; None when nothing came or the session was left."""
        if pipeline is not None and self._lacks_key():
            await self._exchange_key()
            return None
        pipeline_id = pipeline.pipeline_id if pipeline is not None else None
        prepared = self._cut_off.pop(pipeline_id, None)
        if prepared is None:
            prepared = self.wsman.prepare(self._shell.receive(pipeline_id), operation_timeout=POLL_SECONDS)
        try:
            reply = await self.wsman.ask(prepared)
        except asyncio.CancelledError:
            self._cut_off[pipeline_id] = prepared  # its answer may be on the way: the next wait asks for it again
            raise
        except faults.OperationTimedOut:
            return None
        except LEFT:
            if self.state is State.OPENED:
                await self._resume()
            return None
        except GONE as fault:
            if self.state in (State.DISCONNECTING, State.DISCONNECTED, State.CLOSING, State.CLOSED):
                return None
            await self._gone(pipeline, fault)
            raise
        except TAKEN_OVER:
            self.taken_over = True
            self._left()
            raise
        except ConnectionLost:
            self._cut_off[pipeline_id] = prepared  # what was lost on the way comes when we are connected again
            self._left()
            raise
        assert isinstance(reply, replies.Received)
        try:
            self._apply(self._shell.received(reply, pipeline_id))
        except RemoteProtocolError as error:
            if isinstance(error, LimitExceeded):
                error = LimitExceeded(
                    f"{error}: MaximumReceivedObjectSize and MaximumReceivedDataSizePerCommand of the session option "
                    "say how much may come"
                )
            self.failure = str(error)
            self._end(self._protocol.broken())
            raise error
        if pipeline is not None and self._protocol.waiting_for_key:
            await self._exchange_key()
        return reply

    def waiting(self, pipeline: RemotePipeline) -> int:
        """How many bytes of a pipeline's input wait to be sent."""
        return self._protocol.pending(pipeline.pipeline_id)

    async def flush(self, pipeline: RemotePipeline | None, *, stream: str = "stdin", above: int = 0) -> None:
        """Send what waits in one stream, in order, when it is more than ``above`` bytes.

        With ``above`` the last Sends may still be under way at the return.
        """
        pipeline_id, command_id = (pipeline.pipeline_id, pipeline.command_id) if pipeline is not None else (None, None)
        if pipeline is not None and self._protocol.waiting_for_key:
            await self._exchange_key()
        if self._protocol.pending(pipeline_id, stream) <= above:
            return
        async with self._send_locks.setdefault((pipeline_id, stream), asyncio.Lock()):
            if not self._send_room:
                self._send_room = self.wsman.payload_limit(self._send(stream, b"", self._shell.shell_id))
            ahead = self._ahead(pipeline_id) if stream == STDIN and self.wsman.orders_sends else None
            while data := self._protocol.take(pipeline_id, self._send_room, stream):
                if ahead is None:
                    await self._asked(self._send(stream, data, command_id))
                else:
                    await ahead.add(partial(self._send_placed, stream, data, command_id))
            if ahead is not None and above == 0:
                await ahead.settle()

    def _ahead(self, pipeline_id: UUID | None) -> SendsAhead | None:
        """Return the Sends of a pipeline that are under way; the pool's own go one after the other."""
        return None if pipeline_id is None else self._sends.setdefault(pipeline_id, SendsAhead())

    async def signal(self, pipeline: RemotePipeline, code: str) -> None:
        """Send a signal to a pipeline; one that is gone already is no error."""
        stop = code == uris.SIGNAL_STOP_PIPELINE
        request = self._shell.stop(pipeline.pipeline_id) if stop else self._shell.terminate(pipeline.pipeline_id)
        with suppress(faults.InvalidSelectors, faults.CommandAlreadyClosed, faults.CommandTerminated):
            await self._asked(request)

    async def answer(self, call: events.HostCallReceived, host: ClientHost) -> None:
        """Let the host answer a call and send the answer back on the priority stream."""
        if not await answer_host_call(host, call, self._protocol):
            return
        pipeline = self.pipelines.get(call.pipeline_id) if call.pipeline_id is not None else None
        await self.flush(pipeline, stream="pr")

    async def _answer_pool(self, call: events.HostCallReceived) -> None:
        try:
            await self.answer(call, self._host)
        except RemoraError as error:
            _log.info("host_answer_lost", shell_id=self._shell.shell_id, error=str(error))

    async def look(self) -> replies.ShellInfo | None:
        """Ask the server for its view of the shell; None when it is gone."""
        return await self.wsman.look(self._shell.shell_id)

    def machine(self, pipeline: RemotePipeline) -> ClientPipeline:
        """Return the protocol's side of a running pipeline. Raises LocalProtocolError when it is over."""
        try:
            return self._protocol.pipelines[pipeline.pipeline_id]
        except KeyError:
            raise LocalProtocolError("the pipeline is over") from None

    def forget(self, pipeline: RemotePipeline) -> None:
        """A pipeline is over."""
        self.pipelines.pop(pipeline.pipeline_id, None)
        self._cut_off.pop(pipeline.pipeline_id, None)
        if (ahead := self._sends.pop(pipeline.pipeline_id, None)) is not None:
            ahead.cancel()
        for stream in ("stdin", "pr"):
            self._send_locks.pop((pipeline.pipeline_id, stream), None)
        self._changed()

    def tell(self, item: StreamItem) -> None:
        """Put a record of our own into every running pipeline's streams."""
        for pipeline in self.pipelines.values():
            pipeline.notify(item)

    def _send(self, stream: str, data: bytes, command_id: str | None, position: int | None = None) -> requests.Send:
        chunk = requests.StreamChunk(name=stream, data=data, command_id=command_id, position=position)
        return requests.Send(resource_uri=self._shell.resource_uri, shell_id=self._shell.shell_id, streams=(chunk,))

    async def _send_placed(self, stream: str, data: bytes, command_id: str | None, position: int) -> replies.Reply:
        return await self._asked(self._send(stream, data, command_id, position))

    async def _asked(self, request: requests.Request) -> replies.Reply:
        """Send a request; a server that let go of an idle session is asked to take us back first."""
        try:
            return await self.wsman.request(request)
        except LEFT:
            if self.state is not State.OPENED:
                raise
        except TAKEN_OVER:
            self.taken_over = True
            self._left()
            raise
        except GONE as fault:
            if isinstance(request, requests.Command) and await self.look() is None:
                await self._gone(None, fault)
            raise
        except ConnectionLost as lost:
            if self.wsman.retry_seconds > 0 and not isinstance(request, requests.Send):
                self._left()
            raise lost
        await self._resume()
        return await self.wsman.request(request)

    async def _resume(self) -> None:
        """The server disconnected the session by itself (no Receive for a minute): go back to it."""
        async with self._resuming:
            if self.state is not State.OPENED:
                return
            _log.info("implicit_disconnect", shell_id=self._shell.shell_id)
            self._apply(self._protocol.disconnected())
            await self.reconnect()

    async def _command_level(self, pipeline: RemotePipeline, request: requests.Request) -> None:
        """Reconnect or Connect one command; one that is gone ends here."""
        try:
            await self.wsman.request(request)
        except (faults.InvalidSelectors, faults.CommandTerminated) as fault:
            error = ErrorRecord.of(f"the command is no longer on the server: {fault}", "CommandGone")
            self._end(self._protocol.end_pipeline(pipeline.pipeline_id, error))

    async def _gone(self, pipeline: RemotePipeline | None, fault: WSManFault) -> None:
        """A command or the whole shell is not there any more: find out which."""
        record = ErrorRecord.of(str(fault), "CommandGone")
        if pipeline is not None:
            self._end(self._protocol.end_pipeline(pipeline.pipeline_id, record))
            try:
                if await self.look() is not None:
                    return
            except RemoraError:
                return
        self.failure = str(fault)
        self._end(self._protocol.broken(record))

    async def _exchange_key(self) -> None:
        """Secure strings wait for the session key: send our public key and read the pool's stream for the answer."""
        async with self._send_locks.setdefault((None, "key"), asyncio.Lock()):
            if not self._lacks_key():
                return
            await self._guard.disarm()  # two Receives of one stream at a time are refused
            try:
                self._protocol.request_key()
                await self.flush(None)
                while self._lacks_key():
                    await self.receive(None)
            finally:
                self._guard.arm()

    def _lacks_key(self) -> bool:
        return self._protocol.waiting_for_key and self.state is State.OPENED

    def _left(self) -> None:
        """We are not connected any more, by our own wish or not."""
        if self.state in (State.OPENED, State.DISCONNECTING):
            self._apply(self._protocol.disconnected())
        elif self.state is State.CONNECTING:
            self._apply(self._protocol.refused())

    def _refused(self, error: BaseException) -> None:
        self.taken_over = isinstance(error, TAKEN_OVER)
        self._apply(self._protocol.refused())

    def _apply(self, happened: Sequence[events.Event]) -> None:
        """Hand the events of the protocol machine to whom they concern."""
        for event in happened:
            match event:
                case events.PipelineOutput() | events.PipelineRecord() | events.PipelineStateChanged():
                    if (pipeline := self.pipelines.get(event.pipeline_id)) is not None:
                        pipeline.deliver(event)
                case events.HostCallReceived(pipeline_id=UUID() as pipeline_id):
                    if (pipeline := self.pipelines.get(pipeline_id)) is not None:
                        pipeline.deliver(event)
                case events.HostCallReceived():
                    task = asyncio.create_task(self._answer_pool(event))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                case events.ApplicationPrivateDataReceived(data=data):
                    self.private_data = data
                    self._heed(data or {})
                case events.PoolStateChanged(error=error):
                    self.failure = error or self.failure
                    self._changed()
                case _:
                    _log.debug("pool_event", kind=type(event).__name__)

    def _heed(self, data: Mapping[str, Any]) -> None:
        """Take what the server promises beyond what Windows does."""
        self.wsman.repeats_sends = data.get(REPEATED_SENDS) is True
        self.wsman.orders_sends = data.get(ORDERED_SENDS) is True and self.wsman.repeats_sends
        attachable = data.get(ATTACHMENTS)
        self.wsman.attach(attachable if type(attachable) is int and attachable > 0 else 0)
        self._send_room = 0

    def _end(self, happened: Sequence[events.Event]) -> None:
        """As ``_apply``, for ends that no further message will confirm."""
        self._apply(happened)
        for pipeline in list(self.pipelines.values()):
            if pipeline.state.terminal:
                pipeline.end_here()

    def _changed(self) -> None:
        if self.state in AWAY:
            self.wsman.release()
        else:
            self.wsman.keep()
        if self._on_change is not None:
            self._on_change()
