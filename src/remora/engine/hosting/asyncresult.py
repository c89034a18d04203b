"""What BeginInvoke and InvokeAsync give back: IAsyncResult with its wait handle, and Task."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from remora.engine.context import current
from remora.engine.convert.conversion import convert_to
from remora.engine.enumeration import items_of
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.registry import ENUM

TASK_STATUS = NetType(
    "System.Threading.Tasks.TaskStatus",
    ENUM,
    enum={
        "Created": 0, "WaitingForActivation": 1, "WaitingToRun": 2, "Running": 3, "WaitingForChildrenToComplete": 4,
        "RanToCompletion": 5, "Canceled": 6, "Faulted": 7,
    },
)  # fmt: skip


def wait_for(event: threading.Event, seconds: float | None) -> bool:
    """Wait for an event on the engine's thread; a stop of the running pipeline ends the wait."""
    context = current()
    deadline = None if seconds is None else time.monotonic() + seconds
    while not event.is_set():
        left = 0.05 if deadline is None else min(0.05, deadline - time.monotonic())
        if left <= 0:
            return False
        event.wait(left)
        context.check_stop()
    return True


class WaitHandle(NetObject):
    """An event to wait for."""

    __slots__ = ("event",)
    net_type = NetType("System.Threading.WaitHandle", OBJECT)

    def __init__(self, event: threading.Event) -> None:
        self.event = event


class AsyncResult(NetObject):
    """One run on a thread. output: what it gives. error: what ended it."""

    __slots__ = ("error", "event", "output", "state")
    net_type = NetType(
        "System.Management.Automation.PowerShellAsyncResult", OBJECT, interfaces=("System.IAsyncResult",)
    )

    def __init__(self, output: Any, state: Any = None) -> None:
        self.output = output
        self.state = state
        self.event = threading.Event()
        self.error: ErrorRecord | None = None

    def finish(self) -> None:
        """The run has ended."""
        self.event.set()

    def wait(self, seconds: float | None) -> bool:
        """Wait for the end; False when the time is over first."""
        return wait_for(self.event, seconds)


class Task(NetObject):
    """A Task over a run."""

    __slots__ = ("handle",)
    net_type = NetType("System.Threading.Tasks.Task`1", NetType("System.Threading.Tasks.Task", OBJECT))

    def __init__(self, handle: AsyncResult) -> None:
        self.handle = handle

    @property
    def status(self) -> str:
        if not self.handle.event.is_set():
            return "WaitingForActivation"
        return "Faulted" if self.handle.error is not None else "RanToCompletion"

    def aggregate(self) -> PSError:
        """The AggregateException around what went wrong."""
        assert self.handle.error is not None
        inner = self.handle.error.exception
        return error(
            f"One or more errors occurred. ({inner.message})",
            "AggregateException",
            type_name="System.AggregateException",
            inner=inner,
        )

    def result(self) -> Any:
        self.handle.wait(None)
        if self.handle.error is not None:
            raise self.aggregate()
        return self.handle.output

    def wait(self, milliseconds: int = -1) -> bool:
        done = self.handle.wait(None if milliseconds < 0 else milliseconds / 1000)
        if done and self.handle.error is not None:
            raise self.aggregate()
        return done


def _seconds(value: Any) -> float | None:
    """A timeout in milliseconds, or a TimeSpan."""
    if hasattr(value, "total_seconds"):
        return float(value.total_seconds())
    return None if int(value) < 0 else int(value) / 1000


def _tasks(given: Sequence[Any]) -> list[Task]:
    return [item for one in given for item in items_of(one) if isinstance(item, Task)]


def _declare() -> None:
    k = AsyncResult.net_type
    k.property("IsCompleted", "System.Boolean")(lambda r: r.event.is_set())
    k.property("CompletedSynchronously", "System.Boolean")(lambda r: False)
    k.property("AsyncState")(lambda r: r.state)
    k.property("AsyncWaitHandle")(lambda r: WaitHandle(r.event))
    w = WaitHandle.net_type
    w.method("WaitOne()", "WaitOne(object)", "WaitOne(object, bool)", returns="bool")(
        lambda h, limit=-1, exit_context=False: wait_for(h.event, _seconds(limit))
    )
    w.method("Close()", "Dispose()", returns="void")(lambda h: None)
    w.static("WaitAll(object[])", "WaitAll(object[], object)", returns="bool")(
        lambda handles, limit=-1: all(wait_for(h.event, _seconds(limit)) for h in handles)
    )
    t = Task.net_type
    task = t.base
    assert task is not None
    task.static("WaitAll(*object)", returns="void")(lambda *tasks: [one.wait() for one in _tasks(tasks)])
    task.static("WhenAll(*object)")(lambda *tasks: _tasks(tasks)[-1])
    t.property("IsCompleted", "System.Boolean")(lambda o: o.handle.event.is_set())
    t.property("IsCanceled", "System.Boolean")(lambda o: False)
    t.property("IsFaulted", "System.Boolean")(lambda o: o.handle.event.is_set() and o.handle.error is not None)
    t.property("IsCompletedSuccessfully", "System.Boolean")(lambda o: o.status == "RanToCompletion")
    t.property("Status")(lambda o: convert_to(o.status, TASK_STATUS.name))
    t.property("Result")(lambda o: o.result())
    t.property("Exception")(lambda o: o.aggregate().record.exception if o.status == "Faulted" else None)
    t.method("Wait()", returns="void")(lambda o: o.wait())
    t.method("Wait(int)", returns="bool")(lambda o, limit: o.wait(limit))
    t.method("GetAwaiter()")(lambda o: o)
    t.method("GetResult()")(lambda o: o.result())
    t.method("Dispose()", returns="void")(lambda o: None)


_declare()
