"""The embedded engine behind a pool: a thread for each runspace, a queue when all are busy, nesting, stop, reset."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Final
from uuid import UUID

from remora._log import bound
from remora.engine.commands import CommandTable
from remora.engine.errors import PipelineStopped, PSError
from remora.engine.jobs import JobHost
from remora.engine.runspace import PipelineResult, Runspace
from remora.engine.threads import start_engine_thread
from remora.engine.wire import to_wire
from remora.modules import UNIX_PROGRAMS, builtin_commands
from remora.modules.job_host import ProcessJobHost
from remora.psrp.message_types import InitRunspacePool
from remora.psrp.spec import CommandMetadataSpec, PipelineSpec
from remora.psrp.states import PSInvocationState
from remora.values import ErrorCategory, ErrorRecord
from remora.worker.command_metadata import command_metadata
from remora.worker.initial_state import initial_state, not_opened, startup_failed
from remora.worker.pool_driver import Inbox, PoolDriver
from remora.worker.private_data import private_data, sender_info
from remora.worker.protocol import Configuration, Open, Sender
from remora.worker.remote_host import RemoteHost
from remora.worker.remote_prompts import RemotePrompts
from remora.worker.remote_sink import RemoteSink

_STATES: Final = {
    "Completed": PSInvocationState.COMPLETED,
    "Failed": PSInvocationState.FAILED,
    "Stopped": PSInvocationState.STOPPED,
}
_END: Final = object()
_STOP_AGAIN: Final = 0.05  # seconds until a stop is repeated that came before the engine had begun
_log = bound(__name__)


@dataclass(slots=True, eq=False)
class _Run:
    """One pipeline from Command to its terminal state."""

    pipeline_id: UUID
    spec: PipelineSpec | CommandMetadataSpec
    inputs: SimpleQueue[Any] = field(default_factory=SimpleQueue)
    place: _Place | None = None
    sink: RemoteSink | None = None
    stopping: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    def values(self) -> Iterator[Any]:
        """The pipeline input as it comes."""
        while (value := self.inputs.get()) is not _END:
            yield value
        if self.stopping:
            raise PipelineStopped


class _Place:
    """A runspace and the thread it lives on."""

    def __init__(self, session: EngineSession) -> None:
        self._session = session
        self.inbox: Inbox = SimpleQueue()
        self.run: _Run | None = None
        self.host = RemoteHost(session.driver, session.init.host_info, self.inbox)
        self.runspace: Runspace | None = None
        self.prompts: RemotePrompts | None = None

    def start(self, ready: Callable[[], None]) -> None:
        """Make the runspace on its thread, call ``ready`` there, then serve the inbox."""
        start_engine_thread(lambda: self._serve(ready), "runspace")

    def _serve(self, ready: Callable[[], None]) -> None:
        try:
            self.renew()
        except Exception as error:
            _log.error("runspace_failed", exc_info=True)
            self._session.broken(error)
            return
        ready()
        while not self._session.closed:
            work = self.inbox.get()
            if work is not None:
                work()

    def renew(self) -> None:
        """Start over with a fresh runspace."""
        self.runspace = self._session.make_runspace(self.host)
        self.prompts = RemotePrompts(self.host, self.runspace)


class EngineSession:
    """Session of a pool, in this process. Public methods: on the transport's thread."""

    init: InitRunspacePool

    def __init__(
        self,
        driver: PoolDriver,
        job_host: JobHost,
        commands: CommandTable,
        *,
        sender: Sender | None,
        configuration: Configuration,
    ) -> None:
        self.driver = driver
        self._commands = commands if configuration.windows_aliases else commands.without_aliases(UNIX_PROGRAMS)
        self._job_host = job_host
        self.closed = False
        self.process_limit = 0
        self._sender = sender
        self._configuration = configuration
        self._lock = threading.RLock()
        self._places: list[_Place] = []
        self._idle: list[_Place] = []
        self._queue: deque[_Run] = deque()
        self._runs: dict[UUID, _Run] = {}
        self._maximum = 1

    @classmethod
    def for_shell(cls, driver: PoolDriver, request: Open, job_host: JobHost, commands: CommandTable) -> EngineSession:
        """The session of a shell of the host."""
        session = cls(driver, job_host, commands, sender=request.sender, configuration=request.configuration)
        session.process_limit = request.limits.max_processes
        return session

    @classmethod
    def for_stdio(cls, driver: PoolDriver) -> EngineSession:
        """The session of a process on pipes: whoever started it is its user."""
        return cls(driver, ProcessJobHost(), builtin_commands(), sender=None, configuration=Configuration())

    # --- pool -------------------------------------------------------------------------------------------------

    def open(self, init: InitRunspacePool) -> None:
        self.init = init
        self._maximum = init.max_runspaces
        place = _Place(self)
        self._places.append(place)
        place.start(lambda: self._opened(place))

    def _opened(self, place: _Place) -> None:
        self.driver.opened(private_data(wsman=self._sender is not None))
        self._next(place)

    def make_runspace(self, host: RemoteHost) -> Runspace:
        """A fresh runspace with the session's commands, sender and start-up script."""
        info = sender_info(self._sender, self.init.application_arguments)
        state = initial_state(self._configuration, self._commands, info)
        runspace = Runspace(host=host, job_host=self._job_host, state=state)
        errors = runspace.start()
        runspace.context.process_limit = self.process_limit
        if errors:
            raise startup_failed(errors[0])
        return runspace

    def broken(self, error: Exception) -> None:
        """No runspace could be made."""
        known = error.record if isinstance(error, PSError) else None
        record = to_wire(known) if known is not None else not_opened(error)
        if len(self._places) == 1:
            self.driver.refused(record)

    def resize(self, minimum: int, maximum: int) -> None:
        with self._lock:
            self._maximum = maximum
            while self._queue and len(self._places) < maximum:
                self._add_place()

    def reset(self, done: Callable[[bool], None]) -> None:
        with self._lock:
            places = list(self._idle) if len(self._idle) == len(self._places) else []
            self._idle = [place for place in self._idle if place not in places]
        if not places:
            done(False)
            return
        left = [len(places)]

        def renew(place: _Place) -> None:
            place.renew()
            with self._lock:
                left[0] -= 1
                last = left[0] == 0
            if last:
                done(True)
            self._next(place)

        for place in places:
            place.inbox.put(lambda place=place: renew(place))  # type: ignore[misc]

    def close(self) -> None:
        self.closed = True
        with self._lock:
            runs = list(self._runs.values())
            self._queue.clear()
        for run in runs:
            self._interrupt(run)
        for place in self._places:
            place.inbox.put(None)

    # --- pipelines --------------------------------------------------------------------------------------------

    def start(self, pipeline_id: UUID, spec: PipelineSpec | CommandMetadataSpec) -> None:
        run = _Run(pipeline_id, spec)
        nested = isinstance(spec, PipelineSpec) and spec.is_nested
        with self._lock:
            self._runs[pipeline_id] = run
            busy = next((place for place in self._places if place.run is not None), None)
            if nested and busy is not None:
                run.place = busy
                busy.inbox.put(lambda: self._execute(run, busy))
            elif self._idle:
                self._give(run, self._idle.pop())
            else:
                self._queue.append(run)
                if len(self._places) < self._maximum:
                    self._add_place()

    def _add_place(self) -> None:
        place = _Place(self)
        self._places.append(place)
        place.start(lambda: self._next(place))

    def _give(self, run: _Run, place: _Place) -> None:
        run.place = place
        place.run = run
        place.inbox.put(lambda: self._work(run, place))

    def _next(self, place: _Place) -> None:
        """The place is free: give it the next pipeline that waits."""
        with self._lock:
            place.run = None
            if self._queue:
                self._give(self._queue.popleft(), place)
            else:
                self._idle.append(place)

    def input(self, pipeline_id: UUID, value: Any) -> None:
        run = self._runs.get(pipeline_id)
        if run is not None:
            run.inputs.put(value)

    def end_input(self, pipeline_id: UUID) -> None:
        run = self._runs.get(pipeline_id)
        if run is not None:
            run.inputs.put(_END)

    def stop(self, pipeline_id: UUID) -> None:
        with self._lock:
            run = self._runs.get(pipeline_id)
            waiting = run is not None and run in self._queue
            if run is not None and waiting:
                self._queue.remove(run)
        if run is None:
            return
        if waiting:
            self._finish(run, PSInvocationState.STOPPED, _stopped())
            return
        self._interrupt(run)

    def _interrupt(self, run: _Run) -> None:
        run.stopping = True
        run.inputs.put(_END)
        threading.Thread(target=self._keep_stopping, args=(run,), name="stop", daemon=True).start()

    def _keep_stopping(self, run: _Run) -> None:
        """A stop that comes before the engine has begun would be lost: repeat it until the pipeline is over."""
        while True:
            if run.sink is not None:
                run.sink.stopping = True
            runspace = run.place.runspace if run.place is not None else None
            if runspace is not None:
                runspace.stop()
            if run.ended.wait(_STOP_AGAIN):
                return

    # --- on the runspace's thread -----------------------------------------------------------------------------

    def _work(self, run: _Run, place: _Place) -> None:
        self._execute(run, place, then=lambda: self._next(place))

    def _execute(self, run: _Run, place: _Place, then: Callable[[], None] = lambda: None) -> None:
        """Run one pipeline. then: called before its end is told, so that the next one finds the runspace free."""
        state, error = PSInvocationState.STOPPED, None
        assert place.runspace is not None
        assert place.prompts is not None
        before = place.host.attach(run.pipeline_id, getattr(run.spec, "host_info", None))
        place.prompts.attach()
        try:
            if not run.stopping:
                result = self._invoke(run, place, place.runspace)
                state = _STATES[result.state]
                error = to_wire(result.error) if result.error is not None else None
        except Exception as problem:
            _log.error("pipeline_failed", exc_info=True)
            state = PSInvocationState.FAILED
            error = ErrorRecord.of(f"{type(problem).__name__}: {problem}", "InternalError", ErrorCategory.NOT_SPECIFIED)
        finally:
            place.host.restore(before)
            place.prompts.attach()
        if state is PSInvocationState.STOPPED and error is None:
            error = _stopped()
        then()
        self._finish(run, state, error)

    def _finish(self, run: _Run, state: PSInvocationState, error: ErrorRecord | None) -> None:
        with self._lock:
            self._runs.pop(run.pipeline_id, None)
        run.ended.set()
        self.driver.state(run.pipeline_id, state, error)

    def _invoke(self, run: _Run, place: _Place, runspace: Runspace) -> PipelineResult:
        spec = run.spec
        if isinstance(spec, CommandMetadataSpec):
            return self._metadata(run, runspace, spec)
        sink = run.sink = RemoteSink(self.driver, run.pipeline_id, place.host, spec.stream_options)
        return runspace.invoke(
            spec.statements,
            input=None if spec.no_input else run.values(),
            sink=sink,
            add_to_history=spec.add_to_history,
            history=spec.history,
        )

    def _metadata(self, run: _Run, runspace: Runspace, spec: CommandMetadataSpec) -> PipelineResult:
        try:
            for value in command_metadata(runspace, spec):
                self.driver.output(run.pipeline_id, value)
        except PSError as problem:
            return PipelineResult(state="Failed", error=problem.record, had_errors=True)
        return PipelineResult(state="Completed")


def _stopped() -> ErrorRecord:
    return ErrorRecord.of(
        "The pipeline has been stopped.",
        "PipelineStopped",
        ErrorCategory.OPERATION_STOPPED,
        exception_type="System.Management.Automation.PipelineStoppedException",
    )
