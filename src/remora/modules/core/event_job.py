"""The job of an event's action: it keeps what the action puts out, and ends with the subscription."""

from __future__ import annotations

import threading
from typing import Any

from remora.engine.context import EngineContext
from remora.engine.events import EventArguments, Subscriber, run_action
from remora.engine.module.info import dynamic_module
from remora.engine.nettype import NetType
from remora.engine.scriptblock import ScriptBlock
from remora.modules.core.job import Job, next_job_id


class ActionHandle:
    """A JobHandle that is NotStarted until the first event, and Running until the subscription ends."""

    def __init__(self, block: ScriptBlock) -> None:
        self.block = block
        self.state = "NotStarted"
        self.failure: Any = None
        self.failure_reported = False
        self._ended = threading.Event()
        self._records: list[tuple[str, Any]] = []

    def run(self, context: EngineContext, subscriber: Subscriber, made: EventArguments) -> None:
        """One event."""
        if self.state == "NotStarted":
            self.state = "Running"
        run_action(context, self.block, made, subscriber, self)

    def finish(self, state: str) -> None:
        """The subscription has ended."""
        if self.state in ("NotStarted", "Running"):
            self.state = state
        self._ended.set()

    def output(self, value: Any) -> None:
        """Records of the action's streams."""
        self._records.append(("output", value))

    def error(self, record: Any) -> None:
        self._records.append(("error", record))

    def warning(self, record: Any) -> None:
        self._records.append(("warning", record))

    def verbose(self, record: Any) -> None:
        self._records.append(("verbose", record))

    def debug(self, record: Any) -> None:
        self._records.append(("debug", record))

    def information(self, record: Any) -> None:
        self._records.append(("information", record))

    def progress(self, record: Any) -> None:
        self._records.append(("progress", record))

    def receive(self, keep: bool = False) -> list[tuple[str, Any]]:
        """What has come since the last time."""
        out = list(self._records)
        if not keep:
            self._records.clear()
        return out

    def has_more(self) -> bool:
        return bool(self._records)

    def wait(self, timeout: float | None = None) -> bool:
        return self._ended.wait(timeout)

    def stop(self) -> None:
        self.finish("Stopped")

    def remove(self) -> None:
        self.finish("Stopped")


class EventJob(Job):
    """PSEventJob."""

    __slots__ = ("module",)
    net_type = NetType("System.Management.Automation.PSEventJob", Job.net_type)
    module: Any


def event_job(session: Any, name: str, block: ScriptBlock) -> EventJob:
    """A job for an action, in the session's table."""
    module = dynamic_module(block.context)
    inside = ScriptBlock(block.code, block.context, module.session)
    inside.mode = block.mode
    made = EventJob(
        id=next_job_id(session, 1),
        name=name,
        command=block.text,
        handle=ActionHandle(inside),
        location="",
        type_label="",
    )
    made.module = module
    session.jobs.append(made)
    return made


EventJob.net_type.property("Module", "System.Management.Automation.PSModuleInfo", wire=False)(lambda job: job.module)
