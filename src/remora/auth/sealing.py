"""Message protection from the keys that a finished exchange left."""

from __future__ import annotations

from remora.auth.context import Sealing
from remora.auth.ntlm_sealing import NtlmSealing, SealingKeys


def sealing_of(keys: SealingKeys) -> Sealing:
    """Return what seals and unseals with these keys. Raises AuthError for keys that are too weak."""
    return NtlmSealing(keys)
