"""Native programs: arguments, globbing, byte pipes between two of them, output as lines, stop within 200 ms."""

from __future__ import annotations

import contextlib
import glob
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Callable
from typing import IO, Any, Final

from remora.engine.commands import ApplicationInfo
from remora.engine.convert.text import to_text
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.exception_types import exception
from remora.engine.pipeline.processor import Processor
from remora.engine.pipeline.run import Call
from remora.engine.pipes import Pipes
from remora.engine.wildcard import has_wildcard

GRACE: Final = 0.1
POLL: Final = 0.05
CHUNK: Final = 1 << 16
QUEUE_LIMIT: Final = 256

Event = tuple[str, Any]


def program_arguments(call: Call) -> list[str]:
    """The argument vector after the program's name: unquoted words with wildcards are expanded to file names."""
    code, frame = call.code, call.frame
    here = frame.context.drives.file_location
    out: list[str] = []
    for build in code.native:
        for text, bare in build(frame):
            if bare and text.startswith("~") and (len(text) == 1 or text[1] == "/"):
                text = os.path.expanduser(text)
            found = _matches(text, here) if bare and has_wildcard(text) else []
            out.extend(found or [text])
    if code.verbatim is not None:
        out.extend(_verbatim(code.verbatim))
    return out


def _matches(text: str, here: str) -> list[str]:
    return sorted(glob.glob(text, root_dir=here))


def _verbatim(text: str) -> list[str]:
    """The words after ``--%``: %NAME% is expanded, double quotes group."""
    for name, value in os.environ.items():
        text = text.replace(f"%{name}%", value)
    out: list[str] = []
    current: list[str] = []
    quoted = False
    started = False
    for char in text:
        if char == '"':
            quoted, started = not quoted, True
        elif char.isspace() and not quoted:
            if started or current:
                out.append("".join(current))
            current, started = [], False
        else:
            current.append(char)
    if started or current:
        out.append("".join(current))
    return out


class NativeProcessor(Processor):
    """Starts at begin; takes input as text lines or raw bytes; emits lines as they come."""

    def __init__(self, call: Call, info: ApplicationInfo) -> None:
        super().__init__()
        self._call = call
        self._info = info
        self._context = call.frame.context
        self._arguments = program_arguments(call)
        self._pipes = Pipes(self._context, call.frame.scope, call.frame.sinks)
        self._expecting = call.invocation.pipeline_position > 1
        self._process: subprocess.Popen[bytes] | None = None
        self._events: queue.Queue[Event] = queue.Queue(QUEUE_LIMIT)
        self._input: queue.Queue[bytes | None] = queue.Queue(QUEUE_LIMIT)
        self._abandoned = threading.Event()
        self._readers = 0
        self._raw: Callable[[bytes], None] | None = None
        self._lines = {"out": LineSplitter(), "err": LineSplitter()}

    def expect_input(self) -> None:
        self._expecting = True

    def link(self, emit: Callable[[Any], None]) -> None:
        self.emit = emit
        owner = getattr(emit, "__self__", None)
        if isinstance(owner, NativeProcessor):
            self._raw = owner.feed
        elif hasattr(owner, "put") and type(owner).__name__ == "TextFile":
            self._raw = emit

    # -- running -------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        if self._process is not None:
            return
        self._context.check_stop()
        try:
            self._process = subprocess.Popen(
                [self._info.path, *self._arguments],
                stdin=subprocess.PIPE if self._expecting else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._context.drives.file_location,
                start_new_session=True,
            )
        except (OSError, ValueError) as problem:
            raise self._cannot_start(problem) from None
        process = self._process
        assert process.stdout is not None
        assert process.stderr is not None
        for name, stream in (("out", process.stdout), ("err", process.stderr)):
            self._readers += 1
            threading.Thread(target=self._read, args=(name, stream), daemon=True).start()
        if process.stdin is not None:
            threading.Thread(target=self._write, args=(process.stdin,), daemon=True).start()

    def _cannot_start(self, problem: Exception) -> PSError:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        made = error(
            f"Program '{self._info.name}' failed to run: An error occurred trying to start process "
            f"'{self._info.path}' with working "
            f"directory '{self._context.drives.file_location}'. {reason}.",
            "NativeCommandFailed",
            "ResourceUnavailable",
            type_name="System.Management.Automation.ApplicationFailedException",
        )
        made.record.invocation = self._call.invocation
        return made

    def _read(self, name: str, stream: IO[bytes]) -> None:
        """Reader thread: chunks into the queue until the end."""
        descriptor = stream.fileno()
        while True:
            try:
                data = os.read(descriptor, CHUNK)
            except OSError:
                data = b""
            if not self._offer((name, data)) or not data:
                break
        stream.close()

    def _offer(self, event: Event) -> bool:
        while not self._abandoned.is_set():
            try:
                self._events.put(event, timeout=POLL)
                return True
            except queue.Full:
                continue
        return False

    def _write(self, stream: IO[bytes]) -> None:
        """Writer thread: input chunks to the program until the end, or until it stops reading."""
        try:
            while not self._abandoned.is_set():
                try:
                    data = self._input.get(timeout=POLL)
                except queue.Empty:
                    continue
                if data is None:
                    break
                stream.write(data)
                stream.flush()
        except (OSError, ValueError):
            self._abandon_input()
        finally:
            with contextlib.suppress(OSError):
                stream.close()

    def _abandon_input(self) -> None:
        """Nobody reads: take what comes and drop it."""
        while not self._abandoned.is_set():
            try:
                if self._input.get(timeout=POLL) is None:
                    return
            except queue.Empty:
                if self._process is not None and self._process.poll() is not None:
                    return

    def process(self, value: Any) -> None:
        if isinstance(value, (bytes, bytearray)):
            self.feed(bytes(value))
        else:
            self.feed(to_text(value).encode("utf-8", "surrogateescape") + b"\n")

    def feed(self, data: bytes) -> None:
        """Raw bytes to the program's standard input; output that has come meanwhile goes downstream."""
        self.begin()
        while True:
            self._drain(block=False)
            try:
                self._input.put(data, timeout=POLL)
                return
            except queue.Full:
                self._check_stop()
                if self._process is not None and self._process.poll() is not None:
                    return

    def end(self) -> None:
        if self._expecting:
            self._finish_input()
        while self._readers:
            self._drain(block=True)
        for name in ("out", "err"):
            for line in self._lines[name].rest():
                self._line(name, line)
        self._wait()

    def _finish_input(self) -> None:
        while True:
            try:
                self._input.put(None, timeout=POLL)
                return
            except queue.Full:
                self._drain(block=False)
                self._check_stop()
                if self._process is not None and self._process.poll() is not None:
                    return

    def _drain(self, *, block: bool) -> None:
        """Handle what the readers have brought."""
        while True:
            try:
                name, data = self._events.get(timeout=POLL) if block else self._events.get_nowait()
            except queue.Empty:
                self._check_stop()
                return
            self._check_stop()
            if not data:
                self._readers -= 1
                return
            if name == "out" and self._raw is not None:
                self._raw(data)
                continue
            for line in self._lines[name].feed(data):
                self._line(name, line)
            block = False

    def _line(self, name: str, line: str) -> None:
        if name == "out":
            self.emit(line)
            return
        record = ErrorRecord(
            exception(line, "System.Management.Automation.RemoteException"), "NativeCommandError", "NotSpecified", line
        )
        record.from_native = True
        record.invocation = self._call.invocation
        self._call.frame.sinks.error(record)

    def _wait(self) -> None:
        process = self._process
        assert process is not None
        while process.poll() is None:
            self._check_stop()
            try:
                process.wait(POLL)
            except subprocess.TimeoutExpired:
                continue
        code = process.returncode
        self._context.global_scope.set("LASTEXITCODE", code if code >= 0 else 128 - code)
        self.failed = code != 0
        if self.failed and self._context.global_scope.get("psnativecommanduseerroractionpreference"):
            self._report_exit(code)

    def _report_exit(self, code: int) -> None:
        made = error(
            f'Program "{self._info.name}" ended with non-zero exit code: {code}.',
            "ProgramExitedWithNonZeroCode",
            "NotSpecified",
            self._info.path,
            type_name="System.Management.Automation.NativeCommandExitException",
        )
        self._pipes.write_error(made.record)

    def _check_stop(self) -> None:
        if self._context.stopped:
            self._kill()
            self._context.check_stop()

    def _kill(self) -> None:
        """SIGINT to the group, then SIGKILL after the grace time."""
        process = self._process
        self._abandoned.set()
        if process is None or process.poll() is not None:
            return
        for number, patience in ((signal.SIGINT, GRACE), (signal.SIGKILL, 5.0)):
            try:
                os.killpg(process.pid, number)
            except OSError:
                process.kill()
            try:
                process.wait(patience)
                return
            except subprocess.TimeoutExpired:
                continue

    def dispose(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._kill()
        self._abandoned.set()


class LineSplitter:
    """Bytes to text lines at any cut; invalid UTF-8 becomes the replacement character."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[str]:
        """Complete lines so far."""
        parts = (self._pending + data).split(b"\n")
        self._pending = parts.pop()
        return [part.removesuffix(b"\r").decode("utf-8", "replace") for part in parts]

    def rest(self) -> list[str]:
        """The last line when it had no end."""
        pending, self._pending = self._pending, b""
        return [pending.decode("utf-8", "replace")] if pending else []
