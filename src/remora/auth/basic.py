"""Basic authentication (RFC 7617) with the charset habits of WinRM clients."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from remora.auth.offers import decode_token
from remora.errors import AuthError, RemoteProtocolError

SCHEME = "Basic"
CHALLENGE = 'Basic realm="WSMAN"'


@dataclass(frozen=True, slots=True)
class BasicCredential:
    """A name and password as they came in a header."""

    username: str
    password: str = field(repr=False)


def authorization(username: str, password: str) -> str:
    """Return the Authorization header value; a colon in the name cannot be expressed and raises AuthError."""
    if ":" in username:
        raise AuthError("a user name for Basic authentication cannot contain a colon; use authentication 'negotiate'")
    return f"{SCHEME} {base64.b64encode(f'{username}:{password}'.encode()).decode('ascii')}"


def parse_authorization(token: str) -> BasicCredential:
    """Read what follows the scheme word. UTF-8 first, then Latin-1, which Python's requests sends."""
    raw = decode_token(token)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    username, colon, password = text.partition(":")
    if not colon:
        raise RemoteProtocolError("Basic credentials without a colon")
    return BasicCredential(username, password)
