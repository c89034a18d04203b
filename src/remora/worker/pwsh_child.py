"""A real ``pwsh -s`` behind a shell: its messages are put together, numbered anew, kept and passed on, whole.

The child speaks PSRP on its pipes and knows neither Connect nor delivery rules; those are the worker's. Bodies are
only looked into where the worker must know: what a new client needs to be told again, and which host calls nobody has
answered.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from remora._log import bound
from remora.bindings.psrp_stdio import CHUNK, DEFAULT, PROMPT_RESPONSE, Packet, PacketKind, PacketReader, encode_packet
from remora.errors import PSRPError, RemoteProtocolError
from remora.psrp import messages as m
from remora.psrp.fragments import Defragmenter, Fragmenter, ObjectIds
from remora.psrp.message_types import MessageType
from remora.psrp.negotiation import read_connect
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import ErrorCategory, ErrorRecord, Version
from remora.worker.buffers import Item
from remora.worker.outlet import Outlet
from remora.worker.pool_driver import OutMessage, out_message
from remora.worker.pool_server import (
    INPUT_STREAMS,
    STOP_SIGNALS,
    check_create,
    check_options,
    decode_argument,
    pipeline_id_of,
    refuse,
)
from remora.worker.protocol import Chunk, Open, Option, RunCommand
from remora.worker.reactor import Reactor
from remora.wsman import faults

_K = MessageType
_READ_SIZE: Final = 256 * 1024
_MAX_NOISE: Final = 10_000  # lines on its output that are no packets
_log = bound(__name__)


@dataclass(slots=True)
class _Channel:
    """One PSGuid of the child: what waits to be sent to it, and what came from it in part."""

    streams: dict[str, Fragmenter]
    incoming: dict[str, Defragmenter]
    from_child: Defragmenter
    outlet: Outlet | None = None
    may_send: bool = False
    ended: bool = False
    input_open: bool = False
    calls: dict[int, Item] = field(default_factory=dict)


class PwshPool:
    """Backend of a PowerShell shell over a child process. command: its argv, speaking the out-of-process protocol."""

    disconnectable = True
    keeps_done = False

    def __init__(self, request: Open, reactor: Reactor, command: tuple[str, ...]) -> None:
        self._creation = check_create(request)
        self._limits = request.limits
        self._reactor = reactor
        self._command = command
        self._to_child = ObjectIds()
        self._to_client = ObjectIds()
        self._channels: dict[UUID | None, _Channel] = {}
        self._ids: dict[str, UUID] = {}
        self._reader = PacketReader(max_noise=_MAX_NOISE)
        self._broken = False
        self._out: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._held: list[OutMessage] = []
        self._opened = False
        self._closed = False
        self._raw_pool_id = m.NO_ID
        self._counts = (1, 1)
        self._version = (2, 3)
        self._private_data: bytes | None = None

    def _new_channel(self, outlet: Outlet | None, *, may_send: bool) -> _Channel:
        limits = self._limits
        return _Channel(
            streams={DEFAULT: Fragmenter(self._to_child, CHUNK), PROMPT_RESPONSE: Fragmenter(self._to_child, CHUNK)},
            incoming={
                name: Defragmenter(limits.max_received_object, max_total=limits.max_received_per_command)
                for name in INPUT_STREAMS
            },
            from_child=Defragmenter(),
            outlet=outlet,
            may_send=may_send,
        )

    # --- backend ----------------------------------------------------------------------------------------------

    def open(self, outlet: Outlet) -> None:
        self._channels[None] = self._new_channel(outlet, may_send=True)
        try:
            self._child = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
            )
        except OSError as error:
            raise faults.make_fault(0x80540BBA, f"{self._command[0]}: {error.strerror}. ") from None
        threading.Thread(target=self._read, name="pwsh-reader", daemon=True).start()
        threading.Thread(target=self._write, name="pwsh-writer", daemon=True).start()
        try:
            self._take_input(self._creation, self._channels[None], "stdin")
        except RemoteProtocolError as error:
            self.close()
            raise faults.make_fault(0x80540BBF, str(error)) from None
        self._pump()

    def command(self, command_id: str | None, request: RunCommand, outlet: Outlet) -> str:
        fragments = decode_argument(request)
        pipeline_id = pipeline_id_of(command_id, fragments)
        if pipeline_id in self._channels:
            raise faults.CommandIdInUse()
        name = command_id or str(pipeline_id).upper()
        self._channels[pipeline_id] = self._new_channel(outlet, may_send=False)
        self._ids[name] = pipeline_id
        self._control(PacketKind.COMMAND, pipeline_id)
        self._from_client(fragments, pipeline_id, "stdin")
        return name

    def send(self, chunk: Chunk) -> None:
        if chunk.name not in INPUT_STREAMS:
            raise faults.make_fault(0x80540BBE)
        pipeline_id = None if chunk.command_id is None else self._ids.get(chunk.command_id)
        if pipeline_id is None and chunk.command_id is not None:
            raise faults.UnexpectedSelectors.command()
        self._from_client(chunk.data, pipeline_id, chunk.name)

    def check_receive(self, command_id: str | None, streams: tuple[str, ...]) -> None:
        if any(name != "stdout" for name in streams):
            raise faults.make_fault(0x80540BC0)

    def signal(self, command_id: str | None, code: str) -> bool:
        if command_id is None:
            return False
        pipeline_id = self._ids[command_id]
        channel = self._channels[pipeline_id]
        if not channel.ended:
            if channel.outlet is not None:
                channel.outlet.release()
            self._control(PacketKind.SIGNAL, pipeline_id)
        return code.lower() not in STOP_SIGNALS

    def forget(self, command_id: str) -> None:
        pipeline_id = self._ids.pop(command_id, None)
        channel = self._channels.get(pipeline_id) if pipeline_id is not None else None
        if channel is not None and channel.ended:
            del self._channels[pipeline_id]

    def connect(self, connect_xml: bytes | None, options: tuple[Option, ...]) -> bytes:
        check_options(options)
        if not connect_xml:
            raise faults.make_fault(0x80540FA2)
        try:
            found = read_connect(
                connect_xml, established=self._opened, pool_ids=(self._raw_pool_id,), counts=self._counts
            )
        except (PSRPError, RemoteProtocolError) as error:
            raise faults.ConnectFailed(str(error)) from None
        self._version = found.version
        low, high = self._counts
        response = Fragmenter(self._to_client)
        for message in (
            m.SessionCapability(protocol_version=Version(*self._version)),
            m.RunspacePoolInitData(min_runspaces=low, max_runspaces=high),
        ):
            response.add(self._message(message, None))
        return response.take(1 << 20)

    def connected(self) -> None:
        for pipeline_id, channel in self._channels.items():
            channel.incoming = {name: Defragmenter(self._limits.max_received_object) for name in INPUT_STREAMS}
            if channel.input_open and not channel.ended:
                channel.input_open = False
                header = m.HEADER.pack(
                    m.Destination.SERVER, _K.END_OF_PIPELINE_INPUT, self._raw_pool_id, _raw(pipeline_id)
                )
                channel.streams[DEFAULT].add(header)
            for item in channel.calls.values():
                if channel.outlet is not None and not channel.outlet.holds(item):
                    channel.outlet.put(item, urgent=True)
        if self._private_data is not None:
            self._deliver(None, [OutMessage(object_id=0, blob=self._private_data, kind=_K.APPLICATION_PRIVATE_DATA)])
        self._pump()

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        with suppress(OSError):
            self._child.terminate()

    # --- client to child --------------------------------------------------------------------------------------

    def _from_client(self, data: bytes, pipeline_id: UUID | None, stream: str) -> None:
        try:
            self._take_input(data, self._channels[pipeline_id], stream)
        except RemoteProtocolError as error:
            raise refuse(error) from None
        self._pump()

    def _take_input(self, data: bytes, channel: _Channel, stream: str) -> None:
        for blob in channel.incoming[stream].feed(data):
            self._look_at_input(blob, channel)
            channel.streams[PROMPT_RESPONSE if stream == "pr" else DEFAULT].add(blob)

    def _look_at_input(self, blob: bytes, channel: _Channel) -> None:
        _, kind, rpid, _ = m.parse_header(blob)
        body = blob[m.HEADER_SIZE :]
        if kind is _K.INIT_RUNSPACEPOOL:
            init = m.decode_body(kind, body)
            assert isinstance(init, m.InitRunspacePool)
            self._counts = (init.min_runspaces, init.max_runspaces)
            self._raw_pool_id = rpid
        elif kind is _K.CREATE_PIPELINE:
            create = m.decode_body(kind, body)
            assert isinstance(create, m.CreatePipeline)
            channel.input_open = not create.spec.no_input
        elif kind is _K.END_OF_PIPELINE_INPUT:
            channel.input_open = False
        elif kind in (_K.PIPELINE_HOST_RESPONSE, _K.RUNSPACEPOOL_HOST_RESPONSE):
            answer = m.decode_body(kind, body)
            assert isinstance(answer, m.PipelineHostResponse | m.RunspacePoolHostResponse)
            channel.calls.pop(answer.response.call_id, None)

    def _control(self, kind: PacketKind, pipeline_id: UUID | None) -> None:
        self._queue(encode_packet(Packet(kind=kind, pipeline_id=pipeline_id)))

    def _pump(self) -> None:
        """Send each channel's next packet if the child has acknowledged the one before."""
        for pipeline_id, channel in self._channels.items():
            if not channel.may_send:
                continue
            for stream in (PROMPT_RESPONSE, DEFAULT):
                data = channel.streams[stream].take(CHUNK)
                if data:
                    channel.may_send = False
                    packet = Packet(kind=PacketKind.DATA, pipeline_id=pipeline_id, stream=stream, data=data)
                    self._queue(encode_packet(packet))
                    break

    def _queue(self, line: bytes) -> None:
        with self._changed:
            self._out.append(line)
            self._changed.notify_all()

    def _write(self) -> None:
        assert self._child.stdin is not None
        with suppress(OSError), self._child.stdin as stdin:
            while True:
                with self._changed:
                    while not self._out and not self._closed:
                        self._changed.wait()
                    if self._closed:
                        return
                    line = self._out.popleft()
                stdin.write(line)

    # --- child to client --------------------------------------------------------------------------------------

    def _read(self) -> None:
        """On the reader's thread: a full buffer holds up the child's output, which is the back-pressure."""
        assert self._child.stdout is not None
        with suppress(OSError), self._child.stdout as stdout:
            while data := os.read(stdout.fileno(), _READ_SIZE):
                self._reactor.call(lambda data=data: self._from_child(data))  # type: ignore[misc]
                for channel in list(self._channels.values()):
                    if channel.outlet is not None:
                        channel.outlet.wait_room()
        with self._changed:
            self._changed.notify_all()
        self._child.wait()
        self._reactor.call(self._child_ended)

    def _from_child(self, data: bytes) -> None:
        if self._broken:
            return
        try:
            for packet in self._reader.feed(data):
                self._packet(packet)
        except (RemoteProtocolError, PSRPError) as error:
            _log.error("pwsh_broke_the_protocol", reason=error)
            self._broken = True
            with suppress(OSError):
                self._child.kill()  # its end is told to the clients by _child_ended

    def _packet(self, packet: Packet) -> None:
        channel = self._channels.get(packet.pipeline_id)
        if channel is None:
            return
        match packet.kind:
            case PacketKind.DATA:
                messages = [out_message(0, blob) for blob in channel.from_child.feed(packet.data)]
                self._deliver(packet.pipeline_id, messages)
            case PacketKind.DATA_ACK | PacketKind.COMMAND_ACK:
                channel.may_send = True
                self._pump()
            case PacketKind.CLOSE_ACK | PacketKind.SIGNAL_ACK:
                return
            case _:
                raise RemoteProtocolError(f"the child sent {packet.kind.value}")

    def _deliver(self, pipeline_id: UUID | None, messages: list[OutMessage]) -> None:
        channel = self._channels[pipeline_id]
        if pipeline_id is None and not self._opened:
            self._held += messages
            self._opened = any(message.kind == _K.RUNSPACEPOOL_STATE for message in messages)
            messages, self._held = (self._held, []) if self._opened else ([], self._held)
        for message in messages:
            self._pass_on(pipeline_id, channel, message)

    def _pass_on(self, pipeline_id: UUID | None, channel: _Channel, message: OutMessage) -> None:
        item = Item(body=message.blob, object_id=self._to_client.next(), droppable=message.droppable)
        body = message.blob[m.HEADER_SIZE :]
        if message.kind == _K.APPLICATION_PRIVATE_DATA:
            self._private_data = message.blob
        elif message.is_host_call:
            call = m.decode_body(_K(message.kind), body)
            assert isinstance(call, m.PipelineHostCall | m.RunspacePoolHostCall)
            if call.call.needs_response:
                channel.calls[call.call.call_id] = item
        if channel.outlet is not None:
            channel.outlet.put(item, urgent=pipeline_id is None or message.is_host_call)
        if message.kind == _K.PIPELINE_STATE and pipeline_id is not None:
            state = m.decode_body(_K.PIPELINE_STATE, body)
            assert isinstance(state, m.PipelineStateInfo)
            if state.state.terminal:
                self._finish(pipeline_id, channel)

    def _finish(self, pipeline_id: UUID, channel: _Channel) -> None:
        channel.ended = True
        channel.calls.clear()
        self._control(PacketKind.CLOSE, pipeline_id)
        if channel.outlet is not None:
            channel.outlet.finish(0)
        if pipeline_id not in self._ids.values():
            del self._channels[pipeline_id]

    def _message(self, message: m.Message, pipeline_id: UUID | None) -> bytes:
        header = m.HEADER.pack(m.Destination.CLIENT, message.type, self._raw_pool_id, _raw(pipeline_id))
        return header + m.BOM + m.encode_body(message)

    def _child_ended(self) -> None:
        """The child is gone: running pipelines fail, the pool is broken."""
        if self._closed:
            return
        error = ErrorRecord.of(
            "The PowerShell process of this session has ended unexpectedly.",
            "PSRemotingProcessEnded",
            ErrorCategory.RESOURCE_UNAVAILABLE,
        )
        for pipeline_id, channel in list(self._channels.items()):
            if pipeline_id is not None and not channel.ended:
                failed = m.PipelineStateInfo(state=PSInvocationState.FAILED, error=error)
                self._deliver(pipeline_id, [out_message(0, self._message(failed, pipeline_id))])
        broken = m.RunspacePoolStateInfo(state=RunspacePoolState.BROKEN, error=error)
        self._deliver(None, [out_message(0, self._message(broken, None))])


def _raw(pipeline_id: UUID | None) -> bytes:
    return m.NO_ID if pipeline_id is None else pipeline_id.bytes_le
