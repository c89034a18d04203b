"""A session that runs a few words instead of scripts; as a program, a stand-in for ``pwsh -s``."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from remora.psrp.hostcalls import HostMethod
from remora.psrp.message_types import InitRunspacePool
from remora.psrp.spec import CommandMetadataSpec, PipelineSpec
from remora.psrp.states import PSInvocationState
from remora.values import ErrorCategory, ErrorRecord, SecureString
from remora.worker import protocol as p
from remora.worker.pool_driver import HostCallBroken, PoolDriver

STOPPED = ErrorRecord.of("The pipeline has been stopped.", "PipelineStopped", ErrorCategory.OPERATION_STOPPED)


class FakeSession:
    """Runs a few words instead of scripts: one thread for each pipeline."""

    def __init__(self, driver: PoolDriver, request: p.Open | None = None) -> None:
        self.driver = driver
        self.stops: dict[UUID, threading.Event] = {}
        self.inputs: dict[UUID, list[Any]] = {}
        self.ended: dict[UUID, threading.Event] = {}

    def open(self, init: InitRunspacePool) -> None:
        if init.application_arguments == {"refuse": True}:
            self.driver.refused(ErrorRecord.of("refused", "Refused"))
        else:
            threading.Thread(target=self.driver.opened, args=({"PSVersionTable": {"PSEdition": "Core"}},)).start()

    def start(self, pipeline_id: UUID, spec: PipelineSpec | CommandMetadataSpec) -> None:
        assert isinstance(spec, PipelineSpec)
        self.stops[pipeline_id] = threading.Event()
        self.inputs[pipeline_id] = []
        self.ended[pipeline_id] = threading.Event()
        words = spec.statements[0][0].name.split()
        threading.Thread(target=self._run, args=(pipeline_id, words), daemon=True).start()

    def _run(self, pid: UUID, words: list[str]) -> None:
        try:
            getattr(self, "_" + words[0])(pid, *words[1:])
        except HostCallBroken:
            self.driver.state(pid, PSInvocationState.STOPPED, STOPPED)
            return
        if self.stops[pid].is_set():
            self.driver.state(pid, PSInvocationState.STOPPED, STOPPED)
        else:
            self.driver.state(pid, PSInvocationState.COMPLETED)

    def _count(self, pid: UUID, last: str, width: str = "0") -> None:
        for number in range(int(last)):
            if self.stops[pid].is_set():
                return
            self.driver.output(pid, f"{number}" + "." * int(width))

    def _mid(self, pid: UUID, last: str, path: str) -> None:
        """Count, wait for a file, count again."""
        self._count(pid, last)
        while not Path(path).exists():
            time.sleep(0.005)
        self._count(pid, last)

    def _echo(self, pid: UUID) -> None:
        self.ended[pid].wait()
        for value in self.inputs[pid]:
            self.driver.output(pid, value)

    def _ask(self, pid: UUID) -> None:
        self.driver.host_call(pid, HostMethod.WRITE_LINE2, ("thinking",))
        response = self.driver.host_call(pid, HostMethod.READ_LINE)
        assert response is not None
        self.driver.output(pid, response.value)

    def _wait(self, pid: UUID) -> None:
        self.stops[pid].wait()

    def _secret(self, pid: UUID) -> None:
        self.driver.output(pid, SecureString("hidden"))

    def input(self, pipeline_id: UUID, value: Any) -> None:
        self.inputs[pipeline_id].append(value)

    def end_input(self, pipeline_id: UUID) -> None:
        self.ended[pipeline_id].set()

    def stop(self, pipeline_id: UUID) -> None:
        self.stops[pipeline_id].set()
        self.ended[pipeline_id].set()

    def resize(self, minimum: int, maximum: int) -> None: ...

    def reset(self, done: Callable[[bool], None]) -> None:
        done(True)

    def close(self) -> None:
        for pipeline_id in self.stops:
            self.stop(pipeline_id)


if __name__ == "__main__":
    from remora.worker.stdio_server import serve

    sys.exit(serve(make_session=FakeSession))
