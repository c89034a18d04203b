"""Where the session configuration cmdlets find the host of this machine: whoever runs an engine beside a host says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from remora.errors import ConfigError

if TYPE_CHECKING:
    from remora.config import SessionConfiguration


class ConfigurationStore(Protocol):
    """The session configurations of this machine's host. Every method raises ConfigError for what cannot be."""

    def all(self) -> list[SessionConfiguration]:
        """Every configuration, disabled ones among them."""

    def put(self, item: SessionConfiguration) -> None:
        """Add a configuration or replace the one of its name."""

    def remove(self, name: str) -> None:
        """Take a configuration away, with the file that was kept for it."""

    def keep(self, name: str, text: str) -> str:
        """Keep a configuration file for a configuration; the path that its record names."""

    def sid_of(self, name: str) -> str:
        """The identifier of a user or group of the host."""

    def account_of(self, name: str, password: str) -> str:
        """The local account of the host with this name and password, as it is spelled."""

    def name_of(self, sid: str) -> str:
        """The name of an identifier; itself for an unknown one."""


_makers: Final[list[Callable[[], ConfigurationStore]]] = []


def provide(make: Callable[[], ConfigurationStore]) -> None:
    """Say how the host's configurations are reached in this process."""
    _makers[:] = [make]


def configuration_store() -> ConfigurationStore:
    """The host's configurations. Raises ConfigError in a process that has no host to ask."""
    if not _makers:
        raise ConfigError("this process cannot reach the configuration of a host")
    return _makers[0]()
