"""Import-Module, Remove-Module, Get-Module, New-Module, Export-ModuleMember."""

from __future__ import annotations

import pytest

from tests.support.cases import cases

_FILES = {
    "Plain/Plain.psm1": """param($p = 'none') $secret = 1; $shown = 2; $script:p = $p
        function Get-Plain { "plain $secret" }
        function Get-P { $p }
        function Other { 'other' }
        Set-Alias gplain Get-Plain
        'output'""",
    "Chosen/Chosen.psm1": """$value = 42; $hidden = 1
        function A1 { 'a1' }
        function A2 { $script:value }
        function B { }
        Set-Alias first A1
        Export-ModuleMember -Function A* -Variable value -Alias first""",
    "Nothing/Nothing.psm1": "function Gone { }\nExport-ModuleMember\n",
    "Broken/Broken.psm1": "throw 'no'\n",
    "Many/1.0/Many.psd1": "@{ ModuleVersion = '1.0'; RootModule = 'Many.psm1' }",
    "Many/1.0/Many.psm1": "function Get-Many { 1 }",
    "Many/2.5/Many.psd1": "@{ ModuleVersion = '2.5'; RootModule = 'Many.psm1' }",
    "Many/2.5/Many.psm1": "function Get-Many { 2 }",
    "Full/Full.psd1": """@{ ModuleVersion = '1.2.3'; GUID = '11111111-2222-3333-4444-555555555555'; Author = 'Ann'
        RootModule = 'Full.psm1'; NestedModules = 'Inner.psm1'; FunctionsToExport = 'Get-Full', 'Get-Inner'
        AliasesToExport = @(); DefaultCommandPrefix = 'Pre'; PrivateData = @{ Key = 'v'
        PSData = @{ Tags = 'one', 'two'; ProjectUri = 'http://x/'; ReleaseNotes = 'notes' } }
        ScriptsToProcess = 'before.ps1' }""",
    "Full/Full.psm1": """function Get-Full { 'full' + (Get-Inner) }
        function Get-Unlisted { }
        Set-Alias gf Get-Full""",
    "Full/Inner.psm1": "function Get-Inner { 'inner' }",
    "Full/before.ps1": "$ranBefore = $PSScriptRoot",
    "Verbs/Verbs.psm1": "function Frobnicate-Thing { }",
    "Dll/Dll.dll": "MZ",
}


@pytest.fixture
def files(tmp_path):
    """A module directory on the module path of the session, with modules of several shapes."""
    root = tmp_path / "mods"
    for name, text in _FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.fixture
def shell(ps, files, monkeypatch):
    monkeypatch.setenv("PSModulePath", str(files))
    return ps


def text(ran):
    return [str(item) for item in ran.output]


_IMPORTS = r"""
Import-Module Plain; Get-Plain; gplain; Other; "[$secret$shown]"
=> plain 1 | plain 1 | other | []

Import-Module Plain -Function Get-P*; Get-Plain; $PSModuleAutoLoadingPreference = 'None'; try { Other } catch { 'gone' }
=> plain 1 | gone

Import-Module Plain -ArgumentList given; Get-P
=> given

Import-Module Plain -Prefix Xx; Get-XxPlain; Xxgplain
=> plain 1 | plain 1

(Import-Module Plain -PassThru).Name
=> Plain

Import-Module Plain -Function None -Alias gp*; @(Get-Alias gp*lain).Count; Test-Path function:Get-Plain
=> 1 | False

Import-Module Chosen; A1; A2; $value; first; $value = 7; A2
=> a1 | 42 | 42 | a1 | 7

Import-Module Chosen -Variable none; "[$value]"; Test-Path function:A1
=> [] | False

Import-Module Nothing; @((Get-Module Nothing).ExportedFunctions.Keys).Count
=> 0

Import-Module Many; Get-Many; (Get-Module Many).Version
=> 2 | 2.5

Import-Module Many -RequiredVersion '1.0'; Get-Many
=> 1

Import-Module Many -MaximumVersion 1.9; Get-Many
=> 1

Import-Module Many -MaximumVersion 1.*; Get-Many
=> 1

Import-Module Many -MinimumVersion '2.0'; Get-Many
=> 2

Import-Module Many -Version '2.0'; Get-Many
=> 2

Import-Module -FullyQualifiedName @{ModuleName='Many';RequiredVersion='1.0'}; Get-Many
=> 1

Import-Module Full; Get-PreFull
=> fullinner

Import-Module Full -Prefix My; Get-MyFull; Get-MyInner
=> fullinner | inner

function F { Import-Module Many } F; Get-Many
=> 2

function F { Import-Module Many -Scope Local; Get-Many; Test-Path function:Get-Many } F; Test-Path function:Get-Many
=> 2 | True | False

Import-Module Many; Many\Get-Many
=> 2

$m = New-Module { Import-Module Many; function Use { Get-Many } }; Use; @(Get-Module Many).Count
=> 2 | 0

$m = New-Module { Import-Module Many -Global }; @(Get-Module Many).Count
=> 1

$m = New-Module { Import-Module Many -Scope Global }; @(Get-Module Many).Count
=> 1

function Get-Many { 'mine' }; Import-Module Many -NoClobber; Get-Many
=> mine

$o = Import-Module Plain -AsCustomObject; $o.'Get-Plain'()
=> plain 1

Get-Module Many -ListAvailable | ForEach-Object { [string]$_.Version }
=> 2.5 | 1.0

Import-Module ./mods/Plain/Plain.psm1; Get-Plain
=> plain 1

Import-Module ./mods/Plain; Get-Plain
=> plain 1

Import-Module ./mods/Plain/; Get-Plain
=> plain 1

Import-Module (Get-Module Plain -ListAvailable); Get-Plain
=> plain 1

Get-Module Plain -ListAvailable | Import-Module -SkipEditionCheck; Get-Plain
=> plain 1

Import-Module PLAIN; (Get-Module plain).Name
=> Plain

Import-Module Full; $ranBefore -like '*/Full'
=> True

Import-Module Microsoft.PowerShell.Utility -PassThru -Prefix Q | ForEach-Object Name; (Get-QDate).GetType().Name
=> Microsoft.PowerShell.Utility | DateTime
"""


@pytest.mark.parametrize(("script", "expected"), cases(_IMPORTS))
def test_import(shell, script, expected):
    assert text(shell(script)) == expected


_AUTOMATIC = r"""
Get-Plain; (Get-Module Plain).Name
=> plain 1 | Plain

gplain
=> plain 1

Get-Many; (Get-Module Many).Version
=> 2 | 2.5

Many\Get-Many
=> 2

$m = New-Module { function Use { Get-Many } }; Use; (Get-Module Many).Name
=> 2 | Many

$PSModuleAutoLoadingPreference = 'None'; try { Get-Plain } catch { $_.FullyQualifiedErrorId }
=> CommandNotFoundException

$PSModuleAutoLoadingPreference = 'ModuleQualified'; Plain\Get-Plain; try { Get-Many } catch { 'no' }
=> plain 1 | no
"""


@pytest.mark.parametrize(("script", "expected"), cases(_AUTOMATIC))
def test_a_command_imports_its_module(shell, script, expected):
    assert text(shell(script)) == expected


_ERRORS = r"""
Import-Module NoSuch
=> Modules_ModuleNotFound,ImportModuleCommand

Import-Module Many -RequiredVersion '9.0'
=> Modules_ModuleWithVersionNotFound,ImportModuleCommand

Import-Module Many -MinimumVersion '3.0' -MaximumVersion '2.0'
=> ArgumentOutOfRange,ImportModuleCommand

Import-Module Many -Global -Scope Local
=> Modules_GlobalAndScopeParameterCannotBeSpecifiedTogether,ImportModuleCommand

Import-Module Dll
=> Modules_BinaryModuleNotSupported,ImportModuleCommand

Import-Module -Assembly x
=> CannotConvertArgumentNoMessage,ImportModuleCommand

Import-Module Full -UseWindowsPowerShell
=> NotSupported,ImportModuleCommand

Import-Module Full -Scope Nowhere
=> ParameterArgumentValidationError,ImportModuleCommand

'x' > a.txt; Import-Module ./a.txt
=> Modules_InvalidModuleExtension,ImportModuleCommand

Export-ModuleMember x
=> Modules_CanOnlyExecuteExportModuleMemberInsideAModule,ExportModuleMemberCommand

Remove-Module NoSuch
=> Modules_NoModulesRemoved,RemoveModuleCommand

Get-Module a/b
=> Modules_ModuleDiscoveryForLoadedModulesWorksOnlyForUnQualifiedNames,GetModuleCommand

Get-Module -Name a -FullyQualifiedName b
=> ArgumentException,GetModuleCommand
"""


@pytest.mark.parametrize(("script", "ids"), cases(_ERRORS))
def test_errors(shell, script, ids):
    assert [id.replace("Microsoft.PowerShell.Commands.", "") for id in shell(script).ids] == ids


def test_a_throwing_module_ends_the_import(shell):
    ran = shell('try { Import-Module Broken } catch { "caught $_" }; @(Get-Module Broken).Count')
    assert text(ran) == ["caught no", "0"]


def test_members_of_the_module_object(shell):
    ran = shell("""$m = Import-Module Full -PassThru
    $m.Name, $m.Version, $m.Author, $m.Guid, $m.ModuleType, $m.RootModule, $m.PrivateData.Key, ($m.Tags -join '+'),
    $m.ProjectUri, $m.ReleaseNotes, ($m.ExportedFunctions.Keys -join '+'), @($m.ExportedAliases.Keys).Count,
    ($m.NestedModules.Name -join '+'), $m.Prefix, $m.AccessMode, ($m.ExportedCommands.Keys -join '+')""")
    assert text(ran) == [
        "Full", "1.2.3", "Ann", "11111111-2222-3333-4444-555555555555", "Script", "Full.psm1", "v", "one+two",
        "http://x/", "notes", "Get-Full+Get-Inner", "0", "Inner", "Pre", "ReadWrite", "Get-Full+Get-Inner",
    ]  # fmt: skip


def test_commands_tell_their_module(shell):
    ran = shell(
        "Import-Module Full; $c = Get-Command Get-PreFull; $c.Source, $c.ModuleName, $c.Module.Name, $c.Version"
    )
    assert text(ran) == ["Full", "Full", "Full", "1.2.3"]


def test_names_that_are_not_approved_warn_unless_told_not_to(shell):
    assert len(shell("Import-Module Verbs").sink.warnings) == 1
    assert shell("Import-Module Verbs -Force -DisableNameChecking").sink.warnings == []


def test_force_reads_a_module_again(shell, files):
    shell("Import-Module Plain")
    (files / "Plain/Plain.psm1").write_text("function Get-Plain { 'new' }")
    assert text(shell("Import-Module Plain; Get-Plain")) == ["plain 1"]
    assert text(shell("Import-Module Plain -Force; Get-Plain; Test-Path function:Other")) == ["new", "False"]


_REMOVALS = r"""
Import-Module Plain; Remove-Module Plain; Test-Path function:Get-Plain
=> False

Import-Module Chosen; Remove-Module Chosen; "[$value]"
=> []

$m = New-Module Dyn { $ExecutionContext.SessionState.Module.OnRemove = { $global:gone = "bye $($args[0])" } }
$m | Import-Module; Remove-Module Dyn; $gone
=> bye Dyn

$m = Import-Module Plain -PassThru; $m.OnRemove = { $global:gone = $args[0].Name }; $m | Remove-Module; $gone
=> Plain

Import-Module Plain, Chosen; Remove-Module P*, C*; @(Get-Module Plain, Chosen).Count
=> 0

$m = Import-Module Plain -PassThru; $m.AccessMode = 'ReadOnly'; Remove-Module Plain -ea SilentlyContinue
@(Get-Module Plain).Count; Remove-Module Plain -Force; @(Get-Module Plain).Count
=> 1 | 0

Import-Module Plain; Remove-Module -FullyQualifiedName @{ModuleName='Plain';ModuleVersion='0.0'}
@(Get-Module Plain).Count
=> 0

Import-Module Plain; Remove-Module Plain -WhatIf; @(Get-Module Plain).Count
=> 1

Import-Module Full; Remove-Module Full; @(Get-Module Inner -All).Count
=> 0
"""


@pytest.mark.parametrize(("script", "expected"), cases(_REMOVALS))
def test_remove(shell, script, expected):
    assert text(shell(script)) == expected


_LISTS = r"""
Import-Module Full; (Get-Module Full, Inner).Name
=> Full

Import-Module Full; (Get-Module Full, Inner -All).Name
=> Full | Inner

(Get-Module -ListAvailable F*).ExportedFunctions.Keys
=> Get-Full | Get-Inner

(Get-Module -ListAvailable Chosen).ExportedCommands.Keys
=> A1 | A2 | first

(Get-Module Microsoft.PowerShell.Util*).Version
=> 7.0.0.0

@(Get-Module -ListAvailable Full -PSEdition Desktop).Count
=> 0

(Get-Module -ListAvailable -FullyQualifiedName @{ModuleName='many';RequiredVersion='2.5'}).Version
=> 2.5

@(Get-Module -ListAvailable -All Full, Inner).Count
=> 3

'Plain' | Get-Module -ListAvailable -Refresh -SkipEditionCheck | ForEach-Object Name
=> Plain
"""


@pytest.mark.parametrize(("script", "expected"), cases(_LISTS))
def test_get(shell, script, expected):
    assert text(shell(script)) == expected


_NEW = r"""
(New-Module { function A { 1 } }).Name -like '__DynamicModule_*'; A
=> True | 1

New-Module -ReturnResult { 'r'; 's' }
=> r | s

New-Module -ReturnResult { "got $args" } -ArgumentList 1, 2
=> got 1 2

$null = New-Module { function A { 1 } function B { 2 } } -Function A; A; Test-Path function:B
=> 1 | False

$o = New-Module -AsCustomObject { $n = 0; function Up { (++$script:n) }; Export-ModuleMember Up -Variable n }
$o.Up(); $o.Up(); $o.n; $o.n = 9; $o.Up()
=> 1 | 2 | 2 | 10

$null = New-Module { $a = 1; Set-Alias al gci }; "[$a]"; Test-Path alias:al
=> [] | False

@(New-Module N { } -Cmdlet x | Get-Module).Count
=> 0

$m = [psmoduleinfo]::new($true); & $m { $x = 1 }; . $m { $y = 2 }; & $m { "$x$y" }
=> 2
"""


@pytest.mark.parametrize(("script", "expected"), cases(_NEW))
def test_new(shell, script, expected):
    assert text(shell(script)) == expected
