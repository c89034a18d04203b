"""PSDrives and paths: which drive a path text names, and where it points inside it. What providers do with it stands
above.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from remora.engine.errors import error
from remora.engine.nettype import OBJECT, NetObject, NetType


class DriveContent(Protocol):
    """What ``$drive:name`` needs: read and write one item of a drive as a whole."""

    def get(self, name: str) -> Any: ...
    def set(self, name: str, value: Any) -> None: ...


class Drive(NetObject):
    """One PSDrive. provider: FileSystem Environment Variable Function Alias WSMan ... root: provider path of its
    root.
    """

    __slots__ = ("content", "current", "description", "name", "provider", "root")
    net_type = NetType("System.Management.Automation.PSDriveInfo", OBJECT)

    def __init__(
        self, name: str, provider: str, root: str, *, description: str = "", content: DriveContent | None = None
    ) -> None:
        self.name = name
        self.provider = provider
        self.root = root
        self.description = description
        self.content = content
        self.current = ""

    def net_text(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedPath:
    """A path without wildcards expanded. path: for FileSystem an absolute file path; for others the path below the
    drive's root.
    """

    drive: Drive
    path: str

    @property
    def is_file_system(self) -> bool:
        return self.drive.provider == "FileSystem"

    def full(self) -> str:
        """The path as PowerShell shows it (PSPath without provider prefix)."""
        if self.is_file_system:
            return self.path
        return f"{self.drive.name}:/{self.path}" if self.path else f"{self.drive.name}:"


class Drives:
    """The drives of a session, its current location and the location stacks."""

    def __init__(self, home: Callable[[], str], start: str) -> None:
        self._home = home
        self._table: dict[str, Drive] = {}
        self.file_system = self.add(Drive("/", "FileSystem", "/", description="/"))
        self.file_system.current = start
        self.current: Drive = self.file_system
        self.stacks: dict[str, list[str]] = {}

    def add(self, drive: Drive) -> Drive:
        """Mount a drive; an existing one of that name is replaced."""
        self._table[drive.name.lower()] = drive
        return drive

    def remove(self, name: str) -> Drive | None:
        return self._table.pop(name.lower(), None)

    def find(self, name: str) -> Drive | None:
        return self._table.get(name.lower())

    def all(self) -> list[Drive]:
        return sorted(self._table.values(), key=lambda drive: drive.name.lower())

    @property
    def location(self) -> str:
        """Text of $PWD."""
        if self.current is self.file_system:
            return self.file_system.current
        return ResolvedPath(drive=self.current, path=self.current.current).full()

    @property
    def file_location(self) -> str:
        """The file system directory that relative file paths and native commands use."""
        return self.file_system.current

    def set_location(self, target: ResolvedPath) -> None:
        """Move to a path that the caller has checked to exist."""
        if target.is_file_system and target.drive is not self.file_system:
            self.file_system.current = target.path
            self.current = self.file_system
            return
        target.drive.current = target.path
        self.current = target.drive

    def resolve(self, text: str) -> ResolvedPath:
        """Turn a path text (relative, ``~``, ``Drive:rest``, ``Provider::path``) into drive and path. No globbing, no
        look at the disk.

        Raises PSError DriveNotFound.
        """
        provider, separator, rest = text.partition("::")
        if separator and "/" not in provider:
            return self._provider_path(provider, rest)
        prefix, separator, rest = text.partition(":")
        if separator and prefix and "/" not in prefix and "\\" not in prefix:
            drive = self.find(prefix)
            if drive is None:
                raise drive_not_found(prefix)
            return self._inside(drive, rest)
        if text == "~" or text.startswith(("~/", "~\\")):
            return self._inside(self.file_system, self._home() + text[1:])
        if self.current is self.file_system or text.startswith("/"):
            return self._inside(self.file_system, text)
        return self._inside(self.current, text)

    def _provider_path(self, provider: str, rest: str) -> ResolvedPath:
        short = provider.rpartition("\\")[2].lower()
        for drive in self._table.values():
            if drive.provider.lower() == short:
                return self._inside(drive, rest)
        raise error(
            f"Cannot find a provider with the name '{provider}'.",
            "ProviderNotFound",
            "ObjectNotFound",
            provider,
            type_name="System.Management.Automation.ProviderNotFoundException",
        )

    def _inside(self, drive: Drive, rest: str) -> ResolvedPath:
        rest = rest.replace("\\", "/")
        if drive is self.file_system:
            return ResolvedPath(drive=drive, path=_absolute(drive.current, rest))
        if drive.provider == "FileSystem":
            base = drive.root
            return ResolvedPath(drive=drive, path=_absolute(base, rest.lstrip("/")))
        if drive.provider in ("Environment", "Variable", "Function", "Alias"):
            return ResolvedPath(drive=drive, path=rest.strip("/"))
        joined = rest if rest.startswith("/") else posixpath.join("/" + drive.current, rest)
        return ResolvedPath(drive=drive, path=posixpath.normpath(joined).strip("/"))


def _absolute(current: str, text: str) -> str:
    joined = posixpath.normpath(posixpath.join(current, text))
    return "/" + joined.lstrip("/") if joined.startswith("/") else joined


def drive_not_found(name: str) -> Exception:
    """The error of naming a drive that does not exist."""
    return error(
        f"Cannot find drive. A drive with the name '{name}' does not exist.",
        "DriveNotFound",
        "ObjectNotFound",
        name,
        type_name="System.Management.Automation.DriveNotFoundException",
    )
