"""Session configurations: which engine serves a name a client asks for, with what start-up script and which limits."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from remora.config.settings import I32, ConfigNode, changes, merged, setting, to_tree
from remora.config.visible import KEYS, VisibleCommands, read_language_mode, read_visible
from remora.errors import ConfigError

_SETTINGS: Final = {
    "backend",
    "startup_script",
    "enabled",
    "aliases",
    "quotas",
    "language_mode",
    "modules",
    *KEYS,
}
DEFAULT_NAME: Final = "Microsoft.PowerShell"
_NAME: Final = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_. -]{0,127}\Z", re.ASCII)


class Backend(Enum):
    """What runs the pipelines. auto: real PowerShell where it is installed, else the embedded engine."""

    ENGINE = "engine"
    PWSH = "pwsh"
    AUTO = "auto"


class BufferingMode(Enum):
    """What a shell does when nobody fetches its output (OutputBufferingMode)."""

    BLOCK = "Block"
    DROP = "Drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionQuotas:
    """Limits of the shells of one configuration (wire-protocol 8.3, as a current server shows them).

    No limit: 0 for memory and processes.
    """

    idle_timeout_ms: int = setting("IdleTimeoutms", 7200000, minimum=60000, maximum=I32)
    max_idle_timeout_ms: int = setting("MaxIdleTimeoutms", I32, minimum=60000, maximum=I32)
    max_shells: int = setting("MaxShells", I32, minimum=1, maximum=I32)
    max_shells_per_user: int = setting("MaxShellsPerUser", I32, minimum=1, maximum=I32)
    max_concurrent_users: int = setting("MaxConcurrentUsers", I32, minimum=1, maximum=I32)
    max_concurrent_commands_per_shell: int = setting("MaxConcurrentCommandsPerShell", 1500, minimum=1, maximum=I32)
    max_processes_per_shell: int = setting("MaxProcessesPerShell", I32, minimum=0, maximum=I32)
    max_memory_per_shell_mb: int = setting("MaxMemoryPerShellMB", I32, minimum=0, maximum=I32)
    max_received_object_size_mb: int = setting("PSMaximumReceivedObjectSizeMB", 10, minimum=1, maximum=4096)
    max_received_data_per_command_mb: int = setting("PSMaximumReceivedDataSizePerCommandMB", 50, minimum=0, maximum=I32)
    output_buffering_mode: BufferingMode = setting("OutputBufferingMode", BufferingMode.BLOCK)

    def to_tree(self) -> ConfigNode:
        return to_tree("Quotas", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionConfiguration:
    """One named endpoint of the host. startup_script: a path, run before the session is handed over. modules: imported
    before that. language_mode: what users may write, "" for everything; visible: the commands they see. The last three
    need the embedded engine.
    """

    name: str
    backend: Backend = Backend.AUTO
    startup_script: str | None = None
    enabled: bool = True
    quotas: SessionQuotas = dataclasses.field(default_factory=SessionQuotas)
    aliases: tuple[str, ...] = ()
    language_mode: str = ""
    modules: tuple[str, ...] = ()
    visible: VisibleCommands = dataclasses.field(default_factory=VisibleCommands)


BUILTIN: Final = (SessionConfiguration(name=DEFAULT_NAME, aliases=("PowerShell.7", "PowerShell.7.4")),)


class SessionConfigurations:
    """The configurations a host knows, found by name without regard to case."""

    def __init__(self, configured: Iterable[SessionConfiguration] = ()) -> None:
        self._by_name: dict[str, SessionConfiguration] = {}
        for item in (*BUILTIN, *configured):
            self._by_name[item.name.casefold()] = item
        self._aliases: dict[str, str] = {}
        for item in self._by_name.values():
            for alias in item.aliases:
                self._aliases.setdefault(alias.casefold(), item.name.casefold())

    def __iter__(self) -> Iterator[SessionConfiguration]:
        return iter(self._by_name.values())

    def find(self, name: str) -> SessionConfiguration | None:
        """Return the enabled configuration of this name or alias, None when there is none."""
        key = name.casefold()
        found = self._by_name.get(key) or self._by_name.get(self._aliases.get(key, ""))
        return found if found is not None and found.enabled else None

    def resolve(self, name: str) -> SessionConfiguration:
        """As ``find``, but an unknown name raises ConfigError."""
        found = self.find(name)
        if found is None:
            known = ", ".join(item.name for item in self._by_name.values() if item.enabled)
            raise ConfigError(f"there is no session configuration {name!r}; this host has {known}")
        return found


def read_session_configurations(table: Mapping[str, object]) -> tuple[SessionConfiguration, ...]:
    """Read the ``[session_configurations.NAME]`` tables of the file; ConfigError names the table and key."""
    return tuple(_read_one(name, value) for name, value in table.items())


def write_session_configurations(items: Iterable[SessionConfiguration]) -> dict[str, object]:
    """The inverse of ``read_session_configurations``."""
    result: dict[str, object] = {}
    for item in items:
        table: dict[str, object] = {"backend": item.backend.value}
        if item.startup_script is not None:
            table["startup_script"] = item.startup_script
        if not item.enabled:
            table["enabled"] = False
        if item.aliases:
            table["aliases"] = list(item.aliases)
        if item.language_mode:
            table["language_mode"] = item.language_mode
        if item.modules:
            table["modules"] = list(item.modules)
        table.update(item.visible.to_table())
        if quotas := changes(item.quotas):
            table["quotas"] = quotas
        result[item.name] = table
    return result


def _read_one(name: str, value: object) -> SessionConfiguration:
    here = f"session_configurations.{name}"
    if not _NAME.match(name):
        raise ConfigError(f"{here}: a name has letters, digits, dots, blanks, - and _, up to 128")
    if not isinstance(value, Mapping):
        raise ConfigError(f"{here}: a table was expected")
    unknown = set(value) - _SETTINGS
    if unknown:
        raise ConfigError(f"{here}: there is no setting {', '.join(sorted(map(str, unknown)))}")
    backend = str(value.get("backend", "auto")).lower()
    if backend not in {item.value for item in Backend}:
        raise ConfigError(f"{here}.backend: {backend!r} is not allowed, it must be one of engine, pwsh, auto")
    script = value.get("startup_script")
    if script is not None and not isinstance(script, str):
        raise ConfigError(f"{here}.startup_script: a path was expected")
    enabled = value.get("enabled", True)
    if not isinstance(enabled, bool):
        raise ConfigError(f"{here}.enabled: true or false was expected")
    aliases = _names(value, "aliases", here)
    modules = _names(value, "modules", here)
    mode, visible = read_language_mode(value.get("language_mode"), here), read_visible(value, here)
    if backend == "pwsh" and (mode or modules or not visible.is_everything()):
        raise ConfigError(f"{here}: language_mode, modules and visible commands need the embedded engine")
    quotas = value.get("quotas", {})
    if not isinstance(quotas, Mapping):
        raise ConfigError(f"{here}.quotas: a table was expected")
    return SessionConfiguration(
        name=name,
        backend=Backend.ENGINE if mode or modules or not visible.is_everything() else Backend(backend),
        startup_script=script,
        enabled=enabled,
        quotas=merged(SessionQuotas(), quotas, trail=f"{here}.quotas/"),
        aliases=aliases,
        language_mode=mode,
        modules=modules,
        visible=visible,
    )


def _names(value: Mapping[object, object], key: str, here: str) -> tuple[str, ...]:
    names = value.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ConfigError(f"{here}.{key}: a list of names was expected")
    return tuple(names)
