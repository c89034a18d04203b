"""What is to be copied, how far it is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from remora.errors import PSSessionError, RemoraError

ERROR_IDS = {
    "ChecksumMismatch": "CopyItemRemotelyChecksumMismatch",
    "SourceChanged": "CopyItemRemotelySourceChanged",
    "ArgumentException": "CopyItemRemotelyArgumentError",
    "NotSupportedException": "CopyFileInfoRemotelyPathRefersToANonFileDevice",
    "UnauthorizedAccessException": "CopyFileInfoItemRemotelyUnauthorizedAccessError",
    "PermissionError": "CopyFileInfoItemRemotelyUnauthorizedAccessError",
    "SecurityException": "CopyFileInfoRemotelyUnauthorizedAccessError",
    "PathNotFound": "PathNotFound",
    "RemotePathNotFound": "RemotePathNotFound",
    "CopyError": "CopyError",
    "DirectoryExist": "DirectoryExist",
}
"""Error ids of Copy-Item by the kind of failure; everything else is CopyItemRemotelyIOError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyProgress:
    """How far a copy is. done, size: bytes of this file; total_done, total_size: of everything, resumed parts too."""

    source: str
    destination: str
    done: int
    size: int
    total_done: int
    total_size: int


ProgressCallback: TypeAlias = Callable[[CopyProgress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedFile:
    """A file that arrived whole. sha256: equal on both sides; resumed_at: bytes that were there before."""

    source: str
    destination: str
    size: int
    sha256: str
    resumed_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFailure:
    """A file or directory that could not be copied. kind: a key of ERROR_IDS or the name of an exception."""

    source: str
    destination: str
    message: str
    kind: str = "IOException"

    @property
    def error_id(self) -> str:
        return ERROR_IDS.get(self.kind, "CopyItemRemotelyIOError")


@dataclass(slots=True, kw_only=True)
class CopyReport:
    """What one call of copy_to or copy_from did. directories: those that were made or were there already."""

    computer_name: str
    files: list[CopiedFile] = field(default_factory=list)
    directories: list[str] = field(default_factory=list)
    failures: list[CopyFailure] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Bytes of all files that arrived."""
        return sum(file.size for file in self.files)


class CopyFailed(PSSessionError):
    """Not everything could be copied. report: what was, and each failure. error_id: the first failure's."""

    def __init__(self, report: CopyReport) -> None:
        first = report.failures[0]
        more = f" (and {len(report.failures) - 1} more)" if len(report.failures) > 1 else ""
        super().__init__(f"{first.source}: {first.message}{more}", error_id=first.error_id, category="WriteError")
        self.report = report


class FileProblem(RemoraError):
    """One file cannot be copied, the others can."""

    def __init__(self, message: str, kind: str = "IOException") -> None:
        super().__init__(message)
        self.kind = kind


def problem_of(answer: dict[Any, Any]) -> FileProblem | None:
    """Return the failure an answer of a remote script tells of."""
    message = answer.get("Error")
    return FileProblem(str(message), str(answer.get("Kind") or "IOException")) if message is not None else None


class Tally:
    """Counts bytes for the one who shows progress."""

    def __init__(self, total: int, tell: ProgressCallback | None) -> None:
        self.total = total
        self.done = 0
        self._tell = tell

    def add(self, source: str, destination: str, count: int, done: int, size: int) -> None:
        """Count bytes that went; done: of this file so far. A count below 0 takes back what was lost."""
        self.done += count
        if self._tell is not None:
            self._tell(
                CopyProgress(
                    source=source, destination=destination, done=done, size=size, total_done=self.done,
                    total_size=self.total,
                )
            )  # fmt: skip
