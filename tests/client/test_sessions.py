"""Leaving sessions, finding them again, taking them over: the functions that stand for the PSSession cmdlets."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from remora.client.commands import (
    connect_pssession,
    disconnect_pssession,
    get_pssession,
    new_pssession,
    receive_pssession,
    remove_pssession,
)
from remora.client.fleet import SessionList
from remora.client.invoke import invoke_command
from remora.client.jobs import Job, JobState
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository, use_repository
from remora.client.results import InvokeResult, PipelineFailed
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.errors import ConnectionLost, PSSessionError
from tests.client.small_host import Run, SmallHost

Where = dict[str, Any]


async def opened(where: Where, **keywords: Any) -> PSSession:
    session = await new_pssession(**where, **keywords)
    assert isinstance(session, PSSession)
    return session


def another(where: Where) -> Where:
    """The same host as a process sees it that knows no session."""
    return {**where, "repository": PSSessionRepository()}


class Counting:
    """A script that writes a number whenever it is let go on."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.go = asyncio.Semaphore(0)
        self.written = 0

    async def __call__(self, run: Run) -> None:
        for number in range(self.last):
            await self.go.acquire()
            run.output(number)
            self.written += 1

    async def write(self, count: int) -> None:
        goal = self.written + count
        for _ in range(count):
            self.go.release()
        while self.written < goal:
            await asyncio.sleep(0.005)


async def test_disconnect_and_reconnect_the_same_object(host: SmallHost, where: Where) -> None:
    session = await opened(where, name="X")
    left = await disconnect_pssession(session, idle_timeout_sec=900, output_buffering_mode="Drop")
    assert left is session
    assert (session.state, session.availability) == (RunspaceState.DISCONNECTED, RunspaceAvailability.NONE)
    assert session.idle_timeout == 900_000
    assert session.disconnected_on is not None
    assert session.expires_on is not None
    assert (session.expires_on - session.disconnected_on).total_seconds() == 900
    shell = next(iter(host.shells.values()))
    assert (shell.info.idle_timeout, shell.info.buffer_mode) == (900.0, "Drop")
    await disconnect_pssession(session)  # again: no effect, no error
    assert host.asked["Disconnect"] == 1
    assert await connect_pssession(session) is session
    assert (session.state, session.availability) == (RunspaceState.OPENED, RunspaceAvailability.AVAILABLE)
    assert session.disconnected_on is None
    assert host.asked["Reconnect"] == 1
    assert list(await session.invoke("again")) == ["again"]
    await session.close()


@pytest.mark.parametrize("seconds", [0, 59, 2147484])
async def test_an_idle_timeout_out_of_range_leaves_the_session_open(where: Where, seconds: int) -> None:
    session = await opened(where)
    with pytest.raises(PSSessionError) as caught:
        await session.disconnect(idle_timeout_sec=seconds)
    assert caught.value.error_id == "CannotDisconnectSessionWithInvalidIdleTimeout"
    assert session.state is RunspaceState.OPENED
    await session.close()


async def test_a_running_command_is_left_and_received_by_the_same_client(host: SmallHost, where: Where) -> None:
    script = host.scripts["count"] = Counting(6)
    session = await opened(where)
    pipeline = await session.start("count")
    items: list[Any] = []
    reader = asyncio.create_task(collect(pipeline.items(), items))
    await script.write(2)
    while len(items) < 2:
        await asyncio.sleep(0.005)
    await session.disconnect()
    assert [item.value for item in await reader] == [0, 1]
    assert pipeline.suspended
    await script.write(2)
    await session.connect()
    assert session.availability is RunspaceAvailability.BUSY
    rest = asyncio.create_task(collect(session.receive(), []))
    await script.write(2)
    assert [item.value for item in await rest] == [2, 3, 4, 5]
    assert session.availability is RunspaceAvailability.AVAILABLE
    await session.close()


async def collect(items: Any, into: list[Any]) -> list[Any]:
    async for item in items:
        into.append(item)  # what came before an error counts
    return into


async def test_another_process_finds_takes_over_and_receives(host: SmallHost, where: Where) -> None:
    script = host.scripts["count"] = Counting(5)
    left = await invoke_command("count", in_disconnected_session=True, session_name="Long", **where)
    assert isinstance(left, PSSession)
    assert (left.name, left.state) == ("Long", RunspaceState.DISCONNECTED)
    await script.write(3)
    elsewhere = another(where)
    found = await get_pssession(**elsewhere)
    assert [(s.name, s.state, s.availability) for s in found] == [
        ("Long", RunspaceState.DISCONNECTED, RunspaceAvailability.NONE)
    ]
    assert found[0].instance_id == left.instance_id
    assert found[0].expires_on is not None
    taken = await connect_pssession(found[0])
    assert isinstance(taken, PSSession)
    assert taken.availability is RunspaceAvailability.BUSY
    assert taken.application_private_data is not None
    values = []
    async for value in receive_pssession(taken):
        values.append(value)
        if value == 2:
            await script.write(2)
    assert values == [0, 1, 2, 3, 4]
    assert taken.availability is RunspaceAvailability.AVAILABLE
    assert list(await taken.invoke("more")) == ["more"]
    await taken.close()


async def test_a_finished_command_is_received_too_and_only_once(host: SmallHost, where: Where) -> None:
    script = host.scripts["count"] = Counting(3)
    await invoke_command("count", in_disconnected_session=True, session_name="Done", **where)
    await script.write(3)
    elsewhere = another(where)
    first = [value async for value in receive_pssession(name="done", **elsewhere)]
    assert first == [0, 1, 2]
    again = [value async for value in receive_pssession(name="Done", **elsewhere)]
    assert again == []
    await remove_pssession(name="Done", repository=elsewhere["repository"])
    assert host.shells == {}


async def test_receiving_all_streams_and_a_failure(host: SmallHost, where: Where) -> None:
    async def fails(run: Run) -> None:
        run.output("x")
        raise ValueError("boom")

    host.scripts["fails"] = fails
    await invoke_command("fails", in_disconnected_session=True, session_name="F", **where)
    items: list[Any] = []
    receiving = collect(receive_pssession(name="F", all_streams=True, **another(where)), items)
    with pytest.raises(PipelineFailed, match="boom"):
        await receiving
    assert [(item.stream, item.value) for item in items] == [("output", "x")]


async def test_a_session_in_use_elsewhere_is_busy(where: Where) -> None:
    session = await opened(where, name="Mine")
    elsewhere = another(where)
    found = await get_pssession(**elsewhere)
    assert (found[0].state, found[0].availability) == (RunspaceState.DISCONNECTED, RunspaceAvailability.BUSY)
    with pytest.raises(PSSessionError) as caught:
        await connect_pssession(found[0])
    assert caught.value.error_id == "PSSessionConnectFailed"
    with pytest.raises(PSSessionError) as caught:
        [value async for value in receive_pssession(found[0])]
    assert caught.value.error_id == "ReceivePSSessionCannotConnectSession"
    with pytest.raises(PSSessionError) as caught:
        await remove_pssession(found[0])
    assert caught.value.error_id == "InvalidOperation"
    assert session.state is RunspaceState.OPENED
    await session.close()


async def test_the_first_client_notices_that_its_session_was_taken_over(host: SmallHost, where: Where) -> None:
    first = await opened(where, name="S")
    host.implicit_disconnect(str(first.instance_id).upper())
    second = await connect_pssession(name="S", **another(where))
    assert isinstance(second, PSSession)
    with pytest.raises(Exception, match=r".") as caught:
        await first.invoke("mine?")
    assert type(caught.value).__name__ == "ClientSessionIdMismatch"
    assert (first.state, first.availability) == (RunspaceState.DISCONNECTED, RunspaceAvailability.BUSY)
    await second.disconnect()
    await first.connect()
    assert list(await first.invoke("mine again")) == ["mine again"]
    await first.close()


async def test_a_stale_object_takes_the_session_back_as_a_stranger_would(host: SmallHost, where: Where) -> None:
    first = await opened(where, name="S")
    await first.disconnect()
    second = await connect_pssession(name="S", **another(where))
    assert isinstance(second, PSSession)
    await second.disconnect()
    await first.connect()
    assert first.state is RunspaceState.OPENED
    assert list(await first.invoke("back")) == ["back"]
    await first.close()


async def test_an_idle_session_the_server_let_go_of_is_resumed(host: SmallHost, where: Where) -> None:
    session = await opened(where)
    host.implicit_disconnect(str(session.instance_id).upper())
    assert list(await session.invoke("still mine")) == ["still mine"]
    assert host.asked["Reconnect"] == 1
    await session.close()


async def test_a_removed_session_is_gone_for_connect(host: SmallHost, where: Where) -> None:
    session = await opened(where)
    await session.disconnect()
    host.shells.clear()
    with pytest.raises(PSSessionError) as caught:
        await session.connect()
    assert caught.value.error_id == "CannotConnectTargetSessionDoesNotExist,PSSessionConnectFailed"


async def test_selectors_of_the_local_repository(where: Where, repository: PSSessionRepository) -> None:
    one, two = await opened(where, name="Alpha"), await opened(where, name="Beta")
    with use_repository(repository):
        assert list(await get_pssession()) == [one, two]
        assert list(await get_pssession(name="al*")) == [one]
        assert list(await get_pssession(id=[2, 1])) == [two, one]
        assert list(await get_pssession(instance_id=str(two.instance_id))) == [two]
        assert list(await get_pssession(name="zz*")) == []
        for keywords, error_id in (
            ({"name": "zz"}, "RemoteRunspaceNotAvailableForSpecifiedName"),
            ({"id": 9}, "RemoteRunspaceNotAvailableForSpecifiedSessionId"),
            ({"instance_id": uuid4()}, "RemoteRunspaceNotAvailableForSpecifiedRunspaceId"),
            ({"state": "Opened"}, "AmbiguousParameterSet"),
        ):
            with pytest.raises(PSSessionError) as caught:
                await get_pssession(**keywords)  # type: ignore[arg-type]
            assert caught.value.error_id == error_id
        await remove_pssession(name="*")
    assert len(repository) == 0


async def test_remote_filters(where: Where) -> None:
    one, two = await opened(where, name="Alpha"), await opened(where, name="Beta")
    await one.disconnect()
    elsewhere = another(where)
    assert [s.name for s in await get_pssession(state="Disconnected", name="a*", **elsewhere)] == ["Alpha"]
    assert list(await get_pssession(configuration_name="Other", **elsewhere)) == []
    assert list(await get_pssession(state="Broken", **elsewhere)) == []
    nothing: list[tuple[dict[str, Any], str]] = [
        ({"name": "zz"}, "PSSessionNameMatchFail"),
        ({"instance_id": uuid4()}, "PSSessionIdMatchFail"),
    ]
    for keywords, error_id in nothing:
        with pytest.raises(PSSessionError) as caught:
            await get_pssession(**elsewhere, **keywords)
        assert caught.value.error_id == error_id
    mine = await get_pssession(**where)
    assert {id(session) for session in mine} == {id(one), id(two)}
    assert two.state is RunspaceState.OPENED
    await remove_pssession([one, two])


async def test_several_targets_and_failures_as_values(where: Where) -> None:
    bad = "http://127.0.0.1:1/wsman"
    uris = [where["connection_uri"], bad, where["connection_uri"]]
    sessions = await new_pssession(**{**where, "connection_uri": uris}, name=["A", "B", "C"])
    assert isinstance(sessions, SessionList)
    assert [session.name for session in sessions] == ["A", "C"]
    assert [type(failure.error) for failure in sessions.failures] == [ConnectionLost]
    results = await invoke_command("x", **{**where, "connection_uri": uris})
    assert isinstance(results, list)
    assert [list(result) for result in results] == [["x"], [], ["x"]]
    assert [result.failure is None for result in results] == [True, False, True]
    with pytest.raises(ConnectionLost):
        await new_pssession(**{**where, "connection_uri": [bad, bad]})
    await remove_pssession(list(sessions))


async def test_invoke_on_a_computer_leaves_nothing_behind(host: SmallHost, where: Where) -> None:
    result = await invoke_command("once", **where)
    assert isinstance(result, InvokeResult)
    assert list(result) == ["once"]
    assert host.shells == {}
    assert len(where["repository"]) == 0


async def test_a_job_collects_beside_its_caller(host: SmallHost, where: Where) -> None:
    script = host.scripts["count"] = Counting(2)
    session = await opened(where)
    job = await invoke_command("count", session=session, job_name="J", repository=where["repository"])
    assert isinstance(job, Job)
    assert (job.name, job.state) == ("J", JobState.RUNNING)
    await script.write(2)
    assert await job.wait(5) is JobState.COMPLETED
    assert job.receive(keep=True) == [0, 1]
    assert job.receive() == [0, 1]
    assert job.receive() == []
    assert where["repository"].jobs == [job]
    stopped = await invoke_command("count", session=session, as_job=True, repository=where["repository"])
    assert isinstance(stopped, Job)
    while session.availability is not RunspaceAvailability.BUSY:
        await asyncio.sleep(0.005)
    await stopped.stop()
    assert stopped.state is JobState.STOPPED
    await session.close()


@pytest.mark.parametrize(
    ("keywords", "error_id"),
    [
        ({"script": "x"}, "AmbiguousParameterSet"),
        ({"script": "x", "computer_name": "a", "connection_uri": "http://a"}, "AmbiguousParameterSet"),
        ({"computer_name": "a"}, "AmbiguousParameterSet"),
        ({"script": "x", "computer_name": "a", "session_name": "n"}, "System.InvalidOperationException"),
        (
            {"script": "x", "computer_name": "a", "in_disconnected_session": True, "as_job": True},
            "System.InvalidOperationException",
        ),
    ],
)
async def test_wrong_combinations_are_refused(keywords: Any, error_id: str) -> None:
    with pytest.raises(PSSessionError) as caught:
        await invoke_command(**keywords)
    assert caught.value.error_id == error_id


async def test_a_session_like_another(where: Where, repository: PSSessionRepository) -> None:
    one = await opened(where, name="One")
    two = await new_pssession(session=one, repository=repository)
    assert isinstance(two, PSSession)
    assert two.instance_id != one.instance_id
    assert (two.id, two.name) == (2, "Runspace2")
    async with two:
        assert list(await two.invoke("like")) == ["like"]
    await one.close()
