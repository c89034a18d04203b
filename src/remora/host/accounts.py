"""The local accounts and groups: STATE_DIR/accounts.json, mode 0600, replaced whole under a lock, read when changed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from remora.auth.principal import RunAs
from remora.errors import ConfigError
from remora.host.files import write_atomically
from remora.host.members import MAX_MEMBERS, check_exists, groups_with, is_foreign, read_member, unix_identities
from remora.host.passwords import ScryptHash, hash_password, nt_hash
from remora.host.run_as import (
    FIRST_DYNAMIC,
    LAST_DYNAMIC,
    SystemUsers,
    UserDatabase,
    resolve_run_as,
    resolve_unix_user,
)

ADMINISTRATORS: Final = "Administrators"
REMOTE_MANAGEMENT_USERS: Final = "Remote Management Users"
WINRM_REMOTE_WMI_USERS: Final = "WinRMRemoteWMIUsers__"
BUILTIN_GROUPS: Final = (ADMINISTRATORS, REMOTE_MANAGEMENT_USERS, WINRM_REMOTE_WMI_USERS)
FIRST_RID: Final = 1000
MAX_FILE: Final = 16 * 1024 * 1024
_FORBIDDEN: Final = re.compile(r"[\x00-\x1f\x7f\"/\\\[\]:;|=,+*?<>@]")


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """One account. uid: allotted to it for good, used when root serves it and no Unix user acts for it."""

    name: Annotated[str, Meta(min_length=1, max_length=64)]
    rid: Annotated[int, Meta(ge=FIRST_RID)]
    uid: Annotated[int, Meta(ge=FIRST_DYNAMIC, le=LAST_DYNAMIC)]
    scrypt: ScryptHash
    nt_hash: Annotated[bytes, Meta(min_length=16, max_length=16)] | None = None
    groups: tuple[str, ...] = ()
    run_as: str | None = None

    def __repr__(self) -> str:
        return f"Account(name={self.name!r}, rid={self.rid}, groups={self.groups!r})"


class _Store(msgspec.Struct, frozen=True, kw_only=True):
    """foreign: by group, the members that are no accounts of this store (``host.members``)."""

    version: Annotated[int, Meta(ge=1, le=1)] = 1
    machine: tuple[int, int, int]
    next_rid: int = FIRST_RID
    next_uid: Annotated[int, Meta(ge=FIRST_DYNAMIC, le=LAST_DYNAMIC)] = FIRST_DYNAMIC
    groups: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = ()
    foreign: dict[str, tuple[str, ...]] = {}


class AccountStore:
    """Accounts and groups by name, without regard to case. Every change is on disk when the call returns."""

    def __init__(self, state_dir: Path, *, users: UserDatabase | None = None) -> None:
        self.path = state_dir / "accounts.json"
        self._state_dir = state_dir
        self._users = users or SystemUsers()
        self._stamp: tuple[int, int, int] | None = None
        self._store = _fresh()
        self._by_name: dict[str, Account] = {}

    def find(self, name: str) -> Account | None:
        """Return the account of this name as the file says now."""
        self._refresh()
        return self._by_name.get(name.casefold())

    def get(self, name: str) -> Account:
        """As ``find``, but an unknown name raises ConfigError."""
        account = self.find(name)
        if account is None:
            raise ConfigError(f"there is no account {name!r}")
        return account

    def accounts(self) -> tuple[Account, ...]:
        self._refresh()
        return self._store.accounts

    def groups(self) -> dict[str, tuple[str, ...]]:
        """Return every group with the names of its members."""
        self._refresh()
        store, names = self._store, (*BUILTIN_GROUPS, *self._store.groups)
        return {
            name: (*(item.name for item in store.accounts if name in item.groups), *store.foreign.get(name, ()))
            for name in names
        }

    def groups_of(self, identities: Collection[str]) -> tuple[str, ...]:
        """Return the groups that somebody belongs to who is no account here, by identities such as ``unix:alice``."""
        self._refresh()
        return groups_with(self._store.foreign, identities)

    def sid(self, account: Account) -> str:
        """Return the account's security identifier."""
        return f"S-1-5-21-{'-'.join(map(str, self._store.machine))}-{account.rid}"

    def run_as(self, account: Account) -> RunAs:
        """Return who acts for the account; ConfigError when nobody may."""
        return resolve_run_as(account.name, account.run_as, account.uid, self._state_dir, self._users)

    def unix_user(self, name: str) -> tuple[RunAs, tuple[str, ...]]:
        """Return a Unix user who is a member of a group, and its groups; ConfigError for everybody else."""
        entry = self._users.by_name(name)
        groups = () if entry is None else self.groups_of(unix_identities(entry))
        if entry is None or not groups:
            raise ConfigError(f"the Unix user {name!r} is no member of a group here")
        return resolve_unix_user(entry, self._users), groups

    def run_as_of(self, name: str) -> RunAs:
        """Return who acts for a caller of this name: for an account, else for a Unix user who is a member."""
        account = self.find(name)
        return self.unix_user(name)[0] if account is None else self.run_as(account)

    def add(
        self,
        name: str,
        password: str,
        *,
        groups: Iterable[str] = (REMOTE_MANAGEMENT_USERS,),
        run_as: str | None = None,
        ntlm: bool = True,
    ) -> Account:
        """Create an account. ntlm: keep the NT hash, without which only Basic works. ConfigError when it cannot be."""
        _check_name(name, "an account name")
        _check_password(password)
        scrypt = hash_password(password)
        with self._locked() as store:
            if name.casefold() in self._by_name:
                raise ConfigError(f"there is already an account {name!r}")
            uid = self._free_uid(store)
            account = Account(
                name=name,
                rid=store.next_rid,
                uid=uid,
                scrypt=scrypt,
                nt_hash=nt_hash(password) if ntlm else None,
                groups=self._canonical_groups(store, groups),
                run_as=run_as,
            )
            resolve_run_as(name, run_as, uid, self._state_dir, self._users)
            following = FIRST_DYNAMIC if uid == LAST_DYNAMIC else uid + 1
            accounts = (*store.accounts, account)
            self._save(
                msgspec.structs.replace(store, accounts=accounts, next_rid=store.next_rid + 1, next_uid=following)
            )
        return account

    def remove(self, name: str) -> None:
        """Delete an account; its identifiers are not given out again soon."""
        with self._locked() as store:
            gone = self._held(name)
            self._save(
                msgspec.structs.replace(store, accounts=tuple(item for item in store.accounts if item is not gone))
            )

    def set_password(self, name: str, password: str) -> None:
        """Change a password; an account that opted out of the NT hash stays so."""
        _check_password(password)
        scrypt = hash_password(password)
        with self._locked() as store:
            old = self._held(name)
            fresh = None if old.nt_hash is None else nt_hash(password)
            self._swap(store, old, msgspec.structs.replace(old, scrypt=scrypt, nt_hash=fresh))

    def add_group(self, group: str) -> None:
        """Create a local group."""
        _check_name(group, "a group name")
        with self._locked() as store:
            if group.casefold() in {item.casefold() for item in (*BUILTIN_GROUPS, *store.groups)}:
                raise ConfigError(f"there is already a group {group!r}")
            self._save(msgspec.structs.replace(store, groups=(*store.groups, group)))

    def remove_group(self, group: str) -> None:
        """Delete a group of our own; its members leave it."""
        with self._locked() as store:
            (held,) = self._canonical_groups(store, (group,))
            if held in BUILTIN_GROUPS:
                raise ConfigError(f"the group {held!r} is built in")
            accounts = tuple(
                msgspec.structs.replace(item, groups=tuple(name for name in item.groups if name != held))
                for item in store.accounts
            )
            groups = tuple(name for name in store.groups if name != held)
            foreign = {name: members for name, members in store.foreign.items() if name != held}
            self._save(msgspec.structs.replace(store, accounts=accounts, groups=groups, foreign=foreign))

    def join(self, group: str, name: str) -> None:
        """Make an account, or somebody who is none (``host.members``), a member of a group."""
        with self._locked() as store:
            (held,) = self._canonical_groups(store, (group,))
            if is_foreign(name):
                others = tuple(one for one in store.foreign.get(held, ()) if one != read_member(name))
                if len(others) >= MAX_MEMBERS:
                    raise ConfigError(f"the group {held!r} has {MAX_MEMBERS} such members")
                self._set_foreign(store, held, (*others, read_member(name)))
                return
            old = self._held(name)
            if held not in old.groups:
                self._swap(store, old, msgspec.structs.replace(old, groups=(*old.groups, held)))

    def leave(self, group: str, name: str) -> None:
        """End a membership."""
        with self._locked() as store:
            (held,) = self._canonical_groups(store, (group,))
            if is_foreign(name):
                gone = read_member(name)
                if gone not in store.foreign.get(held, ()):
                    raise ConfigError(f"{gone} is no member of {held}")
                self._set_foreign(store, held, tuple(one for one in store.foreign[held] if one != gone))
                return
            old = self._held(name)
            self._swap(
                store, old, msgspec.structs.replace(old, groups=tuple(item for item in old.groups if item != held))
            )

    def check_member(self, name: str) -> None:
        """Refuse who cannot be made a member. Raises ConfigError."""
        if is_foreign(name):
            check_exists(read_member(name))
        else:
            self.get(name)

    def _set_foreign(self, store: _Store, group: str, members: tuple[str, ...]) -> None:
        foreign = {name: held for name, held in {**store.foreign, group: members}.items() if held}
        self._save(msgspec.structs.replace(store, foreign=foreign))

    def _held(self, name: str) -> Account:
        account = self._by_name.get(name.casefold())
        if account is None:
            raise ConfigError(f"there is no account {name!r}")
        return account

    def _swap(self, store: _Store, old: Account, new: Account) -> None:
        self._save(
            msgspec.structs.replace(store, accounts=tuple(new if item is old else item for item in store.accounts))
        )

    def _canonical_groups(self, store: _Store, groups: Iterable[str]) -> tuple[str, ...]:
        known = {item.casefold(): item for item in (*BUILTIN_GROUPS, *store.groups)}
        result: dict[str, None] = {}
        for group in groups:
            if group.casefold() not in known:
                raise ConfigError(f"there is no group {group!r}; there are {', '.join(known.values())}")
            result[known[group.casefold()]] = None
        return tuple(result)

    def _free_uid(self, store: _Store) -> int:
        taken = {item.uid for item in store.accounts}
        count = LAST_DYNAMIC - FIRST_DYNAMIC + 1
        for step in range(count):
            uid = FIRST_DYNAMIC + (store.next_uid - FIRST_DYNAMIC + step) % count
            if uid not in taken and self._users.by_uid(uid) is None:
                return uid
        raise ConfigError(f"every uid from {FIRST_DYNAMIC} to {LAST_DYNAMIC} is taken")

    @contextlib.contextmanager
    def _locked(self) -> Iterator[_Store]:
        lock = self.path.with_suffix(".lock")
        try:
            self._state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigError(f"{lock}: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._refresh()
            yield self._store
        finally:
            os.close(descriptor)

    def _refresh(self) -> None:
        try:
            status = os.stat(self.path)
        except FileNotFoundError:
            if self._stamp is not None:
                self._stamp, self._store, self._by_name = None, _fresh(), {}
            return
        except OSError as error:
            raise ConfigError(f"{self.path}: {error.strerror}") from None
        stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
        if stamp == self._stamp:
            return
        if stat.S_IMODE(status.st_mode) & 0o077:
            raise ConfigError(f"{self.path} holds secrets and must not be open to others: chmod 600 it")
        if status.st_size > MAX_FILE:
            raise ConfigError(f"{self.path} has {status.st_size} bytes, more than {MAX_FILE}")
        self._install(self._read(), stamp)

    def _read(self) -> _Store:
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=_Store)
        except (OSError, msgspec.MsgspecError) as error:
            raise ConfigError(f"{self.path}: {error}") from None

    def _install(self, store: _Store, stamp: tuple[int, int, int]) -> None:
        self._store, self._stamp = store, stamp
        self._by_name = {item.name.casefold(): item for item in store.accounts}

    def _save(self, store: _Store) -> None:
        write_atomically(self.path, msgspec.json.format(msgspec.json.encode(store), indent=1), mode=0o600)
        status = os.stat(self.path)
        self._install(store, (status.st_mtime_ns, status.st_ino, status.st_size))


def _fresh() -> _Store:
    return _Store(machine=(secrets.randbits(32), secrets.randbits(32), secrets.randbits(32)))


def _check_name(name: str, what: str) -> None:
    if not name.strip() or name != name.strip() or len(name) > 64 or _FORBIDDEN.search(name) or set(name) <= {".", " "}:
        raise ConfigError(f'{name!r} cannot be {what}: up to 64 characters without "/\\[]:;|=,+*?<>@')


def _check_password(password: str) -> None:
    if not password:
        raise ConfigError("the password must not be empty")
    if len(password) > 1024:
        raise ConfigError("the password has more than 1024 characters")
