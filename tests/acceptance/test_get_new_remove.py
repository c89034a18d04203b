"""Items 88 to 102: Get-, New- and Remove-PSSession."""

from __future__ import annotations

import pytest

import remora.sync
from remora.errors import PSSessionError
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab
from tests.support.workers import wait_until

TOLD = "% { '{0} {1} {2}' -f $_.Name, $_.State, $_.Availability }"


def refused(call: object, *arguments: object, **keywords: object) -> str:
    """The error id with which the Python API refuses a call."""
    with pytest.raises(PSSessionError) as caught:
        call(*arguments, **keywords)  # type: ignore[operator]
    return caught.value.error_id


def test_item_088_without_a_computer_only_what_is_ours(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name Ours")
    b("$s = New-PSSession Server01 -Name Theirs")
    assert a("(Get-PSSession).Name").value == "Ours"
    assert b("(Get-PSSession).Name").value == "Theirs"
    assert remora.sync.get_pssession() == []


def test_item_089_a_new_client_finds_what_was_left(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name ITTask; $null = Disconnect-PSSession $s")
    assert b(f"Get-PSSession -ComputerName Server01 -Name ITTask | {TOLD}").value == "ITTask Disconnected None"
    (row,) = lab.cli_json("session", "ls", "Server01", "--name", "ITTask")
    assert (row["state"], row["availability"]) == ("Disconnected", "None")
    (found,) = remora.sync.get_pssession(name="ITTask", **lab.way())
    assert (found.state.value, found.availability.value) == ("Disconnected", "None")


def test_item_090_what_others_have_open_is_busy(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One")
    assert b(f"Get-PSSession -ComputerName Server01 | {TOLD}").value == "One Disconnected Busy"
    assert a(f"Get-PSSession -ComputerName Server01 | {TOLD}").value == "One Opened Available"
    (row,) = lab.cli_json("session", "ls", "Server01")
    assert (row["state"], row["availability"]) == ("Disconnected", "Busy")


def test_item_091_the_state_chooses(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $t = New-PSSession Server01 -Name Two; $null = Disconnect-PSSession $t")
    for state, names in (("Disconnected", ["Two"]), ("Opened", ["One"]), ("Broken", []), ("All", ["One", "Two"])):
        said = a(f"Get-PSSession -ComputerName Server01 -State {state} | % Name")
        assert (sorted(said.values), said.ids) == (names, [])
    assert a("Get-PSSession -State Disconnected").ids == ["AmbiguousParameterSet"]
    assert a("Get-PSSession -ComputerName Server01 -State Asleep").ids == ["CannotConvertArgumentNoMessage"]
    assert refused(remora.sync.get_pssession, state="Disconnected") == "AmbiguousParameterSet"
    assert lab.cli_json("session", "ls", "Server01", "--state", "Opened") == []
    assert len(lab.cli_json("session", "ls", "Server01", "--state", "Disconnected")) == 2


def test_item_092_names_that_nothing_has(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One")
    said = a("Get-PSSession -Name Nobody")
    assert (said.ids, said.errors[0].category) == (["RemoteRunspaceNotAvailableForSpecifiedName"], "InvalidArgument")
    assert said.errors[0].target_text == "Nobody"
    said = a("Get-PSSession -Name No*")
    assert (said.values, said.ids) == ([], [])
    said = a("Get-PSSession -ComputerName Server01 -Name One, Nobody | % Name")
    assert (said.values, said.ids) == (["One"], ["PSSessionNameMatchFail"])
    assert refused(remora.sync.get_pssession, name="Nobody") == "RemoteRunspaceNotAvailableForSpecifiedName"
    assert remora.sync.get_pssession(name="No*") == []
    failed = lab.cli("session", "ls", "Server01", "--name", "Nobody", check=False)
    assert failed.returncode == 1
    assert "PSSessionNameMatchFail" in failed.stderr


def test_item_093_a_dead_computer_and_a_living_one(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One")
    said = a("Get-PSSession -ComputerName Nowhere, Server01 | % Name")
    assert (said.values, said.ids) == (["One"], ["CannotConnect,RemotePSSessionQueryFailed"])
    assert (said.errors[0].category, said.errors[0].target_text) == ("InvalidOperation", "Nowhere")
    found = remora.sync.get_pssession(["Nowhere", "Server01"], config=lab.config)
    assert [session.name for session in found] == ["One"]
    assert [failure.target.computer_name for failure in found.failures] == ["Nowhere"]
    done = lab.cli("session", "ls", "Nowhere", "Server01", check=False)
    assert done.returncode == 255
    assert "One" in done.stdout
    assert "CannotConnect,RemotePSSessionQueryFailed" in done.stderr


def test_item_094_looking_adds_nothing(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s")
    b("$t = Get-PSSession -ComputerName Server01")
    assert b("@(Get-PSSession).Count").value == 0
    mine = remora.PSSessionRepository()
    assert len(remora.sync.get_pssession(repository=mine, **lab.way())) == 1
    assert len(mine) == 0


def test_item_095_a_session_of_a_configuration(a: ConsoleClient, lab: Lab) -> None:
    said = a("New-PSSession -ComputerName Server01 -Name ITTask -ConfigurationName ITTasks | % ConfigurationName")
    assert said.value == "ITTasks"
    (shell,) = lab.shells()
    assert (shell["name"], shell["configuration"]) == ("ITTask", "ITTasks")
    rows = lab.cli_json("session", "new", "Server01", "--name", "Two", "--configuration-name", "ITTasks")
    assert [(row["name"], row["configuration_name"]) for row in rows] == [("Two", "ITTasks")]
    with remora.sync.new_pssession(name="Three", configuration_name="ITTasks", **lab.way()) as mine:
        assert (mine.name, mine.configuration_name) == ("Three", "ITTasks")


def test_item_096_a_configuration_that_is_not_there(a: ConsoleClient, lab: Lab) -> None:
    said = a("New-PSSession Server01 -ConfigurationName Nothing")
    assert (said.ids, said.errors[0].category) == (["InvalidResourceUri,PSSessionOpenFailed"], "OpenError")
    assert said.errors[0].message.startswith("[Server01] ")
    failed = lab.cli("session", "new", "Server01", "--configuration-name", "Nothing", check=False)
    assert failed.returncode == 1
    assert "InvalidResourceUri,PSSessionOpenFailed" in failed.stderr
    with pytest.raises(remora.RemoraError):
        remora.sync.new_pssession(configuration_name="Nothing", **lab.way())
    assert lab.shells() == []


@pytest.mark.parametrize("name", ["Ser ver", "a/b", "x:99999", "Server01*", "line\nend"])
def test_item_097_a_name_that_cannot_be_a_computer(a: ConsoleClient, lab: Lab, name: str) -> None:
    said = a(f"New-PSSession Server01, '{name}'")
    assert (said.ids, said.values) == (["PSSessionInvalidComputerName"], [])
    assert said.failure is not None
    assert said.failure.category == "InvalidArgument"
    assert refused(remora.sync.new_pssession, ["Server01", name], config=lab.config) == "PSSessionInvalidComputerName"
    failed = lab.cli("session", "new", name, check=False)
    assert failed.returncode == 2
    assert "PSSessionInvalidComputerName" in failed.stderr
    assert lab.shells() == []


def test_item_098_another_session_like_it(a: ConsoleClient, lab: Lab) -> None:
    said = a(
        "$s = New-PSSession Server01 -Name One -ConfigurationName ITTasks; $t = New-PSSession -Session $s; "
        "$t.ComputerName; $t.ConfigurationName; $t.Id -ne $s.Id; $t.InstanceId -ne $s.InstanceId; $t.Name -ne $s.Name"
    )
    assert said.values == ["Server01", "ITTasks", True, True, True]
    twice = a("New-PSSession -Session $s, $s")
    assert twice.ids == ["RemoteRunspaceInfoHasDuplicates"]
    assert twice.failure is not None
    with remora.sync.new_pssession(**lab.way()) as mine, remora.sync.new_pssession(session=mine) as like:
        assert (like.computer_name, like.instance_id != mine.instance_id) == ("Server01", True)
        assert refused(remora.sync.new_pssession, session=[mine, mine]) == "RemoteRunspaceInfoHasDuplicates"


def test_item_099_an_idle_timeout_below_a_minute_sends_nothing(a: ConsoleClient, lab: Lab) -> None:
    said = a("New-PSSession Nowhere -SessionOption (New-PSSessionOption -IdleTimeout 30000)")
    assert said.ids == ["Argument"]
    assert said.failure is not None
    with pytest.raises(PSSessionError) as caught:
        remora.sync.new_pssession(session_option={"idle_timeout": 30000}, **lab.way("Nowhere"))
    assert caught.value.error_id == "Argument"
    failed = lab.cli("session", "new", "Nowhere", "--idle-timeout-sec", "30", check=False)
    assert failed.returncode == 1
    assert "Argument" in failed.stderr


def test_item_100_a_disconnected_session_is_removed_from_the_host(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s")
    said = a('Remove-PSSession $s; @(Get-PSSession).Count; "$($s.State)"')
    assert (said.values, said.ids) == ([0, "Closed"], [])
    wait_until(lambda: lab.shells() == [])
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s")
    b("Get-PSSession -ComputerName Server01 | Remove-PSSession")
    wait_until(lambda: lab.shells() == [])
    lab.cli("session", "new", "Server01", "--name", "Two")
    lab.cli("session", "rm", "Server01", "--name", "Two")
    wait_until(lambda: lab.shells() == [])
    mine = remora.sync.new_pssession(**lab.way())
    mine.disconnect()
    remora.sync.remove_pssession(mine)
    wait_until(lambda: lab.shells() == [])


def test_item_101_a_session_that_another_client_has(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s")
    b("$t = Connect-PSSession -ComputerName Server01 -Name One")
    said = a("Remove-PSSession $s; @(Get-PSSession).Count")
    assert (said.ids, said.values) == (["RemoveSessionCannotConnectToServer"], [0])
    assert [shell["name"] for shell in lab.shells()] == ["One"]
    busy = a("$q = Get-PSSession -ComputerName Server01; Remove-PSSession $q")
    assert busy.ids == ["InvalidOperation"]
    assert busy.failure is not None
    assert [shell["name"] for shell in lab.shells()] == ["One"]
    assert b('"$($t.State)"').value == "Opened"
    (found,) = remora.sync.get_pssession(**lab.way())
    assert refused(remora.sync.remove_pssession, found) == "InvalidOperation"
    b("$null = Disconnect-PSSession $t")
    with remora.sync.connect_pssession(name="One", **lab.way()):
        stale = b("Remove-PSSession $t; @(Get-PSSession).Count")
        assert (stale.ids, stale.values) == (["RemoveSessionCannotConnectToServer"], [0])


def test_item_102_what_if_names_the_computer(a: ConsoleClient, lab: Lab) -> None:
    said = a('$s = New-PSSession Server01 -Name One; Remove-PSSession $s -WhatIf; "$($s.State)"')
    assert said.host == 'What if: Performing the operation "Remove" on target "Server01".\n'
    assert said.values == ["Opened"]
    assert len(lab.shells()) == 1
