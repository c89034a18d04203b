"""Items 21 to 34: State and Availability, told relative to who asks."""

from __future__ import annotations

import remora.sync
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab

TOLD = "'{0} {1}' -f $_.State, $_.Availability"


def test_item_021_item_022_left_and_connected_again(a: ConsoleClient, lab: Lab) -> None:
    assert a(f"$s = New-PSSession Server01 -Name One; Disconnect-PSSession $s | % {{ {TOLD} }}").value == (
        "Disconnected None"
    )
    assert a(f"Connect-PSSession $s | % {{ {TOLD} }}").value == "Opened Available"
    with remora.sync.new_pssession(**lab.way()) as mine:
        remora.sync.disconnect_pssession(mine)
        assert (mine.state.value, mine.availability.value) == ("Disconnected", "None")
        remora.sync.connect_pssession(mine)
        assert (mine.state.value, mine.availability.value) == ("Opened", "Available")
    lab.cli("session", "new", "Server02", "--name", "Two")
    (row,) = lab.cli_json("session", "ls", "Server02", "--name", "Two")
    assert (row["state"], row["availability"]) == ("Disconnected", "None")
    (row,) = lab.cli_json("session", "connect", "Server02", "--name", "Two")
    assert (row["state"], row["availability"]) == ("Opened", "Available")


def test_item_023_item_024_another_clients_session_is_busy_until_it_is_left(
    a: ConsoleClient, b: ConsoleClient, lab: Lab
) -> None:
    a("$s = New-PSSession Server01 -Name One")
    assert b(f"Get-PSSession -ComputerName Server01 | % {{ {TOLD} }}").value == "Disconnected Busy"
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["state"], row["availability"]) == ("Disconnected", "Busy")
    assert b("Connect-PSSession -ComputerName Server01 -Name One").ids == ["PSSessionConnectFailed"]
    a("Disconnect-PSSession $s")
    (found,) = remora.sync.get_pssession(**lab.way())
    assert (found.state.value, found.availability.value) == ("Disconnected", "None")
    assert b(f"Connect-PSSession -ComputerName Server01 -Name One | % {{ {TOLD} }}").value == "Opened Available"
