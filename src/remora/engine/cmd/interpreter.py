"""One command line of a WinRS cmd shell, from its text to its exit code, with streams as byte callbacks."""

from __future__ import annotations

import os
import queue
import select
import threading
from collections.abc import Callable, Sequence

from remora.engine.cmd.batch import run_file
from remora.engine.cmd.builtins import builtin_commands
from remora.engine.cmd.control import CONTROL_C_EXIT, CmdStopped, Control
from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.executor import BatchEnd, CmdExit, Executor, Goto
from remora.engine.cmd.expand import expand_line
from remora.engine.cmd.parser import Parser
from remora.engine.cmd.powershell import PowerShellLauncher
from remora.engine.cmd.streams import Streams, write_all
from remora.engine.cmd.syntax import CmdSyntaxError

_DRAIN = 1.0

Output = Callable[[bytes], None]


class Interpreter:
    """Runs one command. `run` blocks its thread; `send_stdin`, `stop` and the two callbacks belong to other threads.

    environment: of the shell, changed by the command (``cd``, ``set``) only for as long as the command runs: cmd runs
    each command of a shell in a process of its own. stdout, stderr: called with bytes as they come, one thread each.
    """

    def __init__(
        self,
        environment: CmdEnvironment,
        *,
        stdout: Output,
        stderr: Output,
        launcher: PowerShellLauncher | None = None,
    ) -> None:
        self._environment = environment.snapshot()
        self._environment.errorlevel = 0
        self._callbacks = (stdout, stderr)
        self._control = Control()
        self._executor = Executor(self._environment, self._control, builtin_commands(), launcher)
        self._executor.run_batch = run_file
        self._input: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._input_ended = False

    def send_stdin(self, data: bytes, *, end: bool = False) -> None:
        """Queue input, in order; end: nothing follows. Input after the end is dropped. Never blocks."""
        if self._input_ended:
            return
        if data:
            self._input.put(data)
        if end:
            self._input_ended = True
            self._input.put(None)

    def stop(self) -> None:
        """End the command soon, from any thread: the client's ctrl_c or terminate. A second call kills at once."""
        self._control.stop()
        self.send_stdin(b"", end=True)

    @property
    def stopped(self) -> bool:
        return self._control.stopped.is_set()

    def run(self, command_line: str, arguments: Sequence[str] = (), *, skip_shell: bool = False) -> int:
        """Run to the end and give the exit code. All output has been handed to the callbacks when this returns.

        arguments: joined to the line with blanks, as WinRS does. skip_shell: start the named program itself, without
        cmd's language (WINRS_SKIP_CMD_SHELL).
        """
        text = " ".join([command_line, *arguments])
        stdin_read, stdin_write = os.pipe()
        outputs = [_Reader(callback) for callback in self._callbacks]
        feeder = threading.Thread(target=self._feed, args=(stdin_write,), daemon=True)
        feeder.start()
        streams = Streams(stdin=stdin_read, stdout=outputs[0].write_end, stderr=outputs[1].write_end)
        try:
            return self._guarded(text, streams, skip_shell=skip_shell)
        finally:
            os.close(stdin_read)
            self.send_stdin(b"", end=True)
            for output in outputs:
                output.finish()
            feeder.join(_DRAIN)

    def _guarded(self, text: str, streams: Streams, *, skip_shell: bool) -> int:
        try:
            if skip_shell:
                return self._executor.run_direct(text, streams)
            self._statements(text, streams)
        except CmdExit as left:
            return left.code
        except CmdStopped:
            return CONTROL_C_EXIT
        except OSError as error:
            return self._executor.fail(streams, error)
        return CONTROL_C_EXIT if self.stopped else self._environment.errorlevel

    def _statements(self, text: str, streams: Streams) -> None:
        lines = iter(text.splitlines())

        def next_line() -> str | None:
            line = next(lines, None)
            return None if line is None else expand_line(line, self._environment.get)

        parser = Parser(next_line)
        while True:
            try:
                command = parser.statement()
                if command is None:
                    return
                self._executor.run(command, streams)
            except (BatchEnd, Goto):
                return
            except CmdSyntaxError as error:
                write_all(streams.stderr, self._environment.encode(f"{error}\r\n"))
                self._environment.errorlevel = 1
                return

    def _feed(self, write_end: int) -> None:
        """Move queued input into the pipe; a reader that went away ends it."""
        try:
            while (data := self._input.get()) is not None:
                write_all(write_end, data)
        except OSError:
            pass
        finally:
            os.close(write_end)


class _Reader:
    """Carries what is written to a pipe to a callback, on its own thread."""

    def __init__(self, callback: Output) -> None:
        self._callback = callback
        self._read_end, self.write_end = os.pipe()
        self._wake_read, self._wake_write = os.pipe()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._read_end, select.POLLIN)
        poll.register(self._wake_read, select.POLLIN)
        draining = False
        while True:
            ready = {descriptor for descriptor, _ in poll.poll(0 if draining else None)}
            if self._read_end in ready:
                data = os.read(self._read_end, 65536)
                if not data:
                    return
                self._callback(data)
            elif draining:
                return
            if not draining and self._wake_read in ready:
                draining = True
                poll.unregister(self._wake_read)

    def finish(self) -> None:
        """Close the writing end and hand over what is left; a program left in the background does not hold it open."""
        os.close(self.write_end)
        os.write(self._wake_write, b".")
        self._thread.join()
        for descriptor in (self._read_end, self._wake_read, self._wake_write):
            os.close(descriptor)
