"""IO.FileInfo, IO.DirectoryInfo, IO.File, IO.Directory, IO.Path. Paths of statics are relative to the session's file
location.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from remora.engine import patient
from remora.engine.context import current
from remora.engine.convert.text import to_text
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.filestat import PROVIDER, CommonStat, declare_more, link_type, resolved_target, set_read_only
from remora.engine.types.typeref import register, require
from remora.values.numbers import Int64

_SYSTEM_INFO = NetType("System.IO.FileSystemInfo", NetType("System.MarshalByRefObject", OBJECT))


_DIRECTORY = "working directory"


class FileSystemInfo(NetObject):
    """A file or directory by its absolute path; its state is read when first asked for, as .NET does. text: the path
    as a script gave it, which is what it prints.
    """

    __slots__ = ("_stat", "_tried", "drive", "path", "text")
    net_type = _SYSTEM_INFO

    def __init__(self, path: str, drive: Any = None) -> None:
        self.path = self.text = path
        self.drive = drive
        self._stat: os.stat_result | None = None
        self._tried = False

    def stat(self) -> os.stat_result | None:
        """lstat of the path, None when it is gone."""
        if not self._tried:
            self._tried = True
            try:
                self._stat = os.lstat(self.path)
            except (OSError, ValueError):
                self._stat = None
        return self._stat

    def refresh(self) -> None:
        self._tried = False

    @property
    def name(self) -> str:
        return os.path.basename(self.path) or self.path

    def is_directory(self) -> bool:
        return isinstance(self, DirectoryInfo)

    def net_text(self) -> str:
        return self.text


class FileInfo(FileSystemInfo):
    """IO.FileInfo."""

    __slots__ = ()
    net_type = NetType("System.IO.FileInfo", _SYSTEM_INFO, default_display=("Mode", "LastWriteTime", "Length", "Name"))


class DirectoryInfo(FileSystemInfo):
    """IO.DirectoryInfo."""

    __slots__ = ()
    net_type = NetType("System.IO.DirectoryInfo", _SYSTEM_INFO, default_display=("Mode", "LastWriteTime", "Name"))


def file_info(path: str, drive: Any = None) -> FileSystemInfo:
    """FileInfo or DirectoryInfo of an absolute path, by what is there (a file when nothing is). drive: it was reached
    by, None for the root's.
    """
    return DirectoryInfo(path, drive) if os.path.isdir(path) else FileInfo(path, drive)


def working_directory() -> str:
    """What relative paths of .NET's methods begin at: the session's place, unless a script set another one."""
    return str(current().store.get(_DIRECTORY) or current().drives.file_location)


def set_working_directory(path: Any) -> None:
    """Make relative paths of .NET's methods begin there. Raises PSError when it is no directory."""
    target = resolve(path)
    if not os.path.isdir(target):
        raise failure(f"Could not find a part of the path '{target}'.", "System.IO.DirectoryNotFoundException")
    current().store[_DIRECTORY] = target


def resolve(path: Any) -> str:
    """Absolute path of a script's path text."""
    text = to_text(path)
    if text == "":
        raise failure("The value cannot be an empty string. (Parameter 'path')", "System.ArgumentException")
    if "\0" in text:
        raise failure("Null character in path. (Parameter 'path')", "System.ArgumentException")
    return os.path.normpath(os.path.join(working_directory(), text.replace("\\", "/")))


# -- info objects ------------------------------------------------------------------------------------------------------


def _inside(kind: str, info: FileSystemInfo, pattern: str = "*", deep: Any = None) -> list[FileSystemInfo]:
    """What is in a directory: files, directories or all."""
    return [file_info(path) for path in entries(info.path, pattern, kind, deep)]


def _subdirectory(info: FileSystemInfo, name: str) -> DirectoryInfo:
    path = os.path.join(info.path, name)
    os.makedirs(path, exist_ok=True)
    return DirectoryInfo(path)


def _given(kind: type[FileSystemInfo], path: Any) -> FileSystemInfo:
    """Of a path that may be relative to the session's location."""
    made = kind(resolve(path))
    made.text = to_text(path)
    return made


def time_reader(field: str, utc: bool) -> Callable[[FileSystemInfo], datetime]:
    """Getter of one of the three times."""

    def read(info: FileSystemInfo) -> datetime:
        found = info.stat()
        seconds = (
            0.0
            if found is None
            else {"write": found.st_mtime, "access": found.st_atime, "create": found.st_ctime}[field]
        )
        moment = datetime.fromtimestamp(seconds, UTC)
        return moment if utc else moment.astimezone()

    return read


def _mode(info: FileSystemInfo) -> str:
    bits = _attribute_bits(info)
    link = "l" if bits & 1024 else "d" if info.is_directory() else "-"
    return link + "".join(letter if bits & bit else "-" for letter, bit in (("a", 32), ("r", 1), ("h", 2), ("s", 4)))


def _attribute_bits(info: FileSystemInfo) -> int:
    found = info.stat()
    if found is None:
        return 0
    bits = 16 if info.is_directory() else 128
    if stat.S_ISLNK(found.st_mode):
        bits = (bits & ~128) | 1024
    if info.name.startswith("."):
        bits = (bits & ~128) | 2
    if not found.st_mode & stat.S_IWUSR and not info.is_directory():
        bits = (bits & ~128) | 1
    return bits


def attributes(info: FileSystemInfo) -> Any:
    """FileAttributes of a file or directory."""
    from remora.engine.convert.conversion import enum_value

    return enum_value(require("System.IO.FileAttributes"), _attribute_bits(info))


def _length(info: FileSystemInfo) -> Any:
    try:
        return Int64(os.stat(info.path).st_size)
    except OSError:
        raise failure(f"Could not find file '{info.path}'.", "System.IO.FileNotFoundException") from None


def parent_of(info: FileSystemInfo) -> Any:
    """DirectoryInfo of the directory around, None at the root."""
    parent = os.path.dirname(info.path)
    return DirectoryInfo(parent) if parent and parent != info.path else None


def _link(info: FileSystemInfo) -> Any:
    try:
        return os.readlink(info.path)
    except OSError:
        return None


def _owner(info: FileSystemInfo, group: bool) -> Any:
    found = info.stat()
    if found is None:
        return None
    try:
        return grp.getgrgid(found.st_gid).gr_name if group else pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        return str(found.st_gid if group else found.st_uid)


def _ps(path: str) -> str:
    return f"Microsoft.PowerShell.Core\\FileSystem::{path}"


def _notes_and_codes(s: NetType) -> None:
    """What the provider puts on its items, and what type data adds to them."""
    s.property("PSPath", "System.String", kind="NoteProperty")(lambda i: _ps(i.path))
    s.property("PSParentPath", "System.String", kind="NoteProperty")(lambda i: _ps(os.path.dirname(i.path)))
    s.property("PSChildName", "System.String", kind="NoteProperty")(lambda i: i.name)
    s.property("PSDrive", kind="NoteProperty")(lambda i: i.drive or current().drives.file_system)
    s.property("PSProvider", kind="NoteProperty")(lambda i: current().drives.file_system.info)
    s.property("PSIsContainer", "System.Boolean", kind="NoteProperty")(lambda i: i.is_directory())
    s.property("Mode", "System.String", kind="CodeProperty")(_mode)
    s.property("ModeWithoutHardLink", "System.String", kind="CodeProperty")(_mode)
    s.property("BaseName", "System.String", kind="ScriptProperty")(base_name)
    s.property("ResolvedTarget", "System.String", kind="CodeProperty")(resolved_target)
    s.property("Target", kind="AliasProperty")(_link)
    s.property("LinkType", "System.String", kind="CodeProperty")(link_type)
    s.property("UnixMode", "System.String", kind="CodeProperty")(
        lambda i: stat.filemode(i.stat().st_mode) if i.stat() is not None else ""
    )
    s.property("User", "System.String", kind="CodeProperty")(lambda i: _owner(i, False))
    s.property("Group", "System.String", kind="CodeProperty")(lambda i: _owner(i, True))
    s.property("Size", kind="CodeProperty")(lambda i: i.stat().st_size if i.stat() is not None else None)


def base_name(info: FileSystemInfo) -> str:
    """The name without its extension; a directory's whole name."""
    return info.name if isinstance(info, DirectoryInfo) else os.path.splitext(info.name)[0]


def _system_members() -> None:
    s = _SYSTEM_INFO
    s.property("FullName", "System.String")(lambda i: i.path)
    s.property("Extension", "System.String")(lambda i: os.path.splitext(i.name)[1])
    s.property("Name", "System.String")(lambda i: i.name)
    s.property("Exists", "System.Boolean")(lambda i: i.stat() is not None)
    for label, field in {"CreationTime": "create", "LastAccessTime": "access", "LastWriteTime": "write"}.items():
        s.property(label, "System.DateTime")(time_reader(field, False))
        s.property(f"{label}Utc", "System.DateTime")(time_reader(field, True))
    s.property("LinkTarget", "System.String")(_link)
    s.property("UnixFileMode")(lambda i: stat.S_IMODE(i.stat().st_mode) if i.stat() is not None else 0)
    s.property("Attributes", "System.IO.FileAttributes")(attributes)
    _notes_and_codes(s)
    s.method("Refresh()", returns="void")(lambda i: i.refresh())
    s.method("ToString()", returns="string")(lambda i: i.text)
    f = FileInfo.net_type
    f.property("Length", "System.Int64")(_length)
    f.property("DirectoryName", "System.String")(lambda i: os.path.dirname(i.path))
    f.property("Directory")(parent_of)
    f.property("IsReadOnly", "System.Boolean")(lambda i: bool(_attribute_bits(i) & 1))
    f.setter("IsReadOnly")(set_read_only)
    f.method("Delete()", returns="void")(lambda i: os.unlink(i.path))
    f.method("CopyTo(string)", "CopyTo(string, bool)")(lambda i, to, over=False: FileInfo(copy_file(i.path, to, over)))
    f.method("MoveTo(string)", returns="void")(lambda i, to: move_file(i.path, to))
    f.method("OpenRead()")(lambda i: open_stream(i.path, "Open", "Read"))
    f.constructor("(string)")(partial(_given, FileInfo))
    d = DirectoryInfo.net_type
    d.property("Parent")(parent_of)
    d.property("Root")(lambda i: DirectoryInfo("/"))
    d.method("Create()", returns="void")(lambda i: os.makedirs(i.path, exist_ok=True))
    d.method("Delete()", "Delete(bool)", returns="void")(lambda i, deep=False: remove_directory(i.path, deep))
    for what, kind in {"Files": "files", "Directories": "directories", "FileSystemInfos": "all"}.items():
        for name in (f"Get{what}", f"Enumerate{what}"):
            d.method(f"{name}()", f"{name}(string)", f"{name}(string, System.IO.SearchOption)")(partial(_inside, kind))
    d.method("CreateSubdirectory(string)")(_subdirectory)
    d.method("MoveTo(string)", returns="void")(lambda i, to: move_file(i.path, to))
    d.constructor("(string)")(partial(_given, DirectoryInfo))


# -- File --------------------------------------------------------------------------------------------------------------


def copy_file(source: Any, target: Any, overwrite: bool = False) -> str:
    """Copy; returns the absolute path of the copy."""
    destination = resolve(target)
    if os.path.exists(destination) and not overwrite:
        raise failure(f"The file '{destination}' already exists.", "System.IO.IOException")
    patient.copy_file(resolve(source), destination)
    return destination


def move_file(source: Any, target: Any, overwrite: bool = False) -> None:
    """Move a file or directory."""
    destination = resolve(target)
    if os.path.exists(destination) and not overwrite:
        raise failure("Cannot create a file when that file already exists.", "System.IO.IOException")
    shutil.move(resolve(source), destination)


def open_stream(path: Any, mode: Any, access: Any = "ReadWrite") -> Any:
    """A FileStream by FileMode and FileAccess."""
    from remora.engine.types.streams import open_file

    return open_file(resolve(path), to_text(mode), to_text(access))


# -- Directory and Path ------------------------------------------------------------------------------------------------


def entries(path: Any, pattern: str = "*", kind: str = "all", deep: Any = None) -> list[str]:
    """Absolute paths of what a directory contains, by name pattern and kind."""
    from remora.engine.wildcard import compile_wildcard

    root = resolve(path)
    matcher = compile_wildcard("*" if pattern == "*.*" else pattern)
    out: list[str] = []
    pending = [root]
    while pending:
        folder = pending.pop(0)
        with os.scandir(folder) as found:
            for entry in sorted(found, key=lambda e: e.name):
                directory = entry.is_dir()
                wanted = kind == "all" or (kind == "directories") == directory
                if wanted and matcher.fullmatch(entry.name):
                    out.append(entry.path)
                if directory and "all" in to_text(deep).lower() and not entry.is_symlink():
                    pending.append(entry.path)
    return out


def remove_directory(path: Any, deep: bool = False) -> None:
    """Remove an empty directory, or a whole tree."""
    target = resolve(path)
    if deep:
        shutil.rmtree(target)
    else:
        os.rmdir(target)


def register_types() -> None:
    """The info objects."""
    register(FileInfo.net_type, DirectoryInfo.net_type, _SYSTEM_INFO, CommonStat.net_type, PROVIDER)


_system_members()
declare_more(_SYSTEM_INFO)


def _load_more() -> None:
    from remora.engine.types.catalog import load

    load("filemore")


for _kind in (FileInfo, DirectoryInfo):
    _kind.net_type.load = _load_more
