"""Parameters of the cmdlets of jobs, sessions, files of sessions and pipelines that no other test gives."""

from __future__ import annotations

import pytest

from tests.modules.conftest import Session
from tests.support.cases import cases

_WHERE = """
@(@{ p = 'a', 'B' } | ? p -CContains b).Count; @(@{ p = 'a', 'B' } | ? p -Contains b).Count
=> 0 | 1

@(@{ p = 'a', 'B' } | ? p -CNotContains b).Count; @(@{ p = 'a', 'B' } | ? p -NotContains b).Count
=> 1 | 0

$o = 'a', 'B' | % { [pscustomobject]@{ p = $_ } }; $o | ? p -CIn 'A', 'B' | % p; $o | ? p -CNotIn 'A', 'B' | % p
=> B | a

$o = 'a', 'B' | % { [pscustomobject]@{ p = $_ } }; $o | ? p -CLike B* | % p; $o | ? p -CNotLike b* | % p
=> B | a | B

$o = 'a', 'B' | % { [pscustomobject]@{ p = $_ } }; $o | ? p -CMatch b | % p; $o | ? p -CNotMatch b | % p
=> a | B

$o = 'a', 'B' | % { [pscustomobject]@{ p = $_ } }; $o | ? p -Match b | % p; $o | ? p -NotMatch b | % p
=> B | a

$o = 'a', 'B' | % { [pscustomobject]@{ p = $_ } }; $o | ? p -NE b | % p; $o | ? p -CNE b | % p
=> a | a | B

$o = 1..3 | % { [pscustomobject]@{ p = $_ } }; $o | ? p -GE 2 | % p; $o | ? p -LE 1 | % p
=> 2 | 3 | 1

$o = 'a', 'A' | % { [pscustomobject]@{ p = $_ } }; $o | ? p -CGT a | % p; $o | ? p -CGE A | % p
=> A | A

$o = 'a', 'A' | % { [pscustomobject]@{ p = $_ } }; $o | ? p -CLT A | % p; $o | ? p -CLE a | % p
=> a | a

1, 'x' | % { [pscustomobject]@{ p = $_ } } | ? p -Is int | % p
=> 1

1, 2 | ForEach-Object -Begin { 'b' } -Process { $_ } -End { 'e' }
=> b | 1 | 2 | e

Measure-Command -InputObject 4 { $script:seen = $_ } | Out-Null; $seen
=> 4
"""

_JOBS = """
$j = Start-ThreadJob { 1 } | Wait-Job; (Get-Job -InstanceId $j.InstanceId).Id -eq $j.Id
(Get-Job $j.InstanceId).Id -eq $j.Id
=> True | True

$null = Start-ThreadJob { 1 } | Wait-Job; @(Get-Job -HasMoreData $true).Count; @(Get-Job -HasMoreData $false).Count
=> 1 | 0

$j = 1..3 | % { Start-ThreadJob { 1 } | Wait-Job }; (Get-Job -Newest 1).Id -eq $j[-1].Id
=> True

$null = Start-ThreadJob { 1 } | Wait-Job; @(Get-Job -After 2000-01-01).Count; @(Get-Job -After 2999-01-01).Count
=> 1 | 0

$null = Start-ThreadJob { 1 } | Wait-Job; @(Get-Job -Before 2000-01-01).Count; @(Get-Job -Before 2999-01-01).Count
=> 0 | 1

$j = Start-Job { 1 } | Wait-Job; @(Get-Job -ChildJobState Completed).Count; @(Get-Job -ChildJobState Failed).Count
=> 2 | 1

$j = Start-ThreadJob { 1 } -Name n1 | Wait-Job; (Get-Job -Filter @{ State = 'Completed'; Name = 'n*' }).Name
@(Get-Job -Filter @{ Name = 'm*' }).Count; @(Get-Job -Filter @{ Id = $j.Id }).Count
@(Get-Job -Filter @{ Id = 99 }).Count
=> n1 | 0 | 1 | 0

$j = Start-ThreadJob { 5 } | Wait-Job; Receive-Job -InstanceId $j.InstanceId -Keep; Receive-Job $j -Location Nowhere
Receive-Job $j -ComputerName Nowhere; @(Receive-Job $j -Keep -WriteJobInResults)[0].Id -eq $j.Id
Receive-Job $j -Force
=> 5 | True | 5

$j = Start-ThreadJob { 5 } -Name n; (Wait-Job -Id $j.Id).Name; (Wait-Job -InstanceId $j.InstanceId).Name
(Wait-Job -Name n).Name
(Wait-Job -State Completed).Name; (Wait-Job -Filter @{ Name = 'n' }).Name; (Wait-Job n -Force).Name
=> n | n | n | n | n | n

$j = Start-ThreadJob { while (1) { } } -Name n; (Stop-Job -Name n -PassThru).State; Remove-Job -Name n
@(Get-Job).Count
=> Stopped | 0

$j = Start-ThreadJob { while (1) { } }; Stop-Job -Id $j.Id; $j.State; Remove-Job -Id $j.Id; @(Get-Job).Count
=> Stopped | 0

$j = Start-ThreadJob { while (1) { } }; Stop-Job -InstanceId $j.InstanceId; $j.State
Remove-Job -InstanceId $j.InstanceId; @(Get-Job).Count
=> Stopped | 0

$j = Start-ThreadJob { 'up'; while (1) { } }; while (!$j.HasMoreData) { }; Stop-Job -State Running; $j.State
Remove-Job -State Stopped; @(Get-Job).Count
=> Stopped | 0

$j = Start-ThreadJob { while (1) { } } -Name n; Stop-Job -Filter @{ Name = 'n' }; $j.State
Remove-Job -Filter @{ Name = 'n' }; @(Get-Job).Count
=> Stopped | 0

$j = Start-ThreadJob { 'x' } | Wait-Job; Remove-Job -Command " 'y' "; @(Get-Job).Count; Remove-Job -Command " 'x' "
@(Get-Job).Count
=> 1 | 0

Set-Content -LiteralPath 'j[1].ps1' '"from " + $args[0]'
Start-Job -LiteralPath 'j[1].ps1' -ArgumentList me | Receive-Job -Wait
=> from me
"""

_FILES = """
$o = New-PSSessionOption -CancelTimeout 1000 -OpenTimeout 2000 -OperationTimeout 3000 -MaximumReceivedObjectSize 10000
$o.CancelTimeout; $o.OpenTimeout; $o.OperationTimeout; $o.MaximumReceivedObjectSize
=> 00:00:01 | 00:00:02 | 00:00:03 | 10000

$o = New-PSSessionOption -NoEncryption -NoMachineProfile -SkipCNCheck -SkipRevocationCheck -NoCompression
$o.NoEncryption; $o.NoMachineProfile; $o.SkipCNCheck; $o.SkipRevocationCheck; $o.NoCompression
$o = New-PSSessionOption; $o.NoCompression; $o.SkipRevocationCheck
=> True | True | True | True | True | False | False

$o = New-PSSessionOption -Culture de-DE -UICulture fr-FR -ApplicationArguments @{ a = 1 } -MaxConnectionRetryCount 9
$o.Culture; $o.UICulture; $o.ApplicationArguments.a; $o.MaxConnectionRetryCount
=> de-DE | fr-FR | 1 | 9

$null = mkdir mods/E; "function f { 1 }" > mods/E/E.psm1
"@{ ModuleVersion = '1.0'; RootModule = 'E.psm1'; CompatiblePSEditions = 'Desktop' }" > mods/E/E.psd1
Import-Module ./mods/E -SkipEditionCheck; f
=> 1
"""

_KEYS = {
    "Guid 11111111-1111-1111-1111-111111111111": "GUID = '11111111-1111-1111-1111-111111111111'",
    "CompanyName c": "CompanyName = 'c'",
    "Copyright c": "Copyright = 'c'",
    "Description c": "Description = 'c'",
    "ModulesToImport c": "ModulesToImport = @('c')",
    "VisibleAliases c": "VisibleAliases = @('c')",
    "VisibleExternalCommands c": "VisibleExternalCommands = @('c')",
    "VisibleProviders c": "VisibleProviders = @('c')",
    "ScriptsToProcess c.ps1": "ScriptsToProcess = @('c.ps1')",
    "FunctionDefinitions @{ Name = 'f'; ScriptBlock = { 1 } }": "FunctionDefinitions = @(",
    "VariableDefinitions @{ Name = 'v'; Value = 'w' }": "VariableDefinitions = ",
    "EnvironmentVariables @{ E = 'x' }": "EnvironmentVariables = @{",
    "TypesToProcess c.ps1xml": "TypesToProcess = @('c.ps1xml')",
    "FormatsToProcess c.ps1xml": "FormatsToProcess = @('c.ps1xml')",
    "AssembliesToLoad c": "AssembliesToLoad = @('c')",
}
_SESSION_KEYS = {
    "AliasDefinitions @{ Name = 'a'; Value = 'b' }": "AliasDefinitions = @(",
    "Author c": "Author = 'c'",
    "ExecutionPolicy RemoteSigned": "ExecutionPolicy = 'RemoteSigned'",
    "GroupManagedServiceAccount d\\c": "GroupManagedServiceAccount = 'd\\c'",
    "MountUserDrive": "MountUserDrive = $true",
    "PowerShellVersion 7.1": "PowerShellVersion = '7.1'",
    "RequiredGroups @{ And = 'a', 'b' }": "RequiredGroups = @{",
    "RoleDefinitions @{ 'd\\c' = @{ RoleCapabilities = 'r' } }": "RoleDefinitions = @{",
    "RunAsVirtualAccount": "RunAsVirtualAccount = $true",
    "SchemaVersion 2.1.0.0": "SchemaVersion = '2.1.0.0'",
    "TranscriptDirectory /t": "TranscriptDirectory = '/t'",
    "VisibleFunctions c": "VisibleFunctions = @('c')",
}


@pytest.mark.parametrize(("script", "texts"), [*cases(_WHERE), *cases(_JOBS), *cases(_FILES)])
def test_parameters(ps: Session, script: str, texts: list[str]) -> None:
    from remora.engine.convert import to_text

    ran = ps(script)
    assert [to_text(value) for value in ran.output] == texts
    assert ran.ids == []


def _lines(ps: Session, script: str, name: str) -> list[str]:
    ran = ps(f"{script}; Get-Content {name}")
    assert ran.ids == []
    return [str(line) for line in ran.output]


@pytest.mark.parametrize(("words", "line"), list(_KEYS.items()))
def test_a_parameter_of_a_role_is_a_line_of_its_file(ps: Session, words: str, line: str) -> None:
    assert any(text.startswith(line) for text in _lines(ps, f"New-PSRoleCapabilityFile r.psrc -{words}", "r.psrc"))


@pytest.mark.parametrize(("words", "line"), [*_KEYS.items(), *_SESSION_KEYS.items()])
def test_a_parameter_of_a_configuration_is_a_line_of_its_file(ps: Session, words: str, line: str) -> None:
    written = _lines(ps, f"New-PSSessionConfigurationFile s.pssc -{words}", "s.pssc")
    assert any(text.startswith(line) for text in written), written


def test_a_full_configuration_has_a_line_for_what_was_not_said(ps: Session) -> None:
    short = _lines(ps, "New-PSSessionConfigurationFile s.pssc", "s.pssc")
    full = _lines(ps, "New-PSSessionConfigurationFile f.pssc -Full", "f.pssc")
    assert "# VisibleAliases = ''" in full
    assert not any("VisibleAliases" in line for line in short)
    assert "# RoleDefinitions = ''" in short
