"""Group-Object."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.format.shaping import GROUP_KEYS
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.modules.common import order, property_specs
from remora.modules.utility.sorting import keys_of
from remora.values import Hashtable


class GroupInfo(NetObject):
    """One group: its key values and its objects. with_elements: False after -NoElement."""

    __slots__ = ("count", "group", "values", "with_elements")
    net_type = NetType("Microsoft.PowerShell.Commands.GroupInfo", OBJECT)
    bare_type = NetType("Microsoft.PowerShell.Commands.GroupInfoNoElement", net_type)

    def __init__(self, values: list[Any], *, with_elements: bool) -> None:
        self.values = values
        self.group: list[Any] = []
        self.count = 0
        self.with_elements = with_elements

    def net_type_names(self) -> tuple[str, ...]:
        return (self.net_type if self.with_elements else self.bare_type).names

    def net_text(self) -> str:
        return self.net_type.name

    def add(self, value: Any) -> None:
        """Take one object in."""
        self.count += 1
        if self.with_elements:
            self.group.append(value)

    @property
    def name(self) -> str:
        return ", ".join(to_text(value) for value in self.values)


@GroupInfo.net_type.property("Values", "System.Collections.ArrayList")
def _values(self: GroupInfo) -> Any:
    return self.values


@GroupInfo.net_type.property("Count", "System.Int32")
def _count(self: GroupInfo) -> Any:
    return self.count


@GroupInfo.net_type.property("Group", "System.Collections.ObjectModel.Collection`1")
def _group(self: GroupInfo) -> Any:
    return self.group


@GroupInfo.net_type.property("Name", "System.String")
def _name(self: GroupInfo) -> Any:
    return self.name


@cmdlet("Group-Object", aliases=("group",), default_set="HashTable", output_type=(GroupInfo.net_type.name,))
class GroupObject(Cmdlet):
    """Groups objects with the same values; case is ignored."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0)
    no_element = Parameter("switch")
    as_hash_table = Parameter("switch", name="AsHashTable", aliases=("AHT",))
    as_string = Parameter("switch")
    case_sensitive = Parameter("switch")
    culture = Parameter("string")

    def begin(self) -> None:
        self._specs = property_specs(self, self.property, GROUP_KEYS)
        self._groups: dict[Any, list[GroupInfo]] = {}
        self._order: list[GroupInfo] = []

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING:
            return
        keys = keys_of(value, self._specs)
        if self.as_string:
            keys = [to_text(key) for key in keys]
        text = "\0".join(to_text(key) for key in keys)
        bucket = self._groups.setdefault(text if self.case_sensitive else text.lower(), [])
        found = next((group for group in bucket if self._same(group.values, keys)), None)
        if found is None:
            found = GroupInfo(keys, with_elements=not self.no_element)
            bucket.append(found)
            self._order.append(found)
        found.add(value)

    def _same(self, left: list[Any], right: list[Any]) -> bool:
        sensitive = bool(self.case_sensitive)
        return len(left) == len(right) and all(
            order(a, b, case_sensitive=sensitive) == 0 for a, b in zip(left, right, strict=True)
        )

    def end(self) -> None:
        if not self.as_hash_table:
            for group in self._sorted():
                self.emit(group)
            return
        table = Hashtable(case_sensitive=bool(self.case_sensitive))
        for group in self._order:
            if not group.values or group.values[0] is None:
                continue
            key = to_text(group.values[0]) if self.as_string or len(group.values) > 1 else group.values[0]
            if key in table:
                raise self.throw(
                    error(
                        "The objects grouped by this property cannot be expanded because there is a key duplication.",
                        "DuplicateKey",
                        "InvalidArgument",
                        key,
                        type_name="System.ArgumentException",
                    )
                )
            table[key] = list(group.group)
        self.emit(table)

    def _sorted(self) -> list[GroupInfo]:
        """Groups by their keys."""
        from functools import cmp_to_key

        def compared(left: GroupInfo, right: GroupInfo) -> int:
            for a, b in zip(left.values, right.values, strict=False):
                sign = order(a, b, case_sensitive=bool(self.case_sensitive))
                if sign:
                    return sign
            return 0

        return sorted(self._order, key=cmp_to_key(compared))


CMDLETS = (GroupObject,)
