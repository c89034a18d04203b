"""What files and directories tell and take beyond their names: times and attributes, links, UnixStat."""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.values.numbers import Int64

_READ_ONLY = 1


class CommonStat(NetObject):
    """The status of a file as the system tells it."""

    __slots__ = ("found",)
    net_type = NetType("System.Management.Automation.Platform+Unix+CommonStat", OBJECT)

    def __init__(self, found: os.stat_result) -> None:
        self.found = found


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "Directory"),
        (stat.S_ISREG, "File"),
        (stat.S_ISLNK, "Symlink"),
        (stat.S_ISBLK, "BlockDevice"),
        (stat.S_ISCHR, "CharacterDevice"),
        (stat.S_ISFIFO, "NamedPipe"),
        (stat.S_ISSOCK, "Socket"),
    )
    return next(name for test, name in kinds if test(mode))


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone()


def _declare_stat() -> None:
    c = CommonStat.net_type
    c.property("Inode", "System.Int64")(lambda s: Int64(s.found.st_ino))
    c.property("Mode", "System.Int32")(lambda s: s.found.st_mode)
    c.property("UserId", "System.Int32")(lambda s: s.found.st_uid)
    c.property("GroupId", "System.Int32")(lambda s: s.found.st_gid)
    c.property("HardlinkCount", "System.Int32")(lambda s: s.found.st_nlink)
    c.property("Size", "System.Int64")(lambda s: Int64(s.found.st_size))
    c.property("AccessTime", "System.DateTime")(lambda s: _moment(s.found.st_atime))
    c.property("ModifiedTime", "System.DateTime")(lambda s: _moment(s.found.st_mtime))
    c.property("StatusChangeTime", "System.DateTime")(lambda s: _moment(s.found.st_ctime))
    c.property("BlockSize", "System.Int64")(lambda s: Int64(s.found.st_blksize))
    c.property("DeviceId", "System.Int32")(lambda s: s.found.st_dev & 0x7FFFFFFF)
    c.property("NumberOfBlocks", "System.Int32")(lambda s: s.found.st_blocks)
    c.property("ItemType", "System.String")(lambda s: _kind(s.found.st_mode))
    c.property("IsSetUid", "System.Boolean")(lambda s: bool(s.found.st_mode & stat.S_ISUID))
    c.property("IsSetGid", "System.Boolean")(lambda s: bool(s.found.st_mode & stat.S_ISGID))
    c.property("IsSticky", "System.Boolean")(lambda s: bool(s.found.st_mode & stat.S_ISVTX))
    c.method("GetModeString()", returns="string")(lambda s: stat.filemode(s.found.st_mode))
    c.method("GetUserName()", returns="string")(lambda s: _user(s.found.st_uid))
    c.method("GetGroupName()", returns="string")(lambda s: _group(s.found.st_gid))


def time_writer(field: str, utc: bool) -> Callable[[Any, datetime], None]:
    """Setter of the time of last access or of last writing; the time of creation is the latter on Unix."""

    def write(info: Any, value: datetime) -> None:
        if value.tzinfo is None:
            value = value.replace(tzinfo=UTC) if utc else value.astimezone()
        seconds = value.timestamp()
        found = os.stat(info.path)
        access, written = found.st_atime, found.st_mtime
        os.utime(info.path, (seconds, written) if field == "access" else (access, seconds))
        info.refresh()

    return write


def set_attributes(info: Any, value: Any) -> None:
    """Of the attributes only ReadOnly can be set on Unix: it is the permission to write."""
    set_read_only(info, bool(int(value) & _READ_ONLY))


def set_read_only(info: Any, value: bool) -> None:
    """Take away every permission to write, or give it back to the owner."""
    mode = stat.S_IMODE(os.stat(info.path).st_mode)
    os.chmod(info.path, mode & ~0o222 if value else mode | (0o222 & (mode >> 1 | 0o200) & 0o266))
    info.refresh()


def link_type(info: Any) -> str | None:
    """SymbolicLink, or HardLink for a file with several names."""
    found = info.stat()
    if found is None:
        return None
    if stat.S_ISLNK(found.st_mode):
        return "SymbolicLink"
    return "HardLink" if stat.S_ISREG(found.st_mode) and found.st_nlink > 1 else None


def resolved_target(info: Any) -> str:
    """Where a link ends at last; the path itself for what is no link."""
    found = info.stat()
    return os.path.realpath(info.path) if found is not None and stat.S_ISLNK(found.st_mode) else str(info.path)


def _stat_view(info: Any) -> CommonStat | None:
    found = info.stat()
    return None if found is None else CommonStat(found)


def decorated_name(info: Any) -> str:
    """The name in the colours that $PSStyle.FileInfo gives its kind; links tell where they lead."""
    from remora.engine.context import current
    from remora.engine.types.psstyle import RESET, style_of

    files = style_of(current()).file_info
    found = info.stat()
    colour, more = files.more["extension"].table.get(os.path.splitext(info.name)[1].lower()), ""
    if found is not None and stat.S_ISLNK(found.st_mode):
        colour, more = files.values["SymbolicLink"], f" -> {os.readlink(info.path)}"
    elif found is not None and stat.S_ISDIR(found.st_mode):
        colour = files.values["Directory"]
    elif colour is None and found is not None and found.st_mode & 0o111:
        colour = files.values["Executable"]
    return info.name if colour is None else f"{colour}{info.name}{RESET}{more}"


def declare_more(kind: NetType) -> None:
    """Declare on System.IO.FileSystemInfo."""
    kind.setter("Attributes")(set_attributes)
    for label, field in {"CreationTime": "write", "LastAccessTime": "access", "LastWriteTime": "write"}.items():
        kind.setter(label)(time_writer(field, False))
        kind.setter(f"{label}Utc")(time_writer(field, True))
    kind.property("NameString", "System.String", kind="CodeProperty", wire=False)(decorated_name)
    kind.property("UnixStat", CommonStat.net_type.name, kind="NoteProperty", wire=False)(_stat_view)
    kind.method("Delete()", returns="void")(lambda info: os.unlink(info.path))


PROVIDER = NetType("Microsoft.PowerShell.Commands.FileSystemProvider", OBJECT)


def _declare_provider() -> None:
    """The type whose statics show files in tables."""
    from remora.engine.format.access import get

    for name, source in (("Mode", "Mode"), ("ModeWithoutHardLink", "Mode")):
        PROVIDER.static(f"{name}(psobject)", returns="string")(partial(_shown, source))
    PROVIDER.static("NameString(psobject)", returns="string")(
        lambda item: (
            f"{get(item, 'Name')} -> {get(item, 'LinkTarget')}" if get(item, "LinkTarget") else get(item, "Name")
        )
    )
    PROVIDER.static("LengthString(psobject)", returns="string")(
        lambda item: "" if get(item, "Length") is None else str(get(item, "Length"))
    )
    PROVIDER.static("LastWriteTimeString(psobject)", returns="string")(
        lambda item: f"{get(item, 'LastWriteTime'):%m/%d/%Y %H:%M}"
    )


def _shown(name: str, item: Any) -> Any:
    from remora.engine.format.access import get

    return get(item, name)


_declare_stat()
_declare_provider()
