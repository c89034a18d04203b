"""What the engine needs from whoever can run background jobs (``remora.modules.job_host`` starts processes)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from remora.engine.language.mode import FULL_LANGUAGE


class JobHandle(Protocol):
    """One running or finished background job, as its starter sees it. Threads: every method may be called from the
    engine's thread.

    ``state``: NotStarted Running Completed Failed Stopped. ``receive`` takes what has come since the last call as
    ``(stream name, engine value)`` pairs (stream names: output error warning verbose debug information progress).
    """

    @property
    def state(self) -> str: ...
    @property
    def failure(self) -> Any: ...
    def receive(self, keep: bool = False) -> list[tuple[str, Any]]: ...
    def has_more(self) -> bool: ...
    def wait(self, timeout: float | None = None) -> bool: ...
    def stop(self) -> None: ...
    def remove(self) -> None: ...


class JobHost(Protocol):
    """Starts jobs for Start-Job: script text run in a process of its own with the given arguments and pipeline input.

    using: values of the script's ``$using:`` variables by name; language: the mode that it runs in. Raises OSError
    when no process can be made.
    """

    def start(
        self,
        script: str,
        arguments: Sequence[Any],
        name: str,
        *,
        input: Sequence[Any] = (),
        location: str = "",
        using: Mapping[str, Any] | None = None,
        language: str = FULL_LANGUAGE,
    ) -> JobHandle: ...
