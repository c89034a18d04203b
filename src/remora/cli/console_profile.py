"""``$PROFILE`` and the scripts it names, which a console runs before anything else. Source: about_Profiles."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from remora.values import PSObject

if TYPE_CHECKING:
    from remora.cli.console_session import ConsoleSession

_SLOW: Final = 0.5  # seconds; a prompt tells of profiles that take longer


def profile_paths(installation: str) -> dict[str, str]:
    """The four profiles by name, in the order in which they run."""
    config = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    own = os.path.join(config, "powershell")
    return {
        "AllUsersAllHosts": os.path.join(installation, "profile.ps1"),
        "AllUsersCurrentHost": os.path.join(installation, "Microsoft.PowerShell_profile.ps1"),
        "CurrentUserAllHosts": os.path.join(own, "profile.ps1"),
        "CurrentUserCurrentHost": os.path.join(own, "Microsoft.PowerShell_profile.ps1"),
    }


def declare_profile(session: ConsoleSession) -> dict[str, str]:
    """Set $PROFILE; the paths it carries."""
    scope = session.runspace.context.global_scope
    paths = profile_paths(str(scope.get("pshome")))
    scope.set("PROFILE", PSObject(base=paths["CurrentUserCurrentHost"], extended=dict(paths)))
    return paths


def run_profiles(session: ConsoleSession, paths: dict[str, str], *, tell: bool) -> None:
    """Run those that exist; what fails in one is shown and the next runs. tell: say so when they took long."""
    begun = time.monotonic()
    there = [path for path in paths.values() if os.path.isfile(path)]
    for path in there:
        session.run_profile(path)
    took = time.monotonic() - begun
    if there and tell and took > _SLOW:
        session.host.write_line(f"Loading personal and system profiles took {took * 1000:.0f}ms.")
