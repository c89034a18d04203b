"""Which mechanism a client uses, or which error it gets: a pure function (winrm-config-and-auth 3).

This is the part for Basic and Negotiate; every other mechanism is refused here, by name, with what to use instead.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from remora.auth.offers import Offer
from remora.auth.trust import HostKind
from remora.errors import AuthError

UNENCRYPTED_DISABLED: Final = 0x803380DE
CREDENTIALS_REQUIRED: Final = 0x803380E5
BASIC_NEEDS_CREDENTIALS: Final = 0x803380B0
SERVER_NOT_TRUSTED: Final = 0x803380E4
ADDRESS_NOT_TRUSTED: Final = 0x803381BB
NO_KERBEROS: Final = 0x8033810C
ACCESS_DENIED: Final = 0x80070005
MECHANISM_UNAVAILABLE: Final = 0x80338094


class Authentication(Enum):
    """The values of -Authentication and --auth."""

    DEFAULT = "default"
    BASIC = "basic"
    NEGOTIATE = "negotiate"
    KERBEROS = "kerberos"
    CREDSSP = "credssp"
    CERTIFICATE = "certificate"
    DIGEST = "digest"

    @classmethod
    def parse(cls, text: str) -> Authentication:
        """Read a name without regard to case; ``ntlm`` and ``negotiatewithimplicitcredential`` mean Negotiate."""
        name = text.strip().lower()
        name = {"ntlm": "negotiate", "negotiatewithimplicitcredential": "negotiate", "": "default"}.get(name, name)
        try:
            return cls(name)
        except ValueError:
            known = ", ".join(item.value for item in cls)
            raise AuthError(f"unknown authentication {text!r}: use one of {known}") from None


class Mechanism(Enum):
    """What is done on the wire; the value is the scheme word."""

    BASIC = "Basic"
    NEGOTIATE = "Negotiate"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthRequest:
    """What the caller wants and has. secure: the transport is TLS. encrypt: message encryption is not switched off.

    host: what kind of text names the other side. trusted: it is in TrustedHosts, or the user vouches for it otherwise.
    """

    authentication: Authentication
    secure: bool
    has_credential: bool
    host: HostKind
    trusted: bool
    allow_unencrypted: bool = False
    encrypt: bool = True


@dataclass(frozen=True, slots=True)
class AuthChoice:
    """sealed: the mechanism encrypts the bodies (Negotiate over plain HTTP); over TLS, and with Basic, it does not."""

    mechanism: Mechanism
    sealed: bool


_NOT_YET: Final = {
    Authentication.KERBEROS: "Kerberos authentication is not available; use 'negotiate' with a user name and password",
    Authentication.CREDSSP: "CredSSP authentication is not available; use 'negotiate' with a user name and password",
    Authentication.CERTIFICATE: "certificate authentication is not available; use 'negotiate', or 'basic' over HTTPS",
    Authentication.DIGEST: "no WinRM service offers Digest authentication; use 'negotiate', or 'basic' over HTTPS",
}


_HOW_TO_TRUST: Final = "use HTTPS, or add the host to trusted_hosts (Client/TrustedHosts) of the client configuration"


def choose(request: AuthRequest, offers: Collection[Offer] | None = None) -> AuthChoice:
    """Choose the mechanism. offers: what the server's 401 listed, None before anything was asked.

    Raises AuthError with the vendor's code when the request is not allowed, or when the server offers nothing usable.
    """
    wanted = request.authentication
    if wanted is Authentication.DIGEST and not request.has_credential:
        raise AuthError("Digest authentication needs a user name and password", code=BASIC_NEEDS_CREDENTIALS)
    if wanted in _NOT_YET:
        raise AuthError(_NOT_YET[wanted], code=MECHANISM_UNAVAILABLE)
    if wanted is Authentication.DEFAULT:
        _check_default(request)
    if wanted is Authentication.BASIC:
        choice = _basic(request)
    elif offers is None or wanted is Authentication.NEGOTIATE or _offered(offers, Mechanism.NEGOTIATE):
        choice = _negotiate(request)
    else:
        choice = _basic(request) if _offered(offers, Mechanism.BASIC) else _negotiate(request)
    if offers is not None and not _offered(offers, choice.mechanism):
        listed = ", ".join(offer.scheme for offer in offers) or "nothing"
        raise AuthError(
            f"the server does not accept {choice.mechanism.value} authentication here (it offers {listed})",
            code=ACCESS_DENIED,
        )
    return choice


def _offered(offers: Collection[Offer], mechanism: Mechanism) -> bool:
    return any(offer.is_scheme(mechanism.value) for offer in offers)


def _basic(request: AuthRequest) -> AuthChoice:
    if not request.has_credential:
        raise AuthError("Basic authentication needs a user name and password", code=BASIC_NEEDS_CREDENTIALS)
    if not request.secure and not request.allow_unencrypted:
        raise AuthError(
            "Basic authentication over HTTP sends the password in clear text: use HTTPS, use 'negotiate', "
            "or allow unencrypted traffic in the client configuration (Client/AllowUnencrypted)",
            code=UNENCRYPTED_DISABLED,
        )
    _check_trust(request)
    return AuthChoice(Mechanism.BASIC, sealed=False)


def _check_default(request: AuthRequest) -> None:
    """Refuse what no mechanism would be chosen for when the caller names none (winrm-config-and-auth 3.2)."""
    reachable = request.secure or request.trusted
    match request.host:
        case HostKind.LOOPBACK:
            return
        case HostKind.ADDRESS if not request.has_credential:
            raise AuthError("an address needs a user name and password", code=ADDRESS_NOT_TRUSTED)
        case HostKind.ADDRESS if not reachable:
            raise AuthError(f"an address over HTTP needs trust: {_HOW_TO_TRUST}", code=ADDRESS_NOT_TRUSTED)
        case HostKind.NAME if request.secure and not request.has_credential:
            raise AuthError("there is no Kerberos ticket: give a user name and password", code=NO_KERBEROS)
    _check_trust(request)


def _check_trust(request: AuthRequest) -> None:
    """Over plain HTTP neither Basic nor NTLM proves whom we speak to: the user must have said so."""
    if not request.secure and not request.trusted and request.host is not HostKind.LOOPBACK:
        raise AuthError(f"nothing proves who answers over HTTP: {_HOW_TO_TRUST}", code=SERVER_NOT_TRUSTED)


def _negotiate(request: AuthRequest) -> AuthChoice:
    if not request.has_credential:
        raise AuthError(
            "Negotiate authentication needs a user name and password: there is no logon of our own to use",
            code=CREDENTIALS_REQUIRED,
        )
    _check_trust(request)
    if request.secure:
        return AuthChoice(Mechanism.NEGOTIATE, sealed=False)
    if not request.encrypt and not request.allow_unencrypted:
        raise AuthError(
            "message encryption is off and unencrypted traffic is not allowed (Client/AllowUnencrypted)",
            code=UNENCRYPTED_DISABLED,
        )
    return AuthChoice(Mechanism.NEGOTIATE, sealed=request.encrypt)
