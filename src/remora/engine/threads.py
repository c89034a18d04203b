"""Threads for engine code: scripts recurse deeply, so their threads have a big stack and Python a high recursion
limit.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from remora.engine.errors import PSError

STACK_SIZE: Final = 256 * 1024 * 1024
RECURSION_LIMIT: Final = 40_000

_starting = threading.Lock()


def start_engine_thread(target: Callable[[], None], name: str, *, daemon: bool = True) -> threading.Thread:
    """Start a thread with the big stack (reserved, not committed) and return it. Raises RuntimeError when the system
    gives no more of them.
    """
    raise_recursion_limit()
    thread = threading.Thread(target=target, name=name, daemon=daemon)
    with _starting:
        previous = threading.stack_size(STACK_SIZE)
        try:
            thread.start()
        finally:
            threading.stack_size(previous)
    return thread


def no_thread() -> PSError:
    """The error of a script for which the system gives no more threads."""
    from remora.engine.errors import error

    message = "Insufficient resources to start another thread."
    return error(message, "OutOfMemoryException", "ResourceUnavailable", type_name="System.OutOfMemoryException")


def raise_recursion_limit() -> None:
    """Let Python recurse as deeply as CallDepthOverflow allows scripts to."""
    if sys.getrecursionlimit() < RECURSION_LIMIT:
        sys.setrecursionlimit(RECURSION_LIMIT)
