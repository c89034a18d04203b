"""Session configurations: which engine serves a name a client asks for, with what start-up script and which limits."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from remora.config.sddl import REMOTE_SDDL, SecurityDescriptor, parse_sddl
from remora.config.settings import I32, ConfigNode, changes, merged, setting, to_tree
from remora.config.visible import KEYS, VisibleCommands, read_language_mode, read_visible
from remora.errors import ConfigError

_SETTINGS: Final = {
    "backend",
    "startup_script",
    "definition_file",
    "security_descriptor",
    "run_as_user",
    "enabled",
    "removed",
    "aliases",
    "quotas",
    "language_mode",
    "modules",
    "windows_aliases",
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
    process_idle_timeout_sec: int = setting("ProcessIdleTimeoutSec", 0, minimum=0, maximum=0)
    output_buffering_mode: BufferingMode = setting("OutputBufferingMode", BufferingMode.BLOCK)

    def to_tree(self) -> ConfigNode:
        return to_tree("Quotas", self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionConfiguration:
    """One named endpoint of the host. startup_script: a path, run before the session is handed over; an error in it
    refuses the session. definition_file: a .pssc file. modules: imported before the script. language_mode: what users
    may write, "" for everything; visible: the commands they see. The last four need the embedded engine.
    windows_aliases: ls, cat, ps ... are cmdlets to the embedded engine, not this machine's programs.

    security_descriptor: who may open sessions, as SDDL. run_as_user: the local account that all its sessions run as, ""
    for the account that opens them. removed: a built-in configuration that is to be gone.
    """

    name: str
    backend: Backend = Backend.AUTO
    startup_script: str | None = None
    definition_file: str | None = None
    security_descriptor: str = REMOTE_SDDL
    run_as_user: str = ""
    enabled: bool = True
    removed: bool = False
    quotas: SessionQuotas = dataclasses.field(default_factory=SessionQuotas)
    aliases: tuple[str, ...] = ()
    language_mode: str = ""
    modules: tuple[str, ...] = ()
    windows_aliases: bool = True
    visible: VisibleCommands = dataclasses.field(default_factory=VisibleCommands)

    @property
    def access(self) -> SecurityDescriptor:
        """Who may open sessions."""
        return parse_sddl(self.security_descriptor)

    @property
    def is_limited(self) -> bool:
        """Its users may do less than the engine can."""
        return bool(self.language_mode or self.modules or self.definition_file) or not self.visible.is_everything()


BUILTIN: Final = (
    SessionConfiguration(name=DEFAULT_NAME),
    SessionConfiguration(name="PowerShell.7", aliases=("PowerShell.7.4", "PowerShell.7.4.6")),
)


class SessionConfigurations:
    """The configurations a host knows, found by name without regard to case."""

    def __init__(self, configured: Iterable[SessionConfiguration] = ()) -> None:
        self._by_name: dict[str, SessionConfiguration] = {}
        for item in (*BUILTIN, *configured):
            self._by_name[item.name.casefold()] = item
        self._by_name = {key: item for key, item in self._by_name.items() if not item.removed}
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


def is_configuration_name(name: str) -> bool:
    """Tell whether a text can name a session configuration."""
    return _NAME.match(name) is not None


def read_session_configurations(table: Mapping[str, object]) -> tuple[SessionConfiguration, ...]:
    """Read the ``[session_configurations.NAME]`` tables of the file; ConfigError names the table and key."""
    return tuple(_read_one(name, value) for name, value in table.items())


def write_session_configurations(items: Iterable[SessionConfiguration]) -> dict[str, object]:
    """The inverse of ``read_session_configurations``."""
    return {item.name: _table(item) for item in items}


def _table(item: SessionConfiguration) -> dict[str, object]:
    texts = {
        "startup_script": item.startup_script,
        "definition_file": item.definition_file,
        "security_descriptor": item.security_descriptor if item.security_descriptor != REMOTE_SDDL else None,
        "run_as_user": item.run_as_user,
        "language_mode": item.language_mode,
        "aliases": list(item.aliases),
        "modules": list(item.modules),
        "quotas": changes(item.quotas),
        "removed": item.removed,
    }
    table: dict[str, object] = {"backend": item.backend.value, **{key: text for key, text in texts.items() if text}}
    if not item.enabled:
        table["enabled"] = False
    if not item.windows_aliases:
        table["windows_aliases"] = False
    return {**table, **item.visible.to_table()}


def _read_one(name: str, value: object) -> SessionConfiguration:
    here = f"session_configurations.{name}"
    if not is_configuration_name(name):
        raise ConfigError(f"{here}: a name has letters, digits, dots, blanks, - and _, up to 128")
    if not isinstance(value, Mapping):
        raise ConfigError(f"{here}: a table was expected")
    unknown = set(value) - _SETTINGS
    if unknown:
        raise ConfigError(f"{here}: there is no setting {', '.join(sorted(map(str, unknown)))}")
    backend = str(value.get("backend", "auto")).lower()
    if backend not in {item.value for item in Backend}:
        raise ConfigError(f"{here}.backend: {backend!r} is not allowed, it must be one of engine, pwsh, auto")
    quotas = value.get("quotas", {})
    if not isinstance(quotas, Mapping):
        raise ConfigError(f"{here}.quotas: a table was expected")
    read = SessionConfiguration(
        name=name,
        backend=Backend(backend),
        startup_script=_path(value, "startup_script", here),
        definition_file=_path(value, "definition_file", here),
        security_descriptor=_descriptor(value, here),
        run_as_user=_path(value, "run_as_user", here) or "",
        enabled=_switch(value, "enabled", here, default=True),
        removed=_switch(value, "removed", here, default=False),
        quotas=merged(SessionQuotas(), quotas, trail=f"{here}.quotas/"),
        aliases=_names(value, "aliases", here),
        language_mode=read_language_mode(value.get("language_mode"), here),
        modules=_names(value, "modules", here),
        windows_aliases=_switch(value, "windows_aliases", here, default=True),
        visible=read_visible(value, here),
    )
    if not read.is_limited:
        return read
    if backend == "pwsh":
        raise ConfigError(
            f"{here}: definition_file, language_mode, modules and visible commands need the embedded engine"
        )
    return dataclasses.replace(read, backend=Backend.ENGINE)


def _path(value: Mapping[object, object], key: str, here: str) -> str | None:
    path = value.get(key)
    if path is not None and not isinstance(path, str):
        raise ConfigError(f"{here}.{key}: a path was expected")
    return path


def _switch(value: Mapping[object, object], key: str, here: str, *, default: bool) -> bool:
    switch = value.get(key, default)
    if not isinstance(switch, bool):
        raise ConfigError(f"{here}.{key}: true or false was expected")
    return switch


def _descriptor(value: Mapping[object, object], here: str) -> str:
    text = value.get("security_descriptor", REMOTE_SDDL)
    try:
        return str(parse_sddl(str(text)))
    except ConfigError as error:
        raise ConfigError(f"{here}.security_descriptor: {error}") from None


def _names(value: Mapping[object, object], key: str, here: str) -> tuple[str, ...]:
    names = value.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ConfigError(f"{here}.{key}: a list of names was expected")
    return tuple(names)
