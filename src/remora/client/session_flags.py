"""The flags of a WS-Management session as WSMan.CreateSession counts them (winrm-config-and-auth 1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from remora.auth.policy import (
    CERTIFICATE_NEEDED,
    CREDENTIALS_WITH_NONE,
    CREDSSP_CREDENTIALS,
    NO_CERTIFICATES_FOR_HTTP,
    USERNAME_PASSWORD_NEEDED,
    Authentication,
)
from remora.client.connection_info import ConnectionInfo
from remora.errors import AuthError

INVALID_FLAG: Final = 0x803380AC
MULTIPLE_AUTH_FLAGS: Final = 0x803380AD
SPN_WRONG_AUTH: Final = 0x803380AE
CREDENTIALS_NEEDED: Final = 0x803380B2
CREDENTIALS_FLAG_NEEDED: Final = 0x803380B3
LOCAL_INVALID_CREDS: Final = 0x803380B8
LOCAL_INVALID_OPTIONS: Final = 0x803380B9
UNENCRYPTED_HTTP_ONLY: Final = 0x803380D7
MULTIPLE_CREDENTIALS: Final = 0x80338144
CERTIFICATE_FOR_DEFAULT: Final = 0x80338146
USERNAME_AND_PASSWORD: Final = 0x80338147
CERTIFICATE_WITHOUT_FLAG: Final = 0x80338156
CERTIFICATE_WITH_CREDENTIALS: Final = 0x80338157
IMPLICIT_OVER_HTTP: Final = 0x803381B0


class SessionFlag(IntFlag):
    """What a session asks of its connection; flags are joined by ``|``."""

    UTF8 = 0x1
    CRED_USERNAME_PASSWORD = 0x1000
    SKIP_CA_CHECK = 0x2000
    SKIP_CN_CHECK = 0x4000
    USE_NO_AUTHENTICATION = 0x8000
    USE_DIGEST = 0x10000
    USE_NEGOTIATE = 0x20000
    USE_BASIC = 0x40000
    USE_KERBEROS = 0x80000
    NO_ENCRYPTION = 0x100000
    USE_CLIENT_CERTIFICATE = 0x200000
    ENABLE_SPN_SERVER_PORT = 0x400000
    UTF16 = 0x800000
    USE_CREDSSP = 0x1000000
    SKIP_REVOCATION_CHECK = 0x2000000
    ALLOW_NEGOTIATE_IMPLICIT_CREDENTIALS = 0x4000000
    USE_SSL = 0x8000000


_MECHANISMS: Final = {
    Authentication.DEFAULT: SessionFlag(0),
    Authentication.BASIC: SessionFlag.USE_BASIC,
    Authentication.NEGOTIATE: SessionFlag.USE_NEGOTIATE,
    Authentication.KERBEROS: SessionFlag.USE_KERBEROS,
    Authentication.CREDSSP: SessionFlag.USE_CREDSSP,
    Authentication.CERTIFICATE: SessionFlag.USE_CLIENT_CERTIFICATE,
    Authentication.DIGEST: SessionFlag.USE_DIGEST,
    Authentication.IMPLICIT: SessionFlag.USE_NEGOTIATE | SessionFlag.ALLOW_NEGOTIATE_IMPLICIT_CREDENTIALS,
    Authentication.NONE: SessionFlag.USE_NO_AUTHENTICATION,
}
_ALL: Final = SessionFlag(sum(SessionFlag))
_CERTIFICATE_CHECKS: Final = SessionFlag.SKIP_CA_CHECK | SessionFlag.SKIP_CN_CHECK | SessionFlag.SKIP_REVOCATION_CHECK


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the connection options hold. secure: the transport is HTTPS."""

    secure: bool
    username: bool = False
    password: bool = False
    thumbprint: bool = False

    @property
    def any(self) -> bool:
        return self.username or self.password or self.thumbprint


def session_flags(info: ConnectionInfo) -> SessionFlag:
    """Return the flags with which Windows would make a session like this one."""
    option = info.option
    asked = {
        SessionFlag.CRED_USERNAME_PASSWORD: info.credential is not None,
        SessionFlag.SKIP_CA_CHECK: option.skip_ca_check,
        SessionFlag.SKIP_CN_CHECK: option.skip_cn_check,
        SessionFlag.SKIP_REVOCATION_CHECK: option.skip_revocation_check,
        SessionFlag.NO_ENCRYPTION: option.no_encryption,
        SessionFlag.ENABLE_SPN_SERVER_PORT: option.include_port_in_spn,
        SessionFlag.UTF16: option.use_utf16,
        SessionFlag.UTF8: not option.use_utf16,
        SessionFlag.USE_SSL: info.secure,
    }
    flags = _MECHANISMS[Authentication.CERTIFICATE if info.certificate is not None else info.authentication]
    for flag, wanted in asked.items():
        flags |= flag if wanted else SessionFlag(0)
    return flags


def known_flags(value: int) -> SessionFlag:
    """Return the flags of a number. Raises AuthError for a bit that means nothing."""
    if value < 0 or value & ~int(_ALL):
        raise AuthError(f"{value:#x} has bits that are no session flag", code=INVALID_FLAG)
    return SessionFlag(value)


def check_local(flags: SessionFlag, given: Given) -> None:
    """Refuse what has no meaning for a session on this machine. Raises AuthError."""
    if given.any:
        raise AuthError("a session on this machine takes no credentials", code=LOCAL_INVALID_CREDS)
    if flags & ~(SessionFlag.UTF8 | SessionFlag.UTF16):
        raise AuthError("a session on this machine takes no options of a connection", code=LOCAL_INVALID_OPTIONS)


def check_flags(flags: SessionFlag, given: Given) -> Authentication:
    """Return the mechanism that flags name. Raises AuthError for what does not go together (the table of 1.1)."""
    single = {item: flag for item, flag in _MECHANISMS.items() if flag and item is not Authentication.IMPLICIT}
    named = [item for item, flag in single.items() if flag in flags]
    if len(named) > 1:
        words = " and ".join(item.value for item in named)
        raise AuthError(f"one mechanism at a time: {words} were asked for", code=MULTIPLE_AUTH_FLAGS)
    chosen = named[0] if named else Authentication.DEFAULT
    _check_credentials(flags, given, chosen)
    _check_certificate(flags, given, chosen)
    _check_transport(flags, given, chosen)
    if SessionFlag.UTF8 in flags and SessionFlag.UTF16 in flags:
        raise AuthError("requests are in UTF-8 or in UTF-16, not both", code=INVALID_FLAG)
    if SessionFlag.ENABLE_SPN_SERVER_PORT in flags and chosen not in (
        Authentication.DEFAULT,
        Authentication.NEGOTIATE,
        Authentication.KERBEROS,
    ):
        raise AuthError("a port in the service's name goes with Negotiate and Kerberos only", code=SPN_WRONG_AUTH)
    if SessionFlag.ALLOW_NEGOTIATE_IMPLICIT_CREDENTIALS in flags:
        if chosen is not Authentication.NEGOTIATE or given.username:
            raise AuthError("implicit credentials go with Negotiate and without a user name", code=INVALID_FLAG)
        return Authentication.IMPLICIT
    return chosen


def _check_credentials(flags: SessionFlag, given: Given, chosen: Authentication) -> None:
    wanted = SessionFlag.CRED_USERNAME_PASSWORD in flags
    if chosen is Authentication.NONE and (given.any or wanted):
        raise AuthError("no authentication was asked for, and credentials given", code=CREDENTIALS_WITH_NONE)
    if given.thumbprint and (given.username or given.password):
        raise AuthError("a certificate or a user name, not both", code=MULTIPLE_CREDENTIALS)
    if wanted and chosen is Authentication.CERTIFICATE:
        raise AuthError("a client certificate goes without a user name", code=CERTIFICATE_WITH_CREDENTIALS)
    if wanted and not given.username and not given.password:
        raise AuthError("the flag for a user name is set, and none given", code=CREDENTIALS_NEEDED)
    if given.username is not given.password:
        raise AuthError("a user name and a password, both", code=USERNAME_AND_PASSWORD)
    if given.username and not wanted:
        raise AuthError(
            "a user name is given without the flag SessionFlagCredUsernamePassword", code=CREDENTIALS_FLAG_NEEDED
        )
    if chosen in (Authentication.BASIC, Authentication.DIGEST) and not given.username:
        raise AuthError(f"{chosen.value} needs a user name and a password", code=USERNAME_PASSWORD_NEEDED)
    if chosen is Authentication.CREDSSP and not given.username:
        raise AuthError("CredSSP needs a user name and a password", code=CREDSSP_CREDENTIALS)


def _check_certificate(flags: SessionFlag, given: Given, chosen: Authentication) -> None:
    if chosen is Authentication.CERTIFICATE and not given.thumbprint:
        raise AuthError("certificate authentication needs a thumbprint", code=CERTIFICATE_NEEDED)
    if given.thumbprint and chosen is Authentication.DEFAULT:
        raise AuthError("a certificate needs the flag SessionFlagUseClientCertificate", code=CERTIFICATE_FOR_DEFAULT)
    if given.thumbprint and chosen is not Authentication.CERTIFICATE:
        raise AuthError("a certificate is given for another mechanism", code=CERTIFICATE_WITHOUT_FLAG)


def _check_transport(flags: SessionFlag, given: Given, chosen: Authentication) -> None:
    if given.secure:
        if SessionFlag.NO_ENCRYPTION in flags:
            raise AuthError("HTTPS always encrypts", code=UNENCRYPTED_HTTP_ONLY)
        return
    if flags & _CERTIFICATE_CHECKS or chosen is Authentication.CERTIFICATE:
        raise AuthError("there are no certificates over HTTP: use HTTPS", code=NO_CERTIFICATES_FOR_HTTP)
    if SessionFlag.ALLOW_NEGOTIATE_IMPLICIT_CREDENTIALS in flags:
        raise AuthError("implicit credentials go over HTTPS only", code=IMPLICIT_OVER_HTTP)
