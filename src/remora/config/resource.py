"""What every collection of the configuration answers, and what a host must provide for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from remora._xml import Element
from remora.config.host import HostConfiguration
from remora.config.listener import ListenerSettings
from remora.errors import ConfigError

NOT_FOUND: Final = 0x80338000
ALREADY_EXISTS: Final = 0x80338033
MISSING_SELECTOR: Final = 0x8033805A
EXTRA_SELECTOR: Final = 0x8033805B

Selectors = Mapping[str, str]
Change = Callable[[HostConfiguration], HostConfiguration]


@dataclass(frozen=True, slots=True)
class Instance:
    """One item of a collection: its keys and its representation."""

    keys: Mapping[str, str]
    element: Element


class Backing(Protocol):
    """Where the configuration is kept."""

    def read(self) -> HostConfiguration:
        """Return what is in force."""
        ...

    def fixed(self) -> frozenset[str]:
        """Return the settings that a policy fixes, such as ``service/auth/basic``, in lower case."""
        ...

    def update(self, change: Change, named: Iterable[str] = ()) -> HostConfiguration:
        """Carry out a change for good; return what is in force then. Raises ConfigError, and then nothing changed.

        named: the settings that are meant.
        """
        ...


class Machine(Protocol):
    """What only the machine knows of listeners and certificates."""

    def listeners(self) -> tuple[ListenerSettings, ...]:
        """Return the listeners in force, those of the command line among them."""
        ...

    def is_given(self, item: ListenerSettings) -> bool:
        """Tell whether a listener was given for this run only, beside the configuration."""
        ...

    def forget(self, item: ListenerSettings) -> None:
        """Close a listener that was given for this run."""
        ...

    def port(self, item: ListenerSettings) -> int:
        """Return the port a listener has, or would have."""
        ...

    def thumbprint(self, item: ListenerSettings) -> str:
        """Return the thumbprint of its certificate, "" for none."""
        ...

    def addresses(self, item: ListenerSettings) -> tuple[str, ...]:
        """Return the addresses it listens on."""
        ...

    def server_certificate(self) -> str:
        """Return the thumbprint of the machine's own server certificate, "" where there is none."""
        ...

    def certificate_names(self, thumbprint: str) -> tuple[str, ...]:
        """Return the names of a server certificate of this machine. Raises ConfigError when there is none such."""
        ...

    def is_issuer(self, thumbprint: str) -> bool:
        """Tell whether the machine trusts a signing certificate of this thumbprint."""
        ...

    def verify(self, username: str, password: str) -> Awaitable[bool]:
        """Tell whether this is a local account with its password."""
        ...


def keys_of(selectors: Selectors, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the values of the keys, whose names compare without regard to case. Raises ConfigError."""
    given = {name.casefold(): value for name, value in selectors.items()}
    missing = [name for name in names if name.casefold() not in given]
    if missing:
        raise ConfigError(f"the selector {missing[0]} is missing", code=MISSING_SELECTOR)
    if len(given) > len(names):
        raise ConfigError(f"the only selectors here are {', '.join(names)}", code=EXTRA_SELECTOR)
    return tuple(given[name.casefold()] for name in names)
