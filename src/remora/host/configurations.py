"""The session configurations of this machine's host, as ``remora host configuration`` and the cmdlets change them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from remora.config import SessionConfiguration
from remora.config.host import HostConfiguration
from remora.config.sddl import NAMES, sid_of
from remora.config.sessions import BUILTIN
from remora.errors import ConfigError
from remora.host.access import group_sid
from remora.host.accounts import AccountStore
from remora.host.config_store import ConfigStore, default_state_dir
from remora.host.files import give, write_as_before
from remora.host.passwords import verify_password

_KEPT: Final = "configurations"


class HostConfigurations:
    """Session configurations in the file of a state directory, or in another file. Raises ConfigError throughout.

    Without them REMORA_STATE_DIR and REMORA_HOST_CONFIG say where, else the host's own defaults.
    """

    def __init__(self, state_dir: Path | None = None, config: Path | None = None) -> None:
        root = (state_dir or Path(os.environ.get("REMORA_STATE_DIR") or default_state_dir())).absolute()
        self._root = root
        self._file = (config or Path(os.environ.get("REMORA_HOST_CONFIG") or root / "front" / "host.toml")).absolute()
        self._accounts = AccountStore(root)

    def all(self) -> list[SessionConfiguration]:
        """Every configuration by name, disabled ones among them."""
        held = ConfigStore(self._file).current.sessions()
        return sorted(held, key=lambda item: item.name.casefold())

    def find(self, name: str) -> SessionConfiguration | None:
        """The configuration of this name, enabled or not."""
        return next((item for item in self.all() if item.name.casefold() == name.casefold()), None)

    def put(self, item: SessionConfiguration) -> None:
        """Add a configuration or replace the one of its name."""
        self._change(lambda items: (*_without(items, item.name), item))

    def remove(self, name: str) -> None:
        """Take a configuration away; a built-in one stays gone until it is enabled again."""
        found = self.find(name)
        if found is None:
            raise ConfigError(f"there is no session configuration {name!r}")
        builtin = any(one.name.casefold() == name.casefold() for one in BUILTIN)
        gone = (SessionConfiguration(name=found.name, removed=True),) if builtin else ()
        self._change(lambda items: (*_without(items, name), *gone))
        if found.definition_file and not Path(found.definition_file).is_absolute():
            (self._file.parent / found.definition_file).unlink(missing_ok=True)

    def keep(self, name: str, text: str) -> str:
        """Keep the text of a configuration file beside the configuration; its path below that directory."""
        directory = self._file.parent / _KEPT
        file = directory / f"{name}.pssc"
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            there = (self._file if self._file.exists() else self._file.parent).stat()
            directory.chmod(0o755 if self._file.is_file() and there.st_mode & 0o004 else 0o700)
            give(directory, there)
            write_as_before(file, text.encode("utf-8"), like=self._file)
        except OSError as error:
            raise ConfigError(f"{directory}: {error.strerror or error}") from None
        return f"{_KEPT}/{file.name}"

    def sid_of(self, name: str) -> str:
        """The identifier of an account, a group or a well-known identity."""
        bare = name.rpartition("\\")[2].casefold()
        account = self._accounts.find(bare)
        if account is not None:
            return self._accounts.sid(account)
        if any(group.casefold() == bare for group in self._accounts.groups()):
            return group_sid(bare)
        known = next((sid for sid, full in NAMES.items() if full.rpartition("\\")[2].casefold() == bare), None)
        return known if known is not None else sid_of(name)

    def account_of(self, name: str, password: str) -> str:
        """The local account of this name and password, as it is spelled. Raises ConfigError."""
        found = self._accounts.find(name.rpartition("\\")[2])
        if not verify_password(password, None if found is None else found.scrypt) or found is None:
            raise ConfigError(f"{name!r} is no local account of the host, or that is not its password")
        return found.name

    def name_of(self, sid: str) -> str:
        """The name of an identifier as permissions show it; itself for an unknown one."""
        if sid in NAMES:
            return NAMES[sid]
        accounts = {self._accounts.sid(item): item.name for item in self._accounts.accounts()}
        groups = {group_sid(name): name for name in self._accounts.groups()}
        name = accounts.get(sid) or groups.get(sid)
        return f"{socket.gethostname()}\\{name}" if name else sid

    def _change(self, change: Callable[[tuple[SessionConfiguration, ...]], tuple[SessionConfiguration, ...]]) -> None:
        def changed(held: HostConfiguration) -> HostConfiguration:
            return replace(held, configured_sessions=change(held.configured_sessions))

        try:
            ConfigStore(self._file).update(changed)
        except OSError as error:
            raise ConfigError(f"{self._file}: {error.strerror or error}") from None


def _without(items: tuple[SessionConfiguration, ...], name: str) -> tuple[SessionConfiguration, ...]:
    return tuple(item for item in items if item.name.casefold() != name.casefold())
