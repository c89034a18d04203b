"""Cancellation: a stop ends loops, sleeps, waits and programs at once, and ``finally`` runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from remora.engine.runspace import PipelineResult, Runspace
from remora.engine.streams import CollectingSink
from remora.engine.threads import start_engine_thread


class StartedSink(CollectingSink):
    """Tells when the first output has come."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()
        self.output = self._note

    def _note(self, value: Any) -> None:
        self.outputs.append(value)
        self.started.set()


def stop_after_first_output(runspace: Runspace, script: str) -> tuple[PipelineResult, StartedSink, float]:
    sink = StartedSink()
    results: list[PipelineResult] = []
    thread = start_engine_thread(lambda: results.append(runspace.invoke(script, sink=sink)), "stop-test")
    assert sink.started.wait(20)
    begin = time.monotonic()
    runspace.stop()
    thread.join(20)
    assert not thread.is_alive()
    return results[0], sink, time.monotonic() - begin


@pytest.mark.parametrize(
    "script",
    [
        "1; while ($true) { }",
        "1; for (;;) { $i++ }",
        "1; do { } until ($false)",
        "1; Start-Sleep 60",
        "1; foreach ($i in 1..100000000) { }".replace("100000000", "10000000"),
        "1; function f { while ($true) { $x = 1 } }; f",
        "1; 1..1000000 | ForEach-Object { $_ } | Out-Null; while (1) {}",
        "1; /bin/sleep 60",
        "1; /bin/sh -c 'trap \"\" INT; while :; do sleep 1; done'",
        "1; & { process { while ($true) { } } }",
        "1; [System.Threading.Thread]::Sleep(60000)",
        "1; $x = $(while ($true) { })",
        "1; switch (1..10000000) { default { } }",
    ],
)
def test_stop_ends_it_at_once(runspace: Runspace, script: str) -> None:
    result, sink, seconds = stop_after_first_output(runspace, script)
    assert result.state == "Stopped"
    assert result.error is not None
    assert result.error.fully_qualified_id == "PipelineStopped"
    assert sink.outputs[0] == 1
    assert seconds < 5.0


def test_catch_does_not_see_a_stop_but_finally_runs(runspace: Runspace, run: Callable[..., Any]) -> None:
    script = """
        $global:log = @()
        try { 1; while ($true) { } } catch { $global:log += 'caught' }
        finally { $global:log += 'final'; 1..3 | % { $global:log += $_ } }
    """
    result, _, _ = stop_after_first_output(runspace, script)
    assert result.state == "Stopped"
    assert run("$log -join ','").outputs == ["final,1,2,3"]


def test_runspace_is_usable_after_a_stop(runspace: Runspace, run: Callable[..., Any]) -> None:
    stop_after_first_output(runspace, "1; while ($true) { }")
    assert run("1 + 1").outputs == [2]


def test_stop_without_a_pipeline_changes_nothing(runspace: Runspace, run: Callable[..., Any]) -> None:
    runspace.stop()
    assert run("1 + 1").outputs == [2]


def test_second_pipeline_on_another_thread_is_refused(runspace: Runspace, run: Callable[..., Any]) -> None:
    from remora.engine.errors import PSError

    sink = StartedSink()
    thread = start_engine_thread(lambda: runspace.invoke("1; Start-Sleep 60", sink=sink) and None, "busy")
    assert sink.started.wait(20)
    with pytest.raises(PSError, match="already running"):
        run("1")
    runspace.stop()
    thread.join(20)


def test_call_depth_overflow(run: Callable[..., Any]) -> None:
    outcome = run("function f { f }; f; 'after'")
    assert outcome.ids == ["CallDepthOverflow"]
    assert run("try { function g { g }; g } catch { $_.FullyQualifiedErrorId }").outputs == ["CallDepthOverflow"]
    assert run("function deep($n) { if ($n) { 1 + (deep ($n - 1)) } else { 0 } }; deep 300").outputs == [300]
