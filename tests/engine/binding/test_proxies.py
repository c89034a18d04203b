"""ProxyCommand's texts, variables as objects, and what becomes of errors in clean blocks."""

from __future__ import annotations

from typing import Any

import pytest

PROXY = "[System.Management.Automation.ProxyCommand]"

PARAMETERS = [
    ("[ValidateLength(1, 10)][string]${A}", "[ValidateLength(1, 10)][string]${A}"),
    ("[ValidateRange(1, 10)][int]${A}", "[ValidateRange(1, 10)][int]${A}"),
    (
        "[ValidateRange('Positive')][int]${A}",
        "[ValidateRange([System.Management.Automation.ValidateRangeKind]::Positive)][int]${A}",
    ),
    ("[AllowNull()][int]${A}", "[AllowNull()][int]${A}"),
    ("[ValidatePattern('.*')][string]${A}", "[ValidatePattern('.*')][string]${A}"),
    ("[ValidateSet('x','y')][string]${A}", "[ValidateSet('x','y')][string]${A}"),
    ("[ValidateScript({ 1 })][int]${A}", "[ValidateScript({  1  })][int]${A}"),
    ("[PSTypeName('T')]${A}", "[PSTypeName('T')]${A}"),
    ("[Alias('b')][int]${A}", "[Alias('b')][int]${A}"),
    (
        "[Parameter(Mandatory, ValueFromPipeline, Position = 1)][int]${A}",
        "[Parameter(Mandatory=$true, Position=1, ValueFromPipeline=$true)][int]${A}",
    ),
    ("[Parameter(ParameterSetName = 's')][int]${A}", "[Parameter(ParameterSetName='s')][int]${A}"),
]


@pytest.mark.parametrize(("written", "expected"), PARAMETERS)
def test_param_block(run: Any, written: str, expected: str) -> None:
    outcome = run(f"function f {{ param({written}) }}; {PROXY}::GetParamBlock((Get-Command f))")
    assert outcome.ids == []
    assert "".join(line.strip() for line in outcome.texts[0].splitlines()) == expected


def test_a_proxy_behaves_like_its_command(run: Any) -> None:
    outcome = run(
        "function f { [CmdletBinding(DefaultParameterSetName = 'd', SupportsShouldProcess)] param("
        "[Parameter(ValueFromPipeline)][int]$n) begin { 'b' } process { $n * 2 } end { 'e' } };"
        f" $text = {PROXY}::Create([System.Management.Automation.CommandMetadata]::new((Get-Command f)));"
        " Set-Item function:g $text; 1, 2 | g; (Get-Command g).DefaultParameterSet"
    )
    assert outcome.ids == []
    assert outcome.texts[:4] == ["b", "2", "4", "e"]


def test_a_proxy_of_a_cmdlet(run: Any) -> None:
    made = f"{PROXY}::Create([System.Management.Automation.CommandMetadata]::new((Get-Command Sort-Object)))"
    outcome = run(f"Set-Item function:s ({made}); 3, 1, 2 | s -Descending")
    assert outcome.outputs == [3, 2, 1]


def test_variables_as_objects(run: Any) -> None:
    outcome = run(
        "$v = [psvariable]::new('x', 5, 'ReadOnly'); $v.Value; $v.Name; $v.Options; $v.Options = 'None'; $v.Options;"
        " $v.Description = 'd'; $v.Description; $v.IsValidValue(1)"
    )
    assert outcome.texts == ["5", "x", "ReadOnly", "None", "d", "True"]


CLEAN: list[tuple[str, list[str], list[str]]] = [
    ("throw 'x'", ["False"], ["x"]),
    (
        "$PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new([Exception]::new('m'), 'I', 0, 1))",
        ["False"],
        ["I,f"],
    ),
    ("Write-Error w", ["True"], ["Microsoft.PowerShell.Commands.WriteErrorException,f"]),
    ("1 / 0", ["True"], ["RuntimeException"]),
]


@pytest.mark.parametrize(("body", "texts", "ids"), CLEAN)
def test_errors_in_clean_blocks_stay_there(run: Any, body: str, texts: list[str], ids: list[str]) -> None:
    outcome = run(
        f"function f {{ [CmdletBinding()] param() end {{ }} clean {{ {body} }} }}; try {{ f; $? }} catch {{ 'no' }}"
    )
    assert outcome.texts == texts
    assert outcome.ids == ids


def test_an_ignored_error_of_a_statement_is_remembered(run: Any) -> None:
    assert run("$ErrorActionPreference = 'Ignore'; 1 / 0; $Error.Count").texts == ["1"]


def test_a_function_is_not_failed_by_write_error_in_it(run: Any) -> None:
    assert run("function f { [CmdletBinding()] param() Write-Error x }; f; $?").texts == ["True"]
