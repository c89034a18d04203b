from __future__ import annotations

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import InvalidState, PSRPError, RemoraError
from remora.psrp import events as ev
from remora.psrp import messages as m
from remora.psrp.client import ClientPool, PipelineSpec
from remora.psrp.crypto import ExchangeKey
from remora.psrp.fragments import fragment
from remora.psrp.hostcalls import HostMethod
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import SecureString, Version
from tests.psrp.pools import POOL_ID, Loop

P1, P2 = UUID(int=1), UUID(int=2)
KEY = ExchangeKey()


def left_behind() -> Loop:
    """A pool whose client went away while P1 runs with open input and a large output is on its way."""
    loop = Loop(ClientPool(POOL_ID, min_runspaces=1, max_runspaces=2, new_exchange_key=lambda: KEY))
    loop.open({"role": "server"})
    loop.run("long", P1, no_input=False)
    return loop


def take_over(loop: Loop) -> tuple[Loop, list[ev.Event]]:
    second = Loop(ClientPool(POOL_ID, new_exchange_key=lambda: KEY), loop.server)
    second.client.connect()
    request = loop.server.receive_connect(second.client.take())
    assert request.min_runspaces is None
    response, at_server = loop.server.accept_connect()
    assert at_server == [ev.InputEnded(P1)]
    return second, second.client.receive(response)


def test_another_client_takes_over() -> None:
    first = left_behind()
    second, events = take_over(first)
    assert events == []
    assert second.client.state is RunspacePoolState.CONNECTING
    assert (second.client.min_runspaces, second.client.max_runspaces) == (1, 2)
    second.client.attach_pipeline(P1)
    first.server.send_output(P1, "result")
    first.server.send_state(P1, PSInvocationState.COMPLETED)
    private, opened, output, state = second.to_client()
    assert private == ev.ApplicationPrivateDataReceived({"role": "server"})
    assert opened == ev.PoolStateChanged(state=RunspacePoolState.OPENED)
    assert output == ev.PipelineOutput(pipeline_id=P1, value="result")
    assert isinstance(state, ev.PipelineStateChanged)
    second.client.create_pipeline(PipelineSpec.script("more"), P2)
    assert len(second.to_server()) == 1


def test_the_answer_carries_the_pool_id_and_the_counter_goes_on() -> None:
    first = left_behind()
    first.server.send_output(P1, 1)
    second = ClientPool(POOL_ID)
    second.connect()
    first.server.receive_connect(second.take())
    response, _ = first.server.accept_connect()
    assert m.parse_header(response[21:])[2] == POOL_ID.bytes_le
    assert int.from_bytes(response[:8], "big") == 5


def test_the_rest_of_an_old_object_is_skipped_and_a_repeated_state_is_no_news() -> None:
    first = left_behind()
    second, _ = take_over(first)
    second.client.attach_pipeline(P1)
    first.server.send_output(P1, "x" * 100_000)
    first.server.send_output(P1, "whole")
    first.server.take(P1, 40_000)
    events = second.to_client()
    assert [event.value for event in events if isinstance(event, ev.PipelineOutput)] == ["whole"]
    opened = m.encode(m.RunspacePoolStateInfo(state=RunspacePoolState.OPENED), m.Destination.CLIENT, POOL_ID)
    assert second.client.receive(fragment(3, opened, 32768)[0]) == []


def test_duplicates_after_reconnect_are_removed() -> None:
    loop = left_behind()
    loop.server.send_output(P1, 1)
    loop.server.send_output(P1, "y" * 50_000)
    first = loop.server.take(P1, 40_000)
    loop.client.disconnect()
    assert [type(event) for event in loop.client.disconnected()] == [ev.PoolStateChanged, ev.PipelineStateChanged]
    assert loop.client.pipelines[P1].state is PSInvocationState.DISCONNECTED
    loop.client.reconnect()
    assert [type(event) for event in loop.client.reconnected()] == [ev.PoolStateChanged, ev.PipelineStateChanged]
    assert loop.client.receive(first, P1) == [ev.PipelineOutput(pipeline_id=P1, value=1)]
    assert loop.client.receive(first, P1) == []
    assert loop.to_client() == [ev.PipelineOutput(pipeline_id=P1, value="y" * 50_000)]


def test_leaving_and_coming_back() -> None:
    client = left_behind().client
    with pytest.raises(InvalidState):
        client.reconnect()
    client.disconnect()
    (still,) = client.refused()
    assert still == ev.PoolStateChanged(state=RunspacePoolState.OPENED)
    client.disconnected()
    with pytest.raises(InvalidState):
        client.create_pipeline(PipelineSpec.script("x"), P2)
    with pytest.raises(InvalidState):
        client.pipelines[P1].send_input(1)
    client.reconnect()
    (gone,) = client.refused()
    assert gone == ev.PoolStateChanged(state=RunspacePoolState.DISCONNECTED)


def test_the_same_client_may_connect_again() -> None:
    loop = left_behind()
    loop.client.disconnected()
    loop.client.connect()
    loop.server.receive_connect(loop.client.take())
    response, _ = loop.server.accept_connect()
    loop.client.receive(response)
    assert loop.to_client()[-1] == ev.PoolStateChanged(state=RunspacePoolState.OPENED)


def test_a_new_client_needs_the_session_key_anew() -> None:
    first = left_behind()
    first.client.request_key()
    first.both()
    key = first.server.session_key
    second, _ = take_over(first)
    second.to_client()
    second.client.attach_pipeline(P1)
    first.server.send_output(P1, SecureString("secret"))
    _, at_client = second.both()
    outputs = [event.value for event in at_client if isinstance(event, ev.PipelineOutput)]
    assert [value.reveal() for value in outputs] == ["secret"]
    assert first.server.session_key is key


def test_unanswered_questions_are_asked_again() -> None:
    first = left_behind()
    first.server.host_call(P1, HostMethod.READ_LINE)
    first.to_client()
    first.server.host_call(P1, HostMethod.GET_NAME)
    second, _ = take_over(first)
    second.client.attach_pipeline(P1)
    assert first.server.repeat_host_calls() == 1, "the second call still waits"
    asked = [event for event in second.to_client() if isinstance(event, ev.HostCallReceived)]
    assert [event.call.method for event in asked] == [HostMethod.GET_NAME, HostMethod.READ_LINE]
    second.client.respond(asked[1], "answer")
    (answer,) = second.to_server()
    assert isinstance(answer, ev.HostResponseReceived)
    assert answer.response.value == "answer"
    blob = m.encode(m.PipelineHostResponse(answer.response), m.Destination.SERVER, POOL_ID, P1)
    assert first.server.receive(fragment(90, blob, 32768)[0], P1, "pr") == [], "answered before"


NEWEST = Version(2, 3)


def hello(version: Version = NEWEST, pool_id: UUID = POOL_ID, object_id: int = 1) -> bytes:
    message = m.SessionCapability(protocol_version=version)
    return fragment(object_id, m.encode(message, m.Destination.SERVER, pool_id), 32768)[0]


def ask(low: int | None = None, high: int | None = None, pool_id: UUID = POOL_ID) -> bytes:
    message = m.ConnectRunspacePool(min_runspaces=low, max_runspaces=high)
    return fragment(2, m.encode(message, m.Destination.SERVER, pool_id), 32768)[0]


STRANGER = UUID(int=99)
REFUSED = {
    "shorter": b"x" * 20,
    "cut off": hello()[:-1],
    "not whole": fragment(1, hello()[21:], 100)[0],
    "SESSION_CAPABILITY was due": ask() + hello(),
    "ends before its second": hello(),
    "second fragment of the connect data is cut off": hello() + ask()[:-1],
    "more than its two": hello() + ask() + b"x",
    "CONNECT_RUNSPACEPOOL was due": hello() + hello(object_id=2),
    "speaks PowerShell remoting protocol 3.0": hello(Version(3, 0)) + ask(),
    "needs protocol 2.2": hello(Version(2, 1)) + ask(),
    "above the maximum": hello() + ask(3, 2, STRANGER),
    "another runspace pool": hello(pool_id=STRANGER) + ask(9, 9, STRANGER),
    "1 to 2 runspaces, not 1 to 3": hello() + ask(1, 3),
    "malformed": hello()[:-8] + b"/nonsense"[:8] + ask(),
}


@pytest.mark.parametrize("text", REFUSED)
def test_connects_that_are_not_in_order_are_refused(text: str) -> None:
    loop = left_behind()
    with pytest.raises(PSRPError, match=text):
        loop.server.receive_connect(REFUSED[text])
    with pytest.raises(InvalidState):
        loop.server.accept_connect()
    loop.client.pipelines[P1].send_input("still connected")
    assert loop.to_server() == [ev.InputReceived(pipeline_id=P1, value="still connected")]


def test_the_right_counts_are_welcome() -> None:
    request = left_behind().server.receive_connect(hello() + ask(1, 2))
    assert (request.min_runspaces, request.max_runspaces) == (1, 2)


def test_a_pool_that_is_not_open_takes_nobody() -> None:
    with pytest.raises(PSRPError, match="not in a state"):
        Loop().server.receive_connect(hello() + ask())


@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_connect_data_is_judged(noise: bytes, place: int) -> None:
    server = left_behind().server
    good = hello() + ask()
    for data in (noise, good[:place] + noise + good[place + len(noise) :]):
        with suppress(RemoraError):
            server.receive_connect(data)
