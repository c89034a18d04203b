"""Which hosts a client may speak to where they cannot prove who they are: Client/TrustedHosts.

Source: winrm-config-and-auth 3.4.

An entry is a host name, an address (IPv6 with or without brackets), a pattern with ``*``, or ``<local>``: every name
without a dot. It is compared with the host as it was written, never with what the name resolves to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from ipaddress import ip_address
from typing import Final

from remora.errors import ConfigError

LOCAL: Final = "<local>"
INVALID_PATTERN: Final = 0x8033809F
_ENTRY: Final = re.compile(r"[\w.*:%\[\]-]+\Z")


class HostKind(Enum):
    """What kind of text names the host; the rules differ."""

    LOOPBACK = "loopback"
    ADDRESS = "address"
    NAME = "name"


def host_kind(host: str) -> HostKind:
    """Return the kind of a host's text. Loopback: ``localhost`` and the addresses that never leave the machine."""
    plain = _plain(host)
    if plain == "localhost":
        return HostKind.LOOPBACK
    try:
        address = ip_address(plain)
    except ValueError:
        return HostKind.NAME
    return HostKind.LOOPBACK if address.is_loopback else HostKind.ADDRESS


def host_patterns(entries: str | Iterable[str]) -> tuple[str, ...]:
    """Read a list, or a text with commas as Windows keeps it. Raises ConfigError for what cannot name a host."""
    given = entries.split(",") if isinstance(entries, str) else list(entries)
    found = tuple(stripped for entry in given if (stripped := entry.strip()))
    for entry in found:
        if entry.casefold() != LOCAL and not _ENTRY.match(entry):
            raise ConfigError(f"{entry!r} is no host name, address or pattern (0x{INVALID_PATTERN:08X})")
    return found


def is_trusted(entries: Iterable[str], host: str) -> bool:
    """Tell whether an entry of the list means this host; letter case does not matter."""
    plain = _plain(host)
    return any(_means(entry, plain) for entry in entries)


def _means(entry: str, host: str) -> bool:
    if entry.casefold() == LOCAL:
        return "." not in host and host_kind(host) is HostKind.NAME
    pattern = "".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", _plain(entry)))
    return re.fullmatch(pattern, host) is not None


def _plain(host: str) -> str:
    return host.strip().removeprefix("[").removesuffix("]").casefold()
