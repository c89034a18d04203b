from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from remora.engine.errors import ErrorRecord
from remora.engine.format import format_text
from remora.engine.runspace import InitialSessionState, Runspace
from remora.engine.streams import CollectingSink
from remora.engine.threads import start_engine_thread
from remora.modules import builtin_commands
from remora.modules.job_host import ProcessJobHost


@dataclass
class Ran:
    """What an invoke gave."""

    output: list[Any]
    errors: list[ErrorRecord]
    sink: CollectingSink
    state: str
    failure: ErrorRecord | None

    @property
    def text(self) -> str:
        return "\n".join(format_text(self.output))

    @property
    def ids(self) -> list[str]:
        """Ids of the errors, the terminating one last."""
        return [record.fully_qualified_id for record in [*self.errors, *([self.failure] if self.failure else [])]]

    @property
    def messages(self) -> list[str]:
        return [record.message for record in [*self.errors, *([self.failure] if self.failure else [])]]


Shell = Callable[..., Ran]


@dataclass
class Session:
    runspace: Runspace
    results: list[Ran] = field(default_factory=list)

    def __call__(self, script: str, *, input: list[Any] | None = None) -> Ran:
        sink = CollectingSink()
        outcome: list[Any] = []

        def work() -> None:
            try:
                outcome.append(self.runspace.invoke(script, sink=sink, input=input))
            except BaseException as problem:
                outcome.append(problem)

        start_engine_thread(work, "test").join()
        result = outcome[0]
        if isinstance(result, BaseException):
            raise result
        return Ran(sink.outputs, sink.errors, sink, result.state, result.error)


@pytest.fixture
def ps(tmp_path: Path) -> Iterator[Session]:
    """A session standing in tmp_path; its jobs are ended afterwards."""
    state = InitialSessionState(commands=builtin_commands(), location=str(tmp_path))
    session = Session(Runspace(state=state, job_host=ProcessJobHost()))
    yield session
    for job in session.runspace.context.jobs:
        job.handle.remove()
