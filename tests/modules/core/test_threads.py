"""ForEach-Object -Parallel, Start-ThreadJob, and their jobs."""

from __future__ import annotations

from typing import Any

import pytest

from remora.engine.convert import to_text

PARALLEL = "Microsoft.PowerShell.Commands.ForEachObjectCommand"

CASES: list[tuple[str, list[str]]] = [
    ("1..4 | ForEach-Object -Parallel { $_ * 10 } | Sort-Object", ["10", "20", "30", "40"]),
    ("$v = @{a = 1}; 1 | ForEach-Object -Parallel { $t = $using:v; $t.a; $t.a = 2 }; $v.a", ["1", "2"]),
    ("3..1 | ForEach-Object -Parallel { $_ } -ThrottleLimit 1", ["3", "2", "1"]),
    (
        (
            "1 | ForEach-Object -Parallel { Write-Warning w; Write-Error e; 'o' } -ErrorVariable e"
            " -WarningVariable w 2>$null"
            " 3>$null; $e.Count; $w[0].Message"
        ),
        ["o", "1", "w"],
    ),
    ("(1 | ForEach-Object -Parallel { throw 'x' } 2>&1).FullyQualifiedErrorId", ["PSTaskException"]),
    (
        (
            "$r = 1 | ForEach-Object -Parallel { 'a'; Start-Sleep 60 } -TimeoutSeconds 1 2>&1; $r[0];"
            " $r[1].FullyQualifiedErrorId"
        ),
        ["a", "PSTaskException"],
    ),
    (
        (
            "$j = 1..3 | ForEach-Object -AsJob -Parallel { $_ }; ($j | Wait-Job | Receive-Job | Sort-Object) -join ',';"
            " $j.ChildJobs.Count; $j.State; $j.PSJobTypeName; Remove-Job $j; @(Get-Job).Count"
        ),
        ["1,2,3", "3", "Completed", "PSTaskJob", "0"],
    ),
    ("$j = 1..3 | ForEach-Object -Parallel { $_ } -AsJob -UseNewRunspace | Wait-Job; $j.AllocatedRunspaceCount", ["3"]),
    (
        (
            "$j = 1..2 | ForEach-Object -Parallel { if ($_ -eq 1) { throw 'x' } } -AsJob | Wait-Job; $j.State;"
            " $j.ChildJobs.JobStateInfo.State -join ','"
        ),
        ["Failed", "Failed,Completed"],
    ),
    # thread jobs
    (
        (
            '$j = Start-ThreadJob { param($a) "got $a" } -ArgumentList 5 -Name n | Wait-Job;'
            " $j.Name; $j.State; $j.Location;"
            " $j.PSJobTypeName; Receive-Job $j"
        ),
        ["n", "Completed", "PowerShell", "ThreadJob", "got 5"],
    ),
    (
        (
            "$u = 3; Start-ThreadJob { $using:u + $x } -InitializationScript { $x = 4 } |"
            " Receive-Job -Wait -AutoRemoveJob;"
            " @(Get-Job).Count"
        ),
        ["7", "0"],
    ),
    ("1, 2 | Start-ThreadJob { $input | % { $_ + 1 } } | Wait-Job | Receive-Job", ["2", "3"]),
    ("$j = Start-ThreadJob { throw 'x' } | Wait-Job; $j.State; $j.JobStateInfo.Reason.Message", ["Failed", "x"]),
    (
        (
            "$a = Start-ThreadJob { Start-Sleep 60 } -ThrottleLimit 1; $b = Start-ThreadJob { 1 };"
            " $b.State; $a.StopJob();"
            " $a.State; (Wait-Job $b).State"
        ),
        ["NotStarted", "Stopped", "Completed"],
    ),
    (
        "$j = Start-ThreadJob { Write-Warning w; Write-Verbose v -Verbose } | Wait-Job; $j.Warning; $j.Verbose",
        ["w", "v"],
    ),
]

IDS: list[tuple[str, str]] = [
    ("1 | ForEach-Object -Parallel { $using:nope }", f"UsingVariableIsUndefined,{PARALLEL}"),
    ("$b = { 1 }; 1 | ForEach-Object -Parallel { $using:b }", f"ParallelUsingVariableCannotBeScriptBlock,{PARALLEL}"),
    ("{ 1 } | ForEach-Object -Parallel { $_ }", f"ParallelPipedInputObjectCannotBeScriptBlock,{PARALLEL}"),
    ("1 | ForEach-Object -Parallel { 1 } -ErrorAction Stop", f"ParallelCommonParametersNotSupported,{PARALLEL}"),
    ("1 | ForEach-Object -Parallel { 1 } -AsJob -TimeoutSeconds 5", f"ParallelCannotUseTimeoutWithJob,{PARALLEL}"),
    ("Start-ThreadJob -FilePath /no/where.ps1", "InvalidFilePath,ThreadJob.StartThreadJobCommand"),
    ("Start-ThreadJob { 1 } -ThrottleLimit 0", "ParameterArgumentValidationError,ThreadJob.StartThreadJobCommand"),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_what_threads_give(ps: Any, script: str, expected: list[str]) -> None:
    outcome = ps(script)
    assert outcome.ids == []
    assert [to_text(item) for item in outcome.output] == expected


@pytest.mark.parametrize(("script", "id"), IDS)
def test_what_is_refused(ps: Any, script: str, id: str) -> None:
    assert ps(script).ids == [id]


def test_a_script_file_runs_on_a_thread(ps: Any, tmp_path: Any) -> None:
    (tmp_path / "t.ps1").write_text('param($a) "file $a"')
    outcome = ps(f"Start-ThreadJob -FilePath {tmp_path}/t.ps1 -ArgumentList 1 | Wait-Job | Receive-Job")
    assert outcome.output == ["file 1"]


def test_a_great_throttle_limit_makes_no_more_threads_than_the_most(ps: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remora.engine.hosting.blocktask.MOST_THREADS", 2)
    script = """
        $jobs = 1..3 | ForEach-Object { Start-ThreadJob { Start-Sleep 60 } -ThrottleLimit 100000 }
        $jobs.ForEach('State') -contains 'NotStarted'
        $jobs | ForEach-Object { $_.StopJob() }
    """
    assert ps(script).output == [True]
    assert sorted(ps("1..5 | ForEach-Object -Parallel { $_ } -ThrottleLimit 100000").output) == [1, 2, 3, 4, 5]
