"""The aliases that scripts use, what each stands for, and the setting that leaves the names of Unix to its programs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from remora.modules import UNIX_PROGRAMS, builtin_commands
from tests.modules.conftest import Session

# the names of engine reference section 15 and what PowerShell says they are
_ALIASES = """
%=ForEach-Object ?=Where-Object foreach=ForEach-Object where=Where-Object select=Select-Object sort=Sort-Object
group=Group-Object measure=Measure-Object ft=Format-Table fl=Format-List fw=Format-Wide gm=Get-Member gci=Get-ChildItem
ls=Get-ChildItem dir=Get-ChildItem cat=Get-Content gc=Get-Content type=Get-Content cd=Set-Location chdir=Set-Location
pwd=Get-Location pushd=Push-Location popd=Pop-Location cp=Copy-Item copy=Copy-Item mv=Move-Item move=Move-Item
rm=Remove-Item del=Remove-Item rd=Remove-Item ri=Remove-Item ni=New-Item md=mkdir ren=Rename-Item sc=Set-Content
ac=Add-Content clc=Clear-Content gi=Get-Item si=Set-Item echo=Write-Output write=Write-Output iex=Invoke-Expression
icm=Invoke-Command gcm=Get-Command gal=Get-Alias sal=Set-Alias gv=Get-Variable sv=Set-Variable rv=Remove-Variable
gps=Get-Process ps=Get-Process kill=Stop-Process spps=Stop-Process saps=Start-Process gl=Get-Location sl=Set-Location
h=Get-History history=Get-History r=Invoke-History oh=Out-Host fhx=Format-Hex diff=Compare-Object tee=Tee-Object
sls=Select-String ipmo=Import-Module rmo=Remove-Module gmo=Get-Module ipcsv=Import-Csv epcsv=Export-Csv gjb=Get-Job
sajb=Start-Job wjb=Wait-Job rcjb=Receive-Job rjb=Remove-Job nsn=New-PSSession gsn=Get-PSSession rsn=Remove-PSSession
etsn=Enter-PSSession exsn=Exit-PSSession clear=Clear-Host cls=Clear-Host gu=Get-Unique compare=Compare-Object
cvpa=Convert-Path gdr=Get-PSDrive gtz=Get-TimeZone irm=Invoke-RestMethod iwr=Invoke-WebRequest sleep=Start-Sleep
mount=New-PSDrive man=help
"""
_ONLY_ON_WINDOWS = ("ls", "cat", "cp", "mv", "rm", "ps", "kill", "diff", "sort", "tee", "man", "mount", "sleep")


def test_the_aliases_of_scripts(ps: Session) -> None:
    wanted = dict(pair.split("=") for pair in _ALIASES.split())
    names = ", ".join(f"'{name}'" for name in wanted if name != "?")
    ran = ps(f"Get-Alias {names}, '[?]' | ForEach-Object {{ $_.Name + '=' + $_.Definition }}")
    found = dict(str(line).split("=") for line in ran.output)
    assert (found, ran.ids) == (wanted, [])


def test_the_names_of_unix_can_be_left_to_its_programs() -> None:
    assert set(_ONLY_ON_WINDOWS) <= UNIX_PROGRAMS
    table = builtin_commands(windows_aliases=False)
    assert not set(_ONLY_ON_WINDOWS) & table.aliases.keys()
    assert set(builtin_commands().aliases) - table.aliases.keys() <= UNIX_PROGRAMS
    assert builtin_commands().without_aliases(UNIX_PROGRAMS).aliases == table.aliases


@pytest.mark.parametrize(
    ("value", "kind"), [("false", "Application"), ("0", "Application"), ("true", "Alias"), ("", "Alias")]
)
def test_a_variable_is_the_setting_of_the_console(value: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMORA_WINDOWS_ALIASES", value)
    command = "(Get-Command ls).CommandType; (Get-Command gci).CommandType"
    ran = subprocess.run(
        [sys.executable, "-m", "remora", "console", "-NoProfile", "-c", command], capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    assert ran.stdout.split() == [kind, "Alias"]
