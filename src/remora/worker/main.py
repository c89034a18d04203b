"""The worker process: one shell behind one Unix socket, for as many front ends, one after another, as there will be."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from typing import Final

from remora._log import bound
from remora.errors import RemoteProtocolError, WSManFault
from remora.worker import protocol as p
from remora.worker.backend import Backend
from remora.worker.channel import Channel
from remora.worker.outlet import Gate
from remora.worker.reactor import Reactor
from remora.worker.shell import Shell
from remora.wsman import faults
from remora.wsman.states import ShellTrigger

MakeBackend = Callable[[p.Open, Gate, Reactor], Backend]

_GUARD_INTERVAL: Final = 5.0
_UNOPENED: Final = 60.0  # seconds a worker waits for Open before it takes its front end for dead
_FAREWELL: Final = 2.0  # seconds the last answers may take

_log = bound(__name__)


class Worker:
    """Serves the channel of one shell until the shell ends.

    listener: a listening Unix socket. trusted: uids that may connect. guard: descriptor of the socket's file, by
    which the worker notices that its directory was removed. make_backend: builds the inside of the shell from Open.
    """

    def __init__(
        self,
        listener: socket.socket,
        shell_id: str,
        *,
        trusted: frozenset[int],
        make_backend: MakeBackend,
        guard: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listener = listener
        self._shell_id = shell_id
        self._trusted = trusted
        self._make_backend = make_backend
        self._guard = guard
        self._clock = clock
        self._reactor = Reactor(deadline=self._deadline, tick=self._tick, clock=clock)
        self._shell: Shell | None = None
        self._channels: set[Channel] = set()
        self._next_guard = clock() + _GUARD_INTERVAL
        self._give_up: float | None = clock() + _UNOPENED
        self._ending = False

    def run(self) -> None:
        """Serve; returns when the shell has ended and its last answers are sent."""
        self._listener.setblocking(False)
        self._reactor.watch(self._listener, selectors.EVENT_READ, self._accept)
        self._reactor.run()
        for channel in list(self._channels):
            channel.close()

    def terminate(self) -> None:
        """End the shell soon; from any thread or signal handler."""
        self._reactor.call(self._terminate)

    def _accept(self, _events: int) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return
        channel = Channel(connection, self._reactor, self._received, self._lost)
        if channel.peer_uid not in self._trusted:
            _log.warning("stranger_refused", uid=channel.peer_uid)
            channel.close()
            return
        self._channels.add(channel)
        channel.send(p.Hello(shell_id=self._shell_id, opened=self._shell is not None))

    # --- messages ---------------------------------------------------------------------------------------------

    def _received(self, channel: Channel, message: p.ToWorker) -> None:
        match message:
            case p.Call():
                self._call(channel, message)
            case p.Cancel():
                if self._shell is not None:
                    self._shell.cancel((channel, message.id))
            case p.Hello():
                raise RemoteProtocolError("Hello inside a conversation")

    def _call(self, channel: Channel, call: p.Call) -> None:
        token = (channel, call.id)
        channel.tokens.add(call.id)

        def reply(result: p.Result) -> None:
            channel.tokens.discard(call.id)
            channel.send(p.Answer(id=call.id, result=result))

        try:
            if isinstance(call.request, p.Open):
                reply(self._open(call.request, call.caller))
            elif self._shell is None and isinstance(call.request, p.Delete):  # its Create was interrupted
                self._end()
                reply(p.Ok())
            elif self._shell is None or self._ending:
                raise faults.UnexpectedSelectors.shell(self._shell_id)
            else:
                self._shell.handle(call, token, reply)
        except WSManFault as fault:
            reply(p.Fault.of(fault))
        except Exception as error:
            _log.error("call_failed", request=type(call.request).__name__, exc_info=True)
            reply(p.Fault.of(faults.make_fault(0x80338003, f"The shell failed: {type(error).__name__}. ")))

    def _open(self, request: p.Open, caller: p.Caller) -> p.Result:
        if self._shell is not None:
            raise faults.ShellIdInUse()
        if request.shell_id.upper() != self._shell_id.upper():
            raise faults.InvalidShellId()
        gate = Gate(request.limits.buffer_bytes, self._reactor.wake)
        try:
            backend = self._make_backend(request, gate, self._reactor)
            self._shell = Shell(request, caller, backend, gate, clock=self._clock, closed=self._end)
        except Exception:
            self._end()
            raise
        self._give_up = None
        description = self._shell.describe()
        return p.Opened(description=description)

    def _lost(self, channel: Channel) -> None:
        self._channels.discard(channel)
        if self._shell is not None:
            for call_id in channel.tokens:
                self._shell.cancel((channel, call_id))

    # --- time and end -----------------------------------------------------------------------------------------

    def _deadline(self) -> float | None:
        times = [self._next_guard, self._give_up, self._shell.next_deadline() if self._shell else None]
        return min(moment for moment in times if moment is not None)

    def _tick(self) -> None:
        now = self._clock()
        if self._shell is not None:
            self._shell.tick()
        if now >= self._next_guard:
            self._next_guard = now + _GUARD_INTERVAL
            if self._guard is not None and os.fstat(self._guard).st_nlink == 0:
                _log.warning("socket_vanished", shell_id=self._shell_id)
                self._terminate()
        if self._give_up is not None and now >= self._give_up:
            self._reactor.stop()
        if self._ending and not any(channel.sending for channel in self._channels):
            self._reactor.stop()

    def _terminate(self) -> None:
        if self._shell is not None and not self._ending:
            self._shell.close(ShellTrigger.DELETE, faults.OperationAborted())
        self._end()

    def _end(self) -> None:
        for channel in list(self._channels):
            channel.send(p.Farewell())
        self._ending = True
        self._give_up = self._clock() + _FAREWELL
        self._reactor.forget(self._listener)
        self._listener.close()


def finish_process() -> None:
    """End this process and every process of its group, whatever threads still run."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGTERM)
    finally:
        os._exit(0)
