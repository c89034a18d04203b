"""PSRP on a pair of pipes: the out-of-process framing that ``pwsh -s`` speaks, both roles, without input or output.

One packet is one line: ``<Data Stream='Default|PromptResponse' PSGuid='...'>base64 fragments</Data>`` or an empty
element (DataAck, Command, CommandAck, Close, CloseAck, Signal, SignalAck). A zero PSGuid means the pool, any other one
a pipeline. The client sends the next Data of a channel when the one before was acknowledged; the server's Data is
never acknowledged.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

from remora import _xml
from remora.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError
from remora.psrp import events as ev
from remora.psrp.client import ClientPool, Event
from remora.psrp.events import ServerEvent
from remora.psrp.pool import PRIORITY, STDIN, PoolCore
from remora.psrp.server import ServerPool

DEFAULT: Final = "Default"
PROMPT_RESPONSE: Final = "PromptResponse"
MAX_LINE: Final = 1024 * 1024
CHUNK: Final = 32768
"""Raw bytes in one Data packet, at most."""
_NO_ID: Final = UUID(int=0)
_STREAMS: Final = {STDIN: DEFAULT, PRIORITY: PROMPT_RESPONSE, "stdout": DEFAULT}


class PacketKind(Enum):
    """The element name of a packet."""

    DATA = "Data"
    DATA_ACK = "DataAck"
    COMMAND = "Command"
    COMMAND_ACK = "CommandAck"
    CLOSE = "Close"
    CLOSE_ACK = "CloseAck"
    SIGNAL = "Signal"
    SIGNAL_ACK = "SignalAck"


_KINDS: Final = {kind.value: kind for kind in PacketKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One line. pipeline_id None: the pool. stream and data: only of DATA."""

    kind: PacketKind
    pipeline_id: UUID | None = None
    stream: str = DEFAULT
    data: bytes = b""


def encode_packet(packet: Packet) -> bytes:
    """Return the line, newline included."""
    attributes = {"PSGuid": str(packet.pipeline_id or _NO_ID)}
    name = packet.kind.value
    if packet.kind is not PacketKind.DATA:
        return (_xml.start_tag(name, attributes, empty=True) + "\n").encode("ascii")
    start = _xml.start_tag(name, {"Stream": packet.stream, **attributes})
    return start.encode("ascii") + b64encode(packet.data) + _xml.end_tag(name).encode("ascii") + b"\n"


def decode_packet(line: bytes) -> Packet:
    """Return the packet in one line. Raises RemoteProtocolError for anything else than a packet."""
    node = _xml.parse(line, max_size=MAX_LINE, max_depth=2, max_elements=2)
    kind = _KINDS.get(_xml.tag_of(node))
    if kind is None:
        raise RemoteProtocolError(f"out-of-process packet {_xml.local_name(node)} is unknown")
    try:
        identity = UUID(node.get("PSGuid") or "")
        data = b64decode(node.text or "", validate=True)
    except (ValueError, Base64Error):
        raise RemoteProtocolError(f"out-of-process packet {kind.value} is malformed") from None
    stream = node.get("Stream", DEFAULT)
    if stream not in (DEFAULT, PROMPT_RESPONSE):
        raise RemoteProtocolError(f"out-of-process stream {stream!r} is unknown")
    pipeline_id = None if identity == _NO_ID else identity
    return Packet(kind=kind, pipeline_id=pipeline_id, stream=stream, data=data)


class PacketReader:
    """Cuts a byte stream into packets, whatever the cut of the bytes. Empty lines are skipped.

    max_noise: how many lines that are no packet at all (they do not begin with ``<``) are passed over: profiles and
    programs of a real PowerShell may write to its standard output.
    """

    __slots__ = ("_buffer", "_max_line", "_noise_left", "_searched")

    def __init__(self, max_line: int = MAX_LINE, *, max_noise: int = 0) -> None:
        self._buffer = bytearray()
        self._max_line = max_line
        self._noise_left = max_noise
        self._searched = 0

    def feed(self, data: bytes) -> list[Packet]:
        """Take the next bytes. Raises LimitExceeded for an endless line, RemoteProtocolError for a malformed one."""
        self._buffer += data
        packets = []
        while (end := self._buffer.find(b"\n", self._searched)) >= 0:
            line = bytes(self._buffer[:end]).strip()
            del self._buffer[: end + 1]
            self._searched = 0
            if line and not line.startswith(b"<") and self._noise_left > 0:
                self._noise_left -= 1
            elif line:
                packets.append(decode_packet(line))
        self._searched = len(self._buffer)
        if self._searched > self._max_line:
            raise LimitExceeded(f"out-of-process packet of more than {self._max_line} bytes")
        return packets


class StdioClient:
    """Carries a ClientPool to a server on pipes: ``take`` what is to be written, ``receive`` what was read."""

    def __init__(self, pool: ClientPool) -> None:
        self.pool = pool
        self._reader = PacketReader()
        self._control: deque[Packet] = deque()
        self._channels: dict[UUID | None, bool] = {None: True}  # True: may send the next Data
        self.closed = False

    def receive(self, data: bytes) -> list[Event]:
        """Take bytes of the server's output; return what they mean. Raises RemoteProtocolError."""
        events: list[Event] = []
        for packet in self._reader.feed(data):
            events += self._packet(packet)
        return events

    def _packet(self, packet: Packet) -> list[Event]:
        match packet.kind:
            case PacketKind.DATA:
                try:
                    events = self.pool.receive(packet.data, packet.pipeline_id)
                except LocalProtocolError as error:
                    raise RemoteProtocolError(str(error)) from error
                for event in events:
                    if isinstance(event, ev.PipelineStateChanged) and event.state.terminal:
                        self._close_channel(event.pipeline_id)
                return events
            case PacketKind.DATA_ACK | PacketKind.COMMAND_ACK:
                if packet.pipeline_id in self._channels:
                    self._channels[packet.pipeline_id] = True
                return []
            case PacketKind.CLOSE_ACK:
                if packet.pipeline_id is None:
                    self.closed = True
                    return self.pool.closed()
                return []
            case PacketKind.SIGNAL_ACK:
                return []
            case _:
                raise RemoteProtocolError(f"a server sent {packet.kind.value}")

    def _close_channel(self, pipeline_id: UUID) -> None:
        if self._channels.pop(pipeline_id, None) is not None:
            self._control.append(Packet(kind=PacketKind.CLOSE, pipeline_id=pipeline_id))

    def stop(self, pipeline_id: UUID) -> list[Event]:
        """Tell a pipeline to stop."""
        self._control.append(Packet(kind=PacketKind.SIGNAL, pipeline_id=pipeline_id))
        return self.pool.stop_pipeline(pipeline_id)

    def close(self) -> list[Event]:
        """Tell the server that the pool is done."""
        self._control.append(Packet(kind=PacketKind.CLOSE))
        return self.pool.close()

    def take(self) -> bytes:
        """Return the lines to write now; empty when all wait for the server."""
        lines = []
        for pipeline_id in self.pool.pipelines:
            if pipeline_id not in self._channels:
                self._channels[pipeline_id] = False
                lines.append(encode_packet(Packet(kind=PacketKind.COMMAND, pipeline_id=pipeline_id)))
        for channel, ready in self._channels.items():
            packet = _next_data(self.pool, channel, (PRIORITY, STDIN)) if ready else None
            if packet is not None:
                self._channels[channel] = False
                lines.append(encode_packet(packet))
        while self._control:
            lines.append(encode_packet(self._control.popleft()))
        return b"".join(lines)


class StdioServer:
    """Carries a ServerPool to a client on pipes: ``receive`` what was read, ``take`` what is to be written."""

    def __init__(self, pool: ServerPool) -> None:
        self.pool = pool
        self._reader = PacketReader()
        self._control: deque[Packet] = deque()

    def receive(self, data: bytes) -> list[ServerEvent]:
        """Take bytes of the client's output; return what they mean. Raises RemoteProtocolError."""
        events: list[ServerEvent] = []
        for packet in self._reader.feed(data):
            try:
                events += self._packet(packet)
            except LocalProtocolError as error:
                raise RemoteProtocolError(str(error)) from error
        return events

    def _packet(self, packet: Packet) -> list[ServerEvent]:
        pipeline_id = packet.pipeline_id
        match packet.kind:
            case PacketKind.DATA:
                stream = PRIORITY if packet.stream == PROMPT_RESPONSE else STDIN
                known = pipeline_id is None or pipeline_id in self.pool.pipelines
                events = self.pool.receive(packet.data, pipeline_id, stream) if known else []
                self._control.append(Packet(kind=PacketKind.DATA_ACK, pipeline_id=pipeline_id))
                return events
            case PacketKind.COMMAND if pipeline_id is not None:
                self.pool.add_pipeline(pipeline_id)
                self._control.append(Packet(kind=PacketKind.COMMAND_ACK, pipeline_id=pipeline_id))
                return []
            case PacketKind.SIGNAL:
                self._control.append(Packet(kind=PacketKind.SIGNAL_ACK, pipeline_id=pipeline_id))
                return [] if pipeline_id is None else self.pool.stop_pipeline(pipeline_id)
            case PacketKind.CLOSE:
                self._control.append(Packet(kind=PacketKind.CLOSE_ACK, pipeline_id=pipeline_id))
                if pipeline_id is None:
                    return [ev.PoolCloseRequested()]
                events = self.pool.stop_pipeline(pipeline_id)
                self.pool.remove_pipeline(pipeline_id)
                return events
            case _:
                raise RemoteProtocolError(f"a client sent {packet.kind.value}")

    def take(self) -> bytes:
        """Return the lines to write now: all output that waits, then acknowledgements."""
        lines = []
        for pipeline_id in (None, *self.pool.pipelines):
            while (packet := _next_data(self.pool, pipeline_id, ("stdout",))) is not None:
                lines.append(encode_packet(packet))
        while self._control:
            lines.append(encode_packet(self._control.popleft()))
        return b"".join(lines)


def _next_data(pool: PoolCore, pipeline_id: UUID | None, streams: tuple[str, ...]) -> Packet | None:
    for stream in streams:
        data = pool.take(pipeline_id, CHUNK, stream)
        if data:
            return Packet(kind=PacketKind.DATA, pipeline_id=pipeline_id, stream=_STREAMS[stream], data=data)
    return None
