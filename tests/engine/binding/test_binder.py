"""Binding arguments: names, positions, sets, pipeline input, script blocks that give values, defaults, checks."""

from __future__ import annotations

from typing import Any

import pytest

PREFIX = "System.Management.Automation."

TEXTS: list[tuple[str, list[str]]] = [
    # named arguments
    ('function f { param($Abc, $Other) "$Abc|$Other" }; f -ab 1 -o 2', ["1|2"]),
    ("function f { [CmdletBinding()] param($a) $a }; f -a -zzz", ["-zzz"]),
    ('function f { param($a, $b) "$a$b" }; $h = @{a = 1; b = 2}; f @h -b 9; f -b 9 @h', ["19", "19"]),
    # positions
    ('function f { [CmdletBinding()] param([switch]$s, $a, $b) "$a$b" }; f 1 2', ["12"]),
    ("function f { [CmdletBinding(PositionalBinding = $false)] param($a) $a }; try { f 1 } catch { 'no' }", ["no"]),
    ('function f { param([Parameter(Position = 1)]$a, [Parameter(Position = 0)]$b) "$a$b" }; f 1 2', ["21"]),
    (
        (
            "function f { [CmdletBinding()] param([Parameter(ParameterSetName = 'n', Position = 0)][int]$n,"
            " [Parameter(ParameterSetName = 't', Position = 0)][string]$t) $PSCmdlet.ParameterSetName }; f 5; f x"
        ),
        ["n", "t"],
    ),
    # sets
    ("function f { [CmdletBinding(DefaultParameterSetName = 'd')] param($x) $PSCmdlet.ParameterSetName }; f", ["d"]),
    ("function f { [CmdletBinding()] param($x) $PSCmdlet.ParameterSetName }; f", ["__AllParameterSets"]),
    (
        (
            "function f { param([Parameter(ParameterSetName = 'a', Mandatory)]$a,"
            " [Parameter(ParameterSetName = 'b')]$b)"
            " $PSCmdlet.ParameterSetName }; f"
        ),
        ["b"],
    ),
    (
        (
            "function f { param([Parameter(ParameterSetName = 'v', ValueFromPipeline)][datetime]$d,"
            " [Parameter(ParameterSetName = 'n', ValueFromPipeline)][int]$n) process { $PSCmdlet.ParameterSetName } };"
            " 3 | f; Get-Date | f"
        ),
        ["n", "v"],
    ),
    # remaining arguments
    (
        (
            "function f { param([Parameter(Position = 0)]$a,"
            " [Parameter(ValueFromRemainingArguments)]$r) $r -join ',' };"
            " f 1 2 -q 3"
        ),
        ["2,-q,3"],
    ),
    ("function f { param([Parameter(ValueFromRemainingArguments)]$r) $r.GetType().Name }; f 1,2", ["Object[]"]),
    # pipeline input
    (
        (
            "function f { param([Parameter(ValueFromPipeline)][int]$a = 10,"
            " [Parameter(ValueFromPipelineByPropertyName)]"
            "[int]$Length = 100) process { \"$a $Length\" } }; 'abc' | f"
        ),
        ["10 3"],
    ),
    (
        (
            'function f { param([Parameter(ValueFromPipelineByPropertyName)]$a = 7) process { "$a" } };'
            " [pscustomobject]@{a = 1}, [pscustomobject]@{a = 2} | f"
        ),
        ["1", "2"],
    ),
    (
        (
            "function f { [CmdletBinding()] param([Parameter(ValueFromPipeline)]$o, [Parameter("
            "ValueFromPipelineByPropertyName)]$a = 7) process { \"$a $($PSBoundParameters.ContainsKey('a'))\" } };"
            " [pscustomobject]@{a = 1}, 5 | f"
        ),
        ["1 True", "7 False"],
    ),
    # script blocks that give the value
    (
        (
            "function f { param([Parameter(ValueFromPipeline)][int]$n,"
            " [Parameter(ValueFromPipelineByPropertyName)][int]$m)"
            " process { $m } }; 1, 2 | f -m { $_ * 10 }"
        ),
        ["10", "20"],
    ),
    (
        (
            "function f { param([Parameter(ValueFromPipeline)]$n, $block) process { $block.GetType().Name } };"
            " 1 | f -block { 1 }"
        ),
        ["ScriptBlock"],
    ),
    # $PSDefaultParameterValues
    (
        (
            "function get-x { [CmdletBinding()] param($a, $b) \"$a$b\" }; $PSDefaultParameterValues = @{'get-*:a' = 1;"
            " 'get-x:b' = { 2 } }; get-x; get-x -a 5; $PSDefaultParameterValues.Disabled = $true; get-x"
        ),
        ["12", "52", ""],
    ),
    (
        (
            'function get-x { [CmdletBinding()] param($a) "$a" }; Set-Alias gx get-x; $PSDefaultParameterValues ='
            " @{'gx:a' = 3}; get-x"
        ),
        ["3"],
    ),
    # checks
    (
        (
            "function f { param([ValidateSet('a', 'b', ErrorMessage = '{0} of {1}')]$x) }; try { f c } catch {"
            " $_.Exception.Message }"
        ),
        ["Cannot validate argument on parameter 'x'. c of a,b"],
    ),
    ("function f { param([PSTypeName('System.Int32')]$x) 'ok' }; f 5", ["ok"]),
    ("function f { param([ValidateRange(1, 5)][int[]]$x, [ValidateSet('a')]$y) $x.Count }; f @() @()", ["0"]),
    (
        "$v = [ValidateRange('Positive')][int]$x = 5; try { $x = -1 } catch { $_.FullyQualifiedErrorId }; $x",
        ["ValidateSetFailure", "5"],
    ),
    # what is bound and when
    ('function f { param($a = 1, $b = ($a + 1)) "$a$b $($PSBoundParameters.Count)" }; f; f 5', ["12 0", "56 1"]),
    (
        (
            "function a { begin { 'a' } process { } }; function b { begin { 'b' } process { \"got $_\" }"
            " end { 'e' } }; a | b"
        ),
        ["b", "got a", "e"],
    ),
]

IDS: list[tuple[str, list[str]]] = [
    ("function f { [CmdletBinding()] param($a) }; f -b", ["NamedParameterNotFound,f"]),
    ("function f { [CmdletBinding()] param($a) }; f 1 2", ["PositionalParameterNotFound,f"]),
    ("function f { [CmdletBinding()] param($a, $b) }; f -a -b 1", ["MissingArgument,f"]),
    ("function f { [CmdletBinding()] param($ab, $ac) }; f -a 1", ["AmbiguousParameter,f"]),
    ("function f { [CmdletBinding()] param($a) }; f -a 1 -a 2", ["ParameterAlreadyBound,f"]),
    (
        "function f { param([Parameter(Position = 0)]$a, [Parameter(Position = 0)]$b) }; f 1",
        ["AmbiguousPositionalParameterNoName,f"],
    ),
    (
        (
            "function f { param([Parameter(ParameterSetName = 'a')]$a, [Parameter(ParameterSetName = 'b')]$b) };"
            " f -a 1 -b 2; f"
        ),
        ["AmbiguousParameterSet,f", "AmbiguousParameterSet,f"],
    ),
    ("function f { param([Parameter(Mandatory)]$a) }; f", ["MissingMandatoryParameter,f"]),
    (
        (
            "function f { param([Parameter(Mandatory, ValueFromPipelineByPropertyName)]$a,"
            " [Parameter(ValueFromPipeline)]$o)"
            " process { } }; 1 | f"
        ),
        ["InputObjectMissingMandatory,f"],
    ),
    ("function f { [CmdletBinding()] param($a) process { } }; 1 | f", ["InputObjectNotBound,f"]),
    (
        "function f { param([Parameter(ValueFromPipeline)][int]$a) process { } }; f -a { 1 }",
        ["ScriptBlockArgumentNoInput,f"],
    ),
    (
        "function f { param([Parameter(ValueFromPipeline)][int]$a) process { } }; 1 | f -a { }",
        ["ScriptBlockArgumentNoOutput,f"],
    ),
    (
        "function f { param([Parameter(ValueFromPipeline)][int]$a) process { } }; 1 | f -a { throw 'x' }",
        ["ScriptBlockArgumentInvocationFailed,f"],
    ),
    ("function f { [CmdletBinding()] param([bool[]]$a) }; f 'x', 'y'", ["ParameterArgumentTransformationError,f"]),
    ("function f { param([bool]$a) }; f 'x'", ["ParameterArgumentTransformationError,f"]),
    (
        "function f { param([Parameter(Mandatory)][string]$a) }; f ''; f $null; f -a $null",
        ["ParameterArgumentValidationErrorEmptyStringNotAllowed,f"] * 3,
    ),
    (
        "function f { param([Parameter(Mandatory)][string[]]$a) }; f @()",
        ["ParameterArgumentValidationErrorEmptyArrayNotAllowed,f"],
    ),
    ("function f { param([PSTypeName('T.A')]$x) }; f 1", ["MismatchedPSTypeName,f"]),
    ("function f { param([Alias('b')]$a, $b) }; f", ["ParameterNameConflictsWithAlias"]),
    ("function f { param([Alias('c')]$a, [Alias('c')]$b) }; f", ["AliasParameterNameAlreadyExistsForCommand"]),
    ("function f { param([NoSuchThing()]$a) }; f", ["CustomAttributeTypeNotFound"]),
    ("function f { param([Parameter(Mandatry)]$a) }; f", ["PropertyNotFoundForType"]),
    ("function f { param([Parameter(HelpMessage = '')]$a) }; f", ["Argument"]),
    (
        "Get-Date -Day 1 -ErrorAction Nonsense",
        ["CannotConvertArgumentNoMessage,Microsoft.PowerShell.Commands.GetDateCommand"],
    ),
]

CHECKS: list[tuple[str, str, str]] = [
    ("ValidateRange(1, 5)", "0", "ValidateRangeTooSmall"),
    ("ValidateRange(1, 5)", "6", "ValidateRangeTooBig"),
    ("ValidateRange(1, 5)", "'x'", "ValidationRangeElementType"),
    ("ValidateRange('Positive')", "0", "ValidateRangePositiveFailure"),
    ("ValidateRange('NonNegative')", "-1", "ValidateRangeNonNegativeFailure"),
    ("ValidateRange('Negative')", "0", "ValidateRangeNegativeFailure"),
    ("ValidateRange('NonPositive')", "1", "ValidateRangeNonPositiveFailure"),
    ("ValidateLength(2, 3)", "'a'", "ValidateLengthMinLengthFailure"),
    ("ValidateLength(2, 3)", "'abcd'", "ValidateLengthMaxLengthFailure"),
    ("ValidateLength(2, 3)", "12", "ValidateLengthNotString"),
    ("ValidateCount(2, 2)", "(,1)", "ValidateCountExactFailure"),
    ("ValidateCount(2, 3)", "(,1)", "ValidateCountMinMaxFailure"),
    ("ValidateCount(1, 2)", "5", "NotAnArrayParameter"),
    ("ValidateSet('a', 'b')", "'c'", "ValidateSetFailure"),
    ("ValidateSet('a', IgnoreCase = $false)", "'A'", "ValidateSetFailure"),
    ("ValidatePattern('^a')", "'b'", "ValidatePatternFailure"),
    ("ValidatePattern('^a', Options = 'None')", "'A'", "ValidatePatternFailure"),
    ("ValidateScript({ $_ -gt 5 })", "5", "ValidateScriptFailure"),
    ("ValidateNotNull()", "$null", "ArgumentIsNull"),
    ("ValidateNotNullOrEmpty()", "''", "ArgumentIsEmpty"),
    ("ValidateNotNullOrEmpty()", "@('a', '')", "ArgumentCollectionContainsNull"),
    ("ValidateNotNullOrWhiteSpace()", "' '", "ArgumentIsWhiteSpace"),
    ("ValidateDrive('Env')", "'/tmp'", "PathRootInvalid"),
]

UNMADE: list[tuple[str, str]] = [
    ("ValidateCount(-1, 2)", "ExceptionConstructingAttribute"),
    ("ValidateCount(2, 1)", "ValidateRangeMaxLengthSmallerThanMinLength"),
    ("ValidateLength(2, 1)", "ValidateLengthMaxLengthSmallerThanMinLength"),
    ("ValidateRange('Sideways')", "ExceptionConstructingAttribute"),
    ("ValidateRange(2, 1)", "MaxRangeSmallerThanMinRange"),
    ("ValidateRange('one', 10)", "MinRangeNotTheSameTypeOfMaxRange"),
]


@pytest.mark.parametrize(("script", "expected"), TEXTS)
def test_what_is_bound(run: Any, script: str, expected: list[str]) -> None:
    outcome = run(script)
    assert outcome.ids == []
    assert outcome.texts == expected


@pytest.mark.parametrize(("script", "expected"), IDS)
def test_binding_error_ids(run: Any, script: str, expected: list[str]) -> None:
    assert run(script).ids == expected


@pytest.mark.parametrize(("attribute", "value", "reason"), CHECKS)
def test_refused_values_say_why(run: Any, attribute: str, value: str, reason: str) -> None:
    outcome = run(
        f"function f {{ param([{attribute}]$x) }}; try {{ f {value} }} catch {{ $_.FullyQualifiedErrorId;"
        " $_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId }"
    )
    assert outcome.texts == ["ParameterArgumentValidationError,f", reason]


@pytest.mark.parametrize(("attribute", "id"), UNMADE)
def test_attributes_that_cannot_be(run: Any, attribute: str, id: str) -> None:
    assert run(f"function f {{ param([{attribute}]$x) }}; f").ids == [id]


def test_obsolete_parameters_warn(run: Any) -> None:
    outcome = run("function f { param([Obsolete('use b')]$a) }; f 1; f")
    assert [str(w.message) for w in outcome.sink.warnings] == ["Parameter 'a' is obsolete. use b"]


def test_doubtful_defaults_warn(run: Any) -> None:
    outcome = run(
        "function get-x { [CmdletBinding()] param($a) $a }; $PSDefaultParameterValues = @{'nocolon' = 1}; get-x"
    )
    assert len(outcome.sink.warnings) == 1


def test_a_pipeline_variable_ends_with_its_pipeline(run: Any) -> None:
    outcome = run(
        "function f { [CmdletBinding()] param() 1, 2 }; f -PipelineVariable p | % { $p }; $null -eq $p;"
        " Get-Variable p -ErrorAction SilentlyContinue"
    )
    assert outcome.outputs == [1, 2, True]


def test_clean_runs_only_after_something_ran(run: Any) -> None:
    script = "$global:log = @(); function f { begin { throw 1 } clean { $global:log += 'f' } };"
    script += "function g { process { } clean { $global:log += 'g' } }; try { f | g } catch { }; $log"
    assert run(script).texts == ["f"]
