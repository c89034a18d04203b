"""Get-ChildItem and Get-Item."""

from __future__ import annotations

import os
import posixpath
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.drives import ResolvedPath
from remora.engine.types.files import file_info
from remora.engine.wildcard import compile_wildcard, has_wildcard
from remora.modules.common import as_list
from remora.modules.management.failures import os_failure, path_not_found
from remora.modules.management.paths import glob, is_hidden, name_filter, places
from remora.modules.management.providers import provider_of

_MODULE = "Microsoft.PowerShell.Management"
_FILES = ("System.IO.FileInfo", "System.IO.DirectoryInfo")


@cmdlet("Get-ChildItem", aliases=("gci", "ls", "dir"), default_set="Items", module=_MODULE, output_type=_FILES)
class GetChildItem(Cmdlet):
    """Lists what is in a directory or on a drive: directories first, then files, each by name."""

    path = Parameter("string[]", sets={"Items": {"position": 0, "pipeline": True, "by_property": True}})
    literal_path = Parameter(
        "string[]", sets={"LiteralItems": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    filter = Parameter("string", position=1)
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    recurse = Parameter("switch", aliases=("s", "r"))
    depth = Parameter("uint32")
    force = Parameter("switch", aliases=("fo",))
    name = Parameter("switch")
    attributes = Parameter("object")
    follow_symlink = Parameter("switch")
    directory = Parameter("switch", aliases=("ad",))
    file = Parameter("switch", aliases=("af",))
    hidden = Parameter("switch", aliases=("ah", "h"))
    read_only = Parameter("switch", aliases=("ar",))
    system = Parameter("switch", aliases=("as",))

    def begin(self) -> None:
        self._wanted = name_filter(self)
        self._all = bool(self.force or self.hidden)
        self._limit: int | None = int(self.depth) if self.depth is not None else None
        self._deep = bool(self.recurse) or self._limit is not None

    def process(self) -> None:
        paths = as_list(self.path)
        if not paths and self.literal_path is None:
            paths = [""]
        for text in paths:
            self._list_path(text)
        for place in places(self, None, self.literal_path):
            self._list(place, top=place.path)

    def _list_path(self, text: str) -> None:
        session = self.session
        if not text:
            drive = session.drives.current
            self._list(ResolvedPath(drive=drive, path=drive.current), top=drive.current)
            return
        if not has_wildcard(text):
            for place in places(self, [text], None):
                self._list(place, top=place.path)
            return
        found = list(glob(session, text, hidden=self._all))
        if found and self._deep and not os.path.isdir(found[0].path):
            self._list_matching(text)
            return
        for place in found:
            self._list(place, top=place.path)
        if not found and self._deep:
            self._list_matching(text)

    def _list_matching(self, text: str) -> None:
        """``dir *.txt -Recurse``: the pattern counts in every directory below."""
        whole = self.session.resolve_path(text)
        folder, pattern = posixpath.split(whole.path)
        if has_wildcard(folder) or not os.path.isdir(folder):
            return
        last = compile_wildcard(pattern)
        before = self._wanted
        self._wanted = lambda name: last.fullmatch(name) is not None and before(name)
        self._walk(folder, folder, 0)
        self._wanted = before

    def _list(self, place: ResolvedPath, *, top: str) -> None:
        if not place.is_file_system:
            self._list_drive(place)
        elif not os.path.isdir(place.path):
            if self._deep and not os.path.lexists(place.path):
                self.write_error(path_not_found(place.path).record)
            elif self._selected(posixpath.basename(place.path), place.path, is_directory=False, given=True):
                self._out(place.path, posixpath.dirname(place.path))
        elif self.include and not self._deep:
            return  # -Include looks at the last part of -Path only: a directory itself is not its contents
        else:
            self._walk(place.path, top, 0)

    def _list_drive(self, place: ResolvedPath) -> None:
        provider = provider_of(self.session, place.drive)
        for name in [place.path] if place.path else provider.names():
            if self._wanted(name):
                self.emit(name if self.name else provider.item(name))

    def _walk(self, folder: str, top: str, level: int) -> None:
        self.check_stop()
        try:
            with os.scandir(folder) as scan:
                entries = list(scan)
        except OSError as problem:
            self.write_error(os_failure(problem, folder, "DirUnauthorizedAccessError").record)
            return
        entries.sort(key=lambda entry: (entry.name.lower(), entry.name))
        directories = [entry for entry in entries if entry.is_dir()]
        for entry in [*directories, *(entry for entry in entries if not entry.is_dir())]:
            if self._selected(entry.name, entry.path, is_directory=entry.is_dir()):
                self._out(entry.path, top)
        if not self._deep or (self._limit is not None and level >= self._limit):
            return
        for entry in directories:
            if (self._all or not entry.name.startswith(".")) and (self.follow_symlink or not entry.is_symlink()):
                self._walk(entry.path, top, level + 1)

    def _selected(self, name: str, path: str, *, is_directory: bool, given: bool = False) -> bool:
        if (self.directory and not self.file and not is_directory) or (
            self.file and not self.directory and is_directory
        ):
            return False
        if self.hidden and not name.startswith("."):
            return False
        if not self._all and not given and name.startswith("."):
            return False
        if self.read_only and os.access(path, os.W_OK):
            return False
        return bool(self._wanted(name))

    def _out(self, path: str, top: str) -> None:
        self.emit(os.path.relpath(path, top) if self.name else file_info(path))


@cmdlet("Get-Item", aliases=("gi",), default_set="Path", module=_MODULE, output_type=_FILES)
class GetItem(Cmdlet):
    """The item at a path itself."""

    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    force = Parameter("switch")
    stream = Parameter("string[]")

    def process(self) -> None:
        wanted = name_filter(self)
        hidden = bool(self.force)
        for place in places(self, self.path, self.literal_path, hidden=hidden):
            if not wanted(posixpath.basename(place.path)):
                continue
            if place.is_file_system and is_hidden(place.path) and not self.force and os.path.lexists(place.path):
                self._hidden(place.path)
                continue
            self.emit(item_at(self, place))

    def _hidden(self, path: str) -> None:
        self.fail(
            f"Could not find item {path}.",
            "ItemNotFound",
            "ObjectNotFound",
            path,
            type_name="System.IO.IOException",
        )


def item_at(command: Cmdlet, place: ResolvedPath) -> Any:
    """The object for a place that exists."""
    if place.is_file_system:
        return file_info(place.path)
    provider = provider_of(command.session, place.drive)
    return provider.item(place.path) if place.path else [provider.item(name) for name in provider.names()]


CMDLETS = (GetChildItem, GetItem)
