"""What a diagnosis finds: one finding a check, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found. check: its name. remedy: the command or step that mends it. code: the vendor's number."""

    check: str = ""
    verdict: Verdict
    message: str
    remedy: str | None = None
    code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All findings about one endpoint, in the order of the checks."""

    computer_name: str
    url: str
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing failed; warnings do not count."""
        return self.cause is None

    @property
    def cause(self) -> Finding | None:
        """The first failure, which the later ones may come from; None where there is none."""
        return next((finding for finding in self.findings if finding.verdict is Verdict.FAILED), None)

    def of(self, check: str) -> Finding:
        """Return the finding of a check. Raises KeyError for one that does not exist."""
        for finding in self.findings:
            if finding.check == check:
                return finding
        raise KeyError(check)


def passed(message: str) -> Finding:
    """The check went well."""
    return Finding(verdict=Verdict.OK, message=message)


def warned(message: str, remedy: str | None = None) -> Finding:
    """It works, and should be looked at."""
    return Finding(verdict=Verdict.WARNING, message=message, remedy=remedy)


def failed(message: str, remedy: str | None = None, code: int | None = None) -> Finding:
    """This does not work."""
    return Finding(verdict=Verdict.FAILED, message=message, remedy=remedy, code=code)


def skipped(message: str) -> Finding:
    """There was nothing to check."""
    return Finding(verdict=Verdict.SKIPPED, message=message)
