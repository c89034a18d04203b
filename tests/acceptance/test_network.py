"""Items 30 to 33 and 47: networks that fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from remora.client import retry
from remora.client.commands import connect_pssession, get_pssession, new_pssession
from remora.client.config_store import ClientConfig
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.errors import ConnectionLost
from tests.support.console_client import ConsoleClient
from tests.support.line import Line, line_to
from tests.support.session_lab import Lab

Far = Callable[[int], ConsoleClient]
WORDS = "was lost. Trying to restore", "Trying to reconnect", "is restored"


@pytest.fixture
def line(lab: Lab) -> Iterator[Line]:
    with line_to(lab.host.port) as made:
        yield made


def config_file(lab: Lab, line: Line, milliseconds: int) -> Path:
    """A client configuration whose host Beyond lies behind the line."""
    text = lab.client_file.read_text("utf-8")
    text = text.replace("[client]", f"[client]\nmax_retry_time = {milliseconds}")
    entry = text[text.index("[hosts.Server01]") :].split("\n\n")[0].split("[hosts.Server02]")[0]
    entry = entry.replace("Server01", "Beyond").replace(f":{lab.host.port}/", f":{line.port}/")
    made = lab.directory / f"far-{uuid4().hex}.toml"
    made.write_text(text + entry, "utf-8")
    return made


@pytest.fixture
def far(lab: Lab, line: Line) -> Iterator[Far]:
    """Make a client that knows Beyond and tries a lost connection again for so many milliseconds."""
    made: list[ConsoleClient] = []

    def make(milliseconds: int) -> ConsoleClient:
        made.append(ConsoleClient({"REMORA_CLIENT_CONFIG": str(config_file(lab, line, milliseconds))}))
        return made[-1]

    yield make
    for client in made:
        client.end()


@pytest.fixture
def mark() -> Iterator[Path]:
    """A file that every user of this machine sees when it is there."""
    path = Path("/tmp") / f"remora-{uuid4().hex}"
    yield path
    path.unlink(missing_ok=True)


def wait_for_command(lab: Lab) -> None:
    end = time.monotonic() + 20
    while not any(shell["commands"] for shell in lab.shells()):
        assert time.monotonic() < end, lab.shells()
        time.sleep(0.02)


def test_item_030_a_short_failure_is_told_and_nothing_is_lost(lab: Lab, line: Line, far: Far, mark: Path) -> None:
    client = far(240_000)
    client.send(
        "$s = New-PSSession Beyond; Invoke-Command $s {"
        f" 1; while (-not (Test-Path {mark})) {{ Start-Sleep -m 20 }}; 2; 3 }}"
    )
    wait_for_command(lab)
    line.down()
    time.sleep(2.5)  # two tries of the client meanwhile
    line.up()
    mark.touch()
    said = client.result()
    assert (said.values, said.ids) == ([1, 2, 3], [])
    for words in WORDS:
        assert any(words in warning for warning in said.warnings), (words, said.warnings)


def test_item_031_item_032_a_long_failure_leaves_the_session_and_a_job(
    lab: Lab, line: Line, far: Far, mark: Path
) -> None:
    client = far(1500)
    client.send(
        "$s = New-PSSession Beyond; Invoke-Command $s {"
        f" 1; while (-not (Test-Path {mark})) {{ Start-Sleep -m 20 }}; 2 }}"
    )
    wait_for_command(lab)
    line.down()
    said = client.result()
    assert said.ids == ["PowerShellNetworkFailedStartDisconnect"]
    assert said.errors[0].category == "OperationTimeout"
    assert (
        client('"$($s.State) $((Get-Job).State) $((Get-Job).PSJobTypeName)"').value
        == "Disconnected Disconnected RemoteJob"
    )
    line.up()
    mark.touch()
    rest = client("$null = Connect-PSSession $s; $null = Get-Job | Wait-Job; Get-Job | Receive-Job")
    assert said.values + rest.values == [1, 2]


def test_item_033_a_long_failure_of_a_command_on_a_computer_leaves_a_session(
    lab: Lab, line: Line, far: Far, mark: Path
) -> None:
    client = far(1500)
    client.send(f"Invoke-Command Beyond {{ 1; while (-not (Test-Path {mark})) {{ Start-Sleep -m 20 }}; 2 }}")
    wait_for_command(lab)
    line.down()
    said = client.result()
    assert said.ids == ["PowerShellNetworkFailedStartDisconnect"]
    assert client('Get-PSSession | ForEach-Object { "$($_.ComputerName) $($_.State)" }').value == "Beyond Disconnected"
    line.up()
    mark.touch()
    assert said.values + client("Get-PSSession | Receive-PSSession").values == [1, 2]


def test_item_047_what_the_network_disconnected_can_be_connected(
    lab: Lab, line: Line, far: Far, a: ConsoleClient
) -> None:
    client = far(1500)
    client.send("$s = New-PSSession Beyond -Name Cut; Invoke-Command $s { $kept = 5; Start-Sleep 600 }")
    wait_for_command(lab)
    line.down()
    assert client.result().ids == ["PowerShellNetworkFailedStartDisconnect"]
    client.kill()
    lab.advance(70)  # the host lets go of a client that does not ask
    assert a("(Connect-PSSession -ComputerName Server01 -Name Cut).State").value == "Opened"


async def test_item_031_item_047_in_python(lab: Lab, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "PAUSE", 0.1)
    config = ClientConfig.load(config_file(lab, line, 500))
    session = await new_pssession("Beyond", config=config, repository=PSSessionRepository(), name="Cut")
    assert isinstance(session, PSSession)
    pipeline = await session.start("1; Start-Sleep 600")
    items = pipeline.items()
    assert (await anext(items)).value == 1
    line.down()
    with pytest.raises(ConnectionLost):
        await anext(items)
    assert session.state.value == "Disconnected"
    assert any("left disconnected" in record.message for record in session.warnings)
    lab.advance(70)
    (found,) = await get_pssession(**lab.way(), name="Cut", repository=PSSessionRepository())
    connected = await connect_pssession(found)
    assert isinstance(connected, PSSession)
    assert connected.state.value == "Opened"
    await connected.close()
