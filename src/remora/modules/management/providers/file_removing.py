"""Remove-Item on the file system."""

from __future__ import annotations

import os
import posixpath
import stat
from typing import TYPE_CHECKING

from remora.engine.errors import error
from remora.engine.types.files import DirectoryInfo, FileInfo
from remora.modules.management.failures import IO, os_failure, report

if TYPE_CHECKING:
    from remora.modules.management.providers.base import ItemCommand

_DENIED = (
    "You do not have sufficient access rights to perform this operation or the item is hidden, system, or read only."
)


def remove_item(command: ItemCommand, path: str, *, recurse: bool) -> None:
    """Delete a file, a link itself, or a directory with all that is in it."""
    try:
        if os.path.isdir(path):
            _directory(command, path, recurse=recurse, is_top=True)
        elif not os.path.lexists(path):
            command.fail(
                f"An object at the specified path {path} does not exist.", "ItemDoesNotExist", "ObjectNotFound", path,
                type_name=IO,
            )  # fmt: skip
        elif command.should_process(path, "Remove File"):
            _delete(command, path)
    except OSError as problem:
        report(command, problem, path, "RemoveItem")


def _directory(command: ItemCommand, path: str, *, recurse: bool, is_top: bool) -> None:
    if (is_top or recurse) and not command.should_process(path, "Remove Directory"):
        return
    if os.path.islink(path):
        _delete(command, path)
        return
    with os.scandir(path) as scan:
        entries = list(scan)
    for entry in entries:
        command.check_stop()
        if entry.is_dir(follow_symlinks=False):
            _directory(command, entry.path, recurse=recurse, is_top=False)
        elif not recurse or command.should_process(entry.path, "Remove File"):
            _delete(command, entry.path)
    if not command.force and os.listdir(path):
        command.fail(
            f"Directory {path} cannot be removed because it is not empty.", "DirectoryNotEmpty", "WriteError",
            DirectoryInfo(path), type_name=IO,
        )  # fmt: skip
        return
    _delete(command, path)


def _delete(command: ItemCommand, path: str) -> None:
    """One file, link or empty directory; hidden and read-only ones only with -Force."""
    found = os.lstat(path)
    is_directory = stat.S_ISDIR(found.st_mode)
    target = DirectoryInfo(path) if is_directory else FileInfo(path)
    hidden = posixpath.basename(path).startswith(".")
    read_only = not found.st_mode & 0o222 and not stat.S_ISLNK(found.st_mode)
    if not command.force and (hidden or read_only):
        made = error(
            f"Cannot remove item {path}: {_DENIED}", "RemoveFileSystemItemUnAuthorizedAccess", "PermissionDenied",
            target, type_name=IO,
        )  # fmt: skip
        command.write_error(made.record)
        return
    try:
        if is_directory:
            os.rmdir(path)
        else:
            os.unlink(path)
    except OSError as problem:
        failed = os_failure(problem, path, "RemoveFileSystemItemIOError", category="WriteError", target=target)
        reason = failed.record.message
        denied = isinstance(problem, PermissionError)
        command.write_error(
            error(
                f"Cannot remove item {path}: {reason}",
                "RemoveFileSystemItemUnAuthorizedAccess" if denied else "RemoveFileSystemItemIOError",
                "PermissionDenied" if denied else "WriteError", target,
                type_name=failed.record.exception.kind.name,
            ).record
        )  # fmt: skip
