"""PSRP over a pair of pipes with the embedded engine behind it: what ``console -s`` serves, as ``pwsh -s`` does."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final
from uuid import UUID

from remora._log import bound
from remora.bindings.psrp_stdio import CHUNK, PROMPT_RESPONSE, Packet, PacketKind, PacketReader, encode_packet
from remora.errors import LocalProtocolError, PSRPError, RemoteProtocolError
from remora.psrp.fragments import fragment
from remora.psrp.pool import PRIORITY, STDIN
from remora.psrp.server import ServerPool
from remora.worker.pool_driver import OutMessage, PoolDriver, Session

_LIMIT: Final = 1024 * 1024  # bytes that wait for the pipe before pipelines wait
_READ_SIZE: Final = 256 * 1024
_log = bound(__name__)


class PipeWriter:
    """Writes lines to a descriptor on a thread of its own, so that nobody who holds a lock waits for a slow reader."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: deque[bytes] = deque()
        self._queued = 0
        self._changed = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="pipe-writer", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> None:
        """Queue a line."""
        with self._changed:
            self._lines.append(line)
            self._queued += len(line)
            self._changed.notify_all()

    def wait_room(self) -> None:
        """Wait while too much is queued."""
        if self._queued < _LIMIT:
            return
        with self._changed:
            while self._queued >= _LIMIT and not self._ended:
                self._changed.wait()

    def finish(self) -> None:
        """Write what is queued, then stop."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        try:
            while True:
                with self._changed:
                    while not self._lines and not self._ended:
                        self._changed.wait()
                    if not self._lines:
                        return
                    lines = b"".join(self._lines)
                    self._lines.clear()
                view = memoryview(lines)
                while view:
                    view = view[os.write(self._descriptor, view) :]
                with self._changed:
                    self._queued -= len(lines)
                    self._changed.notify_all()
        except OSError:
            with self._changed:
                self._ended = True
                self._queued = 0
                self._changed.notify_all()


class StdioPool:
    """One pool on two pipes: transport of its driver, and the reader of its client's packets."""

    def __init__(self, writer: PipeWriter, make_session: Callable[[PoolDriver], Session]) -> None:
        self._writer = writer
        self._pool = ServerPool()
        self._driver = PoolDriver(self._pool, self)
        self._driver.session = make_session(self._driver)
        self._reader = PacketReader()
        self.ended = False

    def receive(self, data: bytes) -> None:
        """Take bytes of the client's output. Raises RemoteProtocolError."""
        for packet in self._reader.feed(data):
            try:
                self._packet(packet)
            except (LocalProtocolError, PSRPError) as error:
                raise RemoteProtocolError(str(error)) from error

    def _packet(self, packet: Packet) -> None:
        pipeline_id = packet.pipeline_id
        match packet.kind:
            case PacketKind.DATA:
                stream = PRIORITY if packet.stream == PROMPT_RESPONSE else STDIN
                if pipeline_id is None or pipeline_id in self._pool.pipelines:
                    self._driver.receive(packet.data, pipeline_id, stream)
                self._say(PacketKind.DATA_ACK, pipeline_id)
            case PacketKind.COMMAND if pipeline_id is not None:
                self._driver.add_pipeline(pipeline_id)
                self._say(PacketKind.COMMAND_ACK, pipeline_id)
            case PacketKind.SIGNAL:
                if pipeline_id is not None:
                    self._driver.stop(pipeline_id)
                self._say(PacketKind.SIGNAL_ACK, pipeline_id)
            case PacketKind.CLOSE:
                if pipeline_id is None:
                    self.ended = True
                else:
                    self._driver.stop(pipeline_id)
                    self._driver.forget(pipeline_id)
                self._say(PacketKind.CLOSE_ACK, pipeline_id)
            case _:
                raise RemoteProtocolError(f"a client sent {packet.kind.value}")

    def _say(self, kind: PacketKind, pipeline_id: UUID | None) -> None:
        self._writer.put(encode_packet(Packet(kind=kind, pipeline_id=pipeline_id)))

    def close(self) -> None:
        """End all pipelines."""
        self._driver.close()

    # --- transport --------------------------------------------------------------------------------------------

    def wait_room(self, pipeline_id: UUID) -> None:
        self._writer.wait_room()

    def deliver(self, pipeline_id: UUID | None, messages: list[OutMessage]) -> None:
        for message in messages:
            for piece in fragment(message.object_id, message.blob, CHUNK):
                self._writer.put(encode_packet(Packet(kind=PacketKind.DATA, pipeline_id=pipeline_id, data=piece)))

    def host_called(self, pipeline_id: UUID | None, call_id: int, message: OutMessage) -> None:
        """Nobody can take a pipe over: nothing to remember."""

    def host_answered(self, pipeline_id: UUID | None, call_id: int) -> None:
        """Nothing was remembered."""

    def finished(self, pipeline_id: UUID) -> None:
        """PIPELINE_STATE says it."""

    def closed(self) -> None:
        self.ended = True


def serve(stdin: int = 0, stdout: int = 1, *, make_session: Callable[[PoolDriver], Session]) -> int:
    """Serve one client on two descriptors until it closes the pool or its end; return the process's exit code.

    make_session: what runs the pipelines, ``EngineSession.for_stdio`` for the embedded engine.
    """
    writer = PipeWriter(stdout)
    pool = StdioPool(writer, make_session)
    code = 0
    try:
        while not pool.ended:
            data = os.read(stdin, _READ_SIZE)
            if not data:
                break
            pool.receive(data)
    except RemoteProtocolError as error:
        _log.error("client_broke_the_protocol", reason=error)
        code = 1
    pool.close()
    writer.finish()
    return code
