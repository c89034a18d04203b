"""Which Unix user acts for an account: never root, never a shared nobody (design, section 3)."""

from __future__ import annotations

import os
import pwd
from pathlib import Path
from typing import Final, Protocol

from remora.auth.principal import RunAs
from remora.errors import ConfigError

FIRST_DYNAMIC: Final = 61184
LAST_DYNAMIC: Final = 65519
NOBODY: Final = 65534


class UserDatabase(Protocol):
    """The system's users, and who we are."""

    def by_name(self, name: str) -> pwd.struct_passwd | None: ...

    def by_uid(self, uid: int) -> pwd.struct_passwd | None: ...

    def effective_uid(self) -> int: ...


class SystemUsers:
    """The real user database."""

    def by_name(self, name: str) -> pwd.struct_passwd | None:
        try:
            return pwd.getpwnam(name)
        except (KeyError, ValueError, UnicodeError):
            return None

    def by_uid(self, uid: int) -> pwd.struct_passwd | None:
        try:
            return pwd.getpwuid(uid)
        except KeyError:
            return None

    def effective_uid(self) -> int:
        return os.geteuid()


def resolve_run_as(account: str, run_as: str | None, dynamic_uid: int, state_dir: Path, users: UserDatabase) -> RunAs:
    """Return who acts for an account; ConfigError says why nobody may.

    Under root: the Unix user of the account's name (as spelt, else in lower case), else the account's --run-as, else
    the uid allotted to the account. Under anybody else: that user and no other.
    """
    if users.effective_uid() != 0:
        return _ourselves(account, run_as, users, state_dir)
    entry = users.by_name(account) or users.by_name(account.lower())
    if entry is None and run_as is not None:
        entry = users.by_name(run_as)
        if entry is None:
            raise ConfigError(f"account {account}: there is no Unix user {run_as!r}")
    if entry is not None:
        return _from_entry(account, entry)
    if not FIRST_DYNAMIC <= dynamic_uid <= LAST_DYNAMIC:
        raise ConfigError(f"account {account}: uid {dynamic_uid} is outside {FIRST_DYNAMIC} to {LAST_DYNAMIC}")
    if users.by_uid(dynamic_uid) is not None:
        raise ConfigError(f"account {account}: uid {dynamic_uid} has meanwhile been given to a Unix user")
    home = state_dir / "home" / str(dynamic_uid)
    return RunAs(user=f"remora-{dynamic_uid}", uid=dynamic_uid, gid=dynamic_uid, home=str(home), dynamic=True)


def resolve_unix_user(entry: pwd.struct_passwd, users: UserDatabase) -> RunAs:
    """Return a Unix user who logs on as itself; ConfigError when it may not. Without root only we ourselves may."""
    if users.effective_uid() not in (0, entry.pw_uid):
        raise ConfigError(f"the Unix user {entry.pw_name} can be served by a host started by root only")
    return _from_entry(entry.pw_name, entry)


def _ourselves(account: str, run_as: str | None, users: UserDatabase, state_dir: Path) -> RunAs:
    uid = users.effective_uid()
    entry = users.by_uid(uid)
    if run_as is not None and (entry is None or run_as != entry.pw_name):
        raise ConfigError(f"account {account} runs as {run_as}, which only a host started by root can do")
    if entry is None:
        return RunAs(user=str(uid), uid=uid, gid=os.getegid(), home=str(state_dir), dynamic=False)
    return RunAs(user=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, home=entry.pw_dir, dynamic=False)


def _from_entry(account: str, entry: pwd.struct_passwd) -> RunAs:
    if entry.pw_uid == 0:
        raise ConfigError(f"account {account} would run as root: give it another name, or --run-as another user")
    if entry.pw_uid == NOBODY or entry.pw_name == "nobody":
        raise ConfigError(f"account {account} would run as nobody, which others share")
    return RunAs(user=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, home=entry.pw_dir, dynamic=False)
