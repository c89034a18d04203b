"""The FileSystem provider: files, directories and links by absolute path."""

from __future__ import annotations

import os
import posixpath
import shutil
import subprocess
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from remora.engine.drives import ResolvedPath
from remora.engine.errors import error
from remora.engine.types.files import file_info
from remora.modules.management.providers.base import ContentReader, ContentWriter, Provider

if TYPE_CHECKING:
    from remora.modules.management.providers.base import ItemCommand


def name_order(name: str) -> tuple[str, str]:
    """Sort key of names: case counts last."""
    return name.lower(), name


class FileSystemProvider(Provider):
    """Looks itself; what changes files is in the modules beside this one."""

    has_filter = True
    is_navigable = True

    def exists(self, path: str) -> bool:
        return os.path.lexists(path)

    def is_container(self, path: str) -> bool:
        return os.path.isdir(path)

    def is_hidden(self, name: str) -> bool:
        return name.startswith(".") and name not in (".", "..")

    def names(self, path: str) -> Iterable[str]:
        return sorted(os.listdir(path), key=name_order)

    def has_children(self, path: str) -> bool:
        try:
            with os.scandir(path) as entries:
                return next(entries, None) is not None
        except OSError:
            return False

    def join(self, parent: str, name: str) -> str:
        return posixpath.join(parent, name)

    def item(self, place: ResolvedPath) -> Any:
        return file_info(place.path, place.drive)

    # -- changing ------------------------------------------------------------------------------------------------------

    def new_item(self, command: ItemCommand, place: ResolvedPath, kind: str | None, value: Any) -> None:
        from remora.modules.management.providers.file_creating import new_item

        new_item(command, place, kind, value)

    def remove_item(self, command: ItemCommand, place: ResolvedPath, *, recurse: bool) -> None:
        from remora.modules.management.providers.file_removing import remove_item

        remove_item(command, place.path, recurse=recurse)

    def rename_item(self, command: ItemCommand, place: ResolvedPath, new_name: str) -> None:
        from remora.modules.management.providers.file_moving import rename_item

        rename_item(command, place, new_name)

    def copy_item(self, command: ItemCommand, place: ResolvedPath, target: ResolvedPath, *, recurse: bool) -> None:
        from remora.modules.management.providers.file_copying import copy_item

        copy_item(command, place, target, recurse=recurse)

    def move_item(self, command: ItemCommand, place: ResolvedPath, target: ResolvedPath) -> None:
        from remora.modules.management.providers.file_moving import move_item

        move_item(command, place, target)

    def invoke_item(self, command: ItemCommand, place: ResolvedPath) -> None:
        """Run a program; open anything else with what the desktop has for it."""
        path = place.path
        if not command.should_process(f"Item: {path}", "Invoke Item"):
            return
        if os.path.isfile(path) and os.access(path, os.X_OK):
            words = [path]
        else:
            opener = shutil.which("xdg-open") or shutil.which("open")
            if opener is None:
                raise command.throw(
                    error(
                        f"An error occurred trying to start process '{path}'. There is no program to open it with.",
                        "InvalidOperation", "InvalidOperation", path, type_name="System.InvalidOperationException",
                    )
                )  # fmt: skip
            words = [opener, path]
        try:
            child = subprocess.Popen(words, cwd=self.session.file_location, start_new_session=True)
        except OSError as problem:
            raise command.throw(
                error(f"An error occurred trying to start process '{path}'. {problem.strerror}", "Win32Exception",
                      "NotSpecified", path, type_name="System.ComponentModel.Win32Exception")
            ) from None  # fmt: skip
        threading.Thread(target=child.wait, daemon=True).start()

    # -- content and properties ----------------------------------------------------------------------------------------

    def reader(self, command: ItemCommand, place: ResolvedPath) -> ContentReader | None:
        from remora.modules.management.providers.file_reading import open_reader

        return open_reader(command, place.path)

    def writer(self, command: ItemCommand, place: ResolvedPath, *, append: bool) -> ContentWriter | None:
        from remora.modules.management.providers.file_writing import open_writer

        return open_writer(command, place.path, append=append)

    def clear_content(self, command: ItemCommand, place: ResolvedPath) -> None:
        from remora.modules.management.providers.file_writing import clear_content

        clear_content(command, place.path)

    def get_property(self, command: ItemCommand, place: ResolvedPath, names: list[str] | None) -> Any:
        from remora.modules.management.providers.file_properties import get_property

        return get_property(command, self.item(place), names)

    def set_property(self, command: ItemCommand, place: ResolvedPath, values: dict[str, Any]) -> Any:
        from remora.modules.management.providers.file_properties import set_property

        return set_property(command, self.item(place), values)

    def clear_property(self, command: ItemCommand, place: ResolvedPath, names: list[str]) -> Any:
        from remora.modules.management.providers.file_properties import clear_property

        return clear_property(command, self.item(place), names)
