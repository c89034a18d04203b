"""Searches that may take long: other threads go on meanwhile, a stop ends the wait, a match timeout ends the search.

The library gives up the interpreter while it searches, and ends a search only by a time limit of its own, after which
it knows nothing of what it did. So a search has a short limit first, on the pipeline's own thread. When that is not
enough it is made again on a thread beside it, with limits that double, while the pipeline's thread waits and looks for
a stop. What a stopped pipeline leaves behind ends with its limit: after about as long as it has run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from remora.engine.context import running

FIRST_LIMIT: Final = 0.02
BESIDE_LIMIT: Final = 0.1
PER_CHARACTER: Final = 5e-8  # a long text may be read once before the limit
SHORT_TEXT: Final = 1 << 15  # the library looks at its clock every 256 steps, and a step may read the whole text
POLL: Final = 0.05

T = TypeVar("T")


class MatchTimeoutError(Exception):
    """A search took longer than it may."""


def guarded(search: Callable[[float], T], length: int, timeout: float | None) -> T:
    """What a search gives. search: takes the limit in seconds and raises TimeoutError at its end; length: of the text;
    timeout: after how many seconds it is given up. Raises
    MatchTimeoutError then, and PipelineStopped.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    if length <= SHORT_TEXT:
        try:
            return search(FIRST_LIMIT if timeout is None else min(FIRST_LIMIT, timeout))
        except TimeoutError:
            _check_time(deadline)
    limit = BESIDE_LIMIT + length * PER_CHARACTER
    while True:
        work = _Beside(search, limit if deadline is None else min(limit, max(deadline - time.monotonic(), 0.001)))
        work.wait(deadline)
        if work.problem is None:
            return work.found[0]
        if not isinstance(work.problem, TimeoutError):
            raise work.problem
        _check_time(deadline)
        limit *= 2


def _check_time(deadline: float | None) -> None:
    if deadline is not None and time.monotonic() >= deadline:
        raise MatchTimeoutError


class _Beside(Generic[T]):
    """A search on a thread of its own. found: what it gave, if it has; problem: what it raised."""

    def __init__(self, search: Callable[[float], T], limit: float) -> None:
        self.found: list[T] = []
        self.problem: BaseException | None = None
        self._search = search
        self._limit = limit
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="regex", daemon=True).start()

    def _run(self) -> None:
        try:
            self.found.append(self._search(self._limit))
        except BaseException as problem:
            self.problem = problem
        self._ended.set()

    def wait(self, deadline: float | None) -> None:
        """Wait until it has ended."""
        context = running()
        while not self._ended.wait(POLL):
            if context is not None:
                context.check_stop()
            _check_time(deadline)
