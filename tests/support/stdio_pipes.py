"""A client of a process that speaks PowerShell remoting on its standard streams."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from remora.bindings.psrp_stdio import StdioClient
from remora.psrp import events as ev
from remora.psrp.client import ClientPool
from remora.psrp.states import PSInvocationState


class Pipes:
    """A client of a server process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.client = StdioClient(ClientPool(uuid4()))
        self.events: list[Any] = []

    def pump(self, until: Callable[[], bool]) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        deadline = time.monotonic() + 30
        while not until():
            assert time.monotonic() < deadline
            if data := self.client.take():
                self.process.stdin.write(data)
                self.process.stdin.flush()
                continue
            self.events += self.client.receive(os.read(self.process.stdout.fileno(), 65536))

    def finish(self, pipeline_id: Any) -> tuple[list[Any], PSInvocationState]:
        pipeline = self.client.pool.pipelines[pipeline_id]
        self.pump(lambda: pipeline.state.terminal)
        output = [e.value for e in self.events if isinstance(e, ev.PipelineOutput) and e.pipeline_id == pipeline_id]
        return output, pipeline.state
