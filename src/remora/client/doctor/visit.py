"""What the checks of one diagnosis share: the way to the endpoint, and what earlier checks have learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from remora.auth.offers import Offer
from remora.auth.policy import AuthChoice
from remora.client.connection_info import ConnectionInfo
from remora.client.doctor.findings import Finding, Verdict, failed
from remora.client.remedies import remedy_of, user_of
from remora.errors import RemoraError


@dataclass(slots=True)
class Visit:
    """One diagnosis under way. now: the clock of this machine, aware. date: the server's Date header, if it told one.

    offers: the mechanisms that the server lists. choice: the one that is used. verdicts: how the checks so far ended.
    broken: those that failed, and those that could not be made because of them.
    """

    info: ConnectionInfo
    now: Callable[[], datetime]
    date: str | None = None
    offers: tuple[Offer, ...] = ()
    choice: AuthChoice | None = None
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        return self.info.host

    @property
    def port(self) -> int:
        return urlsplit(self.info.url).port or (443 if self.info.secure else 80)

    @property
    def place(self) -> str:
        """``host:port``, as it is written in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def user(self) -> str:
        return user_of(self.info)

    def explained(self, error: RemoraError) -> Finding:
        """Return the finding of a check that ended with an error."""
        code = getattr(error, "code", None) or None
        return failed(str(error).strip(), error.hint or remedy_of(error, self.info), code)
