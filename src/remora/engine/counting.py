"""The sink of an invoke with its errors counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remora.engine.pipes import Sinks

if TYPE_CHECKING:
    from remora.engine.errors import ErrorRecord
    from remora.engine.streams import StreamSink


class Counting:
    """The sink with its errors counted."""

    def __init__(self, sink: StreamSink) -> None:
        self.sink = sink
        self.errors = 0

    def error(self, record: ErrorRecord) -> None:
        self.errors += 1
        self.sink.error(record)

    def sinks(self) -> Sinks:
        sink = self.sink
        return Sinks(self.error, sink.warning, sink.verbose, sink.debug, sink.information, sink.progress)
