"""New-ModuleManifest, Test-ModuleManifest, Import-PowerShellDataFile, and what manifests may contain."""

from __future__ import annotations

import pytest

from tests.support.cases import cases

_MANIFESTS = r"""
New-ModuleManifest m.psd1; $m = Test-ModuleManifest m.psd1; $m.Name, $m.ModuleType, $m.Version, $m.CompanyName
=> m | Manifest | 0.0.1 | Unknown

New-ModuleManifest m.psd1 -Author Ann; (Test-ModuleManifest m.psd1).Author, (Test-ModuleManifest m.psd1).Copyright
=> Ann | (c) Ann. All rights reserved.

New-ModuleManifest m.psd1 -ModuleVersion 1.2 -Description "it's" -CompanyName Co -Copyright mine
Test-ModuleManifest m.psd1 | ForEach-Object { $_.Version, $_.Description, $_.CompanyName, $_.Copyright }
=> 1.2 | it's | Co | mine

$g = [guid]::NewGuid(); New-ModuleManifest m.psd1 -Guid $g; (Test-ModuleManifest m.psd1).Guid -eq $g
=> True

New-ModuleManifest m.psd1 -PowerShellVersion 6.0 -ClrVersion 4.0 -DotNetFrameworkVersion 4.5 -PowerShellHostVersion 1.0
Test-ModuleManifest m.psd1 | % { $_.PowerShellVersion, $_.ClrVersion
    $_.DotNetFrameworkVersion, $_.PowerShellHostVersion }
=> 6.0 | 4.0 | 4.5 | 1.0

New-ModuleManifest m.psd1 -Tags a, b -ReleaseNotes n -Prerelease p -RequireLicenseAcceptance `
    -ExternalModuleDependencies x
$d = (Import-PowerShellDataFile m.psd1).PrivateData.PSData
"$($d.Tags)", $d.ReleaseNotes, $d.Prerelease, $d.RequireLicenseAcceptance, "$($d.ExternalModuleDependencies)"
=> a b | n | p | True | x

New-ModuleManifest m.psd1 -ProjectUri http://p/x -LicenseUri http://l/x -IconUri http://i/x -HelpInfoUri http://h/x
$d = Import-PowerShellDataFile m.psd1; $d.PrivateData.PSData.ProjectUri, $d.PrivateData.PSData.LicenseUri
$d.PrivateData.PSData.IconUri, $d.HelpInfoURI
=> http://p/x | http://l/x | http://i/x | http://h/x

New-ModuleManifest m.psd1 -PrivateData @{ Own = 1, 'two'; PSData = @{ Extra = $true } }
$d = (Import-PowerShellDataFile m.psd1).PrivateData; "$($d.Own)", $d.PSData.Extra
=> 1 two | True

New-ModuleManifest m.psd1; $d = Import-PowerShellDataFile m.psd1
@($d.FunctionsToExport).Count, $d.VariablesToExport
=> 0 | *

New-ModuleManifest m.psd1 -RootModule r.psm1; $d = Import-PowerShellDataFile m.psd1
$d.FunctionsToExport, $d.RootModule
=> * | r.psm1

New-ModuleManifest m.psd1 -FunctionsToExport A, B -CmdletsToExport C -AliasesToExport D -VariablesToExport E
$d = Import-PowerShellDataFile m.psd1
"$($d.FunctionsToExport)", $d.CmdletsToExport, $d.AliasesToExport, $d.VariablesToExport
=> A B | C | D | E

New-ModuleManifest m.psd1 -NestedModules a, @{ModuleName='b';ModuleVersion='1.0'} -ModuleList c -RequiredModules d
$d = Import-PowerShellDataFile m.psd1
$d.NestedModules[0], $d.NestedModules[1].ModuleVersion, $d.ModuleList, $d.RequiredModules
=> a | 1.0 | c | d

New-ModuleManifest m.psd1 -ScriptsToProcess s.ps1 -TypesToProcess t.ps1xml -FormatsToProcess f.ps1xml -FileList l.txt
$d = Import-PowerShellDataFile m.psd1; $d.ScriptsToProcess, $d.TypesToProcess, $d.FormatsToProcess, $d.FileList
=> s.ps1 | t.ps1xml | f.ps1xml | l.txt

New-ModuleManifest m.psd1 -RequiredAssemblies a.dll -ProcessorArchitecture Amd64 -DscResourcesToExport r
$d = Import-PowerShellDataFile m.psd1; $d.RequiredAssemblies, $d.ProcessorArchitecture, $d.DscResourcesToExport
=> a.dll | Amd64 | r

New-ModuleManifest m.psd1 -CompatiblePSEditions Core, Desktop -PowerShellHostName h -DefaultCommandPrefix P
$d = Import-PowerShellDataFile m.psd1; "$($d.CompatiblePSEditions)", $d.PowerShellHostName, $d.DefaultCommandPrefix
=> Core Desktop | h | P

(New-ModuleManifest m.psd1 -PassThru).StartsWith("#`n# Module manifest for module 'm'"); Test-Path m.psd1
=> True | True

New-ModuleManifest m.psd1 -WhatIf; Test-Path m.psd1
=> False

'' > a.psm1; New-ModuleManifest m.psd1 -RootModule a -NestedModules a.psm1
(Test-ModuleManifest m.psd1).NestedModules.Name
=> a
"""


@pytest.mark.parametrize(("script", "expected"), cases(_MANIFESTS))
def test_manifests(ps, script, expected):
    assert [str(item) for item in ps(script).output] == expected


_ERRORS = r"""
New-ModuleManifest m.txt
=> Modules_InvalidModuleManifestPath,NewModuleManifestCommand

New-ModuleManifest m.psd1 -ProjectUri ../x
=> System.InvalidOperationException,NewModuleManifestCommand

New-ModuleManifest m.psd1 -CompatiblePSEditions Core, core
=> Modules_DuplicateEntriesInCompatiblePSEditions,NewModuleManifestCommand

New-ModuleManifest m.psd1 -ProcessorArchitecture IA64
=> Modules_InvalidProcessorArchitectureInManifest,NewModuleManifestCommand

Test-ModuleManifest none.psd1
=> Modules_ModuleNotFound,TestModuleManifestCommand

'' > m.txt; Test-ModuleManifest m.txt
=> Modules_InvalidModuleManifestPath,TestModuleManifestCommand

"@{ ModuleVersion = '1.0'; What = 1 }" > m.psd1; Test-ModuleManifest m.psd1
=> Modules_InvalidManifestMember,TestModuleManifestCommand

'@{ }' > m.psd1; Test-ModuleManifest m.psd1
=> Modules_InvalidManifest,TestModuleManifestCommand

"@{ ModuleVersion = 'x' }" > m.psd1; Import-Module ./m.psd1
=> Modules_InvalidManifest,ImportModuleCommand

"@{ ModuleVersion = '1.0'; Author = (Get-Date) }" > m.psd1; Import-Module ./m.psd1
=> Modules_InvalidManifest,ImportModuleCommand

"'text'" > m.psd1; Import-Module ./m.psd1
=> Modules_InvalidManifest,ImportModuleCommand

"@{ ModuleVersion = '1.0'; PowerShellVersion = '99.0' }" > m.psd1; Import-Module ./m.psd1
=> Modules_InsufficientPowerShellVersion,ImportModuleCommand

"@{ ModuleVersion = '1.0'; PowerShellHostName = 'none' }" > m.psd1; Import-Module ./m.psd1
=> Modules_InvalidPowerShellHostName,ImportModuleCommand

"@{ ModuleVersion = '1.0'; RequiredModules = 'none' }" > m.psd1; Import-Module ./m.psd1
=> Modules_InvalidManifest,ImportModuleCommand

"@{ ModuleVersion = '1.0'; NestedModules = 'none' }" > m.psd1; Import-Module ./m.psd1
=> Modules_ModuleFileNotFound,ImportModuleCommand

"@{ ModuleVersion = '1.0'; RootModule = 'a*' }" > m.psd1; Import-Module ./m.psd1
=> Modules_WildCardNotAllowedInModuleToProcessAndInNestedModules,ImportModuleCommand

"@{ ModuleVersion = '1.0'; RootModule = 'a'; ModuleToProcess = 'b' }" > m.psd1; Import-Module ./m.psd1
=> Modules_ModuleManifestCannotContainBothModuleToProcessAndRootModule,ImportModuleCommand

New-ModuleManifest m.psd1 -FileList none; Test-ModuleManifest m.psd1
=> Modules_InvalidFilePathinModuleManifest,TestModuleManifestCommand

New-ModuleManifest m.psd1 -RootModule none.psm1; Test-ModuleManifest m.psd1
=> Modules_InvalidRootModuleInModuleManifest,TestModuleManifestCommand

$null = mkdir 2.0; New-ModuleManifest 2.0/m.psd1 -ModuleVersion 1.0; Test-ModuleManifest 2.0/m.psd1
=> Modules_InvalidModuleManifestVersion,TestModuleManifestCommand

Import-PowerShellDataFile none.psd1
=> PathNotFound,ImportPowerShellDataFileCommand

"@{ a = (Get-Date) }" > d.psd1; Import-PowerShellDataFile d.psd1
=> System.InvalidOperationException,ImportPowerShellDataFileCommand

"'only text'" > d.psd1; Import-PowerShellDataFile d.psd1
=> CouldNotParseAsPowerShellDataFileNoHashtableRoot,ImportPowerShellDataFileCommand

"@{ a = " > d.psd1; Import-PowerShellDataFile d.psd1
=> CouldNotParseAsPowerShellDataFile,ImportPowerShellDataFileCommand
"""


@pytest.mark.parametrize(("script", "ids"), cases(_ERRORS))
def test_errors(ps, script, ids):
    assert [id.replace("Microsoft.PowerShell.Commands.", "") for id in ps(script).ids] == ids


_VALUES = r"""
"@{ ModuleVersion = '1.0'; PrivateData = @{ r = `$PSScriptRoot; e = `$PSEdition; t = `$true } }" > m.psd1
$d = (Import-Module ./m.psd1 -PassThru).PrivateData; $d.r -eq $PWD.Path; $d.e; $d.t
=> True | Core | True

"@{ ModuleVersion = '1.0'; Author = if (`$PSEdition -eq 'Core') { 'c' } else { 'd' } }" > m.psd1
(Import-Module ./m.psd1 -PassThru).Author
=> c

$env:MANIFEST_TEST = 'v'; "@{ ModuleVersion = '1.0'; Author = `$env:MANIFEST_TEST + 'w' }" > m.psd1
(Import-Module ./m.psd1 -PassThru).Author
=> vw

'@{ a = 1; b = @{ c = "x", "y" }; d = $true; e = -5 }' > d.psd1; $d = Import-PowerShellDataFile d.psd1
$d.a, $d.b.c[1], $d.d, $d.e, $d.GetType().Name
=> 1 | y | True | -5 | Hashtable

'@{ a = 1 }' > d.psd1; (Import-PowerShellDataFile -LiteralPath ./d.psd1).a
(Get-Item d.psd1 | Import-PowerShellDataFile).a
=> 1 | 1

$pairs = 1..600 | ForEach-Object { "k$_ = $_" }; "@{ $($pairs -join '; ') }" > d.psd1
try { Import-PowerShellDataFile d.psd1 } catch { $_.FullyQualifiedErrorId -like 'System.InvalidOperationException,*' }
(Import-PowerShellDataFile d.psd1 -SkipLimitCheck).Count
=> True | 600
"""


@pytest.mark.parametrize(("script", "expected"), cases(_VALUES))
def test_values_of_data_files(ps, script, expected):
    assert [str(item) for item in ps(script).output] == expected


_LOCALIZED = r"""
(Import-LocalizedData -FileName t -BaseDirectory .).a
(Import-LocalizedData -FileName t.ps1 -BaseDirectory . -UICulture de-DE).a
=> english | deutsch

Import-LocalizedData d -FileName t -BaseDirectory . -UICulture de-AT; $d.a
(Import-LocalizedData -Variable e -FileName t -BaseDirectory .); $e.b
=> deutsch | two

Set-Content t.ps1 'Import-LocalizedData -BindingVariable texts; $texts.a'; ./t.ps1
=> english

Set-Content de/t.psd1 "@{ a = Get-Culture }"; $c = (Get-Culture).Name
(Import-LocalizedData -FileName t -BaseDirectory . -UICulture de -SupportedCommand Get-Culture).a.Name -eq $c
=> True

Import-LocalizedData -FileName t -BaseDirectory . -UICulture fr -ErrorVariable e -ErrorAction SilentlyContinue
$e.FullyQualifiedErrorId; Set-Content de/t.psd1 "@{ a = Get-Culture }"
Import-LocalizedData -FileName t -BaseDirectory . -UICulture de -ErrorVariable e -ErrorAction SilentlyContinue
$e.FullyQualifiedErrorId
=> ImportLocalizedData,Microsoft.PowerShell.Commands.ImportLocalizedDataCommand
| ImportLocalizedData,Microsoft.PowerShell.Commands.ImportLocalizedDataCommand

try { Import-LocalizedData } catch { $_.FullyQualifiedErrorId }
try { Import-LocalizedData -FileName a/b } catch { 'path' }
=> InvalidOperation,Microsoft.PowerShell.Commands.ImportLocalizedDataCommand | path
"""


@pytest.mark.parametrize(("script", "expected"), cases(_LOCALIZED))
def test_localized_data(ps, tmp_path, script, expected):
    for culture, text in (("en-US", "english"), ("de", "deutsch")):
        (tmp_path / culture).mkdir()
        (tmp_path / culture / "t.psd1").write_text(f"ConvertFrom-StringData 'a = {text}\nb = two'")
    assert [str(item) for item in ps(script).output] == expected
