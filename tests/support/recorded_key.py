"""The session key of a recorded conversation: it is not known, so secrets are taken as empty."""

from __future__ import annotations

from remora.psrp.crypto import ExchangeKey, SessionKey


class NoSecrets(SessionKey):
    """Stands for a key that was never recorded: every secret is empty."""

    def decrypt(self, data: bytes) -> str:
        return ""


class RecordedKey(ExchangeKey):
    """Takes whatever session key the recorded server sent."""

    def unseal(self, encrypted_session_key: str) -> SessionKey:
        return NoSecrets(bytes(32))
