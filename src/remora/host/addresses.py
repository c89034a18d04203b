"""The addresses of this machine that a listener means, and those that the address filters leave."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

import psutil

from remora.errors import ConfigError

NO_SUCH_ADAPTER: Final = 0x8033807B
NO_ADDRESSES: Final = 0x8033807C
_ANY: Final = ("", "*", "+")


def listening_addresses(host: str) -> tuple[str, ...]:
    """Return the addresses behind ``*``, an address, a name, or ``MAC:aa-bb-cc-dd-ee-ff``."""
    if host in _ANY:
        return tuple(address for _mac, addresses in _adapters() for address in addresses)
    if host.upper().startswith("MAC:"):
        return _of_adapter(host)
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
    except OSError:
        return (host,)
    return tuple(dict.fromkeys(str(item[4][0]) for item in found))


def bindable(host: str, ipv4_filter: str, ipv6_filter: str) -> tuple[str, ...]:
    """Return what to bind for a listener: the host itself, or each of its addresses that the filters let through.

    A filter is ``*``, nothing, or ranges ``a-b,c-d``. Raises ConfigError when no address is left.
    """
    if host in _ANY and (ipv4_filter, ipv6_filter) == ("*", "*"):
        return (host,)
    if host not in _ANY and not host.upper().startswith("MAC:"):
        return (host,)
    left = tuple(one for one in listening_addresses(host) if _passes(one, ipv4_filter, ipv6_filter))
    if not left:
        raise ConfigError(f"no address of {host} is left by IPv4Filter and IPv6Filter", code=NO_ADDRESSES)
    return left


def _of_adapter(host: str) -> tuple[str, ...]:
    wanted = host[4:].replace("-", ":").casefold()
    for mac, addresses in _adapters():
        if mac.casefold() == wanted:
            if not addresses:
                raise ConfigError(f"the adapter {host} has no address", code=NO_ADDRESSES)
            return addresses
    raise ConfigError(f"there is no adapter {host}", code=NO_SUCH_ADAPTER)


def _adapters() -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for addresses in psutil.net_if_addrs().values():
        mac = next((one.address for one in addresses if one.family == psutil.AF_LINK), "")
        texts = tuple(
            one.address
            for one in addresses
            if one.family in (socket.AF_INET, socket.AF_INET6) and not _is_link_local(one.address)
        )
        found.append((mac, texts))
    return found


def _is_link_local(text: str) -> bool:
    return ip_address(text.partition("%")[0]).is_link_local


def _passes(text: str, ipv4_filter: str, ipv6_filter: str) -> bool:
    address = ip_address(text)
    ranges = ipv4_filter if isinstance(address, IPv4Address) else ipv6_filter
    if ranges.strip() == "*":
        return True
    return any(_is_between(address, part) for part in ranges.split(",") if part.strip())


def _is_between(address: IPv4Address | IPv6Address, part: str) -> bool:
    low, _dash, high = part.partition("-")
    try:
        first, last = ip_address(low.strip()), ip_address(high.strip())
    except ValueError:
        return False
    return first.version == last.version == address.version and int(first) <= int(address) <= int(last)
