"""dynamicparam: parameters made at run time, and attributes made as objects."""

from __future__ import annotations

from typing import Any

import pytest

MAKE = """
function New-Parameters([string]$name, $type = [string], $attributes = @([Parameter]::new())) {
    $list = [System.Collections.ObjectModel.Collection[System.Attribute]]::new()
    foreach ($one in $attributes) { $list.Add($one) }
    $made = [System.Management.Automation.RuntimeDefinedParameter]::new($name, $type, $list)
    $all = [System.Management.Automation.RuntimeDefinedParameterDictionary]::new()
    $all.Add($name, $made)
    $all
}
"""

CASES: list[tuple[str, list[str]]] = [
    (
        (
            "function f { [CmdletBinding()] param($a, $b) dynamicparam { New-Parameters extra } end {"
            " \"$a|$b|$($PSBoundParameters['extra'])\" } }; f 1 -extra x 2"
        ),
        ["1|2|x"],
    ),
    (
        (
            "function f { [CmdletBinding()] param() dynamicparam { New-Parameters extra } end {"
            " $PSBoundParameters['extra'] } }; f -extra x"
        ),
        ["x"],
    ),
    (
        (
            "function f { [CmdletBinding()] param($a) dynamicparam { if ($a) { New-Parameters ('p' + $a) } } end {"
            " $PSBoundParameters.Keys -join ',' } }; f 1 -p1 x"
        ),
        ["a,p1"],
    ),
    (
        (
            "function f { [CmdletBinding()] param() dynamicparam { $script:made = New-Parameters n int; $made } end {"
            " $made['n'].Value + 1; $made['n'].IsSet } }; f -n 4"
        ),
        ["5", "True"],
    ),
    (
        (
            "function f { [CmdletBinding()] param() dynamicparam { New-Parameters p string"
            " @([Parameter]@{ValueFromPipeline ="
            " $true}) } process { $PSBoundParameters.p } }; 'a', 'b' | f"
        ),
        ["a", "b"],
    ),
    (
        (
            "function f { [CmdletBinding()] param() dynamicparam { New-Parameters p string @([Parameter]::new(),"
            " [Alias]::new('q')) } end { $PSBoundParameters.p } }; f -q z"
        ),
        ["z"],
    ),
    ('function f { [CmdletBinding()] param($a) dynamicparam { } end { "<$a>" } }; f 1', ["<1>"]),
]

IDS: list[tuple[str, str]] = [
    (
        (
            "function f { [CmdletBinding()] param() dynamicparam { New-Parameters p string"
            " @([Parameter]@{Mandatory = $true})"
            " } end { } }; f"
        ),
        "MissingMandatoryParameter,f",
    ),
    (
        (
            "function f { [CmdletBinding()] param() dynamicparam { New-Parameters zz string @([Parameter]::new(),"
            " [ValidateSet]::new('a', 'b')) } end { } }; f -zz c"
        ),
        "ParameterArgumentValidationError,f",
    ),
    (
        "function f { [CmdletBinding()] param($a) dynamicparam { New-Parameters a } end { } }; f",
        "ParameterNameAlreadyExistsForCommand",
    ),
    (
        "function f { [CmdletBinding()] param() dynamicparam { throw 'x' } end { } }; f",
        "GetDynamicParametersException,f",
    ),
    (
        (
            "function f { [CmdletBinding()] param() dynamicparam {"
            " $d = New-Parameters p; $d.Add('q', $d.p); $d } end { } }; f"
        ),
        "RuntimeDefinedParameterNameMismatch",
    ),
    ("function f { [CmdletBinding()] param() dynamicparam { New-Parameters zz } end { } }; f -zz", "MissingArgument,f"),
]

ATTRIBUTES: list[tuple[str, str]] = [
    ("([Parameter]@{Mandatory = $true; Position = 2}).Position", "2"),
    ("[Parameter]::new().ParameterSetName", "__AllParameterSets"),
    ("([ValidateSet]::new('a', 'b')).ValidValues -join '+'", "a+b"),
    ("[ValidateRange]::new(1, 5).MaxRange", "5"),
    ("[ValidateRange]::new('Positive').RangeKind", "Positive"),
    ("[ValidateLength]::new(1, 5).MinLength", "1"),
    ("[Alias]::new('x', 'y').AliasNames[1]", "y"),
    ("[System.Management.Automation.AllowNullAttribute]::new() -is [Attribute]", "True"),
    ("[ValidatePattern]::new('^a').RegexPattern", "^a"),
    ("[ValidateScript]::new({ 1 }).ScriptBlock", " 1 "),
    ("[CmdletBinding]::new().ConfirmImpact", "Medium"),
    ("[System.Management.Automation.PSTypeNameAttribute]::new('T').PSTypeName", "T"),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_dynamic_parameters(run: Any, script: str, expected: list[str]) -> None:
    outcome = run(MAKE + script)
    assert outcome.ids == []
    assert outcome.texts == expected


@pytest.mark.parametrize(("script", "id"), IDS)
def test_dynamic_parameter_errors(run: Any, script: str, id: str) -> None:
    assert run(MAKE + script).ids == [id]


@pytest.mark.parametrize(("script", "expected"), ATTRIBUTES)
def test_attribute_objects(run: Any, script: str, expected: str) -> None:
    outcome = run(script)
    assert outcome.ids == []
    assert outcome.texts == [expected]


def test_an_arity_may_be_written_with_an_escaped_backtick(run: Any) -> None:
    assert run("[System.Collections.ObjectModel.Collection``1[System.Attribute]]::new().Count").outputs == [0]
