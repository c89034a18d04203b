"""Functions, binding, scopes, streams and errors beyond the numbered traps."""

from __future__ import annotations

from typing import Any

import pytest

OUTPUTS: list[tuple[str, list[Any]]] = [
    # what an assignment has taken when its script is left goes to the caller
    ("function f { $x = foreach ($i in 1..3) { $i; if ($i -eq 2) { return 9 } }; 'no' }; f", [1, 2, 9]),
    ("foreach ($k in 1) { $x = $(7; break) }; foreach ($k in 1, 2) { $x = $(8; continue) }", [7, 8, 8]),
    ("try { $x = & { 5; throw 1 } } catch { 'caught' }", ["caught"]),
    ("function f { $x = & { 'told'; exit 3 }; 'no' }; f", ["told"]),
    (
        (
            "function f { param([Parameter(Mandatory, "
            "ValueFromPipelineByPropertyName)][Alias('FullName')][string[]]$Path) process { $Path } }; "
            "[pscustomobject]@{FullName='x'}, [pscustomobject]@{Path='y'} | f"
        ),
        ["x", "y"],
    ),
    (
        (
            "function f { param([Parameter(ParameterSetName='A', Mandatory)]$a, [Parameter(ParameterSetName='B', "
            "Mandatory)]$b) "
            "$PSCmdlet.ParameterSetName }; f -a 1; f -b 1"
        ),
        ["A", "B"],
    ),
    ("function f { param([Parameter(ValueFromRemainingArguments)]$rest) $rest.Count }; f 1 2 3; f 1,2", [3, 2]),
    ("function f { param([ValidateSet('a','b')]$x, [ValidateRange(1,5)][int]$n = 9) \"$x$n\" }; f a", ["a9"]),
    (
        (
            "function f { [CmdletBinding()] param($a, $b) \"$a|$b\" }; $PSDefaultParameterValues = @{'f:b' = 5}; f 1; "
            "f 1 2"
        ),
        ["1|5", "1|2"],
    ),
    ("function f { begin { 'b' } process { $_ } end { 'e' } }; 1,2 | f; f", ["b", 1, 2, "e", "b", None, "e"]),
    (
        ("function f { process { $_ } clean { $global:cleaned = 1 } }; 1..5 | f | Select-Object -First 1; $cleaned"),
        [1, 1],
    ),
    ("function f { $input | % { $_ + 1 } }; 1,2 | f", [2, 3]),
    (
        (
            "function f { [CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('t')) { 'did' } "
            "}; f; f -WhatIf"
        ),
        ["did"],
    ),
    (
        ("function f { [CmdletBinding()] param() Write-Verbose v; 'o' }; f -Verbose 4>&1 | % { \"$_\" }; f"),
        ["v", "o", "o"],
    ),
    (
        (
            "function f { param([Parameter(ValueFromPipeline)] $a) begin { 'b' } process { \"$a\" } }; "
            "$(Write-Verbose v -Verbose; 'o') 4>&1 | f"
        ),
        ["b", "v", "o"],
    ),
    (
        (
            "using namespace System.Diagnostics.CodeAnalysis\n"
            "[SuppressMessage('c', 'i', Justification = 'j')] $x = 1; $x; "
            "[SuppressMessageAttribute]::new('c', 'i').CheckId; [ExcludeFromCodeCoverage()] $y = 2; $y"
        ),
        [1, "i", 2],
    ),
    (
        (
            "function f { [CmdletBinding()] param() Write-Error bad }; f -ErrorAction SilentlyContinue -ErrorVariable "
            'ev; $ev.Count; "$($ev[0])"'
        ),
        [1, "bad"],
    ),
    ("function f { Write-Output 1; Write-Output 2 }; f -ErrorAction Stop | Out-Null; (f | Measure-Object).Count", [2]),
    ("function Outer { $x = 'o'; Inner }; function Inner { $x }; Outer; $private:p = 1; & { $p }", ["o", None]),
    ("$x = 'g'; function f { $script:x = 's'; $global:y = 'n'; $local:z = 1; $z }; f; $x; $y; $z", [1, "s", "n", None]),
    (
        (
            "${function:foo} = { 'foo!' }; foo; Remove-Item Function:foo -ErrorAction SilentlyContinue; (Get-Command "
            "foo -ErrorAction SilentlyContinue) -eq $null"
        ),
        ["foo!", True],
    ),
    ("Set-Alias ll Get-Location; (ll).Path -eq $PWD.Path; $alias:ll", [True, "Get-Location"]),
    ("$b = { param($n) $n * 2 }; & $b 4; $b.Invoke(5); . $b 6; $b.InvokeReturnAsIs(7)", [8, 10, 12, 14]),
    ("function f($n) { $i = $n; { $script:c++; $i }.GetNewClosure() }; $k = f 5; $i = 0; & $k", [5]),
    ('1..3 | ForEach-Object -PipelineVariable p { $_ } | ForEach-Object { "$p" }', ["1", "2", "3"]),
    ("$s = { begin { $t = 0 } process { $t += $_ } end { $t } }; 1..4 | & $s", [10]),
    ("function f { param($x) if ($x) { return 'early' }; 'late' }; f 1; f", ["early", "late"]),
    (
        ("$r = foreach ($i in 1..3) { $i * 2 }; $r -join ','; $q = if ($false) { 1 }; $null -eq $q; @($q).Count"),
        ["2,4,6", True, 0],
    ),
    (
        ("[int]$n = 5; $n += '3'; $n; [ValidateRange(1,9)]$v = 5; try { $v = 10 } catch { 'refused' }; $v"),
        [8, "refused", 5],
    ),
    ("[int]::TryParse('12', [ref]$out); $out", [True, 12]),
    (
        (
            "$h = @{b=2; a=1}; ($h.Keys | Sort-Object) -join ','; $h.Remove('a'); $h.ContainsKey('A'); foreach ($e in "
            "$h.GetEnumerator()) { $e.Name }"
        ),
        ["a,b", False, "b"],
    ),
    (
        (
            "(1,2,3).Where({$_ -gt 1}) -join ','; (1..4).Where({$_ -gt 2}, 'First').Count; (1,2).ForEach({$_ * 2}) "
            "-join ','"
        ),
        ["2,3", 1, "2,4"],
    ),
    (
        (
            "$o = [pscustomobject]@{x=1}; $o | Add-Member ScriptProperty d { $this.x * 2 }; $o | Add-Member "
            "ScriptMethod m { param($k) $this.x + $k }; $o.x = 5; $o.d; $o.m(1)"
        ),
        [10, 6],
    ),
    (
        ("'x=1' -match '(?<k>\\w)=(?<v>\\d)'; $Matches.k; $Matches['v']; 'aXbX' -replace 'x', { $_.Index }"),
        [True, "x", "1", "a1b3"],
    ),
    ("$a = 1, 2; $a[0]++; $a[0]; $d = @{n=1}; $d.n += 5; $d['n']--; $d.n; $j = @(,@(1,2)); $j[0][1]", [2, 5, 2]),
    (
        (
            "& { 1; Write-Error e; Write-Warning w; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Host h } "
            "*>&1 | % { $_.GetType().Name }"
        ),
        ["Int32", "ErrorRecord", "WarningRecord", "VerboseRecord", "DebugRecord", "InformationRecord"],
    ),
    ("'a', 'b' | % { switch ($_) { 'a' { continue } default { $_ } } }", ["b"]),
    ("$i = 0; while ($true) { $i++; if ($i -lt 3) { continue }; break }; $i; do { $i-- } while ($i -gt 0); $i", [3, 0]),
    ("Invoke-Expression '$z = 7; $z'; $z; $ExecutionContext.InvokeCommand.ExpandString('v=$z')", [7, 7, "v=7"]),
    (
        "\"$($PSVersionTable.PSVersion)\" -like '7.*'; $Host.Name; $Host.UI.RawUI.BufferSize.Width",
        [True, "Default Host", 120],
    ),
    ("1-eq1; 5-ge3-and2-lt1; 1..3-contains3; (1..3-join'+'); 'aXb'-split'x'", [True, False, True, "1+2+3", "a", "b"]),
    (
        'enum E : byte { A = 3; B = 1 }; $n = [E].GetEnumValuesAsUnderlyingType(); "$n"; $n.GetType().Name',
        ["1 3", "Byte[]"],
    ),
    (
        "[int].IsLayoutSequential; [string].IsAutoLayout; [int[]].IsTypeDefinition; [int].IsMarshalByRef",
        [True, True, False, False],
    ),
    (
        "try { [pscredential]'hidden' } catch { \"$_\" -match 'hidden'; $_.FullyQualifiedErrorId }",
        [False, "ConvertToFinalInvalidCastException"],
    ),
    ("class C { [string] M() { $n += 'ab'; $n += 'c'; return $n } }; [C]::new().M()", ["abc"]),
    ("@($() | % { 'x' }).Count; $n = $(); $null -eq $n; \"[$()]\"", [1, True, "[]"]),
    ("$env:ENGINE_T = 'v'; \"$env:ENGINE_T\"; $env:ENGINE_T = $null; $null -eq $env:ENGINE_T", ["v", True]),
    (
        ("$e = @(); $e += 1; $e += 2; $e.GetType().Name; [string[]]$t = 1, 2; $t.GetType().Name; $t[0].GetType().Name"),
        ["Object[]", "String[]", "String"],
    ),
    ('$f = \'x\'; "$f`t${f}y $($f.Length) `$f `"q`" $f.Length"', ['x\txy 1 $f "q" x.Length']),
    (
        (
            "try { try { throw 'a' } finally { 'fin' } } catch { \"outer $_\" }; try { throw "
            "[ArgumentException]::new('m', 'p') } catch [ArgumentException] { $_.Exception.ParamName }"
        ),
        ["fin", "outer a", "p"],
    ),
    (
        (
            "try { 1/0 } catch [DivideByZeroException] { 'dz' } catch { 'other' }; try { nosuch } catch "
            "[System.Management.Automation.CommandNotFoundException] { $_.TargetObject }"
        ),
        ["dz", "nosuch"],
    ),
    (
        ("function t { throw 'deep' }\ntry { t } catch { $_.InvocationInfo.ScriptLineNumber; $_.ScriptStackTrace }"),
        [1, "at t, <No file>: line 1\nat <ScriptBlock>, <No file>: line 2"],
    ),
    (
        (
            "$ErrorActionPreference = 'Stop'; try { Get-Item /nope-q } catch { $_.FullyQualifiedErrorId }; "
            "$ErrorActionPreference = 'Continue'"
        ),
        ["PathNotFound,Microsoft.PowerShell.Commands.GetItemCommand"],
    ),
    (
        (
            "$Error.Clear(); Get-Item /nope-q -ErrorAction SilentlyContinue; $Error.Count; Get-Item /nope-q "
            "-ErrorAction Ignore; $Error.Count"
        ),
        [1, 1],
    ),
]


@pytest.mark.parametrize(("script", "expected"), OUTPUTS, ids=range(len(OUTPUTS)))
def test_output(run: Any, script: str, expected: list[Any]) -> None:
    outcome = run(script)
    assert outcome.result.state == "Completed", outcome.ids
    assert [str(o) if isinstance(o, str) else o for o in outcome.outputs] == expected, outcome.ids


@pytest.mark.parametrize(
    ("script", "ids"),
    [
        (
            (
                "function f { param([Parameter(ParameterSetName='A', Mandatory)]$a, [Parameter(ParameterSetName='B', "
                "Mandatory)]$b) }; f; f -a 1 -b 2"
            ),
            ["AmbiguousParameterSet,f", "AmbiguousParameterSet,f"],
        ),
        (
            "function f { [CmdletBinding()] param($a) }; f -a 1 -a 2; f -a; 1 | f",
            ["ParameterAlreadyBound,f", "MissingArgument,f", "InputObjectNotBound,f"],
        ),
        (
            ("function f { param([Parameter(Mandatory)][AllowNull()]$x, [ValidateNotNullOrEmpty()]$y) }; f $null ''"),
            ["ParameterArgumentValidationError,f"],
        ),
        (
            (
                "function f { param([ValidateScript({$_ -gt 3})]$x, [ValidatePattern('^a')]$p, [ValidateCount(1,2)]$c, "
                "[ValidateLength(1,2)]$l) }; "
                "f -x 1; f -p b; f -c 1,2,3; f -l abc"
            ),
            ["ParameterArgumentValidationError,f"] * 4,
        ),
        ("function f { param([int]$n) }; f abc", ["ParameterArgumentTransformationError,f"]),
        ("& $null; & ''", ["BadExpression", "BadExpression"]),
        ("Get-Item -Zork 1", ["NamedParameterNotFound,Microsoft.PowerShell.Commands.GetItemCommand"]),
        ("function f { [CmdletBinding()] param() throw 'x' }; f; 'never'", ["x"]),
        ("$x = [pscustomobject]@{a=1}; $x.nope = 2; (5).nope = 1", ["PropertyAssignmentException"] * 2),
        ("$null.nope = 1", ["PropertyNotFound"]),
        (
            "$l = [System.Collections.Generic.List[int]]::new(); $l.Add('x'); $l.Add(1, 2)",
            ["MethodArgumentConversionInvalidCastArgument", "MethodCountCouldNotFindBest"],
        ),
        ("[math]::Nope(1); [math]::Round('x')", ["MethodNotFound", "MethodArgumentConversionInvalidCastArgument"]),
        ("'a' -match '('", ["InvalidRegularExpression"]),
        ("$using:x", ["UsingWithoutInvokeCommand"]),
        ('"{0} {1}" -f 1', ["FormatError"]),
        ("foreach ($i in ($l = [System.Collections.ArrayList]@(1,2))) { $l.Add(3) | Out-Null }", ["BadEnumeration"]),
    ],
)
def test_error_ids(run: Any, script: str, ids: list[str]) -> None:
    assert run(script).ids == ids


def test_an_empty_list_behind_the_name_leaves_room_for_a_param_block(run: Any) -> None:
    assert run("function f() { [CmdletBinding()] param([int] $x) $x + 1 }; f -x 4").outputs == [5]
    assert run("function f($a) { param($b) }").ids == ["OnlyOneParameterListAllowed"]


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        ("function f([string] $s) { $s } f 1.0; f 010; f -s 1e2; f -s:0x10", ["1.0", "010", "1e2", "0x10"]),
        ("function f([version] $v) { [string] $v } f 1.0; f -v 2.10", ["1.0", "2.10"]),
        ("function f($v) { $v.GetType().Name; $args } f 1.0 010", ["Double", "10"]),
    ],
)
def test_numbers_are_texts_and_versions_as_they_were_written(run, script, texts):
    assert run(script).texts == texts


@pytest.mark.parametrize(
    ("script", "outputs"),
    [
        ("$n = & {}; (@(1) + $n).Count; (@(1) + $null).Count; 1 + $n", [1, 2, 1]),
        ("$h = [ordered]@{1000 = 'M'; 5 = 'V'}; $k = 1000; $h.$k; $h.'1000'", ["M", None]),
        ("function f { param([int] $a, [ValidateScript({ $_ -gt $a })] [int] $b) $b }; f 1 2; f -a 3 -b 4", [2, 4]),
    ],
)
def test_values_of_variables(run: Any, script: str, outputs: list[Any]) -> None:
    assert run(script).outputs == outputs


def test_a_validation_script_has_a_message_of_its_own(run: Any) -> None:
    failed = run("function f { param([ValidateScript({ $false }, ErrorMessage = 'not {0}')] $x) }; f 5")
    assert failed.ids == ["ParameterArgumentValidationError,f"]
    assert failed.sink.errors[0].message.endswith("not 5")


def test_a_mistake_of_the_engine_is_an_error_of_the_statement(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from remora.modules.utility import dates

    def broken(self: Any) -> None:
        raise LookupError("secret")

    monkeypatch.setattr(dates.CMDLETS[0], "process", broken)
    name = dates.CMDLETS[0].spec.name
    outcome = run(f"{name}; try {{ {name} }} catch {{ 'caught' }}; 'goes on'")
    assert outcome.ids == ["InternalError"]
    assert outcome.outputs == ["caught", "goes on"]
    assert "secret" not in outcome.sink.errors[0].message


def test_switches_are_objects_in_scripts(run: Any) -> None:
    script = (
        'function f([switch] $s) { $s.IsPresent; $s.GetType().Name; $s.ToBool(); $s -eq $true; $true -eq $s; "$s"; '
        "[bool] $s; -not $s; $s -is [switch]; $PSBoundParameters.Count; g @PSBoundParameters }; "
        "function g([switch] $s) { if ($s) { 'yes' } else { 'no' } }; "
    )
    name = "SwitchParameter"
    assert run(script + "f -s").texts == ["True", name, *["True"] * 5, "False", "True", "1", "yes"]
    assert run(script + "f").texts == ["False", name, *["False"] * 5, "True", "True", "0", "no"]
    assert run("[switch] $z = $false; $z = $true; $z.IsPresent; ([switch]::Present).ToBool()").outputs == [True, True]
    script = "function f([switch] $v) { Write-Output 1 -Verbose:$v; Get-ChildItem / -Name -Force:$v | Select -First 0 }"
    assert run(f"{script}; f -v").ids == []
