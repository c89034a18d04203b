"""Objects to entries: as tables, lists and wide rows, by a view or by chosen properties."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from remora.engine.convert import is_true
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.format import access
from remora.engine.format.access import ABSENT
from remora.engine.format.cells import (
    REMOTING_PROPERTIES,
    CellStyle,
    cell_text,
    display_name,
    formatted,
    is_number,
)
from remora.engine.format.records import (
    LEFT,
    RIGHT,
    AutosizeInfo,
    FormatEntryData,
    FormatEntryInfo,
    FormatPropertyField,
    FormatStartData,
    ListViewEntry,
    ListViewField,
    ListViewHeaderInfo,
    ShapeInfo,
    TableColumnInfo,
    TableHeaderInfo,
    TableRowEntry,
    WideViewEntry,
    WideViewHeaderInfo,
)
from remora.engine.format.shaping import PropertySpec, named
from remora.engine.format.views import Column, Entry, ListView, Source, TableView, ViewDefinition, WideView
from remora.engine.format.viewtable import ViewTable
from remora.engine.nothing import NOTHING
from remora.engine.scriptblock import ScriptBlock

MAX_AUTO_COLUMNS: Final = 10
_PREFIX: Final = "Deserialized."
_SHOWN_COMPUTER: Final = "PSComputerName"


def evaluate_block(block: ScriptBlock) -> Callable[[Any], Any]:
    """A script of a view outside of any command: on the pipeline that runs."""

    def value(item: Any) -> Any:
        from remora.engine.nothing import collected

        block.context.try_depth += 1
        try:
            return collected(block.invoke(dollar_under=item))
        finally:
            block.context.try_depth -= 1

    return value


@dataclass(slots=True)
class FormatContext:
    """What formatting asks its session: how values look, the views, and how scripts are run."""

    style: CellStyle = field(default_factory=CellStyle)
    views: ViewTable = field(default_factory=ViewTable)
    evaluate: Callable[[ScriptBlock], Callable[[Any], Any]] = evaluate_block

    def read(self, source: Source, value: Any) -> Any:
        """What a column or condition finds; ABSENT when there is no such property. Raises PSError."""
        if isinstance(source, str):
            return access.find(value, source)
        found = self.evaluate(source)(value) if isinstance(source, ScriptBlock) else source(value)
        return None if found is NOTHING else found


@dataclass(slots=True, kw_only=True)
class Parameters:
    """What the caller of a Format-* cmdlet chose. None: as the view has it."""

    properties: list[PropertySpec] = field(default_factory=list)
    exclude: Callable[[str], bool] | None = None
    group_by: PropertySpec | None = None
    auto_size: bool | None = None
    hide_headers: bool | None = None
    repeat_header: bool = False
    wrap: bool | None = None
    columns: int | None = None
    show_errors: bool = False
    display_errors: bool = False
    depth: int = 5


class Generator(ABC):
    """Makes the entries of one drawing. definition: the view, None: properties are shown."""

    def __init__(self, context: FormatContext, definition: ViewDefinition | None, parameters: Parameters) -> None:
        self.context = context
        self.definition = definition
        self.parameters = parameters
        self.errors: list[ErrorRecord] = []

    def start(self, value: Any) -> FormatStartData:
        """The record that begins the drawing; value: its first object."""
        return FormatStartData(self.shape(value), AutosizeInfo() if self.auto_size() else None)

    def auto_size(self) -> bool:
        if self.parameters.auto_size is not None:
            return self.parameters.auto_size
        return bool(self.definition is not None and getattr(self.definition.view, "auto_size", False))

    @abstractmethod
    def shape(self, value: Any) -> ShapeInfo: ...

    @abstractmethod
    def entry(self, value: Any) -> FormatEntryInfo: ...

    def payload(self, value: Any) -> FormatEntryData:
        """The record of one object."""
        return FormatEntryData(self.entry(value))

    def applies(self, type_names: Sequence[str]) -> bool:
        """Can objects of these types go into this drawing?"""
        if self.definition is None:
            return True
        known = {name.lower() for name in self.definition.type_names}
        return any(name.lower() in known or name.lower().removeprefix("deserialized.") in known for name in type_names)

    def drain(self) -> list[ErrorRecord]:
        """The errors met since the last call, when they are to be shown."""
        errors, self.errors = self.errors, []
        return errors

    # -- cells -------------------------------------------------------------------------------------------------------

    def cell(self, value: Any, spec: PropertySpec, *, in_table: bool = False) -> str:
        """The text of a chosen property."""
        return self._text(value, spec.evaluate, spec.label, spec.format_string, in_table=in_table)

    def column_text(self, value: Any, part: Column) -> str:
        """The text of a view's column."""
        label = part.label or (part.value if isinstance(part.value, str) else "")
        return self._text(value, lambda item: self.context.read(part.value, item), label, part.format_string)

    def _text(
        self, value: Any, read: Callable[[Any], Any], label: str, format_string: str | None, *, in_table: bool = False
    ) -> str:
        try:
            found = read(value)
        except PSError as problem:
            self.note_failure(problem, value, f'Failed to evaluate expression "{label}".', "PSPropertyExpressionError")
            return "#ERR" if self.parameters.display_errors else ""
        if found is ABSENT or found is NOTHING:
            return ""
        if format_string is not None:
            try:
                return formatted(found, format_string)
            except PSError as problem:
                if self.parameters.display_errors or self.parameters.show_errors:
                    message = f'Failed to interpret format string "{format_string}".'
                    self.note_failure(problem, value, message, "formattingError")
                    return "#FMTERR" if self.parameters.display_errors else ""
        return cell_text(found, self.context.style, in_table=in_table)

    def note_failure(self, problem: PSError, value: Any, message: str, error_id: str) -> None:
        """Keep what failed for whoever asked to see it, with -ShowError."""
        if self.parameters.show_errors:
            made = error(message, error_id, "InvalidArgument", value, inner=problem.record.exception).record
            self.errors.append(made)

    def condition(self, value: Any, source: Source | None) -> bool:
        """Is the condition met? None always is; a failing one is not."""
        if source is None:
            return True
        try:
            found = self.context.read(source, value)
        except PSError:
            return False
        return found is not ABSENT and is_true(found)

    def choose(self, value: Any, entries: Sequence[Entry]) -> Entry | None:
        """The entry for the most derived type of the object; None: the default one."""
        names = [name.lower() for name in access.type_names(value)]
        for known in (names, [name.removeprefix(_PREFIX.lower()) for name in names]):
            best: tuple[int, Entry] | None = None
            for entry in entries:
                given = {name.lower() for name in entry.type_names}
                at = next((at for at, name in enumerate(known) if name in given), None)
                if at is None and not given and entry.condition is not None:
                    at = len(known)
                if at is not None and (best is None or at < best[0]) and self.condition(value, entry.condition):
                    best = (at, entry)
            if best is not None:
                return best[1]
        return None

    # -- properties --------------------------------------------------------------------------------------------------

    def expanded(self, value: Any, *, keep_missing: bool) -> list[PropertySpec]:
        """-Property for an object: patterns become names, names get the object's spelling."""
        out: list[PropertySpec] = []
        for spec in self.parameters.properties:
            for one in spec.expand(value):
                if one.name is None:
                    out.append(one)
                    continue
                label = spec.own_label or access.true_name(value, one.name)
                if not keep_missing and not spec.wildcard and access.find(value, one.name) is ABSENT:
                    continue
                out.append(_relabelled(spec, one, label))
        return self._without_excluded(out)

    def _without_excluded(self, specs: list[PropertySpec]) -> list[PropertySpec]:
        exclude = self.parameters.exclude
        return specs if exclude is None else [spec for spec in specs if not exclude(spec.label)]

    def default_properties(self, value: Any) -> list[PropertySpec]:
        """The default display property set where the type has one, else all properties."""
        return [named(name) for name in default_properties(value)]


def _relabelled(spec: PropertySpec, one: PropertySpec, label: str) -> PropertySpec:
    return PropertySpec(
        label=label, evaluate=one.evaluate, name=one.name, own_label=spec.own_label, width=spec.width,
        align=spec.align, format_string=spec.format_string, depth=spec.depth,
    )  # fmt: skip


def default_properties(value: Any) -> list[str]:
    """Names of what is shown of an object without a view; the machine it came from where that is wanted."""
    chosen = access.standard_member(value, "DefaultDisplayPropertySet")
    shows = shows_computer(value)
    if chosen:
        return [*chosen, _SHOWN_COMPUTER] if shows else list(chosen)
    names = access.names(value)
    if access.find(value, "PSShowComputerName") is ABSENT:
        return names
    hidden = {"psshowcomputername"} if shows else {"psshowcomputername", "pscomputername"}
    return [name for name in names if name.lower() not in hidden]


def shows_computer(value: Any) -> bool:
    """Does the object say that its machine is to be shown?"""
    shown = access.get(value, "PSShowComputerName")
    return shown is not None and is_true(shown) and access.get(value, _SHOWN_COMPUTER) is not None


def has_own_properties(value: Any) -> bool:
    """Has the object a property that remoting did not add?"""
    return any(name.lower() not in REMOTING_PROPERTIES for name in access.names(value))


class TableGenerator(Generator):
    """Rows and columns."""

    _specs: list[PropertySpec]

    def _view(self) -> TableView | None:
        return self.definition.view if self.definition is not None else None  # type: ignore[return-value]

    def shape(self, value: Any) -> TableHeaderInfo:
        view = self._view()
        hide = self.parameters.hide_headers
        if view is not None:
            columns = [self._head(part, value) for part in self._columns(view, value)]
            hide = view.hide_headers if hide is None else hide
        else:
            if self.parameters.properties:
                self._specs = self.expanded(value, keep_missing=True)
            else:
                self._specs = self._without_excluded(self.default_properties(value))[:MAX_AUTO_COLUMNS]
            columns = [self._column(spec, value) for spec in self._specs]
        return TableHeaderInfo(columns, hide_header=bool(hide), repeat_header=self.parameters.repeat_header)

    def _columns(self, view: TableView, value: Any) -> list[Column]:
        chosen = self.choose(value, view.rows) if view.rows else None
        columns = list(chosen.items if chosen is not None else view.columns)
        if shows_computer(value):
            if columns and columns[-1].width > len(_SHOWN_COMPUTER):  # else a full row leaves a few letters to the name
                columns[-1] = replace(columns[-1], width=0)
            columns.append(Column(label=_SHOWN_COMPUTER, value=_SHOWN_COMPUTER, align=LEFT))
        return columns

    def _head(self, part: Column, value: Any) -> TableColumnInfo:
        label = part.label if part.label is not None else part.value if isinstance(part.value, str) else None
        if label is None:
            label = part.value.text if isinstance(part.value, ScriptBlock) else ""
        matches = part.label is None or part.label == "" or access.true_name(value, part.label) in access.names(value)
        return TableColumnInfo(part.width, part.align, label, None, matches)

    def _column(self, spec: PropertySpec, value: Any) -> TableColumnInfo:
        align = spec.align
        if not align:
            try:
                align = RIGHT if is_number(spec.evaluate(value)) else LEFT
            except PSError:
                align = LEFT
        return TableColumnInfo(spec.width, align, None, spec.label)

    def entry(self, value: Any) -> TableRowEntry:
        view = self._view()
        wrap = self.parameters.wrap
        if view is None:
            fields = [FormatPropertyField(self.cell(value, spec, in_table=True)) for spec in self._specs]
            return TableRowEntry(fields, bool(wrap))
        chosen = self.choose(value, view.rows) if view.rows else None
        fields = [
            FormatPropertyField(self.column_text(value, part), part.row_align) for part in self._columns(view, value)
        ]
        wraps = view.wrap or (chosen is not None and chosen.wrap)
        return TableRowEntry(fields, wraps if wrap is None else wrap)


class ListGenerator(Generator):
    """Label and value under each other."""

    def shape(self, value: Any) -> ListViewHeaderInfo:
        return ListViewHeaderInfo()

    def entry(self, value: Any) -> ListViewEntry:
        if self.definition is not None:
            return ListViewEntry(self._view_fields(value))
        if self.parameters.properties:
            specs = self.expanded(value, keep_missing=False)
        else:
            specs = self._without_excluded(self.default_properties(value))
        return ListViewEntry(
            [ListViewField(None, spec.label, FormatPropertyField(self.cell(value, spec))) for spec in specs]
        )

    def _view_fields(self, value: Any) -> list[ListViewField]:
        assert self.definition is not None
        view = self.definition.view
        assert isinstance(view, ListView)
        chosen = self.choose(value, view.entries) if view.entries else None
        items = list(chosen.items if chosen is not None else view.items)
        if shows_computer(value):
            items.append(Column(label=_SHOWN_COMPUTER, value=_SHOWN_COMPUTER))
        return [
            ListViewField(self._label(part, value), None, FormatPropertyField(self.column_text(value, part)))
            for part in items
            if self.condition(value, part.condition)
        ]

    def _label(self, part: Column, value: Any) -> str:
        if part.label is not None:
            return part.label
        if isinstance(part.value, ScriptBlock):
            return part.value.text
        return access.true_name(value, part.value) if isinstance(part.value, str) else ""


class WideGenerator(Generator):
    """One text an object."""

    def shape(self, value: Any) -> WideViewHeaderInfo:
        if self.auto_size():
            return WideViewHeaderInfo(0)
        if self.parameters.columns is not None:
            return WideViewHeaderInfo(self.parameters.columns)
        view = self.definition.view if self.definition is not None else None
        return WideViewHeaderInfo(view.columns if isinstance(view, WideView) else 0)

    def entry(self, value: Any) -> WideViewEntry:
        if self.definition is not None:
            view = self.definition.view
            assert isinstance(view, WideView)
            chosen = self.choose(value, view.entries) if view.entries else None
            part = chosen.items[0] if chosen is not None else view.value
            return WideViewEntry(FormatPropertyField(self.column_text(value, part)))
        if self.parameters.properties:
            specs = self.expanded(value, keep_missing=False)
        else:
            name = display_name(value)
            specs = [named(name)] if name is not None else self.default_properties(value)
        return WideViewEntry(FormatPropertyField(self.cell(value, specs[0]) if specs else ""))
