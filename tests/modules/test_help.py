"""Comment-based help, and help on what has no comments."""

from __future__ import annotations

import pytest

from tests.support.cases import cases

_FULL = r"""
function Get-Sample {
<#
.SYNOPSIS
    Short text.
.DESCRIPTION
    First line.

        indented
.PARAMETER Name
    The name.
.EXAMPLE
    PS> Get-Sample x
    more code

    What it does.
.EXAMPLE
    Get-Sample y
.INPUTS
    System.String
.OUTPUTS
    System.Int32
.NOTES
    A note.
.LINK
    https://example.org/
.LINK
    Get-Other
.COMPONENT
    Comp
.ROLE
    Boss
.FUNCTIONALITY
    Fun
#>
    [CmdletBinding()]
    param([Parameter(Mandatory, ValueFromPipeline)] [string] $Name = 'd',
        # What else.
        [int] $Other = 42, [switch] $Flag)
}
$h = Get-Help Get-Sample
"""

_OBJECT = r"""
$h.Name, $h.Category, $h.Synopsis, $h.Component, $h.Role, $h.Functionality
=> Get-Sample | Function | Short text. | Comp | Boss | Fun

$h.Description[0].Text -eq "First line.`n`n    indented"; $h.alertSet.alert[0].Text; $h.details.name
$h.details.verb
=> True | A note. | Get-Sample | Get

$h.inputTypes.inputType.type.name; $h.returnValues.returnValue.type.name
=> System.String | System.Int32

$h.relatedLinks.navigationLink[0].uri; $h.relatedLinks.navigationLink[1].linkText
=> https://example.org/ | Get-Other

$e = $h.examples.example; $e.Count; $e[0].introduction[0].Text; $e[0].code -eq "Get-Sample x`nmore code"
$e[0].remarks[0].Text
$e[1].code; $e[1].introduction[0].Text -eq 'PS > '; $e[0].title
=> 2 | PS> | True | What it does. | Get-Sample y | True
| -------------------------- EXAMPLE 1 --------------------------

$p = $h.parameters.parameter; $p.name -join '+'; $p[0].description[0].Text; $p[0].required; $p[0].pipelineInput
$p[0].position
=> Name+Other+Flag | The name. | true | true (ByValue) | 1

$p = $h.parameters.parameter; $p[1].description[0].Text; $p[1].defaultValue; $p[1].type.name; $p[2].position
$p[2].globbing
=> What else. | 42 | Int32 | named | false

($h.syntax | Out-String).Trim()
=> Get-Sample [-Name] <String> [[-Other] <Int32>] [-Flag] [<CommonParameters>]

(Get-Help Get-Sample -Parameter Oth*).name; (Get-Help Get-Sample -Parameter Name, Flag).name -join '+'
=> Other | Name+Flag

Get-Help Get-Sample -Parameter None -ErrorVariable e -ErrorAction SilentlyContinue; $e.FullyQualifiedErrorId
=> NoMatchingParameters,Microsoft.PowerShell.Commands.GetHelpCommand

@(Get-Help Get-Sample -Component Co*).Count; (Get-Help Get-Sample -Role Boss).Name
(Get-Help Get-Sample -Functionality F*).Name
=> 1 | Get-Sample | Get-Sample

Get-Help Get-Sample -Role None -ErrorVariable e -ErrorAction SilentlyContinue; $e.FullyQualifiedErrorId
=> HelpNotFound,Microsoft.PowerShell.Commands.GetHelpCommand

(Get-Sample -?).Synopsis; (help Get-Sample).PSObject.TypeNames[0]
=> Short text. | MamlCommandHelpInfo#FullView

(Get-Help Get-Sample -Category Function).Name; Get-Help Get-Sample -Category Cmdlet -ErrorAction SilentlyContinue
=> Get-Sample
"""


@pytest.mark.parametrize(("script", "texts"), cases(_OBJECT))
def test_the_help_object(ps, script, texts):
    assert [str(item) for item in ps(_FULL + script).output] == texts


_PLACES = r"""
# .SYNOPSIS
#   before
function F { }
(Get-Help F).Synopsis
=> before

<#
.SYNOPSIS
  before
#>
function F { }
(Get-Help F).Synopsis
=> before

function F {
    # .SYNOPSIS
    #   at the end
}
(Get-Help F).Synopsis
=> at the end

function F { 'code'
<#
.SYNOPSIS
  behind the code
#>
}
(Get-Help F).Synopsis
=> behind the code

function F {
    # only a comment
    # .SYNOPSIS
    #   no help
    param($x) }
(Get-Help F).Synopsis.Trim()
=> F [[-x] <Object>]

function F { <#
.SYNOPSIS
  wrong
.UNKNOWN
  word
#> }
(Get-Help F).Synopsis.Trim()
=> F

function F {
    # .FORWARDHELPTARGETNAME Get-Date
}
(Get-Help F).Name
=> Get-Date

Set-Item function:G { <#
.SYNOPSIS
  of a drive
#> }
(Get-Help G).Synopsis
=> of a drive

Set-Content s.ps1 "# .SYNOPSIS`n#   of a script`n`n`nfunction F { }"; (Get-Help ./s.ps1).Synopsis
=> of a script

Set-Content s.ps1 "# .SYNOPSIS`n#   of a function`nfunction F { }`nGet-Help F"; (& ./s.ps1).Synopsis
=> of a function

(Get-Help Get-Verb).Synopsis; (Get-Help Get-Verb).Category; (Get-Help gcm).Name
=> The approved verbs. | Cmdlet | Get-Command

(Get-Help Get-Verb | Out-String) -like "*NAME*Get-Verb*SYNOPSIS*approved verbs*SYNTAX*Get-Verb*REMARKS*"
=> True

(Get-Help Get-Verb -Full | Out-String) -like '*PARAMETERS*-Verb <String*Required?*false*Position?*1*'
=> True

(Get-Help Get-Verb -Detailed | Out-String) -like '*PARAMETERS*-Verb <String*'
=> True

function F { <#
.SYNOPSIS
 s
.EXAMPLE
 F 1
#> }
(Get-Help F -Examples | Out-String) -like '*EXAMPLE 1*PS > F 1*'
=> True

(Get-Help Get-Ver*).Name; (Get-Help).Name; @(Get-Help Get-C*)[0].PSObject.TypeNames[0]
=> Get-Verb | default | HelpInfoShort

Get-Help nothing-of-this -ErrorVariable e -ErrorAction SilentlyContinue; $e.FullyQualifiedErrorId
=> HelpNotFound,Microsoft.PowerShell.Commands.GetHelpCommand
"""


@pytest.mark.parametrize(("script", "texts"), cases(_PLACES))
def test_places(ps, script, texts):
    assert [str(item) for item in ps(script).output] == texts


@pytest.mark.parametrize(
    "script", ["Get-Help Get-Date -Online", "Get-Help Get-Date -ShowWindow", "Update-Help", "Save-Help here"]
)
def test_what_is_not_supported(ps, script):
    assert ps(script).ids[0].startswith("NotSupported,Microsoft.PowerShell.Commands.")


def test_one_empty_line_may_part_a_comment_from_its_function(ps):
    text = "<#\n.SYNOPSIS\n  apart\n#>\n\nfunction F { }\n"
    assert ps(text + "(Get-Help F).Synopsis").output == ["apart"]
    assert ps(text.replace("#>\n\n", "#>\n\n\n") + "(Get-Help F).Synopsis.Trim()").output == ["F"]
