"""What a session leaves behind in this process when it is left, removed, lost or never opened: no socket, no task."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from remora.client import retry
from remora.client.commands import connect_pssession, disconnect_pssession, new_pssession, remove_pssession
from remora.client.connection_info import connection_infos
from remora.client.pssession import PSSession
from remora.client.session_state import RunspaceState
from remora.client.wsman_session import WSManSession
from remora.errors import AuthError, ConnectionLost, RemoraError, TransportError, WSManFault
from remora.wsman.requests import Enumerate
from tests.client.conftest import way_to
from tests.client.small_host import Run, SmallHost

Where = dict[str, Any]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSE", 0.05)


@pytest.fixture
async def tasks(host: SmallHost) -> set[asyncio.Task[Any]]:
    """The tasks that were there before the test's own."""
    return asyncio.all_tasks()


async def opened(where: Where, **keywords: Any) -> PSSession:
    session = await new_pssession(**where, **keywords)
    assert isinstance(session, PSSession)
    return session


def open_connections(host: SmallHost) -> int:
    return sum(not transport.is_closing() for transport in host.connections)


async def nothing_left(host: SmallHost, before: set[asyncio.Task[Any]]) -> None:
    """Wait until the host sees no connection; what is open on our side stays open there."""
    async with asyncio.timeout(3):
        while open_connections(host):
            await asyncio.sleep(0.01)
    assert not [task for task in asyncio.all_tasks() - before if _of_the_client(task)]


def _of_the_client(task: asyncio.Task[Any]) -> bool:
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "remora/client" in code.co_filename


async def waits(run: Run) -> None:
    await asyncio.sleep(60)


async def ask_commands(wsman: WSManSession) -> None:
    with pytest.raises(WSManFault):
        await wsman.request(Enumerate.commands("NOWHERE"))


async def test_a_released_conversation_closes_what_comes_back_later(host: SmallHost, where: Where) -> None:
    given = {key: value for key, value in where.items() if key != "repository"}
    wsman = WSManSession(connection_infos(**given)[0])
    await ask_commands(wsman)
    assert open_connections(host) == 1
    late = asyncio.create_task(ask_commands(wsman))
    await asyncio.sleep(0)
    wsman.release()
    await late
    await nothing_left(host, asyncio.all_tasks())
    await ask_commands(wsman)
    await nothing_left(host, asyncio.all_tasks())
    wsman.keep()
    await ask_commands(wsman)
    await ask_commands(wsman)
    assert (open_connections(host), len(host.connections)) == (1, 3)
    await wsman.close()
    await nothing_left(host, asyncio.all_tasks())


async def test_a_receive_that_ends_after_a_lost_disconnect_keeps_no_connection(
    host: SmallHost, where: Where, tasks: set[asyncio.Task[Any]]
) -> None:
    host.scripts["waits"] = waits
    session = await opened(way_to(host, where["repository"], max_retry_time=0))
    reader = asyncio.create_task(session.invoke("waits"))
    while not host.asked["Command"]:
        await asyncio.sleep(0.01)
    receives = host.asked["Receive"]
    while host.asked["Receive"] == receives:
        await asyncio.sleep(0.01)
    host.cut_after["Disconnect"] = 1
    with pytest.raises(ConnectionLost):
        await session.disconnect()
    assert session.state is RunspaceState.DISCONNECTED
    assert (await reader).state == "Disconnected"
    await nothing_left(host, tasks)
    await session.close()
    await nothing_left(host, tasks)


@pytest.mark.parametrize("running", [False, True])
async def test_leaving_and_removing(
    host: SmallHost, where: Where, tasks: set[asyncio.Task[Any]], running: bool
) -> None:
    host.scripts["waits"] = waits
    session = await opened(where)
    reader = asyncio.create_task(session.invoke("waits" if running else "x"))
    if running:
        receives = host.asked["Receive"]
        while host.asked["Receive"] < receives + 1:
            await asyncio.sleep(0.01)
    else:
        await reader
    await disconnect_pssession(session)
    await reader
    await nothing_left(host, tasks)
    await connect_pssession(session)
    assert open_connections(host) >= 1
    await remove_pssession(session)
    await nothing_left(host, tasks)
    assert host.shells == {}


async def test_a_session_taken_over_keeps_nothing(host: SmallHost, where: Where, tasks: set[asyncio.Task[Any]]) -> None:
    session = await opened(where)
    shell = host.shells[str(session.instance_id).upper()]
    shell.session_id = "uuid:somebody"
    with pytest.raises(WSManFault):
        await session.invoke("mine?")
    assert session.state is RunspaceState.DISCONNECTED
    await nothing_left(host, tasks)
    with pytest.raises(RemoraError):
        await session.connect()
    await nothing_left(host, tasks)


async def test_a_session_that_broke_keeps_nothing(host: SmallHost, where: Where, tasks: set[asyncio.Task[Any]]) -> None:
    host.scripts["waits"] = waits
    session = await opened(where)
    reader = asyncio.create_task(session.invoke("waits"))
    while not host.asked["Command"]:
        await asyncio.sleep(0.01)
    host.shells.pop(str(session.instance_id).upper()).wake()
    with pytest.raises(RemoraError):
        await reader
    assert session.state is RunspaceState.BROKEN
    await nothing_left(host, tasks)
    await remove_pssession(session)
    await nothing_left(host, tasks)


async def test_a_removal_that_is_cancelled_closes_its_connections(
    host: SmallHost, where: Where, tasks: set[asyncio.Task[Any]]
) -> None:
    session = await opened(where)
    removing = asyncio.create_task(session.close())
    await asyncio.sleep(0)
    removing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await removing
    assert session.state is RunspaceState.CLOSED
    await nothing_left(host, tasks)


async def test_a_refused_logon(host: SmallHost, where: Where, tasks: set[asyncio.Task[Any]]) -> None:
    with pytest.raises(AuthError):
        await opened({**where, "password": "n0nsense"})
    assert host.connections
    await nothing_left(host, tasks)


async def test_a_refused_connection_and_a_cut_one(host: SmallHost, where: Where, tasks: set[asyncio.Task[Any]]) -> None:
    with pytest.raises(TransportError):
        await opened({**where, "connection_uri": "http://127.0.0.1:1/wsman"})
    host.cut_after["CreateShell"] = 1
    with pytest.raises(TransportError):
        await opened(where)
    await nothing_left(host, tasks)


async def test_opening_that_is_cut_short(host: SmallHost, where: Where, tasks: set[asyncio.Task[Any]]) -> None:
    task = asyncio.create_task(opened(where))
    while not host.asked["CreateShell"]:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await nothing_left(host, tasks)
