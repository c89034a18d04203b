"""New-Item, Remove-Item, Rename-Item, Set-Item, Clear-Item, Get-ItemProperty."""

from __future__ import annotations

import os
import posixpath
import shutil

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.drives import ResolvedPath
from remora.engine.errors import error
from remora.engine.format.access import get
from remora.engine.types.files import file_info
from remora.engine.wildcard import unescape
from remora.modules.common import as_list
from remora.modules.management.failures import os_failure
from remora.modules.management.listing import item_at
from remora.modules.management.path_cmdlets import join
from remora.modules.management.paths import is_hidden, name_filter, places
from remora.modules.management.providers import provider_of
from remora.values import PSObject

_MODULE = "Microsoft.PowerShell.Management"
_LITERAL = ("PSPath", "LP")
_IO = "System.IO.IOException"


@cmdlet("New-Item", aliases=("ni",), default_set="pathSet", module=_MODULE, should_process=True)
class NewItem(Cmdlet):
    """Makes a file, a directory, a link or an item of another drive."""

    path = Parameter(
        "string[]",
        sets={
            "pathSet": {"position": 0, "mandatory": True, "by_property": True},
            "nameSet": {"position": 0, "by_property": True},
        },
    )
    name = Parameter("string", sets={"nameSet": {"mandatory": True, "by_property": True}})
    item_type = Parameter("string", aliases=("Type",), by_property=True)
    value = Parameter("object", aliases=("Target",), pipeline=True, by_property=True)
    force = Parameter("switch")
    credential = Parameter("object")

    def process(self) -> None:
        for text in as_list(self.path) or [""]:
            full = (join(text, self.name) if text else self.name) if self.name is not None else text
            place = self.session.resolve_path(unescape(full))
            if not place.is_file_system:
                self._new_drive_item(place)
            elif self.should_process(f"Destination: {place.path}", "Create " + (self.item_type or "File")):
                self._new_file_item(place.path)

    def _new_drive_item(self, place: ResolvedPath) -> None:
        provider = provider_of(self.session, place.drive)
        if provider.exists(place.path) and not self.force:
            raise self.throw(
                error(f"The item at path '{place.full()}' already exists.", "Argument", "InvalidArgument", place.full(),
                      type_name="System.Management.Automation.PSArgumentException")
            )  # fmt: skip
        if self.should_process(place.full(), "New Item"):
            provider.write(place.path, self.value)
            if provider.exists(place.path):
                self.emit(provider.item(place.path))

    def _new_file_item(self, path: str) -> None:
        kind = (self.item_type or "file").lower()
        try:
            if "directory".startswith(kind) or kind == "container":
                self._directory(path)
            elif "file".startswith(kind) or kind == "leaf":
                self._file(path)
            elif kind in ("symboliclink", "junction", "hardlink"):
                self._link(path, hard=kind == "hardlink")
            else:
                raise self.throw(
                    error(f"The type '{self.item_type}' is not a known type for the file system.", "Argument",
                          "InvalidArgument",
                          self.item_type, type_name="System.Management.Automation.PSArgumentException")
                )  # fmt: skip
        except OSError as problem:
            self.write_error(os_failure(problem, path, f"NewItem{_failure_id(problem)}").record)

    def _directory(self, path: str) -> None:
        if os.path.lexists(path):
            if not self.force or not os.path.isdir(path):
                self.fail(f"An item with the specified name {path} already exists.", "DirectoryExist",
                      "ResourceExists", path,
                          type_name=_IO)  # fmt: skip
                return
        else:
            os.makedirs(path)
        self.emit(file_info(path))

    def _file(self, path: str) -> None:
        if os.path.lexists(path) and not self.force:
            self.fail(f"The file '{path}' already exists.", "NewItemIOError", "WriteError", path, type_name=_IO)
            return
        if self.force:
            os.makedirs(posixpath.dirname(path) or "/", exist_ok=True)
        text = "" if self.value is None else to_text(self.value)
        with open(path, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        self.emit(file_info(path))

    def _link(self, path: str, *, hard: bool) -> None:
        target = to_text(self.value)
        if os.path.lexists(path) and self.force:
            os.unlink(path)
        if hard:
            os.link(self.session.file_path(target), path)
        else:
            os.symlink(target.replace("\\", "/"), path)
        self.emit(file_info(path))


def _failure_id(problem: OSError) -> str:
    return "UnauthorizedAccessError" if isinstance(problem, PermissionError) else "IOError"


class _OnItems(Cmdlet):
    """Cmdlets that take items by path."""

    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=_LITERAL
    )
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    force = Parameter("switch")
    credential = Parameter("object")

    def _items(self) -> list[ResolvedPath]:
        wanted = name_filter(self)
        found = places(self, self.path, self.literal_path, hidden=bool(self.force))
        return [place for place in found if wanted(posixpath.basename(place.path))]


@cmdlet(
    "Remove-Item",
    aliases=("ri", "rm", "rmdir", "del", "erase", "rd"),
    default_set="Path",
    module=_MODULE,
    should_process=True,
)
class RemoveItem(_OnItems):
    """Deletes items."""

    recurse = Parameter("switch")
    stream = Parameter("string[]")

    def process(self) -> None:
        for place in self._items():
            self.check_stop()
            if not place.is_file_system:
                if self.should_process(f"Item: {place.full()}", "Remove Item"):
                    provider_of(self.session, place.drive).remove(place.path)
            else:
                self._remove(place.path)

    def _remove(self, path: str) -> None:
        is_directory = os.path.isdir(path) and not os.path.islink(path)
        if is_directory and not self.recurse and not self._may_recurse(path):
            return
        if not self.should_process(path, "Remove Directory" if is_directory else "Remove File"):
            return
        if not self.force and (is_hidden(path) or not (os.path.islink(path) or os.access(path, os.W_OK))):
            self.fail(
                f"Cannot remove item {path}: You do not have sufficient access rights to perform this operation "
                "or the item is "
                "hidden, system, or read only.",
                "RemoveFileSystemItemUnAuthorizedAccess",
                "PermissionDenied",
                path,
                type_name=_IO,
            )
            return
        try:
            if is_directory:
                shutil.rmtree(path)
            else:
                os.unlink(path)
        except OSError as problem:
            self.write_error(
                os_failure(
                    problem,
                    path,
                    "RemoveFileSystemItemUnAuthorizedAccess"
                    if isinstance(problem, PermissionError)
                    else "RemoveFileSystemItemIOError",
                ).record
            )

    def _may_recurse(self, path: str) -> bool:
        try:
            if not os.listdir(path):
                return True
        except OSError:
            return True
        answer = self.session.host.prompt_for_choice(
            "Confirm",
            f"The item at {path} has children and the Recurse parameter was not specified. If you continue, all "
            "children will "
            "be removed with the item. Are you sure you want to continue?",
            [("&Yes", ""), ("Yes to &All", ""), ("&No", ""), ("No to A&ll", "")],
            0,
        )
        return answer in (0, 1)


@cmdlet("Rename-Item", aliases=("rni", "ren"), default_set="ByPath", module=_MODULE, should_process=True)
class RenameItem(Cmdlet):
    """Gives an item another name in its place."""

    path = Parameter(
        "string", sets={"ByPath": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string", sets={"ByLiteralPath": {"mandatory": True, "by_property": True}}, aliases=_LITERAL
    )
    new_name = Parameter("string", position=1, mandatory=True, by_property=True)
    force = Parameter("switch")
    pass_thru = Parameter("switch")
    credential = Parameter("object")

    def process(self) -> None:
        for place in places(self, as_list(self.path), as_list(self.literal_path), hidden=True):
            if not place.is_file_system:
                provider = provider_of(self.session, place.drive)
                provider.write(self.new_name, provider.content(place.path))
                provider.remove(place.path)
                continue
            self._rename(place.path)

    def _rename(self, path: str) -> None:
        new = self.new_name.replace("\\", "/")
        parent = posixpath.dirname(path)
        if "/" in new:
            if posixpath.normpath(posixpath.join(self.session.file_location, posixpath.dirname(new))) != parent:
                raise self.throw(
                    error("Cannot rename the specified target, because it represents a path or device name.",
                          "Argument",
                          "InvalidArgument", self.new_name,
                          type_name="System.Management.Automation.PSArgumentException")
                )  # fmt: skip
            new = posixpath.basename(new)
        target = posixpath.join(parent, new)
        if not self.should_process(f"Item: {path} Destination: {target}", "Rename File"):
            return
        if os.path.lexists(target):
            self.fail(
                "Cannot create a file when that file already exists.",
                "RenameItemIOError",
                "WriteError",
                path,
                type_name=_IO,
            )
            return
        try:
            os.rename(path, target)
        except OSError as problem:
            self.write_error(os_failure(problem, path, "RenameItemIOError").record)
            return
        if self.pass_thru:
            self.emit(file_info(target))


@cmdlet("Set-Item", aliases=("si",), default_set="Path", module=_MODULE, should_process=True)
class SetItem(_OnItems):
    """Gives an item of Env:, Variable:, Function: or Alias: a value."""

    value = Parameter("object", position=1, pipeline=True, by_property=True, allow_null=True)
    pass_thru = Parameter("switch")

    def process(self) -> None:
        for place in places(self, self.path, self.literal_path, must_exist=False):
            if place.is_file_system:
                raise self.runtime.not_supported("Set-Item on the file system")
            provider = provider_of(self.session, place.drive)
            if self.should_process(f"Item: {place.full()} Value: {to_text(self.value)}", "Set Item"):
                provider.write(place.path, self.value)
                if self.pass_thru:
                    self.emit(provider.item(place.path))


@cmdlet("Clear-Item", aliases=("cli",), default_set="Path", module=_MODULE, should_process=True)
class ClearItem(_OnItems):
    """Empties an item of Env: or Variable:."""

    def process(self) -> None:
        for place in self._items():
            if place.is_file_system:
                raise self.runtime.not_supported("Clear-Item on the file system")
            provider_of(self.session, place.drive).write(place.path, None)


@cmdlet("Get-ItemProperty", aliases=("gp",), default_set="Path", module=_MODULE)
class GetItemProperty(_OnItems):
    """The properties of an item."""

    name = Parameter("string[]", position=1, aliases=("PSProperty",))

    def process(self) -> None:
        for place in self._items():
            item = item_at(self, place)
            if self.name is None:
                self.emit(item)
            else:
                self.emit(PSObject.custom({name: get(item, name) for name in self.name}))


@cmdlet("Get-ItemPropertyValue", aliases=("gpv",), default_set="Path", module=_MODULE)
class GetItemPropertyValue(_OnItems):
    """The value of properties of an item."""

    name = Parameter("string[]", position=1, mandatory=True, aliases=("PSProperty",))

    def process(self) -> None:
        for place in self._items():
            item = item_at(self, place)
            for name in self.name:
                self.emit(get(item, name))


CMDLETS = (ClearItem, GetItemProperty, GetItemPropertyValue, NewItem, RemoveItem, RenameItem, SetItem)
