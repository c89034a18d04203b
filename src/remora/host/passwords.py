"""Stored proofs of a password: scrypt for Basic, the NT hash for NTLM."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Annotated, Final

import msgspec
from msgspec import Meta

_COST: Final = 1 << 14
_BLOCK: Final = 8
_MEMORY: Final = 64 * 1024 * 1024


class ScryptHash(msgspec.Struct, frozen=True, kw_only=True):
    """An scrypt record (RFC 7914). salt and key are base64 in the file."""

    n: Annotated[int, Meta(ge=1 << 10, le=1 << 18)]
    r: Annotated[int, Meta(ge=1, le=16)]
    p: Annotated[int, Meta(ge=1, le=4)]
    salt: Annotated[bytes, Meta(min_length=8, max_length=64)]
    key: Annotated[bytes, Meta(min_length=16, max_length=64)]

    def __repr__(self) -> str:
        return "ScryptHash(...)"


def nt_hash(password: str) -> bytes:
    """Return the NT hash (MS-NLMP NTOWFv1)."""
    # Imported on use: the spawner reads the account store too, and its workers carry what it has loaded.
    from remora.auth import ntlm

    return ntlm.nt_hash(password)


def hash_password(password: str) -> ScryptHash:
    """Derive a fresh record, some 50 ms of work."""
    salt = os.urandom(16)
    return ScryptHash(n=_COST, r=_BLOCK, p=1, salt=salt, key=_derive(password, salt, _COST, _BLOCK, 1, 32))


def verify_password(password: str, stored: ScryptHash | None) -> bool:
    """Compare in constant time; without a record the same work is done for nothing."""
    if stored is None:
        _derive(password, bytes(16), _COST, _BLOCK, 1, 32)
        return False
    derived = _derive(password, stored.salt, stored.n, stored.r, stored.p, len(stored.key))
    return hmac.compare_digest(derived, stored.key)


def _derive(password: str, salt: bytes, n: int, r: int, p: int, size: int) -> bytes:
    raw = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(raw, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=size)
