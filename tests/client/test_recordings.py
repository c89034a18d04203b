"""Every recorded dialogue with a real Windows server drives our client to the recorded outcome."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from remora.client import runspace_pool, wsman_session
from remora.client.commands import get_pssession
from remora.client.config_store import ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import STREAMS, InvokeResult, PipelineEnded
from remora.client.session_state import RunspaceAvailability, RunspaceState
from remora.client.wsman_session import WSManSession
from remora.errors import ConnectionLost, WSManFault
from remora.psrp.crypto import ExchangeKey
from remora.psrp.spec import PipelineSpec
from remora.wsman import uris
from tests.client.replay import Outcome, Replay, is_powershell
from tests.support.recorded_key import RecordedKey
from tests.support.vectors import Recording, needs_recordings, recordings

pytestmark = needs_recordings
WHERE: dict[str, Any] = {
    "connection_uri": "http://replay/wsman",
    "username": "u",
    "password": "p",
    "config": ClientConfig(),
}
SPECIAL = {
    "psrp_disconnected_commands": "its own test: several sessions at once",
    "psrp_nested_command": "its own test: two commands at once",
    "psrp_is_alive_http_error": "its own test",
    "psrp_is_alive_invalid_selectors": "its own test",
    "psrp_receive_failure": "its own test",
}
PLAIN = [r for r in recordings() if r.name not in SPECIAL and is_powershell(Replay(r))]


def named(name: str) -> Replay:
    return Replay(next(recording for recording in recordings() if recording.name == name))


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Put a recording in the place of the network; ids of new pipelines are the recorded ones."""

    def use(replay: Replay) -> None:
        ids = iter([UUID(c) for shell_id in replay.shell_ids for c in replay.commands(shell_id)])
        monkeypatch.setattr(wsman_session, "Connection", replay.connection)
        monkeypatch.setattr(runspace_pool, "uuid4", lambda: next(ids))
        monkeypatch.setattr(ExchangeKey, "unseal", RecordedKey.unseal)

    return use


def session_of(shell_id: str) -> PSSession:
    info = connection_infos(**WHERE)[0]
    return PSSession(info, instance_id=UUID(shell_id), repository=PSSessionRepository())


async def read(session: PSSession, pipeline: Any) -> Outcome:
    result = InvokeResult()
    with contextlib.suppress(PipelineEnded):
        await pipeline.collect(result)
    counts = Counter({name: len(result.stream(name)) for name in STREAMS if result.stream(name)})
    return Outcome(counts, result.state)


@pytest.mark.parametrize("recording", PLAIN, ids=lambda recording: recording.name)
async def test_sessions_commands_and_their_output(recording: Recording, play: Any) -> None:
    replay = Replay(recording)
    play(replay)
    expected = replay.outcomes()
    powershell = [
        item.key[1]
        for item in replay.recorded
        if item.key[0] == "CreateShell"
        and item.incoming.request.resource_uri.startswith(uris.RESOURCE_POWERSHELL_PREFIX)  # type: ignore[union-attr]
    ]
    for shell_id in powershell:
        assert shell_id is not None
        session = session_of(shell_id)
        await session.open()
        assert (session.state, session.availability) == (RunspaceState.OPENED, RunspaceAvailability.AVAILABLE)
        assert session.application_private_data is not None
        for command_id in replay.commands(shell_id):
            pipeline = await session.start("recorded")
            assert pipeline.command_id == command_id
            outcome = await read(session, pipeline)
            assert outcome == expected[command_id], command_id
            assert session.availability is RunspaceAvailability.AVAILABLE
        await session.close()
        assert session.state is RunspaceState.CLOSED
    unused = [item.key for item in replay.recorded if not item.used and item.key[1] in powershell and item.key[2]]
    assert [key for key in unused if key[0] != "Send"] == []


async def test_commands_that_were_left_are_found_and_received(play: Any) -> None:
    replay = named("psrp_disconnected_commands")
    play(replay)
    expected = replay.outcomes()
    for shell_id in replay.shell_ids:
        session = session_of(shell_id)
        await session.open()
        await session.start("recorded")
        await session.disconnect()
        assert (session.state, session.availability) == (RunspaceState.DISCONNECTED, RunspaceAvailability.NONE)
    found = await get_pssession(repository=PSSessionRepository(), **WHERE)
    assert {str(session.instance_id).upper() for session in found} >= set(replay.shell_ids)
    for session in found:
        if str(session.instance_id).upper() not in replay.shell_ids:
            continue
        assert session.state is RunspaceState.DISCONNECTED
        await session.connect()
        assert session.availability is RunspaceAvailability.BUSY
        (pipeline,) = session.running
        outcome = await read(session, pipeline)
        assert outcome == expected[pipeline.command_id]
        assert session.availability is RunspaceAvailability.AVAILABLE
        await session.close()


async def test_a_nested_command_runs_beside_the_first(play: Any) -> None:
    replay = named("psrp_nested_command")
    play(replay)
    session = session_of(replay.shell_ids[0])
    await session.open()
    outer = await session.start("recorded")
    assert session._pool is not None
    nested = await session._pool.start(PipelineSpec.script("recorded", is_nested=True), session.host)
    assert (await read(session, nested)) == replay.outcomes()[nested.command_id]
    await session._pool.signal(outer, uris.SIGNAL_TERMINATE)
    outer.end_here()
    await session.close()


async def test_a_receive_that_fails_reaches_the_caller(play: Any) -> None:
    replay = named("psrp_receive_failure")
    play(replay)
    session = session_of(replay.shell_ids[0])
    await session.open()
    with pytest.raises(WSManFault):
        await session.invoke("recorded")
    await session.close()


@pytest.mark.parametrize("name", ["psrp_is_alive_http_error", "psrp_is_alive_invalid_selectors"])
async def test_asking_for_a_shell_that_is_there_and_then_not(play: Any, name: str) -> None:
    replay = named(name)
    play(replay)
    session = session_of(replay.shell_ids[0])
    await session.open()
    assert session._pool is not None
    session._pool.wsman.retry_seconds = 0
    shell = await session._pool.look()
    assert shell is not None
    assert shell.state == "Connected"
    if name.endswith("http_error"):
        with pytest.raises(ConnectionLost):
            await session._pool.look()
    else:
        assert await session._pool.look() is None
    await session.close()


@pytest.mark.parametrize("name", ["wsman_update_envelope_size_150", "wsman_update_envelope_size_500"])
async def test_configuration_is_read(play: Any, name: str) -> None:
    replay = named(name)
    play(replay)
    async with WSManSession(connection_infos(**WHERE)[0]) as wsman:
        reply = await wsman.request(replay.recorded[0].incoming.request)
    assert type(reply).__name__ == "Got"
