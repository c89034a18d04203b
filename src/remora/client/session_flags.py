"""The flags of a WS-Management session as WSMan.CreateSession counts them (winrm-config-and-auth 1.1)."""

from __future__ import annotations

from enum import IntFlag
from typing import Final

from remora.auth.policy import Authentication
from remora.client.connection_info import ConnectionInfo


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
    flags = _MECHANISMS[info.authentication]
    for flag, wanted in asked.items():
        flags |= flag if wanted else SessionFlag(0)
    return flags
