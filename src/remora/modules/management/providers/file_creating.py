"""New-Item on the file system: files, directories, symbolic and hard links."""

from __future__ import annotations

import errno
import os
import posixpath
from typing import TYPE_CHECKING, Any

from remora.engine.convert import to_text
from remora.engine.drives import ResolvedPath
from remora.engine.errors import PSError, error
from remora.engine.types.files import file_info
from remora.engine.wildcard import compile_wildcard
from remora.modules.management.failures import IO, report
from remora.modules.management.providers.base import bad_argument

if TYPE_CHECKING:
    from remora.modules.management.providers.base import ItemCommand

_KINDS = ("directory", "container", "file", "symboliclink", "junction", "hardlink")
_INVALID = "System.InvalidOperationException"


def new_item(command: ItemCommand, place: ResolvedPath, kind: str | None, value: Any) -> None:
    """kind: any beginning of file, directory, symboliclink, junction or hardlink."""
    path = place.path
    if command.force and not _parents(command, path):
        return
    test = compile_wildcard((kind or "file") + "*")
    known = next((name for name in _KINDS if test.fullmatch(name)), None)
    if known in ("directory", "container"):
        if create_directory(command, path):
            command.emit(file_info(path, place.drive))
    elif known == "file":
        _file(command, place, value)
    elif known == "junction":
        _junction(command, path, value)
    elif known is not None:
        _link(command, place, value, hard=known == "hardlink")
    else:
        raise bad_argument(
            "The type is not a known type for the file system. Only \"file\",\"directory\" or \"symboliclink\" can be "
            "specified. (Parameter 'type')"
        )  # fmt: skip


def _parents(command: ItemCommand, path: str) -> bool:
    try:
        os.makedirs(posixpath.dirname(path) or "/", exist_ok=True)
    except (OSError, ValueError) as problem:
        report(command, problem, path, "CreateIntermediateDirectories")
        return False
    return True


def create_directory(command: ItemCommand, path: str) -> bool:
    """Make a directory and those above it; True when it is there now and -WhatIf was not given."""
    if not command.force and os.path.lexists(path):
        command.fail(
            f"An item with the specified name {path} already exists.", "DirectoryExist", "ResourceExists", path,
            type_name=IO,
        )  # fmt: skip
        return False
    if not command.should_process(f"Destination: {path}", "Create Directory"):
        return False
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        if not command.force:
            raise
        return False
    except (OSError, ValueError) as problem:
        report(command, problem, path, "CreateDirectory")
        return False
    return True


def _file(command: ItemCommand, place: ResolvedPath, value: Any) -> None:
    path = place.path
    if not command.should_process(f"Destination: {path}", "Create File"):
        return
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | (os.O_TRUNC if command.force else os.O_EXCL)
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileExistsError:
        command.fail(f"The file '{path}' already exists.", "NewItemIOError", "WriteError", path, type_name=IO)
        return
    except (OSError, ValueError) as problem:
        report(command, problem, path, "NewItem")
        return
    with os.fdopen(descriptor, "wb") as file:
        if value is not None:
            file.write(to_text(value).encode("utf-8", "surrogateescape"))
    command.emit(file_info(path, place.drive))


def _link(command: ItemCommand, place: ResolvedPath, value: Any, *, hard: bool) -> None:
    path = place.path
    if not command.should_process(f"Destination: {path}", "Create Hard Link" if hard else "Create Symbolic Link"):
        return
    target = to_text(value) if value is not None else ""
    if not target:
        raise _no_target()
    target = target.replace("\\", "/")
    if hard and not _hard_target(command, target):
        return
    if not _make_room(command, path, target, hard=hard):
        return
    try:
        if hard:
            os.link(command.session.file_path(target), path)
        else:
            os.symlink(target, path)
    except (OSError, ValueError) as problem:
        _link_failed(command, problem, path, target)
        return
    command.emit(file_info(path, place.drive))


def _no_target() -> PSError:
    """A link needs a -Value."""
    made = error(
        "Cannot process argument because the value of argument \"content\" is null. Change the value of argument "
        "\"content\" to a non-null value.", "ArgumentNull", "InvalidArgument",
        type_name="System.Management.Automation.PSArgumentNullException",
    )  # fmt: skip
    made.record.exception.properties["ParamName"] = "content"
    return made


def _hard_target(command: ItemCommand, target: str) -> bool:
    full = command.session.file_path(target)
    if not os.path.lexists(full):
        command.fail(
            f"Could not find item {full}.", "ItemNotFound", "ObjectNotFound", full,
            type_name="System.Management.Automation.ItemNotFoundException",
        )  # fmt: skip
        return False
    if os.path.isdir(full):
        command.fail(
            f"A file is required for the operation. The item '{full}' is not a file.", "ItemNotFile",
            "InvalidOperation", full, type_name=_INVALID,
        )  # fmt: skip
        return False
    return True


def _make_room(command: ItemCommand, path: str, target: str, *, hard: bool) -> bool:
    """With -Force what is at the path goes; without, nothing may be there."""
    if not os.path.lexists(path):
        return True
    if not command.force:
        command.fail(
            f"Cannot create link because the path already exists: {path}.", "SymLinkExists", "ResourceExists", path,
            type_name=IO,
        )  # fmt: skip
        return False
    if hard and command.session.file_path(target).lower() == path.lower():
        command.fail(
            "The target and path cannot be the same.", "TargetIsSameAsLink", "InvalidOperation", path,
            type_name=_INVALID,
        )  # fmt: skip
        return False
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            os.rmdir(path)
        else:
            os.unlink(path)
    except OSError as problem:
        command.fail(
            f"{problem.strerror} : '{path}'", "NewItemDeleteIOError", "WriteError", path, type_name=IO,
        )  # fmt: skip
        return False
    return True


def _link_failed(command: ItemCommand, problem: OSError | ValueError, path: str, target: str) -> None:
    if isinstance(problem, OSError) and problem.errno in (errno.EPERM, errno.EACCES):
        command.fail(
            "Administrator privilege required for this operation.", "NewItemSymbolicLinkElevationRequired",
            "PermissionDenied", target, type_name="System.UnauthorizedAccessException",
        )  # fmt: skip
        return
    text = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
    raise command.throw(
        error(text, "System.ComponentModel.Win32Exception", "NotSpecified", path,
              type_name="System.ComponentModel.Win32Exception")
    )  # fmt: skip


def _junction(command: ItemCommand, path: str, value: Any) -> None:
    """Junctions are of NTFS only: what is wrong with the target is told first, as there."""
    if not command.should_process(f"Destination: {path}", "Create Junction"):
        return
    target = to_text(value) if value is not None else ""
    if not target.startswith("/"):
        command.fail(
            "Creating a junction requires an absolute path for the target.", "NotAbsolutePath", "InvalidArgument",
            target, type_name="System.ArgumentException",
        )  # fmt: skip
    elif not os.path.lexists(target):
        command.fail(
            f"Could not find item {target}.", "ItemNotFound", "ObjectNotFound", target,
            type_name="System.Management.Automation.ItemNotFoundException",
        )  # fmt: skip
    elif not os.path.isdir(target):
        command.fail(
            f"A directory is required for the operation. The item '{target}' is not a directory.", "ItemNotDirectory",
            "InvalidOperation", target, type_name=_INVALID,
        )  # fmt: skip
    else:
        raise command.runtime.not_supported("New-Item -ItemType Junction")
