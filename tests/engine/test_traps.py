"""The traps of the PowerShell language, by number: each script with the output (or the error id) PowerShell gives."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from remora.engine.convert import to_text
from remora.values.numbers import BigInteger, Byte, Int16, Int64
from remora.values.strings import Char

Case = tuple[Any, str, list[Any]]

ARITHMETIC: list[Case] = [
    (1, "1,2 + 3", [1, 2, 3]),
    (2, '"1" + 1', ["11"]),
    (3, '1 + "1"; 1 + "1.5"; 1 + "1kb"', [2, 2.5, 1025]),
    (4, '"5" * 3; "6" / "4"; "5" - 3', ["555", 1.5, 2]),
    (5, "@(1,2) * 2; @(1) + 2", [1, 2, 1, 2, 1, 2]),
    (6, '7/2; 6/2; [int](7/2); [int]2.5; [int]"3.5"; [int]-1.5', [3.5, 3, 4, 2, 4, -2]),
    (7, "[math]::Round(2.5); [math]::Floor(-1.5); [math]::Truncate(-1.5); -7 % 3", [2.0, -2.0, -1.0, -1]),
    (8, "1.0/0", [math.inf]),
    (9, "2147483647 + 1; 2147483648; [long]::MaxValue + 1", [2147483648.0, Int64(2147483648), 9.223372036854775807e18]),
    (
        10,
        "0xFFFFFFFF; 0x7FFFFFFFF; 0b101; 1kb; 1e3; 1d; 1l; 1uy; 1s; 1n; 1.5gb",
        [-1, Int64(0x7FFFFFFFF), 5, 1024, 1000.0, Decimal(1), Int64(1), Byte(1), Int16(1), BigInteger(1), 1610612736.0],
    ),
    (11, ".5; 1.", [0.5, 1.0]),
    (
        12,
        "1..3; 3..1; 1..0; -1..1; 'a'..'c'; 1.5..3",
        [1, 2, 3, 3, 2, 1, 1, 0, -1, 0, 1, Char("a"), Char("b"), Char("c"), 2, 3],
    ),
    (13, '"$(0.1 + 0.2)"; (0.1 + 0.2).ToString(); "$(1.0)"; "$(1.10d)"', ["0.3", "0.30000000000000004", "1", "1.10"]),
    (13, "\"$(1e15)\"; 1.1 * 3 -eq '3.3'; '3.3' -eq 1.1 * 3; '{0}' -f 1e15", ["1E+15", False, True, "1E+15"]),
    (14, "$null + 1; $null - 1; $null * 2; $true + 1; [char]'a' + 1", [1, -1, None, 2, "a1"]),
    (15, '-bnot 5; 5 -band 3; 1 -shl 32; "3" -band 1', [-6, 1, 1, 1]),
    (16, '1..3 -join ","; "{0}-{1}" -f 1,2; "{0}" -f 1 + 2', ["1,2,3", "1-2", "12"]),
    (17, "!1 -eq 0; $a = 0; -not $a -contains 1; -not $a -contains $true", [True, True, True]),
    (18, "$i = 1; $i++; ($i++); $a = 5; ($a = 5)", [2, 5]),
]

COMPARISON: list[Case] = [
    (19, '"a" -eq "A"; "a" -ceq "A"; "a" -lt "B"; "10" -lt "9"; 10 -lt "9"', [True, False, True, True, False]),
    (
        20,
        '1 -eq "1.0"; "1.0" -eq 1; "1" -eq 1; $true -eq "False"; "False" -eq $false; "true" -eq $true',
        [True, False, True, True, True, True],
    ),
    (21, '1,2,3 -eq 2; (1,2,3 -eq 5).Count; 1,2,1 -ne 1; "ab","cd" -match "a"', [2, 0, 2, "ab"]),
    (
        22,
        "(@() -eq $null).Count; $null -eq @(); (@($null) -eq $null).Count; [bool](@($null) -eq $null)",
        [0, False, 1, False],
    ),
    (
        23,
        '0 -eq $null; "" -eq $null; $false -eq $null; $null -lt 0; $null -lt -1; $null -eq $null',
        [False, False, False, True, False, True],
    ),
    (24, '"abc" -contains "b"; "abc" -like "B"; "abc" -like "*B*"; 2 -in 1..3', [False, False, True, True]),
    (25, '"abc" -match "B"; $Matches[0]; "xyz" -match "q"; $Matches[0]', [True, "b", False, "b"]),
    (
        26,
        '[bool]"False"; [bool]"0"; [bool]@{}; [bool]{}; [bool][pscustomobject]@{}; [bool]""; [bool]0.0; [bool]@()',
        [True, True, True, True, True, False, False, False],
    ),
    (27, "[bool]@(0); [bool]@(0,0); [bool]@(,@())", [False, True, False]),
    (28, 'if ("0") { "runs" }', ["runs"]),
    (29, '[int]""; [int]$null; [int]" 7 "; [int]"0x10"; "abc" -as [int]', [0, 0, 7, 16, None]),
    (30, "[string]$null; $null.foo", ["", None]),
    (
        31,
        '"a1b2" -split "\\d"; "a1b" -split "(\\d)"; ("a.b" -split ".").Count; "a.b".Split(".")',
        ["a", "b", "", "a", "1", "b", 4, "a", "b"],
    ),
    (32, '-split " a  b "; "a,b,c" -split ",",2; "a,b,c" -split ",",-2', ["a", "b", "a", "b,c", "a,b", "c"]),
    (
        33,
        '''"abc" -replace "B"; "ab" -replace "(a)",'[$1]'; "ab" -replace "(a)","[$1]"
        "a.b".Replace(".","-"); 1,2 -replace "1","x"''',
        ["ac", "[a]b", "[]b", "a-b", "x", "2"],
    ),
    (34, '([regex]"a").IsMatch("A"); "A" -match "a"; switch -regex ("ABC") { "b" { "hit" } }', [False, True, "hit"]),
]

ARRAYS: list[Case] = [
    (
        35,
        "function f { ,@(1) }; function g { @(1) }; (f).GetType().Name; (g).GetType().Name; @(g).Count",
        ["Object[]", "Int32", 1],
    ),
    (36, "$x = & {}; @($x).Count; @($null).Count; $null | % {1}; & {} | % {2}; foreach ($i in $null) {3}", [0, 1, 1]),
    (37, '(5).Count; $null.Count; "abc".Count; @{a=1;b=2}.Count; ([pscustomobject]@{a=1}).Count', [1, 0, 1, 2, 1]),
    (38, "$a=1,2,3; $a[-1]; $a[9]; $a[0,2]; $a[1..0]", [3, None, 1, 3, 2, 1]),
    (39, "$x=$null; $x+=1; $x+=2; $x; $a=@(1); $b=$a; $a += 4; $b.Count", [3, 1]),
    (40, "@(@(1,2)).Count; (,(1,2)).Count; @(,(1,2)).Count; $(1,2).Count; (1,(2,3)).Count", [2, 1, 1, 2, 2]),
    (41, '"$(1,2)"', ["1 2"]),
    (42, '$a = 1,2; "$a[0]"; "$a.Length"', ["1 2[0]", "1 2.Length"]),
    (43, '$a = 1; "${a}:b"; $script:q = 5; "$script:q"', ["1:b", "5"]),
    (44, """'$x'; 'a''b'; "a""b\"""", ["$x", "a'b", 'a"b']),
    (
        45,
        """"@{a=1}"; "$(@{a=1})"; "$([pscustomobject]@{a=1;b='x'})\"""",
        ["@{a=1}", "System.Collections.Hashtable", "@{a=1; b=x}"],
    ),
    (45, '$o = [pscustomobject]@{a=1}; "$($o, 2)"; $o, 2 -join ","; "{0}" -f $o', [" 2", ",2", "@{a=1}"]),
    (45, "([pscustomobject]@{a=1}).ToString()", [""]),
    (45, "([pscustomobject]@{a=1}).psobject.ToString(); (5).psobject.ToString()", ["@{a=1}", "5"]),
    (46, '"$(1.5)"', ["1.5"]),
    (47, "@'\na\nb\n'@; @\"\n$(1+1)\n\"@", ["a\nb", "2"]),
    (48, '"$true"', ["True"]),
    (49, "@{a=1;b=2} | % { 1 }; (@{a=1;b=2}.GetEnumerator() | % { $_.Key }).Count", [1, 2]),
    (
        50,
        "$h=@{A=1}; $h.missing; $h.Count; $h.a; @{count=9}.Count; @{1='a'}[\"1\"]; ([ordered]@{x=5;y=6})[1]",
        [None, 1, 1, 9, None, 6],
    ),
    (51, "(@{n=1},@{n=2}).n; (@{n=1},@{m=2}).n; (@{Length=7},@{n=2}).Length", [1, 2, 1, 2]),
    (52, "$a,$b = 1,2,3; $b.Count; $a,$b = $b,$a; $b; $c = $d = 5; $c + $d", [2, 1, 10]),
    (
        53,
        (
            "$l = [System.Collections.ArrayList]::new(); $l.Add(1); [void]$l.Add(2); $null = $l.Add(3); $l.Add(4) "
            "> $null; $l.Count"
        ),
        [0, 4],
    ),
    (
        54,
        (
            "function f { 0; return 1,2; 3 }; f; 1..3 | % { if ($_ -eq 2) { return }; $_ }; function g { foreach "
            "($i in 1..3) { if ($i -eq 2) { return 'out' } } }; g"
        ),
        [0, 1, 2, 1, 3, "out"],
    ),
    (54, "foreach ($i in 1..3) { 1,2 | % { if ($i -eq 2) { break }; $i } }", [1, 1]),
    (55, "1..10 | % { $_ } -End { 'end' } | Select-Object -First 2", [1, 2]),
    (
        57,
        "([pscustomobject]@{b=1;a=2}).psobject.Properties.Name; ([pscustomobject]@{b=1} | Select-Object x).x",
        ["b", "a", None],
    ),
    (58, '1,2 | % { $o = $_; 3 | % { "$o$_" }; $_ }; try { throw \'e\' } catch { "$_" }', ["13", 1, "23", 2, "e"]),
]

FUNCTIONS: list[Case] = [
    (59, "function f { $args.Count }; f(1,2); f 1 2", [1, 2]),
    (60, "$x = 1; function f { $x; $x++; $x }; f; $x", [1, 2, 1]),
    (61, "$x = 1; . { $x = 2 }; $x; & { $x = 3 }; $x; 1 | % { $x = 4 }; $x; if (1) { $x = 5 }; $x", [2, 2, 4, 5]),
    (62, '[int]$x = 1; $x = "7"; $x; $x.GetType().Name; [string]$s = $null; $s.Length', [7, "Int32", 0]),
    (63, "function f { $args.Count; $args[0] }; f -foo 2", [2, "-foo"]),
    (64, "function f { param([switch]$Sw, $p) \"$Sw $p\" }; f -Sw:$false; f -Sw $false", ["False ", "True False"]),
    (65, "function f { param($a = 2, $b = $a + 1) $b; $PSBoundParameters.Count }; f; f 5", [3, 0, 6, 1]),
    (66, ("function f { param([Parameter(ValueFromPipeline)]$x) $x }; 1,2,3 | f; filter g { $_ * 2 }; 1,2 | "
         "g"), [3, 2, 4]),
    (67, "[string](1,2)", ["1 2"]),
    (68, ("& { $args.Count } 1 2; 1,2 | & { @($input).Count; @($input).Count }; function f { "
         "$MyInvocation.MyCommand.Name }; f; $PSScriptRoot"), [2, 2, 0, "f", ""]),
    (69, "$null = 1; $null -eq $null", [True]),
    (70, "$x = 1; $b = { $x }; $c = $b.GetNewClosure(); $x = 2; & $b; & { $x = 3; & $b }", [2, 3]),
    (72, ("function f { param($a, $b) \"$a $b\" }; $h = @{a=1; b=2}; f @h; f @h -a 9; function g { f @args }; g "
         "-b 5 -a 4"), ["1 2", "9 2", "4 5"]),
]  # fmt: skip

FLOW: list[Case] = [
    (
        73,
        (
            "switch (1,2,5) { 1 { 'one' } {$_ -gt 3} { 'big' } default { 'd' } }; switch ('A') { 'a' { 1 } 'A' { "
            "2; break } 'a' { 3 } }"
        ),
        ["one", "d", "big", 1, 2],
    ),
    (73, "switch -wildcard ('abc') { 'a*' { 'w' } }; switch -casesensitive ('a') { 'A' { 1 } 'a' { 2 } }", ["w", 2]),
    (
        74,
        (
            ':outer foreach ($i in 1..3) { foreach ($j in 1..3) { if ($j -eq 2) { continue outer }; "$i$j" } }; '
            "do { $k++ } until ($k -ge 3); $k"
        ),
        ["11", "21", "31", 3],
    ),
    (
        75,
        "try { Get-Item nope-x -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }",
        ["PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"],
    ),
    (
        76,
        (
            "try { throw 'x' } catch { $_.FullyQualifiedErrorId; $_.Exception.GetType().Name }; try { throw } "
            'catch { "$_" }; try { throw 5 } catch { $_.TargetObject }'
        ),
        ["x", "RuntimeException", "ScriptHalted", 5],
    ),
    (
        76,
        "try { try { 1/0 } catch { throw } } catch { $_.Exception.InnerException.GetType().Name }",
        ["DivideByZeroException"],
    ),
    (
        77,
        "try { [int]::Parse('x') } catch [FormatException] { $_.FullyQualifiedErrorId; $_.Exception.GetType().Name }",
        ["FormatException", "FormatException"],
    ),
    (81, "trap { 't'; continue }; 1/0; 'after'", ["t", "after"]),
    (81, "try { 'a' } finally { 'f' }", ["a", "f"]),
    (
        83,
        (
            "$e = Write-Error x 2>&1; $e.GetType().Name; Write-Host quiet 6>$null; & { 1; Write-Warning w } 3>&1 | "
            '% { "$_" }'
        ),
        ["ErrorRecord", "1", "w"],
    ),
    (84, "1 && 2; nosuchcmd 2>$null || 3; $q ?? 1; $q ??= 7; $q; ${n}?.y; $true ? 1 : 2", [1, 2, 3, 1, 7, None, 1]),
    (
        85,
        (
            "([datetime]'1/2/2024').Month; (([datetime]'2024-01-02') - ([datetime]'2024-01-01')).Days; "
            "\"$([datetime]'1/2/2024')\""
        ),
        [1, 1, "01/02/2024 00:00:00"],
    ),
    (
        86,
        '"abc"[0]; "abc"[0] -eq "a"; [char]65; [int][char]"A"; [int]"7"; [int][char]"7"',
        [Char("a"), True, Char("A"), 65, 7, 55],
    ),
    (89, """"$( "a" )"; @'\n{0}\n'@ -f 5""", ["a", "5"]),
    (92, "$PSVersionTable.PSVersion.Major; $PSEdition; $IsLinux -is [bool]", [7, "Core", True]),
    (93, "(Write-Output -InputObject 1,2 -NoEnumerate).Count; @(Write-Output 1,2).Count; @(echo 1 2).Count", [2, 2, 2]),
    (94, "1..2 | Where-Object { $false; $false }", [1, 2]),
]

ERRORS: list[tuple[int, str, list[str]]] = [
    (4, '1 + "a"', ["InvalidCastFromStringToInteger"]),
    (5, "1 + @(2)", ["MethodNotFound"]),
    (8, "1/0", ["RuntimeException"]),
    (19, '1 -lt "x"', ["ComparisonFailure"]),
    (29, '[int]"abc"', ["InvalidCastFromStringToInteger"]),
    (30, "$null.ToString(); $null[0]", ["InvokeMethodOnNull", "NullArray"]),
    (38, "$a = 1,2; $a.Add(4)", ["NotSupportedException"]),
    (50, "$h = @{a=1}; $h += @{a=2}", ["System.ArgumentException"]),
    (62, '[int]$x = 1; $x = "abc"', ["RuntimeException"]),
    (63, "function f { [CmdletBinding()] param($a) }; f -zz", ["NamedParameterNotFound,f"]),
    (64, "function f { [CmdletBinding()] param($Path, $Pattern) }; f -Pa 1", ["AmbiguousParameter,f"]),
    (67, "function f { [CmdletBinding()] param([string]$s) }; f (1,2)", ["ParameterArgumentTransformationError,f"]),
    (69, "$true = 1; $PID = 5", ["VariableNotWritable", "VariableNotWritable"]),
    (75, "try { Get-Item nope-x } catch { 'no' }", ["PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"]),
    (76, "throw 'x'; 'never'", ["x"]),
    (79, "nosuchcommand", ["CommandNotFoundException"]),
    (
        91,
        "Set-StrictMode -Version Latest; $unset; (1).nope; (1,2)[7]",
        ["VariableIsUndefined", "PropertyNotFoundStrict", "System.IndexOutOfRangeException"],
    ),
    (0, "[nosuchtype]", ["TypeNotFound"]),
    (0, "'x'.Nope()", ["MethodNotFound"]),
    (0, "function f { param([Parameter(Mandatory)]$x) }; f", ["MissingMandatoryParameter,f"]),
    (0, "function f { [CmdletBinding()] param() }; f 1", ["PositionalParameterNotFound,f"]),
    (0, "function f { param([ValidateRange(1,5)][int]$x) $x }; f 9", ["ParameterArgumentValidationError,f"]),
    (
        0,
        "function f { param([Parameter(Mandatory)][string]$x) }; f ''",
        ["ParameterArgumentValidationErrorEmptyStringNotAllowed,f"],
    ),
    (0, "Get-Item -Path", ["MissingArgument,Microsoft.PowerShell.Commands.GetItemCommand"]),
    (0, "5 | Get-Item2", ["CommandNotFoundException"]),
]


def same(found: Any, expected: Any) -> bool:
    """Equal in value and .NET type; arrays by their text."""
    if isinstance(found, list):
        return to_text(found) == to_text(expected)
    if type(expected) is str:
        return isinstance(found, str) and found == expected
    return type(found) is type(expected) and found == expected


@pytest.mark.parametrize(
    ("number", "script", "expected"),
    [
        pytest.param(*case, id=f"{case[0]}-{index}")
        for index, case in enumerate(ARITHMETIC + COMPARISON + ARRAYS + FUNCTIONS + FLOW)
    ],
)
def test_output(run: Any, number: int, script: str, expected: list[Any]) -> None:
    outcome = run(script)
    assert outcome.result.state == "Completed", outcome.ids
    assert len(outcome.outputs) == len(expected), (outcome.outputs, outcome.ids)
    for found, wanted in zip(outcome.outputs, expected, strict=True):
        assert same(found, wanted), (outcome.outputs, expected)


@pytest.mark.parametrize(
    ("number", "script", "expected"), [pytest.param(*case, id=f"{case[0]}-{i}") for i, case in enumerate(ERRORS)]
)
def test_error_id(run: Any, number: int, script: str, expected: list[str]) -> None:
    outcome = run(script)
    assert outcome.ids == expected


def test_trap_91_strict_mode_calls_no_function_like_a_method(run: Any) -> None:
    strict = 'Set-StrictMode -Version 2; function f($a, $b) { "$a-$b" }; '
    assert run(f"{strict}f(1,2)").ids == ["StrictModeFunctionCallWithParens"]
    assert run(f"{strict}f (1,2); f(1); f 1 2; Set-StrictMode -Off; f(1,2)").outputs == ["1 2-", "1-", "1-2", "1 2-"]


def test_trap_50_a_table_that_changes_meanwhile_is_enumerated_no_further(run: Any) -> None:
    assert run("$h = @{a=1; b=2}; foreach ($k in $h.Keys) { $h.Remove($k) }").ids == ["InvalidOperationException"]


def test_error_does_not_end_the_script_but_throw_does(run: Any) -> None:
    assert run("1/0; 'next'").outputs == ["next"]
    outcome = run("throw 'x'; 'next'")
    assert outcome.outputs == []
    assert outcome.result.state == "Failed"


def test_exit_code(run: Any, tmp_path: Any) -> None:
    script = tmp_path / "s.ps1"
    script.write_text("param($a)\n\"got $a in $(Split-Path $PSCommandPath -Leaf)\"\nexit 3\n'never'")
    outcome = run(f"{script} 5; $LASTEXITCODE")
    assert outcome.outputs == ["got 5 in s.ps1", 3]
    assert run("exit 4").result.exit_code == 4


def test_trap_71_aliases_come_before_functions_cmdlets_and_files(run: Any, tmp_path: Any) -> None:
    (tmp_path / "tool.ps1").write_text("'file'")
    assert run("function gci { 'function' }; (gci / | Select-Object -First 1).GetType().Name").outputs == [
        "DirectoryInfo"
    ]
    assert run("function Get-Date { 'function' }; Get-Date").outputs == ["function"]
    assert run(f"Set-Location {tmp_path}; tool").ids == ["CommandNotFoundException"]
    assert run(f"Set-Location {tmp_path}; ./tool").outputs == ["file"]


def test_trap_78_success_after_errors_and_programs(run: Any) -> None:
    assert run("Write-Error x -ErrorAction SilentlyContinue; $?").outputs == [False]
    assert run("$x = sh -c 'exit 3'; $?; $LASTEXITCODE; 1; $LASTEXITCODE").outputs == [False, 3, 1, 3]
    script = "function f { [CmdletBinding()] param() $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new("
    script += "[Exception]::new('x'), 'id', 'NotSpecified', $null)) }; f -ErrorAction SilentlyContinue; $?"
    assert run(script).outputs == [False]


def test_trap_80_stop_reaches_callees_but_not_other_modules(run: Any) -> None:
    assert run("function f { Get-Item /nosuch; 'on' }; & { $ErrorActionPreference = 'Stop'; f }").outputs == []
    module = "$null = New-Module { function f { Get-Item /nosuch 2> $null; 'on' } }; "
    assert run(module + "& { $ErrorActionPreference = 'Stop'; f }").outputs == ["on"]


def test_trap_82_exit_leaves_the_script(run: Any, tmp_path: Any) -> None:
    (tmp_path / "s.ps1").write_text("function f { exit 3 }; f; 'never'")
    assert run(f"& {tmp_path}/s.ps1; $LASTEXITCODE; 'next'").outputs == [3, "next"]
    outcome = run("function f { exit 4 }; f; 'never'")
    assert (outcome.outputs, outcome.result.exit_code) == ([], 4)


def test_trap_90_one_file_is_a_scalar(run: Any, tmp_path: Any) -> None:
    for name in ("a.txt", "b.log"):
        (tmp_path / name).touch()
    assert run(f"$f = Get-ChildItem {tmp_path}/a.txt; $f -is [array]; $f.Count").outputs == [False, 1]
    assert run(f"(Get-ChildItem {tmp_path} -Filter *.log).Name").outputs == ["b.log"]
    assert run(
        f"(Get-ChildItem {tmp_path}/* -Include *.txt).Name; (Get-ChildItem {tmp_path} -Include *.txt).Count"
    ).outputs == ["a.txt", 0]
