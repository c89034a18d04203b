"""PSDrives and paths: which drive a path text names, and where it points inside it. What providers do with it stands
above.
"""

from __future__ import annotations

import os
import posixpath
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from remora.engine.errors import PSError, error
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.providerinfo import ProviderInfo, module_of

if TYPE_CHECKING:
    from remora.engine.scopes import Scope
    from remora.values.secrets import PSCredential

_M = "System.Management.Automation."
FILE_SYSTEM = "FileSystem"
FLAT = frozenset(("Environment", "Variable", "Function", "Alias"))


class DriveContent(Protocol):
    """What ``$drive:name`` needs: read and write one item of a drive as a whole."""

    def get(self, name: str) -> Any: ...
    def set(self, name: str, value: Any) -> None: ...


class Drive(NetObject):
    """One PSDrive. provider: FileSystem Environment Variable Function Alias WSMan ... root: provider path of its root;
    current: where it stands, for FileSystem an absolute path, for others the path below the root. info: its provider's
    description, set when the drive is added. credential: what New-PSDrive was given.
    """

    __slots__ = ("content", "credential", "current", "description", "info", "name", "provider", "root", "scope")
    net_type = NetType(_M + "PSDriveInfo", OBJECT)

    def __init__(
        self, name: str, provider: str, root: str, *, description: str = "", content: DriveContent | None = None
    ) -> None:
        self.name = name
        self.provider = provider
        self.root = root
        self.description = description
        self.content = content
        self.current = root if provider == FILE_SYSTEM else ""
        self.info: ProviderInfo | None = None
        self.credential: PSCredential | None = None
        self.scope: weakref.ref[Scope] | None = None

    @property
    def is_file_system(self) -> bool:
        return self.provider == FILE_SYSTEM

    @property
    def base(self) -> str:
        """Root of a file system drive without a slash at the end ('' for /)."""
        return self.root.rstrip("/")

    @property
    def is_alive(self) -> bool:
        """False once the scope it was made for is gone."""
        return self.scope is None or self.scope() is not None

    def relative(self, path: str) -> str:
        """A path of this drive as it reads below the root, without a leading slash."""
        if self.is_file_system and (path + "/").startswith(self.base + "/"):
            path = path[len(self.base) :]
        return path.lstrip("/")

    def net_text(self) -> str:
        return self.name


class ResolvedPath:
    """A path without wildcards expanded. path: for FileSystem an absolute file path; for others the path below the
    drive's root. qualified: it was written as ``Provider::path``.
    """

    __slots__ = ("drive", "path", "qualified")

    def __init__(self, *, drive: Drive, path: str, qualified: bool = False) -> None:
        self.drive = drive
        self.path = path
        self.qualified = qualified

    @property
    def is_file_system(self) -> bool:
        return self.drive.provider == FILE_SYSTEM

    def full(self) -> str:
        """The path as PowerShell shows it (PSPath without provider prefix)."""
        if self.qualified:
            return self.ps_path()
        if self.is_file_system:
            if self.drive.root == "/":
                return self.path
            return f"{self.drive.name}:/{self.drive.relative(self.path)}"
        return f"{self.drive.name}:/{self.path}"

    def ps_path(self) -> str:
        """The PSPath of the item there."""
        return f"{module_of(self.drive.provider)}\\{self.drive.provider}::{self.path}"

    def at(self, path: str) -> ResolvedPath:
        """Another path of the same drive."""
        return ResolvedPath(drive=self.drive, path=path, qualified=self.qualified)


class Drives:
    """The drives of a session, its current location and the location stacks."""

    def __init__(self, home: Callable[[], str], start: str) -> None:
        self._home = home
        self._table: dict[str, list[Drive]] = {}
        self.providers: dict[str, ProviderInfo] = {}
        self.file_system = self.add(Drive("/", FILE_SYSTEM, "/", description=""))
        self.providers[FILE_SYSTEM].home = home()
        self.file_system.current = start
        self.current: Drive = self.file_system
        self._files: Drive = self.file_system
        self.stacks: dict[str, list[ResolvedPath]] = {"": []}
        self.default_stack = ""
        self.changed: Callable[[ResolvedPath, ResolvedPath], None] | None = None
        self.shows: Callable[[str], bool] = lambda provider: True

    def add(self, drive: Drive, scope: Scope | None = None) -> Drive:
        """Mount a drive, hiding one of the same name from outer scopes. scope: the drive goes when the scope does."""
        provider = self.providers.get(drive.provider)
        if provider is None:
            name = drive.provider
            provider = ProviderInfo(name, lambda: [one for one in self.all() if one.provider == name])
            self.providers[name] = provider
        drive.info = provider
        drive.scope = None if scope is None else weakref.ref(scope)
        known = self._table.setdefault(drive.name.lower(), [])
        known[:] = [one for one in known if one.is_alive and one.scope != drive.scope]
        known.append(drive)
        return drive

    def remove(self, name: str) -> Drive | None:
        """Take away the innermost drive of that name."""
        found = self.find(name)
        if found is not None:
            self._table[name.lower()].remove(found)
        return found

    def find(self, name: str) -> Drive | None:
        """The innermost drive of that name."""
        known = self._table.get(name.lower())
        if not known:
            return None
        if not known[-1].is_alive:
            known[:] = [one for one in known if one.is_alive]
        return known[-1] if known else None

    def all(self) -> list[Drive]:
        """The visible drives by name."""
        found = (self.find(name) for name in list(self._table))
        drives = (drive for drive in found if drive is not None and self.shows(drive.provider))
        return sorted(drives, key=lambda drive: drive.name.lower())

    @property
    def place(self) -> ResolvedPath:
        """Where the session is."""
        return ResolvedPath(drive=self.current, path=self.current.current)

    @property
    def location(self) -> str:
        """Text of $PWD."""
        return self.place.full()

    @property
    def file_place(self) -> ResolvedPath:
        """Where the session is on the file system."""
        return ResolvedPath(drive=self._files, path=self._files.current)

    @property
    def file_location(self) -> str:
        """The file system directory that relative file paths and native commands use."""
        return self._files.current

    def set_location(self, target: ResolvedPath) -> None:
        """Move to a path that the caller has checked to exist."""
        before = self.place
        target.drive.current = target.path
        self.current = target.drive
        if target.is_file_system:
            self._files = target.drive
        if self.changed is not None:
            self.changed(before, target)

    def resolve(self, text: str, *, hidden: bool = False) -> ResolvedPath:
        """Turn a path text (relative, ``~``, ``Drive:rest``, ``Provider::path``) into drive and path. No globbing, no
        look at the disk. hidden: on drives too that the running code does not see.

        Raises PSError DriveNotFound, ProviderNotFound.
        """
        found = self._resolve(text)
        if not hidden and not self.shows(found.drive.provider):
            raise drive_not_found(found.drive.name)
        return found

    def _resolve(self, text: str) -> ResolvedPath:
        provider, separator, rest = text.partition("::")
        if separator and "/" not in provider:
            return self._provider_path(provider, rest)
        prefix, separator, rest = text.partition(":")
        if separator and prefix and "/" not in prefix and "\\" not in prefix:
            drive = self.find(prefix)
            if drive is None:
                raise drive_not_found(prefix)
            return self._inside(drive, rest, rooted=rest.startswith(("/", "\\")))
        if text == "~" or text.startswith(("~/", "~\\")):
            return self._inside(self.file_system, self.providers[FILE_SYSTEM].home + text[1:])
        if text.startswith(("/", "\\")):
            return self._inside(self.file_system, text, rooted=True)
        return self._inside(self.current, text)

    def provider_named(self, text: str) -> ProviderInfo:
        """The provider of that name, with or without its module. Raises PSError ProviderNotFound."""
        module, _, short = text.rpartition("\\")
        for provider in self.providers.values():
            if provider.name.lower() == short.lower() and module.lower() in ("", provider.module.lower()):
                return provider
        raise provider_not_found(text)

    def _provider_path(self, name: str, rest: str) -> ResolvedPath:
        provider = self.provider_named(name)
        drives = provider.drives()
        if provider.name == FILE_SYSTEM:
            path = _absolute(self.file_location, rest.replace("\\", "/"))
            return ResolvedPath(drive=self.file_system, path=path, qualified=True)
        if not drives:
            raise provider_not_found(name)
        found = self._inside(drives[0], rest)
        return ResolvedPath(drive=found.drive, path=found.path, qualified=True)

    def _inside(self, drive: Drive, rest: str, *, rooted: bool = False) -> ResolvedPath:
        rest = rest.replace("\\", "/")
        if drive.is_file_system:
            base = drive.base
            current = "/" if rooted else "/" + drive.relative(drive.current)
            path = base + _absolute(current, rest.lstrip("/") if rooted else rest)
            return ResolvedPath(drive=drive, path=path.rstrip("/") or "/" if base else path)
        if drive.provider in FLAT:
            name = rest.removeprefix("./").strip("/")
            return ResolvedPath(drive=drive, path="" if name in (".", "..") else name)
        joined = rest if rest.startswith("/") else posixpath.join("/" + drive.current, rest)
        return ResolvedPath(drive=drive, path=posixpath.normpath(joined).strip("/"))


def _absolute(current: str, text: str) -> str:
    joined = posixpath.normpath(posixpath.join(current, text))
    return "/" + joined.lstrip("/") if joined.startswith("/") else joined


def drive_not_found(name: str) -> PSError:
    """The error of naming a drive that does not exist."""
    return error(
        f"Cannot find drive. A drive with the name '{name}' does not exist.",
        "DriveNotFound",
        "ObjectNotFound",
        name,
        type_name=_M + "DriveNotFoundException",
    )


def provider_not_found(name: str) -> PSError:
    """The error of naming a provider that does not exist."""
    return error(
        f"Cannot find a provider with the name '{name}'.",
        "ProviderNotFound",
        "ObjectNotFound",
        name,
        type_name=_M + "ProviderNotFoundException",
    )


def _disk(drive: Drive, field: str) -> Any:
    """Bytes used or free on the disk below a file system drive."""
    if not drive.is_file_system:
        return None
    from remora.values.numbers import Int64

    try:
        found = os.statvfs(drive.root)
    except OSError:
        return None
    free = found.f_bavail * found.f_frsize
    return Int64(free if field == "free" else found.f_blocks * found.f_frsize - found.f_bfree * found.f_frsize)


def _set_description(drive: Drive, value: str) -> None:
    drive.description = value


def _set_current(drive: Drive, value: str) -> None:
    drive.current = f"{drive.base}/{value.strip('/')}" if drive.is_file_system else value.strip("/")


def _declare() -> None:
    d = Drive.net_type
    d.property("Used", "System.Int64", kind="ScriptProperty")(lambda v: _disk(v, "used"))
    d.property("Free", "System.Int64", kind="ScriptProperty")(lambda v: _disk(v, "free"))
    d.property("Credential", _M + "PSCredential")(lambda v: v.credential)
    d.property("CurrentLocation", "System.String")(lambda v: v.relative(v.current))
    d.setter("CurrentLocation")(_set_current)
    d.property("Name", "System.String")(lambda v: v.name)
    d.property("Provider", ProviderInfo.net_type.name)(lambda v: v.info)
    d.property("Root", "System.String")(lambda v: v.root)
    d.property("Description", "System.String")(lambda v: v.description)
    d.setter("Description")(_set_description)
    d.property("MaximumSize")(lambda v: None)
    d.property("DisplayRoot", "System.String")(lambda v: None)
    d.property("VolumeSeparatedByColon", "System.Boolean")(lambda v: v.name != "/")
    d.method("ToString()", returns="string")(lambda v: v.name)


_declare()
