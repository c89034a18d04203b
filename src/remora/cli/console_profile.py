"""The profile scripts that $PROFILE names, which a console runs before anything else. Source: about_Profiles."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from remora.cli.console_session import ConsoleSession

_SLOW: Final = 0.5  # seconds; a prompt tells of profiles that take longer


def run_profiles(session: ConsoleSession, *, tell: bool) -> None:
    """Run those that exist, all users' and all hosts' first; what fails in one is shown and the next runs.

    tell: say so when they took long.
    """
    begun = time.monotonic()
    notes = session.runspace.context.global_scope.get("profile").extended
    there = [path for path in notes.values() if os.path.isfile(path)]
    for path in there:
        session.run_profile(path)
    took = time.monotonic() - begun
    if there and tell and took > _SLOW:
        session.host.write_line(f"Loading personal and system profiles took {took * 1000:.0f}ms.")
