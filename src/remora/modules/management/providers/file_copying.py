"""Copy-Item on the file system."""

from __future__ import annotations

import os
import posixpath
import shutil
from typing import TYPE_CHECKING

from remora.engine.drives import ResolvedPath
from remora.engine.errors import error
from remora.engine.patient import copy_file
from remora.engine.types.files import DirectoryInfo, FileInfo, file_info
from remora.modules.common import as_list, matcher
from remora.modules.management.failures import IO, os_failure
from remora.modules.management.providers.file_creating import create_directory
from remora.modules.management.providers.file_system import name_order
from remora.values.tables import Hashtable

if TYPE_CHECKING:
    from remora.modules.management.providers.base import ItemCommand


def same_file(left: str, right: str) -> bool:
    """Tell whether two paths are one file or directory."""
    try:
        return os.path.samefile(left, right)
    except OSError:
        return False


def copy_item(command: ItemCommand, place: ResolvedPath, target: ResolvedPath, *, recurse: bool) -> None:
    """Copy a file, or a directory and with recurse what is in it."""
    if same_file(place.path, target.path):
        _onto_itself(command, place.path, target.path)
        return
    excluded = as_list(command.exclude)
    copier = _Copier(command, target, excluded, recurse=recurse)
    if os.path.isdir(place.path):
        copier.directory(place.path, target.path)
    else:
        copier.file(place.path, target.path)


def _onto_itself(command: ItemCommand, path: str, other: str) -> None:
    made = error(f"Cannot overwrite the item {path} with itself.", "CopyError", "WriteError", path, type_name=IO)
    made.record.exception.properties["Data"] = Hashtable({"SelfCopy": other})
    command.write_error(made.record)


class _Copier:
    def __init__(self, command: ItemCommand, target: ResolvedPath, excluded: list[str], *, recurse: bool) -> None:
        self._command = command
        self._drive = target.drive
        self._recurse = recurse
        self._excluded = matcher(excluded) if excluded else lambda name: False
        self._filter = matcher([command.filter]) if command.filter else lambda name: True
        self._top = os.path.realpath(target.path)

    def directory(self, source: str, target: str) -> None:
        command = self._command
        if os.path.isdir(target):
            target = posixpath.join(target, posixpath.basename(source))
        if not command.should_process(f"Item: {source} Destination: {target}", "Copy Directory"):
            return
        names = sorted(os.listdir(source), key=name_order) if self._recurse else []
        if not create_directory(command, target):
            return
        self._show(target)
        made = os.path.realpath(target)
        children = [posixpath.join(source, name) for name in names]
        for child in children:
            if not os.path.isdir(child) and self._filter(posixpath.basename(child)):
                command.check_stop()
                self.file(child, target)
        for child in children:
            if os.path.isdir(child) and os.path.realpath(child) != made:
                command.check_stop()
                try:
                    self.directory(child, target)
                except OSError as problem:
                    self._failed(problem, child, "CopyDirectoryInfoItem")

    def file(self, source: str, target: str) -> None:
        command = self._command
        if os.path.isdir(target):
            target = posixpath.join(target, posixpath.basename(source))
        if same_file(source, target):
            _onto_itself(command, target, source)
            return
        if self._excluded(posixpath.basename(source)):
            return
        if not command.should_process(f"Item: {source} Destination: {target}", "Copy File"):
            return
        try:
            self._copy(source, target)
        except OSError as problem:
            self._failed(problem, source, "CopyFileInfoItem", target)
            return
        self._show(target)

    def _copy(self, source: str, target: str) -> None:
        """Content, permissions and time of writing, as .NET copies; -Force gives the permission to write."""
        try:
            copy_file(source, target)
        except PermissionError:
            if not self._command.force or not os.path.exists(target):
                raise
            os.chmod(target, os.stat(target).st_mode | 0o200)
            copy_file(source, target)
        shutil.copystat(source, target)

    def _show(self, path: str) -> None:
        if self._command.pass_thru:
            self._command.emit(file_info(path, self._drive))

    def _failed(self, problem: OSError, source: str, prefix: str, path: str | None = None) -> None:
        target = DirectoryInfo(source) if os.path.isdir(source) else FileInfo(source)
        denied = isinstance(problem, PermissionError | IsADirectoryError)
        self._command.write_error(
            os_failure(
                problem, path or source, prefix + ("UnauthorizedAccessError" if denied else "IOError"),
                category="PermissionDenied" if denied else "WriteError", target=target,
            ).record
        )  # fmt: skip
