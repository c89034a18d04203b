"""The command shell: every recorded dialogue, and the real host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from remora.client import winrs, wsman_session
from remora.client.config_store import ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.winrs import WinRSShell
from remora.errors import DeadlineExceeded, WSManFault
from remora.wsman import requests, uris
from remora.wsman.client import ClientSession
from remora.wsman.replies import Received
from tests.client.replay import Replay
from tests.support.host import PASSWORD, USER, HostProcess, running_host
from tests.support.vectors import Recording, needs_recordings, recordings

WHERE: dict[str, Any] = {
    "connection_uri": "http://replay/wsman",
    "username": "u",
    "password": "p",
    "config": ClientConfig(),
}


def commands(replay: Replay) -> list[tuple[str, str, bytes, bytes, int]]:
    """Shell, command, output, errors and exit code of every recorded text command."""
    session = ClientSession("http://replay/wsman", new_id=winrs.uuid4)
    found: dict[str, tuple[str, str, bytes, bytes, int]] = {}
    for item in replay.recorded:
        request = item.incoming.request
        if not isinstance(request, requests.Receive) or request.resource_uri != uris.RESOURCE_CMD:
            continue
        if item.exchange.status != 200 or request.command_id is None:
            continue
        outgoing = session.send(request, message_id=item.incoming.headers.message_id)
        reply = session.receive(outgoing, item.exchange.response.encode("utf-8"))
        assert isinstance(reply, Received)
        shell, name, out, err, _code = found.get(
            request.command_id, (request.shell_id, request.command_id, b"", b"", 0)
        )
        out += b"".join(chunk.data for chunk in reply.streams if chunk.name == "stdout")
        err += b"".join(chunk.data for chunk in reply.streams if chunk.name == "stderr")
        found[request.command_id] = (shell, name, out, err, reply.exit_code or 0)
    return list(found.values())


PLAYED = [r for r in recordings() if commands(Replay(r))]


@needs_recordings
@pytest.mark.parametrize("recording", PLAYED, ids=lambda recording: recording.name)
async def test_recorded_commands_give_the_recorded_output(
    recording: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    replay = Replay(recording)
    monkeypatch.setattr(wsman_session, "Connection", replay.connection)
    for shell_id, command_id, out, err, code in commands(replay):
        monkeypatch.setattr(winrs, "uuid4", lambda wanted=command_id: wanted)
        shell = WinRSShell(connection_infos(**WHERE)[0], codepage=437)
        shell._shell.shell_id = shell_id
        stdin = b"" if any(key[0] == "Send" for key in (item.key for item in replay.recorded)) else None
        result = await shell.run("recorded", stdin=stdin)
        assert (result.stdout_bytes, result.stderr_bytes, result.exit_code) == (out, err, code)
        assert ("Signal", shell_id, command_id) in replay.asked
        await shell.close()


@needs_recordings
async def test_a_shell_takes_the_id_the_server_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    replay = Replay(next(r for r in recordings() if r.name == "winrs_standard"))
    for item in replay.recorded:
        if item.key[0] == "CreateShell":
            item.key = ("CreateShell", None, None)
    monkeypatch.setattr(wsman_session, "Connection", replay.connection)
    async with WinRSShell(connection_infos(**WHERE)[0]) as shell:
        assert shell.shell_id == next(item.key[1] for item in replay.recorded if item.key[0] == "Command")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("winrs") / "state") as running:
        yield running


@pytest.fixture
def info(host: HostProcess) -> Any:
    where = {"connection_uri": f"{host.url}/wsman", "username": USER, "password": PASSWORD, "config": ClientConfig()}
    return connection_infos(**where)[0]


@pytest.mark.timeout(120)
async def test_commands_on_the_real_host(info: Any, tmp_path: Path) -> None:
    async with WinRSShell(info, environment={"WHO": "wörld"}) as shell:
        assert (await shell.run("echo hello %WHO%")).stdout.strip() == "hello wörld"
        assert (await shell.run("exit 3")).exit_code == 3
        assert (await shell.run("sort", stdin="b\na\n")).stdout.split() == ["a", "b"]
        failed = await shell.run("no-such-program")
        assert failed.exit_code not in (0, None)
        assert failed.stderr


@pytest.mark.timeout(120)
async def test_a_deadline_interrupts_the_command(info: Any) -> None:
    async with WinRSShell(info) as shell:
        with pytest.raises(DeadlineExceeded):
            await shell.run("sleep 60", timeout=0.5)
        assert (await shell.run("echo alive")).stdout.strip() == "alive"


@pytest.mark.timeout(120)
async def test_a_shell_that_is_gone_is_a_fault(info: Any) -> None:
    shell = WinRSShell(info)
    await shell.open()
    await shell.wsman.request(shell._shell.delete())
    with pytest.raises(WSManFault):
        await shell.run("echo x")
    await shell.wsman.close()
