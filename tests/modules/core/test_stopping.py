"""A stop ends what waits for threads, jobs, events and other runspaces, and what they run."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from remora.engine.runspace import InitialSessionState, PipelineResult, Runspace
from remora.engine.streams import CollectingSink
from remora.engine.threads import start_engine_thread
from remora.modules import builtin_commands

SCRIPTS = [
    "1; 1..3 | ForEach-Object -Parallel { Start-Sleep 60 }",
    "1; 1..3 | ForEach-Object -Parallel { while ($true) { } } -ThrottleLimit 1",
    "1; $null = Start-ThreadJob { Start-Sleep 60 } | Wait-Job",
    "1; Start-ThreadJob { Start-Sleep 60 } | Receive-Job -Wait",
    "1; Wait-Event nothing",
    "1; [powershell]::Create().AddScript('Start-Sleep 60').Invoke()",
    "1; $p = [powershell]::Create().AddScript('Start-Sleep 60'); $p.EndInvoke($p.BeginInvoke())",
    "1; [powershell]::Create().AddScript('while ($true) { }').Invoke()",
    "1; $s = { ForEach-Object { Start-Sleep 60 } }.GetSteppablePipeline(); $s.Begin($true); $s.Process(1)",
    "$a = 1..100; $b = 1..100 | % { , $a }; $c = 1..100 | % { , $b }; 1; ConvertTo-Xml -InputObject $c -Depth 9",
]


def _stopped(script: str) -> tuple[PipelineResult, float]:
    runspace = Runspace(state=InitialSessionState(commands=builtin_commands()))
    started = threading.Event()
    sink = CollectingSink()
    sink.output = lambda value: started.set()
    results: list[Any] = []
    thread = start_engine_thread(lambda: results.append(runspace.invoke(script, sink=sink)), "stop-test")
    assert started.wait(20)
    time.sleep(0.05)
    begin = time.monotonic()
    runspace.stop()
    thread.join(20)
    assert not thread.is_alive()
    runspace.invoke("Get-Job | Remove-Job -Force", sink=CollectingSink())
    return results[0], time.monotonic() - begin


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_stop_ends_it_at_once(script: str) -> None:
    result, seconds = _stopped(script)
    assert result.state == "Stopped"
    assert seconds < 5.0
