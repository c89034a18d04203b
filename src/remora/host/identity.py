"""How far the authentication of one connection has come, and what it has proved."""

from __future__ import annotations

from enum import Enum
from typing import Final

from remora.auth.context import Sealing
from remora.auth.principal import Principal
from remora.host.authenticator import Exchange
from remora.states import Machine


class IdentityState(Enum):
    """How far the authentication of a connection has come."""

    UNKNOWN = "unknown"
    NEGOTIATING = "negotiating"
    KNOWN = "known"


class IdentityTrigger(Enum):
    BEGIN = "begin"
    ACCEPT = "accept"
    REFUSE = "refuse"


IDENTITY: Final = {
    (IdentityState.UNKNOWN, IdentityTrigger.BEGIN): IdentityState.NEGOTIATING,
    (IdentityState.UNKNOWN, IdentityTrigger.ACCEPT): IdentityState.KNOWN,  # Basic, one leg
    (IdentityState.UNKNOWN, IdentityTrigger.REFUSE): IdentityState.UNKNOWN,
    (IdentityState.NEGOTIATING, IdentityTrigger.BEGIN): IdentityState.NEGOTIATING,
    (IdentityState.NEGOTIATING, IdentityTrigger.ACCEPT): IdentityState.KNOWN,
    (IdentityState.NEGOTIATING, IdentityTrigger.REFUSE): IdentityState.UNKNOWN,
    (IdentityState.KNOWN, IdentityTrigger.BEGIN): IdentityState.NEGOTIATING,
    (IdentityState.KNOWN, IdentityTrigger.REFUSE): IdentityState.UNKNOWN,
}


class Identity:
    """What one connection has proved. Made with the connection, dropped with it, reachable from nowhere else.

    encrypted: a sealed body has been received. proof: of what was last verified here and comes with every request, a
    Basic credential or a certificate.
    """

    __slots__ = ("encrypted", "exchange", "machine", "principal", "proof", "scheme", "sealing")

    def __init__(self) -> None:
        self.machine = Machine(IdentityState.UNKNOWN, IDENTITY)
        self.exchange: Exchange | None = None
        self.scheme = ""
        self.principal: Principal | None = None
        self.sealing: Sealing | None = None
        self.proof: bytes | None = None
        self.encrypted = False

    def begin(self, exchange: Exchange, scheme: str) -> None:
        """Start over with a new exchange; what was proved before no longer counts."""
        self.machine.fire(IdentityTrigger.BEGIN)
        self._clear()
        self.exchange, self.scheme = exchange, scheme

    def accept(self, principal: Principal, sealing: Sealing | None, proof: bytes | None = None) -> None:
        self.machine.fire(IdentityTrigger.ACCEPT)
        self._clear()
        self.principal, self.sealing, self.proof = principal, sealing, proof

    def refuse(self) -> None:
        self.machine.fire(IdentityTrigger.REFUSE)
        self._clear()

    def close(self) -> None:
        """The connection is lost: an unfinished exchange is nobody's any longer."""
        if self.exchange is not None:
            self.exchange.close()

    def _clear(self) -> None:
        if self.exchange is not None:
            self.exchange.close()
        self.exchange = None
        self.principal = None
        self.sealing = None
        self.proof = None
