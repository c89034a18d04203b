"""What every logon passes, whatever its mechanism: the throttle that may refuse it, and the audit log."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from remora._log import bound
from remora.auth.principal import Principal
from remora.config.winrm import RemoraSettings
from remora.errors import AuthError
from remora.host.audit import Audit, NoAudit
from remora.host.throttle import LogonThrottle

TICKET: Final = "Kerberos"
PAM_TIME: Final = 1.0
"""Seconds before which no Basic logon is refused while PAM is asked too: PAM and our own store each take their time."""
_log = bound(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A logon that is going on. account: the name that is claimed, "" while it is not known. started: by the clock."""

    address: str
    scheme: str
    account: str
    started: float


class LogonGuard:
    """Admits and refuses. A blocked account is refused with the answer, and after the time, of a wrong password."""

    def __init__(
        self,
        settings: Callable[[], RemoraSettings] = RemoraSettings,
        audit: Audit | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._audit = audit or NoAudit()
        self._settings = settings
        self._clock = clock
        self._sleep = sleep
        self._throttle = LogonThrottle(settings, clock=clock)

    def attempt(self, address: str, scheme: str, account: str = "") -> Attempt:
        return Attempt(address, scheme, account, self._clock())

    def check(self, attempt: Attempt, principal: Principal | None = None) -> None:
        """Refuse before a password is looked at, or before the client learns that it was right. Raises AuthError.

        A ticket is not guessed: whoever tries passwords does not keep out those who have one.
        """
        if principal is not None and principal.authentication == TICKET:
            return
        if self._throttle.is_blocked(attempt.address, attempt.account):
            raise AuthError("too many failed logons")

    def admit(self, attempt: Attempt, principal: Principal) -> None:
        """Take note of a proved logon. Raises AuthError when its account or address is blocked."""
        self.check(attempt, principal)
        if principal.authentication != TICKET:
            self._throttle.succeeded(attempt.address, attempt.account)
        self.proved(attempt, principal)

    def proved(self, attempt: Attempt, principal: Principal, certificate: str | None = None) -> None:
        """Take note of a logon that nobody can guess. certificate: the thumbprint of the one that was shown."""
        more = {} if certificate is None else {"certificate": certificate}
        _log.info("logon", peer=attempt.address, scheme=attempt.scheme, user=principal.name, **more)
        self._audit.write(
            "logon",
            user=principal.name,
            sid=principal.sid,
            mechanism=principal.authentication,
            address=attempt.address,
            certificate=certificate,
        )

    def unproved(self, attempt: Attempt, certificate: str, reason: AuthError) -> None:
        """Take note of a certificate that TLS has verified and that lets nobody in; there is nothing to slow down."""
        self._audit.write(
            "logon_refused",
            mechanism=attempt.scheme,
            address=attempt.address,
            certificate=certificate,
            reason=str(reason),
        )

    async def refuse(self, attempt: Attempt) -> None:
        """Count a refusal and wait before it is answered. Without a claimed name nothing was guessed."""
        if not attempt.account:
            return
        verdict = self._throttle.failed(attempt.address, attempt.account)
        if verdict.attempts:
            self._audit.write(
                "logon_refused",
                user=attempt.account,
                mechanism=attempt.scheme,
                address=attempt.address,
                blocked=verdict.blocked or None,
                attempts=verdict.attempts if verdict.attempts > 1 else None,
            )
        floor = PAM_TIME if self._settings().pam and attempt.scheme == "Basic" else 0.0
        wait = max(verdict.delay, attempt.started + floor - self._clock())
        if wait > 0:
            await self._sleep(wait)
