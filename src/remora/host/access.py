"""Who may open sessions of a configuration: the identities of a caller, and its security descriptor."""

from __future__ import annotations

import hashlib
from ipaddress import ip_address
from typing import Final

from remora.auth.principal import Principal
from remora.config import SessionConfiguration, sddl
from remora.host.accounts import ADMINISTRATORS, REMOTE_MANAGEMENT_USERS
from remora.host.calls import HostCall, may_manage
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


def check_access(call: HostCall, configuration: SessionConfiguration | None) -> None:
    """Refuse who may not open a session of a configuration; None: a cmd shell. Raises AccessDenied."""
    if configuration is None:
        allowed = may_manage(call.principal)
    else:
        allowed = configuration.access.allows(identities(call.principal, near=is_near(call.peer.address)))
    if not allowed:
        raise AccessDenied()
