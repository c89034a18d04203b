"""How many processes a session may have at once: its own and those of the programs it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from remora.engine.errors import error

_TASKS: Final = Path("/proc/self/task")


def check_processes(limit: int) -> None:
    """Refuse one more program where the limit is reached; 0 for no limit. Raises PSError."""
    if limit and 1 + _children() >= limit:
        raise error(
            f"The session may have {limit} processes at once, and has them.",
            "ProcessQuotaExceeded",
            "QuotaExceeded",
            limit,
            type_name="System.InvalidOperationException",
        )


def _children() -> int:
    """Child processes of this process; the worker's helper is one from the beginning."""
    try:
        return sum(len((task / "children").read_text().split()) for task in _TASKS.iterdir())
    except OSError:
        return 0
