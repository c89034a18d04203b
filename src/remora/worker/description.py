"""What a worker tells about its shell (rsp:Shell of Get and Enumerate), memory and processes read from /proc."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from remora.worker.protocol import Description
from remora.wsman.states import ShellState

if TYPE_CHECKING:
    from remora.worker.shell import Shell


def describe(shell: Shell, now: float) -> Description:
    """Return the present description; now: on the shell's clock."""
    spec = shell.request.shell
    return Description(
        shell_id=shell.request.shell_id,
        resource_uri=shell.request.resource_uri,
        state="Connected" if shell.state is ShellState.CONNECTED else "Disconnected",
        process_id=os.getpid(),
        name=spec.name,
        working_directory=spec.working_directory,
        input_streams=spec.input_streams,
        output_streams=spec.output_streams,
        idle_timeout=shell.idle_timeout,
        max_idle_timeout=shell.request.limits.max_idle_timeout,
        locale=spec.locale,
        data_locale=spec.data_locale,
        buffer_mode=shell.buffer_mode,
        run_time=int(now - shell.created),
        inactivity=int(now - shell.active),
        memory_used=resident_bytes(),
        child_processes=child_count(),
        session_id=shell.session_id,
    )


def resident_bytes() -> int:
    """Return the resident memory of this process, 0 where it cannot be known."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def child_count() -> int:
    """Return how many child processes this process has, 0 where it cannot be known."""
    try:
        return sum(len((task / "children").read_text().split()) for task in Path("/proc/self/task").iterdir())
    except OSError:
        return 0
