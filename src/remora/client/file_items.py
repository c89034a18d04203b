"""Files and directories on this machine's side of a copy: found, named, and finished."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from remora.client.file_report import CopyFailure, FileProblem

EPOCH_TICKS = 621355968000000000
"""Ticks (100 ns) of the .NET calendar at the beginning of Unix time."""
READ_SIZE = 1 << 20


@dataclass(slots=True, kw_only=True)
class Item:
    """One thing to copy. names: its path below the destination, from the source's own name on.

    path: where it is, on whichever machine. ticks: last written, .NET ticks in UTC. mode: Unix permissions, -1 unknown.
    """

    names: tuple[str, ...]
    path: str
    directory: bool = False
    size: int = 0
    ticks: int = 0
    mode: int = -1


def local_items(source: Path, *, recurse: bool) -> Iterator[Item | CopyFailure]:
    """Yield a file, or a directory and with recurse all below it, links followed as Copy-Item follows them."""
    try:
        yield from _walk(source, (source.resolve().name if source.name in ("", "..") else source.name,), recurse, ())
    except OSError as error:
        yield _failure(source, error)


def _walk(path: Path, names: tuple[str, ...], recurse: bool, above: tuple[str, ...]) -> Iterator[Item | CopyFailure]:
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    ticks = EPOCH_TICKS + found.st_mtime_ns // 100
    if not stat.S_ISDIR(found.st_mode):
        if not stat.S_ISREG(found.st_mode):
            yield CopyFailure(
                source=str(path), destination="", message="it is not a regular file", kind="NotSupportedException"
            )
            return
        yield Item(names=names, path=str(path), size=found.st_size, ticks=ticks, mode=mode)
        return
    yield Item(names=names, path=str(path), directory=True, ticks=ticks, mode=mode)
    if not recurse:
        return
    above = (*above, os.path.realpath(path))
    try:
        inside = sorted(os.listdir(path))
    except OSError as error:
        yield _failure(path, error)
        return
    for name in inside:
        child = path / name
        if child.is_symlink() and os.path.realpath(child) in above:
            continue  # a link to what it lies in has no end
        try:
            yield from _walk(child, (*names, name), recurse, above)
        except OSError as error:
            yield _failure(child, error)


def _failure(path: Path, error: OSError) -> CopyFailure:
    kind = "PathNotFound" if isinstance(error, FileNotFoundError) else type(error).__name__
    return CopyFailure(source=str(path), destination="", message=error.strerror or str(error), kind=kind)


def below(top: Path, names: tuple[str, ...]) -> Path:
    """Return a path below a directory for names another machine sent. Raises FileProblem for one that leads out."""
    for name in names:
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            raise FileProblem(f"the name {name!r} cannot be used on this machine", "ArgumentException")
    return top.joinpath(*names)


def hash_of(path: Path, count: int) -> Any:
    """Return a running SHA-256 over the first ``count`` bytes of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while count > 0 and (data := file.read(min(READ_SIZE, count))):
            digest.update(data)
            count -= len(data)
    return digest


def usual_mode(mode: int) -> int:
    """Return the permissions a copy gets when it need not have the source's: only that it can be run."""
    return mode & 0o755 if mode >= 0 and mode & 0o111 else -1


def finish(part: Path, target: Path, item: Item, *, preserve: bool, force: bool) -> None:
    """Give a complete file its permissions, times and name. Raises OSError."""
    try:
        old_mode = stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        old_mode = -1
    if old_mode >= 0 and not old_mode & 0o200 and not force:
        raise PermissionError(13, "Access to the path is denied: the file is read-only", str(target))
    mode = item.mode if preserve else old_mode if old_mode >= 0 else usual_mode(item.mode)
    if mode >= 0:
        part.chmod(mode & 0o777)
    if preserve and item.ticks:
        when = (item.ticks - EPOCH_TICKS) * 100
        os.utime(part, ns=(when, when))
    part.replace(target.resolve() if target.is_symlink() else target)
