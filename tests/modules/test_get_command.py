"""Get-Command and the objects it shows."""

from __future__ import annotations

import pytest

from tests.support.cases import cases

_FINDING = r"""
(Get-Command Get-Date).CommandType; (Get-Command gcm).CommandType; (Get-Command gcm).ResolvedCommandName
=> Cmdlet | Alias | Get-Command

function Get-Date { 'mine' }; (Get-Command Get-Date).CommandType; (Get-Command Get-Date -All).CommandType
=> Function | Function | Cmdlet

(Get-Command -Verb Import -Noun *DataFile).Name
=> Import-PowerShellDataFile

(Get-Command -Noun Verb).Name
=> Get-Verb

(Get-Command Get-Locat* -CommandType Cmdlet).Name
=> Get-Location

@(Get-Command Get-* -TotalCount 3).Count
=> 3

(Get-Command Microsoft.PowerShell.Utility\Get-Date).Name
=> Get-Date

(Get-Command Get-Date -Module Microsoft.PowerShell.Utility).Source
@(Get-Command *-Item -Module Microsoft.PowerShell.Utility).Count
=> Microsoft.PowerShell.Utility | 0

@(Get-Command Get-Date -FullyQualifiedModule @{ModuleName='Microsoft.PowerShell.Utility';ModuleVersion='1.0'}).Count
=> 1

@(Get-Command *-Date -FullyQualifiedModule @{ModuleName='Microsoft.PowerShell.Utility';RequiredVersion='1.0'}).Count
=> 0

(Get-Command -ParameterName SkipLimitCheck).Name
=> Import-PowerShellDataFile

(Get-Command *-Content -ParameterName Tail -ParameterType [int]).Name
=> Get-Content

@(Get-Command Get-Content -ParameterName Tail -ParameterType ([string])).Count
=> 0

(Get-Command Get-Dte -UseFuzzyMatching -CommandType Cmdlet | Select-Object -First 1).Name
=> Get-Date

@(Get-Command Get-Dte -UseFuzzyMatching -FuzzyMinimumDistance 0).Count
=> 0

(Get-Command i-psdf -UseAbbreviationExpansion).Name
=> Import-PowerShellDataFile

Set-Content one.ps1 'param($p) 1'; $c = Get-Command ./one.ps1; $c.Name; $c.CommandType; $c.Path -eq $c.Definition
$c.Parameters.Keys[0]
=> one.ps1 | ExternalScript | True | p

Set-Content one.ps1 1; Set-Content two.ps1 2; (Get-Command ./*.ps1).Name
=> one.ps1 | two.ps1

$null = mkdir t/sub; '#!/bin/sh' > t/sub/tool; chmod +x t/sub/tool; $env:PATH = "./sub:$env:PATH"; cd t
(Get-Command tool).Source -eq "$PWD/sub/tool"; @(Get-Command tool -All).Count; cd ..
Get-Command tool -ErrorAction Ignore; $env:PATH = $env:PATH.Substring(6)
=> True | 1

(Get-Command sh).CommandType; (Get-Command sh -CommandType Application).Name
=> Application | sh

'Get-Date', 'Get-Item' | Get-Command | ForEach-Object Name
=> Get-Date | Get-Item

Get-Command Get-Date, Get-Item | Get-Command | ForEach-Object Name
=> Get-Date | Get-Item

$null = mkdir mods/Later; Set-Content mods/Later/Later.psm1 'function Get-Later { }'
$env:PSModulePath = "$PWD/mods"
@(Get-Command Get-Late* -ListImported).Count; (Get-Command Get-Late*).Source; (Get-Command -Module Later).Name
@(Get-Module Later).Count
(Get-Command Get-Later).Name; @(Get-Module Later).Count
=> 0 | Later | Get-Later | 0 | Get-Later | 1
"""


@pytest.mark.parametrize(("script", "texts"), cases(_FINDING))
def test_finding(ps, monkeypatch, script, texts):
    monkeypatch.setenv("PSModulePath", "")
    assert [str(item) for item in ps(script).output] == texts


_SYNTAX = r"""
function F { [CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory)] [string] $A, [int[]] $B, [switch] $C) }
(Get-Command F -Syntax).Trim()
=> F [-A] <string> [[-B] <int[]>] [-C] [-WhatIf] [-Confirm] [<CommonParameters>]

function F($x, [switch] $y) { }; (Get-Command F -Syntax).Trim()
=> F [[-x] <Object>] [-y]

function F { param([Parameter(ParameterSetName='a')] $A, [Parameter(ParameterSetName='b', Mandatory)] [hashtable] $B) }
(Get-Command F -Syntax).Trim() -split "`n`n"
=> F [-A <Object>] [<CommonParameters>] | F -B <hashtable> [<CommonParameters>]

(Get-Command Get-Verb).ParameterSets[0].ToString()
=> [[-Verb] <string[]>] [[-Group] <string[]>] [<CommonParameters>]

$lines = (Get-Command gcm -Syntax).Trim() -split "`n"; $lines[0]; $lines[2].Substring(0, 20)
=> gcm (alias) -> Get-Command | gcm [[-ArgumentList]

@(Get-Command gcm, Get-Verb -Syntax)[1].Trim().Substring(0, 8)
=> Get-Verb
"""


@pytest.mark.parametrize(("script", "texts"), cases(_SYNTAX))
def test_syntax(ps, script, texts):
    assert [str(item) for item in ps(script).output] == texts


_OBJECTS = r"""
function F { [OutputType([int], 'Some.Type')] [CmdletBinding(DefaultParameterSetName='s')] param(
    [Parameter(ParameterSetName='s', Mandatory, Position=1, ValueFromPipeline, HelpMessage='h')] [Alias('aa', 'bb')]
    [ValidateSet('x', 'y')] [string] $A,
    [Parameter(ParameterSetName='t', ValueFromPipelineByPropertyName)] [switch] $B) }
$c = Get-Command F; $c.OutputType.Name; $c.DefaultParameterSet; $c.CmdletBinding; $c.ParameterSets.Name
$p = $c.Parameters['A']; $p.ParameterType.Name; $p.Aliases -join '+'; $p.SwitchParameter; $p.IsDynamic
($p.Attributes | ForEach-Object { $_.GetType().Name }) -join '+'; $p.ParameterSets['s'].Position
$p.ParameterSets.Keys
=> System.Int32 | Some.Type | s | True | s | t | String | aa+bb | False | False
| ParameterAttribute+AliasAttribute+ValidateSetAttribute | 1 | s

function F { param([Parameter(Mandatory, Position=1, ValueFromPipeline, HelpMessage='h')] [Alias('aa')] [string] $A) }
$p = (Get-Command F).ParameterSets[0].Parameters[0]; $p.Name; $p.IsMandatory; $p.Position; $p.ValueFromPipeline
$p.ValueFromPipelineByPropertyName; $p.ValueFromRemainingArguments; $p.HelpMessage; $p.Aliases
$p.ParameterType.Name
=> A | True | 1 | True | False | False | h | aa | String

(Get-Command Get-Date).ParameterSets[0].IsDefault; (Get-Command Get-Date).Verb; (Get-Command Get-Date).Noun
(Get-Command Get-Date).Version; (Get-Command Get-Date).ModuleName; (Get-Command Get-Date).Module.Name
=> True | Get | Date | 7.0.0.0 | Microsoft.PowerShell.Utility | Microsoft.PowerShell.Utility

(Get-Command Get-Command).Source; $null -eq (Get-Command Get-Command).Module
=> Microsoft.PowerShell.Core | True

function F { [CmdletBinding()] param([string] $Want) dynamicparam {
    $all = [System.Management.Automation.RuntimeDefinedParameterDictionary]::new()
    if ($Want) { $list = [System.Collections.ObjectModel.Collection[System.Attribute]]::new()
        $list.Add([System.Management.Automation.ParameterAttribute]::new())
        $all.Add($Want, [System.Management.Automation.RuntimeDefinedParameter]::new($Want, [int], $list)) }
    $all } }
(Get-Command F -ArgumentList '-Want', 'Extra').Parameters['Extra'].IsDynamic
(Get-Command F -Want Extra).Parameters['Extra'].Name
(Get-Command F).Parameters.ContainsKey('Extra')
try { Get-Command F -Want Want -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }
=> True | Extra | False | GetCommandMetadataError,Microsoft.PowerShell.Commands.GetCommandCommand

$i = Get-Command Get-Verb -ShowCommandInfo; $i.Name; $i.ModuleName; $i.Module.Name; $i.CommandType
$i.ParameterSets[0].IsDefault
$p = $i.ParameterSets[0].Parameters[0]; $p.Name; $p.ParameterType.IsArray; $p.Position; $p.IsMandatory
$p.HasParameterSet
=> Get-Verb | Microsoft.PowerShell.Utility | Microsoft.PowerShell.Utility | Cmdlet | False | Verb | True | 0
| False | False
"""


@pytest.mark.parametrize(("script", "texts"), cases(_OBJECTS))
def test_objects(ps, script, texts):
    assert [str(item) for item in ps(script).output] == texts


@pytest.mark.parametrize("name", ["''", "$null", "'Get-Verb', ''"])
def test_a_name_that_is_empty(ps, name):
    assert ps(f"Get-Command {name}").ids == [
        "ParameterArgumentValidationError,Microsoft.PowerShell.Commands.GetCommandCommand"
    ]


def test_how_close_a_name_comes(ps):
    ran = ps("$c = @(Get-Command get-vrb -UseFuzzyMatching)[0]; $c.Name; $c.Score; $c.CommandType")
    assert [str(item) for item in ran.output] == ["Get-Verb", "1", "Cmdlet"]


def test_a_name_that_is_nothing(ps):
    assert ps("Get-Command no-such-thing").ids == [
        "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand"
    ]


def test_what_implicit_remoting_asks_for(ps):
    ran = ps(
        "Get-Command Get-Verb -ListImported -ErrorAction SilentlyContinue | Select-Object Name, CommandType, "
        "HelpUri, ResolvedCommandName, OutputType, Parameters, ParameterSets, Visibility, ModuleName | ForEach { "
        "$_.Name, $_.CommandType, $_.Visibility, $_.Parameters['Verb'].ParameterType.FullName }"
    )
    assert [str(item) for item in ran.output] == ["Get-Verb", "Cmdlet", "Public", "System.String[]"]
