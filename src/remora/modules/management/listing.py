"""Get-ChildItem and Get-Item."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.drives import ResolvedPath
from remora.engine.errors import error
from remora.engine.pathtext import leaf_of
from remora.engine.types.files import FileSystemInfo, attributes
from remora.engine.wildcard import compile_wildcard, has_wildcard
from remora.modules.common import as_list
from remora.modules.credentials import credential
from remora.modules.management.attributes import DIRECTORY, HIDDEN, READ_ONLY, SYSTEM, attribute_test
from remora.modules.management.failures import os_failure, path_not_found
from remora.modules.management.paths import attempt, chosen, filter_refused, glob, places
from remora.modules.management.providers import Provider, provider_of
from remora.modules.management.providers.base import ItemCommand
from remora.modules.management.providers.file_system import FileSystemProvider, name_order

_MODULE = "Microsoft.PowerShell.Management"
_FILES = ("System.IO.FileInfo", "System.IO.DirectoryInfo")
Test = Callable[[str], bool]


def filter_test(pattern: str | None) -> Test:
    """A test of names by the file system's own patterns: ``.*`` at the end may be missing in the name."""
    if not pattern or pattern == "*.*":
        return lambda name: True
    tests = [compile_wildcard(pattern)]
    if pattern.endswith(".*"):
        tests.append(compile_wildcard(pattern[:-2]))
    elif pattern.endswith("*."):
        tests = [compile_wildcard(pattern[:-1])]
        return lambda name: "." not in name and tests[0].fullmatch(name) is not None
    return lambda name: any(test.fullmatch(name) for test in tests)


@cmdlet("Get-ChildItem", aliases=("gci", "ls", "dir"), default_set="Items", module=_MODULE, output_type=_FILES)
class GetChildItem(ItemCommand):
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
        self._limit: int | None = int(self.depth) if self.depth is not None else None
        self._deep = bool(self.recurse) or self._limit is not None
        self._expression = attribute_test(self.attributes) if self.attributes is not None else None
        names_hidden = self._expression is not None and self._expression[1]
        self._all = bool(self.force or self.hidden or names_hidden)
        self._mask = 0
        for given, bit in ((self.hidden, HIDDEN), (self.read_only, READ_ONLY), (self.system, SYSTEM)):
            self._mask |= bit if given else 0
        self._plain = not (self._mask or self._expression or self.file or self.directory)
        self._filtered = filter_test(self.filter)
        self._excluded = [compile_wildcard(pattern) for pattern in as_list(self.exclude)]

    def process(self) -> None:
        paths = as_list(self.path)
        if not paths and self.literal_path is None:
            paths = [""]
        for text in paths:
            attempt(self, partial(self._list_path, text))
        for place in places(self, None, self.literal_path):
            self._list(place, as_list(self.include), below=True)

    # -- which places --------------------------------------------------------------------------------------------------

    def _list_path(self, text: str) -> None:
        session = self.session
        include = as_list(self.include)
        place = session.resolve_path(text) if text else session.drives.place
        is_pattern = has_wildcard(text)
        if self._deep and text and not text.endswith(("/", "\\")):
            text, place, include, is_pattern = self._search_below(text, place, include)
        if not is_pattern:
            found = list(glob(session, text, hidden=True)) if text else [place]
            if not found:
                self.write_error(path_not_found(place.full()).record)
            elif self._deep and text.endswith(("/", "\\")) and os.path.isfile(place.path):
                self.write_error(item_not_found(place.path))
                return
        else:
            found = list(glob(session, text, hidden=self._all))
        test = self._included(include)
        for one in found:
            if self._deep or test(posixpath.basename(one.path)):
                self._list(one, include, below=not is_pattern or self._deep)

    def _search_below(
        self, text: str, place: ResolvedPath, include: list[str]
    ) -> tuple[str, ResolvedPath, list[str], bool]:
        """``dir *.txt -Recurse``: what is no directory is a pattern for all directories below its parent."""
        name = leaf_of(text)
        parent = text[: len(text) - len(name)]
        everything = name == "*"
        if everything and (self.file or self.directory):
            text = parent
        elif not include and (has_wildcard(text) or not provider_of(self.session, place).is_container(place.path)):
            include = include if everything else [name]
            text = parent
        session = self.session
        return text, session.resolve_path(text) if text else session.drives.place, include, has_wildcard(text)

    def _included(self, include: list[str]) -> Test:
        tests = [compile_wildcard(pattern) for pattern in include]
        excluded = self._excluded
        if not tests and not excluded:
            return lambda name: True
        return lambda name: (
            (not tests or any(test.fullmatch(name) for test in tests))
            and not any(test.fullmatch(name) for test in excluded)
        )

    # -- what is there -------------------------------------------------------------------------------------------------

    def _list(self, place: ResolvedPath, include: list[str], *, below: bool) -> None:
        """One place: with below what is in it when it is a container, else the item itself."""
        provider = provider_of(self.session, place)
        if self.filter and not provider.has_filter:
            self.write_error(filter_refused().record)
            return
        selecting = bool(include or self._excluded)
        if not provider.is_container(place.path) or not (below or selecting):
            self._single(provider, place, self._included(include))
            return
        if not isinstance(provider, FileSystemProvider):
            self._others(provider, place, self._included(include), 0)
            return
        walk = _Walk(self, place, self._included(include), mixed=selecting and not self.name)
        walk.start(place.path)

    def _single(self, provider: Provider, place: ResolvedPath, test: Test) -> None:
        if not test(posixpath.basename(place.path)):
            return
        item = provider.item(place)
        if isinstance(item, FileSystemInfo):
            if provider.is_hidden(item.name) and not self._all:
                self.write_error(item_not_found(place.path))
                return
            if not self._filtered(item.name) or not self.is_wanted(item):
                return
        self.emit(posixpath.basename(place.path) if self.name else item)

    def _others(self, provider: Provider, place: ResolvedPath, test: Test, level: int) -> None:
        for name in provider.names(place.path):
            child = place.at(provider.join(place.path, name))
            if test(name):
                item = provider.item(child)
                if provider.lets_through(self, item):
                    self.emit(name if self.name else item)
            if self._deep and (self._limit is None or level < self._limit) and provider.is_container(child.path):
                self._others(provider, child, test, level + 1)

    def is_wanted(self, item: FileSystemInfo) -> bool:
        """Do the attributes of a file or directory fit the switches and -Attributes?"""
        if self._plain:
            return True
        bits = int(attributes(item))
        is_directory = bool(bits & DIRECTORY)
        if bool(self.file) is not bool(self.directory) and is_directory is not bool(self.directory):
            return False
        if self._mask & ~bits:
            return False
        return self._expression is None or self._expression[0](bits)

    def passes(self, name: str) -> bool:
        """Is a name wanted by -Filter and not hidden?"""
        return (self._all or not name.startswith(".")) and self._filtered(name)

    def goes_into(self, name: str, level: int) -> bool:
        """Are directories of that name below that level listed too?"""
        return self._deep and (self._limit is None or level < self._limit) and (self._all or name[0] != ".")


class _Walk:
    """Lists directories of the file system. mixed: what is in a directory comes right after it, as with -Include."""

    def __init__(self, command: GetChildItem, place: ResolvedPath, test: Test, *, mixed: bool) -> None:
        self._command = command
        self._place = place
        self._test = test
        self._mixed = mixed
        self._provider = provider_of(command.session, place)
        self._seen: set[tuple[int, int]] = set()

    def start(self, folder: str) -> None:
        """List the top directory."""
        self._is_new(folder)
        self.run(folder, 0)

    def _is_new(self, folder: str) -> bool:
        """Note a directory; False when it was listed before under whatever name."""
        try:
            found = os.stat(folder)
        except OSError:
            return True
        key = (found.st_dev, found.st_ino)
        known = key in self._seen
        self._seen.add(key)
        return not known

    def run(self, folder: str, level: int) -> None:
        command = self._command
        command.check_stop()
        entries = list(self._entries(folder))
        for entry in entries:
            command.check_stop()
            self._put(entry)
            if self._mixed:
                self._descend(entry, level)
        if not self._mixed:
            for entry in entries:
                self._descend(entry, level)

    def _entries(self, folder: str) -> Iterator[os.DirEntry[str]]:
        """Directories by name, then files by name."""
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: name_order(entry.name))
        except OSError as problem:
            denied = isinstance(problem, PermissionError)
            self._command.write_error(
                os_failure(
                    problem, folder, "DirUnauthorizedAccessError" if denied else "DirIOError",
                    category="PermissionDenied" if denied else "ReadError",
                ).record
            )  # fmt: skip
            return
        folders = [_is_directory(entry) for entry in entries]
        yield from (entry for entry, found in zip(entries, folders, strict=True) if found)
        yield from (entry for entry, found in zip(entries, folders, strict=True) if not found)

    def _put(self, entry: os.DirEntry[str]) -> None:
        command = self._command
        if not command.passes(entry.name) or not self._test(entry.name):
            return
        item = self._provider.item(self._place.at(entry.path))
        if command.is_wanted(item):
            command.emit(os.path.relpath(entry.path, self._place.path) if command.name else item)

    def _descend(self, entry: os.DirEntry[str], level: int) -> None:
        command = self._command
        if not _is_directory(entry) or not command.goes_into(entry.name, level):
            return
        if command.follow_symlink:
            if not self._is_new(entry.path):
                command.write_warning(f"Skip already-visited directory {entry.path}.")
                return
        elif entry.is_symlink():
            return
        self.run(entry.path, level + 1)


@cmdlet("Get-Item", aliases=("gi",), default_set="Path", module=_MODULE, output_type=_FILES)
class GetItem(ItemCommand):
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
    credential = credential(by_property=True)

    def process(self) -> None:
        attempt(self, self._emit_items)

    def _emit_items(self) -> None:
        for place in chosen(self, hidden=bool(self.force)):
            provider = provider_of(self.session, place)
            if place.is_file_system and not self.force and provider.is_hidden(posixpath.basename(place.path)):
                self.write_error(item_not_found(place.path))
            else:
                self.emit(provider.item(place))


def item_not_found(path: str) -> Any:
    """The record for a file that is there but hidden."""
    return error(
        f"Could not find item {path}.", "ItemNotFound", "ObjectNotFound", path, type_name="System.IO.IOException"
    ).record


CMDLETS = (GetChildItem, GetItem)


def _is_directory(entry: os.DirEntry[str]) -> bool:
    """A link that leads in a circle leads to no directory."""
    try:
        return entry.is_dir()
    except OSError:
        return False
