"""Who may do what: the identities of a caller against the security descriptor of what it asks for (decision 14).

A session configuration has a descriptor of its own; everything else is under Service/RootSDDL, read anew every time.
"""

from __future__ import annotations

import functools
import hashlib
from ipaddress import ip_address
from typing import Final

from remora.auth.principal import Principal
from remora.config import SessionConfiguration, sddl
from remora.config.host import HostConfiguration
from remora.config.sddl import Right, SecurityDescriptor
from remora.host.accounts import ADMINISTRATORS, REMOTE_MANAGEMENT_USERS, WINRM_REMOTE_WMI_USERS
from remora.host.calls import HostCall
from remora.wsman.faults import AccessDenied

GONE: Final = SessionConfiguration(name="gone")
"""Who may connect to sessions whose configuration is disabled or gone: those whom a new one would let in."""
_BUILTIN: Final = {
    ADMINISTRATORS.casefold(): sddl.ADMINISTRATORS,
    REMOTE_MANAGEMENT_USERS.casefold(): sddl.REMOTE_MANAGEMENT_USERS,
}


def group_sid(name: str) -> str:
    """The identifier of a local group: a well-known one, else made from its name as those of services are."""
    known = _BUILTIN.get(name.casefold())
    if known is not None:
        return known
    digest = hashlib.sha1(name.upper().encode("utf-16-le"), usedforsecurity=False).digest()
    words = (int.from_bytes(digest[start : start + 4], "little") for start in range(0, 20, 4))
    return "S-1-5-80-" + "-".join(map(str, words))


def identities(principal: Principal, *, near: bool) -> frozenset[str]:
    """Everything a caller is. near: the call comes from this computer."""
    groups = (group_sid(name) for name in principal.groups)
    place = sddl.INTERACTIVE if near else sddl.NETWORK
    return frozenset((principal.sid, sddl.EVERYONE, sddl.AUTHENTICATED, place, *groups))


def is_near(address: str) -> bool:
    """Tell whether a peer is on this computer and came over the loopback interface."""
    try:
        return ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def check_configuration(call: HostCall, configuration: SessionConfiguration) -> None:
    """Refuse who may not open sessions of a configuration, or connect to them. Raises AccessDenied."""
    known = identities(call.principal, near=is_near(call.peer.address))
    if not _parsed(configuration.security_descriptor).allows(known, Right.EXECUTE):
        raise AccessDenied()


def check_settings(call: HostCall, config: HostConfiguration, right: Right) -> None:
    """Refuse who may not read or change ``winrm/config``: RootSDDL decides. Raises AccessDenied."""
    if not _parsed(config.winrm.service.root_sddl).allows(_by_network(call), right):
        raise AccessDenied()


def check_shells(call: HostCall, config: HostConfiguration, right: Right) -> None:
    """Refuse who may not use cmd shells and list the own shells. Raises AccessDenied.

    RootSDDL decides; whom it does not speak of may, as a member of one of the groups that are there for it.
    """
    if not _with_groups(config.winrm.service.root_sddl).allows(_by_network(call), right):
        raise AccessDenied()


def _by_network(call: HostCall) -> frozenset[str]:
    """Who proves a password is logged on by the network: the read access of INTERACTIVE is not for callers."""
    return identities(call.principal, near=is_near(call.peer.address)) - {sddl.INTERACTIVE}


@functools.lru_cache(256)
def _parsed(text: str) -> SecurityDescriptor:
    return sddl.parse_sddl(text)


@functools.lru_cache(16)
def _with_groups(text: str) -> SecurityDescriptor:
    descriptor = sddl.parse_sddl(text)
    for group in (REMOTE_MANAGEMENT_USERS, WINRM_REMOTE_WMI_USERS):
        descriptor = descriptor.with_allowed(group_sid(group), Right.READ, Right.EXECUTE)
    return descriptor
