"""[powershell], runspaces, pools and initial session states made by scripts."""

from __future__ import annotations

from typing import Any

import pytest

ISS = "System.Management.Automation.Runspaces"

CASES: list[tuple[str, list[str]]] = [
    (
        (
            "$ps = [powershell]::Create().AddScript('1..3').AddCommand('ForEach-Object');"
            " $null = $ps.AddParameter('Process', { $_ * 2 }); "
            "$ps.Invoke(); $ps.HadErrors; $ps.InvocationStateInfo.State"
        ),
        ["2", "4", "6", "False", "Completed"],
    ),
    (
        (
            "$ps = [powershell]::Create().AddScript('Write-Error bad; Write-Warning w; 1/0; \"after\"')\n"
            "$ps.Invoke(); $ps.Streams.Error.Count; $ps.Streams.Warning[0].Message; $ps.HadErrors"
        ),
        ["after", "2", "w", "True"],
    ),
    ("$ps = [powershell]::Create().AddScript('1').AddStatement().AddScript('2'); $ps.Invoke()", ["1", "2"]),
    ("[powershell]::Create().AddScript('$input | % { $_ + 1 }').Invoke(@(1, 2))", ["2", "3"]),
    (
        "[powershell]::Create().AddScript('param($a, $b) \"$a$b\"').AddArgument(1).AddParameters(@{b = 2}).Invoke()",
        ["12"],
    ),
    (
        (
            "try { [powershell]::Create().AddScript('throw \"oops\"').Invoke() } catch { $_.FullyQualifiedErrorId;"
            " $_.Exception.InnerException.Message }"
        ),
        ["RuntimeException", "oops"],
    ),
    (
        (
            "$p = [powershell]::Create().AddScript('Get-Item /no/where -ErrorAction Stop'); try { $p.Invoke() } catch {"
            " $_.FullyQualifiedErrorId }; $p.InvocationStateInfo.State"
        ),
        ["ActionPreferenceStopException", "Failed"],
    ),
    (
        (
            "$r = [runspacefactory]::CreateRunspace(); $r.RunspaceStateInfo.State; $r.Open(); $r.RunspaceAvailability;"
            " $r.SessionStateProxy.SetVariable('x', 42); [powershell]::Create($r).AddScript('$x').Invoke();"
            " $r.SessionStateProxy.GetVariable('x'); $r.Close(); $r.RunspaceStateInfo.State"
        ),
        ["BeforeOpen", "Available", "42", "42", "Closed"],
    ),
    (
        (
            "$pool = [runspacefactory]::CreateRunspacePool(1, 2); $pool.Open(); $all = 1..4 | % { $p"
            " = [powershell]::Create();"
            " $p.RunspacePool = $pool; $null = $p.AddScript('param($n) $n * 10').AddArgument($_);"
            " [pscustomobject]@{P = $p; H = $p.BeginInvoke()} }; $all | % { $_.P.EndInvoke($_.H) }; $pool.Dispose();"
            " $pool.RunspacePoolStateInfo.State"
        ),
        ["10", "20", "30", "40", "Closed"],
    ),
    ("$null = [powershell]::Create('CurrentRunspace').AddScript('$global:z = 5').Invoke(); $z", ["5"]),
    (
        (
            f"$s = [initialsessionstate]::CreateDefault2();"
            f" $s.Variables.Add([{ISS}.SessionStateVariableEntry]::new('v', 7,"
            f" 'd')); $s.Commands.Add([{ISS}.SessionStateFunctionEntry]::new('ff', '\"ff $v\"')); $s.Commands.Add("
            f"[{ISS}.SessionStateAliasEntry]::new('aa', 'ff')); [powershell]::Create($s).AddScript('aa').Invoke()"
        ),
        ["ff 7"],
    ),
    (
        (
            "$s = [initialsessionstate]::CreateDefault2(); $s.LanguageMode = 'ConstrainedLanguage';"
            " [string][powershell]::Create($s).AddScript('$ExecutionContext.SessionState.LanguageMode').Invoke();"
            " $s.LanguageMode = 'NoLanguage'; try { [powershell]::Create($s).AddScript('1').Invoke() }"
            " catch { $_.FullyQualifiedErrorId }; [powershell]::Create($s).AddCommand('Get-Date').Invoke().Count"
        ),
        ["ConstrainedLanguage", "ParseException", "1"],
    ),
    (
        (
            "$h = [powershell]::Create().AddScript('Start-Sleep 60'); $a = $h.BeginInvoke(); $h.Stop();"
            " $h.InvocationStateInfo.State; $a.IsCompleted"
        ),
        ["Stopped", "True"],
    ),
    (
        "$t = [powershell]::Create().AddScript('\"async\"').InvokeAsync(); $t.Result; $t.Status",
        ["async", "RanToCompletion"],
    ),
    (
        (
            "$d = [System.Management.Automation.PSDataCollection[int]]::new(); $d.Add(3); $d.Complete();"
            " $d.IsOpen; $d.ReadAll()"
        ),
        ["False", "3"],
    ),
    (
        (
            "$c = [System.Management.Automation.PSCommand]::new().AddCommand('Get-Date').AddParameter('Year', 2020);"
            " $c.Commands[0].Parameters[0].Value; $c.Clone().Commands.Count"
        ),
        ["2020", "1"],
    ),
    (
        (
            "$own = [runspace]::DefaultRunspace; $made = [runspacefactory]::CreateRunspace();"
            " (Get-Runspace -Id $made.Id).Name -eq $made.Name; (Get-Runspace).Id -contains $own.Id;"
            ' $ids = (Get-Runspace).Id; "$ids" -eq "$($ids | Sort-Object)"; $made.Dispose()'
        ),
        ["True", "True", "True"],
    ),
    ("[runspace]::DefaultRunspace.RunspaceAvailability", ["AvailableForNestedCommand"]),
]

IDS: list[tuple[str, str]] = [
    ("[powershell]::Create([runspace]$null)", "PSArgumentNullException"),
    ("[powershell]::Create().Invoke()", "PSInvalidOperationException"),
    ("[powershell]::Create().AddParameter('x')", "PSInvalidOperationException"),
    (
        "$r = [runspacefactory]::CreateRunspace(); [powershell]::Create($r).AddScript('1').Invoke()",
        "InvalidRunspaceStateException",
    ),
    ("$r = [runspacefactory]::CreateRunspace(); $r.Open(); $r.Open()", "InvalidRunspaceStateException"),
    ("[runspacefactory]::CreateRunspacePool(0, 1)", "PSArgumentOutOfRangeException"),
    ("$p = [powershell]::Create().AddScript('1'); $p.Dispose(); $p.Invoke()", "ObjectDisposedException"),
    (
        "$d = [System.Management.Automation.PSDataCollection[int]]::new(); $d.Complete(); $d.Add(1)",
        "PSInvalidOperationException",
    ),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_what_comes_back(run: Any, script: str, expected: list[str]) -> None:
    outcome = run(script)
    assert outcome.ids == []
    assert outcome.texts == expected


@pytest.mark.parametrize(("script", "id"), IDS)
def test_what_is_refused(run: Any, script: str, id: str) -> None:
    assert run(script).ids == [id]
