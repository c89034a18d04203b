"""The client's end of each mechanism that is a security context."""

from __future__ import annotations

import socket
from typing import Final

from remora.auth.context import InitiatorContext
from remora.auth.credssp import CredSspInitiator
from remora.auth.delegation import check_delegation
from remora.auth.kerberos import KerberosInitiator, installed, require
from remora.auth.negotiate import NegotiateInitiator
from remora.auth.ntlm import NtlmInitiator
from remora.auth.policy import SERVER_NOT_TRUSTED, AuthChoice, Mechanism
from remora.auth.trust import HostKind, host_kind
from remora.client.connection_info import ConnectionInfo
from remora.errors import AuthError

UNAVAILABLE: Final = 0x80090305
"""SEC_E_SECPKG_NOT_FOUND."""


def initiator(choice: AuthChoice, info: ConnectionInfo) -> InitiatorContext:
    """Return a fresh context. Raises AuthError where this installation cannot do the mechanism."""
    if choice.mechanism is Mechanism.KERBEROS:
        require()
        return KerberosInitiator(info.kerberos_credential, host=info.service_host)
    if choice.mechanism is Mechanism.NEGOTIATE:
        return _negotiating(choice, info)
    if choice.mechanism is Mechanism.CREDSSP:
        return _delegating(choice, info)
    raise AuthError(
        f"{choice.mechanism.value} authentication is not available here; use 'negotiate' with a user name and password",
        code=UNAVAILABLE,
    )


def kerberos_in_negotiate(info: ConnectionInfo) -> InitiatorContext:
    """Return a context for a server that takes Kerberos, and below Negotiate only."""
    require()
    return NegotiateInitiator(info.kerberos_credential, None, host=info.service_host)


def _negotiating(choice: AuthChoice, info: ConnectionInfo) -> InitiatorContext:
    if info.credential is None or choice.proving:
        require()
        return NegotiateInitiator(info.kerberos_credential, None, host=_own_name(info))
    if _kerberos_obtainable(info):
        return NegotiateInitiator(info.kerberos_credential, info.ntlm_credential, host=info.service_host)
    return NtlmInitiator(info.ntlm_credential, host=info.service_host)


def _kerberos_obtainable(info: ConnectionInfo) -> bool:
    """Only a name in a realm, to a host with a name, is worth to ask a KDC for."""
    assert info.credential is not None
    return "@" in info.credential.username and host_kind(info.host) is HostKind.NAME and installed()


def _own_name(info: ConnectionInfo) -> str:
    """The host in the service's name; Kerberos knows the own machine by its name."""
    return socket.gethostname() if host_kind(info.host) is HostKind.LOOPBACK else info.service_host


def _delegating(choice: AuthChoice, info: ConnectionInfo) -> InitiatorContext:
    """CredSSP with NTLM inside, which proves nothing of the server: its certificate does, or the policy says it may."""
    proven = info.secure and not (info.option.skip_ca_check or info.option.skip_cn_check)
    if choice.proving and host_kind(info.host) is HostKind.ADDRESS:
        raise AuthError(
            "nothing proves who answers at an address over HTTP: use HTTPS, or add it to trusted_hosts "
            "(Client/TrustedHosts) of the client configuration",
            code=SERVER_NOT_TRUSTED,
        )
    config = info.config
    check_delegation(
        info.host,
        fresh=config.allow_fresh_credentials,
        ntlm_only=config.allow_fresh_credentials_ntlm_only,
        proven=proven,
    )
    credential = info.credential
    assert credential is not None  # the policy refuses CredSSP without one
    domain, _backslash, user = credential.username.rpartition("\\")
    inner = NtlmInitiator(info.ntlm_credential, host=info.service_host)
    return CredSspInitiator(inner, domain=domain, user=user, password=credential.password.reveal())
