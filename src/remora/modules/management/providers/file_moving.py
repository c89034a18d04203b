"""Move-Item and Rename-Item on the file system."""

from __future__ import annotations

import errno
import os
import posixpath
import shutil
from typing import TYPE_CHECKING

from remora.engine.drives import ResolvedPath
from remora.engine.types.files import file_info
from remora.modules.management.failures import IO, os_failure, report
from remora.modules.management.providers.base import bad_argument

if TYPE_CHECKING:
    from remora.modules.management.providers.base import ItemCommand

_EXISTS = "Cannot create a file when that file already exists."


def rename_item(command: ItemCommand, place: ResolvedPath, new_name: str) -> None:
    """Give a file or directory another name in its directory."""
    path, new = place.path, new_name.replace("\\", "/")
    parent = posixpath.dirname(path)
    if new.startswith("./"):
        new = new[2:]
    elif posixpath.dirname(new) == parent:
        new = posixpath.basename(new)
    if "/" in new:
        raise bad_argument(
            "Cannot rename the specified target, because it represents a path or device name. (Parameter 'newName')"
        )
    is_directory = os.path.isdir(path)
    target = posixpath.join(parent, new)
    action = "Rename Directory" if is_directory else "Rename File"
    if not command.should_process(f"Item: {path} Destination: {target}", action):
        return
    try:
        if os.path.lexists(target) and not (is_directory is os.path.isdir(target) and os.path.samefile(path, target)):
            command.fail(_EXISTS, "RenameItemIOError", "WriteError", path, type_name=IO)
            return
        os.rename(path, target)
    except (OSError, ValueError) as problem:
        report(command, problem, path, "RenameItem")
        return
    if command.pass_thru:
        command.emit(file_info(target, place.drive))


def move_item(command: ItemCommand, place: ResolvedPath, target: ResolvedPath) -> None:
    """Move a file or directory to a path, or into a directory that is there."""
    path, destination = place.path, target.path
    is_directory = os.path.isdir(path) and not os.path.islink(path)
    if os.path.isdir(destination) and not (is_directory and destination == path):
        destination = posixpath.join(destination, posixpath.basename(path))
    if is_directory and (destination == path or destination.startswith(path.rstrip("/") + "/")):
        command.fail(
            f"Destination path cannot be a subdirectory of the source or the source itself: {destination}.",
            "MoveItemArgumentError", "InvalidArgument", destination, type_name=IO,
        )  # fmt: skip
        return
    action = "Move Directory" if is_directory else "Move File"
    if not command.should_process(f"Item: {path} Destination: {destination}", action):
        return
    prefix = "MoveDirectoryItem" if is_directory else "MoveFileInfoItem"
    item = file_info(path)
    if is_directory and os.path.isfile(destination):
        command.fail(
            f"An item with the specified name {destination} already exists.", "DirectoryExist", "ResourceExists",
            destination, type_name=IO,
        )  # fmt: skip
        return
    if os.path.lexists(destination) and not _may_replace(command, path, destination, is_directory=is_directory):
        command.fail(_EXISTS, prefix + "IOError", "WriteError", item, type_name=IO)
        return
    try:
        _move(path, destination)
    except OSError as problem:
        denied = isinstance(problem, PermissionError)
        kind = "UnauthorizedAccessError" if denied else "IOError"
        category = "PermissionDenied" if denied else "WriteError"
        shown = destination if problem.errno == errno.ENOENT else path
        command.write_error(os_failure(problem, shown, prefix + kind, category=category, target=item).record)
        return
    except ValueError as problem:
        report(command, problem, path, prefix)
        return
    if command.pass_thru:
        command.emit(file_info(destination, target.drive))


def _may_replace(command: ItemCommand, path: str, destination: str, *, is_directory: bool) -> bool:
    """A file may take another file's place with -Force, and its own with another case."""
    if is_directory or os.path.isdir(destination):
        return False
    return bool(command.force) or (path != destination and path.lower() == destination.lower())


def _move(path: str, destination: str) -> None:
    try:
        os.rename(path, destination)
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
        shutil.move(path, destination)
