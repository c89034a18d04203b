"""The host's configuration file: one TOML file, read whole, checked, and replaced whole (``config.host``)."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import tomli_w

from remora.config.host import HostConfiguration, decode_configuration, encode_configuration
from remora.config.settings import flattened
from remora.config.winrm import WinrmConfig
from remora.errors import ConfigError
from remora.host.files import give, write_as_before

MAX_FILE: Final = 4 * 1024 * 1024
_Stamp = tuple[int, int, int] | None


def default_state_dir() -> Path:
    """Return where the host keeps its state when nothing else is said."""
    return Path("/var/lib/remora") if os.geteuid() == 0 else Path.home() / ".local" / "state" / "remora"


class ConfigStore:
    """The configuration in force: the file, overrides for this run laid over it, and over both the policy.

    Overrides are never written; one is gone when its setting is changed for good. The policy, ``policy.toml`` beside
    the file, holds a ``[winrm]`` table of settings that nobody else may change.
    """

    def __init__(self, path: Path, *, overrides: Iterable[str] = ()) -> None:
        self.path = path
        self._overrides = tuple(overrides)
        self._policy: tuple[tuple[str, object], ...] = ()
        self._current = HostConfiguration()
        self.reload()

    @property
    def current(self) -> HostConfiguration:
        return self._current

    @property
    def fixed(self) -> frozenset[str]:
        """The settings that the policy fixes, such as ``service/auth/basic``, in lower case."""
        return frozenset(name.lower() for name, _value in self._policy)

    def reload(self) -> bool:
        """Read the files again and return True; with an error in one nothing changes and ConfigError is raised."""
        self._stamp = self._stamps()
        base, policy = read_configuration(self.path), read_policy(self._policy_file)
        self._current, self._policy = self._combined(base, policy), policy
        return True

    def refresh(self) -> bool:
        """Take over what another process wrote to the files; tell whether it did. Raises ConfigError as ``reload``."""
        if self._stamps() == self._stamp:
            return False
        return self.reload()

    def update(
        self, change: Callable[[HostConfiguration], HostConfiguration], named: Iterable[str] = ()
    ) -> HostConfiguration:
        """Change the file under its lock and return what is in force then.

        named: the settings that are meant, ``Service/Auth/Basic``; no override speaks for them any longer.
        """
        meant = {name.casefold() for name in named}
        with self._locked():
            changed = change(read_configuration(self.path))
            write_configuration(self.path, changed)
            self._overrides = tuple(text for text in self._overrides if _key(text) not in meant)
            self._current = self._combined(changed, self._policy)
            self._stamp = self._stamps()
        return self._current

    def set(self, path: str, value: object) -> HostConfiguration:
        """Change one setting for good."""
        return self.update(lambda held: held.with_setting(path, value), (path,))

    @property
    def _policy_file(self) -> Path:
        return self.path.with_name("policy.toml")

    def _stamps(self) -> tuple[_Stamp, _Stamp]:
        return _stamp(self.path), _stamp(self._policy_file)

    def _combined(self, base: HostConfiguration, policy: tuple[tuple[str, object], ...]) -> HostConfiguration:
        current = base.with_overrides(self._overrides)
        for name, value in policy:
            current = current.with_setting(name, value)
        return current

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self.path.with_name(f".{self.path.name}.lock")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ConfigError(f"{self.path} cannot be changed: {error.strerror or error}") from None
        try:
            give(lock, self.path.parent.stat())
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def read_configuration(path: Path) -> HostConfiguration:
    """Read the file; a missing one means defaults. ConfigError names the file and what is wrong in it."""
    try:
        return replace(decode_configuration(_document(path)), directory=path.parent)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def read_policy(path: Path) -> tuple[tuple[str, object], ...]:
    """Read the settings of a policy file as (``Service/Auth/Basic``, value); a missing one means none."""
    try:
        document = _document(path)
        unknown = sorted(set(document) - {"winrm"})
        if unknown:
            raise ConfigError(f"there is no table [{unknown[0]}]; a policy has [winrm] only")
        table = document.get("winrm", {})
        if not isinstance(table, dict):
            raise ConfigError("winrm: a table was expected")
        settings = flattened(table)
        for name, value in settings:
            WinrmConfig().with_setting(name, value)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    return settings


def _document(path: Path) -> dict[str, object]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(error.strerror or str(error)) from None
    if len(data) > MAX_FILE:
        raise ConfigError(f"it has {len(data)} bytes, more than {MAX_FILE}")
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(str(error)) from None


def write_configuration(path: Path, configuration: HostConfiguration) -> None:
    """Replace the file with this configuration."""
    write_as_before(path, tomli_w.dumps(encode_configuration(configuration)).encode("utf-8"))


def _key(override: str) -> str:
    return override.partition("=")[0].strip().strip("/").casefold()


def _stamp(path: Path) -> _Stamp:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size
