"""Where the WSMan cmdlets find the configuration of this machine: whoever runs an engine beside a host says."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from remora.errors import ConfigError

if TYPE_CHECKING:
    from remora.client.management import Management

_makers: Final[list[Callable[[], Management]]] = []


def provide(make: Callable[[], Management]) -> None:
    """Say how the resources of this machine are reached in this process."""
    _makers[:] = [make]


def local_machine() -> Management:
    """The resources of this machine as they are now. Raises ConfigError in a process that has no host to ask."""
    if not _makers:
        raise ConfigError("this process cannot reach the configuration of a host")
    return _makers[0]()
