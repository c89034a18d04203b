"""NTLM message protection from exported keys, so that who authenticates and who seals may be two processes.

MS-NLMP 3.4.4.2 (MAC with extended session security) and 3.4.3 (message confidentiality).
"""

from __future__ import annotations

import hmac
import struct
from typing import Final

import msgspec
from spnego._ntlm_raw.crypto import rc4init, sealkey, signkey
from spnego._ntlm_raw.messages import NegotiateFlags

from remora.auth.context import SealedMessage
from remora.errors import AuthError

SIGNATURE_SIZE: Final = 16
_NEEDED: Final = int(
    NegotiateFlags.sign | NegotiateFlags.seal | NegotiateFlags.extended_session_security | NegotiateFlags.key_128
)
_VERSION: Final = b"\x01\x00\x00\x00"
_SHORT: Final = 16 * 1024  # below, one call with a copy costs less than three without


class NtlmKeys(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What a finished NTLM exchange leaves: enough to seal, nothing of the password.

    sent, received: sequence numbers already used, by the mechListMIC of SPNEGO. initiator: True on the client.
    """

    flags: int
    session_key: bytes
    sent: int
    received: int
    initiator: bool

    @property
    def usable(self) -> bool:
        """True when signing, sealing, 128-bit keys and extended session security were all agreed."""
        return self.flags & _NEEDED == _NEEDED and len(self.session_key) == 16

    def __repr__(self) -> str:
        return f"NtlmKeys(flags={self.flags:#x}, initiator={self.initiator})"


class NtlmSealing:
    """The two RC4 streams and message counters of one connection."""

    __slots__ = ("_key_exchange", "_rc4_in", "_rc4_out", "_received", "_sent", "_sign_in", "_sign_out")

    def __init__(self, keys: NtlmKeys) -> None:
        if not keys.usable:
            raise AuthError("the peer did not agree to NTLM message encryption with 128-bit keys")
        ours, theirs = ("initiate", "accept") if keys.initiator else ("accept", "initiate")
        self._sign_out = signkey(keys.flags, keys.session_key, ours)
        self._sign_in = signkey(keys.flags, keys.session_key, theirs)
        self._rc4_out = rc4init(sealkey(keys.flags, keys.session_key, ours))
        self._rc4_in = rc4init(sealkey(keys.flags, keys.session_key, theirs))
        self._sent = keys.sent
        self._received = keys.received
        self._key_exchange = bool(keys.flags & NegotiateFlags.key_exch)

    def seal(self, plain: bytes) -> SealedMessage:
        number = struct.pack("<I", self._sent & 0xFFFFFFFF)
        self._sent += 1
        data = self._rc4_out.update(plain)
        checksum = _checksum(self._sign_out, number, plain)
        if self._key_exchange:
            checksum = self._rc4_out.update(checksum)
        return SealedMessage(_VERSION + checksum + number, data, len(plain))

    def unseal(self, header: bytes, data: bytes | memoryview) -> bytes:
        number = struct.pack("<I", self._received & 0xFFFFFFFF)
        self._received += 1
        plain = self._rc4_in.update(data)  # type: ignore[arg-type]  # it takes any buffer
        checksum = _checksum(self._sign_in, number, plain)
        if self._key_exchange:
            checksum = self._rc4_in.update(checksum)
        if not hmac.compare_digest(header, _VERSION + checksum + number):
            raise AuthError("the message signature does not match: altered, repeated or out of order")
        return plain


def _checksum(key: bytes, number: bytes, plain: bytes) -> bytes:
    if len(plain) < _SHORT:
        return hmac.digest(key, number + plain, "md5")[:8]
    code = hmac.new(key, number, "md5")
    code.update(plain)
    return code.digest()[:8]
