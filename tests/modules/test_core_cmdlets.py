"""Cmdlets of Microsoft.PowerShell.Core beside commands, modules, jobs and sessions; #requires."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cases import cases

_SCRIPTS = r"""
New-PSSessionConfigurationFile a.pssc -SessionType Empty -LanguageMode NoLanguage -VisibleCmdlets Get-Date
Test-PSSessionConfigurationFile a.pssc; $d = Import-PowerShellDataFile a.pssc; $d.SessionType; $d.LanguageMode
$d.VisibleCmdlets
=> True | Empty | NoLanguage | Get-Date

"@{ SessionType = 'Empty' }" > a.pssc; Test-PSSessionConfigurationFile a.pssc
=> False

"@{ SchemaVersion = '2.0.0.0'; Strange = 1 }" > a.pssc; Test-PSSessionConfigurationFile a.pssc
=> False

"@{ SchemaVersion = '2.0.0.0'; LanguageMode = 'Strange' }" > a.pssc; Test-PSSessionConfigurationFile a.pssc
=> False

New-PSRoleCapabilityFile r.psrc -Author Ann -VisibleFunctions f -AliasDefinitions @{ Name = 'a'; Value = 'b' }
$d = Import-PowerShellDataFile r.psrc; $d.Author; $d.VisibleFunctions; $d.AliasDefinitions[0].Value
=> Ann | f | b

Register-ArgumentCompleter -CommandName Get-Item -ParameterName Path -ScriptBlock { param($c, $p, $w) "$c-$p-$w" }
(TabExpansion2 'Get-Item -Path a' 16).CompletionMatches.CompletionText
=> Get-Item-Path-a

Register-ArgumentCompleter -Native -CommandName prog -ScriptBlock { param($word) "native-$word" }
(TabExpansion2 'prog x' 6).CompletionMatches.CompletionText
=> native-x

@(Get-ExperimentalFeature).Count; [ExperimentalFeature]::IsEnabled('PSFeature')
=> 0 | False

$null = mkdir mods/E; $env:PSModulePath = "$PWD/mods"
"@{ ModuleVersion = '1.0'; PrivateData = @{ PSData = @{ ExperimentalFeatures = @{ Name = 'E.F'
Description = 'd' } } } }" >
    mods/E/E.psd1
$f = Get-ExperimentalFeature E.*; $f.Name; $f.Enabled; $f.Description; $f.Source -like '*E.psd1'
=> E.F | False | d | True

Set-PSDebug -Strict; try { $neverSet } catch { 'strict' }; Set-PSDebug -Off; "[$neverSet]"
=> strict | []
"""


@pytest.mark.parametrize(("script", "texts"), cases(_SCRIPTS))
def test_scripts(ps, monkeypatch, script, texts):
    monkeypatch.setenv("PSModulePath", "")
    ran = ps(script.replace(">\n    mods", "> mods"))
    assert [str(item) for item in ran.output] == texts


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("Test-PSSessionConfigurationFile none.pssc", "PSSessionConfigurationFileNotFound"),
        ("New-PSSessionConfigurationFile a.txt", "InvalidPSSessionConfigurationFilePath"),
        ("New-PSRoleCapabilityFile a.txt", "InvalidRoleCapabilityFilePath"),
        ("Get-ExperimentalFeature None", "ExperimentalFeatureNotFound"),
        ("Enable-ExperimentalFeature None", "ExperimentalFeatureNotFound"),
        ("Disable-ExperimentalFeature None -Scope AllUsers", "ExperimentalFeatureNotFound"),
        ("Enter-PSHostProcess 1", "NotSupported"),
        ("Exit-PSHostProcess", "NotSupported"),
        ("Get-PSHostProcessInfo", "NotSupported"),
        ("Switch-Process ls", "NotSupported"),
        ("exec Get-Date", "CommandNotFound"),
        ("exec none -w", "CommandNotFound"),
        ("Set-PSDebug -Trace 3", "ParameterArgumentValidationError"),
    ],
)
def test_errors(ps, script, id):
    assert ps(script).ids[0].startswith(f"{id},Microsoft.PowerShell.Commands.")


def test_tracing_shows_statements(ps):
    shown: list[str] = []
    ps.runspace.context.host.write_debug_line = shown.append  # type: ignore[method-assign]
    ps("Set-PSDebug -Trace 1\n$x = 1; $y = 2\nif ($x) { 'in' }\nSet-PSDebug -Trace 0\n$z = 3")
    assert shown == [
        "   2+  >>>> $x = 1; $y = 2",
        "   2+ $x = 1;  >>>> $y = 2",
        "   3+  >>>> if ($x) { 'in' }",
        "   3+ if ($x) {  >>>> 'in' }",
        "   4+  >>>> Set-PSDebug -Trace 0",
    ]


def test_tracing_at_level_two_tells_calls_and_assignments(ps):
    shown: list[str] = []
    ps.runspace.context.host.write_debug_line = shown.append  # type: ignore[method-assign]
    ps("Set-PSDebug -Trace 2\nfunction f { $x = 1; $x }\n$y, $script:z = (f), 'b'\nSet-PSDebug -Off\n$w = 3")
    told = [line for line in shown if "    !" in line]
    assert told == [
        "    ! CALL function 'f'",
        "    ! SET $x = '1'.",
        "    ! SET $y = '1'.",
        "    ! SET $script:z = 'b'.",
    ]


def test_a_console_has_colours_as_private_data(ps):
    ps.runspace.context.host.name = "ConsoleHost"
    colours = ps(
        "$p = $Host.PrivateData; $p.ErrorForegroundColor; $p.ErrorForegroundColor = 'Green'; "
        "$Host.PrivateData.ErrorForegroundColor; ($p | Get-Member -MemberType Property).Count"
    )
    assert [str(one) for one in colours.output] == ["Red", "Green", "12"]
    assert ps("$Host.PrivateData.ErrorForegroundColor = 'nope'").ids == ["ExceptionWhenSetting"]


def test_stepping_asks_before_each_statement(ps):
    asked: list[str] = []

    def choose(caption: str, message: str, choices: object, default: int) -> int:
        asked.append(message)
        return 2 if "two" in message else 0

    ps.runspace.context.host.prompt_for_choice = choose  # type: ignore[method-assign]
    ran = ps("Set-PSDebug -Step\n'one'\n'two'\n'three'")
    assert (ran.output, asked) == (["one"], ["'one'", "'two'"])
    ps("Set-PSDebug -Off")


_REQUIRES = r"""
#requires -version 99.0
=> ScriptRequiresUnmatchedPSVersion

#requires -PSEdition Desktop
=> ScriptRequiresUnmatchedPSEdition

#requires -Modules NoSuchModule
=> ScriptRequiresMissingModules

#requires -Modules @{ ModuleName = 'M'; ModuleVersion = '9.0' }
=> ScriptRequiresMissingModules

#requires -version A
=> RequiresVersionInvalid

#requires -PSEdition Strange
=> RequiresPSEditionInvalid

#requires -Modules M, @{ ModuleName = 'M'; ModuleVersion = '1.0' } -Version 5.1
=>

#requires -PSEdition Core
=>

$text = @"
#requires -Modules Missing $PID
"@, @'
#requires -Modules Missing
'@
=>

<#
#requires -Modules Missing
#>
=>
"""


@pytest.mark.parametrize(("line", "ids"), cases(_REQUIRES))
def test_requires(ps, tmp_path: Path, line, ids):
    (tmp_path / "M").mkdir()
    (tmp_path / "M" / "M.psd1").write_text("@{ ModuleVersion = '1.5'; RootModule = 'M.psm1' }")
    (tmp_path / "M" / "M.psm1").write_text("function Get-M { 'from M' }")
    (tmp_path / "s.ps1").write_text(f"{line}\nif (Get-Module M) {{ Get-M }} else {{ 'ran' }}")
    ran = ps("$env:PSModulePath = $PWD.Path; ./s.ps1")
    assert [id.partition(",")[0] for id in ran.ids] == ids
    if not ids:
        assert ran.output == (["from M"] if "Modules M," in line else ["ran"])


_MEMBERS = r"""
'abc' | ForEach-Object Length; 'abc' | ForEach-Object ToUpper; 'abc' | ForEach-Object Substring 1 1
'abc' | ForEach-Object Len*
=> 3 | ABC | b | 3

@{ a = 1 } | ForEach-Object a; @{ Count = 5 } | ForEach-Object Count
'abc' | ForEach-Object -MemberName Replace -ArgumentList a, z
=> 1 | 5 | zbc

@($null | ForEach-Object a).Count; @('x' | ForEach-Object none).Count; 'x' | ForEach-Object Length -WhatIf
=> 1 | 1

'x' | ForEach-Object *e* -ErrorVariable e -ErrorAction SilentlyContinue; $e.FullyQualifiedErrorId
=> AmbiguousPropertyOrMethodName,Microsoft.PowerShell.Commands.ForEachObjectCommand

$null | ForEach-Object a 1 -ErrorVariable e -ErrorAction SilentlyContinue; $e.FullyQualifiedErrorId
=> InvokeMethodOnNull,Microsoft.PowerShell.Commands.ForEachObjectCommand

'x' | ForEach-Object none 1 -ErrorVariable e -ErrorAction SilentlyContinue; $e.FullyQualifiedErrorId
=> MethodNotFound,Microsoft.PowerShell.Commands.ForEachObjectCommand

'x' | ForEach-Object Substring 9 -ErrorVariable e -ErrorAction SilentlyContinue; $e.FullyQualifiedErrorId
=> MethodInvocationError,Microsoft.PowerShell.Commands.ForEachObjectCommand

Set-StrictMode -Version 2; $null | ForEach-Object a -ErrorVariable e -ErrorAction SilentlyContinue
$e.FullyQualifiedErrorId
=> InputObjectIsNull,Microsoft.PowerShell.Commands.ForEachObjectCommand

Set-StrictMode -Version 2; 'x' | ForEach-Object none -ErrorVariable e -ErrorAction SilentlyContinue
$e.FullyQualifiedErrorId
=> PropertyOrMethodNotFound,Microsoft.PowerShell.Commands.ForEachObjectCommand

(Get-Command Remove-Item).ImplementingType.GetCustomAttributes($true).ConfirmImpact
(Get-Command ForEach-Object).ImplementingType.GetCustomAttributes($true).ConfirmImpact
(Get-Command Get-Date).ImplementingType.GetCustomAttributes($true).ConfirmImpact
=> Medium | Low | None

$m = New-Module { function Hidden { 'found' }; Export-ModuleMember }; 1 | & $m ForEach-Object { Hidden }
=> found

$o = [pscustomobject]@{ N = 2 }; @($o | Where-Object N -LT:$false).Count; @($o | Where-Object N -IsNot:$false).Count
@($o | Where-Object N -NotLike 3).Count; @($o | Where-Object N -In 2, 3).Count; @($o | Where-Object N -IsNot int).Count
=> 1 | 1 | 1 | 1 | 0

try { 1 | Where-Object N -EQ:$false -Value 2 } catch { $_.FullyQualifiedErrorId }
try { 1 | Where-Object N -GT } catch { $_.FullyQualifiedErrorId }
=> OperatorNotSpecified,Microsoft.PowerShell.Commands.WhereObjectCommand
| ValueNotSpecifiedForWhereObject,Microsoft.PowerShell.Commands.WhereObjectCommand

@(Get-Command Get-Command -ExcludeModule Microsoft.PowerShell.C*).Count; @(Get-Command Get-Command).Count
=> 0 | 1
"""


@pytest.mark.parametrize(("script", "texts"), cases(_MEMBERS))
def test_members_and_metadata(ps, script, texts):
    assert [str(item) for item in ps(script).output] == texts


def test_a_console_becomes_another_program(ps, monkeypatch):
    became: list[object] = []
    host = type(ps.runspace.context.host)
    monkeypatch.setattr(host, "become", lambda _self, *given: became.append(given), raising=False)
    ran = ps("Switch-Process; exec; exec sh -w 2; (Get-Command exec).CommandType.ToString()")
    assert (ran.output, ran.ids) == (["Function"], [])
    (program, words, folder) = became[0]
    assert (program.endswith("/sh"), words, folder) == (
        True,
        ["sh", "-w", "2"],
        ps.runspace.context.drives.file_location,
    )


def test_a_program_that_cannot_run(ps, monkeypatch):
    def refuse(*_given: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(type(ps.runspace.context.host), "become", refuse, raising=False)
    assert ps("exec sh").ids == ["ExecutionFailed,Microsoft.PowerShell.Commands.SwitchProcessCommand"]
