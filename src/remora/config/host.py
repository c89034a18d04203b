"""Everything the host's configuration says, as one value; and the document of its file.

``[winrm]`` is the winrm/config tree by its wire names, ``[remora]`` our own settings, ``[[listeners]]`` the listeners,
``[[certificate_mappings]]`` whom client certificates stand for, ``[session_configurations.NAME]`` the session
configurations. What equals its default is not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from remora.config.cert_mapping import CertMapping, mapping_table, read_mapping
from remora.config.listener import ListenerSettings, listener_table, parse_listener, read_listener
from remora.config.sessions import (
    SessionConfiguration,
    SessionConfigurations,
    read_session_configurations,
    write_session_configurations,
)
from remora.config.settings import changes, leaves, merged, replaced, to_tree
from remora.config.winrm import RemoraSettings, WinrmConfig, parse_override
from remora.errors import ConfigError

DEFAULT_LISTENER: Final = "http://127.0.0.1"
_TABLES: Final = ("winrm", "remora", "listeners", "certificate_mappings", "session_configurations")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostConfiguration:
    """Everything the configuration file says. directory: where the file is; relative paths in it begin there.

    listeners: None where the file says nothing of them, which means the default one.
    """

    winrm: WinrmConfig = field(default_factory=WinrmConfig)
    remora: RemoraSettings = field(default_factory=RemoraSettings)
    listeners: tuple[ListenerSettings, ...] | None = None
    cert_mappings: tuple[CertMapping, ...] = ()
    configured_sessions: tuple[SessionConfiguration, ...] = ()
    directory: Path = field(default_factory=Path)

    def sessions(self) -> SessionConfigurations:
        """Return the session configurations, the built-in ones among them."""
        return SessionConfigurations(self.configured_sessions)

    def chosen_listeners(self) -> tuple[ListenerSettings, ...]:
        """Return the listeners of the file, or the default one."""
        return (parse_listener(DEFAULT_LISTENER),) if self.listeners is None else self.listeners

    def settings(self) -> dict[str, str]:
        """Return every setting by name, ``Service/Auth/Basic`` and ``Remora/Pam``."""
        return leaves(self.winrm.to_tree()) | leaves(to_tree("Remora", self.remora), "Remora/")

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


def decode_configuration(document: Mapping[str, object]) -> HostConfiguration:
    """Read the document of a file. Raises ConfigError that names the table and key."""
    for name in document:
        if name not in _TABLES:
            raise ConfigError(f"there is no table [{name}]; there are {', '.join(_TABLES)}")
    listeners, mappings = _list(document, "listeners"), _list(document, "certificate_mappings")
    return HostConfiguration(
        winrm=merged(WinrmConfig(), _table(document, "winrm"), trail="winrm/"),
        remora=merged(RemoraSettings(), _table(document, "remora"), trail="remora/"),
        listeners=None if listeners is None else tuple(read_listener(item) for item in listeners),
        cert_mappings=tuple(read_mapping(item) for item in mappings or ()),
        configured_sessions=read_session_configurations(_table(document, "session_configurations")),
    )


def encode_configuration(configuration: HostConfiguration) -> dict[str, object]:
    """The inverse of ``decode_configuration``."""
    tables: dict[str, object] = {
        "winrm": changes(configuration.winrm),
        "remora": changes(configuration.remora),
        "certificate_mappings": [mapping_table(item) for item in configuration.cert_mappings],
        "session_configurations": write_session_configurations(configuration.configured_sessions),
    }
    kept = {name: table for name, table in tables.items() if table}
    if configuration.listeners is not None:
        kept = {"listeners": [listener_table(item) for item in configuration.listeners], **kept}
    return kept


def _table(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = document.get(name, {})
    if not isinstance(table, Mapping):
        raise ConfigError(f"{name}: a table was expected")
    return table


def _list(document: Mapping[str, object], name: str) -> list[object] | None:
    items = document.get(name)
    if items is not None and not isinstance(items, list):
        raise ConfigError(f"{name}: write each one as [[{name}]]")
    return items
