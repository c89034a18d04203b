"""The WSMan cmdlets on a state directory and a client configuration of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from remora.client.config_store import ClientConfig
from tests.modules.conftest import Session

FAULT = "WsManError,Microsoft.WSMan.Management."


def test_a_resource_reads_as_properties(machine: Session) -> None:
    found = machine("$x = Get-WSManInstance winrm/config/client/auth; $x.Digest; $x.GetType().Name; $x.cfg").output
    assert found == ["true", "XmlElement", "http://schemas.microsoft.com/wbem/wsman/1/config/client/auth"]
    script = (
        "Get-WSManInstance -ResourceURI winrm/config/listener -SelectorSet @{Address='IP:127.0.0.1';Transport='http'}"
    )
    assert machine(f"({script}).Port").output == ["5985"]
    assert machine(
        "(Get-WSManInstance 'winrm/config/listener?Address=IP:127.0.0.1+Transport=HTTP').Enabled"
    ).output == ["true"]


def test_a_collection_is_enumerated(machine: Session) -> None:
    assert machine("(Get-WSManInstance winrm/config/plugin -Enumerate).Name").output == [
        "Microsoft.PowerShell",
        "PowerShell.7",
    ]
    references = machine("Get-WSManInstance winrm/config/listener -Enumerate -ReturnType epr | % LocalName").output
    assert references == ["EndpointReference"]
    assert machine("Get-WSManInstance winrm/config/plugin -Enumerate | Select-Object -First 1 | % Name").output == [
        "Microsoft.PowerShell"
    ]


def test_values_are_set_and_shown(machine: Session, tmp_path: Path) -> None:
    assert machine("(Set-WSManInstance winrm/config/client/auth -ValueSet @{Digest=$false}).Digest").output == ["false"]
    assert ClientConfig.load(tmp_path / "client.toml").auth.digest is False
    refused = machine("Set-WSManInstance winrm/config/winrs -ValueSet @{IdleTimeout=5}")
    assert refused.ids == [FAULT + "SetWSManInstanceCommand"]
    assert 'Code="2150858810"' in refused.messages[0]
    assert machine("Set-WSManInstance winrm/config/winrs").ids == [FAULT + "SetWSManInstanceCommand"]
    wrong = machine("Set-WSManInstance winrm/config/winrs -ValueSet @{Colour='red'}")
    assert "does not have Colour" in wrong.messages[0]


def test_a_listener_comes_and_goes(machine: Session) -> None:
    keys = "-SelectorSet @{Address='*';Transport='HTTP'}"
    made = machine(f"(New-WSManInstance winrm/config/Listener {keys} -ValueSet @{{Port=8888}}).LocalName").output
    assert made == ["ResourceCreated"]
    assert machine(f"(Get-WSManInstance winrm/config/Listener {keys}).Port").output == ["8888"]
    again = machine(f"New-WSManInstance winrm/config/Listener {keys}")
    assert 'Code="2150858803"' in again.messages[0]
    machine(f"Remove-WSManInstance winrm/config/Listener {keys}")
    assert machine(f"Get-WSManInstance winrm/config/Listener {keys}").ids == [FAULT + "GetWSManInstanceCommand"]


def test_the_body_may_come_from_a_file(machine: Session, tmp_path: Path) -> None:
    body = '<p:Auth xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/config/client/auth"><p:Basic>true</p:Basic></p:Auth>'
    (tmp_path / "auth.xml").write_text(body)
    path = tmp_path / "auth.xml"
    assert machine(f"(Set-WSManInstance winrm/config/client/auth -FilePath {path}).Basic").output == ["true"]
    assert machine("Set-WSManInstance winrm/config/client/auth -FilePath /nowhere").ids == [
        FAULT + "SetWSManInstanceCommand"
    ]


def test_an_action_answers(machine: Session) -> None:
    machine("Set-WSManInstance winrm/config -ValueSet @{MaxTimeoutms=70000}")
    assert machine("(Invoke-WSManAction winrm/config -Action Restore).LocalName").output == ["Restore_OUTPUT"]
    assert machine("(Get-WSManInstance winrm/config).MaxTimeoutms").output == ["60000"]


def test_quick_configuration(machine: Session) -> None:
    assert machine("Set-WSManQuickConfig -Force").output[0] == ("WinRM has been updated for remote management.")
    assert machine("Set-WSManQuickConfig").output == ["WinRM is already set up for remote management on this computer."]
    assert machine("Set-WSManQuickConfig -UseSSL -Force").ids == [FAULT + "SetWSManQuickConfigCommand"]


def test_credssp_of_client_and_server(machine: Session, tmp_path: Path) -> None:
    no = [
        "The machine is not configured to allow delegating fresh credentials.",
        "This computer is not configured to receive credentials from a remote client computer.",
    ]
    assert machine("Get-WSManCredSSP").output == no
    enabled = machine("(Enable-WSManCredSSP -Role Client -DelegateComputer s2,*.lab -Force).CredSSP").output
    assert enabled == ["true"]
    machine("Enable-WSManCredSSP Client S2 -Force")
    machine("Enable-WSManCredSSP -Role Server -Force")
    assert ClientConfig.load(tmp_path / "client.toml").allow_fresh_credentials == ("WSMAN/s2", "WSMAN/*.lab")
    targets = "WSMAN/s2,WSMAN/*.lab"
    assert machine("Get-WSManCredSSP").output == [
        f"The machine is configured to allow delegating fresh credentials to the following target(s): {targets}",
        "This computer is configured to receive credentials from a remote client computer.",
    ]
    machine("Disable-WSManCredSSP -Role Client; Disable-WSManCredSSP -Role Server")
    assert machine("Get-WSManCredSSP").output == no
    assert ClientConfig.load(tmp_path / "client.toml").allow_fresh_credentials == ()


@pytest.mark.parametrize("arguments", ["-Role Client -Force", "-Role Server -DelegateComputer a -Force"])
def test_credssp_roles_take_what_is_theirs(machine: Session, arguments: str) -> None:
    assert machine(f"Enable-WSManCredSSP {arguments}").ids == [FAULT + "EnableWSManCredSSPCommand"]


def test_the_options_of_a_conversation(ps: Session) -> None:
    assert ps(
        "$o = New-WSManSessionOption -SkipCACheck -NoEncryption -OperationTimeoutMSec 5000 -SPNPort 1; "
        "$o.SkipCACheck; $o.UseEncryption; $o.OperationTimeout; $o.GetType().FullName"
    ).output == [True, False, 5000, "Microsoft.WSMan.Management.SessionOption"]


def test_nobody_answers(ps: Session) -> None:
    ran = ps("Test-WSMan -Port 1; 'on'")
    assert ran.ids == [FAULT + "TestWSManCommand"]
    assert 'Code="2150858770"' in ran.messages[0]
    assert ran.output == ["on"]


def test_the_configuration_has_no_parts_and_no_filters(machine: Session) -> None:
    for script in (
        "Get-WSManInstance winrm/config/client -Fragment TrustedHosts",
        "Set-WSManInstance winrm/config/client -Fragment TrustedHosts -ValueSet @{TrustedHosts='a'}",
        "Get-WSManInstance winrm/config/plugin -Enumerate -Filter 'select * from x'",
    ):
        ran = machine(script)
        assert 'Code="2150858818"' in ran.messages[0], script
    assert machine("(Get-WSManInstance winrm/config/client).TrustedHosts").output == [""]
