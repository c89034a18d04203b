"""New-Item, Remove-Item, Rename-Item, Set-Item, Clear-Item, Invoke-Item."""

from __future__ import annotations

import os
import posixpath
from functools import partial

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.drives import ResolvedPath
from remora.engine.errors import error
from remora.engine.pathtext import combine
from remora.modules.common import as_list
from remora.modules.credentials import credential
from remora.modules.management.failures import path_not_found
from remora.modules.management.paths import attempt, check_credential, chosen, glob
from remora.modules.management.providers import provider_of
from remora.modules.management.providers.base import ItemCommand, bad_argument

_MODULE = "Microsoft.PowerShell.Management"
_LITERAL = ("PSPath", "LP")
YES_NO_ALL = [
    ("&Yes", "Continue with only the next step of the operation."),
    ("Yes to &All", "Continue with all the steps of the operation."),
    ("&No", "Skip this operation and proceed with the next operation."),
    ("No to A&ll", "Skip this operation and all subsequent operations."),
]


def check_options(command: ItemCommand, place: ResolvedPath) -> None:
    """-Options is a parameter on drives of functions and aliases only. Raises PSError elsewhere."""
    if command.options is not None and place.drive.provider not in ("Function", "Alias"):
        raise command.throw(
            error(
                "A parameter cannot be found that matches parameter name 'Options'.", "NamedParameterNotFound",
                "InvalidArgument", type_name="System.Management.Automation.ParameterBindingException",
            )
        )  # fmt: skip


@cmdlet("New-Item", aliases=("ni",), default_set="pathSet", module=_MODULE, should_process=True)
class NewItem(ItemCommand):
    """Makes a file, a directory, a link or an item of another drive."""

    path = Parameter(
        "string[]",
        sets={
            "pathSet": {"position": 0, "mandatory": True, "by_property": True},
            "nameSet": {"position": 0, "by_property": True},
        },
    )
    name = Parameter(
        "string", sets={"nameSet": {"mandatory": True, "by_property": True}}, allow_null=True, allow_empty=True
    )
    item_type = Parameter("string", aliases=("Type",), by_property=True)
    value = Parameter("object", aliases=("Target",), pipeline=True, by_property=True)
    options = Parameter("object")
    force = Parameter("switch")
    credential = credential(by_property=True)

    def process(self) -> None:
        for text in as_list(self.path) or [""]:
            for place in self._targets(text):
                check_options(self, place)
                attempt(self, partial(self._make, place))

    def _make(self, place: ResolvedPath) -> None:
        check_credential(self, place)
        provider_of(self.session, place).new_item(self, place, self.item_type or None, self.value)

    def _targets(self, text: str) -> list[ResolvedPath]:
        """Without -Name the path is taken as it is written; with it wildcards in the path are expanded."""
        session = self.session
        if self.name is None:
            return [session.resolve_path(text)]
        if not text:
            return [session.resolve_path(self.name)]
        parents = list(glob(session, text, hidden=True)) or [session.resolve_path(text)]
        return [self._below(parent) for parent in parents]

    def _below(self, parent: ResolvedPath) -> ResolvedPath:
        """The place of -Name below a container."""
        if not parent.is_file_system:
            return self.session.resolve_path(combine(parent.full(), self.name))
        path = posixpath.normpath(posixpath.join(parent.path, self.name.replace("\\", "/").lstrip("/")))
        return parent.at(path)


class _OnItems(ItemCommand):
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
    credential = credential(by_property=True)


class _OnItemsForced(_OnItems):
    force = Parameter("switch")


@cmdlet(
    "Remove-Item",
    aliases=("ri", "rm", "rmdir", "del", "erase", "rd"),
    default_set="Path",
    module=_MODULE,
    should_process=True,
)
class RemoveItem(_OnItemsForced):
    """Deletes items."""

    recurse = Parameter("switch")

    def begin(self) -> None:
        self._always: bool | None = None

    def process(self) -> None:
        if self.recurse and (self.include or self.exclude) and self.path is not None:
            self._selected_below()
            return
        for place in list(chosen(self, hidden=bool(self.force))):
            self.check_stop()
            attempt(self, partial(self._remove, place))

    def _selected_below(self) -> None:
        """-Recurse with -Include or -Exclude: the items below that they let through, deepest first."""
        found = self.runtime.call_command(
            "Get-ChildItem", Path=self.path, Recurse=True, Include=self.include or [], Exclude=self.exclude or [],
            Force=bool(self.force),
        )  # fmt: skip
        for item in reversed(found):
            place = self.session.resolve_path(item.path)
            if os.path.lexists(place.path):
                attempt(self, partial(self._remove, place))

    def _remove(self, place: ResolvedPath) -> None:
        provider = provider_of(self.session, place)
        if self._is_in_use(place):
            self.fail(
                f"Cannot remove the item at '{place.path}' because it is in use.", "InvalidOperation",
                "InvalidOperation", type_name="System.Management.Automation.PSInvalidOperationException",
            )  # fmt: skip
            return
        recurse = bool(self.recurse)
        is_link = place.is_file_system and os.path.islink(place.path)
        if not recurse and not is_link and provider.has_children(place.path) and (place.path or place.is_file_system):
            if not self._may_recurse(place):
                return
            recurse = True
        provider.remove_item(self, place, recurse=recurse)

    def _is_in_use(self, place: ResolvedPath) -> bool:
        current = self.session.drives.current
        if not place.is_file_system or not current.is_file_system:
            return False
        return (current.current + "/").startswith(place.path.rstrip("/") + "/")

    def _may_recurse(self, place: ResolvedPath) -> bool:
        if self.runtime.what_if:
            return True
        if self._always is not None:
            return self._always
        answer = self.session.host.prompt_for_choice(
            "Confirm",
            f"The item at {place.full()} has children and the Recurse parameter was not specified. If you continue, "
            "all children will be removed with the item. Are you sure you want to continue?",
            YES_NO_ALL,
            0,
        )
        if answer in (1, 3):
            self._always = answer == 1
        return answer in (0, 1)


@cmdlet("Rename-Item", aliases=("rni", "ren"), default_set="ByPath", module=_MODULE, should_process=True)
class RenameItem(ItemCommand):
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
    credential = credential(by_property=True)

    def process(self) -> None:
        session = self.session
        if self.literal_path is not None:
            place = session.resolve_path(self.literal_path)
            found = [place] if provider_of(session, place).exists(place.path) else []
        else:
            place = session.resolve_path(self.path)
            found = list(glob(session, self.path, hidden=True))
        if len(found) > 1:
            raise self.throw(
                bad_argument(
                    "Cannot rename item because the path resolved to multiple items. Only one item can be renamed at "
                    "a time. (Parameter 'path')"
                )
            )
        if not found:
            self.write_error(path_not_found(place.full()).record)
            return
        attempt(self, partial(self._rename, found[0]))

    def _rename(self, place: ResolvedPath) -> None:
        check_credential(self, place)
        provider_of(self.session, place).rename_item(self, place, self.new_name)


@cmdlet("Set-Item", aliases=("si",), default_set="Path", module=_MODULE, should_process=True)
class SetItem(_OnItemsForced):
    """Gives an item of Env:, Variable:, Function: or Alias: a value."""

    value = Parameter("object", position=1, pipeline=True, by_property=True, allow_null=True)
    options = Parameter("object")
    pass_thru = Parameter("switch")

    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True, "by_property": True}})

    def process(self) -> None:
        for place in list(chosen(self, must_exist=False)):
            check_options(self, place)
            attempt(self, partial(provider_of(self.session, place).set_item, self, place, self.value))


@cmdlet("Clear-Item", aliases=("cli",), default_set="Path", module=_MODULE, should_process=True)
class ClearItem(_OnItemsForced):
    """Empties an item of Env: or Variable:."""

    def process(self) -> None:
        for place in list(chosen(self)):
            attempt(self, partial(provider_of(self.session, place).clear_item, self, place))


@cmdlet("Invoke-Item", aliases=("ii",), default_set="Path", module=_MODULE, should_process=True)
class InvokeItem(_OnItems):
    """Opens items with what the desktop has for them; programs are run."""

    def process(self) -> None:
        for place in list(chosen(self)):
            attempt(self, partial(provider_of(self.session, place).invoke_item, self, place))


CMDLETS = (ClearItem, InvokeItem, NewItem, RemoveItem, RenameItem, SetItem)
