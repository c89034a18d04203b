"""ConvertTo-Json and ConvertFrom-Json."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateRange
from remora.modules.utility.json_reading import MAX_DEPTH, from_json
from remora.modules.utility.json_writing import JsonWriter, iso_text
from remora.values import PSObject

__all__ = ["CMDLETS", "from_json", "iso_text"]

_MOST = 100


@cmdlet("ConvertTo-Json", output_type=("System.String",))
class ConvertToJson(Cmdlet):
    """Objects as JSON text."""

    input_object = Parameter(
        "object", position=0, mandatory=True, pipeline=True, allow_null=True, allow_empty=True, default=NOTHING
    )
    depth = Parameter("int", default=2, validate=(ValidateRange(0, _MOST),))
    compress = Parameter("switch")
    enums_as_strings = Parameter("switch")
    as_array = Parameter("switch")
    escape_handling = Parameter("Newtonsoft.Json.StringEscapeHandling", default="Default")

    def begin(self) -> None:
        self._items: list[Any] = []
        self._piped = "InputObject" not in self.bound

    def process(self) -> None:
        if self.input_object is not NOTHING:
            self._items.append(self._with_guid(self.input_object) if self._piped else self.input_object)

    @staticmethod
    def _with_guid(value: Any) -> Any:
        """A GUID from a pipeline shows its text a second time, in the property that all GUIDs are given there."""
        plain = unwrap(value)
        if not isinstance(plain, UUID):
            return value
        known = value.extended if isinstance(value, PSObject) else {}
        return PSObject(base=plain, extended={**known, "Guid": str(plain)})

    def end(self) -> None:
        if not self._items:
            return
        value = self._items[0] if len(self._items) == 1 and not self.as_array else self._items
        writer = JsonWriter(
            depth=self.depth,
            compress=bool(self.compress),
            enums_as_strings=bool(self.enums_as_strings),
            escape=str(self.escape_handling),
        )
        try:
            text = writer.write(value)
        except PSError as problem:
            raise self.throw(problem) from None
        if writer.cut:
            self.write_warning(
                f"Resulting JSON is truncated as serialization has exceeded the set depth of {self.depth}."
            )
        self.emit(text)


@cmdlet("ConvertFrom-Json")
class ConvertFromJson(Cmdlet):
    """JSON text as objects: integers are Int64, ISO dates DateTime."""

    input_object = Parameter("string", position=0, mandatory=True, pipeline=True, allow_empty=True)
    as_hashtable = Parameter("switch")
    depth = Parameter("int", default=MAX_DEPTH, validate=(ValidateRange("Positive"),))
    no_enumerate = Parameter("switch")
    date_kind = Parameter("Microsoft.PowerShell.Commands.JsonDateKind", default="Default")

    def begin(self) -> None:
        self._lines: list[str] = []

    def process(self) -> None:
        self._lines.append(self.input_object or "")

    def end(self) -> None:
        lines = self._lines
        if not lines:
            return
        if len(lines) == 1:
            self._out(self._parsed(lines[0]))
            return
        try:
            first = self._parsed(lines[0])
        except PSError as problem:
            if problem.record.exception.kind.name != "System.ArgumentException":
                raise
            first = None
        if first is None:
            self._out(self._parsed("\n".join(lines)))
            return
        self._out(first)
        for line in lines[1:]:
            self._out(self._parsed(line))

    def _out(self, value: Any) -> None:
        if isinstance(value, list) and not self.no_enumerate:
            for item in value:
                self.emit(item)
        else:
            self.emit(value)

    def _parsed(self, text: str) -> Any:
        try:
            return from_json(
                text, as_hashtable=bool(self.as_hashtable), max_depth=self.depth, date_kind=str(self.date_kind)
            )
        except PSError as problem:
            raise self.throw(problem) from None


CMDLETS = (ConvertFromJson, ConvertToJson)
