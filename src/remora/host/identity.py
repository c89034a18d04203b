"""Which Unix identity a session runs as: decided from the account's ``run_as``, refused rather than guessed."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remora.errors import ConfigError

DYNAMIC_UIDS: Final = range(61184, 65520)
"""Uids without a passwd entry that root allots to accounts (the range of systemd's DynamicUser)."""
_NOBODY: Final = frozenset({65534, 0xFFFF, 0xFFFFFFFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A Unix identity. dynamic: uid without a passwd entry; its home lies below the state directory."""

    name: str
    uid: int
    gid: int
    home: str
    shell: str = "/bin/sh"
    dynamic: bool = False


def own_identity() -> Identity:
    """The identity of this process."""
    try:
        return _of_entry(pwd.getpwuid(os.geteuid()))
    except KeyError:
        uid = os.geteuid()
        return Identity(name=str(uid), uid=uid, gid=os.getegid(), home=os.environ.get("HOME", "/"))


def resolve_identity(run_as: str, account: str, state_dir: Path) -> Identity:
    """Return whom a session of ``account`` runs as.

    run_as: a user name, or the decimal uid of the dynamic range that was allotted to this account. Raises
    ConfigError, with a reason for the log and the client, for everything else: root, nobody, unknown users, and, when
    this process is not root, anybody but its own user.
    """
    if os.geteuid() != 0:
        own = own_identity()
        if run_as not in (own.name, str(own.uid)):
            raise ConfigError(f"account {account} runs as {run_as}, but this host only serves {own.name}")
        return own
    if run_as.isascii() and run_as.isdigit():
        return _dynamic(int(run_as), account, state_dir)
    try:
        entry = pwd.getpwnam(run_as)
    except KeyError:
        raise ConfigError(f"account {account} runs as {run_as}, and there is no such user") from None
    if entry.pw_uid == 0:
        raise ConfigError(f"account {account} runs as {run_as}: sessions never run as uid 0")
    if entry.pw_uid in _NOBODY or entry.pw_name == "nobody":
        raise ConfigError(f"account {account} runs as {run_as}, a user that others share")
    return _of_entry(entry)


def _of_entry(entry: pwd.struct_passwd) -> Identity:
    return Identity(
        name=entry.pw_name,
        uid=entry.pw_uid,
        gid=entry.pw_gid,
        home=entry.pw_dir or "/",
        shell=entry.pw_shell or "/bin/sh",
    )


def _dynamic(uid: int, account: str, state_dir: Path) -> Identity:
    if uid not in DYNAMIC_UIDS:
        raise ConfigError(f"account {account} runs as uid {uid}, which is not of the range for dynamic uids")
    try:
        owner = pwd.getpwuid(uid).pw_name
    except KeyError:
        return Identity(name=account, uid=uid, gid=uid, home=str(state_dir / "home" / str(uid)), dynamic=True)
    raise ConfigError(f"account {account} runs as uid {uid}, which belongs to {owner}")
