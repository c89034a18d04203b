"""ForEach-Object -Parallel: each input object on a thread, in a runspace of its own."""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any

from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.exception_types import exception
from remora.engine.hosting.blocktask import BlockTask, TaskPool
from remora.engine.nothing import NOTHING
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.engine.using import using_values
from remora.modules.core.receiving import write_record
from remora.modules.core.task_job import task_job

if TYPE_CHECKING:
    from remora.modules.core.loops import ForEachObject

_NOT_TAKEN = ("ErrorAction", "WarningAction", "InformationAction", "PipelineVariable")
_POLL = 0.05


class ParallelRun:
    """One call of ForEach-Object -Parallel."""

    def __init__(self, cmdlet: ForEachObject) -> None:
        self._cmdlet = cmdlet
        self._block: ScriptBlock = cmdlet.parallel
        self._pool = TaskPool(cmdlet.throttle_limit)
        self._tasks: list[BlockTask] = []
        self._records: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._deadline = time.monotonic() + cmdlet.timeout_seconds if cmdlet.timeout_seconds else None
        self._over = False
        self._check()
        self._using = self._using_values()

    def _check(self) -> None:
        given = self._cmdlet.runtime.given
        if any(name.lower() in given for name in _NOT_TAKEN):
            raise self._refuse(
                "The following common parameters are not currently supported in the Parallel parameter set:\n"
                "ErrorAction, WarningAction, InformationAction, PipelineVariable",
                "ParallelCommonParametersNotSupported",
                "System.Management.Automation.PSArgumentException",
            )
        if self._cmdlet.as_job and self._deadline is not None:
            raise self._refuse(
                "The 'TimeoutSeconds' parameter cannot be used with the 'AsJob' parameter.",
                "ParallelCannotUseTimeoutWithJob",
                "System.ArgumentException",
            )

    def _refuse(self, message: str, id: str, kind: str, target: Any = None) -> Exception:
        return self._cmdlet.throw(error(message, id, "InvalidOperation", target, type_name=kind))

    def _using_values(self) -> dict[str, Any]:
        try:
            values = using_values(self._cmdlet.session, self._block)
        except PSError as problem:
            raise self._cmdlet.throw(problem) from None
        for value in values.values():
            if isinstance(unwrap(value), ScriptBlock):
                raise self._refuse(
                    "A ForEach-Object -Parallel using variable cannot be a script block. Passed-in script block "
                    "variables are not supported with ForEach-Object -Parallel, and can result in undefined behavior.",
                    "ParallelUsingVariableCannotBeScriptBlock",
                    "System.Management.Automation.PSArgumentException",
                )
        return values

    def take(self, item: Any) -> None:
        """One input object."""
        if isinstance(unwrap(item), ScriptBlock):
            problem = error(
                "A ForEach-Object -Parallel piped input object cannot be a script block. Passed-in script block "
                "variables are not supported with ForEach-Object -Parallel, and can result in undefined behavior.",
                "ParallelPipedInputObjectCannotBeScriptBlock",
                "InvalidType",
                type_name="System.Management.Automation.PSArgumentException",
            )
            self._cmdlet.write_error(problem.record)
            return
        as_job = bool(self._cmdlet.as_job)
        task = BlockTask(
            self._cmdlet.session.context,
            self._block,
            using=self._using,
            item=None if item is NOTHING else item,
            host=self._cmdlet.session.host,
            take=None if as_job else self._put,
        )
        self._tasks.append(task)
        if as_job:
            return
        while self._pool.full and not self._over:
            self._pump()
        if self._over:
            self._tasks.pop()
            return
        self._pool.submit(task)
        self._pump(wait=False)

    def _put(self, stream: str, value: Any) -> None:
        self._records.put((stream, value))

    def _pump(self, *, wait: bool = True) -> None:
        """Write what has come, waiting a little for something."""
        try:
            record = self._records.get(timeout=_POLL) if wait else self._records.get_nowait()
        except queue.Empty:
            record = None
        while record is not None:
            write_record(self._cmdlet, *record)
            try:
                record = self._records.get_nowait()
            except queue.Empty:
                record = None
        self._cmdlet.check_stop()
        if self._deadline is not None and time.monotonic() >= self._deadline and not self._over:
            self._over = True
            for task in reversed(self._tasks):
                task.stop()

    def finish(self) -> None:
        """No more input: wait for all, or hand out the job."""
        if self._cmdlet.as_job:
            fresh = bool(self._cmdlet.use_new_runspace)
            job = task_job(self._cmdlet.session, self._block.text, self._tasks, self._pool, fresh)
            for task in self._tasks:
                self._pool.submit(task)
            self._cmdlet.emit(job)
            return
        while not all(task.wait(0) for task in self._tasks):
            self._pump()
        self._pump(wait=False)
        for task in self._tasks:
            self._report(task)

    def _report(self, task: BlockTask) -> None:
        """A task that ended with an error, or was stopped, leaves one record."""
        failure = task.failure
        if task.state == "Stopped":
            stopped = exception(
                "The pipeline has been stopped.", "System.Management.Automation.PipelineStoppedException"
            )
            record = ErrorRecord(stopped, "PSTaskException", "InvalidOperation")
        elif failure is not None:
            record = ErrorRecord(failure.exception, "PSTaskException", "InvalidOperation", failure.target)
            record.invocation = failure.invocation
        else:
            return
        record.settled = True
        self._cmdlet.write_error(record)

    def stop(self) -> None:
        """Stop what still runs."""
        if not self._cmdlet.as_job:
            for task in reversed(self._tasks):
                task.stop()
