"""A front end started by root gives its rights up before it reads the first byte."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import Final

from remora.errors import ConfigError

FRONT_USER: Final = "remora"
FRONT_UID: Final = 61183
"""Used where no user ``remora`` exists: the last uid before the range that accounts are allotted from."""


@dataclass(frozen=True, slots=True)
class FrontUser:
    """Whom the front end will be."""

    uid: int
    gid: int


def front_user() -> FrontUser:
    """Return who the front end is to be: ourselves, or for root an unprivileged user. Raises ConfigError."""
    if os.geteuid() != 0:
        return FrontUser(os.geteuid(), os.getegid())
    try:
        entry = pwd.getpwnam(FRONT_USER)
    except KeyError:
        return _numbered()
    if entry.pw_uid == 0:
        raise ConfigError(f"the user {FRONT_USER} must not have uid 0")
    return FrontUser(entry.pw_uid, entry.pw_gid)


def _numbered() -> FrontUser:
    try:
        taken = pwd.getpwuid(FRONT_UID).pw_name
    except KeyError:
        return FrontUser(FRONT_UID, FRONT_UID)
    raise ConfigError(f"uid {FRONT_UID} belongs to {taken}: create the user {FRONT_USER} for the front end")


def give_up(user: FrontUser) -> None:
    """Become this user for good; nothing happens when we are not root."""
    if os.geteuid() != 0:
        return
    os.setgroups([])
    os.setresgid(user.gid, user.gid, user.gid)
    os.setresuid(user.uid, user.uid, user.uid)
    if 0 in (*os.getresuid(), *os.getresgid()):
        raise ConfigError("root's rights could not be given up")
