"""More of IO: times, links and attributes by path, what FileInfo opens, drives, archives."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import partial
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.fileops import DIRECTORY, FILE, open_text
from remora.engine.types.files import DirectoryInfo, FileInfo, file_info, open_stream, resolve, time_reader
from remora.engine.types.filestat import set_attributes, time_writer
from remora.engine.types.typeref import register, require
from remora.values.collections import TypedArray
from remora.values.numbers import Int64

_TIMES: Final = {"CreationTime": ("create", "write"), "LastAccessTime": ("access", "access"),
                 "LastWriteTime": ("write", "write")}  # fmt: skip


def _existing(path: Any) -> str:
    target = resolve(path)
    if not os.path.lexists(target):
        raise failure(f"Could not find file '{target}'.", "System.IO.FileNotFoundException")
    return target


def _time(field: str, utc: bool, path: Any) -> Any:
    return time_reader(field, utc)(FileInfo(resolve(path)))


def _set_time(field: str, utc: bool, path: Any, value: Any) -> None:
    time_writer(field, utc)(FileInfo(_existing(path)), value)


def make_link(path: Any, target: str) -> Any:
    """CreateSymbolicLink."""
    place = resolve(path)
    if os.path.lexists(place):
        raise failure(f"The file '{place}' already exists.", "System.IO.IOException")
    os.symlink(target, place)
    return file_info(place)


def _link_target(path: Any, final: bool) -> Any:
    place = _existing(path)
    if not os.path.islink(place):
        return None
    folder = os.path.dirname(place)
    return file_info(os.path.realpath(place) if final else os.path.normpath(os.path.join(folder, os.readlink(place))))


def _replace(source: Any, target: Any, backup: Any, ignore: bool = False) -> FileInfo:
    one, two = _existing(source), _existing(target)
    if backup:
        shutil.copy2(two, resolve(backup))
    os.replace(one, two)
    return FileInfo(two)


def _temporary(prefix: str = "") -> DirectoryInfo:
    return DirectoryInfo(tempfile.mkdtemp(prefix=prefix or "tmp"))


def _statics() -> None:
    for net in (FILE, DIRECTORY):
        for name, (read, write) in _TIMES.items():
            for suffix, utc in (("", False), ("Utc", True)):
                net.statics.pop(f"get{name}{suffix}".lower(), None)
                net.statics.pop(f"set{name}{suffix}".lower(), None)
                net.static(f"Get{name}{suffix}(string path)", returns="datetime")(partial(_time, read, utc))
                net.static(f"Set{name}{suffix}(string path, datetime {name[:1].lower() + name[1:]})", returns="void")(
                    partial(_set_time, write, utc)
                )
        net.static("CreateSymbolicLink(string path, string pathToTarget)")(make_link)
        net.static("ResolveLinkTarget(string linkPath, bool returnFinalTarget)")(_link_target)
    FILE.static("Replace(string sourceFileName, string destinationFileName, string destinationBackupFileName)",
                "Replace(string sourceFileName, string destinationFileName, string destinationBackupFileName, "
                "bool ignoreMetadataErrors)", returns="void")(_replace)  # fmt: skip
    FILE.static("SetAttributes(string path, System.IO.FileAttributes fileAttributes)", returns="void")(
        lambda path, value: set_attributes(FileInfo(_existing(path)), value)
    )
    DIRECTORY.static("CreateTempSubdirectory()", "CreateTempSubdirectory(string prefix)")(_temporary)
    DIRECTORY.static("GetDirectoryRoot(string path)", returns="string")(lambda path: "/")
    DIRECTORY.static("GetLogicalDrives()", returns="string[]")(lambda: TypedArray(["/"], "System.String"))


def _infos() -> None:
    f = FileInfo.net_type
    f.method("Create()")(lambda i: open_stream(i.path, "Create"))
    f.method("CreateText()")(lambda i: open_text(i.path, "Create"))
    f.method("AppendText()")(lambda i: open_text(i.path, "Append"))
    f.method("OpenText()")(lambda i: open_text(i.path, "Open"))
    f.method("OpenWrite()")(lambda i: open_stream(i.path, "OpenOrCreate", "Write"))
    mode, access = "System.IO.FileMode mode", "System.IO.FileAccess access"
    f.method(f"Open({mode})", f"Open({mode}, {access})", f"Open({mode}, {access}, System.IO.FileShare share)")(
        lambda i, m, a="ReadWrite", s=None: open_stream(i.path, m, a)
    )
    f.method("Replace(string destinationFileName, string destinationBackupFileName)")(
        lambda i, target, backup: _replace(i.path, target, backup)
    )
    for net in (f, DirectoryInfo.net_type):
        net.method("CreateAsSymbolicLink(string pathToTarget)", returns="void")(lambda i, to: make_link(i.path, to))
        net.method("ResolveLinkTarget(bool returnFinalTarget)")(lambda i, final: _link_target(i.path, final))


class DriveInfo(NetObject):
    """A mounted file system, by where it is mounted."""

    __slots__ = ("place",)
    net_type = NetType("System.IO.DriveInfo", OBJECT)

    def __init__(self, place: str) -> None:
        if not place:
            raise failure("Drive name must be a root directory. (Parameter 'driveName')", "System.ArgumentException")
        self.place = place

    def net_text(self) -> str:
        return self.place

    def usage(self) -> Any:
        """Total, used and free bytes."""
        try:
            return shutil.disk_usage(self.place)
        except OSError:
            raise failure(f"Could not find the drive '{self.place}'.", "System.IO.DriveNotFoundException") from None

    def kind(self) -> tuple[str, str]:
        """The file system and the DriveType."""
        import psutil

        found = {one.mountpoint: one.fstype for one in psutil.disk_partitions(all=True)}.get(self.place, "")
        label = "Ram" if found in ("tmpfs", "ramfs") else "Network" if found in ("nfs", "nfs4", "cifs") else "Fixed"
        return found or "UnknownFS", label


def _drive_type(drive: DriveInfo) -> Any:
    from remora.engine.convert.conversion import convert

    return convert(drive.kind()[1], require("System.IO.DriveType"))


def _all_drives() -> TypedArray:
    import psutil

    places = dict.fromkeys(["/", *(one.mountpoint for one in psutil.disk_partitions(all=True))])
    return TypedArray([DriveInfo(place) for place in places], DriveInfo.net_type.name)


def _drives() -> None:
    d = DriveInfo.net_type
    d.constructor("(string driveName)")(DriveInfo)
    d.static("GetDrives()", returns="System.IO.DriveInfo[]")(_all_drives)
    d.property("Name", "System.String")(lambda v: v.place)
    d.property("IsReady", "System.Boolean")(lambda v: os.path.isdir(v.place))
    d.property("RootDirectory", "System.IO.DirectoryInfo")(lambda v: DirectoryInfo(v.place))
    d.property("DriveType", "System.IO.DriveType")(_drive_type)
    d.property("DriveFormat", "System.String")(lambda v: v.kind()[0])
    d.property("AvailableFreeSpace", "System.Int64")(lambda v: Int64(v.usage().free))
    d.property("TotalFreeSpace", "System.Int64")(lambda v: Int64(v.usage().total - v.usage().used))
    d.property("TotalSize", "System.Int64")(lambda v: Int64(v.usage().total))
    d.property("VolumeLabel", "System.String")(lambda v: v.place)
    d.method("ToString()", returns="string")(lambda v: v.place)


ZIP: Final = NetType("System.IO.Compression.ZipFile", OBJECT, form="static")


def _pack(source: Any, archive: Any, level: Any = None, with_base: bool = False) -> None:
    import zipfile

    folder, target = resolve(source), resolve(archive)
    if not os.path.isdir(folder):
        raise failure(f"Could not find a part of the path '{folder}'.", "System.IO.DirectoryNotFoundException")
    if os.path.exists(target):
        raise failure(f"The file '{target}' already exists.", "System.IO.IOException")
    base = os.path.dirname(folder) if with_base else folder
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as made:
        for directory, folders, names in sorted(os.walk(folder)):
            for name in sorted(names):
                place = os.path.join(directory, name)
                made.write(place, os.path.relpath(place, base))
            if not folders and not names and directory != folder:
                made.mkdir(os.path.relpath(directory, base))


def _unpack(archive: Any, target: Any, overwrite: bool = False) -> None:
    """Extract all; no entry leaves the directory, and none is replaced unless asked for."""
    import zipfile

    folder = resolve(target)
    try:
        with zipfile.ZipFile(_existing(archive)) as found:
            for entry in found.infolist():
                place = os.path.normpath(os.path.join(folder, entry.filename))
                if place != folder and not place.startswith(folder.rstrip("/") + "/"):
                    raise failure("Extracting Zip entry would have resulted in a file outside the specified "
                                  "destination directory.", "System.IO.IOException")  # fmt: skip
                if os.path.isfile(place) and not overwrite:
                    raise failure(f"The file '{place}' already exists.", "System.IO.IOException")
                found.extract(entry, folder)
    except zipfile.BadZipFile:
        reason = "End of Central Directory record could not be found."
        raise failure(reason, "System.IO.InvalidDataException") from None


def _archives() -> None:
    both = "string sourceDirectoryName, string destinationArchiveFileName"
    level = "System.IO.Compression.CompressionLevel compressionLevel, bool includeBaseDirectory"
    ZIP.static(f"CreateFromDirectory({both})", f"CreateFromDirectory({both}, {level})", returns="void")(_pack)
    both = "string sourceArchiveFileName, string destinationDirectoryName"
    ZIP.static(f"ExtractToDirectory({both})", f"ExtractToDirectory({both}, bool overwriteFiles)", returns="void")(
        _unpack
    )


def register_types() -> None:
    """Drives and archives by name."""
    register(DriveInfo.net_type, ZIP)


_statics()
_infos()
_drives()
_archives()
