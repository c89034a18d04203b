"""IO.FileInfo, IO.DirectoryInfo, IO.File, IO.Directory, IO.Path. Paths of statics are relative to the session's file location."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from remora.engine.context import current
from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.text import Encoding
from remora.engine.types.typeref import register, require
from remora.values.collections import TypedArray
from remora.values.numbers import Int64

ATTRIBUTES = NetType(
    "System.IO.FileAttributes", r.ENUM, flags=True,
    enum={"ReadOnly": 1, "Hidden": 2, "System": 4, "Directory": 16, "Archive": 32, "Normal": 128, "ReparsePoint": 1024},
)  # fmt: skip
_SYSTEM_INFO = NetType("System.IO.FileSystemInfo", NetType("System.MarshalByRefObject", OBJECT))


class FileSystemInfo(NetObject):
    """A file or directory by its absolute path; its state is read when first asked for, as .NET does."""

    __slots__ = ("_stat", "_tried", "path")
    net_type = _SYSTEM_INFO

    def __init__(self, path: str) -> None:
        self.path = path
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
        return self.path


class FileInfo(FileSystemInfo):
    """IO.FileInfo."""

    __slots__ = ()
    net_type = NetType("System.IO.FileInfo", _SYSTEM_INFO, default_display=("Mode", "LastWriteTime", "Length", "Name"))


class DirectoryInfo(FileSystemInfo):
    """IO.DirectoryInfo."""

    __slots__ = ()
    net_type = NetType("System.IO.DirectoryInfo", _SYSTEM_INFO, default_display=("Mode", "LastWriteTime", "Name"))


def file_info(path: str) -> FileSystemInfo:
    """FileInfo or DirectoryInfo of an absolute path, by what is there (a file when nothing is)."""
    return DirectoryInfo(path) if os.path.isdir(path) else FileInfo(path)


def resolve(path: Any) -> str:
    """Absolute path of a script's path text."""
    text = to_text(path)
    if text == "":
        raise failure("The value cannot be an empty string. (Parameter 'path')", "System.ArgumentException")
    if "\0" in text:
        raise failure("Null character in path. (Parameter 'path')", "System.ArgumentException")
    return os.path.normpath(os.path.join(current().drives.file_location, text.replace("\\", "/")))


# -- info objects --------------------------------------------------------------------------------------------------------


def _time(field: str, utc: bool) -> Callable[[FileSystemInfo], datetime]:
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
    return f"{link}{'a' if bits & 32 else '-'}{'r' if bits & 1 else '-'}{'h' if bits & 2 else '-'}{'s' if bits & 4 else '-'}"


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


def _attributes(info: FileSystemInfo) -> Any:
    from remora.engine.convert.conversion import enum_value

    return enum_value(require("System.IO.FileAttributes"), _attribute_bits(info))


def _length(info: FileSystemInfo) -> Any:
    try:
        return Int64(os.stat(info.path).st_size)
    except OSError:
        raise failure(f"Could not find file '{info.path}'.", "System.IO.FileNotFoundException") from None


def _parent(info: FileSystemInfo) -> Any:
    parent = os.path.dirname(info.path)
    return DirectoryInfo(parent) if parent and parent != info.path else None


def _link(info: FileSystemInfo) -> Any:
    try:
        return os.readlink(info.path)
    except OSError:
        return None


def _owner(info: FileSystemInfo, group: bool) -> Any:
    import grp
    import pwd

    found = info.stat()
    if found is None:
        return None
    try:
        return grp.getgrgid(found.st_gid).gr_name if group else pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        return str(found.st_gid if group else found.st_uid)


def _ps(path: str) -> str:
    return f"Microsoft.PowerShell.Core\\FileSystem::{path}"


def _system_members() -> None:
    s = _SYSTEM_INFO
    s.property("Name", "System.String")(lambda i: i.name)
    s.property("FullName", "System.String")(lambda i: i.path)
    s.property("Exists", "System.Boolean")(lambda i: i.stat() is not None)
    s.property("Extension", "System.String")(lambda i: os.path.splitext(i.name)[1])
    for label, field in {"CreationTime": "create", "LastAccessTime": "access", "LastWriteTime": "write"}.items():
        s.property(label, "System.DateTime")(_time(field, False))
        s.property(f"{label}Utc", "System.DateTime")(_time(field, True))
    s.setter("LastWriteTime")(_set_time)
    s.property("Attributes")(_attributes)
    s.property("LinkTarget", "System.String")(_link)
    s.property("UnixFileMode")(lambda i: stat.S_IMODE(i.stat().st_mode) if i.stat() is not None else 0)
    s.property("Mode", "System.String", kind="CodeProperty")(_mode)
    s.property("LinkType", kind="CodeProperty")(lambda i: "SymbolicLink" if _link(i) is not None else None)
    s.property("Target", kind="AliasProperty")(_link)
    s.property("UnixMode", "System.String", kind="CodeProperty")(
        lambda i: stat.filemode(i.stat().st_mode) if i.stat() is not None else ""
    )
    s.property("User", "System.String", kind="CodeProperty")(lambda i: _owner(i, False))
    s.property("Group", "System.String", kind="CodeProperty")(lambda i: _owner(i, True))
    s.property("Size", kind="CodeProperty")(lambda i: i.stat().st_size if i.stat() is not None else None)
    s.property("PSPath", "System.String", kind="NoteProperty")(lambda i: _ps(i.path))
    s.property("PSParentPath", "System.String", kind="NoteProperty")(lambda i: _ps(os.path.dirname(i.path)))
    s.property("PSChildName", "System.String", kind="NoteProperty")(lambda i: i.name)
    s.property("PSDrive", kind="NoteProperty", wire=False)(lambda i: current().drives.file_system)
    s.property("PSProvider", kind="NoteProperty", wire=False)(lambda i: "FileSystem")
    s.property("PSIsContainer", "System.Boolean", kind="NoteProperty")(lambda i: i.is_directory())
    s.method("Refresh()", returns="void")(lambda i: i.refresh())
    s.method("ToString()", returns="string")(lambda i: i.path)
    f = FileInfo.net_type
    f.property("Length", "System.Int64")(_length)
    f.property("Directory")(_parent)
    f.property("DirectoryName", "System.String")(lambda i: os.path.dirname(i.path))
    f.property("IsReadOnly", "System.Boolean")(lambda i: bool(_attribute_bits(i) & 1))
    f.property("BaseName", "System.String", kind="ScriptProperty")(lambda i: os.path.splitext(i.name)[0])
    f.method("Delete()", returns="void")(lambda i: os.unlink(i.path))
    f.method("CopyTo(string)", "CopyTo(string, bool)")(lambda i, to, over=False: FileInfo(_copy(i.path, to, over)))
    f.method("MoveTo(string)", returns="void")(lambda i, to: _move(i.path, to))
    f.method("OpenRead()")(lambda i: _open(i.path, "Open", "Read"))
    f.constructor("(string)")(lambda path: FileInfo(resolve(path)))
    d = DirectoryInfo.net_type
    d.property("Parent")(_parent)
    d.property("Root")(lambda i: DirectoryInfo("/"))
    d.property("BaseName", "System.String", kind="ScriptProperty")(lambda i: i.name)
    d.method("Create()", returns="void")(lambda i: os.makedirs(i.path, exist_ok=True))
    d.method("Delete()", "Delete(bool)", returns="void")(lambda i, deep=False: _remove_directory(i.path, deep))
    d.method("GetFiles()", "GetFiles(string)")(lambda i, p="*": [FileInfo(x) for x in _entries(i.path, p, "files")])
    d.method("GetDirectories()", "GetDirectories(string)")(
        lambda i, p="*": [DirectoryInfo(x) for x in _entries(i.path, p, "directories")]
    )
    d.constructor("(string)")(lambda path: DirectoryInfo(resolve(path)))


def _set_time(info: FileSystemInfo, value: datetime) -> None:
    seconds = value.timestamp()
    os.utime(info.path, (seconds, seconds))
    info.refresh()


# -- File ----------------------------------------------------------------------------------------------------------------


def _codec(encoding: Any) -> Encoding:
    return encoding if isinstance(encoding, Encoding) else Encoding("utf-8", preamble=False)


def decode_text(data: bytes, encoding: Any = None) -> str:
    """Text of a file's bytes: byte order marks decide, else the encoding, else UTF-8."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    return data.decode(_codec(encoding).codec, "replace")


def _read(path: Any) -> bytes:
    with open(resolve(path), "rb") as stream:
        return stream.read()


def _write(path: Any, data: bytes, *, append: bool = False) -> None:
    with open(resolve(path), "ab" if append else "wb") as stream:
        stream.write(data)


def _encoded(text: str, encoding: Any, first: bool = True) -> bytes:
    codec = _codec(encoding)
    return (codec.preamble if first else b"") + bytes(codec.encode(text or ""))


def _lines(items: Any) -> str:
    return "".join(to_text(item) + "\n" for item in items_of(items))


def _copy(source: Any, target: Any, overwrite: bool = False) -> str:
    destination = resolve(target)
    if os.path.exists(destination) and not overwrite:
        raise failure(f"The file '{destination}' already exists.", "System.IO.IOException")
    shutil.copyfile(resolve(source), destination)
    return destination


def _move(source: Any, target: Any, overwrite: bool = False) -> None:
    destination = resolve(target)
    if os.path.exists(destination) and not overwrite:
        raise failure("Cannot create a file when that file already exists.", "System.IO.IOException")
    shutil.move(resolve(source), destination)


def _delete(path: Any) -> None:
    try:
        os.unlink(resolve(path))
    except FileNotFoundError:
        return


def _open(path: Any, mode: Any, access: Any = "ReadWrite") -> Any:
    from remora.engine.types.streams import open_file

    return open_file(resolve(path), to_text(mode), to_text(access))


def _text(path: Any, mode: str) -> Any:
    """A StreamReader for the mode Open, a StreamWriter otherwise."""
    from remora.engine.types.streams import TextReader, TextWriter

    if mode == "Open":
        return TextReader(_open(path, mode, "Read"))
    return TextWriter(_open(path, mode, "Write"))


def _file() -> NetType:
    f = NetType("System.IO.File", OBJECT)
    f.static("Exists(string)", returns="bool")(lambda p: bool(p) and os.path.isfile(resolve(p)))
    f.static("ReadAllText(string)", "ReadAllText(string, object)", returns="string")(
        lambda p, e=None: decode_text(_read(p), e)
    )
    f.static("ReadAllLines(string)", "ReadAllLines(string, object)", returns="string[]")(
        lambda p, e=None: TypedArray(decode_text(_read(p), e).splitlines(), "System.String")
    )
    f.static("ReadLines(string)")(lambda p: decode_text(_read(p)).splitlines())
    f.static("ReadAllBytes(string)", returns="byte[]")(lambda p: bytearray(_read(p)))
    f.static("WriteAllText(string, string)", "WriteAllText(string, string, object)", returns="void")(
        lambda p, t, e=None: _write(p, _encoded(t, e))
    )
    f.static("WriteAllLines(string, object)", "WriteAllLines(string, object, object)", returns="void")(
        lambda p, xs, e=None: _write(p, _encoded(_lines(xs), e))
    )
    f.static("WriteAllBytes(string, byte[])", returns="void")(lambda p, data: _write(p, bytes(data)))
    f.static("AppendAllText(string, string)", "AppendAllText(string, string, object)", returns="void")(
        lambda p, t, e=None: _write(p, _encoded(t, e, False), append=True)
    )
    f.static("AppendAllLines(string, object)", returns="void")(
        lambda p, xs: _write(p, _encoded(_lines(xs), None, False), append=True)
    )
    f.static("Delete(string)", returns="void")(_delete)
    f.static("Copy(string, string)", "Copy(string, string, bool)", returns="void")(_copy)
    f.static("Move(string, string)", "Move(string, string, bool)", returns="void")(_move)
    f.static("GetLastWriteTime(string)", returns="datetime")(lambda p: _time("write", False)(FileInfo(resolve(p))))
    f.static("GetLastWriteTimeUtc(string)", returns="datetime")(lambda p: _time("write", True)(FileInfo(resolve(p))))
    f.static("GetCreationTime(string)", returns="datetime")(lambda p: _time("create", False)(FileInfo(resolve(p))))
    f.static("SetLastWriteTime(string, datetime)", returns="void")(lambda p, t: _set_time(FileInfo(resolve(p)), t))
    f.static("GetAttributes(string)")(lambda p: _attributes(file_info(resolve(p))))
    f.static("OpenRead(string)")(lambda p: _open(p, "Open", "Read"))
    f.static("OpenWrite(string)")(lambda p: _open(p, "OpenOrCreate", "Write"))
    f.static("Create(string)")(lambda p: _open(p, "Create"))
    f.static("Open(string, object)", "Open(string, object, object)", "Open(string, object, object, object)")(
        lambda p, m, a="ReadWrite", s=None: _open(p, m, a)
    )
    f.static("OpenText(string)")(lambda p: _text(p, "Open"))
    f.static("CreateText(string)")(lambda p: _text(p, "Create"))
    f.static("AppendText(string)")(lambda p: _text(p, "Append"))
    return f


# -- Directory and Path --------------------------------------------------------------------------------------------------


def _entries(path: Any, pattern: str = "*", kind: str = "all", deep: Any = None) -> list[str]:
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


def _remove_directory(path: Any, deep: bool = False) -> None:
    target = resolve(path)
    if deep:
        shutil.rmtree(target)
    else:
        os.rmdir(target)


def _make_directory(path: Any) -> DirectoryInfo:
    target = resolve(path)
    os.makedirs(target, exist_ok=True)
    return DirectoryInfo(target)


def _directory() -> NetType:
    d = NetType("System.IO.Directory", OBJECT)
    d.static("Exists(string)", returns="bool")(lambda p: bool(p) and os.path.isdir(resolve(p)))
    d.static("CreateDirectory(string)")(_make_directory)
    d.static("Delete(string)", "Delete(string, bool)", returns="void")(_remove_directory)
    d.static("Move(string, string)", returns="void")(_move)
    for name, kind in {"GetFiles": "files", "EnumerateFiles": "files", "GetDirectories": "directories", "EnumerateDirectories": "directories",
                       "GetFileSystemEntries": "all"}.items():  # fmt: skip
        d.static(f"{name}(string)", f"{name}(string, string)", f"{name}(string, string, object)", returns="string[]")(
            lambda p, pattern="*", deep=None, kind=kind: TypedArray(_entries(p, pattern, kind, deep), "System.String")
        )
    d.static("GetCurrentDirectory()", returns="string")(lambda: current().drives.file_location)
    d.static("GetParent(string)")(lambda p: _parent(DirectoryInfo(resolve(p))))
    return d


def _combine(*parts: Any) -> str:
    out = ""
    flat = items_of(parts[0]) if len(parts) == 1 and isinstance(parts[0], list) else parts
    for part in flat:
        out = os.path.join(out, to_text(part)) if out else to_text(part)
    return out


def _change_extension(path: str, extension: str | None) -> str:
    base = os.path.splitext(path)[0]
    return base if not extension else base + ("" if extension.startswith(".") else ".") + extension


def _temp_file() -> str:
    descriptor, path = tempfile.mkstemp(prefix="tmp", suffix=".tmp")
    os.close(descriptor)
    return path


def _path() -> NetType:
    p = NetType("System.IO.Path", OBJECT)
    p.static("Combine(*object)", "Join(*object)", returns="string")(_combine)
    p.static("GetFileName(string)", returns="string")(lambda t: os.path.basename(t or ""))
    p.static("GetFileNameWithoutExtension(string)", returns="string")(
        lambda t: os.path.splitext(os.path.basename(t or ""))[0]
    )
    p.static("GetExtension(string)", returns="string")(lambda t: os.path.splitext(os.path.basename(t or ""))[1])
    p.static("GetDirectoryName(string)", returns="string")(lambda t: os.path.dirname(t) if t and t != "/" else None)
    p.static("GetFullPath(string)", returns="string")(resolve)
    p.static("GetPathRoot(string)", returns="string")(lambda t: "/" if (t or "").startswith("/") else "")
    p.static("GetTempPath()", returns="string")(lambda: tempfile.gettempdir().rstrip("/") + "/")
    p.static("GetTempFileName()", returns="string")(_temp_file)
    p.static("GetRandomFileName()", returns="string")(lambda: f"{secrets.token_hex(4)}.{secrets.token_hex(2)[:3]}")
    p.static("ChangeExtension(string, string)", returns="string")(_change_extension)
    p.static("HasExtension(string)", returns="bool")(lambda t: bool(os.path.splitext(t or "")[1]))
    p.static("IsPathRooted(string)", returns="bool")(lambda t: (t or "").startswith("/"))
    p.static("GetRelativePath(string, string)", returns="string")(
        lambda base, t: os.path.relpath(resolve(t), resolve(base))
    )
    p.static("GetInvalidFileNameChars()")(lambda: ["\0", "/"])
    p.static_property("DirectorySeparatorChar")(lambda: "/")
    p.static_property("AltDirectorySeparatorChar")(lambda: "/")
    p.static_property("PathSeparator")(lambda: ":")
    return p


def register_types() -> None:
    """Files, directories and paths."""
    register(FileInfo.net_type, DirectoryInfo.net_type, _SYSTEM_INFO, ATTRIBUTES, _file(), _directory(), _path())


_system_members()
