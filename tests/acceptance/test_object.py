"""Items 1 to 20: what a session is, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable

import remora.sync
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab

SHOWN = "Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability", "InstanceId"


def test_item_001_a_session_shows_its_properties(a: ConsoleClient, lab: Lab) -> None:
    values = a(f"$s = New-PSSession Server01 -Name One; [pscustomobject]($s | Select-Object {', '.join(SHOWN)})").value
    assert tuple(values) == SHOWN
    assert (values["Name"], values["ComputerName"], values["ConfigurationName"]) == (
        "One", "Server01", "Microsoft.PowerShell",
    )  # fmt: skip
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert row["instance_id"] == values["InstanceId"]
    (found,) = remora.sync.get_pssession(**lab.way())
    assert (found.name, str(found.instance_id)) == ("One", values["InstanceId"])


def test_item_007_as_text_it_is_its_name(a: ConsoleClient, lab: Lab) -> None:
    assert a('$s = New-PSSession Server01 -Name One; "$s"').value == "[PSSession]One"
    (found,) = remora.sync.get_pssession(**lab.way())
    assert str(found) == "[PSSession]One"


def test_item_008_the_first_session_of_a_process_is_number_1(client: Callable[..., ConsoleClient]) -> None:
    values = client()("$s = New-PSSession Server01; $s.Id; $s.Name").values
    assert values == [1, "Runspace1"]
