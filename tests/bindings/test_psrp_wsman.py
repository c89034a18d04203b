from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remora.bindings.psrp_plugin import ServerShell, check_options
from remora.bindings.psrp_wsman import ClientShell, wire_guid
from remora.errors import InvalidState, RemoteProtocolError, WSManFault
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.client import ClientPool, PipelineSpec
from remora.psrp.crypto import ExchangeKey
from remora.psrp.fragments import fragment
from remora.psrp.hostcalls import HostMethod
from remora.psrp.server import ServerPool
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import SecureString
from remora.wsman import uris
from remora.wsman.client import ClientSession
from remora.wsman.headers import Option, OptionSet
from remora.wsman.replies import CommandAccepted, Connected, Received, ResourceCreated, Sent
from remora.wsman.requests import BufferMode, Command, Connect, CreateShell, Delete, Receive, Request, Send
from remora.wsman.server import ServerSession
from remora.wsman.states import CommandState

RESOURCE = uris.RESOURCE_POWERSHELL_PREFIX + "Microsoft.PowerShell"
POOL_ID, P1 = UUID("6f7bb0d1-3d6b-4c5b-9c62-0b2f5ff0c1aa"), UUID("0f7bb0d1-3d6b-4c5b-9c62-0b2f5ff0c1bb")
KEY = ExchangeKey()


class Wire:
    """Both bindings with real envelopes between them; every request and reply is held against its limit."""

    def __init__(self, limit: int = 153600, **options: Any) -> None:
        self.limit = limit
        self.client_session = ClientSession("http://h:5985/wsman", new_id=uuid4, max_envelope_size=limit)
        self.server_session = ServerSession(new_id=uuid4, machine="h", max_envelope_size=limit)
        self.pool = ClientPool(POOL_ID, new_exchange_key=lambda: KEY, **options)
        self.client = ClientShell(self.pool, resource_uri=RESOURCE, payload_limit=self.client_session.payload_limit)
        self.server = ServerShell(ServerPool())
        self.requests: list[str] = []

    def exchange(self, request: Request) -> tuple[Any, list[Any]]:
        """Carry a request and its reply; return the reply and the server's events. Raises the server's fault."""
        outgoing = self.client_session.send(request, operation_timeout=20)
        assert len(outgoing.body) <= self.limit
        incoming = self.server_session.receive(outgoing.body)
        self.requests.append(type(incoming.request).__name__)
        try:
            reply, events = self._serve(incoming.request, self.server_session.receive_budget(incoming.headers))
        except WSManFault as fault:
            body = self.server_session.fault(incoming.headers, fault)
            self.client_session.receive(outgoing, body)
            raise AssertionError("a fault was read as a reply") from fault
        body = self.server_session.reply(incoming, reply)
        assert len(body) <= self.limit
        return self.client_session.receive(outgoing, body), events

    def _serve(self, request: Request, budget: int) -> tuple[Any, list[Any]]:
        match request:
            case CreateShell(shell=shell, options=options):
                events = self.server.open(shell.creation_xml, options)
                return ResourceCreated(shell_id=shell.shell_id or "", address="x", resource_uri=RESOURCE), events
            case Command(command_id=command_id, arguments=arguments):
                name, events = self.server.command(command_id, arguments)
                return CommandAccepted(command_id=name), events
            case Send(streams=streams):
                return Sent(), [e for s in streams for e in self.server.send(s.name, s.data, s.command_id)]
            case Receive(command_id=command_id, streams=streams):
                self.server.check_receive(streams, command_id)
                return self.server.output(budget, command_id) or Received(), []
            case Connect(connect_xml=data, options=options):
                self.server.check_connect(data, options)
                return self.server.accept_connect()
        raise AssertionError(request)

    def send_all(self, pipeline_id: UUID | None = None) -> list[Any]:
        return [event for send in self.client.sends(pipeline_id) for event in self.exchange(send)[1]]

    def receive(self, pipeline_id: UUID | None = None) -> list[Any]:
        """Receive until nothing comes or the command is done."""
        events: list[Any] = []
        while True:
            reply, _ = self.exchange(self.client.receive(pipeline_id))
            if not reply.streams and reply.state is None:
                return events
            events += self.client.received(reply, pipeline_id)
            if reply.state is CommandState.DONE:
                return events

    def open(self) -> None:
        _, events = self.exchange(self.client.create())
        events += self.send_all()
        assert [type(event) for event in events] == [ev.PoolOpenRequested]
        self.server.pool.accept_open(None)
        self.receive()
        assert self.pool.state is RunspacePoolState.OPENED


@pytest.mark.parametrize("limit", [8192, 32768, 153600, 512000])
def test_a_pipeline_in_envelopes_of_every_size(limit: int) -> None:
    wire = Wire(limit, application_arguments={"big": "é" * 20_000})
    wire.open()
    assert ("Send" in wire.requests) == (limit < 50_000)
    script = "# 'x' & <y>\n" + "1;" * 30_000
    wire.pool.create_pipeline(PipelineSpec.script(script, no_input=False), P1)
    wire.pool.pipelines[P1].send_input("in" * 10_000)
    wire.pool.pipelines[P1].end_input()
    reply, events = wire.exchange(wire.client.command(P1))
    assert reply.command_id == wire_guid(P1)
    events += wire.send_all(P1)
    created, given, ended = events
    assert created.spec.statements[0][0].name == script
    assert (given.value, ended) == ("in" * 10_000, ev.InputEnded(P1))
    wire.server.pool.send_output(P1, "out" * 50_000)
    wire.server.pool.send_state(P1, PSInvocationState.COMPLETED)
    output, state = wire.receive(P1)
    assert output.value == "out" * 50_000
    assert state.state is PSInvocationState.COMPLETED
    with pytest.raises(WSManFault) as gone:
        wire.exchange(wire.client.receive(P1))
    assert gone.value.code == 0x8033805B


def test_a_warm_invoke_is_two_requests() -> None:
    wire = Wire()
    wire.open()
    wire.requests.clear()
    wire.pool.create_pipeline(PipelineSpec.script("1+1"), P1)
    wire.exchange(wire.client.command(P1))
    assert list(wire.client.sends(P1)) == []
    wire.server.pool.send_output(P1, 2)
    wire.server.pool.send_state(P1, PSInvocationState.COMPLETED)
    assert len(wire.receive(P1)) == 2
    assert wire.requests == ["Command", "Receive"]


def test_create_says_what_was_asked() -> None:
    request = Wire().client.create(name="ITTask", idle_timeout=60, buffer_mode=BufferMode.DROP, no_profile=True)
    assert (request.shell.shell_id, request.shell.name) == (wire_guid(POOL_ID), "ITTask")
    assert (request.shell.idle_timeout, request.shell.buffer_mode) == (60, BufferMode.DROP)
    assert (request.shell.input_streams, request.shell.output_streams) == (("stdin", "pr"), ("stdout",))
    assert request.options.get("protocolversion") == "2.3"
    assert request.options.get("WINRS_NOPROFILE") == "TRUE"


def test_answers_travel_on_the_priority_stream() -> None:
    wire = Wire()
    wire.open()
    wire.pool.create_pipeline(PipelineSpec.script("Read-Host"), P1)
    wire.exchange(wire.client.command(P1))
    wire.server.pool.host_call(P1, HostMethod.READ_LINE)
    (asked,) = wire.receive(P1)
    wire.pool.respond(asked, "typed")
    (send,) = wire.client.sends(P1)
    assert (send.streams[0].name, send.streams[0].command_id) == ("pr", wire_guid(P1))
    _, (answer,) = wire.exchange(send)
    assert answer.response.value == "typed"


def test_a_command_waits_for_the_session_key() -> None:
    wire = Wire()
    wire.open()
    wire.pool.create_pipeline(PipelineSpec.script("x", arguments=(SecureString("s"),)), P1)
    with pytest.raises(InvalidState, match="session key"):
        wire.client.command(P1)
    wire.send_all()
    assert wire.receive() == [ev.KeyExchanged()]
    _, (created,) = wire.exchange(wire.client.command(P1))
    assert isinstance(created, ev.PipelineCreateRequested)


def test_another_client_connects() -> None:
    first = Wire()
    first.open()
    first.pool.create_pipeline(PipelineSpec.script("x", no_input=False), P1)
    first.exchange(first.client.command(P1))
    second = Wire()
    second.server = first.server
    reply, events = second.exchange(second.client.connect())
    assert events == [ev.InputEnded(P1)]
    assert isinstance(reply, Connected)
    second.client.connected(reply)
    assert ev.PoolStateChanged(state=RunspacePoolState.OPENED) in second.receive()
    request = second.client.connect_command(P1)
    assert (request.command_id, request.connect_xml) == (wire_guid(P1), None)
    first.server.pool.send_state(P1, PSInvocationState.STOPPED)
    (state,) = second.receive(P1)
    assert state.state is PSInvocationState.STOPPED
    with pytest.raises(RemoteProtocolError):
        second.client.connected(Connected())


def test_leaving_coming_back_and_deleting() -> None:
    wire = Wire()
    wire.open()
    wire.pool.create_pipeline(PipelineSpec.script("x"), P1)
    request = wire.client.disconnect(idle_timeout=7200, buffer_mode=BufferMode.BLOCK)
    assert (request.idle_timeout, request.buffer_mode) == (7200, BufferMode.BLOCK)
    assert wire.pool.state is RunspacePoolState.DISCONNECTING
    wire.pool.disconnected()
    assert wire.client.reconnect().command_id is None
    wire.pool.reconnected()
    assert wire.client.reconnect(P1).command_id == wire_guid(P1)
    assert wire.client.stop(P1).code == "powershell/signal/crtl_c"
    assert wire.pool.pipelines[P1].state is PSInvocationState.STOPPING
    assert wire.client.terminate(P1).code.endswith("/signal/terminate")
    assert isinstance(wire.client.delete(), Delete)
    assert wire.pool.state is RunspacePoolState.CLOSING


def test_servers_that_choose_ids_themselves() -> None:
    wire = Wire()
    wire.client.create()
    wire.client.created(ResourceCreated(shell_id="THEIRS", address="", resource_uri=RESOURCE))
    wire.client.accepted(P1, CommandAccepted(command_id="CHOSEN"))
    assert (wire.client.receive(P1).shell_id, wire.client.receive(P1).command_id) == ("THEIRS", "CHOSEN")
    wire.client.accepted(POOL_ID, CommandAccepted(command_id=wire_guid(POOL_ID)))
    assert wire.client.command_id(POOL_ID) == wire_guid(POOL_ID)


def test_signals_of_both_kinds() -> None:
    wire = Wire()
    wire.open()
    wire.pool.create_pipeline(PipelineSpec.script("x"), P1)
    wire.exchange(wire.client.command(P1))
    assert wire.server.signal(None, uris.SIGNAL_TERMINATE) == []
    assert wire.server.signal(wire_guid(P1), uris.SIGNAL_STOP_PIPELINE) == [ev.StopRequested(P1)]
    assert wire.server.is_stop("powershell/signal/crtl_c")
    assert not wire.server.is_stop("powershell/signal/ctrl_c")
    wire.server.forget(wire_guid(P1))
    with pytest.raises(WSManFault):
        wire.server.signal(wire_guid(P1), uris.SIGNAL_TERMINATE)
    name, _ = wire.server.command(wire_guid(P1).lower(), (argument(),))
    assert name == wire_guid(P1).lower(), "an id is echoed verbatim"
    assert wire.server.command_id(P1) == name
    assert wire.server.pipeline_id(name) == P1


def argument(pid: UUID = P1) -> str:
    blob = m.encode(m.CreatePipeline(PipelineSpec.script("x")), m.Destination.SERVER, POOL_ID, pid)
    return b64encode(fragment(9, blob, 32768)[0]).decode()


def test_the_server_takes_the_id_of_the_message_when_the_client_gave_none() -> None:
    wire = Wire()
    wire.open()
    name, (created,) = wire.server.command(None, (argument(),))
    assert name == wire_guid(P1)
    assert created.pipeline_id == P1


def refusals(shell: ServerShell) -> Iterator[tuple[int, Any]]:
    good = argument()
    yield 0x80540BB8, lambda: shell.open(None, _options("2.3"))
    yield 0x80540BB9, lambda: shell.open(b"x", _options("2.3"), input_streams=())
    yield 0x80540BC7, lambda: shell.open(b"x", ())
    yield 0x80540BC5, lambda: shell.open(b"x", _options("3.0"))
    yield 0x80540BC5, lambda: shell.open(b"x", _options("two"))
    yield 0x80540BC6, lambda: shell.open(b"x", (*_options("2.3"), Option(name="PS_X", value="1", must_comply=True)))
    yield 0x80540FA0, lambda: shell.open(bytes(40), _options("2.3"))
    yield 0x80540BC4, lambda: shell.command(wire_guid(P1), ())
    yield 0x80540BC4, lambda: shell.command(wire_guid(P1), (good, good))
    yield 0x80540BBF, lambda: shell.command(wire_guid(P1), ("no!base64",))
    yield 0x803381D4, lambda: shell.command("no guid", (good,))
    yield 0x80540FA0, lambda: shell.command(wire_guid(P1), (b64encode(bytes(30)).decode(),))
    yield 0x80540FA0, lambda: shell.command(None, (b64encode(bytes(30)).decode(),))
    yield 0x80540BBE, lambda: shell.send("stdout", b"")
    yield 0x8033805B, lambda: shell.send("stdin", b"", wire_guid(P1))
    yield 0x80540FA0, lambda: shell.send("stdin", bytes(30))
    yield 0x80540BC0, lambda: shell.check_receive(("stderr",))
    yield 0x8033805B, lambda: shell.check_receive(("stdout",), wire_guid(P1))
    yield 0x8033805B, lambda: shell.signal(wire_guid(P1), uris.SIGNAL_TERMINATE)
    yield 0x80540FA2, lambda: shell.check_connect(None, _options("2.3"))
    yield 0x80540FA3, lambda: shell.check_connect(b"x", _options("2.3"))
    yield 0x80540BC5, lambda: shell.check_connect(b"x", _options("1.0"))


def _options(version: str) -> tuple[Option, ...]:
    return (Option(name="protocolversion", value=version, must_comply=True),)


@pytest.mark.parametrize("number", range(22))
def test_refusals_have_their_codes(number: int) -> None:
    wire = Wire()
    wire.open()
    code, attempt = list(refusals(wire.server))[number]
    with pytest.raises(WSManFault) as refused:
        attempt()
    assert refused.value.code == code
    assert wire.server.pool.state is RunspacePoolState.OPENED


def test_a_command_id_is_used_once() -> None:
    wire = Wire()
    wire.open()
    wire.server.command(wire_guid(P1), (argument(),))
    with pytest.raises(WSManFault) as refused:
        wire.server.command(wire_guid(P1), (argument(),))
    assert refused.value.code == 0x803381D6


@pytest.mark.parametrize("version", ["2.0", "2.1", "2.3", "2.9", " 2.3 "])
def test_versions_that_are_welcome(version: str) -> None:
    check_options(_options(version))
    check_options((), required=False)
    check_options((*_options(version), Option(name="PS_X", value="1")))


def test_a_command_before_the_pool_is_open_is_refused() -> None:
    with pytest.raises(WSManFault) as refused:
        ServerShell(ServerPool()).command(wire_guid(P1), (argument(),))
    assert refused.value.code == 0x80540FA0


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120), st.sampled_from(["open", "command", "send", "connect"]))
def test_any_data_is_judged(data: bytes, way: str) -> None:
    wire = Wire()
    wire.open()
    with suppress(WSManFault):
        match way:
            case "open":
                wire.server.open(data, _options("2.3"))
            case "command":
                wire.server.command(None, (b64encode(data).decode(),))
            case "send":
                wire.server.send("stdin", data)
            case "connect":
                wire.server.check_connect(data, _options("2.3"))


def test_long_command_lines_are_shortened_and_cleaned() -> None:
    wire = Wire(8192)
    wire.open()
    wire.pool.create_pipeline(PipelineSpec.script("\x01" + "<&>" * 200), P1)
    request = wire.client.command(P1)
    assert len(request.command_line) == 255
    assert request.command_line.startswith("\ufffd<&>")
    wire.exchange(request)
    assert replace(request, options=OptionSet()).shell_id == wire_guid(POOL_ID)
