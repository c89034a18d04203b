"""The host's configuration file: one TOML file, read whole, checked, and replaced whole.

``[winrm]`` is the winrm/config tree by its wire names, ``[remora]`` our own settings, ``[[listeners]]`` the listeners,
``[session_configurations.NAME]`` the session configurations. What equals its default is not written.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import tomli_w

from remora.config.sessions import (
    SessionConfiguration,
    SessionConfigurations,
    read_session_configurations,
    write_session_configurations,
)
from remora.config.settings import changes, merged, replaced
from remora.config.winrm import RemoraSettings, WinrmConfig, parse_override
from remora.errors import ConfigError
from remora.host.files import give, write_as_before

MAX_FILE: Final = 4 * 1024 * 1024
_TABLES: Final = ("winrm", "remora", "listeners", "session_configurations")


def default_state_dir() -> Path:
    """Return where the host keeps its state when nothing else is said."""
    return Path("/var/lib/remora") if os.geteuid() == 0 else Path.home() / ".local" / "state" / "remora"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerSettings:
    """One listener. host: an address, a name, or ``*``. port: None for the configured default, 0 for a free one.

    certificate, key: PEM files; without them an https listener uses a self-signed certificate of its own.
    """

    secure: bool
    host: str
    port: int | None
    certificate: str | None = None
    key: str | None = None

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}" + ("" if self.port is None else f":{self.port}")


def parse_listener(url: str, *, certificate: str | None = None, key: str | None = None) -> ListenerSettings:
    """Read ``http://127.0.0.1:5985``, ``https://*`` and the like; anything else raises ConfigError."""
    wrong = ConfigError(f"{url!r} is no listener: write http://ADDRESS:PORT or https://ADDRESS:PORT")
    try:
        parts = urlsplit(url.replace("://+", "://*"))
        port = parts.port
    except ValueError:
        raise wrong from None
    extra = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in ("http", "https") or not parts.hostname or extra:
        raise wrong
    if (certificate is None) != (key is None):
        raise ConfigError(f"listener {url}: a certificate needs its key, and a key its certificate")
    return ListenerSettings(
        secure=parts.scheme == "https", host=parts.hostname, port=port, certificate=certificate, key=key
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HostConfiguration:
    """Everything the configuration file says. directory: where the file is; relative paths in it begin there."""

    winrm: WinrmConfig = field(default_factory=WinrmConfig)
    remora: RemoraSettings = field(default_factory=RemoraSettings)
    listeners: tuple[ListenerSettings, ...] = ()
    configured_sessions: tuple[SessionConfiguration, ...] = ()
    directory: Path = field(default_factory=Path)

    def sessions(self) -> SessionConfigurations:
        """Return the session configurations, the built-in ones among them."""
        return SessionConfigurations(self.configured_sessions)

    def with_setting(self, path: str, value: object) -> HostConfiguration:
        """Return a copy with ``Service/Auth/Basic``, ``Remora/CommandShell`` or another setting changed."""
        head, _slash, rest = path.strip("/").partition("/")
        if head.lower() == "remora":
            return replace(self, remora=replaced(self.remora, rest, value, trail="Remora/"))
        return replace(self, winrm=self.winrm.with_setting(path, value))

    def with_overrides(self, overrides: Iterable[str]) -> HostConfiguration:
        """Apply ``KEY=VALUE`` texts, as --set takes them."""
        result = self
        for text in overrides:
            result = result.with_setting(*parse_override(text))
        return result


class ConfigStore:
    """The configuration in force: the file, with overrides for this run laid over it. Overrides are never written."""

    def __init__(self, path: Path, *, overrides: Iterable[str] = ()) -> None:
        self.path = path
        self._overrides = tuple(overrides)
        self._base = HostConfiguration()
        self._current = self._base
        self.reload()

    @property
    def current(self) -> HostConfiguration:
        return self._current

    def reload(self) -> None:
        """Read the file again; with an error in it nothing changes and ConfigError is raised."""
        self._stamp = _stamp(self.path)
        self._install(read_configuration(self.path))

    def refresh(self) -> bool:
        """Take over what another process wrote to the file; tell whether it did. Raises ConfigError as ``reload``."""
        if _stamp(self.path) == self._stamp:
            return False
        self.reload()
        return True

    def update(self, change: Callable[[HostConfiguration], HostConfiguration]) -> HostConfiguration:
        """Change the file under its lock and return what is in force then."""
        with self._locked():
            changed = change(read_configuration(self.path))
            write_configuration(self.path, changed)
            self._stamp = _stamp(self.path)
            self._install(changed)
        return self._current

    def set(self, path: str, value: object) -> HostConfiguration:
        """Change one setting for good."""
        return self.update(lambda held: held.with_setting(path, value))

    def _install(self, base: HostConfiguration) -> None:
        current = base.with_overrides(self._overrides)
        self._base, self._current = base, current

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = self.path.with_name(f".{self.path.name}.lock")
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            give(lock, self.path.parent.stat())
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def read_configuration(path: Path) -> HostConfiguration:
    """Read the file; a missing one means defaults. ConfigError names the file and what is wrong in it."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return HostConfiguration(directory=path.parent)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    if len(data) > MAX_FILE:
        raise ConfigError(f"{path} has {len(data)} bytes, more than {MAX_FILE}")
    try:
        return replace(_decode(tomllib.loads(data.decode("utf-8"))), directory=path.parent)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: {error}") from None
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None


def write_configuration(path: Path, configuration: HostConfiguration) -> None:
    """Replace the file with this configuration."""
    tables: dict[str, object] = {
        "winrm": changes(configuration.winrm),
        "remora": changes(configuration.remora),
        "listeners": [_listener_table(item) for item in configuration.listeners],
        "session_configurations": write_session_configurations(configuration.configured_sessions),
    }
    kept = {name: table for name, table in tables.items() if table}
    write_as_before(path, tomli_w.dumps(kept).encode("utf-8"))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def _decode(document: Mapping[str, object]) -> HostConfiguration:
    for name in document:
        if name not in _TABLES:
            raise ConfigError(f"there is no table [{name}]; there are {', '.join(_TABLES)}")
    listeners = document.get("listeners", [])
    if not isinstance(listeners, list):
        raise ConfigError("listeners: write each one as [[listeners]]")
    return HostConfiguration(
        winrm=merged(WinrmConfig(), _table(document, "winrm"), trail="winrm/"),
        remora=merged(RemoraSettings(), _table(document, "remora"), trail="remora/"),
        listeners=tuple(_read_listener(item) for item in listeners),
        configured_sessions=read_session_configurations(_table(document, "session_configurations")),
    )


def _table(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = document.get(name, {})
    if not isinstance(table, Mapping):
        raise ConfigError(f"{name}: a table was expected")
    return table


def _read_listener(item: object) -> ListenerSettings:
    texts = isinstance(item, Mapping) and all(isinstance(value, str) for value in item.values())
    if (
        not isinstance(item, Mapping)
        or not texts
        or not set(item) <= {"url", "certificate", "key"}
        or "url" not in item
    ):
        raise ConfigError("listeners: each has a url, and may have a certificate with its key, all texts")
    return parse_listener(item["url"], certificate=item.get("certificate"), key=item.get("key"))


def _listener_table(item: ListenerSettings) -> dict[str, str]:
    table = {"url": item.url}
    if item.certificate is not None and item.key is not None:
        table |= {"certificate": item.certificate, "key": item.key}
    return table
