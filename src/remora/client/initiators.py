"""The client's end of each mechanism that is a security context."""

from __future__ import annotations

from typing import Final

from remora.auth.context import InitiatorContext
from remora.auth.ntlm import NtlmInitiator
from remora.auth.policy import AuthChoice, Mechanism
from remora.client.connection_info import ConnectionInfo
from remora.errors import AuthError

UNAVAILABLE: Final = 0x80090305
"""SEC_E_SECPKG_NOT_FOUND."""


def initiator(choice: AuthChoice, info: ConnectionInfo) -> InitiatorContext:
    """Return a fresh context. Raises AuthError where this installation cannot do the mechanism."""
    if choice.mechanism is Mechanism.NEGOTIATE and info.credential is not None:
        return NtlmInitiator(info.ntlm_credential, host=info.service_host)
    raise AuthError(
        f"{choice.mechanism.value} authentication is not available here; use 'negotiate' with a user name and password",
        code=UNAVAILABLE,
    )
