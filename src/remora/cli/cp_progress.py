"""The line on a terminal that says how far a copy is."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TextIO

from remora.client.file_report import CopyProgress, ProgressCallback

_EVERY = 0.1  # seconds between two looks of the line
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def amount(count: float) -> str:
    """Return a number of bytes for a person: 1.5 MiB."""
    unit = 0
    while count >= 1024 and unit < len(_UNITS) - 1:
        count /= 1024
        unit += 1
    return f"{count:.0f} {_UNITS[unit]}" if unit == 0 else f"{count:.1f} {_UNITS[unit]}"


class ProgressLine:
    """One line, written over again: what is copied, bytes of all, percent, rate. several: the machine too."""

    def __init__(self, out: TextIO, *, several: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._several = several
        self._clock = clock
        self._began = clock()
        self._shown = float("-inf")
        self._done: dict[str, tuple[int, int]] = {}
        self._first: dict[str, int] = {}
        self._text = ""

    def of(self, target: str) -> ProgressCallback:
        """Return what takes the progress of one machine."""
        return lambda progress: self._take(target, progress)

    def _take(self, target: str, progress: CopyProgress) -> None:
        self._first.setdefault(target, progress.total_done)
        self._done[target] = (progress.total_done, progress.total_size)
        now = self._clock()
        if now - self._shown < _EVERY:
            return
        self._shown = now
        self._write(self._line(target, progress, now))

    def _line(self, target: str, progress: CopyProgress, now: float) -> str:
        done = sum(done for done, _size in self._done.values())
        size = sum(size for _done, size in self._done.values())
        fresh = done - sum(self._first.values())
        rate = fresh / max(now - self._began, 1e-3)
        percent = 100 * done // size if size else 100
        name = f"{target}: {progress.source}" if self._several else progress.source
        numbers = f"  {percent:3d}%  {amount(done)} of {amount(size)}  {amount(rate)}/s"
        room = shutil.get_terminal_size().columns - len(numbers) - 1
        shown = "".join(sign if sign.isprintable() else "?" for sign in name)
        if len(shown) > room > 1:
            shown = "…" + shown[1 - room :]
        return shown + numbers

    def _write(self, text: str) -> None:
        self._out.write("\r" + text + " " * (len(self._text) - len(text)))
        self._out.flush()
        self._text = text

    def clear(self) -> None:
        """Take the line away, to make room for something else."""
        if self._text:
            self._write("")
            self._out.write("\r")

    def finish(self) -> None:
        """Say in the end how much came at which rate."""
        self.clear()
        if self._done:
            done = sum(done for done, _size in self._done.values())
            fresh = done - sum(self._first.values())
            took = max(self._clock() - self._began, 1e-3)
            self._out.write(f"{amount(done)} in {took:.1f} s ({amount(fresh / took)}/s)\n")
            self._out.flush()
