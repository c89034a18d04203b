"""The session configuration cmdlets on a state directory of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from remora.config.sddl import Right
from remora.host.accounts import AccountStore
from remora.host.configurations import HostConfigurations
from remora.modules.remoting import configurations_store
from tests.modules.conftest import Session

DEFAULT = "O:NSG:BAD:P(A;;GA;;;BA)(A;;GA;;;RM)(A;;GA;;;IU)S:P(AU;FA;GA;;;WD)(AU;SA;GXGW;;;WD)"
LOCAL = DEFAULT.replace("D:P", "D:P(D;;GA;;;NU)")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HostConfigurations]:
    held = HostConfigurations(tmp_path / "state")
    monkeypatch.setattr(configurations_store, "_makers", [lambda: held])
    return held


@pytest.fixture
def host(ps: Session, store: HostConfigurations, tmp_path: Path) -> Session:
    ps(f"Set-Location {tmp_path}")
    return ps


def prop(host: Session, name: str, expression: str) -> str:
    return host(f"$c = Get-PSSessionConfiguration {name}; {expression}").text.strip()


def test_the_default_list_view(host: Session) -> None:
    host("Register-PSSessionConfiguration A -AccessMode Local -StartupScript /x.ps1 -Force")
    assert host("Get-PSSessionConfiguration A | Out-String -Width 300").text.strip() == (
        "Name          : A\nPSVersion     : 7.4\nStartupScript : /x.ps1\nRunAsUser     : \nPermission    : "
        "NT AUTHORITY\\NETWORK AccessDenied, BUILTIN\\Administrators AccessAllowed, "
        "BUILTIN\\Remote Management Users AccessAllowed, NT AUTHORITY\\INTERACTIVE AccessAllowed"
    )


def test_the_built_in_configurations(host: Session) -> None:
    assert host("(Get-PSSessionConfiguration).Name").output == ["Microsoft.PowerShell", "PowerShell.7"]
    assert host("(Get-PSSessionConfiguration *7 -Force).ResourceUri").output == [
        "http://schemas.microsoft.com/powershell/PowerShell.7"
    ]
    names = host("(Get-PSSessionConfiguration PowerShell.7).psobject.Properties.Name").output
    assert set(names) >= {
        "Name",
        "Filename",
        "ResourceUri",
        "Uri",
        "SDKVersion",
        "XmlRenderingType",
        "Architecture",
        "PSVersion",
        "Enabled",
        "Capability",
        "SupportsOptions",
        "ExactMatch",
        "AutoRestart",
        "UseSharedProcess",
        "ProcessIdleTimeoutSec",
        "OutputBufferingMode",
        "RunAsUser",
        "RunAsPassword",
        "SecurityDescriptorSddl",
        "Permission",
        "lang",
        "ParentResourceUri",
        "MaxShells",
        "MaxShellsPerUser",
        "MaxConcurrentUsers",
        "MaxProcessesPerShell",
        "MaxMemoryPerShellMB",
        "IdleTimeoutms",
        "MaxIdleTimeoutms",
        "MaxConcurrentCommandsPerShell",
    }


def test_register_writes_a_container_and_what_was_given(host: Session, store: HostConfigurations) -> None:
    ran = host(
        "Register-PSSessionConfiguration -Name Tasks -StartupScript ./t.ps1 -ModulesToImport Desk, ./Own.psm1 "
        "-MaximumReceivedObjectSizeMB 20 -MaximumReceivedDataSizePerCommandMB 60 -PSVersion 7.2 "
        "-ThreadApartmentState MTA -ThreadOptions ReuseThread -SecurityDescriptorSddl 'D:P(A;;GA;;;BA)' "
        "-TransportOption (New-PSTransportOption -MaxSessions 5 -MaxSessionsPerUser 2 -MaxConcurrentUsers 3 "
        "-MaxProcessesPerSession 4 -MaxMemoryPerSessionMB 600 -MaxConcurrentCommandsPerSession 6 -IdleTimeoutSec 600 "
        "-MaxIdleTimeoutSec 1200 -OutputBufferingMode Drop)"
    )
    assert ran.ids == []
    assert ran.output[0].extended["Keys"] == ["Name=Tasks"]
    assert "Container" in host("Register-PSSessionConfiguration Other -Force").text
    item = store.find("tasks")
    assert item is not None
    assert item.startup_script is not None
    assert item.startup_script.endswith("/t.ps1")
    assert item.modules[0] == "Desk"
    assert item.modules[1].endswith("/Own.psm1")
    quotas = {child.name: child.text for child in item.quotas.to_tree().children}
    assert quotas == {
        "IdleTimeoutms": "600000", "MaxIdleTimeoutms": "1200000", "MaxShells": "5", "MaxShellsPerUser": "2",
        "MaxConcurrentUsers": "3", "MaxConcurrentCommandsPerShell": "6", "MaxProcessesPerShell": "4",
        "MaxMemoryPerShellMB": "600", "PSMaximumReceivedObjectSizeMB": "20",
        "PSMaximumReceivedDataSizePerCommandMB": "60", "ProcessIdleTimeoutSec": "0", "OutputBufferingMode": "Drop",
    }  # fmt: skip
    assert item.security_descriptor == "D:P(A;;GA;;;BA)"


@pytest.mark.parametrize(
    ("call", "id"),
    [
        ("Get-PSSessionConfiguration Nix", "CustomShellNotFound"),
        ("Unregister-PSSessionConfiguration Nix", "CustomShellNotFound"),
        ("Enable-PSSessionConfiguration Nix", "CustomShellNotFound"),
        ("Disable-PSSessionConfiguration Nix", "CustomShellNotFound"),
        ("Set-PSSessionConfiguration Nix", "CSCmdsShellNotFound"),
        ("Register-PSSessionConfiguration PowerShell.7", "SessionConfigurationExists"),
        ("Register-PSSessionConfiguration 'a/b'", "SessionConfigurationFailed"),
        ("Register-PSSessionConfiguration A -SecurityDescriptorSddl all", "InvalidSDDL"),
        ("Register-PSSessionConfiguration A -SecurityDescriptorSddl x -ShowSecurityDescriptorUI",
         "ShowUIAndSDDLCannotExist"),
        ("Register-PSSessionConfiguration A -ShowSecurityDescriptorUI", "NotSupported"),
        ("Register-PSSessionConfiguration A -StartupScript a.txt", "StartupScriptNotCorrect"),
        ("Register-PSSessionConfiguration A -Path a.txt", "InvalidPSSessionConfigurationFilePath"),
        ("Register-PSSessionConfiguration A -Path nowhere.pssc", "InvalidPSSessionConfigurationFilePath"),
        ("Register-PSSessionConfiguration A -TransportOption (New-PSTransportOption -ProcessIdleTimeoutSec 5)",
         "InvalidConfigurationXMLAttribute"),
        ("Register-PSSessionConfiguration A -MaximumReceivedObjectSizeMB 0.5", "InvalidConfigurationXMLAttribute"),
        (("Register-PSSessionConfiguration A -TransportOption (New-PSTransportOption -IdleTimeoutSec 900 "
         "-MaxIdleTimeoutSec 600)"), "SessionConfigurationFailed"),
        ("Register-PSSessionConfiguration A -UseSharedProcess", "NotSupported"),
        (("Register-PSSessionConfiguration A -RunAsCredential ([pscredential]::new('a', "
         "(ConvertTo-SecureString x -AsPlainText -Force)))"), "InvalidRunAsCredential"),
        ("Register-PSSessionConfiguration A -AssemblyName a.dll -ConfigurationTypeName T", "NotSupported"),
        ("Register-PSSessionConfiguration A -ApplicationBase /x", "NotSupported"),
        ("Register-PSSessionConfiguration A -SessionTypeOption 5", "NotSupported"),
        ("Register-PSSessionConfiguration A -ThreadApartmentState STA", "NotSupported"),
        ("Register-PSSessionConfiguration A -ThreadOptions UseNewThread", "NotSupported"),
        ("Register-PSSessionConfiguration A -PSVersion 7.9", "InvalidPSVersion"),
        ("Register-PSSessionConfiguration A -ModulesToImport @{ ModuleName = 'a' }", "InvalidModulesToImport"),
        ("Register-PSSessionConfiguration A -AccessMode Some", "ParameterArgumentValidationError"),
        ("Enable-PSSessionConfiguration -SecurityDescriptorSddl all", "InvalidSDDL"),
    ],
)  # fmt: skip
def test_what_is_refused(host: Session, store: HostConfigurations, call: str, id: str) -> None:
    before = store.all()
    assert host(call).ids[0].partition(",")[0] == id
    assert store.all() == before


def test_processor_architectures(host: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert host("Register-PSSessionConfiguration A -ProcessorArchitecture amd64 -Force").ids == []
    assert host("Register-PSSessionConfiguration B -PA x86").ids[0].startswith("NotSupported")


def test_set_changes_in_place_and_empties(host: Session) -> None:
    host("Register-PSSessionConfiguration A -StartupScript /x.ps1 -ModulesToImport Desk "
        "-MaximumReceivedObjectSizeMB 20 "
         "-SecurityDescriptorSddl 'D:P(A;;GA;;;BA)' -Force")  # fmt: skip
    assert host("Set-PSSessionConfiguration a -AccessMode Local -Force").output == []
    assert prop(host, "A", "$c.SecurityDescriptorSddl; $c.StartupScript") == "D:P(D;;GA;;;NU)(A;;GA;;;BA)\n/x.ps1"
    host("Set-PSSessionConfiguration A -StartupScript '' -SecurityDescriptorSddl '' -MaximumReceivedObjectSizeMB $null "
         "-ModulesToImport @() -Force")  # fmt: skip
    assert prop(host, "A", "$c.StartupScript; $c.SecurityDescriptorSddl; $c.PSMaximumReceivedObjectSizeMB") == (
        f"{DEFAULT}\n10"
    )


def test_access_modes(host: Session) -> None:
    for mode, sddl, enabled in (("Local", LOCAL, "true"), ("Disabled", DEFAULT, "false"), ("Remote", DEFAULT, "true")):
        host(f"Set-PSSessionConfiguration PowerShell.7 -AccessMode {mode} -NoServiceRestart")
        assert prop(host, "PowerShell.7", "$c.SecurityDescriptorSddl; $c.Enabled") == f"{sddl}\n{enabled}"


def test_enable_and_disable(host: Session) -> None:
    host("Disable-PSSessionConfiguration -Force; Disable-PSSessionConfiguration PowerShell* -NoServiceRestart")
    assert host("(Get-PSSessionConfiguration).Enabled").output == ["false", "false"]
    host("Set-PSSessionConfiguration PowerShell.7 -Force -SecurityDescriptorSddl 'D:P(D;;GA;;;WD)(D;;GA;;;NU)'")
    host("'Microsoft.PowerShell', 'PowerShell.7' | Enable-PSSessionConfiguration -SkipNetworkProfileCheck -Force")
    assert host("(Get-PSSessionConfiguration).Enabled").output == ["true", "true"]
    assert prop(host, "PowerShell.7", "$c.SecurityDescriptorSddl") == "D:P(D;;GA;;;NU)"
    host("Enable-PSSessionConfiguration PowerShell.7 -SecurityDescriptorSddl 'D:P(A;;GA;;;BA)' -NoServiceRestart")
    assert prop(host, "PowerShell.7", "$c.SecurityDescriptorSddl") == "D:P(A;;GA;;;BA)"


def test_unregister_and_enable_again(host: Session) -> None:
    host("Register-PSSessionConfiguration A1 -Force; Register-PSSessionConfiguration A2 -Force")
    host("Unregister-PSSessionConfiguration A* -Force")
    host("[pscustomobject]@{ Name = 'PowerShell.7' } | Unregister-PSSessionConfiguration -NoServiceRestart")
    assert host("(Get-PSSessionConfiguration).Name").output == ["Microsoft.PowerShell"]
    host("Enable-PSSessionConfiguration PowerShell.7 -Force")
    assert host("(Get-PSSessionConfiguration).Name").output == ["Microsoft.PowerShell", "PowerShell.7"]


def test_remoting_as_a_whole(host: Session) -> None:
    host("Register-PSSessionConfiguration A -Force; Register-PSSessionConfiguration Off -AccessMode Disabled -Force")
    ran = host("Disable-PSRemoting")
    assert (ran.output, len(ran.sink.warnings)) == ([], 1)
    assert host("Disable-PSRemoting -Force").sink.warnings == []
    sddls = host("(Get-PSSessionConfiguration).SecurityDescriptorSddl").output
    assert sddls == [LOCAL] * 4
    host(
        "Unregister-PSSessionConfiguration Microsoft.PowerShell -Force; "
        "Enable-PSRemoting -SkipNetworkProfileCheck -Force"
    )
    each = "\"$($_.Name) $($_.SecurityDescriptorSddl.Contains('NU'))\""
    assert host(f"Get-PSSessionConfiguration | % {{ {each} }}").output == [
        "A False", "Microsoft.PowerShell False", "Off True", "PowerShell.7 False",
    ]  # fmt: skip


def test_what_if_changes_nothing_and_notices_can_be_spared(host: Session, store: HostConfigurations) -> None:
    for call in (
        "Register-PSSessionConfiguration A -WhatIf",
        "Set-PSSessionConfiguration PowerShell.7 -AccessMode Local -WhatIf",
        "Unregister-PSSessionConfiguration PowerShell.7 -WhatIf",
        "Enable-PSSessionConfiguration -SecurityDescriptorSddl 'D:P' -WhatIf",
        "Disable-PSSessionConfiguration -WhatIf",
        "Disable-PSRemoting -WhatIf",
    ):
        before = store.all()
        assert host(call).ids == []
        assert store.all() == before
    assert len(host("Disable-PSSessionConfiguration").sink.warnings) == 1
    assert host("Enable-PSSessionConfiguration -Force").sink.warnings == []
    assert host("Disable-PSSessionConfiguration -NoServiceRestart").sink.warnings == []


def test_a_configuration_file_is_kept_and_says_who_may_come(
    host: Session, store: HostConfigurations, tmp_path: Path
) -> None:
    accounts = AccountStore(tmp_path / "state")
    accounts.add_group("Operators")
    alice = accounts.add("alice", "secret")
    host("New-PSSessionConfigurationFile x.pssc -SessionType RestrictedRemoteServer -ExecutionPolicy AllSigned "
         "-RoleDefinitions @{ 'HOST\\Operators' = @{ RoleCapabilities = 'W' }; alice = @{ RoleCapabilities = 'B' } } "
         "-RequiredGroups @{ And = 'Remote Management Users', @{ Or = 'Operators', 'Administrators' } }")  # fmt: skip
    ran = host("Register-PSSessionConfiguration Jea -Path x.pssc -Force")
    assert ran.ids == []
    assert "AllSigned" in ran.sink.warnings[0].message
    item = store.find("Jea")
    assert item is not None
    assert item.definition_file == "configurations/Jea.pssc"
    kept = tmp_path / "state" / "front" / "configurations" / "Jea.pssc"
    assert kept.read_text() == (tmp_path / "x.pssc").read_text()
    operators, sid = store.sid_of("Operators"), accounts.sid(alice)
    both = ("S-1-5-32-580", operators)
    assert item.access.allows((sid, *both), Right.EXECUTE)
    assert item.access.allows(both, Right.EXECUTE)
    assert not item.access.allows((sid, "S-1-5-32-580"), Right.EXECUTE)
    assert not item.access.allows(("S-1-5-32-544", *both[:1]), Right.EXECUTE)
    assert store.name_of(operators).endswith("\\Operators")
    assert store.name_of(sid).endswith("\\alice")
    host("Unregister-PSSessionConfiguration Jea -Force")
    assert not kept.exists()


@pytest.mark.parametrize(
    ("more", "id"),
    [
        ("-RoleDefinitions @{ Nobody = @{ RoleCapabilities = 'a' } }", "CouldNotResolveRoleDefinitionPrincipal"),
        ("-RoleDefinitions @{ Administrators = 'a' }", "InvalidRoleValue"),
        ("-RunAsVirtualAccount", "NotSupported"),
        ("-PowerShellVersion 9.0", "PowerShellVersionNotFound"),
    ],
)
def test_configuration_files_that_are_refused(host: Session, store: HostConfigurations, more: str, id: str) -> None:
    host(f"New-PSSessionConfigurationFile x.pssc {more}")
    assert host("Register-PSSessionConfiguration A -Path x.pssc").ids[0].partition(",")[0] == id
    assert store.find("A") is None


def test_files_that_cannot_be_read_as_such(host: Session, tmp_path: Path) -> None:
    for text in ("@{ SchemaVersion = '2.0.0.0'; Nothing = 1 }", "@{ oops", "@{ SchemaVersion = (Get-Date) }", "5"):
        (tmp_path / "x.pssc").write_text(text)
        ids = host("Register-PSSessionConfiguration A -Path x.pssc").ids
        assert ids[0].startswith("InvalidPSSessionConfigurationFile,")


def test_a_machine_whose_host_is_out_of_reach(ps: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(configurations_store, "_makers", [])
    assert ps("Get-PSSessionConfiguration").ids[0].startswith("SessionConfigurationFailed")
    closed = tmp_path / "closed"
    closed.write_text("")
    monkeypatch.setattr(configurations_store, "_makers", [lambda: HostConfigurations(closed)])
    assert ps("Register-PSSessionConfiguration A").ids[0].startswith("SessionConfigurationFailed")


def test_a_configuration_may_run_as_a_local_account(host: Session, store: HostConfigurations, tmp_path: Path) -> None:
    AccountStore(tmp_path / "state").add("robot", "r0bot")
    who = "([pscredential]::new('Robot', (ConvertTo-SecureString {} -AsPlainText -Force)))"
    refused = host(f"Register-PSSessionConfiguration A -Force -RunAsCredential {who.format('wrong')}")
    assert refused.ids[0].startswith("InvalidRunAsCredential")
    assert host(f"Register-PSSessionConfiguration A -Force -RunAsCredential {who.format('r0bot')}").ids == []
    found = store.find("A")
    assert found is not None
    assert found.run_as_user == "robot"
    assert host("(Get-PSSessionConfiguration A).RunAsUser").output == ["robot"]
    assert "r0bot" not in "".join(file.read_text() for file in tmp_path.rglob("host.toml"))
    host("Set-PSSessionConfiguration A -Force -RunAsCredential $null")
    changed = store.find("A")
    assert changed is not None
    assert changed.run_as_user == ""
