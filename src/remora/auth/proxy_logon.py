"""How a client proves itself to an HTTP proxy: a header for each request, or the legs of Negotiate on a connection."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from remora.auth import basic, digest
from remora.auth.ntlm import NtlmCredential, NtlmInitiator
from remora.auth.offers import Offer, decode_token, encode_token
from remora.auth.proxy_authentication import ProxyAuthentication
from remora.errors import AuthError


class ProxyLogon:
    """The logon on one connection to one proxy. username: ``user``, ``DOMAIN\\user`` or ``user@realm``."""

    def __init__(self, mechanism: ProxyAuthentication, username: str, password: str, *, proxy: str) -> None:
        self._mechanism = mechanism
        self._username = username
        self._password = password
        self._proxy = proxy
        self._context: NtlmInitiator | None = None
        self._answers = 0

    def first(self) -> str | None:
        """Return the header of the first request; only Basic can say something unasked."""
        if self._mechanism is ProxyAuthentication.BASIC:
            self._answers = 1
            return basic.authorization(self._username, self._password)
        return None

    def answer(self, offers: Collection[Offer], *, method: str, uri: str) -> str:
        """Answer a refusal (HTTP 407) for the request that is sent again. Raises AuthError when it is final."""
        self._answers += 1
        if self._mechanism is ProxyAuthentication.NEGOTIATE:
            return self._leg(offers)
        challenge = next((offer for offer in offers if offer.is_scheme(self._mechanism.value)), None)
        if self._mechanism is ProxyAuthentication.DIGEST and challenge is not None and self._answers == 1:
            return digest.authorization(
                challenge.parameters,
                self._username,
                self._password,
                method=method,
                uri=uri,
                cnonce=secrets.token_hex(8),
            )
        raise self._refused(offers)

    def _leg(self, offers: Collection[Offer]) -> str:
        offer = next((offer for name in ("Negotiate", "NTLM") for offer in offers if offer.is_scheme(name)), None)
        if offer is None or (self._answers > 1) is (offer.token is None):
            raise self._refused(offers)
        if self._context is None:
            credential = NtlmCredential.from_password(self._username, self._password)
            self._context = NtlmInitiator(credential, host=self._proxy)
        token = self._context.step(None if offer.token is None else decode_token(offer.token))
        if token is None:
            raise self._refused(offers)
        return encode_token(offer.scheme, token)

    def _refused(self, offers: Collection[Offer]) -> AuthError:
        listed = ", ".join(dict.fromkeys(offer.scheme for offer in offers)) or "nothing"
        if not any(offer.is_scheme(self._mechanism.value) for offer in offers):
            return AuthError(
                f"the proxy {self._proxy} does not accept {self._mechanism.value} authentication (it offers {listed})"
            )
        return AuthError(f"the proxy {self._proxy} refused the logon of {self._username}")
