"""How a running command line is stopped: an event for loops and waits, signals for the programs it started."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress

from remora.errors import EngineError

CONTROL_C_EXIT = -1073741510  # STATUS_CONTROL_C_EXIT, what Windows reports for a command ended by ctrl_c
_GRACE = 2.0


class CmdStopped(EngineError):
    """The client stopped the command."""


class Control:
    """Shared by everything one command line started; `stop` may come from any thread and more than once."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._children: set[subprocess.Popen[bytes]] = set()
        self._on_stop: list[Callable[[], None]] = []

    def check(self) -> None:
        """Raises CmdStopped once stop was asked for."""
        if self.stopped.is_set():
            raise CmdStopped("The command was stopped.")

    def wait(self, seconds: float) -> None:
        """Sleep that a stop ends at once with CmdStopped."""
        self.stopped.wait(seconds)
        self.check()

    def on_stop(self, action: Callable[[], None]) -> None:
        """Have something called when stop is asked for, at once if it already was."""
        with self._lock:
            if not self.stopped.is_set():
                self._on_stop.append(action)
                return
        action()

    def watch(self, child: subprocess.Popen[bytes]) -> int:
        """Wait for a child that leads its own process group; its exit code, stops included."""
        with self._lock:
            self._children.add(child)
            already = self.stopped.is_set()
        if already:
            _signal(child, signal.SIGKILL)
        try:
            return child.wait()
        finally:
            with self._lock:
                self._children.discard(child)

    def stop(self) -> None:
        """End everything: SIGINT to the children's groups, SIGKILL to what is left after the grace time."""
        with self._lock:
            first = not self.stopped.is_set()
            self.stopped.set()
            children = list(self._children)
            actions, self._on_stop = self._on_stop, []
        for child in children:
            _signal(child, signal.SIGINT if first else signal.SIGKILL)
        for action in actions:
            action()
        if first and children:
            timer = threading.Timer(_GRACE, self._kill)
            timer.daemon = True
            timer.start()

    def _kill(self) -> None:
        with self._lock:
            children = list(self._children)
        for child in children:
            _signal(child, signal.SIGKILL)


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
