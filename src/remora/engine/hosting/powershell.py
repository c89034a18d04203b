"""[powershell]: commands put together in a script and run in a runspace, here or on a thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from remora.engine.context import current
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.events import EventSource
from remora.engine.exception_types import exception
from remora.engine.hosting.asyncresult import AsyncResult
from remora.engine.hosting.command import PSCommand
from remora.engine.hosting.datacollection import DataCollection, collection
from remora.engine.hosting.pool import RunspacePool
from remora.engine.hosting.runspace import HostedRunspace
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import ENUM, unwrap
from remora.values.collections import GenericList

if TYPE_CHECKING:
    from remora.engine.runspace import PipelineResult

_M = "System.Management.Automation."
STATE = NetType(
    _M + "PSInvocationState",
    ENUM,
    enum={"NotStarted": 0, "Running": 1, "Stopping": 2, "Stopped": 3, "Completed": 4, "Failed": 5, "Disconnected": 6},
)
MODE = NetType(_M + "RunspaceMode", ENUM, enum={"CurrentRunspace": 0, "NewRunspace": 1})


class InvocationStateInfo(NetObject):
    """PSInvocationStateInfo: state and, when it failed, why."""

    __slots__ = ("reason", "state")
    net_type = NetType(_M + "PSInvocationStateInfo", OBJECT)

    def __init__(self, state: str, reason: Any = None) -> None:
        self.state = state
        self.reason = reason

    def net_text(self) -> str:
        return self.state


class StateChanged(NetObject):
    """PSInvocationStateChangedEventArgs."""

    __slots__ = ("info",)
    net_type = NetType(_M + "PSInvocationStateChangedEventArgs", NetType("System.EventArgs", OBJECT))

    def __init__(self, info: InvocationStateInfo) -> None:
        self.info = info


StateChanged.net_type.property("InvocationStateInfo")(lambda e: e.info)
STREAMS = ("Error", "Warning", "Verbose", "Debug", "Information", "Progress")


class DataStreams(NetObject):
    """PSDataStreams: one collection a stream. It is the sink of the pipeline, its output apart."""

    __slots__ = ("lists", "take_output")
    net_type = NetType(_M + "PSDataStreams", OBJECT)

    def __init__(self) -> None:
        self.take_output: Callable[[Any], None] = lambda value: None
        self.lists = {name: collection(f"{_M}{name}Record") for name in STREAMS}

    def clear(self) -> None:
        for one in self.lists.values():
            one.clear()

    def output(self, value: Any) -> None:
        self.take_output(value)

    def error(self, record: Any) -> None:
        self.lists["Error"].append(record)

    def warning(self, record: Any) -> None:
        self.lists["Warning"].append(record)

    def verbose(self, record: Any) -> None:
        self.lists["Verbose"].append(record)

    def debug(self, record: Any) -> None:
        self.lists["Debug"].append(record)

    def information(self, record: Any) -> None:
        self.lists["Information"].append(record)

    def progress(self, record: Any) -> None:
        self.lists["Progress"].append(record)


class PowerShell(NetObject):
    """A [powershell]. runspace: where it runs; None: one of its own, made at the first run. pool: lends one instead."""

    __slots__ = (
        "_stopped", "add_to_history", "command", "disposed", "events", "had_errors", "instance_id", "nested", "owns",
        "pool", "running",
        "runspace", "state", "streams",
    )  # fmt: skip
    net_type = NetType(_M + "PowerShell", OBJECT)

    def __init__(self, runspace: HostedRunspace | None = None, *, nested: bool = False) -> None:
        self.command = PSCommand()
        self.runspace = runspace
        self.pool: RunspacePool | None = None
        self.owns = runspace is None
        self.nested = nested
        self.streams = DataStreams()
        self.instance_id: UUID = uuid4()
        self.state = InvocationStateInfo("NotStarted")
        self.had_errors = False
        self.add_to_history = False
        self.running: AsyncResult | None = None
        self.disposed = False
        self._stopped = threading.Event()
        self.events = EventSource(self, ("InvocationStateChanged",))

    def net_text(self) -> str:
        return self.net_type.name

    # -- running -------------------------------------------------------------------------------------------------------

    def invoke(self, input: Any = None, output: Any = None) -> GenericList:
        """Run here and return the output. Raises PSError with what ended the script."""
        out: list[Any] = output if isinstance(output, list) else []
        self._begin()
        where = self._where()
        stop = where.ready().stop
        outer = current()
        outer.on_stop.append(stop)
        try:
            if outer.stopped:
                outer.check_stop()
            result = self._run(where, _items(input), out.append)
        finally:
            outer.on_stop.remove(stop)
            self._return(where)
        if result.state == "Stopped" and outer.stopped:
            outer.check_stop()
        self._settle(result)
        if result.problem is not None:
            raise PSError(outer_record(result.problem))
        return GenericList([] if output is not None else out, _M + "PSObject")

    def begin_invoke(self, input: Any = None, output: Any = None, *, state: Any = None) -> AsyncResult:
        """Run on a thread; the result's ``wait`` and ``end_invoke`` wait for it."""
        from remora.engine.threads import start_engine_thread

        self._begin()
        out = output if isinstance(output, DataCollection) else collection()
        handle = self.running = AsyncResult(out, state)
        where = self.pool.prepare() if self.pool is not None else self._where()
        if where is not None and self.pool is None and where.ready().busy:
            self._set("Failed")
            raise _busy()
        source = input if isinstance(input, DataCollection) else _items(input)

        def work() -> None:
            one = where if where is not None or self.pool is None else self.pool.borrow(self._stopped)
            try:
                if one is None:
                    self._set("Stopped")
                    return
                result = self._run(one, source, out.append)
                handle.error = outer_record(result.problem) if result.problem is not None else None
                self._settle(result)
            except PSError as problem:
                handle.error = problem.record
                self._set("Failed", problem.record.exception)
            finally:
                if one is not None:
                    self._return(one)
                out.complete()
                handle.finish()

        start_engine_thread(work, "powershell")
        return handle

    def end_invoke(self, handle: Any) -> DataCollection:
        """Wait for the run and return its output. Raises PSError with what ended the script, or for another handle."""
        if not isinstance(handle, AsyncResult):
            raise error(
                "Asynchronous results of another call were given." if handle is not None else "Value cannot be null.",
                "Argument",
                type_name="System.ArgumentException" if handle is not None else "System.ArgumentNullException",
            )
        handle.wait(None)
        if handle.error is not None:
            raise PSError(handle.error)
        output: DataCollection = handle.output
        return output

    def stop(self) -> None:
        """Stop the run and wait for its end."""
        self._stopped.set()
        if self.state.state == "Running":
            if self.runspace is not None and self.runspace.engine is not None:
                self.runspace.engine.stop()
            if self.running is not None:
                self.running.event.wait()
        elif self.state.state == "NotStarted":
            self._set("Stopped")

    def _begin(self) -> None:
        if self.disposed:
            raise error(
                "Cannot access a disposed object.\nObject name: 'PowerShell'.",
                "ObjectDisposed",
                "InvalidOperation",
                type_name="System.ObjectDisposedException",
            )
        if self.state.state == "Running":
            raise invalid("The state of the current PowerShell instance is not valid for this operation.")
        if not self.command.commands:
            raise invalid("No commands are specified. The command cannot be run without any commands.")
        self.had_errors = False
        self._stopped.clear()
        self._set("Running")

    def _where(self) -> HostedRunspace:
        """The runspace to run in on this thread."""
        if self.pool is not None:
            one = self.pool.prepare() or self.pool.borrow(self._stopped)
            if one is None:
                raise invalid("The runspace pool is closed.")
            return one
        try:
            if self.runspace is None:
                self.runspace = HostedRunspace()
                self.runspace.open()
            self.runspace.ready()
        except PSError:
            self._set("NotStarted")
            raise
        return self.runspace

    def _return(self, one: HostedRunspace) -> None:
        if self.pool is not None:
            self.runspace = None
            self.pool.give_back(one)

    def _run(self, where: HostedRunspace, source: Iterable[Any] | None, take: Callable[[Any], None]) -> PipelineResult:
        if self.pool is not None:
            self.runspace = where
        self.streams.take_output = take
        engine = where.ready()
        try:
            return engine.invoke(
                self.command.statements(), input=source, sink=self.streams, add_to_history=self.add_to_history
            )
        except PSError:
            self._set("Failed")
            raise

    def _settle(self, result: PipelineResult) -> None:
        self.had_errors = result.had_errors or result.state == "Failed"
        reason = outer_record(result.problem).exception if result.problem is not None else None
        self._set(result.state, reason)

    def _set(self, state: str, reason: Any = None) -> None:
        self.state = InvocationStateInfo(state, reason)
        self.events.raise_event("InvocationStateChanged", StateChanged(self.state))

    def dispose(self) -> None:
        """Give up what is held."""
        self.stop()
        self.disposed = True
        if self.owns and self.runspace is not None and self.pool is None:
            self.runspace.close()


def _items(value: Any) -> Iterable[Any] | None:
    inner = unwrap(value)
    if inner is None or inner is NOTHING:
        return None
    return list(items_of(inner)) if is_enumerable(inner) else [value]


def outer_record(problem: PSError) -> ErrorRecord:
    """What .NET callers get of the error that ended a script: exceptions that are no RuntimeException come in one."""
    record = problem.record
    inner = record.exception
    if problem.wrapper == _M + "ActionPreferenceStopException":
        message = (
            'The running command stopped because the preference variable "ErrorActionPreference" or common parameter '
            f"is set to Stop: {record.message}"
        )
        made = exception(message, _M + "ActionPreferenceStopException", inner=inner)
    elif inner.kind.is_a(_M + "RuntimeException"):
        made = inner
    else:
        kind = "CmdletInvocationException" if record.command_id or problem.wrapper else "RuntimeException"
        made = exception(record.message, _M + kind, inner=inner)
    made.error_record = record
    return ErrorRecord(made, record.error_id, record.category, record.target)


def invalid(message: str) -> PSError:
    """PSInvalidOperationException."""
    made = error(message, "InvalidOperation", "InvalidOperation", type_name=_M + "PSInvalidOperationException")
    made.record.exception.error_record = made.record
    return made


def _busy() -> PSError:
    return invalid(
        "The pipeline was not run because a pipeline is already running. Pipelines cannot be run concurrently."
    )


def _declare() -> None:
    from remora.engine.types.catalog import load

    load("runspaces")


for _type in (InvocationStateInfo.net_type, DataStreams.net_type, PowerShell.net_type):
    _type.load = _declare
