"""Get-, Set-, Push- and Pop-Location."""

from __future__ import annotations

import os
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.drives import Drives, ResolvedPath, drive_not_found
from remora.engine.errors import PSError, error
from remora.engine.pathinfo import PathInfo, PathInfoStack
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, matcher
from remora.modules.management.failures import path_not_found
from remora.modules.management.paths import PER_PATH, exists, glob, is_container
from remora.modules.management.providers.base import bad_argument

_MODULE = "Microsoft.PowerShell.Management"
_HISTORY = 20


def stack_of(drives: Drives, name: str | None) -> list[ResolvedPath] | None:
    """The location stack of that name, None when nothing was ever pushed on it; no name is the default stack's."""
    key = (name or drives.default_stack).lower()
    return drives.stacks.setdefault("", []) if key in ("", "default") else drives.stacks.get(key)


def stack_missing(name: str) -> PSError:
    """A stack that does not exist was named."""
    return bad_argument(f"Cannot find location stack '{name}'. It does not exist or it is not a container.", name)


@cmdlet("Get-Location", aliases=("gl", "pwd"), default_set="Location", module=_MODULE)
class GetLocation(Cmdlet):
    """Where the session is."""

    ps_provider = Parameter("string[]", name="PSProvider", sets={"Location": {"by_property": True}})
    ps_drive = Parameter("string[]", name="PSDrive", sets={"Location": {"by_property": True}})
    stack = Parameter("switch", sets=("Stack",))
    stack_name = Parameter("string[]", sets={"Stack": {"by_property": True}})

    def process(self) -> None:
        drives = self.session.drives
        if self.stack or self.stack_name is not None:
            for name in as_list(self.stack_name) or [""]:
                found = stack_of(drives, name)
                if found is None:
                    self.write_error(stack_missing(name).record)
                else:
                    self.emit(PathInfoStack(name or drives.default_stack or "default", found))
        elif self.ps_drive is not None:
            for name in self.ps_drive:
                self._of_drive(name)
        elif self.ps_provider is not None:
            self._of_providers()
        else:
            self.emit(PathInfo(drives.place))

    def _of_drive(self, name: str) -> None:
        drive = self.session.drives.find(name.rstrip(":"))
        if drive is None:
            record = drive_not_found(name).record
            record.error_id = "GetLocationNoMatchingDrive"
            self.write_error(record)
        else:
            self.emit(PathInfo(ResolvedPath(drive=drive, path=drive.current)))

    def _of_providers(self) -> None:
        wanted = matcher(self.ps_provider)
        seen: set[str] = set()
        drives = self.session.drives
        for drive in [drives.current, *drives.all()]:
            if wanted(drive.provider) and drive.provider not in seen:
                seen.add(drive.provider)
                self.emit(PathInfo(ResolvedPath(drive=drive, path=drive.current)))


class _Mover(Cmdlet):
    """Changes the location after looking that the target is there."""

    def _go(self, text: str, *, literal: bool) -> bool:
        """False after an error was written."""
        try:
            self._move(text, literal=literal)
        except PSError as problem:
            if problem.record.exception.kind.name not in PER_PATH and problem.record.error_id != "Argument":
                raise
            self.write_error(problem.record)
            return False
        return True

    def _move(self, text: str, *, literal: bool) -> None:
        session = self.session
        found = [session.resolve_path(text)] if literal else self._containers(text)
        if len(found) > 1:
            raise bad_argument(
                f"Cannot set the location because path '{text}' resolved to multiple containers. You can only set "
                "the location to a single container at a time.", text,
            )  # fmt: skip
        place = found[0] if found else session.resolve_path(text)
        if not exists(session, place) or not is_container(session, place):
            raise path_not_found(place.full())
        if place.is_file_system and not os.access(place.path, os.X_OK):
            raise self.throw(
                error(f"Access to the path '{place.path}' is denied.", "UnauthorizedAccess", "PermissionDenied",
                      place.path, type_name="System.UnauthorizedAccessException")
            )  # fmt: skip
        history: list[ResolvedPath] = session.store.setdefault("location history", [])
        history.append(session.drives.place)
        del history[:-_HISTORY]
        session.store.pop("location future", None)
        session.drives.set_location(place)

    def _containers(self, text: str) -> list[ResolvedPath]:
        places = glob(self.session, text, hidden=not has_wildcard(text))
        return [place for place in places if is_container(self.session, place)]

    def _travel(self, sign: str) -> None:
        """``-`` goes back, ``+`` forward again."""
        back: list[ResolvedPath] = self.session.store.setdefault("location history", [])
        forward: list[ResolvedPath] = self.session.store.setdefault("location future", [])
        source, target = (back, forward) if sign == "-" else (forward, back)
        if not source:
            raise self.throw(
                error(f"There is no location history left to navigate {'backwards' if sign == '-' else 'forwards'}.",
                      "System.InvalidOperationException", "InvalidOperation", sign,
                      type_name="System.InvalidOperationException")
            )  # fmt: skip
        target.append(self.session.drives.place)
        self.session.drives.set_location(source.pop())

    def _show(self) -> None:
        self.emit(PathInfo(self.session.drives.place))


@cmdlet("Set-Location", aliases=("sl", "cd", "chdir"), default_set="Path", module=_MODULE)
class SetLocation(_Mover):
    """Goes to another place; without a path, home."""

    path = Parameter(
        "string", sets={"Path": {"position": 0, "pipeline": True, "by_property": True}}, default="", allow_empty=True
    )
    literal_path = Parameter(
        "string", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    stack_name = Parameter("string", sets={"Stack": {"by_property": True}})
    pass_thru = Parameter("switch")

    def process(self) -> None:
        drives = self.session.drives
        if self.stack_name is not None or self.parameter_set == "Stack":
            self._use_stack(drives, self.stack_name or "")
            return
        if self.literal_path is not None:
            moved = self._go(self.literal_path, literal=True)
        elif self.path in ("-", "+"):
            self._travel(self.path)
            moved = True
        else:
            moved = self._go(self.path or drives.providers["FileSystem"].home, literal=not self.path)
        if moved and self.pass_thru:
            self._show()

    def _use_stack(self, drives: Drives, name: str) -> None:
        found = stack_of(drives, name)
        if found is None:
            self.write_error(stack_missing(name).record)
            return
        drives.default_stack = "" if name.lower() == "default" else name
        if self.pass_thru:
            self.emit(PathInfoStack(name or "default", found))


@cmdlet("Push-Location", aliases=("pushd",), default_set="Path", module=_MODULE)
class PushLocation(_Mover):
    """Remembers the place and goes to another."""

    path = Parameter(
        "string", sets={"Path": {"position": 0, "pipeline": True, "by_property": True}}, allow_empty=True
    )  # fmt: skip
    literal_path = Parameter("string", sets={"LiteralPath": {"by_property": True}}, aliases=("PSPath", "LP"))
    stack_name = Parameter("string", by_property=True, default="")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        drives = self.session.drives
        key = (self.stack_name or drives.default_stack).lower()
        stack = drives.stacks.setdefault("" if key == "default" else key, [])
        stack.append(drives.place)
        moved = True
        if self.literal_path is not None:
            moved = self._go(self.literal_path, literal=True)
        elif self.path:
            moved = self._go(self.path, literal=False)
        if not moved:
            stack.pop()
        elif self.pass_thru:
            self._show()


@cmdlet("Pop-Location", aliases=("popd",), module=_MODULE)
class PopLocation(_Mover):
    """Goes back to the place pushed last."""

    stack_name = Parameter("string", by_property=True, default="")
    pass_thru = Parameter("switch")

    def process(self) -> None:
        drives = self.session.drives
        stack = stack_of(drives, self.stack_name)
        if stack is None:
            self.write_error(stack_missing(self.stack_name).record)
            return
        if stack:
            place: Any = stack.pop()
            if exists(self.session, place):
                drives.set_location(place)
            else:
                self.write_error(path_not_found(place.full()).record)
                return
        if self.pass_thru:
            self._show()


CMDLETS = (GetLocation, PopLocation, PushLocation, SetLocation)
