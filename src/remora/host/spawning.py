"""The front end's handle on its spawner: started before the loop, asked from it."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from uuid import UUID

from remora._log import bound
from remora.errors import RemoteProtocolError, TransportError
from remora.host.spawner import passed_on
from remora.host.spawner_protocol import (
    Discard,
    Discarded,
    Exited,
    Ready,
    Refused,
    ResourceLimits,
    Spawn,
    Spawned,
    front_end_decoder,
)
from remora.worker.frames import encode
from remora.wsman import faults

_START_TIME: Final = 30.0
_LOG_TAIL: Final = 8192
_log = bound(__name__)

Reply = Spawned | Discarded | Refused


class SpawnerHandle:
    """One spawner process. `start` blocks and is called before the event loop runs; `attach` joins it to the loop.

    exited: called on the loop with (shell_id, pid, status) when a worker of this spawner ended.
    """

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._decoder = front_end_decoder()
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._outgoing = bytearray()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.exited: Callable[[str, int, int], None] | None = None

    @property
    def pid(self) -> int:
        """Process id of the spawner."""
        return self._process.pid

    @classmethod
    def start(
        cls,
        state_dir: Path,
        *,
        front_uid: int | None = None,
        front_gid: int | None = None,
        command: tuple[str, ...] | None = None,
    ) -> SpawnerHandle:
        """Start the process and wait until it has preloaded everything.

        front_uid, front_gid: whom the front end will be when it connects to workers (default: as now). command: another
        program than the spawner's own module. Raises TransportError when the process does not come up.
        """
        state_dir = state_dir.absolute()
        state_dir.mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        arguments = [
            *(command or (sys.executable, "-m", "remora.host.spawner")),
            f"--control={theirs.fileno()}",
            f"--state-dir={state_dir}",
            f"--front-uid={os.geteuid() if front_uid is None else front_uid}",
            f"--front-gid={os.getegid() if front_gid is None else front_gid}",
        ]
        log = os.open(state_dir / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        log_end = os.fstat(log).st_size
        try:
            process = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                pass_fds=(theirs.fileno(),),
                env=passed_on() if os.geteuid() == 0 else None,
            )
        finally:
            os.close(log)
            theirs.close()
        handle = cls(process, ours)
        handle._wait_ready(state_dir / "worker.log", log_end)
        return handle

    def _wait_ready(self, log: Path, log_end: int) -> None:
        """Wait for the first message. log_end: size of the log before the process wrote to it."""
        self._control.settimeout(_START_TIME)
        try:
            messages = self._decoder.feed(self._control.recv(65536))
            if messages and isinstance(messages[0], Ready):
                return
            problem = "it ended before it was ready" if not messages else "it said something else than Ready"
        except TimeoutError:
            problem = f"it was not ready within {_START_TIME:.0f} s"
        except (OSError, RemoteProtocolError) as error:
            problem = str(error)
        self.close()
        said = _last_line(log, log_end)
        more = f"; it said: {said}" if said else ""
        raise TransportError(f"the spawner did not start: {problem}{more} (its log is {log})")

    def attach(self) -> None:
        """Serve the replies on the running event loop."""
        self._control.setblocking(False)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._control.fileno(), self._read)

    async def spawn(self, shell_id: str, account: str, limits: ResourceLimits | None = None) -> Spawned:
        """Start the worker of a shell (canonical upper-case GUID); return when it listens.

        Raises the fault 0x803381DF when the account's run_as is refused, 0x8033816E when the process could not be
        started.
        """
        reply = await self._ask(
            Spawn(id=next(self._ids), shell_id=shell_id, account=account, limits=limits or ResourceLimits())
        )
        if isinstance(reply, Refused):
            raise faults.make_fault(0x803381DF if reply.denied else 0x8033816E, f"{reply.reason}. ")
        if not isinstance(reply, Spawned):
            raise TransportError("the spawner answered something else")
        return reply

    async def discard(self, shell_id: str) -> bool:
        """Remove the socket that a dead worker left behind; False when a worker listens on it."""
        return isinstance(await self._ask(Discard(id=next(self._ids), shell_id=shell_id)), Discarded)

    async def _ask(self, request: Spawn | Discard) -> Reply:
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[request.id] = future
        try:
            if self._loop is None:
                raise TransportError("the spawner is gone")
            self._outgoing += encode(request)
            self._write()
            return await future
        finally:
            self._waiting.pop(request.id, None)

    def _write(self) -> None:
        """Write what the socket takes of the requests, in order, and the rest when it takes more.

        One writer for all who ask: the loop knows one callback for a descriptor, and a request that is cancelled half
        way must not leave half a frame behind.
        """
        assert self._loop is not None
        try:
            while self._outgoing:
                del self._outgoing[: self._control.send(self._outgoing)]
        except BlockingIOError:
            self._loop.add_writer(self._control.fileno(), self._write)
            return
        except OSError as error:
            _log.error("spawner_lost", reason=error)
            self._lost()
            return
        self._loop.remove_writer(self._control.fileno())

    def _read(self) -> None:
        try:
            data = self._control.recv(65536)
            messages = self._decoder.feed(data)
        except BlockingIOError:
            return
        except (OSError, RemoteProtocolError) as error:
            _log.error("spawner_lost", reason=error)
            data, messages = b"", []
        if not data:
            self._lost()
        for message in messages:
            if isinstance(message, Exited):
                if self.exited is not None:
                    self.exited(message.shell_id, message.pid, message.status)
            elif not isinstance(message, Ready):
                future = self._waiting.get(message.id)
                if future is not None and not future.done():
                    future.set_result(message)

    def _lost(self) -> None:
        self._detach()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(TransportError("the spawner is gone"))

    def _detach(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._control.fileno())
            self._loop.remove_writer(self._control.fileno())
            self._loop = None

    def close(self) -> None:
        """Let the spawner end (workers stay) and wait for it."""
        self._detach()
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _last_line(log: Path, start: int) -> str:
    """Return the last line with text that was written to the log after ``start`` bytes, at most 400 characters."""
    try:
        with log.open("rb") as stream:
            end = stream.seek(0, os.SEEK_END)
            stream.seek(max(start, end - _LOG_TAIL))
            text = stream.read(_LOG_TAIL).decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "".join(c if c.isprintable() else "?" for c in lines[-1][:400]) if lines else ""


def canonical_shell_id(text: str) -> str:
    """Return the file name of a ShellId. Raises InvalidShellId for anything that is not a GUID."""
    try:
        canonical = str(UUID(text)).upper()
    except ValueError:
        raise faults.InvalidShellId() from None
    if text.upper() != canonical:
        raise faults.InvalidShellId()
    return canonical
