"""Select-Object and Get-Unique."""

from __future__ import annotations

from collections import deque
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.format.shaping import ABSENT, SELECT_KEYS, PropertySpec, parse_properties
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_names
from remora.engine.validators import ValidateRange
from remora.modules.common import get, matcher, names, order, property_specs, unwrap
from remora.values import PSObject

_NON_NEGATIVE = (ValidateRange(0, 2147483647),)


@cmdlet("Select-Object", aliases=("select",), default_set="DefaultParameter")
class SelectObject(Cmdlet):
    """Picks objects, or properties of objects."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", position=0)
    exclude_property = Parameter("string[]")
    expand_property = Parameter("string")
    unique = Parameter("switch")
    case_insensitive = Parameter("switch")
    last = Parameter("int", validate=_NON_NEGATIVE)
    first = Parameter("int", validate=_NON_NEGATIVE)
    skip = Parameter("int", validate=_NON_NEGATIVE, default=0)
    skip_last = Parameter("int", validate=_NON_NEGATIVE)
    wait = Parameter("switch")
    index = Parameter("int[]")
    skip_index = Parameter("int[]")

    def begin(self) -> None:
        self._specs = property_specs(self, self.property, SELECT_KEYS)
        self._seen: list[Any] = []
        self._count = self._taken = 0
        self._tail: deque[Any] = deque()
        self._wanted = sorted(set(self.index)) if self.index is not None else None

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING:
            return
        at = self._count
        self._count += 1
        if self._wanted is not None:
            self._by_index(at, value)
        elif self.skip_index is not None:
            if at not in self.skip_index:
                self._select(value)
        elif self.skip_last is not None:
            self._tail.append(value)
            if len(self._tail) > self.skip_last:
                self._skipping(self._tail.popleft())
        elif self.last is not None:
            self._with_last(value)
        else:
            self._skipping(value)

    def _by_index(self, at: int, value: Any) -> None:
        assert self._wanted is not None
        if at in self._wanted:
            self._select(value)
        if (not self._wanted or at >= self._wanted[-1]) and not self.wait:
            raise self.stop_upstream()

    def _with_last(self, value: Any) -> None:
        """-Last keeps a window; with -First too, the first ones go out at once and are not shown again."""
        if self.first is not None and self._taken < self.first:
            if self._count > self.skip:
                self._taken += 1
                self._select(value)
            return
        self._tail.append(value)
        if len(self._tail) > self.last + self.skip:
            self._tail.popleft()

    def _skipping(self, value: Any) -> None:
        if self._count - (len(self._tail) if self.skip_last is not None else 0) <= self.skip:
            return
        if self.first is not None and self._taken >= self.first:
            if not self.wait:
                raise self.stop_upstream()
            return
        self._taken += 1
        self._select(value)
        if self.first is not None and self._taken >= self.first and not self.wait and not self.unique:
            raise self.stop_upstream()

    def end(self) -> None:
        if self.last is not None:
            kept = list(self._tail)
            if self.skip and self.first is None:
                kept = kept[: max(len(kept) - self.skip, 0)]
            for value in kept[-self.last :] if self.last else ():
                self._select(value)
        if self.unique:
            for value in self._seen:
                self.emit(value)

    # -- properties --------------------------------------------------------------------------------------------

    def _select(self, value: Any) -> None:
        if self.expand_property is not None:
            self._expand(value)
        elif self._specs or self.exclude_property:
            self._out(self._projected(value))
        else:
            self._out(value)

    def _projected(self, value: Any) -> PSObject:
        specs = self._specs or parse_properties(["*"], self.runtime.item_value)
        excluded = matcher(self.exclude_property) if self.exclude_property else lambda name: False
        members: dict[str, Any] = {}
        folded: set[str] = set()
        for spec in specs:
            for one in spec.expand(value):
                if excluded(one.label):
                    continue
                if one.label.lower() in folded:
                    if not spec.wildcard:
                        self._duplicate(one.label, value)
                    continue
                folded.add(one.label.lower())
                members[_true_name(one, value)] = _value(one, value)
        first = type_names(unwrap(value))[:1] or ("System.Object",)
        kinds = [f"Selected.{first[0]}", "System.Management.Automation.PSCustomObject", "System.Object"]
        return PSObject(kinds, extended=members)

    def _duplicate(self, name: str, value: Any) -> None:
        self.fail(
            f'The property cannot be processed because the property "{name}" already exists.',
            "AlreadyExistingUserSpecifiedPropertyNoExpand",
            "InvalidOperation",
            value,
            type_name="System.Management.Automation.PSArgumentException",
        )

    def _expand(self, value: Any) -> None:
        name = self.expand_property
        found = [known for known in names(value) if matcher([name])(known)] if "*" in name or "?" in name else [name]
        spec = parse_properties([found[0]], self.runtime.item_value)[0] if found else None
        inner = ABSENT if spec is None else spec.read(value)
        if inner is ABSENT:
            self.fail(
                f'Property "{name}" cannot be found.',
                "ExpandPropertyNotFound",
                "InvalidArgument",
                value,
                type_name="System.Management.Automation.PSArgumentException",
            )
            return
        for item in items_of(inner) if is_enumerable(inner) else (inner,):
            self._out(self._with_properties(item, value) if self._specs else item)

    def _with_properties(self, item: Any, owner: Any) -> Any:
        if item is None:
            return None
        made = PSObject(type_names(item), base=item) if not isinstance(item, PSObject) else item
        for spec in self._specs:
            for one in spec.expand(owner):
                made.extended[_true_name(one, owner)] = _value(one, owner)
        return made

    def _out(self, value: Any) -> None:
        if not self.unique:
            self.emit(value)
        elif not any(same(value, known, case_sensitive=not self.case_insensitive) for known in self._seen):
            self._seen.append(value)


def _true_name(spec: PropertySpec, value: Any) -> str:
    """The property's own spelling where there is one."""
    if spec.name is None or spec.name != spec.label:
        return spec.label
    folded = spec.name.lower()
    return next((name for name in names(value) if name.lower() == folded), spec.label)


def _value(spec: PropertySpec, value: Any) -> Any:
    found = spec.read(value)
    return None if found is ABSENT or found is NOTHING else found


def same(left: Any, right: Any, *, case_sensitive: bool) -> bool:
    """Equality as -Unique has it: values by value, custom objects by their properties."""
    if isinstance(unwrap(left), PSObject) and isinstance(unwrap(right), PSObject):
        mine, other = names(left), names(right)
        return [name.lower() for name in mine] == [name.lower() for name in other] and all(
            order(get(left, name), get(right, name), case_sensitive=case_sensitive) == 0 for name in mine
        )
    return order(left, right, case_sensitive=case_sensitive) == 0


@cmdlet("Get-Unique", aliases=("gu",), default_set="AsString")
class GetUnique(Cmdlet):
    """Leaves out objects equal to the one before; case counts."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    as_string = Parameter("switch", sets=("AsString",))
    on_type = Parameter("switch", sets=("UniqueByType",))
    case_insensitive = Parameter("switch")

    def begin(self) -> None:
        self._last: Any = NOTHING

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING:
            return
        if self._last is NOTHING or not self._equal(value):
            self._last = value
            self.emit(value)

    def _equal(self, value: Any) -> bool:
        if self.on_type:
            return type_names(value)[:1] == type_names(self._last)[:1]
        if self.as_string:
            left, right = to_text(value), to_text(self._last)
            return left.lower() == right.lower() if self.case_insensitive else left == right
        return same(value, self._last, case_sensitive=not self.case_insensitive)


CMDLETS = (SelectObject, GetUnique)
