"""The control socket: how ``remora host status`` and ``stop`` speak to the front end of a state directory."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from remora._log import bound
from remora.errors import RemoraError, RemoteProtocolError, TransportError
from remora.host.state_dir import StateDir
from remora.host.worker_link import WorkerLink
from remora.net.unix import BlockingChannel, MessageChannel, listen, serve
from remora.worker import protocol as p

MAX_MESSAGE: Final = 16 * 1024 * 1024
_ANSWER_TIME: Final = 60.0
_END_TIME: Final = 5.0
_log = bound(__name__)


class ControlRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks. shells: with stop, end the shells too."""

    verb: Literal["status", "stop"]
    shells: bool = False


class ShellStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One shell; times in seconds. idle: since the last activity of its client."""

    shell_id: str
    owner: str
    kind: str
    configuration: str
    state: str
    name: str | None = None
    pid: int = 0
    commands: int = 0
    idle: int = 0
    run_time: int = 0
    memory: int = 0
    client_ip: str = ""


class HostStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. uptime: seconds of this front end."""

    running: bool = True
    pid: int = 0
    version: str = ""
    state_dir: str = ""
    uptime: Annotated[float, Meta(ge=0)] = 0.0
    urls: tuple[str, ...] = ()
    logons: int = 0
    shells: tuple[ShellStatus, ...] = ()


class ControlServer:
    """The front end's side. status: makes the answer; stop: begins to stop, with True after ending the shells."""

    def __init__(
        self,
        *,
        status: Callable[[], Awaitable[HostStatus]],
        stop: Callable[[bool], Awaitable[None]],
    ) -> None:
        self._status = status
        self._stop = stop
        self._server: asyncio.Server | None = None

    async def start(self, state: StateDir) -> None:
        """Listen in the state directory."""
        self._server = await serve(listen(state.control), self._handle, max_message=MAX_MESSAGE)

    async def _handle(self, channel: MessageChannel) -> None:
        try:
            if channel.peer.uid not in (0, os.geteuid()):
                _log.warning("control_refused", uid=channel.peer.uid)
                return
            while (message := await channel.receive()) is not None:
                request = msgspec.json.decode(message, type=ControlRequest)
                await channel.send(msgspec.json.encode(await self._status()))
                if request.verb == "stop":
                    await self._stop(request.shells)
        except (RemoraError, msgspec.MsgspecError) as error:
            _log.warning("control_failed", reason=error)

    async def close(self, state: StateDir) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            with contextlib.suppress(OSError):
                state.control.unlink(missing_ok=True)


def ask(state: StateDir, request: ControlRequest) -> HostStatus | None:
    """Ask the front end of a state directory; None when none runs. Raises TransportError when it does not answer."""
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with sock:
        try:
            sock.connect(str(state.anchored().control))
        except (FileNotFoundError, ConnectionRefusedError, NotADirectoryError):
            return None
        except OSError as error:
            raise TransportError(f"cannot reach the host of {state.root}: {error.strerror or error}") from None
        channel = BlockingChannel(sock, max_message=MAX_MESSAGE)
        channel.send(msgspec.json.encode(request))
        answer = channel.receive(_ANSWER_TIME)
    if answer is None:
        raise TransportError("the host did not answer")
    try:
        return msgspec.json.decode(answer, type=HostStatus)
    except msgspec.MsgspecError as error:
        raise RemoteProtocolError(f"the host's answer cannot be read: {error}") from None


async def end_workers(state: StateDir) -> int:
    """End the workers of a state directory that no front end serves; return how many there were."""
    ended = 0
    paths = sorted(state.anchored().workers.iterdir()) if state.workers.is_dir() else []
    for path in paths:
        try:
            link = await WorkerLink.connect(path, path.name, uid=None, lost=lambda _link: None)
        except RemoraError:
            continue
        with contextlib.suppress(RemoraError):
            await link.call(p.Delete(), seconds=_END_TIME)
        await link.close()
        ended += 1
    return ended
