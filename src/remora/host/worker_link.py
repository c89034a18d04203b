"""One connection of the front end to one worker: many calls in flight, answers by id, all that comes checked."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Final

from remora._log import bound
from remora.errors import FaultSpec, LocalProtocolError, RemoraError, RemoteProtocolError, TransportError, WSManFault
from remora.net.unix import MessageChannel
from remora.worker import protocol as p
from remora.worker.frames import check_hello, encode_body, front_end_decoder, worker_decoder
from remora.wsman.fault_table import BY_NUMBER
from remora.wsman.faults import EncodingLimit, OperationAborted, OperationCancelled, OperationTimedOut, make_fault

_HELLO_TIME: Final = 10.0
_FENCE_TIME: Final = 5.0
CRASHED: Final = "The process of the shell ended unexpectedly; the shell, its commands and their output are lost. "
_log = bound(__name__)
_check: Final = worker_decoder()


class PendingCall:
    """A call without an answer yet."""

    __slots__ = ("future", "id", "request")

    def __init__(self, number: int, request: p.Request, future: asyncio.Future[p.Result]) -> None:
        self.id = number
        self.request = request
        self.future = future

    async def result(self) -> p.Result:
        """Wait for the answer; a Fault is raised as the class of its number."""
        result = await self.future
        if isinstance(result, p.Fault):
            raise fault_of(result)
        return result


class WorkerLink:
    """The connection. lost: called once, on the loop, when it ends for any reason but ``close``."""

    def __init__(self, channel: MessageChannel, hello: p.Hello, lost: Callable[[WorkerLink], None]) -> None:
        self._channel = channel
        self._lost = lost
        self._ids = itertools.count(1)
        self._pending: dict[int, PendingCall] = {}
        self._decoder = front_end_decoder()
        self._tasks: set[asyncio.Task[None]] = set()
        self.opened = hello.opened
        self.ended = asyncio.Event()
        self.crashed = False
        self._in_order = False
        self._reader = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def connect(
        cls, path: Path, shell_id: str, *, uid: int | None, lost: Callable[[WorkerLink], None]
    ) -> WorkerLink:
        """Connect to a worker's socket and exchange Hello.

        uid: whom the worker must run as by the kernel's word. Raises TransportError or RemoteProtocolError.
        """
        channel = await MessageChannel.connect(path)
        try:
            if uid is not None and channel.peer.uid != uid:
                raise TransportError(f"the worker of shell {shell_id} runs as uid {channel.peer.uid}, not {uid}")
            await channel.send(encode_body(p.Hello(shell_id=shell_id)))
            async with asyncio.timeout(_HELLO_TIME):
                first = await channel.receive()
            if first is None:
                raise TransportError(f"the worker of shell {shell_id} hung up")
            hello = check_hello(front_end_decoder().decode(first))
            if hello.shell_id.upper() != shell_id.upper():
                raise RemoteProtocolError("the worker serves another shell")
        except TimeoutError:
            channel.abort()
            raise TransportError(f"the worker of shell {shell_id} does not answer") from None
        except BaseException:
            channel.abort()
            raise
        return cls(channel, hello, lost)

    async def begin(self, request: p.Request, caller: p.Caller) -> PendingCall:
        """Send a call; its answer is awaited on the returned object.

        Raises EncodingLimit for a request that breaks the channel's bounds, OperationAborted when the worker is gone.
        """
        number = next(self._ids)
        try:
            body = encode_body(p.Call(id=number, request=request, caller=caller))
            _check.decode(body)
        except (RemoteProtocolError, LocalProtocolError) as error:
            raise EncodingLimit(f"a part of the request is too large or too long: {error} ") from None
        pending = PendingCall(number, request, asyncio.get_running_loop().create_future())
        if self.ended.is_set():
            raise OperationAborted(CRASHED)
        self._pending[number] = pending
        try:
            await self._channel.send(body)
        except BaseException as error:
            self._pending.pop(number, None)
            if isinstance(error, TransportError):
                raise OperationAborted(CRASHED) from None
            raise
        return pending

    async def call(self, request: p.Request, caller: p.Caller | None = None, *, seconds: float) -> p.Result:
        """Make a call and wait for its answer; OperationTimedOut when it takes longer."""
        pending = await self.begin(request, caller or p.Caller())
        try:
            async with asyncio.timeout(seconds):
                return await pending.result()
        except TimeoutError:
            raise OperationTimedOut() from None
        finally:
            if not pending.future.done() or pending.future.cancelled():
                self.cancel(pending)

    def cancel(self, pending: PendingCall) -> None:
        """End a call whose client is gone; nothing waits for it any more."""
        if self._pending.pop(pending.id, None) is not None:
            self._tell(p.Cancel(id=pending.id))
        if not pending.future.done():
            pending.future.set_exception(OperationCancelled())
            pending.future.exception()

    async def withdraw(self) -> None:
        """End every pending Receive with the time-out fault, but deliver what the worker has answered already.

        A Describe behind the Cancels is the fence: once it is answered, no answer to a cancelled call can follow.
        """
        waiting = [pending for pending in self._pending.values() if isinstance(pending.request, p.Receive)]
        if not waiting:
            return
        with contextlib.suppress(RemoraError):
            for pending in waiting:
                await self._channel.send(encode_body(p.Cancel(id=pending.id)))
            await self.call(p.Describe(), seconds=_FENCE_TIME)
        for pending in waiting:
            self._pending.pop(pending.id, None)
            if not pending.future.done():
                pending.future.set_exception(OperationTimedOut())

    async def close(self) -> None:
        """Leave the worker alone; it goes on."""
        self._reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reader
        self._channel.close()

    def _tell(self, message: p.ToWorker) -> None:
        async def send() -> None:
            with contextlib.suppress(RemoraError):
                await self._channel.send(encode_body(message))

        task = asyncio.get_running_loop().create_task(send())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self) -> None:
        try:
            while (message := await self._channel.receive()) is not None:
                answer = self._decoder.decode(message)
                if isinstance(answer, p.Farewell):
                    self._in_order = True
                    continue
                if not isinstance(answer, p.Answer):
                    raise RemoteProtocolError("the worker said something else than an answer")
                pending = self._pending.pop(answer.id, None)
                if pending is not None and not pending.future.done():
                    pending.future.set_result(answer.result)
        except RemoraError as error:
            _log.warning("worker_link_broken", reason=error)
        self._end()

    def _end(self) -> None:
        self.ended.set()
        self._channel.abort()
        self.crashed = not self._in_order
        for pending in self._pending.values():
            if not pending.future.done():
                pending.future.set_exception(OperationAborted(CRASHED))
                pending.future.exception()
        self._pending.clear()
        self._lost(self)


def fault_of(result: p.Fault) -> WSManFault:
    """Return a worker's fault as the class of its number; a number that is in no table stays a plain WSManFault."""
    details = {"detail": result.detail, "provider": result.provider, "provider_path": result.path}
    if result.number in BY_NUMBER:
        return make_fault(result.number, result.message, **details)
    spec = FaultSpec(500, "Receiver", "w:InternalError", result.number, "")
    return WSManFault(result.message, spec=spec, **details)
