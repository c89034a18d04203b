"""Items 105 to 111: Receive-PSSession."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from remora.client.commands import get_pssession, receive_pssession
from remora.client.invoke import invoke_command
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.errors import PSSessionError
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab

LEFT = "$s = Invoke-Command Server01 -SessionName Left -InDisconnectedSession"


@pytest.fixture
def mark() -> Iterator[Path]:
    """A file that every user of this machine sees when it is there."""
    path = Path("/tmp") / f"remora-{uuid4().hex}"
    yield path
    path.unlink(missing_ok=True)


def slow(mark: Path) -> str:
    """A script that writes 2 when the mark is there."""
    return f"{{ 1; while (-not (Test-Path {mark})) {{ Start-Sleep -m 20 }}; 2 }}"


def test_item_105_what_was_written_and_what_still_comes(a: ConsoleClient, b: ConsoleClient, mark: Path) -> None:
    a(f"{LEFT} {slow(mark)}")
    b.send("$s = Get-PSSession -ComputerName Server01 -Name Left; Receive-PSSession $s")
    time.sleep(0.5)  # it is reading; nothing that is asserted depends on it
    mark.touch()
    assert b.result().values == [1, 2]
    assert b('"$($s.State) $($s.Availability)"').value == "Opened Available"


async def test_item_105_item_107_in_python(lab: Lab, mark: Path) -> None:
    left = await invoke_command(
        slow(mark)[1:-1],
        **lab.way(),
        in_disconnected_session=True,
        session_name="Left",
        repository=PSSessionRepository(),
    )
    assert isinstance(left, PSSession)
    mine = PSSessionRepository()
    (found,) = await get_pssession(**lab.way(), name="Left", repository=mine)
    got = []
    async for value in receive_pssession(found):
        got.append(value)
        mark.touch()
    assert got == [1, 2]
    assert (found.state.value, found.availability.value) == ("Opened", "Available")
    assert [value async for value in receive_pssession(found)] == []
    await found.close()


def test_item_105_on_the_command_line(a: ConsoleClient, lab: Lab, mark: Path) -> None:
    mark.touch()
    a(f"{LEFT} {slow(mark)}; Disconnect-PSSession $s")
    done = lab.cli("session", "receive", "Server01", "--name", "Left")
    assert done.stdout.split() == ["1", "2"]


def test_item_106_objects_tell_where_they_come_from(a: ConsoleClient) -> None:
    said = a(
        f"{LEFT} {{ [pscustomobject]@{{ N = 1 }} }}; $o = Receive-PSSession $s;"
        " $o.PSComputerName; $o.RunspaceId -eq $s.InstanceId; $o.PSShowComputerName"
    )
    assert said.values == ["Server01", True, True]


def test_item_107_what_was_received_does_not_come_again(a: ConsoleClient) -> None:
    assert a(f"{LEFT} {{ 1; 2 }}; Receive-PSSession $s").values == [1, 2]
    again = a("Receive-PSSession $s")
    assert (again.values, again.ids) == ([], [])


def test_item_108_a_job_takes_it(a: ConsoleClient, b: ConsoleClient, mark: Path) -> None:
    a(f"{LEFT} {slow(mark)}")
    said = b(
        "$j = Receive-PSSession -ComputerName Server01 -Name Left -OutTarget Job -JobName J;"
        " $j.Name; $j.PSJobTypeName; $j.State"
    )
    assert said.values == ["J", "RemoteJob", "Running"]
    mark.touch()
    assert b("$null = Wait-Job -Name J; Receive-Job -Name J; $j.State").values == [1, 2, "Completed"]


def test_item_109_the_job_that_is_here_already_goes_on(a: ConsoleClient, mark: Path) -> None:
    said = a(
        f"$s = New-PSSession Server01; $j = Invoke-Command $s {slow(mark)} -AsJob -JobName Mine;"
        " $null = Disconnect-PSSession $s; $r = Receive-PSSession $s; [object]::ReferenceEquals($r, $j); $r.Name"
    )
    assert said.values == [True, "Mine"]
    mark.touch()
    assert a("$null = Wait-Job $j; Receive-Job $j").values == [1, 2]


def test_item_110_a_computer_without_such_a_session(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name Other")
    said = a("Receive-PSSession -ComputerName Server01 -Name Unknown")
    assert (said.values, said.ids) == ([], [])


async def test_item_110_in_python(lab: Lab) -> None:
    found = [value async for value in receive_pssession(**lab.way(), name="Unknown", repository=PSSessionRepository())]
    assert found == []


def test_item_111_a_session_that_somebody_else_has(a: ConsoleClient, b: ConsoleClient) -> None:
    a("$s = New-PSSession Server01 -Name Taken")
    said = b("Receive-PSSession -ComputerName Server01 -Name Taken")
    assert (said.values, said.ids) == ([], ["ReceivePSSessionCannotConnectSession"])


async def test_item_111_in_python(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name Taken")
    receiving = receive_pssession(**lab.way(), name="Taken", repository=PSSessionRepository())
    with pytest.raises(PSSessionError) as refused:
        await anext(receiving)
    assert refused.value.error_id == "ReceivePSSessionCannotConnectSession"
