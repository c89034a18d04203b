"""How a verb runs the asynchronous API: Ctrl-C and SIGTERM both put things in order before the process ends."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

T = TypeVar("T")

EXIT_TERMINATED: Final = 143


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """As ``asyncio.run``; SIGTERM cancels the work, waits for its end and exits with 143 (128 + SIGTERM)."""
    return asyncio.run(_until_terminated(work))


async def _until_terminated(work: Coroutine[Any, Any, T]) -> T:
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    terminated = False

    def terminate() -> None:
        nonlocal terminated
        terminated = True
        if task is not None:
            task.cancel()

    with contextlib.suppress(ValueError, RuntimeError):  # only the main thread can be told
        loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        return await work
    except asyncio.CancelledError:
        if terminated:
            raise SystemExit(EXIT_TERMINATED) from None
        raise
