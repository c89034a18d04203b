"""Message channels over Unix stream sockets: a 32-bit big-endian length, then the message; descriptors beside them."""

from __future__ import annotations

import array
import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from remora.errors import ConfigError, ConnectionLost, DeadlineExceeded, LimitExceeded, TransportError

MAX_MESSAGE: Final = 32 * 1024 * 1024
MAX_PATH: Final = 107
MAX_DESCRIPTORS: Final = 16
_SIZE: Final = struct.Struct(">I")
_HIGH_WATER: Final = 4 * 1024 * 1024
_SEND_BUFFER: Final = 4 * 1024 * 1024
_PIECE: Final = 512 * 1024  # what a socket takes at once: more would be copied to wait and moved after every piece
_LOST: Final = "the other end of the channel is gone"


@dataclass(frozen=True, slots=True)
class PeerCredentials:
    """Who opened the other end, by the kernel's word."""

    pid: int
    uid: int
    gid: int


def peer_credentials(sock: socket.socket) -> PeerCredentials:
    """Ask the kernel (SO_PEERCRED); raises TransportError where it cannot say."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None:
        raise TransportError("this system does not tell who is at the other end of a Unix socket")
    raw = sock.getsockopt(socket.SOL_SOCKET, option, struct.calcsize("3i"))
    return PeerCredentials(*struct.unpack("3i", raw))


def require_peer(sock: socket.socket, uids: Sequence[int]) -> PeerCredentials:
    """Return the peer's credentials when its uid is among these; else raise TransportError."""
    peer = peer_credentials(sock)
    if peer.uid not in uids:
        raise TransportError(f"uid {peer.uid} may not use this channel")
    return peer


def check_path(path: str | Path) -> str:
    """Return a socket path fit for the kernel; one that is too long raises ConfigError saying by how much."""
    raw = os.fsencode(path)
    if len(raw) > MAX_PATH:
        raise ConfigError(
            f"socket path {path} has {len(raw)} bytes, {len(raw) - MAX_PATH} more than a Unix socket can have"
        )
    return os.fsdecode(raw)


def widen(sock: socket.socket) -> None:
    """Let a socket take a large message at once, as far as the system allows, instead of in turns with its reader."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)


class MessageChannel(asyncio.Protocol):
    """The asyncio end of a channel. One reader at a time; any number of senders."""

    def __init__(self, *, max_message: int = MAX_MESSAGE) -> None:
        self._max_message = max_message
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._messages: deque[bytes] = deque()
        self._queued = 0
        self._reader: asyncio.Future[None] | None = None
        self._sending = asyncio.Lock()
        self._writable = asyncio.Event()
        self._writable.set()
        self._ended = False
        self._error: Exception | None = None

    @classmethod
    async def connect(cls, path: str | Path, *, max_message: int = MAX_MESSAGE) -> MessageChannel:
        """Connect to a listening socket; raises TransportError when nobody listens."""
        loop = asyncio.get_running_loop()
        try:
            _transport, channel = await loop.create_unix_connection(
                lambda: cls(max_message=max_message), check_path(path)
            )
        except OSError as error:
            raise TransportError(f"cannot connect to {path}: {error.strerror or error}") from None
        return channel

    @classmethod
    async def adopt(cls, sock: socket.socket, *, max_message: int = MAX_MESSAGE) -> MessageChannel:
        """Take over a connected socket, such as one half of a pair."""
        loop = asyncio.get_running_loop()
        _transport, channel = await loop.create_unix_connection(lambda: cls(max_message=max_message), sock=sock)
        return channel

    @property
    def closed(self) -> bool:
        return self._ended

    @property
    def peer(self) -> PeerCredentials:
        """The kernel's word about the other end."""
        assert self._transport is not None
        return peer_credentials(self._transport.get_extra_info("socket"))

    async def send(self, message: bytes) -> None:
        """Queue one message and wait while the other end is slow; raises ConnectionLost when it is gone."""
        if len(message) > self._max_message:
            raise LimitExceeded(f"message of {len(message)} bytes")
        if self._ended or self._transport is None:
            raise ConnectionLost(_LOST, sent=False)
        if len(message) <= _PIECE and not self._sending.locked():
            self._transport.write(_SIZE.pack(len(message)) + message)
            await self._until_writable()
            return
        async with self._sending:
            self._transport.write(_SIZE.pack(len(message)))
            rest = memoryview(message)
            try:
                while rest:
                    self._transport.write(rest[:_PIECE])
                    rest = rest[_PIECE:]
                    await self._until_writable()
            finally:
                if rest:  # our own task was cancelled: the other end must not be left with half a message
                    self._transport.write(rest)

    async def _until_writable(self) -> None:
        if not self._writable.is_set():
            await self._writable.wait()
        if self._ended:
            raise ConnectionLost(_LOST, sent=True)

    async def receive(self) -> bytes | None:
        """Return the next message, None after a clean end; a cut or oversized message raises."""
        while not self._messages:
            if self._error is not None:
                raise self._error
            if self._ended:
                if self._buffer:
                    raise ConnectionLost(_LOST, sent=True)
                return None
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        message = self._messages.popleft()
        self._queued -= len(message)
        if self._queued <= _HIGH_WATER // 2 and self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
        return message

    def close(self) -> None:
        """Close after what was sent has left."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        if self._transport is not None:
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        widen(transport.get_extra_info("socket"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        position = 0
        while len(self._buffer) - position >= _SIZE.size:
            (size,) = _SIZE.unpack_from(self._buffer, position)
            if size > self._max_message:
                self._error = LimitExceeded(f"message of {size} bytes")
                self.abort()
                break
            end = position + _SIZE.size + size
            if len(self._buffer) < end:
                break
            with memoryview(self._buffer) as view:
                self._messages.append(bytes(view[position + _SIZE.size : end]))
            self._queued += size
            position = end
        if position:
            del self._buffer[:position]
        if self._queued > _HIGH_WATER and self._transport is not None:
            self._transport.pause_reading()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._writable.set()
        self._wake()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


async def serve(
    listening: socket.socket, handler: Callable[[MessageChannel], Awaitable[None]], *, max_message: int = MAX_MESSAGE
) -> asyncio.Server:
    """Serve a bound socket: one handler call for each connection, which is closed when the call ends."""
    tasks: set[asyncio.Task[None]] = set()

    class Accepted(MessageChannel):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            task = asyncio.get_running_loop().create_task(self._run())
            tasks.add(task)
            task.add_done_callback(tasks.discard)

        async def _run(self) -> None:
            try:
                await handler(self)
            finally:
                self.close()

    return await asyncio.get_running_loop().create_unix_server(
        lambda: Accepted(max_message=max_message), sock=listening
    )


def listen(path: str | Path, *, mode: int = 0o600, backlog: int = 64) -> socket.socket:
    """Bind a listening socket with these permissions, in place of a dead one; a live one raises ConfigError."""
    name = check_path(path)
    probe = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with probe:
        if probe.connect_ex(name) == 0:
            raise ConfigError(f"somebody already listens at {path}")
    Path(name).unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.bind(name)
        os.chmod(name, mode)
        sock.listen(backlog)
    except OSError as error:
        sock.close()
        raise ConfigError(f"cannot listen at {path}: {error.strerror or error}") from None
    return sock


class BlockingChannel:
    """The blocking end, for processes without an event loop. Not for several threads at once in one direction."""

    def __init__(self, sock: socket.socket, *, max_message: int = MAX_MESSAGE) -> None:
        self._sock = sock
        self._max_message = max_message

    def send(self, message: bytes) -> None:
        if len(message) > self._max_message:
            raise LimitExceeded(f"message of {len(message)} bytes")
        try:
            self._sock.sendall(_SIZE.pack(len(message)) + message)
        except OSError:
            raise ConnectionLost(_LOST, sent=True) from None

    def receive(self, timeout: float | None = None) -> bytes | None:
        """Return the next message, None after a clean end. DeadlineExceeded: none within timeout seconds."""
        self._sock.settimeout(timeout)
        head = self._exactly(_SIZE.size, first=True)
        if not head:
            return None
        (size,) = _SIZE.unpack(head)
        if size > self._max_message:
            raise LimitExceeded(f"message of {size} bytes")
        return self._exactly(size, first=False)

    def close(self) -> None:
        self._sock.close()

    def _exactly(self, size: int, *, first: bool) -> bytes:
        data = bytearray()
        while len(data) < size:
            try:
                chunk = self._sock.recv(min(size - len(data), 1 << 20))
            except TimeoutError:
                raise DeadlineExceeded("nothing came over the channel in time") from None
            except OSError:
                chunk = b""
            if not chunk:
                if first and not data:
                    return b""
                raise ConnectionLost(_LOST, sent=True)
            data += chunk
        return bytes(data)


def send_descriptors(sock: socket.socket, message: bytes, descriptors: Sequence[int]) -> None:
    """Send one small message with descriptors over a blocking socket."""
    framed = _SIZE.pack(len(message)) + message
    try:
        sent = sock.sendmsg([framed], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
        sock.sendall(framed[sent:])
    except OSError:
        raise ConnectionLost(_LOST, sent=True) from None


def receive_descriptors(sock: socket.socket, *, max_message: int = 64 * 1024) -> tuple[bytes, list[int]] | None:
    """Receive what ``send_descriptors`` sent, None after a clean end.

    The descriptors are close-on-exec, and the caller's to close.
    """
    data, descriptors, _flags, _address = socket.recv_fds(sock, _SIZE.size, MAX_DESCRIPTORS)
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)
    if not data:
        return None
    try:
        channel = BlockingChannel(sock, max_message=max_message)
        head = data + channel._exactly(_SIZE.size - len(data), first=False)
        (size,) = _SIZE.unpack(head)
        if size > max_message:
            raise LimitExceeded(f"message of {size} bytes")
        return channel._exactly(size, first=False), descriptors
    except Exception:
        for descriptor in descriptors:
            os.close(descriptor)
        raise


async def send_descriptors_async(sock: socket.socket, message: bytes, descriptors: Sequence[int]) -> None:
    """Send one small message with descriptors over a non-blocking socket that no transport owns."""
    loop = asyncio.get_running_loop()
    framed = _SIZE.pack(len(message)) + message
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
    while True:
        try:
            sent = sock.sendmsg([framed], rights)
            break
        except BlockingIOError:
            await _until_writable(loop, sock)
        except OSError:
            raise ConnectionLost(_LOST, sent=True) from None
    await loop.sock_sendall(sock, framed[sent:])


def _set(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def _until_writable(loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
    ready: asyncio.Future[None] = loop.create_future()
    loop.add_writer(sock, _set, ready)
    try:
        await ready
    finally:
        loop.remove_writer(sock)
