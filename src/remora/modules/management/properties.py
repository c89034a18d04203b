"""Get-, Set-, New-, Remove-, Rename-, Copy-, Move- and Clear-ItemProperty, Get-ItemPropertyValue."""

from __future__ import annotations

from functools import partial
from typing import Any

from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.drives import ResolvedPath
from remora.engine.format.access import get, names
from remora.modules.common import as_list, matcher
from remora.modules.credentials import credential
from remora.modules.management.paths import attempt, chosen
from remora.modules.management.providers import provider_of
from remora.modules.management.providers.base import ItemCommand

_MODULE = "Microsoft.PowerShell.Management"
_LITERAL = ("PSPath", "LP")
_PATH: Any = {"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
_NOTES = frozenset(("pspath", "psparentpath", "pschildname", "psdrive", "psprovider"))


class _OnProperties(ItemCommand):
    """Cmdlets that take items by path, for their properties."""

    path = Parameter("string[]", sets=_PATH)
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=_LITERAL
    )
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    credential = credential(by_property=True)


@cmdlet("Get-ItemProperty", aliases=("gp",), default_set="Path", module=_MODULE)
class GetItemProperty(_OnProperties):
    """The properties of an item."""

    name = Parameter("string[]", position=1, aliases=("PSProperty",))

    def process(self) -> None:
        for place in list(chosen(self)):
            attempt(self, partial(self._get, place))

    def _get(self, place: ResolvedPath) -> None:
        wanted = [name for name in as_list(self.name) if name]
        if any("*" in name or "?" in name for name in wanted):
            test = matcher(wanted)
            item = provider_of(self.session, place).item(place)
            wanted = [name for name in names(item) if test(name) and name.lower() not in _NOTES]
        found = provider_of(self.session, place).get_property(self, place, wanted or None)
        if found is not None:
            self.emit(found)


@cmdlet("Get-ItemPropertyValue", aliases=("gpv",), default_set="Path", module=_MODULE)
class GetItemPropertyValue(_OnProperties):
    """The value of properties of an item."""

    name = Parameter("string[]", position=1, mandatory=True, aliases=("PSProperty",))
    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "pipeline": True, "by_property": True}}, default=["."]
    )  # fmt: skip

    def process(self) -> None:
        if self.literal_path is not None:
            self.path = None  # the default stands for the current place only
        for place in list(chosen(self)):
            attempt(self, partial(self._values, place))

    def _values(self, place: ResolvedPath) -> None:
        provider = provider_of(self.session, place)
        for name in self.name:
            found = provider.get_property(self, place, [name])
            if found is not None:
                self.emit(get(found, name))


@cmdlet("Set-ItemProperty", aliases=("sp",), default_set="propertyValuePathSet", module=_MODULE, should_process=True)
class SetItemProperty(ItemCommand):
    """Gives properties of an item values."""

    path = Parameter(
        "string[]",
        sets={
            "propertyValuePathSet": {"position": 0, "mandatory": True, "by_property": True},
            "propertyPSObjectPathSet": {"position": 0, "mandatory": True, "by_property": True},
        },
    )
    literal_path = Parameter(
        "string[]",
        sets={
            "propertyValueLiteralPathSet": {"mandatory": True, "by_property": True},
            "propertyPSObjectLiteralPathSet": {"mandatory": True, "by_property": True},
        },
        aliases=_LITERAL,
    )
    name = Parameter(
        "string",
        sets={
            "propertyValuePathSet": {"position": 1, "mandatory": True, "by_property": True},
            "propertyValueLiteralPathSet": {"position": 1, "mandatory": True, "by_property": True},
        },
        aliases=("PSProperty",),
    )
    value = Parameter(
        "object",
        sets={
            "propertyValuePathSet": {"position": 2, "mandatory": True, "by_property": True},
            "propertyValueLiteralPathSet": {"position": 2, "mandatory": True, "by_property": True},
        },
        allow_null=True,
        allow_empty=True,
    )
    input_object = Parameter(
        "psobject",
        sets={
            "propertyPSObjectPathSet": {"mandatory": True, "pipeline": True, "by_property": True},
            "propertyPSObjectLiteralPathSet": {"mandatory": True, "pipeline": True, "by_property": True},
        },
    )
    pass_thru = Parameter("switch")
    force = Parameter("switch")
    filter = Parameter("string")
    include = Parameter("string[]")
    exclude = Parameter("string[]")
    credential = credential(by_property=True)

    def process(self) -> None:
        if self.name is not None:
            values = {self.name: self.value}
        else:
            given = self.input_object
            values = {name: get(given, name) for name in names(given) if name.lower() not in _NOTES}
        for place in list(chosen(self)):
            attempt(self, partial(self._set, place, values))

    def _set(self, place: ResolvedPath, values: dict[str, Any]) -> None:
        done = provider_of(self.session, place).set_property(self, place, values)
        if done is not None and self.pass_thru:
            self.emit(done)


@cmdlet("Clear-ItemProperty", aliases=("clp",), default_set="Path", module=_MODULE, should_process=True)
class ClearItemProperty(_OnProperties):
    """Takes the value of a property away."""

    name = Parameter("string", position=1, mandatory=True, by_property=True)
    pass_thru = Parameter("switch")
    force = Parameter("switch")

    def process(self) -> None:
        for place in list(chosen(self)):
            attempt(self, partial(self._clear, place))

    def _clear(self, place: ResolvedPath) -> None:
        done = provider_of(self.session, place).clear_property(self, place, [self.name])
        if done is not None and self.pass_thru:
            self.emit(done)


class _OnFreeProperties(_OnProperties):
    """Cmdlets for providers whose items have properties of their own making; of the built-in ones there is none."""

    force = Parameter("switch")

    def process(self) -> None:
        for place in list(chosen(self)):
            attempt(self, partial(provider_of(self.session, place).change_properties, self, place))


@cmdlet("New-ItemProperty", default_set="Path", module=_MODULE, should_process=True)
class NewItemProperty(_OnFreeProperties):
    """Makes a property of an item, where the provider has such."""

    path = Parameter("string[]", sets={"Path": {"position": 0, "mandatory": True}})
    name = Parameter("string", position=1, mandatory=True, by_property=True, aliases=("PSProperty",))
    property_type = Parameter("string", by_property=True, aliases=("Type",))
    value = Parameter("object", by_property=True)


@cmdlet("Remove-ItemProperty", aliases=("rp",), default_set="Path", module=_MODULE, should_process=True)
class RemoveItemProperty(_OnFreeProperties):
    """Takes properties of an item away, where the provider has such."""

    name = Parameter("string[]", position=1, mandatory=True, by_property=True, aliases=("PSProperty",))


@cmdlet("Rename-ItemProperty", aliases=("rnp",), default_set="Path", module=_MODULE, should_process=True)
class RenameItemProperty(_OnFreeProperties):
    """Gives a property of an item another name, where the provider has such."""

    path = Parameter("string", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}})
    literal_path = Parameter("string", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=_LITERAL)
    pass_thru = Parameter("switch")
    name = Parameter("string", position=1, mandatory=True, by_property=True, aliases=("PSProperty",))
    new_name = Parameter("string", position=2, mandatory=True, by_property=True)


@cmdlet("Copy-ItemProperty", aliases=("cpp",), default_set="Path", module=_MODULE, should_process=True)
class CopyItemProperty(_OnFreeProperties):
    """Copies a property to another item, where the provider has such."""

    pass_thru = Parameter("switch")
    name = Parameter("string", position=2, mandatory=True, by_property=True, aliases=("PSProperty",))
    destination = Parameter("string", position=1, mandatory=True, by_property=True)


@cmdlet("Move-ItemProperty", aliases=("mp",), default_set="Path", module=_MODULE, should_process=True)
class MoveItemProperty(_OnFreeProperties):
    """Moves properties to another item, where the provider has such."""

    pass_thru = Parameter("switch")
    name = Parameter("string[]", position=2, mandatory=True, by_property=True, aliases=("PSProperty",))
    destination = Parameter("string", position=1, mandatory=True, by_property=True)


CMDLETS = (
    ClearItemProperty, CopyItemProperty, GetItemProperty, GetItemPropertyValue, MoveItemProperty, NewItemProperty,
    RemoveItemProperty, RenameItemProperty, SetItemProperty,
)  # fmt: skip
