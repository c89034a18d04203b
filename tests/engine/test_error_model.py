"""Errors: where they happened, which handler catches and what it sees, what decides $?."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from remora.engine.errors import error

M = "System.Management.Automation"


def place_of(script: str) -> str:
    """Catch what the script does and show line, column and the text at fault."""
    return (
        f"try {{ {script}\n}} catch {{ $i = $_.InvocationInfo; $i.ScriptLineNumber; $i.OffsetInLine; "
        "$m = $i.PositionMessage -split \"`n\"; ($m[2] -replace '[^~]').Length }"
    )


@pytest.mark.parametrize(
    ("script", "line", "column", "length"),
    [
        ("1/0", 1, 7, 3),
        ("$x = 1 +\n [int]'x'", 1, 7, 8),
        ("if ($null[0]) { }", 1, 11, 8),
        ("if (0) { } elseif ($null[0]) { }", 1, 26, 8),
        ("while ($null[0]) { }", 1, 14, 8),
        ("do { 1 > $null }\nwhile ($null[0])", 2, 8, 8),
        ("do { 1 > $null }\nuntil ($null[0])", 2, 8, 8),
        ("for ($i = $null[0]; ; ) { }", 1, 12, 13),
        ("for (; $null[0]; ) { }", 1, 14, 8),
        ("for ($i = 0; $i -lt 1; $null[0]) { }", 1, 30, 8),
        ("foreach ($x in $null[0]) { }", 1, 22, 8),
        ("switch ($null[0]) { 1 { } }", 1, 15, 8),
        ("nope-command 1 2", 1, 7, 12),
        ("throw 'x'", 1, 7, 9),
        ("$null.M()", 1, 7, 9),
        ("Get-Item /nope -ErrorAction Stop", 1, 7, 32),
    ],
)
def test_places(run: Callable[..., Any], script: str, line: int, column: int, length: int) -> None:
    outcome = run(place_of(script))
    assert outcome.texts == [str(line), str(column), str(length)], outcome.ids


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("try { 1/0 } catch { $_.Exception.GetType().Name }", ["RuntimeException"]),
        ("try { 1/0 } catch [DivideByZeroException] { $_.Exception.GetType().Name }", ["DivideByZeroException"]),
        ("try { 1/0 } catch [Exception] { $_.Exception.GetType().Name }", ["DivideByZeroException"]),
        ("try { 1/0 } catch [FormatException] { 1 } catch { $_.Exception.GetType().Name }", ["RuntimeException"]),
        ("try { 1/0 } catch [DivideByZeroException] { 2 } catch [Exception] { 3 }", ["2"]),
        ("try { 1/0 } catch [FormatException], [ArithmeticException] { 4 }", ["4"]),
        ("try { Get-Item /nope -ea Stop } catch { $_.Exception.GetType().Name }", ["ItemNotFoundException"]),
        (
            f"try {{ Get-Item /nope -ea Stop }} catch [{M}.ActionPreferenceStopException] {{ $_.TargetObject }}",
            ["/nope"],
        ),
        (f"try {{ Invoke-Expression 'Get-Command -Name' }} catch [{M}.CmdletInvocationException] {{ 5 }}", ["5"]),
        ("try { throw [ArgumentException]'x' } catch [FormatException] { 1 } catch [ArgumentException] { 2 }", ["2"]),
        ("try { try { 1/0 } catch [FormatException] { 1 } } catch { 2 }", ["2"]),
        ("try { try { throw 'a' } finally { 1 } } catch { \"$_\" }", ["1", "a"]),
        ("trap { $_.Exception.GetType().Name; continue }; 1/0", ["DivideByZeroException"]),
        ("trap [Exception] { $_.Exception.GetType().Name; continue }; Get-Item /n -ea Stop", ["ItemNotFoundException"]),
        ("trap [DivideByZeroException] { 'd'; continue }; trap { 'all'; continue }; 1/0; [int]'x'", ["d", "all"]),
    ],
)
def test_which_handler(run: Callable[..., Any], script: str, expected: list[str]) -> None:
    assert run(script).texts == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Write-Error x -ea Ignore; $?; $?", ["False", "True"]),
        ("$(Write-Error x -ea Ignore); $?", ["False"]),
        ("@(Write-Error x -ea Ignore); $?", ["False"]),
        ("@('a'; Write-Error x -ea Ignore) > $null; $?", ["False"]),
        ("(Write-Error x -ea Ignore); $?", ["False"]),
        ("$x = Write-Error x -ea Ignore; $?", ["False"]),
        ("$x = (1); $?", ["True"]),
        ("Write-Error x -ea Ignore; $x = 1; $?", ["True"]),
        ("if ((Write-Error x -ea Ignore) -or 1) { $? }", ["True"]),
        ("while ((Write-Error x -ea Ignore) -or 1) { $?; break }", ["True"]),
        ("('a' && (Write-Error x -ea Ignore)) && 'b'", ["a"]),
        ("$x = return 'one'", ["one"]),
        ("([bool]$v = 42).GetType().Name", ["Boolean"]),
    ],
)
def test_what_decides_success(run: Callable[..., Any], script: str, expected: list[str]) -> None:
    assert run(script).texts == expected


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("try { Get-Item /nope -ea Stop -ev e } catch { }; $e.Count; $e.GetType().Name; $e[0].ErrorRecord.TargetObject",
         ["1", "ArrayList", "/nope"]),
        ("function f { [CmdletBinding()]param() Get-Item /n -ea Stop; 'on' }; try { f -ea Ignore } catch { 'stopped' }",
         ["stopped"]),
        ("function f { [CmdletBinding()]param() throw 'x'; 'on' }; f -ea Ignore", ["on"]),
        ("function f { [CmdletBinding()]param() 1/0; 'on' }; f -ea SilentlyContinue", ["on"]),
        ("function f { [CmdletBinding()]param() 1/0; 'on' }; trap { $_.Exception.GetType().Name; continue }; f",
         ["RuntimeException"]),
    ],
)  # fmt: skip
def test_preferences(run: Callable[..., Any], script: str, expected: list[str]) -> None:
    assert run(script).texts == expected


def test_stack_names_scripts_as_blocks(run: Callable[..., Any], tmp_path: Any) -> None:
    (tmp_path / "s.ps1").write_text("function f { 1/0 }\nf")
    outcome = run(f"try {{ & '{tmp_path}/s.ps1' }} catch {{ $_.ScriptStackTrace }}")
    lines = outcome.texts[0].splitlines()
    assert lines[:2] == [f"at f, {tmp_path}/s.ps1: line 1", f"at <ScriptBlock>, {tmp_path}/s.ps1: line 2"]


def test_restricted_language_of_a_block(run: Callable[..., Any]) -> None:
    assert run("{ 2 + 2 }.CheckRestrictedLanguage($null, $null, $false); 1").texts == ["1"]
    outcome = run("try { { $x }.CheckRestrictedLanguage($null, $null, $false) } catch { $_.FullyQualifiedErrorId }")
    assert outcome.texts == ["ParseException"]
    assert run("{ $x }.CheckRestrictedLanguage($null, [string[]]'x', $false); 1").texts == ["1"]


def test_here_strings_take_any_newline(run: Callable[..., Any]) -> None:
    assert run("@'\rab\r'@.Length; @\"\r$(1)\r\"@.Length").texts == ["2", "1"]


VIEWS = [
    ("1/0", "RuntimeException: Attempted to divide by zero."),
    ("$null.M()", "InvalidOperation: You cannot call a method on a null-valued expression."),
    ("Get-Item /nope", "Get-Item: Cannot find path '/nope' because it does not exist."),
    ("throw 'x'", "Exception: x"),
    ("throw [ArgumentException]'x'", "OperationStopped: x"),
    ("function f { Write-Error 'x' }; f", "f: x"),
    ("\n1/0", "RuntimeException: \nLine |\n   2 |  1/0\n     |  ~~~\n     | Attempted to divide by zero."),
    (
        "$ErrorView = 'NormalView'; Get-Item /nope",
        "Get-Item : Cannot find path '/nope' because it does not exist.",
    ),
    (
        "$ErrorView = 'CategoryView'; Get-Item /nope",
        "ObjectNotFound: (/nope:String) [Get-Item], ItemNotFoundException",
    ),
]


@pytest.mark.parametrize(("script", "shown"), VIEWS)
def test_views(run: Callable[..., Any], script: str, shown: str) -> None:
    from remora.engine.format.concise import concise

    outcome = run(script)
    record = outcome.sink.errors[0] if outcome.sink.errors else outcome.result.error
    if "$ErrorView" in script:
        text = run(f"{script} -ErrorVariable e 2>$null; $e[0] | Out-String -Width 300").texts[0]
        assert text.strip().replace(" -ErrorVariable e 2>$null", "").startswith(shown.split("\n")[0])
    else:
        assert concise(record).rstrip() == shown.rstrip() or concise(record) == shown


def test_normal_view() -> None:
    from remora.engine.format.concise import normal
    from remora.engine.invocation import InvocationInfo
    from remora.engine.source import Extent, Source

    source = Source("1/0")
    record = error("Attempted to divide by zero.").record
    record.invocation = InvocationInfo(None, Extent(source, 0, 3))
    assert normal(record).splitlines() == [
        "Attempted to divide by zero.",
        "At line:1 char:1",
        "+ 1/0",
        "+ ~~~",
        "+ CategoryInfo          : NotSpecified: (:) [], RuntimeException",
        "+ FullyQualifiedErrorId : RuntimeException",
    ]


def test_position_of_long_lines(run: Callable[..., Any]) -> None:
    text = f"$a = '{'x' * 60}'; $null.M(); $b = '{'y' * 60}'"
    outcome = run(f"{text}")
    where, line, marks = outcome.sink.errors[0].invocation.position_message().splitlines()
    assert where == "At line:1 char:70"
    assert line.startswith("+ … xx")
    assert line.endswith(" …")
    assert line[marks.index("~") : marks.rindex("~") + 1] == "$null.M()"


def test_tabs_count_as_four_blanks(run: Callable[..., Any]) -> None:
    lines = run("\t$null.M()").sink.errors[0].invocation.position_message().splitlines()
    assert lines[1:] == ["+     $null.M()", "+     ~~~~~~~~~"]


def test_long_messages_break_at_blanks(run: Callable[..., Any], tmp_path: Any) -> None:
    from remora.engine.format.concise import concise

    (tmp_path / "s.ps1").write_text(f"throw '{'word ' * 40}'")
    shown = concise(run(f"& '{tmp_path}/s.ps1'").result.error).splitlines()
    assert shown[0] == f"Exception: {tmp_path}/s.ps1:1"
    assert all(len(line) <= 120 for line in shown[4:])
    assert len(shown[4:]) > 1
    assert all(line.startswith("     | word") for line in shown[4:])


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("function f { $script:x = if (1) { return 'one' } }; f; $null -eq $x", ["one", "True"]),
        ("function f { $(1; return 2) }; f", ["1", "2"]),
        ("trap { continue }; $(throw 'x') || 2", ["2"]),
        ("trap { continue }; $r = (throw 'x') || 2; $r", ["2"]),
        ("try { $x = 1 || 2; (1/0) || 3 } catch { 4 }", ["4"]),
        ("try { Invoke-Expression '1 +' } catch { $_.FullyQualifiedErrorId }",
         ["ExpectedValueExpression,Microsoft.PowerShell.Commands.InvokeExpressionCommand"]),
        ("try { [scriptblock]::Create('1 +') } catch { $_.Exception.InnerException.GetType().Name }",
         ["IncompleteParseException"]),
    ],
)  # fmt: skip
def test_leaving_from_inside(run: Callable[..., Any], script: str, expected: list[str]) -> None:
    assert run(script).texts == expected


CAST_FAILS = "try { [int] 'abc' } catch"


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ((f"{CAST_FAILS} {{ $e = $_.Exception; $e.GetType().Name; $e.InnerException.GetType().Name; "
         "$e.InnerException.ErrorRecord.FullyQualifiedErrorId; $_.CategoryInfo.Reason }"),
         ["RuntimeException", "PSInvalidCastException", "InvalidCastFromStringToInteger", "RuntimeException"]),
        (f"{CAST_FAILS} [InvalidCastException] {{ $_.Exception.GetType().Name }}", ["PSInvalidCastException"]),
        ("function f { begin { } process { throw 'x' } } try { 1 | f } catch { $_.ScriptStackTrace }",
         ["at f<Process>, <No file>: line 1\nat <ScriptBlock>, <No file>: line 1"]),
        ("function f { end { throw 'x' } } try { f } catch { ($_.ScriptStackTrace -split ',')[0] }", ["at f<End>"]),
        ("function f { begin { throw 'x' } } try { f } catch { ($_.ScriptStackTrace -split ',')[0] }", ["at f<Begin>"]),
        ("filter f { throw 'x' } try { 1 | f } catch { ($_.ScriptStackTrace -split ',')[0] }", ["at f"]),
    ],
)  # fmt: skip
def test_what_a_caught_error_holds(run: Callable[..., Any], script: str, texts: list[str]) -> None:
    assert run(script).texts == texts


def test_errors_and_invocations_know_their_command_line(run: Callable[..., Any]) -> None:
    run("1", add_to_history=True)
    script = "try { throw 'x' } catch { $_.InvocationInfo.HistoryId }; try { none-such } catch { $_.InvocationInfo"
    script += ".HistoryId }; function f { $MyInvocation.HistoryId }; f; & { param([int]$x) $MyInvocation.HistoryId }"
    assert run(script, add_to_history=True).texts == ["2", "2", "2", "2"]


@pytest.mark.parametrize(
    ("call", "column", "length"),
    [
        ("f -Foo x", 9, 4),
        ("f -A abc", 12, 3),
        ("f abc", 9, 3),
        ("f -B 9", 12, 1),
        ("f -B:9", 12, 1),
        ("f -B", 9, 2),
        ("f -A 1 -A 2", 14, 2),
        ("f @h", 9, 2),
        ("f -C x", 7, 6),
    ],
)
def test_errors_of_binding_point_at_the_argument(run: Callable[..., Any], call: str, column: int, length: int) -> None:
    run("function f { [CmdletBinding()] param([int] $A, [ValidateRange(1, 3)] $B, "
        "[Parameter(ParameterSetName = 'c')] $C, [Parameter(ParameterSetName = 'c', Mandatory)] $M) }; "
        "$h = @{ B = 9 }")  # fmt: skip
    assert run(place_of(call)).texts == ["1", str(column), str(length)]


@pytest.mark.parametrize("name", ["ErrorAction", "WarningAction", "InformationAction", "ProgressAction"])
def test_an_action_cannot_be_null(run: Callable[..., Any], name: str) -> None:
    show = "$_.FullyQualifiedErrorId; $_.Exception.InnerException.InnerException.GetType().Name"
    done = run(f"$h = @{{ {name} = $null }}; try {{ Write-Output 1 @h }} catch {{ {show} }}")
    assert done.texts == ["ParameterBindingFailed,Microsoft.PowerShell.Commands.WriteOutputCommand",
                          "PSInvalidCastException"]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Invoke-Expression '1/0'", "RuntimeException,InvokeExpressionCommand"),
        ("1 | ForEach-Object { nope-command }", "CommandNotFoundException,ForEachObjectCommand"),
        ("1 | Where-Object { $null.M() }", "InvokeMethodOnNull,WhereObjectCommand"),
        ("Measure-Command { Invoke-Expression '1/0' }", "RuntimeException,InvokeExpressionCommand"),
        ("1 | ForEach-Object { throw 'own' }", "own"),
        ("& { 1/0 }", "RuntimeException"),
    ],
)
def test_an_error_that_ends_a_cmdlet_is_the_cmdlets(run: Callable[..., Any], script: str, expected: str) -> None:
    outcome = run(f"try {{ {script} }} catch {{ $_.FullyQualifiedErrorId; $_.CategoryInfo.Activity }}")
    found, activity = outcome.texts
    command = expected.partition(",")[2].removesuffix("Command")
    assert (found.replace("Microsoft.PowerShell.Commands.", ""), activity.replace("-", "")) == (expected, command)


def test_error_variables_hold_what_was_caught(run: Callable[..., Any]) -> None:
    function = "function f { [CmdletBinding()] param() Write-Error one; try { throw 'two' } catch { } }"
    assert run(f"{function}; f -ErrorVariable e 2>$null; $e").texts == ["one", "two"]


def test_error_variables_hold_what_the_last_of_a_pipeline_wrote(run: Callable[..., Any]) -> None:
    each = (
        "function each { [CmdletBinding()] param([Parameter(ValueFromPipeline)] $x) process { Write-Error $x; 'b' } }"
    )
    all_of = "function all { [CmdletBinding()] param() each a -ErrorVariable Script:first | each }"
    script = f"{each}; {all_of}; all -ErrorVariable e 2>&1 >$null; $e -join ','; $first -join ','"
    assert run(script).texts == ["b", "a"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1, 2 | % { Write-Error x } -ErrorVariable e 2>$null; $e.Count", "2"),
        ("1 | ? { Write-Error x; $true } -ErrorVariable e 2>$null | Out-Null; $e.Count", "1"),
        ("1 | % { Write-Warning x } -WarningVariable w 3>$null; $w.Message", "x"),
        ("1 | % { param($p) Write-Error x } -ErrorVariable e 2>$null; $e.Count", "1"),
    ],
)
def test_block_commands_collect_what_their_blocks_write(run: Any, script: str, expected: str) -> None:
    assert run(script).texts == [expected]


def test_suspend_is_no_preference_for_a_variable(run: Any) -> None:
    script = "& { $ErrorActionPreference = 'Suspend'; try { Write-Error x } catch { $_.CategoryInfo.Reason } }"
    assert run(script).texts == ["NotSupportedException"]


def test_an_empty_text_is_no_credential(run: Any) -> None:
    assert run("$null -eq [pscredential]''").texts == ["True"]
