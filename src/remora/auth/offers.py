"""WWW-Authenticate: what a server offers, one scheme a header or several joined by commas (wire-protocol 1.3)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from remora.errors import LimitExceeded, RemoteProtocolError

MAX_HEADER: Final = 128 * 1024
_ITEM: Final = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_PARAMETER: Final = re.compile(r'([\w.~+-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s"=]+))\Z', re.ASCII)
_SCHEME: Final = re.compile(r"([\w.+-]+)(?:\s+(.*))?\Z", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Offer:
    """One challenge. scheme: as spelt by the server. token: the base64 text after the scheme, undecoded, or None."""

    scheme: str
    token: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    def is_scheme(self, name: str) -> bool:
        return self.scheme.casefold() == name.casefold()


def parse_offers(values: Iterable[str]) -> tuple[Offer, ...]:
    """Read WWW-Authenticate header values; text that is no challenge is passed over."""
    offers: list[Offer] = []
    for value in values:
        if len(value) > MAX_HEADER:
            raise LimitExceeded(f"WWW-Authenticate of {len(value)} characters")
        _parse_value(value, offers)
    return tuple(offers)


def _parse_value(value: str, offers: list[Offer]) -> None:
    parameters: dict[str, str] | None = None
    for match in _ITEM.finditer(value):
        item = match.group().strip()
        parameter = _PARAMETER.match(item)
        if parameter and parameters is not None:
            parameters[parameter[1].lower()] = _value_of(parameter)
            continue
        scheme = _SCHEME.match(item)
        if scheme is None:
            continue
        rest = (scheme[2] or "").strip()
        first = _PARAMETER.match(rest)
        parameters = {first[1].lower(): _value_of(first)} if first else {}
        offers.append(Offer(scheme[1], None if first or not rest else rest, parameters))


def _value_of(match: re.Match[str]) -> str:
    quoted = match[2]
    return match[3] if quoted is None else re.sub(r"\\(.)", r"\1", quoted)


def offered_token(offers: Iterable[Offer], scheme: str) -> bytes | None:
    """Return the decoded token of the first offer of this scheme, None when there is none or it carries no token."""
    for offer in offers:
        if offer.is_scheme(scheme):
            return None if offer.token is None else decode_token(offer.token)
    return None


def decode_token(text: str) -> bytes:
    """Decode the base64 of an authentication header; anything else raises RemoteProtocolError."""
    if len(text) > MAX_HEADER:
        raise LimitExceeded(f"authentication token of {len(text)} characters")
    try:
        return base64.b64decode(text.strip().encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise RemoteProtocolError("authentication token is not base64") from None


def encode_token(scheme: str, token: bytes) -> str:
    """Return the header value ``Scheme base64``."""
    return f"{scheme} {base64.b64encode(token).decode('ascii')}"
