"""Format-Table, Format-List, Format-Wide, Format-Custom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.format import Formatter
from remora.engine.format.generate import Parameters
from remora.engine.format.session import format_context
from remora.engine.format.shaping import (
    CUSTOM_KEYS,
    GROUP_BY_KEYS,
    LIST_KEYS,
    TABLE_KEYS,
    WIDE_KEYS,
    Keys,
    PropertySpec,
    parse_properties,
    parse_property,
)
from remora.engine.nothing import NOTHING
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange, ValidateSet
from remora.modules.common import matcher

_EXPANSIONS = ("CoreOnly", "EnumOnly", "Both")


class _FormatCommand(Cmdlet):
    """Takes objects, emits format records."""

    shape: ClassVar[str]
    keys: ClassVar[Keys]

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    group_by = Parameter("object")
    view = Parameter("string")
    show_error = Parameter("switch")
    display_error = Parameter("switch")
    force = Parameter("switch")
    exclude_property = Parameter("string[]")
    expand = Parameter("string", validate=(ValidateSet(*_EXPANSIONS),))

    def begin(self) -> None:
        try:
            parameters = self.chosen()
        except PSError as problem:
            raise self.throw(problem) from None
        expand = next((name for name in _EXPANSIONS if self.expand and name.lower() == self.expand.lower()), None)
        self._formatter = Formatter(
            self.emit,
            format_context(self.session.context, self.runtime.item_value),
            shape=self.shape,
            parameters=parameters,
            view=self.view or None,
            expand=expand,
            force=bool(self.force),
        )

    def chosen(self) -> Parameters:
        """What the caller chose. Raises PSError for what makes no sense."""
        group = self.group_by
        evaluate = self.runtime.item_value
        parameters = Parameters(
            properties=self.properties(evaluate),
            group_by=None if group is None else parse_property(group, evaluate, GROUP_BY_KEYS),
            show_errors=bool(self.show_error),
            display_errors=bool(self.display_error),
        )
        if self.exclude_property:
            parameters.exclude = matcher(self.exclude_property)
            parameters.properties = parameters.properties or parse_properties(["*"], evaluate, self.keys)
        if self.view and parameters.properties:
            raise error(
                "Cmdlet parameters View and Property are mutually exclusive.",
                "FormatCannotSpecifyViewAndProperty",
                "InvalidArgument",
                type_name="System.IO.InvalidDataException",
            )
        return parameters

    def properties(self, evaluate: Callable[[Any], Callable[[Any], Any]]) -> list[PropertySpec]:
        """-Property, read for this cmdlet."""
        given: Any = getattr(self, "property", None)
        if given is None:
            return []
        return parse_properties(given if isinstance(given, list) else [given], evaluate, self.keys)

    def process(self) -> None:
        if self.input_object is NOTHING:
            return
        try:
            self._formatter.feed(self.input_object)
        except PSError as problem:
            raise self.throw(problem) from None

    def end(self) -> None:
        self._formatter.end()


@cmdlet("Format-Table", aliases=("ft",))
class FormatTable(_FormatCommand):
    """Shows objects as a table."""

    shape = "Table"
    keys = TABLE_KEYS

    property = Parameter("object[]", position=0, validate=(ValidateNotNullOrEmpty(),))
    auto_size = Parameter("switch")
    repeat_header = Parameter("switch")
    hide_table_headers = Parameter("switch")
    wrap = Parameter("switch")

    def chosen(self) -> Parameters:
        parameters = super().chosen()
        parameters.auto_size = bool(self.auto_size) if "AutoSize" in self.bound else None
        parameters.hide_headers = bool(self.hide_table_headers) if "HideTableHeaders" in self.bound else None
        parameters.wrap = bool(self.wrap) if "Wrap" in self.bound else None
        parameters.repeat_header = bool(self.repeat_header)
        return parameters


@cmdlet("Format-List", aliases=("fl",))
class FormatList(_FormatCommand):
    """Shows the properties of objects under each other."""

    shape = "List"
    keys = LIST_KEYS

    property = Parameter("object[]", position=0, validate=(ValidateNotNullOrEmpty(),))


@cmdlet("Format-Wide", aliases=("fw",))
class FormatWide(_FormatCommand):
    """Shows one property of objects, several in a row."""

    shape = "Wide"
    keys = WIDE_KEYS

    property = Parameter("object", position=0)
    auto_size = Parameter("switch")
    column = Parameter("int", validate=(ValidateRange(1, 2147483647),))

    def chosen(self) -> Parameters:
        parameters = super().chosen()
        if self.auto_size and self.column is not None:
            raise error(
                "Cmdlet parameters AutoSize and Column are mutually exclusive.",
                "FormatCannotSpecifyAutosizeAndColumns",
                "InvalidArgument",
                type_name="System.IO.InvalidDataException",
            )
        parameters.auto_size = bool(self.auto_size) if "AutoSize" in self.bound else None
        parameters.columns = self.column
        return parameters


@cmdlet("Format-Custom", aliases=("fc",))
class FormatCustom(_FormatCommand):
    """Shows objects as the tree of their properties, or as their custom view has it."""

    shape = "Custom"
    keys = CUSTOM_KEYS

    property = Parameter("object[]", position=0, validate=(ValidateNotNullOrEmpty(),))
    depth = Parameter("int", validate=(ValidateRange(1, 2147483647),), default=5)

    def chosen(self) -> Parameters:
        parameters = super().chosen()
        parameters.depth = self.depth
        return parameters


CMDLETS = (FormatCustom, FormatList, FormatTable, FormatWide)
