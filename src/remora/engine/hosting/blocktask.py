"""Script blocks run on threads, each in a runspace of its own: what thread jobs and ForEach-Object -Parallel are."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from remora.engine.errors import ErrorRecord, PSError
from remora.engine.language.policy import policy_of, set_policy
from remora.engine.nothing import NOTHING
from remora.engine.runspace import InitialSessionState, Runspace
from remora.engine.scriptblock import ScriptBlock
from remora.engine.threads import no_thread, start_engine_thread

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

FINISHED: Final = frozenset({"Completed", "Failed", "Stopped"})
MOST_THREADS: Final = 256
"""Tasks of one pool that run at once, whatever limit was asked for."""
Take = Callable[[str, Any], None]


class BlockTask:
    """One block to run. It is a JobHandle: records wait until they are received, unless ``take`` gets them. It may do
    what the code that made it may do, no more.

    using: values of ``$using:`` variables; item: ``$_``; initial: a block run first; host: who is written to.
    """

    def __init__(
        self,
        parent: EngineContext,
        block: ScriptBlock,
        *,
        arguments: Sequence[Any] = (),
        using: Mapping[str, Any] | None = None,
        item: Any = NOTHING,
        input: Sequence[Any] | None = None,
        initial: ScriptBlock | None = None,
        host: Any = None,
        take: Take | None = None,
    ) -> None:
        self.state = "NotStarted"
        self.failure: ErrorRecord | None = None
        self.failure_reported = False
        self._parent = parent
        self._location = parent.drives.file_location
        self._language = parent.mode.language
        self._visibility = None if parent.mode.internal else parent.visibility
        self._block = block
        self._arguments = arguments
        self._using = dict(using or {})
        self._item = item
        self._input = input
        self._initial = initial
        self._host = host
        self._take = take
        self._records: list[tuple[str, Any]] = []
        self._more = threading.Condition()
        self._ended = threading.Event()
        self._stopping = False
        self._runspace: Runspace | None = None
        self.on_end: list[Callable[[], None]] = []

    # -- running -------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin on a thread of its own."""
        if self.state != "NotStarted":
            return
        self.state = "Running"
        try:
            start_engine_thread(self._work, "block-task")
        except RuntimeError:
            self._end("Failed", no_thread().record)

    def _work(self) -> None:
        try:
            self._run()
        except PSError as problem:
            self._end("Failed", problem.record)
        finally:
            self._runspace = None
            self._end("Failed")

    def _run(self) -> None:
        parent = self._parent
        state = InitialSessionState(
            commands=parent.commands,
            location=self._location,
            language_mode=self._language,
            visibility=self._visibility,
        )
        runspace = self._runspace = Runspace(host=self._host, job_host=parent.job_host, state=state)
        set_policy(runspace.context, policy_of(parent))
        scope = runspace.context.global_scope
        for name, value in self._using.items():
            scope.put(f"using:{name}", value)
        if self._item is not NOTHING:
            scope.put("_", self._item)
        for block, input, arguments in self._steps():
            if self._asked_to_stop():
                self._end("Stopped")
                return
            inside = ScriptBlock(block.code, runspace.context)
            inside.mode = block.mode
            result = runspace.invoke(inside, input=input, sink=self, arguments=arguments)
            if result.state != "Completed":
                failed = result.error if result.state == "Failed" and not self._stopping else None
                self._end("Stopped" if self._stopping else result.state, failed)
                return
        self._end("Completed")

    def _asked_to_stop(self) -> bool:
        return self._stopping

    def _steps(self) -> list[tuple[ScriptBlock, Sequence[Any] | None, Sequence[Any]]]:
        steps: list[tuple[ScriptBlock, Sequence[Any] | None, Sequence[Any]]] = []
        if self._initial is not None:
            steps.append((self._initial, None, ()))
        steps.append((self._block, self._input, self._arguments))
        return steps

    def _end(self, state: str, failure: ErrorRecord | None = None) -> None:
        if self.state in FINISHED:
            return
        self.state = state
        self.failure = failure
        self._ended.set()
        with self._more:
            self._more.notify_all()
        for tell in list(self.on_end):
            tell()

    # -- the sink of its pipeline --------------------------------------------------------------------------------------

    def _put(self, stream: str, value: Any) -> None:
        if self._take is not None:
            self._take(stream, value)
            return
        with self._more:
            self._records.append((stream, value))
            self._more.notify_all()

    def output(self, value: Any) -> None:
        """Records of the block's streams."""
        self._put("output", value)

    def error(self, record: Any) -> None:
        self._put("error", record)

    def warning(self, record: Any) -> None:
        self._put("warning", record)

    def verbose(self, record: Any) -> None:
        self._put("verbose", record)

    def debug(self, record: Any) -> None:
        self._put("debug", record)

    def information(self, record: Any) -> None:
        self._put("information", record)

    def progress(self, record: Any) -> None:
        self._put("progress", record)

    # -- as a job's handle ---------------------------------------------------------------------------------------------

    def receive(self, keep: bool = False) -> list[tuple[str, Any]]:
        """What has come since the last time."""
        with self._more:
            out = list(self._records)
            if not keep:
                self._records.clear()
        return out

    def has_more(self) -> bool:
        return bool(self._records)

    def wait_output(self, timeout: float) -> None:
        """Wait until something came, or the end."""
        with self._more:
            if not self._records and self.state not in FINISHED:
                self._more.wait(timeout)

    def wait(self, timeout: float | None = None) -> bool:
        return self._ended.wait(timeout)

    def stop(self) -> None:
        """Ask it to stop; one that has not begun is stopped at once."""
        self._stopping = True
        if self.state == "NotStarted":
            self._end("Stopped")
        runspace = self._runspace
        if runspace is not None:
            runspace.stop()

    def remove(self) -> None:
        self.stop()


class TaskPool:
    """Runs tasks, so many at once but no more than MOST_THREADS; the others wait in their order. most: how many have
    run at the same time.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.most = 0
        self._lock = threading.Lock()
        self._waiting: deque[BlockTask] = deque()
        self._running = 0

    def submit(self, task: BlockTask) -> None:
        """Start the task now or when there is room."""
        task.on_end.append(lambda: self._ended(task))
        with self._lock:
            if self.full:
                self._waiting.append(task)
                return
            self._running += 1
            self.most = max(self.most, self._running)
        task.start()

    def _ended(self, task: BlockTask) -> None:
        following: BlockTask | None = None
        with self._lock:
            if task in self._waiting:
                self._waiting.remove(task)
                return
            self._running -= 1
            while self._waiting and not self.full:
                following = self._waiting.popleft()
                if following.state == "NotStarted":
                    self._running += 1
                    break
                following = None
        if following is not None:
            following.start()

    @property
    def full(self) -> bool:
        return self._running >= min(self.limit, MOST_THREADS)
