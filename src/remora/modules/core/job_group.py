"""The handle of a job with several children: their states and records taken together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from remora.engine.jobs import JobHandle
from remora.modules.core.job import FINISHED

_SETTLED = FINISHED | {"Disconnected"}


class JobGroup:
    """A JobHandle over the children's handles. A child's failure is the last record it gives."""

    def __init__(self, children: Sequence[JobHandle]) -> None:
        self.children = list(children)
        self.failure: Any = None
        self.failure_reported = False

    @property
    def state(self) -> str:
        """NotStarted, Running while one child runs, then Disconnected, Failed, Stopped or Completed."""
        states = {child.state for child in self.children}
        if not states <= _SETTLED:
            return "NotStarted" if states == {"NotStarted"} else "Running"
        return next((state for state in ("Disconnected", "Failed", "Stopped") if state in states), "Completed")

    def receive(self, keep: bool = False) -> list[tuple[str, Any]]:
        """What all children have put out."""
        out: list[tuple[str, Any]] = []
        for child in self.children:
            out.extend(child.receive(keep))
            if child.failure is not None and not getattr(child, "failure_reported", False):
                child.failure_reported = not keep  # type: ignore[attr-defined]
                out.append(("error", child.failure))
        return out

    def has_more(self) -> bool:
        return any(
            child.has_more() or (child.failure is not None and not getattr(child, "failure_reported", False))
            for child in self.children
        )

    def wait(self, timeout: float | None = None) -> bool:
        deadline = None if timeout is None else time.monotonic() + timeout
        return all(
            child.wait(None if deadline is None else max(deadline - time.monotonic(), 0.0)) for child in self.children
        )

    def stop(self) -> None:
        for child in reversed(self.children):
            child.stop()

    def remove(self) -> None:
        self.stop()
