"""Diagnostics.Stopwatch."""

from __future__ import annotations

import time
from datetime import timedelta

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.typeref import register
from remora.values.numbers import Int64
from remora.values.times import timespan_from_ticks


class Stopwatch(NetObject):
    """Measures elapsed time; running or stopped."""

    __slots__ = ("_since", "_total")
    net_type = NetType("System.Diagnostics.Stopwatch", OBJECT)

    def __init__(self) -> None:
        self._total = 0
        self._since: int | None = None

    @classmethod
    def started(cls) -> Stopwatch:
        """StartNew()."""
        made = cls()
        made.start()
        return made

    @property
    def running(self) -> bool:
        return self._since is not None

    def start(self) -> None:
        if self._since is None:
            self._since = time.perf_counter_ns()

    def stop(self) -> None:
        self._total = self.nanoseconds()
        self._since = None

    def reset(self) -> None:
        self._total, self._since = 0, None

    def nanoseconds(self) -> int:
        """Elapsed time."""
        return self._total + (time.perf_counter_ns() - self._since if self._since is not None else 0)

    def elapsed(self) -> timedelta:
        return timespan_from_ticks(self.nanoseconds() // 100)


def _restart(watch: Stopwatch) -> None:
    watch.reset()
    watch.start()


def register_types() -> None:
    """Stopwatch."""
    register(Stopwatch.net_type)


_W = Stopwatch.net_type
_W.constructor("()")(Stopwatch)
_W.static("StartNew()")(Stopwatch.started)
_W.static("GetTimestamp()", returns="long")(lambda: Int64(time.perf_counter_ns()))
_W.static("GetElapsedTime(long startingTimestamp)", returns="timespan")(
    lambda start: timespan_from_ticks((time.perf_counter_ns() - int(start)) // 100)
)
_W.static("GetElapsedTime(long startingTimestamp, long endingTimestamp)", returns="timespan")(
    lambda start, end: timespan_from_ticks((int(end) - int(start)) // 100)
)
_W.static_property("IsHighResolution", "System.Boolean")(lambda: True)
_W.static_property("Frequency", "System.Int64")(lambda: Int64(1_000_000_000))
_W.property("IsRunning", "System.Boolean")(lambda w: w.running)
_W.property("Elapsed")(lambda w: w.elapsed())
_W.property("ElapsedMilliseconds", "System.Int64")(lambda w: Int64(w.nanoseconds() // 1_000_000))
_W.property("ElapsedTicks", "System.Int64")(lambda w: Int64(w.nanoseconds()))
_W.method("Start()", returns="void")(lambda w: w.start())
_W.method("Stop()", returns="void")(lambda w: w.stop())
_W.method("Reset()", returns="void")(lambda w: w.reset())
_W.method("Restart()", returns="void")(_restart)
