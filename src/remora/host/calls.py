"""One request on its way through the front end: who asks, from where, what, and until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from remora.auth.principal import Principal
from remora.host.accounts import ADMINISTRATORS
from remora.host.gate import Peer
from remora.wsman.headers import Headers
from remora.wsman.server import Incoming

DEFAULT_TIMEOUT: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCall:
    """An authenticated request. timeout: seconds it may take. budget: raw bytes a Receive of it may bring."""

    principal: Principal
    peer: Peer
    incoming: Incoming
    timeout: float
    budget: int

    @property
    def headers(self) -> Headers:
        return self.incoming.headers


def is_administrator(principal: Principal) -> bool:
    """Tell whether the caller may see what belongs to others."""
    return principal.is_member(ADMINISTRATORS)


def filtered(principal: Principal, policy: int) -> Principal:
    """Return the caller as the network sees it: with LocalAccountTokenFilterPolicy 0 a local administrator is none."""
    if policy != 0 or not is_administrator(principal):
        return principal
    groups = tuple(name for name in principal.groups if name.casefold() != ADMINISTRATORS.casefold())
    return replace(principal, groups=groups)
