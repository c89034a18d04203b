"""Select-Object."""

from __future__ import annotations

from collections import deque
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import PSError, error
from remora.engine.format.access import find
from remora.engine.format.shaping import ABSENT, SELECT_KEYS, PropertySpec, parse_properties
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_names, type_of
from remora.engine.validators import ValidateRange
from remora.modules.common import matcher, names, order, property_specs, unwrap
from remora.values import PSObject

_NON_NEGATIVE = (ValidateRange(0, 2147483647),)
_CUSTOM = "System.Management.Automation.PSCustomObject"
_DEFAULT, _SKIP_LAST, _INDEX, _SKIP_INDEX = (
    "DefaultParameter",
    "SkipLastParameter",
    "IndexParameter",
    "SkipIndexParameter",
)
_PLACED = {_DEFAULT: {"position": 0}, _SKIP_LAST: {"position": 0}}


@cmdlet(
    "Select-Object", aliases=("select",), default_set=_DEFAULT, output_type=("System.Management.Automation.PSObject",)
)
class SelectObject(Cmdlet):
    """Picks objects, or properties of objects."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    property = Parameter("object[]", sets=_PLACED)
    exclude_property = Parameter("string[]", sets=(_DEFAULT, _SKIP_LAST))
    expand_property = Parameter("string", sets=(_DEFAULT, _SKIP_LAST))
    unique = Parameter("switch")
    case_insensitive = Parameter("switch")
    last = Parameter("int", sets=(_DEFAULT,), validate=_NON_NEGATIVE, default=0)
    first = Parameter("int", sets=(_DEFAULT,), validate=_NON_NEGATIVE, default=0)
    skip = Parameter("int", sets=(_DEFAULT, _SKIP_LAST), validate=_NON_NEGATIVE, default=0)
    skip_last = Parameter("int", sets=(_SKIP_LAST,), validate=_NON_NEGATIVE, default=0)
    wait = Parameter("switch", sets=(_DEFAULT, _INDEX))
    index = Parameter("int[]", sets=(_INDEX,), validate=_NON_NEGATIVE)
    skip_index = Parameter("int[]", sets=(_SKIP_INDEX,), validate=_NON_NEGATIVE)

    def begin(self) -> None:
        self._specs = property_specs(self, self.property, SELECT_KEYS)
        expanded = parse_properties([self.expand_property] if self.expand_property else [], self.runtime.item_value)
        self._expanded = expanded[0] if expanded else None
        self._excluded = matcher(self.exclude_property) if self.exclude_property else None
        if self._excluded is not None and not self._specs:
            self._specs = parse_properties(["*"], self.runtime.item_value)
        self._seen: list[_Unique] = []
        self._count = self._taken = 0
        self._skipped = self.skip
        self._tail: deque[Any] = deque()
        self._limited = "First" in self.bound or "Last" in self.bound
        self._wanted = set(self.index) if self.index is not None else None
        self._unwanted = set(self.skip_index) if self.skip_index is not None else None

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        at = self._count
        self._count += 1
        if self._wanted is not None:
            if at in self._wanted:
                self._select(value)
            if not self.wait and at >= max(self._wanted, default=0):
                raise self.stop_upstream()
        elif self._unwanted is not None:
            if at not in self._unwanted:
                self._select(value)
        elif self.skip_last:
            self._before_last(value)
        elif self.last and not self.first:
            self._tail.append(value)
            if len(self._tail) > self.last + self.skip:
                self._tail.popleft()
        else:
            self._from_front(value)

    def _before_last(self, value: Any) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        self._tail.append(value)
        if len(self._tail) > self.skip_last:
            self._select(self._tail.popleft())

    def _from_front(self, value: Any) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        if not self._limited or self._taken < self.first:
            self._taken += 1
            self._select(value)
        elif self.last:
            self._tail.append(value)
            if len(self._tail) > self.last:
                self._tail.popleft()
        if self.first and not self.last and self._taken >= self.first and not self.wait:
            raise self.stop_upstream()

    def end(self) -> None:
        if not self.skip_last:
            kept = list(self._tail)
            for value in kept if self.first else kept[: max(len(kept) - self.skip, 0)]:
                self._select(value)
        for known in self._seen:
            self.emit(known.value)

    # -- properties --------------------------------------------------------------------------------------------

    def _select(self, value: Any) -> None:
        if not self._specs and self._expanded is None:
            self._out(value, {}, value)
            return
        members = self._members(value)
        if members is None:
            return
        if self._expanded is not None:
            self._expand(value, members)
            return
        own: dict[str, Any] = {}
        folded: set[str] = set()
        for name, found in members:
            if name.lower() in folded:
                self._duplicate(name, value, "AlreadyExistingUserSpecifiedPropertyNoExpand")
                continue
            folded.add(name.lower())
            own[name] = found
        self._out(PSObject([_CUSTOM, "System.Object"], extended=own), own, value)

    def _members(self, value: Any) -> list[tuple[str, Any]] | None:
        """What -Property asks of an object, with its names; None: it cannot be named."""
        found: list[tuple[str, Any]] = []
        for spec in self._specs:
            several = [one for one in spec.expand(value) if not self._is_excluded(one)]
            if spec.own_label is not None and len(several) > 1:
                self.fail(
                    "Cannot rename multiple results.", "RenamingMultipleResults", "InvalidOperation", value,
                    type_name="System.InvalidOperationException",
                )  # fmt: skip
                return None
            for one in several:
                name = _true_name(one, value) if spec.own_label is None else spec.own_label
                if not name:
                    raise self.throw(_nameless())
                found.append((name, _value(one, value)))
        return found

    def _is_excluded(self, spec: PropertySpec) -> bool:
        return self._excluded is not None and self._excluded(spec.name or spec.label)

    def _duplicate(self, name: str, value: Any, error_id: str) -> None:
        self._refuse(
            f"The property cannot be processed because the property \"{name}\" already exists. (Parameter 'Property')",
            error_id,
            value,
            category="InvalidOperation",
        )

    def _refuse(self, message: str, error_id: str, value: Any, *, category: str = "InvalidArgument") -> None:
        self.fail(message, error_id, category, value, type_name="System.Management.Automation.PSArgumentException")

    def _expand(self, value: Any, members: list[tuple[str, Any]]) -> None:
        asked = self._expanded
        assert asked is not None
        found = asked.expand(value)
        suffix = "(Parameter 'ExpandProperty')"
        if len(found) > 1:
            self._refuse(f"Multiple properties cannot be expanded. {suffix}", "MutlipleExpandProperties", value)
            return
        try:
            inner = found[0].evaluate(value) if found else ABSENT
        except PSError:
            inner = None
        if inner is ABSENT:
            self._refuse(
                f'Property "{self.expand_property}" cannot be found. {suffix}', "ExpandPropertyNotFound", value
            )
            return
        for item in items_of(inner) if is_enumerable(inner) else (inner,):
            if item is not None and item is not NOTHING:
                self._out(self._with_members(item, members, value), dict(members), value)

    def _with_members(self, item: Any, members: list[tuple[str, Any]], owner: Any) -> Any:
        if not members:
            return item
        made = PSObject(type_names(item), base=item) if not isinstance(item, PSObject) else item
        for name, found in members:
            if find(made, name) is not ABSENT:
                self._duplicate(name, owner, "AlreadyExistingUserSpecifiedPropertyExpand")
            else:
                made.extended[name] = found
        return made

    def _out(self, value: Any, added: dict[str, Any], owner: Any) -> None:
        """Write an object, or keep it for the end when each may come once. added: the members it was given."""
        if self.unique:
            if any(known.equals(value, added, case_sensitive=not self.case_insensitive) for known in self._seen):
                return
            _mark(value, owner, new=bool(added))
            self._seen.append(_Unique(value, added))
            return
        _mark(value, owner, new=bool(added))
        self.emit(value)


class _Unique:
    """An object that -Unique lets through, with the members it was given."""

    def __init__(self, value: Any, added: dict[str, Any]) -> None:
        self.value = value
        self._added = added

    def equals(self, value: Any, added: dict[str, Any], *, case_sensitive: bool) -> bool:
        """Custom objects are told apart only by the members they were given here."""
        mine, other = unwrap(self.value), unwrap(value)
        if isinstance(mine, PSObject) != isinstance(other, PSObject):
            return False
        if not isinstance(mine, PSObject) and order(mine, other, case_sensitive=case_sensitive) != 0:
            return False
        if len(added) != len(self._added):
            return False
        folded = {name.lower(): known for name, known in self._added.items()}
        return all(
            name.lower() in folded and order(folded[name.lower()], new, case_sensitive=case_sensitive) == 0
            for name, new in added.items()
        )


def _mark(value: Any, owner: Any, *, new: bool) -> None:
    """A custom object tells in its type names what it was selected from; one that tells already says it once."""
    if not isinstance(value, PSObject) or not isinstance(unwrap(value), PSObject):
        return
    inner = unwrap(owner)
    name = "Selected." + (_CUSTOM if isinstance(inner, PSObject) else type_of(inner).name)
    if new or name not in value.type_names:
        value.type_names = (name, *value.type_names)


def _nameless() -> PSError:
    return error(
        "A property is an empty script block and does not provide a name. (Parameter 'Property')",
        "EmptyScriptBlockAndNoName",
        "InvalidArgument",
        type_name="System.Management.Automation.PSArgumentException",
    )


def _true_name(spec: PropertySpec, value: Any) -> str:
    """The property's own spelling where there is one."""
    if spec.name is None or spec.name != spec.label:
        return spec.label
    folded = spec.name.lower()
    return next((name for name in names(value) if name.lower() == folded), spec.label)


def _value(spec: PropertySpec, value: Any) -> Any:
    found = spec.read(value)
    return None if found is ABSENT or found is NOTHING else found


CMDLETS = (SelectObject,)
