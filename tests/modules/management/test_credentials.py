"""-Credential on the cmdlets of items: no built-in provider asks another machine, and each says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session

P = "Microsoft.PowerShell.Commands."
_GIVEN = "$c = [pscredential]::new('u', (ConvertTo-SecureString p -AsPlainText -Force)); "
_FILES = "The FileSystem provider supports credentials only on the New-PSDrive cmdlet."
_OTHERS = "The provider does not support the use of credentials."
_AGAIN = " Perform the operation again without specifying credentials."


@pytest.fixture(autouse=True)
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("a\n")
    return path


@pytest.mark.parametrize(
    "command",
    [
        "Add-Content a.txt 1", "Clear-Content a.txt", "Copy-Item a.txt b.txt", "Get-Content a.txt", "Get-Item a.txt",
        "Get-ItemProperty a.txt", "Get-ItemPropertyValue a.txt Name", "Invoke-Item a.txt", "Join-Path . a.txt -Resolve",
        "Move-Item a.txt b.txt", "New-Item b.txt", "Remove-Item a.txt", "Rename-Item a.txt b.txt", "Resolve-Path a.txt",
        "Set-Content a.txt 1", "Set-ItemProperty a.txt IsReadOnly $true", "Split-Path a.txt -Resolve",
        "Test-Path a.txt", "Get-Item -LiteralPath a.txt", "Clear-ItemProperty a.txt Attributes",
        "New-ItemProperty a.txt p", "Remove-ItemProperty a.txt p", "Rename-ItemProperty a.txt p q",
        "Copy-ItemProperty a.txt b p", "Move-ItemProperty a.txt b p",
    ],
)  # fmt: skip
def test_files_take_no_credential(ps: Session, file: Path, command: str) -> None:
    ran = ps(f"{_GIVEN}{command} -Credential $c")
    assert ran.ids == [f"NotSupported,{P}{command.partition(' ')[0].replace('-', '')}Command"]
    assert ran.messages == [_FILES + _AGAIN]
    assert ran.output == []
    assert [one.name for one in file.parent.iterdir()] == ["a.txt"]
    assert file.read_text() == "a\n"


@pytest.mark.parametrize("command", ["Set-Item Env:P_ONE 2", "Clear-Item Env:P_ONE", "Get-Content Env:P_ONE"])
def test_other_providers_take_none_either(ps: Session, command: str) -> None:
    ran = ps(f"{_GIVEN}$env:P_ONE = 1; {command} -Credential $c; $env:P_ONE")
    assert ran.messages == [_OTHERS + _AGAIN]
    assert ran.output == ["1"]


def test_an_empty_credential_is_none(ps: Session) -> None:
    assert ps("Get-Content a.txt -Credential ([pscredential]::Empty)").output == ["a"]


def test_a_credential_comes_by_property_name(ps: Session) -> None:
    ran = ps(_GIVEN + "[pscustomobject]@{ Path = 'a.txt'; Credential = $c } | Get-Content")
    assert ran.messages == [_FILES + _AGAIN]


def test_a_drive_keeps_the_credential_it_was_made_with(ps: Session) -> None:
    ran = ps(_GIVEN + "(New-PSDrive q FileSystem . -Credential $c).Credential.UserName; (Get-PSDrive q).Name")
    assert [str(value) for value in ran.output] == ["u", "q"]


def test_only_a_drive_of_another_machine_can_persist(ps: Session) -> None:
    ran = ps("New-PSDrive q FileSystem . -Persist; @(Get-PSDrive q -ErrorAction Ignore).Count")
    assert ran.ids == [f"DriveRootNotNetworkPath,{P}NewPSDriveCommand"]
    assert ran.output == [0]
