"""Digest authentication (RFC 7616) as HTTP proxies ask for it: a pure function of the challenge."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final

from remora.errors import AuthError

SCHEME: Final = "Digest"
_HASHES: Final = {"md5": hashlib.md5, "sha-256": hashlib.sha256}


def authorization(
    challenge: Mapping[str, str], username: str, password: str, *, method: str, uri: str, cnonce: str
) -> str:
    """Answer one challenge for one request. cnonce: a fresh random text.

    Raises AuthError for an algorithm or a protection that is not known, or a challenge without realm and nonce.
    """
    name = challenge.get("algorithm", "MD5")
    base, _, variant = name.lower().partition("-sess")
    realm, nonce = challenge.get("realm"), challenge.get("nonce")
    if base not in _HASHES or variant or realm is None or nonce is None:
        raise AuthError(f"the Digest challenge cannot be answered (algorithm {name})")
    qop = [part.strip().lower() for part in challenge.get("qop", "").split(",") if part.strip()]
    if qop and "auth" not in qop:
        raise AuthError(f"the Digest challenge asks for the protection {', '.join(qop)}")

    def digest(*parts: str) -> str:
        return _HASHES[base](":".join(parts).encode("utf-8")).hexdigest()

    secret = digest(username, realm, password)
    if name.lower().endswith("-sess"):
        secret = digest(secret, nonce, cnonce)
    request = digest(method, uri)
    count = "00000001"
    response = digest(secret, nonce, count, cnonce, "auth", request) if qop else digest(secret, nonce, request)
    quoted = {"username": username, "realm": realm, "nonce": nonce, "uri": uri, "response": response}
    if "opaque" in challenge:
        quoted["opaque"] = challenge["opaque"]
    fields = [f'{key}="{_escaped(value)}"' for key, value in quoted.items()] + [f"algorithm={name}"]
    if qop or name.lower().endswith("-sess"):
        fields += ["qop=auth", f"nc={count}", f'cnonce="{cnonce}"']
    return f"{SCHEME} {', '.join(fields)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
