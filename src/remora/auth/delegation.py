"""To whom CredSSP may hand a password: the policy, asked before anything is sent (winrm-config-and-auth 3.6).

Two lists of service principal names: AllowFreshCredentials for servers that have proved who they are, and
AllowFreshCredentialsWhenNTLMOnly for those that have not. An entry is ``WSMAN/host``; ``*`` in it stands for any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from remora.errors import AuthError

NOT_ALLOWED: Final = 0x803381A3
NOT_ALLOWED_UNPROVEN: Final = 0x803381A4
_SERVICE: Final = "wsman/"


def check_delegation(host: str, *, fresh: Iterable[str], ntlm_only: Iterable[str], proven: bool) -> None:
    """Refuse to delegate to a host that the lists do not name.

    host: as it was written. proven: Kerberos or a certificate that is trusted here shows that it is that host. Raises
    AuthError.
    """
    if may_delegate(fresh, host):
        if proven:
            return
    elif proven or not may_delegate(ntlm_only, host):
        raise AuthError(
            f"the delegation policy does not let CredSSP hand a password to {host}: add WSMAN/{host} to "
            "allow_fresh_credentials of the client configuration",
            code=NOT_ALLOWED,
        )
    if not may_delegate(ntlm_only, host):
        raise AuthError(
            f"nothing proves that {host} is who it says it is, so CredSSP does not hand it a password: use HTTPS with "
            f"a certificate that is trusted here, or add WSMAN/{host} to allow_fresh_credentials_ntlm_only of the "
            "client configuration",
            code=NOT_ALLOWED_UNPROVEN,
        )


def may_delegate(entries: Iterable[str], host: str) -> bool:
    """Tell whether a list names the WS-Management service of a host; letter case does not matter."""
    plain = host.strip().removeprefix("[").removesuffix("]").casefold()
    return any(_means(entry.strip().casefold(), plain) for entry in entries)


def _means(entry: str, host: str) -> bool:
    if not entry.startswith(_SERVICE):
        return False
    wanted = entry.removeprefix(_SERVICE).removeprefix("[").removesuffix("]")
    return re.fullmatch(".*".join(re.escape(part) for part in wanted.split("*")), host) is not None
