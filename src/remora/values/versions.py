"""System.Version and System.Management.Automation.SemanticVersion."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import ClassVar

_PART_MAX = 2**31 - 1
_UNIT = r"(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_SEMANTIC = re.compile(
    r"(\d{1,10})(?:\.(\d{1,10}))?(?:\.(\d{1,10}))?"
    rf"(?:-({_UNIT}(?:\.{_UNIT})*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?(?<!-)",
    re.ASCII,
)


@total_ordering
class Version:
    """System.Version: two to four parts; an absent part is -1 and sorts below 0. A bad part raises ValueError."""

    TYPE_NAME: ClassVar[str] = "System.Version"

    __slots__ = ("build", "major", "minor", "revision")

    def __init__(self, major: int, minor: int, build: int = -1, revision: int = -1) -> None:
        self.major = major
        self.minor = minor
        self.build = build
        self.revision = revision
        self._settle()

    def _parts(self) -> tuple[int, int, int, int]:
        return self.major, self.minor, self.build, self.revision

    def __eq__(self, other: object) -> bool:
        return self._parts() == other._parts() if isinstance(other, Version) else NotImplemented

    def __lt__(self, other: Version) -> bool:
        return self._parts() < other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return f"Version({self})"

    def _settle(self) -> None:
        parts = self._parts()
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
class SemanticVersion:
    """SemanticVersion of PowerShell 6+: ``7.4.0-preview.1+build``; compared by the rules of semver 2.0."""

    TYPE_NAME: ClassVar[str] = "System.Management.Automation.SemanticVersion"

    __slots__ = ("build", "major", "minor", "patch", "prerelease")

    def __init__(
        self, major: int, minor: int = 0, patch: int = 0, prerelease: str | None = None, build: str | None = None
    ) -> None:
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
        self.build = build
        self._settle()

    def _settle(self) -> None:
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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SemanticVersion):
            return NotImplemented
        return self._key() == other._key() and self.build == other.build

    def __hash__(self) -> int:
        return hash((self._key(), self.build))

    def __repr__(self) -> str:
        return f"SemanticVersion({self})"

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
