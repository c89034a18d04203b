"""EngineContext: what all code of one runspace shares. One thread runs it at a time; ``stop`` may be set from any
thread.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from remora.engine.commands import CommandTable
from remora.engine.drives import Drives
from remora.engine.errors import ErrorRecord, PipelineStopped, PSError, error
from remora.engine.frame import CallInfo, Frame
from remora.engine.language.mode import FULL, NO_LANGUAGE, Mode
from remora.engine.resolver import Resolver
from remora.engine.scopes import Scope
from remora.engine.scriptblock import ScriptBlock
from remora.engine.source import Extent, Source
from remora.engine.streams import EngineHost, SilentHost

if TYPE_CHECKING:
    from remora.engine.hosting.debugger import Debugger, DebuggerStop, Resume
    from remora.engine.jobs import JobHost
    from remora.engine.language.visible import Visibility
    from remora.engine.module.info import PSModuleInfo
    from remora.engine.records import InformationRecord
    from remora.engine.tracing import TraceSources

MODULE_PATH: Final = "PSModulePath"
MAX_DEPTH: Final = 1000
MAX_ERRORS: Final = 256

_running = threading.local()


class Terminal(Protocol):
    """A sink that shows output on a terminal. flush: show what is held back."""

    def output(self, value: Any) -> None: ...
    def flush(self) -> None: ...


class EngineContext:
    """State of a runspace between and during its pipelines."""

    def __init__(self, commands: CommandTable, host: EngineHost | None = None, job_host: JobHost | None = None) -> None:
        self.commands = commands
        self.host: EngineHost = host if host is not None else SilentHost()
        self.job_host = job_host
        self.global_scope = Scope(None, is_script=True)
        self.drives = Drives(home_directory, start_directory())
        self.resolver = Resolver(self)
        self.jobs: list[Any] = []
        self.errors: list[Any] = []
        self.modules: dict[str, PSModuleInfo] = {}
        self.store: dict[str, Any] = {}
        self.stop = threading.Event()
        self.process_limit = 0
        self.stopped = False
        self.success = True
        self.trap_handlers: list[tuple[Frame, Callable[[PSError, Extent], None]] | None] = []
        self.terminal: Terminal | None = None  # where output goes that a terminal shows as it is
        self.strict_reading = False  # nothing but what PowerShell's binder takes: console --strict
        self.strict = False  # strict mode was asked for somewhere: whoever reads a member must look where it holds
        self.try_depth = 0
        self.trace = 0
        self.step = False
        self.tracer: TraceSources | None = None  # there are some while somebody hears them
        self.debugger: Debugger | None = None  # there is one while it has breakpoints or steps
        self.on_debugger_stop: Callable[[DebuggerStop], Resume] | None = None  # who answers where a script stops
        self.watched = False  # somebody wants to know of each statement and command
        self.depth = 0
        self.calls: list[CallInfo] = []
        self.handling: list[PSError] = []
        self.history_id = 1
        self.frames: list[Frame] = []
        self.on_stop: list[Callable[[], None]] = []
        self.attend: Callable[[], None] | None = None
        self.runspace: Any = None
        self.mode: Mode = FULL
        self.visibility: Visibility | None = None

    # -- stopping ------------------------------------------------------------------------------------------------------

    def check_stop(self) -> None:
        """Raise PipelineStopped when the pipeline was asked to stop. Runs the actions of events that wait, too: their
        arrival sets ``stopped`` for as long as it takes to get here.
        """
        if self.stopped:
            if self.stop.is_set() or self.attend is None:
                raise PipelineStopped
            self.stopped = False
            self.attend()

    def call_attention(self) -> None:
        """Have the running pipeline look after its events soon; safe from any thread."""
        self.stopped = True

    def sleep(self, seconds: float) -> None:
        """Wait that long or until the pipeline is stopped."""
        deadline = time.monotonic() + seconds
        while True:
            if self.stopped:
                self.check_stop()
            left = deadline - time.monotonic()
            if left <= 0:
                return
            if self.stop.wait(min(left, 3600.0)) and not self.stopped:
                time.sleep(min(left, 0.01))

    def request_stop(self) -> None:
        """Ask the running pipeline to stop; safe from any thread, returns at once."""
        self.stopped = True
        self.stop.set()
        for tell in list(self.on_stop):
            tell()

    def fresh(self) -> None:
        """Make ready for the next pipeline."""
        self.stop.clear()
        self.stopped = False

    @contextmanager
    def apart(self) -> Iterator[None]:
        """A prompt inside a pipeline: what it runs has no part in the pipeline's tries, traps, result and stop."""
        tries, handlers, success = self.try_depth, self.trap_handlers, self.success
        self.try_depth, self.trap_handlers = 0, []
        try:
            yield
        finally:
            self.try_depth, self.trap_handlers, self.success = tries, handlers, success

    def watch(self) -> None:
        """Tracing or breakpoints have come or gone."""
        self.watched = bool(self.trace) or self.debugger is not None or self.tracer is not None

    # -- errors --------------------------------------------------------------------------------------------------------

    def remember(self, record: ErrorRecord) -> None:
        """Put a record at the head of $Error, unless it is there."""
        errors = self.errors
        if errors and errors[0] is record:
            return
        errors.insert(0, record)
        if len(errors) > MAX_ERRORS:
            del errors[MAX_ERRORS:]

    def stack_trace(self, extent: Extent | None = None) -> str:
        """ScriptStackTrace: innermost call first, each with the line it had reached. extent: where the error is."""
        from remora.engine.commands import FunctionInfo

        lines = []
        for call in reversed(self.calls[-50:]):
            file = extent.source.file if extent is not None else None
            line = extent.start_line if extent is not None else 1
            name = call.name if isinstance(call.invocation.command, FunctionInfo) else ""
            lines.append(f"at {name or '<ScriptBlock>'}{call.section}, {file or '<No file>'}: line {line}")
            extent = call.invocation.extent or extent
        return "\n".join(lines)

    def enter(self, call: CallInfo, frame: Frame) -> None:
        """A function or script begins in a frame; too deep is CallDepthOverflow."""
        if len(self.calls) >= MAX_DEPTH:
            from remora.engine.compile.blocks import too_deep

            raise too_deep()
        self.calls.append(call)
        self.frames.append(frame)

    def leave(self) -> None:
        self.calls.pop()
        self.frames.pop()

    def active_frame(self) -> Frame:
        """The frame of the innermost nested invoke; callbacks from members run on it."""
        if not self.frames:
            raise error(
                "There is no Runspace available to run scripts in this thread.", "NoRunspace", "InvalidOperation"
            )
        return self.frames[-1]

    def show_only(self, visibility: Visibility | None) -> None:
        """From now on users of the session see these commands and providers; its own code sees all."""
        self.visibility = visibility
        if visibility is not None and visibility.providers is not None:
            self.drives.shows = lambda provider: self.mode.internal or visibility.shows_provider(provider)

    @contextmanager
    def in_mode(self, mode: Mode) -> Iterator[None]:
        """Run in another language mode for a while."""
        outer, self.mode = self.mode, mode
        try:
            yield
        finally:
            self.mode = outer

    # -- making things -------------------------------------------------------------------------------------------------

    def make_block(self, text: str, file: str | None = None) -> ScriptBlock:
        """Parse and compile text to a script block. Raises PSError (ParseException) for what does not parse and for
        what the language mode does not have.
        """
        from remora.engine.compile import compile_text

        mode = self.mode
        if mode.language == NO_LANGUAGE:
            from remora.engine.language.checks import scripts_not_allowed

            raise scripts_not_allowed(Extent(Source(text, file), 0, 0))
        code = compile_text(text, file)
        if mode.limited:
            from remora.engine.language.checks import check_text

            check_text(code.node, mode)
        return ScriptBlock(code, self)

    def sign(self, record: InformationRecord) -> None:
        """Fill in who writes an information record."""
        record.user = record.user or self.user
        record.computer = record.computer or self.computer
        record.process_id = record.process_id or os.getpid()
        record.native_thread_id = record.native_thread_id or threading.get_native_id()
        record.managed_thread_id = record.managed_thread_id or threading.get_ident() & 0x7FFF

    @property
    def user(self) -> str:
        """The name of the account that runs the process; its number without one."""
        import pwd

        number = os.geteuid()
        try:
            return pwd.getpwuid(number).pw_name
        except KeyError:
            return str(number)

    @property
    def computer(self) -> str:
        return os.uname().nodename


def current() -> EngineContext:
    """The context whose pipeline runs on this thread. Raises PSError when none does."""
    context = getattr(_running, "context", None)
    if not isinstance(context, EngineContext):
        raise error("There is no Runspace available to run scripts in this thread.", "NoRunspace", "InvalidOperation")
    return context


def running() -> EngineContext | None:
    """The context whose pipeline runs on this thread, if one does."""
    context = getattr(_running, "context", None)
    return context if isinstance(context, EngineContext) else None


def set_current(context: EngineContext | None) -> EngineContext | None:
    """Make a context this thread's current one; returns the previous one."""
    previous = getattr(_running, "context", None)
    _running.context = context
    return previous


def home_directory() -> str:
    """The user's home directory."""
    return os.environ.get("HOME") or os.path.expanduser("~")


def start_directory() -> str:
    """Where a new session stands: the process's directory, or / when it is gone."""
    try:
        return os.getcwd()
    except OSError:
        return "/"


def default_module_path(installation: str) -> str:
    """$env:PSModulePath of a new session: the user's, the machine's and the engine's modules."""
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(home_directory(), ".local/share")
    own = os.path.join(data, "powershell/Modules")
    wanted = [own, "/usr/local/share/powershell/Modules", os.path.join(installation, "Modules")]
    known = [part for part in os.environ.get(MODULE_PATH, "").split(os.pathsep) if part and part not in wanted]
    return os.pathsep.join([*wanted[:2], *known, wanted[2]] if known else wanted)
