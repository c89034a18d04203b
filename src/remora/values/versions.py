"""System.Version and System.Management.Automation.SemanticVersion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import total_ordering
from typing import ClassVar

_PART_MAX = 2**31 - 1
_SEMANTIC = re.compile(
    r"(\d{1,10})(?:\.(\d{1,10}))?(?:\.(\d{1,10}))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?", re.ASCII
)


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """System.Version: two to four parts; an absent part is -1 and sorts below 0. A bad part raises ValueError."""

    TYPE_NAME: ClassVar[str] = "System.Version"

    major: int
    minor: int
    build: int = -1
    revision: int = -1

    def __post_init__(self) -> None:
        parts = (self.major, self.minor, self.build, self.revision)
        if min(parts[:2]) < 0 or min(parts) < -1 or max(parts) > _PART_MAX or (self.build < 0 <= self.revision):
            raise ValueError(f"not a System.Version: {parts}")

    @classmethod
    def parse(cls, text: str) -> Version:
        """Read ``major.minor[.build[.revision]]``; anything else raises ValueError."""
        parts = text.split(".")
        if not 2 <= len(parts) <= 4 or not all(p.isascii() and p.isdigit() and len(p) <= 10 for p in parts):
            raise ValueError("not a System.Version")
        return cls(*map(int, parts))

    def __str__(self) -> str:
        return ".".join(str(part) for part in (self.major, self.minor, self.build, self.revision) if part >= 0)


@total_ordering
@dataclass(frozen=True, slots=True)
class SemanticVersion:
    """SemanticVersion of PowerShell 6+: ``7.4.0-preview.1+build``; compared by the rules of semver 2.0."""

    TYPE_NAME: ClassVar[str] = "System.Management.Automation.SemanticVersion"

    major: int
    minor: int = 0
    patch: int = 0
    prerelease: str | None = None
    build: str | None = None

    def __post_init__(self) -> None:
        if min(self.major, self.minor, self.patch) < 0 or max(self.major, self.minor, self.patch) > _PART_MAX:
            raise ValueError("not a SemanticVersion")

    @classmethod
    def parse(cls, text: str) -> SemanticVersion:
        """Read a semantic version; anything else raises ValueError."""
        match = _SEMANTIC.fullmatch(text)
        if match is None:
            raise ValueError("not a SemanticVersion")
        major, minor, patch, prerelease, build = match.groups()
        return cls(int(major), int(minor or 0), int(patch or 0), prerelease, build)

    def __lt__(self, other: SemanticVersion) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[object, ...]:
        numbers = (self.major, self.minor, self.patch)
        if self.prerelease is None:
            return (*numbers, 1)
        parts = tuple(
            (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
            for part in self.prerelease.split(".")
        )
        return (*numbers, 0, parts)

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}.{self.patch}"
        if self.prerelease is not None:
            text += "-" + self.prerelease
        return text if self.build is None else text + "+" + self.build
