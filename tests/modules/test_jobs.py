from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

P = "Microsoft.PowerShell.Commands."


def wait_gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_a_job_runs_elsewhere_and_gives_back_all_streams(ps) -> None:
    ps(
        "$j = Start-Job { $PID; 1; Write-Warning w; Write-Error e; Write-Verbose v -Verbose; $args; @{a=1} } "
        "-ArgumentList x, 2 -Name N"
    )
    assert ps("$j.Name; $j.Id; $j.PSJobTypeName; $j.Location").output == ["N", 1, "BackgroundJob", "localhost"]
    ran = ps("Receive-Job $j -Wait")
    assert ran.output[0] != os.getpid()
    assert ran.output[1:4] == [1, "x", 2]
    assert dict(ran.output[4]) == {"a": 1}
    assert [record.message for record in ran.sink.warnings] == ["w"]
    assert [record.message for record in ran.sink.verboses] == ["v"]
    assert ran.ids == ["Microsoft.PowerShell.Commands.WriteErrorException"]
    assert [str(value) for value in ps("$j.State; $j.HasMoreData; $j.ChildJobs.Count").output] == [
        "Completed",
        "False",
        "1",
    ]


def test_keep_leaves_the_output(ps) -> None:
    ps("$j = Start-Job { 1; 2 }; $null = Wait-Job $j")
    assert ps("Receive-Job $j -Keep").output == [1, 2]
    assert ps("$j.HasMoreData; Receive-Job $j; $j.HasMoreData; Receive-Job $j").output == [True, 1, 2, False]


def test_input_using_initialization_and_files(ps, tmp_path: Path) -> None:
    assert ps("'a','b' | Start-Job { $input | % { $_ + '!' } } | Receive-Job -Wait").output == ["a!", "b!"]
    assert ps("$v = 4; $h = @{k='w'}; Start-Job { $using:v + 1; $using:h.k } | Receive-Job -Wait").output == [5, "w"]
    assert ps("Start-Job { f $args[0] } -InitializationScript { function f($x) { \"f $x\" } } -ArgumentList 7 | "
              "Receive-Job -Wait").output == ["f 7"]  # fmt: skip
    (tmp_path / "job.ps1").write_text('param($x)\n"file $x"\n$pwd.Path\n')
    assert ps("Start-Job -FilePath job.ps1 -ArgumentList 1 | Receive-Job -Wait").output == ["file 1", str(tmp_path)]
    assert ps("Start-Job -FilePath nosuch.ps1").ids == [f"PathNotFound,{P}StartJobCommand"]
    assert ps("Start-Job { $using:nosuch }").ids == [f"UsingVariableIsUndefined,{P}StartJobCommand"]


def test_unc_paths_go_through_the_sessions_map(ps, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    (share / "b.ps1").write_text("'mapped'")
    ps.runspace.context.store["path map"] = {"\\\\Srv\\Scripts": str(share)}
    assert ps("Start-Job -FilePath \\\\SRV\\Scripts\\b.ps1 | Receive-Job -Wait").output == ["mapped"]


def test_failed_and_stopped_jobs(ps) -> None:
    ps("$f = Start-Job { 'before'; throw 'bad' } -Name F; $null = Wait-Job $f")
    assert [str(value) for value in ps("$f.State; $f.JobStateInfo.Reason.Message").output] == ["Failed", "bad"]
    ran = ps("Receive-Job -Name F")
    assert (ran.output, ran.messages) == (["before"], ["bad"])
    assert ps("Receive-Job $f").messages == []
    ps("$s = Start-Job { try { Start-Sleep 100 } finally { Set-Content done yes } }; $null = Wait-Job $s -Timeout 1")
    ps("Stop-Job $s")
    assert [str(value) for value in ps("$s.State").output] == ["Stopped"]
    assert ps("Get-Content done").output == ["yes"]


def test_the_table_of_jobs(ps) -> None:
    ps("$a = Start-Job { 1 } -Name A; $b = Start-Job { Start-Sleep 60 } -Name B; $null = Wait-Job $a")
    lines = ps("Get-Job").text.split("\n")
    assert lines[1:3] == [
        "Id     Name            PSJobTypeName   State         HasMoreData     Location             Command",
        "--     ----            -------------   -----         -----------     --------             -------",
    ]
    assert (
        lines[3].rstrip()
        == "1      A               BackgroundJob   Completed     True            localhost             1"
    )
    assert lines[4].startswith("3      B               BackgroundJob   Running       True            localhost")
    assert ps("(Get-Job -State Running).Name").output == ["B"]
    assert ps("(Get-Job -Name A,B).Id").output == [1, 3]
    assert ps("(Get-Job B).Id").output == [3]
    assert ps("(Get-Job -IncludeChildJob).Name").output == ["A", "Job2", "B", "Job4"]
    assert ps("Get-Job -Id 99").ids == [f"JobWithSpecifiedSessionNotFound,{P}GetJobCommand"]
    assert ps("Get-Job -Name nosuch").ids == [f"JobWithSpecifiedNameNotFound,{P}GetJobCommand"]
    assert ps("Remove-Job -Name B").ids == [f"JobObjectNotFinishedCannotBeRemoved,{P}RemoveJobCommand"]
    assert ps("Remove-Job -Name B -Force; Receive-Job -JobName A; Remove-Job *; @(Get-Job).Count").output == [1, 0]


def test_wait_any_and_timeouts(ps) -> None:
    ps("$slow = Start-Job { Start-Sleep 60 }; $fast = Start-Job { 1 }")
    assert ps("(Wait-Job $slow, $fast -Any).Id").output == [3]
    assert ps("Wait-Job $slow -Timeout 0").output == []
    assert ps("Receive-Job $fast -AutoRemoveJob").ids == [f"AutoRemoveCannotBeUsedWithoutWait,{P}ReceiveJobCommand"]
    assert ps("Receive-Job $fast -Wait -AutoRemoveJob; @(Get-Job).Count").output == [1, 1]


def test_output_arrives_while_the_job_runs(ps, tmp_path: Path) -> None:
    ps("$j = Start-Job { 'first'; while (-not (Test-Path go)) { Start-Sleep -Milliseconds 20 }; 'second' }")
    got: list[object] = []
    deadline = time.monotonic() + 20
    while not got and time.monotonic() < deadline:
        got = ps("Receive-Job $j").output
    assert got == ["first"]
    (tmp_path / "go").touch()
    assert ps("Receive-Job $j -Wait").output == ["second"]


def test_what_a_job_prints_past_the_engine_harms_nothing(ps) -> None:
    assert ps("Start-Job { sh -c 'echo native'; [Console]::WriteLine('raw'); 1 } | Receive-Job -Wait").output[-1] == 1


def test_a_killed_job_is_failed(ps) -> None:
    ps("$j = Start-Job { $PID; Start-Sleep 60 }")
    pid = None
    while pid is None:
        got = ps("Receive-Job $j").output
        pid = got[0] if got else None
    os.kill(pid, signal.SIGKILL)
    assert [str(value) for value in ps("(Wait-Job $j).State").output] == ["Failed"]
    assert ps("Receive-Job $j").ids == ["JobBroken"]


@pytest.mark.parametrize("ending", ["exit", "kill"])
def test_jobs_end_with_the_process_that_started_them(tmp_path: Path, ending: str) -> None:
    script = (
        "import os, sys, time\n"
        "from remora.modules.job_host import ProcessJobHost\n"
        "handle = ProcessJobHost().start(\"$PID; sh -c 'sleep 300'\", [], 'n', location='/')\n"
        "got = []\n"
        "while not got: got = handle.receive()\n"
        "print(got[0][1], flush=True)\n"
        "time.sleep(0.3)\n" + ("os._exit(0)\n" if ending == "exit" else "time.sleep(300)\n")
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    pid = int(child.stdout.readline())
    grandchildren = [process.pid for process in psutil.Process(pid).children(recursive=True)]
    if ending == "kill":
        time.sleep(0.3)
        grandchildren = [process.pid for process in psutil.Process(pid).children(recursive=True)]
        child.kill()
    child.wait(20)
    child.stdout.close()
    assert all(wait_gone(one) for one in [pid, *grandchildren])


def test_a_job_can_have_jobs(ps) -> None:
    assert ps("Start-Job { Start-Job { 'inner' } | Receive-Job -Wait } | Receive-Job -Wait").output == ["inner"]


def test_what_is_no_job_is_refused(ps) -> None:
    command = "Microsoft.PowerShell.Commands.ReceiveJobCommand"
    assert ps("Receive-Job -Job 5").ids == [f"CannotConvertArgumentNoMessage,{command}"]
    assert ps("Receive-Job 99").ids == [f"JobWithSpecifiedSessionNotFound,{command}"]


def test_strict_reading_knows_no_alias_that_powershell_lacks(ps) -> None:
    ps.runspace.context.strict_reading = True
    for call in ("Receive-Job -JobName A", "Receive-Job -JobN A", "Get-Job -JobName A"):
        assert ps(call).ids[0].startswith("NamedParameterNotFound,")
