"""Copy-Item and Move-Item."""

from __future__ import annotations

import os
import posixpath
import shutil

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.engine.types.files import file_info
from remora.engine.wildcard import unescape
from remora.modules.management.failures import os_failure, provider_lacks
from remora.modules.management.paths import name_filter, places
from remora.modules.management.providers import provider_of

_MODULE = "Microsoft.PowerShell.Management"
_LITERAL = ("PSPath", "LP")
_IO = "System.IO.IOException"


class _Transfer(Cmdlet):
    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=_LITERAL
    )
    destination = Parameter("string", position=1, by_property=True)
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    force = Parameter("switch")
    pass_thru = Parameter("switch")
    credential = Parameter("object")

    def _target(self) -> str:
        place = self.session.resolve_path(unescape(self.destination) if self.destination else ".")
        if not place.is_file_system:
            raise self.throw(provider_lacks(place.drive.provider, "this destination"))
        return place.path

    def _sources(self) -> list[str]:
        wanted = name_filter(self)
        return [
            place.path
            for place in places(self, self.path, self.literal_path, hidden=bool(self.force))
            if place.is_file_system and wanted(posixpath.basename(place.path))
        ]


@cmdlet("Copy-Item", aliases=("cpi", "cp", "copy"), default_set="Path", module=_MODULE, should_process=True)
class CopyItem(_Transfer):
    """Copies files, and directories with -Recurse."""

    container = Parameter("switch", default=True)
    recurse = Parameter("switch")
    from_session = Parameter("object")
    to_session = Parameter("object")

    def process(self) -> None:
        if self.from_session is not None or self.to_session is not None:
            raise self.runtime.not_supported("Copy-Item with a session")
        if self._copy_drive_items():
            return
        target = self._target()
        for source in self._sources():
            self.check_stop()
            place = posixpath.join(target, posixpath.basename(source)) if os.path.isdir(target) else target
            if not self.should_process(f"Item: {source} Destination: {place}", "Copy File"):
                continue
            try:
                if os.path.isdir(source):
                    self._directory(source, place)
                else:
                    self._file(source, place)
            except OSError as problem:
                self.write_error(os_failure(problem, place, "CopyFileInfoItemIOError").record)
                continue
            if self.pass_thru:
                self.emit(file_info(place))

    def _copy_drive_items(self) -> bool:
        """Copies inside Env:, Function: and so on; True when that was it."""
        if not self.destination or self.session.resolve_path(self.destination).is_file_system:
            return False
        target = self.session.resolve_path(self.destination)
        provider = provider_of(self.session, target.drive)
        for place in places(self, self.path, self.literal_path):
            if place.drive is not target.drive:
                raise self.throw(provider_lacks(target.drive.provider, "copying from another drive"))
            provider.write(target.path, provider.content(place.path))
        return True

    def _directory(self, source: str, place: str) -> None:
        if os.path.isfile(place):
            self.fail("Container cannot be copied onto existing leaf item.", "CopyContainerItemToLeafError",
                  "InvalidArgument",
                      source, type_name="System.Management.Automation.PSArgumentException")  # fmt: skip
            return
        os.makedirs(place, exist_ok=True)
        if not self.recurse:
            return
        for name in sorted(os.listdir(source)):
            self.check_stop()
            child, copy = posixpath.join(source, name), posixpath.join(place, name)
            if os.path.isdir(child) and not os.path.islink(child):
                self._directory(child, copy)
            else:
                self._file(child, copy)

    def _file(self, source: str, place: str) -> None:
        if os.path.exists(place) and os.path.samefile(source, place):
            self.fail(
                f"Cannot overwrite the item {source} with itself.", "CopyError", "WriteError", source, type_name=_IO
            )
            return
        if os.path.exists(place) and not os.access(place, os.W_OK) and self.force:
            os.unlink(place)
        shutil.copy2(source, place, follow_symlinks=True)


@cmdlet("Move-Item", aliases=("mi", "mv", "move"), default_set="Path", module=_MODULE, should_process=True)
class MoveItem(_Transfer):
    """Moves files and directories."""

    def process(self) -> None:
        target = self._target()
        sources = self._sources()
        if len(sources) > 1 and not os.path.isdir(target):
            raise self.throw(
                error("Cannot move multiple items to one path.", "MoveItemArgumentError", "InvalidArgument", target,
                      type_name="System.Management.Automation.PSArgumentException")
            )  # fmt: skip
        for source in sources:
            place = posixpath.join(target, posixpath.basename(source)) if os.path.isdir(target) else target
            if not self.should_process(f"Item: {source} Destination: {place}", "Move File"):
                continue
            if os.path.lexists(place) and not self.force:
                kind = "MoveDirectoryItemIOError" if os.path.isdir(source) else "MoveFileInfoItemIOError"
                self.fail(
                    "Cannot create a file when that file already exists.", kind, "WriteError", source, type_name=_IO
                )
                continue
            try:
                if os.path.isfile(place) and self.force:
                    os.unlink(place)
                shutil.move(source, place)
            except OSError as problem:
                self.write_error(os_failure(problem, source, "MoveFileInfoItemIOError").record)
                continue
            if self.pass_thru:
                self.emit(file_info(place))


CMDLETS = (CopyItem, MoveItem)
