"""`remora` on a pseudo-terminal of its own, typed to and read by a test."""

from __future__ import annotations

import os
import pty
import re
import select
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

_STYLE = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07")


class Terminal:
    """A process on a pty. state: where its history goes; kind: $TERM; environment: added to ours."""

    def __init__(
        self,
        state: Path,
        kind: str = "dumb",
        *,
        arguments: tuple[str, ...] = ("console",),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM=kind, PROMPT_TOOLKIT_NO_CPR="1", XDG_STATE_HOME=str(state), **(environment or {}))
            os.execv(sys.executable, [sys.executable, "-c", "from remora.cli.main import main; main()", *arguments])
        os.set_inheritable(self.descriptor, False)  # the terminals of a test hang up one by one
        self.seen = b""
        self._code: int | None = None

    def expect(self, wanted: bytes, seconds: float = 20) -> bytes:
        """Wait for a text; returns what came before it. Styles and cursor movements count as nothing."""
        deadline = time.monotonic() + seconds
        while wanted not in self.seen and time.monotonic() < deadline:
            if select.select([self.descriptor], [], [], 1)[0]:
                try:
                    self.seen = _STYLE.sub(b"", self.seen + os.read(self.descriptor, 4096))
                except OSError:
                    break
        assert wanted in self.seen, self.seen
        before, _wanted, self.seen = self.seen.partition(wanted)
        return before

    def expect_no_echo(self, seconds: float = 20) -> None:
        """Wait until what is typed is not shown."""
        deadline = time.monotonic() + seconds
        while termios.tcgetattr(self.descriptor)[3] & termios.ECHO:
            assert time.monotonic() < deadline, self.seen
            select.select([self.descriptor], [], [], 0.01)

    def type(self, text: bytes) -> None:
        """Type at the keyboard."""
        os.write(self.descriptor, text)

    def code(self) -> int:
        """Wait for the end of the process; its exit code."""
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code

    def end(self) -> None:
        """Hang up and wait for the end."""
        os.close(self.descriptor)
        self.code()
