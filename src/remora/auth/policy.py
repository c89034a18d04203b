"""Which mechanism a client uses, or which error it gets: a pure function (winrm-config-and-auth 3).

The order of the checks: what was asked for and given (3.3), the mechanism where none was named (3.2), what this client
may use (Client/Auth), the transport, trust. What the server offers comes last, when there has been an answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final

from remora.auth.offers import Offer
from remora.auth.trust import HostKind
from remora.errors import AuthError

ACCESS_DENIED: Final = 0x80070005
CREDENTIALS_WITH_NONE: Final = 0x803380AB
MULTIPLE_CREDENTIALS: Final = 0x80338144
CERTIFICATE_WITHOUT_MECHANISM: Final = 0x80338156
USERNAME_PASSWORD_NEEDED: Final = 0x803380B0
CERTIFICATE_NEEDED: Final = 0x803380B4
NO_CERTIFICATES_FOR_HTTP: Final = 0x803380D8
UNENCRYPTED_DISABLED: Final = 0x803380DE
SERVER_NOT_TRUSTED: Final = 0x803380E4
CREDENTIALS_REQUIRED: Final = 0x803380E5
KERBEROS_ADDRESS: Final = 0x8033810B
NO_KERBEROS: Final = 0x8033810C
KERBEROS_LOOPBACK: Final = 0x8033810E
CREDSSP_CREDENTIALS: Final = 0x803381A1
ADDRESS_NOT_TRUSTED: Final = 0x803381BB


class Authentication(Enum):
    """The values of -Authentication and --auth."""

    DEFAULT = "default"
    BASIC = "basic"
    NEGOTIATE = "negotiate"
    IMPLICIT = "negotiatewithimplicitcredential"
    KERBEROS = "kerberos"
    CREDSSP = "credssp"
    CERTIFICATE = "certificate"
    DIGEST = "digest"
    NONE = "none"

    @classmethod
    def parse(cls, text: str) -> Authentication:
        """Read a name without regard to case; ``ntlm`` means Negotiate, ``clientcertificate`` means Certificate."""
        name = text.strip().lower()
        name = {"ntlm": "negotiate", "clientcertificate": "certificate", "": "default"}.get(name, name)
        try:
            return cls(name)
        except ValueError:
            known = ", ".join(item.value for item in cls)
            raise AuthError(f"unknown authentication {text!r}: use one of {known}") from None


class Mechanism(Enum):
    """What is done on the wire; the value is the scheme word."""

    NONE = ""
    BASIC = "Basic"
    DIGEST = "Digest"
    NEGOTIATE = "Negotiate"
    KERBEROS = "Kerberos"
    CREDSSP = "CredSSP"
    CERTIFICATE = "Certificate"


SWITCHED_OFF: Final = {
    Mechanism.BASIC: 0x803380DF,
    Mechanism.DIGEST: 0x803380E0,
    Mechanism.NEGOTIATE: 0x803380E1,
    Mechanism.KERBEROS: 0x803380E2,
    Mechanism.CERTIFICATE: 0x803380E3,
    Mechanism.CREDSSP: 0x803381A2,
}
"""The code for a mechanism that Client/Auth does not allow."""
ALL_MECHANISMS: Final = frozenset(SWITCHED_OFF)
_SEALING: Final = (Mechanism.NEGOTIATE, Mechanism.KERBEROS, Mechanism.CREDSSP)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthRequest:
    """What the caller wants and has. secure: the transport is TLS. encrypt: message encryption is not switched off.

    host: what kind of text names the other side. trusted: it is in TrustedHosts, or the user vouches for it otherwise.
    joined: there is a Kerberos logon of our own. enabled: what Client/Auth allows.
    """

    authentication: Authentication
    secure: bool
    has_credential: bool
    host: HostKind
    trusted: bool
    joined: bool = False
    has_certificate: bool = False
    allow_unencrypted: bool = False
    encrypt: bool = True
    enabled: frozenset[Mechanism] = ALL_MECHANISMS


@dataclass(frozen=True, slots=True)
class AuthChoice:
    """sealed: the mechanism encrypts the bodies (over plain HTTP); over TLS, and with Basic or Digest, it does not.

    proving: the server must prove who it is; an NTLM answer, which proves nothing, is refused.
    """

    mechanism: Mechanism
    sealed: bool
    proving: bool = False


_HOW_TO_TRUST: Final = "use HTTPS, or add the host to trusted_hosts (Client/TrustedHosts) of the client configuration"
_NO_OWN_LOGON: Final = "give a user name and password, or get a Kerberos ticket with kinit"


def choose(request: AuthRequest, offers: Collection[Offer] | None = None) -> AuthChoice:
    """Choose the mechanism. offers: what the server's 401 listed, None before anything was asked.

    Raises AuthError with the vendor's code when the request is not allowed, or when the server offers nothing usable.
    """
    mechanism = _wanted(request, offers)
    _check_given(request, mechanism)
    if mechanism not in request.enabled and mechanism is not Mechanism.NONE:
        raise AuthError(
            f"{mechanism.value} authentication is switched off in the client configuration "
            f"(Client/Auth/{mechanism.value})",
            code=SWITCHED_OFF[mechanism],
        )
    choice = _carried(request, mechanism)
    if offers is not None and not _offered(offers, mechanism):
        raise AuthError(_not_offered(mechanism, offers), code=ACCESS_DENIED)
    return choice


def default_mechanism(
    *, secure: bool, host: HostKind, joined: bool, has_credential: bool, trusted: bool
) -> Mechanism | int:
    """Return the mechanism where none was named, or the code of the error (winrm-config-and-auth 3.2)."""
    if host is HostKind.LOOPBACK:
        return Mechanism.NEGOTIATE
    if host is HostKind.ADDRESS:
        return Mechanism.NEGOTIATE if has_credential and (secure or trusted) else ADDRESS_NOT_TRUSTED
    if has_credential:
        if secure or trusted:
            return Mechanism.NEGOTIATE
        return Mechanism.KERBEROS if joined else SERVER_NOT_TRUSTED
    if joined:
        return Mechanism.KERBEROS
    if secure:
        return NO_KERBEROS
    return Mechanism.NEGOTIATE if trusted else SERVER_NOT_TRUSTED


_DEFAULT_TEXTS: Final = {
    ADDRESS_NOT_TRUSTED: f"an address needs a user name and password, and over HTTP trust: {_HOW_TO_TRUST}",
    SERVER_NOT_TRUSTED: f"nothing proves who answers over HTTP: {_HOW_TO_TRUST}",
    NO_KERBEROS: f"there is no Kerberos ticket: {_NO_OWN_LOGON}",
}


def _wanted(request: AuthRequest, offers: Collection[Offer] | None) -> Mechanism:
    match request.authentication:
        case Authentication.DEFAULT:
            return _default(request, offers)
        case Authentication.NEGOTIATE | Authentication.IMPLICIT:
            return Mechanism.NEGOTIATE
        case Authentication.NONE:
            return Mechanism.NONE
        case named:
            return Mechanism[named.name]


def _default(request: AuthRequest, offers: Collection[Offer] | None) -> Mechanism:
    """A server that offers Basic and not Negotiate gets Basic, where Basic is allowed at all."""
    if request.has_certificate and not request.has_credential:
        return Mechanism.CERTIFICATE
    found = default_mechanism(
        secure=request.secure,
        host=request.host,
        joined=request.joined,
        has_credential=request.has_credential,
        trusted=request.trusted,
    )
    if isinstance(found, int):
        raise AuthError(_DEFAULT_TEXTS[found], code=found)
    if offers is not None and not _offered(offers, found) and request.has_credential:
        return Mechanism.BASIC if _offered(offers, Mechanism.BASIC) else found
    return found


def _check_given(request: AuthRequest, mechanism: Mechanism) -> None:
    """What each mechanism needs to be given, and whom it can be used with (winrm-config-and-auth 3.3)."""
    match mechanism:
        case _ if request.has_certificate and request.has_credential and mechanism is not Mechanism.NONE:
            raise AuthError("a certificate or a user name and password, not both", code=MULTIPLE_CREDENTIALS)
        case Mechanism.NONE if request.has_credential or request.has_certificate:
            raise AuthError("no authentication was asked for, and a credential given", code=CREDENTIALS_WITH_NONE)
        case _ if request.has_certificate and mechanism is not Mechanism.CERTIFICATE:
            raise AuthError(
                f"a client certificate does not go with {mechanism.value} authentication",
                code=CERTIFICATE_WITHOUT_MECHANISM,
            )
        case Mechanism.BASIC | Mechanism.DIGEST if not request.has_credential:
            raise AuthError(
                f"{mechanism.value} authentication needs a user name and password", code=USERNAME_PASSWORD_NEEDED
            )
        case Mechanism.CREDSSP if not request.has_credential:
            raise AuthError(
                "CredSSP authentication needs a user name and password, which it delegates", code=CREDSSP_CREDENTIALS
            )
        case Mechanism.CERTIFICATE if not request.secure:
            raise AuthError("a client certificate is shown over HTTPS only: use HTTPS", code=NO_CERTIFICATES_FOR_HTTP)
        case Mechanism.CERTIFICATE if not request.has_certificate:
            raise AuthError(
                "certificate authentication needs the thumbprint of a client certificate", code=CERTIFICATE_NEEDED
            )
        case Mechanism.KERBEROS:
            _check_kerberos(request)
        case Mechanism.NEGOTIATE if not request.has_credential:
            _check_own_logon(request)


def _check_kerberos(request: AuthRequest) -> None:
    if request.authentication is Authentication.KERBEROS:
        if request.host is HostKind.ADDRESS:
            raise AuthError(
                "Kerberos knows servers by name, not by address: use the host's name", code=KERBEROS_ADDRESS
            )
        if request.host is HostKind.LOOPBACK:
            raise AuthError(
                "Kerberos cannot be used with localhost: use the computer's name, or 'negotiate'",
                code=KERBEROS_LOOPBACK,
            )
    if not request.has_credential and not request.joined:
        raise AuthError(f"there is no Kerberos ticket: {_NO_OWN_LOGON}", code=NO_KERBEROS)


def _check_own_logon(request: AuthRequest) -> None:
    """Our own logon goes to the own machine, over HTTP to trusted hosts, over HTTPS only where that is asked for."""
    implicit = request.authentication is Authentication.IMPLICIT
    allowed = request.host is HostKind.LOOPBACK or (implicit if request.secure else request.trusted)
    if not allowed or not request.joined:
        raise AuthError(
            f"Negotiate authentication needs explicit credentials here: {_NO_OWN_LOGON}", code=CREDENTIALS_REQUIRED
        )


def _carried(request: AuthRequest, mechanism: Mechanism) -> AuthChoice:
    """Whether the transport may carry it, and how (winrm-config-and-auth 3.1, steps 5 and 6)."""
    if request.secure or mechanism is Mechanism.NONE:
        return AuthChoice(mechanism, sealed=False)
    if (mechanism not in _SEALING or not request.encrypt) and not request.allow_unencrypted:
        why = (
            "message encryption is off and unencrypted traffic is not allowed"
            if mechanism in _SEALING
            else f"{mechanism.value} authentication over HTTP sends everything in clear text"
        )
        raise AuthError(
            f"{why}: use HTTPS, use 'negotiate' with encryption, or allow unencrypted traffic in the client "
            "configuration (Client/AllowUnencrypted)",
            code=UNENCRYPTED_DISABLED,
        )
    trusted = request.trusted or request.host is HostKind.LOOPBACK
    sealed = mechanism in _SEALING and request.encrypt
    if mechanism in (Mechanism.KERBEROS, Mechanism.CREDSSP):  # what proves the server is checked during the exchange
        return AuthChoice(mechanism, sealed, proving=mechanism is Mechanism.KERBEROS or not trusted)
    if trusted:
        return AuthChoice(mechanism, sealed)
    if mechanism is Mechanism.NEGOTIATE and request.joined and request.host is HostKind.NAME:
        return AuthChoice(mechanism, sealed, proving=True)
    raise AuthError(f"nothing proves who answers over HTTP: {_HOW_TO_TRUST}", code=SERVER_NOT_TRUSTED)


def _offered(offers: Collection[Offer], mechanism: Mechanism) -> bool:
    """A certificate is never listed; Kerberos is also done under Negotiate."""
    if mechanism in (Mechanism.NONE, Mechanism.CERTIFICATE):
        return True
    words = [mechanism.value]
    if mechanism is Mechanism.KERBEROS:
        words.append(Mechanism.NEGOTIATE.value)
    return any(offer.is_scheme(word) for offer in offers for word in words)


def _not_offered(mechanism: Mechanism, offers: Collection[Offer]) -> str:
    listed = ", ".join(offer.scheme for offer in offers) or "nothing"
    text = f"the server does not accept {mechanism.value} authentication here (it offers {listed})"
    if mechanism is Mechanism.DIGEST:
        return f"{text}; no WinRM service offers Digest: use 'negotiate', or 'basic' over HTTPS"
    if mechanism is Mechanism.BASIC:
        return f"{text}; on the server Service/Auth/Basic, and over HTTP Service/AllowUnencrypted, must be true"
    if mechanism is Mechanism.CREDSSP:
        return f"{text}; on the server Service/Auth/CredSSP must be true"
    return text
