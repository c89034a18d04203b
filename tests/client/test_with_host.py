"""The client and the real host in real processes: the whole road, front end killed on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

import remora
from remora.client import retry
from remora.client.host import UserHost
from tests.support.host import PASSWORD, USER, HostProcess, running_host

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("client") / "state") as running:
        yield running


@pytest.fixture(params=["basic", "negotiate"])
def where(host: HostProcess, request: pytest.FixtureRequest) -> dict[str, Any]:
    return {
        "connection_uri": f"{host.url}/wsman",
        "username": USER,
        "password": PASSWORD,
        "authentication": request.param,
        "config": remora.ClientConfig(allow_unencrypted=True, auth=remora.ClientAuth(basic=True)),
        "repository": remora.PSSessionRepository(),
    }


async def test_exchanges_to_first_output_and_of_a_warm_invoke(where: dict[str, Any]) -> None:
    async with await remora.new_pssession(**where) as session:
        assert isinstance(session, remora.PSSession)
        assert list(await session.invoke("1+1")) == [2]
        handshake = 2 if where["authentication"] == "negotiate" else 0
        assert session.exchanges == handshake + 4
        await session.invoke("2+2")
        assert session.exchanges == handshake + 6


async def test_streams_input_arguments_and_failures(where: dict[str, Any]) -> None:
    async with await remora.new_pssession(**where) as session:
        assert isinstance(session, remora.PSSession)
        result = await session.invoke("1; Write-Error e; Write-Warning w; Write-Verbose v -Verbose; Write-Host h; 2")
        assert list(result) == [1, 2]
        assert [str(record) for record in result.errors] == ["e"]
        assert [record.message for record in result.warnings] == ["w"]
        assert [record.message for record in result.verbose] == ["v"]
        assert len(result.information) == 1
        assert list(await session.invoke("$input | ForEach-Object { $_ * 2 }", input=range(1000))) == [
            2 * n for n in range(1000)
        ]
        assert list(await session.invoke("param($a, $b) $a + $b", [3], parameters={"b": 4})) == [7]
        with pytest.raises(remora.PipelineFailed, match="boom"):
            await session.invoke("throw 'boom'")
        big = await session.invoke("'x' * 1000000")
        assert len(big[0]) == 1_000_000


async def test_stop_and_deadline(where: dict[str, Any]) -> None:
    async with await remora.new_pssession(**where) as session:
        assert isinstance(session, remora.PSSession)
        with pytest.raises(remora.DeadlineExceeded):
            await session.invoke("1; Start-Sleep 60", timeout=0.5)
        task = asyncio.create_task(session.invoke("while ($true) { $i++ }"))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert list(await session.invoke("'alive'")) == ["alive"]


async def test_the_host_of_the_client_answers(where: dict[str, Any]) -> None:
    class Answers(UserHost):
        def read_line(self) -> str:
            return "an answer"

    async with await remora.new_pssession(host=Answers(), **where) as session:
        assert isinstance(session, remora.PSSession)
        assert list(await session.invoke("Read-Host")) == ["an answer"]
        secret = remora.SecureString("hünter2")
        assert list(await session.invoke("param($s) $s -is [securestring]; $s.Length", [secret])) == [True, 7]


SECRETS = (
    "'before'; ConvertTo-SecureString hünter2 -AsPlainText -Force; "
    "[pscredential]::new('me', (ConvertTo-SecureString other -AsPlainText -Force)); 'after'"
)


def shown(values: Iterable[Any]) -> list[Any]:
    return [
        value.reveal() if isinstance(value, remora.SecureString)
        else (value.username, value.password.reveal()) if isinstance(value, remora.PSCredential)
        else value
        for value in values
    ]  # fmt: skip


async def test_secrets_come_back(where: dict[str, Any]) -> None:
    told = ["before", "hünter2", ("me", "other"), "after"]
    async with await remora.new_pssession(**where) as session:
        assert isinstance(session, remora.PSSession)
        assert shown(await session.invoke(SECRETS, timeout=60)) == told
        assert shown(await session.invoke(SECRETS, timeout=60)) == told
    assert shown(await remora.invoke_command(SECRETS, **where)) == told


async def test_secrets_come_to_another_client(where: dict[str, Any]) -> None:
    left = await remora.invoke_command(SECRETS, in_disconnected_session=True, session_name="Secrets", **where)
    assert isinstance(left, remora.PSSession)
    elsewhere = {**where, "repository": remora.PSSessionRepository()}
    (found,) = [session for session in await remora.get_pssession(**elsewhere) if session.name == "Secrets"]
    values = [value async for value in remora.receive_pssession(found)]
    assert shown(values) == ["before", "hünter2", ("me", "other"), "after"]
    await remora.remove_pssession(found)


async def test_left_running_and_taken_over_by_another_client(where: dict[str, Any]) -> None:
    script = "$t = 42; foreach ($i in 1..40) { $i; Start-Sleep -Milliseconds 50 }"
    left = await remora.invoke_command(script, in_disconnected_session=True, session_name="Long", **where)
    assert isinstance(left, remora.PSSession)
    elsewhere = {**where, "repository": remora.PSSessionRepository()}
    found = [session for session in await remora.get_pssession(**elsewhere) if session.name == "Long"]
    assert [(session.state, session.availability) for session in found] == [("Disconnected", "None")]
    values = [value async for value in remora.receive_pssession(found[0])]
    assert values == list(range(1, 41))
    assert list(await found[0].invoke("$t")) == [42]
    busy = list(await remora.get_pssession(**{**where, "repository": remora.PSSessionRepository()}))
    assert ("Long", "Disconnected", "Busy") in [(s.name, s.state, s.availability) for s in busy]
    await remora.remove_pssession(found[0])


async def test_the_front_end_dies_and_comes_back_while_output_flows(
    host: HostProcess, where: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "PAUSE", 0.2)
    session = await remora.new_pssession(**where)
    assert isinstance(session, remora.PSSession)
    values: list[Any] = []
    warnings: list[str] = []
    old_pid = host.pid

    async def read() -> None:
        async for item in session.stream("$PID; foreach ($i in 1..60) { $i; Start-Sleep -Milliseconds 50 }"):
            (values if item.stream == "output" else warnings).append(item.value)

    reader = asyncio.create_task(read())
    while len(values) < 10:
        await asyncio.sleep(0.01)
    host.kill()
    await asyncio.to_thread(host.start)
    await asyncio.wait_for(reader, 60)
    assert host.pid != old_pid
    assert values[1:] == list(range(1, 61))
    assert list(await session.invoke("$PID")) == values[:1]
    await session.close()
