"""FileInfo and DirectoryInfo: files and directories as objects."""

from __future__ import annotations

import grp
import os
import posixpath
import pwd
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.values import DateTime, Int64

_IO = "System.IO."
_PROVIDER = "Microsoft.PowerShell.Core\\FileSystem"


class FileSystemInfo(NetObject):
    """A path that may or may not exist; what the file system says is read once, when first asked for."""

    __slots__ = ("_status", "path")
    net_type = NetType(_IO + "FileSystemInfo", NetType("System.MarshalByRefObject", OBJECT))

    def __init__(self, path: str) -> None:
        self.path = path
        self._status: os.stat_result | None = None

    def net_text(self) -> str:
        return self.path

    @property
    def name(self) -> str:
        return posixpath.basename(self.path) or self.path

    def status(self) -> os.stat_result | None:
        """What stat says; of the link itself when it leads nowhere; None when there is nothing."""
        if self._status is None:
            try:
                self._status = os.stat(self.path)
            except OSError:
                try:
                    self._status = os.lstat(self.path)
                except OSError:
                    return None
        return self._status

    def refresh(self) -> None:
        """Forget what was read."""
        self._status = None


class FileInfo(FileSystemInfo):
    """A file."""

    __slots__ = ()
    net_type = NetType(_IO + "FileInfo", FileSystemInfo.net_type)


class DirectoryInfo(FileSystemInfo):
    """A directory."""

    __slots__ = ()
    net_type = NetType(_IO + "DirectoryInfo", FileSystemInfo.net_type)


def file_info(path: str) -> FileSystemInfo:
    """The object for a path: a DirectoryInfo for directories, else a FileInfo."""
    return DirectoryInfo(path) if os.path.isdir(path) else FileInfo(path)


def _time(attribute: str, *, utc: bool = False) -> Callable[[FileSystemInfo], Any]:
    def read(self: FileSystemInfo) -> Any:
        status = self.status()
        nanoseconds = 0 if status is None else int(getattr(status, attribute))
        moment = datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC).replace(
            microsecond=nanoseconds // 1000 % 1_000_000
        )
        local = moment if utc else moment.astimezone()
        digit = nanoseconds // 100 % 10
        return DateTime.of(local, ticks_digit=digit) if digit or not local.utcoffset() else local

    return read


def _mode_text(self: FileSystemInfo) -> str:
    """``d----`` with l, a, r, h, s in their places."""
    directory = isinstance(self, DirectoryInfo)
    link = os.path.islink(self.path)
    letters = "l" if link else "d" if directory else "-"
    letters += "-"
    letters += "-" if os.access(self.path, os.W_OK) else "r"
    letters += "h" if self.name.startswith(".") else "-"
    return letters + "-"


def _unix_mode(self: FileSystemInfo) -> str:
    try:
        return stat.filemode(os.lstat(self.path).st_mode)
    except OSError:
        return ""


def _owner(self: FileSystemInfo) -> str:
    status = self.status()
    if status is None:
        return ""
    try:
        return pwd.getpwuid(status.st_uid).pw_name
    except KeyError:
        return str(status.st_uid)


def _group(self: FileSystemInfo) -> str:
    status = self.status()
    if status is None:
        return ""
    try:
        return grp.getgrgid(status.st_gid).gr_name
    except KeyError:
        return str(status.st_gid)


def _size(self: FileSystemInfo) -> Any:
    status = self.status()
    return None if status is None else Int64(status.st_size)


def _attributes(self: FileSystemInfo) -> str:
    names = ["Directory"] if isinstance(self, DirectoryInfo) else []
    if not os.access(self.path, os.W_OK):
        names.insert(0, "ReadOnly")
    if self.name.startswith("."):
        names.insert(0, "Hidden")
    if os.path.islink(self.path):
        names.append("ReparsePoint")
    return ", ".join(names) or "Normal"


def _link_target(self: FileSystemInfo) -> str | None:
    return os.readlink(self.path) if os.path.islink(self.path) else None


def _parent(self: FileSystemInfo) -> str:
    return posixpath.dirname(self.path) or "/"


def _delete(self: FileSystemInfo) -> None:
    if isinstance(self, DirectoryInfo):
        os.rmdir(self.path)
    elif os.path.lexists(self.path):
        os.unlink(self.path)


def _declare() -> None:
    base, file, directory = FileSystemInfo.net_type, FileInfo.net_type, DirectoryInfo.net_type
    for kind in (file, directory):
        _declare_own(kind, directory=kind is directory)
    base.property("Mode", "System.String", kind="CodeProperty")(_mode_text)
    base.property("ModeWithoutHardLink", "System.String", kind="CodeProperty", wire=False)(_mode_text)
    base.property("Name", "System.String")(lambda self: self.name)
    base.property("FullName", "System.String")(lambda self: self.path)
    base.property("Extension", "System.String")(
        lambda self: posixpath.splitext(self.name)[1] if self.name.strip(".") else ""
    )
    base.property("Exists", "System.Boolean")(lambda self: self.status() is not None)
    base.property("Attributes", "System.IO.FileAttributes")(_attributes)
    for name, attribute in (("Creation", "st_ctime_ns"), ("LastAccess", "st_atime_ns"), ("LastWrite", "st_mtime_ns")):
        base.property(f"{name}Time", "System.DateTime")(_time(attribute))
        base.property(f"{name}TimeUtc", "System.DateTime")(_time(attribute, utc=True))
    base.property("LinkTarget", "System.String")(_link_target)
    base.property("LinkType", "System.String", kind="CodeProperty")(
        lambda self: "SymbolicLink" if os.path.islink(self.path) else None
    )
    base.property("Target", "System.String", kind="AliasProperty")(_link_target)
    base.property("UnixMode", "System.String")(_unix_mode)
    base.property("User", "System.String", kind="ScriptProperty")(_owner)
    base.property("Group", "System.String", kind="ScriptProperty")(_group)
    base.property("Size", "System.Int64", kind="ScriptProperty", wire=False)(_size)
    base.property("PSPath", "System.String", kind="NoteProperty")(lambda self: f"{_PROVIDER}::{self.path}")
    base.property("PSParentPath", "System.String", kind="NoteProperty")(lambda self: f"{_PROVIDER}::{_parent(self)}")
    base.property("PSChildName", "System.String", kind="NoteProperty")(lambda self: self.name)
    base.property("PSDrive", "System.String", kind="NoteProperty")(lambda self: "/")
    base.property("PSProvider", "System.String", kind="NoteProperty")(lambda self: _PROVIDER)
    base.property("PSIsContainer", "System.Boolean", kind="NoteProperty")(lambda self: isinstance(self, DirectoryInfo))
    base.method("Refresh()", returns="void")(FileSystemInfo.refresh)
    base.method("Delete()", returns="void")(_delete)


def _declare_own(kind: NetType, *, directory: bool) -> None:
    kind.property("BaseName", "System.String", kind="ScriptProperty")(
        (lambda self: self.name) if directory else (lambda self: posixpath.splitext(self.name)[0])
    )
    if directory:
        kind.property("Parent", "System.IO.DirectoryInfo", wire=False)(lambda self: DirectoryInfo(_parent(self)))
        kind.property("Root", "System.IO.DirectoryInfo", wire=False)(lambda self: DirectoryInfo("/"))
        return
    kind.property("Length", "System.Int64")(_size)
    kind.property("DirectoryName", "System.String")(_parent)
    kind.property("Directory", "System.IO.DirectoryInfo", wire=False)(lambda self: DirectoryInfo(_parent(self)))
    kind.property("IsReadOnly", "System.Boolean")(lambda self: not os.access(self.path, os.W_OK))


_declare()
