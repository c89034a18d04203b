"""What comes back from a pipeline: items as they arrive, and the collected result."""

from __future__ import annotations

from typing import Any, NamedTuple

from remora.errors import PSRPError
from remora.values import ErrorRecord

STREAMS = ("output", "error", "warning", "verbose", "debug", "information", "progress")


class StreamItem(NamedTuple):
    """One object of one stream: ``stream`` is a name of STREAMS, ``value`` an output value or the record."""

    stream: str
    value: Any


class InvokeResult(list[Any]):
    """The output of a pipeline as a list, with its other streams beside it.

    state: Completed, Stopped, Failed or Disconnected. failure: why a target of several has no output; None for a target
    that answered.
    """

    def __init__(self, computer_name: str = "") -> None:
        super().__init__()
        self.computer_name = computer_name
        self.errors: list[Any] = []
        self.warnings: list[Any] = []
        self.verbose: list[Any] = []
        self.debug: list[Any] = []
        self.information: list[Any] = []
        self.progress: list[Any] = []
        self.state = "NotStarted"
        self.exit_code: int | None = None
        self.failure: Exception | None = None

    @property
    def output(self) -> list[Any]:
        """The output values; the result itself is this list."""
        return self

    @property
    def had_errors(self) -> bool:
        """Whether anything went wrong: an error record, a terminating error, or no answer at all."""
        return bool(self.errors) or self.state == "Failed" or self.failure is not None

    def add(self, item: StreamItem) -> None:
        """File one item under its stream."""
        if item.stream == "output":
            self.append(item.value)
        else:
            self.stream(item.stream).append(item.value)

    def stream(self, name: str) -> list[Any]:
        """Return the list of a stream by its name in STREAMS."""
        streams: dict[str, list[Any]] = {
            "output": self,
            "error": self.errors,
            "warning": self.warnings,
            "verbose": self.verbose,
            "debug": self.debug,
            "information": self.information,
            "progress": self.progress,
        }
        return streams[name]

    def __repr__(self) -> str:
        return f"InvokeResult({list(self)!r}, state={self.state!r}, errors={len(self.errors)})"


class PipelineEnded(PSRPError):
    """A pipeline did not complete. error_record: why, None without a reason; result: what arrived before."""

    def __init__(self, message: str, *, error_record: ErrorRecord | None, result: InvokeResult) -> None:
        super().__init__(message)
        self.error_record = error_record
        self.result = result


class PipelineFailed(PipelineEnded):
    """The remote script ended with a terminating error; ``error_record`` is that error."""


class PipelineStopped(PipelineEnded):
    """The remote pipeline was stopped by somebody else: a quota, an administrator, the end of its session."""
