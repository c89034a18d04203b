"""Objects to free text: by the tokens of a custom view, or as a tree of their properties."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from remora.engine.errors import PSError
from remora.engine.format import access
from remora.engine.format.access import ABSENT
from remora.engine.format.cells import cell_text, elements, formatted, is_plain
from remora.engine.format.generate import FormatContext, Generator
from remora.engine.format.layout import ELLIPSIS
from remora.engine.format.records import (
    ComplexViewEntry,
    ComplexViewHeaderInfo,
    FormatEntry,
    FormatNewLine,
    FormatPropertyField,
    FormatTextField,
    FormatValue,
    FrameInfo,
)
from remora.engine.format.shaping import PropertySpec
from remora.engine.format.views import Binding, CustomView, Frame, NewLine, Text, ViewDefinition

MAX_DEPTH: Final = 50
_INDENT: Final = 2


class CustomGenerator(Generator):
    """Text of a view, or the tree ``class Name { a = ... }``."""

    def shape(self, value: Any) -> ComplexViewHeaderInfo:
        return ComplexViewHeaderInfo()

    def entry(self, value: Any) -> ComplexViewEntry:
        if self.definition is not None:
            view = self.definition.view
            assert isinstance(view, CustomView)
            return ComplexViewEntry(self.control(view, value))
        return ComplexViewEntry(_Tree(self).top(value))

    def control(self, view: CustomView, value: Any) -> list[FormatValue]:
        """What a custom control makes of an object."""
        out: list[FormatValue] = []
        self._run_view(view, value, out, 0)
        return out

    def _run_view(self, view: CustomView | str | None, value: Any, out: list[FormatValue], depth: int) -> None:
        if isinstance(view, str):
            known = dict(self.definition.controls) if self.definition is not None else {}
            view = known.get(view)
        if view is None or depth >= MAX_DEPTH:
            return
        chosen = self.choose(value, view.entries) if view.entries else None
        self._run(chosen.items if chosen is not None else view.tokens, value, out, depth)

    def _run(self, tokens: Sequence[Any], value: Any, out: list[FormatValue], depth: int) -> None:
        entry = FormatEntry()
        out.append(entry)
        made = entry.format_value_list
        for token in tokens:
            if isinstance(token, Text):
                made.append(FormatTextField(token.text))
            elif isinstance(token, NewLine):
                made.extend(FormatNewLine() for _ in range(token.count))
            elif isinstance(token, Frame):
                inner = FormatEntry(frame_info=FrameInfo(token.left, token.right, token.first_line))
                self._run(token.tokens, value, inner.format_value_list, depth)
                made.append(inner)
            elif isinstance(token, Binding) and self.condition(value, token.condition):
                self._bind(token, value, made, depth)

    def _bind(self, token: Binding, value: Any, made: list[FormatValue], depth: int) -> None:
        found = value
        if token.value is not None:
            try:
                found = self.context.read(token.value, value)
            except PSError as problem:
                self.note_failure(
                    problem, value, "Failed to evaluate an expression of the view.", "PSPropertyExpressionError"
                )
                found = None
        if found is ABSENT:
            found = None
        inside = elements(found) if token.enumerate else None
        items: Iterable[Any] = [found] if inside is None else [item for item in inside if item is not None]
        for item in items:
            if token.control is None:
                made.append(FormatPropertyField(self._leaf(item, token.format_string)))
            elif item is not None:
                self._run_view(token.control, item, made, depth + 1)

    def _leaf(self, value: Any, format_string: str | None) -> str:
        if format_string and value is not None:
            try:
                return formatted(value, format_string)
            except PSError:
                pass
        return cell_text(value, self.context.style)


def control_values(
    context: FormatContext, definition: ViewDefinition, view: CustomView | str, value: Any, owner: Generator
) -> list[FormatValue]:
    """What a control of a definition makes of an object; a name means one of the definition's own controls."""
    generator = CustomGenerator(context, definition, owner.parameters)
    found = dict(definition.controls).get(view) if isinstance(view, str) else view
    return generator.control(found, value) if found is not None else []


class _Tree:
    """The properties of an object, of their values, and so on down to -Depth."""

    def __init__(self, owner: CustomGenerator) -> None:
        self._owner = owner
        self._style = owner.context.style

    def top(self, value: Any) -> list[FormatValue]:
        entry = FormatEntry()
        depth = self._owner.parameters.depth
        if is_plain(value):
            self._leaf(value, entry.format_value_list)
            return [entry]
        inside = elements(value)
        if inside is not None:
            self._collection(inside, 0, depth, entry.format_value_list)
            return [entry]
        chosen = None
        if self._owner.parameters.properties:
            chosen = self._owner.expanded(value, keep_missing=False)
        out: list[FormatValue] = []
        self._object(value, 0, depth, chosen, out)
        return out

    def _object(
        self, value: Any, level: int, depth: int, chosen: list[PropertySpec] | None, out: list[FormatValue]
    ) -> None:
        entry = FormatEntry()
        out.append(entry)
        made = entry.format_value_list
        names = access.type_names(value)
        made += [FormatTextField(f"class {names[0].rpartition('.')[2] if names else 'PSObject'}"), FormatNewLine()]
        made += [FormatTextField("{"), FormatNewLine()]
        inner = _indented(made)
        specs = chosen if chosen is not None else self._owner.default_properties(value)
        for spec in specs:
            self._property(spec, value, level, depth if spec.depth is None else spec.depth, inner)
        made += [FormatTextField("}"), FormatNewLine()]

    def _property(self, spec: PropertySpec, owner: Any, level: int, depth: int, out: list[FormatValue]) -> None:
        out.append(FormatTextField(f"{spec.label} = "))
        try:
            value = spec.evaluate(owner)
        except PSError as problem:
            message = f'Failed to evaluate expression "{spec.label}".'
            self._owner.note_failure(problem, owner, message, "PSPropertyExpressionError")
            value = "#ERR" if self._owner.parameters.display_errors else ""
        if value is ABSENT:
            value = None
        inside = elements(value)
        if inside is not None:
            out.append(FormatNewLine())
            self._collection(inside, level + 1, depth, _indented(out))
        elif value is None or level >= depth or is_plain(value):
            self._leaf(value, out)
        else:
            out.append(FormatNewLine())
            self._object(value, level + 1, depth, None, _indented(out))

    def _collection(self, inside: Iterable[Any], level: int, depth: int, out: list[FormatValue]) -> None:
        out += [FormatTextField("["), FormatNewLine()]
        made = _indented(out)
        limit = self._style.enumeration_limit
        for count, item in enumerate(inside):
            if 0 <= limit <= count:
                self._leaf(ELLIPSIS, made)
                break
            if item is None or level >= depth or is_plain(item):
                self._leaf(item, made)
                continue
            within = elements(item)
            if within is not None:
                made.append(FormatNewLine())
                self._collection(within, level + 1, depth, _indented(made))
            else:
                self._object(item, level + 1, depth, None, made)
        out += [FormatTextField("]"), FormatNewLine(), FormatNewLine()]

    def _leaf(self, value: Any, out: list[FormatValue]) -> None:
        out += [FormatPropertyField(cell_text(value, self._style)), FormatNewLine()]


def _indented(out: list[FormatValue]) -> list[FormatValue]:
    entry = FormatEntry(frame_info=FrameInfo(left_indentation=_INDENT))
    out.append(entry)
    return entry.format_value_list
