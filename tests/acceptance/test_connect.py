"""Items 35 to 63: Connect-PSSession."""

from __future__ import annotations

import os
import signal

import pytest

import remora.sync
from remora.errors import PSSessionError
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import PASSWORD, Lab

LEFT = "$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s"
TOLD = "% { '{0} {1} {2}' -f $_.Name, $_.State, $_.Availability }"
ENDLESS = "{ while ($true) { Start-Sleep -Milliseconds 50 } }"
CREDENTIAL = f"[pscredential]::new('alice', (ConvertTo-SecureString '{PASSWORD}' -AsPlainText -Force))"


def refused(call: object, *arguments: object, **keywords: object) -> str:
    """The error id with which the Python API refuses a call."""
    with pytest.raises(PSSessionError) as caught:
        call(*arguments, **keywords)  # type: ignore[operator]
    return caught.value.error_id


def sets_of(client: ConsoleClient, parameter: str) -> dict[str, bool]:
    """Parameter sets of a parameter of Connect-PSSession, and whether it is mandatory there."""
    said = client(
        f"$p = (Get-Command Connect-PSSession).Parameters['{parameter}'].ParameterSets; "
        "$p.Keys | % { '{0}={1}' -f $_, $p[$_].IsMandatory }"
    )
    return {key: value == "True" for key, value in (text.split("=") for text in said.values)}


def test_item_035_its_parameter_sets(a: ConsoleClient) -> None:
    said = a("$c = Get-Command Connect-PSSession; $c.DefaultParameterSet; $c.ParameterSets.Name")
    assert said.values[0] == "Name"
    assert sorted(said.values[1:]) == sorted(
        [
            "Name",
            "Session",
            "ComputerName",
            "ComputerNameGuid",
            "ConnectionUri",
            "ConnectionUriGuid",
            "InstanceId",
            "Id",
        ]
    )


def test_item_036_item_045_another_client_takes_over_by_name(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name ITTask; Invoke-Command $s { $kept = 41 }; $null = Disconnect-PSSession $s")
    assert b(f"$t = Connect-PSSession -ComputerName Server01 -Name ITTask; $t | {TOLD}").value == (
        "ITTask Opened Available"
    )
    assert b("Invoke-Command $t { $kept + 1 }").value == 42
    b("$null = Disconnect-PSSession $t")
    (row,) = lab.cli_json("session", "connect", "Server01", "--name", "ITTask")
    assert (row["name"], row["state"], row["availability"]) == ("ITTask", "Opened", "Available")
    with remora.sync.connect_pssession(name="ITTask", **lab.way()) as mine:
        assert (mine.state.value, mine.availability.value) == ("Opened", "Available")
        assert list(mine.invoke("$kept")) == [41]


def test_item_037_piped_sessions(a: ConsoleClient) -> None:
    a("$s = New-PSSession Server01, Server02; $null = $s | Disconnect-PSSession")
    said = a('Get-PSSession | Connect-PSSession | % { "$($_.State)" }')
    assert said.values == ["Opened", "Opened"]


def test_item_038_item_039_an_open_session_stays_as_it_is_and_is_written(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; Invoke-Command $s { $x = 5 }")
    said = a(f"Connect-PSSession $s | {TOLD}")
    assert (said.values, said.ids) == (["One Opened Available"], [])
    assert a("Invoke-Command $s { $x }").value == 5
    with remora.sync.new_pssession(**lab.way()) as mine:
        assert remora.sync.connect_pssession(mine) == mine


def test_item_040_a_broken_session_cannot_be_connected(a: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One")
    mine = remora.sync.new_pssession(**lab.way())
    for shell in lab.shells():
        os.kill(shell["pid"], signal.SIGKILL)
    assert a('Invoke-Command $s { 1 }; "$($s.State)"').values[-1] == "Broken"
    said = a("Connect-PSSession $s")
    assert (said.ids, said.values) == (["PSSessionConnectFailed"], [])
    with pytest.raises(remora.RemoraError):
        mine.invoke("1")
    assert mine.state.value == "Broken"
    assert refused(remora.sync.connect_pssession, mine) == "PSSessionConnectFailed"


def test_item_041_nor_a_closed_one(a: ConsoleClient, lab: Lab) -> None:
    said = a("$s = New-PSSession Server01; Remove-PSSession $s; Connect-PSSession $s")
    assert (said.ids, said.values) == (["PSSessionConnectFailed"], [])
    mine = remora.sync.new_pssession(**lab.way())
    mine.close()
    assert refused(remora.sync.connect_pssession, mine) == "PSSessionConnectFailed"


def test_item_042_nor_one_that_is_busy(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One")
    said = b("$t = Get-PSSession -ComputerName Server01; Connect-PSSession $t")
    assert said.ids == ["PSSessionConnectFailed"]
    assert (said.errors[0].target_text, said.errors[0].category) == ("[PSSession]One", "InvalidOperation")
    assert said.errors[0].target_type == "System.Management.Automation.Runspaces.PSSession"
    (found,) = remora.sync.get_pssession(**lab.way())
    assert refused(remora.sync.connect_pssession, found) == "PSSessionConnectFailed"
    failed = lab.cli("session", "connect", "Server01", "--name", "One", check=False)
    assert failed.returncode == 1
    assert "PSSessionConnectFailed" in failed.stderr
    assert a('"$($s.State)"').value == "Opened"


def test_item_042_what_was_stale_is_looked_up_again_once(a: ConsoleClient, b: ConsoleClient) -> None:
    a(LEFT)
    a("$t = Get-PSSession -ComputerName Server01")
    b("$u = Connect-PSSession -ComputerName Server01 -Name One")
    assert a("Connect-PSSession $s").ids == ["PSSessionConnectFailed"]
    b("$null = Disconnect-PSSession $u")
    assert a(f"Connect-PSSession $s | {TOLD}").value == "One Opened Available"


def test_item_043_item_044_another_users_session(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Bobs -Name Bobs; $null = Disconnect-PSSession $s")
    assert a("Get-PSSession -ComputerName Server01 | % Name").value == "Bobs"
    said = b("Connect-PSSession -ComputerName Server01 -Name Bobs")
    assert said.ids == ["AccessDenied,PSSessionConnectFailed"]
    assert refused(remora.sync.connect_pssession, name="Bobs", **lab.way()) == "AccessDenied,PSSessionConnectFailed"
    owner = CREDENTIAL.replace("'alice'", "'bob'")
    assert b(f"Connect-PSSession -ComputerName Server01 -Name Bobs -Credential ({owner}) | {TOLD}").value == (
        "Bobs Opened Available"
    )
    b("Get-PSSession | Disconnect-PSSession")
    with remora.sync.connect_pssession(name="Bobs", **lab.way("Bobs")) as mine:
        assert mine.state.value == "Opened"


def test_item_048_a_session_of_invoke_command_in_a_disconnected_session(a: ConsoleClient, b: ConsoleClient) -> None:
    a("$s = Invoke-Command -ComputerName Server01 -InDisconnectedSession -SessionName Long { 1; 2 }")
    assert b('$t = Connect-PSSession -ComputerName Server01 -Name Long; "$($t.State)"').value == "Opened"
    assert b("Receive-PSSession $t").values == [1, 2]


def test_item_049_session_comes_down_the_pipeline(a: ConsoleClient) -> None:
    assert a(f"{LEFT}; $s | Connect-PSSession | {TOLD}").value == "One Opened Available"
    a("$null = Disconnect-PSSession $s")
    assert a(f"[pscustomobject]@{{ Session = $s }} | Connect-PSSession | {TOLD}").value == "One Opened Available"


def test_item_050_item_051_by_number(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01, Server02; $null = $s | Disconnect-PSSession")
    assert a('Connect-PSSession $s.Id | % { "$($_.State)" }').values == ["Opened", "Opened"]
    assert a('Connect-PSSession -Id $s[0].Id, 99999 | % { "$($_.State)" }').ids == [
        "RemoteRunspaceNotAvailableForSpecifiedSessionId"
    ]
    assert b("Get-PSSession -ComputerName Server01 | % Id").errors == []
    assert b("Connect-PSSession -Id 88888").ids == ["RemoteRunspaceNotAvailableForSpecifiedSessionId"]
    number = b("(Get-PSSession -ComputerName Server01)[0].Id").value
    assert b(f"Connect-PSSession -Id {number}").ids == ["RemoteRunspaceNotAvailableForSpecifiedSessionId"]
    assert refused(remora.sync.connect_pssession, id=77777) == "RemoteRunspaceNotAvailableForSpecifiedSessionId"


def test_item_052_instance_id_is_named_and_mandatory(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    assert sets_of(a, "InstanceId") == dict.fromkeys(("ComputerNameGuid", "ConnectionUriGuid", "InstanceId"), True)
    given = a(f'{LEFT}; "$($s.InstanceId)"').value
    assert b(f"Connect-PSSession -ComputerName Server01 -InstanceId {given} | {TOLD}").value == "One Opened Available"
    b("Get-PSSession | Disconnect-PSSession")
    assert a(f"Connect-PSSession -InstanceId {given} | {TOLD}").value == "One Opened Available"
    a("$null = Disconnect-PSSession $s")
    with remora.sync.connect_pssession(instance_id=given, **lab.way()) as mine:
        assert mine.name == "One"


def test_item_053_name_is_mandatory_in_its_own_set_only(a: ConsoleClient) -> None:
    assert sets_of(a, "Name") == {"Name": True, "ComputerName": False, "ConnectionUri": False}
    a(LEFT)
    assert a(f"Connect-PSSession -Name one | {TOLD}").value == "One Opened Available"


def test_item_054_computer_name_is_cn_and_no_pattern(a: ConsoleClient, lab: Lab) -> None:
    assert a("(Get-Command Connect-PSSession).Parameters['ComputerName'].Aliases -join ','").value == "Cn"
    a(LEFT)
    assert a("Connect-PSSession -Cn Server0* -Name One").ids == ["PSSessionInvalidComputerName"]
    assert refused(remora.sync.connect_pssession, **lab.way("Server0*")) == "PSSessionInvalidComputerName"
    assert a('"$($s.State)"').value == "Disconnected"


def test_item_055_connection_uri(a: ConsoleClient, lab: Lab) -> None:
    assert a("(Get-Command Connect-PSSession).Parameters['ConnectionUri'].Aliases").values == ["URI", "CU"]
    with_credential = f"-Credential ({CREDENTIAL}) -Authentication Basic"
    a(f"$s = New-PSSession -ConnectionUri {lab.url} -Name One {with_credential}; $null = Disconnect-PSSession $s")
    for place in (f"([uri]'{lab.url}')", f"-URI {lab.url}", f"-CU {lab.url}"):
        assert a(f"Connect-PSSession {place} {with_credential} | {TOLD}").value == "One Opened Available"
        a("Get-PSSession | Disconnect-PSSession")
    piped = f"[pscustomobject]@{{ ConnectionUri = '{lab.url}' }} | Connect-PSSession {with_credential} | {TOLD}"
    assert a(piped).value == "One Opened Available"


def test_item_056_item_057_the_configuration_chooses(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name Plain; $t = New-PSSession Server01 -Name Task -ConfigurationName ITTasks")
    a("$null = $s, $t | Disconnect-PSSession")
    assert b(f"Connect-PSSession -ComputerName Server01 -ConfigurationName ITTasks | {TOLD}").values == [
        "Task Opened Available"
    ]
    b("Get-PSSession | Disconnect-PSSession")
    states = {shell["name"]: (shell["state"], shell["configuration"]) for shell in lab.shells()}
    assert states == {"Plain": ("Disconnected", "Microsoft.PowerShell"), "Task": ("Disconnected", "ITTasks")}
    for name in ("ITTasks", "http://schemas.microsoft.com/powershell/ittasks"):
        found = remora.sync.get_pssession(configuration_name=name, **lab.way())
        assert [session.name for session in found] == ["Task"]
    rows = lab.cli_json("session", "connect", "Server01", "--configuration-name", "ITTasks")
    assert [row["name"] for row in rows] == ["Task"]


def test_item_058_the_application_chooses(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name Usual; $t = New-PSSession Server01 -Name Ops -ApplicationName ITOps")
    a("$null = $s, $t | Disconnect-PSSession")
    assert b("Get-PSSession -ComputerName Server01 | % Name").values == ["Usual"]
    assert b("Get-PSSession -ComputerName Server01 -ApplicationName itops | % Name").values == ["Ops"]
    assert b(f"Connect-PSSession -ComputerName Server01 -ApplicationName itops | {TOLD}").values == [
        "Ops Opened Available"
    ]
    b("$null = Get-PSSession | Disconnect-PSSession")
    assert {shell["name"]: shell["state"] for shell in lab.shells()} == {"Usual": "Disconnected", "Ops": "Disconnected"}
    rows = lab.cli_json("session", "ls", "Server01", "--application-name", "itops")
    assert [row["name"] for row in rows] == ["Ops"]
    found = remora.sync.get_pssession(application_name="itops", **lab.way())
    assert [session.name for session in found] == ["Ops"]
    assert a("Get-PSSession -ComputerName Server01 -ApplicationName nothing").ids == [
        "URLNotAvailable,RemotePSSessionQueryFailed"
    ]
    remora.sync.connect_pssession(found[0]).close()


def test_item_061_item_062_what_if_says_what_would_be_done(a: ConsoleClient) -> None:
    said = a(f"{LEFT}; Connect-PSSession $s -WhatIf")
    assert said.host == 'What if: Performing the operation "Connect" on target "One".\n'
    assert said.values == []
    assert a("$s.State").value == "Disconnected"


def test_item_063_confirm_asks_and_no_means_no(a: ConsoleClient) -> None:
    said = a(f"{LEFT}; Connect-PSSession $s -Confirm", "n")
    assert 'Performing the operation "Connect" on target "One".' in said.host
    assert '[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help (default is "Y"): ' in said.host
    assert (said.values, said.ids) == ([], [])
    assert a("$s.State").value == "Disconnected"
    assert a("(Connect-PSSession $s -Confirm).State", "y").value == "Opened"


def test_item_075_a_computer_alone_means_all_that_was_left_there(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name One; $t = New-PSSession Server01 -Name Two")
    a("$null = $s, $t | Disconnect-PSSession")
    assert sorted(b(f"Connect-PSSession -ComputerName Server01 | {TOLD}").values) == [
        "One Opened Available", "Two Opened Available",
    ]  # fmt: skip
    b("Get-PSSession | Disconnect-PSSession")
    assert sorted(row["name"] for row in lab.cli_json("session", "connect", "Server01")) == ["One", "Two"]
    both = remora.sync.connect_pssession(**lab.way())
    assert sorted(session.name for session in both) == ["One", "Two"]
    remora.sync.remove_pssession(both)


def test_item_076_a_name_that_is_not_there(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    said = b("Connect-PSSession -ComputerName Server01 -Name Nobody")
    assert (said.values, said.ids) == ([], [])
    assert remora.sync.connect_pssession(name="Nobody", **lab.way()) == []
    a(LEFT)
    assert b("Connect-PSSession -ComputerName Server01 -Name Nobody").ids == ["PSSessionNameMatchFail"]
    assert refused(remora.sync.connect_pssession, name="Nobody", **lab.way()) == "PSSessionNameMatchFail"
    failed = lab.cli("session", "connect", "Server01", "--name", "Nobody", check=False)
    assert failed.returncode == 1
    assert "PSSessionNameMatchFail" in failed.stderr
