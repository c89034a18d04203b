"""Items 1 to 20: what a session is, and how it is shown."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest

import remora.sync
from remora.cli.output import session_table
from remora.client.config_store import ClientConfig
from remora.client.options import configuration_name
from tests.support.console_client import ConsoleClient
from tests.support.host import remora as run_remora
from tests.support.relay import Relay
from tests.support.session_lab import Lab

SHOWN = "Id", "Name", "ComputerName", "State", "ConfigurationName", "Availability", "InstanceId"
LONG = "ANameThatIsTooLongForItsColumn"
WIDTHS = {
    "compact": {"Id": 3, "Name": 15, "ComputerName": 15, "State": 13, "ConfigurationName": 20, "Availability": 13},
    "5.1": {
        "Id": 3, "Name": 15, "ComputerName": 15, "ComputerType": 15, "State": 13, "ConfigurationName": 20,
        "Availability": 13,
    },
    "7": {
        "Id": 3, "Name": 15, "Transport": 9, "ComputerName": 15, "ComputerType": 15, "State": 13,
        "ConfigurationName": 20, "Availability": 13,
    },
}  # fmt: skip


def spans(widths: dict[str, int]) -> dict[str, slice]:
    """Where each column stands in a line."""
    found: dict[str, slice] = {}
    at = 0
    for name, width in widths.items():
        found[name] = slice(at, at + width)
        at += width + 1
    return found


def shown(client: ConsoleClient, view: str) -> tuple[str, str, str]:
    """Head, dashes and row of one session in a view."""
    opened = f"$s = New-PSSession Server01 -Name {LONG} -ConfigurationName ITTasks; $s"
    said = client(f"$global:PSSessionView = '{view}'; {opened}")
    client("$global:PSSessionView = 'compact'")
    lines = said.text.splitlines()
    assert lines[0] == ""
    return lines[1], lines[2], lines[3]


def check_view(client: ConsoleClient, view: str, dots: str) -> None:
    head, dashes, row = shown(client, view)
    assert head.split() == list(WIDTHS[view])
    for name, span in spans(WIDTHS[view]).items():
        assert head[span].strip() == name
        assert dashes[span].strip() == "-" * len(name)
    cells = {name: row[span] for name, span in spans(WIDTHS[view]).items()}
    assert cells["Name"] == LONG[: 15 - len(dots)] + dots
    assert cells["Id"] == cells["Id"].strip().rjust(3)
    assert cells["Availability"] == "Available".rjust(13)
    assert cells["ConfigurationName"] == "ITTasks".ljust(20)
    assert cells["State"] == "Opened".ljust(13)


def test_item_001_a_session_shows_its_properties(a: ConsoleClient, lab: Lab) -> None:
    values = a(f"$s = New-PSSession Server01 -Name One; [pscustomobject]($s | Select-Object {', '.join(SHOWN)})").value
    assert tuple(values) == SHOWN
    assert (values["Name"], values["ComputerName"], values["ConfigurationName"]) == (
        "One", "Server01", "Microsoft.PowerShell",
    )  # fmt: skip
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert row["instance_id"] == values["InstanceId"]
    assert {"id", "name", "computer_name", "state", "configuration_name", "availability"} <= set(row)
    (found,) = remora.sync.get_pssession(**lab.way())
    assert (found.name, str(found.instance_id)) == ("One", values["InstanceId"])


def test_item_002_item_003_the_compact_view(a: ConsoleClient, lab: Lab) -> None:
    check_view(a, "compact", "...")
    head, dashes, row = lab.cli("session", "ls", "Server01").stdout.splitlines()[1:4]
    assert head.split() == list(WIDTHS["compact"])
    for name, span in spans(WIDTHS["compact"]).items():
        assert (head[span].strip(), dashes[span].strip()) == (name, "-" * len(name))
    assert row[spans(WIDTHS["compact"])["Availability"]] == "Busy".rjust(13)


def test_item_004_item_005_the_views_of_powershell_7_and_windows_powershell(a: ConsoleClient, lab: Lab) -> None:
    check_view(a, "7", "…")
    check_view(a, "5.1", "...")
    sessions = [session.inner for session in remora.sync.get_pssession(**lab.way())]
    for view in ("5.1", "7"):
        assert session_table(sessions, view).splitlines()[1].split() == list(WIDTHS[view])


def test_item_006_cells_are_cut_with_the_sign_of_their_view(a: ConsoleClient, lab: Lab) -> None:
    for view, dots in (("7", "…"), ("5.1", "..."), ("compact", "...")):
        _head, _dashes, row = shown(a, view)
        assert row[spans(WIDTHS[view])["Name"]] == LONG[: 15 - len(dots)] + dots
    sessions = [session.inner for session in remora.sync.get_pssession(**lab.way())]
    for view, end in (("7", "hatIsTooL…"[-1]), ("compact", "...")):
        row = session_table(sessions, view).splitlines()[3]
        assert row[spans(WIDTHS[view])["Name"]].endswith(end)


def test_item_007_as_text_it_is_its_name(a: ConsoleClient, lab: Lab) -> None:
    assert a('$s = New-PSSession Server01 -Name One; "$s"').value == "[PSSession]One"
    (found,) = remora.sync.get_pssession(**lab.way())
    assert str(found) == "[PSSession]One"


def test_item_008_item_009_the_first_session_is_number_1_and_a_failed_one_has_a_number(
    client: Callable[..., ConsoleClient], lab: Lab
) -> None:
    fresh = client()
    assert fresh("$s = New-PSSession Server01; $s.Id; $s.Name").values == [1, "Runspace1"]
    assert fresh("New-PSSession Nowhere").ids == ["CannotConnect,PSSessionOpenFailed"]
    assert fresh("$t = New-PSSession Server01; $t.Id; $t.Name").values == [3, "Runspace3"]
    mine = remora.PSSessionRepository()
    with remora.sync.new_pssession(repository=mine, **lab.way()) as first:
        assert (first.id, first.name) == (1, "Runspace1")
    with pytest.raises(remora.RemoraError):
        remora.sync.new_pssession(repository=mine, **lab.way("Nowhere"))
    with remora.sync.new_pssession(repository=mine, **lab.way()) as third:
        assert third.id == 3


def test_item_010_one_name_for_two_computers(client: Callable[..., ConsoleClient], lab: Lab) -> None:
    names = client()("(New-PSSession Server01, Server02 -Name a).Name").values
    assert sorted(names) == ["Runspace2", "a"]
    piped = client()("('Server01', 'Server02' | New-PSSession -Name a).Name").values
    assert piped == ["a", "a"], "each record of the pipeline begins with the first name"
    opened = remora.sync.new_pssession(
        ["Server01", "Server02"], name="a", config=lab.config, repository=remora.PSSessionRepository()
    )
    assert [session.name for session in opened] == ["a", "Runspace2"]


def test_item_011_two_sessions_of_one_name(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name Same; $t = New-PSSession Server01 -Name Same")
    assert a("(Get-PSSession -Name Same).Count").value == 2
    assert len(lab.cli_json("session", "ls", "Server01", "--name", "Same")) == 2
    assert len(remora.sync.get_pssession(name="same", **lab.way())) == 2


def test_item_012_item_013_one_instance_id_for_all(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    given = a('$s = New-PSSession Server01 -Name One; "$($s.InstanceId)"').value
    assert b('"$((Get-PSSession -ComputerName Server01).InstanceId)"').value == given
    assert a(f"(Get-PSSession -InstanceId {given}).Name").value == "One"
    assert b(f"(Get-PSSession -ComputerName Server01 -InstanceId {given}).Name").value == "One"
    other = uuid.uuid4()
    assert a(f"Get-PSSession -InstanceId {other}").ids == ["RemoteRunspaceNotAvailableForSpecifiedRunspaceId"]
    assert b(f"Get-PSSession -ComputerName Server01 -InstanceId {other}").ids == ["PSSessionIdMatchFail"]
    (row,) = lab.cli_json("session", "ls", "Server01", "--instance-id", given)
    assert row["name"] == "One"
    (found,) = remora.sync.get_pssession(instance_id=given, **lab.way())
    assert str(found.instance_id) == given


def test_item_014_item_015_configurations_by_their_short_names(a: ConsoleClient, lab: Lab) -> None:
    uri = "http://schemas.microsoft.com/powershell/ITTasks"
    assert a(f"(New-PSSession Server01 -ConfigurationName {uri}).ConfigurationName").value == "ITTasks"
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert row["configuration_name"] == "ITTasks"
    (found,) = remora.sync.get_pssession(**lab.way())
    assert found.configuration_name == "ITTasks"
    foreign = "http://example.org/shells/Other"
    failed = a(f"New-PSSession Server01 -ConfigurationName {foreign}")
    assert failed.ids == ["InvalidResourceUri,PSSessionOpenFailed"]
    assert configuration_name(foreign) == foreign
    assert configuration_name("HTTP://schemas.microsoft.com/PowerShell/x") == "x"


def test_item_015_a_foreign_shell_is_shown_complete(lab: Lab, tmp_path: Path) -> None:
    """The line renames ITTasks to a shell of somebody else's, both ways."""
    ours = b"http://schemas.microsoft.com/powershell/ITTasks"
    foreign = b"http://shells.example.org/of/someone/else/Tasks"
    relay = Relay(lab.host.port, (foreign, ours))
    text = lab.client_file.read_text("utf-8").replace(f":{lab.host.port}/", f":{relay.port}/")
    file = tmp_path / "client.toml"
    file.write_text(text, "utf-8")
    there = {"REMORA_CLIENT_CONFIG": str(file)}
    a, shown = ConsoleClient(there), foreign.decode()
    made = a(f"$s = New-PSSession Server01 -Name One -ConfigurationName {shown}; $s.ConfigurationName")
    assert (made.value, made.ids) == (shown, [])
    assert shown in a("$s | Format-List ConfigurationName | Out-String").value
    assert a("Invoke-Command -Session $s { 6 * 7 }; $s | Remove-PSSession").value == 42
    a.end()
    new = ("session", "new", "Server01", "--configuration-name", shown, "-o", "json")
    said = run_remora(*new, env={**os.environ, **there})
    assert json.loads(said.stdout)[0]["configuration_name"] == shown
    with remora.sync.new_pssession("Server01", configuration_name=shown, config=ClientConfig.load(file)) as session:
        assert session.configuration_name == shown
    relay.close()


def test_item_016_the_local_computer_and_the_case_of_names(a: ConsoleClient, lab: Lab) -> None:
    assert a("(New-PSSession .).ComputerName").value == "localhost"
    assert a("(New-PSSession).ComputerName").value == "localhost"
    assert a("(New-PSSession Localhost).ComputerName").value == "Localhost"
    with remora.sync.new_pssession(".", config=lab.config) as mine:
        assert mine.computer_name == "localhost"
    (row, *_rest) = lab.cli_json("session", "ls", "LocalHost")
    assert row["computer_name"] == "LocalHost"


def test_item_017_idle_timeout_is_in_milliseconds(a: ConsoleClient, lab: Lab) -> None:
    values = a("$s = New-PSSession Server01; $s.IdleTimeout; $s.IdleTimeout.GetType().Name").values
    assert values == [7200000, "Int32"]
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert row["idle_timeout"] == 7200000
    (found,) = remora.sync.get_pssession(**lab.way())
    assert found.idle_timeout == 7200000


def test_item_018_item_019_when_it_was_left_and_when_it_ends(a: ConsoleClient, lab: Lab) -> None:
    assert a("$s = New-PSSession Server01; $null -eq $s.DisconnectedOn; $null -eq $s.ExpiresOn").values == [True, True]
    left = a(
        "$null = Disconnect-PSSession $s -IdleTimeoutSec 900; ($s.ExpiresOn - $s.DisconnectedOn).TotalMilliseconds; "
        "$s.IdleTimeout"
    )
    assert left.values == [900000, 900000]
    lab.advance(100)
    (found,) = remora.sync.get_pssession(**lab.way())
    assert found.expires_on is not None
    assert found.disconnected_on is not None
    assert (found.expires_on - found.disconnected_on).total_seconds() == 900
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert row["disconnected_on"] < row["expires_on"]
    assert a("$null = Connect-PSSession $s; $null -eq $s.DisconnectedOn; $null -eq $s.ExpiresOn").values == [True, True]


def test_item_020_a_removed_session_is_closed(a: ConsoleClient, lab: Lab) -> None:
    assert a('$s = New-PSSession Server01; Remove-PSSession $s; "$($s.State)"').value == "Closed"
    mine = remora.sync.new_pssession(**lab.way())
    remora.sync.remove_pssession(mine)
    assert mine.state.value == "Closed"
    assert lab.shells() == []
