"""Message protection from what a finished exchange left, in whatever process it was done."""

from __future__ import annotations

from typing import TypeAlias

from remora.auth.context import Sealing
from remora.auth.kerberos_sealing import KerberosKeys, KerberosSealing
from remora.auth.ntlm_sealing import NtlmKeys, NtlmSealing

SealingKeys: TypeAlias = NtlmKeys | KerberosKeys


def sealing_of(keys: SealingKeys) -> Sealing:
    """Return what seals and unseals with these keys. Raises AuthError for keys that are too weak or spoiled."""
    if isinstance(keys, KerberosKeys):
        return KerberosSealing.imported(keys)
    return NtlmSealing(keys)
