"""A host of a few lines for the client's tests: real sockets, real machines, scripts that are functions.

It can cut connections at a chosen request, forget sessions, and counts what it is asked.
"""

from __future__ import annotations

import asyncio
import base64
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from remora.bindings.psrp_plugin import ServerShell
from remora.errors import WSManFault
from remora.psrp import events
from remora.psrp.hostcalls import HostMethod, HostResponse
from remora.psrp.server import ServerPool
from remora.psrp.states import PSInvocationState
from remora.values import ErrorRecord, Version
from remora.wsman import faults, replies, requests
from remora.wsman.server import Incoming, RefusedRequest, ServerSession
from remora.wsman.states import CommandState

USER, PASSWORD = "alice", "Pa55 wörd!"
PRIVATE_DATA = {"PSVersionTable": {"PSVersion": Version(7, 4, 0), "PSRemotingProtocolVersion": Version(2, 3)}}


class Stopped(Exception):
    """The client told the pipeline to stop."""


@dataclass
class Run:
    """One running script: what it may do."""

    shell: Shell
    pipeline_id: UUID
    text: str
    arguments: tuple[Any, ...]
    parameters: dict[str, Any]
    input: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    answers: dict[int, asyncio.Future[HostResponse]] = field(default_factory=dict)

    def output(self, value: Any) -> None:
        self.shell.pool.send_output(self.pipeline_id, value)
        self.shell.wake()

    def record(self, record: Any) -> None:
        self.shell.pool.send_record(self.pipeline_id, record)
        self.shell.wake()

    async def call(self, method: HostMethod, *args: Any) -> Any:
        call_id = self.shell.pool.host_call(self.pipeline_id, method, args)
        self.shell.wake()
        if method.is_void:
            return None
        future: asyncio.Future[HostResponse] = asyncio.get_running_loop().create_future()
        self.answers[call_id] = future
        response = await future
        if response.error is not None:
            raise RuntimeError(str(response.error))
        return response.value

    async def inputs(self) -> AsyncIterator[Any]:
        while (item := await self.input.get()) is not None:
            yield item[0]


Script = Callable[[Run], Awaitable[None]]


class Shell:
    def __init__(self, host: SmallHost, info: replies.ShellInfo, session_id: str) -> None:
        self.host = host
        self.info = info
        self.session_id = session_id
        self.connected = True
        self.pool = ServerPool(None)
        self.binding = ServerShell(self.pool)
        self.runs: dict[UUID, tuple[Run, asyncio.Task[None]]] = {}
        self.last: dict[str | None, tuple[str, bytes, int]] = {}
        self.signal = asyncio.Event()

    def wake(self) -> None:
        self.signal.set()
        self.signal = asyncio.Event()

    def happened(self, happened: list[events.ServerEvent]) -> None:
        for event in happened:
            match event:
                case events.PoolOpenRequested():
                    self.pool.accept_open(self.host.private_data)
                case events.PipelineCreateRequested(pipeline_id=pipeline_id, spec=spec):
                    command = spec.statements[0][0]
                    run = Run(
                        self,
                        pipeline_id,
                        command.name,
                        tuple(value for name, value in command.parameters if name is None),
                        {name: value for name, value in command.parameters if name is not None},
                    )
                    self.runs[pipeline_id] = (run, asyncio.create_task(self.run(run)))
                case events.InputReceived(pipeline_id=pipeline_id, value=value):
                    self.runs[pipeline_id][0].input.put_nowait((value,))
                case events.InputEnded(pipeline_id=pipeline_id):
                    self.runs[pipeline_id][0].input.put_nowait(None)
                case events.HostResponseReceived(pipeline_id=UUID() as pipeline_id, response=response):
                    self.runs[pipeline_id][0].answers.pop(response.call_id).set_result(response)
                case events.StopRequested(pipeline_id=pipeline_id):
                    self.runs[pipeline_id][1].cancel()
        self.wake()

    async def run(self, run: Run) -> None:
        state, error = PSInvocationState.COMPLETED, None
        try:
            await self.host.scripts.get(run.text, echo)(run)
        except asyncio.CancelledError:
            state = PSInvocationState.STOPPED
            error = ErrorRecord.of("The pipeline has been stopped.", "PipelineStopped")
        except Exception as failure:
            state, error = PSInvocationState.FAILED, ErrorRecord.of(str(failure), "RuntimeException")
        if run.pipeline_id in self.pool.pipelines:
            self.pool.send_state(run.pipeline_id, state, error)
            self.wake()


async def echo(run: Run) -> None:
    run.output(run.text)


class SmallHost:
    """poll: seconds a Receive is held. scripts: what a script's text does; any other text is written back.

    private_data: what it tells of itself. connect_seconds: how long a Connect takes; most_connecting: how many were
    under way at once then. delete_seconds: how long a Delete takes.
    """

    def __init__(
        self, scripts: dict[str, Script] | None = None, poll: float = 0.3, private_data: dict[str, Any] | None = None
    ) -> None:
        self.private_data = private_data or PRIVATE_DATA
        self.scripts = scripts or {}
        self.poll = poll
        self.shells: dict[str, Shell] = {}
        self.asked: Counter[str] = Counter()
        self.order: list[str] = []
        self.cut_before: Counter[str] = Counter()
        self.cut_after: Counter[str] = Counter()
        self.connections: set[Any] = set()
        self.url = ""
        self.refuse = 0
        self.connect_seconds = self.delete_seconds = 0.0
        self.connecting = self.most_connecting = 0
        self._wsman = ServerSession(new_id=uuid4, machine="small")
        self._runner: web.ServerRunner | None = None
        self._port = 0

    async def start(self) -> None:
        self._runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        assert site._server is not None
        self._port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._port}/wsman"

    async def stop(self) -> None:
        """Close the port and every connection; the shells live on."""
        assert self._runner is not None
        for transport in list(self.connections):
            transport.abort()
        self.connections.clear()
        await self._runner.cleanup()

    async def close(self) -> None:
        for shell in self.shells.values():
            for _run, task in shell.runs.values():
                task.cancel()
        await self.stop()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        self.connections.add(request.transport)
        expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        body = await request.read()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="WSMAN"'})
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=503)
        try:
            incoming = self._wsman.receive(body)
        except RefusedRequest as refused:
            return self._soap(500, self._wsman.fault(refused.headers, refused.fault))
        kind = type(incoming.request).__name__
        self.asked[kind] += 1
        self.order.append(kind)
        if self._cut(self.cut_before, kind, request):
            return web.Response(status=500)
        status, answer = await self._answer(incoming)
        if self._cut(self.cut_after, kind, request):
            return web.Response(status=500)
        return self._soap(status, answer)

    @staticmethod
    def _cut(where: Counter[str], kind: str, request: web.BaseRequest) -> bool:
        if where[kind] <= 0:
            return False
        where[kind] -= 1
        assert request.transport is not None
        request.transport.abort()
        return True

    @staticmethod
    def _soap(status: int, body: bytes) -> web.Response:
        return web.Response(status=status, body=body, headers={"Content-Type": "application/soap+xml;charset=UTF-8"})

    async def _answer(self, incoming: Incoming) -> tuple[int, bytes]:
        try:
            if isinstance(incoming.request, requests.Receive):
                return await self._receive(incoming, incoming.request)
            if isinstance(incoming.request, requests.Connect) and self.connect_seconds:
                self.connecting += 1
                self.most_connecting = max(self.most_connecting, self.connecting)
                await asyncio.sleep(self.connect_seconds)
                self.connecting -= 1
            if isinstance(incoming.request, requests.Delete) and self.delete_seconds:
                await asyncio.sleep(self.delete_seconds)
            return 200, self._wsman.reply(incoming, self._reply(incoming))
        except WSManFault as fault:
            return 500, self._wsman.fault(incoming.headers, fault)

    def _shell(self, shell_id: str | None) -> Shell:
        shell = self.shells.get(shell_id or "")
        if shell is None:
            raise faults.UnexpectedSelectors.shell(shell_id or "")
        return shell

    def _live(self, incoming: Incoming, shell_id: str) -> Shell:
        shell = self._shell(shell_id)
        if not shell.connected:
            raise faults.ShellDisconnected()
        if shell.session_id != incoming.headers.session_id:
            raise faults.ClientSessionIdMismatch()
        return shell

    def _reply(self, incoming: Incoming) -> replies.Reply:
        request = incoming.request
        match request:
            case requests.CreateShell():
                return self._create(incoming, request)
            case requests.Command(shell_id=shell_id, command_id=command_id, arguments=arguments):
                shell = self._live(incoming, shell_id)
                name, happened = shell.binding.command(command_id, arguments)
                shell.happened(happened)
                return replies.CommandAccepted(command_id=name)
            case requests.Send(shell_id=shell_id, streams=streams):
                shell = self._live(incoming, shell_id)
                for chunk in streams:
                    shell.happened(shell.binding.send(chunk.name, chunk.data, chunk.command_id))
                return replies.Sent()
            case requests.Signal(shell_id=shell_id, command_id=command_id, code=code):
                shell = self._live(incoming, shell_id)
                shell.happened(shell.binding.signal(command_id, code))
                if command_id and not shell.binding.is_stop(code):
                    shell.binding.forget(command_id)
                return replies.Signalled()
            case requests.Disconnect(shell_id=shell_id):
                return self._disconnect(incoming, request)
            case requests.Reconnect(shell_id=shell_id, command_id=None):
                shell = self._shell(shell_id)
                if shell.session_id != incoming.headers.session_id:
                    raise faults.ClientSessionIdMismatch()
                self._now(shell, True)
                return replies.Reconnected()
            case requests.Reconnect(shell_id=shell_id, command_id=str(command_id)):
                self._live(incoming, shell_id).binding.pipeline_id(command_id)
                return replies.Reconnected()
            case requests.Connect():
                return self._connect(incoming, request)
            case requests.Delete(shell_id=str(shell_id)):
                shell = self._shell(shell_id)
                for _run, task in shell.runs.values():
                    task.cancel()
                del self.shells[shell_id]
                shell.wake()
                return replies.Deleted()
            case requests.Get(shell_id=str(shell_id)):
                return replies.Got(shell=self._shell(shell_id).info)
            case requests.Enumerate(filter=None):
                return replies.Enumerated(items=tuple(shell.info for shell in self.shells.values()))
            case requests.Enumerate(filter=requests.Filter(selectors=selectors)):
                shell = self._shell(selectors.shell_id)
                items = tuple(
                    replies.CommandInfo(command_id=str(pid).upper(), command_line=shell.runs[pid][0].text)
                    for pid in shell.pool.pipelines
                )
                return replies.Enumerated(items=items)
        raise faults.ActionNotSupported()

    def _create(self, incoming: Incoming, request: requests.CreateShell) -> replies.Reply:
        spec = request.shell
        assert spec.shell_id is not None
        if spec.shell_id in self.shells:
            raise faults.ShellIdInUse()
        info = replies.ShellInfo(
            shell_id=spec.shell_id,
            name=spec.name,
            resource_uri=request.resource_uri,
            owner=USER,
            idle_timeout=spec.idle_timeout or 7200.0,
            max_idle_timeout=2147483.647,
            buffer_mode=spec.buffer_mode or "Block",
            state="Connected",
            shell_inactivity=1.0,
        )
        shell = Shell(self, info, incoming.headers.session_id or "")
        shell.happened(shell.binding.open(spec.creation_xml, request.options))
        self.shells[spec.shell_id] = shell
        return replies.ResourceCreated(
            shell_id=spec.shell_id, address=self.url, resource_uri=request.resource_uri, shell=info
        )

    def _now(self, shell: Shell, connected: bool, idle: float | None = None, mode: str | None = None) -> None:
        old = shell.info
        shell.connected = connected
        shell.info = replies.ShellInfo(
            shell_id=old.shell_id,
            name=old.name,
            resource_uri=old.resource_uri,
            owner=old.owner,
            idle_timeout=idle or old.idle_timeout,
            max_idle_timeout=old.max_idle_timeout,
            buffer_mode=mode or old.buffer_mode,
            state="Connected" if connected else "Disconnected",
            shell_inactivity=1.0,
        )
        shell.wake()

    def implicit_disconnect(self, shell_id: str) -> None:
        """What a server does when nobody asked for output for a minute."""
        self._now(self.shells[shell_id], False)

    def _disconnect(self, incoming: Incoming, request: requests.Disconnect) -> replies.Reply:
        shell = self._live(incoming, request.shell_id)
        shell.last.clear()
        self._now(shell, False, request.idle_timeout, request.buffer_mode)
        return replies.Disconnected()

    def _connect(self, incoming: Incoming, request: requests.Connect) -> replies.Reply:
        shell = self._shell(request.shell_id)
        if request.command_id is not None:
            self._live(incoming, request.shell_id).binding.pipeline_id(request.command_id)
            return replies.Connected()
        if shell.connected:
            raise faults.ConnectedToDifferentClient()
        shell.binding.check_connect(request.connect_xml, request.options)
        reply, happened = shell.binding.accept_connect()
        shell.happened(happened)
        shell.session_id = incoming.headers.session_id or ""
        self._now(shell, True)
        return reply

    async def _receive(self, incoming: Incoming, request: requests.Receive) -> tuple[int, bytes]:
        shell = self._live(incoming, request.shell_id)
        key = request.command_id
        message_id = incoming.headers.message_id or ""
        held = shell.last.get(key)
        if held is not None and held[0] == message_id:
            return held[2], held[1]
        loop = asyncio.get_running_loop()
        end = loop.time() + min(self.poll, incoming.headers.operation_timeout or self.poll)
        while True:
            if request.shell_id not in self.shells:
                raise faults.OperationAborted()
            if not shell.connected:
                raise faults.StreamDisconnected()
            held = shell.last.get(key)
            if held is not None and held[0] == message_id:
                return held[2], held[1]
            output = shell.binding.output(self._wsman.receive_budget(incoming.headers), request.command_id)
            if output is not None:
                body = self._wsman.reply(incoming, output)
                shell.last[key] = (message_id, body, 200)
                return 200, body
            waiting = shell.signal
            try:
                async with asyncio.timeout_at(end):
                    await waiting.wait()
            except TimeoutError:
                raise faults.OperationTimedOut() from None


@asynccontextmanager
async def small_host(scripts: dict[str, Script] | None = None, **options: Any) -> AsyncIterator[SmallHost]:
    host = SmallHost(scripts, **options)
    await host.start()
    try:
        yield host
    finally:
        await host.close()


@contextmanager
def threaded_host(
    scripts: dict[str, Script] | None = None, private_data: dict[str, Any] | None = None
) -> Iterator[SmallHost]:
    """The small host in a loop of its own thread, as a server elsewhere would be."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    host = SmallHost(scripts, private_data=private_data)
    asyncio.run_coroutine_threadsafe(host.start(), loop).result(10)
    try:
        yield host
    finally:
        asyncio.run_coroutine_threadsafe(host.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


__all__ = ["PASSWORD", "USER", "CommandState", "HostMethod", "Run", "SmallHost", "small_host", "threaded_host"]
