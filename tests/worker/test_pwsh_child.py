"""The relay to a real PowerShell, before children that number, cut, write and die in ways of their own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from remora.psrp.hostcalls import HostMethod
from remora.psrp.spec import PipelineSpec
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import HostInfo
from remora.worker import protocol as p
from remora.worker.backend import Backend
from remora.worker.outlet import Gate
from remora.worker.pwsh_child import PwshPool
from remora.worker.reactor import Reactor
from tests.support.pool_client import PoolClient
from tests.support.worker_place import Place

UI = HostInfo(is_host_null=False, is_host_ui_null=False, is_host_raw_ui_null=True, use_runspace_host=False)
ROOT = Path(__file__).parents[2]
Start = Callable[[str], Place]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """A worker whose child is disturbed as named."""
    places: list[Place] = []
    monkeypatch.chdir(ROOT)

    def make(kind: str) -> Place:
        command = (sys.executable, "-m", "tests.support.scripted_pwsh", kind)

        def backend(request: p.Open, gate: Gate, reactor: Reactor) -> Backend:
            return PwshPool(request, reactor, command)

        directory = tmp_path / str(len(places))
        directory.mkdir()
        places.append(Place(directory, backend))
        return places[-1]

    yield make
    for place in places:
        place.close()


def opened(place: Place) -> PoolClient:
    return client_of(place).open()


def client_of(place: Place) -> PoolClient:
    """A client with a host, which types ``now`` when it is asked for a line."""
    client = PoolClient(place.front(), place.shell_id, host_info=UI)
    client.answer = lambda call: "now" if call.method is HostMethod.READ_LINE else None
    return client


def until_broken(client: PoolClient) -> Any:
    while client.pool.state is RunspacePoolState.OPENED:
        client.receive_pool()
    return client.pool.state


@pytest.mark.parametrize("kind", ["OtherIds", "SlowReads", "Garbage", "UnknownGuids"])
def test_a_strange_child_is_served_all_the_same(start: Start, kind: str) -> None:
    place = start(kind)
    client = opened(place)
    assert client.invoke("$x = 20; 'y' * 3000; $x + 1").output == ["y" * 3000, 21]
    spec = PipelineSpec.script("$input | % { $_ * 2 }", no_input=False)
    pid = client.start(spec)
    client.send_input(pid, *range(20))
    assert client.finish(pid).output == [number * 2 for number in range(20)]
    outcome = client.invoke("Read-Host")
    assert outcome.output == ["now"], outcome
    assert [call.method for call in outcome.calls if call.needs_response] == [HostMethod.READ_LINE]


@pytest.mark.parametrize("kind", ["OtherIds", "Garbage", "UnknownGuids"])
def test_another_client_takes_the_session_over(start: Start, kind: str) -> None:
    place = start(kind)
    first = opened(place)
    first.answer = lambda call: ...
    assert first.invoke("$kept = 'value'").state is PSInvocationState.COMPLETED
    pid = first.start("1..200 | % { \"line $_\" }; Read-Host; 'end'")
    while not first.receive(pid).output:
        pass
    seen = len(first.outcomes[pid].output)
    assert first.front.ask(p.Disconnect()) == p.Ok()
    second = client_of(place).connect(pid)
    outcome = second.finish(pid)
    assert outcome.state is PSInvocationState.COMPLETED
    got = first.outcomes[pid].output + outcome.output
    assert set(got) == {*(f"line {n}" for n in range(1, 201)), "now", "end"}
    assert seen + len(outcome.output) >= 202
    assert second.invoke("$kept").output == ["value"]


@pytest.mark.parametrize("kind", ["EndlessLine", "NotAPacket", "Death"])
def test_a_child_that_breaks_off_fails_what_runs_and_breaks_the_pool(start: Start, kind: str) -> None:
    client = opened(start(kind))
    outcome = client.finish(client.start('1..50 | % { "line $_" }; Start-Sleep 60'))
    assert outcome.state is PSInvocationState.FAILED
    assert outcome.error is not None
    assert outcome.error.fully_qualified_error_id == "PSRemotingProcessEnded"
    assert until_broken(client) is RunspacePoolState.BROKEN


def test_too_much_garbage_is_the_end(start: Start) -> None:
    client = opened(start("Garbage"))
    outcome = client.invoke('1..20000 | % { "line $_" }')
    assert outcome.state is PSInvocationState.FAILED
    assert until_broken(client) is RunspacePoolState.BROKEN
