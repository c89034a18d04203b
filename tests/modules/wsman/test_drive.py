"""The WSMan: drive on a state directory and a client configuration of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from remora.client.config_store import ClientConfig
from remora.host.accounts import AccountStore
from remora.host.state_dir import StateDir
from tests.modules.conftest import Session
from tests.support.authority import Authority

LISTENER = "New-Item -Path WSMan:\\Localhost\\listener -Transport http -Address * -Port 8888 -Force"


def trusted(path: Path) -> tuple[str, ...]:
    return ClientConfig.load(path / "client.toml").trusted_hosts


def test_the_containers_and_settings(machine: Session) -> None:
    assert machine("(dir WSMan:\\).PSChildName").output == ["localhost"]
    assert machine("(dir WSMan:\\localhost).Name").output == [
        "MaxEnvelopeSizekb",
        "MaxTimeoutms",
        "MaxBatchItems",
        "MaxProviderRequests",
        "Client",
        "Service",
        "Shell",
        "Listener",
        "Plugin",
        "ClientCertificate",
    ]
    assert machine("dir WSMan:/LOCALHOST/client | % { $_.Name + '=' + $_.Value }").output == [
        "NetworkDelayms=5000",
        "URLPrefix=wsman",
        "AllowUnencrypted=false",
        "Auth=",
        "DefaultPorts=",
        "TrustedHosts=",
    ]
    assert machine("(Get-Item WSMan:\\localhost\\Client\\Auth\\Negotiate).Value").output == ["true"]
    assert machine("(Get-Item WSMan:\\localhost\\Shell\\MaxShellsPerUser).Type").output == ["System.String"]


def test_how_it_is_shown(machine: Session) -> None:
    assert machine("dir WSMan:\\localhost | Select-Object -First 1 | Out-String").text.split("\n")[1:5] == [
        "   WSManConfig: Microsoft.WSMan.Management\\WSMan::localhost",
        "",
        "Type            Name                           SourceOfValue   Value",
        "----            ----                           -------------   -----",
    ]
    assert "{Transport=HTTP, Address=IP:127.0" in machine("dir WSMan:\\localhost\\Listener | Out-String").text


def test_the_sequence_that_changes_the_port(machine: Session, tmp_path: Path) -> None:
    machine("Remove-Item -Path WSMan:\\Localhost\\listener\\listener* -Recurse")
    assert machine("dir WSMan:\\localhost\\Listener").output == []
    made = machine(f"{LISTENER} | % {{ $_.Name; $_.Keys }}").output
    assert made[0].startswith("Listener_")
    assert made[1:] == ["Transport=HTTP", "Address=*"]
    assert machine("(dir WSMan:\\localhost\\Listener\\*\\Port).Value").output == ["8888"]
    assert machine(f"(Get-Item WSMan:\\localhost\\Listener\\{made[0]}\\Enabled).Value").output == ["true"]
    assert "8888" in (tmp_path / "state" / "front" / "host.toml").read_text()
    again = machine(LISTENER)
    assert 'Code="2150858803"' in again.messages[0]
    machine(f"Set-Item WSMan:\\localhost\\Listener\\{made[0]}\\Port 9999")
    assert machine(f"(Get-Item WSMan:\\localhost\\Listener\\{made[0]}\\Port).Value").output == ["9999"]


def test_trusted_hosts(machine: Session, tmp_path: Path) -> None:
    place = "WSMan:\\localhost\\Client\\TrustedHosts"
    machine(f"Set-Item {place} -Value 'a,b' -Force")
    assert trusted(tmp_path) == ("a", "b")
    machine(f"Set-Item {place} -Value c -Concatenate -Force")
    assert trusted(tmp_path) == ("a", "b", "c")
    machine(f"Set-Item {place} -Value d -WhatIf")
    machine(f"Set-Item {place} -Value bad/host -Force")
    assert trusted(tmp_path) == ("a", "b", "c")
    machine(f"Clear-Item {place} -Force")
    assert trusted(tmp_path) == ()


def test_what_is_dangerous_is_asked(machine: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(caption: str, message: str, choices: object, default: int) -> int:
        asked.append(caption)
        return 1 if len(asked) == 1 else 0

    monkeypatch.setattr(machine.runspace.context.host, "prompt_for_choice", answer, raising=False)
    machine("Set-Item WSMan:\\localhost\\Client\\TrustedHosts -Value x")
    assert trusted(tmp_path) == ()
    machine("Set-Item WSMan:\\localhost\\Client\\TrustedHosts -Value x")
    assert trusted(tmp_path) == ("x",)
    machine("Set-Item WSMan:\\localhost\\Client\\AllowUnencrypted -Value $true")
    assert asked == ["WinRM Security Configuration."] * 2


def test_moving_about(machine: Session) -> None:
    assert machine(
        "Set-Location WSMan:\\localhost\\Client; (Get-Item TrustedHosts).Name; $pwd.Path; cd ..; $pwd.Path"
    ).output == [
        "TrustedHosts",
        "WSMan:/localhost/Client",
        "WSMan:/localhost",
    ]
    assert machine("Test-Path Client; Test-Path ./Nothing; Test-Path WSMan:\\elsewhere").output == [True, False, False]
    assert machine("(TabExpansion2 'gi WSMan:\\localhost\\Cli' 23).CompletionMatches.CompletionText").output == [
        "WSMan:/localhost/Client",
        "WSMan:/localhost/ClientCertificate",
    ]


@pytest.mark.parametrize(
    "script",
    [
        "Set-Item WSMan:\\localhost\\Client -Value 1 -Force",
        "Remove-Item WSMan:\\localhost\\Client\\TrustedHosts -Force",
        "Remove-Item WSMan:\\localhost -Recurse -Force",
        "New-Item WSMan:\\localhost\\Client\\New -Force",
        "Clear-Item WSMan:\\localhost\\Service -Force",
    ],
)
def test_levels_that_cannot(machine: Session, script: str) -> None:
    (told,) = machine(script).ids
    assert told.startswith("NotSupported,")


def test_only_the_drive_has_its_parameters(machine: Session) -> None:
    assert machine("Set-Item env:X 1 -Concatenate").ids == [
        "NamedParameterNotFound,Microsoft.PowerShell.Commands.SetItemCommand"
    ]
    missing = machine("New-Item -Path WSMan:\\localhost\\Listener -Transport http -Force")
    assert missing.ids == ["MissingMandatoryParameter,Microsoft.PowerShell.Commands.NewItemCommand"]


def test_plugins(machine: Session) -> None:
    place = "WSMan:\\localhost\\Plugin\\Microsoft.PowerShell"
    assert machine(f"(Get-Item {place}\\InitializationParameters\\PSVersion).Value").output == ["7.4"]
    assert machine(f"(dir {place}\\Resources\\*\\Security\\*\\Sddl).Count").output == [1]
    changed = machine(
        f"Set-Item {place}\\Quotas\\MaxShellsPerUser 7; (Get-Item {place}\\Quotas\\MaxShellsPerUser).Value"
    )
    assert changed.output == ["7"]
    assert len(changed.sink.warnings) == 1
    machine(f"New-Item {place}\\InitializationParameters -ParamName StartupScript -ParamValue /x.ps1 -Force")
    assert machine(f"(Get-Item {place}\\InitializationParameters\\StartupScript).Value").output == ["/x.ps1"]
    machine(f"Remove-Item {place}\\InitializationParameters\\StartupScript")
    assert machine(f"Test-Path {place}\\InitializationParameters\\StartupScript").output == [False]
    uri = "http://schemas.microsoft.com/powershell/Mine"
    machine(
        f"New-Item WSMan:\\localhost\\Plugin -Plugin Mine -FileName x -SDKVersion 2 -Resource {uri} -Capability Shell "
        "-XMLRenderingType text -Force"
    )
    assert machine("(dir WSMan:\\localhost\\Plugin).Name").output == ["Microsoft.PowerShell", "PowerShell.7", "Mine"]
    machine("Remove-Item WSMan:\\localhost\\Plugin\\Mine -Recurse")
    assert machine("Test-Path WSMan:\\localhost\\Plugin\\Mine").output == [False]


def test_a_process_without_a_host(ps: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    from remora.modules.wsman import machine_store

    monkeypatch.setattr(machine_store, "_makers", [])
    ran = ps("dir WSMan:\\localhost")
    assert "cannot reach the configuration" in ran.messages[0]


def test_what_a_policy_says(machine: Session, tmp_path: Path) -> None:
    front = tmp_path / "state" / "front"
    front.mkdir(parents=True)
    (front / "policy.toml").write_text("[winrm.Service]\nMaxConnections = 12\n")
    shown = machine("$x = Get-Item WSMan:\\localhost\\Service\\MaxConnections; $x.Value; $x.SourceOfValue").output
    assert shown == ["12", "GPO"]
    refused = machine("Set-Item WSMan:\\localhost\\Service\\MaxConnections 5")
    assert len(refused.ids) == 1
    assert machine("Set-Item WSMan:\\localhost\\Service\\EnumerationTimeoutms 5000").ids == []


def test_certificates_of_clients(machine: Session, tmp_path: Path) -> None:
    root = Authority("Lab").root
    root.write(StateDir(tmp_path / "state").certificates / "trusted", "lab")
    accounts = AccountStore(tmp_path / "state")
    accounts.add("bob", "b0b")
    place = "WSMan:\\localhost\\ClientCertificate"
    new = f"New-Item {place} -Issuer {root.thumbprint} -Subject bob@lab -Credential $c -Force"
    credential = "$c = [pscredential]::new('bob', (ConvertTo-SecureString {} -AsPlainText -Force)); "
    assert len(machine(credential.format("wrong") + new).ids) == 1
    ran = machine(credential.format("b0b") + new + " | % { $_.Name; $_.Keys }")
    assert ran.messages == []
    made = ran.output
    assert made[0].startswith("ClientCertificate_")
    assert made[1:] == [f"Issuer={root.thumbprint}", "Subject=bob@lab", "URI=*"]
    machine(f"Set-Item {place}\\{made[0]}\\Enabled $false")
    assert machine(f"(Get-Item {place}\\*\\Enabled).Value; (Get-Item {place}\\*\\UserName).Value").output == [
        "false",
        "bob",
    ]
    machine(f"Remove-Item {place}\\{made[0]} -Recurse")
    assert machine(f"dir {place}").output == []
