"""Ending a process with everything it started, whatever groups and sessions those made for themselves."""

from __future__ import annotations

import os
import signal
from contextlib import suppress

import psutil


def descendants(pid: int) -> list[psutil.Process]:
    """All processes below one, found while their parents still live."""
    try:
        found: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    return found


def kill_tree(pid: int, *, itself: bool = True) -> None:
    """SIGKILL for the descendants, then for the process and its group."""
    for process in descendants(pid):
        with suppress(psutil.Error):
            process.kill()
    if itself:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
