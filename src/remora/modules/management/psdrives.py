"""Get-PSDrive, New-PSDrive, Remove-PSDrive, Get-PSProvider."""

from __future__ import annotations

import os

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.drives import FLAT, Drive, drive_not_found, provider_not_found
from remora.engine.errors import PSError, error
from remora.engine.providerinfo import MODULE
from remora.engine.scopes import Scope
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, matcher
from remora.modules.credentials import credential
from remora.modules.management.providers.base import bad_argument

_GIVEN = (ValidateNotNullOrEmpty(),)
_MODULE = "Microsoft.PowerShell.Management"
_FORBIDDEN = frozenset(";~/\\.:")
_DRIVE = "System.Management.Automation.PSDriveInfo"


def in_scope(drive: Drive, scope: Scope) -> bool:
    """Tell whether a drive was made in that scope; those of the session count as global."""
    if drive.scope is None:
        return scope.parent is None
    return drive.scope() is scope


@cmdlet("Get-PSDrive", aliases=("gdr",), default_set="Name", module=_MODULE, output_type=(_DRIVE,))
class GetPSDrive(Cmdlet):
    """Shows the drives of the session."""

    name = Parameter("string[]", sets={"Name": {"position": 0, "by_property": True}}, validate=_GIVEN)
    literal_name = Parameter("string[]", sets={"LiteralName": {"position": 0, "mandatory": True, "by_property": True}})
    scope = Parameter("string", by_property=True)
    ps_provider = Parameter("string[]", name="PSProvider", by_property=True)

    def process(self) -> None:
        literal = self.literal_name is not None
        of_provider = matcher([name.rpartition("\\")[2] for name in as_list(self.ps_provider)])
        drives = self.session.drives.all()
        if self.scope is not None:
            scope = self.runtime.frame.scope.named(self.scope)
            drives = [drive for drive in drives if in_scope(drive, scope)]
        for pattern in as_list(self.literal_name or self.name) or ["*"]:
            name = pattern.removesuffix(":")
            test = (lambda text, name=name: text.lower() == name.lower()) if literal else matcher([name])
            found = [drive for drive in drives if test(drive.name)]
            for drive in found:
                if of_provider(drive.provider):
                    self.emit(drive)
            if not found and (literal or not has_wildcard(pattern)):
                record = drive_not_found(pattern).record
                record.error_id = "GetLocationNoMatchingDrive" if self.scope is None else "GetDriveNoMatchingDrive"
                self.write_error(record)


@cmdlet(
    "New-PSDrive",
    aliases=("ndr", "mount"),
    module=_MODULE,
    should_process=True,
    confirm_impact="Low",
    output_type=(_DRIVE,),
)
class NewPSDrive(Cmdlet):
    """Makes a drive for a directory."""

    name = Parameter("string", position=0, mandatory=True, by_property=True)
    ps_provider = Parameter("string", name="PSProvider", position=1, mandatory=True, by_property=True)
    root = Parameter("string", position=2, mandatory=True, by_property=True, allow_empty=True)
    description = Parameter("string", by_property=True, default="")
    scope = Parameter("string", by_property=True)
    credential = credential(by_property=True)
    persist = Parameter("switch", by_property=True)

    def process(self) -> None:
        drives = self.session.drives
        try:
            provider = drives.provider_named(self.ps_provider)
        except PSError as problem:
            raise self.throw(problem) from None
        shown = f"Name: {self.name} Provider: {provider.full_name} Root: {self.root}"
        if not self.should_process(shown, "New drive"):
            return
        scope = self.runtime.frame.scope.named(self.scope or "local")
        if _FORBIDDEN & set(self.name):
            self.write_error(
                bad_argument(
                    "Cannot process the drive name because the drive name contains one or more of the following "
                    "characters that are not valid: ; ~ / \\ . : (Parameter 'drive.Name')"
                ).record
            )
            return
        known = drives.find(self.name)
        if known is not None and in_scope(known, scope):
            self.write_error(
                error(f"A drive with the name '{self.name}' already exists.", "DriveAlreadyExists", "ResourceExists",
                      self.name, type_name="System.Management.Automation.SessionStateException").record
            )  # fmt: skip
            return
        drive = self._make(provider.name)
        if drive is not None:
            drive.credential = self.credential
            self.emit(drives.add(drive, scope if scope.parent is not None else None))

    def _make(self, provider: str) -> Drive | None:
        if provider in FLAT:
            return Drive(self.name, provider, self.root, description=self.description)
        if provider != "FileSystem":
            raise self.runtime.not_supported(f"New-PSDrive -PSProvider {provider}")
        root = self.session.file_path(self.root)
        drive = Drive(self.name, provider, root, description=self.description)
        if self.persist:
            self.fail(
                "When you use the Persist parameter, the root must be a file system location on a remote computer.",
                "DriveRootNotNetworkPath", "InvalidArgument", drive, type_name="System.NotSupportedException",
            )  # fmt: skip
            return None
        if not os.path.isdir(root):
            self.fail(
                f'The specified drive root "{self.root}" either does not exist, or it is not a folder.',
                "DriveRootError", "ReadError", drive, type_name="System.IO.IOException",
            )  # fmt: skip
            return None
        return drive


@cmdlet("Remove-PSDrive", aliases=("rdr",), default_set="Name", module=_MODULE, should_process=True)
class RemovePSDrive(Cmdlet):
    """Takes drives away."""

    name = Parameter("string[]", sets={"Name": {"position": 0, "mandatory": True, "by_property": True}})
    literal_name = Parameter("string[]", sets={"LiteralName": {"position": 0, "mandatory": True, "by_property": True}})
    ps_provider = Parameter("string[]", name="PSProvider", by_property=True)
    scope = Parameter("string", by_property=True)
    force = Parameter("switch")

    def process(self) -> None:
        of_provider = matcher(self.ps_provider)
        scope = self.runtime.frame.scope.named(self.scope) if self.scope is not None else None
        for pattern in as_list(self.literal_name or self.name):
            name = pattern.removesuffix(":")
            test = matcher([name]) if self.literal_name is None else None
            found = [
                drive
                for drive in self.session.drives.all()
                if (test(drive.name) if test else drive.name.lower() == name.lower())
                and of_provider(drive.provider)
                and (scope is None or in_scope(drive, scope))
            ]
            for drive in found:
                self._remove(drive)
            if not found:
                self.write_error(drive_not_found(pattern).record)

    def _remove(self, drive: Drive) -> None:
        drives = self.session.drives
        shown = f"Name: {drive.name} Provider: {MODULE}\\{drive.provider} Root: {drive.root}"
        if not self.should_process(shown, "Remove Drive"):
            return
        if drive is drives.current and not self.force:
            self.fail(
                f"Cannot remove drive '{drive.name}' because it is in use.", "InvalidOperation", "InvalidOperation",
                type_name="System.Management.Automation.PSInvalidOperationException",
            )  # fmt: skip
            return
        drives.remove(drive.name)


@cmdlet(
    "Get-PSProvider", module=_MODULE, output_type=("System.Management.Automation.ProviderInfo",)
)  # fmt: skip
class GetPSProvider(Cmdlet):
    """Shows the providers of the session's drives."""

    ps_provider = Parameter("string[]", name="PSProvider", position=0, by_property=True, validate=_GIVEN)

    def process(self) -> None:
        known = sorted(self.session.drives.providers.values(), key=lambda provider: provider.name)
        for pattern in as_list(self.ps_provider) or ["*"]:
            test = matcher([pattern.rpartition("\\")[2]])
            found = [provider for provider in known if test(provider.name)]
            for provider in found:
                self.emit(provider)
            if not found and not has_wildcard(pattern):
                self.write_error(provider_not_found(pattern).record)


CMDLETS = (GetPSDrive, GetPSProvider, NewPSDrive, RemovePSDrive)
