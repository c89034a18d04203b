"""dir, in cmd's long form and /b, and vol."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from remora.engine.cmd.context import Builtin, Context
from remora.engine.cmd.paths import has_wildcard, pattern_regex

_SWITCHES = r"/a(?::?[-dhsrali]*)|/o(?::?[-nsedg]*)|/t(?::?[caw])|/-?[bcdlnpqrswx4]"


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    path: str
    directory: bool
    size: int
    time: float


def list_directory(context: Context) -> int | None:
    """``dir [PATH...] [/b] [/s] [/a:dh-] [/o:nsdeg-] [/l] [/t]``."""
    switches, operands = context.options(_SWITCHES)
    bare = "/b" in switches
    code = 0
    for operand in operands or ["."]:
        local = context.local(operand)
        if os.path.isdir(local):
            folder, pattern = local, "*"
        else:
            folder, pattern = os.path.split(local)
        if not os.path.isdir(folder):
            code = context.error("The system cannot find the path specified.")
            continue
        if not bare:
            _volume(context, folder)
        code = max(code, _listing(context, folder, pattern, switches))
    return code


def _volume(context: Context, folder: str) -> None:
    device = os.stat(folder).st_dev
    context.line(" Volume in drive C has no label.")
    context.line(f" Volume Serial Number is {device >> 16 & 0xFFFF:04X}-{device & 0xFFFF:04X}")


def _listing(context: Context, top: str, pattern: str, switches: list[str]) -> int:
    bare, recursive = "/b" in switches, "/s" in switches
    files = total = directories = shown = 0
    for folder in _folders(top) if recursive else [top]:
        context.control.check()
        entries = _entries(folder, pattern, switches, dots=not bare and not has_wildcard(pattern.replace("*", "")))
        if not entries and (recursive or bare):
            continue
        if not entries:
            break
        shown += len(entries)
        if bare:
            for entry in entries:
                context.line(entry.path if recursive else entry.name)
            continue
        context.line(f"\r\n Directory of {folder}\r\n")
        for entry in entries:
            context.line(_line(entry, lower="/l" in switches))
        count = sum(not entry.directory for entry in entries)
        size = sum(entry.size for entry in entries if not entry.directory)
        context.line(f"{count:16d} File(s) {size:14,} bytes")
        files, total, directories = files + count, total + size, directories + len(entries) - count
    if not shown:
        if not bare:
            context.line(f"\r\n Directory of {top}\r\n")
        return context.error("File Not Found")
    if bare:
        return 0
    if recursive:
        context.line(f"\r\n     Total Files Listed:\r\n{files:16d} File(s) {total:14,} bytes")
    context.line(f"{directories:16d} Dir(s) {shutil.disk_usage(top).free:15,} bytes free")
    return 0


def _folders(top: str) -> Iterator[str]:
    for folder, names, _ in os.walk(top):
        names.sort(key=str.lower)
        yield folder


def _line(entry: _Entry, *, lower: bool) -> str:
    when = datetime.fromtimestamp(entry.time)
    size = "   <DIR>         " if entry.directory else f"{entry.size:17,}"
    return f"{when:%m/%d/%Y  %I:%M %p} {size} {entry.name.lower() if lower else entry.name}"


def _entries(folder: str, pattern: str, switches: list[str], *, dots: bool) -> list[_Entry]:
    attributes = next((switch[2:].lstrip(":") for switch in switches if switch.startswith("/a")), None)
    wanted = pattern_regex(pattern) if has_wildcard(pattern) else None
    found: list[_Entry] = []
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    if dots and pattern == "*":
        names = [".", "..", *names]
    for name in names:
        if (wanted.match(name) is None) if wanted else name != pattern:
            continue
        hidden = name.startswith(".") and name not in (".", "..")
        path = os.path.join(folder, name)
        try:
            status = os.stat(path)
        except OSError:
            status = os.lstat(path)
        directory = stat.S_ISDIR(status.st_mode)
        if _selected(attributes, directory=directory, hidden=hidden):
            found.append(_Entry(name, path, directory, status.st_size, status.st_mtime))
    return _sorted(found, next((switch[2:].lstrip(":") for switch in switches if switch.startswith("/o")), "n"))


def _selected(attributes: str | None, *, directory: bool, hidden: bool) -> bool:
    if attributes is None:
        return not hidden
    wanted = True
    for char in attributes:
        if char == "-":
            wanted = False
            continue
        if (char == "d" and directory != wanted) or (char == "h" and hidden != wanted):
            return False
        wanted = True
    return True


def _sorted(entries: list[_Entry], order: str) -> list[_Entry]:
    """By the letters of /o, the last first because sorts are stable; a minus sign turns its letter round."""
    keys: list[tuple[str, bool]] = []
    reverse = False
    for char in order or "gn":
        if char == "-":
            reverse = True
            continue
        keys.append((char, reverse))
        reverse = False
    for char, backwards in reversed(keys):
        if char == "s":
            entries.sort(key=lambda entry: entry.size, reverse=backwards)
        elif char == "d":
            entries.sort(key=lambda entry: entry.time, reverse=backwards)
        elif char == "e":
            entries.sort(key=lambda entry: os.path.splitext(entry.name)[1].lower(), reverse=backwards)
        elif char == "g":
            entries.sort(key=lambda entry: not entry.directory, reverse=backwards)
        else:
            entries.sort(key=lambda entry: (entry.name.lower(), entry.name), reverse=backwards)
    return entries


def volume(context: Context) -> int | None:
    """Label and serial number of the drive."""
    _volume(context, context.environment.directory)
    return 0


COMMANDS: dict[str, Builtin] = {"dir": list_directory, "vol": volume}
