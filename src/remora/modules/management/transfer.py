"""Copy-Item and Move-Item."""

from __future__ import annotations

import os
import posixpath
from functools import partial
from typing import Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.drives import ResolvedPath
from remora.engine.errors import PSError, error
from remora.engine.wildcard import has_wildcard
from remora.modules.credentials import credential
from remora.modules.management.paths import attempt, chosen, glob
from remora.modules.management.providers import provider_of
from remora.modules.management.providers.base import ItemCommand, bad_argument

_MODULE = "Microsoft.PowerShell.Management"
_LITERAL = ("PSPath", "LP")
_ARGUMENT = "System.Management.Automation.PSArgumentException"


class _Transfer(ItemCommand):
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
    credential = credential(by_property=True)

    def local_target(self) -> ResolvedPath:
        """Where -Destination points: wildcards must mean one place."""
        text = self.destination or "."
        if has_wildcard(text):
            found = list(glob(self.session, text, hidden=True))
            if len(found) > 1:
                raise self.throw(
                    bad_argument(
                        "Cannot move the item because the destination resolved to multiple paths. Specify a "
                        "destination path that resolves to a single destination and try again."
                    )
                )
            if found:
                return found[0]
        return self.session.resolve_path(text)


@cmdlet("Copy-Item", aliases=("cpi", "cp", "copy"), default_set="Path", module=_MODULE, should_process=True)
class CopyItem(_Transfer):
    """Copies files, and directories with -Recurse, on this machine or to and from another one over a session."""

    container = Parameter("switch", default=True)
    recurse = Parameter("switch")
    from_session = Parameter("object")
    to_session = Parameter("object")

    def process(self) -> None:
        if self.from_session is not None or self.to_session is not None:
            from remora.modules.remoting.copying import RemoteCopy

            RemoteCopy(self).run()
            return
        target = self.local_target()
        for place in list(chosen(self, hidden=bool(self.force))):
            self.check_stop()
            attempt(self, partial(self._copy, place, target))

    def _copy(self, place: ResolvedPath, target: ResolvedPath) -> None:
        if place.drive.provider != target.drive.provider:
            raise self.throw(bad_argument("Source and destination path did not resolve to the same provider."))
        provider = provider_of(self.session, place)
        if not provider.is_container(place.path) or not place.is_file_system:
            provider.copy_item(self, place, target, recurse=False)
        elif os.path.isdir(target.path) and self.recurse and not self.container:
            self._flattened(place, target)
        elif os.path.isdir(target.path) and not self.recurse and not self.container:
            self.write_error(
                _refused(
                    "Container cannot be copied to another container. The -Recurse or -Container parameter is not "
                    "specified.", "CopyContainerToContainerWithoutRecurseOrContainer", place.path,
                ).record
            )  # fmt: skip
        elif os.path.isfile(target.path):
            self.write_error(
                _refused(
                    "Container cannot be copied onto existing leaf item.", "CopyContainerItemToLeafError", place.path
                ).record
            )
        else:
            provider.copy_item(self, place, target, recurse=bool(self.recurse))

    def _flattened(self, place: ResolvedPath, target: ResolvedPath) -> None:
        """-Recurse without -Container: all files below into one directory."""
        provider = provider_of(self.session, place)
        for folder, _, names in os.walk(place.path):
            for name in sorted(names):
                self.check_stop()
                provider.copy_item(self, place.at(posixpath.join(folder, name)), target, recurse=False)


def _refused(message: str, error_id: str, target: Any) -> PSError:
    return error(message, error_id, "InvalidArgument", target, type_name=_ARGUMENT)


@cmdlet("Move-Item", aliases=("mi", "mv", "move"), default_set="Path", module=_MODULE, should_process=True)
class MoveItem(_Transfer):
    """Moves files and directories."""

    def process(self) -> None:
        target = self.local_target()
        sources = list(chosen(self, hidden=bool(self.force)))
        if len(sources) > 1 and not provider_of(self.session, target).is_container(target.path):
            self.write_error(
                _refused(
                    "Cannot move the item because the source path points to one or more items and the destination "
                    "path is not a container. Validate that the destination path is a container and try again.",
                    "MoveItemPathMultipleDestinationNotContainer", target.path,
                ).record
            )  # fmt: skip
            return
        for place in sources:
            attempt(self, partial(self._move, place, target))

    def _move(self, place: ResolvedPath, target: ResolvedPath) -> None:
        if place.drive.provider != target.drive.provider:
            raise self.throw(
                bad_argument(
                    "Cannot move the item because the source and destination paths did not resolve to the same "
                    "provider."
                )
            )
        provider_of(self.session, place).move_item(self, place, target)


CMDLETS = (CopyItem, MoveItem)
