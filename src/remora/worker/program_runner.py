"""Runs a command line through a program of the system's choice, ``/bin/sh -c`` for example."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO

from remora.engine.cmd.control import CONTROL_C_EXIT
from remora.engine.cmd.environment import CmdEnvironment

Output = Callable[[bytes], None]


class ProgramRunner:
    """A command line for a program that interprets it, such as ``/bin/sh -c``."""

    def __init__(
        self, program: tuple[str, ...], environment: CmdEnvironment, *, stdout: Output, stderr: Output
    ) -> None:
        self._program = program
        self._environment = environment
        self._stdout = stdout
        self._stderr = stderr
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = threading.Event()
        self._pending: list[tuple[bytes, bool]] = []
        self._input_lock = threading.Condition()

    def run(self, line: str, arguments: tuple[str, ...], *, skip_shell: bool) -> int:
        """Run to the end; all output has been handed over when this returns."""
        child = subprocess.Popen(
            [*self._program, " ".join((line, *arguments))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._environment.directory,
            env=self._environment.exported(),
            start_new_session=True,
        )
        self._child = child
        if self._stopped.is_set():
            self.stop()
        assert child.stdout is not None
        assert child.stderr is not None
        threads = [
            threading.Thread(target=_pump, args=(child.stdout, self._stdout), daemon=True),
            threading.Thread(target=_pump, args=(child.stderr, self._stderr), daemon=True),
            threading.Thread(target=self._feed, daemon=True),
        ]
        for thread in threads:
            thread.start()
        code = child.wait()
        for thread in threads[:2]:
            thread.join(1.0 if self._stopped.is_set() else None)
        self.send_stdin(b"", end=True)
        if self._stopped.is_set():
            return CONTROL_C_EXIT
        return code if code >= 0 else 128 - code

    def send_stdin(self, data: bytes, *, end: bool = False) -> None:
        """Queue input; never blocks."""
        with self._input_lock:
            self._pending.append((data, end))
            self._input_lock.notify()

    def _feed(self) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        with suppress(OSError), self._child.stdin as stdin:
            while True:
                with self._input_lock:
                    while not self._pending:
                        self._input_lock.wait()
                    data, end = self._pending.pop(0)
                stdin.write(data)
                stdin.flush()
                if end:
                    return

    def stop(self) -> None:
        """Interrupt the program's process group; the second time, or two seconds later, kill it."""
        child = self._child
        number = signal.SIGKILL if self._stopped.is_set() else signal.SIGINT
        first = not self._stopped.is_set()
        self._stopped.set()
        if child is None or child.poll() is not None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)
        if first:
            timer = threading.Timer(2.0, self.stop)
            timer.daemon = True
            timer.start()


def _pump(pipe: IO[bytes], put: Output) -> None:
    with pipe:
        while data := os.read(pipe.fileno(), 65536):
            put(data)
