"""Digest authentication (RFC 7616) as servers and HTTP proxies ask for it: a pure function of the challenge."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from remora.errors import AuthError

SCHEME: Final = "Digest"
_HASHES: Final = {"md5": hashlib.md5, "sha-256": hashlib.sha256}


def authorization(
    challenge: Mapping[str, str], username: str, password: str, *, method: str, uri: str, cnonce: str, count: int = 1
) -> str:
    """Answer one challenge for one request. cnonce: a random text, the same for every request that answers it.

    count: the number of this request among those.

    Raises AuthError for an algorithm or a protection that is not known, or a challenge without realm and nonce.
    """
    name = challenge.get("algorithm", "MD5")
    base = name.lower().removesuffix("-sess")
    realm, nonce = challenge.get("realm"), challenge.get("nonce")
    if base not in _HASHES or realm is None or nonce is None:
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
    number = f"{count:08x}"
    response = digest(secret, nonce, number, cnonce, "auth", request) if qop else digest(secret, nonce, request)
    quoted = {"username": username, "realm": realm, "nonce": nonce, "uri": uri, "response": response}
    if "opaque" in challenge:
        quoted["opaque"] = challenge["opaque"]
    fields = [f'{key}="{_escaped(value)}"' for key, value in quoted.items()] + [f"algorithm={name}"]
    if not username.isascii():
        fields[0] = f"username*=UTF-8''{quote(username, safe='')}"
    if qop or name.lower().endswith("-sess"):
        fields += ["qop=auth", f"nc={number}", f'cnonce="{cnonce}"']
    return f"{SCHEME} {', '.join(fields)}"


def usable(challenge: Mapping[str, str]) -> bool:
    """Tell whether a challenge names an algorithm that is known here."""
    return challenge.get("algorithm", "MD5").lower().removesuffix("-sess") in _HASHES


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
