"""Native programs: byte pipes between two of them, output as lines, stop within 200 ms."""

from __future__ import annotations

import contextlib
import os
import queue
import select
import signal
import subprocess
import threading
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, Final

from remora.engine.arguments import NativeWord
from remora.engine.commands import ApplicationInfo
from remora.engine.convert.truth import is_true
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.exception_types import exception
from remora.engine.objectstreams import HEADER, object_streams
from remora.engine.pipeline.native_arguments import program_arguments
from remora.engine.pipeline.native_text import InputText, LineSplitter, output_codec
from remora.engine.pipeline.process_quota import check_processes
from remora.engine.pipeline.processor import Processor
from remora.engine.pipeline.redirect import FileTarget
from remora.engine.pipeline.run import Call
from remora.engine.pipes import Pipes
from remora.engine.transcript import TranscribedSink

if TYPE_CHECKING:
    from remora.engine.pipeline.minishell import MinishellArguments, ObjectInput

GRACE: Final = 0.1
POLL: Final = 0.05
CHUNK: Final = 1 << 16
QUEUE_LIMIT: Final = 256

Event = tuple[str, Any]


class NativeProcessor(Processor):
    """Starts at begin; takes input as text lines or raw bytes; emits lines as they come."""

    def __init__(self, call: Call, info: ApplicationInfo) -> None:
        super().__init__()
        self._call = call
        self._info = info
        self._context = call.frame.context
        words = [word for build in call.code.native for word in build(call.frame)]
        self._minishell = _minishell_arguments(words)
        if self._minishell is not None:
            words = self._minishell.words
        self._arguments = program_arguments(call.frame, words, call.code.verbatim, info.path)
        self._pipes = Pipes(self._context, call.frame.scope, call.frame.sinks)
        self._expecting = call.invocation.pipeline_position > 1
        self._process: subprocess.Popen[bytes] | None = None
        self._events: queue.Queue[Event] = queue.Queue(QUEUE_LIMIT)
        self._input: queue.Queue[bytes | None] = queue.Queue(QUEUE_LIMIT)
        self._abandoned = threading.Event()
        self._readers = 0
        self._raw: Callable[[bytes], None] | None = None
        codec = output_codec(call.frame)
        self._lines = {"out": LineSplitter(codec), "err": LineSplitter(codec)}
        self._documents: dict[str, list[str]] = {}
        self._begun: set[str] = set()
        self._text: InputText | ObjectInput = InputText(call.frame)
        if self._minishell is not None and self._minishell.input == "xml":
            from remora.engine.pipeline.minishell import ObjectInput

            self._text = ObjectInput()
        self._error_id = "NativeCommandError"

    def expect_input(self) -> None:
        self._expecting = True

    def link(self, emit: Callable[[Any], None]) -> None:
        self.emit = emit
        redirects = self._call.code.redirects
        if redirects is not None and any(stream in (0, 2) for stream in redirects.merges):
            return  # error lines come among the output: it cannot stay bytes
        if self._minishell is not None:
            return
        owner = getattr(emit, "__self__", None)
        if isinstance(owner, NativeProcessor) and owner._minishell is None:
            self._raw = owner.feed
        elif isinstance(owner, FileTarget):
            self._raw = owner.put_bytes

    # -- running -------------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        if self._process is not None:
            return
        self._context.check_stop()
        check_processes(self._context.process_limit)
        here = self._context.drives.file_location
        streams = self._streams()
        if self._minishell is not None and self._minishell.output is None:
            self._arguments += ["-outputFormat", "xml" if streams else "text"]
        self._trace()
        try:
            self._process = subprocess.Popen(
                [*self._info.vector, *self._arguments],
                **streams,
                cwd=here if os.path.isdir(here) else None,
            )
        except (OSError, ValueError) as problem:
            raise self._cannot_start(problem) from None
        process = self._process
        if process.stdout is None:
            return
        assert process.stderr is not None
        self._readers = 2
        threading.Thread(target=self._read, args=(process.stdout, process.stderr), daemon=True).start()
        if process.stdin is not None:
            threading.Thread(target=self._write, args=(process.stdin,), daemon=True).start()

    def _trace(self) -> None:
        tracer = self._context.tracer
        source = None if tracer is None else tracer.binding
        if source is not None:
            with source.scope(f"BIND NAMED native application line args [{self._info.path}]"):
                for at, argument in enumerate(self._arguments):
                    source.line(f"BIND cmd line arg [{argument}] to position [{at}]")

    def _streams(self) -> dict[str, Any]:
        """Pipes to the engine, in a session of its own; or the terminal itself, where nothing stands between."""
        terminal = self._context.terminal
        plain = not self._expecting and self._call.code.redirects is None
        if terminal is not None and plain:
            owner = getattr(self.emit, "__self__", None)
            if self.emit == terminal.output or (isinstance(owner, TranscribedSink) and owner.is_only(terminal)):
                terminal.flush()
                return {}
        return {
            "stdin": subprocess.PIPE if self._expecting else subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "start_new_session": True,
        }

    def _cannot_start(self, problem: Exception) -> PSError:
        from remora.engine.text.unusable import unusable

        reason = unusable(problem)
        made = error(
            f"Program '{self._info.name}' failed to run: An error occurred trying to start process "
            f"'{self._info.path}' with working "
            f"directory '{self._context.drives.file_location}'. {reason}{self._call.invocation.position_message()}.",
            "NativeCommandFailed",
            "ResourceUnavailable",
            type_name="System.Management.Automation.ApplicationFailedException",
        )
        made.record.invocation = self._call.invocation
        return made

    def _read(self, out: IO[bytes], err: IO[bytes]) -> None:
        """Reader thread: chunks of both streams into the queue, in the order they come, until both end."""
        poll = select.poll()
        streams = {out.fileno(): ("out", out), err.fileno(): ("err", err)}
        for descriptor in streams:
            poll.register(descriptor, select.POLLIN)
        open_streams = dict(streams)
        while open_streams and not self._abandoned.is_set():
            ready = {descriptor for descriptor, _ in poll.poll(POLL * 1000)}
            for descriptor, (name, _) in streams.items():
                if descriptor not in ready:
                    continue
                try:
                    data = os.read(descriptor, CHUNK)
                except OSError:
                    data = b""
                self._offer((name, data))
                if not data:
                    poll.unregister(descriptor)
                    del open_streams[descriptor]
        for _, stream in streams.values():
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
        data = self._text.bytes_of(value)
        if data:
            self.feed(data)

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
            rest = self._text.rest()
            if rest:
                self.feed(rest)
            self._finish_input()
        while self._readers:
            self._drain(block=True)
        for name in ("out", "err"):
            for line in self._lines[name].rest():
                self._line(name, line)
            if name in self._documents:
                self._objects(name)
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

    def _objects(self, name: str) -> None:
        """The program wrote CLIXML: its objects, each to the stream it came from."""
        from remora.engine.pipeline.minishell import put_objects

        text = "\n".join(self._documents.pop(name))
        put_objects(text, "output" if name == "out" else "error", self.emit, self._call.frame.sinks)

    def _line(self, name: str, line: str) -> None:
        if name in self._documents:
            self._documents[name].append(line)
            return
        if name not in self._begun:
            self._begun.add(name)
            if line == HEADER and object_streams() is not None:
                self._documents[name] = []
                return
        if name == "out":
            self.emit(line)
            return
        record = ErrorRecord(
            exception(line, "System.Management.Automation.RemoteException"), self._error_id, "NotSpecified", line
        )
        self._error_id = "NativeCommandErrorMessage"
        record.from_native = True
        record.invocation = self._call.invocation
        self._call.frame.sinks.error(record)

    def _wait(self) -> None:
        process = self._process
        assert process is not None
        has_terminal = process.stdout is None  # then Ctrl-C is its own affair: it may go on after it
        while process.poll() is None:
            if not has_terminal:
                self._check_stop()
            try:
                process.wait(POLL)
            except subprocess.TimeoutExpired:
                continue
        code = process.returncode
        self._context.global_scope.set("LASTEXITCODE", code if code >= 0 else 128 - code)
        self.failed = code != 0
        self._context.check_stop()
        if self.failed and is_true(self._call.frame.scope.get("psnativecommanduseerroractionpreference")):
            self._report_exit(code if code >= 0 else 128 - code)

    def _report_exit(self, code: int) -> None:
        assert self._process is not None
        made = error(
            f'Program "{self._info.name}" ended with non-zero exit code: {code}.',
            "ProgramExitedWithNonZeroCode",
            "NotSpecified",
            self._info.path,
            type_name="System.Management.Automation.NativeCommandExitException",
        )
        made.record.exception.properties.update(
            {"Path": self._info.path, "ExitCode": code, "ProcessId": self._process.pid}
        )
        made.record.invocation = self._call.invocation
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


def _minishell_arguments(words: list[NativeWord]) -> MinishellArguments | None:
    """What is said to a PowerShell that a block is handed to; None for a call without one."""
    if all(type(word.value) is str for word in words if word.has_value):
        return None
    from remora.engine.pipeline.minishell import MinishellArguments, is_minishell

    return MinishellArguments(words) if is_minishell(words) else None
