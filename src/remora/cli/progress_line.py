"""How far a run over many machines is: one line on standard error that other output pushes aside."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO, Any, Final, cast

REDRAW_SECONDS: Final = 0.1
STEPS: Final = 10
"""On a pipe, a line after each tenth of the machines."""


class ProgressLine:
    """Counts machines. On a terminal one line is redrawn in place; elsewhere a line is written now and then.

    shown: False counts only. clock: monotonic seconds.
    """

    def __init__(self, total: int, err: IO[str], *, shown: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._total = total
        self._err = err
        self._shown = shown
        self._live = shown and err.isatty()
        self._clock = clock
        self._running = self._done = self._failed = 0
        self._width = 0
        self._drawn = -REDRAW_SECONDS

    def started(self) -> None:
        """One more machine is at work."""
        self._running += 1
        self._draw()

    def ended(self, *, failed: bool) -> None:
        """One machine less is at work."""
        self._running -= 1
        self._done += 1
        self._failed += failed
        if self._live:
            self._draw()
        elif self._shown and self._done * STEPS // self._total > (self._done - 1) * STEPS // self._total:
            self._err.write(f"remora: {self}\n")
            self._err.flush()

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self._width:
            self._err.write("\r" + " " * self._width + "\r")
            self._err.flush()
            self._width = 0
            self._drawn = self._clock()  # what was written shall not flicker: the line comes back with the next change

    def finish(self) -> None:
        """Take the line away for good."""
        self.clear()
        self._live = False

    def __str__(self) -> str:
        failed = f", {self._failed} failed" if self._failed else ""
        return f"{self._done}/{self._total} done, {self._running} running{failed}"

    def _draw(self) -> None:
        now = self._clock()
        if not self._live or now - self._drawn < REDRAW_SECONDS:
            return
        text = str(self)
        self._err.write("\r" + text.ljust(self._width))
        self._err.flush()
        self._width = max(self._width, len(text))
        self._drawn = now


class _Beside:
    def __init__(self, stream: IO[str], line: ProgressLine) -> None:
        self._stream = stream
        self._line = line

    def write(self, text: str) -> int:
        self._line.clear()
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def beside(stream: IO[str], line: ProgressLine) -> IO[str]:
    """Return the stream itself, as it is but for taking the progress line away before anything is written."""
    return cast("IO[str]", _Beside(stream, line))
