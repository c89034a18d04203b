from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from remora.psrp.hostcalls import HostMethod
from remora.psrp.spec import PipelineSpec
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.worker import protocol as p
from remora.worker.backend import Backend
from remora.worker.outlet import Gate
from remora.worker.pool_server import PoolServer
from remora.worker.pwsh_child import PwshPool
from remora.worker.reactor import Reactor
from tests.support.fake_session import FakeSession
from tests.support.pool_client import VERSION_OPTION, PoolClient
from tests.support.worker_place import Place
from tests.support.workers import wait_until

FAKE_PWSH = (sys.executable, "-m", "tests.support.fake_session")


class PoolPlace(Place):
    """A worker whose pool runs a FakeSession: in itself, or in a child process that speaks as ``pwsh -s`` does."""

    def __init__(self, directory: Path, *, child: bool) -> None:
        def make(request: p.Open, gate: Gate, reactor: Reactor) -> Backend:
            return PwshPool(request, reactor, FAKE_PWSH) if child else PoolServer(request, FakeSession)

        super().__init__(directory, make)

    def client(self, **options: Any) -> PoolClient:
        return PoolClient(self.front(), self.shell_id, **options)


@pytest.fixture(params=["engine", "child"])
def place(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[PoolPlace]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    place = PoolPlace(tmp_path, child=request.param == "child")
    yield place
    place.close()


LIMITS = p.Limits(implicit_disconnect=0.2)


def test_open_takes_one_receive_and_a_short_command_too(place: PoolPlace) -> None:
    client = place.client()
    client.pool.open()
    client.front.open(client.shell_id, creation_xml=client.pool.take(limit=100_000))
    assert client.until_opened() == 1
    assert client.pool.application_private_data == {"PSVersionTable": {"PSEdition": "Core"}}
    for _ in range(20):
        outcome = client.invoke("count 1")
        assert (outcome.output, outcome.state, outcome.exit_code) == (["0"], PSInvocationState.COMPLETED, 0)
        assert outcome.receives == 1


def test_a_refused_pool_is_broken(place: PoolPlace) -> None:
    client = place.client(application_arguments={"refuse": True})
    client.pool.open()
    client.front.open(client.shell_id, creation_xml=client.pool.take(limit=100_000))
    client.receive_pool()
    assert client.pool.state is RunspacePoolState.BROKEN


def test_input_large_and_small(place: PoolPlace) -> None:
    client = place.client().open()
    pid = client.start(PipelineSpec.script("echo", no_input=False))
    values = ["a", 1, "x" * 100_000, [1, 2]]
    client.send_input(pid, *values)
    assert client.finish(pid).output == values


def test_big_output_in_small_answers(place: PoolPlace) -> None:
    client = place.client().open()
    outcome = client.invoke("count 50 5000", budget=9000)
    assert outcome.output == [f"{n}" + "." * 5000 for n in range(50)]
    assert outcome.receives > 25


def test_host_calls(place: PoolPlace) -> None:
    client = place.client().open()
    client.answer = lambda call: "typed"
    outcome = client.invoke("ask")
    assert [call.method for call in outcome.calls] == [HostMethod.WRITE_LINE2, HostMethod.READ_LINE]
    assert outcome.output == ["typed"]


@pytest.mark.parametrize("code", ["powershell/signal/crtl_c", "powershell/signal/ctrl_c"])
@pytest.mark.parametrize("script", ["wait", "ask", "count 1000000 1000"])
def test_stop_comes_at_once(place: PoolPlace, script: str, code: str) -> None:
    client = place.client().open()
    client.answer = lambda call: ...
    pid = client.start(script)
    time.sleep(0.05)
    begun = time.monotonic()
    assert client.front.ask(p.Signal(command_id=str(pid).upper(), code=code)) == p.Ok()
    outcome = client.finish(pid, budget=5_000_000)
    assert outcome.state is PSInvocationState.STOPPED
    assert time.monotonic() - begun < 2
    assert client.invoke("count 1").output == ["0"]


def test_counts_reset_and_availability(place: PoolPlace) -> None:
    client = place.client(max_runspaces=3).open()
    pool = client.pool
    calls = [pool.set_max_runspaces(5), pool.set_min_runspaces(-1), pool.get_available_runspaces()]
    calls.append(pool.reset_runspace_state())
    client.flush()
    client.events.clear()
    while len(client.events) < 4:
        client.receive_pool()
    assert {event.call_id: event.response for event in client.events} == dict(
        zip(calls, (True, False, 5, True), strict=True)
    )


def test_block_mode_makes_the_pipeline_wait(place: PoolPlace) -> None:
    client = place.client().open(limits=p.Limits(buffer_bytes=50_000))
    pid = client.start("count 2000 1000")
    time.sleep(0.2)
    described = client.front.ask(p.ListCommands())
    assert isinstance(described, p.Commands)
    assert described.items[0].state == "Running"
    assert len(client.finish(pid).output) == 2000


def test_the_session_key_goes_over_the_pool_stream(place: PoolPlace) -> None:
    client = place.client().open()
    pid = client.start("secret")
    assert client.finish_secret(pid).output[0].reveal() == "hidden"


def test_another_client_takes_over_in_mid_output(place: PoolPlace, tmp_path: Path) -> None:
    first = place.client().open(limits=LIMITS)
    pid = first.start(f"mid 500 {tmp_path / 'go'}")
    before = first.receive(pid, budget=5000).output
    assert 0 < len(before) < 500
    unseen = place.fronts[0].receive(str(pid).upper(), budget=5000)  # this answer never reaches the client
    assert isinstance(unseen, p.Output)
    first.front.close()
    second = place.client()
    wait_until(lambda: _state(second) == "Disconnected")
    second.connect(pid)
    (tmp_path / "go").touch()
    outcome = second.finish(pid)
    everything = [str(n) for n in range(500)] * 2
    again = len(before) + len(outcome.output) - len(everything)
    assert again >= 0
    assert outcome.output == everything[len(before) - again :]
    assert outcome.state is PSInvocationState.COMPLETED
    assert second.invoke("count 2").output == ["0", "1"]


def test_connect_ends_input_and_repeats_unanswered_calls(place: PoolPlace) -> None:
    first = place.client().open(limits=LIMITS)
    first.answer = lambda call: ...
    echo = first.start(PipelineSpec.script("echo", no_input=False))
    first.send_input(echo, "kept", end=False)
    asking = first.start("ask")
    first.receive(asking)
    assert first.front.ask(p.Disconnect()) == p.Ok()
    second = place.client()
    second.answer = lambda call: "again"
    second.connect(echo, asking)
    assert second.finish(echo).output == ["kept"]
    outcome = second.finish(asking)
    assert outcome.output == ["again"]
    assert [call.method for call in outcome.calls] == [HostMethod.READ_LINE]


def _state(client: PoolClient) -> str:
    described = client.front.ask(p.Describe())
    assert isinstance(described, p.Description)
    return described.state


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({"options": ()}, 0x80540BC7),
        ({"options": (p.Option(name="protocolversion", value="3.0", must_comply=True),)}, 0x80540BC5),
        ({"options": (*VERSION_OPTION, p.Option(name="PS_X", value="1", must_comply=True))}, 0x80540BC6),
        ({"creation_xml": None}, 0x80540BB8),
        ({"shell": p.ShellSpec(output_streams=("stdout",))}, 0x80540BB9),
        ({"creation_xml": b"\0" * 50}, 0x80540BBF),
    ],
)
def test_create_is_refused(place: PoolPlace, fields: dict[str, Any], number: int) -> None:
    client = place.client()
    client.pool.open()
    with pytest.raises(AssertionError, match=str(number)):
        client.front.open(client.shell_id, **{"creation_xml": client.pool.take(limit=100_000), **fields})


def test_commands_and_sends_are_refused(place: PoolPlace) -> None:
    client = place.client().open()

    def number(request: p.Request) -> int:
        answer = client.front.ask(request)
        assert isinstance(answer, p.Fault), answer
        return answer.number

    assert number(p.RunCommand(command_id=str(uuid4()).upper())) == 0x80540BC4
    assert number(p.RunCommand(command_id=str(uuid4()).upper(), arguments=("*",))) == 0x80540BBF
    assert number(p.RunCommand(command_id="no guid", arguments=("",))) == 0x803381D4
    assert number(p.Send(chunks=(p.Chunk(name="stderr"),))) == 0x80540BBE
    assert number(p.Send(chunks=(p.Chunk(name="stdin", data=b"\xff" * 100),))) == 0x80540FA0
    assert number(p.Receive(streams=("stderr",), budget=1000, timeout=1.0)) == 0x80540BC0
    client.front.ask(p.Disconnect())
    assert number(p.Connect(options=VERSION_OPTION)) == 0x80540FA2
    assert number(p.Connect(connect_xml=b"x" * 30, options=VERSION_OPTION)) == 0x80540FA3
    assert number(p.Connect(connect_xml=b"x")) == 0x80540BC7
