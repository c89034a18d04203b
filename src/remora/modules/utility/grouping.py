"""Group-Object."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import error
from remora.engine.format.shaping import GROUP_KEYS, PropertySpec
from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_of, unwrap
from remora.engine.types.typeref import register
from remora.modules.utility.ordering import MISSING, Row, compare_rows, expanded, key_specs, refuse_culture, row_of
from remora.values import ArrayList, Hashtable, ObjectCollection


class GroupInfo(NetObject):
    """One group: its key values and its objects. with_elements: False after -NoElement."""

    __slots__ = ("count", "group", "values", "with_elements")
    net_type = NetType("Microsoft.PowerShell.Commands.GroupInfo", OBJECT)
    bare_type = NetType("Microsoft.PowerShell.Commands.GroupInfoNoElement", net_type)

    def __init__(self, values: Iterable[Any], *, with_elements: bool) -> None:
        self.values = ArrayList(None if value is MISSING else value for value in values)
        self.group = ObjectCollection()
        self.count = 0
        self.with_elements = with_elements

    @property
    def kind(self) -> NetType:
        """The type of this group."""
        return self.net_type if self.with_elements else self.bare_type

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return self.kind.name

    def add(self, value: Any) -> None:
        """Take one object in."""
        self.count += 1
        if self.with_elements:
            self.group.append(value)

    @property
    def name(self) -> str:
        """The key values as text, collections in braces."""
        return ", ".join(_value_name(value) for value in self.values if value is not None)


def _value_name(value: Any) -> str:
    inner = unwrap(value)
    if is_enumerable(inner):
        return "{" + ", ".join(to_text(item) for item in items_of(inner)) + "}"
    return to_text(value)


GroupInfo.net_type.property("Values", "System.Collections.ArrayList")(lambda group: group.values)
GroupInfo.net_type.property("Count", "System.Int32")(lambda group: group.count)
GroupInfo.net_type.property(
    "Group", "System.Collections.ObjectModel.Collection`1[[System.Management.Automation.PSObject]]"
)(lambda group: group.group)
GroupInfo.net_type.property("Name", "System.String")(lambda group: group.name)
register(GroupInfo.net_type, GroupInfo.bare_type)


@cmdlet("Group-Object", aliases=("group",), output_type=("Microsoft.PowerShell.Commands.GroupInfo",))
class GroupObject(Cmdlet):
    """Groups objects with the same values; case is ignored unless asked."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0)
    no_element = Parameter("switch")
    as_hash_table = Parameter("switch", aliases=("AHT",), sets=("HashTable",))
    as_string = Parameter("switch", sets=("HashTable",))
    case_sensitive = Parameter("switch")
    culture = Parameter("string")

    def begin(self) -> None:
        refuse_culture(self, self.culture)
        self._specs: list[PropertySpec] | None = None
        self._rows: list[Row] = []
        self._kinds: list[str | None] = []
        self._mixed = False

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        if self._specs is None:
            self._specs = expanded(key_specs(self, self.property, GROUP_KEYS, value), [value])
            self._check()
        row = row_of(self, value, self._specs)
        self._rows.append(row)
        self._note_kinds(row)

    def _check(self) -> None:
        if self.as_string and not self.as_hash_table:
            raise self.throw(
                _refused("The AsString parameter can only be used together with the AsHashTable parameter.")
            )
        if self.as_hash_table and not self.as_string and len(self._specs or ()) > 1:
            raise self.throw(
                _refused("The AsHashTable parameter cannot be used with more than one property, unless the "
                         "AsString parameter is used too.")
            )  # fmt: skip

    def _note_kinds(self, row: Row) -> None:
        kinds = [None if key is None or key is MISSING else type_of(unwrap(key)).name for key in row.keys]
        if not self._kinds:
            self._kinds = kinds
            return
        for at, kind in enumerate(kinds[: len(self._kinds)]):
            if self._kinds[at] is None:
                self._kinds[at] = kind
            elif kind is not None and kind != self._kinds[at]:
                self._mixed = True

    def _compared(self, left: Row, right: Row) -> int:
        return compare_rows(left, right, case_sensitive=bool(self.case_sensitive))

    def end(self) -> None:
        groups = self._unordered() if self._mixed else self._ordered()
        if not groups:
            return
        if self.as_hash_table:
            self._as_table(groups)
            return
        for group in groups:
            self.emit(group)

    def _new(self, row: Row) -> GroupInfo:
        made = GroupInfo(row.keys, with_elements=not self.no_element)
        made.add(row.value)
        return made

    def _ordered(self) -> list[GroupInfo]:
        """Keys of one type are sorted; equal ones stand together then."""
        groups: list[GroupInfo] = []
        last: Row | None = None
        for row in sorted(self._rows, key=cmp_to_key(self._compared)):
            if last is not None and self._compared(last, row) == 0:
                groups[-1].add(row.value)
            else:
                groups.append(self._new(row))
                last = row
        return groups

    def _unordered(self) -> list[GroupInfo]:
        """Keys of several types cannot be sorted: groups come as their first object came."""
        heads: list[tuple[Row, GroupInfo]] = []
        for row in self._rows:
            found = next((group for head, group in heads if self._compared(head, row) == 0), None)
            if found is not None:
                found.add(row.value)
            else:
                heads.append((row, self._new(row)))
        return [group for _, group in heads]

    def _as_table(self, groups: list[GroupInfo]) -> None:
        table = Hashtable(case_sensitive=bool(self.case_sensitive))
        for group in groups:
            key = group.name if self.as_string else unwrap(group.values[0])
            if key is None or key in table:
                self.fail(
                    "The objects grouped by this property cannot be expanded because there is a key duplication. "
                    "Provide a valid value for the property, and then try again.",
                    "InvalidOperation",
                    "InvalidArgument",
                    type_name="System.ArgumentException",
                )
                return
            table[key] = group.group
        self.emit(table)


def _refused(message: str) -> Any:
    return error(message, "ArgumentException", "InvalidArgument", type_name="System.ArgumentException")


CMDLETS = (GroupObject,)
