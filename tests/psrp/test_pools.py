from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remora.errors import InvalidState, LocalProtocolError, PSRPError, RemoraError, RemoteProtocolError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.client import ClientPool, CommandMetadataSpec, PipelineSpec
from remora.psrp.crypto import ExchangeKey, SessionKey
from remora.psrp.fragments import fragment
from remora.psrp.hostcalls import VOID_CALL, HostMethod
from remora.psrp.server import ServerPool
from remora.psrp.spec import RemoteStreamOptions
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import (
    DebugRecord,
    ErrorRecord,
    HostInfo,
    InformationRecord,
    InvocationInfo,
    ProgressRecord,
    PSCredential,
    PSObject,
    SecureString,
    VerboseRecord,
    Version,
    WarningRecord,
)
from tests.psrp.pools import POOL_ID, Loop

P1, P2 = UUID(int=1), UUID(int=2)
KEY = ExchangeKey()


def opened(**options: Any) -> Loop:
    loop = Loop(ClientPool(POOL_ID, new_exchange_key=lambda: KEY, **options))
    loop.open({"PSVersionTable": {"PSVersion": Version(7, 4)}})
    return loop


def test_open() -> None:
    loop = Loop(ClientPool(POOL_ID, min_runspaces=2, max_runspaces=3, application_arguments={"a": 1}))
    loop.client.open()
    (request,) = loop.to_server()
    assert isinstance(request, ev.PoolOpenRequested)
    assert (request.init.min_runspaces, request.init.max_runspaces) == (2, 3)
    assert request.init.application_arguments == {"a": 1}
    assert loop.server.pool_id == POOL_ID
    loop.server.accept_open({"PSVersionTable": {"PSVersion": Version(7, 4)}})
    private, state = loop.to_client()
    assert isinstance(private, ev.ApplicationPrivateDataReceived)
    assert private.data is not None
    assert private.data["PSVersionTable"]["PSVersion"] == Version(7, 4)
    assert state == ev.PoolStateChanged(state=RunspacePoolState.OPENED)
    assert loop.client.state is loop.server.state is RunspacePoolState.OPENED
    assert loop.client.application_private_data == private.data


def test_the_first_message_of_a_server_has_no_pool_id() -> None:
    loop = Loop()
    loop.client.open()
    loop.to_server()
    assert m.parse_header(loop.server.take()[21:])[2] == m.NO_ID


def test_refused_pools_are_broken() -> None:
    loop = Loop()
    loop.client.open()
    loop.to_server()
    loop.server.refuse_open(ErrorRecord.of("not today", "Closed"))
    (broken,) = loop.to_client()
    assert isinstance(broken, ev.PoolStateChanged)
    assert broken.state is RunspacePoolState.BROKEN
    assert str(broken.error) == "not today"
    with pytest.raises(InvalidState):
        loop.client.create_pipeline(PipelineSpec.script("x"), P1)


@pytest.mark.parametrize(("theirs", "agreed"), [("2.0", (2, 0)), ("2.1", (2, 1)), ("2.2", (2, 2)), ("2.3", (2, 3))])
def test_versions(theirs: str, agreed: tuple[int, int]) -> None:
    loop = opened(protocol_version=theirs)
    assert loop.client.version == loop.server.version == agreed


def test_a_newer_client_is_answered_with_our_version() -> None:
    server = ServerPool()
    hello = m.SessionCapability(protocol_version=Version(2, 4))
    server.receive(fragment(1, m.encode(hello, m.Destination.SERVER, POOL_ID), 32768)[0])
    answer = m.decode(server.take()[21:]).message
    assert isinstance(answer, m.SessionCapability)
    assert answer.protocol_version == Version(2, 3)


def test_a_newer_server_is_taken_at_our_version() -> None:
    client = ClientPool(POOL_ID)
    client.open()
    hello = m.SessionCapability(protocol_version=Version(2, 4))
    client.receive(fragment(1, m.encode(hello, m.Destination.CLIENT, None), 32768)[0])
    assert client.version == (2, 3)


@pytest.mark.parametrize("version", [Version(1, 0), Version(3, 0)])
def test_strange_versions_break_the_pool(version: Version) -> None:
    hello = m.SessionCapability(protocol_version=version)
    client, server = ClientPool(POOL_ID), ServerPool()
    client.open()
    (event,) = client.receive(fragment(1, m.encode(hello, m.Destination.CLIENT, None), 32768)[0])
    assert isinstance(event, ev.PoolStateChanged)
    assert event.state is client.state is RunspacePoolState.BROKEN
    with pytest.raises(PSRPError):
        server.receive(fragment(1, m.encode(hello, m.Destination.SERVER, POOL_ID), 32768)[0])
    state = m.decode(server.take()[21:]).message
    assert isinstance(state, m.RunspacePoolStateInfo)
    assert state.state is server.state is RunspacePoolState.BROKEN


def test_a_pipeline_with_every_stream() -> None:
    loop = opened()
    (created,) = loop.run("1+1", P1, no_input=False)
    assert isinstance(created, ev.PipelineCreateRequested)
    assert created.spec.statements[0][0].name == "1+1"
    pipeline = loop.client.pipelines[P1]
    pipeline.send_input("a")
    pipeline.send_input(5)
    pipeline.end_input()
    assert loop.to_server() == [
        ev.InputReceived(pipeline_id=P1, value="a"),
        ev.InputReceived(pipeline_id=P1, value=5),
        ev.InputEnded(P1),
    ]
    with pytest.raises(InvalidState):
        pipeline.send_input("late")
    records = [
        ErrorRecord.of("e"),
        WarningRecord(message="w"),
        VerboseRecord(message="v"),
        DebugRecord(message="d"),
        InformationRecord(message_data="i"),
        ProgressRecord(activity="p"),
    ]
    loop.server.send_output(P1, PSObject.custom(a=1))
    for record in records:
        loop.server.send_record(P1, record)
    loop.server.send_state(P1, PSInvocationState.COMPLETED)
    assert not loop.server.is_done(P1)
    output, *found, state = loop.to_client()
    assert output == ev.PipelineOutput(pipeline_id=P1, value=PSObject.custom(a=1))
    assert [type(event.record) for event in found if isinstance(event, ev.PipelineRecord)] == [type(r) for r in records]
    assert state == ev.PipelineStateChanged(pipeline_id=P1, state=PSInvocationState.COMPLETED)
    assert loop.server.is_done(P1)
    assert P1 not in loop.client.pipelines
    assert pipeline.state is PSInvocationState.COMPLETED
    assert loop.client.receive(b"anything", P1) == [], "late output of a finished pipeline is ignored"
    with pytest.raises(InvalidState):
        loop.server.send_output(P1, 1)


def test_failed_pipelines_bring_their_error() -> None:
    loop = opened()
    loop.run("throw", P1)
    loop.server.send_state(P1, PSInvocationState.FAILED, ErrorRecord.of("thrown"))
    (state,) = loop.to_client()
    assert isinstance(state, ev.PipelineStateChanged)
    assert (state.state, str(state.error)) == (PSInvocationState.FAILED, "thrown")


def test_stopping() -> None:
    loop = opened()
    loop.run("while (1) {}", P1)
    (stopping,) = loop.client.stop_pipeline(P1)
    assert isinstance(stopping, ev.PipelineStateChanged)
    assert stopping.state is PSInvocationState.STOPPING
    assert loop.client.stop_pipeline(P1) == []
    assert loop.server.stop_pipeline(P1) == [ev.StopRequested(P1)]
    assert loop.server.stop_pipeline(P1) == []
    loop.server.send_output(P1, "last words")
    loop.server.send_state(P1, PSInvocationState.STOPPED, ErrorRecord.of("stopped"))
    assert [type(event) for event in loop.to_client()] == [ev.PipelineOutput, ev.PipelineStateChanged]
    assert loop.client.stop_pipeline(P1) == []


def test_stop_message_of_other_transports() -> None:
    loop = opened()
    loop.run("x", P1)
    blob = m.encode(m.StopPowerShell(), m.Destination.SERVER, POOL_ID, P1)
    assert loop.server.receive(fragment(99, blob, 32768)[0], P1) == [ev.StopRequested(P1)]


def test_nested_pipelines_take_no_runspace() -> None:
    loop = opened(max_runspaces=2)
    assert loop.server.available == 2
    loop.run("outer", P1)
    assert loop.server.available == 1
    loop.run("inner", P2, is_nested=True)
    assert loop.server.available == 1
    loop.server.send_state(P1, PSInvocationState.COMPLETED)
    assert loop.server.available == 2


def test_command_metadata() -> None:
    loop = opened()
    loop.client.get_command_metadata(CommandMetadataSpec(names=("Get-*",)), P1)
    (asked,) = loop.to_server()
    assert asked == ev.CommandMetadataRequested(pipeline_id=P1, spec=CommandMetadataSpec(names=("Get-*",)))
    loop.server.send_output(
        P1, PSObject(["Selected.Microsoft.PowerShell.Commands.GenericMeasureInfo"], extended={"Count": 0})
    )
    loop.server.send_state(P1, PSInvocationState.COMPLETED)
    assert len(loop.to_client()) == 2


def test_runspace_counts() -> None:
    loop = opened()
    client, server = loop.client, loop.server
    ids = [client.set_max_runspaces(5), client.set_min_runspaces(2), client.set_min_runspaces(-1)]
    ids += [client.get_available_runspaces(), client.reset_runspace_state()]
    for event in loop.to_server():
        match event:
            case ev.SetMinRunspacesRequested(count=count, call_id=call_id):
                server.send_availability(call_id, server.try_set_runspaces(minimum=count))
            case ev.SetMaxRunspacesRequested(count=count, call_id=call_id):
                server.send_availability(call_id, server.try_set_runspaces(maximum=count))
            case ev.AvailableRunspacesRequested(call_id):
                server.send_availability(call_id, server.available)
            case ev.ResetRunspaceStateRequested(call_id):
                server.send_availability(call_id, True)
    answers = [event for event in loop.to_client() if isinstance(event, ev.RunspaceAvailability)]
    assert [(answer.call_id, answer.response) for answer in answers] == list(
        zip(ids, [True, True, False, 5, True], strict=True)
    )
    assert (client.min_runspaces, client.max_runspaces) == (server.min_runspaces, server.max_runspaces) == (2, 5)


def test_reset_needs_2_3() -> None:
    with pytest.raises(LocalProtocolError, match=r"2\.3"):
        opened(protocol_version="2.2").client.reset_runspace_state()


def test_information_is_kept_from_old_clients() -> None:
    loop = opened(protocol_version="2.2")
    loop.run("x", P1)
    loop.server.send_record(P1, InformationRecord(message_data="i"))
    assert loop.to_client() == []


def test_user_events() -> None:
    loop = opened()
    time = datetime.datetime(2024, 5, 6, tzinfo=datetime.UTC)
    event = m.UserEvent(event_identifier=1, source_identifier="s", time_generated=time)
    loop.server.send_user_event(event)
    assert loop.to_client() == [ev.UserEventReceived(event)]


@pytest.mark.parametrize("pipeline_id", [None, P1])
def test_host_calls(pipeline_id: UUID | None) -> None:
    loop = opened(host_info=HostInfo(is_host_null=False))
    loop.run("Read-Host", P1)
    assert loop.server.host_call(pipeline_id, HostMethod.WRITE_LINE2, ("hello",)) == VOID_CALL
    call_id = loop.server.host_call(pipeline_id, HostMethod.PROMPT_FOR_CHOICE, ("c", "m", (), 0))
    told, asked = loop.to_client()
    assert isinstance(told, ev.HostCallReceived)
    assert isinstance(asked, ev.HostCallReceived)
    assert told.call.args == ("hello",)
    assert asked.pipeline_id == pipeline_id
    with pytest.raises(LocalProtocolError, match="void"):
        loop.client.respond(told)
    with pytest.raises(LocalProtocolError):
        loop.client.respond(asked, "no number")
    loop.client.respond(asked, 3)
    with pytest.raises(LocalProtocolError, match="not open"):
        loop.client.respond(asked, 3)
    assert loop.client.pending(pipeline_id, "pr")
    (answer,) = loop.to_server()
    assert isinstance(answer, ev.HostResponseReceived)
    assert (answer.pipeline_id, answer.response.call_id, answer.response.value) == (pipeline_id, call_id, 3)


def test_host_responses_may_come_on_the_pool_stream() -> None:
    loop = opened()
    loop.run("Read-Host", P1)
    loop.server.host_call(P1, HostMethod.READ_LINE)
    (asked,) = loop.to_client()
    assert isinstance(asked, ev.HostCallReceived)
    loop.client.respond(asked, error=ErrorRecord.of("no host"))
    (answer,) = loop.server.receive(loop.client.take(P1, stream="pr"), None, "pr")
    assert isinstance(answer, ev.HostResponseReceived)
    assert str(answer.response.error) == "no host"


def test_answers_of_ended_pipelines_vanish() -> None:
    loop = opened()
    loop.run("Read-Host", P1)
    loop.server.host_call(P1, HostMethod.READ_LINE)
    (asked,) = loop.to_client()
    assert isinstance(asked, ev.HostCallReceived)
    loop.server.send_state(P1, PSInvocationState.STOPPED)
    loop.client.respond(asked, "x")
    assert loop.to_server() == []
    loop.to_client()
    loop.client.respond(asked, "x")
    assert not list(loop.client.pending_streams())


def test_key_exchange_by_the_client() -> None:
    loop = opened()
    loop.client.request_key()
    loop.client.request_key()
    at_server, at_client = loop.both()
    assert at_server == [ev.KeyExchanged()]
    assert at_client == [ev.KeyExchanged()]
    loop.client.request_key()
    assert loop.both() == ([], [])


def test_secret_parameters_wait_for_the_key() -> None:
    loop = opened()
    loop.client.create_pipeline(PipelineSpec.script("x", arguments=(SecureString("secret"),), no_input=False), P1)
    loop.client.pipelines[P1].send_input("after")
    assert loop.client.waiting_for_key
    assert loop.client.take(P1) == b""
    at_server, _ = loop.both()
    assert not loop.client.waiting_for_key
    exchanged, created, given = at_server
    assert exchanged == ev.KeyExchanged()
    assert isinstance(created, ev.PipelineCreateRequested)
    assert created.spec.statements[0][0].parameters[0][1].reveal() == "secret"
    assert given == ev.InputReceived(pipeline_id=P1, value="after")


@pytest.mark.parametrize(("version", "who"), [("2.1", "server"), ("2.2", "client"), ("2.3", "client")])
def test_secret_output_waits_for_the_key(version: str, who: str) -> None:
    """A client of 2.2 or later asks for the key when a secret has come, an older one is asked by the server."""
    loop = opened(protocol_version=version)
    loop.run("x", P1)
    loop.server.send_output(P1, "before")
    loop.server.send_output(P1, SecureString("secret"))
    loop.server.send_output(P1, "after")
    loop.server.send_state(P1, PSInvocationState.COMPLETED)
    assert loop.server.waiting_for_key is (who == "server")
    assert not loop.server.is_done(P1)
    before = loop.to_client()
    assert [event.value for event in before if isinstance(event, ev.PipelineOutput)] == ["before"]
    assert loop.client.waiting_for_key is (who == "client")
    _, after = loop.both()
    at_client = before + after
    values = [event.value for event in at_client if isinstance(event, ev.PipelineOutput)]
    assert [v.reveal() if isinstance(v, SecureString) else v for v in values] == ["before", "secret", "after"]


def test_secrets_of_every_kind_wait_with_what_follows_them() -> None:
    loop = opened()
    loop.run("x", P1)
    loop.run("y", P2)
    secret = SecureString("secret")
    loop.server.send_output(P1, [PSCredential("me", secret)])
    loop.server.send_record(P1, InformationRecord(message_data=secret))
    loop.server.host_call(P1, HostMethod.WRITE_LINE2, ("shown",))
    loop.server.send_state(P1, PSInvocationState.FAILED, ErrorRecord.of("no", "No"))
    loop.server.send_output(P2, "free")
    first = loop.to_client()
    assert first == [ev.PipelineOutput(pipeline_id=P2, value="free")]
    assert loop.client.pipelines[P1].state is PSInvocationState.RUNNING
    _, then = loop.both()
    assert [type(event) for event in then] == [
        ev.KeyExchanged, ev.PipelineOutput, ev.PipelineRecord, ev.HostCallReceived, ev.PipelineStateChanged
    ]  # fmt: skip
    assert then[1].value[0].password.reveal() == "secret"
    assert P1 not in loop.client.pipelines
    assert not loop.client.waiting_for_key


def test_what_waits_goes_with_its_pipeline() -> None:
    loop = opened()
    loop.run("x", P1)
    loop.server.send_output(P1, SecureString("secret"))
    loop.to_client()
    loop.client.remove_pipeline(P1)
    assert not loop.client.waiting_for_key
    assert loop.both()[1] == [ev.KeyExchanged()]


def test_uninvited_session_keys_are_refused() -> None:
    loop = opened()
    blob = m.encode(m.EncryptedSessionKey(SessionKey(bytes(32)).seal(KEY.public_key)), m.Destination.CLIENT, None)
    with pytest.raises(RemoteProtocolError, match="nobody asked"):
        loop.client.receive(fragment(99, blob, 32768)[0])


def test_drop_and_count_output() -> None:
    loop = opened()
    loop.run("x", P1)
    for number in range(10):
        loop.server.send_output(P1, str(number) * 100)
    loop.server.send_state(P1, PSInvocationState.COMPLETED)
    before = loop.server.queued(P1)
    freed = loop.server.drop_oldest(P1, before // 2)
    assert loop.server.queued(P1) == before - freed
    *outputs, state = loop.to_client()
    assert outputs[-1] == ev.PipelineOutput(pipeline_id=P1, value="9" * 100)
    assert 0 < len(outputs) < 10
    assert isinstance(state, ev.PipelineStateChanged)
    assert loop.server.drop_oldest(P2, 100) == 0


def test_messages_can_be_taken_whole() -> None:
    loop = opened()
    loop.run("x", P1)
    loop.server.send_output(P1, "a" * 100_000)
    whole = loop.server.take_message(P1)
    assert whole is not None
    assert whole.droppable
    (event,) = loop.client.receive(b"".join(fragment(whole.object_id, whole.blob, 5_000)), P1)
    assert event == ev.PipelineOutput(pipeline_id=P1, value="a" * 100_000)


def test_broken_pools_end_their_pipelines() -> None:
    loop = opened()
    loop.run("x", P1)
    loop.server.send_pool_state(RunspacePoolState.BROKEN, ErrorRecord.of("crash"))
    pool, pipeline = loop.to_client()
    assert isinstance(pool, ev.PoolStateChanged)
    assert isinstance(pipeline, ev.PipelineStateChanged)
    assert pool.state is RunspacePoolState.BROKEN
    assert (pipeline.state, str(pipeline.error)) == (PSInvocationState.FAILED, "crash")
    assert not loop.client.pipelines
    assert loop.client.broken() == []


def test_closing() -> None:
    loop = opened()
    loop.run("x", P1)
    assert [type(event) for event in loop.client.close()] == [ev.PoolStateChanged]
    loop.server.send_pool_state(RunspacePoolState.CLOSING)
    loop.server.send_pool_state(RunspacePoolState.CLOSED)
    pool, pipeline = loop.to_client()
    assert isinstance(pool, ev.PoolStateChanged)
    assert pool.state is RunspacePoolState.CLOSED
    assert isinstance(pipeline, ev.PipelineStateChanged)
    assert pipeline.state is PSInvocationState.STOPPED
    assert loop.client.closed() == []


def test_commands_that_vanish() -> None:
    loop = opened()
    loop.run("x", P1)
    loop.run("y", P2)
    (stopped,) = loop.client.end_pipeline(P1)
    (failed,) = loop.client.end_pipeline(P2, ErrorRecord.of("gone"))
    assert isinstance(stopped, ev.PipelineStateChanged)
    assert isinstance(failed, ev.PipelineStateChanged)
    assert (stopped.state, failed.state) == (PSInvocationState.STOPPED, PSInvocationState.FAILED)
    assert loop.client.end_pipeline(P1) == []
    loop.client.create_pipeline(PipelineSpec.script("again"), P1)
    assert loop.client.pipelines[P1].state is PSInvocationState.RUNNING, "an id may be used again"


@pytest.mark.parametrize(
    "message",
    [
        m.RunspacePoolInitData(min_runspaces=1, max_runspaces=1),
        m.PipelineOutput(1),
        m.InitRunspacePool(min_runspaces=1, max_runspaces=1, host_info=HostInfo()),
        m.SessionCapability(protocol_version=Version(2, 3)),
        m.CreatePipeline(PipelineSpec.script("x")),
    ],
    ids=lambda message: type(message).__name__,
)
def test_messages_out_of_place_are_refused(message: m.Message) -> None:
    loop = opened()
    blob = m.encode(message, m.Destination.SERVER, POOL_ID, P2)
    with pytest.raises(RemoteProtocolError):
        loop.server.receive(fragment(50, blob, 32768)[0])
    if not isinstance(message, m.RunspacePoolInitData | m.SessionCapability):
        with pytest.raises(RemoteProtocolError):
            loop.client.receive(fragment(50, m.encode(message, m.Destination.CLIENT, POOL_ID, P2), 32768)[0])
    with pytest.raises(RemoteProtocolError, match="came to us"):
        loop.client.receive(fragment(50, blob, 32768)[0])


def test_unknown_pipelines_are_refused() -> None:
    loop = opened()
    with pytest.raises(LocalProtocolError):
        loop.client.receive(b"", P1)
    with pytest.raises(LocalProtocolError):
        loop.server.receive(b"", P1)
    with pytest.raises(LocalProtocolError):
        loop.server.send_output(P1, 1)
    loop.run("x", P1)
    with pytest.raises(LocalProtocolError, match="exists"):
        loop.client.create_pipeline(PipelineSpec.script("x"), P1)
    with pytest.raises(LocalProtocolError, match="exists"):
        loop.server.add_pipeline(P1)


def test_wrong_numbers_of_runspaces() -> None:
    with pytest.raises(LocalProtocolError):
        ClientPool(POOL_ID, min_runspaces=2, max_runspaces=1)
    with pytest.raises(LocalProtocolError):
        ClientPool(POOL_ID, protocol_version="2.4")


_OUTPUTS = st.lists(st.one_of(st.text(max_size=2_000), st.integers(-5, 5), st.lists(st.text(max_size=50))), max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    outputs=_OUTPUTS,
    inputs=_OUTPUTS,
    limit=st.integers(30, 3_000),
    lengths=st.lists(st.integers(1, 500), min_size=1, max_size=5),
)
def test_pools_understand_each_other_through_any_cut(
    outputs: list[Any], inputs: list[Any], limit: int, lengths: list[int]
) -> None:
    def cut(data: bytes) -> list[bytes]:
        pieces, turn = [], 0
        while data:
            size = lengths[turn % len(lengths)]
            pieces.append(data[:size])
            data = data[size:]
            turn += 1
        return pieces

    loop = Loop(cut=cut, limit=limit)
    loop.open({"a": "b"})
    pipeline_id = uuid4()
    loop.run("x", pipeline_id, no_input=False)
    pipeline = loop.client.pipelines[pipeline_id]
    for value in inputs:
        pipeline.send_input(value)
    pipeline.end_input()
    arrived = loop.to_server()
    assert arrived == [
        *(ev.InputReceived(pipeline_id=pipeline_id, value=v) for v in inputs),
        ev.InputEnded(pipeline_id),
    ]
    for value in outputs:
        loop.server.send_output(pipeline_id, value)
    loop.server.send_state(pipeline_id, PSInvocationState.COMPLETED)
    *found, state = loop.to_client()
    assert found == [ev.PipelineOutput(pipeline_id=pipeline_id, value=v) for v in outputs]
    assert isinstance(state, ev.PipelineStateChanged)


_CLIENT_STEPS = [
    "open", "connect", "disconnect", "disconnected", "reconnect", "reconnected", "refused", "close", "closed", "broken",
    "request_key", "get_available_runspaces", "reset_runspace_state", "create", "input", "end", "stop", "vanish",
    "attach",
]  # fmt: skip
_SERVER_STEPS = [
    "accept",
    "refuse",
    "output",
    "record",
    "state",
    "stopped",
    "call",
    "pool_call",
    "closing",
    "secret",
    "event",
]


def client_step(loop: Loop, name: str, pid: UUID) -> None:
    client = loop.client
    match name:
        case "create":
            client.create_pipeline(PipelineSpec.script("x", no_input=False), pid)
        case "attach":
            client.attach_pipeline(pid)
        case "stop":
            client.stop_pipeline(pid)
        case "vanish":
            client.end_pipeline(pid)
        case "input" | "end":
            pipeline = client.pipelines.get(pid)
            if pipeline is not None:
                pipeline.send_input(1) if name == "input" else pipeline.end_input()
        case _:
            getattr(client, name)()


def server_step(loop: Loop, name: str, pid: UUID) -> None:
    server = loop.server
    match name:
        case "accept":
            server.accept_open(None)
        case "refuse":
            server.refuse_open(ErrorRecord.of("no"))
        case "output":
            server.send_output(pid, "o")
        case "secret":
            server.send_output(pid, SecureString("s"))
        case "record":
            server.send_record(pid, WarningRecord(message="w"))
        case "state":
            server.send_state(pid, PSInvocationState.COMPLETED)
        case "stopped":
            server.send_state(pid, PSInvocationState.STOPPED)
        case "call":
            server.host_call(pid, HostMethod.READ_LINE)
        case "pool_call":
            server.host_call(None, HostMethod.GET_NAME)
        case "closing":
            server.send_pool_state(RunspacePoolState.CLOSING)
        case "event":
            time = datetime.datetime(2024, 5, 6)
            server.send_user_event(m.UserEvent(event_identifier=1, source_identifier="s", time_generated=time))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from(_CLIENT_STEPS), st.sampled_from([P1, P2])),
            st.tuples(st.sampled_from(_SERVER_STEPS), st.sampled_from([P1, P2])),
            st.tuples(st.just("carry"), st.just(P1)),
        ),
        max_size=25,
    ),
    st.booleans(),
)
def test_any_order_of_steps_leaves_the_machines_legal(steps: list[tuple[str, UUID]], start_open: bool) -> None:
    loop = opened() if start_open else Loop(ClientPool(POOL_ID, new_exchange_key=lambda: KEY))
    for name, pid in steps:
        before = loop.client.state, loop.server.state
        try:
            if name == "carry":
                loop.both()
            elif name in _CLIENT_STEPS:
                client_step(loop, name, pid)
            else:
                server_step(loop, name, pid)
        except RemoraError:
            if name != "carry":
                assert (loop.client.state, loop.server.state) == before, "a refused call changes nothing"
    for pipeline in (*loop.client.pipelines.values(), *loop.server.pipelines.values()):
        assert isinstance(pipeline.state, PSInvocationState)


def test_invocation_information_goes_only_where_it_was_asked_for() -> None:
    info = InvocationInfo(line="1+1", script_line_number=1)
    for options, kept in (
        (RemoteStreamOptions.NONE, False),
        (RemoteStreamOptions.ALL, True),
        (RemoteStreamOptions.WARNING, True),
    ):
        loop = opened()
        loop.run("x", P1, stream_options=options)
        loop.server.send_record(P1, WarningRecord(message="w", invocation=info))
        (event,) = loop.to_client()
        assert isinstance(event, ev.PipelineRecord)
        assert isinstance(event.record, WarningRecord)
        assert (event.record.invocation is not None) is kept


def test_what_cannot_be_encoded_changes_nothing() -> None:
    client = ClientPool(POOL_ID, application_arguments={"a": object()})
    with pytest.raises(LocalProtocolError):
        client.open()
    assert client.state is RunspacePoolState.BEFORE_OPEN
    assert not list(client.pending_streams())
    loop = opened()
    with pytest.raises(LocalProtocolError):
        loop.client.create_pipeline(PipelineSpec.script("x", arguments=(object(),)), P1)
    assert P1 not in loop.client.pipelines
    loop.run("x", P1)
    with pytest.raises(LocalProtocolError):
        loop.server.send_output(P1, object())
    bad = ErrorRecord.of("x")
    bad.target_object = object()
    with pytest.raises(LocalProtocolError):
        loop.server.send_state(P1, PSInvocationState.FAILED, bad)
    assert loop.server.pipelines[P1].state is PSInvocationState.RUNNING
    assert loop.to_client() == []
