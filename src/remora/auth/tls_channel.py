"""TLS between two ends that exchange tokens instead of sharing a socket, and messages protected by its records.

CredSSP speaks so (MS-CSSP 3.1.5), and WinRM goes on to seal bodies with the same TLS session (MS-WSMV 2.2.9.1).
"""

from __future__ import annotations

import ssl
from typing import Final

from spnego._credssp import _tls_trailer_length

from remora.auth.context import SealedMessage
from remora.errors import AuthError

_READ: Final = 64 * 1024
_SCHANNEL: Final = 0x00000200 | 0x00000800  # TLS_BLOCK_PADDING_BUG, DONT_INSERT_EMPTY_FRAGMENTS: Schannel wants both


def tls_options(context: ssl.SSLContext) -> ssl.SSLContext:
    """Set what both ends of such a channel need, on a context that nobody uses yet."""
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | _SCHANNEL
    return context


class TlsChannel:
    """One TLS session over tokens (``auth.context.Sealing`` after the handshake)."""

    __slots__ = ("_incoming", "_outgoing", "_tls")

    def __init__(self, context: ssl.SSLContext, *, server_side: bool) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=server_side)

    def handshake(self, token: bytes) -> bool:
        """Take the peer's token; True when nothing more is wanted of the peer. ``take`` returns what is for it."""
        self._incoming.write(token)
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError:
            raise AuthError("the TLS handshake inside CredSSP failed") from None
        return True

    def take(self) -> bytes:
        """Return what waits for the peer."""
        return self._outgoing.read()

    @property
    def peer_certificate(self) -> bytes:
        """The server's certificate as DER."""
        der = self._tls.getpeercert(binary_form=True)
        if not der:
            raise AuthError("the server showed no certificate inside CredSSP")
        return der

    def send(self, plain: bytes) -> bytes:
        """Return the records of a message, with whatever waited for the peer before them."""
        try:
            self._tls.write(plain)
        except ssl.SSLError:
            raise AuthError("the TLS session inside CredSSP has ended") from None
        return self.take()

    def receive(self, *pieces: bytes | memoryview) -> bytes:
        """Return the plain text of whole records; empty where they hold none."""
        for piece in pieces:
            self._incoming.write(piece)
        plains: list[bytes] = []
        try:
            while plain := self._tls.read(_READ):
                plains.append(plain)
        except ssl.SSLWantReadError:
            return b"".join(plains)
        except ssl.SSLError:
            raise AuthError("a TLS record cannot be read: altered, repeated or out of order") from None
        raise AuthError("the peer has ended the TLS session inside CredSSP")

    def seal(self, plain: bytes) -> SealedMessage:
        """Encrypt a message. The header is as long as the trailer of a record: that is where Windows cuts."""
        records = self.send(plain)
        cipher = self._tls.cipher()
        assert cipher is not None
        cut = _tls_trailer_length(len(plain), cipher[1], cipher[0])
        return SealedMessage(records[:cut], records[cut:], len(plain))

    def unseal(self, header: bytes, data: bytes | memoryview) -> bytes:
        return self.receive(header, data)
