"""What every authentication mechanism looks like from outside: steps of tokens, then sealed messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """One protected message. header: the mechanism's signature. length: of the plain text, padding included."""

    header: bytes
    data: bytes
    length: int


class Sealing(Protocol):
    """Message protection of one connection; both directions count their messages, so order matters."""

    def seal(self, plain: bytes) -> SealedMessage:
        """Encrypt and sign the next outgoing message."""
        ...

    def unseal(self, header: bytes, data: bytes | memoryview) -> bytes:
        """Decrypt and verify the next incoming message; a failure (AuthError) ends the connection."""
        ...


class SecurityContext(Sealing, Protocol):
    """One authentication exchange and the protection that follows it. Never shared between connections."""

    @property
    def scheme(self) -> str:
        """The word in the Authorization and WWW-Authenticate headers."""
        ...

    @property
    def complete(self) -> bool:
        """True once both ends have proved what they must."""
        ...

    @property
    def principal_name(self) -> str | None:
        """On the server, after completion: the name the client gave, ``DOMAIN\\user``."""
        ...

    def step(self, token: bytes | None) -> bytes | None:
        """Take the peer's token, return ours or None; refusal of any kind raises AuthError."""
        ...


class InitiatorContext(SecurityContext, Protocol):
    """The client's end. channel_binding: ``tls-server-end-point:`` and hash; set when TLS is up.

    binds_first: the first token already holds the channel binding, and making it may wait for another machine.
    """

    channel_binding: bytes | None

    @property
    def binds_first(self) -> bool: ...
