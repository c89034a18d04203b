"""The way of objects into format records: which drawing they go into, its groups, and what stands outside of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from remora.engine.convert import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.format import access
from remora.engine.format.access import ABSENT
from remora.engine.format.cells import cell_text, element_text, elements, is_plain
from remora.engine.format.custom import CustomGenerator, control_values
from remora.engine.format.generate import (
    FormatContext,
    Generator,
    ListGenerator,
    Parameters,
    TableGenerator,
    WideGenerator,
    default_properties,
    has_own_properties,
)
from remora.engine.format.records import (
    ComplexViewEntry,
    FormatEndData,
    FormatEntry,
    FormatEntryData,
    FormatPropertyField,
    FormatRecord,
    FormatTextField,
    GroupEndData,
    GroupingEntry,
    GroupStartData,
    raw_text,
)
from remora.engine.format.remote import revive
from remora.engine.format.shaping import PropertySpec
from remora.engine.format.views import Grouping, ViewDefinition
from remora.engine.operators.compare import compare
from remora.engine.types.registry import type_of, unwrap

MAX_TABLE_PROPERTIES: Final = 4
_UNSET: Final = object()
_GENERATORS: Final[dict[str, type[Generator]]] = {
    "Table": TableGenerator,
    "List": ListGenerator,
    "Wide": WideGenerator,
    "Custom": CustomGenerator,
}
_CMDLETS: Final = {"Table": "Format-Table", "List": "Format-List", "Wide": "Format-Wide", "Custom": "Format-Custom"}

Emit = Callable[[FormatRecord], None]


class Formatter:
    """Objects in, records out.

    shape: Table, List, Wide or Custom; None: default output, where the first object decides. expand: CoreOnly,
    EnumOnly or Both. force: also what would stand outside of drawings goes into them.
    """

    def __init__(
        self,
        emit: Emit,
        context: FormatContext,
        *,
        shape: str | None = None,
        parameters: Parameters | None = None,
        view: str | None = None,
        expand: str | None = None,
        force: bool = False,
    ) -> None:
        self._emit = emit
        self._context = context
        self._shape = shape
        self._parameters = parameters or Parameters()
        self._view = view
        self._expand = expand
        self._force = force
        self._generator: Generator | None = None
        self._groups: _Groups | None = None
        self._in_group = False

    def feed(self, value: Any) -> None:
        """One object of the input; collections are taken apart."""
        if value is None:
            return
        inside = elements(value)
        if inside is None or self._expand == "CoreOnly":
            self._object(value)
            return
        if self._expand == "Both":
            inside = list(inside)
            self._emit(raw_text("The following object supports IEnumerable:"))
            self._outside(value, with_list=True)
            self._emit(raw_text(_count_text(len(inside))))
        elif not isinstance(unwrap(value), Mapping):
            inside = items_of(unwrap(value))
        for item in inside:
            self._object("" if item is None else item)

    def end(self) -> None:
        """No more objects."""
        if self._in_group:
            self._emit(GroupEndData())
        if self._generator is not None:
            self._emit(FormatEndData())
        self._generator = None
        self._in_group = False

    # -- one object --------------------------------------------------------------------------------------------------

    def _object(self, value: Any) -> None:
        if isinstance(value, FormatRecord):
            self._emit(value)
            return
        record = revive(value)
        if record is not None:
            self._emit(record)
            return
        if self._shape is None and is_enumerable(value):
            self._nested(value)
            return
        if not self._force and self._outside(value, with_list=False):
            return
        if self._generator is None:
            self._generator = self._choose(value)
            self._groups = _Groups(self._context, self._generator, self._parameters.group_by)
            self._emit(self._generator.start(value))
        elif (
            not self._force
            and not self._generator.applies(access.type_names(value))
            and self._outside(value, with_list=True)
        ):
            return
        self._into(value, self._generator)

    def _nested(self, value: Any) -> None:
        """A collection inside of a collection prints element by element."""
        for item in items_of(unwrap(value)):
            self._object("" if item is None else item)

    def _into(self, value: Any, generator: Generator) -> None:
        assert self._groups is not None
        changed = self._groups.changes(value)
        if not self._in_group or changed:
            if self._in_group:
                self._emit(FormatEntryData(ComplexViewEntry([FormatEntry()]), out_of_band=True))
                self._emit(GroupEndData())
            self._emit(GroupStartData(self._groups.header(value)))
            self._in_group = True
        payload = generator.payload(value)
        stream = getattr(value, "write_stream", None)
        if isinstance(stream, str):
            payload.write_stream = stream
        self._emit(payload)
        for problem in generator.drain():
            self._outside(problem, with_list=True)

    def _outside(self, value: Any, *, with_list: bool) -> bool:
        """Draw the object outside of any drawing when it is one of that kind; tells whether it was."""
        names = access.type_names(value)
        if not names:
            return False
        definition = self._context.views.find(names, out_of_band=True)
        if definition is not None:
            generator = _GENERATORS[definition.view.shape](self._context, definition, self._parameters)
        elif is_plain(value) or not has_own_properties(value):
            self._emit(raw_text(element_text(value)))
            return True
        elif with_list:
            generator = ListGenerator(self._context, None, Parameters())
        else:
            return False
        payload = generator.payload(value)
        payload.out_of_band = True
        if isinstance(value, ErrorRecord):
            payload.write_stream = "Error"
        self._emit(payload)
        return True

    # -- which drawing -----------------------------------------------------------------------------------------------

    def _choose(self, value: Any) -> Generator:
        names = access.type_names(value)
        shape = self._shape
        definition: ViewDefinition | None = None
        if shape is None or not self._parameters.properties:
            definition = self._context.views.find(names, shape, self._view)
            if definition is None and self._view is not None:
                raise self._unknown_view(value)
        if definition is not None:
            return _GENERATORS[definition.view.shape](self._context, definition, self._parameters)
        if shape is None:
            shape = "Table" if len(default_properties(value)) <= MAX_TABLE_PROPERTIES else "List"
        return _GENERATORS[shape](self._context, None, self._parameters)

    def _unknown_view(self, value: Any) -> PSError:
        name, shape = self._view or "", self._shape or ""
        kind = type_of(value).name
        known = self._context.views.of_type(kind)
        valid = [definition.name for definition in known if definition.view.shape == shape]
        others = [_CMDLETS[d.view.shape] for d in known if d.name.lower() == name.lower() and d.view.shape != shape]
        if valid:
            message = (
                f"The view name {name} cannot be found. Specify one of the following {shape} views and try again: "
                f"{', '.join(valid)}."
            )
        elif others:
            message = (
                f" The view name {name} cannot be found in the {shape} formatting. "
                f"Try using one of these other format cmdlets: {', '.join(others)}"
            )
        else:
            message = f"The view name {name} cannot be found. There are no existing {shape} views for {kind} objects."
        return error(message, "FormatViewNotFound", "ObjectNotFound", name,
                     type_name="System.Management.Automation.PipelineStoppedException")  # fmt: skip


def _count_text(count: int) -> str:
    if count == 0:
        return "The IEnumerable contains no objects."
    if count == 1:
        return "The IEnumerable contains the following object:"
    return f"The IEnumerable contains the following {count} objects:"


class _Groups:
    """Tells where a new group begins, and what stands above it."""

    def __init__(self, context: FormatContext, generator: Generator, chosen: PropertySpec | None) -> None:
        self._context = context
        self._generator = generator
        self._chosen = chosen
        definition = generator.definition
        self._grouping: Grouping | None = None
        if chosen is None and definition is not None:
            self._grouping = definition.view.grouping
        self._key: Any = _UNSET
        self._label = ""

    def changes(self, value: Any) -> bool:
        """Has the object another key than the one before? A key that cannot be read changes nothing."""
        if self._chosen is None and self._grouping is None:
            return False
        try:
            key = self._read(value)
        except PSError:
            return False
        if key is ABSENT:
            return False
        old, self._key = self._key, key
        if old is not _UNSET and _same(old, key):
            return False
        if self._chosen is not None:
            name = self._chosen.name
            label = self._chosen.own_label
            self._label = label or (access.true_name(value, name) if name else self._chosen.label)
        return old is not _UNSET

    def _read(self, value: Any) -> Any:
        if self._chosen is not None:
            expanded = self._chosen.expand(value)
            return expanded[0].evaluate(value) if expanded else ABSENT
        assert self._grouping is not None
        return self._context.read(self._grouping.key, value)

    def header(self, value: Any) -> GroupingEntry | None:
        """What stands above the group that begins with the object; None without groups."""
        if self._key is _UNSET:
            return None
        grouping, definition = self._grouping, self._generator.definition
        if grouping is not None and grouping.control is not None and definition is not None:
            return GroupingEntry(control_values(self._context, definition, grouping.control, value, self._generator))
        label = self._label
        if grouping is not None:
            label = grouping.label or (grouping.key if isinstance(grouping.key, str) else "")
        text = cell_text(self._key, self._context.style)
        return GroupingEntry([FormatEntry([FormatTextField(f"   {label}: "), FormatPropertyField(text)])])


def _same(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    try:
        return compare(unwrap(left), unwrap(right)) == 0
    except PSError:
        return to_text(left).lower() == to_text(right).lower()
