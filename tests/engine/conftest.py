"""A runspace with the built-in cmdlets, run on a big-stack thread as the worker does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from remora.engine.convert import to_text
from remora.engine.runspace import InitialSessionState, PipelineResult, Runspace
from remora.engine.streams import CollectingSink
from remora.engine.threads import start_engine_thread
from remora.modules import builtin_commands


@dataclass
class Outcome:
    """What an invoke gave. texts: the outputs as PowerShell prints them; ids: error ids, a failure's last."""

    sink: CollectingSink
    result: PipelineResult

    @property
    def outputs(self) -> list[Any]:
        return self.sink.outputs

    @property
    def texts(self) -> list[str]:
        return [to_text(item) for item in self.sink.outputs]

    @property
    def ids(self) -> list[str]:
        found = [record.fully_qualified_id for record in self.sink.errors]
        return [*found, self.result.error.fully_qualified_id] if self.result.error is not None else found


def on_engine_thread(call: Callable[[], Any]) -> Any:
    box: list[Any] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            box.append(call())
        except BaseException as problem:
            failures.append(problem)

    thread = start_engine_thread(work, "engine-test")
    thread.join()
    if failures:
        raise failures[0]
    return box[0]


@pytest.fixture
def runspace() -> Runspace:
    return Runspace(state=InitialSessionState(commands=builtin_commands()))


@pytest.fixture
def run(runspace: Runspace) -> Callable[..., Outcome]:
    def invoke(script: Any, **options: Any) -> Outcome:
        sink = CollectingSink()
        result = on_engine_thread(lambda: runspace.invoke(script, sink=sink, **options))
        return Outcome(sink, result)

    return invoke
