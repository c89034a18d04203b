"""Connections that break: what is repeated, what a person is told, and what is never lost or doubled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from remora.client import guard, retry
from remora.client.commands import new_pssession
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.retry import may_repeat
from remora.client.session_state import RunspaceState
from remora.errors import ConnectionLost, TransportError
from remora.wsman import requests
from tests.client.conftest import way_to
from tests.client.small_host import Run, SmallHost


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSE", 0.05)


async def opened(host: SmallHost, **option: Any) -> PSSession:
    session = await new_pssession(**way_to(host, PSSessionRepository(), **option))
    assert isinstance(session, PSSession)
    return session


@pytest.mark.parametrize("kind", ["Command", "Receive", "Signal", "Delete"])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_cut_at_any_request_loses_and_doubles_nothing(host: SmallHost, kind: str, when: str) -> None:
    started: list[str] = []

    async def counted(run: Run) -> None:
        started.append(run.text)
        for number in range(3):
            run.output(number)

    async def waits(run: Run) -> None:
        await asyncio.sleep(60)

    host.scripts.update(counted=counted, waits=waits)
    session = await opened(host)
    await session.invoke("warm")
    getattr(host, f"cut_{when}")[kind] = 1
    assert list(await session.invoke("counted")) == [0, 1, 2]
    assert started == ["counted"]
    pipeline = await session.start("waits")
    await pipeline.stop()
    await session.close()
    assert getattr(host, f"cut_{when}")[kind] == 0
    assert host.shells == {}


async def test_a_host_that_restarts_is_waited_for_with_warnings(host: SmallHost) -> None:
    proceed = asyncio.Event()

    async def long(run: Run) -> None:
        run.output("before")
        await proceed.wait()
        run.output("after")

    host.scripts["long"] = long
    session = await opened(host)
    items = []

    async def read() -> None:
        async for item in session.stream("long"):
            items.append(item)  # read while it runs

    reader = asyncio.create_task(read())
    while not items:
        await asyncio.sleep(0.01)
    await host.stop()
    while len(session.warnings) < 2:
        await asyncio.sleep(0.01)
    proceed.set()
    await host.start()
    await asyncio.wait_for(reader, 10)
    assert [item.value for item in items if item.stream == "output"] == ["before", "after"]
    told = [item.value.message for item in items if item.stream == "warning"]
    assert "was lost" in told[0]
    assert any("Trying to reconnect" in text for text in told)
    assert "restored" in told[-1]
    assert session.state is RunspaceState.OPENED
    await session.close()


async def test_when_the_time_is_used_up_the_session_is_disconnected_not_gone(host: SmallHost) -> None:
    proceed = asyncio.Event()

    async def long(run: Run) -> None:
        run.output(1)
        await proceed.wait()
        run.output(2)

    host.scripts["long"] = long
    session = await opened(host, max_retry_time=300)
    task = asyncio.create_task(session.invoke("long"))
    while not host.asked["Command"]:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    await host.stop()
    with pytest.raises(ConnectionLost):
        await task
    assert session.state is RunspaceState.DISCONNECTED
    assert "left disconnected" in session.warnings[-1].message
    await host.start()
    proceed.set()
    host.implicit_disconnect(str(session.instance_id).upper())
    values = [item.value async for item in session.receive() if item.stream == "output"]
    assert values in ([1, 2], [2])  # the first value may have been delivered before the loss
    await session.close()


async def test_a_server_that_is_not_ready_is_asked_again(host: SmallHost) -> None:
    session = await opened(host)
    host.refuse = 4
    assert list(await session.invoke("x")) == ["x"]
    assert len(session.warnings) >= 2
    await session.close()


async def test_opening_does_not_wait_for_a_host_that_is_not_there() -> None:
    nowhere = SmallHost()
    nowhere.url = "http://127.0.0.1:1/wsman"
    with pytest.raises(TransportError, match="cannot connect"):
        await opened(nowhere)


async def test_opening_is_tried_again_when_told_so(host: SmallHost) -> None:
    host.refuse = 1
    session = await opened(host, max_connection_retry_count=5)
    await session.close()


async def test_an_idle_session_is_guarded_and_stays_on_two_connections(
    host: SmallHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "GUARD_SECONDS", 0.1)
    session = await opened(host)
    receives = host.asked["Receive"]
    while host.asked["Receive"] < receives + 3:
        await asyncio.sleep(0.02)
    for number in range(3):
        assert list(await session.invoke(f"n{number}")) == [f"n{number}"]
    assert len(host.connections) <= 2
    await session.disconnect()
    quiet = host.asked["Receive"]
    await asyncio.sleep(0.3)
    assert host.asked["Receive"] == quiet
    await session.connect()
    await session.close()


async def test_no_guard_while_the_session_is_used(host: SmallHost) -> None:
    session = await opened(host)
    await session.invoke("a")
    assert host.order == ["CreateShell", "Receive", "Command", "Receive"]
    await session.close()


def test_what_may_be_repeated() -> None:
    uri, shell = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell", "S"
    send = requests.Send(resource_uri=uri, shell_id=shell, streams=())
    assert may_repeat(send, sent=False)
    assert not may_repeat(send, sent=True)
    assert may_repeat(send, sent=True, sends=True)
    assert may_repeat(requests.Receive(resource_uri=uri, shell_id=shell), sent=True)
    assert may_repeat(requests.Command(resource_uri=uri, shell_id=shell, command_id="C"), sent=True)
    assert not may_repeat(requests.Command(resource_uri=uri, shell_id=shell), sent=True)
    assert not may_repeat(requests.Pull(resource_uri=uri, context="c"), sent=True)
