"""``$PROFILE``: where the profile scripts of a console lie, in the order in which it runs them."""

from __future__ import annotations

import os

from remora.engine.context import home_directory
from remora.engine.psobject import wrapped
from remora.engine.resolver import HOME
from remora.values.objects import PSObject


def profile_paths(host: str = "Microsoft.PowerShell") -> PSObject:
    """The path of the user's profile for a host, with those of the four kinds as notes."""
    own = os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.join(home_directory(), ".config"), "powershell")
    every, one = "profile.ps1", f"{host}_profile.ps1"
    made = wrapped(os.path.join(own, one))
    made.extended.update(
        AllUsersAllHosts=os.path.join(HOME, every),
        AllUsersCurrentHost=os.path.join(HOME, one),
        CurrentUserAllHosts=os.path.join(own, every),
        CurrentUserCurrentHost=os.path.join(own, one),
    )
    return made
