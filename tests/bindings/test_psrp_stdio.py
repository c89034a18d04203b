from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remora.bindings.psrp_stdio import (
    PROMPT_RESPONSE,
    Packet,
    PacketKind,
    PacketReader,
    StdioClient,
    StdioServer,
    decode_packet,
    encode_packet,
)
from remora.errors import LimitExceeded, RemoraError, RemoteProtocolError
from remora.psrp import events as ev
from remora.psrp.client import ClientPool, PipelineSpec
from remora.psrp.crypto import ExchangeKey
from remora.psrp.hostcalls import HostMethod
from remora.psrp.server import ServerPool
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import SecureString

POOL_ID, P1, P2 = UUID(int=77), UUID(int=1), UUID(int=2)
KEY = ExchangeKey()
PACKETS = st.builds(
    Packet,
    kind=st.sampled_from(PacketKind),
    pipeline_id=st.none() | st.uuids().filter(lambda value: value.int > 0),
).flatmap(
    lambda packet: (
        st.just(packet)
        if packet.kind is not PacketKind.DATA
        else st.builds(
            Packet,
            kind=st.just(PacketKind.DATA),
            pipeline_id=st.just(packet.pipeline_id),
            stream=st.sampled_from(["Default", PROMPT_RESPONSE]),
            data=st.binary(max_size=100),
        )
    )
)


class Pipes:
    """Both ends on two pipes."""

    def __init__(self, cut: int = 10**9) -> None:
        self.client = StdioClient(ClientPool(POOL_ID, new_exchange_key=lambda: KEY))
        self.server = StdioServer(ServerPool())
        self.cut = cut

    def carry(self) -> tuple[list[Any], list[Any]]:
        """Carry until both are silent; return the events of (server, client)."""
        at_server: list[Any] = []
        at_client: list[Any] = []
        while True:
            up, down = self.client.take(), self.server.take()
            if not up and not down:
                return at_server, at_client
            for start in range(0, len(up), self.cut):
                at_server += self.server.receive(up[start : start + self.cut])
            for start in range(0, len(down), self.cut):
                at_client += self.client.receive(down[start : start + self.cut])

    def open(self) -> None:
        self.client.pool.open()
        self.carry()
        self.server.pool.accept_open({"a": 1})
        self.carry()
        assert self.client.pool.state is RunspacePoolState.OPENED


@given(st.lists(PACKETS, max_size=5), st.integers(1, 200))
def test_packets_survive_any_cut(packets: list[Packet], size: int) -> None:
    wire = b"".join(encode_packet(packet) for packet in packets)
    reader = PacketReader()
    found = [packet for start in range(0, len(wire), size) for packet in reader.feed(wire[start : start + size])]
    assert found == packets


def test_the_framing_of_pwsh() -> None:
    data = Packet(kind=PacketKind.DATA, pipeline_id=P1, stream=PROMPT_RESPONSE, data=b"abc")
    assert encode_packet(data) == (
        b'<Data Stream="PromptResponse" PSGuid="00000000-0000-0000-0000-000000000001">YWJj</Data>\n'
    )
    line = b"<Data Stream='PromptResponse' PSGuid='00000000-0000-0000-0000-000000000001'>YWJj</Data>"
    assert decode_packet(line) == data
    ack = b"<DataAck PSGuid='00000000-0000-0000-0000-000000000000' />"
    assert decode_packet(ack) == Packet(kind=PacketKind.DATA_ACK)
    assert PacketReader().feed(b"\r\n" + ack + b"\r\n\n") == [Packet(kind=PacketKind.DATA_ACK)]


@pytest.mark.parametrize(
    "line",
    [
        b"Welcome to PowerShell",
        b"<Other PSGuid='00000000-0000-0000-0000-000000000000' />",
        b"<Data Stream='Default'>YWJj</Data>",
        b"<Data Stream='Default' PSGuid='x'>YWJj</Data>",
        b"<Data Stream='Strange' PSGuid='00000000-0000-0000-0000-000000000000'>YWJj</Data>",
        b"<Data Stream='Default' PSGuid='00000000-0000-0000-0000-000000000000'>!</Data>",
        b"<!DOCTYPE a><Data/>",
        b"\xff\xfe",
    ],
)
def test_lines_that_are_no_packets_are_refused(line: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_packet(line)


def test_endless_lines_are_refused() -> None:
    reader = PacketReader(100)
    reader.feed(b"x" * 100)
    with pytest.raises(LimitExceeded):
        reader.feed(b"x")


@pytest.mark.parametrize("cut", [7, 10**9])
def test_a_pipeline_through_pipes(cut: int) -> None:
    pipes = Pipes(cut)
    pipes.open()
    pipeline = pipes.client.pool.create_pipeline(PipelineSpec.script("x" * 100_000, no_input=False), P1)
    pipeline.send_input("in")
    pipeline.end_input()
    (created, given, ended), _ = pipes.carry()
    assert len(created.spec.statements[0][0].name) == 100_000
    assert (given.value, ended) == ("in", ev.InputEnded(P1))
    pipes.server.pool.send_output(P1, "out" * 30_000)
    pipes.server.pool.host_call(P1, HostMethod.READ_LINE)
    _, (output, asked) = pipes.carry()
    assert output.value == "out" * 30_000
    pipes.client.pool.respond(asked, "typed")
    (answer,), _ = pipes.carry()
    assert answer.response.value == "typed"
    pipes.server.pool.send_state(P1, PSInvocationState.COMPLETED)
    _, (state,) = pipes.carry()
    assert state.state is PSInvocationState.COMPLETED
    assert P1 not in pipes.server.pool.pipelines, "the client closed the command"


def test_the_client_waits_for_acknowledgements() -> None:
    pipes = Pipes()
    pipes.open()
    pipes.client.pool.create_pipeline(PipelineSpec.script("x" * 100_000), P1)
    first = pipes.client.take()
    assert first.startswith(b"<Command ")
    assert pipes.client.take() == b""
    pipes.server.receive(first)
    pipes.client.receive(pipes.server.take())
    assert pipes.client.take().startswith(b"<Data ")
    assert pipes.client.take() == b""


def test_stopping_and_closing() -> None:
    pipes = Pipes()
    pipes.open()
    pipes.client.pool.create_pipeline(PipelineSpec.script("x"), P1)
    pipes.carry()
    pipes.client.stop(P1)
    (stop,), _ = pipes.carry()
    assert stop == ev.StopRequested(P1)
    pipes.server.pool.send_state(P1, PSInvocationState.STOPPED)
    pipes.carry()
    pipes.client.close()
    (close,), (closed,) = pipes.carry()
    assert close == ev.PoolCloseRequested()
    assert closed == ev.PoolStateChanged(state=RunspacePoolState.CLOSED)
    assert pipes.client.closed


def test_closing_a_command_stops_it() -> None:
    pipes = Pipes()
    pipes.open()
    pipes.client.pool.create_pipeline(PipelineSpec.script("x"), P1)
    pipes.carry()
    events = pipes.server.receive(encode_packet(Packet(kind=PacketKind.CLOSE, pipeline_id=P1)))
    assert events == [ev.StopRequested(P1)]
    assert b"CloseAck" in pipes.server.take()
    late = encode_packet(Packet(kind=PacketKind.DATA, pipeline_id=P1, data=b"late input"))
    assert pipes.server.receive(late) == []


def test_key_exchange_through_pipes() -> None:
    pipes = Pipes()
    pipes.open()
    pipes.client.pool.create_pipeline(PipelineSpec.script("x", arguments=(SecureString("s"),)), P1)
    at_server, at_client = pipes.carry()
    assert at_client == [ev.KeyExchanged()]
    assert at_server[1].spec.statements[0][0].parameters[0][1].reveal() == "s"


@pytest.mark.parametrize("kind", [PacketKind.COMMAND, PacketKind.CLOSE, PacketKind.SIGNAL])
def test_packets_of_the_wrong_side_are_refused(kind: PacketKind) -> None:
    with pytest.raises(RemoteProtocolError):
        StdioClient(ClientPool(POOL_ID)).receive(encode_packet(Packet(kind=kind)))
    acks = {PacketKind.COMMAND: PacketKind.COMMAND_ACK, PacketKind.CLOSE: PacketKind.CLOSE_ACK}
    with pytest.raises(RemoteProtocolError):
        StdioServer(ServerPool()).receive(encode_packet(Packet(kind=acks.get(kind, PacketKind.DATA_ACK))))


def test_data_of_unknown_pipelines_is_refused_by_the_client() -> None:
    pipes = Pipes()
    pipes.open()
    with pytest.raises(RemoteProtocolError):
        pipes.client.receive(encode_packet(Packet(kind=PacketKind.DATA, pipeline_id=P2, data=b"x")))
    with pytest.raises(RemoteProtocolError):
        StdioServer(ServerPool()).receive(encode_packet(Packet(kind=PacketKind.COMMAND, pipeline_id=P2)))


@settings(max_examples=80, deadline=None)
@given(st.lists(PACKETS | st.binary(max_size=30), max_size=8))
def test_any_packets_are_judged(packets: list[Packet | bytes]) -> None:
    pipes = Pipes()
    pipes.open()
    wire = b"".join(item + b"\n" if isinstance(item, bytes) else encode_packet(item) for item in packets)
    for end in (pipes.client, pipes.server):
        try:
            end.receive(wire)
            end.take()
        except RemoraError:
            pass
