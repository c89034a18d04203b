"""IO.File, IO.Directory and IO.Path. Paths are relative to the session's file location."""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from functools import partial
from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.enumeration import items_of
from remora.engine.nettype import OBJECT, NetType
from remora.engine.patient import open_reading, open_writing
from remora.engine.types.encodings import Encoding
from remora.engine.types.files import (
    DirectoryInfo,
    FileInfo,
    attributes,
    copy_file,
    entries,
    file_info,
    move_file,
    open_stream,
    parent_of,
    remove_directory,
    resolve,
    set_working_directory,
    time_reader,
    working_directory,
)
from remora.engine.types.filestat import time_writer
from remora.engine.types.typeref import register
from remora.values.collections import TypedArray
from remora.values.strings import Char

FILE = NetType("System.IO.File", OBJECT)
DIRECTORY = NetType("System.IO.Directory", OBJECT)


def _codec(encoding: Any) -> Encoding:
    return encoding if isinstance(encoding, Encoding) else Encoding("utf-8", preamble=False)


def decode_text(data: bytes, encoding: Any = None) -> str:
    """Text of a file's bytes: byte order marks decide, else the encoding, else UTF-8."""
    for mark, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace")
    return data.decode(_codec(encoding).codec, "replace")


def _read(path: Any) -> bytes:
    with open_reading(resolve(path)) as stream:
        return stream.read()


def _write(path: Any, data: bytes, *, append: bool = False) -> None:
    with open_writing(resolve(path), append=append) as stream:
        stream.write(data)


def _encoded(text: str, encoding: Any, first: bool = True) -> bytes:
    codec = _codec(encoding)
    return (codec.preamble if first else b"") + bytes(codec.encode(text or ""))


def _lines(items: Any) -> str:
    return "".join(to_text(item) + "\n" for item in items_of(items))


def _delete(path: Any) -> None:
    try:
        os.unlink(resolve(path))
    except FileNotFoundError:
        return


def file_type() -> NetType:
    """System.IO.File."""
    f = FILE
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
    f.static("Copy(string, string)", "Copy(string, string, bool)", returns="void")(copy_file)
    f.static("Move(string, string)", "Move(string, string, bool)", returns="void")(move_file)
    f.static("GetLastWriteTime(string)", returns="datetime")(
        lambda p: time_reader("write", False)(FileInfo(resolve(p)))
    )
    f.static("GetLastWriteTimeUtc(string)", returns="datetime")(
        lambda p: time_reader("write", True)(FileInfo(resolve(p)))
    )
    f.static("GetCreationTime(string)", returns="datetime")(
        lambda p: time_reader("create", False)(FileInfo(resolve(p)))
    )
    f.static("SetLastWriteTime(string, datetime)", returns="void")(
        lambda p, t: time_writer("write", False)(FileInfo(resolve(p)), t)
    )
    f.static("SetLastWriteTimeUtc(string, datetime)", returns="void")(
        lambda p, t: time_writer("write", True)(FileInfo(resolve(p)), t)
    )
    f.static("GetUnixFileMode(string)", returns="int")(lambda p: stat.S_IMODE(os.stat(resolve(p)).st_mode))
    f.static("SetUnixFileMode(string, int)", returns="void")(lambda p, mode: os.chmod(resolve(p), mode & 0o7777))
    f.static("GetAttributes(string)")(lambda p: attributes(file_info(resolve(p))))
    f.static("OpenRead(string)")(lambda p: open_stream(p, "Open", "Read"))
    f.static("OpenWrite(string)")(lambda p: open_stream(p, "OpenOrCreate", "Write"))
    f.static("Create(string)")(lambda p: open_stream(p, "Create"))
    f.static("Open(string, object)", "Open(string, object, object)", "Open(string, object, object, object)")(
        lambda p, m, a="ReadWrite", s=None: open_stream(p, m, a)
    )
    f.static("OpenText(string)")(lambda p: open_text(p, "Open"))
    f.static("CreateText(string)")(lambda p: open_text(p, "Create"))
    f.static("AppendText(string)")(lambda p: open_text(p, "Append"))
    return f


def _make_directory(path: Any) -> DirectoryInfo:
    target = resolve(path)
    os.makedirs(target, exist_ok=True)
    return DirectoryInfo(target)


def directory_type() -> NetType:
    """System.IO.Directory."""
    d = DIRECTORY
    d.static("Exists(string)", returns="bool")(lambda p: bool(p) and os.path.isdir(resolve(p)))
    d.static("CreateDirectory(string)")(_make_directory)
    d.static("Delete(string)", "Delete(string, bool)", returns="void")(remove_directory)
    d.static("Move(string, string)", returns="void")(move_file)
    for name, kind in {
        "GetFiles": "files",
        "EnumerateFiles": "files",
        "GetDirectories": "directories",
        "EnumerateDirectories": "directories",
        "GetFileSystemEntries": "all",
        "EnumerateFileSystemEntries": "all",
    }.items():
        d.static(f"{name}(string)", f"{name}(string, string)", f"{name}(string, string, object)", returns="string[]")(
            lambda p, pattern="*", deep=None, kind=kind: TypedArray(entries(p, pattern, kind, deep), "System.String")
        )
    d.static("GetCurrentDirectory()", returns="string")(working_directory)
    d.static("SetCurrentDirectory(string path)", returns="void")(set_working_directory)
    d.static("GetParent(string)")(lambda p: parent_of(DirectoryInfo(resolve(p))))
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


def path_type() -> NetType:
    """System.IO.Path."""
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
    p.static("IsPathFullyQualified(string)", returns="bool")(lambda t: t.startswith("/"))
    p.static("Exists(string)", returns="bool")(lambda t: bool(t) and os.path.lexists(resolve(t)))
    p.static("EndsInDirectorySeparator(string)", returns="bool")(lambda t: (t or "").endswith("/"))
    p.static("TrimEndingDirectorySeparator(string)", returns="string")(
        lambda t: t[:-1] if len(t) > 1 and t.endswith("/") else t
    )
    p.static("GetInvalidFileNameChars()")(lambda: TypedArray([Char("\0"), Char("/")], "System.Char"))
    p.static("GetInvalidPathChars()")(lambda: TypedArray([Char("\0")], "System.Char"))
    for name, char in {"DirectorySeparator": "/", "AltDirectorySeparator": "/", "VolumeSeparator": "/"}.items():
        p.static_property(f"{name}Char", "System.Char")(partial(Char, char))
    p.static_property("PathSeparator", "System.Char")(partial(Char, ":"))
    return p


def open_text(path: Any, mode: str) -> Any:
    """A StreamReader for the mode Open, a StreamWriter otherwise."""
    from remora.engine.types.streams import TextReader, TextWriter

    if mode == "Open":
        return TextReader(open_stream(path, mode, "Read"))
    return TextWriter(open_stream(path, mode, "Write"))


def register_types() -> None:
    """File, Directory and Path."""
    register(FILE, DIRECTORY, path_type())


file_type()
directory_type()
