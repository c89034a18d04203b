"""Import-PSSession and Export-PSSession against a real host."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session
from tests.modules.test_remote_objects import remote, texts, url  # noqa: F401  fixtures

_COMMANDS = """
    function global:Get-Pet {
        [CmdletBinding()] [OutputType('Pet')]
        param(
            [Parameter(Position = 1)] [string] $Kind = 'dog',
            [Parameter(Position = 0)] [Alias('n')] [string] $Name,
            [switch] $Loud,
            [Parameter(ValueFromPipeline)] [int[]] $Legs,
            [Text.StringBuilder] $Builder
        )
        begin { $sum = 0 } process { $Legs | ForEach-Object { $sum += $_ } }
        end { [pscustomobject]@{ PSTypeName = 'Pet'; Name = $Name; Kind = $Kind; Loud = [bool]$Loud; Legs = $sum } }
    }
    function global:Get-Broken { [CmdletBinding()] param() Write-Error 'broken there' }
    function global:Set-Pet { 'set' }
    Set-Alias gpet Get-Pet -Scope Global
"""


@pytest.fixture
def pets(remote: Session) -> Session:  # noqa: F811
    ran = remote(f"Invoke-Command $s {{ {_COMMANDS} }}")
    assert ran.ids == []
    return remote


def test_functions_run_their_commands_there(pets: Session) -> None:
    module = pets("$m = Import-PSSession $s -CommandName Get-Pet, Set-Pet; $m")
    assert module.ids == []
    assert texts(pets("$m.GetType().Name; $m.ExportedFunctions.Keys | Sort-Object")) == [
        "PSModuleInfo",
        "Get-Pet",
        "Set-Pet",
    ]
    shown = "'{0} {1} {2} {3}' -f $_.Name, $_.Kind, $_.Loud, $_.Legs"
    assert texts(pets(f"Get-Pet Rex cat -Loud | ForEach-Object {{ {shown} }}")) == ["Rex cat True 0"]
    assert texts(pets(f"3, 4 | Get-Pet -n Rex | ForEach-Object {{ {shown} }}")) == ["Rex dog False 7"]
    assert texts(pets("(Get-Pet Rex).PSObject.TypeNames[0]; (Get-Pet Rex).PSComputerName; Set-Pet")) == [
        "Deserialized.Pet",
        "127.0.0.1",
        "set",
    ]


def test_parameters_have_only_types_that_convert_without_code(pets: Session) -> None:
    pets("$null = Import-PSSession $s -CommandName Get-Pet")
    script = "$p = (Get-Command Get-Pet).Parameters; $p.Name.ParameterType.Name; $p.Loud.SwitchParameter; "
    script += "$p.Legs.ParameterType.Name; $p.Builder.ParameterType.Name; $p.Name.Aliases"
    assert texts(pets(script)) == ["String", "True", "Int32[]", "Object", "n"]


def test_errors_of_there_come_with_their_origin(pets: Session) -> None:
    pets("$null = Import-PSSession $s -CommandName Get-Broken")
    ran = pets("Get-Broken")
    assert [record.message for record in ran.errors] == ["broken there"]
    assert texts(pets("$Error[0].OriginInfo.PSComputerName")) == ["127.0.0.1"]
    assert pets("Get-Broken -ErrorAction SilentlyContinue").errors == []


def test_prefix_alias_and_module(pets: Session) -> None:
    pets("$null = Import-PSSession $s -CommandName Get-Pet, gpet -Prefix Far")
    assert texts(pets("(Get-FarPet Rex).Name")) == ["Rex"]
    pets("$null = Import-PSSession $s -Module Microsoft.PowerShell.Management -CommandType Cmdlet -Prefix There")
    assert texts(pets("(Get-ThereProcess -Id $PID).Id -eq $PID; (Get-ThereItem /).FullName")) == ["True", "/"]
    assert pets("Get-Command Get-ThereDate").ids != []


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (
            "-FullyQualifiedModule @{ ModuleName = 'Microsoft.PowerShell.Host'; ModuleVersion = '1.0' }",
            ["Start-Transcript"],
        ),
        ("-CommandName *-Transcript -CommandType Function", []),
        ("-CommandName Get-Item -ArgumentList /", ["Get-Item"]),
        ("-CommandName Get-Pet -DisableNameChecking", ["Get-Pet"]),
    ],
)
def test_which_commands_are_asked_for(pets: Session, options: str, names: list[str]) -> None:
    pets("$host_module = 'Microsoft.PowerShell.Host'")
    ran = pets(f"(Import-PSSession $s {options} -AllowClobber).ExportedFunctions.Keys | Sort-Object")
    assert [str(name) for name in ran.output][:1] == names


def test_names_that_are_no_verbs_are_told_unless_disabled(pets: Session) -> None:
    pets("Invoke-Command $s { function global:Fetch-Pet { 1 } }")
    assert pets("$null = Import-PSSession $s -CommandName Fetch-Pet").sink.warnings
    assert not pets(
        "$null = Import-PSSession $s -CommandName Fetch-Pet -AllowClobber -DisableNameChecking"
    ).sink.warnings


def test_what_exists_here_is_not_hidden_unless_allowed(pets: Session) -> None:
    ran = pets("Import-PSSession $s -CommandName Get-Date, Get-Pet")
    assert len(ran.sink.warnings) == 1
    assert "'Get-Date'" in ran.sink.warnings[0].message
    only = pets("Import-PSSession $s -CommandName Get-Date")
    assert only.ids == ["ErrorNoCommandsImportedBecauseOfSkipping,Microsoft.PowerShell.Commands.ImportPSSessionCommand"]
    pets("$null = Import-PSSession $s -CommandName Get-Date -AllowClobber")
    assert texts(pets("(Get-Command Get-Date).CommandType; (Get-Date -Date '2020-01-02').Year")) == ["Function", "2020"]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Import-PSSession $s -CommandName Get-Nothing", "ErrorNoResultsFromRemoteEnd"),
        ("Import-PSSession $s -CommandName Get-Pet -FormatTypeName No.Such", "ErrorNoResultsFromRemoteEnd"),
        ("Import-PSSession $s -CommandName Get-Pet -Certificate 1", "NotSupported"),
        ("Remove-PSSession $s; Import-PSSession $s -CommandName Get-Pet", "RunspaceNotInOpenedState"),
    ],
)
def test_refusals(pets: Session, script: str, error_id: str) -> None:
    assert pets(script).ids[-1:] == [f"{error_id},Microsoft.PowerShell.Commands.ImportPSSessionCommand"]


def test_views_come_along(pets: Session, tmp_path: Path) -> None:
    view = tmp_path / "pet.format.ps1xml"
    view.write_text(
        "<Configuration><ViewDefinitions><View><Name>pet</Name><ViewSelectedBy><TypeName>Deserialized.Pet</TypeName>"
        "</ViewSelectedBy><TableControl><TableHeaders><TableColumnHeader><Label>Animal</Label></TableColumnHeader>"
        "</TableHeaders><TableRowEntries><TableRowEntry><TableColumnItems><TableColumnItem><ScriptBlock>"
        "'&lt;' + $_.Name + '&gt;'</ScriptBlock></TableColumnItem></TableColumnItems></TableRowEntry></TableRowEntries>"
        "</TableControl></View></ViewDefinitions></Configuration>"
    )
    view.chmod(0o644)
    tmp_path.chmod(0o755)
    text = view.read_text().replace("'", "''")
    ran = pets(f"Invoke-Command $s {{ $f = New-TemporaryFile; $t = \"$f.format.ps1xml\"; Set-Content $t '{text}'; "
               "Update-FormatData -AppendPath $t }")  # fmt: skip
    assert ran.ids == []
    assert pets("$null = Import-PSSession $s -CommandName Get-Pet -FormatTypeName *Pet").ids == []
    (shown,) = texts(pets("Get-Pet Rex | Out-String"))
    assert [line.strip() for line in shown.splitlines() if line.strip()] == ["Animal", "------", "<Rex>"]


def test_an_exported_module_opens_its_session_again(pets: Session, tmp_path: Path) -> None:
    where = tmp_path / "Pets"
    files = pets(f"(Export-PSSession $s -OutputModule {where} -CommandName Get-Pet).Name")
    assert texts(files) == ["Pets.psm1", "Pets.psd1", "Pets.format.ps1xml"]
    again = f"Export-PSSession $s -OutputModule {where} -CommandName Get-Pet"
    assert pets(again).ids[0].startswith("ExportProxyCommand_CannotOverwriteOutputDirectory,")
    assert pets(f"{again} -Force -Encoding unicode").ids == []
    assert (where / "Pets.psm1").read_bytes()[:2] == b"\xff\xfe"
    ran = pets(f"Import-Module {where}; (Get-Pet Rex).Name")
    assert (ran.ids, texts(ran)) == ([], ["Rex"])


_PROCESS = """
    [pscustomobject]@{ PSTypeName = 'System.Diagnostics.Process'; NPM = 70000; PM = 5MB; WS = 1.5MB; CPU = 2; Id = 7
        SI = 1; ProcessName = 'x' }
"""


@pytest.mark.parametrize(
    ("script", "kind"), [(_PROCESS, "System.Diagnostics.Process"), ("Get-Item /etc/hostname", "System.IO.FileInfo")]
)
def test_scripts_stand_for_what_the_engine_computes(ps: Session, tmp_path: Path, script: str, kind: str) -> None:
    (own,) = texts(ps(f"$o = {script}; $o | Format-Table | Out-String"))
    file = tmp_path / "own.format.ps1xml"
    ps(f"Get-FormatData {kind} | Export-FormatData -Path {file} -IncludeScriptBlock")
    assert "<ScriptBlock>" in file.read_text()
    ps(f"Update-FormatData -PrependPath {file}")
    assert texts(ps("$o | Format-Table | Out-String"))[0].split() == own.split()


def test_aliases_come_with_their_commands_only(pets: Session) -> None:
    ran = pets("(Import-PSSession $s -CommandName gpet, Set-Pet).ExportedCommands.Keys")
    assert (texts(ran), ran.errors) == (["Set-Pet"], [])
    pets("Remove-Module tmp_*")
    ran = pets("(Import-PSSession $s -WarningVariable said -WarningAction SilentlyContinue).ExportedAliases.Keys")
    assert (texts(ran), ran.errors) == (["gpet"], [])
    assert texts(pets('$said[0].Message -match "\'%, .*, gci, "')) == ["True"]


def test_a_proxy_makes_a_job(pets: Session) -> None:
    pets("$null = Import-PSSession $s -CommandName Get-Pet, Get-Types")
    ran = pets("$j = Get-Pet Rex -AsJob; $j.PSJobTypeName; ($j | Wait-Job | Receive-Job).Name; $j | Remove-Job")
    assert (texts(ran), ran.errors) == (["RemoteJob", "Rex"], [])


def test_proxies_work_under_the_names_of_their_own_commands(pets: Session) -> None:
    ran = pets(
        "$m = Import-PSSession $s -AllowClobber -WarningAction SilentlyContinue; $m.ExportedAliases.ContainsKey('gci')"
    )
    assert texts(ran) == ["True"]
    assert [found.partition(",")[0] for found in ran.ids] == ["ErrorSkippedUnsafeCommandName"] * len(ran.ids)
    assert texts(pets("(Get-Pet Rex).Name; Remove-Module $m; Get-Alias gci | ForEach-Object Definition")) == [
        "Rex",
        "Get-ChildItem",
    ]
