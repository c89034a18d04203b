"""A child in the place of ``pwsh -s`` that behaves as a real one may, and worse: our own server with its packets
disturbed on the way. The first argument names the disturbance.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from uuid import uuid4

from remora.bindings.psrp_stdio import MAX_LINE, Packet, PacketKind, PacketReader, encode_packet
from remora.psrp.fragments import Defragmenter, fragment

SERVER = (
    "import sys; from remora.worker.engine_session import EngineSession; from remora.worker.stdio_server import serve; "
    "sys.exit(serve(make_session=EngineSession.for_stdio))"
)


class Child:
    """Passes lines on in both directions. Each disturbance overrides one of the ways."""

    def __init__(self) -> None:
        self.server = subprocess.Popen(
            [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.lock = threading.Lock()
        self.outputs = 0

    def write(self, data: bytes) -> None:
        with self.lock:
            while data:
                data = data[os.write(1, data) :]

    def upward(self, packet: Packet) -> bytes:
        """What goes out for a packet of the server."""
        return encode_packet(packet)

    def read(self) -> bytes:
        return os.read(0, 65536)

    def run(self) -> int:
        threading.Thread(target=self._feed, daemon=True).start()
        assert self.server.stdout is not None
        reader = PacketReader()
        while data := os.read(self.server.stdout.fileno(), 65536):
            for packet in reader.feed(data):
                if packet.kind is PacketKind.DATA and packet.pipeline_id is not None:
                    self.outputs += 1
                self.write(self.upward(packet))
        return self.server.wait()

    def _feed(self) -> None:
        assert self.server.stdin is not None
        while data := self.read():
            self.server.stdin.write(data)
        self.server.stdin.close()


class OtherIds(Child):
    """Objects numbered from somewhere else, each cut into small fragments, one fragment a packet."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[object, Defragmenter] = {}
        self.next = 7_000_000

    def upward(self, packet: Packet) -> bytes:
        if packet.kind is not PacketKind.DATA:
            return encode_packet(packet)
        lines = []
        for blob in self.parts.setdefault(packet.pipeline_id, Defragmenter()).feed(packet.data):
            self.next += 13
            for piece in fragment(self.next, blob, 97):
                lines.append(encode_packet(Packet(kind=PacketKind.DATA, pipeline_id=packet.pipeline_id, data=piece)))
        return b"".join(lines)


class SlowReads(Child):
    """Takes its input in crumbs, and only when nothing else is to be done."""

    def read(self) -> bytes:
        os.sched_yield()
        return os.read(0, 61)


class Garbage(Child):
    """Text of a profile, of native programs, and empty lines, between the packets."""

    def upward(self, packet: Packet) -> bytes:
        return b"WARNING: loading the profile took 812ms\r\n\n\xff\xfe\x00 not text\n" + encode_packet(packet) + b"\n"


class EndlessLine(Child):
    """A line without an end, once a pipeline has put something out."""

    def upward(self, packet: Packet) -> bytes:
        return encode_packet(packet) if self.outputs < 1 else b"<Data " + b"x" * (MAX_LINE + 10)


class NotAPacket(Child):
    """A line that begins like a packet and is none."""

    def upward(self, packet: Packet) -> bytes:
        return encode_packet(packet) if self.outputs < 1 else b"<Data PSGuid='nobody'>%%%</Data>\n"


class UnknownGuids(Child):
    """Packets for pipelines that nobody has made."""

    def upward(self, packet: Packet) -> bytes:
        strange = uuid4()
        noise = [Packet(kind=kind, pipeline_id=strange) for kind in (PacketKind.DATA_ACK, PacketKind.CLOSE_ACK)]
        noise.append(Packet(kind=PacketKind.DATA, pipeline_id=strange, data=b"\0" * 40))
        return b"".join(map(encode_packet, noise)) + encode_packet(packet)


class Death(Child):
    """Gone in the middle of a line, once a pipeline has put something out."""

    def upward(self, packet: Packet) -> bytes:
        line = encode_packet(packet)
        if self.outputs < 2:
            return line
        self.write(line[: len(line) // 2])
        self.server.kill()
        os._exit(137)


KINDS = {kind.__name__: kind for kind in (OtherIds, SlowReads, Garbage, EndlessLine, NotAPacket, UnknownGuids, Death)}

if __name__ == "__main__":
    sys.exit(KINDS[sys.argv[1]]().run())
